//! Terraform modules: the files of a directory are one module. What one of them demands holds for all, and all together tell what it is for.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::Facts;
use crate::path;
use crate::value::{Origin, Value};

/// Gives each manifest of a module the version of Terraform that another file of its directory demands.
pub(super) fn share_demands(facts: &mut Facts) {
    let mut demanded: BTreeMap<String, Value<String>> = BTreeMap::new();
    tell_roles(facts);
    for problem in facts.problems.iter().filter(|problem| problem.header.path.ends_with(".tf")) {
        let reason = format!("{} is not understood and may demand one", path::file_name(&problem.header.path));
        demanded.insert(path::directory(&problem.header.path).to_owned(), Value::unknown(reason, None));
    }
    let modules = || facts.manifests.iter().filter(|manifest| manifest.format == "terraform");
    for manifest in modules().filter(|manifest| manifest.runtime_constraint.known().is_some()) {
        let value = Value { origin: Origin::Inherited, ..manifest.runtime_constraint.clone() };
        demanded.insert(path::directory(&manifest.header.path).to_owned(), value);
    }
    for manifest in facts.manifests.iter_mut().filter(|manifest| manifest.format == "terraform") {
        if let Some(value) = demanded.get(path::directory(&manifest.header.path))
            && manifest.runtime_constraint.is_absent()
        {
            manifest.runtime_constraint = value.clone();
        }
    }
}

/// The blocks of a directory's files.
type Blocks<'a> = BTreeSet<&'a str>;

/// Says of modules that take variables, give outputs and configure no provider that others call them: root modules configure
/// their providers and where their state is kept (Terraform's documentation on providers within modules, read 2026-11-30).
fn tell_roles(facts: &mut Facts) {
    let mut blocks: BTreeMap<&str, Blocks<'_>> = BTreeMap::new();
    for fragment in facts.fragments.iter().filter(|fragment| fragment.role == "terraform") {
        let own = blocks.entry(path::directory(&fragment.header.path)).or_default();
        if fragment.header.path.ends_with(".tfvars") {
            own.insert("tfvars");
        }
        for entry in fragment.document.root().own_entries() {
            own.extend(entry.key.text());
            let is_kept_elsewhere = |name| entry.key.text() == Some("terraform") && entry.value.get(name).is_some();
            own.extend(["backend", "cloud"].into_iter().filter(|name| is_kept_elsewhere(name)));
        }
    }
    let is_called = |blocks: &&Blocks<'_>| {
        let has = |name: &str| blocks.contains(name);
        let is_root = ["provider", "backend", "cloud", "tfvars"].into_iter().any(has);
        !is_root && has("variable") && (has("output") || !has("resource"))
    };
    let called: BTreeSet<String> =
        blocks.iter().filter(|(_, blocks)| is_called(blocks)).map(|(directory, _)| (*directory).to_owned()).collect();
    for manifest in facts.manifests.iter_mut().filter(|manifest| manifest.format == "terraform") {
        if called.contains(path::directory(&manifest.header.path)) {
            manifest.role = Value::derived("library".to_owned());
        }
    }
}
