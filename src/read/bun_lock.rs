//! bun.lock: which packages are locked, and what each workspace asked for.

use std::sync::Arc;

use super::{Claim, File, Output, Reader, Tarball, note_tarball};
use crate::address;
use crate::bun::lock::{self, Package};
use crate::facts::recorded::{Edge, Recorded};
use crate::facts::{Count, Link, LockedPackage, Lockfile};
use crate::syntax;
use crate::value::Value;

/// The reader of bun's lockfile.
pub const READER: Reader = Reader { name: "bun-lock", role: "lockfile", claims, read };

fn claims(path: &str) -> Claim {
    if crate::path::file_name(path) == "bun.lock" { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let link = output.facts.add(Lockfile::new(file.header(&**file.path, file.span(0..0)), "bun", "node"));
    let Some(document) = output.tree(file, &READER, syntax::json::parse_with_comments) else { return };
    let lock = match lock::read(&document) {
        Ok(lock) => lock,
        Err(fault) => {
            output.facts[link].refusal = Value::written(fault.message, fault.span);
            return;
        }
    };
    // Workspaces are read wherever they lie.
    for at in lock.members.keys().filter_map(|directory| crate::path::join(file.directory(), directory)) {
        output.request(crate::pnpm::beside(&at, "package.json"), "package_json");
    }
    let mut counts = [0_i64; 3];
    for place in &lock.order {
        let Some(entry) = lock.packages.get(place) else { continue };
        let fact = package(file, link, place, entry);
        let is_hashable = fact.contents.unhashed_count.known().is_some();
        counts[0] += i64::from(fact.contents.source != "own");
        counts[1] += i64::from(is_hashable);
        counts[2] += i64::from(is_hashable && fact.contents.unhashed_count.known() == Some(&Count(0)));
        output.facts.add(fact);
    }
    let fact = &mut output.facts[link];
    [fact.package_count, fact.hashable_count, fact.hashed_count] = counts.map(Count);
    fact.format_version = Value::written(lock.version.to_string(), lock.version_span);
    fact.recorded = Recorded::Bun(Arc::new(lock));
}

fn package(file: &File<'_>, lockfile: Link<Lockfile>, place: &str, entry: &Package) -> LockedPackage {
    let header = file.part(&format!("{place}:{}", entry.id.text), entry.span);
    let mut fact = LockedPackage::new(header, lockfile, "node", entry.name());
    let version = entry.version();
    fact.contents.version = Value::written(version.to_owned(), entry.id.span);
    let is_git = ["git+", "git:", "github:", "git@", "gitlab:", "bitbucket:"].iter().any(|start| version.starts_with(start));
    fact.contents.source = match version {
        _ if version.starts_with("workspace:") || version.starts_with("root:") => "own",
        _ if is_git => "git",
        _ if semver::Version::parse(version).is_ok() => "registry",
        _ if version.contains("://") => "url",
        _ => "path",
    };
    let address = match fact.contents.source {
        "registry" => entry.registry.as_ref().map(|one| (one.text.to_string(), one.span)),
        "git" | "url" => Some((version.to_owned(), entry.id.span)),
        _ => None,
    };
    if let Some((text, span)) = address.filter(|(text, _)| !text.is_empty()) {
        if let Some(found) = address::parse(&text) {
            fact.contents.host = Value::written(found.host, span);
            fact.contents.scheme = Value::written(found.scheme, span);
        }
        fact.contents.location = Some(text.into());
    }
    if is_git {
        let commit = version.rsplit_once('#').map(|(_, commit)| commit.to_owned());
        fact.rare.commit = commit.map_or_else(Value::absent, |commit| Value::written(commit, entry.id.span));
    }
    if matches!(fact.contents.source, "registry" | "url") {
        let address = entry.registry.as_ref().map(|of| (&*of.text, of.span));
        let integrity = entry.integrity.as_ref().map(|of| (&*of.text, of.span));
        note_tarball(&mut fact, Tarball { address, integrity, place: entry.span });
    }
    fact.reachable = Value::unknown("the workspace was not found", None);
    fact.contents.edges = entry.needs.iter().map(|need| edge(&need.name, &need.wanted)).collect();
    fact
}

fn edge(name: &str, range: &lock::Noted) -> Edge {
    Edge {
        package: name.into(),
        version: None,
        marker: None,
        group: None,
        extras: Vec::new(),
        requirement: Some(range.text.clone()),
        span: range.span,
    }
}
