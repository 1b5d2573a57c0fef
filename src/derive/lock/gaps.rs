//! Requirements that no locked package answers, and locked packages that nothing asks for, group by group.

use std::collections::{BTreeMap, BTreeSet};

use super::Difference;
use super::asked::{Asked, Locked, never_counts};
use super::tell::Teller;
use crate::facts::{Link, LockedPackage};
use crate::python::PythonRange;
use crate::source::Span;
use crate::value::Value;

/// What a manifest asks for, and what its lockfile has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gaps<'a> {
    pub(super) teller: Teller,
    pub(super) locked: &'a Locked<'a>,
    /// What is asked for; without what belongs to groups that were not locked.
    pub(super) asked: &'a [Asked],
    /// The groups of the manifest, each with its place.
    pub(super) groups: &'a BTreeMap<String, Span>,
    /// The group of the project's own dependencies.
    pub(super) main: &'static str,
    /// The groups that each package is locked for; empty when the lockfile does not tell.
    pub(super) recorded: &'a BTreeMap<Link<LockedPackage>, BTreeSet<String>>,
    /// The interpreters of the project.
    pub(super) python: &'a PythonRange,
    /// The project's own name, which may stand among its requirements.
    pub(super) own: Option<&'a str>,
}

impl Gaps<'_> {
    /// Requirements that no locked package answers, or one of another version, or for another group.
    pub(super) fn missing(self) -> Vec<Difference> {
        let mut found: Vec<Difference> = Vec::new();
        for asked in self.asked {
            if never_counts(&asked.marker, self.python) || self.own == Some(&*asked.name) {
                continue;
            }
            let named = self.locked.named(&asked.name);
            let shown = asked.shown();
            let version = || named.first().map(|link| self.locked.package(*link).version()).unwrap_or_default();
            let is_of_group = |link: &Link<LockedPackage>| {
                self.recorded.get(link).is_none_or(|groups| groups.is_empty() || groups.contains(&asked.group))
            };
            let (recorded, explanation) = if named.is_empty() {
                (Value::absent(), format!("{shown} is not in the lockfile"))
            } else if self.locked.violates(&asked.name, &asked.wanted) {
                let version = version();
                let locked = version.known().map_or("", String::as_str);
                let explanation = format!("{shown} does not admit {locked}, which is locked");
                (version, explanation)
            } else if !named.iter().any(is_of_group) {
                let explanation = format!("{} is not locked for the group {}", asked.name, asked.group);
                (version(), explanation)
            } else {
                continue;
            };
            if found.iter().all(|known| known.asked.span != Some(asked.span)) {
                let asked = (shown, asked.span, &asked.name);
                found.push(self.teller.asked("requirement", asked.2, (asked.0, asked.1), recorded, explanation));
            }
        }
        found
    }

    /// Packages that were brought in by a requirement that is gone.
    pub(super) fn left_over(self) -> Vec<Difference> {
        let mut left: BTreeMap<&str, BTreeSet<Link<LockedPackage>>> = BTreeMap::new();
        if self.recorded.values().all(BTreeSet::is_empty) {
            let reached = self.locked.reached(self.asked.iter());
            left.insert(self.main, self.locked.all().filter(|link| !reached.has(*link)).collect());
        }
        let names: BTreeSet<&String> = self.recorded.values().flatten().collect();
        for group in names {
            let reached = self.locked.reached(self.asked.iter().filter(|asked| asked.group == *group));
            let of_group = self.recorded.iter().filter(|(link, groups)| groups.contains(group) && !reached.has(**link));
            left.insert(group, of_group.map(|(link, _)| *link).collect());
        }
        let mut found: Vec<Difference> = Vec::new();
        for (group, packages) in left {
            let place = self.groups.get(group).or_else(|| self.groups.get(self.main)).copied();
            let gone = if self.groups.contains_key(group) { "" } else { ", and pyproject.toml has no such group" };
            for link in self.locked.tops(&packages) {
                let package = self.locked.package(link);
                let version = package.contents.version.known().map_or("", String::as_str);
                let whereby = if self.recorded.is_empty() {
                    " and nothing asks for it any more".to_owned()
                } else {
                    format!(" for the group {group}, where nothing asks for it any more{gone}")
                };
                let explanation = format!("{} {version} is locked{whereby}", package.contents.package);
                let recorded = Value::written(format!("{} {version}", package.contents.package), package.header.span);
                found.push(self.teller.difference("orphan", &package.contents.package, place, recorded, explanation));
            }
        }
        found
    }
}
