//! What a locked package consists of: wheels, digests, edges. A repository may hold the same package in a thousand
//! lockfiles, so what they say alike is kept once.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use foldhash::HashSet;

use super::common::{Carried, base};
use super::field::FieldValue;
use super::lockfile::{LockedPackage, PackageContents};
use crate::source::{Carry, Span};

/// The contents that were read, up to [`KNOWN_CONTENTS`] of them.
static KNOWN: LazyLock<Mutex<HashSet<Arc<PackageContents>>>> = LazyLock::new(Mutex::default);

/// How many contents are remembered.
const KNOWN_CONTENTS: usize = 20_000;

impl LockedPackage {
    /// Shares its contents with all packages of which lockfiles say the same.
    pub(crate) fn share(&mut self) {
        let place = self.header.span;
        self.contents.share(place, |contents| {
            let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(before) = known.get(contents) {
                return Arc::clone(before);
            }
            if known.len() < KNOWN_CONTENTS {
                known.insert(Arc::clone(contents));
            }
            Arc::clone(contents)
        });
    }
}

impl Carried for PackageContents {
    fn carry(&mut self, to: Carry) {
        let Self { version, host, scheme, unhashed_count, hash_algorithm, edges, .. } = self;
        version.carry(to);
        host.carry(base(to, host.origin));
        scheme.carry(base(to, scheme.origin));
        unhashed_count.carry(to);
        hash_algorithm.carry(to);
        for edge in edges {
            edge.span = to.span(edge.span);
        }
    }
}

/// A wheel of a Python package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wheel<'w> {
    /// The file name, which carries the tags.
    pub file: &'w str,
    /// Size of the archive in bytes, where the lockfile tells.
    pub size: Option<u64>,
}

/// The wheels of a package. Their names share one text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Wheels {
    files: Box<str>,
    /// For each wheel one past the last byte of its name.
    ends: Box<[u32]>,
    /// For each wheel its size; empty when none is known.
    sizes: Box<[Option<u64>]>,
}

impl Wheels {
    /// All of them, in the order of the lockfile.
    pub fn iter(&self) -> impl Iterator<Item = Wheel<'_>> {
        let mut start = 0;
        self.ends.iter().enumerate().map(move |(index, end)| {
            let end = *end as usize;
            let file = &self.files[start..end];
            start = end;
            Wheel { file, size: self.sizes.get(index).copied().flatten() }
        })
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

impl<'w> FromIterator<Wheel<'w>> for Wheels {
    fn from_iter<I: IntoIterator<Item = Wheel<'w>>>(wheels: I) -> Self {
        let (mut files, mut ends, mut sizes) = (String::new(), Vec::new(), Vec::new());
        for wheel in wheels {
            files.push_str(wheel.file);
            ends.push(u32::try_from(files.len()).expect("no lockfile is so large"));
            sizes.push(wheel.size);
        }
        if sizes.iter().all(Option::is_none) {
            sizes.clear();
        }
        Self { files: files.into(), ends: ends.into(), sizes: sizes.into() }
    }
}

/// Short digests of a file's name and of its hash, to compare lockfiles by. The name is 0 where the lockfile tells none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Digest {
    /// Of the name.
    pub file: u32,
    /// Of the hash.
    pub hash: u32,
}

/// An edge to another package of the lockfile.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Edge {
    /// The name of the package required.
    pub package: Box<str>,
    /// Its version, where the lockfile has several.
    pub version: Option<Box<str>>,
    /// The marker under which it is required.
    pub marker: Option<Box<str>>,
    /// The extra or group of this package that requires it; `None` for its plain dependencies.
    pub group: Option<Box<str>>,
    /// Extras of the required package that are asked for.
    pub extras: Vec<Box<str>>,
    /// The range it asks for, where the lockfile tells (poetry, pdm, npm).
    pub requirement: Option<Box<str>>,
    /// Its place in what was read; [`Common::place`](super::Common::place) gives the place in the lockfile.
    pub span: Span,
}
