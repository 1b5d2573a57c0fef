//! Pipfile.lock and compiled requirements files: versions with a set of hashes, files not named.

use std::sync::Arc;

use crate::python::name::normalize;
use crate::python::requirements_file::RequirementsFile;
use crate::rehearse::locked::{Locked, LockedFile, Source};
use crate::source::{SourceId, Span};
use crate::syntax::{Document, Node};
use crate::upstream::{Algorithm, Hash};

/// Pipfile.lock.
pub(super) fn pipenv(document: &Document) -> Vec<Locked> {
    let root = document.root();
    let sources: Vec<Node<'_>> = root.at(&["_meta", "sources"]).into_iter().flat_map(Node::items).collect();
    let of = |node: Node<'_>, key: &str| node.get(key).and_then(Node::scalar).map(str::to_owned);
    let url = |name: &str| sources.iter().find(|source| of(**source, "name").as_deref() == Some(name));
    let mut all = Vec::new();
    for category in root.entries().into_iter().filter(|entry| entry.key.scalar() != Some("_meta")) {
        for entry in category.value.entries() {
            let Some(name) = entry.key.scalar() else { continue };
            let node = entry.value;
            let version = of(node, "version").unwrap_or_default();
            let version = version.trim_start_matches('=');
            let mut locked = Locked::new(normalize(name), version, entry.key.span());
            locked.source = if let Some(at) = of(node, "git") {
                Source::Git(at, of(node, "ref"))
            } else if let Some(at) = of(node, "path") {
                if matches!(at.as_str(), "." | "./") { Source::Own } else { Source::Path(at) }
            } else if let Some(at) = of(node, "file") {
                if at.contains("://") { Source::Address(at) } else { Source::Path(at) }
            } else {
                let named = of(node, "index").and_then(|name| url(&name).copied());
                Source::Registry(named.or(sources.first().copied()).and_then(|source| of(source, "url")))
            };
            locked.marker = of(node, "markers");
            let hashes = node.get("hashes").into_iter().flat_map(Node::items).filter_map(Node::scalar);
            let hashes = hashes.filter_map(Hash::parse);
            locked.files = hashes.map(|hash| LockedFile::hashed(vec![hash])).collect();
            all.push(locked);
        }
    }
    all
}

/// requirements.txt as pip-compile, `uv pip compile` and the exports of other tools write it.
pub(super) fn requirements(source: SourceId, text: &Arc<str>) -> Vec<Locked> {
    let file = RequirementsFile::parse(text);
    let index = file.options.iter().rev().find(|option| option.name == "index-url").map(|option| option.value.clone());
    let has_index = file.options.iter().all(|option| option.name != "no-index");
    let mut all = Vec::new();
    for line in &file.requirements {
        let (requirement, marker) = match line.text.split_once(';') {
            Some((requirement, marker)) => (requirement.trim(), Some(marker.trim().to_owned())),
            None => (line.text.trim(), None),
        };
        let span = Span::new(source, line.range.clone());
        let mut locked = match requirement.split_once("==") {
            Some((name, version)) => {
                let name = name.split('[').next().unwrap_or(name);
                let mut locked = Locked::new(normalize(name.trim()), version.trim_matches([' ', '=']), span);
                locked.source = if has_index { Source::Registry(index.clone()) } else { Source::Links };
                locked
            }
            None => direct(requirement, span),
        };
        if line.editable && matches!(locked.source, Source::Path(_)) {
            locked.files.clear();
        }
        locked.marker = marker;
        let hash = |hash: &crate::python::requirements_file::Hash| {
            Hash::from_hex(Algorithm::of(&hash.algorithm)?, &hash.digits)
        };
        let hashes = line.hashes.iter().filter_map(hash);
        locked.files = hashes.map(|hash| LockedFile::hashed(vec![hash])).collect();
        all.push(locked);
    }
    all
}

/// `name @ address`, an address or a path.
fn direct(text: &str, span: Span) -> Locked {
    let (name, at) = text.split_once('@').filter(|(name, _)| !name.contains(['/', ':'])).unwrap_or(("", text));
    let at = at.trim();
    let name =
        if name.trim().is_empty() { at.to_owned() } else { normalize(name.split('[').next().unwrap_or(name).trim()) };
    let mut locked = Locked::new(name, "", span);
    locked.source = match at.strip_prefix("git+") {
        Some(git) => {
            let plain = git.split('#').next().unwrap_or(git);
            // The reference stands after the last `@` of the path.
            match plain.rsplit_once('@').filter(|(_, reference)| !reference.contains(['/', ':'])) {
                Some((url, reference)) => Source::Git(url.to_owned(), Some(reference.to_owned())),
                None => Source::Git(plain.to_owned(), None),
            }
        }
        None if at.starts_with("http://") || at.starts_with("https://") => Source::Address(at.to_owned()),
        None if matches!(at, "." | "./") => Source::Own,
        None => Source::Path(at.strip_prefix("file://").unwrap_or(at).to_owned()),
    };
    locked
}
