//! `packages` of versions 2 and 3: one entry a place.

use std::collections::HashMap;

use crate::node::lock::{Lock, Place, Requirement, Written};
use crate::node::manifest::{COPIED, Group, shape};
use crate::syntax::Node;

/// Reads all entries; of a key written twice the last one.
pub(super) fn read(root: Node<'_>) -> Lock {
    let mut lock = Lock::default();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for entry in root.get("packages").into_iter().flat_map(Node::own_entries) {
        let Some(location) = entry.key.scalar().filter(|_| entry.value.is_map()) else { continue };
        // npm takes a backslash for a slash.
        let slashed = if location.contains('\\') { Some(location.replace('\\', "/")) } else { None };
        let place = place(slashed.as_deref().unwrap_or(location), entry.key, entry.value);
        match known.get(location) {
            Some(index) => lock.places[*index] = place,
            None => {
                known.insert(location, lock.places.len());
                lock.places.push(place);
            }
        }
    }
    lock
}

fn place(location: &str, key: Node<'_>, value: Node<'_>) -> Place {
    let mut place = Place::new(location, key.span());
    let is_own = !place.is_installed();
    let mut optional_peers: Option<Node<'_>> = None;
    for entry in value.own_entries() {
        let (Some(name), value) = (entry.key.scalar(), entry.value) else { continue };
        let is_true = value.bool() == Some(true);
        match name {
            "name" => place.name = value.text().map(Into::into),
            // npm stops at a number here, which is no version; comparisons have to see it.
            "version" => place.version = value.scalar().map(|text| Written { text: text.into(), span: value.inner_span() }),
            "resolved" => place.resolved = written(value),
            "integrity" => place.integrity = written(value),
            "link" => place.is_link = is_true,
            "inBundle" => place.is_bundled = is_true,
            "hasShrinkwrap" => place.has_shrinkwrap = is_true,
            "bundleDependencies" => place.bundles = value.items().filter_map(Node::text).map(Into::into).collect(),
            "peerDependenciesMeta" => optional_peers = Some(value),
            "dependencies" => requires(&mut place, Group::Main, value),
            "optionalDependencies" => requires(&mut place, Group::Optional, value),
            "peerDependencies" => requires(&mut place, Group::Peer, value),
            "devDependencies" => requires(&mut place, Group::Dev, value),
            _ => {}
        }
        if is_own && let Some(key) = COPIED.iter().find(|key| **key == name) {
            place.copied.push((*key, Written { text: shape(value).into(), span: value.span() }));
        }
    }
    if let Some(meta) = optional_peers {
        for peer in place.requires.iter_mut().filter(|one| one.group == Group::Peer) {
            peer.is_optional_peer = meta.at(&[&*peer.name, "optional"]).and_then(Node::bool) == Some(true);
        }
    }
    place
}

fn requires(place: &mut Place, group: Group, value: Node<'_>) {
    place.requires.extend(value.own_entries().filter_map(|entry| {
        let (name, text) = (entry.key.scalar()?, entry.value.text()?);
        let span = entry.value.inner_span();
        Some(Requirement { group, is_optional_peer: false, name: name.into(), text: text.into(), span })
    }));
}

/// A text with its place.
pub(super) fn written(node: Node<'_>) -> Option<Written> {
    node.text().map(|text| Written { text: text.into(), span: node.inner_span() })
}
