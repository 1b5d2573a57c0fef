//! Outcomes for the terminal and for an issue. A number that is not known is a dash, and n stands beside every median.

use std::io::{self, Write};

use super::markup::{code, plain};
use super::{Outcomes, Report};
use crate::history::measure::Spread;
use crate::history::pipeline::PipelineRow;
use crate::history::reproducibility::{RateRow, ReproducibilityRow};
use crate::history::row::{AgeRow, EventRow, OutcomeRow};
use crate::printable::printable;
use crate::words::counted;

/// Events of one lockfile that a terminal is shown; the JSON report has all.
const SHOWN: usize = 10;

/// Writes what history tells; nothing where it was not read.
///
/// # Errors
/// When the output cannot be written.
pub(super) fn text(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let Some(outcomes) = &report.outcomes else { return Ok(()) };
    for line in heading(outcomes) {
        writeln!(out, "{}", printable(&line))?;
    }
    for row in &outcomes.rows {
        writeln!(out, "\n{} ({})", printable(&row.lock), row.tool)?;
        for (name, value) in measures(row) {
            writeln!(out, "  {name:<20} {value}")?;
        }
        for event in row.events.iter().take(SHOWN) {
            writeln!(out, "    {}", printable(&event_words(event)))?;
        }
        if row.events.len() > SHOWN {
            let more = counted(row.events.len() - SHOWN, "older event");
            writeln!(out, "    {more} (--format json lists all)")?;
        }
    }
    for pipeline in outcomes.pipelines.iter().flatten() {
        writeln!(out, "\npipeline {}", printable(name_of(pipeline)))?;
        for (name, value) in pipeline_measures(pipeline) {
            writeln!(out, "  {name:<20} {value}")?;
        }
    }
    if let Some(rates) = &outcomes.reproducibility {
        writeln!(out, "\nreproducibility")?;
        for (name, value) in rate_measures(rates) {
            writeln!(out, "  {name:<20} {value}")?;
        }
        for row in rates.disagreements.iter().take(SHOWN) {
            let commit = row.commit.get(..10).unwrap_or(&row.commit);
            let line =
                format!("{} {commit}: {} differs: {} ({} and {})", row.project, row.layer, row.subject, row.a, row.b);
            writeln!(out, "    {}", printable(&line))?;
        }
    }
    writeln!(out)
}

/// The same as tables.
pub(super) fn markdown(report: &Report) -> String {
    let Some(outcomes) = &report.outcomes else { return String::new() };
    let mut text = format!("{}\n", heading(outcomes).iter().map(|line| plain(line)).collect::<Vec<_>>().join("  \n"));
    for row in &outcomes.rows {
        text.push_str(&format!("\n#### {} ({})\n\n| outcome | value |\n| --- | --- |\n", code(&row.lock), row.tool));
        for (name, value) in measures(row) {
            text.push_str(&format!("| {name} | {} |\n", plain(&value)));
        }
        if !row.events.is_empty() {
            text.push('\n');
        }
        for event in row.events.iter().take(SHOWN) {
            text.push_str(&format!("- {}\n", plain(&event_words(event))));
        }
    }
    for pipeline in outcomes.pipelines.iter().flatten() {
        text.push_str(&format!("\n#### Pipeline {}\n\n| outcome | value |\n| --- | --- |\n", plain(name_of(pipeline))));
        for (name, value) in pipeline_measures(pipeline) {
            text.push_str(&format!("| {name} | {} |\n", plain(&value)));
        }
    }
    if let Some(rates) = &outcomes.reproducibility {
        text.push_str("\n#### Reproducibility\n\n| outcome | value |\n| --- | --- |\n");
        for (name, value) in rate_measures(rates) {
            text.push_str(&format!("| {name} | {} |\n", plain(&value)));
        }
    }
    text
}

/// What history tells in sentences, without the events.
pub fn lines(report: &Report) -> Vec<String> {
    let Some(outcomes) = &report.outcomes else { return Vec::new() };
    let mut lines = heading(outcomes);
    for row in &outcomes.rows {
        let measures: Vec<String> = measures(row).iter().map(|(name, value)| format!("{name}: {value}")).collect();
        lines.push(format!("{}: {}", row.lock, measures.join("; ")));
    }
    lines
}

fn heading(outcomes: &Outcomes) -> Vec<String> {
    let history = &outcomes.history;
    let range = match (&history.since, &history.first, &history.last) {
        (Some(since), _, Some(last)) => format!("counted from {since} to {last}"),
        (None, Some(first), Some(last)) => format!("{first} to {last}"),
        _ => "no day known".to_owned(),
    };
    let mut lines = vec![format!(
        "{} along first parents, {range}, by {}",
        counted(history.commits, "commit"),
        history.merge_style
    )];
    if history.clock_jumps > 0 {
        lines.push(format!(
            "{} with a time that contradicts its neighbours counted as made when the one before was",
            counted(history.clock_jumps, "commit")
        ));
    }
    lines.extend(history.not_measured.iter().map(|why| format!("not measured: {why}")));
    lines.extend(outcomes.notes.iter().cloned());
    lines
}

fn measures(row: &OutcomeRow) -> Vec<(&'static str, String)> {
    let rollbacks = &row.rollbacks;
    let mut list = vec![
        ("lock events", lock_events(row)),
        ("days between", spread(&row.cadence_days, "d")),
        ("weeks with an event", of(row.weekly_share, row.weeks)),
        ("batch", batch(row)),
        (
            "rollbacks",
            format!(
                "{} confirmed, {} possible; {}, {}",
                rollbacks.confirmed,
                rollbacks.possible,
                counted(rollbacks.lock_regressions, "lock regression"),
                counted(rollbacks.downgrades, "other downgrade")
            ),
        ),
        ("emergency changes", emergencies(row)),
        (
            "time to recover",
            format!("{} (from {})", spread(&row.time_to_recover_hours.spread, "h"), row.time_to_recover_hours.source),
        ),
    ];
    let fresh = &row.fresh_share;
    if fresh.n + fresh.undecided > 0 {
        let undecided = if fresh.undecided > 0 { format!(", {} undecided", fresh.undecided) } else { String::new() };
        let longest = fresh.longest_stale_hours.map_or("-".to_owned(), |hours| format!("{hours} h"));
        list.push((
            "fresh",
            format!(
                "{} of commits, {} of the time, longest stale {longest} (n = {} of {}{undecided})",
                percent(fresh.commits),
                percent(fresh.wall_time),
                fresh.n,
                counted(fresh.states, "state")
            ),
        ));
    }
    list.extend(age(row).map(|words| ("age and lag", words)));
    list
}

/// The newest month of which ages are known, and the one a year before.
fn age(row: &OutcomeRow) -> Option<String> {
    let newest = row.months.iter().rposition(|month| month.age.is_some())?;
    let words = |age: &AgeRow| {
        let median = age.age_days_median.map_or("-".to_owned(), |days| format!("{days} d"));
        let known = format!("{} of {} known", age.known, counted(age.packages, "package"));
        let (lag, libyears) = (age.lag_years.short(), age.libyears.short());
        format!("on {} median {median}, lag {lag} y, libyears {libyears} ({known})", age.day)
    };
    let shown = [Some(newest), newest.checked_sub(12)].into_iter().flatten();
    let shown: Vec<String> = shown.filter_map(|month| row.months[month].age.as_ref().map(words)).collect();
    Some(shown.join("; "))
}

fn lock_events(row: &OutcomeRow) -> String {
    let unread = if row.unread > 0 { format!(", {} could not be read", row.unread) } else { String::new() };
    let bots = row
        .bot_share
        .filter(|share| *share > 0.0)
        .map_or(String::new(), |share| format!(", {} by bots", percent(Some(share))));
    format!("{} of {}{bots}{unread}", row.lock_events, counted(row.lock_commits, "lock commit"))
}

fn batch(row: &OutcomeRow) -> String {
    format!(
        "{}, largest {}, {} single, {} above 20",
        spread(&row.batch.spread, ""),
        row.batch.largest,
        percent(row.batch.single_share),
        percent(row.batch.over_20_share)
    )
}

fn emergencies(row: &OutcomeRow) -> String {
    let rate = |value: Option<f64>, what: &str| value.map_or(String::new(), |value| format!(", {value} a {what}"));
    format!(
        "{}{}{}",
        row.emergency_changes,
        rate(row.emergency_per_30_days, "30 days"),
        rate(row.emergency_per_100_events, "100 events")
    )
}

/// A median with its n; without a median the values themselves.
fn spread(spread: &Spread, unit: &str) -> String {
    let number = |value: f64| if unit.is_empty() { value.to_string() } else { format!("{value} {unit}") };
    match (spread.median, spread.p90) {
        (Some(median), Some(p90)) => format!("median {}, p90 {} (n = {})", number(median), number(p90), spread.n),
        (Some(median), None) => format!("median {} (n = {})", number(median), spread.n),
        _ if spread.n == 0 => "- (n = 0)".to_owned(),
        _ => {
            let values: Vec<String> = spread.values.iter().map(|value| number(*value)).collect();
            format!("{} (n = {}, too few for a median)", values.join(" and "), spread.n)
        }
    }
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{} %", (share * 1000.0).round() / 10.0))
}

fn of(share: Option<f64>, n: usize) -> String {
    format!("{} (n = {n})", percent(share))
}

fn event_words(event: &EventRow) -> String {
    let commit = event.commit.get(..10).unwrap_or(&event.commit);
    let mut words = format!("{} {commit} {}", event.date, event.kind);
    if let Some(package) = &event.package {
        words.push_str(&format!(" {package}"));
    }
    if let (Some(from), Some(to)) = (&event.from, &event.to) {
        words.push_str(&format!(" {from} to {to}"));
    }
    if event.others > 0 {
        words.push_str(&format!(" and {}", counted(event.others, "other")));
    }
    if let Some(hours) = event.hours {
        words.push_str(&format!(", {hours} h after"));
    }
    if !event.evidence.is_empty() {
        words.push_str(&format!(" ({})", event.evidence.join(", ")));
    }
    format!("{words}: {}", event.subject)
}

fn name_of(pipeline: &PipelineRow) -> &str {
    if pipeline.workflow.is_empty() { "(not named)" } else { &pipeline.workflow }
}

fn pipeline_measures(row: &PipelineRow) -> Vec<(&'static str, String)> {
    let mut list = vec![("duration", spread(&row.duration_seconds, "s")), ("queue", spread(&row.queue_seconds, "s"))];
    if let Some(change) = &row.change {
        list.push(("before", spread(&change.before, "s")));
        list.push(("after", spread(&change.after, "s")));
        let words = match (change.median_difference, change.interval) {
            (Some(difference), Some([low, high])) => format!("{difference} s (95 % between {low} and {high} s)"),
            _ => "- (too few runs on one side)".to_owned(),
        };
        list.push(("difference", words));
    }
    list
}

fn rate_measures(row: &ReproducibilityRow) -> Vec<(&'static str, String)> {
    let rate = |rate: &RateRow| match rate.rate {
        Some(_) => format!("{} ({} of {})", percent(rate.rate), rate.agree, rate.n),
        None if rate.n == 0 => "- (n = 0)".to_owned(),
        None => format!("not enough evidence ({} of {})", rate.agree, rate.n),
    };
    let unread =
        if row.unread > 0 { format!(", {} not understood", counted(row.unread, "line")) } else { String::new() };
    vec![
        ("records", format!("{} of {}{unread}", row.records, counted(row.sources, "source"))),
        ("coverage", of(row.coverage, row.sources)),
        ("same inputs", rate(&row.all.inputs)),
        ("same content", rate(&row.all.content)),
        ("same bytes", rate(&row.all.bytes)),
        ("dev and CI: inputs", rate(&row.dev_and_ci.inputs)),
        ("dev and CI: content", rate(&row.dev_and_ci.content)),
        ("dev and CI: bytes", rate(&row.dev_and_ci.bytes)),
    ]
}
