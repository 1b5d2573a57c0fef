//! What is installed against what is locked: packages that are missing, left over, or of another version.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use crate::facts::{Dependency, Facts, Link, LockedPackage, Lockfile};
use crate::path;
use crate::release::Release;

/// A package that is found installed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Installed {
    /// Its name, as its ecosystem normalises it.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// A difference between what is installed and what is locked, for `environment[]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InstalledRow {
    /// The lockfile it was compared with.
    pub lockfile: String,
    /// The package.
    pub name: String,
    /// missing (locked and needed at run time, and not installed), extra (installed and not locked), other (another
    /// version is installed).
    pub difference: &'static str,
    /// The locked versions.
    pub locked: Vec<String>,
    /// The installed versions.
    pub installed: Vec<String>,
}

/// Tools that come with an environment and that nothing locks.
const SEEDS: &[&str] = &["pip", "setuptools", "wheel", "distribute", "pkg-resources", "npm", "corepack"];

/// The lockfile of an ecosystem that answers for a directory: the one in it or nearest above it, else the only one.
pub fn lockfile_for(facts: &Facts, directory: Option<&str>, ecosystem: &str) -> Option<Link<Lockfile>> {
    let all: Vec<(Link<Lockfile>, &str)> = facts
        .all::<Lockfile>()
        .filter(|(_, lockfile)| {
            lockfile.ecosystem == ecosystem && lockfile.ruled_by.is_none() && lockfile.tool != "export"
        })
        .map(|(link, lockfile)| (link, path::directory(&lockfile.header.path)))
        .collect();
    let is_at = |above: &str| all.iter().find(|(_, home)| *home == above).map(|(link, _)| *link);
    let nearest = directory.and_then(|directory| path::ancestors(directory).find_map(is_at));
    nearest.or_else(|| if let [(only, _)] = *all { Some(only) } else { None })
}

/// The differences, missing ones first, then other versions, then extra ones, by name.
pub fn installed_changes(facts: &Facts, lockfile: Link<Lockfile>, installed: &[Installed]) -> Vec<InstalledRow> {
    let mut locked: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut own: BTreeSet<&str> = BTreeSet::new();
    let members = || facts.all::<LockedPackage>().filter(|(_, package)| package.lockfile == lockfile);
    for (_, package) in members() {
        let versions = locked.entry(&package.contents.package).or_default();
        versions.extend(package.contents.version.known().map(String::as_str));
        if matches!(package.contents.source, "own" | "path") {
            own.insert(&package.contents.package);
        }
    }
    own.extend(facts[lockfile].manifests.iter().filter_map(|link| facts[*link].project.known()).map(String::as_str));
    let needed = needed(facts, lockfile);
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in installed {
        found.entry(&package.name).or_default().insert(&package.version);
    }
    let ecosystem = &*facts[lockfile].ecosystem;
    let list =
        |versions: Option<&BTreeSet<&str>>| versions.into_iter().flatten().map(|text| (*text).to_owned()).collect();
    let names: BTreeSet<&str> = locked.keys().chain(found.keys()).copied().collect();
    let row = |name: &str| {
        let (want, have) = (locked.get(name), found.get(name));
        let difference = match (want, have) {
            _ if own.contains(name) => return None,
            (Some(_), None) if needed.contains(name) => "missing",
            (None, Some(_)) if !SEEDS.contains(&name) => "extra",
            (Some(want), Some(have)) if !are_same(ecosystem, want, have) => "other",
            _ => return None,
        };
        Some(InstalledRow {
            lockfile: facts[lockfile].header.path.to_string(),
            name: name.to_owned(),
            difference,
            locked: list(want),
            installed: list(have),
        })
    };
    let mut rows: Vec<InstalledRow> = names.into_iter().filter_map(row).collect();
    rows.sort_by_key(|row| ["missing", "other", "extra"].iter().position(|word| *word == row.difference));
    rows
}

/// Whether everything that is installed is one of the locked versions. A machine may need fewer than are locked.
fn are_same(ecosystem: &str, locked: &BTreeSet<&str>, installed: &BTreeSet<&str>) -> bool {
    let is_locked = |version: &str| {
        let own = Release::parse(ecosystem, version);
        locked.iter().any(|other| {
            *other == version
                || own.as_ref().zip(Release::parse(ecosystem, other)).is_some_and(|(a, b)| a.compare(&b).is_eq())
        })
    };
    locked.is_empty() || installed.iter().all(|version| is_locked(version))
}

/// The packages that every machine needs at run time: reached from main dependencies without a condition.
fn needed(facts: &Facts, lockfile: Link<Lockfile>) -> BTreeSet<&str> {
    let mut by_name: BTreeMap<&str, Vec<&LockedPackage>> = BTreeMap::new();
    for package in facts.locked_packages.iter().filter(|package| package.lockfile == lockfile) {
        by_name.entry(&package.contents.package).or_default().push(package);
    }
    // Requirements with a marker are not told from others here, so that the edges of the project itself decide.
    let has_own_edges = by_name
        .values()
        .flatten()
        .any(|package| package.contents.source == "own" && !package.contents.edges.is_empty());
    let mut pending: Vec<&str> = Vec::new();
    if has_own_edges {
        let own = by_name.values().flatten().filter(|package| package.contents.source == "own");
        let edges = own.flat_map(|package| &package.contents.edges);
        pending.extend(edges.filter(|edge| edge.marker.is_none() && edge.group.is_none()).map(|edge| &*edge.package));
    } else {
        let is_plain = |dependency: &&Dependency| dependency.group == "main";
        for dependency in facts.dependencies.iter().filter(is_plain) {
            let answers = dependency.locked.iter().filter(|link| facts[**link].lockfile == lockfile);
            pending.extend(answers.map(|link| &*facts[*link].contents.package));
        }
    }
    let mut needed = BTreeSet::new();
    while let Some(name) = pending.pop() {
        let Some(packages) = by_name.get(name) else { continue };
        if !needed.insert(name) {
            continue;
        }
        let edges = packages.iter().flat_map(|package| &package.contents.edges);
        pending.extend(edges.filter(|edge| edge.marker.is_none() && edge.group.is_none()).map(|edge| &*edge.package));
    }
    needed
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

    #[test]
    fn missing_other_and_extra() {
        let package = |name: &str, version: &str, rest: &str| {
            format!(
                "\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = {{ registry = \"https://index.example.com/simple\" }}\n{rest}"
            )
        };
        let lock = ["version = 1\nrevision = 3\nrequires-python = \">=3.12\"\n".to_owned()]
            .into_iter()
            .chain([
                package("anyio", "4.0", "dependencies = [\n    { name = \"idna\" },\n    { name = \"colorama\", marker = \"sys_platform == 'win32'\" },\n]\n"),
                package("colorama", "0.4", ""),
                package("idna", "3.9", ""),
                package("sniffio", "1.3", ""),
                "\n[[package]]\nname = \"shop\"\nversion = \"1\"\nsource = { editable = \".\" }\ndependencies = [\n    { name = \"anyio\" },\n    { name = \"sniffio\" },\n]\n".to_owned(),
            ])
            .collect::<String>();
        let manifest = "[project]\nname = \"shop\"\nversion = \"1\"\nrequires-python = \">=3.12\"\ndependencies = [\"anyio\", \"sniffio\"]\n";
        let tree = Arc::new(Tree::memory([("pyproject.toml", manifest.to_owned()), ("uv.lock", lock)]));
        let listing = Listing { paths: vec!["pyproject.toml".to_owned(), "uv.lock".to_owned()], ..Listing::default() };
        let facts =
            crate::scan::scan_files(&tree, listing, Day::parse("2026-11-23").unwrap(), Sources::default()).facts;
        let lockfile = lockfile_for(&facts, Some(".venv/lib"), "python").unwrap();
        let installed = [("anyio", "4.0.0"), ("idna", "3.10"), ("pip", "25.0"), ("shop", "1"), ("ipdb", "0.13")]
            .map(|(name, version)| Installed { name: name.to_owned(), version: version.to_owned() });
        let rows = installed_changes(&facts, lockfile, &installed);
        let shown: Vec<(&str, &str)> = rows.iter().map(|row| (row.difference, &*row.name)).collect();
        assert_eq!(shown, [("missing", "sniffio"), ("other", "idna"), ("extra", "ipdb")]);
        assert!(lockfile_for(&facts, None, "node").is_none());
    }
}
