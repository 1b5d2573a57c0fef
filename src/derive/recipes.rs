//! Recipes that stand outside of a job (targets, scripts): which commands run them, and in what order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::actions;
use crate::facts::{Facts, Link, Step};
use crate::path;
use crate::steps::{Purpose, of_name};
use crate::value::Value;

/// Surfaces whose commands run only when something calls them.
const SURFACES: &[&str] =
    &["makefile", "justfile", "taskfile", "mise-task", "package-script", "shell-script", "tox", "nox"];

/// Recipes inside recipes are followed this far.
const DEEPEST: usize = 4;

/// More commands than this are not followed from one job.
const MOST: usize = 2_000;

/// Whether a step is part of a recipe.
pub(super) fn is_recipe(step: &Step) -> bool {
    SURFACES.contains(&step.surface.as_str())
}

/// The commands of recipes, by file and name.
pub(super) struct Recipes {
    by_name: BTreeMap<(String, String), Vec<Link<Step>>>,
    /// The names in a file, in its order.
    names: BTreeMap<String, Vec<String>>,
}

impl Recipes {
    /// All recipes that were read.
    pub(super) fn of(facts: &Facts) -> Self {
        let mut recipes = Self { by_name: BTreeMap::new(), names: BTreeMap::new() };
        for (link, step) in facts.all::<Step>().filter(|(_, step)| is_recipe(step)) {
            let path = step.header.path.to_string();
            let names = recipes.names.entry(path.clone()).or_default();
            if !names.contains(&step.job) {
                names.push(step.job.clone());
            }
            recipes.by_name.entry((path, step.job.clone())).or_default().push(link);
        }
        recipes
    }

    /// The recipes that a command runs.
    fn called(&self, step: &Step) -> Vec<(String, String)> {
        let (Some(call), Some(directory)) = (&step.call, step.directory.known()) else { return Vec::new() };
        let file = call.files(directory).into_iter().find(|file| self.names.contains_key(file));
        let Some((file, names)) = file.and_then(|file| self.names.get_key_value(&file)) else { return Vec::new() };
        let wanted: Vec<String> = match (call.runner, call.names.is_empty()) {
            ("tox" | "nox" | "shell-script", true) => names.clone(),
            (_, true) => names.iter().find(|name| !name.starts_with('.')).cloned().into_iter().collect(),
            ("tox", false) => {
                let own = |name: &String| if names.contains(name) { name.clone() } else { "testenv".to_owned() };
                call.names.iter().map(own).collect()
            }
            (_, false) => call.names.clone(),
        };
        wanted.into_iter().map(|name| (file.clone(), name)).filter(|key| self.by_name.contains_key(key)).collect()
    }

    /// The commands of all recipes that a command runs, those inside them too, in the order in which they run.
    pub(super) fn expand(&self, facts: &Facts, caller: Link<Step>) -> Vec<Link<Step>> {
        let mut found = Vec::new();
        self.walk(facts, caller, 0, &mut BTreeSet::new(), &mut found);
        found
    }

    fn walk(
        &self,
        facts: &Facts,
        caller: Link<Step>,
        depth: usize,
        seen: &mut BTreeSet<(String, String)>,
        found: &mut Vec<Link<Step>>,
    ) {
        if depth >= DEEPEST {
            return;
        }
        for key in self.called(&facts[caller]) {
            if !seen.insert(key.clone()) {
                continue;
            }
            for link in self.by_name.get(&key).into_iter().flatten().copied() {
                if found.len() >= MOST {
                    return;
                }
                found.push(link);
                self.walk(facts, link, depth + 1, seen, found);
            }
        }
    }

    /// Tells the commands of recipes who runs them, when and for what. A script works where it is called from.
    pub(super) fn reach(&self, facts: &mut Facts) {
        self.release(facts);
        for link in facts.links::<Step>() {
            if is_recipe(&facts[link]) || facts[link].call.is_none() {
                continue;
            }
            self.place(facts, link, 0, &mut BTreeSet::new());
            for inner in self.expand(facts, link) {
                let caller = &facts[link];
                let (purpose, trigger, conditional) =
                    (caller.purpose.clone(), caller.trigger.clone(), caller.conditional);
                let own = of_name(&facts[inner].job).word().to_owned();
                let step = &mut facts[inner];
                let is_first = step.reached_by.is_none();
                let purpose =
                    if own == Purpose::Update.word() || own == Purpose::Compat.word() { own } else { purpose };
                if is_first {
                    step.reached_by = Some(link);
                    step.purpose = purpose;
                    step.trigger = trigger;
                    step.conditional |= conditional;
                } else {
                    if rank(&purpose) > rank(&step.purpose) {
                        step.purpose = purpose;
                    }
                    if trigger == "change" {
                        step.trigger = trigger;
                    }
                }
            }
        }
    }

    /// A job that runs a recipe which publishes or deploys is for a release, all of it. One that only builds an image may try it.
    fn release(&self, facts: &mut Facts) {
        let callers = facts.links::<Step>().filter(|link| !is_recipe(&facts[*link]) && facts[*link].call.is_some());
        let ships = |step: &Step| {
            step.releases && !["docker b", "podman b"].iter().any(|start| step.command.starts_with(start))
        };
        let releasing = callers.filter(|link| self.expand(facts, *link).iter().any(|inner| ships(&facts[*inner])));
        let jobs: BTreeSet<(Arc<str>, String)> =
            releasing.map(|link| (Arc::clone(&facts[link].header.path), facts[link].job.clone())).collect();
        let release = Purpose::Release.word();
        for step in facts.steps.iter_mut().filter(|step| step.purpose == Purpose::Check.word()) {
            if jobs.contains(&(Arc::clone(&step.header.path), step.job.clone())) {
                release.clone_into(&mut step.purpose);
            }
        }
    }

    /// Moves the commands of shell scripts into the directory of their first caller.
    fn place(&self, facts: &mut Facts, caller: Link<Step>, depth: usize, seen: &mut BTreeSet<(String, String)>) {
        if depth >= DEEPEST {
            return;
        }
        for key in self.called(&facts[caller]) {
            if !seen.insert(key.clone()) {
                continue;
            }
            let from = facts[caller].directory.known().cloned();
            for inner in self.by_name.get(&key).into_iter().flatten().copied() {
                let step = &mut facts[inner];
                if step.surface == "shell-script"
                    && step.reached_by.is_none()
                    && let (Some(from), Some(own)) = (&from, step.directory.known())
                    && !from.is_empty()
                    && let Some(moved) = path::join(from, own)
                {
                    step.directory = Value { span: step.directory.span, ..Value::derived(moved) };
                }
                self.place(facts, inner, depth + 1, seen);
            }
        }
    }
}

/// Purposes under which more is asked of a command come last.
fn rank(purpose: &str) -> usize {
    ["update", "compat", "develop", "check", "image", "release"].iter().position(|word| *word == purpose).unwrap_or(0)
}

/// Takes away the commands that nothing runs, and those that stand in another job's list already.
pub(super) fn drop_unjudged(facts: &mut Facts) {
    let unused = actions::unused(facts);
    let is_run =
        |step: &Step| step.surface != "composite-action" || !unused.contains(path::directory(&step.header.path));
    let is_kept = |step: &Step| {
        !step.shadow && is_run(step) && (!is_recipe(step) || (step.reached_by.is_some() && step.call.is_none()))
    };
    let kept: Vec<bool> = facts.steps.iter().map(is_kept).collect();
    if kept.iter().all(|kept| *kept) {
        return;
    }
    let mut next = 0;
    let places: Vec<Option<Link<Step>>> = kept
        .iter()
        .map(|kept| {
            let link = kept.then(|| Link::new(next));
            next += usize::from(*kept);
            link
        })
        .collect();
    let mut at = 0;
    facts.steps.retain(|_| {
        at += 1;
        kept[at - 1]
    });
    let moved =
        |link: &mut Option<Link<Step>>| *link = link.and_then(|link| places.get(link.index()).copied().flatten());
    for step in &mut facts.steps {
        moved(&mut step.repeats);
        moved(&mut step.reached_by);
        moved(&mut step.over);
    }
    for lockfile in &mut facts.lockfiles {
        moved(&mut lockfile.checked_by);
        moved(&mut lockfile.mended_by);
    }
}
