//! Suppression comments, in files of any format: `# reproof: ignore[rule] reason`.

use super::{File, Output};
use crate::facts::problem::Reach;
use crate::facts::{Count, Suppression};
use crate::source::position;
use crate::value::Value;

const MARK: &[u8] = b"reproof: ignore";

/// What begins a comment in one of the formats that are read.
const SIGNS: &[&str] = &["#", "//", "<!--", ";", "--", "/*"];

/// Finds the suppression comments of a file.
pub(crate) fn suppressions(file: &File<'_>, output: &mut Output) {
    for at in memchr::memmem::find_iter(file.text.as_bytes(), MARK) {
        if let Some(comment) = comment(file.text, at) {
            for rule in comment.rules.split(',').map(str::trim).filter(|rule| !rule.is_empty()) {
                output.facts.add(suppression(file, rule, &comment));
            }
        }
    }
}

struct Comment<'t> {
    rules: &'t str,
    reason: &'t str,
    whole_file: bool,
    line: u32,
    range: std::ops::Range<usize>,
}

fn comment(text: &str, at: usize) -> Option<Comment<'_>> {
    let line_start = memchr::memrchr(b'\n', &text.as_bytes()[..at]).map_or(0, |newline| newline + 1);
    let line_end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |newline| at + newline);
    let before = text.get(line_start..at)?.trim_end();
    if !SIGNS.iter().any(|sign| before.ends_with(sign)) {
        return None;
    }
    let rest = text.get(at + MARK.len()..line_end)?;
    let (whole_file, rest) = match rest.strip_prefix("-file") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let (rules, reason) = rest.strip_prefix('[')?.split_once(']')?;
    let reason = reason.trim().trim_end_matches("-->").trim_end_matches("*/").trim();
    Some(Comment { rules, reason, whole_file, line: position(text, at).line, range: at..line_end })
}

fn suppression(file: &File<'_>, rule: &str, comment: &Comment<'_>) -> Suppression {
    let span = file.span(comment.range.clone());
    let reason =
        if comment.reason.is_empty() { Value::absent() } else { Value::written(comment.reason.to_owned(), span) };
    Suppression {
        header: file.part(&format!("ignore[{rule}]"), span),
        rule: rule.to_owned(),
        surface: "comment".to_owned(),
        reason,
        expired: Value::absent(),
        known: true,
        hits: Count(0),
        reach: if comment.whole_file { Reach::File } else { Reach::Line(comment.line) },
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Output, Reader};
    use super::*;

    const ANY: Reader = Reader {
        name: "any",
        role: "other",
        claims: |_| super::super::Claim::Yes,
        read: suppressions as fn(&File<'_>, &mut Output),
    };

    #[test]
    fn comments_of_all_formats() {
        let text = "a: 1 # reproof: ignore[x, y] moves with the migration\n// reproof: ignore-file[z]\nreproof: ignore[no] not a comment\n<!-- reproof: ignore[h] why -->\n";
        let found: Vec<_> = super::super::read_alone(&ANY, "a.yml", text)
            .facts
            .suppressions
            .into_iter()
            .map(|s| (s.rule, s.reason.known().cloned(), s.reach))
            .collect();
        let why = Some("moves with the migration".to_owned());
        assert_eq!(
            found,
            [
                ("x".to_owned(), why.clone(), Reach::Line(1)),
                ("y".to_owned(), why, Reach::Line(1)),
                ("z".to_owned(), None, Reach::File),
                ("h".to_owned(), Some("why".to_owned()), Reach::Line(4)),
            ]
        );
    }
}
