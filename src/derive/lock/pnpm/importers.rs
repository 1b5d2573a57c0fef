//! The direct dependencies of each project against what pnpm-lock.yaml records of them.
//!
//! pnpm compares the text of specifiers, then the groups, and from release 10 on whether the
//! locked version satisfies the specifier. It never looks at the graph behind.

use std::collections::{BTreeMap, BTreeSet};

use super::Checking;
use super::wish::{Asked, Project};
use crate::node::range::Range;
use crate::node::version::{self, Mode};
use crate::pnpm::key;
use crate::pnpm::lock::{Direct, GROUPS, Importer, Noted};
use crate::python::canonical_json::Json;
use crate::source::Span;

/// How many names a sentence lists.
const LISTED: usize = 6;

/// Compares one project.
pub(super) fn compare(checking: &mut Checking<'_>, mut project: Project) {
    let excludes_links = checking.sources.is_on("excludeLinksFromLockfile", checking.major, false);
    if checking.sources.is_on("autoInstallPeers", checking.major, checking.major >= 8) {
        project.install_peers();
    }
    if excludes_links {
        project.without_links();
    }
    let directory = project.importer(checking.seen.facts, checking.sources);
    let Some(importer) = checking.lock.importers.get(directory) else {
        return absent(checking, &project);
    };
    let before = checking.found();
    specifiers(checking, &project, importer, excludes_links);
    about_project(checking, &project, importer);
    if checking.found() == before {
        for group in 0..GROUPS.len() {
            groups(checking, &project, importer, group);
        }
    }
    if checking.major >= 10 {
        versions(checking, &project, importer);
    }
}

/// A project that the lockfile does not know: stale if it asks for anything.
fn absent(checking: &mut Checking<'_>, project: &Project) {
    let names: Vec<&str> = project.flat().into_keys().collect();
    let Some(first) = names.first().and_then(|name| project.flat().get(name).copied().cloned()) else { return };
    let mut listed = names[..names.len().min(LISTED)].join(", ");
    if names.len() > LISTED {
        listed.push_str(" and more");
    }
    let explanation = format!("the project {} is not in the lockfile; it asks for {listed}", project.shown);
    let file = std::sync::Arc::clone(&checking.seen.facts[project.manifest].header.path);
    let place = Asked { file, ..first };
    checking.requirement(project, "member", &project.shown, Some(&place), None, explanation);
}

fn specifiers(checking: &mut Checking<'_>, project: &Project, importer: &Importer, excludes_links: bool) {
    let recorded: BTreeMap<&str, (&Direct, &Noted)> = importer
        .direct
        .iter()
        .filter_map(|one| Some((&*one.name.text, (one, one.specifier.as_ref()?))))
        .filter(|(_, (_, specifier))| !(excludes_links && specifier.text.starts_with("link:")))
        .collect();
    let flat = project.flat();
    for (name, asked) in &flat {
        match recorded.get(name) {
            None => {
                let explanation = format!("{} is not in the lockfile", shown(name, asked));
                checking.requirement(project, "requirement", name, Some(asked), None, explanation);
            }
            Some((_, specifier)) if *specifier.text != *asked.specifier => {
                let by = asked.by.as_ref().map_or(String::new(), |by| format!(" (by the override {by})"));
                let wanted = shown(name, asked);
                let explanation =
                    format!("{wanted} is asked for{by}, the lockfile records {}", quoted(&specifier.text));
                checking.requirement(project, "requirement", name, Some(asked), Some(specifier), explanation);
            }
            Some(_) => {}
        }
    }
    for (name, (direct, specifier)) in &recorded {
        if flat.contains_key(name) {
            continue;
        }
        let explanation = match project.removed.get(*name) {
            Some(_) => format!("an override takes {name} out, the lockfile has it"),
            None => format!("the lockfile has {name} {}, which {} no longer asks for", specifier.text, project.shown),
        };
        let taken_out = project.removed.get(*name);
        if taken_out.is_some() {
            checking.requirement(project, "requirement", name, taken_out, Some(&direct.name), explanation);
        } else {
            let place = where_it_stood(project, direct);
            checking.leftover(project, name, place, &direct.name, explanation);
        }
    }
}

/// The entry that a requirement stood behind, if its group is in order; else the key of the group.
fn where_it_stood(project: &Project, direct: &Direct) -> Option<Span> {
    let key = |group: usize| project.keys[group];
    let Some(own) = key(direct.group) else { return key(1).or(key(2)).or(key(0)) };
    let places: Vec<(&str, Span)> =
        project.groups[direct.group].iter().map(|(name, asked)| (name.as_str(), asked.span)).collect();
    let in_order = places.windows(2).all(|pair| pair[0].1.start < pair[1].1.start);
    let before = places.iter().take_while(|(name, _)| *name < &*direct.name.text).last();
    Some(before.filter(|_| in_order).map_or(own, |(_, span)| *span))
}

fn shown(name: &str, asked: &Asked) -> String {
    format!("{name} {}", quoted(&asked.specifier))
}

/// A specifier in quotes where it would not be seen without.
fn quoted(specifier: &str) -> String {
    if specifier.is_empty() || specifier.trim() != specifier { format!("`{specifier}`") } else { specifier.to_owned() }
}

/// `publishConfig.directory` and `dependenciesMeta`.
fn about_project(checking: &mut Checking<'_>, project: &Project, importer: &Importer) {
    let recorded = importer.publish_directory.as_ref();
    let now = project.publish_directory.as_ref().map(|(text, _)| text.as_str());
    if now != recorded.map(|noted| &*noted.text) {
        let word = |text: Option<&str>| text.map_or("not set".to_owned(), str::to_owned);
        let old = word(recorded.map(|noted| &*noted.text));
        let explanation = format!("publishConfig.directory is {}, in the lockfile {old}", word(now));
        let asked = project.publish_directory.as_ref().map(|(text, span)| (text.clone(), *span));
        checking.project_setting(
            project,
            "publishConfig.directory",
            asked,
            recorded.map(|noted| noted.span),
            explanation,
        );
    }
    let empty = Json::Map(BTreeMap::new());
    let meta = |found: &Option<(Json, Span)>| found.as_ref().map_or_else(|| empty.clone(), |(json, _)| json.clone());
    let (Json::Map(now), Json::Map(old)) = (meta(&project.dependencies_meta), meta(&importer.dependencies_meta)) else {
        return;
    };
    let names: BTreeSet<&str> = now.keys().chain(old.keys()).map(|key| &**key).collect();
    for name in names.into_iter().filter(|name| now.get(*name) != old.get(*name)) {
        let explanation = format!("dependenciesMeta of {name} is not what the lockfile records");
        let place = project.dependencies_meta.as_ref().map(|(_, span)| (name.to_owned(), *span));
        let recorded = importer.dependencies_meta.as_ref().map(|(_, span)| *span);
        checking.project_setting(project, name, place, recorded, explanation);
    }
}

/// Whether the requirements of a group stand in the same group of the lockfile.
fn groups(checking: &mut Checking<'_>, project: &Project, importer: &Importer, group: usize) {
    let in_group =
        |group: usize, name: &str| project.groups[group].get(name).is_some_and(|asked| !asked.specifier.is_empty());
    let names: BTreeSet<&str> = project.groups[group]
        .keys()
        .map(String::as_str)
        .filter(|name| (0..group).all(|earlier| !in_group(earlier, name)))
        .collect();
    let locked: BTreeMap<&str, &Direct> =
        importer.direct.iter().filter(|one| one.group == group).map(|one| (&*one.name.text, one)).collect();
    let is_linked = |one: &&Direct| one.version.text.contains("link:") || one.version.text.contains("file:");
    let fetched = locked.values().filter(|one| !is_linked(one)).count();
    let same_count = names.len() == locked.len() || names.len() == fetched;
    for name in &names {
        if !locked.contains_key(name) {
            let other = importer.direct.iter().find(|one| *one.name.text == **name);
            let held = other.map_or("nowhere", |one| GROUPS[one.group]);
            let explanation = format!("{name} is asked for in {}, the lockfile has it in {held}", GROUPS[group]);
            let asked = project.groups[group].get(*name);
            checking.requirement(project, "requirement", name, asked, other.map(|one| &one.name), explanation);
        }
    }
    if same_count {
        return;
    }
    for (name, one) in locked.iter().filter(|(name, _)| !names.contains(**name)) {
        let explanation = format!("the lockfile has {name} in {}, {} does not", GROUPS[group], project.shown);
        let flat = project.flat();
        checking.requirement(project, "requirement", name, flat.get(name).copied(), Some(&one.name), explanation);
    }
}

/// Whether locked versions satisfy their specifiers.
fn versions(checking: &mut Checking<'_>, project: &Project, importer: &Importer) {
    let flat = project.flat();
    for one in &importer.direct {
        let Some(specifier) = &one.specifier else { continue };
        let range = Range::parse(&specifier.text, Mode::Strict);
        let locked = version::parse(key::without_peers(&one.version.text), Mode::Strict);
        let (Some(range), Some(locked)) = (range, locked) else { continue };
        let asked = flat.get(&*one.name.text).copied();
        if asked.is_none_or(|asked| *asked.specifier == *specifier.text) && !range.admits(&locked) {
            let name = &one.name.text;
            let explanation = format!("{name} {} is asked for, the lockfile has {locked}", specifier.text);
            checking.requirement(project, "version", name, asked, Some(&one.version), explanation);
        }
    }
}
