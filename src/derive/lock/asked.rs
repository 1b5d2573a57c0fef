//! Requirements of Python manifests held against the packages of a lockfile that records only
//! a digest: what is missing, out of range, left over. It explains a digest that differs.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use crate::facts::recorded::Edge;
use crate::facts::{Facts, Link, LockedPackage, Manifest};
use crate::python::poetry_constraint::Constraint;
use crate::python::{Marker, PythonRange, Requirement, Specifier, Version};
use crate::source::Span;

/// The versions a requirement admits.
#[derive(Debug, Clone)]
pub(super) enum Wanted {
    /// Any, or what a URL, a directory or git gives.
    Any,
    /// Those of a PEP 440 specifier.
    Specifier(Specifier),
    /// Those of a Poetry constraint.
    Constraint(Constraint),
}

impl Wanted {
    /// Whether a version is admitted.
    pub(super) fn admits(&self, version: &Version) -> bool {
        match self {
            Self::Any => true,
            Self::Specifier(specifier) => specifier.admits(version),
            Self::Constraint(constraint) => constraint.admits(version),
        }
    }
}

/// One requirement of a manifest.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// The manifest.
    pub(super) manifest: Link<Manifest>,
    /// The package's name, normalised.
    pub(super) name: String,
    /// The extras asked for, normalised.
    pub(super) extras: BTreeSet<String>,
    /// The versions it admits.
    pub(super) wanted: Wanted,
    /// The range as written; empty when there is none.
    pub(super) range: String,
    /// The address after `@`.
    pub(super) url: Option<String>,
    /// When it counts.
    pub(super) marker: Marker,
    /// The group: main, or the name of another one.
    pub(super) group: String,
    /// Its place.
    pub(super) span: Span,
}

impl Asked {
    /// A requirement written as PEP 508 says; `None` when it cannot be read.
    pub(super) fn parse(text: &str, manifest: Link<Manifest>, group: &str, span: Span) -> Option<Self> {
        let requirement = Requirement::parse(text).ok()?;
        let range = requirement.specifier_text(text).unwrap_or_default().to_owned();
        let wanted = if range.is_empty() { Wanted::Any } else { Wanted::Specifier(requirement.specifier) };
        Some(Self {
            manifest,
            name: requirement.name,
            extras: requirement.extras,
            wanted,
            range,
            url: requirement.url,
            marker: requirement.marker,
            group: group.to_owned(),
            span,
        })
    }

    /// Name and range, as sentences use them.
    pub(super) fn shown(&self) -> String {
        if self.range.is_empty() { self.name.clone() } else { format!("{} {}", self.name, self.range) }
    }
}

/// The packages of a lockfile by name.
#[derive(Debug)]
pub(super) struct Locked<'f> {
    facts: &'f Facts,
    by_name: BTreeMap<&'f str, Vec<Link<LockedPackage>>>,
}

impl<'f> Locked<'f> {
    /// Indexes the packages of a lockfile.
    pub(super) fn new(facts: &'f Facts, packages: impl Iterator<Item = Link<LockedPackage>>) -> Self {
        let mut by_name: BTreeMap<&str, Vec<Link<LockedPackage>>> = BTreeMap::new();
        for link in packages {
            by_name.entry(&facts[link].contents.package).or_default().push(link);
        }
        Self { facts, by_name }
    }

    /// The packages of a name.
    pub(super) fn named(&self, name: &str) -> &[Link<LockedPackage>] {
        self.by_name.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// All packages, by name.
    pub(super) fn all(&self) -> impl Iterator<Item = Link<LockedPackage>> {
        self.by_name.values().flatten().copied()
    }

    /// A package.
    pub(super) fn package(&self, link: Link<LockedPackage>) -> &'f LockedPackage {
        &self.facts[link]
    }

    /// Whether none of the packages of a name has a version that is admitted. Packages without a
    /// readable version admit everything.
    pub(super) fn violates(&self, name: &str, wanted: &Wanted) -> bool {
        let packages = self.named(name);
        let admitted = |link: &Link<LockedPackage>| {
            let version = self.facts[*link].contents.version.known();
            version.and_then(|version| Version::from_str(version).ok()).is_none_or(|version| wanted.admits(&version))
        };
        !packages.is_empty() && !packages.iter().any(admitted)
    }

    /// The packages that requirements bring in, with what these need in turn. Markers are not
    /// looked at, so a package that is not among them is needed nowhere.
    pub(super) fn reached<'a>(&self, asked: impl Iterator<Item = &'a Asked>) -> Reached {
        let mut seen: BTreeSet<(Link<LockedPackage>, Option<String>)> = BTreeSet::new();
        let mut pending: Vec<(Link<LockedPackage>, Option<String>)> = Vec::new();
        let mut push = |pending: &mut Vec<_>, name: &str, extras: &mut dyn Iterator<Item = String>| {
            let extras: Vec<Option<String>> = std::iter::once(None).chain(extras.map(Some)).collect();
            for link in self.named(name) {
                for extra in &extras {
                    if seen.insert((*link, extra.clone())) {
                        pending.push((*link, extra.clone()));
                    }
                }
            }
        };
        for requirement in asked {
            push(&mut pending, &requirement.name, &mut requirement.extras.iter().cloned());
        }
        while let Some((link, extra)) = pending.pop() {
            for edge in self.facts[link].contents.edges.iter().filter(|edge| edge.group.as_deref() == extra.as_deref())
            {
                push(&mut pending, &edge.package, &mut edge.extras.iter().map(|extra| extra.to_string()));
            }
        }
        Reached { seen }
    }

    /// The packages among `left` that nothing else among them requires: what was asked for once. Where they require each
    /// other in a circle, all of them.
    pub(super) fn tops(&self, left: &BTreeSet<Link<LockedPackage>>) -> Vec<Link<LockedPackage>> {
        let required: BTreeSet<&str> = left
            .iter()
            .flat_map(|link| {
                let own = self.facts[*link].contents.package.as_str();
                self.facts[*link].contents.edges.iter().map(|edge| &*edge.package).filter(move |name| *name != own)
            })
            .collect();
        let tops: Vec<_> = left
            .iter()
            .copied()
            .filter(|link| !required.contains(self.facts[*link].contents.package.as_str()))
            .collect();
        if tops.is_empty() { left.iter().copied().collect() } else { tops }
    }

    /// Edges that count and whose range no locked version satisfies: the package that asks, and its edge.
    pub(super) fn violated_edges(
        &self,
        reached: &Reached,
        python: &PythonRange,
        wanted: fn(&str) -> Option<Wanted>,
    ) -> Vec<(Link<LockedPackage>, &'f Edge)> {
        let violates = |edge: &&Edge| {
            let wanted = edge.requirement.as_deref().and_then(wanted);
            wanted.is_some_and(|wanted| self.violates(&edge.package, &wanted)) && !is_idle(edge, python)
        };
        let edges = |link| reached.edges(self.package(link), link).filter(violates).map(move |edge| (link, edge));
        self.all().flat_map(edges).collect()
    }

    /// Edges that count and lead to no package of the lockfile.
    pub(super) fn broken_edges(&self, reached: &Reached, python: &PythonRange) -> Vec<(Link<LockedPackage>, &'f Edge)> {
        let is_broken = |edge: &&Edge| self.named(&edge.package).is_empty() && !is_idle(edge, python);
        let edges = |link| reached.edges(self.package(link), link).filter(is_broken).map(move |edge| (link, edge));
        self.all().flat_map(edges).collect()
    }
}

/// The packages that requirements bring in, each with its extras that are wanted.
#[derive(Debug)]
pub(super) struct Reached {
    seen: BTreeSet<(Link<LockedPackage>, Option<String>)>,
}

impl Reached {
    /// Whether a package is brought in.
    pub(super) fn has(&self, link: Link<LockedPackage>) -> bool {
        self.seen.contains(&(link, None))
    }

    /// The edges of a package that are followed: its plain ones and those of the extras that are wanted.
    fn edges<'f>(&self, package: &'f LockedPackage, link: Link<LockedPackage>) -> impl Iterator<Item = &'f Edge> {
        package
            .contents
            .edges
            .iter()
            .filter(move |edge| self.seen.contains(&(link, edge.group.as_ref().map(|group| group.to_string()))))
    }
}

/// Whether the edge counts on no interpreter of the range; one whose marker cannot be read is taken to be idle.
fn is_idle(edge: &Edge, python: &PythonRange) -> bool {
    edge.marker
        .as_deref()
        .is_some_and(|marker| Marker::parse(marker).map_or(true, |marker| never_counts(&marker, python)))
}

/// Whether a requirement counts on no interpreter of the range.
pub(super) fn never_counts(marker: &Marker, python: &PythonRange) -> bool {
    marker.is_never(python).unwrap_or(false)
}
