//! Joins commands with the lockfiles they work on, and tells which of them an earlier command
//! of the same job has proved.

mod image;
mod job;
mod lockfile;
mod unlocked;

use std::collections::{BTreeMap, BTreeSet};

use self::job::Job;
use self::lockfile::{Index, by_name};
use super::recipes::{self, Recipes};
use super::{changes, hold, tasks};
use crate::discover::Listing;
use crate::facts::{Facts, Link, Lockfile, Step};
use crate::path;
use crate::value::Value;

/// Links every step to its lockfile and follows each job in order.
pub(super) fn follow(facts: &mut Facts, files: &Listing) {
    let recipes = Recipes::of(facts);
    recipes.reach(facts);
    forget_strangers(facts, files);
    let index = Index::of(facts);
    let lockfiles: Vec<Option<Link<Lockfile>>> =
        facts.steps.iter().map(|step| index.listed(step).or_else(|| index.lockfile(facts, step))).collect();
    let among: Vec<Vec<Link<Lockfile>>> = facts.steps.iter().map(|step| index.among(facts, step)).collect();
    for (step, (lockfile, among)) in facts.steps.iter_mut().zip(lockfiles.into_iter().zip(among)) {
        step.lockfile = lockfile.or(among.first().copied());
        step.other_lockfiles = among.into_iter().skip(1).collect();
    }
    image::follow(facts, &index, files);
    let read: BTreeSet<String> = facts.lockfiles.iter().map(|lockfile| lockfile.tool.clone()).collect();
    for link in facts.links::<Step>() {
        let step = &facts[link];
        let known = step.lockfile.map(|lockfile| facts[lockfile].header.path.to_string());
        let is_read = read.contains(&step.tool) || (step.tool == "pip" && !read.is_empty());
        let is_known = is_read || step.left_behind.is_some();
        let found = known.or_else(|| if is_known { None } else { by_name(step, files) });
        if let Some(path) = found.filter(|_| step.lock_path.known().is_none()) {
            facts[link].lock_path = Value::derived(path);
        }
    }
    hold::hold_in_ci(facts, &recipes);
    changes::prove(facts, &recipes);
    let actions = actions(facts);
    let named = node_dependencies(facts);
    let mut job = Job::default();
    let mut followed = BTreeSet::new();
    for link in facts.links::<Step>() {
        let step = &facts[link];
        if recipes::is_recipe(step) {
            continue;
        }
        let key = (step.header.path.to_string(), step.job.clone());
        if !job.is(&key) {
            job = Job::new(key);
        }
        if let Some(inside) = step.call.as_ref().and_then(|call| actions.get(&call.directory)) {
            for inner in inside {
                job.action(*inner, &mut facts[*inner]);
            }
            continue;
        }
        job.step(link, &mut facts[link], &named);
        if facts[link].call.is_some() {
            for inner in recipes.expand(facts, link) {
                job.inner(inner, &mut facts[inner], &named, followed.insert(inner));
            }
        }
    }
    hold::keep_locked(facts);
    hold::prove_beside(facts);
    check(facts);
    tasks::compare(facts);
    recipes::drop_unjudged(facts);
    gather(facts);
    unlocked::tell(facts);
}

/// Notes at the first of commands that do the same which others there are.
fn gather(facts: &mut Facts) {
    let repeats: Vec<_> = facts.all::<Step>().filter_map(|(link, step)| Some((step.repeats?, link))).collect();
    for (first, link) in repeats {
        facts[first].repeated_by.push(link);
    }
}

/// Notes for each lockfile a command that checks it whenever something changes.
fn check(facts: &mut Facts) {
    let runs = |step: &Step, use_of_lock: &str| {
        let does = step.lock_use.known().is_some_and(|word| word == use_of_lock);
        does && step.trigger == "change" && !step.shadow && (!recipes::is_recipe(step) || step.reached_by.is_some())
    };
    let of_lock = |link: Link<Step>, step: &Step| {
        let lockfiles: Vec<_> = step.lockfile.iter().chain(&step.other_lockfiles).copied().collect();
        lockfiles.into_iter().map(move |lockfile| (lockfile, link))
    };
    let steps = || facts.all::<Step>();
    let proofs: Vec<_> = steps()
        .filter(|(_, step)| runs(step, "proves") && !step.optional)
        .flat_map(|(link, step)| of_lock(link, step))
        .collect();
    let mends: Vec<_> =
        steps().filter(|(_, step)| runs(step, "may-rewrite")).flat_map(|(link, step)| of_lock(link, step)).collect();
    for (lockfile, step) in proofs {
        facts[lockfile].checked_by.get_or_insert(step);
    }
    for (lockfile, step) in mends {
        facts[lockfile].mended_by.get_or_insert(step);
    }
    let unseen = facts.actions.iter().find(|action| action.action.contains("/.github/workflows/"));
    let unseen = unseen.map(|action| format!("`{}` runs what is not seen here", action.uses));
    let unseen = unseen.or_else(|| {
        let hook = facts.hooks.iter().find(|hook| LOCK_HOOKS.iter().any(|name| hook.repository.contains(name)));
        hook.map(|hook| format!("hooks of `{}` may check it", hook.repository))
    });
    let unseen = unseen.or_else(|| own_check(facts));
    let has_ci = facts.steps.iter().any(Step::is_in_ci);
    for lockfile in facts.lockfiles.iter_mut().filter(|_| has_ci) {
        lockfile.checked = match (&lockfile.checked_by, &unseen) {
            (Some(_), _) => Value::derived(true),
            (None, Some(reason)) => Value::unknown(reason.clone(), None),
            (None, None) => Value::derived(false),
        };
    }
}

/// A run of this very check, which fails for a lockfile that is out of step.
fn own_check(facts: &Facts) -> Option<String> {
    let name = env!("CARGO_PKG_NAME");
    let action = facts.actions.iter().find(|action| action.action.split('/').nth(1) == Some(name));
    let command = format!("{name} check");
    let step = facts.steps.iter().find(|step| step.command.starts_with(&command));
    let run = action.map(|action| action.uses.clone()).or_else(|| step.map(|step| step.command.clone()));
    run.map(|run| format!("`{run}` checks it"))
}

/// What a job unpacks or checks out while it runs holds another project: no lockfile of the repository governs it.
fn forget_strangers(facts: &mut Facts, files: &Listing) {
    for step in facts.steps.iter_mut().filter(|step| step.surface != "dockerfile") {
        let made = step.directory.known().filter(|directory| !directory.is_empty() && !files.has_directory(directory));
        if let Some(made) = made {
            step.directory = Value::unknown(format!("{made} is made when it runs"), step.directory.span);
        }
    }
}

/// Repositories of hooks that check lockfiles.
const LOCK_HOOKS: &[&str] = &["uv-pre-commit", "python-poetry/poetry", "pdm-project/pdm", "pre-commit-terraform"];

/// The commands of the repository's own actions, by the directory of the action.
fn actions(facts: &Facts) -> BTreeMap<String, Vec<Link<Step>>> {
    let mut actions: BTreeMap<String, Vec<Link<Step>>> = BTreeMap::new();
    for (link, step) in facts.all::<Step>().filter(|(_, step)| step.surface == "composite-action") {
        actions.entry(path::directory(&step.header.path).to_owned()).or_default().push(link);
    }
    actions
}

/// Names that package.json files ask for, and those that lockfiles bring beside them.
fn node_dependencies(facts: &Facts) -> BTreeSet<String> {
    let asked = facts.dependencies.iter().filter(|dependency| dependency.ecosystem == "node");
    let locked = facts.locked_packages.iter().filter(|package| package.contents.ecosystem == "node");
    let asked = asked.map(|dependency| dependency.package.clone());
    asked.chain(locked.map(|package| package.contents.package.to_string())).collect()
}
