//! What uv does not look at: packages that nothing requires, and versions outside the ranges asked for.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::str::FromStr;

use super::Checking;
use crate::derive::lock::Roots;
use crate::facts::{Dependency, Link, LockedPackage};
use crate::python::{Requirement, Specifier, Version};
use crate::value::Value;

/// Notes reachability and violated requirements.
pub(super) fn check(checking: &mut Checking<'_>) {
    reachable(checking);
    violated(checking);
}

/// Walks the edges from the project's own packages and from what the root requires.
fn reachable(checking: &mut Checking<'_>) {
    let facts = checking.seen.facts;
    let links: Vec<Link<LockedPackage>> = checking.seen.lookup.packages(checking.link).collect();
    let mut by_name: BTreeMap<&str, Vec<Link<LockedPackage>>> = BTreeMap::new();
    for link in &links {
        by_name.entry(&facts[*link].contents.package).or_default().push(*link);
    }
    let mut reached: BTreeSet<Link<LockedPackage>> = BTreeSet::new();
    let mut queue: VecDeque<Link<LockedPackage>> =
        links.iter().copied().filter(|link| facts[*link].contents.source == "own").collect();
    let root_names = checking.root_names.iter().map(String::as_str);
    let members = checking.realm.members.keys().map(String::as_str);
    queue.extend(root_names.chain(members).filter_map(|name| by_name.get(name)).flatten());
    while let Some(link) = queue.pop_front() {
        if !reached.insert(link) {
            continue;
        }
        for edge in &facts[link].contents.edges {
            let candidates = by_name.get(&*crate::python::name::normalize(&edge.package)).into_iter().flatten();
            let fits =
                |candidate: &&Link<LockedPackage>| match (&edge.version, facts[**candidate].contents.version.known()) {
                    (Some(wanted), Some(version)) => **wanted == **version,
                    _ => true,
                };
            queue.extend(candidates.filter(fits));
        }
    }
    checking.outcome.roots = Roots::Lockfile;
    checking.outcome.reachable =
        links.into_iter().map(|link| (link, Value::derived(reached.contains(&link)))).collect();
}

/// Direct requirements that no locked version of their package satisfies.
fn violated(checking: &mut Checking<'_>) {
    let facts = checking.seen.facts;
    let mut by_name: BTreeMap<&str, Vec<Link<LockedPackage>>> = BTreeMap::new();
    for link in checking.seen.lookup.packages(checking.link) {
        by_name.entry(&facts[link].contents.package).or_default().push(link);
    }
    let overridden: BTreeSet<String> = checking
        .head
        .at(&["manifest", "overrides"])
        .into_iter()
        .flat_map(crate::syntax::Node::items)
        .filter_map(|item| item.get("name").and_then(crate::syntax::Node::text))
        .map(crate::python::name::normalize)
        .collect();
    for manifest in &facts[checking.link].manifests {
        for dependency in checking.seen.lookup.dependencies(*manifest) {
            let of = &facts[dependency];
            if of.group == "build" || of.source != "registry" || overridden.contains(&of.package) {
                continue;
            }
            if let Some(package) = outside(checking, of, &by_name) {
                let requirement = of.requirement.known().cloned().unwrap_or_default();
                let shown = format!("{} {requirement}", of.package);
                let value = Value { span: of.requirement.span, ..Value::derived(shown) };
                checking.outcome.violated.push((package, value));
            }
        }
    }
}

/// The first locked package of a dependency when none of them satisfies it.
fn outside(
    checking: &Checking<'_>,
    of: &Dependency,
    by_name: &BTreeMap<&str, Vec<Link<LockedPackage>>>,
) -> Option<Link<LockedPackage>> {
    let facts = checking.seen.facts;
    let specifier = Specifier::parse(of.requirement.known()?).ok()?;
    let locked = by_name.get(of.package.as_str())?;
    let versions = locked.iter().filter_map(|link| Version::from_str(facts[*link].contents.version.known()?).ok());
    let versions: Vec<Version> = versions.collect();
    let is_outside = !versions.is_empty() && !versions.iter().any(|version| specifier.admits(version));
    if is_outside && is_idle(checking, of) {
        return None;
    }
    is_outside.then(|| locked.first().copied()).flatten()
}

/// Whether a requirement counts on no interpreter of the lockfile.
fn is_idle(checking: &Checking<'_>, of: &Dependency) -> bool {
    let document = checking.seen.facts[of.manifest].document.as_deref();
    let text = document.and_then(|document| document.text().get(of.header.span.range()));
    let bare = |text: &str| text.get(1..text.len().saturating_sub(1)).map(str::to_owned);
    let requirement = text.and_then(bare).and_then(|text| Requirement::parse(&text).ok());
    requirement.is_some_and(|requirement| requirement.marker.is_never(&checking.python).unwrap_or(false))
}
