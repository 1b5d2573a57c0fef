//! Here-documents that the grammar does not know: those behind words of a `RUN` that are no options of it.

use std::ops::Range;

/// A Dockerfile with the bodies of such documents blanked, byte for byte as long.
pub(super) struct Blanked {
    /// The text for the grammar.
    pub(super) text: String,
    /// Where each operator stands, and where its body ends.
    pub(super) bodies: Vec<(usize, usize)>,
}

/// After this many operators without an end no more ends are looked for.
const MOST_OPEN: usize = 16;

/// Blanks the bodies of here-documents that do not begin their `RUN`; options stand before a beginning.
pub(super) fn blank(text: &str) -> Blanked {
    let mut bytes = text.as_bytes().to_vec();
    let mut bodies = Vec::new();
    let mut continued = false;
    let mut only_options = false;
    let mut open = 0;
    let mut at = 0;
    while at < text.len() && open < MOST_OPEN {
        let line = line_at(text, at);
        let content = &text[line.clone()];
        let trimmed = content.trim();
        let keyword = trimmed.split_whitespace().next().unwrap_or("");
        let begins = !continued && keyword.eq_ignore_ascii_case("RUN");
        let in_run = begins || continued;
        at = line.end + 1;
        if trimmed.starts_with('#') {
            continue;
        }
        continued = in_run && trimmed.ends_with('\\');
        if !in_run {
            continue;
        }
        let rest = if begins { &trimmed[keyword.len()..] } else { trimmed };
        let words = behind_options(rest);
        let is_known = (begins || only_options) && words.starts_with("<<");
        only_options = (begins || only_options) && matches!(words, "" | "\\");
        let Some((operator, delimiter)) = operator(content) else { continue };
        let Some(end) = body_end(text, at, delimiter) else {
            open += 1;
            continue;
        };
        let body = at.min(end)..end;
        at = end;
        if is_known {
            continued = false;
            continue;
        }
        for byte in &mut bytes[body] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        bodies.push((line.start + operator, end));
    }
    Blanked { text: String::from_utf8(bytes).unwrap_or_default(), bodies }
}

/// What follows the options of an instruction: `--mount=type=cache,target=/x`.
fn behind_options(words: &str) -> &str {
    let mut rest = words.trim_start();
    while rest.starts_with("--") {
        rest = rest.split_once(char::is_whitespace).map_or("", |(_, after)| after.trim_start());
    }
    rest
}

fn line_at(text: &str, at: usize) -> Range<usize> {
    let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |end| at + end);
    at..end
}

/// Where `<<WORD` or `<<-'WORD'` stands in a line, and its word. `<<<` is none.
fn operator(line: &str) -> Option<(usize, &str)> {
    let at = line.find("<<")?;
    let rest = &line[at + 2..];
    if rest.starts_with('<') || line[..at].trim_start().starts_with('#') {
        return None;
    }
    let rest = rest.strip_prefix('-').unwrap_or(rest).trim_start_matches(['"', '\'', '\\']);
    let length = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
    (length > 0 && rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')).then(|| (at, &rest[..length]))
}

/// The end of the line that closes a body which begins at `from`.
fn body_end(text: &str, from: usize, delimiter: &str) -> Option<usize> {
    let mut at = from;
    while at < text.len() {
        let line = line_at(text, at);
        if text[line.clone()].trim() == delimiter {
            return Some(line.end);
        }
        at = line.end + 1;
    }
    None
}
