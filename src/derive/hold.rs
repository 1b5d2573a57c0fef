//! Commands that hold to a lockfile although their words do not say so: by where they run, by the version they ask for.

use std::collections::BTreeSet;

use super::recipes::{self, Recipes};
use crate::facts::{Facts, Link, Lockfile, Step};
use crate::value::State;

/// Says of commands that hold to the lockfile where `CI` is set that they do so in CI, also in the recipes that jobs run. An image is
/// built without it.
pub(super) fn hold_in_ci(facts: &mut Facts, recipes: &Recipes) {
    let berry = strict_yarn(facts);
    let callers = || facts.links::<Step>().filter(|link| !recipes::is_recipe(&facts[*link]));
    let inside = |of_images: bool| -> BTreeSet<Link<Step>> {
        let callers = callers().filter(|link| (facts[*link].surface == "dockerfile") == of_images);
        callers.flat_map(|link| recipes.expand(facts, link).into_iter().chain([link])).collect()
    };
    let (in_jobs, in_images) = (inside(false), inside(true));
    for link in in_jobs.difference(&in_images) {
        let step = &mut facts[*link];
        let is_of_age = step.tool != "yarn" || step.lockfile.is_some_and(|lockfile| berry.contains(&lockfile));
        if step.strict_in_ci && is_of_age && step.lock_use.known().is_some_and(|word| word == "may-rewrite") {
            step.lock_use.state = State::Known("proves".to_owned());
        }
    }
}

/// What is installed by name in the version that the lockfile has already changes nothing.
pub(super) fn keep_locked(facts: &mut Facts) {
    for link in facts.links::<Step>() {
        let step = &facts[link];
        let (Some(over), Some(exact)) = (step.over, &step.exact) else { continue };
        let Some(lockfile) = facts[over].lockfile else { continue };
        let is_locked = |(name, version): &(String, String)| {
            facts.locked_packages.iter().any(|package| {
                package.lockfile == lockfile
                    && *package.contents.package == **name
                    && package.contents.version.known().is_some_and(|locked| locked == version)
            })
        };
        if exact.iter().all(is_locked) {
            facts[link].over = None;
        }
    }
}

/// Words of commands that look at a lockfile and install nothing: `uv lock --check`, `go mod tidy` with a look at what it changed.
const GATES: &[&str] = &["lock", "check", "--check", "--lock", "tidy", "--dry-run"];

/// Tells of commands that may write a lockfile anew whether another job of their file is there to fail for it.
pub(super) fn prove_beside(facts: &mut Facts) {
    let place = |step: &Step| {
        let caller = step.reached_by.map_or(step, |caller| &facts[caller]);
        Some((caller.header.path.to_string(), step.lock_path.known()?.clone()))
    };
    let does = |step: &Step, use_of_lock: &str| step.lock_use.known().is_some_and(|word| word == use_of_lock);
    let is_gate = |step: &&Step| {
        does(step, "proves")
            && step.command.split(' ').any(|word| GATES.contains(&word))
            && step.trigger == "change"
            && !step.optional
    };
    let proved: BTreeSet<_> = facts.steps.iter().filter(is_gate).filter_map(place).collect();
    let is_beside = |step: &Step| does(step, "may-rewrite") && place(step).is_some_and(|place| proved.contains(&place));
    let beside: Vec<bool> = facts.steps.iter().map(is_beside).collect();
    for (step, is_beside) in facts.steps.iter_mut().zip(beside) {
        step.proved_beside = is_beside;
    }
}

/// Yarn from version 2 on refuses to change the lockfile where `CI` is set.
fn strict_yarn(facts: &Facts) -> BTreeSet<Link<Lockfile>> {
    let is_strict = |lockfile: &Lockfile| {
        let version = lockfile.format_version.known().and_then(|version| version.parse::<u32>().ok());
        lockfile.tool == "yarn" && version.is_some_and(|version| version > 1)
    };
    facts.all::<Lockfile>().filter(|(_, lockfile)| is_strict(lockfile)).map(|(link, _)| link).collect()
}
