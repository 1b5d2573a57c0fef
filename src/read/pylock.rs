//! pylock.toml and pylock.NAME.toml (PEP 751), whoever wrote them.
//!
//! The format records no digest of what was asked for. Where its first comment names the
//! command, the file is compared as a compiled requirements file is.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Claim, File, Listed, Output, Reader, note_artifacts};
use crate::address;
use crate::day::Day;
use crate::facts::recorded::{Edge, Recorded, RequirementsRecord, Wheel};
use crate::facts::{Count, Link, LockedPackage, Lockfile};
use crate::path;
use crate::python::compile_command::Compile;
use crate::python::name::normalize;
use crate::python::requirements_file::{Hash, Line, RequirementsFile, command};
use crate::source::Span;
use crate::syntax::{self, Node};
use crate::value::Value;

/// Reads pylock.toml.
pub const READER: Reader = Reader { name: "pylock", role: "lockfile", claims, read };

fn claims(path: &str) -> Claim {
    let name = path::file_name(path);
    let middle = name.strip_prefix("pylock.").and_then(|rest| rest.strip_suffix(".toml"));
    let is_named = middle.is_some_and(|middle| !middle.is_empty() && !middle.contains('.'));
    if name == "pylock.toml" || is_named { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let header = file.header(&**file.path, Span::top(file.source));
    let link = output.facts.add(Lockfile::new(header, "pylock", "python"));
    let Some(document) = output.tree(file, &READER, syntax::toml::parse) else { return };
    let root = document.root();
    let command = command(file.text);
    let compile = command.as_ref().map(Compile::of);
    for name in compile.iter().flat_map(|compile| &compile.inputs).filter(|name| !name.ends_with(".toml")) {
        for above in path::ancestors(file.directory()) {
            if let Some(input) = path::join(above, name) {
                output.request(input, "requirements");
            }
        }
    }
    let first = output.facts.locked_packages.len();
    let mut lines = Vec::new();
    for item in root.get("packages").into_iter().flat_map(Node::items) {
        let Some((package, line)) = package(file, link, item) else { continue };
        output.facts.add(package);
        lines.push(line);
    }
    let packages = &mut output.facts.locked_packages[first..];
    add_edges(packages, root, &mut lines);
    let hashable = packages.iter().filter(|package| package.contents.unhashed_count.known().is_some()).count();
    let hashed = packages.iter().filter(|package| package.contents.unhashed_count.known() == Some(&Count(0))).count();
    let lockfile = &mut output.facts[link];
    lockfile.package_count = count(lines.len());
    lockfile.hashable_count = count(hashable);
    lockfile.hashed_count = count(hashed);
    lockfile.format_version = text(root, "lock-version").map_or_else(Value::absent, |(text, span)| written(text, span));
    lockfile.refusal = refusal(file, root);
    let requirements = RequirementsFile { requirements: lines, options: Vec::new(), command };
    lockfile.recorded = Recorded::Requirements(Arc::new(RequirementsRecord { file: requirements, compile }));
}

/// Readers must stop at a major version that they do not know (PEP 751, read 2026-11).
fn refusal(file: &File<'_>, root: Node<'_>) -> Value<String> {
    match text(root, "lock-version") {
        None => Value::written("it has no lock-version".to_owned(), Span::top(file.source)),
        Some((version, span)) if version != "1" && !version.starts_with("1.") => {
            written(&format!("{version} is a version of the format that no tool knows"), span)
        }
        Some(_) => Value::absent(),
    }
}

fn count(number: usize) -> Count {
    Count(i64::try_from(number).unwrap_or(i64::MAX))
}

fn written(text: &str, span: Span) -> Value<String> {
    Value::written(text.to_owned(), span)
}

fn text<'t>(node: Node<'t>, key: &str) -> Option<(&'t str, Span)> {
    let value = node.get(key)?;
    Some((value.text()?, value.inner_span()))
}

/// A package, and the line that a requirements file would have for it.
fn package(file: &File<'_>, lockfile: Link<Lockfile>, item: Node<'_>) -> Option<(LockedPackage, Line)> {
    let (name, place) = text(item, "name")?;
    let name = normalize(name);
    let mut package = LockedPackage::new(file.part(&name, place), lockfile, "python", name.clone());
    let version = text(item, "version");
    package.contents.version = version.map_or_else(Value::absent, |(version, span)| written(version, span));
    set_source(&mut package, item);
    let artifacts = artifacts(item);
    set_artifacts(&mut package, &artifacts);
    let address = artifacts.iter().find_map(|artifact| artifact.address);
    let place_of = address.or_else(|| text(item, "index")).filter(|_| package.contents.source == "registry" || package.contents.source == "url");
    if let Some((location, span)) = place_of
        && let Some(address) = address::parse(location)
    {
        package.contents.host = Value::written(address.host, span);
        package.contents.scheme = Value::written(address.scheme, span);
    }
    let line = match (version, package.contents.source) {
        (Some((version, _)), "registry" | "url") => format!("{name}=={version}"),
        (_, "git" | "url") => format!("{name} @ {}", package.contents.location.as_deref().unwrap_or_default()),
        _ => format!("{name} @ file:{}", package.contents.location.as_deref().unwrap_or(".")),
    };
    let is_hashed = package.contents.unhashed_count.known() == Some(&Count(0));
    let hash = is_hashed.then(|| Hash { algorithm: String::new(), digits: String::new(), range: place.range() });
    let marker = text(item, "marker").map_or_else(String::new, |(marker, _)| format!(" ; {marker}"));
    let line = Line {
        text: format!("{line}{marker}"),
        range: place.range(),
        editable: false,
        hashes: hash.into_iter().collect(),
        via: Vec::new(),
    };
    Some((package, line))
}

fn set_source(package: &mut LockedPackage, item: Node<'_>) {
    let (kind, location) = if let Some(vcs) = item.get("vcs") {
        let url = text(vcs, "url").or_else(|| text(vcs, "path"));
        if let Some((address, span)) = url.and_then(|(url, span)| Some((address::parse(url)?, span))) {
            package.contents.host = Value::written(address.host, span);
            package.contents.scheme = Value::written(address.scheme, span);
        }
        package.rare.commit = text(vcs, "commit-id").map_or_else(Value::absent, |(commit, span)| written(commit, span));
        package.rare.git_reference = match text(vcs, "requested-revision") {
            Some((revision, span)) if crate::pin::is_commit(revision) => written("rev", span),
            Some((revision, span)) => Value::unknown(format!("`{revision}` may be a branch or a tag"), Some(span)),
            None => Value::absent(),
        };
        ("git", url)
    } else if let Some(directory) = item.get("directory") {
        (if text(directory, "path").is_some_and(|(path, _)| path == ".") { "own" } else { "path" }, text(directory, "path"))
    } else if let Some(archive) = item.get("archive") {
        let url = text(archive, "url");
        (if url.is_some() { "url" } else { "path" }, url.or_else(|| text(archive, "path")))
    } else {
        ("registry", text(item, "index"))
    };
    package.contents.source = kind;
    package.contents.location = location.map(|(location, _)| location.into());
}

/// A wheel or a source archive as the file lists it.
struct Artifact<'t> {
    address: Option<(&'t str, Span)>,
    name: &'t str,
    hash: Option<(&'t str, &'t str)>,
    span: Span,
    size: Option<u64>,
    uploaded: Option<&'t str>,
}

fn artifacts(item: Node<'_>) -> Vec<Artifact<'_>> {
    let wheels = item.get("wheels").into_iter().flat_map(Node::items);
    let listed = ["archive", "sdist"].into_iter().filter_map(|key| item.get(key)).chain(wheels);
    listed
        .map(|node| {
            let address = text(node, "url").or_else(|| text(node, "path"));
            let of_address = address.map_or("", |(address, _)| {
                address.split(['?', '#']).next().unwrap_or_default().rsplit('/').next().unwrap_or_default()
            });
            let hashes = node.get("hashes").into_iter().flat_map(Node::own_entries);
            let mut hashes = hashes.filter_map(|entry| Some((entry.key.scalar()?, entry.value.text()?)));
            Artifact {
                address,
                name: text(node, "name").map_or(of_address, |(name, _)| name),
                hash: hashes.next(),
                span: address.map_or(node.span(), |(_, span)| span),
                size: node.get("size").and_then(Node::int).and_then(|size| u64::try_from(size).ok()),
                uploaded: node.get("upload-time").and_then(Node::scalar),
            }
        })
        .collect()
}

fn set_artifacts(package: &mut LockedPackage, artifacts: &[Artifact<'_>]) {
    package.contents.artifact_count = count(artifacts.len());
    let wheels = artifacts.iter().filter(|artifact| artifact.name.ends_with(".whl"));
    package.contents.wheels = wheels.map(|wheel| Wheel { file: wheel.name, size: wheel.size }).collect();
    package.contents.uploaded = artifacts.iter().filter_map(|artifact| Day::parse(artifact.uploaded?)).max();
    if !matches!(package.contents.source, "registry" | "url") {
        return;
    }
    let texts: Vec<Option<String>> =
        artifacts.iter().map(|artifact| artifact.hash.map(|(algorithm, digits)| format!("{algorithm}:{digits}"))).collect();
    let listed = artifacts.iter().zip(&texts).map(|(artifact, hash)| Listed {
        file: artifact.name,
        hash: hash.as_deref(),
        span: artifact.span,
    });
    note_artifacts(package, listed);
    let bare: Vec<&Artifact<'_>> = artifacts.iter().filter(|artifact| artifact.hash.is_none()).collect();
    let unhashed = if artifacts.is_empty() { 1 } else { bare.len() };
    let place = bare.first().map_or(package.header.span, |artifact| artifact.span);
    package.contents.unhashed_count = Value::written(count(unhashed), place);
    let strength = |name: &str| ["md5", "sha1", "sha224", "sha256", "sha384", "sha512"].iter().position(|known| *known == name);
    let algorithms = artifacts.iter().filter_map(|artifact| Some((artifact.hash?.0, artifact.span)));
    let weakest = algorithms.min_by_key(|(algorithm, _)| strength(algorithm).unwrap_or(usize::MAX));
    package.contents.hash_algorithm = weakest.map_or_else(Value::absent, |(algorithm, span)| Value::written(algorithm.into(), span));
}

/// What a package lists as its dependencies, as edges and as the `via` of what it brings.
fn add_edges(packages: &mut [LockedPackage], root: Node<'_>, lines: &mut [Line]) {
    let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
    for (index, package) in packages.iter().enumerate() {
        by_name.entry(package.contents.package.clone()).or_insert(index);
    }
    let items = root.get("packages").into_iter().flat_map(Node::items).filter(|item| text(*item, "name").is_some());
    for (index, item) in items.enumerate() {
        for dependency in item.get("dependencies").into_iter().flat_map(Node::items) {
            let Some((name, span)) = text(dependency, "name") else { continue };
            let name = normalize(name);
            if let Some(to) = by_name.get(&name) {
                lines[*to].via.push(packages[index].contents.package.clone());
            }
            packages[index].contents.edges.push(Edge {
                package: name.into(),
                version: text(dependency, "version").map(|(version, _)| version.into()),
                marker: None,
                group: None,
                extras: Vec::new(),
                requirement: None,
                span,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    const LOCK: &str = "# This file was autogenerated by uv via the following command:\n#    uv pip compile in.txt -o pylock.toml\n\
        lock-version = \"1.0\"\ncreated-by = \"uv\"\n\n\
        [[packages]]\nname = \"Amber\"\nversion = \"1.2\"\nindex = \"https://corp.example.com/simple\"\n\
        sdist = { url = \"https://files.example.com/amber-1.2.tar.gz\", upload-time = 2026-01-02T03:04:05Z, size = 5, hashes = { sha256 = \"aa\" } }\n\
        wheels = [{ url = \"https://files.example.com/amber-1.2-py3-none-any.whl\", size = 7, hashes = { md5 = \"bb\" } }, { url = \"x.whl\" }]\n\
        dependencies = [{ name = \"birch\" }]\n\n\
        [[packages]]\nname = \"birch\"\nvcs = { type = \"git\", url = \"https://git.example.com/birch\", commit-id = \"0123456789012345678901234567890123456789\" }\n\n\
        [[packages]]\nname = \"shop\"\ndirectory = { path = \".\", editable = true }\n";

    #[test]
    fn packages_of_every_source() {
        let output = read_alone(&READER, "svc/pylock.dev.toml", LOCK);
        let shown: Vec<String> = output
            .facts
            .locked_packages
            .iter()
            .map(|package| {
                use crate::read::known;
                let unhashed = package.contents.unhashed_count.known().map_or("-".to_owned(), |count| count.0.to_string());
                let day = package.contents.uploaded.map_or("-".to_owned(), |day| day.to_string());
                let wheels = package.contents.wheels.iter().count();
                format!(
                    "{} {} {} {} {unhashed} {} {wheels} {day}",
                    package.contents.package,
                    known(&package.contents.version),
                    package.contents.source,
                    known(&package.contents.host),
                    known(&package.contents.hash_algorithm)
                )
            })
            .collect();
        let expected = [
            "amber 1.2 registry files.example.com 1 md5 2 2026-01-02",
            "birch - git git.example.com - - 0 -",
            "shop - own - - - 0 -",
        ];
        assert_eq!(shown, expected);
        let requested: Vec<&str> = output.requests.iter().map(|request| &*request.path).collect();
        assert_eq!(requested, ["svc/in.txt", "in.txt"]);
    }

    #[test]
    fn names_and_versions() {
        for (path, claim) in [
            ("pylock.toml", Claim::Yes),
            ("a/pylock.prod.toml", Claim::Yes),
            ("pylock.a.b.toml", Claim::No),
            ("pylock..toml", Claim::No),
            ("xpylock.toml", Claim::No),
        ] {
            assert_eq!(claims(path), claim, "{path}");
        }
        for (text, refusal) in [
            ("lock-version = \"1.0\"", None),
            ("lock-version = \"1.9\"", None),
            ("lock-version = \"2.0\"", Some("2.0 is a version of the format that no tool knows")),
            ("", Some("it has no lock-version")),
        ] {
            let facts = read_alone(&READER, "pylock.toml", text).facts;
            assert_eq!(facts.lockfiles[0].refusal.known().map(String::as_str), refusal, "{text}");
        }
    }
}
