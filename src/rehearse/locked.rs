//! What a lockfile says of one package, with all its hashes: more than the inventory keeps.

use crate::source::Span;
use crate::upstream::Hash;

/// A package of a lockfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Locked {
    /// The name, as its ecosystem normalises it.
    pub name: String,
    /// The version; empty for what has none.
    pub version: String,
    /// Where it comes from.
    pub source: Source,
    /// The files that are locked. A file without a name is known by its hashes alone.
    pub files: Vec<LockedFile>,
    /// The condition under which it is installed, for Python.
    pub marker: Option<String>,
    /// The machines it is for, for Node.
    pub machines: Machines,
    /// Its place.
    pub span: Span,
}

/// Where a package comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A registry: the one that the lockfile names, if any.
    Registry(Option<String>),
    /// Folders and pages beside the registries, and no registry: `--no-index`.
    Links,
    /// A git repository, at what the lockfile says after its address; `None` when it says nothing.
    Git(String, Option<String>),
    /// An archive at an address.
    Address(String),
    /// A file or directory, as the lockfile spells it.
    Path(String),
    /// The project itself.
    Own,
    /// It lies inside the archive of another package.
    Bundled,
}

/// A locked file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LockedFile {
    /// Its name, where the lockfile tells.
    pub name: Option<String>,
    /// Its hashes, any of which will do.
    pub hashes: Vec<Hash>,
    /// A checksum that no registry tells: Yarn's, of an archive of its own making.
    pub own_checksum: bool,
}

/// The machines that a package of Node is for; empty lists are for all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Machines {
    /// Whether the install goes on without it.
    pub is_optional: bool,
    /// Operating systems: `linux`, `!win32`.
    pub os: Vec<String>,
    /// Processors: `x64`, `arm64`.
    pub cpu: Vec<String>,
    /// C libraries: `glibc`, `musl`.
    pub libc: Vec<String>,
}

impl Locked {
    /// A package of which nothing is known yet but its name and version.
    pub fn new(name: impl Into<String>, version: impl Into<String>, span: Span) -> Self {
        Self {
            name: name.into(),
            version: version.into(),
            source: Source::Registry(None),
            files: Vec::new(),
            marker: None,
            machines: Machines::default(),
            span,
        }
    }
}

impl LockedFile {
    /// A named file.
    pub fn named(name: &str, hashes: Vec<Hash>) -> Self {
        Self { name: Some(name.to_owned()), hashes, own_checksum: false }
    }

    /// A file of which only hashes are known.
    pub fn hashed(hashes: Vec<Hash>) -> Self {
        Self { name: None, hashes, own_checksum: false }
    }
}
