//! What the history of a repository tells of its lockfiles: when they changed, by how much, and what was taken back.
//!
//! A walk along first parents ([`walk`]) gives the commits and what each did to lockfiles and manifests; everything
//! after it works on ids, times and texts alone, so that the examples of rules and the tests need no git.

pub mod age;
pub mod change;
pub mod clock;
pub mod commit_words;
pub mod fact;
pub mod incident;
pub mod locked;
pub mod measure;
pub mod memory;
pub mod order;
pub mod outcome;
pub mod pin;
pub mod pipeline;
pub mod replay;
pub mod reproducibility;
pub mod rollback;
pub mod row;
pub mod series;
pub mod store;
pub mod walk;

use std::sync::Arc;

use crate::read::{Claim, READERS, Reader};
use crate::tree::BlobId;

pub use store::Store;

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// A commit of the walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its id in hexadecimal digits.
    pub id: String,
    /// When it was committed, in seconds since 1970-01-01 UTC; never before the commit it follows.
    pub time: i64,
    /// How many parents it has.
    pub parents: usize,
    /// Whether a program made it, by the name of its author.
    pub by_bot: bool,
    /// Its message, cut after some thousand bytes.
    pub message: Box<str>,
}

impl Commit {
    /// The first line of its message.
    pub fn subject(&self) -> &str {
        self.message.lines().next().unwrap_or_default().trim()
    }

    /// The day of its time.
    pub fn day(&self) -> crate::day::Day {
        crate::day::Day::of_unix(self.time)
    }
}

/// What a commit did to a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// The path of the file, from the root.
    pub path: Arc<str>,
    /// What it was; `None` for a new file.
    pub before: Option<BlobId>,
    /// What it became; `None` for a file that is gone.
    pub after: Option<BlobId>,
}

/// A commit that touched a lockfile, a manifest or the settings of a package client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The commit, as an index into [`History::commits`].
    pub commit: usize,
    /// What it did, by path.
    pub changes: Vec<FileChange>,
}

/// The commits of a branch along first parents, the oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// The commits.
    pub commits: Vec<Commit>,
    /// Those that touched watched files.
    pub steps: Vec<Step>,
    /// When the commits that tags name were made, sorted.
    pub releases: Vec<i64>,
    /// How many commits bear a time that contradicts their neighbours; they count as made when the one before was.
    pub clock_jumps: usize,
}

impl History {
    /// The time of a commit.
    pub fn time(&self, commit: usize) -> i64 {
        self.commits.get(commit).map_or(0, |commit| commit.time)
    }

    /// The time of the newest commit.
    pub fn end(&self) -> i64 {
        self.commits.last().map_or(0, |commit| commit.time)
    }

    /// How changes reach the branch: `merge`, `squash or rebase` or `mixed`. It tells what a commit stands for.
    pub fn merge_style(&self) -> &'static str {
        let merges = self.commits.iter().filter(|commit| commit.parents > 1).count();
        match (merges * 100).checked_div(self.commits.len()).unwrap_or(0) {
            51.. => "merge",
            5.. => "mixed",
            _ => "squash or rebase",
        }
    }
}

/// The reader of a lockfile, manifest or settings file, for files that the walk watches.
pub fn watched_reader(path: &str) -> Option<&'static Reader> {
    let is_watched = |reader: &&&Reader| {
        matches!(reader.role, "lockfile" | "manifest" | "configuration") && (reader.claims)(path) == Claim::Yes
    };
    READERS.iter().find(is_watched).copied()
}
