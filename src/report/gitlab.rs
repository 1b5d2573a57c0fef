//! GitLab's code quality report (docs.gitlab.com, "Code Quality", read 2026-11-23).

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Look, Report};
use crate::finding::{Finding, Status};
use crate::printable::printable;
use crate::severity::Severity;
use crate::source::Sources;

/// Writes the report.
///
/// # Errors
/// When the output cannot be written.
pub(super) fn write(report: &Report, sources: &Sources, _: Look, out: &mut dyn Write) -> io::Result<()> {
    let counts = |finding: &&Finding| !matches!(finding.status, Status::Suppressed { .. });
    let issues: Vec<Value> = report.reported().filter(counts).map(|finding| issue(finding, sources)).collect();
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)
}

fn issue(finding: &Finding, sources: &Sources) -> Value {
    let place = sources.location(finding.primary.span);
    let message = printable(&finding.message);
    // GitLab compares with the target branch by itself, so it is told of what is known too.
    let description = match finding.status {
        Status::Baselined => format!("{message} (in the baseline)"),
        Status::Existing => format!("{message} (already in the base)"),
        Status::New | Status::Suppressed { .. } => message.into_owned(),
    };
    json!({
        "description": description,
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint,
        "severity": match (&finding.status, finding.severity) {
            (Status::New, Severity::Error) => "critical",
            (Status::New, Severity::Warning) => "major",
            _ => "info",
        },
        "location": { "path": printable(&place.path), "lines": { "begin": place.start.line, "end": place.end.line } },
    })
}
