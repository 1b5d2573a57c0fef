//! The walk along first parents: which commits there are, and what each did to the files that are watched.
//!
//! Trees are listed once by id, so a commit costs what it changed.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow, bail};
use gix::objs::TreeRefIter;
use rayon::prelude::*;

use super::store::cached;
use super::{Commit, FileChange, History, Step, Store, clock, watched_reader};
use crate::discover;
use crate::tree::{BlobId, ReadError};

/// Directories further down than this hold no project.
const DEEPEST: usize = 32;

/// How much of a message is kept, in bytes.
const LONGEST_MESSAGE: usize = 4096;

/// Walks the history of a revision. Times after `latest` (seconds since 1970) are not believed.
///
/// # Errors
/// When there is no repository, no commit, no such revision, or history is cut off: then nothing can be counted.
pub fn walk(root: &Path, revision: &str, latest: i64) -> anyhow::Result<(History, Store)> {
    let (repository, prefix) = crate::git::open(root)?;
    if repository.is_shallow().unwrap_or(false) {
        bail!(
            "the clone is shallow, so its history is cut off: fetch all of it (fetch-depth: 0, GIT_DEPTH: 0, git fetch --unshallow)"
        );
    }
    if repository.head_id().is_err() && revision == "HEAD" {
        bail!("the repository has no commit yet");
    }
    let tip = repository.rev_parse_single(revision).map_err(|_| anyhow!("git knows no revision `{revision}`"))?;
    let tip = tip.object()?.peel_to_commit().with_context(|| format!("`{revision}` names no commit"))?.id;
    let releases = releases(&repository);
    let shared = repository.into_sync();
    let (mut commits, trees) = chain(&cached(&shared), tip)?;
    let mut times: Vec<i64> = commits.iter().map(|commit| commit.time).collect();
    let clock_jumps = clock::mend(&mut times, latest);
    for (commit, time) in commits.iter_mut().zip(times) {
        commit.time = time;
    }
    let steps = steps(&shared, &trees, &prefix);
    if let Some((commit, path)) = unfetched(&shared.to_thread_local(), &steps) {
        let (id, why) = (&commits[commit].id[..12], ReadError::Unfetched);
        bail!("{path} at {id} cannot be read: {why}");
    }
    let history = History { commits, steps, releases, clock_jumps };
    Ok((history, Store::Git(Box::new(shared))))
}

/// A state of a watched file that git knows by name only, and its commit.
fn unfetched<'s>(repository: &gix::Repository, steps: &'s [Step]) -> Option<(usize, &'s str)> {
    let is_lost = |change: &&FileChange| change.after.is_some_and(|blob| !repository.has_object(blob));
    steps.iter().find_map(|step| Some((step.commit, &*step.changes.iter().find(is_lost)?.path)))
}

/// The commit that a revision names, as hexadecimal digits.
///
/// # Errors
/// When git knows no such commit.
pub fn commit_of(root: &Path, revision: &str) -> anyhow::Result<String> {
    let (repository, _) = crate::git::open(root)?;
    let id = repository.rev_parse_single(revision).map_err(|_| {
        anyhow!(
            "git knows no revision `{revision}`; if history was rewritten, name a commit of today's history or a date"
        )
    })?;
    Ok(id.object()?.peel_to_commit()?.id.to_string())
}

/// When the commits that tags name were made, sorted.
fn releases(repository: &gix::Repository) -> Vec<i64> {
    let Ok(references) = repository.references() else { return Vec::new() };
    let Ok(tags) = references.tags() else { return Vec::new() };
    let commit_time = |mut tag: gix::Reference<'_>| {
        let commit = tag.peel_to_id().ok()?.object().ok()?.try_into_commit().ok()?;
        Some(commit.time().ok()?.seconds)
    };
    let mut times: Vec<i64> = tags.flatten().filter_map(commit_time).collect();
    times.sort_unstable();
    times
}

/// The commits along first parents and their trees, the oldest first.
fn chain(repository: &gix::Repository, tip: BlobId) -> anyhow::Result<(Vec<Commit>, Vec<BlobId>)> {
    let mut commits = Vec::new();
    let mut trees = Vec::new();
    let mut next = Some(tip);
    while let Some(id) = next {
        let object = repository.find_object(id).with_context(|| format!("the commit {id} is missing"))?;
        let commit = gix::objs::CommitRef::from_bytes(&object.data, repository.object_hash())
            .map_err(|error| anyhow!("the commit {id} cannot be read: {error}"))?;
        let author = commit.author().map(|author| is_bot(author.name.as_ref())).unwrap_or(false);
        let message = commit.message.get(..LONGEST_MESSAGE).unwrap_or(commit.message.as_ref());
        next = commit.parents().next();
        trees.push(commit.tree());
        commits.push(Commit {
            id: id.to_string(),
            time: commit.time().map_or(0, |time| time.seconds),
            parents: commit.parents().count(),
            by_bot: author,
            message: String::from_utf8_lossy(message).into(),
        });
    }
    commits.reverse();
    trees.reverse();
    Ok((commits, trees))
}

/// Names under which programs commit.
fn is_bot(name: &[u8]) -> bool {
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    name.ends_with("[bot]")
        || name.ends_with("-bot")
        || ["renovate", "dependabot", "pyup", "greenkeeper"].iter().any(|bot| name.starts_with(bot))
}

/// What each commit did to watched files, the oldest first.
fn steps(shared: &gix::ThreadSafeRepository, trees: &[BlobId], prefix: &str) -> Vec<Step> {
    let size = trees.len().div_ceil(rayon::current_num_threads().max(1)).max(1);
    let starts: Vec<usize> = (0..trees.len()).step_by(size).collect();
    let done: Vec<Vec<Step>> = starts
        .into_par_iter()
        .map(|start| run(&cached(shared), trees, prefix, start..(start + size).min(trees.len())))
        .collect();
    done.into_iter().flatten().collect()
}

/// A run of commits, from its newest to its oldest: git stores older versions as differences from newer ones.
fn run(repository: &gix::Repository, trees: &[BlobId], prefix: &str, range: std::ops::Range<usize>) -> Vec<Step> {
    let mut lister = Lister { repository, memo: HashMap::new(), names: HashMap::new() };
    let mut steps = Vec::new();
    let mut after = range.end.checked_sub(1).and_then(|last| lister.root(trees[last], prefix));
    for commit in range.rev() {
        let before = commit.checked_sub(1).and_then(|parent| lister.root(trees[parent], prefix));
        let mut changes = Vec::new();
        compare(before.as_deref(), after.as_deref(), "", &mut changes);
        if !changes.is_empty() {
            steps.push(Step { commit, changes });
        }
        after = before;
    }
    steps.reverse();
    steps
}

/// The watched files of a tree and of the trees below it.
#[derive(Debug)]
struct Node {
    id: BlobId,
    files: BTreeMap<Box<str>, BlobId>,
    directories: BTreeMap<Box<str>, Arc<Self>>,
}

struct Lister<'r> {
    repository: &'r gix::Repository,
    /// By id and the name of the directory, which has a say in what is watched.
    memo: HashMap<(BlobId, Box<str>), Option<Arc<Node>>>,
    names: HashMap<Box<str>, bool>,
}

impl Lister<'_> {
    fn root(&mut self, tree: BlobId, prefix: &str) -> Option<Arc<Node>> {
        let mut id = tree;
        for part in prefix.split('/').filter(|part| !part.is_empty()) {
            let object = self.repository.find_object(id).ok()?;
            let mut entries = TreeRefIter::from_bytes(&object.data, self.repository.object_hash()).flatten();
            id = entries.find(|entry| entry.filename == part.as_bytes() && entry.mode.is_tree())?.oid.to_owned();
        }
        self.node(id, "", 0)
    }

    fn node(&mut self, id: BlobId, room: &str, depth: usize) -> Option<Arc<Node>> {
        let key = (id, Box::from(room));
        if let Some(known) = self.memo.get(&key) {
            return known.clone();
        }
        let node = self.list(id, room, depth);
        self.memo.insert(key, node.clone());
        node
    }

    fn list(&mut self, id: BlobId, room: &str, depth: usize) -> Option<Arc<Node>> {
        let object = self.repository.find_object(id).ok()?.detach();
        let mut node = Node { id, files: BTreeMap::new(), directories: BTreeMap::new() };
        for entry in TreeRefIter::from_bytes(&object.data, self.repository.object_hash()).flatten() {
            let Ok(name) = std::str::from_utf8(entry.filename) else { continue };
            if entry.mode.is_tree() {
                if depth < DEEPEST
                    && !discover::is_passed_over(name)
                    && let Some(below) = self.node(entry.oid.to_owned(), name, depth + 1)
                {
                    node.directories.insert(name.into(), below);
                }
            } else if entry.mode.is_blob() && self.is_watched(room, name) {
                node.files.insert(name.into(), entry.oid.to_owned());
            }
        }
        (!node.files.is_empty() || !node.directories.is_empty()).then(|| Arc::new(node))
    }

    fn is_watched(&mut self, room: &str, name: &str) -> bool {
        // What the directory has a say in are the lists of requirements, which are plain texts.
        let path = if name.ends_with(".txt") || name.ends_with(".in") || name.ends_with(".toml") {
            format!("{room}/{name}")
        } else {
            name.to_owned()
        };
        if let Some(known) = self.names.get(&*path) {
            return *known;
        }
        let is_watched = watched_reader(&path).is_some();
        self.names.insert(path.into(), is_watched);
        is_watched
    }
}

/// The files that differ between two trees.
fn compare(before: Option<&Node>, after: Option<&Node>, directory: &str, changes: &mut Vec<FileChange>) {
    if before.map(|node| node.id) == after.map(|node| node.id) {
        return;
    }
    let no_files = BTreeMap::new();
    let no_directories = BTreeMap::new();
    let (old, new) = (before.map_or(&no_files, |node| &node.files), after.map_or(&no_files, |node| &node.files));
    let gone = old.keys().filter(|name| !new.contains_key(*name));
    let mut names: Vec<&str> = gone.chain(new.keys()).map(AsRef::as_ref).collect();
    names.sort_unstable();
    for name in names {
        let (before, after) = (old.get(name).copied(), new.get(name).copied());
        if before != after {
            changes.push(FileChange { path: format!("{directory}{name}").into(), before, after });
        }
    }
    let old = before.map_or(&no_directories, |node| &node.directories);
    let new = after.map_or(&no_directories, |node| &node.directories);
    let gone = old.keys().filter(|name| !new.contains_key(*name));
    let mut names: Vec<&str> = gone.chain(new.keys()).map(AsRef::as_ref).collect();
    names.sort_unstable();
    for name in names {
        let below = format!("{directory}{name}/");
        compare(old.get(name).map(AsRef::as_ref), new.get(name).map(AsRef::as_ref), &below, changes);
    }
}
