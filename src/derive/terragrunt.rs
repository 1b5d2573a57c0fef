//! What Terragrunt demands of Terraform for the modules that it applies.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{Facts, Fragment};
use crate::path;
use crate::syntax::Node;
use crate::value::{Origin, Value};

/// The modules that are locked beside Terragrunt's files, as Terragrunt keeps their lockfiles (its documentation of lock
/// files, read 2026-12-01).
#[derive(Debug, Default)]
pub(super) struct Locked {
    /// The directories of modules, each with a file that applies it and has a lockfile beside it.
    directories: BTreeMap<String, String>,
    /// Such a file of which only a run tells which module it applies.
    computed: Option<String>,
}

impl Locked {
    /// What is locked beside Terragrunt's files.
    pub(super) fn of(facts: &Facts) -> Self {
        let mut found = Self::default();
        let locks = facts.lockfiles.iter().filter(|lockfile| lockfile.tool == "terraform");
        let locks: BTreeSet<&str> = locks.map(|lockfile| path::directory(&lockfile.header.path)).collect();
        let units = facts.fragments.iter().filter(|fragment| fragment.role == "terragrunt");
        for unit in units.filter(|unit| locks.contains(path::directory(&unit.header.path))) {
            match source(unit) {
                Some(Source::Directory(directory)) => {
                    found.directories.entry(directory).or_insert_with(|| unit.header.path.to_string());
                }
                Some(Source::Computed) => {
                    found.computed.get_or_insert_with(|| unit.header.path.to_string());
                }
                Some(Source::Elsewhere) | None => {}
            }
        }
        found
    }

    /// The file beside which a module is locked, or may be.
    pub(super) fn beside(&self, directory: &str) -> Option<&str> {
        self.directories.get(directory).or(self.computed.as_ref()).map(String::as_str)
    }
}

/// The directories that Terragrunt applies, with what its files demand of Terraform there. Empty where they demand nothing: then the
/// modules have to do so themselves.
pub(super) fn demands(facts: &Facts) -> BTreeMap<String, Value<String>> {
    let files = || facts.fragments.iter().filter(|fragment| fragment.role == "terragrunt");
    let Some(demand) = files().find_map(demanded) else { return BTreeMap::new() };
    let sources: Vec<Source> = files().filter_map(source).collect();
    if sources.contains(&Source::Computed) {
        let modules = facts.manifests.iter().filter(|manifest| manifest.format == "terraform");
        let any = || Value::unknown("Terragrunt may demand one: which modules it applies is computed", None);
        return modules.map(|manifest| (path::directory(&manifest.header.path).to_owned(), any())).collect();
    }
    let applied = sources.into_iter().filter_map(|source| match source {
        Source::Directory(directory) => Some(directory),
        Source::Computed | Source::Elsewhere => None,
    });
    applied.map(|directory| (directory, demand.clone())).collect()
}

/// Where the module of a unit lies.
#[derive(PartialEq)]
enum Source {
    /// In the repository.
    Directory(String),
    /// In another one, or in a registry.
    Elsewhere,
    /// Only a run tells.
    Computed,
}

fn blocks<'d>(fragment: &'d Fragment, name: &'static str) -> impl Iterator<Item = Node<'d>> {
    let root = fragment.document.root();
    root.own_entries().filter(move |entry| entry.key.text() == Some(name)).map(|entry| entry.value)
}

fn source(fragment: &Fragment) -> Option<Source> {
    let source = blocks(fragment, "terraform").find_map(|block| block.get("source"))?;
    let Some(text) = source.text().filter(|_| source.tag().is_none()) else { return Some(Source::Computed) };
    if !text.starts_with('.') {
        return Some(Source::Elsewhere);
    }
    // Two slashes divide what is copied from the module in it.
    let joined = path::join(path::directory(&fragment.header.path), &text.replace("//", "/"));
    Some(joined.map_or(Source::Elsewhere, Source::Directory))
}

/// What a file demands of Terraform, or may demand in a file that it has written beside the module.
fn demanded(fragment: &Fragment) -> Option<Value<String>> {
    if let Some(node) = blocks(fragment, "terraform_version_constraint").next() {
        return Some(match node.text().filter(|_| node.tag().is_none()) {
            Some(text) => Value { origin: Origin::Inherited, ..Value::written(text.to_owned(), node.span()) },
            None => Value::unknown("Terragrunt computes it", Some(node.span())),
        });
    }
    let generated =
        blocks(fragment, "generate").flat_map(|labels| labels.own_entries()).find(|block| may_demand(block.value))?;
    Some(Value::unknown("Terragrunt writes a file beside the module that may demand one", Some(generated.key.span())))
}

/// Whether the contents of a file that is written state a version, or stand elsewhere.
fn may_demand(block: Node<'_>) -> bool {
    block
        .get("contents")
        .is_some_and(|node| node.text().is_none_or(|text| text.contains("required_version") || text.contains("file(")))
}
