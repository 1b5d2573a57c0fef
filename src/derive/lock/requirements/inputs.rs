//! Which files a compiled requirements file was made of.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::Lookup;
use crate::facts::recorded::{Recorded, RequirementsRecord};
use crate::facts::{Facts, Header, Link, Lockfile, Manifest};
use crate::path;
use crate::python::compile_command::Writer;
use crate::python::requirements_file::RequirementsFile;

/// An empty file beside the input that it is named after was compiled from nothing, and is a lockfile. By itself it
/// could be anything, so only here it is told.
pub(in crate::derive::lock) fn adopt(facts: &mut Facts) {
    let inputs: BTreeSet<&str> =
        facts.manifests.iter().filter_map(|manifest| manifest.header.path.strip_suffix(".in")).collect();
    let is_empty = |file: &RequirementsFile| file.requirements.is_empty() && file.options.is_empty();
    let is_output = |manifest: &&Manifest| {
        manifest.requirements.as_deref().is_some_and(is_empty)
            && manifest.header.path.strip_suffix(".txt").is_some_and(|stem| inputs.contains(stem))
    };
    let empty: Vec<Header> = facts.manifests.iter().filter(is_output).map(|manifest| manifest.header.clone()).collect();
    for header in empty {
        let mut lockfile = Lockfile::new(header, "pip-tools", "python");
        let record = RequirementsRecord { file: RequirementsFile::default(), compile: None };
        lockfile.recorded = Recorded::Requirements(Arc::new(record));
        facts.add(lockfile);
    }
}

/// The manifests among the inputs, and those that they include.
pub(super) fn manifests(facts: &Facts, lookup: &Lookup, lockfile: Link<Lockfile>) -> Vec<Link<Manifest>> {
    let Recorded::Requirements(record) = &facts[lockfile].recorded else { return Vec::new() };
    let path = &facts[lockfile].header.path;
    let named = inputs(facts, lookup, path, record);
    let mut found: Vec<_> = named.into_iter().filter_map(|input| manifest_at(facts, lookup, &input)).collect();
    let mut at = 0;
    while let Some(link) = found.get(at).copied() {
        let manifest = &facts[link];
        let directory = path::directory(&manifest.header.path);
        let options = manifest.requirements.iter().flat_map(|file| &file.options);
        for option in options.filter(|option| option.name == "requirement") {
            let included = path::join(directory, &option.value);
            let included = included.and_then(|path| manifest_at(facts, lookup, &path));
            found.extend(included.filter(|included| !found.contains(included)));
        }
        at += 1;
    }
    found
}

/// The paths of the inputs: as its first comment or its `via` comments name them, else by its own name.
fn inputs(facts: &Facts, lookup: &Lookup, lock: &str, record: &RequirementsRecord) -> Vec<String> {
    let compile = record.compile.as_ref();
    if compile.is_some_and(|compile| compile.writer == Writer::Export) {
        return Vec::new();
    }
    let exists = |path: &str| manifest_at(facts, lookup, path).is_some();
    let named = compile.map(|compile| compile.inputs.clone()).unwrap_or_default();
    let output = compile.and_then(|compile| compile.output.as_deref());
    let found: Vec<String> = named.iter().filter_map(|name| resolve(lock, output, name, &exists)).collect();
    if !found.is_empty() {
        return found;
    }
    let mut told = BTreeSet::new();
    for via in record.file.requirements.iter().flat_map(|line| &line.via) {
        // A project is named with its file in brackets: `shop (shop/pyproject.toml)`.
        let project = || via.strip_suffix(')')?.rsplit_once('(').map(|(_, file)| file);
        if let Some(name) = via.strip_prefix("-r ").or_else(project) {
            told.extend(resolve(lock, output, name.trim(), &exists));
        }
    }
    if !told.is_empty() {
        return told.into_iter().collect();
    }
    if path::file_name(lock).starts_with("pylock.") {
        return only_input(facts, lookup, path::directory(lock)).into_iter().collect();
    }
    let stem = path::file_name(lock).rsplit_once('.').map_or("", |(stem, _)| stem);
    let usual = [format!("{stem}.in"), format!("requirements/{stem}.in")];
    let mut usual = usual.iter().filter_map(|name| path::join(path::directory(lock), name));
    usual.find(|path| exists(path)).into_iter().collect()
}

/// The path of an input, named by the command, that cannot be read.
pub(in crate::derive::lock) fn unreadable_input(facts: &Facts, lockfile: Link<Lockfile>) -> Option<&str> {
    let Recorded::Requirements(record) = &facts[lockfile].recorded else { return None };
    let compile = record.compile.as_ref()?;
    let output = compile.output.as_deref();
    let broken =
        facts.problems.iter().filter(|problem| problem.role == "manifest").map(|problem| &*problem.header.path);
    let is_input = |path: &str| {
        let exists = |other: &str| other == path;
        compile.inputs.iter().any(|name| resolve(&facts[lockfile].header.path, output, name, &exists).is_some())
    };
    broken
        .filter(|path| facts.manifests.iter().all(|manifest| *manifest.header.path != **path))
        .find(|path| is_input(path))
}

/// The one input of a directory: a pylock.toml that does not name its command was made of it.
fn only_input(facts: &Facts, lookup: &Lookup, directory: &str) -> Option<String> {
    let manifests = lookup.manifests_in(facts, directory, "requirements");
    let mut inputs = manifests.map(|link| &facts[link].header.path).filter(|path| path.ends_with(".in"));
    let first = inputs.next()?;
    inputs.next().is_none().then(|| first.to_string())
}

/// A name as the command gives it, seen from the directory in which the command ran.
pub(super) fn resolve(lock: &str, output: Option<&str>, name: &str, exists: &dyn Fn(&str) -> bool) -> Option<String> {
    let told = output.and_then(|output| lock.strip_suffix(output.trim_start_matches("./")));
    let told = told.filter(|base| base.is_empty() || base.ends_with('/')).map(|base| base.trim_end_matches('/'));
    let bases = told.into_iter().chain(path::ancestors(path::directory(lock)));
    bases.filter_map(|base| path::join(base, name)).find(|path| exists(path))
}

/// The manifest that is this file.
pub(super) fn manifest_at(facts: &Facts, lookup: &Lookup, path: &str) -> Option<Link<Manifest>> {
    let directory = path::directory(path);
    let mut found =
        ["requirements", "pyproject"].into_iter().flat_map(|format| lookup.manifests_in(facts, directory, format));
    found.find(|link| *facts[*link].header.path == *path)
}
