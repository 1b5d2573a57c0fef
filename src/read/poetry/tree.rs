//! A poetry.lock from its TOML tree: any text that is TOML.

use super::lock::{Artifact, Dependency, Files, Lock, Package, Source, Text};
use crate::syntax::{Document, Entry, Node};

/// Reads the tree; what has another shape than Poetry writes is passed over.
pub(super) fn read(document: &Document) -> Lock<'_> {
    let root = document.root();
    let metadata = root.get("metadata");
    let text_of = |key: &str| metadata.and_then(|metadata| metadata.get(key)).and_then(text);
    let listed = metadata.and_then(|metadata| metadata.get("files"));
    Lock {
        packages: root.get("package").into_iter().flat_map(Node::items).filter_map(package).collect(),
        extras: entries(root.get("extras")).filter_map(|entry| Some((key(entry)?, texts(entry.value)))).collect(),
        files: entries(listed).filter_map(|entry| Some((key(entry)?.text, files(entry)))).collect(),
        lock_version: text_of("lock-version"),
        python_versions: text_of("python-versions"),
        content_hash: text_of("content-hash"),
    }
}

fn package(node: Node<'_>) -> Option<Package<'_>> {
    Some(Package {
        name: node.get("name").and_then(text)?,
        version: node.get("version").and_then(text),
        groups: node.get("groups").map(texts).unwrap_or_default(),
        files: node.entry("files").map(files),
        dependencies: entries(node.get("dependencies")).flat_map(dependencies).collect(),
        extras: entries(node.get("extras")).filter_map(|entry| Some((key(entry)?.text, texts(entry.value)))).collect(),
        source: node.get("source").map(source),
    })
}

fn files(entry: Entry<'_>) -> Files<'_> {
    Files { span: entry.key.span(), list: entry.value.items().filter_map(artifact).collect() }
}

fn artifact(item: Node<'_>) -> Option<Artifact<'_>> {
    Some(Artifact { file: item.get("file").and_then(text)?, hash: item.get("hash").and_then(Node::text) })
}

/// The requirements under one name: a range, a table, or a list of these.
fn dependencies(entry: Entry<'_>) -> Vec<Dependency<'_>> {
    let Some(name) = key(entry) else { return Vec::new() };
    if entry.value.is_list() {
        return entry.value.items().map(|item| dependency(name, item)).collect();
    }
    vec![dependency(name, entry.value)]
}

fn dependency<'d>(name: Text<'d>, value: Node<'d>) -> Dependency<'d> {
    let text_of = |key: &str| value.get(key).and_then(Node::text);
    Dependency {
        name,
        version: value.text().or_else(|| text_of("version")),
        markers: text_of("markers"),
        extras: value.get("extras").map(texts).unwrap_or_default(),
        optional: value.get("optional").and_then(Node::bool).unwrap_or(false),
    }
}

fn source(node: Node<'_>) -> Source<'_> {
    let text_of = |key: &str| node.get(key).and_then(text);
    Source {
        kind: node.get("type").and_then(Node::text),
        url: text_of("url"),
        reference: text_of("reference"),
        resolved_reference: text_of("resolved_reference"),
    }
}

fn entries(node: Option<Node<'_>>) -> impl Iterator<Item = Entry<'_>> {
    node.into_iter().flat_map(Node::own_entries)
}

fn key(entry: Entry<'_>) -> Option<Text<'_>> {
    Some(Text { text: entry.key.scalar()?, span: entry.key.inner_span() })
}

fn text(node: Node<'_>) -> Option<Text<'_>> {
    Some(Text { text: node.text()?, span: node.inner_span() })
}

fn texts(node: Node<'_>) -> Vec<&str> {
    node.items().filter_map(Node::text).collect()
}
