//! JUnit: a suite for each service, a case for each rule that found something in it.
//!
//! Only what fails a run is a failure; warnings, notes and what is known are the case's output. A case of known findings
//! alone is skipped.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

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
    let mut by_service: BTreeMap<&str, BTreeMap<&str, Vec<&Finding>>> = BTreeMap::new();
    let counts = |finding: &&Finding| !matches!(finding.status, Status::Suppressed { .. });
    for finding in report.reported().filter(counts) {
        let service = report.rows.service_of(finding.path(sources));
        by_service.entry(service).or_default().entry(&finding.rule).or_default().push(finding);
    }
    let mut page = quick_junit::Report::new("reproof");
    for service in report.rows.services.iter().map(|service| &*service.path) {
        by_service.entry(service).or_default();
    }
    for (service, rules) in by_service {
        let mut suite = TestSuite::new(printable(service).into_owned());
        if rules.is_empty() {
            suite.add_test_case(TestCase::new("all rules", TestCaseStatus::success()));
        }
        for (rule, findings) in rules {
            suite.add_test_case(case(rule, &findings, sources));
        }
        page.add_test_suite(suite);
    }
    let text = page.to_string().map_err(io::Error::other)?;
    // Jenkins' schema (junit-10.xsd of its xunit plugin, read 2026-11-30) lets suites alone count what was skipped.
    let text = text.replacen(&format!(" skipped=\"{}\"", page.skipped), "", 1);
    out.write_all(text.as_bytes())
}

fn case(rule: &str, findings: &[&Finding], sources: &Sources) -> TestCase {
    let (errors, others): (Vec<&Finding>, Vec<&Finding>) =
        findings.iter().partition(|finding| finding.severity == Severity::Error && finding.status == Status::New);
    let status = match errors.first() {
        None if findings.iter().all(|finding| finding.status != Status::New) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message("known before: in the baseline or in the base");
            status
        }
        None => TestCaseStatus::success(),
        Some(first) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(printable(&first.message).into_owned());
            status.set_type(rule.to_owned());
            status.set_description(listed(&errors, sources));
            status
        }
    };
    let mut case = TestCase::new(rule.to_owned(), status);
    case.set_classname("reproof");
    if !others.is_empty() {
        case.set_system_out(listed(&others, sources));
    }
    case
}

fn listed(findings: &[&Finding], sources: &Sources) -> String {
    let mut text = String::new();
    for finding in findings {
        let place = sources.location(finding.primary.span);
        let (path, line, message) = (printable(&place.path), place.start.line, printable(&finding.message));
        let known = if finding.status == Status::New { "" } else { finding.status.word() };
        let severity = [known, finding.severity.word()].join(" ");
        let written = writeln!(text, "{path}:{line}: {} {message}\n  {}", severity.trim(), printable(&finding.help));
        written.expect("writing to a text cannot fail");
    }
    text
}
