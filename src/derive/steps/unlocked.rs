//! What commands say of projects without a lockfile: which tool would write one, what stops for want of it, what installs without it.

use std::collections::BTreeSet;

use super::super::recipes;
use super::lockfile::has_format;
use crate::facts::{Facts, Manifest, Step};
use crate::path;
use crate::value::{State, Value};

/// Notes at manifests without a lockfile the commands that have to do with one.
pub(super) fn tell(facts: &mut Facts) {
    let mut written: BTreeSet<(&str, &str, &str)> = BTreeSet::new();
    let mut found = Vec::new();
    for (link, step) in facts.all::<Step>() {
        let (Some(word), Some(directory)) = (step.lock_use.known(), step.directory.known()) else { continue };
        let has_to_do = matches!(word.as_str(), "proves" | "uses" | "may-rewrite" | "rewrites");
        // pip and pip-tools work on the lists that they are given, whatever lies beside them.
        if !has_to_do || step.tool.starts_with("pip-") || step.tool == "pip" || step.lock_path.known().is_some() {
            continue;
        }
        let is_own =
            |manifest: &Manifest| path::directory(&manifest.header.path) == directory && has_format(step, manifest);
        let manifest = facts.all::<Manifest>().find(|(_, manifest)| is_own(manifest) && manifest.lockfiles.is_empty());
        let Some((manifest, _)) = manifest else { continue };
        let project = (step.header.path.as_ref(), step.tool.as_str(), directory.as_str());
        let is_asked = !step.conditional && !step.adapts && needs_lock(step, word) && !written.contains(&project);
        if matches!(word.as_str(), "rewrites" | "may-rewrite") {
            written.insert(project);
        }
        found.push((manifest, link, is_asked));
    }
    for (manifest, link, is_asked) in found {
        let step = &facts[link];
        let (tool, installs) = (step.tool.clone(), installs(step));
        let manifest = &mut facts[manifest];
        if is_asked {
            manifest.lock_asked_by.get_or_insert(link);
        }
        if installs && matches!(manifest.role.state, State::Unknown(_)) {
            manifest.installed_by.get_or_insert(link);
        }
        if manifest.lock_tool.known().is_none() {
            manifest.lock_tool = Value::derived(tool);
        }
    }
}

/// Whether a command stops where there is no lockfile, by the manuals of the tools (2026-11).
fn needs_lock(step: &Step, word: &str) -> bool {
    match step.tool.as_str() {
        "npm" | "cargo" | "bundler" => word == "proves",
        "uv" | "pipenv" => word == "proves" || word == "uses",
        "pdm" => word == "uses",
        "pnpm" | "bun" => word == "proves" && step.command.contains("--frozen-lockfile"),
        _ => false,
    }
}

/// Whether a job or an image installs the project with it each time.
fn installs(step: &Step) -> bool {
    let is_run = !recipes::is_recipe(step) || step.reached_by.is_some();
    let adds = step.lock_use.known().is_some_and(|word| word == "rewrites");
    is_run
        && !adds
        && !step.conditional
        && !step.shadow
        && matches!(step.purpose.as_str(), "check" | "release" | "image")
}
