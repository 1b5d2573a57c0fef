//! A history that was never in git: the states of a small tree, as the examples of rules write them.

use std::collections::BTreeMap;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::{Commit, DAY, FileChange, History, Step, Store, watched_reader};
use crate::day::Day;
use crate::tree::BlobId;

/// A state of a tree.
#[derive(Debug, Clone)]
pub struct State<'s> {
    /// The day it was committed.
    pub day: Day,
    /// The message of its commit.
    pub message: &'s str,
    /// The files that it changes; the others stay as they were.
    pub files: Vec<(&'s str, &'s str)>,
}

/// The history of some states, the oldest first.
pub fn of(states: &[State<'_>]) -> (History, Store) {
    let texts = states.iter().flat_map(|state| state.files.iter().map(|(_, text)| (*text).to_owned()));
    let (store, ids) = Store::memory(texts);
    let mut ids = ids.into_iter();
    let mut now: BTreeMap<&str, BlobId> = BTreeMap::new();
    let mut history = History::default();
    for (commit, state) in states.iter().enumerate() {
        let mut changes = Vec::new();
        for (path, id) in state.files.iter().map(|(path, _)| *path).zip(&mut ids) {
            let before = now.insert(path, id);
            if before != Some(id) && watched_reader(path).is_some() {
                changes.push(FileChange { path: Arc::from(path), before, after: Some(id) });
            }
        }
        let id = Sha256::digest(format!("{commit} {}", state.message));
        history.commits.push(Commit {
            id: id.iter().take(20).map(|byte| format!("{byte:02x}")).collect(),
            // In the order in which they are written, also on one day.
            time: state.day.0 * DAY + i64::try_from(commit).unwrap_or(0),
            parents: usize::from(commit > 0),
            by_bot: false,
            message: state.message.into(),
        });
        if !changes.is_empty() {
            history.steps.push(Step { commit, changes });
        }
    }
    (history, store)
}
