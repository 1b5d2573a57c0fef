//! The workspaces on disk and what each asks for.

use std::sync::Arc;

use super::super::Seen;
use crate::bun::lock::{GROUPS, Lock};
use crate::facts::{Link, Manifest};
use crate::node::manifest as package_json;
use crate::path;
use crate::source::Span;
use crate::syntax::{Document, Node};

/// A workspace on disk.
pub(super) struct Project {
    pub(super) manifest: Link<Manifest>,
    pub(super) directory: String,
    /// Its place in the lockfile; empty for the root.
    pub(super) place: String,
    pub(super) name: String,
    pub(super) version: String,
    pub(super) document: Arc<Document>,
}

/// A requirement of a workspace.
pub(super) struct Asked {
    pub(super) group: usize,
    pub(super) name: String,
    pub(super) text: String,
    pub(super) span: Span,
}
impl Project {
    pub(super) fn new(seen: Seen<'_>, manifest: Link<Manifest>, root: &str) -> Option<Self> {
        let fact = &seen.facts[manifest];
        let document = Arc::clone(fact.document.as_ref()?);
        let directory = path::directory(&fact.header.path);
        let directory = if directory == root { "" } else { path::relative_to(directory, root).unwrap_or(directory) };
        let text = |key: &str| document.root().get(key).and_then(Node::scalar).unwrap_or("").to_owned();
        let (name, version) = (text("name"), text("version"));
        let place = if directory.is_empty() { String::new() } else { name.clone() };
        Some(Self { manifest, directory: directory.to_owned(), place, name, version, document: Arc::clone(&document) })
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        let root = self.document.root();
        let mut all = Vec::new();
        for (group, key) in GROUPS.iter().enumerate() {
            for entry in root.get(key).into_iter().flat_map(Node::own_entries) {
                let (Some(name), Some(text)) = (entry.key.text(), entry.value.text()) else { continue };
                if group == 3 && package_json::is_optional_peer(root, name) {
                    continue;
                }
                let span = Span { end: entry.value.span().end, ..entry.key.span() };
                all.push(Asked { group, name: name.to_owned(), text: text.to_owned(), span });
            }
        }
        all
    }
}

/// Major and minor of the release that the root names; format 2 is written by 1.4 and later.
pub(super) fn release(root: &Project, lock: &Lock) -> Option<(u64, u64)> {
    let pinned = root.document.root().get("packageManager").and_then(Node::text);
    let pinned = pinned.and_then(|text| text.strip_prefix("bun@")).and_then(|text| {
        let mut numbers = text.split(|letter: char| !letter.is_ascii_digit());
        Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
    });
    pinned.or((lock.version >= 2).then_some((1, 4)))
}
