//! What a comparison needs of a pixi.lock: environments, what their solver was told, packages and what they ask for.

use std::collections::{HashMap, hash_map::Entry};

use super::{file_of, parts, place_of};
use crate::day::Day;
use crate::facts::recorded::{Brought, CondaEnvironment, CondaPackage, CondaPlatform, CondaRecord, Noted};
use crate::python::name::normalize;
use crate::source::Span;
use crate::syntax::Node;

/// The number by which pixi tells milliseconds from seconds in a time stamp.
const MILLISECONDS_FROM: i64 = 253_402_300_799;

/// The record, and what pixi stops at: a package that an environment lists and that is described nowhere.
pub(super) fn read(root: Node<'_>) -> (CondaRecord, Option<(String, Span)>) {
    let mut record = CondaRecord::default();
    let mut at: HashMap<&str, usize> = HashMap::new();
    for item in root.get("packages").into_iter().flat_map(Node::items) {
        let Some((place, is_python)) = place_of(item) else { continue };
        let Some(package) = package(item, place, is_python) else { continue };
        match at.entry(place.scalar().unwrap_or_default()) {
            Entry::Vacant(free) => {
                free.insert(record.packages.len());
                record.packages.push(package);
            }
            // One directory built for several platforms: what it asks for differs, and nothing tells which is which.
            Entry::Occupied(taken) => record.packages[*taken.get()].depends.clear(),
        }
    }
    for entry in root.get("environments").into_iter().flat_map(Node::own_entries) {
        record.environments.extend(environment(root, entry.key, entry.value, &at));
    }
    (record, undescribed(root, &at))
}

fn undescribed(root: Node<'_>, at: &HashMap<&str, usize>) -> Option<(String, Span)> {
    for entry in root.get("environments").into_iter().flat_map(Node::own_entries) {
        let lists = entry.value.get("packages").into_iter().flat_map(Node::own_entries);
        let listed = lists.flat_map(|list| list.value.items()).filter_map(|item| Some(place_of(item)?.0));
        let lost = listed.filter_map(|place| Some((place.scalar()?, place.span()))).find(|(text, _)| !at.contains_key(text));
        if let Some((text, span)) = lost {
            let name = entry.key.scalar().unwrap_or_default();
            return Some((format!("the environment {name} lists {text}, of which the lockfile says no more"), span));
        }
    }
    None
}

fn noted(node: Node<'_>) -> Option<Noted> {
    Some(Noted { text: node.scalar()?.into(), span: node.span() })
}

fn environment(root: Node<'_>, name: Node<'_>, value: Node<'_>, at: &HashMap<&str, usize>) -> Option<CondaEnvironment> {
    let list = |key: &str| value.get(key).into_iter().flat_map(Node::items);
    let entries = |key: &str| value.get(key).into_iter().flat_map(Node::own_entries);
    let links = list("find-links").filter_map(|link| noted(link.get("url").or_else(|| link.get("path"))?));
    let listed = |item: Node<'_>| at.get(place_of(item)?.0.scalar()?).copied();
    let platform = |entry: crate::syntax::Entry<'_>| {
        let name = noted(entry.key)?;
        let mut rows = root.get("platforms").into_iter().flat_map(Node::items);
        let row = rows.find(|row| row.get("name").and_then(Node::scalar) == Some(&name.text));
        let subdir = row.and_then(|row| row.get("subdir")?.scalar()).unwrap_or(&name.text).into();
        let virtual_packages = row.map(|row| {
            row.get("virtual-packages").into_iter().flat_map(Node::items).filter_map(Node::scalar).map(Into::into).collect()
        });
        let packages = entry.value.items().filter_map(listed).collect();
        Some(CondaPlatform { name, subdir, virtual_packages, packages })
    };
    Some(CondaEnvironment {
        name: noted(name)?,
        channels: list("channels").filter_map(|channel| noted(channel.get("url").unwrap_or(channel))).collect(),
        indexes: list("indexes").filter_map(noted).chain(links).collect(),
        options: entries("options").filter_map(|one| Some((one.key.scalar()?.into(), noted(one.value)?))).collect(),
        platforms: entries("packages").filter_map(platform).collect(),
    })
}

fn package(item: Node<'_>, place: Node<'_>, is_python: bool) -> Option<CondaPackage> {
    let location = place.scalar()?;
    let from_file = parts(file_of(location)).filter(|_| !is_python);
    let field = |key: &str| item.get(key).and_then(Node::scalar);
    let texts = |key: &str| item.get(key).into_iter().flat_map(Node::items).filter_map(Node::scalar).map(Into::into);
    // `conda_source` names the package before its directory: `child[1234] @ child`.
    let named = location.split_once(" @ ").map(|(name, _)| name.split('[').next().unwrap_or(name).trim());
    let name = field("name").or(from_file.map(|(name, ..)| name)).or(named)?;
    let extras = item.get("extra_depends").into_iter().flat_map(Node::own_entries);
    let extras = extras.flat_map(|entry| {
        let extra: Option<Box<str>> = entry.key.scalar().map(Into::into);
        entry.value.items().filter_map(move |one| Some((extra.clone()?, one.scalar()?.into())))
    });
    let sources = item.get("sources").into_iter().flat_map(Node::own_entries);
    let sources = sources.filter_map(|entry| {
        let from = ["path", "git", "url"].iter().find_map(|key| entry.value.get(key)?.scalar())?;
        Some((entry.key.scalar()?.to_ascii_lowercase().into(), from.into()))
    });
    let brings = item.get("purls").map(|list| list.items().filter_map(Node::scalar).filter_map(brought).collect());
    Some(CondaPackage {
        is_python,
        name: if is_python { normalize(name) } else { name.to_ascii_lowercase() }.into(),
        version: field("version").or(from_file.map(|(_, version, _)| version)).unwrap_or_default().into(),
        build: field("build").or(from_file.map(|(.., build)| build)).unwrap_or_default().into(),
        location: named.map_or(location, |_| location.split_once(" @ ").map_or(location, |(_, at)| at)).into(),
        span: place.span(),
        is_source: !is_python && from_file.is_none(),
        depends: if is_python { texts("requires_dist").collect() } else { texts("depends").collect() },
        extra_depends: extras.collect(),
        sources: sources.collect(),
        brings,
        requires_python: field("requires_python").map(Into::into),
        index: item.get("index").and_then(noted),
        made: item.get("timestamp").and_then(Node::int).map(|stamp| {
            Day::of_unix(if stamp > MILLISECONDS_FROM { stamp / 1000 } else { stamp })
        }),
    })
}

/// Name and version of `pkg:pypi/name@1.0?source=x`.
fn brought(address: &str) -> Option<Brought> {
    let rest = address.strip_prefix("pkg:pypi/")?;
    let rest = rest.split(['?', '#']).next()?;
    let (name, version) = rest.split_once('@').map_or((rest, None), |(name, version)| (name, Some(version)));
    Some((normalize(name).into(), version.map(Into::into)))
}
