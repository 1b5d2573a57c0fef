//! What stands under the packages: toolchains, runtimes, base images, actions and hooks as they are stated. Only the
//! runtimes of Lambda have a local table of dates; of the others no newer version is known, and that is said.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use crate::day::Day;
use crate::facts::Facts;
use crate::runtimes::runtimes;

/// A statement of a version below the packages, for `platform[]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PlatformRow {
    /// What it is: runtime, toolchain, image, action, hook.
    pub what: &'static str,
    /// Its name.
    pub name: String,
    /// What is stated.
    pub stated: String,
    /// The files that state it, in order.
    pub paths: Vec<String>,
    /// `deprecated`, `current`, or `not-checked` where no local table tells.
    pub status: &'static str,
    /// The day from which on it gets no patches, where the table tells.
    pub ends: Option<String>,
}

/// All statements, by what and name.
pub(super) fn platform(facts: &Facts, today: Day) -> Vec<PlatformRow> {
    let mut places: BTreeMap<(&'static str, String, String), BTreeSet<String>> = BTreeMap::new();
    let mut note = |what, name: &str, stated: &str, path: &str| {
        places.entry((what, name.to_owned(), stated.to_owned())).or_default().insert(path.to_owned());
    };
    for lambda in facts.lambdas.iter().filter(|lambda| lambda.owner == "user") {
        if let Some(runtime) = lambda.runtime.known() {
            note("runtime", "lambda", runtime, &lambda.header.path);
        }
    }
    for toolchain in facts.toolchains.iter().filter(|one| one.role == "select" && one.surface != "Runtime") {
        if let Some(stated) = toolchain.stated.known() {
            note("toolchain", &toolchain.tool, stated, &toolchain.header.path);
        }
    }
    for image in facts.images.iter() {
        if let (Some(repository), Some(tag)) = (image.repository.known(), image.tag.known()) {
            note("image", repository, tag, &image.header.path);
        }
    }
    for action in facts.actions.iter() {
        if let Some(reference) = action.reference.known() {
            note("action", &action.action, reference, &action.header.path);
        }
    }
    for hook in facts.hooks.iter() {
        if let Some(reference) = hook.reference.known() {
            note("hook", &hook.repository, reference, &hook.header.path);
        }
    }
    let row = |((what, name, stated), paths): ((&'static str, String, String), BTreeSet<String>)| {
        let ends = if what == "runtime" { runtimes().get(&stated).map(|runtime| runtime.deprecated) } else { None };
        let status = match ends {
            None => "not-checked",
            Some(Some(day)) if day <= today => "deprecated",
            Some(_) => "current",
        };
        let ends = ends.flatten().map(|day| day.to_string());
        PlatformRow { what, name, stated, paths: paths.into_iter().collect(), status, ends }
    };
    places.into_iter().map(row).collect()
}
