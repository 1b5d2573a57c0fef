//! One page without anything to load: search and filters over the findings, in the reader's light or dark.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};
use std::ops::Range;

use serde_json::{Value, json};

use super::frame::{excerpt, one_line};
use super::{Look, ProblemRow, Report};
use crate::finding::Finding;
use crate::printable::printable;
use crate::rows::ServiceRow;
use crate::source::Sources;
use crate::words::counted;

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
        report.pages.iter().map(|(id, page)| (id.as_str(), json!([page.title, page.why]))).collect();
    let mut texts = Texts::default();
    let rows: Vec<Value> = findings.iter().map(|finding| row(report, finding, sources, &mut texts)).collect();
    let data = json!({
        "sums": report.headline(),
        "about": about(report),
        "services": report.rows.services.iter().map(service).collect::<Vec<_>>(),
        "problems": report.problems.iter().map(|problem| self::problem(problem, sources)).collect::<Vec<_>>(),
        "rules": pages,
        "texts": texts.list,
        "findings": rows,
    });
    // Inside a script element only `<` could end the data or begin something else.
    let data = data.to_string().replace('<', "\\u003c");
    let (before, after) = PAGE.split_once(DATA).expect("the page has a place for its data");
    for part in [before, &data, after] {
        out.write_all(part.as_bytes())?;
    }
    Ok(())
}

/// Texts of the page, each once: findings name them by number.
#[derive(Default)]
struct Texts {
    list: Vec<String>,
    numbers: HashMap<String, usize>,
}

impl Texts {
    fn number(&mut self, text: &str) -> usize {
        let text = printable(text);
        if let Some(number) = self.numbers.get(&*text) {
            return *number;
        }
        self.list.push(text.clone().into_owned());
        self.numbers.insert(text.into_owned(), self.list.len() - 1);
        self.list.len() - 1
    }
}

/// What was looked at, in a line.
fn about(report: &Report) -> String {
    let short = |commit: &str| commit.get(..10).unwrap_or(commit).to_owned();
    let mut parts = Vec::new();
    if let Some(commit) = &report.repository.commit {
        parts.push(format!("commit {}", short(commit)));
    }
    if let Some(base) = &report.repository.base {
        parts.push(format!("compared with {}", short(base)));
    }
    parts.push(format!("{} read", counted(report.coverage.files_read, "file")));
    parts.push(counted(report.rules_run, "rule"));
    parts.join(" \u{b7} ")
}

/// A service as the page reads it: path, stage, errors, warnings, notes, how many the baseline accepts.
fn service(row: &ServiceRow) -> Value {
    json!([printable(&row.path), row.stage, row.errors, row.warnings, row.notes, row.baselined])
}

/// A file that was not understood as the page reads it: its place, what is wrong.
fn problem(problem: &ProblemRow, sources: &Sources) -> Value {
    let place = sources.location(problem.span);
    json!([format!("{}:{}", printable(&place.path), place.start.line), one_line(&problem.explanation)])
}

/// A finding as the page reads it: severity, status, rule, service, path, line, column, message, help, the line with
/// which letters of it are meant, related places.
fn row(report: &Report, finding: &Finding, sources: &Sources, texts: &mut Texts) -> Value {
    let place = sources.location(finding.primary.span);
    let related: Vec<Value> = finding
        .related
        .iter()
        .map(|label| {
            let place = sources.location(label.span);
            json!([texts.number(&place.path), place.start.line, texts.number(&label.text)])
        })
        .collect();
    let excerpt = excerpt(finding.primary.span, sources);
    let letters = |to: usize| excerpt.text[..to].chars().count();
    let Range { start, end } = excerpt.marked;
    let marked = [letters(start), letters(end)];
    json!([
        texts.number(finding.severity.word()),
        texts.number(finding.status.word()),
        texts.number(&finding.rule),
        texts.number(report.rows.service_of(&place.path)),
        texts.number(&place.path),
        place.start.line,
        place.start.column,
        texts.number(&finding.message),
        texts.number(&finding.help),
        texts.number(&excerpt.text.trim_end().replace('\t', " ")),
        marked[0],
        marked[1],
        related,
    ])
}
