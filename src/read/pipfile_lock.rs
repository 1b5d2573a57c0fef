//! Pipfile.lock: JSON with one object a category of packages, and `_meta`.

use std::sync::Arc;

use super::{Claim, File, Listed, Output, Reader, note_artifacts};
use crate::address;
use crate::facts::recorded::{Noted, PipenvPackage, PipenvRecord, PipenvSource, Recorded};
use crate::facts::{Count, Link, LockedPackage, Lockfile};
use crate::python::canonical_json::Json;
use crate::python::name::normalize;
use crate::source::Span;
use crate::syntax::{self, Entry, Node};
use crate::value::Value;

/// Reads Pipfile.lock.
pub const READER: Reader = Reader { name: "pipfile-lock", role: "lockfile", claims, read };

fn claims(path: &str) -> Claim {
    if crate::path::file_name(path) == "Pipfile.lock" { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let header = file.header(&**file.path, Span::top(file.source));
    let link = output.facts.add(Lockfile::new(header, "pipenv", "python"));
    let Some(document) = output.tree(file, &READER, syntax::json::parse) else {
        output.facts[link].recorded = Recorded::Pipenv(Arc::new(PipenvRecord::default()));
        return;
    };
    let root = document.root();
    let meta = root.get("_meta").filter(|meta| meta.own_entries().next().is_some());
    let mut record = PipenvRecord { is_object: root.is_map(), has_meta: meta.is_some(), ..PipenvRecord::default() };
    if let Some(meta) = meta {
        record.sources = meta.get("sources").into_iter().flat_map(Node::items).filter_map(source).collect();
        record.requires = meta.get("requires").into_iter().flat_map(Node::own_entries).filter_map(noted).collect();
    }
    let (mut hashable, mut hashed) = (0, 0);
    for category in root.own_entries().filter(|entry| entry.key.scalar() != Some("_meta") && entry.value.is_map()) {
        let name = category.key.scalar().unwrap_or_default();
        record.categories.push(Noted { text: name.into(), span: category.key.inner_span() });
        for entry in category.value.own_entries() {
            let package = package(file, link, name, entry, &record.sources);
            if let Some(unhashed) = package.contents.unhashed_count.known() {
                hashable += 1;
                hashed += i64::from(unhashed.0 == 0);
            }
            output.facts.add(package);
            record.packages.push(recorded(record.categories.len() - 1, entry));
        }
    }
    let lockfile = &mut output.facts[link];
    lockfile.package_count = Count(i64::try_from(record.packages.len()).unwrap_or(i64::MAX));
    lockfile.hashable_count = Count(hashable);
    lockfile.hashed_count = Count(hashed);
    if let Some(spec) = root.at(&["_meta", "pipfile-spec"]) {
        lockfile.format_version = Value::written(spec.scalar().unwrap_or_default().to_owned(), spec.span());
    }
    let digest = root.at(&["_meta", "hash", "sha256"]);
    if let Some((node, text)) = digest.and_then(|node| Some((node, node.text()?))).filter(|(_, text)| !text.is_empty()) {
        lockfile.recorded_digest = Value::written(text.to_owned(), node.inner_span());
    }
    lockfile.recorded = Recorded::Pipenv(Arc::new(record));
}

fn source(node: Node<'_>) -> Option<PipenvSource> {
    let value = Json::of(node).ok()?;
    let text = |key: &str| node.get(key).and_then(Node::text).unwrap_or_default().into();
    Some(PipenvSource { name: text("name"), url: text("url"), value, span: node.span() })
}

fn noted(entry: Entry<'_>) -> Option<(Box<str>, Noted)> {
    let value = Noted { text: entry.value.scalar()?.into(), span: entry.value.inner_span() };
    Some((entry.key.scalar()?.into(), value))
}

fn recorded(category: usize, entry: Entry<'_>) -> PipenvPackage {
    let text = |key: &str| entry.value.get(key).and_then(Node::text).map(Box::from);
    let extras = entry.value.get("extras").into_iter().flat_map(Node::items).filter_map(Node::text);
    PipenvPackage { category, index: text("index"), markers: text("markers"), extras: extras.map(Box::from).collect() }
}

fn package(
    file: &File<'_>,
    lockfile: Link<Lockfile>,
    category: &str,
    entry: Entry<'_>,
    sources: &[PipenvSource],
) -> LockedPackage {
    let name = normalize(entry.key.scalar().unwrap_or_default());
    let header = file.part(&format!("{category}/{name}"), entry.key.span());
    let mut package = LockedPackage::new(header, lockfile, "python", name);
    let value = entry.value;
    if let Some((node, text)) = value.get("version").and_then(|node| Some((node, node.text()?))) {
        package.contents.version = Value::written(text.trim_start_matches('=').to_owned(), node.inner_span());
    }
    let address = ["git", "hg", "svn", "bzr", "path", "file"].into_iter().find_map(|key| Some((key, value.get(key)?)));
    package.contents.source = match address {
        None => "registry",
        Some(("path", _)) => "path",
        Some(("file", node)) => if node.text().is_some_and(|text| text.contains("://")) { "url" } else { "path" },
        Some(_) => "git",
    };
    let (url, place) = match address {
        Some((_, node)) => (node.text(), node.inner_span()),
        // Only packages that the Pipfile names carry their index; where there is but one, it is that.
        None => {
            let index = value.get("index").and_then(Node::text);
            let named = sources.iter().find(|source| index == Some(&*source.name));
            let only = if sources.len() == 1 { sources.first() } else { None };
            let source = named.or(only);
            (source.map(|source| &*source.url), source.map_or(package.header.span, |source| source.span))
        }
    };
    if let Some(url) = url {
        package.contents.location = Some(url.into());
        if let Some(address) = address::parse(url) {
            package.contents.host = Value::written(address.host, place);
            package.contents.scheme = Value::written(address.scheme, place);
        }
    }
    if package.contents.source == "git"
        && let Some((node, text)) = value.get("ref").and_then(|node| Some((node, node.text()?)))
    {
        package.rare.commit = Value::written(text.to_owned(), node.inner_span());
    }
    set_hashes(&mut package, value);
    package
}

/// Hashes stand alone, without the names of their files. A package of a directory or of git has none.
fn set_hashes(package: &mut LockedPackage, value: Node<'_>) {
    let list = value.entry("hashes");
    let hashes: Vec<&str> = list.into_iter().flat_map(|list| list.value.items()).filter_map(Node::text).collect();
    package.contents.artifact_count = Count(i64::try_from(hashes.len()).unwrap_or(i64::MAX));
    let algorithms = hashes.iter().filter_map(|hash| hash.split_once(':')).map(|(algorithm, _)| algorithm);
    package.contents.hash_algorithm = super::weakest(algorithms)
        .map_or_else(Value::absent, |algorithm| Value::derived(algorithm.into()));
    if !matches!(package.contents.source, "registry" | "url") {
        return;
    }
    let place = list.map_or(package.header.span, |list| list.key.span());
    let items = list.into_iter().flat_map(|list| list.value.items());
    note_artifacts(package, items.map(|item| Listed { file: "", hash: item.text(), span: item.inner_span() }));
    package.contents.unhashed_count = Value::written(Count(i64::from(hashes.is_empty())), place);
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::read::read_alone;

    const LOCK: &str = r#"{
    "_meta": {
        "hash": {"sha256": "deadbeef"},
        "pipfile-spec": 6,
        "requires": {"python_version": "3.11"},
        "sources": [{"name": "main", "url": "https://user:secret@index.example.com/simple", "verify_ssl": true}]
    },
    "default": {
        "idna": {"hashes": ["sha256:aa", "md5:bb"], "index": "main", "markers": "python_version >= '3.9'", "version": "==3.20"},
        "six": {"hashes": [], "version": "==1.17.0"},
        "fork": {"git": "https://git.example.com/fork.git", "ref": "0123456789012345678901234567890123456789"},
        "here": {"editable": true, "path": "."},
        "wheel": {"file": "https://files.example.com/wheel-1.whl"}
    },
    "develop": {"pytest": {"hashes": ["sha256:cc"], "version": "==8.3.2", "extras": ["dev"]}},
    "docs": 3
}"#;

    #[test]
    fn packages_become_facts() {
        let facts = read_alone(&READER, "a/Pipfile.lock", LOCK).facts;
        use crate::read::known;
        let line = |package: &LockedPackage| {
            let unhashed = package.contents.unhashed_count.known().map_or("-".to_owned(), |Count(count)| count.to_string());
            let (version, host, algorithm) = (known(&package.contents.version), known(&package.contents.host), known(&package.contents.hash_algorithm));
            format!("{} {version} {} {host} unhashed {unhashed} {algorithm}", package.header.name, package.contents.source)
        };
        let shown: Vec<String> = facts.locked_packages.iter().map(line).collect();
        insta::assert_snapshot!(shown.join("\n"), @r"
        a/Pipfile.lock#default/idna 3.20 registry index.example.com unhashed 0 md5
        a/Pipfile.lock#default/six 1.17.0 registry index.example.com unhashed 1 -
        a/Pipfile.lock#default/fork - git git.example.com unhashed - -
        a/Pipfile.lock#default/here - path - unhashed - -
        a/Pipfile.lock#default/wheel - url files.example.com unhashed 1 -
        a/Pipfile.lock#develop/pytest 8.3.2 registry index.example.com unhashed 0 sha256
        ");
        let lockfile = &facts.lockfiles[0];
        let counts = (lockfile.package_count.0, lockfile.hashable_count.0, lockfile.hashed_count.0);
        assert_eq!((counts, known(&lockfile.recorded_digest)), ((6, 4, 2), "deadbeef".to_owned()));
        assert_eq!(known(&lockfile.format_version), "6");
    }

    #[test]
    fn odd_texts_are_lockfiles_all_the_same() {
        for text in ["", "[]", "3", "{\"_meta\": []}", "{\"default\": {\"a\": 1, \"b\": null}, \"_meta\": {\"sources\": [1, {}], \"hash\": 3}}"] {
            assert_eq!(read_alone(&READER, "Pipfile.lock", text).facts.lockfiles.len(), 1, "{text}");
        }
    }
}
