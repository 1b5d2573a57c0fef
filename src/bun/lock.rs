//! bun.lock: workspaces as they were, overrides, catalogs, and packages by place.
//!
//! A place is a path of names, as in `node_modules`: `a/b` is what `a` finds when it asks for `b`.

use std::collections::BTreeMap;

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

/// The groups of requirements, in the order in which bun writes them.
pub const GROUPS: [&str; 4] = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];

/// The index of the peers.
pub const PEER: usize = 3;

/// A workspace as it was when the lockfile was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The place of its key.
    pub span: Span,
    /// Its name.
    pub name: Option<Noted>,
    /// Its requirements: an index into [`GROUPS`] and the name, with what is asked for.
    pub asked: BTreeMap<(usize, Box<str>), Noted>,
}

/// A requirement of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// The name.
    pub name: Box<str>,
    /// What is asked for.
    pub wanted: Noted,
    /// Whether the package can do without.
    pub can_do_without: bool,
    /// Whether whoever uses the package is to bring it.
    pub is_peer: bool,
}

/// A package at its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// The place of its key.
    pub span: Span,
    /// Name and version or source: `ms@2.0.0`, `alpha@workspace:packages/alpha`.
    pub id: Noted,
    /// The address of its registry; empty for the default one.
    pub registry: Option<Noted>,
    /// What it needs.
    pub needs: Vec<Need>,
    /// The hash of its archive.
    pub integrity: Option<Noted>,
}

impl Package {
    /// Its name.
    pub fn name(&self) -> &str {
        self.split().0
    }

    /// Its version, or where it comes from.
    pub fn version(&self) -> &str {
        self.split().1
    }

    fn split(&self) -> (&str, &str) {
        let at = self.id.text.char_indices().skip(1).find(|(_, letter)| *letter == '@');
        at.map_or((&self.id.text, ""), |(at, _)| (&self.id.text[..at], &self.id.text[at + 1..]))
    }
}

/// What a bun.lock records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// The number of its format.
    pub version: i64,
    /// The place of that number.
    pub version_span: Span,
    /// Its workspaces by directory; the root is empty.
    pub members: BTreeMap<Box<str>, Member>,
    /// `overrides`.
    pub overrides: BTreeMap<Box<str>, Noted>,
    /// Catalog and package to what is asked for; the default catalog is empty.
    pub catalogs: BTreeMap<(Box<str>, Box<str>), Noted>,
    /// Packages by place.
    pub packages: BTreeMap<Box<str>, Package>,
    /// The places in the order of the text.
    pub order: Vec<Box<str>>,
}

/// Why bun would not read a lockfile, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, as a sentence part.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// The newest format that is known (bun 1.4, read 2026-11).
const NEWEST: i64 = 2;

/// Reads the tree of a lockfile.
///
/// # Errors
/// When bun itself would not read it.
pub fn read(document: &Document) -> Result<Lock, Fault> {
    let root = document.root();
    let fault = |message: String, node: Node<'_>| Err(Fault { message, span: node.span() });
    let Some(version) = root.get("lockfileVersion") else {
        return fault("it has no lockfileVersion".to_owned(), root);
    };
    let Some(number) = version.int().filter(|number| (0..=NEWEST).contains(number)) else {
        let text = version.scalar().unwrap_or("that");
        return fault(format!("{text} is not a lockfileVersion that bun knows"), version);
    };
    let mut lock = Lock {
        version: number,
        version_span: version.span(),
        members: BTreeMap::new(),
        overrides: texts(root.get("overrides")),
        catalogs: catalogs(root),
        packages: BTreeMap::new(),
        order: Vec::new(),
    };
    for entry in root.get("workspaces").into_iter().flat_map(Node::own_entries) {
        if let Some(directory) = entry.key.text() {
            lock.members.insert(directory.into(), member(entry.key.span(), entry.value));
        }
    }
    for entry in root.get("packages").into_iter().flat_map(Node::own_entries) {
        let Some(place) = entry.key.text() else { continue };
        let Some(package) = package(entry.key.span(), entry.value) else {
            return fault(format!("the package {place} is not written as bun writes it"), entry.value);
        };
        if lock.packages.insert(place.into(), package).is_none() {
            lock.order.push(place.into());
        }
    }
    Ok(lock)
}

fn noted(node: Node<'_>) -> Option<Noted> {
    Some(Noted { text: node.text()?.into(), span: node.span() })
}

fn texts(node: Option<Node<'_>>) -> BTreeMap<Box<str>, Noted> {
    let entries = node.into_iter().flat_map(Node::own_entries);
    entries.filter_map(|entry| Some((entry.key.text()?.into(), noted(entry.value)?))).collect()
}

/// The entries of `catalog` and `catalogs`, of a lockfile or of a manifest.
pub fn catalogs(node: Node<'_>) -> BTreeMap<(Box<str>, Box<str>), Noted> {
    let mut all = BTreeMap::new();
    for (name, value) in texts(node.get("catalog")) {
        all.insert((Box::from(""), name), value);
    }
    for catalog in node.get("catalogs").into_iter().flat_map(Node::own_entries) {
        for (name, value) in texts(Some(catalog.value)) {
            all.insert((catalog.key.text().unwrap_or("").into(), name), value);
        }
    }
    all
}

fn member(span: Span, node: Node<'_>) -> Member {
    let optional: Vec<&str> =
        node.get("optionalPeers").into_iter().flat_map(Node::items).filter_map(Node::text).collect();
    let mut asked = BTreeMap::new();
    for (group, key) in GROUPS.iter().enumerate() {
        for (name, value) in texts(node.get(key)) {
            if group != 3 || !optional.contains(&&*name) {
                asked.insert((group, name), value);
            }
        }
    }
    Member { span, name: node.get("name").and_then(noted), asked }
}

fn package(span: Span, node: Node<'_>) -> Option<Package> {
    let items: Vec<Node<'_>> = node.items().collect();
    let id = noted(*items.first()?)?;
    let registry = items.get(1).copied().and_then(noted).filter(|_| items.len() >= 3);
    let info = items.iter().copied().find(|item| item.is_map());
    let integrity = items.iter().skip(1).rev().copied().find_map(noted).filter(|one| one.text.starts_with("sha"));
    let optional = info.and_then(|info| info.get("optionalPeers"));
    let optional: Vec<&str> = optional.into_iter().flat_map(Node::items).filter_map(Node::text).collect();
    let mut needs = Vec::new();
    for (group, key) in GROUPS.iter().enumerate() {
        for (name, wanted) in texts(info.and_then(|info| info.get(key))) {
            let can_do_without = group == 2 || (group == 3 && optional.contains(&&*name));
            needs.push(Need { name, wanted, can_do_without, is_peer: group == 3 });
        }
    }
    Some(Package { span, id, registry, needs, integrity })
}

impl Lock {
    /// What a package at a place finds when it asks for a name: the nearest one, upwards. The root is empty.
    pub fn find(&self, place: &str, name: &str) -> Option<(&str, &Package)> {
        let mut at = place;
        loop {
            let wanted = if at.is_empty() { name.to_owned() } else { format!("{at}/{name}") };
            if let Some((place, package)) = self.packages.get_key_value(wanted.as_str()) {
                return Some((place, package));
            }
            if at.is_empty() {
                return None;
            }
            at = above(at);
        }
    }
}

/// The place around a place: names may have a scope, `a/@s/b` lies in `a`.
fn above(place: &str) -> &str {
    let Some((front, _)) = place.rsplit_once('/') else { return "" };
    match front.rsplit_once('/') {
        Some((outer, scope)) if scope.starts_with('@') => outer,
        None if front.starts_with('@') => "",
        _ => front,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lie_in_one_another() {
        for (place, expected) in [("a", ""), ("a/b", "a"), ("a/@s/b", "a"), ("@s/b", ""), ("@s/b/c", "@s/b")] {
            assert_eq!(above(place), expected, "{place}");
        }
    }
}
