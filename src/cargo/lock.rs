//! A Cargo.lock as its comparison needs it: packages, edges, places. Versions 1 to 4.

use std::collections::BTreeMap;

use crate::source::Span;
use crate::syntax::{Document, Node};

/// What a Cargo.lock records.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lock {
    /// The format's version as written, with its place; formats 1 and 2 write none.
    pub version: Option<(i64, Span)>,
    /// All packages in the order of the text, a `[root]` of old files first.
    pub packages: Vec<LockEntry>,
    /// Patches that nothing uses.
    pub unused: Vec<LockEntry>,
    /// Whether `[metadata]` has checksums beside those of the packages: then Cargo drops them all.
    pub mixed_checksums: Option<Span>,
}

/// A package of a Cargo.lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockEntry {
    /// Its name.
    pub name: Box<str>,
    /// Its version, as written.
    pub version: Box<str>,
    /// Its source as written; `None` for crates of the repository itself.
    pub source: Option<Box<str>>,
    /// Its checksum: `None` when there is none, empty for the `<none>` of format 1.
    pub checksum: Option<Box<str>>,
    /// The packages it depends on.
    pub edges: Vec<LockEdge>,
    /// The package that takes its place (`[replace]`).
    pub replace: Option<LockEdge>,
    /// The place of the name.
    pub name_span: Span,
    /// The place of the version.
    pub version_span: Span,
    /// The place of the source.
    pub source_span: Option<Span>,
}

/// An edge as it is written: `name`, `name version` or `name version (source)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockEdge {
    /// The name.
    pub name: Box<str>,
    /// The version, where it is told.
    pub version: Option<Box<str>>,
    /// The source, where it is told.
    pub source: Option<Box<str>>,
    /// Its place.
    pub span: Span,
}

/// Why Cargo would not read a lockfile, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, as a sentence part.
    pub message: String,
    /// The place.
    pub span: Span,
}

/// Reads the tree of a Cargo.lock.
///
/// # Errors
/// What Cargo would refuse the file for.
pub fn read(document: &Document) -> Result<Lock, Fault> {
    let root = document.root();
    let mut lock = Lock { version: version(root)?, ..Lock::default() };
    let old_root = root.get("root").filter(|node| node.is_map());
    for node in old_root.into_iter().chain(root.get("package").into_iter().flat_map(Node::items)) {
        lock.packages.push(entry(node)?);
    }
    for node in root.at(&["patch", "unused"]).into_iter().flat_map(Node::items) {
        lock.unused.push(entry(node)?);
    }
    old_checksums(root, &mut lock);
    Ok(lock)
}

fn version(root: Node<'_>) -> Result<Option<(i64, Span)>, Fault> {
    let Some(node) = root.get("version") else { return Ok(None) };
    match node.int() {
        Some(number @ (3 | 4)) => Ok(Some((number, node.span()))),
        _ => {
            let message =
                format!("lockfile version {} is none that Cargo reads", node.scalar().unwrap_or("(not a number)"));
            Err(Fault { message, span: node.span() })
        }
    }
}

fn entry(node: Node<'_>) -> Result<LockEntry, Fault> {
    let text = |key: &str| node.get(key).and_then(|value| Some((value.text()?, value.inner_span())));
    let missing = |key: &str| Fault { message: format!("a package has no {key}"), span: node.span() };
    let (name, name_span) = text("name").ok_or_else(|| missing("name"))?;
    let (version, version_span) = text("version").ok_or_else(|| missing("version"))?;
    let mut edges = Vec::new();
    for item in node.get("dependencies").into_iter().flat_map(Node::items) {
        edges.push(edge(item)?);
    }
    let source = text("source");
    Ok(LockEntry {
        name: name.into(),
        version: version.into(),
        source: source.map(|(text, _)| text.into()),
        checksum: text("checksum").map(|(text, _)| text.into()),
        edges,
        replace: node.get("replace").map(edge).transpose()?,
        name_span,
        version_span,
        source_span: source.map(|(_, span)| span),
    })
}

fn edge(node: Node<'_>) -> Result<LockEdge, Fault> {
    node.text()
        .and_then(|text| split_edge(text, node.inner_span()))
        .ok_or_else(|| Fault { message: "a dependency is not `name version (source)`".to_owned(), span: node.span() })
}

/// Takes an edge apart; `None` when it has not the form of one.
pub fn split_edge(text: &str, span: Span) -> Option<LockEdge> {
    let mut parts = text.splitn(3, ' ');
    let name = parts.next().filter(|name| !name.is_empty())?;
    let version = parts.next();
    let source = match parts.next() {
        Some(part) => Some(part.strip_prefix('(')?.strip_suffix(')')?),
        None => None,
    };
    Some(LockEdge { name: name.into(), version: version.map(Into::into), source: source.map(Into::into), span })
}

/// Moves the checksums that format 1 keeps in `[metadata]` to their packages.
fn old_checksums(root: Node<'_>, lock: &mut Lock) {
    let mut found = BTreeMap::new();
    for entry in root.get("metadata").into_iter().flat_map(Node::own_entries) {
        let key = entry.key.scalar().and_then(|key| key.strip_prefix("checksum "));
        if let (Some(key), Some(value)) = (key, entry.value.text()) {
            found.insert(key, (value, entry.key.span()));
        }
    }
    let Some((_, first)) = found.values().min_by_key(|(_, span)| *span).copied() else { return };
    let is_newer = lock.version.is_some()
        || lock
            .packages
            .iter()
            .any(|package| package.checksum.is_some() || package.edges.iter().any(|edge| edge.version.is_none()));
    if is_newer {
        lock.mixed_checksums = Some(first);
        return;
    }
    for package in &mut lock.packages {
        let source = package.source.as_deref().unwrap_or("");
        let key = format!("{} {} ({source})", package.name, package.version);
        package.checksum = found.get(key.as_str()).map(|(value, _)| {
            let told = if *value == "<none>" { "" } else { *value };
            told.into()
        });
    }
}
