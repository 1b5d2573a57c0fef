//! Lambda functions: from templates to facts, and from each function to its code, runtime and manifest.

mod declare;
mod handler;
mod manifest;
mod overrides;
mod runtime;

use super::Surroundings;
use crate::facts::Facts;

/// Adds the functions, sources and queues of all templates. First of all derivations: others look at functions.
pub(super) fn declare(facts: &mut Facts) {
    declare::all(facts);
}

/// Joins functions with what is around them.
pub(super) fn link(facts: &mut Facts, around: Surroundings<'_>) {
    runtime::date(facts, around.today);
    runtime::state(facts);
    manifest::link(facts);
    handler::look_up(facts, around.files);
}
