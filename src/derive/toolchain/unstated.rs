//! Projects that are deployed and whose own directory, workspace and CI say nothing of the
//! version they are developed with.

use std::collections::BTreeSet;

use super::project::Projects;
use crate::facts::{Count, Facts, Header, Lambda, Toolchain};
use crate::path;
use crate::sample::is_sample;
use crate::source::Span;
use crate::value::Value;

/// Adds a statement of level 0 for each Python project of which no statement speaks.
pub(super) fn note(facts: &mut Facts, projects: &Projects) {
    let deployed = deployed(facts);
    let stated = stated(facts, projects);
    let workspaces: BTreeSet<&str> = facts
        .lockfiles
        .iter()
        .filter(|lockfile| lockfile.manifests.len() > 1)
        .map(|lockfile| path::directory(&lockfile.header.path))
        .collect();
    // Where no project has a version file of its own, one at the root is the custom of the repository.
    let has_own = |directory: &str| stated.own.contains(directory);
    let anyone_has_own = facts.manifests.iter().any(|manifest| {
        let directory = path::directory(&manifest.header.path);
        !directory.is_empty() && has_own(directory)
    });
    let mut missing = Vec::new();
    for manifest in facts.manifests.iter().filter(|manifest| manifest.format == "pyproject") {
        let directory = path::directory(&manifest.header.path);
        let by_root = if anyone_has_own {
            path::ancestors(directory).any(|above| workspaces.contains(above) && has_own(above))
        } else {
            path::ancestors(directory).any(has_own)
        };
        // Where version files are the custom, a demand does not stand in for one.
        let by_demand = !anyone_has_own && stated.narrow.contains(directory);
        let is_stated = has_own(directory) || by_root || by_demand || stated.projects.contains(directory);
        if deployed.contains(directory) && !is_stated && !is_sample(&manifest.header.path) {
            missing.push(unstated(&manifest.header));
        }
    }
    facts.toolchains.extend(missing);
}

/// Hooks that take the machine's toolchain have what the repository gives developers or CI, where it says that.
pub(super) fn hooks(facts: &mut Facts) {
    let says = |fact: &&Toolchain| {
        matches!(fact.phase.as_str(), "dev" | "ci")
            && fact.role == "select"
            && fact.level.known().is_some_and(|level| level.0 > 0)
            && !is_sample(&fact.header.path)
    };
    let said: BTreeSet<String> = facts.toolchains.iter().filter(says).map(|fact| fact.tool.clone()).collect();
    let takes = |fact: &&mut Toolchain| {
        fact.phase == "hook" && fact.level.known() == Some(&Count(0)) && said.contains(&fact.tool)
    };
    for fact in facts.toolchains.iter_mut().filter(takes) {
        fact.level = Value { span: fact.level.span, ..Value::absent() };
    }
}

struct Stated {
    /// Directories with a version file.
    own: BTreeSet<String>,
    /// Directories whose demand one minor version alone meets.
    narrow: BTreeSet<String>,
    /// Projects of which a job of CI speaks.
    projects: BTreeSet<String>,
}

fn stated(facts: &Facts, projects: &Projects) -> Stated {
    let mut stated = Stated { own: BTreeSet::new(), narrow: BTreeSet::new(), projects: BTreeSet::new() };
    for fact in facts.toolchains.iter().filter(|fact| fact.tool == "python" && fact.level.known() != Some(&Count(0))) {
        if fact.phase == "dev" && fact.role == "select" {
            stated.own.insert(fact.scope.clone());
        }
        if fact.role == "constrain" && fact.level.known().is_some_and(|level| level.0 >= 3) {
            stated.narrow.insert(fact.scope.clone());
        }
        if fact.phase == "ci" {
            stated.projects.extend(projects.of_statement(fact).into_iter().map(ToOwned::to_owned));
        }
    }
    stated
}

/// Directories of projects from which something is deployed.
fn deployed(facts: &Facts) -> BTreeSet<String> {
    let by_function = facts.all::<Lambda>().filter_map(|(_, lambda)| {
        let manifest = &facts[lambda.manifest?];
        Some(path::directory(&manifest.header.path).to_owned())
    });
    let images = facts.images.iter().filter(|image| {
        image.role == "base" && image.repository.known().is_some_and(|repository| repository.contains("python"))
    });
    by_function.chain(images.map(|image| path::directory(&image.header.path).to_owned())).collect()
}

fn unstated(manifest: &Header) -> Toolchain {
    let span = Span::top(manifest.span.source);
    let header = Header::new(&manifest.path, format!("{}#no version", manifest.path), span);
    let mut fact = Toolchain::selecting(header, "python", "", span);
    fact.stated = Value { span: Some(span), ..Value::absent() };
    "nothing".clone_into(&mut fact.surface);
    fact
}
