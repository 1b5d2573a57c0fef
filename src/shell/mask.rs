//! Workflow expressions (`${{ ... }}`) out of the shell's sight, without moving a byte.

use std::ops::Range;

/// A text that the shell grammar can read, as long as the original byte by byte.
pub(super) struct Masked {
    /// The text: only ASCII, so that characters and bytes are counted alike.
    pub(super) text: String,
    /// The places that were expressions.
    pub(super) expressions: Vec<Range<usize>>,
}

/// The places of workflow expressions in a text, `${{` and `}}` included.
/// A `}}` inside a quoted string of an expression does not end it.
pub fn expressions(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = memchr::memmem::find(&bytes[from..], b"${{") {
        let start = from + at;
        let Some(end) = end_of_expression(bytes, start + 3) else { break };
        found.push(start..end);
        from = end;
    }
    found
}

fn end_of_expression(bytes: &[u8], from: usize) -> Option<usize> {
    let mut quoted = false;
    let mut at = from;
    while at < bytes.len() {
        match bytes[at] {
            b'\'' => quoted = !quoted,
            b'}' if !quoted && bytes.get(at + 1) == Some(&b'}') => return Some(at + 2),
            _ => {}
        }
        at += 1;
    }
    None
}

pub(super) fn mask(text: &str) -> Masked {
    let expressions = expressions(text);
    let mut bytes = text.as_bytes().to_vec();
    for byte in expressions.iter().flat_map(Clone::clone) {
        if bytes[byte] != b'\n' {
            bytes[byte] = b'x';
        }
    }
    for byte in &mut bytes {
        if !byte.is_ascii() || *byte == 0 {
            *byte = b'x';
        } else if *byte == b'\r' {
            *byte = b' ';
        }
    }
    let text = String::from_utf8(bytes).expect("every byte above 127 was replaced");
    Masked { text, expressions }
}
