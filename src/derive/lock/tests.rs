//! What the tests of all tools share: small trees, one edit of them, and what is told of the lockfile in them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::day::Day;
use crate::derive::verdict;
use crate::discover::Listing;
use crate::facts::{Link, Lockfile, Mismatch};
use crate::inventory::Inventory;
use crate::scan::scan_files;
use crate::source::Sources;
use crate::tree::Tree;

/// A scan of some files; what lies below `vendor` and `fixtures` is passed over, as it is in a repository.
pub(super) fn scanned<T: AsRef<str>>(files: &[(&str, T)]) -> Inventory {
    let mut paths: Vec<String> = files.iter().map(|(path, _)| (*path).to_owned()).collect();
    paths.sort();
    let is_passed_over = |path: &String| path.starts_with("vendor/") || path.starts_with("fixtures/");
    let (passed_over, paths) = paths.into_iter().partition(is_passed_over);
    let listing = Listing { paths, passed_over, ..Listing::default() };
    let tree = Tree::memory(files.iter().map(|(path, text)| (*path, text.as_ref())));
    scan_files(&Arc::new(tree), listing, Day(20_000), Sources::default())
}

/// The lockfile at a path.
pub(super) fn lock_at<'i>(found: &'i Inventory, path: &str) -> &'i Lockfile {
    found.facts.lockfiles.iter().find(|lock| *lock.header.path == *path).expect("it is a lockfile")
}

/// The verdict of a lockfile; then what stops its tool, and each difference after its line and its weight.
pub(super) fn weighed(found: &Inventory, lock: &Lockfile) -> (&'static str, Vec<String>) {
    let shown = |link: &Link<Mismatch>| {
        let mismatch = &found.facts[*link];
        let line = found.sources.location(mismatch.header.span).start.line;
        format!("{line} {}: {}", mismatch.weight, mismatch.explanation)
    };
    let told = lock.refusal.known().cloned().into_iter().chain(lock.mismatches.iter().map(shown));
    (verdict::of(&found.facts, lock), told.collect())
}

/// The verdict of the first lockfile and why, and where each difference is told, after one edit; an empty `old` puts `new` in the place of the file.
pub(super) fn judged(files: &[(&str, &str)], path: &str, old: &str, new: &str) -> String {
    let mut texts: BTreeMap<&str, String> = files.iter().map(|(path, text)| (*path, (*text).to_owned())).collect();
    let text = texts.entry(path).or_default();
    assert!(text.contains(old), "{old} stands in {path}");
    *text = if old.is_empty() { new.to_owned() } else { text.replace(old, new) };
    let files: Vec<(&str, &str)> = texts.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let found = scanned(&files);
    let lock = &found.facts.lockfiles[0];
    let mut told = vec![verdict::of(&found.facts, lock).to_owned()];
    told.extend(lock.refusal.known().cloned());
    told.extend(lock.undecided.iter().chain(&lock.version_dependent).cloned());
    told.extend(lock.mismatches.iter().map(|link| {
        let one = &found.facts[*link];
        let line = found.sources.location(one.header.span).start.line;
        format!("{}:{line} {}", one.header.path, one.explanation)
    }));
    told.join("\n")
}

/// The verdict of the first lockfile, and the differences, each after its line.
pub(super) fn verdict_and_lines<T: AsRef<str>>(files: &[(&str, T)]) -> (&'static str, String) {
    let found = scanned(files);
    lines(&found, &found.facts.lockfiles[0])
}

/// The verdict of a lockfile; then each difference after its line, what stops its tool, and what cannot be told.
pub(super) fn lines(found: &Inventory, lock: &Lockfile) -> (&'static str, String) {
    let told = lock.mismatches.iter().map(|link| {
        let mismatch = &found.facts[*link];
        let line = found.sources.location(mismatch.header.span).start.line;
        format!("{line} {}", mismatch.explanation)
    });
    let reasons = lock.refusal.known().into_iter().chain(&lock.undecided).cloned();
    (verdict::of(&found.facts, lock), told.chain(reasons).collect::<Vec<_>>().join("; "))
}

/// What is out of step, or `fresh`; then what an install would rewrite.
pub(super) fn differences(found: &Inventory) -> String {
    let lock = &found.facts.lockfiles[0];
    if let Some(refusal) = lock.refusal.known() {
        return format!("error: {refusal}");
    }
    let told: Vec<&str> = found.facts.mismatches.iter().map(|one| one.explanation.as_str()).collect();
    let rewrites = lock.rewrites.join("; ");
    if told.is_empty() { format!("fresh {rewrites}").trim_end().to_owned() } else { told.join("; ") }
}
