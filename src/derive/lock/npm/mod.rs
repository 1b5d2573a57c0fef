//! package-lock.json against the manifests on disk, as `npm ci` of npm 11 compares them.
//!
//! npm loads the locked tree, gives the root and every linked directory the requirements of
//! their manifests, and repairs each edge that is broken then; a repair is what makes a
//! lockfile stale. Nothing else counts: no address, no hash, no left-over, no copy of a range.

mod compare;
mod fit;
mod git;
mod overrides;
mod reach;
#[cfg(test)]
mod tests;
mod tidy;
mod tree;
mod unasked;
mod words;
mod workspace;

use super::{Outcome, Pairing, Seen, Tool};
use crate::facts::recorded::Recorded;
use crate::facts::{Facts, Link, Lockfile};
use crate::node::lock::Lock;
use crate::path;
use crate::syntax::Node;
use crate::value::Value;

pub(super) use workspace::workspaces;

/// npm.
pub(super) const TOOL: Tool = Tool {
    name: "npm",
    ecosystem: "node",
    files: &["package-lock.json", "npm-shrinkwrap.json"],
    pairing: Pairing::Beside { formats: &["package-json"], workspaces },
    compare: compare_lockfile,
};

/// The command that mends a lockfile.
const REMEDY: &str = "npm install --package-lock-only";

/// The settings of the project's `.npmrc` that matter here.
#[derive(Debug, Clone, Copy, Default)]
struct Settings {
    /// `legacy-peer-deps`: peers are not looked at.
    legacy_peers: bool,
    /// `install-links`: directories are copied, not linked.
    install_links: bool,
}

/// The `.npmrc` of a directory.
fn npmrc<'f>(facts: &'f Facts, directory: &str) -> Option<Node<'f>> {
    let beside = |path: &str| path::directory(path) == directory;
    let own = facts.settings.iter().find(|fact| fact.tool == "npm" && beside(&fact.header.path))?;
    Some(own.document.as_ref()?.root())
}

fn settings(facts: &Facts, directory: &str) -> Settings {
    let npmrc = npmrc(facts, directory);
    let is_on = |key: &str| npmrc.and_then(|root| root.get(key)).and_then(Node::text) == Some("true");
    Settings { legacy_peers: is_on("legacy-peer-deps"), install_links: is_on("install-links") }
}

/// A setting with which `npm ci` does not begin.
fn refused_setting(facts: &Facts, directory: &str, has_workspaces: bool) -> Option<Value<String>> {
    let root = npmrc(facts, directory)?;
    let set = |key: &str, text: &str| root.get(key).filter(|node| node.text() == Some(text));
    let global = set("global", "true").or_else(|| set("location", "global"));
    let global = global.map(|node| ("`npm ci` does not install global packages, which .npmrc asks for", node));
    let members = set("workspaces", "true").filter(|_| !has_workspaces);
    let members = members.map(|node| (".npmrc asks for workspaces, package.json names none", node));
    global.or(members).map(|(message, node)| Value::written(message.to_owned(), node.span()))
}

/// npm reads npm-shrinkwrap.json where there is one, and package-lock.json beside it never.
fn compare_lockfile(seen: Seen<'_>, lockfile: Link<Lockfile>) -> Outcome {
    let header = &seen.facts[lockfile].header;
    let directory = path::directory(&header.path);
    if path::file_name(&header.path) == "package-lock.json"
        && let Some(path) = path::join(directory, "npm-shrinkwrap.json")
        && let Some((shrinkwrap, _)) = seen.facts.all::<Lockfile>().find(|(_, fact)| *fact.header.path == *path)
    {
        return words::passed_over(compare::compare(seen, shrinkwrap, lock_of(seen, shrinkwrap)), header.span);
    }
    compare::compare(seen, lockfile, lock_of(seen, lockfile))
}

fn lock_of<'a>(seen: Seen<'a>, lockfile: Link<Lockfile>) -> Option<&'a Lock> {
    match &seen.facts[lockfile].recorded {
        Recorded::Npm(lock) => Some(lock),
        _ => None,
    }
}
