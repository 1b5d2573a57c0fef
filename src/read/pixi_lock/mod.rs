//! pixi.lock, formats 4 to 7; of older ones only that they are there.

mod record;

use std::sync::Arc;

use super::{Claim, File, Listed, Output, Reader, note_artifacts};
use crate::address;
use crate::day::Day;
use crate::facts::recorded::Recorded;
use crate::facts::{Count, Link, LockedPackage, Lockfile};
use crate::source::Span;
use crate::syntax::{self, Node};
use crate::value::Value;

/// Reads pixi.lock.
pub const READER: Reader = Reader { name: "pixi-lock", role: "lockfile", claims, read };

fn claims(path: &str) -> Claim {
    if crate::path::file_name(path) == "pixi.lock" { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let header = file.header(&**file.path, Span::top(file.source));
    let link = output.facts.add(Lockfile::new(header, "pixi", "conda"));
    let Some(document) = output.tree(file, &READER, syntax::yaml::parse) else { return };
    let root = document.root();
    let version = root.get("version");
    let version = version.and_then(|node| Some(Value::written(node.scalar()?.to_owned(), node.span()))).unwrap_or_default();
    let is_known = matches!(version.known().map(String::as_str), Some("4" | "5" | "6" | "7"));
    output.facts[link].format_version = version;
    if !is_known {
        output.facts[link].undecided.push("its format is not read".to_owned());
        return;
    }
    let mut counts = [0_i64; 3];
    for item in root.get("packages").into_iter().flat_map(Node::items) {
        let Some(package) = package(file, link, item) else { continue };
        counts[0] += i64::from(package.contents.source != "own");
        counts[1] += i64::from(package.contents.unhashed_count.known().is_some());
        counts[2] += i64::from(package.contents.unhashed_count.known() == Some(&Count(0)));
        output.facts.add(package);
    }
    let lockfile = &mut output.facts[link];
    [lockfile.package_count, lockfile.hashable_count, lockfile.hashed_count] = counts.map(Count);
    let (record, lost) = record::read(root);
    lockfile.refusal = lost.map_or_else(Value::absent, |(message, place)| Value::written(message, place));
    lockfile.recorded = Recorded::Conda(Arc::new(record));
}

/// Where a package comes from, and whether it is one of Python's. Formats 4 and 5 name the kind apart.
fn place_of<'d>(item: Node<'d>) -> Option<(Node<'d>, bool)> {
    if let Some(kind) = item.get("kind").and_then(Node::scalar) {
        let address = item.get("url").or_else(|| item.get("path"))?;
        return Some((address, kind == "pypi"));
    }
    let conda = item.get("conda").or_else(|| item.get("conda_source"));
    conda.map(|address| (address, false)).or_else(|| Some((item.get("pypi")?, true)))
}

fn file_of(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or_default().rsplit('/').next().unwrap_or_default()
}

/// Name, version and build of `name-version-build.conda`.
fn parts(file: &str) -> Option<(&str, &str, &str)> {
    let stem = file.strip_suffix(".conda").or_else(|| file.strip_suffix(".tar.bz2"))?;
    let (rest, build) = stem.rsplit_once('-')?;
    let (name, version) = rest.rsplit_once('-')?;
    Some((name, version, build))
}

fn package(file: &File<'_>, lockfile: Link<Lockfile>, item: Node<'_>) -> Option<LockedPackage> {
    let (address, is_python) = place_of(item)?;
    let ecosystem = if is_python { "python" } else { "conda" };
    let text = address.scalar()?;
    let from_file = parts(file_of(text));
    let field = |key: &str| item.get(key).and_then(Node::scalar);
    let name = field("name").or(from_file.map(|(name, ..)| name))?;
    let mut package = LockedPackage::new(file.part(text, address.span()), lockfile, ecosystem, name);
    let version = field("version").or(from_file.map(|(_, version, _)| version));
    package.contents.version = version.map_or_else(Value::absent, |version| Value::written(version.to_owned(), address.span()));
    package.contents.location = Some(text.into());
    let parsed = address::parse(text.strip_prefix("git+").unwrap_or(text));
    package.contents.source = match &parsed {
        None if text == "." => "own",
        None => "path",
        Some(_) if text.starts_with("git+") => "git",
        Some(_) => "registry",
    };
    if let Some(parsed) = parsed {
        package.contents.host = Value::written(parsed.host, address.span());
        package.contents.scheme = Value::written(parsed.scheme, address.span());
    }
    if package.contents.source == "git" {
        let commit = text.rsplit_once('#').map(|(_, commit)| commit.to_owned());
        package.rare.commit = commit.map_or_else(Value::absent, |commit| Value::written(commit, address.span()));
    }
    let hash = field("sha256").map(|digits| format!("sha256:{digits}"));
    if package.contents.source == "registry" {
        package.contents.artifact_count = Count(1);
        package.contents.unhashed_count = Value::written(Count(i64::from(hash.is_none())), address.span());
        package.contents.hash_algorithm = hash.as_ref().map_or_else(Value::absent, |_| Value::derived("sha256".into()));
        // Files of other platforms have the same names.
        let file = if ecosystem == "conda" { text } else { file_of(text) };
        let listed = Listed { file, hash: hash.as_deref(), span: address.span() };
        note_artifacts(&mut package, std::iter::once(listed));
    }
    package.contents.uploaded = item.get("timestamp").and_then(Node::int).map(|milliseconds| Day::of_unix(milliseconds / 1000));
    Some(package)
}
