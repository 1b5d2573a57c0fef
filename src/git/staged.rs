//! What the next commit changes: the index held against `HEAD`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use gix::bstr::ByteSlice;
use gix::index::entry::Mode;
use gix::index::extension::Tree as CachedTree;
use gix::index::{Entry, File};

use super::{index, open};
use crate::tree::{BlobId, Blobs, Tree, leading};

/// The tree of the index, which is what the next commit will hold, and the paths where it differs from `HEAD`, deletions
/// included, as seen from `root`.
///
/// # Errors
/// When there is no repository or its index cannot be read.
pub fn staged(root: &Path) -> anyhow::Result<(Tree, BTreeSet<String>)> {
    let (repository, prefix) = open(root)?;
    let index = index(&repository)?;
    let mut changes = Changes { repository: &repository, index: &index, paths: BTreeSet::new() };
    // A repository without a commit: everything that is staged is new.
    let head = repository.head_tree_id().ok().map(gix::Id::detach);
    changes.below("", index.entries(), index.tree(), head)?;
    let below = changes.paths.iter().filter_map(|path| path.strip_prefix(&prefix));
    let changed = below.map(str::to_owned).collect();
    let blobs = Blobs::of_index(index, prefix);
    Ok((Tree::Objects { repository: Box::new(repository.into_sync()), blobs }, changed))
}

/// Walks only into folders that differ: the index remembers the trees of folders in which nothing was staged.
struct Changes<'r> {
    repository: &'r gix::Repository,
    index: &'r File,
    paths: BTreeSet<String>,
}

impl Changes<'_> {
    /// Adds what differs in a folder (`""` or `a/b/`): `staged` are its entries in the index, `cached` what the index
    /// remembers of its tree, `head` its tree in `HEAD`.
    fn below(
        &mut self,
        folder: &str,
        staged: &[Entry],
        cached: Option<&CachedTree>,
        head: Option<BlobId>,
    ) -> anyhow::Result<()> {
        if head.is_some() && cached.is_some_and(|tree| tree.num_entries.is_some() && Some(tree.id) == head) {
            return Ok(());
        }
        let (mut files, mut folders) = self.committed(head)?;
        let mut rest = staged;
        while let Some(entry) = rest.first() {
            let Some(name) = entry.path(self.index).get(folder.len()..) else { break };
            let Some(length) = name.find_byte(b'/') else {
                if entry.mode.contains(Mode::FILE) && files.remove(name) != Some(entry.id) {
                    self.add(folder, name);
                }
                rest = &rest[1..];
                continue;
            };
            let inside = &entry.path(self.index)[..=folder.len() + length];
            let name = &name[..length];
            let child = cached.and_then(|tree| {
                let at = tree.children.binary_search_by(|child| (*child.name).cmp(name)).ok()?;
                tree.children.get(at)
            });
            let count = leading(rest, |entry| entry.path(self.index).starts_with(inside));
            if let Ok(inside) = inside.to_str() {
                self.below(inside, &rest[..count], child, folders.remove(name))?;
            }
            rest = &rest[count..];
        }
        for name in files.keys() {
            self.add(folder, name);
        }
        for (name, tree) in folders {
            if let Ok(name) = name.to_str() {
                self.below(&format!("{folder}{name}/"), &[], None, Some(tree))?;
            }
        }
        Ok(())
    }

    /// The files and the folders of a tree of `HEAD`, by name.
    fn committed(&self, tree: Option<BlobId>) -> anyhow::Result<(Named, Named)> {
        let (mut files, mut folders) = (Named::new(), Named::new());
        let Some(tree) = tree else { return Ok((files, folders)) };
        for entry in self.repository.find_tree(tree)?.iter() {
            let entry = entry?;
            let kept = if entry.mode().is_tree() { &mut folders } else { &mut files };
            if entry.mode().is_tree() || entry.mode().is_blob() {
                kept.insert(entry.filename().to_vec(), entry.object_id());
            }
        }
        Ok((files, folders))
    }

    fn add(&mut self, folder: &str, name: &[u8]) {
        if let Ok(name) = name.to_str() {
            self.paths.insert(format!("{folder}{name}"));
        }
    }
}

type Named = BTreeMap<Vec<u8>, BlobId>;
