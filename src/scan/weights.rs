//! Adds what the directories weigh that functions and layers are packed from: derivations name them, and do no I/O.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::discover::Listing;
use crate::facts::{Contents, Facts, Interval};
use crate::package;
use crate::tree::Tree;

/// Weighs each directory once and adds up every artifact.
pub(super) fn add(tree: &Tree, files: &Listing, facts: &mut Facts) {
    let parts = facts.artifacts.iter().flat_map(|artifact| &artifact.made_of);
    let mut asked: Vec<&Contents> = parts.filter_map(|part| part.contents.as_ref()).collect();
    asked.sort_unstable();
    asked.dedup();
    let weights: BTreeMap<Contents, Interval> =
        asked.into_par_iter().map(|contents| (contents.clone(), package::weigh(tree, files, contents))).collect();
    for artifact in &mut facts.artifacts {
        for part in &mut artifact.made_of {
            if let Some(weight) = part.contents.as_ref().and_then(|contents| weights.get(contents)) {
                part.add(weight);
            }
        }
        artifact.add_up();
    }
}
