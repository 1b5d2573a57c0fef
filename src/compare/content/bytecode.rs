//! Python bytecode: a header of 16 bytes (PEP 552) before the marshalled code.

use super::mask;

/// Bytes before the code.
const HEADER: usize = 16;

/// What differs between two files of bytecode, when that is the interpreter, the header or the name of the source.
pub(super) fn explain(a: &[u8], b: &[u8]) -> Option<String> {
    let (own, other) = (a.get(..HEADER)?, b.get(..HEADER)?);
    if own[..4] != other[..4] {
        let magic = |header: &[u8]| u16::from_le_bytes([header[0], header[1]]);
        return Some(format!("made by another Python: magic number {} in A, {} in B", magic(own), magic(other)));
    }
    let header = (own != other).then(|| format!("its header holds {} in A, {} in B", told(own), told(other)));
    if a[HEADER..] == b[HEADER..] {
        return header;
    }
    let (plain_a, plain_b) = (unnamed(&a[HEADER..]), unnamed(&b[HEADER..]));
    if plain_a != plain_b {
        return None;
    }
    let named = mask::seen_path(a, b).unwrap_or_else(|| "another name".to_owned());
    Some(header.map_or_else(
        || format!("it names its source as {named}"),
        |header| format!("{header}; it names its source as {named}"),
    ))
}

/// What the header says of the source.
fn told(header: &[u8]) -> String {
    let word = |at: usize| u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    match word(4) {
        0 => format!("the time {} and {} bytes of its source", word(8), word(12)),
        1 => "a hash of its source that is not checked".to_owned(),
        _ => "a hash of its source that is checked".to_owned(),
    }
}

/// The code with the directories of source names taken away, together with the lengths that stand before them.
fn unnamed(code: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(code.len());
    let mut at = 0;
    while at < code.len() {
        match text_at(code, at) {
            Some((start, end)) => match mask::paths(&code[start..end]) {
                Some(masked) => {
                    out.extend(masked);
                    at = end;
                }
                None => {
                    out.extend(&code[at..end]);
                    at = end;
                }
            },
            None => {
                out.push(code[at]);
                at += 1;
            }
        }
    }
    out
}

/// Where a marshalled text that begins with a slash or a drive stands: by its type byte and its length.
fn text_at(code: &[u8], at: usize) -> Option<(usize, usize)> {
    // The high bit marks what is referred to again; z and Z are short ASCII, a and A ASCII, u Unicode.
    let (start, length) = match code[at] & 0x7f {
        b'z' | b'Z' => (at + 2, usize::from(*code.get(at + 1)?)),
        b'a' | b'A' | b'u' | b't' => {
            let bytes: [u8; 4] = code.get(at + 1..at + 5)?.try_into().ok()?;
            (at + 5, usize::try_from(u32::from_le_bytes(bytes)).ok()?)
        }
        _ => return None,
    };
    let text = code.get(start..start.checked_add(length)?)?;
    let is_path = text.starts_with(b"/") || text.get(1) == Some(&b':');
    (is_path && length < 4096 && text.iter().all(|byte| *byte >= 0x20)).then_some((start, start + length))
}
