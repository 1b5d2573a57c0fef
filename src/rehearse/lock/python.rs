//! uv.lock, poetry.lock, pdm.lock and pylock.toml.

use std::collections::BTreeMap;

use crate::python::name::normalize;
use crate::rehearse::locked::{Locked, LockedFile, Source};
use crate::syntax::{Document, Node};
use crate::upstream::{Algorithm, Hash};

fn text<'d>(node: Node<'d>, key: &str) -> Option<&'d str> {
    node.get(key).and_then(Node::scalar)
}

fn packages<'d>(document: &'d Document, key: &str) -> impl Iterator<Item = (Node<'d>, Locked)> {
    document.root().get(key).into_iter().flat_map(Node::items).filter_map(|node| {
        let name = node.get("name").filter(|name| name.scalar().is_some())?;
        let version = text(node, "version").unwrap_or_default();
        Some((node, Locked::new(normalize(name.scalar().unwrap_or_default()), version, name.span())))
    })
}

/// The last part of an address or path, decoded.
fn file_name(address: &str) -> String {
    let plain = address.split(['?', '#']).next().unwrap_or(address);
    let last = plain.rsplit(['/', '\\']).next().unwrap_or(plain);
    percent_encoding::percent_decode_str(last).decode_utf8_lossy().into_owned()
}

/// A file as most formats write it: a name, an address or a path, and one hash.
fn file(node: Node<'_>) -> Option<LockedFile> {
    let name = ["filename", "file", "name", "url", "path"].iter().find_map(|key| text(node, key))?;
    let hash = text(node, "hash").and_then(Hash::parse);
    let several = node.get("hashes").map(Node::entries).unwrap_or_default();
    let several =
        several.iter().filter_map(|entry| Hash::from_hex(Algorithm::of(entry.key.scalar()?)?, entry.value.scalar()?));
    Some(LockedFile::named(&file_name(name), hash.into_iter().chain(several).collect()))
}

/// uv.lock.
pub(super) fn uv(document: &Document) -> Vec<Locked> {
    let mut all = Vec::new();
    for (node, mut locked) in packages(document, "package") {
        let source = node.get("source").unwrap_or(node);
        locked.source = match ["registry", "git", "url", "path", "editable", "virtual", "directory"]
            .iter()
            .find_map(|key| Some((*key, text(source, key)?)))
        {
            Some(("registry", at)) => Source::Registry(Some(at.to_owned())),
            Some(("git", at)) => git(at),
            Some(("url", at)) => Source::Address(at.to_owned()),
            Some(("path", at)) => Source::Path(at.to_owned()),
            Some((_, ".")) => Source::Own,
            Some((_, at)) => Source::Path(at.to_owned()),
            None => Source::Registry(None),
        };
        locked.files = node.get("sdist").into_iter().filter_map(file).collect();
        locked.files.extend(node.get("wheels").into_iter().flat_map(Node::items).filter_map(file));
        all.push(locked);
    }
    all
}

/// `https://host/path?branch=main#commit`.
fn git(address: &str) -> Source {
    match address.rsplit_once('#') {
        Some((at, commit)) => Source::Git(at.to_owned(), Some(commit.to_owned())),
        None => Source::Git(address.to_owned(), None),
    }
}

/// poetry.lock, of any format since 0.12.
pub(super) fn poetry(document: &Document) -> Vec<Locked> {
    let mut beside = files_beside(document);
    let mut all = Vec::new();
    for (node, mut locked) in packages(document, "package") {
        if let Some(source) = node.get("source") {
            let url = text(source, "url").unwrap_or_default().to_owned();
            locked.source = match text(source, "type") {
                Some("git") => Source::Git(url, text(source, "resolved_reference").map(str::to_owned)),
                Some("directory" | "file") => Source::Path(url),
                Some("url") => Source::Address(url),
                _ => Source::Registry(Some(url)),
            };
        }
        // A text, or one for each group; whoever installs all groups needs it when any of them holds.
        locked.marker = text(node, "markers").map(str::to_owned);
        locked.files = node.get("files").into_iter().flat_map(Node::items).filter_map(file).collect();
        if locked.files.is_empty() {
            locked.files = beside.remove(&locked.name).unwrap_or_default();
        }
        all.push(locked);
    }
    all
}

/// `[metadata.files]` of formats 1.0 and 1.1, `[metadata.hashes]` of those before.
fn files_beside(document: &Document) -> BTreeMap<String, Vec<LockedFile>> {
    let metadata = |key: &str| document.root().at(&["metadata", key]).map(Node::entries).unwrap_or_default();
    let mut beside: BTreeMap<String, Vec<LockedFile>> = BTreeMap::new();
    for entry in metadata("files") {
        let files = entry.value.items().filter_map(file);
        beside.entry(normalize(entry.key.scalar().unwrap_or_default())).or_default().extend(files);
    }
    for entry in metadata("hashes") {
        let digits = entry.value.items().filter_map(Node::scalar);
        let hashes = digits.filter_map(|digits| Hash::from_hex(Algorithm::Sha256, digits));
        let files = hashes.map(|hash| LockedFile::hashed(vec![hash]));
        beside.entry(normalize(entry.key.scalar().unwrap_or_default())).or_default().extend(files);
    }
    beside
}

/// pdm.lock.
pub(super) fn pdm(document: &Document) -> Vec<Locked> {
    let mut beside: BTreeMap<String, Vec<LockedFile>> = BTreeMap::new();
    for entry in document.root().at(&["metadata", "files"]).map(Node::entries).unwrap_or_default() {
        // `name version`.
        let key = entry.key.scalar().unwrap_or_default();
        let name = normalize(key.split(' ').next().unwrap_or(key));
        beside.entry(name).or_default().extend(entry.value.items().filter_map(file));
    }
    let mut all: Vec<Locked> = Vec::new();
    for (node, mut locked) in packages(document, "package") {
        let of = |key: &str| text(node, key).map(str::to_owned);
        locked.source = match (of("git"), of("url"), of("path")) {
            (Some(at), ..) => Source::Git(at, of("revision")),
            (_, Some(at), _) => Source::Address(at),
            (.., Some(at)) if matches!(at.as_str(), "." | "./") => Source::Own,
            (.., Some(at)) => Source::Path(at),
            _ => Source::Registry(None),
        };
        locked.marker = of("marker");
        locked.files = node.get("files").into_iter().flat_map(Node::items).filter_map(file).collect();
        if locked.files.is_empty() {
            locked.files = beside.get(&locked.name).cloned().unwrap_or_default();
        }
        // A package that is asked for with extras stands twice.
        if !all.iter().any(|one| one.name == locked.name && one.version == locked.version) {
            all.push(locked);
        }
    }
    all
}

/// pylock.toml (PEP 751).
pub(super) fn pylock(document: &Document) -> Vec<Locked> {
    let mut all = Vec::new();
    for (node, mut locked) in packages(document, "packages") {
        let place = |node: Node<'_>| text(node, "url").or_else(|| text(node, "path")).unwrap_or_default().to_owned();
        locked.source = if let Some(vcs) = node.get("vcs") {
            Source::Git(place(vcs), text(vcs, "commit-id").map(str::to_owned))
        } else if let Some(directory) = node.get("directory") {
            match text(directory, "path").unwrap_or_default() {
                "." => Source::Own,
                at => Source::Path(at.to_owned()),
            }
        } else if let Some(archive) = node.get("archive") {
            locked.files.extend(file(archive));
            match text(archive, "url") {
                Some(url) => Source::Address(url.to_owned()),
                None => Source::Path(place(archive)),
            }
        } else {
            Source::Registry(text(node, "index").map(str::to_owned))
        };
        locked.marker = text(node, "marker").map(str::to_owned);
        let listed = node.get("sdist").into_iter().chain(node.get("wheels").into_iter().flat_map(Node::items));
        locked.files.extend(listed.filter_map(file));
        all.push(locked);
    }
    all
}
