//! What git knows: the names in its index, and the blobs of the index or of a revision.

mod staged;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};
use gix::index::{File, decode::Options};

pub use self::staged::staged;
use crate::day::Day;
use crate::tree::{BlobId, Blobs, Tree};

/// The repository around a directory, and the directory as seen from its root (`""` or `a/b/`).
pub(crate) fn open(directory: &Path) -> anyhow::Result<(gix::Repository, String)> {
    let repository = gix::discover(directory).map_err(|error| {
        let shown = directory.display();
        if directory.ancestors().any(|above| above.join(".git").exists()) {
            anyhow::Error::new(error).context(format!("the git repository of {shown} cannot be opened"))
        } else {
            anyhow!("{shown} is in no git repository")
        }
    })?;
    let root = repository.workdir().unwrap_or_else(|| repository.git_dir()).to_path_buf();
    let prefix = prefix(&root, directory)?;
    Ok((repository, prefix))
}

fn prefix(root: &Path, directory: &Path) -> anyhow::Result<String> {
    let below = directory.canonicalize()?.strip_prefix(root.canonicalize()?).map(PathBuf::from).unwrap_or_default();
    let text = below.to_str().ok_or_else(|| anyhow!("{} is not UTF-8", below.display()))?.replace('\\', "/");
    Ok(if text.is_empty() { text } else { format!("{text}/") })
}

/// The files below `root` that the index names.
///
/// # Errors
/// When there is no repository or its index cannot be read.
pub fn tracked(root: &Path) -> anyhow::Result<Blobs> {
    let (repository, prefix) = open(root)?;
    Ok(Blobs::of_index(index(&repository)?, prefix))
}

fn index(repository: &gix::Repository) -> anyhow::Result<File> {
    let path = given_index(repository).unwrap_or_else(|| repository.index_path());
    // As git does, without its checksum: hashing the index of a large repository takes longer than all else here.
    let index = File::at_or_default(path, repository.object_hash(), true, Options::default());
    index.map_err(|error| anyhow!("the git index cannot be read: {error}"))
}

/// The index that git hands to its hooks: `git commit -a` and `git commit FILE` prepare one beside the usual one.
fn given_index(repository: &gix::Repository) -> Option<PathBuf> {
    let given = PathBuf::from(std::env::var_os("GIT_INDEX_FILE")?);
    let from_root = repository.workdir().map(|root| root.join(&given));
    let path = [Some(given), from_root].into_iter().flatten().find(|path| path.is_file())?.canonicalize().ok()?;
    // A hook may look at another repository than its own.
    let own = repository.git_dir().canonicalize().ok()?;
    path.starts_with(own).then_some(path)
}

/// Tells of a path whether a tree of this repository and a revision have the same bytes there. Where that cannot be told
/// cheaply, and where git keeps other bytes than the working tree shows (line ends, filters), it says no.
pub fn same<'t>(root: &'t Path, tree: &'t Tree, base: &'t Tree) -> Box<dyn Fn(&str) -> bool + Sync + 't> {
    let Tree::Objects { repository, blobs: before } = base else { return Box::new(|_| false) };
    match tree {
        Tree::Objects { blobs, .. } => Box::new(|path| blobs.get(path).is_some_and(|id| before.get(path) == Some(id))),
        Tree::Working { .. } => {
            let Ok((stats, written)) = stats(root, before) else { return Box::new(|_| false) };
            Box::new(move |path| {
                let known = stats.get(path).zip(before.get(path));
                known.is_some_and(|(stat, id)| is_unmodified(&root.join(path), stat, id, written, repository))
            })
        }
        Tree::Memory(_) | Tree::Over { .. } => Box::new(|_| false),
    }
}

type Stats = BTreeMap<String, gix::index::entry::Stat>;

/// What the index says of files that it holds as a revision does, and in which second it was written.
fn stats(root: &Path, before: &Blobs) -> anyhow::Result<(Stats, i64)> {
    let (repository, prefix) = open(root)?;
    let index = index(&repository)?;
    let stats = index.entries().iter().filter_map(|entry| {
        let path = std::str::from_utf8(entry.path(&index)).ok()?.strip_prefix(&prefix)?;
        let is_file = entry.mode.contains(gix::index::entry::Mode::FILE);
        (is_file && before.get(path) == Some(entry.id)).then(|| (path.to_owned(), entry.stat))
    });
    Ok((stats.collect(), index.timestamp().unix_seconds()))
}

fn is_unmodified(
    file: &Path,
    stat: &gix::index::entry::Stat,
    id: BlobId,
    written: i64,
    repository: &gix::ThreadSafeRepository,
) -> bool {
    let Ok(about) = std::fs::symlink_metadata(file) else { return false };
    let size = about.len();
    let is_stored_so = || repository.to_thread_local().find_header(id).is_ok_and(|header| header.size() == size);
    if !about.is_file() || u64::from(stat.size) != size || !is_stored_so() {
        return false;
    }
    let changed = about.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    let is_as_noted = changed.is_some_and(|time| {
        let is_racy = i64::from(stat.mtime.secs) >= written;
        time.as_secs() == u64::from(stat.mtime.secs) && time.subsec_nanos() == stat.mtime.nsecs && !is_racy
    });
    let has_its_hash = || {
        let bytes = std::fs::read(file).ok()?;
        let hash = gix::objs::compute_hash(id.kind(), gix::objs::Kind::Blob, &bytes).ok()?;
        Some(hash == id)
    };
    is_as_noted || has_its_hash().unwrap_or(false)
}

/// The tree of a revision.
///
/// # Errors
/// When there is no repository, the revision does not exist, or history is cut off before it.
pub fn revision_tree(root: &Path, revision: &str) -> anyhow::Result<Tree> {
    let (repository, prefix) = open(root)?;
    let mut blobs = BTreeMap::new();
    {
        let Ok(id) = repository.rev_parse_single(revision) else {
            bail!(unknown_revision(&repository, revision));
        };
        let tree = id.object()?.peel_to_tree().with_context(|| format!("`{revision}` names no tree"))?;
        let mut recorder = gix::traverse::tree::Recorder::default();
        tree.traverse().breadthfirst(&mut recorder)?;
        for record in recorder.records {
            if let Ok(path) = std::str::from_utf8(&record.filepath)
                && let Some(path) = path.strip_prefix(&prefix)
                && record.mode.is_blob()
            {
                blobs.insert(path.to_owned(), record.oid);
            }
        }
    }
    Ok(Tree::Objects { repository: Box::new(repository.into_sync()), blobs: Blobs::Listed(blobs) })
}

/// What a branch is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForkPoint {
    /// The commit where the branch of `HEAD` left the revision, or the revision's own commit.
    pub commit: String,
    /// Whether history tells that both branches have it; it does not where a clone is cut off before.
    pub is_shared: bool,
}

/// The commit where the branch of `HEAD` left the one of `revision`: what a pull request is compared with.
///
/// # Errors
/// When there is no repository or the revision does not exist.
pub fn fork_point(root: &Path, revision: &str) -> anyhow::Result<ForkPoint> {
    let (repository, _) = open(root)?;
    let Ok(base) = repository.rev_parse_single(revision) else { bail!(unknown_revision(&repository, revision)) };
    let base = base.object()?.peel_to_commit().with_context(|| format!("`{revision}` names no commit"))?.id();
    let shared = repository.head_id().ok().and_then(|head| repository.merge_base(head, base).ok().flatten());
    Ok(ForkPoint { commit: shared.unwrap_or(base).to_string(), is_shared: shared.is_some() })
}

fn unknown_revision(repository: &gix::Repository, revision: &str) -> String {
    format!("git knows no revision `{revision}`{}", shallow(repository).unwrap_or_default())
}

/// What to do about something that git does not know where history is cut off; `None` in a whole clone.
fn shallow(repository: &gix::Repository) -> Option<&'static str> {
    repository.is_shallow().unwrap_or(false).then_some("; the clone is shallow: fetch more history (fetch-depth: 0)")
}

/// The same for the repository of a directory.
pub fn shallow_hint(root: &Path) -> Option<&'static str> {
    shallow(&open(root).ok()?.0)
}

/// The commit that a revision names.
///
/// # Errors
/// When there is no repository or the revision names no commit in it.
pub fn commit(root: &Path, revision: &str) -> anyhow::Result<String> {
    let (repository, _) = open(root)?;
    let Ok(id) = repository.rev_parse_single(revision) else { bail!(unknown_revision(&repository, revision)) };
    let commit = id.object()?.peel_to_commit().with_context(|| format!("`{revision}` names no commit"))?;
    Ok(commit.id().to_string())
}

/// A commit with a name and the day it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The name of a tag, or the first digits of the commit.
    pub name: String,
    /// The commit.
    pub commit: String,
    /// The day of the committer.
    pub day: Day,
}

/// All tags that lead to commits, by name.
///
/// # Errors
/// When there is no repository or its references cannot be read.
pub fn tags(root: &Path) -> anyhow::Result<Vec<Stamp>> {
    let (repository, _) = open(root)?;
    let references = repository.references()?;
    let mut stamps = Vec::new();
    for mut reference in references.tags()?.filter_map(Result::ok) {
        let name = reference.name().shorten().to_string();
        let Some(commit) = reference.peel_to_id().ok().and_then(|id| id.object().ok()?.peel_to_commit().ok()) else {
            continue;
        };
        let Ok(time) = commit.time() else { continue };
        stamps.push(Stamp { name, commit: commit.id().to_string(), day: Day::of_unix(time.seconds) });
    }
    stamps.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(stamps)
}

/// The last commit of each month on the branch of `HEAD`, the youngest first; first parents only.
///
/// # Errors
/// When there is no repository or no commit, or history is cut off.
pub fn months(root: &Path) -> anyhow::Result<Vec<Stamp>> {
    let (repository, _) = open(root)?;
    if let Some(hint) = shallow(&repository) {
        bail!("there are no past months to look at{hint}");
    }
    let mut stamps: Vec<Stamp> = Vec::new();
    let mut next = Some(repository.head_id()?.detach());
    // No branch that is rehearsed is longer.
    for _ in 0..100_000 {
        let Some(commit) = next.and_then(|id| repository.find_commit(id).ok()) else { break };
        next = commit.parent_ids().next().map(gix::Id::detach);
        let day = Day::of_unix(commit.time()?.seconds);
        let month = |day: Day| day.to_string()[..7].to_owned();
        if stamps.last().is_none_or(|last| month(last.day) != month(day)) {
            let commit = commit.id().to_string();
            stamps.push(Stamp { name: commit[..12].to_owned(), commit, day });
        }
    }
    Ok(stamps)
}

/// The branch that pull requests go to: the default one of the remote, else the one that is checked out.
pub fn default_branch(root: &Path) -> Option<String> {
    let (repository, _) = open(root).ok()?;
    let remote = repository.find_reference("refs/remotes/origin/HEAD").ok();
    let target = remote.and_then(|remote| remote.target().try_name().map(|name| name.as_bstr().to_string()));
    if let Some(branch) = target.as_deref().and_then(|name| name.strip_prefix("refs/remotes/origin/")) {
        return Some(branch.to_owned());
    }
    let head = repository.head_name().ok().flatten()?;
    Some(head.shorten().to_string())
}

/// A name for a repository that is the same on every machine: the last parts of the address of its `origin`
/// (`team/shop`), else the name of its directory.
pub fn name(root: &Path) -> String {
    let own = || root.file_name().map_or_else(|| "repository".to_owned(), |name| name.to_string_lossy().into_owned());
    let Ok((repository, _)) = open(root) else { return own() };
    let Some(url) = repository.config_snapshot().string("remote.origin.url") else { return own() };
    let url = url.to_string();
    let path = match url.split_once("://") {
        Some(("file", _)) => return own(),
        Some((_, rest)) => rest.split_once('/').map(|(_, path)| path.to_owned()),
        None => url.split_once(':').filter(|(host, _)| host.contains('@')).map(|(_, path)| path.to_owned()),
    };
    let Some(path) = path else { return own() };
    let parts: Vec<&str> = path.trim_end_matches('/').trim_end_matches(".git").split('/').collect();
    let name = parts[parts.len().saturating_sub(2)..].join("/");
    if name.is_empty() { own() } else { name }
}

/// A tag of a commit, the last one by name.
pub fn tag_of(root: &Path, commit: &str) -> Option<String> {
    tags(root).ok()?.into_iter().rev().find(|stamp| stamp.commit == commit).map(|stamp| stamp.name)
}

/// The commit of `HEAD` as hexadecimal digits, where there is one.
pub fn head(root: &Path) -> Option<String> {
    let (repository, _) = open(root).ok()?;
    let id = repository.head_id().ok()?;
    Some(id.to_string())
}

/// Whether tracked files below `root` differ from `HEAD`, staged or not. Untracked files do not count.
///
/// # Errors
/// When there is no repository or its index cannot be read.
pub fn is_changed(root: &Path) -> anyhow::Result<bool> {
    if !staged(root)?.1.is_empty() {
        return Ok(true);
    }
    let (repository, prefix) = open(root)?;
    let index = File::at_or_default(repository.index_path(), repository.object_hash(), true, Options::default());
    let index = index.map_err(|error| anyhow!("the git index cannot be read: {error}"))?;
    let skipped = gix::index::entry::Flags::SKIP_WORKTREE;
    for entry in index.entries() {
        let is_file = entry.mode.contains(gix::index::entry::Mode::FILE) && !entry.flags.contains(skipped);
        let inside = std::str::from_utf8(entry.path(&index)).ok().and_then(|path| path.strip_prefix(&prefix));
        let Some(inside) = inside.filter(|_| is_file) else { continue };
        let path = root.join(inside);
        let Ok(about) = std::fs::symlink_metadata(&path) else { return Ok(true) };
        if is_as_recorded(&about, entry.stat) {
            continue;
        }
        let Ok(bytes) = std::fs::read(&path) else { return Ok(true) };
        let id = |bytes: &[u8]| gix::objs::compute_hash(repository.object_hash(), gix::object::Kind::Blob, bytes).ok();
        // Where git converts line ends, the working tree holds others than the commit.
        let is_same = id(&bytes) == Some(entry.id)
            || id(&String::from_utf8_lossy(&bytes).replace("\r\n", "\n").into_bytes()) == Some(entry.id);
        if !is_same {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a file has the size and the time that the index recorded, so that git takes it for unchanged.
fn is_as_recorded(about: &std::fs::Metadata, stat: gix::index::entry::Stat) -> bool {
    let time = about.modified().ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    let same_time = time
        .is_some_and(|time| time.as_secs() == u64::from(stat.mtime.secs) && time.subsec_nanos() == stat.mtime.nsecs);
    about.len() == u64::from(stat.size) && same_time
}

/// The texts of all notes under a reference such as `refs/notes/reproof`; none when there is no such reference.
///
/// # Errors
/// When there is no repository or its notes cannot be read.
pub fn notes(root: &Path, reference: &str) -> anyhow::Result<Vec<String>> {
    let (repository, _) = open(root)?;
    let Ok(id) = repository.rev_parse_single(reference) else { return Ok(Vec::new()) };
    let tree = id.object()?.peel_to_tree().with_context(|| format!("`{reference}` names no tree"))?;
    let mut recorder = gix::traverse::tree::Recorder::default();
    tree.traverse().breadthfirst(&mut recorder)?;
    let mut texts = Vec::new();
    for record in recorder.records.iter().filter(|record| record.mode.is_blob()) {
        texts.push(String::from_utf8_lossy(&repository.find_object(record.oid)?.data).into_owned());
    }
    Ok(texts)
}

/// Appends a line to the note of a commit. Calls `git`, which has the locks that two writers at once need; the note is
/// written in the name of this program, so that no name of a user is in it.
///
/// # Errors
/// When git is not there or refuses.
pub fn append_note(root: &Path, reference: &str, commit: &str, line: &str) -> anyhow::Result<()> {
    const TRIES: u32 = 5;
    let mut said = String::new();
    for attempt in 0..TRIES {
        let mut command = std::process::Command::new("git");
        command.current_dir(root).args(["notes", "--ref", reference, "append", "-m", line, commit]);
        for (name, value) in [("NAME", "reproof"), ("EMAIL", "reproof@example.invalid")] {
            command.env(format!("GIT_AUTHOR_{name}"), value).env(format!("GIT_COMMITTER_{name}"), value);
        }
        let output = command.output().context("notes are written by git, which cannot be run")?;
        if output.status.success() {
            return Ok(());
        }
        said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        if !said.contains("lock") {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50 << attempt));
    }
    bail!("git did not write the note: {said}")
}

/// Commits that [`last_changes`] goes back at most.
const FURTHEST: usize = 400;

/// The day of the commit along first parents that last changed each file; files whose last change lies further back
/// than is looked, or before the start of a shallow clone, are left out.
///
/// # Errors
/// When there is no repository or no commit.
pub fn last_changes(root: &Path, paths: &[String]) -> anyhow::Result<BTreeMap<String, Day>> {
    let (repository, prefix) = open(root)?;
    let mut commit = repository.head_commit()?;
    let blob = |commit: &gix::Commit<'_>, path: &str| -> anyhow::Result<Option<BlobId>> {
        let entry = commit.tree()?.lookup_entry_by_path(format!("{prefix}{path}"))?;
        Ok(entry.map(|entry| entry.object_id()))
    };
    let mut open_paths: BTreeMap<&String, BlobId> = BTreeMap::new();
    for path in paths {
        if let Some(id) = blob(&commit, path)? {
            open_paths.insert(path, id);
        }
    }
    let mut found = BTreeMap::new();
    for _ in 0..FURTHEST {
        if open_paths.is_empty() {
            break;
        }
        let day = Day::of_unix(commit.time()?.seconds);
        let parent = match commit.parent_ids().next() {
            None => None,
            Some(id) => match id.object() {
                Ok(object) => Some(object.peel_to_commit()?),
                Err(_) => break,
            },
        };
        let mut changed = Vec::new();
        for (path, id) in &open_paths {
            let before = parent.as_ref().map(|parent| blob(parent, path)).transpose()?.flatten();
            if before != Some(*id) {
                changed.push(*path);
            }
        }
        for path in changed {
            open_paths.remove(path);
            found.insert(path.clone(), day);
        }
        match parent {
            Some(parent) => commit = parent,
            None => break,
        }
    }
    Ok(found)
}
