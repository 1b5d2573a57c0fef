//! Actions that are the repository's own, and those that it uses at several references.

use std::collections::{BTreeMap, BTreeSet};

use crate::discover::Listing;
use crate::facts::{Action, Facts, Link};
use crate::lock_use::ACTION;
use crate::path;
use crate::sample::is_sample;
use crate::value::Value;

/// Says of each action or workflow that is named with a path whether that path is a file of this repository.
pub(super) fn own(facts: &mut Facts, files: &Listing) {
    let is_here = |path: &str| {
        let inside = |name: &str| files.has(&format!("{path}/{name}"));
        files.has(path) || inside("action.yml") || inside("action.yaml")
    };
    for action in &mut facts.actions {
        let path = action.action.splitn(3, '/').nth(2).unwrap_or("");
        action.own = path.starts_with(".github/") && is_here(path);
    }
}

/// Directories of the actions below `.github` that neither a workflow nor another action uses, where there are workflows at all: an
/// action elsewhere is made for other repositories.
pub(super) fn unused(facts: &Facts) -> BTreeSet<String> {
    if !facts.steps.iter().any(|step| step.surface == "workflow") {
        return BTreeSet::new();
    }
    let called = facts.steps.iter().filter_map(|step| step.call.as_ref()).filter(|call| call.runner == ACTION);
    let called: Vec<&str> = called.map(|call| call.directory.as_str()).collect();
    // It may be named by its repository, or through the directory of a checkout.
    let is_used = |directory: &str| {
        let ends =
            |path: &str| path.strip_suffix(directory).is_some_and(|before| before.is_empty() || before.ends_with('/'));
        called.iter().any(|path| ends(path)) || facts.actions.iter().any(|action| ends(&action.action))
    };
    let steps = facts.steps.iter().filter(|step| step.surface == "composite-action");
    let directories: BTreeSet<&str> = steps.map(|step| path::directory(&step.header.path)).collect();
    let below = directories.into_iter().filter(|directory| directory.starts_with(".github/"));
    below.filter(|directory| !is_used(directory)).map(ToOwned::to_owned).collect()
}

/// Notes for each that is used at several references, at one use of the rarest reference, which one is usual and where the others stand.
pub(super) fn compare(facts: &mut Facts) {
    let mut uses: BTreeMap<&str, BTreeMap<&str, Vec<Link<Action>>>> = BTreeMap::new();
    for (link, action) in facts.all::<Action>().filter(|(_, action)| !is_sample(&action.header.path)) {
        if let Some(reference) = action.reference.known() {
            uses.entry(&action.action).or_default().entry(reference).or_default().push(link);
        }
    }
    let mut found = Vec::new();
    for by_reference in uses.values().filter(|by_reference| by_reference.len() > 1) {
        let mut references: Vec<(&&str, &Vec<Link<Action>>)> = by_reference.iter().collect();
        references.sort_by_key(|(_, links)| std::cmp::Reverse(links.len()));
        let (Some((usual, _)), Some((_, rarest))) = (references.first(), references.last()) else { continue };
        let Some(place) = rarest.first().copied() else { continue };
        let others = references[..references.len() - 1].iter().filter_map(|(_, links)| links.first().copied());
        found.push((place, (**usual).to_owned(), others.collect::<Vec<_>>()));
    }
    for (place, usual, others) in found {
        let action = &mut facts[place];
        action.usual = Value { span: action.reference.span, ..Value::derived(usual) };
        action.elsewhere = others;
    }
}
