//! Drift between services: one name at several versions in one repository.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::locked::Project;
use super::row::{UsedBy, Uses};
use crate::facts::{Facts, Toolchain};
use crate::release::{Release, Step};

/// A name that the repository uses at several versions, for `drift[]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SpreadRow {
    /// What it is: package, toolchain, action, image, hook.
    pub what: &'static str,
    /// The ecosystem of a package; empty for others.
    pub ecosystem: String,
    /// Its name.
    pub name: String,
    /// Whether a manifest asks for it somewhere; true for what is no package.
    pub direct: bool,
    /// How far its versions are apart; `null` where they cannot be put in order.
    pub spread: Option<Step>,
    /// The versions, newest first where they have an order, each with where it is used.
    pub versions: Vec<VersionUse>,
}

/// A version and where it is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct VersionUse {
    /// The version.
    pub version: String,
    /// The files.
    pub paths: Vec<String>,
}

/// Where each package is locked.
pub(super) fn uses(projects: &[Project<'_>]) -> Uses {
    let mut uses = Uses::new();
    for project in projects {
        for entry in &project.entries {
            let name = (entry.package.contents.ecosystem.to_owned(), entry.package.contents.package.clone());
            let lockfile = project.lockfile.header.path.to_string();
            uses.entry(name).or_default().push(UsedBy { lockfile, version: entry.version.to_owned() });
        }
    }
    uses
}

/// All names at several versions: packages first, direct ones before others, the widest first.
pub(super) fn spreads(facts: &Facts, projects: &[Project<'_>]) -> Vec<SpreadRow> {
    let mut rows = packages(projects);
    rows.extend(toolchains(facts));
    rows.extend(stated(facts));
    rows.sort_by(|a, b| {
        let key = |row: &SpreadRow| {
            let rank = ["package", "toolchain", "image", "action", "hook"].iter().position(|what| *what == row.what);
            (
                rank,
                !row.direct,
                std::cmp::Reverse((row.spread, row.versions.len())),
                row.ecosystem.clone(),
                row.name.clone(),
            )
        };
        key(a).cmp(&key(b))
    });
    rows
}

fn packages(projects: &[Project<'_>]) -> Vec<SpreadRow> {
    let direct: BTreeSet<(&str, &str)> = projects
        .iter()
        .flat_map(|project| &project.entries)
        .filter(|entry| entry.is_direct)
        .map(|entry| (entry.package.contents.ecosystem, &*entry.package.contents.package))
        .collect();
    let mut rows = Vec::new();
    for ((ecosystem, name), used) in uses(projects) {
        let mut by_lock: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for one in &used {
            by_lock.entry(&one.lockfile).or_default().insert(&one.version);
        }
        // Several versions inside of one lockfile are its tool's business; drift is that two lockfiles differ.
        let sets: BTreeSet<&BTreeSet<&str>> = by_lock.values().collect();
        if sets.len() < 2 {
            continue;
        }
        let is_direct = direct.contains(&(&*ecosystem, &*name));
        let places = used.iter().map(|one| (one.version.clone(), one.lockfile.clone()));
        rows.extend(row("package", &ecosystem, &name, is_direct, places));
    }
    rows
}

fn row(
    what: &'static str,
    ecosystem: &str,
    name: &str,
    direct: bool,
    places: impl Iterator<Item = (String, String)>,
) -> Option<SpreadRow> {
    let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (version, path) in places {
        versions.entry(version).or_default().insert(path);
    }
    if versions.len() < 2 {
        return None;
    }
    let mut list: Vec<(Option<Release>, VersionUse)> = versions
        .into_iter()
        .map(|(version, paths)| {
            (Release::parse(ecosystem, &version), VersionUse { version, paths: paths.into_iter().collect() })
        })
        .collect();
    list.sort_by(|(a, _), (b, _)| match (a, b) {
        (Some(a), Some(b)) => b.compare(a),
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
    let ends =
        list.first().and_then(|(newest, _)| newest.as_ref()).zip(list.last().and_then(|(oldest, _)| oldest.as_ref()));
    let spread = ends.map(|(newest, oldest)| oldest.step_to(newest, ecosystem, [None, None]));
    let versions = list.into_iter().map(|(_, version)| version).collect();
    Some(SpreadRow { what, ecosystem: ecosystem.to_owned(), name: name.to_owned(), direct, spread, versions })
}

/// Tools whose selections share no version.
fn toolchains(facts: &Facts) -> Vec<SpreadRow> {
    let mut by_tool: BTreeMap<&str, Vec<&Toolchain>> = BTreeMap::new();
    let is_choice = |one: &&Toolchain| one.role == "select" && !one.enumerated && one.stated.known().is_some();
    for toolchain in facts.toolchains.iter().filter(is_choice) {
        by_tool.entry(&toolchain.tool).or_default().push(toolchain);
    }
    let differ = |these: &[&Toolchain]| {
        let mut sets: Vec<_> = these.iter().filter_map(|one| one.versions.as_ref()).collect();
        sets.dedup();
        let Some(first) = sets.first() else { return false };
        sets.iter().any(|set| first.and(set).is_empty())
    };
    let place = |one: &&Toolchain| one.stated.known().map(|stated| (stated.clone(), one.header.path.to_string()));
    let drifting = by_tool.into_iter().filter(|(_, these)| differ(these));
    drifting.filter_map(|(tool, these)| row("toolchain", "", tool, true, these.iter().filter_map(place))).collect()
}

/// Actions, images and hooks that are asked for at several references.
fn stated(facts: &Facts) -> Vec<SpreadRow> {
    let mut names: BTreeMap<(&'static str, &str), Vec<(String, String)>> = BTreeMap::new();
    for action in &facts.actions {
        if let Some(reference) = action.reference.known().filter(|reference| !reference.is_empty()) {
            names
                .entry(("action", &action.action))
                .or_default()
                .push((reference.clone(), action.header.path.to_string()));
        }
    }
    for image in &facts.images {
        if let (Some(repository), Some(tag)) = (image.repository.known(), image.tag.known()) {
            names.entry(("image", repository)).or_default().push((tag.clone(), image.header.path.to_string()));
        }
    }
    for hook in &facts.hooks {
        if let Some(reference) = hook.reference.known() {
            names
                .entry(("hook", &hook.repository))
                .or_default()
                .push((reference.clone(), hook.header.path.to_string()));
        }
    }
    names.into_iter().filter_map(|((what, name), places)| row(what, "", name, true, places.into_iter())).collect()
}
