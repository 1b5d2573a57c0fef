//! Commands that link packages of the repository itself, to test what uses them: no lockfile could hold those.

use std::collections::BTreeSet;

use crate::facts::Facts;

/// Says of commands that link only packages of the repository that they take nothing from the machine.
pub(super) fn own(facts: &mut Facts) {
    let manifests = facts.manifests.iter().filter(|manifest| manifest.ecosystem == "node");
    let own: BTreeSet<String> = manifests.filter_map(|manifest| manifest.project.known().cloned()).collect();
    for step in facts.steps.iter_mut().filter(|step| step.tool == "link" && step.global) {
        let words = step.command.split(' ').skip_while(|word| !matches!(*word, "link" | "ln")).skip(1);
        step.global = !words.filter(|word| !word.starts_with('-')).all(|word| own.contains(word));
    }
}
