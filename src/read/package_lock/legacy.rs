//! Version 1: `dependencies` inside each other, with `requires`, turned into places as npm 11 turns them.

use super::places::written;
use crate::node::lock::{Lock, Place, Requirement, Written, archive_version, split};
use crate::node::manifest::Group;
use crate::node::specifier::Specifier;
use crate::syntax::{Kind, Node};

/// Reads the tree of `dependencies`.
pub(super) fn read(root: Node<'_>) -> Lock {
    let mut lock = Lock { is_legacy: true, ..Lock::default() };
    let mut pending: Vec<(String, Node<'_>)> = vec![(String::new(), root)];
    while let Some((above, holder)) = pending.pop() {
        for entry in holder.get("dependencies").into_iter().flat_map(Node::own_entries) {
            let Some(name) = entry.key.scalar().filter(|_| entry.value.is_map()) else { continue };
            let slash = if above.is_empty() { "" } else { "/" };
            let location = format!("{above}{slash}node_modules/{name}");
            let place = place(&location, name, entry.key, entry.value);
            // What lies in a linked directory is told below the link.
            let below = match (&place.resolved, place.is_link) {
                (Some(target), true) => {
                    let mut own = Place::new(&target.text, place.span);
                    own.requires = requires(entry.value);
                    lock.places.push(own);
                    target.text.to_string()
                }
                _ => location,
            };
            lock.places.push(place);
            pending.push((below, entry.value));
        }
    }
    note_bundles(&mut lock);
    lock
}

fn place(location: &str, name: &str, key: Node<'_>, value: Node<'_>) -> Place {
    let mut place = Place::new(location, key.span());
    place.is_bundled = value.get("bundled").and_then(Node::bool) == Some(true);
    place.resolved = value.get("resolved").and_then(written);
    place.integrity = value.get("integrity").and_then(written);
    let version = value.get("version").and_then(written);
    let Some(version) = version else {
        place.requires = requires(value);
        return place;
    };
    let with = |text: &str| Written { text: text.into(), span: version.span };
    match Specifier::of(&version.text) {
        Specifier::File(path) if is_archive(path) => {
            place.version = archive_version(path, name).map(with);
            place.resolved = Some(with(&format!("file:{path}")));
        }
        Specifier::File(path) => {
            let target = crate::path::join("", path).unwrap_or_else(|| path.to_owned());
            place.is_link = true;
            place.resolved = Some(with(&target));
            return place;
        }
        Specifier::Git { .. } => place.resolved = Some(with(&version.text)),
        Specifier::Archive(address) => {
            place.version = archive_version(address, name).map(with);
            place.resolved = Some(with(address));
        }
        Specifier::Alias { package, wanted } => {
            place.name = Some(package.into());
            place.version = Some(with(wanted));
        }
        _ => place.version = Some(version.clone()),
    }
    place.requires = requires(value);
    place
}

fn is_archive(path: &str) -> bool {
    [".tgz", ".tar.gz", ".tar"].iter().any(|end| path.to_ascii_lowercase().ends_with(end))
}

fn requires(value: Node<'_>) -> Vec<Requirement> {
    let stated = value.get("requires").filter(|node| node.kind() == Kind::Map);
    let one = |entry: crate::syntax::Entry<'_>| {
        let (name, text) = (entry.key.scalar()?, entry.value.text()?);
        let span = entry.value.inner_span();
        Some(Requirement { group: Group::Main, is_optional_peer: false, name: name.into(), text: text.into(), span })
    };
    stated.into_iter().flat_map(Node::own_entries).filter_map(one).collect()
}

/// A package that came in the archive of the one it lies in is one that this one bundles.
fn note_bundles(lock: &mut Lock) {
    let places: std::collections::HashMap<Box<str>, usize> =
        lock.places.iter().enumerate().map(|(index, place)| (place.location.clone(), index)).collect();
    let mut bundled = Vec::new();
    for place in lock.places.iter().filter(|place| place.is_bundled) {
        let Some((above, name)) = split(&place.location) else { continue };
        let Some(parent) = places.get(above) else { continue };
        let asks = lock.places[*parent].requires.iter().any(|one| &*one.name == name);
        if asks && !lock.places[*parent].is_bundled {
            bundled.push((*parent, Box::from(name)));
        }
    }
    for (parent, name) in bundled {
        lock.places[parent].bundles.push(name);
    }
}
