//! One word of shell text: quotes removed, expansions left as they are written.

use std::ops::Range;

/// A word taken apart.
#[derive(Debug, Default)]
pub(super) struct Scanned {
    /// The text without quotes.
    pub(super) text: String,
    /// Whether it holds an expansion.
    pub(super) dynamic: bool,
    /// The insides of its command substitutions, as bytes of the raw word.
    pub(super) substitutions: Vec<Range<usize>>,
}

/// A word as shell text that stands for it and nothing else.
pub fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// Removes the quotes of a raw word.
pub(super) fn scan(raw: &str) -> Scanned {
    let mut scanned = Scanned::default();
    let mut chars = raw.char_indices().peekable();
    let mut double = false;
    while let Some((at, c)) = chars.next() {
        match c {
            '\'' if !double => {
                for (_, c) in chars.by_ref().take_while(|(_, c)| *c != '\'') {
                    scanned.text.push(c);
                }
            }
            '"' => double = !double,
            '\\' => match chars.next() {
                Some((_, '\n')) | None => {}
                Some((_, next)) => {
                    if double && !matches!(next, '"' | '\\' | '$' | '`') {
                        scanned.text.push('\\');
                    }
                    scanned.text.push(next);
                }
            },
            '$' | '`' => {
                let end = expansion_end(raw, at);
                if end == at + 1 && c == '$' {
                    match chars.peek() {
                        Some((_, '"')) if !double => {}
                        Some((_, '\'')) if !double => ansi_quoted(&mut chars, &mut scanned.text),
                        _ => scanned.text.push('$'),
                    }
                    continue;
                }
                scanned.dynamic = true;
                scanned.text.push_str(&raw[at..end]);
                scanned.substitutions.extend(substitution(raw, at, end));
                while chars.peek().is_some_and(|(next, _)| *next < end) {
                    chars.next();
                }
            }
            c => scanned.text.push(c),
        }
    }
    scanned
}

/// The text of `$'...'`; escapes stand for themselves without their backslash.
fn ansi_quoted(chars: &mut std::iter::Peekable<std::str::CharIndices<'_>>, text: &mut String) {
    chars.next();
    while let Some((_, c)) = chars.next() {
        match c {
            '\'' => return,
            '\\' => text.extend(chars.next().map(|(_, c)| c)),
            c => text.push(c),
        }
    }
}

/// The inside of `$(...)` or of backquotes; not of `$((...))`.
fn substitution(raw: &str, at: usize, end: usize) -> Option<Range<usize>> {
    let whole = &raw[at..end];
    if whole.starts_with("$(") && !whole.starts_with("$((") {
        return Some(at + 2..end - 1);
    }
    (whole.len() > 2 && whole.starts_with('`') && whole.ends_with('`')).then(|| at + 1..end - 1)
}

/// Where the expansion that begins at `at` ends; `at + 1` when none begins there.
fn expansion_end(raw: &str, at: usize) -> usize {
    let bytes = raw.as_bytes();
    if bytes[at] == b'`' {
        return memchr::memchr(b'`', &bytes[at + 1..]).map_or(raw.len(), |end| at + end + 2);
    }
    match bytes.get(at + 1) {
        Some(b'(') => closing(bytes, at + 1, b'(', b')'),
        Some(b'{') => closing(bytes, at + 1, b'{', b'}'),
        Some(byte) if byte.is_ascii_alphabetic() || *byte == b'_' => {
            let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
            at + 1 + bytes[at + 1..].iter().take_while(is_name).count()
        }
        Some(byte) if byte.is_ascii_digit() || b"@*#?$!-".contains(byte) => at + 2,
        _ => at + 1,
    }
}

/// One past the bracket that closes the one at `open`, quoted ones passed over.
fn closing(bytes: &[u8], open: usize, opens: u8, closes: u8) -> usize {
    let mut depth = 0_usize;
    let mut quote = 0;
    let mut at = open;
    while at < bytes.len() {
        let byte = bytes[at];
        match byte {
            b'\\' if quote != b'\'' => at += 1,
            b'\'' | b'"' if quote == 0 => quote = byte,
            _ if quote != 0 && byte == quote => quote = 0,
            _ if quote != 0 => {}
            _ if byte == opens => depth += 1,
            _ if byte == closes => {
                depth -= 1;
                if depth == 0 {
                    return at + 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}
