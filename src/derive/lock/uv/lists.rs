//! What the head of a lockfile records of the root: constraints, overrides, excludes, and the
//! requirements of a script or of a root that is no project.

use std::collections::BTreeSet;

use super::ask::Ask;
use super::groups;
use super::lower::Trouble;
use super::{Checking, Era, packages, settings};
use crate::python::name;
use crate::source::Span;
use crate::syntax::Node;

/// Compares the lists of `[manifest]`.
pub(super) fn check(checking: &mut Checking<'_>) {
    let manifest = checking.head.get("manifest");
    if checking.is_script {
        let asked = checking.realm.root.root.get("dependencies");
        let recorded = manifest.and_then(|manifest| manifest.get("requirements"));
        if let Some(asks) = list(checking, asked) {
            checking.root_names = asks.iter().map(|ask| ask.name.clone()).collect();
            compare(checking, &asks, recorded, "the script", asked);
        }
    }
    for (key, recorded_key) in [
        ("constraint-dependencies", "constraints"),
        ("override-dependencies", "overrides"),
        ("build-constraint-dependencies", "build-constraints"),
    ] {
        let asked = checking.project_setting(key);
        let recorded = manifest.and_then(|manifest| manifest.get(recorded_key));
        if scoped(asked) || scoped(recorded) {
            scoped_overrides(checking, key, asked, recorded);
            continue;
        }
        let Some(mut asks) = list(checking, asked) else { continue };
        if key == "override-dependencies" {
            asks.retain(|ask| checking.matters(&ask.name, recorded));
        }
        if key == "constraint-dependencies" {
            constraints(checking, asks, asked, recorded);
        } else {
            compare(checking, &asks, recorded, key, asked);
        }
    }
    excludes(checking, manifest);
    root_groups(checking, manifest);
    dependency_metadata(checking, manifest);
}

/// Lowers a list of the root; a fault is noted.
fn list(checking: &mut Checking<'_>, node: Option<Node<'_>>) -> Option<Vec<Ask>> {
    match checking.lowering(&checking.realm, checking.realm.root).list(node) {
        Ok(asks) => Some(asks),
        Err(Trouble::Refused(message, span)) => {
            checking.refuse(message, span);
            None
        }
        Err(Trouble::Unknown(reason)) => {
            checking.outcome.undecided.push(reason);
            None
        }
    }
}

fn compare(
    checking: &mut Checking<'_>,
    asks: &[Ask],
    recorded: Option<Node<'_>>,
    whose: &str,
    place: Option<Node<'_>>,
) {
    let recorded = match checking.recorded(recorded) {
        Ok(recorded) => recorded,
        Err(reason) => return checking.outcome.undecided.push(reason),
    };
    let place: Option<Span> = place.map(Node::span).or_else(|| checking.realm.root.uv(&[]).map(Node::span));
    packages::lists(checking, asks, &recorded, whose, (checking.realm.root.manifest, place));
}

/// uv 0.13 passes over constraints that allow everything or speak of packages it does not lock.
fn constraints(checking: &mut Checking<'_>, mut asks: Vec<Ask>, asked: Option<Node<'_>>, recorded: Option<Node<'_>>) {
    let mut list = match checking.recorded(recorded) {
        Ok(list) => list,
        Err(reason) => return checking.outcome.undecided.push(reason),
    };
    if checking.era == Era::Sets {
        let mut known: BTreeSet<String> = list.iter().map(|ask| ask.name.clone()).collect();
        known.extend(checking.locked_names());
        let is_free = |ask: &Ask| {
            ask.specifier.is_empty() && matches!(ask.origin, super::ask::Origin::Registry { index: None, .. })
        };
        asks.retain(|ask| !is_free(ask) && known.contains(&ask.name));
        list.retain(|ask| !is_free(ask));
        for ask in asks.iter_mut().chain(&mut list) {
            ask.extras.clear();
        }
    }
    let place = asked.map(Node::span).or_else(|| checking.realm.root.uv(&[]).map(Node::span));
    packages::lists(checking, &asks, &list, "constraint-dependencies", (checking.realm.root.manifest, place));
}

/// Overrides may be tables that hold for one package only.
fn scoped(list: Option<Node<'_>>) -> bool {
    list.into_iter().flat_map(Node::items).any(|item| item.is_map() && item.get("dependencies").is_some())
}

fn scoped_overrides(checking: &mut Checking<'_>, key: &str, asked: Option<Node<'_>>, recorded: Option<Node<'_>>) {
    if asked.is_some() != recorded.is_some() {
        return settings::setting(checking, key, (shown(asked), asked), (shown(recorded), recorded));
    }
    checking.outcome.undecided.push(format!("`{key}` holds for single packages, which is not compared"));
}

fn shown(node: Option<Node<'_>>) -> &'static str {
    if node.is_some() { "set" } else { "not set" }
}

/// Names of packages that are left out, or tables of a package and what it loses.
fn excludes(checking: &mut Checking<'_>, manifest: Option<Node<'_>>) {
    let read = |node: Option<Node<'_>>| -> BTreeSet<String> {
        node.into_iter()
            .flat_map(Node::items)
            .map(|item| match item.text() {
                Some(text) => name::normalize(text),
                None => {
                    let mut parts: Vec<String> = item
                        .own_entries()
                        .map(|entry| {
                            let list: Vec<String> =
                                entry.value.items().filter_map(Node::text).map(name::normalize).collect();
                            let own = entry.value.text().map(name::normalize).unwrap_or_default();
                            format!("{}={own}{}", entry.key.scalar().unwrap_or_default(), list.join("+"))
                        })
                        .collect();
                    parts.sort();
                    parts.join(" ")
                }
            })
            .collect()
    };
    let key = "exclude-dependencies";
    let asked = checking.project_setting(key);
    let recorded = manifest.and_then(|manifest| manifest.get("excludes"));
    let (want, have) = (read(asked), read(recorded));
    if want != have {
        let shown = |set: &BTreeSet<String>| match set.len() {
            0 => "not set".to_owned(),
            _ => set.iter().cloned().collect::<Vec<_>>().join(", "),
        };
        settings::setting(checking, key, (&shown(&want), asked), (&shown(&have), recorded));
    }
}

/// The groups of a root that is no project.
fn root_groups(checking: &mut Checking<'_>, manifest: Option<Node<'_>>) {
    if checking.is_script || checking.realm.root.name().is_some() {
        return;
    }
    match checking.lowering(&checking.realm, checking.realm.root).groups() {
        Ok(groups) => {
            checking.root_names = groups.values().flat_map(|group| &group.asks).map(|ask| ask.name.clone()).collect();
            let recorded = manifest.and_then(|manifest| manifest.get("dependency-groups"));
            let root = checking.realm.root;
            groups::group_tables(checking, &root, &groups, recorded, "the workspace", false);
        }
        Err(Trouble::Refused(message, span)) => checking.refuse(message, span),
        Err(Trouble::Unknown(reason)) => checking.outcome.undecided.push(reason),
    }
}

/// Metadata that the settings state in place of a package's own.
fn dependency_metadata(checking: &mut Checking<'_>, manifest: Option<Node<'_>>) {
    let read = |node: Option<Node<'_>>| -> BTreeSet<String> {
        node.into_iter()
            .flat_map(Node::items)
            .map(|item| {
                let text = |key: &str| item.get(key).and_then(Node::text).unwrap_or_default().replace(' ', "");
                let list = |keys: [&str; 2]| {
                    let node = keys.into_iter().find_map(|key| item.get(key));
                    let mut items: Vec<String> = node
                        .into_iter()
                        .flat_map(Node::items)
                        .filter_map(Node::text)
                        .map(|text| text.replace([' ', '"', '\''], "").to_ascii_lowercase())
                        .collect();
                    items.sort();
                    items.join(",")
                };
                let (requires, extras) = (list(["requires-dist", ""]), list(["provides-extras", "provides-extra"]));
                format!(
                    "{} {} {} {requires} {extras}",
                    name::normalize(&text("name")),
                    text("version"),
                    text("requires-python")
                )
            })
            .collect()
    };
    let key = "dependency-metadata";
    let asked = checking.settings.node.and_then(|settings| settings.get(key));
    let recorded = manifest.and_then(|manifest| manifest.get(key));
    let (mut want, have) = (read(asked), read(recorded));
    want.retain(|item| checking.matters(item.split(' ').next().unwrap_or_default(), recorded));
    if want != have {
        let shown = |set: &BTreeSet<String>| match set.len() {
            0 => "not set".to_owned(),
            _ => set.iter().filter_map(|item| item.split(' ').next()).collect::<Vec<_>>().join(", "),
        };
        settings::setting(checking, key, (&shown(&want), asked), (&shown(&have), recorded));
    }
}
