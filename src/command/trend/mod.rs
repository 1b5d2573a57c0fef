//! Trends: the line of a run, appended to a file, and what the lines of many runs show.

mod line;

use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, anyhow, bail};

use super::{CLEAN, output};
use crate::cli::{Metrics, MetricsFormat};
use crate::day::Day;
use crate::history::row::{AgeRow, MonthRow, OutcomeRow};
use crate::report::Report;
use crate::trend::changed::since_last_week;
use crate::trend::chart::{Card, Chart, Curve, Point};
use crate::trend::fleet::{Fleet, fleet};
use crate::trend::page::{Page, html};
use crate::trend::sparkline::sparkline;
use crate::trend::store::{self, Lines};
use crate::trend::{Line, SCHEMA, emit};
use crate::words::counted;

pub(super) use self::line::line;

/// How many points a terminal shows.
const WIDTH: usize = 26;

/// Appends the line of a run to a file.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn append(file: &Path, line: &Line) -> anyhow::Result<()> {
    store::append(file, line).with_context(|| format!("{} cannot be appended to", file.display()))
}

/// The newest numbers of one run in a format of monitoring; the page of its history.
pub(super) fn of_run(format: MetricsFormat, report: &Report, line: Line) -> String {
    match format {
        MetricsFormat::Openmetrics => emit::open_metrics(&[line]),
        MetricsFormat::Emf => emit::embedded_metrics(&[line]),
        _ => history_page(report, &line.repository),
    }
}

/// A page of what history tells, by month.
fn history_page(report: &Report, repository: &str) -> String {
    let Some(outcomes) = &report.outcomes else { return String::new() };
    let month = |text: &str| Day::parse(&format!("{text}-01"));
    let days = outcomes.rows.iter().flat_map(|row| &row.months).filter_map(|row| month(&row.month));
    let (first, last) = days.fold((None, None), |(first, last): (Option<Day>, Option<Day>), day| {
        (Some(first.map_or(day, |first| first.min(day))), Some(last.map_or(day, |last| last.max(day))))
    });
    let range = first.zip(last).unwrap_or((Day(0), Day(1)));
    let card = |row: &OutcomeRow| {
        let points = |value: fn(&MonthRow) -> usize| -> Vec<Point> {
            let months = row.months.iter().filter_map(|of| Some((month(&of.month)?, value(of))));
            months.map(|(day, value)| Point { day, value: Some(value as f64), n: None }).collect()
        };
        let ages = |value: fn(&AgeRow) -> Option<f64>| -> Vec<Point> {
            let point = |of: &MonthRow| {
                let (value, n) = (of.age.as_ref().and_then(value), of.age.as_ref().map(|age| age.known));
                Some(Point { day: month(&of.month)?, value, n })
            };
            row.months.iter().filter_map(point).collect()
        };
        let chart = |title: &str, unit, curve: (&'static str, &'static str), points| Chart {
            title: title.to_owned(),
            unit,
            is_share: false,
            curves: vec![Curve { name: curve.0, class: curve.1, points }],
        };
        let mut charts = vec![
            chart("Lock events a month", "", ("events", "c"), points(|month| month.lock_events)),
            chart("Packages moved a month", "", ("packages", "b"), points(|month| month.packages)),
            chart("Rollbacks a month, confirmed", "", ("rollbacks", "a"), points(|month| month.rollbacks)),
        ];
        if row.months.iter().any(|month| month.age.is_some()) {
            let median = |age: &AgeRow| age.age_days_median.map(|days| days as f64);
            charts.push(chart("Median age", " d", ("days", "c"), ages(median)));
            charts.push(chart("Lag, summed", " y", ("sum", "b"), ages(|age| Some(age.lag_years.value()))));
            charts.push(chart("Libyears, summed", " y", ("sum", "a"), ages(|age| Some(age.libyears.value()))));
        }
        Card { name: row.lock.clone(), charts }
    };
    let cards: Vec<Card> = outcomes.rows.iter().map(card).collect();
    let page = Page {
        title: &format!("{repository}: history of lockfiles"),
        lines: crate::report::outcome_lines(report),
        changed: None,
        cards: &cards,
        markers: &[],
        range,
    };
    html(&page)
}

/// Shows what stored lines tell, of one repository or many.
///
/// # Errors
/// When a file cannot be read or holds no line, or the format does not fit.
pub(super) fn show(arguments: &Metrics) -> anyhow::Result<u8> {
    let lines = store::read(&arguments.trend).map_err(|error| anyhow!("a trend file cannot be read: {error}"))?;
    if lines.lines.is_empty() {
        let why = lines.passed_over.first().map_or("they are empty".to_owned(), Clone::clone);
        bail!("the trend files hold no line of `{SCHEMA}`: {why}");
    }
    let outputs = output::asked(&arguments.output)?;
    if !matches!(arguments.format, MetricsFormat::Text | MetricsFormat::Markdown) {
        for why in &lines.passed_over {
            super::terminal::say(&format!("passed over {why}"));
        }
    }
    output::write_all(arguments.format, &outputs, |format, _, out| {
        out.write_all(rendered(format, &lines)?.as_bytes())
    })?;
    Ok(CLEAN)
}

fn rendered(format: MetricsFormat, lines: &Lines) -> io::Result<String> {
    Ok(match format {
        MetricsFormat::Text => text(lines),
        MetricsFormat::Markdown => format!("```text\n{}```\n", text(lines)),
        MetricsFormat::Json => json(lines)?,
        MetricsFormat::Html => trend_page(lines),
        MetricsFormat::Openmetrics => emit::open_metrics(&lines.lines),
        MetricsFormat::Emf => emit::embedded_metrics(&lines.lines),
    })
}

fn json(lines: &Lines) -> io::Result<String> {
    let document = serde_json::json!({
        "schema": SCHEMA,
        "changed": since_last_week(&lines.lines),
        "passed_over": lines.passed_over,
        "lines": lines.lines,
    });
    Ok(serde_json::to_string_pretty(&document)? + "\n")
}

fn heading(lines: &Lines, fleet: &Fleet) -> String {
    let repositories = lines.lines.chunk_by(|a, b| a.repository == b.repository).count();
    let range = fleet.range.map_or(String::new(), |(first, last)| format!(", {first} to {last}"));
    let words = if repositories == 1 { "1 repository".to_owned() } else { format!("{repositories} repositories") };
    format!("{words}, {}, {}{range}", counted(fleet.cards.len(), "service"), counted(lines.lines.len(), "run"))
}

fn text(lines: &Lines) -> String {
    let fleet = fleet(&lines.lines);
    let mut out: Vec<u8> = Vec::new();
    let mut say = |line: &str| {
        // A vector takes all that is written to it.
        let _always = writeln!(out, "{}", crate::printable::printable(line.trim_end()));
    };
    say(&heading(lines, &fleet));
    for why in &lines.passed_over {
        say(&format!("passed over {why}"));
    }
    say("");
    say("What changed since last week");
    let changed = since_last_week(&lines.lines);
    for change in &changed {
        say(&format!("  {change}"));
    }
    if changed.is_empty() {
        say("  nothing");
    }
    for card in &fleet.cards {
        say("");
        say(&card.name);
        for chart in &card.charts {
            let top = if chart.is_share { 1.0 } else { greatest(chart) };
            for curve in &chart.curves {
                let last = curve.points.last();
                let n = last.and_then(|point| point.n).map_or(String::new(), |n| format!(" (n = {n})"));
                let name = if chart.curves.len() > 1 { curve.name.to_owned() } else { chart.title.to_lowercase() };
                let bars = sparkline(&curve.points, WIDTH, top);
                say(&format!("  {name:<22} {bars:<WIDTH$} {}{n}", chart.words(last.and_then(|point| point.value))));
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn greatest(chart: &Chart) -> f64 {
    let values = chart.curves.iter().flat_map(|curve| &curve.points).filter_map(|point| point.value);
    values.fold(0.0, f64::max)
}

fn trend_page(lines: &Lines) -> String {
    let fleet = fleet(&lines.lines);
    let mut head = vec![heading(lines, &fleet)];
    if fleet.by_week {
        head.push(
            "Points are the last run of each week; vertical lines are releases; a break is time without a run."
                .to_owned(),
        );
    } else {
        head.push(
            "Points are the last run of each day; vertical lines are releases; a break is time without a run."
                .to_owned(),
        );
    }
    if !lines.passed_over.is_empty() {
        head.push(format!(
            "{} passed over: {}",
            counted(lines.passed_over.len(), "line"),
            lines.passed_over.join("; ")
        ));
    }
    html(&Page {
        title: "reproof: trends",
        lines: head,
        changed: Some(since_last_week(&lines.lines)),
        cards: &fleet.cards,
        markers: &fleet.markers,
        range: fleet.range.unwrap_or((Day(0), Day(1))),
    })
}
