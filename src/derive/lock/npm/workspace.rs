//! The members of workspaces of package.json, for npm and yarn.

use crate::derive::lock::{Lookup, Workspace};
use crate::facts::{Facts, Link, Manifest};
use crate::node::manifest;
use crate::node::workspace::Patterns;
use crate::path;
use crate::syntax::Node;

/// All workspaces: roots with `workspaces`, and the manifests that their patterns take in.
pub(in crate::derive::lock) fn workspaces(facts: &Facts, lookup: &Lookup) -> Vec<Workspace> {
    let roots = facts.all::<Manifest>().filter(|(_, fact)| fact.format == "package-json");
    roots
        .filter_map(|(root, _)| {
            let members = members(facts, lookup, root);
            (!members.is_empty()).then_some(Workspace { root, members })
        })
        .collect()
}

/// The members of one root, by path.
pub(in crate::derive::lock) fn members(facts: &Facts, lookup: &Lookup, root: Link<Manifest>) -> Vec<Link<Manifest>> {
    let fact = &facts[root];
    let written = fact.document.as_ref().and_then(|document| manifest::workspaces(document.root()));
    let Some(written) = written.filter(|list| !list.is_empty()) else { return Vec::new() };
    let patterns = Patterns::new(written.into_iter().filter_map(Node::text));
    let directory = path::directory(&fact.header.path);
    let held = |at: &str| {
        path::relative_to(at, directory).is_some_and(|relative| !relative.is_empty() && patterns.hold(relative))
    };
    let below = lookup.manifests_below(facts, directory, &["package-json"]);
    below.filter(|(at, link)| *link != root && held(at)).map(|(_, link)| link).collect()
}
