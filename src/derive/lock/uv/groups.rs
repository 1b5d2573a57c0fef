//! Dependency groups of a package: their requirements, which are installed by default, and the
//! Pythons they ask for.

use std::collections::{BTreeMap, BTreeSet};

use super::lower::{Group, Wanted};
use super::packages::{Own, lists, push};
use super::workspace::Member;
use super::{Checking, Era};
use crate::python::{Specifier, name};
use crate::source::Span;
use crate::syntax::Node;
use crate::value::Value;

/// Compares dependency groups. `metadata` holds what the lockfile records of them.
pub(super) fn groups(
    checking: &mut Checking<'_>,
    project: &Member<'_>,
    groups: &BTreeMap<String, Group>,
    metadata: Option<Node<'_>>,
    package: &str,
) {
    let keys = ["requires-dev", "dependency-groups"];
    let recorded = keys.into_iter().find_map(|key| metadata?.get(key));
    // Empty groups are recorded since revision 1.
    let keeps_empty = checking.revision >= 1;
    group_tables(checking, project, groups, recorded, package, keeps_empty);
}

/// Compares groups with a table of recorded ones.
pub(super) fn group_tables(
    checking: &mut Checking<'_>,
    project: &Member<'_>,
    groups: &BTreeMap<String, Group>,
    recorded: Option<Node<'_>>,
    whose: &str,
    keeps_empty: bool,
) {
    let tables: BTreeMap<String, (Node<'_>, Node<'_>)> = recorded
        .into_iter()
        .flat_map(Node::own_entries)
        .filter_map(|entry| Some((name::normalize(entry.key.scalar()?), (entry.key, entry.value))))
        .collect();
    let names: BTreeSet<&String> = groups.keys().chain(tables.keys()).collect();
    for group in names {
        let asked = groups.get(group).filter(|group| keeps_empty || !group.asks.is_empty());
        let recorded = tables.get(group).filter(|(_, list)| keeps_empty || list.items().next().is_some());
        let title = format!("the group {group} of {whose}");
        let fallback = (project.manifest, asked.and_then(|group| group.span).or_else(|| groups_place(project)));
        let list = match checking.recorded(recorded.map(|(_, list)| *list)) {
            Ok(list) => list,
            Err(reason) => {
                checking.outcome.undecided.push(reason);
                continue;
            }
        };
        match (asked, recorded) {
            (Some(of), Some(_)) => lists(checking, &of.asks, &list, &title, fallback),
            (Some(of), None) => {
                let value = Value { span: of.span, ..Value::derived(group.clone()) };
                push(
                    checking,
                    project.manifest,
                    ("requirement", group),
                    value,
                    Value::absent(),
                    format!("{title} is not in the lockfile"),
                );
                lists(checking, &of.asks, &[], &title, fallback);
            }
            (None, Some((key, _))) => {
                let asked = Value { span: fallback.1, ..Value::absent() };
                let explanation = format!("the lockfile records {title}, which is not there any more");
                push(
                    checking,
                    project.manifest,
                    ("requirement", group),
                    asked,
                    Value::written(group.clone(), key.span()),
                    explanation,
                );
                lists(checking, &[], &list, &title, fallback);
            }
            (None, None) => {}
        }
    }
}

fn groups_place(project: &Member<'_>) -> Option<Span> {
    project.root.entry("dependency-groups").or_else(|| project.root.entry("project")).map(|entry| entry.key.span())
}

/// uv stops at a default group that the project does not have.
pub(super) fn undefined_default_group(checking: &mut Checking<'_>, project: &Member<'_>, wanted: &Wanted) {
    let list = project.uv(&["default-groups"]).into_iter().flat_map(Node::items);
    let undefined = list
        .filter_map(|node| Some((node, name::normalize(node.text()?))))
        .find(|(_, group)| !wanted.groups.contains_key(group));
    if let Some((node, group)) = undefined {
        checking.refuse(format!("the default group {group} is not among the dependency groups"), node.span());
    }
}

/// Since revision 5 the groups that are installed by default are recorded.
pub(super) fn default_groups(checking: &mut Checking<'_>, project: &Member<'_>, own: &Own<'_>) {
    let is_member = checking.realm.members.values().any(|known| known.manifest == project.manifest);
    if checking.revision < 5 || !is_member || checking.era == Era::Clauses {
        return;
    }
    let read = |node: Option<Node<'_>>| -> Vec<String> {
        match node {
            None => vec!["dev".to_owned()],
            Some(node) if node.is_list() => {
                let mut names: Vec<String> = node.items().filter_map(Node::text).map(name::normalize).collect();
                names.sort();
                names.dedup();
                names
            }
            Some(node) => vec![format!("= {}", node.scalar().unwrap_or_default())],
        }
    };
    let (asked, recorded) = (project.uv(&["default-groups"]), own.table.get("default-groups"));
    let (want, have) = (read(asked), read(recorded));
    if want != have {
        super::settings::setting(checking, "default-groups", (&want.join(", "), asked), (&have.join(", "), recorded));
        if let Some(last) = checking.outcome.differences.last_mut() {
            last.manifest = Some(project.manifest);
        }
    }
}

/// Since revision 5 the Pythons that are set for groups are recorded, those of included groups joined.
pub(super) fn group_pythons(checking: &mut Checking<'_>, project: &Member<'_>, own: &Own<'_>) {
    if checking.revision < 5 || checking.era == Era::Clauses {
        return;
    }
    let groups = project.root.get("dependency-groups");
    let stated: BTreeMap<String, Node<'_>> = project
        .uv(&["dependency-groups"])
        .into_iter()
        .flat_map(Node::own_entries)
        .filter_map(|entry| Some((name::normalize(entry.key.scalar()?), entry.value.get("requires-python")?)))
        .collect();
    let includes = groups.into_iter().flat_map(Node::own_entries).flat_map(|entry| entry.value.items());
    let mut included = includes.filter_map(|item| item.get("include-group").and_then(Node::text)).map(name::normalize);
    // What includes a restricted group inherits its Pythons; that is left to the markers.
    if included.any(|group| stated.contains_key(&group)) {
        return;
    }
    let recorded: BTreeMap<String, Node<'_>> = own
        .table
        .get("group-requires-python")
        .into_iter()
        .flat_map(Node::own_entries)
        .filter_map(|entry| Some((name::normalize(entry.key.scalar()?), entry.value)))
        .collect();
    let names: BTreeSet<&String> = stated.keys().chain(recorded.keys()).collect();
    for group in names {
        let (asked, have) = (stated.get(group).copied(), recorded.get(group).copied());
        let text =
            |node: Option<Node<'_>>| node.and_then(Node::text).map_or_else(|| "not set".to_owned(), str::to_owned);
        let parsed = |node: Option<Node<'_>>| Specifier::parse(node.and_then(Node::text).unwrap_or_default()).ok();
        let is_same = match (parsed(asked), parsed(have)) {
            (Some(one), Some(other)) => asked.is_some() == have.is_some() && one.has_same_clauses(&other),
            _ => text(asked) == text(have),
        };
        if !is_same {
            let key = format!("requires-python of the group {group}");
            super::settings::setting(checking, &key, (&text(asked), asked), (&text(have), have));
        }
    }
}
