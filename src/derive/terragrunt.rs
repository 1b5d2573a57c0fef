//! What Terragrunt demands of Terraform for the modules that it applies.

use std::collections::BTreeMap;

use crate::facts::{Facts, Fragment};
use crate::path;
use crate::syntax::Node;
use crate::value::{Origin, Value};

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
