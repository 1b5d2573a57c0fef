//! Packages of a lockfile of npm to facts.

use std::collections::BTreeMap;

use crate::address;
use crate::facts::{Count, Link, LockedPackage, Lockfile};
use crate::node::lock::{Lock, Place, Written};
use crate::node::workspace::Patterns;
use crate::read::{File, Output};
use crate::value::Value;

/// Adds a fact for each package that is no link, and the counts to the lockfile.
pub(super) fn packages(file: &File<'_>, output: &mut Output, link: Link<Lockfile>, lock: &Lock) {
    let first = output.facts.locked_packages.len();
    let members = members(lock);
    let mut counts = [0_i64; 3];
    for place in lock.places.iter().filter(|place| !place.is_link && !place.location.is_empty()) {
        let fact = fact(file, link, place, &members);
        let is_hashable = fact.unhashed_count.known().is_some();
        counts[0] += i64::from(fact.source != "own");
        counts[1] += i64::from(is_hashable);
        counts[2] += i64::from(is_hashable && fact.unhashed_count.known() == Some(&Count(0)));
        output.facts.add(fact);
    }
    lone_host(&mut output.facts.locked_packages[first..]);
    let fact = &mut output.facts[link];
    [fact.package_count, fact.hashable_count, fact.hashed_count] = counts.map(Count);
}

/// The patterns that the lockfile itself records for the members of its workspace.
fn members(lock: &Lock) -> Patterns {
    let root = lock.places.iter().find(|place| place.location.is_empty());
    let shape = root.and_then(|root| root.copied.iter().find(|(key, _)| *key == "workspaces"));
    let value: serde_json::Value = shape.and_then(|(_, of)| serde_json::from_str(&of.text).ok()).unwrap_or_default();
    let list = value.get("packages").unwrap_or(&value).as_array();
    Patterns::new(list.into_iter().flatten().filter_map(serde_json::Value::as_str))
}

fn fact(file: &File<'_>, link: Link<Lockfile>, place: &Place, members: &Patterns) -> LockedPackage {
    let mut fact = LockedPackage::new(file.part(&place.location, place.span), link, "node", place.package());
    if let Some(version) = &place.version {
        fact.version = Value::written(version.text.to_string(), version.span);
    }
    fact.source = source(place, members);
    if let Some(resolved) = &place.resolved {
        origin(&mut fact, resolved);
    }
    if matches!(fact.source, "registry" | "url") && !place.is_bundled {
        fact.artifact_count = Count(1);
        fact.unhashed_count = Value::written(Count(i64::from(place.hash.is_none())), place.span);
        if let Some((algorithm, span)) = place.hash {
            fact.hash_algorithm = Value::written(algorithm.into(), span);
        }
    }
    fact.reachable = Value::unknown("the lockfile was not compared with its manifest", None);
    fact
}

fn source(place: &Place, members: &Patterns) -> &'static str {
    if !place.is_installed() {
        return if members.hold(&place.location) { "own" } else { "path" };
    }
    let Some(resolved) = place.resolved.as_ref().map(|of| &*of.text) else { return "registry" };
    match () {
        () if resolved.starts_with("file:") => "path",
        () if resolved.starts_with("git") || resolved.starts_with("ssh:") => "git",
        () if resolved.contains("/-/") => "registry",
        () => "url",
    }
}

fn origin(fact: &mut LockedPackage, resolved: &Written) {
    let (text, span) = (&*resolved.text, resolved.span);
    if let Some(address) = address::parse(text) {
        fact.host = Value::written(address.host, span);
        fact.scheme = Value::written(address.scheme, span);
    }
    if fact.source == "git"
        && let Some((_, commit)) = text.rsplit_once('#')
    {
        fact.rare.commit = Value::written(commit.to_owned(), span);
    }
}

/// The host that one package alone uses while all others, two at least, share another.
fn lone_host(packages: &mut [LockedPackage]) {
    let mut users: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (index, package) in packages.iter().enumerate().filter(|(_, package)| package.source == "registry") {
        if let Some(host) = package.host.known() {
            users.entry(host).or_insert((index, 0)).1 += 1;
        }
    }
    let lone = users.values().find(|(_, count)| *count == 1).map(|(index, _)| *index);
    let Some(lone) = lone.filter(|_| users.len() == 2 && users.values().any(|(_, count)| *count > 1)) else { return };
    packages[lone].rare.lone_host = packages[lone].host.clone();
}
