//! Cargo.lock against the manifests of its workspace, as `cargo --locked` compares them.
//!
//! Cargo resolves again with the lockfile as a preference and compares the two graphs. Here
//! the same is decided without a registry: every requirement of every crate of the
//! repository must lead along an edge to a package that answers it, and nothing may be left
//! over. What crates of registries need is taken on trust, their features included.
//! Proved against cargo 1.95 with generated workspaces.

mod cause;
mod compare;
mod graph;
mod inherit;
mod leftovers;
mod refused;
#[cfg(test)]
mod tests;
mod walk;
mod workspace;

pub(super) use inherit::inherit;

use super::{Lookup, Outcome, Pairing, Seen, Tool, Workspace};
use crate::facts::{Facts, Link, Lockfile, Manifest};
use crate::path;

/// Cargo.
pub(super) const TOOL: Tool = Tool {
    name: "cargo",
    ecosystem: "rust",
    files: &["Cargo.lock"],
    pairing: Pairing::Beside { formats: &["cargo"], workspaces },
    compare,
};

/// The command that brings a lockfile into step and changes nothing else.
const REMEDY: &str = "cargo update --workspace";

fn workspaces(facts: &Facts, _lookup: &Lookup) -> Vec<Workspace> {
    let crates = workspace::Crates::gather(facts);
    let mut all = Vec::new();
    for (directory, one) in &crates.by_directory {
        if crates.root_of(directory) != *directory {
            continue;
        }
        let found = crates.workspace(directory, None);
        let links = found.members.iter().filter_map(|member| crates.at(member)).map(|member| member.link);
        let mut members: Vec<Link<Manifest>> = links.filter(|link| *link != one.link).collect();
        members.sort_unstable_by_key(|link| facts[*link].header.path.clone());
        all.push(Workspace { root: one.link, members });
    }
    all
}

fn compare(seen: Seen<'_>, lockfile: Link<Lockfile>) -> Outcome {
    let crates = workspace::Crates::gather(seen.facts);
    let root = path::directory(&seen.facts[lockfile].header.path).to_owned();
    let workspace = crates.workspace(&root, Some(seen.around.files));
    compare::compare(seen, lockfile, &crates, &workspace)
}
