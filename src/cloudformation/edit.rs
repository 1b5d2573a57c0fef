//! Edits that insert a property into a map, as its file writes maps.

use crate::facts::{CandidateEdit, EditName};
use crate::source::Span;
use crate::syntax::{Node, Style};

/// An edit that writes `key: value` before the first entry of a map. `None` for an empty map,
/// and where the first key does not begin its line.
pub(crate) fn insert(name: EditName, map: Node<'_>, key: &str, value: &str) -> Option<CandidateEdit> {
    let first = map.own_entries().next()?.key;
    let text = map.document().text();
    let at = first.span().start as usize;
    let inserted = if text.as_bytes().get(map.span().start as usize) == Some(&b'{') {
        let gap = text.get(map.span().start as usize + 1..at)?;
        let quote = if first.style() == Style::Quoted { "\"" } else { "" };
        let gap = if gap.is_empty() { " " } else { gap };
        format!("{quote}{key}{quote}: {value},{gap}")
    } else {
        let line = memchr::memrchr(b'\n', &text.as_bytes()[..at]).map_or(0, |newline| newline + 1);
        let indent = text.get(line..at).filter(|indent| indent.bytes().all(|byte| byte == b' '))?;
        let newline = if text[..line].ends_with("\r\n") { "\r\n" } else { "\n" };
        format!("{key}: {value}{newline}{indent}")
    };
    let span = Span { start: first.span().start, end: first.span().start, ..first.span() };
    Some(CandidateEdit { name, span, text: inserted })
}
