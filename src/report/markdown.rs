//! Markdown for job summaries, comments and issues: what was found, the worst first, in one table.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use super::markup::{Limited, code, plain, prose};
use super::{Look, Report, changes, functions, outcomes};
use crate::finding::{Finding, Status};
use crate::source::Sources;
use crate::words::counted;

/// Comments and issues of GitHub take 65,536 characters (read 2026-11-23); what a caller puts round the table needs room.
const LIMIT: usize = 60_000;

/// Findings of a table that stand open.
const UNFOLDED: usize = 20;

/// What stands for advice that an earlier row gives in full.
const AGAIN: &str = "as above";

const HEAD: &str = "| | where | what breaks | what to do |\n| --- | --- | --- | --- |\n";

/// Writes the report.
///
/// # Errors
/// When the output cannot be written.
pub(super) fn write(report: &Report, sources: &Sources, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut findings: Vec<&Finding> = report.shown().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let mut text = format!("### reproof: {}\n\n", report.headline());
    text.push_str(&table(&findings, sources));
    text.push_str(&known(report));
    if look.stats {
        let room = LIMIT.saturating_sub(text.chars().count());
        text.push_str(&format!("\n{}", functions::markdown(&report.rows.lambdas, room)));
    }
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

/// The findings as a table; of a long one the end folds away.
fn table(findings: &[&Finding], sources: &Sources) -> String {
    let mut table = Limited::new(LIMIT);
    let mut advised = BTreeSet::new();
    for (index, finding) in findings.iter().enumerate() {
        if index == 0 {
            table.add(HEAD, 0);
        }
        if index == UNFOLDED {
            let more = counted(findings.len() - UNFOLDED, "more finding");
            table.add(&format!("\n<details><summary>{more}</summary>\n\n{HEAD}"), 0);
        }
        let help = if advised.insert(&finding.help) { prose(&finding.help) } else { AGAIN.to_owned() };
        table.add(&row(finding, &help, sources), 1);
    }
    table.close_details();
    table.end(|left_out| format!("\n{} in the report.\n", counted(left_out, "more finding")))
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

fn row(finding: &Finding, help: &str, sources: &Sources) -> String {
    let place = sources.location(finding.primary.span);
    let at = code(&format!("{}:{}", place.path, place.start.line));
    let rule = code(&finding.rule);
    format!("| {} {rule} | {at} | {} | {help} |\n", finding.severity.word(), prose(&finding.message))
}
