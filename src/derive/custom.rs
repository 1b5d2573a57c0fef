//! What the manifests of a repository usually state, so that the one that does not stands out.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{Count, Facts, Manifest};
use crate::path;
use crate::sample::{is_aside, is_sample};
use crate::value::State;

/// Measures for each manifest what the others of its kind state of the runtime and of their package manager.
pub(super) fn measure(facts: &mut Facts) {
    let stating: BTreeSet<(String, String)> = facts
        .toolchains
        .iter()
        .filter(|fact| matches!(fact.role.as_str(), "select" | "constrain"))
        .map(|fact| (fact.header.path.to_string(), fact.tool.clone()))
        .collect();
    let known: BTreeSet<&str> = facts
        .toolchains
        .iter()
        .filter(|fact| fact.level.known().is_none_or(|level| level.0 > 1))
        .map(|fact| fact.tool.as_str())
        .collect();
    let chosen: BTreeSet<(&str, &str)> = facts
        .toolchains
        .iter()
        .filter(|fact| {
            fact.phase == "dev" && fact.role == "select" && fact.level.known().is_some_and(|level| level.0 > 1)
        })
        .map(|fact| (fact.scope.as_str(), fact.tool.as_str()))
        .collect();
    let is_chosen = |manifest: &Manifest| {
        path::ancestors(path::directory(&manifest.header.path))
            .any(|at| runtimes_of(manifest).iter().any(|tool| chosen.contains(&(at, *tool))))
    };
    let states = |manifest: &Manifest| {
        let path = manifest.header.path.to_string();
        tools(manifest).any(|tool| stating.contains(&(path.clone(), tool.to_owned())))
    };
    let is_known = |manifest: &Manifest| tools(manifest).any(|tool| known.contains(tool));
    let own: Vec<(bool, bool, bool)> =
        facts.manifests.iter().map(|one| (states(one), is_known(one), is_chosen(one))).collect();
    let mut locks: BTreeMap<String, Tally> = BTreeMap::new();
    for manifest in facts.manifests.iter().filter(|one| is_locked_alone(one)) {
        locks.entry(manifest.format.clone()).or_default().add(!manifest.lockfiles.is_empty());
    }
    let mut runtimes: BTreeMap<String, Tally> = BTreeMap::new();
    let mut managers: BTreeMap<String, Tally> = BTreeMap::new();
    for (manifest, (states_manager, ..)) in facts.manifests.iter().zip(&own).filter(|(one, _)| counts(one)) {
        runtimes.entry(kind(manifest)).or_default().add(!manifest.runtime_constraint.is_absent());
        managers.entry(kind(manifest)).or_default().add(*states_manager);
    }
    for (manifest, (states_manager, manager_known, runtime_chosen)) in facts.manifests.iter_mut().zip(own) {
        manifest.runtime_chosen = runtime_chosen;
        if is_locked_alone(manifest)
            && matches!(manifest.role.state, State::Unknown(_))
            && let Some(tally) = locks.get(&manifest.format).filter(|tally| tally.all > 2)
        {
            manifest.lock_custom = tally.share_without(!manifest.lockfiles.is_empty());
        }
        manifest.states_manager = states_manager;
        manifest.manager_known = manager_known || states_manager || !counts(manifest);
        if !counts(manifest) {
            continue;
        }
        let runtime = runtimes.get(&kind(manifest)).copied().unwrap_or_default();
        manifest.runtime_custom = runtime.share_without(!manifest.runtime_constraint.is_absent());
        let manager = managers.get(&kind(manifest)).copied().unwrap_or_default();
        manifest.manager_custom = manager.share_without(states_manager);
    }
}

/// Whether a manifest would have a lockfile of its own, if it had one.
fn is_locked_alone(manifest: &Manifest) -> bool {
    counts(manifest) && manifest.dependency_count.0 > 0 && !manifest.workspace_member
}

/// Whether a manifest is of a package that others build or deploy.
fn counts(manifest: &Manifest) -> bool {
    let path = &manifest.header.path;
    !is_sample(path) && !is_aside(path) && !manifest.project.is_absent()
}

/// The runtimes of a manifest's ecosystem, as version files name them.
fn runtimes_of(manifest: &Manifest) -> &'static [&'static str] {
    match manifest.ecosystem.as_str() {
        "python" => &["python"],
        "node" => &["node"],
        "rust" => &["rust"],
        "terraform" => &["terraform", "opentofu"],
        _ => &[],
    }
}

/// The tools of its lockfiles, and the one that would write a first one.
fn tools(manifest: &Manifest) -> impl Iterator<Item = &str> {
    manifest.lockfile_tools.iter().map(String::as_str).chain(manifest.lock_tool.known().map(String::as_str))
}

/// Packages of one kind that stand side by side: what lies elsewhere may be there for other reasons.
fn kind(manifest: &Manifest) -> String {
    let beside = path::directory(path::directory(&manifest.header.path));
    format!("{beside} {} {}", manifest.format, manifest.role.known().map_or("?", |role| role))
}

/// How many manifests there are, and how many of them state something.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    all: i64,
    stating: i64,
}

impl Tally {
    fn add(&mut self, states: bool) {
        self.all += 1;
        self.stating += i64::from(states);
    }

    /// The share of the others, when this one states it or not.
    fn share_without(self, states: bool) -> Count {
        let (others, stating) = (self.all - 1, self.stating - i64::from(states));
        Count(if others > 0 { stating * 100 / others } else { 0 })
    }
}
