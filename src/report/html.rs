//! One page without anything to load: search and filters over the findings, in the reader's light or dark.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Look, Report};
use crate::finding::Finding;
use crate::printable::printable;
use crate::source::Sources;

const PAGE: &str = include_str!("page.html");

/// Where the page takes its findings from.
const DATA: &str = "@DATA@";

/// Writes the report.
///
/// # Errors
/// When the output cannot be written.
pub(super) fn write(report: &Report, sources: &Sources, _: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut findings: Vec<&Finding> = report.reported().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let pages: BTreeMap<&str, Value> =
        report.pages.iter().map(|(id, page)| (id.as_str(), json!({ "why": page.why }))).collect();
    let data = json!({
        "sums": report.headline(),
        "rules": pages,
        "findings": findings.iter().map(|finding| row(report, finding, sources)).collect::<Vec<_>>(),
    });
    // Inside a script element only `<` could end the data or begin something else.
    let data = data.to_string().replace('<', "\\u003c");
    let (before, after) = PAGE.split_once(DATA).expect("the page has a place for its data");
    for part in [before, &data, after] {
        out.write_all(part.as_bytes())?;
    }
    Ok(())
}

fn row(report: &Report, finding: &Finding, sources: &Sources) -> Value {
    let place = sources.location(finding.primary.span);
    let related = finding.related.iter().map(|label| {
        let place = sources.location(label.span);
        json!({ "path": printable(&place.path), "line": place.start.line, "message": printable(&label.text) })
    });
    json!({
        "severity": finding.severity.word(),
        "status": finding.status.word(),
        "rule": finding.rule,
        "service": printable(report.rows.service_of(&place.path)),
        "path": printable(&place.path),
        "line": place.start.line,
        "column": place.start.column,
        "message": printable(&finding.message),
        "help": printable(&finding.help),
        "related": related.collect::<Vec<_>>(),
    })
}
