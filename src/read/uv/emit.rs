//! Packages of a uv.lock to facts.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::package::{Artifact, Kind, Package};
use crate::address;
use crate::day::Day;
use crate::facts::recorded::Wheel;
use crate::facts::{Count, Link, LockedPackage, Lockfile};
use crate::python::name;
use crate::read::{File, Listed, Output, note_artifacts};
use crate::source::Span;
use crate::syntax::Node;
use crate::value::Value;

/// Adds a fact for each package, and the counts to the lockfile.
pub(super) fn packages(
    file: &File<'_>,
    output: &mut Output,
    link: Link<Lockfile>,
    root: Node<'_>,
    packages: &[Package<'_>],
) {
    let members = root.at(&["manifest", "members"]);
    let members: BTreeSet<&str> = members.into_iter().flat_map(Node::items).filter_map(Node::text).collect();
    let mut counts = [0_i64; 3];
    let mut locations: Option<Arc<str>> = None;
    for package in packages {
        let is_own = package.kind.is_tree() && (package.location.text == "." || members.contains(package.name.text));
        let mut fact = fact(file, link, package, is_own);
        // Nearly all packages share one registry: one text serves them all.
        if locations.as_deref() != Some(package.location.text) {
            locations = Some(package.location.text.into());
        }
        fact.location.clone_from(&locations);
        let is_hashable = matches!(package.kind, Kind::Registry | Kind::Url);
        let is_hashed = fact.unhashed_count.known() == Some(&Count(0));
        counts[0] += i64::from(!is_own);
        counts[1] += i64::from(is_hashable);
        counts[2] += i64::from(is_hashable && is_hashed);
        output.facts.add(fact);
    }
    lone_hosts(output, packages);
    let lock = &mut output.facts[link];
    [lock.package_count, lock.hashable_count, lock.hashed_count] = counts.map(Count);
}

fn fact(file: &File<'_>, link: Link<Lockfile>, package: &Package<'_>, is_own: bool) -> LockedPackage {
    let normal = name::normalize(package.name.text);
    let part = match package.version {
        Some(version) => format!("{normal}@{}", version.text),
        None => normal.clone(),
    };
    let mut fact = LockedPackage::new(file.part(&part, package.name.span), link, "python", normal);
    if let Some(version) = package.version {
        fact.version = Value::written(version.text.to_owned(), version.span);
    }
    fact.source = match package.kind {
        Kind::Registry => "registry",
        Kind::Git => "git",
        Kind::Url => "url",
        _ if is_own => "own",
        Kind::Path | Kind::Directory | Kind::Editable | Kind::Virtual => "path",
    }
    .to_owned();
    match package.kind {
        Kind::Git => from_git(package, &mut fact),
        Kind::Registry | Kind::Url => from_addresses(package, &mut fact),
        _ => {}
    }
    integrity(package, &mut fact);
    fact.edges.clone_from(&package.edges);
    fact
}

/// `https://host/path?branch=main#commit`.
fn from_git(package: &Package<'_>, fact: &mut LockedPackage) {
    let place = package.location.span;
    let text = package.location.text;
    if let Some(address) = address::parse(text) {
        fact.host = Value::written(address.host, place);
        fact.scheme = Value::written(address.scheme, place);
    }
    let (front, commit) = text.rsplit_once('#').map_or((text, None), |(front, commit)| (front, Some(commit)));
    if let Some(commit) = commit {
        fact.commit = Value::written(commit.to_owned(), place);
    }
    let query = front.split_once('?').map_or("", |(_, query)| query);
    let asked = query.split('&').find_map(|pair| pair.split_once('=').filter(|(key, _)| matches!(*key, "branch" | "tag" | "rev")));
    let reference = match asked {
        Some(("rev", name)) if !crate::pin::is_commit(name) => "short-rev",
        Some((key, _)) => key,
        None => "default-branch",
    };
    fact.git_reference = Value::written(reference.to_owned(), place);
}

/// The host of the first artifact, and the least safe scheme of registry and artifacts.
fn from_addresses(package: &Package<'_>, fact: &mut LockedPackage) {
    let first = package.artifacts.iter().find_map(|artifact| artifact.address).filter(|of| of.text.contains("://"));
    let place = first.unwrap_or(package.location);
    if let Some(address) = address::parse(place.text) {
        fact.host = Value::written(address.host, place.span);
        fact.scheme = Value::written(address.scheme, place.span);
    }
    let plain = |of: &super::package::Written<'_>| of.text.starts_with("http://");
    let addresses = package.artifacts.iter().filter_map(|artifact| artifact.address).chain([package.location]);
    if let Some(address) = addresses.into_iter().find(plain) {
        fact.scheme = Value::written("http".to_owned(), address.span);
    }
}

fn integrity(package: &Package<'_>, fact: &mut LockedPackage) {
    let count = |n: usize| Count(i64::try_from(n).unwrap_or(i64::MAX));
    fact.artifact_count = count(package.artifacts.len());
    fact.wheels = package
        .artifacts
        .iter()
        .filter(|artifact| artifact.is_wheel)
        .map(|wheel| Wheel { file: wheel.file(), size: wheel.size })
        .collect();
    fact.uploaded = package.artifacts.iter().filter_map(|artifact| Day::parse(artifact.uploaded?)).max();
    if !matches!(package.kind, Kind::Registry | Kind::Url) {
        return;
    }
    let unhashed: Vec<&Artifact<'_>> = package.artifacts.iter().filter(|artifact| artifact.hash.is_none()).collect();
    let place = unhashed.first().map(|first| first.address.map_or(first.span, |address| address.span));
    fact.unhashed_count = Value { span: place, ..Value::derived(count(unhashed.len())) };
    fact.hash_algorithm = weakest_hash(package);
    let listed = package.artifacts.iter().map(|artifact| Listed {
        file: artifact.file(),
        hash: artifact.hash,
        span: artifact.address.map_or(artifact.span, |address| address.span),
    });
    note_artifacts(fact, listed);
}

/// The weakest algorithm of the artifacts' hashes, with its place.
fn weakest_hash(package: &Package<'_>) -> Value<String> {
    let hashed = package.artifacts.iter().filter_map(|artifact| {
        let (algorithm, _) = artifact.hash?.split_once(':')?;
        let strength = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"].iter().position(|of| *of == algorithm);
        Some((strength.unwrap_or(0), algorithm, artifact.span))
    });
    match hashed.min_by_key(|(strength, ..)| *strength) {
        Some((_, algorithm, span)) => Value::written(algorithm.to_owned(), span),
        None => Value::absent(),
    }
}

/// The part of an address up to the end of its host.
fn origin(address: &str) -> &str {
    let start = address.find("://").map_or(0, |at| at + 3);
    let end = address[start..].find('/').map_or(address.len(), |at| start + at);
    &address[..end]
}

/// The hosts that a package's artifacts are fetched from, each with its first place.
fn hosts<'t>(package: &Package<'t>) -> Vec<(&'t str, Span)> {
    let mut found: Vec<(&str, Span)> = Vec::new();
    for address in package.artifacts.iter().filter_map(|artifact| artifact.address) {
        let host = origin(address.text);
        let host = host.find("://").map_or("", |at| &host[at + 3..]);
        if !host.is_empty() && !found.iter().any(|(known, _)| *known == host) {
            found.push((host, address.span));
        }
    }
    found
}

/// Notes the host that one package alone uses while all others of its registry share one.
fn lone_hosts(output: &mut Output, packages: &[Package<'_>]) {
    let mut users: std::collections::BTreeMap<(&str, &str), Vec<(usize, Span)>> = std::collections::BTreeMap::new();
    let mut sizes: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for (index, package) in packages.iter().enumerate().filter(|(_, package)| package.kind == Kind::Registry) {
        let hosts = hosts(package);
        if !hosts.is_empty() {
            *sizes.entry(package.location.text).or_default() += 1;
        }
        for (host, span) in hosts {
            users.entry((package.location.text, host)).or_default().push((index, span));
        }
    }
    let first = output.facts.locked_packages.len() - packages.len();
    for ((registry, host), using) in &users {
        let [(index, span)] = using[..] else { continue };
        let others = users.keys().filter(|(of, other)| of == registry && other != host).count();
        let is_shared = users.iter().any(|((of, _), using)| of == registry && using.len() + 1 >= sizes[registry]);
        if others == 1 && is_shared && sizes[registry] >= 3 {
            output.facts.locked_packages[first + index].lone_host = Value::written((*host).to_owned(), span);
        }
    }
}
