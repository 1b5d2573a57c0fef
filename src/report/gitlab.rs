//! GitLab's code quality report (docs.gitlab.com, "Code Quality", read 2026-11-23).

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Look, Report};
use crate::finding::Finding;
use crate::printable::printable;
use crate::severity::Severity;
use crate::source::Sources;

/// Writes the report.
///
/// # Errors
/// When the output cannot be written.
pub(super) fn write(report: &Report, sources: &Sources, _: Look, out: &mut dyn Write) -> io::Result<()> {
    let issues: Vec<Value> = report.shown().map(|finding| issue(finding, sources)).collect();
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)
}

fn issue(finding: &Finding, sources: &Sources) -> Value {
    let place = sources.location(finding.primary.span);
    json!({
        "description": printable(&finding.message),
        "check_name": finding.rule,
        "fingerprint": finding.fingerprint,
        "severity": match finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Note => "info",
        },
        "location": { "path": place.path, "lines": { "begin": place.start.line, "end": place.end.line } },
    })
}
