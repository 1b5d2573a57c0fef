//! Something that was built, read whole: an archive, a directory or a single file as entries with digests.
//!
//! Contents stream through the hashes and are never kept. Nothing is unpacked onto the disk, and an archive that
//! tries to harm whoever unpacks it is refused.

mod digest;
mod folder;
mod guard;
mod open;
mod store;
mod sum;
mod tar;
mod zip;

use std::collections::BTreeSet;

pub use self::digest::{content_digest, entries_digest, is_install_record, known_digest};
pub use self::guard::Refusal;
pub use self::open::{file_digest, open, open_bytes};
pub use self::sum::unreturned;
pub use self::zip::Packed;

use self::store::Source;

/// A SHA-256 digest.
pub type Digest = [u8; 32];

/// A build.
#[derive(Debug)]
pub struct Artifact {
    /// What it is.
    pub form: Form,
    /// Bytes of the file; of a directory the bytes of all files in it.
    pub bytes: u64,
    /// SHA-256 of the file; `None` for a directory.
    pub sha256: Option<Digest>,
    /// Its entries, in the order in which they stand; of a directory in the order of their paths.
    pub entries: Vec<Entry>,
    /// What the archive says besides its entries.
    pub container: Container,
    source: Source,
}

/// What a build is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A zip archive: also wheels, jars and Lambda packages.
    Zip,
    /// A tar archive.
    Tar(Wrapping),
    /// A directory.
    Directory,
    /// A single file, which is its own only entry.
    File,
}

/// What a tar archive is compressed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrapping {
    /// Nothing.
    None,
    /// gzip.
    Gzip,
    /// xz.
    Xz,
    /// Zstandard.
    Zstd,
}

impl Form {
    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Zip => "zip archive",
            Self::Tar(Wrapping::None) => "tar archive",
            Self::Tar(Wrapping::Gzip) => "tar archive in gzip",
            Self::Tar(Wrapping::Xz) => "tar archive in xz",
            Self::Tar(Wrapping::Zstd) => "tar archive in Zstandard",
            Self::Directory => "directory",
            Self::File => "file",
        }
    }
}

/// What an archive says besides its entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Container {
    /// The header of gzip, for tar archives in it.
    pub gzip: Option<Gzip>,
    /// The comment of a zip archive.
    pub comment: Vec<u8>,
    /// Bytes before the first entry of a zip archive.
    pub prefix: u64,
    /// The dialects of tar that its headers use: `ustar`, `gnu`, `pax`, `v7`.
    pub dialects: BTreeSet<&'static str>,
}

/// The header of gzip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gzip {
    /// Seconds since 1970; 0 for none.
    pub time: u32,
    /// The name of the file that was compressed.
    pub name: Option<Vec<u8>>,
    /// The operating system, a number of RFC 1952.
    pub system: u8,
}

/// An entry of a build.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its path, with `/`, without one at the end. Bytes that are no UTF-8 stand as `\x..`.
    pub path: String,
    /// What it is.
    pub kind: Kind,
    /// Bytes of its content.
    pub bytes: u64,
    /// SHA-256 of its content; of a link the digest of what it names.
    pub sha256: Digest,
    /// SHA-256 of its content with `\n` for other line ends, where that is text and differs.
    pub plain: Option<Digest>,
    /// When it was last changed, in nanoseconds since 1970; in zip archives by a clock without time zone.
    pub time: Option<i64>,
    /// Its permission bits; `None` where they are not said.
    pub mode: Option<u32>,
    /// Whose it is, in tar archives: user id, group id, and names.
    pub owner: Option<Owner>,
    /// How it is packed, in zip archives.
    pub packed: Option<Packed>,
}

/// What an entry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// A file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link, with what it names.
    Link(String),
}

/// Whose an entry is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Owner {
    /// The user's number.
    pub user: u64,
    /// The group's number.
    pub group: u64,
    /// The user's name.
    pub user_name: String,
    /// The group's name.
    pub group_name: String,
}

impl Entry {
    /// Whether it can be executed; `None` where that is not said.
    pub fn is_executable(&self) -> Option<bool> {
        if self.kind != Kind::File {
            return Some(false);
        }
        self.mode.map(|mode| mode & 0o111 != 0)
    }

    /// Whether two entries hold the same, whatever their times and modes.
    pub fn holds_the_same_as(&self, other: &Self) -> bool {
        self.kind == other.kind && (self.kind == Kind::Directory || self.sha256 == other.sha256)
    }
}

impl Artifact {
    /// Makes ready to read some entries again: where that takes a pass over the whole archive, they are copied into
    /// an unnamed temporary file.
    ///
    /// # Errors
    /// When the archive has changed meanwhile or the temporary file cannot be written.
    pub fn prepare(&mut self, wanted: &BTreeSet<usize>) -> Result<(), Refusal> {
        self.source.prepare(wanted)
    }

    /// The content of an entry, when it has at most `limit` bytes.
    ///
    /// # Errors
    /// When it cannot be read again.
    pub fn read(&self, index: usize, limit: u64) -> Result<Option<Vec<u8>>, Refusal> {
        let entry = &self.entries[index];
        if entry.bytes > limit {
            return Ok(None);
        }
        self.source.read(index, &entry.path).map(Some)
    }
}
