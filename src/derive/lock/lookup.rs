//! Where manifests, dependencies and packages are: built once, then only asked.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::facts::{Dependency, Facts, Link, LockedPackage, Lockfile, Manifest};
use crate::path;

/// An index over the facts that comparisons of lockfiles need.
#[derive(Debug, Default)]
pub(in crate::derive) struct Lookup {
    manifests: BTreeMap<String, Vec<Link<Manifest>>>,
    /// The packages of a lockfile stand together, because one reader adds them.
    packages: Vec<Range<usize>>,
    dependencies: Vec<Range<usize>>,
}

impl Lookup {
    /// Indexes the facts.
    pub(super) fn new(facts: &Facts) -> Self {
        let mut lookup = Self {
            manifests: BTreeMap::new(),
            packages: vec![0..0; facts.lockfiles.len()],
            dependencies: vec![0..0; facts.manifests.len()],
        };
        for (link, manifest) in facts.all::<Manifest>() {
            let directory = path::directory(&manifest.header.path).to_owned();
            lookup.manifests.entry(directory).or_default().push(link);
        }
        for (link, package) in facts.all::<LockedPackage>() {
            extend(&mut lookup.packages[package.lockfile.index()], link.index());
        }
        for (link, dependency) in facts.all::<Dependency>() {
            extend(&mut lookup.dependencies[dependency.manifest.index()], link.index());
        }
        lookup
    }

    /// The manifest at a path.
    pub(in crate::derive) fn manifest_at(&self, facts: &Facts, path: &str) -> Option<Link<Manifest>> {
        let links = self.manifests.get(path::directory(path))?;
        links.iter().copied().find(|link| *facts[*link].header.path == *path)
    }

    /// All manifests in a directory.
    pub(in crate::derive) fn manifests_at(&self, directory: &str) -> impl Iterator<Item = Link<Manifest>> {
        self.manifests.get(directory).into_iter().flatten().copied()
    }

    /// The manifests of a format in a directory.
    pub(in crate::derive) fn manifests_in<'a>(
        &'a self,
        facts: &'a Facts,
        directory: &str,
        format: &'a str,
    ) -> impl Iterator<Item = Link<Manifest>> + 'a {
        let links = self.manifests.get(directory).map(Vec::as_slice).unwrap_or_default();
        links.iter().copied().filter(move |link| facts[*link].format == format)
    }

    /// The manifest in a directory: of the first of these formats that is there.
    pub(in crate::derive) fn first_in(
        &self,
        facts: &Facts,
        directory: &str,
        formats: &[&str],
    ) -> Option<Link<Manifest>> {
        formats.iter().find_map(|format| self.manifests_in(facts, directory, format).next())
    }

    /// The directories at or below a directory that hold a manifest of a format, sorted, each with its manifest; with
    /// several formats that of the first.
    pub(in crate::derive) fn manifests_below<'a>(
        &'a self,
        facts: &'a Facts,
        directory: &'a str,
        formats: &'a [&'a str],
    ) -> impl Iterator<Item = (&'a str, Link<Manifest>)> + 'a {
        let at_or_after = self.manifests.range(directory.to_owned()..).map(|(at, _)| at.as_str());
        at_or_after
            .filter(|at| path::is_below(at, directory))
            .filter_map(move |at| Some((at, self.first_in(facts, at, formats)?)))
    }

    /// The packages of a lockfile.
    pub(in crate::derive) fn packages(
        &self,
        lockfile: Link<Lockfile>,
    ) -> impl Iterator<Item = Link<LockedPackage>> + use<> {
        self.packages[lockfile.index()].clone().map(Link::new)
    }

    /// The dependencies that a manifest states.
    pub(in crate::derive) fn dependencies(
        &self,
        manifest: Link<Manifest>,
    ) -> impl Iterator<Item = Link<Dependency>> + use<> {
        self.dependencies[manifest.index()].clone().map(Link::new)
    }
}

fn extend(range: &mut Range<usize>, index: usize) {
    if range.start == range.end {
        *range = index..index + 1;
    } else {
        range.start = range.start.min(index);
        range.end = range.end.max(index + 1);
    }
}
