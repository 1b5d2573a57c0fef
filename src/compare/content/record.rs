//! RECORD, the list of files of a wheel: another order, or the hashes of files that differ themselves.

use std::collections::BTreeMap;

use super::{Found, first_line, steps};
use crate::compare::cause::{LINE_ENDINGS, RECORD_FOLLOWS, RECORD_ORDER, RECORD_WRONG};
use crate::compare::pairs::Pairs;
use crate::path;

/// Why two lists differ. `record` is their path.
pub(super) fn explain(record: &str, a: &[u8], b: &[u8], pairs: &Pairs) -> Found {
    let mut found = Vec::new();
    let returns = |bytes: &[u8]| memchr::memchr(b'\r', bytes).is_some();
    if returns(a) != returns(b) {
        found.push((LINE_ENDINGS, steps::seen_line_end(a, b)));
    }
    let (own, other) = (rows(a), rows(b));
    let home = path::directory(path::directory(record));
    let (by_a, by_b): (BTreeMap<_, _>, BTreeMap<_, _>) =
        (own.iter().copied().collect(), other.iter().copied().collect());
    let mut follows = None;
    for name in by_a.keys().chain(by_b.keys()) {
        if by_a.get(name) == by_b.get(name) {
            continue;
        }
        // Files of scripts stand outside of the directory that wheels are unpacked to.
        let place = path::join(home, name);
        let is_touched = place.as_ref().is_none_or(|place| pairs.touched.contains(place) || place == record);
        if !is_touched {
            let say =
                |rows: &BTreeMap<&str, &str>| rows.get(name).map_or("nothing".to_owned(), |row| format!("`{row}`"));
            let seen =
                format!("`{name}` is the same in both, and listed with {} in A, {} in B", say(&by_a), say(&by_b));
            return vec![(RECORD_WRONG, Some(seen))];
        }
        follows.get_or_insert(*name);
    }
    if let Some(name) = follows {
        found.push((RECORD_FOLLOWS, Some(format!("it lists `{name}`, which differs"))));
    }
    let shared = |rows: &[(&str, &str)], other: &BTreeMap<&str, &str>| -> Vec<String> {
        rows.iter().filter(|(name, _)| other.contains_key(name)).map(|(name, _)| (*name).to_owned()).collect()
    };
    if shared(&own, &by_b) != shared(&other, &by_a) {
        found.push((RECORD_ORDER, first_line(a, b)));
    }
    if found.is_empty() {
        // The same rows, some of them twice or quoted in another way.
        found.push((RECORD_ORDER, first_line(a, b)));
    }
    found
}

/// Paths, each with hash and size.
fn rows(bytes: &[u8]) -> Vec<(&str, &str)> {
    let text = std::str::from_utf8(bytes).unwrap_or("");
    let row = |line: &'_ str| -> Option<(usize, usize)> {
        let size = line.rfind(',')?;
        let hash = line[..size].rfind(',')?;
        Some((hash, size))
    };
    text.lines()
        .filter_map(|line| row(line).map(|(hash, _)| (line[..hash].trim_matches('"'), &line[hash + 1..])))
        .collect()
}
