//! Commands that write a lockfile anew only to see whether it changes.

use std::collections::BTreeMap;

use super::recipes::{self, Recipes};
use crate::facts::{Facts, Link, Step};
use crate::lock_use::LockUse;
use crate::value::State;

/// Makes proofs of the commands that write a lockfile, where each job that runs them looks for changed files afterwards.
pub(super) fn prove(facts: &mut Facts, recipes: &Recipes) {
    if !facts.steps.iter().any(|step| step.finds_changes) {
        return;
    }
    let mut followed: BTreeMap<Link<Step>, bool> = BTreeMap::new();
    for job in jobs(facts, recipes).into_values() {
        let last = job.iter().rposition(|link| facts[*link].finds_changes).unwrap_or(0);
        for (at, link) in job.into_iter().enumerate() {
            *followed.entry(link).or_insert(true) &= at < last;
        }
    }
    for (link, _) in followed.into_iter().filter(|(_, is_followed)| *is_followed) {
        let state = &mut facts[link].lock_use.state;
        if matches!(state, State::Known(word) if word == "rewrites" || word == "may-rewrite") {
            *state = State::Known(LockUse::Proves.word().to_owned());
        }
    }
}

/// The commands of each job in the order in which they run, those of recipes among them.
fn jobs(facts: &Facts, recipes: &Recipes) -> BTreeMap<(String, String), Vec<Link<Step>>> {
    let mut jobs: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (link, step) in facts.all::<Step>().filter(|(_, step)| !recipes::is_recipe(step)) {
        let job = jobs.entry((step.header.path.to_string(), step.job.clone())).or_default();
        job.push(link);
        if step.call.is_some() {
            job.extend(recipes.expand(facts, link));
        }
    }
    jobs
}
