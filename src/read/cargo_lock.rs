//! Cargo.lock: which crates are locked, with which checksum or commit, and what needs what.

use std::sync::Arc;

use super::{Claim, File, Listed, Output, Reader, note_artifacts};
use crate::cargo::lock::{self, Fault, Lock, LockEntry};
use crate::cargo::source::{self, LockedSource, Source};
use crate::facts::recorded::{Edge, Recorded};
use crate::facts::{Count, Link, LockedPackage, Lockfile};
use crate::source::Span;
use crate::syntax;
use crate::value::Value;

/// The reader of Cargo.lock.
pub const READER: Reader = Reader { name: "cargo-lock", role: "lockfile", claims, read };

fn claims(path: &str) -> Claim {
    if crate::path::file_name(path) == "Cargo.lock" { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(document) = output.tree(file, &READER, syntax::toml::parse) else {
        output.facts.add(lockfile(file));
        return;
    };
    match lock::read(&document) {
        Ok(lock) => facts(file, output, lock),
        Err(Fault { message, span }) => {
            output.facts.add(Lockfile { refusal: Value::written(message, span), ..lockfile(file) });
        }
    }
}

fn lockfile(file: &File<'_>) -> Lockfile {
    let header = file.header(&**file.path, file.span(0..0));
    Lockfile { tidy: Value::absent(), ..Lockfile::new(header, "cargo", "rust") }
}

fn facts(file: &File<'_>, output: &mut Output, lock: Lock) {
    let link = output.facts.add(lockfile(file));
    let mut counts = [0_i64; 3];
    let mut refusal = duplicate(&lock).or_else(|| odd_version(&lock));
    for entry in &lock.packages {
        let Some(fact) = package(file, link, entry, lock.mixed_checksums.is_some()) else {
            let message = format!("the source of {} is none that Cargo reads", entry.name);
            refusal = refusal.or_else(|| Some((message, entry.source_span.unwrap_or(entry.name_span))));
            continue;
        };
        let is_registry = fact.contents.source == "registry";
        counts[0] += i64::from(fact.contents.source != "own");
        counts[1] += i64::from(is_registry);
        counts[2] += i64::from(is_registry && fact.contents.unhashed_count.known() == Some(&Count(0)));
        output.facts.add(fact);
    }
    let version = lock.version;
    let fact = &mut output.facts[link];
    [fact.package_count, fact.hashable_count, fact.hashed_count] = counts.map(Count);
    fact.format_version = version.map_or_else(Value::absent, |(number, span)| Value::written(number.to_string(), span));
    fact.refusal = refusal.map_or_else(Value::absent, |(message, span)| Value::written(message, span));
    fact.recorded = Recorded::Cargo(Arc::new(lock));
}

/// Two packages of one name, version and source: Cargo stops at them.
fn duplicate(lock: &Lock) -> Option<(String, Span)> {
    let mut seen = std::collections::BTreeSet::new();
    let again = lock.packages.iter().find(|entry| !seen.insert((&entry.name, &entry.version, &entry.source)))?;
    Some((format!("{} {} is listed twice", again.name, again.version), again.name_span))
}

fn odd_version(lock: &Lock) -> Option<(String, Span)> {
    let odd = lock.packages.iter().find(|entry| cargo_lock::Version::parse(&entry.version).is_err())?;
    Some((format!("{} is not a version", odd.version), odd.version_span))
}

fn package(file: &File<'_>, lockfile: Link<Lockfile>, entry: &LockEntry, drops_checksums: bool) -> Option<LockedPackage> {
    let locked = match &entry.source {
        Some(text) => Some(source::locked(text)?),
        None => None,
    };
    let is_hashed = !drops_checksums && entry.checksum.as_ref().is_some_and(|checksum| !checksum.is_empty());
    let word = locked.as_ref().map_or("own", |locked| locked.source.word());
    let at = entry.source_span;
    let place = |text: Option<String>| match (text, at) {
        (Some(text), Some(span)) => Value::written(text, span),
        _ => Value::absent(),
    };
    let word_of = |text: Option<String>| match (text, at) {
        (Some(text), Some(span)) => Value::written(text.into(), span),
        _ => Value::absent(),
    };
    let (host, scheme, commit, git_reference) = match &locked {
        None => (None, None, None, None),
        Some(LockedSource { source, commit, host, scheme }) => {
            let reference = match source {
                Source::Git(_, reference) => Some(source::reference_word(reference).0.to_owned()),
                _ => None,
            };
            (host.clone(), Some(scheme.clone()), commit.clone(), reference)
        }
    };
    let is_registry = word == "registry";
    let from_registry = |value: Value<Count>| if is_registry { value } else { Value::absent() };
    let header = file.part(&format!("{}@{}", entry.name, entry.version), entry.name_span);
    let mut package = LockedPackage::new(header, lockfile, "rust", entry.name.to_string());
    package.contents.version = Value::written(entry.version.to_string(), entry.version_span);
    package.contents.source = word;
    package.contents.host = word_of(host);
    package.contents.scheme = word_of(scheme);
    package.contents.artifact_count = Count(i64::from(is_registry));
    package.contents.unhashed_count = from_registry(Value::written(Count(i64::from(!is_hashed)), entry.name_span));
    package.contents.hash_algorithm = if is_hashed { Value::derived("sha256".into()) } else { Value::absent() };
    package.reachable = Value::unknown("the workspace was not found", None);
    package.contents.edges = entry.edges.iter().map(edge).collect();
    if commit.is_some() || git_reference.is_some() {
        package.rare.commit = place(commit);
        package.rare.git_reference = place(git_reference);
    }
    if let Some(checksum) = entry.checksum.as_ref().filter(|_| is_hashed) {
        let hash = format!("sha256:{checksum}");
        note_artifacts(&mut package, std::iter::once(Listed { file: "crate", hash: Some(&hash), span: entry.name_span }));
    }
    Some(package)
}

fn edge(edge: &lock::LockEdge) -> Edge {
    Edge {
        package: edge.name.clone(),
        version: edge.version.clone(),
        marker: None,
        group: None,
        extras: Vec::new(),
        requirement: None,
        span: edge.span,
    }
}
