//! The packages that a project needs at run time on one interpreter and processor.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::wheel::Target;
use super::{Packages, Stated};
use crate::facts::recorded::Edge;
use crate::facts::{Facts, Link, LockedPackage, Lockfile, Manifest};
use crate::path;
use crate::python::marker::{Environment, Marker};
use crate::python::name::normalize;

/// The file in a code directory that builders install packages from.
pub(super) const INSTALLED_FROM: &str = "requirements.txt";

/// More packages than this are no project's.
const LIMIT: usize = 5_000;

/// A package that is installed.
#[derive(Debug)]
pub(super) struct Member {
    /// The package.
    pub(super) package: Link<LockedPackage>,
    /// Whether it is installed for certain, or only under a marker that could not be decided.
    pub(super) certain: bool,
}

/// What the search of a closure needs.
pub(super) struct Closure<'f> {
    pub(super) facts: &'f Facts,
    pub(super) locks: &'f Packages<'f>,
    pub(super) stated: &'f Stated<'f>,
    pub(super) lockfile: Link<Lockfile>,
    pub(super) target: &'f Target,
}

struct Wanted<'f> {
    package: Link<LockedPackage>,
    extras: Vec<&'f str>,
    certain: bool,
}

impl<'f> Closure<'f> {
    /// The packages below a project, itself left out. `None` when the lockfile does not name it.
    ///
    /// A `requirements.txt` in the code directory is what builders install from; its packages
    /// are the roots then, at the versions of the lockfile.
    pub(super) fn of(&self, manifest: Link<Manifest>, code: &str) -> Option<Vec<Member>> {
        let environment = self.target.environment();
        let listed = self.listed(code);
        let mut queue = VecDeque::new();
        if listed.is_empty() {
            match self.root(manifest) {
                Some(root) => self.follow(root, &[], true, &environment, &mut queue),
                None => queue.extend(self.stated(manifest)?),
            }
        } else {
            for name in listed {
                let packages = self.locks.named(self.lockfile, &name);
                queue.extend(packages.map(|package| Wanted { package, extras: Vec::new(), certain: true }));
            }
        }
        Some(self.search(queue, &environment))
    }

    fn search(&self, mut queue: VecDeque<Wanted<'f>>, environment: &Environment) -> Vec<Member> {
        let mut found: BTreeMap<Link<LockedPackage>, bool> = BTreeMap::new();
        let mut done: BTreeSet<(Link<LockedPackage>, Vec<&str>, bool)> = BTreeSet::new();
        while let Some(wanted) = queue.pop_front() {
            if found.len() >= LIMIT || !done.insert((wanted.package, wanted.extras.clone(), wanted.certain)) {
                continue;
            }
            *found.entry(wanted.package).or_default() |= wanted.certain;
            self.follow(wanted.package, &wanted.extras, wanted.certain, environment, &mut queue);
        }
        let is_own = |package: &Link<LockedPackage>| self.facts[*package].contents.source == "own";
        found
            .into_iter()
            .filter(|(package, _)| !is_own(package))
            .map(|(package, certain)| Member { package, certain })
            .collect()
    }

    /// Adds what a package requires with these extras.
    fn follow(
        &self,
        package: Link<LockedPackage>,
        extras: &[&'f str],
        certain: bool,
        environment: &Environment,
        queue: &mut VecDeque<Wanted<'f>>,
    ) {
        for edge in &self.facts[package].contents.edges {
            let is_asked = edge.group.as_deref().is_none_or(|group| extras.contains(&group));
            let holds = match &edge.marker {
                None => Some(true),
                Some(text) => Marker::parse(text).ok().and_then(|marker| marker.evaluate(environment)),
            };
            if !is_asked || holds == Some(false) {
                continue;
            }
            for target in self.targets(edge) {
                queue.push_back(Wanted {
                    package: target,
                    extras: edge.extras.iter().map(|extra| &**extra).collect(),
                    certain: certain && holds == Some(true),
                });
            }
        }
    }

    fn targets(&self, edge: &Edge) -> Vec<Link<LockedPackage>> {
        let has_version = |package: &Link<LockedPackage>| match &edge.version {
            Some(version) => self.facts[*package].contents.version.known().is_none_or(|own| **own == **version),
            None => true,
        };
        self.locks.named(self.lockfile, &edge.package).filter(has_version).collect()
    }

    /// The project itself in its lockfile.
    fn root(&self, manifest: Link<Manifest>) -> Option<Link<LockedPackage>> {
        let name = self.facts[manifest].project.known().map(|name| normalize(name))?;
        let is_own = |package: &Link<LockedPackage>| {
            matches!(&*self.facts[*package].contents.source, "own" | "path" | "workspace")
        };
        self.locks.named(self.lockfile, &name).find(is_own)
    }

    /// The main requirements of a manifest, for lockfiles that do not list the project itself.
    /// Their markers are not known here, so none is certain. `None` when there are none.
    fn stated(&self, manifest: Link<Manifest>) -> Option<Vec<Wanted<'f>>> {
        let stated = self.stated.by_manifest.get(&manifest)?;
        let names = stated.iter().filter(|dependency| dependency.group == "main").map(|of| normalize(&of.package));
        let packages = names.flat_map(|name| self.locks.named(self.lockfile, &name).collect::<Vec<_>>());
        let wanted: Vec<Wanted<'f>> =
            packages.map(|package| Wanted { package, extras: Vec::new(), certain: false }).collect();
        (!wanted.is_empty()).then_some(wanted)
    }

    /// The names in the `requirements.txt` of a code directory.
    fn listed(&self, code: &str) -> BTreeSet<String> {
        let listed = path::join(code, INSTALLED_FROM).and_then(|file| self.stated.in_requirements.get(&*file));
        listed.into_iter().flatten().map(|dependency| normalize(&dependency.package)).collect()
    }
}
