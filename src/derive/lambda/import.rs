//! Which packages a function's code imports that nothing brings.
//!
//! Said only of modules of well-known packages: any other name may come from a package of another name.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde::Deserialize;

use super::made::Made;
use crate::discover::Listing;
use crate::facts::{Count, Facts, How, Lambda, SourceModule};
use crate::path;
use crate::python::name::normalize;
use crate::source::Span;
use crate::value::{State, Value};

const TABLE: &str = include_str!("../../../data/python-modules.toml");

/// Modules of the SDK for Python.
const SDK: &[&str] = &["boto3", "botocore"];

/// Directories that hold copies of packages.
const VENDORED: &[&str] =
    &["vendor", "vendored", "lib", "libs", "packages", "python", "site-packages", "dependencies", "package"];

/// The directory that lists of requirements are kept in.
const LISTS: &str = "requirements";

#[derive(Deserialize)]
struct Table {
    standard: BTreeSet<String>,
    runtime: BTreeSet<String>,
    brought: BTreeMap<String, Vec<String>>,
}

fn table() -> &'static Table {
    static READ: OnceLock<Table> = OnceLock::new();
    READ.get_or_init(|| toml::from_str(TABLE).expect("a test reads the table that is compiled in"))
}

/// What the manifests and lockfiles of each directory name.
pub(super) struct Shipped<'f> {
    /// Packages by the directory of their manifest.
    named: BTreeMap<String, BTreeSet<String>>,
    /// Directories whose lockfile names every package.
    locked: BTreeSet<String>,
    /// Packages by the list that names them, for lists that a command is given.
    listed: BTreeMap<String, BTreeSet<String>>,
    made: &'f Made<'f>,
}

/// What a code directory gets installed.
struct Installed<'s> {
    names: BTreeSet<&'s str>,
    /// What lists in a directory of their own name, which a build may be given.
    apart: BTreeSet<&'s str>,
    has_manifest: bool,
    is_whole: bool,
}

impl<'f> Shipped<'f> {
    pub(super) fn new(facts: &Facts, made: &'f Made<'f>) -> Self {
        let mut named: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut locked = BTreeSet::new();
        for manifest in facts.manifests.iter().filter(|manifest| manifest.ecosystem == "python") {
            named.entry(path::directory(&manifest.header.path).to_owned()).or_default();
        }
        for dependency in facts.dependencies.iter().filter(|dependency| dependency.ecosystem == "python") {
            let home = path::directory(&dependency.header.path).to_owned();
            named.entry(home).or_default().insert(normalize(&dependency.package));
        }
        for package in facts.locked_packages.iter().filter(|package| package.contents.ecosystem == "python") {
            let home = path::directory(&package.header.path).to_owned();
            locked.insert(home.clone());
            named.entry(home).or_default().insert(normalize(&package.contents.package));
        }
        let lists: BTreeSet<&str> =
            made.all().flat_map(|(_, put)| put.from.iter()).map(|list| path::file_name(list)).collect();
        let mut listed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for dependency in facts.dependencies.iter().filter(|dependency| dependency.ecosystem == "python") {
            if lists.contains(path::file_name(&dependency.header.path)) {
                listed.entry(dependency.header.path.to_string()).or_default().insert(normalize(&dependency.package));
            }
        }
        Self { named, locked, listed, made }
    }

    /// What commands install into the code, by the lists that they are given. An error when one of them is not known.
    fn put_in(&self, lambda: &Lambda, code: &str) -> Result<BTreeSet<&str>, String> {
        let mut names = BTreeSet::new();
        let builds = self.made.of(How::Builds).filter(|_| lambda.surface == "sam");
        let installs = self.made.of(How::Installs).filter(|(command, put)| command.homes.is_below(&put.to, code));
        for (command, put) in builds.chain(installs) {
            let lists: Vec<Option<&BTreeSet<String>>> = put
                .from
                .iter()
                .map(|list| command.homes.bases(list).iter().find_map(|path| self.listed.get(path)))
                .collect();
            if lists.is_empty() && put.how == How::Installs || lists.iter().any(Option::is_none) {
                return Err(format!("`{}` may bring it", command.text));
            }
            names.extend(lists.into_iter().flatten().flatten().map(String::as_str));
        }
        Ok(names)
    }

    fn above(&self, code: &str) -> Installed<'_> {
        let homes: Vec<(&str, &BTreeSet<String>)> = path::ancestors(code)
            .filter_map(|directory| self.named.get_key_value(directory))
            .map(|(home, names)| (home.as_str(), names))
            .collect();
        let names: BTreeSet<&str> = homes.iter().flat_map(|(_, names)| names.iter().map(String::as_str)).collect();
        let lists = path::ancestors(code).filter_map(|directory| path::join(directory, LISTS));
        Installed {
            apart: lists.filter_map(|home| self.named.get(&home)).flatten().map(String::as_str).collect(),
            has_manifest: !homes.is_empty(),
            is_whole: names.is_empty() || homes.iter().any(|(home, _)| self.locked.contains(*home)),
            names,
        }
    }

    /// The first import that nothing brings, and the SDK when it is taken from the runtime.
    pub(super) fn judge(
        &self,
        lambda: &Lambda,
        code: &str,
        modules: &[&SourceModule],
        files: &Listing,
    ) -> (Value<String>, Value<String>) {
        let mut installed = self.above(code);
        let put_in = self.put_in(lambda, code);
        if put_in.as_ref().is_ok_and(|names| !names.is_empty()) {
            installed.names.extend(put_in.iter().flatten());
            installed.has_manifest = true;
            installed.is_whole = false;
        }
        let may_come_otherwise = put_in.err().or_else(|| doubt(lambda, code, files));
        let mut unshipped = Value::absent();
        let mut sdk = Value::absent();
        for (module, import) in modules.iter().flat_map(|module| module.imported.iter().map(move |one| (module, one))) {
            let top = import.module.split('.').next().unwrap_or_default();
            if import.level > 0 || is_local(top, code, &module.header.path, files) {
                continue;
            }
            let span = Some(Span::new(module.header.span.source, import.place.clone()));
            if SDK.contains(&top) && sdk.is_absent() && !SDK.iter().any(|name| installed.names.contains(name)) {
                sdk = match &may_come_otherwise {
                    Some(reason) => Value::unknown(reason.clone(), span),
                    None => Value { span, ..Value::derived(top.to_owned()) },
                };
            }
            let is_settled = matches!(unshipped.state, State::Known(_));
            if import.is_guarded || is_settled || table().standard.contains(top) || table().runtime.contains(top) {
                continue;
            }
            match missing(top, &installed, may_come_otherwise.as_ref()) {
                Ok(false) => {}
                Ok(true) if is_copied(&module.header.path, code, files) => {}
                Ok(true) => unshipped = Value { span, ..Value::derived(top.to_owned()) },
                Err(reason) => unshipped = Value::unknown(reason, span),
            }
        }
        (unshipped, sdk)
    }
}

/// Whether a module is certainly brought by nothing; an error when that cannot be told.
fn missing(top: &str, installed: &Installed<'_>, otherwise: Option<&String>) -> Result<bool, String> {
    let is_in = |names: &BTreeSet<&str>, name: &str| names.contains(normalize(name).as_str());
    let Some(packages) = table().brought.get(top) else {
        let is_named = is_in(&installed.names, top);
        return if is_named { Ok(false) } else { Err(format!("which package brings {top} is not known")) };
    };
    let is_brought_by = |names| is_in(names, top) || packages.iter().any(|name| is_in(names, name));
    if is_brought_by(&installed.names) {
        return Ok(false);
    }
    if is_brought_by(&installed.apart) {
        return Err(format!("a list in {LISTS}/ names what brings {top}, and a build may install from it"));
    }
    if let Some(reason) = otherwise {
        return Err(reason.clone());
    }
    if installed.has_manifest && !installed.is_whole {
        return Err(format!("another package may bring {top}"));
    }
    Ok(true)
}

/// Why the package may hold more than its manifest tells.
fn doubt(lambda: &Lambda, code: &str, files: &Listing) -> Option<String> {
    if let Some(doubt) = &lambda.handler_doubt {
        return Some(doubt.clone());
    }
    if lambda.layer_count.known() != Some(&Count(0)) {
        return Some("one of its layers may bring it".to_owned());
    }
    if lambda.code.known().is_none() {
        return Some("where its code lies is not known".to_owned());
    }
    let vendored = VENDORED.iter().filter_map(|name| path::join(code, name)).find(|path| files.has_directory(path));
    vendored.map(|directory| format!("{directory} may hold a copy"))
}

/// Whether a module lies in the code directory, or beside the one that imports it.
fn is_local(top: &str, code: &str, importer: &str, files: &Listing) -> bool {
    [code, path::directory(importer)].into_iter().any(|base| {
        let Some(stem) = path::join(base, top) else { return false };
        files.has(&format!("{stem}.py")) || files.has_directory(&stem)
    })
}

/// Whether a module is of a package that was installed into the code directory: what it cannot do without came with it.
fn is_copied(module: &str, code: &str, files: &Listing) -> bool {
    let inside = |path: &str| path.strip_prefix(code).map(|rest| rest.trim_start_matches('/').to_owned());
    let Some(top) = inside(module).and_then(|path| Some(path.split_once('/')?.0.to_owned())) else { return false };
    files.below(code).filter_map(|file| inside(path::directory(file))).any(|directory| {
        let name = directory.strip_suffix(".dist-info").and_then(|name| name.split_once('-'));
        name.is_some_and(|(name, _)| normalize(name) == normalize(&top))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        let table = table();
        assert!(table.standard.contains("json") && table.runtime.contains("boto3"));
        assert_eq!(table.brought["yaml"], ["pyyaml"]);
    }
}
