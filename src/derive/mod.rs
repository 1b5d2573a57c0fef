//! Derivations: the only code that looks across files. They do no I/O.
//!
//! They run in the order of [`derive`]; each one joins facts or measures what lies between them.

mod actions;
mod age;
mod caches;
mod changes;
mod command_images;
mod cool_down;
mod custom;
mod fixed;
mod foreign;
mod hold;
mod ignored;
mod instructions;
mod lambda;
mod linked;
mod lock;
mod lock_format;
mod lone_host;
mod outside;
mod own_images;
mod recipes;
mod released_images;
mod repository;
mod rival;
mod role;
mod runner;
mod service;
mod size;
mod spread;
mod steps;
mod tasks;
mod terraform_module;
mod terragrunt;
mod toolchain;
mod upkeep;
pub mod verdict;
mod weakest_hash;

use std::sync::Arc;

use crate::day::Day;
use crate::discover::Listing;
use crate::facts::Facts;
use crate::facts::recorded::Recorded;
use crate::pysource::Deeds;
use crate::syntax::Document;

/// What derivations may know besides the facts.
#[derive(Debug, Clone, Copy)]
pub struct Surroundings<'a> {
    /// Today.
    pub today: Day,
    /// The names of all files.
    pub files: &'a Listing,
}

/// Lets go of the trees and records that only comparisons of lockfiles read, before more is derived.
fn let_go_of_locks(facts: &mut Facts) {
    for manifest in &mut facts.manifests {
        manifest.document = None;
        manifest.requirements = None;
        manifest.gemfile = None;
        manifest.go = None;
    }
    for settings in &mut facts.settings {
        settings.document = None;
    }
    for lockfile in &mut facts.lockfiles {
        lockfile.recorded = Recorded::Nothing;
    }
}

/// Lets go of templates and of the outlines of code once functions are joined with both.
fn let_go_of_code(facts: &mut Facts) {
    let nothing: Arc<Document> = Arc::default();
    for template in &mut facts.templates {
        template.document = Arc::clone(&nothing);
    }
    for fragment in &mut facts.fragments {
        fragment.document = Arc::clone(&nothing);
    }
    for module in &mut facts.source_modules {
        module.functions = Vec::new();
        module.imported = Vec::new();
        module.deeds = Deeds::default();
    }
}

/// Runs all derivations in their order.
pub fn derive(facts: &mut Facts, around: Surroundings<'_>) {
    role::tell(facts);
    terraform_module::share_demands(facts);
    lock::compare(facts, around);
    rival::find(facts);
    lone_host::find(facts);
    foreign::find(facts);
    lock_format::relate(facts);
    cool_down::measure(facts, around.today);
    fixed::raise(facts, around);
    actions::own(facts, around.files);
    actions::compare(facts);
    let_go_of_locks(facts);
    // Before all that looks at functions, but after lockfiles are compared: both together would need the most memory.
    lambda::declare(facts);
    age::measure(facts, around.today);
    weakest_hash::find(facts);
    spread::measure(facts);
    runner::count(facts);
    caches::count(facts);
    own_images::tell(facts);
    own_images::replace(facts);
    released_images::pass_over(facts);
    steps::follow(facts, around.files);
    linked::own(facts);
    command_images::note(facts);
    lambda::link(facts, around);
    role::tell_of_functions(facts);
    let_go_of_code(facts);
    toolchain::relate(facts, around);
    custom::measure(facts);
    instructions::look_up(facts);
    upkeep::cover(facts);
    repository::note(facts, around);
    outside::take_back(facts, around.files);
    size::predict(facts, around.files);
    lambda::measure(facts);
    // Last: every fact that was derived belongs to a service too.
    service::own(facts);
}
