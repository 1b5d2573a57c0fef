//! poetry.lock, formats 1.0 to 2.1.

mod lock;
#[cfg(test)]
mod tests;
mod tree;

use std::collections::{BTreeMap, BTreeSet};

use self::lock::{Artifact, Dependency, Files, Lock, Package, Source};
use super::{Claim, File, Listed, Output, Reader, note_artifacts};
use crate::address;
use crate::facts::recorded::{Edge, Noted, PoetryRecord, Recorded, Wheel};
use crate::facts::{Count, Link, LockedPackage, Lockfile};
use crate::python::name::normalize;
use crate::source::Span;
use crate::syntax;
use crate::value::Value;

/// Reads poetry.lock.
pub const READER: Reader = Reader { name: "poetry-lock", role: "lockfile", claims, read };

fn claims(path: &str) -> Claim {
    if crate::path::file_name(path) == "poetry.lock" { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let header = file.header(&**file.path, Span::top(file.source));
    let link = output.facts.add(Lockfile::new(header, "poetry", "python"));
    if let Some(document) = output.tree(file, &READER, syntax::toml::parse) {
        facts(file, output, link, &tree::read(&document));
    }
}

fn facts(file: &File<'_>, output: &mut Output, link: Link<Lockfile>, lock: &Lock<'_>) {
    let listed: BTreeMap<String, &Files<'_>> =
        lock.files.iter().map(|(name, files)| (normalize(name), files)).collect();
    let (mut hashable, mut hashed) = (0, 0);
    for entry in &lock.packages {
        let name = normalize(entry.name.text);
        let mut package = LockedPackage::new(file.part(&name, entry.name.span), link, "python", name);
        package.contents.version = entry.version.map_or_else(Value::absent, |version| written(version.text, version.span));
        set_source(&mut package, entry.source.unwrap_or_default());
        let files = entry.files.as_ref().or_else(|| listed.get(&package.contents.package).copied());
        set_files(&mut package, files);
        package.contents.edges = entry.dependencies.iter().flat_map(|dependency| edges(dependency, entry)).collect();
        if let Some(unhashed) = package.contents.unhashed_count.known() {
            hashable += 1;
            hashed += i64::from(unhashed.0 == 0);
        }
        output.facts.add(package);
    }
    let lockfile = &mut output.facts[link];
    lockfile.package_count = Count(i64::try_from(lock.packages.len()).unwrap_or(i64::MAX));
    lockfile.hashable_count = Count(hashable);
    lockfile.hashed_count = Count(hashed);
    let value = |text: Option<lock::Text<'_>>| text.map_or_else(Value::absent, |text| written(text.text, text.span));
    lockfile.format_version = value(lock.lock_version);
    lockfile.recorded_digest = value(lock.content_hash);
    lockfile.recorded = Recorded::Poetry(std::sync::Arc::new(record(file, lock)));
}

fn record(file: &File<'_>, lock: &Lock<'_>) -> PoetryRecord {
    let noted = |text: lock::Text<'_>| Noted { text: text.text.into(), span: text.span };
    let boxed = |texts: &[&str]| texts.iter().map(|text| Box::from(*text)).collect();
    let first_line = file.text.lines().next().unwrap_or_default();
    let writer = first_line.split_once("Poetry ").and_then(|(_, rest)| rest.split(' ').next());
    PoetryRecord {
        writer: writer.map(Box::from),
        python_versions: lock.python_versions.map(noted),
        extras: lock.extras.iter().map(|(name, brought)| (noted(*name), boxed(brought))).collect(),
        groups: lock.packages.iter().map(|package| boxed(&package.groups)).collect(),
        sources: sources(lock),
    }
}

/// The names of the indexes that packages come from.
fn sources(lock: &Lock<'_>) -> Vec<Box<str>> {
    let indexes = lock.packages.iter().filter_map(|package| package.source).filter(|source| source.kind == Some("legacy"));
    let names: BTreeSet<&str> = indexes.filter_map(|source| Some(source.reference?.text)).collect();
    names.into_iter().map(Box::from).collect()
}

fn written(text: &str, span: Span) -> Value<String> {
    Value::written(text.to_owned(), span)
}

fn set_source(package: &mut LockedPackage, source: Source<'_>) {
    package.contents.source = match source.kind {
        None | Some("legacy") => "registry",
        Some("git") => "git",
        Some("directory" | "file") => "path",
        Some(_) => "url",
    };
    let Some(url) = source.url else { return };
    package.contents.location = Some(url.text.into());
    if let Some(address) = address::parse(url.text) {
        package.contents.host = Value::written(address.host, url.span);
        package.contents.scheme = Value::written(address.scheme, url.span);
    }
    if package.contents.source == "git" {
        package.rare.commit = source
            .resolved_reference
            .map_or_else(Value::absent, |commit| written(commit.text, commit.span));
        // The lockfile tells the name that was asked for, not whether it was a branch or a tag.
        package.rare.git_reference = match source.reference {
            None => Value::absent(),
            Some(reference) if reference.text == "HEAD" => written("default-branch", reference.span),
            Some(reference) if is_commit(reference.text) => written("rev", reference.span),
            Some(reference) => Value::unknown("poetry.lock does not tell a branch from a tag", Some(reference.span)),
        };
    }
}

fn is_commit(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Files and their hashes. A package of a directory or of git has none to hash.
fn set_files(package: &mut LockedPackage, files: Option<&Files<'_>>) {
    let list = files.map(|files| &*files.list).unwrap_or_default();
    package.contents.artifact_count = Count(i64::try_from(list.len()).unwrap_or(i64::MAX));
    let wheel = |artifact: &&Artifact<'_>| artifact.file.text.ends_with(".whl");
    package.contents.wheels =
        list.iter().filter(wheel).map(|artifact| Wheel { file: artifact.file.text, size: None }).collect();
    package.contents.hash_algorithm = list
        .iter()
        .filter_map(|artifact| artifact.hash?.split_once(':'))
        .map(|(algorithm, _)| algorithm)
        .max_by_key(|algorithm| weakness(algorithm))
        .map_or_else(Value::absent, |algorithm| Value::derived(algorithm.into()));
    if !matches!(package.contents.source, "registry" | "url") {
        return;
    }
    let listed = list.iter().map(|one| Listed { file: one.file.text, hash: one.hash, span: one.file.span });
    note_artifacts(package, listed);
    let bare: Vec<_> = list.iter().filter(|artifact| artifact.hash.is_none_or(str::is_empty)).collect();
    let place = bare.first().map(|artifact| artifact.file.span).or_else(|| files.map(|files| files.span));
    // A package that needs files and lists none is installed unchecked, like one whose only file lacks a hash.
    let count = if list.is_empty() { 1 } else { i64::try_from(bare.len()).unwrap_or(i64::MAX) };
    package.contents.unhashed_count = Value::written(Count(count), place.unwrap_or(package.header.span));
}

fn weakness(algorithm: &str) -> u8 {
    match algorithm {
        "md5" => 3,
        "sha1" => 2,
        "sha224" => 1,
        _ => 0,
    }
}

/// The edges of one requirement: one, or one for each extra that brings it.
fn edges(dependency: &Dependency<'_>, package: &Package<'_>) -> Vec<Edge> {
    let name = normalize(dependency.name.text);
    let edge = |group: Option<&str>| Edge {
        package: name.as_str().into(),
        version: None,
        marker: dependency.markers.map(Box::from),
        group: group.map(|group| normalize(group).into()),
        extras: dependency.extras.iter().map(|extra| normalize(extra).into()).collect(),
        requirement: dependency.version.map(Box::from),
        span: dependency.name.span,
    };
    if !dependency.optional {
        return vec![edge(None)];
    }
    let brings = |requirements: &[&str]| requirements.iter().any(|requirement| required_name(requirement) == name);
    let extras = package.extras.iter().filter(|(_, requirements)| brings(requirements));
    extras.map(|(extra, _)| edge(Some(extra))).collect()
}

/// The name at the start of a requirement, normalised.
fn required_name(requirement: &str) -> String {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let end = requirement.find(|c| !is_name(c)).unwrap_or(requirement.len());
    normalize(&requirement[..end])
}
