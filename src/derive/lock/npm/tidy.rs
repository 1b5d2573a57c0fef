//! What a plain `npm install` would rewrite in a lockfile that `npm ci` accepts.

use std::collections::{BTreeMap, HashSet};

use super::tree::{ROOT, Tree};
use crate::derive::lock::{Rewrite, Seen};
use crate::node::lock::{Lock, Place};
use crate::node::manifest::{self, COPIED, GROUPS, Group, shape};
use crate::source::Span;
use crate::syntax::Node;
use crate::value::Value;

/// What would change, a phrase each with its place in the lockfile.
pub(super) fn rewrites(seen: Seen<'_>, tree: &Tree<'_>, lock: &Lock, root: Node<'_>) -> Vec<Rewrite> {
    let top = lock.places.first().map_or_else(|| root.span(), |place| place.span);
    if lock.is_legacy {
        return vec![rewrite("it is of format version 1".to_owned(), top)];
    }
    let mut found = Vec::new();
    match tree.nodes[ROOT].place {
        None => found.push(rewrite("it has no entry for the project itself".to_owned(), top)),
        Some(place) => copies(place, root, "", &mut found),
    }
    for node in tree.nodes.iter().skip(1) {
        let document = node.manifest.and_then(|link| seen.facts[link].document.as_deref());
        match (node.place, document) {
            (Some(place), Some(_)) if place.is_link => {
                let what = format!("{} is a link, and `install-links` asks for a copy", node.location);
                found.push(rewrite(what, place.span));
            }
            (Some(place), Some(document)) => copies(place, document.root(), node.location, &mut found),
            _ => {}
        }
    }
    let reached = tree.reached(true);
    let targets: HashSet<usize> = tree.nodes.iter().filter_map(|node| node.target).collect();
    for (index, node) in tree.nodes.iter().enumerate().filter(|(index, _)| !reached[*index]) {
        // What lies in a left-over goes with it.
        let is_inner = node.parent.is_some_and(|parent| !reached[parent]);
        if let Some(place) = node.place.filter(|_| !is_inner && !targets.contains(&index)) {
            found.push(rewrite(format!("nothing requires {}", node.location), place.span));
        }
    }
    found
}

/// The copies of a manifest that the lockfile holds.
fn copies(place: &Place, root: Node<'_>, directory: &str, found: &mut Vec<Rewrite>) {
    let at = if directory.is_empty() { String::new() } else { format!(" of {directory}") };
    for group in GROUPS {
        let recorded: BTreeMap<&str, (&str, Span)> = place
            .requires
            .iter()
            .filter(|one| one.group == group)
            .map(|one| (&*one.name, (&*one.text, one.span)))
            .collect();
        let optional = manifest::group(root, Group::Optional);
        let is_asked = |name: &str| group != Group::Main || !optional.iter().any(|one| one.name == name);
        let stated = manifest::group(root, group);
        let stated: BTreeMap<&str, (&str, Span)> = stated
            .iter()
            .filter(|one| is_asked(one.name))
            .filter_map(|one| Some((one.name, (one.text?, one.value.inner_span()))))
            .collect();
        for (name, (text, asked)) in &stated {
            let asked = Some(Value::written(format!("{name} {text}"), *asked));
            match recorded.get(name) {
                None => {
                    let phrase = format!("{name} is not among the {}{at} that it records", group.key());
                    found.push(Rewrite { phrase, span: place.span, asked });
                }
                Some((known, span)) if known != text => {
                    let phrase = format!("it records {name} {known}{at} where {text} is asked for");
                    found.push(Rewrite { phrase, span: *span, asked });
                }
                Some(_) => {}
            }
        }
        for (name, (_, span)) in recorded.iter().filter(|(name, _)| !stated.contains_key(*name)) {
            found
                .push(rewrite(format!("it records {name} among the {}{at}, which do not have it", group.key()), *span));
        }
    }
    let version = root.get("version").and_then(Node::text);
    let recorded = place.version.as_ref();
    if recorded.map(|of| &*of.text) != version {
        found.push(rewrite(format!("it records another version{at}"), recorded.map_or(place.span, |of| of.span)));
    }
    for key in COPIED {
        let stated = root.get(key).map(shape);
        let recorded = place.copied.iter().find(|(known, _)| known == key).map(|(_, of)| of);
        let is_plain = *key != "license" || root.get(key).is_none_or(|node| node.text().is_some());
        if is_plain && stated.as_deref() != recorded.map(|of| &*of.text) {
            found.push(rewrite(format!("it records another `{key}`{at}"), recorded.map_or(place.span, |of| of.span)));
        }
    }
}

fn rewrite(phrase: String, span: Span) -> Rewrite {
    Rewrite { phrase, span, asked: None }
}
