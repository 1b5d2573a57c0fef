//! What the repository tells of the sizes of wheels beside the lockfile that names them.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{Bytes, Facts, Link, LockedPackage, Lockfile};

/// Wheels that were downloaded beside projects, and what other lockfiles say of the same files.
///
/// A file of an index never changes under its name, so a lockfile without sizes (poetry.lock, Pipfile.lock) may take
/// them from one that has them.
pub(super) struct Told<'f> {
    downloaded: BTreeMap<&'f str, (u64, u64)>,
    elsewhere: BTreeMap<&'f str, Vec<&'f LockedPackage>>,
}

impl<'f> Told<'f> {
    /// What is told of the wheels of these lockfiles.
    pub(super) fn new(facts: &'f Facts, lockfiles: &BTreeSet<Link<Lockfile>>) -> Self {
        let plain = |bytes: &Bytes| u64::try_from(bytes.0).unwrap_or(0);
        let measured = facts.downloads.iter().filter_map(|one| {
            let unzipped = one.unzipped.known()?;
            Some((one.file.as_str(), (plain(&one.bytes), plain(unzipped))))
        });
        Self { downloaded: measured.collect(), elsewhere: elsewhere(facts, lockfiles) }
    }

    /// Bytes of a downloaded wheel, and of its files.
    pub(super) fn downloaded(&self, file: &str) -> Option<(u64, u64)> {
        self.downloaded.get(file).copied()
    }

    /// Bytes of a wheel as other lockfiles have it, when all of them say the same.
    pub(super) fn elsewhere(&self, package: &str, file: &str) -> Option<u64> {
        let others = self.elsewhere.get(package)?.iter();
        let mut sizes = others
            .flat_map(|other| other.contents.wheels.iter())
            .filter(|wheel| wheel.file == file)
            .map(|one| one.size);
        let first = sizes.next()??;
        sizes.all(|size| size == Some(first)).then_some(first)
    }
}

/// The packages with sizes of other lockfiles, one of each version, for those that have none in these.
fn elsewhere<'f>(facts: &'f Facts, lockfiles: &BTreeSet<Link<Lockfile>>) -> BTreeMap<&'f str, Vec<&'f LockedPackage>> {
    let has_sizes =
        |package: &&LockedPackage| package.contents.wheels.iter().next().is_some_and(|wheel| wheel.size.is_some());
    let python = || facts.locked_packages.iter().filter(|package| package.contents.ecosystem == "python");
    let wanted = python().filter(|package| lockfiles.contains(&package.lockfile) && !has_sizes(package));
    let mut found: BTreeMap<&str, Vec<&LockedPackage>> =
        wanted.map(|package| (&*package.contents.package, Vec::new())).collect();
    if found.is_empty() {
        return found;
    }
    for package in python().filter(has_sizes) {
        if let Some(known) = found.get_mut(&*package.contents.package)
            && !known.iter().any(|other| other.contents.version.known() == package.contents.version.known())
        {
            known.push(package);
        }
    }
    found
}
