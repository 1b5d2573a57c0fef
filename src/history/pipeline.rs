//! Runs of pipelines, saved from GitHub: `--pipelines FILE`. How long they took before and after a change.
//!
//! A run attempt lasts from the start of its first job to the end of its last one. `updated_at` is not used: approvals
//! and later attempts move it.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::measure::{Difference, Spread, difference};
use crate::day::Day;

/// A job, as GitHub's REST API and `gh run view --json jobs` name its fields.
#[derive(Debug, Clone, Deserialize)]
struct Job {
    #[serde(alias = "runId", default)]
    run_id: u64,
    #[serde(alias = "runAttempt", alias = "attempt", default)]
    run_attempt: u64,
    #[serde(alias = "createdAt")]
    created_at: Option<String>,
    #[serde(alias = "startedAt")]
    started_at: Option<String>,
    #[serde(alias = "completedAt")]
    completed_at: Option<String>,
    conclusion: Option<String>,
    #[serde(alias = "workflowName")]
    workflow_name: Option<String>,
}

#[derive(Deserialize)]
struct Page {
    jobs: Option<Vec<Job>>,
    #[serde(alias = "databaseId")]
    id: Option<u64>,
    #[serde(alias = "attempt")]
    run_attempt: Option<u64>,
    #[serde(alias = "workflowName")]
    name: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Saved {
    Page(Page),
    Pages(Vec<Self>),
}

/// One attempt of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attempt {
    workflow: String,
    created: Option<i64>,
    started: Option<i64>,
    completed: Option<i64>,
}

/// How long a workflow took.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PipelineRow {
    /// The workflow; empty when the data does not name it.
    pub workflow: String,
    /// Seconds from the start of the first job to the end of the last one.
    pub duration_seconds: Spread,
    /// Seconds that runs waited before that.
    pub queue_seconds: Spread,
    /// Durations before and after the change, where one was named.
    pub change: Option<Difference>,
}

/// Reads saved pages: one JSON value after the other, each a page with `jobs` or a list of such pages. Runs that were
/// skipped or cancelled are left out.
///
/// # Errors
/// When the text is no such data.
pub fn read(text: &str) -> Result<Vec<Attempt>, String> {
    let mut attempts: BTreeMap<(u64, u64), Vec<Job>> = BTreeMap::new();
    let mut names: BTreeMap<(u64, u64), String> = BTreeMap::new();
    let mut without_jobs = 0;
    let mut count = 0;
    let mut pending = Vec::new();
    for saved in serde_json::Deserializer::from_str(text.trim_start_matches('\u{feff}')).into_iter::<Saved>() {
        pending.push(saved.map_err(|error| format!("it is not saved run data: {error}"))?);
    }
    while let Some(saved) = pending.pop() {
        let page = match saved {
            Saved::Pages(pages) => {
                pending.extend(pages);
                continue;
            }
            Saved::Page(page) => page,
        };
        let Some(jobs) = page.jobs else {
            without_jobs += 1;
            continue;
        };
        for job in jobs {
            count += 1;
            let run = if job.run_id == 0 { page.id.unwrap_or(0) } else { job.run_id };
            let attempt = if job.run_attempt == 0 { page.run_attempt.unwrap_or(1) } else { job.run_attempt };
            if let Some(name) = job.workflow_name.clone().or_else(|| page.name.clone()) {
                names.insert((run, attempt), name);
            }
            attempts.entry((run, attempt)).or_default().push(job);
        }
    }
    if count == 0 && without_jobs > 0 {
        return Err("it has runs but no jobs, and a run alone does not say when it ended: save `gh run view ID --json databaseId,attempt,workflowName,jobs` or the REST pages `actions/runs/ID/jobs`".to_owned());
    }
    let workflow = |key: &(u64, u64)| names.get(key).cloned().unwrap_or_default();
    let list = attempts.iter().filter_map(|(key, jobs)| attempt(workflow(key), jobs));
    Ok(list.collect())
}

/// The times of an attempt; `None` when it was cancelled, or nothing of it ran.
fn attempt(workflow: String, jobs: &[Job]) -> Option<Attempt> {
    let word = |job: &Job| job.conclusion.clone().unwrap_or_default().to_ascii_lowercase();
    if jobs.iter().any(|job| word(job) == "cancelled") {
        return None;
    }
    let ran = jobs.iter().filter(|job| word(job) != "skipped");
    let mut times = Attempt { workflow, ..Attempt::default() };
    for job in ran {
        let time = |text: &Option<String>| text.as_deref().and_then(seconds).filter(|time| *time > 0);
        let (created, started, completed) = (time(&job.created_at), time(&job.started_at), time(&job.completed_at));
        // A job without an end has not finished: how long the run takes is not known yet.
        completed?;
        times.created = times.created.into_iter().chain(created).min();
        times.started = times.started.into_iter().chain(started).min();
        times.completed = times.completed.into_iter().chain(completed).max();
    }
    (times.started.is_some() && times.completed >= times.started).then_some(times)
}

/// The rows of the report, by workflow. `change` is the time at which something changed.
pub fn rows(attempts: &[Attempt], change: Option<i64>) -> Vec<PipelineRow> {
    let mut by_workflow: BTreeMap<&str, Vec<&Attempt>> = BTreeMap::new();
    for attempt in attempts {
        by_workflow.entry(&attempt.workflow).or_default().push(attempt);
    }
    let lasted = |attempt: &&Attempt| Some((attempt.completed? - attempt.started?) as f64);
    let waited = |attempt: &&Attempt| Some((attempt.started? - attempt.created?).max(0) as f64);
    let row = |(workflow, attempts): (&str, Vec<&Attempt>)| PipelineRow {
        workflow: workflow.to_owned(),
        duration_seconds: Spread::of(attempts.iter().filter_map(lasted).collect()),
        queue_seconds: Spread::of(attempts.iter().filter_map(waited).collect()),
        change: change.map(|change| {
            let (before, after): (Vec<&Attempt>, Vec<&Attempt>) =
                attempts.iter().partition(|attempt| attempt.started < Some(change));
            difference(before.iter().filter_map(lasted).collect(), after.iter().filter_map(lasted).collect())
        }),
    };
    by_workflow.into_iter().map(row).collect()
}

/// The seconds since 1970-01-01 UTC of a time such as `2026-11-23T02:10:00Z` or `2026-11-23T03:10:00.5+01:00`.
pub fn seconds(text: &str) -> Option<i64> {
    let day = Day::parse(text)?;
    let rest = text.get(10..)?.strip_prefix(['T', 't', ' '])?;
    let number = |range: std::ops::Range<usize>| rest.get(range)?.parse::<i64>().ok();
    let (hour, minute, second) = (number(0..2)?, number(3..5)?, number(6..8)?);
    if hour > 23 || minute > 59 || second > 60 || rest.as_bytes().get(2) != Some(&b':') {
        return None;
    }
    let zone = rest.get(8..)?.trim_start_matches(|c: char| c == '.' || c.is_ascii_digit());
    let offset = match zone.chars().next()? {
        'Z' | 'z' if zone.len() == 1 => 0,
        sign @ ('+' | '-') => {
            let hours = zone.get(1..3)?.parse::<i64>().ok()?;
            let minutes = zone.get(3..)?.trim_start_matches(':').parse::<i64>().ok()?;
            (hours * 3600 + minutes * 60) * if sign == '-' { -1 } else { 1 }
        }
        _ => return None,
    };
    Some(day.0 * super::DAY + hour * 3600 + minute * 60 + second - offset)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn times_are_read_with_their_zone() {
        for (text, expected) in [
            ("1970-01-01T00:00:01Z", Some(1)),
            ("1970-01-01T01:00:00+01:00", Some(0)),
            ("1970-01-01T00:00:00.250-0130", Some(5400)),
            ("1970-01-01", None),
            ("1970-01-01T00:00:00", None),
            ("1970-01-01T99:00:00Z", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }

    fn job(run: u64, attempt: u64, start: &str, end: &str, conclusion: &str) -> String {
        format!(
            r#"{{"run_id": {run}, "run_attempt": {attempt}, "workflow_name": "ci", "created_at": "2026-11-0{run}T09:59:30Z", "started_at": "2026-11-0{run}T{start}Z", "completed_at": "2026-11-0{run}T{end}Z", "conclusion": "{conclusion}"}}"#
        )
    }

    #[test]
    fn a_run_lasts_from_its_first_job_to_its_last() {
        let one = [job(1, 1, "10:00:00", "10:05:00", "success"), job(1, 1, "10:01:00", "10:10:00", "failure")];
        let two = [job(2, 1, "10:00:00", "10:01:00", "cancelled")];
        let three = [job(3, 2, "10:00:00", "10:02:00", "success"), job(3, 2, "00:00:00", "00:00:00", "skipped")];
        let page = |jobs: &[String]| format!(r#"{{"total_count": 1, "jobs": [{}]}}"#, jobs.join(","));
        let text = format!("{}\n[{}, {}]", page(&one), page(&two), page(&three));
        let attempts = read(&text).unwrap();
        let rows = rows(&attempts, seconds("2026-11-02T00:00:00Z"));
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].duration_seconds.values, [120.0, 600.0]);
        assert_eq!(rows[0].queue_seconds.values, [30.0, 30.0]);
        let change = rows[0].change.as_ref().unwrap();
        assert_eq!((change.before.n, change.after.n, change.interval), (1, 1, None));
        let runs_only =
            r#"[{"databaseId": 1, "startedAt": "2026-11-01T10:00:00Z", "updatedAt": "2026-11-01T11:00:00Z"}]"#;
        assert!(read(runs_only).unwrap_err().contains("no jobs"));
        assert!(read("nothing").is_err());
    }
}
