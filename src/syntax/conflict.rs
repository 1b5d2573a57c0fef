//! Merge-conflict markers that git left in a text.
//!
//! Every format breaks on them in its own words, so readers look for them before they parse
//! and say what it is.

use std::ops::Range;

/// A merge conflict: bytes of its marker lines (without line ends) and of both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// The line `<<<<<<< ours`.
    pub begin: Range<usize>,
    /// What one side has, line ends included; a `|||||||` part (diff3) is not in it.
    pub ours: Range<usize>,
    /// The line `=======`.
    pub middle: Range<usize>,
    /// What the other side has, line ends included.
    pub theirs: Range<usize>,
    /// The line `>>>>>>> theirs`.
    pub end: Range<usize>,
}

/// The first conflict of a text: its three markers at line starts, in order. A line of equals
/// signs alone, as under a heading, is none.
pub fn find(text: &str) -> Option<Conflict> {
    let bytes = text.as_bytes();
    let mut begin = marker(bytes, b"<<<<<<<", 0)?;
    let middle = marker(bytes, b"=======", begin.end)?;
    let end = marker(bytes, b">>>>>>>", middle.end)?;
    let before = &bytes[..middle.start];
    // The last opening marker before the middle one is the one it belongs to.
    while let Some(later) = marker(before, b"<<<<<<<", begin.end) {
        begin = later;
    }
    let base = marker(before, b"|||||||", begin.end).map_or(middle.start, |base| base.start);
    Some(Conflict {
        ours: next_line(bytes, begin.end)..base,
        theirs: next_line(bytes, middle.end)..end.start,
        begin,
        middle,
        end,
    })
}

/// The next line from `from` on that begins with a marker. Git puts a space and a name after
/// the opening and the closing one; the others may stand alone.
fn marker(bytes: &[u8], marker: &[u8], from: usize) -> Option<Range<usize>> {
    let is_named = matches!(marker.first(), Some(b'<' | b'>'));
    let finder = memchr::memmem::Finder::new(marker);
    let mut at = from;
    while let Some(found) = finder.find(&bytes[at..]) {
        let start = at + found;
        at = start + marker.len();
        let begins_line = start == 0 || bytes[start - 1] == b'\n';
        let ends = match bytes.get(at) {
            Some(b' ') => true,
            None | Some(b'\n' | b'\r') => !is_named,
            Some(_) => false,
        };
        if begins_line && ends {
            let end = memchr::memchr2(b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |length| at + length);
            return Some(start..end);
        }
    }
    None
}

fn next_line(bytes: &[u8], at: usize) -> usize {
    memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |length| at + length + 1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn conflicts_are_found_with_both_sides() {
        // Text, ours, theirs.
        let cases = [
            ("a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> side\nd\n", "b\n", "c\n"),
            ("<<<<<<< HEAD\r\nb\r\n=======\r\nc\r\n>>>>>>> side\r\n", "b\r\n", "c\r\n"),
            ("<<<<<<< HEAD\n=======\nc\n>>>>>>> side", "", "c\n"),
            ("<<<<<<< HEAD\nb\n||||||| base\nz\n=======\nc\n>>>>>>> side\n", "b\n", "c\n"),
            ("<<<<<<< a\n<<<<<<< b\nb\n=======\nc\n>>>>>>> side\n", "b\n", "c\n"),
            ("x\n=======\n<<<<<<< a\nb\n=======\n>>>>>>> side\n", "b\n", ""),
        ];
        for (text, ours, theirs) in cases {
            let found = find(text).unwrap();
            assert_eq!((&text[found.ours], &text[found.theirs]), (ours, theirs), "{text:?}");
            assert!(text[found.begin].starts_with("<<<<<<< ") && text[found.end].starts_with(">>>>>>> "), "{text:?}");
            assert_eq!(&text[found.middle], "=======", "{text:?}");
        }
    }

    #[test]
    fn other_texts_have_none() {
        let cases = [
            "",
            "Heading\n=======\n",
            "<<<<<<< HEAD\n",
            "<<<<<<< HEAD\n=======\n",
            " <<<<<<< HEAD\n =======\n >>>>>>> side\n",
            "<<<<<<<< HEAD\n========\n>>>>>>>> side\n",
            ">>>>>>> side\n=======\n<<<<<<< HEAD\n",
            "a <<<<<<< b ======= c >>>>>>> d\n",
        ];
        for text in cases {
            assert_eq!(find(text), None, "{text:?}");
        }
        assert_eq!(find(&"<<<<<<< a\n".repeat(100_000)), None);
        assert_eq!(find(&"=".repeat(1_000_000)), None);
    }
}
