//! The part of pnpm-lock.yaml that its comparison needs: everything but the packages.

use std::collections::BTreeMap;

use crate::python::canonical_json::Json;
use crate::source::Span;
use crate::syntax::{Document, Node};

/// A text with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// The text.
    pub text: Box<str>,
    /// Its place.
    pub span: Span,
}

/// The groups of direct dependencies, in the order in which pnpm prefers them.
pub const GROUPS: [&str; 3] = ["optionalDependencies", "dependencies", "devDependencies"];

/// A direct dependency of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Direct {
    /// Its name, with its place.
    pub name: Noted,
    /// An index into [`GROUPS`].
    pub group: usize,
    /// The specifier of the manifest, as it was when the lockfile was written.
    pub specifier: Option<Noted>,
    /// What it resolved to: a version with its peers, or a link.
    pub version: Noted,
}

/// A project of the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Importer {
    /// The place of its key.
    pub span: Span,
    /// Its direct dependencies, in the order of the text.
    pub direct: Vec<Direct>,
    /// Names with two specifiers: pnpm stops at them.
    pub contradiction: Option<Noted>,
    /// `publishDirectory`.
    pub publish_directory: Option<Noted>,
    /// `dependenciesMeta`, and its place.
    pub dependencies_meta: Option<(Json, Span)>,
}

/// An entry of a catalog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogEntry {
    /// The catalog.
    pub catalog: Box<str>,
    /// The package.
    pub alias: Noted,
    /// Its specifier when the lockfile was written.
    pub specifier: Noted,
}

/// A patch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// The package it is for, with its place.
    pub key: Noted,
    /// The hash of its file.
    pub hash: Box<str>,
    /// Its file, from the directory of the lockfile; empty in the formats that do not write it.
    pub path: Box<str>,
}

/// What a pnpm-lock.yaml records besides its packages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// The major number of its format.
    pub major: u32,
    /// The version of its format, as written.
    pub version: Noted,
    /// Its projects, by directory from the lockfile; `.` is the root.
    pub importers: BTreeMap<Box<str>, Importer>,
    /// Whether the projects stand under `importers`, not at the top as in a lockfile of one project before format 9.
    pub has_importers: bool,
    /// `settings`, by name.
    pub settings: BTreeMap<Box<str>, Noted>,
    /// `overrides`: selector to value, with the place of the entry.
    pub overrides: BTreeMap<Box<str>, Noted>,
    /// `catalogs`.
    pub catalogs: Vec<CatalogEntry>,
    /// `packageExtensionsChecksum`.
    pub extensions: Option<Noted>,
    /// `pnpmfileChecksum`.
    pub pnpmfile: Option<Noted>,
    /// `ignoredOptionalDependencies`.
    pub ignored_optional: Vec<Noted>,
    /// `onlyBuiltDependencies` of formats before 9.
    pub only_built: Option<Vec<Noted>>,
    /// `neverBuiltDependencies` of formats before 9.
    pub never_built: Option<Vec<Noted>>,
    /// `patchedDependencies`.
    pub patches: Vec<Patch>,
    /// Whether it was merged from both sides of a conflict.
    pub merged: bool,
}

/// Why pnpm would not read a lockfile, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, as a sentence part.
    pub message: String,
    /// Where.
    pub span: Span,
}

fn fault<T>(message: impl Into<String>, span: Span) -> Result<T, Fault> {
    Err(Fault { message: message.into(), span })
}

/// The tree of the lockfile itself: newer releases may put a document about themselves before it.
pub fn main_document(document: &Document) -> Node<'_> {
    document.roots().last().unwrap_or_else(|| document.root())
}

/// Reads the tree of a lockfile.
///
/// # Errors
/// When pnpm itself would stop at it.
pub fn read(document: &Document) -> Result<Lock, Fault> {
    let root = main_document(document);
    if !root.is_map() {
        return fault("it holds no lockfile", root.span());
    }
    if let Some((_, second)) = document.duplicate_keys().first() {
        return fault("a key stands twice", *second);
    }
    let Some(version) = root.get("lockfileVersion").and_then(noted) else {
        return fault("it has no lockfileVersion", root.span());
    };
    let Some(major) = version.text.split('.').next().and_then(|text| text.parse().ok()) else {
        return fault(format!("{} is not a lockfileVersion", version.text), version.span);
    };
    let mut importers = BTreeMap::new();
    let projects = root.get("importers").filter(|node| node.is_map());
    for entry in projects.into_iter().flat_map(Node::entries) {
        if let Some(directory) = entry.key.scalar() {
            importers.insert(directory.into(), importer(entry.key.span(), entry.value));
        }
    }
    let is_single = projects.is_none()
        && ["specifiers", "dependencies", "devDependencies", "optionalDependencies", "dependenciesMeta"]
            .iter()
            .any(|key| root.get(key).is_some());
    if is_single || (projects.is_none() && major < 9) {
        importers.insert(".".into(), importer(root.span().part(0..0), root));
    }
    Ok(Lock {
        major,
        version,
        has_importers: projects.is_some(),
        importers,
        settings: map(root.get("settings")),
        overrides: map(root.get("overrides")),
        catalogs: catalogs(root),
        extensions: root.get("packageExtensionsChecksum").and_then(noted),
        pnpmfile: root.get("pnpmfileChecksum").and_then(noted),
        ignored_optional: list(root.get("ignoredOptionalDependencies")).unwrap_or_default(),
        only_built: list(root.get("onlyBuiltDependencies")),
        never_built: list(root.get("neverBuiltDependencies")),
        patches: patches(root),
        merged: false,
    })
}

fn noted(node: Node<'_>) -> Option<Noted> {
    Some(Noted { text: node.scalar()?.into(), span: node.span() })
}

fn map(node: Option<Node<'_>>) -> BTreeMap<Box<str>, Noted> {
    let entries = node.into_iter().flat_map(Node::entries);
    let read = |entry: crate::syntax::Entry<'_>| {
        let text = entry.value.scalar()?.into();
        let span = Span { end: entry.value.span().end, ..entry.key.span() };
        Some((entry.key.scalar()?.into(), Noted { text, span }))
    };
    entries.filter_map(read).collect()
}

fn list(node: Option<Node<'_>>) -> Option<Vec<Noted>> {
    Some(node?.items().filter_map(noted).collect())
}

fn catalogs(root: Node<'_>) -> Vec<CatalogEntry> {
    let mut found = Vec::new();
    for catalog in root.get("catalogs").into_iter().flat_map(Node::entries) {
        for entry in catalog.value.entries() {
            if let (Some(name), Some(alias), Some(specifier)) =
                (catalog.key.scalar(), noted(entry.key), entry.value.get("specifier").and_then(noted))
            {
                found.push(CatalogEntry { catalog: name.into(), alias, specifier });
            }
        }
    }
    found
}

fn patches(root: Node<'_>) -> Vec<Patch> {
    let entries = root.get("patchedDependencies").into_iter().flat_map(Node::entries);
    let read = |entry: crate::syntax::Entry<'_>| {
        let text = |key: &str| entry.value.get(key).and_then(Node::scalar).unwrap_or("");
        let hash = entry.value.scalar().unwrap_or_else(|| text("hash")).into();
        Some(Patch { key: noted(entry.key)?, hash, path: text("path").into() })
    };
    entries.filter_map(read).collect()
}

fn importer(span: Span, node: Node<'_>) -> Importer {
    let specifiers = map(node.get("specifiers"));
    let mut known: BTreeMap<Box<str>, Box<str>> = BTreeMap::new();
    let mut importer = Importer {
        span,
        direct: Vec::new(),
        contradiction: None,
        publish_directory: node.get("publishDirectory").and_then(noted),
        dependencies_meta: node.get("dependenciesMeta").map(|meta| (super::hash::value(meta), meta.span())),
    };
    for (group, key) in GROUPS.iter().enumerate() {
        for entry in node.get(key).into_iter().flat_map(Node::entries) {
            let Some(name) = noted(entry.key) else { continue };
            let inline = entry.value.get("specifier").and_then(noted);
            let specifier = inline.or_else(|| specifiers.get(&name.text).cloned());
            let version = entry.value.get("version").and_then(noted).or_else(|| noted(entry.value));
            let Some(version) = version else { continue };
            if let Some(specifier) = &specifier {
                let first = known.entry(name.text.clone()).or_insert_with(|| specifier.text.clone());
                if *first != specifier.text {
                    importer.contradiction.get_or_insert_with(|| name.clone());
                }
            }
            importer.direct.push(Direct { name, group, specifier, version });
        }
    }
    importer
}
