//! The files of a revision or of the git index: which blob stands at which path.

use std::collections::BTreeMap;

use gix::bstr::ByteSlice;
use gix::index::entry::Mode;
use gix::index::{Entry, File};

use crate::path;

/// A git object behind a name of the index or of a revision.
pub type BlobId = gix::ObjectId;

/// Paths, as seen from a root, and their blobs.
#[derive(Debug)]
pub enum Blobs {
    /// Those of a revision, or some that were chosen.
    Listed(BTreeMap<String, BlobId>),
    /// Those of the index.
    Index(Index),
}

/// The index of a repository as seen from a folder of it. It is asked and not copied: it may name a hundred thousand
/// files, of which a hook reads a few.
#[derive(Debug)]
pub struct Index {
    file: Box<File>,
    folder: String,
}

impl Blobs {
    /// The files of an index below a folder (`""` or `a/b/`).
    pub fn of_index(file: File, folder: String) -> Self {
        Self::Index(Index { file: Box::new(file), folder })
    }

    /// The blob at a path.
    pub fn get(&self, path: &str) -> Option<BlobId> {
        match self {
            Self::Listed(files) => files.get(path).copied(),
            Self::Index(index) => index.get(path),
        }
    }

    /// The paths below a directory (the empty one for all), sorted.
    pub fn below(&self, directory: &str) -> Vec<&str> {
        let folder = folder(directory);
        match self {
            Self::Listed(files) => {
                let rest = files.range(folder.clone()..).map(|(path, _)| path.as_str());
                rest.take_while(|path| path.starts_with(&folder)).collect()
            }
            Self::Index(index) => index.entries(&folder).iter().filter_map(|entry| index.path(entry)).collect(),
        }
    }

    /// The paths of the files that lie in a directory itself, sorted.
    pub fn directly_in(&self, directory: &str) -> Vec<&str> {
        match self {
            Self::Listed(_) => {
                self.below(directory).into_iter().filter(|path| path::directory(path) == directory).collect()
            }
            Self::Index(index) => index.directly_in(&folder(directory)),
        }
    }

    /// Only the files whose paths are wanted.
    #[must_use]
    pub fn only(self, wanted: impl Fn(&str) -> bool) -> Self {
        let paths = self.below("").into_iter().filter(|path| wanted(path));
        Self::Listed(paths.filter_map(|path| Some((path.to_owned(), self.get(path)?))).collect())
    }
}

impl Index {
    fn get(&self, path: &str) -> Option<BlobId> {
        let full = format!("{}{path}", self.folder);
        let after = self.file.entries().partition_point(|entry| *entry.path(&self.file) <= *full.as_bytes());
        // A path that a merge has left in conflict has several entries; theirs is the last.
        let entry = self.file.entries()[..after].last()?;
        (self.path(entry) == Some(path)).then_some(entry.id)
    }

    /// The entries below a folder, as seen from the own one.
    fn entries(&self, folder: &str) -> &[Entry] {
        let full = format!("{}{folder}", self.folder);
        let entries = self.file.entries();
        let rest = &entries[entries.partition_point(|entry| *entry.path(&self.file) < *full.as_bytes())..];
        &rest[..self.count(rest, full.as_bytes())]
    }

    /// How many entries at the front of a list begin with a folder.
    fn count(&self, entries: &[Entry], folder: &[u8]) -> usize {
        leading(entries, |entry| entry.path(&self.file).starts_with(folder))
    }

    /// The path of an entry that is a file; `None` for a submodule or a link, and for a name that is not UTF-8.
    fn path(&self, entry: &Entry) -> Option<&str> {
        let path = std::str::from_utf8(entry.path(&self.file)).ok()?.strip_prefix(&self.folder)?;
        entry.mode.contains(Mode::FILE).then_some(path)
    }

    /// The files in a folder itself: what lies in the folders below it is stepped over at once.
    fn directly_in(&self, folder: &str) -> Vec<&str> {
        let mut rest = self.entries(folder);
        let own = self.folder.len() + folder.len();
        let mut found = Vec::new();
        while let Some(entry) = rest.first() {
            let path = entry.path(&self.file);
            let below = path[own..].find_byte(b'/').map(|length| &path[..=own + length]);
            let step = below.map_or(1, |below| self.count(rest, below));
            found.extend(self.path(entry).filter(|_| below.is_none()));
            rest = &rest[step..];
        }
        found
    }
}

/// How many items at the front of a list are so, where none is so after one that is not. Fast where they are few of many.
pub fn leading<T>(list: &[T], is_so: impl Fn(&T) -> bool) -> usize {
    let mut bound = 1;
    while list.get(bound).is_some_and(&is_so) {
        bound *= 2;
    }
    let list = &list[..list.len().min(bound)];
    list.partition_point(is_so)
}

/// What the paths below a directory begin with.
fn folder(directory: &str) -> String {
    if directory.is_empty() { String::new() } else { format!("{directory}/") }
}
