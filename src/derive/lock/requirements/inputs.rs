//! Which files a compiled requirements file was made of.

use std::collections::BTreeSet;

use super::super::Lookup;
use crate::facts::recorded::{Recorded, RequirementsRecord};
use crate::facts::{Facts, Link, Lockfile, Manifest};
use crate::path;
use crate::python::compile_command::Writer;

/// The manifests among the inputs.
pub(super) fn manifests(facts: &Facts, lookup: &Lookup, lockfile: Link<Lockfile>) -> Vec<Link<Manifest>> {
    let Recorded::Requirements(record) = &facts[lockfile].recorded else { return Vec::new() };
    let path = &facts[lockfile].header.path;
    inputs(facts, lookup, path, record).into_iter().filter_map(|input| manifest_at(facts, lookup, &input)).collect()
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
        if let Some(name) = via.strip_prefix("-r ") {
            told.extend(resolve(lock, output, name.trim(), &exists));
        }
    }
    if !told.is_empty() {
        return told.into_iter().collect();
    }
    let stem = path::file_name(lock).rsplit_once('.').map_or("", |(stem, _)| stem);
    let usual = [format!("{stem}.in"), format!("requirements/{stem}.in")];
    let mut usual = usual.iter().filter_map(|name| path::join(path::directory(lock), name));
    usual.find(|path| exists(path)).into_iter().collect()
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
