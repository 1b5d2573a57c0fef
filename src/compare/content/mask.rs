//! Directories, times and identifiers in texts and binaries, found by their shape.

use std::sync::LazyLock;

use regex::bytes::Regex;

use super::shown;

/// A shape, compiled once.
type Shape = LazyLock<Regex>;

fn shape(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is compiled in")
}

/// Paths below the directories where builds happen. Those that web addresses use too need three parts.
static PATH: Shape = LazyLock::new(|| {
    shape(concat!(
        r"(?-u)(?:/(?:home|Users|root|tmp|var|private|builds?|opt|usr|nix|mnt|media|srv|workspaces?|github|runner|codebuild|__w)",
        r"(?:/[\w.+@=~-]+)+",
        r"|/(?:app|src|code|work|io)(?:/[\w.+@=~-]+){3,}",
        r"|[A-Za-z]:(?:\\{1,2}|/)[\w.+@=~-]+(?:(?:\\{1,2}|/)[\w.+@=~-]+)+)"
    ))
});

/// Dates and times of day, and seconds since 1970 from 2014 on.
static DATE: Shape = LazyLock::new(|| {
    shape(concat!(
        r"(?-u)(?:\b(?:19|20)\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d)\b)?",
        r"|(?:\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? +)?\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*",
        r" +\d{1,2},?(?: +\d\d:\d\d(?::\d\d)?(?: +[A-Z]{2,5})?)? +20\d\d",
        r"|(?:\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? +)?\b\d{1,2} +(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*",
        r" +20\d\d(?: +\d\d:\d\d(?::\d\d)?)?(?: +(?:[A-Z]{2,5}|[+-]\d{4}))?",
        r"|\b20\d\d[01]\d[0-3]\d(?:[T.-]?\d{4,6}Z?)?\b",
        r"|\b\d\d:\d\d:\d\d(?:\.\d+)?\b",
        r"|\b1[4-9]\d{8}(?:\.\d+|\d{3})?\b)"
    ))
});

/// UUIDs.
static RANDOM: Shape =
    LazyLock::new(|| shape(r"(?-u)\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b"));

/// Sets of quoted words or numbers, as Python writes them.
static SET: Shape = LazyLock::new(|| {
    shape(r#"(?-u)\{\s*(?:'[^'\n]*'|"[^"\n]*"|-?[\d.]+)(?:\s*,\s*(?:'[^'\n]*'|"[^"\n]*"|-?[\d.]+))+\s*,?\s*\}"#)
});

/// Takes the directories of paths away and keeps the names of files; `None` when there are none.
pub(super) fn paths(bytes: &[u8]) -> Option<Vec<u8>> {
    replaced(bytes, &PATH, is_path, |found, out| {
        out.extend(b"<path>");
        let name = found.rsplit(|byte| matches!(byte, b'/' | b'\\')).next().unwrap_or(b"");
        if name.contains(&b'.') && !name.starts_with(b".") {
            out.push(b'/');
            out.extend(name);
        }
    })
}

/// Takes dates and times away; `None` when there are none.
pub(super) fn dates(bytes: &[u8]) -> Option<Vec<u8>> {
    replaced(bytes, &DATE, |_, _| true, |_, out| out.extend(b"<time>"))
}

/// Takes UUIDs away; `None` when there are none.
pub(super) fn random(bytes: &[u8]) -> Option<Vec<u8>> {
    replaced(bytes, &RANDOM, |_, _| true, |_, out| out.extend(b"<id>"))
}

/// Sorts sets; `None` when there are none.
pub(super) fn sets(bytes: &[u8]) -> Option<Vec<u8>> {
    replaced(
        bytes,
        &SET,
        |_, _| true,
        |found, out| {
            let inside = &found[1..found.len() - 1];
            let mut items: Vec<&[u8]> = inside.split(|byte| *byte == b',').map(<[u8]>::trim_ascii).collect();
            items.sort_unstable();
            out.push(b'{');
            out.extend(items.join(&b", "[..]));
            out.push(b'}');
        },
    )
}

/// The first path that differs.
pub(super) fn seen_path(a: &[u8], b: &[u8]) -> Option<String> {
    seen(a, b, &PATH, is_path)
}

/// The first time that differs.
pub(super) fn seen_date(a: &[u8], b: &[u8]) -> Option<String> {
    seen(a, b, &DATE, |_, _| true)
}

/// The first identifier that differs.
pub(super) fn seen_random(a: &[u8], b: &[u8]) -> Option<String> {
    seen(a, b, &RANDOM, |_, _| true)
}

/// The first set that differs.
pub(super) fn seen_set(a: &[u8], b: &[u8]) -> Option<String> {
    seen(a, b, &SET, |_, _| true)
}

/// Whether what looks like a path begins one: in `example.com/home/x` it does not.
fn is_path(bytes: &[u8], start: usize) -> bool {
    match start.checked_sub(1).map(|at| bytes[at]) {
        None => true,
        Some(b'I' | b'L') => start > 1 && bytes[start - 2] == b'-',
        Some(before) => !(before.is_ascii_alphanumeric() || matches!(before, b'.' | b'_' | b'-' | b'%')),
    }
}

fn replaced(
    bytes: &[u8],
    shape: &Regex,
    counts: fn(&[u8], usize) -> bool,
    write: impl Fn(&[u8], &mut Vec<u8>),
) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let mut done = 0;
    for found in shape.find_iter(bytes).filter(|found| counts(bytes, found.start())) {
        out.extend(&bytes[done..found.start()]);
        write(found.as_bytes(), &mut out);
        done = found.end();
    }
    if done == 0 {
        return None;
    }
    out.extend(&bytes[done..]);
    Some(out)
}

fn seen(a: &[u8], b: &[u8], shape: &Regex, counts: fn(&[u8], usize) -> bool) -> Option<String> {
    let all =
        |bytes| shape.find_iter(bytes).filter(move |found| counts(bytes, found.start())).map(|found| found.as_bytes());
    let (own, other) = all(a).zip(all(b)).find(|(own, other)| own != other)?;
    Some(format!("`{}` in A, `{}` in B", shown(own), shown(other)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn directories_of_builds_are_found() {
        for (text, masked) in [
            ("at /home/ann/app/x.c:3", "at <path>/x.c:3"),
            ("dir=/tmp/build-8f3a;", "dir=<path>;"),
            ("-I/usr/include/python3.12 -O2", "-I<path>/python3.12 -O2"),
            (r"C:\Users\ann\x.py", "<path>/x.py"),
            ("file:///home/ann/x.whl", "file://<path>/x.whl"),
            ("/app/a/b/c.py", "<path>/c.py"),
        ] {
            assert_eq!(String::from_utf8(paths(text.as_bytes()).unwrap()).unwrap(), masked);
        }
        for text in ["https://example.com/home/ann", "'/api/v1/users'", "a/tmp/b", "/app/users", "1/2"] {
            assert_eq!(paths(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn times_are_found() {
        for text in [
            "2026-11-24",
            "2026-11-24T02:36:20Z",
            "2026-11-24 02:36:20.123 +0100",
            "Tue Nov 24 02:36:20 UTC 2026",
            "Nov 24 2026",
            "Tue, 24 Nov 2026 02:36:20 +0000",
            "20261124",
            "20261124T023620Z",
            "02:36:20",
            "1795487780",
        ] {
            assert_eq!(dates(text.as_bytes()).unwrap(), b"<time>", "{text}");
        }
        for text in ["1.2.3", "12:30", "2026", "ab20261124cd", "99999999999"] {
            assert_eq!(dates(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn sets_are_sorted() {
        assert_eq!(sets(b"x = {'b', 'a'}").unwrap(), b"x = {'a', 'b'}");
        assert_eq!(sets(b"{'b': 1, 'a': 2}"), None);
        assert_eq!(sets(b"f('b', 'a')"), None);
    }
}
