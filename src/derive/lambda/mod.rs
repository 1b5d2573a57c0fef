//! Lambda functions: from templates to facts, and from each function to its code, runtime and manifest.

mod app;
mod build;
mod bundler;
mod code;
mod declare;
mod fixture;
mod framework;
mod handler;
mod import;
mod made;
mod manifest;
mod meant;
mod overrides;
mod packed;
mod pipeline;
mod reach;
mod requirement;
mod runtime;

pub(super) use self::build::measure;
use super::Surroundings;
use crate::facts::Facts;

/// Adds the functions, sources and queues of all templates. First of all derivations: others look at functions.
pub(super) fn declare(facts: &mut Facts) {
    declare::all(facts);
    app::declare(facts);
}

/// Joins functions with what is around them.
pub(super) fn link(facts: &mut Facts, around: Surroundings<'_>) {
    runtime::date(facts, around.today);
    runtime::state(facts);
    manifest::link(facts);
    handler::look_up(facts, around.files);
    build::link(facts);
    code::look_into(facts, around.files);
    framework::state(facts, around.files);
    packed::look_into(facts, around.files);
    requirement::compare(facts);
    fixture::link(facts);
    pipeline::join(facts);
}
