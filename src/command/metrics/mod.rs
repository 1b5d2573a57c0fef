//! `reproof metrics`: what history, saved runs and records of builds tell of outcomes.

mod age;

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, anyhow, bail};

use super::output::{self, Place};
use super::progress::Progress;
use super::repository::{self, Repository};
use super::{Undetermined, WRONG, bare, check, judge, trend};
use crate::cli::{Common, Format, Metrics, MetricsFormat};
use crate::day::Day;
use crate::discover::Names;
use crate::facts::{Link, Lockfile};
use crate::history::incident::{self, Incidents};
use crate::history::outcome::Options;
use crate::history::reproducibility::{ReproducibilityRow, rates};
use crate::history::row::HistoryRow;
use crate::history::{Commit, DAY, History, fact, pipeline, series, walk, watched_reader};
use crate::inventory::Inventory;
use crate::report::{self, Look, Outcomes, Report};
use crate::trend::Line;
use crate::upstream::Home;
use crate::words::counted;

/// Runs the verb.
pub(super) fn run(arguments: &Metrics, common: &Common, color: bool) -> anyhow::Result<u8> {
    if !arguments.trend.is_empty() {
        return trend::show(arguments);
    }
    let begun = Instant::now();
    let outputs = output::asked(&arguments.output)?;
    let today = repository::today(common.now.as_deref())?;
    let options = options(arguments)?;
    let incidents = arguments.incidents.as_deref().map(|file| saved(file, incident::read)).transpose()?;
    let mut repository = repository::find(&arguments.paths, common.config.as_deref())?;
    let rules = judge::rules(&mut repository, &arguments.choice, judge::Scope::History)?;
    if judge::show_faults(&repository, &rules, color).stops {
        return Ok(WRONG);
    }
    let undetermined = |error: anyhow::Error| Undetermined(format!("history cannot be measured: {error:#}"));
    let latest = (today.0 + 2) * DAY;
    let progress = Progress::new("reading history");
    let (history, store) = walk::walk(&repository.root, &arguments.reference, latest).map_err(undetermined)?;
    let tree = crate::git::revision_tree(&repository.root, &arguments.reference).map_err(undetermined)?;
    // Only lockfiles, manifests and settings have a history here.
    let tree = Arc::new(tree.only(|path| watched_reader(path).is_some()));
    let mut inventory = repository.scan_tree(&tree, Names::Tracked, today)?;
    progress.now("measuring");
    let (mut rows, mut not_measured) = (Vec::new(), Vec::new());
    let files = series::files(&history);
    let home = Home::of_process(&repository.root);
    let has_cache = age::cache(&home).is_some();
    for link in locks(&inventory, &repository) {
        match judge::measured(&inventory, link, &history, &files, &store, options) {
            Ok((outcome, row)) => {
                fact::add(&mut inventory.facts, link, &outcome, &row, &history, today);
                let months = || age::Months::of(&outcome.series, &history, &store, &row, today);
                let months = if has_cache { months() } else { None };
                rows.push((row, months));
            }
            Err(why) => not_measured.push(format!("{}: {why}", inventory.facts[link].header.path)),
        }
    }
    if rows.is_empty() {
        return nothing(&repository, &not_measured);
    }
    let ages = age::add(&repository, &home, &mut rows);
    let judged = judge::judge(&mut inventory, &repository, &rules, &arguments.choice, today);
    let mut report = check::build(&repository, &inventory, judged, &rules);
    let mut outcomes = Outcomes {
        history: history_row(&history, arguments, options, not_measured),
        rows: rows.into_iter().map(|(row, _)| row).collect(),
        pipelines: None,
        reproducibility: records(arguments)?,
        notes: ages.into_iter().collect(),
    };
    if let Some(incidents) = incidents {
        recover(&mut outcomes, &incidents, options.since);
    }
    if let Some(file) = &arguments.pipelines {
        let change =
            arguments.since_change.as_deref().map(|text| moment(text, &history, &repository.root)).transpose()?;
        outcomes.pipelines = Some(pipeline::rows(&saved(file, pipeline::read)?, change));
    }
    report.repository.commit = outcomes.history.commit.clone();
    report.outcomes = Some(outcomes);
    report.summary = check::summary(&report);
    report.summary.exit_code = check::exit_code(&report, arguments.fail_on);
    if !arguments.reproducible {
        report.run = Some(bare::run_section("metrics", begun.elapsed()));
    }
    let line = trend::line(&report, "metrics", &repository.root, common.now.as_deref());
    if let Some(file) = &arguments.append {
        trend::append(file, &line)?;
    }
    drop(progress);
    let what = Written { report: &report, inventory: &inventory, line: &line };
    output::write_all(arguments.format, &outputs, |format, place, out| {
        write(format, &what, Look { color: color && place == Place::Screen, ..Look::default() }, out)
    })?;
    Ok(report.summary.exit_code)
}

/// The lockfiles that are measured, by path.
fn locks(inventory: &Inventory, repository: &Repository) -> Vec<Link<Lockfile>> {
    let all = inventory.facts.all::<Lockfile>();
    let mut links: Vec<_> = all
        .filter(|(_, lock)| lock.ruled_by.is_none() && repository.is_reported(&lock.header.path))
        .map(|(link, lock)| (lock.header.path.clone(), link))
        .collect();
    links.sort();
    links.dedup_by(|a, b| a.0 == b.0);
    links.into_iter().map(|(_, link)| link).collect()
}

fn options(arguments: &Metrics) -> anyhow::Result<Options> {
    let since = match &arguments.since {
        Some(text) => {
            let day =
                Day::parse(text).ok_or_else(|| anyhow!("--since takes a date such as 2026-01-01, not `{text}`"))?;
            day.0 * DAY
        }
        None => 0,
    };
    Ok(Options { window: i64::from(arguments.window), since, replay: arguments.replay })
}

fn nothing(repository: &Repository, not_measured: &[String]) -> anyhow::Result<u8> {
    let reasons = if not_measured.is_empty() { String::new() } else { format!(" ({})", not_measured.join("; ")) };
    bail!("nothing was measured: {} has no lockfile with a history{reasons}", repository.root.display())
}

fn history_row(history: &History, arguments: &Metrics, options: Options, not_measured: Vec<String>) -> HistoryRow {
    let day = |commit: Option<&Commit>| commit.map(|commit| commit.day().to_string());
    HistoryRow {
        commit: history.commits.last().map(|commit| commit.id.clone()),
        commits: history.commits.len(),
        first: day(history.commits.first()),
        last: day(history.commits.last()),
        since: arguments.since.clone(),
        merge_style: history.merge_style(),
        clock_jumps: history.clock_jumps,
        window_days: options.window,
        not_measured,
    }
}

/// Reads a file that somebody saved.
fn saved<T>(file: &Path, read: impl Fn(&str) -> Result<T, String>) -> anyhow::Result<T> {
    let bytes = std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let text = crate::tree::decode(&bytes).map_err(|error| anyhow!("{}: {error}", file.display()))?;
    read(&text).map_err(|error| anyhow!("{}: {error}", file.display()))
}

/// The rates of the records that were given.
fn records(arguments: &Metrics) -> anyhow::Result<Option<ReproducibilityRow>> {
    if arguments.records.is_empty() {
        return Ok(None);
    }
    let mut all = Vec::new();
    let mut unread = 0;
    for file in &arguments.records {
        let (records, faults) = saved(file, |text| Ok(crate::fingerprint::read_lines(text)))?;
        all.extend(records);
        unread += faults.len();
    }
    Ok(Some(rates(&all, unread)))
}

/// Takes times to recover from incidents, and says so.
fn recover(outcomes: &mut Outcomes, incidents: &Incidents, since: i64) {
    for row in &mut outcomes.rows {
        row.time_to_recover_hours = incidents.recovery(&row.service, since);
    }
    outcomes.notes.push("times to recover are those of the incidents that were given".to_owned());
    if incidents.open() > 0 {
        outcomes.notes.push(format!("{} has no end and does not count", counted(incidents.open(), "incident")));
    }
    let services: Vec<&str> = outcomes.rows.iter().map(|row| &*row.service).collect();
    let strangers = incidents.strangers(&services);
    if !strangers.is_empty() {
        outcomes.notes.push(format!("incidents name services without a measured lockfile: {}", strangers.join(", ")));
    }
}

/// The moment that a date or a commit names, in seconds since 1970-01-01 UTC.
fn moment(text: &str, history: &History, root: &Path) -> anyhow::Result<i64> {
    if let Some(seconds) = pipeline::seconds(text) {
        return Ok(seconds);
    }
    if let Some(day) = Day::parse(text).filter(|_| text.len() == 10) {
        return Ok(day.0 * DAY);
    }
    let id = walk::commit_of(root, text).map_err(|error| Undetermined(error.to_string()))?;
    let commit = history.commits.iter().find(|commit| commit.id == id);
    let commit =
        commit.ok_or_else(|| Undetermined(format!("`{text}` is not a commit of the history that was walked")))?;
    Ok(commit.time)
}

/// What is written.
struct Written<'w> {
    report: &'w Report,
    inventory: &'w Inventory,
    line: &'w Line,
}

fn write(format: MetricsFormat, what: &Written<'_>, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let of_report = match format {
        MetricsFormat::Text => Format::Text,
        MetricsFormat::Json => Format::Json,
        MetricsFormat::Markdown => Format::Markdown,
        MetricsFormat::Html | MetricsFormat::Openmetrics | MetricsFormat::Emf => {
            return out.write_all(trend::of_run(format, what.report, what.line.clone()).as_bytes());
        }
    };
    report::write(of_report, what.report, &what.inventory.sources, look, out)
}
