//! Which locked packages are not installed on a machine: those that no requirement leads to once markers are
//! evaluated. A file that is missing for them alarms nobody.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{Dependency, Facts, Link, LockedPackage, Lockfile};
use crate::python::marker::Marker;
use crate::python::name::normalize;

use super::Planned;
use super::target::Target;

/// For each planned package whether the machine leaves it out for certain.
pub(super) fn excluded(facts: &Facts, lockfile: Link<Lockfile>, planned: &[Planned], target: &Target) -> Vec<bool> {
    let holds = |marker: &str| Marker::parse(marker).ok().and_then(|marker| marker.evaluate(&target.environment()));
    let is_left_out = |planned: &Planned| {
        let locked = &planned.locked;
        locked.marker.as_deref().is_some_and(|marker| holds(marker) == Some(false))
            || (locked.machines.is_optional && !target.takes(&locked.machines))
    };
    let mut excluded: Vec<bool> = planned.iter().map(is_left_out).collect();
    if facts[lockfile].ecosystem == "python"
        && let Some(reached) = reached(facts, lockfile, &holds)
    {
        for (planned, is_excluded) in planned.iter().zip(&mut excluded) {
            let key = (planned.locked.name.clone(), planned.locked.version.clone());
            *is_excluded |= !reached.contains(&key);
        }
    }
    excluded
}

/// Name and version of all packages that some requirement may lead to; `None` where the lockfile has no edges.
fn reached(
    facts: &Facts,
    lockfile: Link<Lockfile>,
    holds: &dyn Fn(&str) -> Option<bool>,
) -> Option<BTreeSet<(String, String)>> {
    let own: Vec<&LockedPackage> =
        facts.locked_packages.iter().filter(|package| package.lockfile == lockfile).collect();
    if own.iter().all(|package| package.contents.edges.is_empty()) {
        return None;
    }
    let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, package) in own.iter().enumerate() {
        by_name.entry(normalize(&package.contents.package)).or_default().push(index);
    }
    let mut pending: Vec<usize> = roots(facts, lockfile, &own, &by_name);
    let mut seen: BTreeSet<usize> = pending.iter().copied().collect();
    while let Some(index) = pending.pop() {
        for edge in &own[index].contents.edges {
            if edge.marker.as_deref().is_some_and(|marker| holds(marker) == Some(false)) {
                continue;
            }
            for target in by_name.get(&normalize(&edge.package)).into_iter().flatten() {
                let version = own[*target].contents.version.known().map(String::as_str);
                let is_meant = edge.version.as_deref().is_none_or(|wanted| version == Some(wanted));
                if is_meant && seen.insert(*target) {
                    pending.push(*target);
                }
            }
        }
    }
    let key = |index: usize| {
        (normalize(&own[index].contents.package), own[index].contents.version.known().cloned().unwrap_or_default())
    };
    Some(seen.into_iter().map(key).collect())
}

/// Where requirements start: the project's own entries, else what the manifests ask for and what nothing asks for.
fn roots(
    facts: &Facts,
    lockfile: Link<Lockfile>,
    own: &[&LockedPackage],
    by_name: &BTreeMap<String, Vec<usize>>,
) -> Vec<usize> {
    let is_own = |index: &usize| {
        matches!(&*own[*index].contents.source, "own" | "path") && !own[*index].contents.edges.is_empty()
    };
    let all = 0..own.len();
    let listed: Vec<usize> = all.clone().filter(is_own).collect();
    if listed.iter().any(|index| &*own[*index].contents.source == "own") {
        return listed;
    }
    let manifests = &facts[lockfile].manifests;
    let asked: BTreeSet<String> = facts
        .dependencies
        .iter()
        .filter(|dependency: &&Dependency| manifests.contains(&dependency.manifest))
        .map(|dependency| normalize(&dependency.package))
        .collect();
    let targets: BTreeSet<String> =
        own.iter().flat_map(|package| &package.contents.edges).map(|edge| normalize(&edge.package)).collect();
    let starts = by_name.iter().filter(|(name, _)| asked.contains(*name) || !targets.contains(*name));
    starts.flat_map(|(_, indexes)| indexes.iter().copied()).chain(listed).collect()
}
