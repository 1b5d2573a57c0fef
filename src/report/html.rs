//! One page without anything to load: search and filters over the findings, in the reader's light or dark.

use std::collections::{BTreeMap, HashMap};
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
    let mut texts = Texts::default();
    let rows: Vec<Value> = findings.iter().map(|finding| row(report, finding, sources, &mut texts)).collect();
    let data = json!({ "sums": report.headline(), "rules": pages, "texts": texts.list, "findings": rows });
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

/// A finding as the page reads it: severity, status, rule, service, path, line, column, message, help, related places.
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
        related,
    ])
}
