//! Undoing one edit of a composer.json at a time, until its digest is the recorded one.

use crate::composer::digest::{COVERED, Covered, encoded, encoded_text};
use crate::syntax::{Entry, Node};

/// How many digests are tried before the edit stays unknown.
const MOST: usize = 8_000;

/// How far up minor versions and patches are tried.
const HIGHEST: u64 = 20;

/// The one edit since the lockfile was written.
pub(super) enum Edit<'a> {
    /// A requirement that had another range.
    Range(Entry<'a>, String),
    /// A requirement that was not there.
    Added(Entry<'a>),
    /// A key that was not there.
    Key(Entry<'a>),
}

/// Finds the edit. `locked` gives what a package is locked to, and what its branch passes for.
pub(super) fn find<'a>(root: Node<'a>, recorded: &str, locked: &dyn Fn(&str) -> Vec<String>) -> Option<Edit<'a>> {
    let covered = Covered::of(root);
    let mut added = COVERED.iter().filter_map(|key| root.entry(key));
    let is_added = |entry: &Entry<'_>| covered.hash_with(entry.key.scalar().unwrap_or_default(), None) == recorded;
    if let Some(entry) = added.find(is_added) {
        return Some(Edit::Key(entry));
    }
    let mut tried = 0;
    for section in ["require", "require-dev"] {
        let entries: Vec<Entry<'_>> = root.get(section).into_iter().flat_map(Node::own_entries).collect();
        let parts: Vec<(String, String)> =
            entries.iter().map(|entry| (encoded(entry.key), encoded(entry.value))).collect();
        for (index, entry) in entries.iter().enumerate() {
            let name = entry.key.text().unwrap_or_default();
            let range = entry.value.text().unwrap_or_default();
            if covered.hash_with(section, Some(&written(&parts, index, None))) == recorded {
                return Some(Edit::Added(*entry));
            }
            for candidate in candidates(range, &locked(name)) {
                tried += 1;
                if tried > MOST {
                    return None;
                }
                let text = written(&parts, index, Some(&encoded_text(&candidate)));
                if covered.hash_with(section, Some(&text)) == recorded {
                    return Some(Edit::Range(*entry, candidate));
                }
            }
        }
    }
    None
}

/// A section with one value changed or left out.
fn written(parts: &[(String, String)], changed: usize, instead: Option<&str>) -> String {
    let shown = parts.iter().enumerate().filter_map(|(index, (key, value))| {
        let value = if index == changed { instead? } else { value };
        Some(format!("{key}:{value}"))
    });
    let shown: Vec<String> = shown.collect();
    if shown.is_empty() { "[]".to_owned() } else { format!("{{{}}}", shown.join(",")) }
}

/// Ranges that people write around the version that is locked.
fn candidates(range: &str, locked: &[String]) -> Vec<String> {
    let mut found: Vec<String> = vec!["*".to_owned()];
    found.extend(locked.iter().cloned());
    let flag = range.rsplit_once('@').map_or_else(String::new, |(_, flag)| format!("@{flag}"));
    for version in locked {
        let numbers: Vec<u64> =
            version.trim_start_matches('v').split('.').map_while(|part| part.parse().ok()).collect();
        let [major, rest @ ..] = numbers.as_slice() else { continue };
        let minor = rest.first().copied().unwrap_or(0).min(HIGHEST);
        let patch = rest.get(1).copied().unwrap_or(0).min(HIGHEST);
        let mut versions = vec![major.to_string()];
        for minor in 0..=minor {
            versions.push(format!("{major}.{minor}"));
            versions.push(format!("{major}.{minor}.0"));
        }
        versions.extend((1..=patch).map(|patch| format!("{major}.{minor}.{patch}")));
        found.extend([format!("{major}.*"), format!("{major}.{minor}.*"), format!("{major}.x-dev")]);
        for version in versions {
            found.extend(["^", "~", ">=", ""].iter().map(|operator| format!("{operator}{version}{flag}")));
        }
    }
    found.retain(|candidate| candidate != range);
    found
}
