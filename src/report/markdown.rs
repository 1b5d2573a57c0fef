//! Markdown for job summaries, comments and issues: what was found, the worst first, in one table.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::markup::{code, plain};
use super::{Look, Report, changes, outcomes};
use crate::finding::{Finding, Status};
use crate::source::Sources;
use crate::words::counted;

/// Comments and issues of GitHub take 65,536 characters (read 2026-11-23); what a caller puts round the table needs room.
const LIMIT: usize = 60_000;

/// Writes the report.
///
/// # Errors
/// When the output cannot be written.
pub(super) fn write(report: &Report, sources: &Sources, _: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut text = format!("### reproof: {}\n\n", report.headline());
    let mut findings: Vec<&Finding> = report.shown().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    if !findings.is_empty() {
        text.push_str("| | where | what breaks | what to do |\n| --- | --- | --- | --- |\n");
    }
    let mut length = text.chars().count();
    for (index, finding) in findings.iter().enumerate() {
        let row = row(finding, sources);
        length += row.chars().count();
        if length > LIMIT {
            text.push_str(&format!("\n{} in the report.\n", counted(findings.len() - index, "more finding")));
            break;
        }
        text.push_str(&row);
    }
    text.push_str(&known(report));
    let outcomes = outcomes::markdown(report);
    if !outcomes.is_empty() {
        text.truncate(text.trim_end().len());
        text.push_str(&format!("\n\n{outcomes}"));
    }
    let changes = changes::markdown(report, LIMIT.saturating_sub(text.chars().count()));
    if !changes.is_empty() {
        text.truncate(text.trim_end().len());
        text.push_str(&format!("\n\n{changes}"));
    }
    if !report.problems.is_empty() {
        text.push_str(&format!("\n{} not understood:\n", counted(report.problems.len(), "file")));
        for problem in report.problems.iter().take(20) {
            let path = code(sources.path(problem.span.source));
            text.push_str(&format!("- {path}: {}\n", plain(&problem.explanation)));
        }
    }
    out.write_all(text.as_bytes())
}

/// What the baseline accepts, by rule: still there, so still said.
fn known(report: &Report) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in report.reported().filter(|finding| finding.status == Status::Baselined) {
        *counts.entry(&finding.rule).or_default() += 1;
    }
    if counts.is_empty() {
        return String::new();
    }
    let rules: Vec<String> = counts.iter().map(|(rule, count)| format!("{count} {}", code(rule))).collect();
    format!("\nIn the baseline: {}.\n", rules.join(", "))
}

fn row(finding: &Finding, sources: &Sources) -> String {
    let place = sources.location(finding.primary.span);
    let at = code(&format!("{}:{}", place.path, place.start.line));
    let rule = code(&finding.rule);
    format!("| {} {rule} | {at} | {} | {} |\n", finding.severity.word(), plain(&finding.message), plain(&finding.help))
}
