//! Packages of a lockfile of npm to facts.

use crate::address;
use crate::facts::{Count, Link, LockedPackage, Lockfile};
use crate::node::archive::is_of_registry;
use crate::node::lock::{Lock, Place, Written};
use crate::node::workspace::Patterns;
use crate::read::{File, Output, Tarball, note_tarball};
use crate::value::Value;

/// Adds a fact for each package that is no link, and the counts to the lockfile.
pub(super) fn packages(file: &File<'_>, output: &mut Output, link: Link<Lockfile>, lock: &Lock) {
    let members = members(lock);
    let mut counts = [0_i64; 3];
    for place in lock.places.iter().filter(|place| !place.is_link && !place.location.is_empty()) {
        let fact = fact(file, link, place, &members);
        let is_hashable = fact.contents.unhashed_count.known().is_some();
        counts[0] += i64::from(fact.contents.source != "own");
        counts[1] += i64::from(is_hashable);
        counts[2] += i64::from(is_hashable && fact.contents.unhashed_count.known() == Some(&Count(0)));
        output.facts.add(fact);
    }
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
        fact.contents.version = Value::written(version.text.to_string(), version.span);
    }
    fact.contents.source = source(place, members);
    if let Some(resolved) = &place.resolved {
        origin(&mut fact, resolved);
    } else if fact.contents.source == "path" {
        fact.contents.location = Some((&*place.location).into());
    }
    if matches!(fact.contents.source, "registry" | "url") && !place.is_bundled {
        let address = place.resolved.as_ref().map(|of| (&*of.text, of.span));
        let integrity = place.integrity.as_ref().map(|of| (&*of.text, of.span));
        note_tarball(&mut fact, Tarball { address, integrity, place: place.span });
    }
    fact.reachable = Value::unknown("the lockfile was not compared with its manifest", None);
    fact
}

fn source(place: &Place, members: &Patterns) -> &'static str {
    if !place.is_installed() {
        return if members.hold(&place.location) { "own" } else { "path" };
    }
    let Some(resolved) = place.resolved.as_ref().map(|of| &*of.text) else { return "registry" };
    let version = place.version.as_ref().map_or("", |of| &*of.text);
    match () {
        () if resolved.starts_with("file:") => "path",
        () if resolved.starts_with("git") || resolved.starts_with("ssh:") => "git",
        () if !resolved.contains("://") => "registry",
        () if is_of_registry(resolved, place.package(), version) => "registry",
        () => "url",
    }
}

fn origin(fact: &mut LockedPackage, resolved: &Written) {
    let (text, span) = (&*resolved.text, resolved.span);
    fact.contents.location = Some(text.into());
    if let Some(address) = address::parse(text) {
        fact.contents.host = Value::written(address.host, span);
        fact.contents.scheme = Value::written(address.scheme, span);
    }
    if fact.contents.source == "git"
        && let Some((_, commit)) = text.rsplit_once('#')
    {
        fact.rare.commit = Value::written(commit.to_owned(), span);
    }
}
