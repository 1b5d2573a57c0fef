//! What the statements about toolchains have to do with each other: where a version file is
//! named, what it says; which statements speak of one project; and which of those differ.

mod command;
mod delegate;
mod pair;
mod project;
mod unstated;

use super::Surroundings;
use crate::facts::Facts;

/// Follows version files, notes projects without a version, and pairs statements that differ.
pub(super) fn relate(facts: &mut Facts, around: Surroundings<'_>) {
    delegate::follow(facts, around.files);
    command::note(facts, around.files);
    let projects = project::Projects::of(facts, around.files);
    unstated::note(facts, &projects);
    unstated::hooks(facts);
    pair::all(facts, &projects, around.files);
}

#[cfg(test)]
mod tests;
