//! bun.lock against the workspaces of its project, as `bun install --frozen-lockfile` of bun 1.4 compares them.
//!
//! bun does not compare texts: every requirement must lead to a package of the lockfile that
//! satisfies it, and nothing that the lockfile reached may have become needless. Overrides and
//! catalogs are compared literally. Releases before 1.4 compared the whole text. Proved against
//! bun 1.4.4.

mod compare;
mod project;
mod reach;
mod requirement;
mod tables;
#[cfg(test)]
mod tests;

use super::{Lookup, Outcome, Pairing, Seen, Tool, Workspace};
use crate::facts::recorded::Recorded;
use crate::facts::{Facts, Link, Lockfile, Manifest};
use crate::node::manifest;
use crate::node::workspace::Patterns;
use crate::path;
use crate::syntax::Node;

/// bun.
pub(super) const TOOL: Tool = Tool {
    name: "bun",
    ecosystem: "node",
    files: &["bun.lock"],
    pairing: Pairing::Beside { formats: &["package-json"], workspaces },
    compare,
};

/// The command that brings a lockfile into step and changes nothing else.
const REMEDY: &str = "bun install --lockfile-only";

fn workspaces(facts: &Facts, lookup: &Lookup) -> Vec<Workspace> {
    let locked = facts.lockfiles.iter().filter(|lockfile| lockfile.tool == "bun");
    let roots = locked.filter_map(|lockfile| {
        let directory = path::directory(&lockfile.header.path);
        lookup.manifests_in(facts, directory, "package-json").next()
    });
    roots.map(|root| Workspace { root, members: members(facts, lookup, root) }).collect()
}

/// The workspaces below a root, by path.
fn members(facts: &Facts, lookup: &Lookup, root: Link<Manifest>) -> Vec<Link<Manifest>> {
    let Some(document) = &facts[root].document else { return Vec::new() };
    let patterns = manifest::workspaces(document.root()).unwrap_or_default();
    let patterns = Patterns::new(patterns.into_iter().filter_map(Node::text));
    let directory = path::directory(&facts[root].header.path);
    let below = lookup.manifests_below(facts, directory, &["package-json"]);
    let held = below
        .filter(|(at, link)| *link != root && path::relative_to(at, directory).is_some_and(|at| patterns.hold(at)));
    held.map(|(_, link)| link).collect()
}

fn compare(seen: Seen<'_>, link: Link<Lockfile>) -> Outcome {
    match &seen.facts[link].recorded {
        Recorded::Bun(lock) => compare::compare(seen, link, lock),
        _ => Outcome::default(),
    }
}
