//! Suppressions: comments and configuration entries that ask for findings to be overlooked.
//!
//! They hide findings, they never delete them: every report still carries them with the reason.

use std::ops::RangeInclusive;
use std::sync::Arc;

use crate::config::Config;
use crate::day::Day;
use crate::facts::problem::Reach;
use crate::facts::{Count, Days, Facts, Header, Link, Suppression};
use crate::finding::{Finding, Status};
use crate::source::{Sources, Span};
use crate::value::Value;

/// Adds the `[[ignore]]` entries of the configuration to the suppressions of the files.
pub fn add_entries(facts: &mut Facts, config: &Config, today: Day) {
    let path: Arc<str> = config.path.as_deref().unwrap_or("").into();
    for (index, entry) in config.ignores.iter().enumerate() {
        let reason = entry.reason.clone().map_or_else(Value::absent, |reason| Value::written(reason, entry.span));
        let expired =
            entry.until.map_or_else(Value::absent, |until| Value::written(Days(today.since(until)), entry.span));
        facts.add(Suppression {
            header: Header::new(&path, format!("{path}#ignore[{}]/{index}", entry.rule), entry.span),
            rule: entry.rule.clone(),
            surface: "configuration".to_owned(),
            reason,
            expired,
            known: true,
            hits: Count(0),
            reach: Reach::Entry(index),
        });
    }
}

/// Marks the findings that are to be overlooked, and counts for each suppression what it hides.
pub fn apply(findings: &mut [Finding], facts: &mut Facts, sources: &Sources, config: &Config) {
    if facts.suppressions.is_empty() {
        return;
    }
    for finding in findings {
        let hiding = facts.all::<Suppression>().find(|(_, suppression)| hides(suppression, finding, sources, config));
        let Some((link, suppression)) = hiding else { continue };
        finding.status = Status::Suppressed {
            reason: suppression.reason.known().cloned().unwrap_or_default(),
            in_source: !matches!(suppression.reach, Reach::Entry(_)),
        };
        count(facts, link);
    }
}

fn count(facts: &mut Facts, link: Link<Suppression>) {
    facts[link].hits.0 += 1;
}

fn hides(suppression: &Suppression, finding: &Finding, sources: &Sources, config: &Config) -> bool {
    if suppression.rule != finding.rule && suppression.rule != finding.group {
        return false;
    }
    // An entry holds up to and including its day.
    if suppression.expired.known().is_some_and(|days| days.0 > 0) {
        return false;
    }
    let is_at = |span: Span, lines: RangeInclusive<u32>| {
        sources.path(span.source) == &*suppression.header.path && lines.contains(&sources.location(span).start.line)
    };
    let mut places = std::iter::once(&finding.primary).chain(&finding.related).map(|label| label.span);
    match suppression.reach {
        Reach::File => finding.path(sources) == &*suppression.header.path,
        Reach::Line(line) => places.any(|span| is_at(span, line..=line)),
        Reach::Next(line) => places.any(|span| is_at(span, line..=line + 1)),
        Reach::Entry(index) => config
            .ignores
            .get(index)
            .is_some_and(|entry| entry.everywhere || entry.paths.is_match(finding.path(sources))),
    }
}
