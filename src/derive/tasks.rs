//! Checks that CI runs in other words than the task that developers run for them.

use std::collections::BTreeSet;

use super::recipes::is_recipe;
use crate::facts::{Facts, Link, Step, Task};
use crate::lock_use::checks_by_name;
use crate::value::Value;

/// Words that a check has in one of the two places for good reasons: what it prints, how fast it goes, whether it mends
/// what it finds, whether it insists on the lockfile.
const APART: &[&str] = &[
    "--ci",
    "--check",
    "--diff",
    "--write",
    "--no-fix",
    "-w",
    "-c",
    "--list-different",
    "-l",
    "--watch",
    "--watchAll=false",
    "--run",
    "-v",
    "-vv",
    "-vvv",
    "-q",
    "--quiet",
    "--verbose",
    "-s",
    "-x",
    "--silent",
    "--color",
    "--no-color",
    "--colors",
    "--coverage",
    "--locked",
    "--frozen",
    "--offline",
    "--no-fail-fast",
    "--all-files",
    "--show-diff-on-failure",
    "--no-cache",
    "--cache",
    "-race",
    "-count=1",
    "--failfast",
    "-n",
    "auto",
    "--no-sync",
    "--",
];

/// Beginnings of such words.
const APART_BEGINNINGS: &[&str] = &[
    "--fix",
    "--cov",
    "--junit",
    "--output",
    "--format",
    "--reporter",
    "--color=",
    "--maxfail",
    "--durations",
    "--tb",
    "-j",
    "--jobs",
    "--workers",
    "--max-warnings",
    "--timeout",
    "--cache-",
    "-cover",
    "-timeout",
    "--profile",
    "--shard",
    "--parallel",
    "-r",
];

/// Notes for each check of CI a task beside it that runs the same program with other words.
pub(super) fn compare(facts: &mut Facts) {
    let recipes: Vec<Link<Step>> =
        facts.all::<Step>().filter(|(_, step)| is_task(step)).map(|(link, _)| link).collect();
    if recipes.is_empty() {
        return;
    }
    let checks: Vec<Link<Step>> =
        facts.all::<Step>().filter(|(_, step)| is_check(step)).map(|(link, _)| link).collect();
    let mut found = Vec::new();
    for link in checks.iter().copied() {
        let step = &facts[link];
        let alike = |recipe: &Link<Step>| {
            let recipe = &facts[*recipe];
            recipe.checks == step.checks
                && recipe.directory.known() == step.directory.known()
                && program(recipe) == program(step)
        };
        let alike: Vec<Link<Step>> = recipes.iter().copied().filter(alike).collect();
        // Where CI runs the program in several ways, it has split what the task does at once.
        let is_split = checks.iter().any(|other| {
            let other = &facts[*other];
            program(other) == program(step)
                && other.directory.known() == step.directory.known()
                && words(other) != words(step)
        });
        let is_run = alike.iter().any(|recipe| facts[*recipe].reached_by.is_some());
        let is_said = alike.iter().any(|recipe| words(&facts[*recipe]) == words(step));
        if let Some(first) = alike.first().filter(|_| !is_run && !is_said && !is_split) {
            found.extend(task_of(facts, &facts[*first]).map(|task| (link, *first, task)));
        }
    }
    let mut told = BTreeSet::new();
    for (link, recipe, task) in found {
        // One task is said once, however many jobs differ from it.
        if told.insert(task) {
            let command = facts[recipe].command.clone();
            facts[link].task = Some(task);
            facts[link].task_command = Value { span: Some(facts[recipe].header.span), ..Value::derived(command) };
        }
    }
}

/// Programs that check whatever their configuration says, here all of it and there a part.
const BY_CONFIGURATION: &[&str] = &["pre-commit", "prek", "tox", "nox"];

fn is_checking(step: &Step) -> bool {
    !BY_CONFIGURATION.contains(&program(step).0.as_str())
        && matches!(step.checks.as_str(), "lint" | "test")
        && step.call.is_none()
        && !step.command.contains("...")
        && !step.conditional
}

fn is_task(step: &Step) -> bool {
    let is_named = checks_by_name(&step.job) == step.checks;
    is_recipe(step) && step.surface != "shell-script" && is_named && is_checking(step)
}

fn is_check(step: &Step) -> bool {
    is_checking(step)
        && step.is_in_ci()
        && !is_recipe(step)
        && !step.shadow
        && step.trigger == "change"
        && step.purpose == "check"
        && !step.command.contains(['$', '`'])
}

/// The program, and its command where it has several: `cargo test`. What only fetches a program is passed over.
fn program(step: &Step) -> (String, String) {
    let mut words =
        step.command.split(' ').filter(|word| !matches!(*word, "npx" | "bunx" | "pnpx" | "uvx" | "pipx" | "run"));
    let name = words.next().unwrap_or("").split('@').next().unwrap_or("").to_owned();
    let has_commands =
        matches!(name.as_str(), "cargo" | "go" | "ruff" | "deno" | "terraform" | "biome" | "dotnet" | "mix");
    let command = if has_commands { words.find(|word| !word.starts_with(['-', '+'])).unwrap_or("") } else { "" };
    (name, command.to_owned())
}

/// The words by which two checks differ, in no order.
fn words(step: &Step) -> BTreeSet<&str> {
    let is_apart = |word: &&str| {
        APART.contains(word)
            || APART_BEGINNINGS.iter().any(|start| word.starts_with(start))
            || word.contains('$')
            || *word == "."
    };
    step.command.split(' ').filter(|word| !is_apart(word) && !word.starts_with('+')).skip(1).collect()
}

fn task_of(facts: &Facts, recipe: &Step) -> Option<Link<Task>> {
    let is_it = |task: &Task| task.header.path == recipe.header.path && task.task == recipe.job;
    facts.all::<Task>().find(|(_, task)| is_it(task)).map(|(link, _)| link)
}
