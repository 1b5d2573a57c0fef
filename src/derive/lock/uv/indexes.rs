//! Registries: a package next to the project's own must come from one that is configured.
//!
//! uv looks at nothing further on, and not at all when no index is configured.

use std::collections::{BTreeMap, BTreeSet};

use super::ask::index_address;
use super::{Checking, packages};
use crate::path;
use crate::syntax::Node;
use crate::value::Value;

use super::super::Difference;

/// Compares the registries of direct packages with those that are configured.
pub(super) fn check(checking: &mut Checking<'_>) {
    let Some(allowed) = allowed(checking) else { return };
    let facts = checking.seen.facts;
    let mut next: BTreeSet<String> = checking.root_names.iter().cloned().collect();
    for block in &checking.lock.own {
        next.extend(packages::edges(block.table()));
    }
    for link in checking.seen.lookup.packages(checking.link) {
        let package = &facts[link];
        let location = package.contents.location.as_deref().unwrap_or_default();
        if package.contents.source != "registry"
            || !next.contains(&package.contents.package)
            || allowed.contains(&index_address(location))
        {
            continue;
        }
        if allowed.iter().any(|index| index.is_empty()) && is_default(location, &allowed, checking) {
            continue;
        }
        let recorded = Value { span: Some(package.header.span), ..Value::derived(location.to_owned()) };
        let place = checking.settings.node.and_then(|node| node.get("index")).map(Node::span);
        let explanation =
            format!("{} is locked from {location}, which is not among the indexes", package.contents.package);
        checking.outcome.differences.push(Difference {
            manifest: Some(checking.realm.root.manifest),
            asked_in: checking.settings.file.clone(),
            asked: Value { span: place, ..Value::absent() },
            recorded,
            ..Difference::of("source", package.contents.package.clone(), explanation, checking.remedy.clone())
        });
    }
}

/// The addresses that are allowed; the empty one stands for the default index, whose address is
/// not spelled here. `None` when no index is configured at all.
fn allowed(checking: &Checking<'_>) -> Option<BTreeSet<String>> {
    let settings = checking.settings.node;
    let get = |key: &str| settings.and_then(|node| node.get(key));
    let mut allowed = BTreeSet::new();
    let mut has_default = false;
    for index in get("index").into_iter().flat_map(Node::items) {
        let Some(url) = index.get("url").and_then(Node::text) else { continue };
        has_default |= index.get("default").and_then(Node::bool) == Some(true);
        allowed.insert(address(checking, url));
    }
    if let Some(url) = get("index-url").and_then(Node::text) {
        has_default = true;
        allowed.insert(address(checking, url));
    }
    for key in ["extra-index-url", "find-links"] {
        for url in get(key).into_iter().flat_map(Node::items).filter_map(Node::text) {
            allowed.insert(address(checking, url));
        }
    }
    let no_index = get("no-index").and_then(Node::bool) == Some(true);
    if allowed.is_empty() && !no_index {
        return None;
    }
    // Indexes that sources name are allowed wherever they are defined.
    for member in checking.realm.members.values() {
        let named: BTreeSet<&str> = member
            .sources()
            .iter()
            .flat_map(|(_, tables)| tables.iter())
            .filter_map(|table| table.get("index").and_then(Node::text))
            .collect();
        for index in member.uv(&["index"]).into_iter().flat_map(Node::items) {
            let name = index.get("name").and_then(Node::text);
            if let Some(url) =
                index.get("url").and_then(Node::text).filter(|_| name.is_some_and(|name| named.contains(name)))
            {
                allowed.insert(address(checking, url));
            }
        }
    }
    if !has_default && !no_index {
        allowed.insert(String::new());
    }
    Some(allowed)
}

/// An index by address, or a directory by its path from the lockfile.
fn address(checking: &Checking<'_>, url: &str) -> String {
    if url.contains("://") && !url.starts_with("file:") {
        return index_address(url);
    }
    let at = super::ask::normal(checking.directory, url);
    path::relative_to(&at, checking.directory).map_or(at.clone(), str::to_owned)
}

/// Whether an address can be the default index: the one that most registry packages of the
/// lockfile share and that nothing configures.
fn is_default(location: &str, allowed: &BTreeSet<String>, checking: &Checking<'_>) -> bool {
    let facts = checking.seen.facts;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for link in checking.seen.lookup.packages(checking.link) {
        let package = &facts[link];
        let of = package.contents.location.as_deref().unwrap_or_default();
        if package.contents.source == "registry" && !allowed.contains(&index_address(of)) {
            *counts.entry(of).or_default() += 1;
        }
    }
    let most = counts.values().copied().max().unwrap_or(0);
    counts.get(location).copied() == Some(most)
}
