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

/// What git calls the side of a marker, in backquotes.
pub fn side(text: &str, marker: Range<usize>) -> String {
    let name = text.get(marker).unwrap_or_default().trim_start_matches(['<', '>']).trim();
    if name.is_empty() { "an unnamed side".to_owned() } else { format!("`{name}`") }
}

/// All conflicts of a text, in order.
pub fn all(text: &str) -> Vec<Conflict> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(conflict) = find(&text[from..]) {
        let shift = |range: Range<usize>| range.start + from..range.end + from;
        let Conflict { begin, ours, middle, theirs, end } = conflict;
        let next = from + end.end;
        found.push(Conflict {
            begin: shift(begin),
            ours: shift(ours),
            middle: shift(middle),
            theirs: shift(theirs),
            end: shift(end),
        });
        from = next;
    }
    found
}

/// Both sides of a text, each as it would be without the other.
pub fn sides(text: &str) -> [String; 2] {
    let mut sides = [String::new(), String::new()];
    for (line, belongs) in lines(text) {
        for (side, _) in sides.iter_mut().zip(belongs).filter(|(_, belongs)| *belongs) {
            side.push_str(line);
        }
    }
    sides
}

/// Both sides of a text. What does not belong to a side is blank, so that places stay.
pub fn sides_in_place(text: &str) -> [String; 2] {
    let mut sides = [String::with_capacity(text.len()), String::with_capacity(text.len())];
    let blank = |byte: u8| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' };
    for (line, belongs) in lines(text) {
        for (side, belongs) in sides.iter_mut().zip(belongs) {
            if belongs {
                side.push_str(line);
            } else {
                side.extend(line.bytes().map(blank));
            }
        }
    }
    sides
}

/// Each line, and whether it belongs to our side and to theirs; markers belong to none.
fn lines(text: &str) -> impl Iterator<Item = (&str, [bool; 2])> {
    let mut within = [true, true];
    text.split_inclusive('\n').map(move |line| {
        let word = line.trim_end_matches(['\n', '\r']);
        let now = match word {
            _ if word.starts_with("|||||||") => Some([false, false]),
            _ if word.starts_with("<<<<<<<") => Some([true, false]),
            "=======" => Some([false, true]),
            _ if word.starts_with(">>>>>>>") => Some([true, true]),
            _ => None,
        };
        match now {
            Some(now) => {
                within = now;
                (line, [false, false])
            }
            None => (line, within),
        }
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
    fn sides_keep_their_places() {
        let text = "a: 1\n<<<<<<< ours\nb: é\n||||||| base\nb: 0\n=======\r\nb: 3\n>>>>>>> theirs\nc: 4\n";
        let [ours, theirs] = sides_in_place(text);
        for (side, line) in [(&ours, "b: é"), (&theirs, "b: 3")] {
            assert_eq!(side.len(), text.len());
            assert_eq!(side.find(line), text.find(line));
            let words: Vec<&str> = side.lines().filter(|line| !line.trim().is_empty()).collect();
            assert_eq!(words, ["a: 1", line, "c: 4"]);
        }
    }

    #[test]
    fn sides_are_what_a_merge_would_leave() {
        let text = "a\n<<<<<<< ours\nb\n||||||| base\nz\n=======\nc\n>>>>>>> theirs\n<<<<<<< ours\n=======\nd\n>>>>>>> theirs\ne";
        assert_eq!(sides(text), ["a\nb\ne", "a\nc\nd\ne"]);
    }

    #[test]
    fn all_conflicts_are_found() {
        let one = "<<<<<<< HEAD\na\n=======\nb\n>>>>>>> side\n";
        let text = format!("x\n{one}y\n{one}z\n");
        let found: Vec<&str> =
            all(&text).into_iter().map(|conflict| &text[conflict.begin.start..conflict.end.end]).collect();
        assert_eq!(found, [one.trim_end(), one.trim_end()]);
        assert!(all("x\n").is_empty());
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
