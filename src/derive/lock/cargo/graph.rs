//! The graph that a Cargo.lock holds once Cargo has loaded it.
//!
//! Packages without a source are matched with crates of the repository by name (and by
//! version when several crates share one); those without a crate vanish, and edges that
//! find no package, or find several, are dropped. Follows `into_resolve` of Cargo 1.95.

use std::collections::{BTreeMap, BTreeSet};

use cargo_lock::Version;

use crate::cargo::lock::{Lock, LockEdge, LockEntry};
use crate::cargo::source::{self, Source};

/// A package of the graph.
#[derive(Debug)]
pub(super) struct Package<'l> {
    pub(super) entry: &'l LockEntry,
    /// Where it comes from; a path for crates of the repository.
    pub(super) source: Source,
    pub(super) version: Option<Version>,
    /// The packages it depends on: the edge and where it leads.
    pub(super) edges: Vec<(&'l LockEdge, usize)>,
    /// Edges that lead nowhere.
    pub(super) lost: Vec<&'l LockEdge>,
    /// The package that takes its place.
    pub(super) replaced_by: Option<usize>,
}

/// Crates of the repository that a lockfile may speak of: name, version, directory.
pub(super) type Known = BTreeMap<String, BTreeMap<String, String>>;

/// The packages of a lockfile that Cargo keeps.
#[derive(Debug)]
pub(super) struct Graph<'l> {
    pub(super) packages: Vec<Package<'l>>,
    /// Packages without a source and without a crate: Cargo forgets them.
    pub(super) vanished: Vec<&'l LockEntry>,
}

impl<'l> Graph<'l> {
    pub(super) fn new(lock: &'l Lock, known: &Known) -> Self {
        let mut graph = Self { packages: Vec::new(), vanished: Vec::new() };
        for entry in &lock.packages {
            match source_of(entry, known) {
                Some(source) => graph.packages.push(Package {
                    entry,
                    source,
                    version: Version::parse(&entry.version).ok(),
                    edges: Vec::new(),
                    lost: Vec::new(),
                    replaced_by: None,
                }),
                None => graph.vanished.push(entry),
            }
        }
        graph.connect();
        graph
    }

    fn connect(&mut self) {
        let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, package) in self.packages.iter().enumerate() {
            by_name.entry(&package.entry.name).or_default().push(index);
        }
        let mut found = Vec::new();
        for package in &self.packages {
            let target = |edge: &LockEdge| self.target(edge, by_name.get(&*edge.name).map_or(&[][..], Vec::as_slice));
            let mut edges: Vec<(&LockEdge, usize)> = Vec::new();
            let mut lost = Vec::new();
            for edge in &package.entry.edges {
                match target(edge) {
                    Some(to) => edges.push((edge, to)),
                    None => lost.push(edge),
                }
            }
            found.push((edges, lost, package.entry.replace.as_ref().and_then(target)));
        }
        for (package, (edges, lost, replaced_by)) in self.packages.iter_mut().zip(found) {
            package.edges = edges;
            package.lost = lost;
            package.replaced_by = replaced_by;
        }
        self.sort_edges();
    }

    /// Cargo tries the edges of a package in the order of name, version and source.
    fn sort_edges(&mut self) {
        let keys: Vec<_> = self
            .packages
            .iter()
            .map(|package| (package.entry.name.clone(), package.version.clone(), package.source.clone()))
            .collect();
        for package in &mut self.packages {
            package.edges.sort_by(|(_, a), (_, b)| keys[*a].cmp(&keys[*b]));
        }
    }

    fn target(&self, edge: &LockEdge, candidates: &[usize]) -> Option<usize> {
        let versions: BTreeSet<&str> = candidates.iter().map(|at| &*self.packages[*at].entry.version).collect();
        let version = match &edge.version {
            Some(version) => &**version,
            None if versions.len() == 1 => versions.first()?,
            None => return None,
        };
        let mut same = candidates.iter().copied().filter(|at| *self.packages[*at].entry.version == *version);
        if let Some(text) = &edge.source {
            let wanted = source::locked(text)?.source;
            return same.find(|at| self.packages[*at].source == wanted);
        }
        let same: Vec<usize> = same.collect();
        let near: Vec<usize> =
            same.iter().copied().filter(|at| matches!(self.packages[*at].source, Source::Path(_))).collect();
        match (near.as_slice(), same.as_slice()) {
            ([one], _) | ([], [one]) => Some(*one),
            _ => None,
        }
    }

    /// Everything that can be reached from some packages, themselves included.
    pub(super) fn closure(&self, from: impl IntoIterator<Item = usize>) -> BTreeSet<usize> {
        let mut seen = BTreeSet::new();
        let mut pending: Vec<usize> = from.into_iter().collect();
        while let Some(at) = pending.pop() {
            if seen.insert(at) {
                let package = &self.packages[at];
                pending.extend(package.edges.iter().map(|(_, to)| *to));
                pending.extend(package.replaced_by);
            }
        }
        seen
    }
}

fn source_of(entry: &LockEntry, known: &Known) -> Option<Source> {
    if let Some(text) = &entry.source {
        return source::locked(text).map(|locked| locked.source);
    }
    let versions = known.get(&*entry.name)?;
    let directory = if versions.len() == 1 { versions.values().next() } else { versions.get(&*entry.version) };
    directory.cloned().map(Source::Path)
}
