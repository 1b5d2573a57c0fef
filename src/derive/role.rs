//! What manifests are for, where they do not say it themselves: what an image or a function is built from is deployed.

use std::collections::BTreeSet;

use crate::facts::{Facts, Lambda, Link, Manifest};
use crate::path;
use crate::value::{State, Value};

/// Takes manifests that do not tell their role for applications where a Dockerfile stands beside them.
pub(super) fn tell(facts: &mut Facts) {
    let built: BTreeSet<&str> = facts
        .images
        .iter()
        .filter(|image| image.role == "base")
        .map(|image| path::directory(&image.header.path))
        .collect();
    for manifest in &mut facts.manifests {
        if matches!(manifest.role.state, State::Unknown(_)) && built.contains(path::directory(&manifest.header.path)) {
            manifest.role = Value::derived("application".to_owned());
        }
    }
}

/// Takes manifests that do not tell their role for applications where a function is built from them.
pub(super) fn tell_of_functions(facts: &mut Facts) {
    let built: BTreeSet<Link<Manifest>> = facts.all::<Lambda>().filter_map(|(_, lambda)| lambda.manifest).collect();
    for link in built {
        let manifest = &mut facts[link];
        if matches!(manifest.role.state, State::Unknown(_)) {
            manifest.role = Value::derived("application".to_owned());
        }
    }
}
