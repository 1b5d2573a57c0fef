//! Dependencies in Poetry's own tables.

use std::str::FromStr;

use super::dependency;
use crate::facts::{Link, Manifest};
use crate::python::name;
use crate::python::poetry_constraint::Constraint;
use crate::read::{File, Output};
use crate::syntax::Node;
use crate::value::Value;

/// Adds a dependency for each entry of `[tool.poetry.dependencies]` and its groups.
pub(super) fn dependencies(file: &File<'_>, poetry: Node<'_>, manifest: Link<Manifest>, output: &mut Output) {
    let mut add = |group: &str, table: Node<'_>| {
        for entry in table.own_entries() {
            let Some(package) = entry.key.scalar() else { continue };
            if package.eq_ignore_ascii_case("python") && group == "main" {
                continue;
            }
            if entry.value.is_list() {
                for item in entry.value.items() {
                    one(file, manifest, (group, package), entry.key, item, output);
                }
            } else {
                one(file, manifest, (group, package), entry.key, entry.value, output);
            }
        }
    };
    for (group, key) in [("main", "dependencies"), ("dev", "dev-dependencies")] {
        if let Some(table) = poetry.get(key) {
            add(group, table);
        }
    }
    for entry in poetry.get("group").into_iter().flat_map(Node::own_entries) {
        let group = format!("group:{}", name::normalize(entry.key.scalar().unwrap_or_default()));
        if let Some(table) = entry.value.get("dependencies") {
            add(&group, table);
        }
    }
}

fn one(
    file: &File<'_>,
    manifest: Link<Manifest>,
    (group, package): (&str, &str),
    key: Node<'_>,
    value: Node<'_>,
    output: &mut Output,
) {
    let mut fact = dependency(file, manifest, group, package, key);
    let version = if value.is_map() { value.get("version") } else { Some(value) };
    if let Some((node, text)) = version.and_then(|node| node.text().map(|text| (node, text))) {
        fact.requirement = Value::written(text.to_owned(), node.inner_span());
        fact.bound = match Constraint::from_str(text) {
            Ok(constraint) => Value::written(constraint.openness().word().to_owned(), node.inner_span()),
            Err(reason) => Value::unknown(reason, Some(node.inner_span())),
        };
    } else {
        fact.bound = Value::derived("none".to_owned());
    }
    for source in ["git", "path", "url"] {
        if value.get(source).is_some() {
            fact.source = source.to_owned();
        }
    }
    if fact.source == "git" {
        let reference = ["branch", "tag", "rev"].into_iter().find_map(|key| value.get(key).map(|node| (key, node)));
        fact.git_reference = match reference {
            Some(("rev", node)) if !node.text().is_some_and(crate::pin::is_commit) => {
                Value::written("short-rev".to_owned(), node.span())
            }
            Some((key, node)) => Value::written(key.to_owned(), node.span()),
            None => Value::written("default-branch".to_owned(), key.span()),
        };
    }
    output.facts.add(fact);
}
