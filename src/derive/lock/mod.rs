//! Lockfiles and their manifests: which answers for which, and where they are out of step.
//!
//! Each tool is one row of [`TOOLS`]: how its lockfiles find their manifests, and a function
//! that compares the two. Comparisons only look and return what they found, so they run side
//! by side; the facts are changed afterwards, in the order of the lockfiles.

mod asked;
mod berry;
mod bun;
mod bundler;
mod cargo;
mod composer;
mod conda;
mod gaps;
mod golang;
mod integrity;
mod lookup;
mod npm;
mod outcome;
mod pair;
mod pdm;
mod pipenv;
mod pnpm;
mod poetry;
mod releases;
mod requirements;
mod shape;
mod tell;
mod terraform;
#[cfg(test)]
mod tests;
mod unasked;
mod undo;
mod unread;
mod uv;
mod yarn1;

use rayon::prelude::*;

pub(super) use lookup::Lookup;
pub(super) use outcome::{Difference, Outcome, Rewrite, Roots, Weight};
pub(super) use pair::Workspace;

use crate::derive::Surroundings;
use crate::facts::{Facts, Link, Lockfile};
use crate::path;
use crate::value::Value;

/// What a comparison may look at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seen<'a> {
    /// All facts; lockfiles and manifests are paired already.
    pub(super) facts: &'a Facts,
    /// Where manifests, dependencies and packages are.
    pub(super) lookup: &'a Lookup,
    /// Names of files, and today.
    pub(super) around: Surroundings<'a>,
}

/// How the lockfiles of a tool find their manifests.
pub(super) enum Pairing {
    /// The manifest of one of these formats in the same directory and, if that is the root of a
    /// workspace, its members. The function finds all workspaces, locked or not.
    Beside {
        /// `Manifest.format`; where manifests of several are there, the tool reads the first.
        formats: &'static [&'static str],
        /// The tool's workspaces.
        workspaces: fn(&Facts, &Lookup) -> Vec<Workspace>,
    },
    /// As the lockfile itself tells; the root comes first.
    By(fn(&Facts, &Lookup, Link<Lockfile>) -> Vec<Link<crate::facts::Manifest>>),
}

/// One tool that writes lockfiles.
pub(super) struct Tool {
    /// `Lockfile.tool`.
    pub(super) name: &'static str,
    /// `Lockfile.ecosystem`.
    pub(super) ecosystem: &'static str,
    /// The names its lockfiles have by default, to be told when git ignores them.
    pub(super) files: &'static [&'static str],
    /// How its lockfiles find their manifests.
    pub(super) pairing: Pairing,
    /// Compares a lockfile with its manifests.
    pub(super) compare: fn(Seen<'_>, Link<Lockfile>) -> Outcome,
}

/// All tools whose lockfiles are compared.
const TOOLS: &[Tool] = &[
    berry::TOOL,
    bun::TOOL,
    bundler::TOOL,
    cargo::TOOL,
    composer::TOOL,
    conda::CONDA_LOCK,
    conda::PIXI,
    golang::TOOL,
    npm::TOOL,
    pdm::TOOL,
    pipenv::TOOL,
    pnpm::TOOL,
    poetry::TOOL,
    requirements::EXPORT,
    requirements::PIP_TOOLS,
    requirements::PYLOCK,
    requirements::UV_PIP,
    terraform::TOOL,
    uv::TOOL,
];

/// For tools without workspaces.
pub(super) fn no_workspaces(_facts: &Facts, _lookup: &Lookup) -> Vec<Workspace> {
    Vec::new()
}

/// Pairs all lockfiles, compares them, and notes the differences.
pub(super) fn compare(facts: &mut Facts, around: Surroundings<'_>) {
    cargo::inherit(facts, around.files);
    terraform::arrange(facts);
    requirements::adopt(facts);
    unread::adopt(facts, around);
    let lookup = Lookup::new(facts);
    pair::pair(facts, &lookup, around);
    let seen = Seen { facts, lookup: &lookup, around };
    let links: Vec<Link<Lockfile>> = facts.links::<Lockfile>().collect();
    let outcomes: Vec<Outcome> = links
        .par_iter()
        .map(|link| {
            let lockfile = &seen.facts[*link];
            let tool = TOOLS.iter().find(|tool| tool.name == lockfile.tool);
            match tool {
                Some(tool) if !lockfile.manifests.is_empty() => (tool.compare)(seen, *link),
                Some(tool) => alone(seen, *link, tool),
                None => Outcome::default(),
            }
        })
        .collect();
    for (link, outcome) in links.into_iter().zip(outcomes) {
        outcome::note(facts, &lookup, link, outcome);
    }
}

/// Whether the lockfile itself cannot be read or used, which is told already.
fn is_unread(facts: &Facts, lockfile: &Lockfile) -> bool {
    let is_its_own = |path: &str| path == &*lockfile.header.path;
    !lockfile.refusal.is_absent()
        || facts.problems.iter().any(|problem| is_its_own(&problem.header.path) && problem.trouble != "duplicate-key")
}

/// A lockfile that answers for no manifest: the one beside it cannot be read, belongs to another root, or is not there.
fn alone(seen: Seen<'_>, link: Link<Lockfile>, tool: &Tool) -> Outcome {
    if let Some(outcome) = requirements::compare_export(seen, link).or_else(|| terraform::compare_unstated(seen, link))
    {
        return outcome;
    }
    let lockfile = &seen.facts[link];
    let directory = path::directory(&lockfile.header.path);
    let broken = seen.facts.problems.iter().find(|problem| {
        let is_beside = path::directory(&problem.header.path) == directory;
        let is_its_own =
            matches!(tool.pairing, Pairing::Beside { .. }) || problem.reader == "go-mod" && tool.name == "go";
        is_beside && problem.role == "manifest" && is_its_own
    });
    let mut outcome = Outcome::default();
    if let Some(problem) = broken {
        let message = format!("{} cannot be read", path::file_name(&problem.header.path));
        outcome.refusal = Some(Value::derived(message));
    } else if let Some(input) = requirements::unreadable_input(seen.facts, link) {
        outcome.refusal = Some(Value::derived(format!("{input} cannot be read")));
    } else if let Some(message) = conda::idle_source(seen, link) {
        outcome.refusal = Some(message);
    } else if is_unread(seen.facts, lockfile) {
        return outcome;
    } else if let Some(root) = lockfile.ruled_by {
        let root = path::directory(&seen.facts[root].header.path);
        let root = if root.is_empty() { "the root directory" } else { root };
        outcome.undecided.push(format!("{} reads the lockfile of the workspace in {root} instead", tool.name));
    } else if tool.name == "pylock" {
        outcome.undecided.push("it does not record what it was locked from".to_owned());
    } else {
        outcome.undecided.push("there is no manifest that it answers for".to_owned());
    }
    outcome
}
