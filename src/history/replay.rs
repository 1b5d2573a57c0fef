//! Freshness over time: the lockfile of each past state compared with its manifests as `check` does it today.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use super::series::Series;
use super::{History, Store, watched_reader};
use crate::day::Day;
use crate::derive::verdict;
use crate::discover::Listing;
use crate::path;
use crate::source::Sources;
use crate::tree::BlobId;

/// A state of a project and what its tool's frozen check would have said of the lockfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The commit that made it.
    pub commit: usize,
    /// fresh, stale, error, undecidable.
    pub verdict: &'static str,
}

/// The states that were looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replay {
    /// The states, the oldest first.
    pub states: Vec<State>,
    /// How many states there are in all.
    pub total: usize,
}

/// The files of a project at a commit.
type Files = BTreeMap<Arc<str>, BlobId>;

/// Judges the newest `most` states of a lockfile's project: commits that touched its manifests, its settings or itself.
pub fn replay(series: &Series, history: &History, store: &Store, since: i64, most: usize) -> Replay {
    let home = path::directory(&series.path);
    let rooms: Vec<&str> = path::ancestors(home).collect();
    let is_near = |file: &str| {
        let is_there = path::is_below(file, home) || home.is_empty() || rooms.contains(&path::directory(file));
        is_there && has_a_say(file, &series.ecosystem)
    };
    let is_touching = |step: &super::Step| step.changes.iter().any(|change| is_near(&change.path));
    let first = series.versions.first().map_or(usize::MAX, |version| version.commit);
    let counted: Vec<usize> = history
        .steps
        .iter()
        .filter(|step| step.commit >= first && history.time(step.commit) >= since && is_touching(step))
        .map(|step| step.commit)
        .collect();
    let from = counted.len().saturating_sub(most);
    let Some(start) = counted.get(from).copied() else { return Replay { states: Vec::new(), total: counted.len() } };
    let mut files = Files::new();
    let mut wanted: Vec<(usize, Arc<str>, Files)> = Vec::new();
    for step in &history.steps {
        for change in step.changes.iter().filter(|change| is_near(&change.path)) {
            match change.after {
                Some(blob) => files.insert(Arc::clone(&change.path), blob),
                None => files.remove(&change.path),
            };
        }
        if step.commit >= start && is_touching(step) {
            let at = series.versions.partition_point(|version| version.commit <= step.commit);
            let Some(version) = at.checked_sub(1).map(|at| &series.versions[at]) else { continue };
            wanted.push((step.commit, Arc::clone(&version.path), files.clone()));
        }
    }
    let judged = |(commit, lock, files): &(usize, Arc<str>, Files)| {
        let verdict = judge(store, lock, files)?;
        Some(State { commit: *commit, verdict })
    };
    Replay { states: wanted.par_iter().filter_map(judged).collect(), total: counted.len() }
}

/// Whether a watched file may have a say in the verdict over a lockfile of an ecosystem: those of another one have none.
fn has_a_say(file: &str, ecosystem: &str) -> bool {
    let of = watched_reader(file).and_then(|reader| match reader.name {
        "cargo" | "cargo-lock" | "cargo-config" => Some("rust"),
        "package_json" | "package_lock" | "pnpm-lock" | "pnpm-workspace" | "npmrc" | "yarn-1" | "yarn-berry"
        | "yarnrc" | "bun-lock" => Some("node"),
        _ => None,
    });
    of.is_none_or(|of| of == ecosystem)
}

/// The verdict over a lockfile among the files of its project; `None` where it is not there.
fn judge(store: &Store, lock: &str, files: &Files) -> Option<&'static str> {
    if !files.contains_key(lock) {
        return None;
    }
    let paths: Vec<String> = files.keys().map(ToString::to_string).collect();
    let listing = Listing { tracked: Some(paths.iter().cloned().collect()), paths, ..Listing::default() };
    let blobs = files.iter().map(|(path, blob)| (path.to_string(), *blob)).collect();
    // No verdict over a lockfile depends on the day.
    let inventory = crate::scan::scan_files(&Arc::new(store.tree(blobs)), listing, Day(0), Sources::default());
    let facts = &inventory.facts;
    let fact = facts.lockfiles.iter().find(|fact| *fact.header.path == *lock)?;
    // Only lockfiles, manifests and settings are read here, so that a file a manifest names, such as its readme, is
    // missing says nothing: then the digests tell, where there are any.
    let elsewhere = |span: crate::source::Span| inventory.sources.path(span.source) != lock;
    if fact.refusal.known().is_some() && fact.refusal.span.is_some_and(elsewhere) {
        return Some(match (fact.recorded_digest.known(), fact.manifest_digest.known()) {
            (Some(recorded), Some(manifest)) if recorded == manifest => "fresh",
            (Some(_), Some(_)) => "stale",
            _ => "undecidable",
        });
    }
    Some(verdict::of(facts, fact))
}
