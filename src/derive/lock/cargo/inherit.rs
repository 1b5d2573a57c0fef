//! Fills in what crates inherit from their workspace root, and whether they are programs or libraries.

use std::collections::BTreeSet;

use super::workspace::{Crate, Crates};
use crate::cargo::manifest;
use crate::discover::Listing;
use crate::facts::{Dependency, Facts, Link};
use crate::path;
use crate::syntax::Node;
use crate::value::{State, Value};

/// Completes the facts of Cargo.toml files.
pub(in crate::derive::lock) fn inherit(facts: &mut Facts, files: &Listing) {
    let crates = Crates::gather(facts);
    for (directory, one) in &crates.by_directory {
        let root = crates.root_of(directory);
        let shared = crates.at(&root).and_then(|root| root.root().at(&["workspace", "package"]));
        let fact = &mut facts[one.link];
        take(&mut fact.version, shared, "version");
        take(&mut fact.runtime_constraint, shared, "rust-version");
        if matches!(fact.role.state, State::Unknown(_))
            && let Some(role) = role(directory, one, files)
        {
            fact.role = Value::derived(role.to_owned());
        }
    }
    roots(facts, &crates);
    parts(facts, &crates);
    requirements(facts, &crates);
}

fn take(value: &mut Value<String>, shared: Option<Node<'_>>, key: &str) {
    if !matches!(value.state, State::Unknown(_)) {
        return;
    }
    if let Some(node) = shared.and_then(|shared| shared.get(key))
        && let Some(text) = node.text()
    {
        *value = Value::written(text.to_owned(), node.span()).inherited();
    }
}

fn role(directory: &str, one: &Crate, files: &Listing) -> Option<&'static str> {
    let has = |name: &str| path::join(directory, name).is_some_and(|path| files.has(&path));
    let has_programs = path::join(directory, "src/bin").is_some_and(|path| files.has_directory(&path));
    if one.root().get("bin").is_some() || has("src/main.rs") || has_programs {
        return Some("application");
    }
    (one.root().get("lib").is_some() || has("src/lib.rs")).then_some("library")
}

/// Crates that others reach by path are locked with those, unless they have a lockfile of their own.
fn parts(facts: &mut Facts, crates: &Crates) {
    let locked: BTreeSet<&str> = facts.lockfiles.iter().map(|lock| path::directory(&lock.header.path)).collect();
    let mut reached = BTreeSet::new();
    for (directory, one) in &crates.by_directory {
        let near = manifest::near(one.root()).into_iter().filter_map(|path| path::join(directory, path));
        reached.extend(near.filter(|near| near != directory && !locked.contains(near.as_str())));
    }
    let is_root = |near: &String| crates.at(near).is_some_and(|one| one.root().get("workspace").is_none());
    let links: Vec<_> = reached.iter().filter(|near| is_root(near)).filter_map(|near| crates.at(near)).collect();
    for one in links {
        facts[one.link].workspace_member = true;
    }
}

/// A root without a package is what its members are: an application if one of them is.
fn roots(facts: &mut Facts, crates: &Crates) {
    for (directory, one) in &crates.by_directory {
        if !one.name().is_empty() {
            continue;
        }
        let members = crates.workspace(directory, None).members;
        let roles: Vec<&Value<String>> =
            members.iter().filter_map(|member| crates.at(member)).map(|member| &facts[member.link].role).collect();
        let is = |word: &str, role: &Value<String>| role.known().is_some_and(|known| known == word);
        let role = if roles.iter().any(|role| is("application", role)) {
            "application"
        } else if !roles.is_empty() && roles.iter().all(|role| is("library", role)) {
            "library"
        } else {
            continue;
        };
        facts[one.link].role = Value::derived(role.to_owned());
    }
}

/// Gives inherited requirements the range that the root states.
fn requirements(facts: &mut Facts, crates: &Crates) {
    let links: Vec<Link<Dependency>> = facts.links::<Dependency>().collect();
    for link in links {
        let Dependency { manifest: asking, source, header, ecosystem, .. } = &facts[link];
        if ecosystem != "rust" || source != "workspace" {
            continue;
        }
        let directory = path::directory(&header.path);
        let (key, asking) = (header.span, *asking);
        let root = crates.root_of(directory);
        let Some((root, _)) = crates.by_directory.get_key_value(&root) else { continue };
        let Some(one) = crates.at(directory).filter(|one| one.link == asking) else { continue };
        let stated = manifest::dependencies(one.root()).into_iter().find(|stated| stated.key.span() == key);
        let Some(Ok(requirement)) = stated.map(|one| manifest::requirement(one, directory, Some(crates.shared(root))))
        else {
            continue;
        };
        let (range, bound) = requirement.range();
        let fact = &mut facts[link];
        requirement.package.clone_into(&mut fact.package);
        fact.requirement = range.inherited();
        fact.bound = bound.inherited();
    }
}
