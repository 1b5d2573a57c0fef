//! What lockfiles hold now and held at a base: packages that came, went or changed.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use crate::facts::{Facts, LockedPackage, Lockfile};
use crate::release::Release;

/// A lockfile that differs from the one of the base, for `lock_changes[]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LockChangeRow {
    /// Its path.
    pub path: String,
    /// The tool that writes it.
    pub tool: String,
    /// What became of the file: added, removed, changed.
    pub change: &'static str,
    /// How many packages came.
    pub added: usize,
    /// How many went.
    pub removed: usize,
    /// How many are there in both, and differ.
    pub changed: usize,
    /// The packages, direct dependencies first, then by name. Empty for a lockfile that came or went whole.
    pub packages: Vec<PackageChange>,
}

/// What became of a package in a lockfile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PackageChange {
    /// Its name.
    pub name: String,
    /// Whether a manifest asks for it.
    pub direct: bool,
    /// What changed.
    pub change: Change,
    /// The versions that went; for git with the commit.
    pub from: Vec<String>,
    /// The versions that came.
    pub to: Vec<String>,
}

/// How a package differs from the one of the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// The same version has another hash: its files were replaced.
    Hash,
    /// The same version comes from another place.
    Source,
    /// Its version went down.
    Down,
    /// Its version went up.
    Up,
    /// Its versions differ, and none is above the other.
    Other,
    /// It came.
    Added,
    /// It went.
    Removed,
}

impl Change {
    /// The words of reports.
    pub fn words(self) -> &'static str {
        match self {
            Self::Hash => "other hash",
            Self::Source => "other source",
            Self::Down => "down",
            Self::Up => "up",
            Self::Other => "changed",
            Self::Added => "added",
            Self::Removed => "removed",
        }
    }
}

/// One name in one lockfile.
#[derive(Default)]
struct Held<'f> {
    packages: Vec<&'f LockedPackage>,
    is_direct: bool,
}

type Names<'f> = BTreeMap<&'f str, Held<'f>>;

/// The lockfiles of two trees that do not hold the same packages, by path.
pub fn lock_changes(before: &Facts, after: &Facts) -> Vec<LockChangeRow> {
    let (old, new) = (by_path(before), by_path(after));
    let paths: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    let row = |path: &str| match (old.get(path), new.get(path)) {
        (Some(before), Some(after)) => compare(path, before, after),
        (None, Some((lockfile, names))) => Some(whole(path, lockfile, "added", [names.len(), 0])),
        (Some((lockfile, names)), None) => Some(whole(path, lockfile, "removed", [0, names.len()])),
        (None, None) => None,
    };
    paths.into_iter().filter_map(row).collect()
}

fn by_path(facts: &Facts) -> BTreeMap<&str, (&Lockfile, Names<'_>)> {
    let mut locks: BTreeMap<&str, (&Lockfile, Names<'_>)> =
        facts.lockfiles.iter().map(|lockfile| (&*lockfile.header.path, (lockfile, Names::new()))).collect();
    let mut direct: BTreeSet<usize> = BTreeSet::new();
    for dependency in &facts.dependencies {
        direct.extend(dependency.locked.iter().map(|link| link.index()));
    }
    for (link, package) in facts.all::<LockedPackage>().filter(|(_, package)| package.contents.source != "own") {
        if let Some((_, names)) = locks.get_mut(&*facts[package.lockfile].header.path) {
            let held = names.entry(&package.contents.package).or_default();
            held.is_direct |= direct.contains(&link.index());
            held.packages.push(package);
        }
    }
    locks
}

fn whole(path: &str, lockfile: &Lockfile, change: &'static str, [added, removed]: [usize; 2]) -> LockChangeRow {
    let (path, tool) = (path.to_owned(), lockfile.tool.clone());
    LockChangeRow { path, tool, change, added, removed, changed: 0, packages: Vec::new() }
}

fn compare(path: &str, before: &(&Lockfile, Names<'_>), after: &(&Lockfile, Names<'_>)) -> Option<LockChangeRow> {
    let (old, new) = (&before.1, &after.1);
    let names: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
    let mut packages: Vec<PackageChange> =
        names.into_iter().filter_map(|name| package(name, old.get(name), new.get(name))).collect();
    if packages.is_empty() {
        return None;
    }
    packages.sort_by_key(|package| !package.direct);
    let count = |wanted: fn(Change) -> bool| packages.iter().filter(|package| wanted(package.change)).count();
    let added = count(|change| change == Change::Added);
    let removed = count(|change| change == Change::Removed);
    Some(LockChangeRow {
        path: path.to_owned(),
        tool: after.0.tool.clone(),
        change: "changed",
        added,
        removed,
        changed: packages.len() - added - removed,
        packages,
    })
}

fn package(name: &str, old: Option<&Held<'_>>, new: Option<&Held<'_>>) -> Option<PackageChange> {
    let none = Held::default();
    let (old, new) = (old.unwrap_or(&none), new.unwrap_or(&none));
    let (from, to) = (states(old), states(new));
    let change = match (from.is_empty(), to.is_empty()) {
        (true, _) => Change::Added,
        (_, true) => Change::Removed,
        _ if from == to => same_version(old, new)?,
        _ => direction(old, new),
    };
    let is_kept = matches!(change, Change::Hash | Change::Source);
    let only = |these: &BTreeSet<String>, those: &BTreeSet<String>| {
        these.iter().filter(|state| is_kept || !those.contains(*state)).cloned().collect()
    };
    let direct = if new.packages.is_empty() { old.is_direct } else { new.is_direct };
    Some(PackageChange { name: name.to_owned(), direct, change, from: only(&from, &to), to: only(&to, &from) })
}

/// The versions of a name, those from git with their commit.
fn states(held: &Held<'_>) -> BTreeSet<String> {
    let state = |package: &&LockedPackage| {
        let version = package.contents.version.known().map_or("", String::as_str);
        match package.rare.commit.known() {
            Some(commit) => format!("{version} ({})", commit.get(..10).unwrap_or(commit)).trim_start().to_owned(),
            None if version.is_empty() => package.contents.source.to_owned(),
            None => version.to_owned(),
        }
    };
    held.packages.iter().map(state).collect()
}

/// What differs although the versions are the same: a file has another hash, or the packages come from elsewhere.
fn same_version(old: &Held<'_>, new: &Held<'_>) -> Option<Change> {
    let twin = |package: &LockedPackage| {
        new.packages.iter().copied().find(|other| other.contents.version.known() == package.contents.version.known())
    };
    let pairs: Vec<(&LockedPackage, &LockedPackage)> =
        old.packages.iter().filter_map(|package| Some((*package, twin(package)?))).collect();
    let has_other_hash = |(old, new): &(&LockedPackage, &LockedPackage)| {
        let named = |package: &LockedPackage| -> BTreeMap<u32, u32> {
            package
                .contents
                .digests
                .iter()
                .filter(|digest| digest.file != 0)
                .map(|digest| (digest.file, digest.hash))
                .collect()
        };
        let (before, after) = (named(old), named(new));
        let lone = |package: &LockedPackage| match *package.contents.digests {
            [digest] if digest.file == 0 => Some(digest.hash),
            _ => None,
        };
        let is_other = |(file, hash): (&u32, &u32)| after.get(file).is_some_and(|other| other != hash);
        before.iter().any(is_other) || lone(old).zip(lone(new)).is_some_and(|(a, b)| a != b)
    };
    if pairs.iter().any(has_other_hash) {
        return Some(Change::Hash);
    }
    let place = |package: &LockedPackage| (package.contents.source, package.contents.host.known().cloned());
    pairs.iter().any(|(old, new)| place(old) != place(new)).then_some(Change::Source)
}

fn direction(old: &Held<'_>, new: &Held<'_>) -> Change {
    let releases = |held: &Held<'_>| -> Vec<Release> {
        let parse = |package: &&LockedPackage| {
            package.contents.version.known().and_then(|text| Release::parse(package.contents.ecosystem, text))
        };
        held.packages.iter().filter_map(parse).collect()
    };
    let (old, new) = (releases(old), releases(new));
    let is_above = |these: &[Release], those: &[Release]| {
        !these.is_empty()
            && !those.is_empty()
            && these.iter().all(|one| those.iter().all(|other| !other.is_after(one)))
            && these.iter().any(|one| those.iter().any(|other| one.is_after(other)))
    };
    if is_above(&new, &old) {
        Change::Up
    } else if is_above(&old, &new) {
        Change::Down
    } else {
        Change::Other
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::sync::Arc;

    use super::*;
    use crate::day::Day;
    use crate::discover::Listing;
    use crate::source::Sources;
    use crate::tree::Tree;

    const PYPROJECT: &str =
        "[project]\nname = \"shop\"\nversion = \"1\"\nrequires-python = \">=3.12\"\ndependencies = [\"idna\"]\n";

    fn facts(packages: &[(&str, &str, &str)]) -> Facts {
        let mut lock = "version = 1\nrevision = 3\nrequires-python = \">=3.12\"\n".to_owned();
        for (name, version, digit) in packages {
            let hash = digit.repeat(64);
            lock += &format!(
                "\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = {{ registry = \"https://index.example.com/simple\" }}\nwheels = [\n    {{ url = \"https://files.example.com/{name}-{version}-py3-none-any.whl\", hash = \"sha256:{hash}\", size = 1 }},\n]\n"
            );
        }
        lock += "\n[[package]]\nname = \"shop\"\nversion = \"1\"\nsource = { virtual = \".\" }\ndependencies = [\n    { name = \"idna\" },\n]\n";
        let tree = Arc::new(Tree::memory([("a/pyproject.toml", PYPROJECT.to_owned()), ("a/uv.lock", lock)]));
        let listing =
            Listing { paths: vec!["a/pyproject.toml".to_owned(), "a/uv.lock".to_owned()], ..Listing::default() };
        crate::scan::scan_files(&tree, listing, Day::parse("2026-11-23").unwrap(), Sources::default()).facts
    }

    #[test]
    fn packages_come_go_and_change() {
        let before = facts(&[("idna", "3.9", "a"), ("old", "1.0", "b"), ("same", "1.0", "c"), ("zlib", "2.0", "d")]);
        let after = facts(&[("anyio", "4.0", "a"), ("idna", "3.10", "a"), ("same", "1.0", "e"), ("zlib", "1.0", "d")]);
        let rows = lock_changes(&before, &after);
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].added, rows[0].removed, rows[0].changed), (1, 1, 3));
        let shown: Vec<String> = rows[0]
            .packages
            .iter()
            .map(|package| {
                let mark = if package.direct { "*" } else { "" };
                format!("{mark}{} {:?} -> {:?} {}", package.name, package.from, package.to, package.change.words())
            })
            .collect();
        assert_eq!(
            shown,
            [
                "*idna [\"3.9\"] -> [\"3.10\"] up",
                "anyio [] -> [\"4.0\"] added",
                "old [\"1.0\"] -> [] removed",
                "same [\"1.0\"] -> [\"1.0\"] other hash",
                "zlib [\"2.0\"] -> [\"1.0\"] down",
            ]
        );
        assert_eq!(lock_changes(&before, &before), []);
        let gone = lock_changes(&before, &Facts::default());
        assert_eq!((gone[0].change, gone[0].removed), ("removed", 4));
    }
}
