//! Places inside the strings of a rule file: from a text without its escapes to the bytes of the file.

use std::ops::Range;

use crate::source::Span;
use crate::syntax::Node;

/// The place in the file of a part of a TOML string. The whole string when the two cannot be matched.
pub(super) fn inside(node: Node<'_>, part: &Range<usize>) -> Span {
    let whole = node.inner_span();
    let text = node.document().text();
    let (Some(raw), Some(decoded)) = (text.get(whole.range()), node.text()) else { return node.span() };
    if raw == decoded {
        return whole.part(part.clone());
    }
    let is_basic = text.get(node.span().range()).is_some_and(|quoted| quoted.starts_with('"'));
    match raw_offsets(raw, decoded, is_basic, [part.start, part.end]) {
        Some([start, end]) => whole.part(start..end),
        None => whole,
    }
}

/// Where offsets of the decoded text stand in the raw one.
fn raw_offsets(raw: &str, decoded: &str, is_basic: bool, wanted: [usize; 2]) -> Option<[usize; 2]> {
    let mut found = [None; 2];
    let (mut at, mut decoded_at) = (0, 0);
    loop {
        for (wanted, found) in wanted.iter().zip(&mut found) {
            // The first raw place wins: an escaped line end stands for nothing and belongs to what follows.
            if decoded_at >= *wanted && found.is_none() {
                *found = Some(at);
            }
        }
        let Some((raw_length, decoded_length)) = step(&raw[at..], &decoded[decoded_at..], is_basic) else { break };
        at += raw_length;
        decoded_at += decoded_length;
    }
    (at == raw.len() && decoded_at == decoded.len()).then_some([found[0]?, found[1]?])
}

/// The lengths of the next character in both texts; `None` at the end or when they do not match.
fn step(raw: &str, decoded: &str, is_basic: bool) -> Option<(usize, usize)> {
    let first = raw.chars().next()?;
    let next = decoded.chars().next().map_or(0, char::len_utf8);
    if first == '\\' && is_basic {
        let digits = match raw[1..].chars().next()? {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            ' ' | '\t' | '\r' | '\n' => {
                let rest = raw[1..].trim_start_matches([' ', '\t', '\r', '\n']);
                return Some((raw.len() - rest.len(), 0));
            }
            _ => 0,
        };
        return (raw.len() >= 2 + digits && next > 0).then_some((2 + digits, next));
    }
    if raw.starts_with("\r\n") && decoded.starts_with('\n') {
        return Some((2, 1));
    }
    decoded.starts_with(first).then_some((next, next))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::source::SourceId;

    #[test]
    fn places_point_at_the_written_characters() {
        for toml in [
            "when = 'a.timout'",
            "when = \"a.timout\"",
            "when = '''\na.timout'''",
            "when = '''\r\na ||\r\na.timout\r\n'''",
            "when = \"\"\"\na || \\\n   a.timout\"\"\"",
            "when = \"\\\"é\\\\\\u00e9\\\" == \\t a.timout\"",
            "when = \"\\U000000e9 a.timout\\n\"",
        ] {
            let document = crate::syntax::toml::parse(SourceId::FIRST, &toml.into()).unwrap();
            let node = document.root().get("when").unwrap();
            let at = node.text().unwrap().find("timout").unwrap();
            let span = inside(node, &(at..at + 6));
            assert_eq!(&toml[span.range()], "timout", "{toml}");
        }
    }
}
