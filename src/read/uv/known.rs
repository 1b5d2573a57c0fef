//! What is known of a package from its block of text alone.

use std::sync::Arc;

use super::package::{Artifact, Kind, Package};
use super::{Refusal, check};
use crate::address;
use crate::day::Day;
use crate::facts::recorded::Wheel;
use crate::facts::{Count, Header, Link, LockedPackage, Text};
use crate::python::name;
use crate::read::{Listed, note_artifacts};
use crate::source::Span;
use crate::syntax::Node;
use crate::value::Value;

/// A package, with places in the text that it was read from.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) name: Box<str>,
    pub(super) name_span: Span,
    pub(super) version: Option<Box<str>>,
    pub(super) kind: Kind,
    pub(super) location: Box<str>,
    /// What follows the path in the fact's name.
    pub(super) part: Box<str>,
    /// The hosts that its artifacts are fetched from, each with its first place.
    pub(super) hosts: Vec<(Box<str>, Span)>,
    /// Why uv would stop at it.
    pub(super) refusal: Option<Refusal>,
    /// Its fact, but for the lockfile that it is in.
    pub(super) fact: LockedPackage,
}

impl Known {
    /// Reads a package from its table.
    pub(super) fn of_node(node: Node<'_>) -> Result<Self, Refusal> {
        let package = Package::of_node(node)?;
        let normal = name::normalize(package.name.text);
        let part = match package.version {
            Some(version) => format!("{normal}@{}", version.text).into(),
            None => normal.clone().into(),
        };
        Ok(Self {
            name: package.name.text.into(),
            name_span: package.name.span,
            version: package.version.map(|version| version.text.into()),
            kind: package.kind,
            location: package.location.text.into(),
            part,
            hosts: hosts(&package),
            refusal: check::one(&package).err(),
            fact: fact(&package, normal),
        })
    }
}

fn fact(package: &Package<'_>, normal: String) -> LockedPackage {
    let header = Header::new(&Arc::from(""), "", package.name.span);
    let mut fact = LockedPackage::new(header, Link::new(0), "python", normal);
    if let Some(version) = package.version {
        fact.contents.version = Value::written(version.text.to_owned(), version.span);
    }
    fact.contents.source = match package.kind {
        Kind::Registry => "registry",
        Kind::Git => "git",
        Kind::Url => "url",
        Kind::Path | Kind::Directory | Kind::Editable | Kind::Virtual => "path",
    };
    fact.contents.location = Some(package.location.text.into());
    match package.kind {
        Kind::Git => from_git(package, &mut fact),
        Kind::Registry | Kind::Url => from_addresses(package, &mut fact),
        _ => {}
    }
    integrity(package, &mut fact);
    fact.contents.edges = package.edges.clone();
    fact
}

/// `https://host/path?branch=main#commit`.
fn from_git(package: &Package<'_>, fact: &mut LockedPackage) {
    let place = package.location.span;
    let text = package.location.text;
    if let Some(address) = address::parse(text) {
        fact.contents.host = Value::written(address.host, place);
        fact.contents.scheme = Value::written(address.scheme, place);
    }
    let (front, commit) = text.rsplit_once('#').map_or((text, None), |(front, commit)| (front, Some(commit)));
    if let Some(commit) = commit {
        fact.rare.commit = Value::written(commit.to_owned(), place);
    }
    let query = front.split_once('?').map_or("", |(_, query)| query);
    let asked = query.split('&').find_map(|pair| pair.split_once('=').filter(|(key, _)| matches!(*key, "branch" | "tag" | "rev")));
    let reference = match asked {
        Some(("rev", name)) if !crate::pin::is_commit(name) => "short-rev",
        Some((key, _)) => key,
        None => "default-branch",
    };
    fact.rare.git_reference = Value::written(reference.to_owned(), place);
}

/// The host of the first artifact, and the least safe scheme of registry and artifacts.
fn from_addresses(package: &Package<'_>, fact: &mut LockedPackage) {
    let first = package.artifacts.iter().find_map(|artifact| artifact.address).filter(|of| of.text.contains("://"));
    let place = first.unwrap_or(package.location);
    if let Some(address) = address::parse(place.text) {
        fact.contents.host = Value::written(address.host, place.span);
        fact.contents.scheme = Value::written(address.scheme, place.span);
    }
    let plain = |of: &super::package::Written<'_>| of.text.starts_with("http://");
    let addresses = package.artifacts.iter().filter_map(|artifact| artifact.address).chain([package.location]);
    if let Some(address) = addresses.into_iter().find(plain) {
        fact.contents.scheme = Value::written("http".into(), address.span);
    }
}

fn integrity(package: &Package<'_>, fact: &mut LockedPackage) {
    let count = |n: usize| Count(i64::try_from(n).unwrap_or(i64::MAX));
    fact.contents.artifact_count = count(package.artifacts.len());
    fact.contents.wheels = package
        .artifacts
        .iter()
        .filter(|artifact| artifact.is_wheel)
        .map(|wheel| Wheel { file: wheel.file(), size: wheel.size })
        .collect();
    fact.contents.uploaded = package.artifacts.iter().filter_map(|artifact| Day::parse(artifact.uploaded?)).max();
    if !matches!(package.kind, Kind::Registry | Kind::Url) {
        return;
    }
    let unhashed: Vec<&Artifact<'_>> = package.artifacts.iter().filter(|artifact| artifact.hash.is_none()).collect();
    let place = unhashed.first().map(|first| first.address.map_or(first.span, |address| address.span));
    fact.contents.unhashed_count = Value { span: place, ..Value::derived(count(unhashed.len())) };
    fact.contents.hash_algorithm = weakest_hash(package);
    let listed = package.artifacts.iter().map(|artifact| Listed {
        file: artifact.file(),
        hash: artifact.hash,
        span: artifact.address.map_or(artifact.span, |address| address.span),
    });
    note_artifacts(fact, listed);
}

/// The weakest algorithm of the artifacts' hashes, with its place.
fn weakest_hash(package: &Package<'_>) -> Value<Text> {
    let hashed = package.artifacts.iter().filter_map(|artifact| {
        let (algorithm, _) = artifact.hash?.split_once(':')?;
        let strength = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"].iter().position(|of| *of == algorithm);
        Some((strength.unwrap_or(0), algorithm, artifact.span))
    });
    match hashed.min_by_key(|(strength, ..)| *strength) {
        Some((_, algorithm, span)) => Value::written(algorithm.into(), span),
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
fn hosts(package: &Package<'_>) -> Vec<(Box<str>, Span)> {
    let mut found: Vec<(Box<str>, Span)> = Vec::new();
    for address in package.artifacts.iter().filter_map(|artifact| artifact.address) {
        let host = origin(address.text);
        let host = host.find("://").map_or("", |at| &host[at + 3..]);
        if !host.is_empty() && !found.iter().any(|(known, _)| **known == *host) {
            found.push((host.into(), address.span));
        }
    }
    found
}

