//! Entries of yarn.lock to facts.

use crate::address;
use crate::berry::descriptor;
use crate::berry::lock::{Entry, Lock};
use crate::facts::recorded::Edge;
use crate::node::archive;
use crate::facts::{Count, Link, LockedPackage, Lockfile};
use crate::read::{File, Listed, Output, note_artifacts};
use crate::value::Value;

/// Adds a fact for each entry, in their order, and the counts to the lockfile.
pub(super) fn read(file: &File<'_>, output: &mut Output, link: Link<Lockfile>, lock: &Lock) {
    let mut counts = [0_i64; 3];
    for entry in &lock.entries {
        let fact = package(file, link, entry);
        let is_hashable = fact.contents.unhashed_count.known().is_some();
        counts[0] += i64::from(fact.contents.source != "own");
        counts[1] += i64::from(is_hashable);
        counts[2] += i64::from(is_hashable && fact.contents.unhashed_count.known() == Some(&Count(0)));
        output.facts.add(fact);
    }
    let fact = &mut output.facts[link];
    [fact.package_count, fact.hashable_count, fact.hashed_count] = counts.map(Count);
}

fn package(file: &File<'_>, lockfile: Link<Lockfile>, entry: &Entry) -> LockedPackage {
    let place = entry.resolution.span;
    let name = entry.name();
    let header = file.part(&entry.resolution.text, entry.span);
    let mut fact = LockedPackage::new(header, lockfile, "node", name);
    if let Some(version) = &entry.version {
        fact.contents.version = Value::written(version.text.to_string(), version.span);
    }
    let reference = entry.reference();
    let (source, at) = origin(reference);
    fact.contents.source = source;
    if let Some(at) = at {
        if let Some(address) = address::parse(&at) {
            fact.contents.host = Value::written(address.host, place);
            fact.contents.scheme = Value::written(address.scheme, place);
        }
        fact.contents.location = Some(at.into());
    }
    if source == "git" {
        let commit = reference.split(['#', '&']).find_map(|part| part.strip_prefix("commit="));
        fact.rare.commit = commit.map_or_else(Value::absent, |commit| Value::written(commit.to_owned(), place));
    }
    // Packages for other machines are not fetched, so that Yarn has no checksum of them.
    let is_hashable = entry.is_hard && matches!(source, "registry" | "url") && entry.conditions.is_none();
    if is_hashable {
        fact.contents.artifact_count = Count(1);
        fact.contents.unhashed_count = Value::written(Count(i64::from(entry.checksum.is_none())), entry.span);
    }
    if let Some(checksum) = &entry.checksum {
        fact.contents.hash_algorithm = Value::written("sha512".into(), checksum.span);
        // `10c0/HEX`: the archive that Yarn packs differs with the number of its cache.
        let (cache, digits) = checksum.text.rsplit_once('/').unwrap_or(("", &checksum.text));
        let hash = format!("sha512:{digits}");
        let file = format!("cache {cache}");
        note_artifacts(&mut fact, std::iter::once(Listed { file: &file, hash: Some(&hash), span: checksum.span }));
    }
    if let (Some(address), Some(version), "registry") = (&fact.contents.location, &entry.version, source)
        && archive::is_of_another(address, name, &version.text)
    {
        fact.rare.misnamed_file = Value::written(address.to_string(), place);
    }
    fact.reachable = Value::unknown("the workspace was not found", None);
    fact.contents.edges = entry.dependencies.iter().map(|(name, range)| edge(name, &range.text, range.span)).collect();
    fact
}

/// Where a locator leads, and the address when it names one.
fn origin(reference: &str) -> (&'static str, Option<String>) {
    match descriptor::protocol(reference) {
        "npm:" => ("registry", descriptor::parameter(reference, "__archiveUrl")),
        "workspace:" => ("own", None),
        "file:" | "link:" | "portal:" => ("path", None),
        "patch:" => match descriptor::patched(reference).as_deref().and_then(descriptor::split) {
            Some((_, inner)) if !inner.starts_with("patch:") => origin(inner),
            _ => ("registry", None),
        },
        _ if reference.contains("#commit=") || reference.contains("&commit=") => {
            ("git", reference.split('#').next().map(str::to_owned))
        }
        _ => ("url", reference.split("::").next().map(str::to_owned)),
    }
}

fn edge(name: &str, range: &str, span: crate::source::Span) -> Edge {
    Edge {
        package: name.into(),
        version: None,
        marker: None,
        group: None,
        extras: Vec::new(),
        requirement: Some(range.strip_prefix("npm:").unwrap_or(range).into()),
        span,
    }
}
