//! Files that `uv export`, `poetry export` or `pdm export` made of another lockfile, held against it.

use std::collections::BTreeMap;

use super::super::{Difference, Outcome, Seen};
use crate::facts::recorded::{Recorded, RequirementsRecord};
use crate::facts::{Facts, Link, LockedPackage, Lockfile};
use crate::path;
use crate::python::compile_command::Writer;
use crate::value::Value;

/// The lockfiles of the tools that export.
const SOURCES: &[(&str, &str)] = &[("uv", "uv.lock"), ("poetry", "poetry.lock"), ("pdm", "pdm.lock")];

/// Compares an export with the lockfile beside it; `None` when it is no export.
pub(in crate::derive::lock) fn compare(seen: Seen<'_>, lockfile: Link<Lockfile>) -> Option<Outcome> {
    let facts = seen.facts;
    let Recorded::Requirements(record) = &facts[lockfile].recorded else { return None };
    if record.compile.as_ref()?.writer != Writer::Export {
        return None;
    }
    let mut outcome = Outcome::default();
    let words = &record.file.command.as_ref()?.words;
    let Some(source) = source(facts, lockfile, words) else {
        outcome.undecided.push("the lockfile that it was exported from is not seen".to_owned());
        return Some(outcome);
    };
    let mut locked: BTreeMap<&str, Vec<&LockedPackage>> = BTreeMap::new();
    for package in seen.lookup.packages(source) {
        locked.entry(&facts[package].contents.package).or_default().push(&facts[package]);
    }
    let from = path::file_name(&facts[source].header.path);
    let mut exported: BTreeMap<&str, Link<LockedPackage>> = BTreeMap::new();
    for link in seen.lookup.packages(lockfile) {
        let pin = &facts[link];
        exported.insert(&pin.contents.package, link);
        let Some(version) = pin.contents.version.known() else { continue };
        let known = locked.get(pin.contents.package.as_str()).map(Vec::as_slice).unwrap_or_default();
        let versions: Vec<&str> =
            known.iter().filter_map(|one| one.contents.version.known()).map(String::as_str).collect();
        if versions.contains(&version.as_str()) || (versions.is_empty() && !known.is_empty()) {
            continue;
        }
        let explanation = match versions.as_slice() {
            [] => format!("{} {version} is exported, and {from} does not have it", pin.contents.package),
            [..] => format!("{} {version} is exported, {from} has {}", pin.contents.package, versions.join(" and ")),
        };
        outcome.differences.push(difference(record, &pin.contents.package, pin.version(), explanation));
    }
    for name in asked(seen, source, words).into_iter().filter(|name| !exported.contains_key(name)) {
        let explanation = format!("{name} is asked for and locked in {from}, and is not exported");
        outcome.differences.push(difference(record, name, Value::absent(), explanation));
    }
    Some(outcome)
}

fn source(facts: &Facts, lockfile: Link<Lockfile>, words: &[String]) -> Option<Link<Lockfile>> {
    let (_, name) = SOURCES.iter().find(|(tool, _)| words.first().is_some_and(|word| word == tool))?;
    let directory = path::directory(&facts[lockfile].header.path);
    let is_source = |at: &str| facts.all::<Lockfile>().find(|(_, one)| *one.header.path == *at).map(|(link, _)| link);
    path::ancestors(directory).filter_map(|above| path::join(above, name)).find_map(|path| is_source(&path))
}

/// The packages that every export of the lockfile has: what its root asks for; conditions are exported with it.
fn asked<'f>(seen: Seen<'f>, source: Link<Lockfile>, words: &[String]) -> Vec<&'f str> {
    let leaves_out = |word: &String| {
        ["--only", "--no-emit", "--prune", "--package", "--without", "--with", "--no-default", "--project"]
            .iter()
            .any(|option| word.starts_with(option))
    };
    let facts = seen.facts;
    let Some(root) = facts[source].manifests.first().copied() else { return Vec::new() };
    if words.iter().any(leaves_out) {
        return Vec::new();
    }
    let is_plain = |name: &str| {
        let of_name = seen.lookup.dependencies(root).filter(|link| facts[*link].package == name);
        of_name.count() == 1
    };
    let dependencies = seen.lookup.dependencies(root).map(|link| &facts[link]);
    let main = dependencies.filter(|one| one.group == "main" && one.source == "registry");
    let is_locked = |name: &str| seen.lookup.packages(source).any(|link| facts[link].contents.package == name);
    main.map(|one| one.package.as_str()).filter(|name| is_plain(name) && is_locked(name)).collect()
}

fn difference(record: &RequirementsRecord, name: &str, recorded: Value<String>, explanation: String) -> Difference {
    Difference {
        recorded,
        ..Difference::of(
            "version",
            name,
            explanation,
            record.file.command.as_ref().map(|command| command.words.join(" ")).unwrap_or_default(),
        )
    }
}
