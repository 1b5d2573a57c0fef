//! Dependencies in the words of the standards: PEP 621, PEP 735, and uv's and PDM's additions.

use super::{READER, dependency};
use crate::facts::{Dependency, Link, Manifest};
use crate::python::specifier::Openness;
use crate::python::{Requirement, name};
use crate::read::{File, Output};
use crate::source::Span;
use crate::syntax::Node;
use crate::value::Value;

/// Adds a dependency for each requirement that the file states.
pub(super) fn dependencies(file: &File<'_>, root: Node<'_>, manifest: Link<Manifest>, output: &mut Output) {
    let mut add = |group: &str, list: Node<'_>| {
        for item in list.items() {
            if let Some(found) = read(file, root, manifest, group, item, output) {
                output.facts.add(found);
            }
        }
    };
    if let Some(list) = root.at(&["project", "dependencies"]) {
        add("main", list);
    }
    for (prefix, path) in [
        ("optional:", &["project", "optional-dependencies"][..]),
        ("group:", &["dependency-groups"]),
        ("group:", &["tool", "pdm", "dev-dependencies"]),
    ] {
        for entry in root.at(path).into_iter().flat_map(Node::own_entries) {
            let group = format!("{prefix}{}", name::normalize(entry.key.scalar().unwrap_or_default()));
            add(&group, entry.value);
        }
    }
    if let Some(list) = root.at(&["tool", "uv", "dev-dependencies"]) {
        add("dev", list);
    }
    if let Some(list) = root.at(&["build-system", "requires"]) {
        add("build", list);
    }
}

fn read(
    file: &File<'_>,
    root: Node<'_>,
    manifest: Link<Manifest>,
    group: &str,
    item: Node<'_>,
    output: &mut Output,
) -> Option<Dependency> {
    // `{ include-group = "..." }` and `-e ./path`, which PDM allows, name no package.
    let text = item.text()?;
    if text.trim_start().starts_with("-e ") {
        return None;
    }
    let requirement = match Requirement::parse(text) {
        Ok(requirement) => requirement,
        Err(error) => {
            let explanation = format!("`{text}` is not a requirement: {}", error.message);
            output.problem(file, &READER, "syntax", explanation, item.inner_span().part(error.range));
            return None;
        }
    };
    let mut fact = dependency(file, manifest, group, &requirement.name, item);
    if let Some(written) = requirement.specifier_text(text) {
        let place = item.inner_span().part(requirement.specifier_range.clone());
        fact.requirement = Value::written(written.to_owned(), place);
    }
    fact.bound = Value::derived(requirement.specifier.openness().word().to_owned());
    match &requirement.url {
        Some(url) => from_url(url, item.span(), &mut fact),
        None if group != "build" => from_source(root, &mut fact),
        None => {}
    }
    Some(fact)
}

/// `name @ git+https://host/path@reference`, `name @ file:///path`, `name @ https://host/file.whl`.
fn from_url(url: &str, place: Span, fact: &mut Dependency) {
    fact.bound = Value::derived(Openness::None.word().to_owned());
    let Some(address) = url.strip_prefix("git+") else {
        fact.source = if url.starts_with("file:") || !url.contains("://") { "path" } else { "url" }.to_owned();
        return;
    };
    fact.source = "git".to_owned();
    let path = address.split_once("://").map_or(address, |(_, rest)| rest);
    let path = path.split_once('/').map_or("", |(_, path)| path).split('#').next().unwrap_or_default();
    let reference = match path.rsplit_once('@') {
        None => "default-branch",
        Some((_, reference)) if crate::pin::is_commit(reference) => "rev",
        // A name may be a branch or a tag; versions are tags by custom.
        Some((_, reference)) if reference.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit()) => "tag",
        Some(_) => "branch",
    };
    fact.git_reference = Value::written(reference.to_owned(), place);
}

/// What `tool.uv.sources` says of the package; the first of several sources counts.
fn from_source(root: Node<'_>, fact: &mut Dependency) {
    let sources = root.at(&["tool", "uv", "sources"]);
    let named = |key: Node<'_>| key.scalar().is_some_and(|key| name::normalize(key) == fact.package);
    let Some(entry) = sources.and_then(|sources| sources.own_entries().find(|entry| named(entry.key))) else { return };
    let source = entry.value.items().next().unwrap_or(entry.value);
    fact.source = if source.get("git").is_some() {
        "git"
    } else if source.get("path").is_some() {
        "path"
    } else if source.get("url").is_some() {
        "url"
    } else if source.get("workspace").and_then(Node::bool) == Some(true) {
        "workspace"
    } else {
        return;
    }
    .to_owned();
    if fact.source != "git" {
        return;
    }
    let reference = ["branch", "tag", "rev"].into_iter().find_map(|key| source.entry(key).map(|entry| (key, entry)));
    fact.git_reference = match reference {
        Some(("rev", entry)) if !entry.value.text().is_some_and(crate::pin::is_commit) => {
            Value::written("short-rev".to_owned(), entry.value.span())
        }
        Some((key, entry)) => Value::written(key.to_owned(), entry.value.span()),
        None => Value::written("default-branch".to_owned(), entry.key.span()),
    };
}
