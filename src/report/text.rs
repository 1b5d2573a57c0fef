//! The report for people: code frames, then one line of sums.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::frame::{finding_frame, one_line};
use super::{Look, Report, changes, functions, outcomes};
use crate::printable::printable;
use crate::severity::Severity;
use crate::source::Sources;
use crate::words::counted;
use colored::Colorize;

/// Writes the report.
///
/// # Errors
/// When the output cannot be written.
pub(super) fn write(report: &Report, sources: &Sources, look: Look, out: &mut dyn Write) -> io::Result<()> {
    outcomes::text(report, out)?;
    for finding in report.shown() {
        writeln!(out, "{}\n", finding_frame(finding, sources, look.color))?;
    }
    if look.unknown {
        unknowns(report, sources, out)?;
    }
    if look.stats {
        statistics(report, out)?;
    }
    changes::text(report, out)?;
    writeln!(out, "{}", summary(report, sources))
}

fn unknowns(report: &Report, sources: &Sources, out: &mut dyn Write) -> io::Result<()> {
    for undecided in &report.undecided {
        let place = sources.location(undecided.span);
        writeln!(
            out,
            "unknown[{}]: {}:{}:{}: {} is not known: {}",
            undecided.rule,
            printable(&place.path),
            place.start.line,
            place.start.column,
            undecided.field,
            one_line(&undecided.reason)
        )?;
    }
    if !report.undecided.is_empty() {
        writeln!(out)?;
    }
    Ok(())
}

fn statistics(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{} seen, {} read", counted(report.coverage.files_seen, "file"), report.coverage.files_read)?;
    for (reader, count) in &report.coverage.by_reader {
        writeln!(out, "  {count:>7} {reader}")?;
    }
    if !report.rows.lockfiles.is_empty() {
        writeln!(out, "lockfiles")?;
    }
    for lock in &report.rows.lockfiles {
        writeln!(
            out,
            "  {:<11} {:<10} {} ({})",
            lock.verdict,
            lock.tool,
            printable(&lock.path),
            counted(usize::try_from(lock.packages).unwrap_or(0), "package")
        )?;
        for reason in &lock.reasons {
            writeln!(out, "              {}", one_line(reason))?;
        }
    }
    functions::write(&report.rows.lambdas, out)?;
    if !report.rows.services.is_empty() {
        writeln!(out, "services")?;
    }
    for service in &report.rows.services {
        writeln!(
            out,
            "  {:<8} {} {}, {}, {} baselined",
            service.stage,
            printable(&service.path),
            counted(service.errors, "error"),
            counted(service.warnings, "warning"),
            service.baselined
        )?;
    }
    for (phase, duration) in &report.phases {
        writeln!(out, "  {:>7.1} ms {phase}", duration.as_secs_f64() * 1000.0)?;
    }
    writeln!(out)
}

/// The last line: what was found, what was checked, what was not understood.
fn summary(report: &Report, sources: &Sources) -> String {
    let mut parts = vec![found(report, sources)];
    let hidden = [
        (report.summary.existing, "already in the base"),
        (report.summary.baselined, "in the baseline"),
        (report.summary.suppressed, "suppressed"),
        (report.summary.fixed, "fixed since then"),
    ];
    parts.extend(hidden.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")));
    let observed = report.observed();
    if observed > 0 {
        parts.push(format!("{observed} in services that are only observed"));
    }
    if !report.undecided.is_empty() && report.shown().next().is_none() {
        parts.push(format!("{} undecided (--show-unknown lists them)", report.undecided.len()));
    }
    let mut files: Vec<String> = report.problems.iter().map(|problem| problem_words(problem, sources)).collect();
    files.dedup();
    if !files.is_empty() {
        let shown = files.iter().take(3).cloned().collect::<Vec<_>>().join("; ");
        let more = files.len().saturating_sub(3);
        let more = if more > 0 { format!("; {more} more") } else { String::new() };
        parts.push(format!("{} not understood ({shown}{more})", counted(files.len(), "file")));
    }
    parts.join("; ")
}

fn problem_words(problem: &super::ProblemRow, sources: &Sources) -> String {
    let path = printable(sources.path(problem.span.source)).into_owned();
    format!("{path}: {}", one_line(&problem.explanation))
}

fn found(report: &Report, sources: &Sources) -> String {
    let services = report.rows.services.len().max(1);
    let with: BTreeSet<&str> = report.shown().map(|finding| report.rows.service_of(finding.path(sources))).collect();
    let counts: Vec<String> = Severity::ALL
        .into_iter()
        .map(|severity| (severity, report.count(severity)))
        .filter(|(_, count)| *count > 0)
        .map(|(severity, count)| painted(severity, &counted(count, severity.word())))
        .collect();
    if counts.is_empty() {
        let checked = format!("nothing to report in {}", counted(services, "service"));
        return format!("{} ({} read)", checked.green(), counted(report.coverage.files_read, "file"));
    }
    format!("{} in {} of {}", counts.join(", "), with.len(), counted(services, "service"))
}

fn painted(severity: Severity, text: &str) -> String {
    match severity {
        Severity::Error => text.red().bold().to_string(),
        Severity::Warning => text.yellow().to_string(),
        Severity::Note => text.cyan().to_string(),
    }
}
