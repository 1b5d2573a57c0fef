//! Applies the edits of safe fixes to texts.
//!
//! Edits are made last place first, so that none moves another. Of two fixes that touch the same
//! bytes the later one waits for the next run.

use std::collections::BTreeMap;

use crate::finding::{Edit, Finding, Status};
use crate::source::{SourceId, Sources};

/// Findings whose safe fixes can be made together, and what becomes of the files.
#[derive(Debug, Default)]
pub struct Plan {
    /// The fingerprints of the findings that are to be cured.
    pub cures: Vec<String>,
    /// The new texts by path, without byte order marks.
    pub texts: BTreeMap<String, String>,
}

/// Plans the safe fixes of the findings that count and that are `wanted`.
pub fn plan<'f>(
    findings: impl Iterator<Item = &'f Finding>,
    sources: &Sources,
    wanted: impl Fn(&Finding) -> bool,
) -> Plan {
    let mut plan = Plan::default();
    let mut edits: BTreeMap<SourceId, Vec<&Edit>> = BTreeMap::new();
    for finding in findings.filter(|finding| finding.status == Status::New && wanted(finding)) {
        let Some(fix) = finding.fix.as_ref().filter(|fix| fix.safe && !fix.edits.is_empty()) else { continue };
        let taken =
            |edit: &Edit| edits.get(&edit.span.source).is_some_and(|made| made.iter().any(|of| clash(of, edit)));
        let known = |edit: &Edit| edits.get(&edit.span.source).is_some_and(|made| made.contains(&edit));
        if fix.edits.iter().all(known) {
            // Two rules ask for the same change: it cures both.
            plan.cures.push(finding.fingerprint.clone());
            continue;
        }
        if fix.edits.iter().any(taken) {
            continue;
        }
        plan.cures.push(finding.fingerprint.clone());
        for edit in &fix.edits {
            edits.entry(edit.span.source).or_default().push(edit);
        }
    }
    for (source, made) in edits {
        plan.texts.insert(sources.path(source).to_owned(), applied(sources.text(source), made));
    }
    plan
}

/// Whether two edits touch the same bytes. Two insertions at one place clash too, unless both are lines of their own:
/// these follow each other in the order of their findings.
fn clash(one: &Edit, other: &Edit) -> bool {
    if one.span == other.span && adds_lines(one) && adds_lines(other) {
        return false;
    }
    let (one, other) = (one.span.range(), other.span.range());
    one == other || (one.start < other.end && other.start < one.end)
}

fn adds_lines(edit: &Edit) -> bool {
    edit.span.range().is_empty() && (edit.text.starts_with('\n') || edit.text.ends_with('\n'))
}

fn applied(text: &str, mut edits: Vec<&Edit>) -> String {
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let has_crlf = text.contains("\r\n");
    let mut result = text.to_owned();
    for edit in edits.into_iter().rev() {
        let new = if has_crlf { edit.text.replace("\r\n", "\n").replace('\n', "\r\n") } else { edit.text.clone() };
        result.replace_range(edit.span.range(), &new);
    }
    result
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::source::Span;

    fn edit(start: usize, end: usize, text: &str) -> Edit {
        Edit { span: Span::new(SourceId::FIRST, start..end), text: text.to_owned() }
    }

    #[test]
    fn edits_do_not_move_each_other() {
        let edits = [edit(0, 1, "long"), edit(2, 2, "+"), edit(4, 5, "")];
        assert_eq!(applied("a b c", edits.iter().collect()), "long +b ");
        let lines = [edit(1, 1, "\nx"), edit(1, 1, "\ny")];
        assert_eq!(applied("a\r\nb", lines.iter().collect()), "a\r\nx\r\ny\r\nb");
    }

    #[test]
    fn what_touches_the_same_bytes_clashes() {
        for (one, other, clashes) in [
            (edit(0, 2, ""), edit(1, 3, ""), true),
            (edit(0, 2, ""), edit(2, 3, ""), false),
            (edit(1, 1, "a"), edit(1, 1, "b"), true),
            (edit(0, 3, ""), edit(1, 1, "b"), true),
            (edit(0, 1, ""), edit(1, 1, "b"), false),
            (edit(1, 1, "a\n"), edit(1, 1, "b\n"), false),
            (edit(1, 1, "a\n"), edit(1, 1, "b"), true),
        ] {
            assert_eq!((clash(&one, &other), clash(&other, &one)), (clashes, clashes), "{one:?} {other:?}");
        }
    }
}
