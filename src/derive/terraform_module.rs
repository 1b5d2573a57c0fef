//! Terraform modules: the files of a directory are one module, and what one of them demands holds for all.

use std::collections::BTreeMap;

use crate::facts::Facts;
use crate::path;
use crate::value::{Origin, Value};

/// Gives each manifest of a module the version of Terraform that another file of its directory demands.
pub(super) fn share_demands(facts: &mut Facts) {
    let mut demanded: BTreeMap<String, Value<String>> = BTreeMap::new();
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
