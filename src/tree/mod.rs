//! Where bytes come from: the working tree, the git index, a revision, or memory.
//!
//! Everything that is read goes through one [`Tree`], so that the same readers serve a
//! check, a staged commit, a base comparison and a rule's examples. Nothing here walks:
//! names come from `discover`.

mod blobs;
mod disk;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use self::blobs::{BlobId, Blobs, leading};

/// Files above this many bytes are refused with a problem: no lockfile in use comes near it.
pub const SIZE_LIMIT: u64 = 64 * 1024 * 1024;

/// Why a file has no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is no such file.
    #[error("there is no such file")]
    Missing,
    /// It is a directory.
    #[error("it is a directory, not a file")]
    Directory,
    /// The symbolic links go round in a circle.
    #[error("its symbolic links go round in a circle")]
    Loop,
    /// The symbolic link leads out of the tree.
    #[error("it is a symbolic link that leads out of the repository")]
    Outside,
    /// There is no such file, since its name is not UTF-8.
    #[error("its name is not UTF-8")]
    Name,
    /// It is larger than [`SIZE_LIMIT`].
    #[error("it has {} MB, more than the {} MB that are read", .0 / 1_000_000, SIZE_LIMIT / 1_000_000)]
    TooLarge(u64),
    /// It is not UTF-8; the byte at which it stops being so.
    #[error("it is not UTF-8 from byte {0} on")]
    NotUtf8(usize),
    /// It is UTF-16.
    #[error("it is UTF-16; save it as UTF-8")]
    Utf16,
    /// It contains a NUL byte, at this offset.
    #[error("it has a NUL byte at byte {0}, so it is not text")]
    Nul(usize),
    /// Git knows its name, and not what is in it.
    #[error("git has not fetched it, as in a partial clone: clone without --filter, or fetch what is missing")]
    Unfetched,
    /// The system refused.
    #[error("{0}")]
    Refused(String),
}

impl ReadError {
    /// The byte at which the trouble begins, a byte order mark not counted; 0 where it is about the whole file.
    pub fn byte(&self) -> usize {
        match self {
            Self::NotUtf8(at) | Self::Nul(at) => *at,
            _ => 0,
        }
    }

    /// The `trouble` of the problem it becomes.
    pub fn trouble(&self) -> &'static str {
        match self {
            Self::TooLarge(_) => "size",
            Self::NotUtf8(_) | Self::Utf16 | Self::Nul(_) => "encoding",
            _ => "unreadable",
        }
    }
}

/// A source of files, by path from its root.
#[derive(Debug)]
pub enum Tree {
    /// Files on disk below a root.
    Working {
        /// The root, absolute.
        root: PathBuf,
    },
    /// Blobs of a git repository: the index or a revision.
    Objects {
        /// The repository's git directory.
        repository: Box<gix::ThreadSafeRepository>,
        /// Its files.
        blobs: Blobs,
    },
    /// Texts in memory: rule examples and tests.
    Memory(BTreeMap<String, Vec<u8>>),
    /// Another tree in which some files have other bytes.
    Over {
        /// The other tree.
        below: Arc<Self>,
        /// The files that differ.
        files: BTreeMap<String, Vec<u8>>,
    },
}

impl Tree {
    /// The files on disk below `root`.
    pub fn working(root: impl Into<PathBuf>) -> Self {
        Self::Working { root: root.into() }
    }

    /// Texts by path.
    pub fn memory<K: Into<String>, V: Into<Vec<u8>>>(files: impl IntoIterator<Item = (K, V)>) -> Self {
        Self::Memory(files.into_iter().map(|(path, text)| (path.into(), text.into())).collect())
    }

    /// A tree in which some files have other bytes.
    pub fn over(below: &Arc<Self>, files: BTreeMap<String, Vec<u8>>) -> Self {
        Self::Over { below: Arc::clone(below), files }
    }

    /// The tree with only the files whose paths are wanted, where git names them.
    #[must_use]
    pub fn only(self, wanted: impl Fn(&str) -> bool) -> Self {
        match self {
            Self::Objects { repository, blobs } => Self::Objects { repository, blobs: blobs.only(wanted) },
            other => other,
        }
    }

    /// The root on disk, for trees that have one.
    pub fn root(&self) -> Option<&Path> {
        match self {
            Self::Working { root } => Some(root),
            Self::Over { below, .. } => below.root(),
            Self::Objects { .. } | Self::Memory(_) => None,
        }
    }

    /// Whether there is a file at a path.
    pub fn has(&self, path: &str) -> bool {
        match self {
            Self::Working { root } => root.join(path).is_file(),
            Self::Objects { blobs, .. } => blobs.get(path).is_some(),
            Self::Memory(files) => files.contains_key(path),
            Self::Over { below, files } => files.contains_key(path) || below.has(path),
        }
    }

    /// The paths below a directory, as seen from it, of a tree that is a list of files; none of one on disk.
    pub fn listed_below(&self, directory: &str) -> Vec<&str> {
        let prefix = if directory.is_empty() { String::new() } else { format!("{directory}/") };
        match self {
            Self::Memory(files) => {
                files.range(prefix.clone()..).map_while(|(path, _)| path.strip_prefix(&prefix)).collect()
            }
            Self::Objects { blobs, .. } => {
                blobs.below(directory).into_iter().filter_map(|path| path.strip_prefix(&prefix)).collect()
            }
            Self::Working { .. } | Self::Over { .. } => Vec::new(),
        }
    }

    /// The size of a file on disk or in memory, where that is cheap to tell.
    pub fn size(&self, path: &str) -> Option<u64> {
        match self {
            Self::Working { root } => fs::metadata(root.join(path)).ok().map(|about| about.len()),
            Self::Objects { .. } => None,
            Self::Memory(files) => files.get(path).map(|bytes| bytes.len() as u64),
            Self::Over { below, files } => match files.get(path) {
                Some(bytes) => Some(bytes.len() as u64),
                None => below.size(path),
            },
        }
    }

    /// The bytes that a plain file comes to, also where git has to be asked. `None` for links and what is not there.
    pub fn weight(&self, path: &str) -> Option<u64> {
        match self {
            Self::Working { root } => {
                fs::symlink_metadata(root.join(path)).ok().filter(fs::Metadata::is_file).map(|about| about.len())
            }
            Self::Objects { repository, blobs } => {
                repository.to_thread_local().find_header(blobs.get(path)?).ok().map(|header| header.size())
            }
            Self::Memory(_) => self.size(path),
            Self::Over { below, files } => match files.get(path) {
                Some(bytes) => Some(bytes.len() as u64),
                None => below.weight(path),
            },
        }
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// Any [`ReadError`] but those about the encoding.
    pub fn bytes(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let mut bytes = Vec::new();
        self.read(path, &mut bytes)?;
        Ok(bytes)
    }

    /// Reads the bytes of a file in place of what a buffer holds.
    fn read(&self, path: &str, buffer: &mut Vec<u8>) -> Result<(), ReadError> {
        match self {
            Self::Working { root } => return disk::read(root, path, buffer),
            Self::Objects { repository, blobs } => {
                let id = blobs.get(path).ok_or(ReadError::Missing)?;
                let local = repository.to_thread_local();
                if !local.has_object(id) {
                    return Err(ReadError::Unfetched);
                }
                let header = local.find_header(id).map_err(|error| ReadError::Refused(error.to_string()))?;
                if header.size() > SIZE_LIMIT {
                    return Err(ReadError::TooLarge(header.size()));
                }
                let blob = local.find_object(id).map_err(|error| ReadError::Refused(error.to_string()))?;
                *buffer = blob.detach().data;
            }
            Self::Memory(files) => files.get(path).ok_or(ReadError::Missing)?.clone_into(buffer),
            Self::Over { below, files } => match files.get(path) {
                Some(bytes) => bytes.clone_into(buffer),
                None => return below.read(path, buffer),
            },
        }
        Ok(())
    }

    /// The text of a file, without a byte order mark.
    ///
    /// # Errors
    /// Any [`ReadError`].
    pub fn text(&self, path: &str) -> Result<Arc<str>, ReadError> {
        decode(&self.bytes(path)?)
    }

    /// The text of a file for people to look at: bytes that are no text are replaced.
    pub fn shown_text(&self, path: &str) -> Option<Arc<str>> {
        let bytes = self.bytes(path).ok()?;
        match decode(&bytes) {
            Ok(text) => Some(text),
            Err(ReadError::Utf16) => None,
            Err(_) => Some(String::from_utf8_lossy(bytes.strip_prefix(MARK).unwrap_or(&bytes)).into()),
        }
    }

    /// The text of a file, and whether a byte order mark stood before it. The buffer is for its bytes: one that is
    /// used for file after file saves a large allocation each.
    ///
    /// # Errors
    /// Any [`ReadError`].
    pub fn marked_text(&self, path: &str, buffer: &mut Vec<u8>) -> Result<(Arc<str>, bool), ReadError> {
        self.read(path, buffer)?;
        Ok((decode(buffer)?, buffer.starts_with(MARK)))
    }
}

/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Bytes to text: a UTF-8 byte order mark is dropped, anything but UTF-8 text is refused.
///
/// # Errors
/// [`ReadError::Utf16`], [`ReadError::Nul`] or [`ReadError::NotUtf8`].
pub fn decode(bytes: &[u8]) -> Result<Arc<str>, ReadError> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(ReadError::Utf16);
    }
    let bytes = bytes.strip_prefix(MARK).unwrap_or(bytes);
    if let Some(at) = memchr::memchr(0, bytes) {
        return Err(ReadError::Nul(at));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.into()),
        Err(error) => Err(ReadError::NotUtf8(error.valid_up_to())),
    }
}
