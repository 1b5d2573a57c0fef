//! SARIF 2.1.0 for code scanning, within what GitHub takes: 5,000 results of a run are kept, the worst first, and
//! 100 locations of each shown (docs.github.com, "SARIF support for code scanning", read 2026-11-23).

use std::collections::BTreeMap;
use std::io::{self, Write};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{Look, Report};
use crate::finding::{Finding, Label, Status};
use crate::printable::printable;
use crate::severity::Severity;
use crate::source::{Sources, Span};

/// Results of one run that GitHub keeps.
const RESULTS: usize = 5_000;

/// Locations of one result that GitHub shows.
const LOCATIONS: usize = 100;

/// What a path in a URI escapes (RFC 3986).
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Writes the report.
///
/// # Errors
/// When the output cannot be written.
pub(super) fn write(report: &Report, sources: &Sources, _: Look, out: &mut dyn Write) -> io::Result<()> {
    let mut findings: Vec<&Finding> = report.reported().collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings.truncate(RESULTS);
    let mut rules: BTreeMap<&str, usize> = findings.iter().map(|finding| (&*finding.rule, 0)).collect();
    rules.values_mut().enumerate().for_each(|(index, rule)| *rule = index);
    let notices = report.problems.iter().map(|problem| {
        let text = printable(&problem.explanation).into_owned();
        json!({ "level": "warning", "message": { "text": text }, "locations": [location(problem.span, sources)] })
    });
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "reproof",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.keys().map(|id| rule(report, id, &findings)).collect::<Vec<_>>(),
            } },
            "automationDetails": { "id": "reproof/" },
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": notices.collect::<Vec<_>>(),
            }],
            "results": findings.iter().map(|finding| result(report, finding, &rules, sources)).collect::<Vec<_>>(),
        }],
    });
    serde_json::to_writer_pretty(&mut *out, &log)?;
    writeln!(out)
}

fn rule(report: &Report, id: &str, findings: &[&Finding]) -> Value {
    let Some(page) = report.pages.get(id) else { return json!({ "id": id }) };
    let worst = findings.iter().filter(|finding| finding.rule == id).map(|finding| finding.severity).max();
    json!({
        "id": id,
        "shortDescription": { "text": page.title },
        "fullDescription": { "text": page.why },
        "help": { "text": format!("{}\n\n{}", page.why, page.fix), "markdown": format!("{}\n\n**What to do**: {}", page.why, page.fix) },
        "defaultConfiguration": { "level": level(worst.unwrap_or(Severity::Note)) },
        "properties": { "tags": [page.group] },
    })
}

fn result(report: &Report, finding: &Finding, rules: &BTreeMap<&str, usize>, sources: &Sources) -> Value {
    let mut result = json!({
        "ruleId": finding.rule,
        "ruleIndex": rules.get(&*finding.rule),
        "level": level(finding.severity),
        "message": { "text": words(finding) },
        "locations": [location(finding.primary.span, sources)],
        "partialFingerprints": { "reproof/v1": finding.fingerprint, "primaryLocationLineHash": finding.fingerprint },
    });
    let related: Vec<Value> = finding.related.iter().take(LOCATIONS).map(|label| labelled(label, sources)).collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    if report.repository.base.is_some() {
        let was_there = matches!(finding.status, Status::Existing | Status::Baselined);
        result["baselineState"] = if was_there { "unchanged" } else { "new" }.into();
    }
    match &finding.status {
        Status::Suppressed { reason, in_source } => {
            let kind = if *in_source { "inSource" } else { "external" };
            result["suppressions"] = json!([{ "kind": kind, "justification": printable(reason) }]);
        }
        Status::Baselined => {
            result["suppressions"] = json!([{ "kind": "external", "justification": "accepted by the baseline" }]);
        }
        Status::New | Status::Existing => {}
    }
    result
}

fn words(finding: &Finding) -> String {
    let parts = [&finding.message, &finding.why, &finding.help];
    let said = parts.into_iter().filter(|part| !part.is_empty()).map(|part| printable(part));
    said.collect::<Vec<_>>().join(". ")
}

fn labelled(label: &Label, sources: &Sources) -> Value {
    let mut place = location(label.span, sources);
    place["message"] = json!({ "text": printable(&label.text) });
    place
}

fn location(span: Span, sources: &Sources) -> Value {
    let place = sources.location(span);
    let uri = utf8_percent_encode(&place.path, IN_PATH).to_string();
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri, "uriBaseId": "%SRCROOT%" },
        "region": {
            "startLine": place.start.line,
            "startColumn": place.start.column,
            "endLine": place.end.line,
            "endColumn": place.end.column,
        },
    } })
}

fn level(severity: Severity) -> &'static str {
    severity.word()
}
