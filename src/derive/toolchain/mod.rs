//! What the statements about toolchains have to do with each other: where a version file is
//! named, what it says; which statements speak of one project; and which of those differ.

mod delegate;
mod pair;
mod project;
mod unstated;

use super::Surroundings;
use crate::facts::Facts;

/// Directories whose contents are examples or belong to others; nothing in them is compared.
const SAMPLES: &[&str] = &[
    "vendor",
    "third_party",
    "third-party",
    "testdata",
    "test-data",
    "test_data",
    "fixtures",
    "__fixtures__",
    "fixture",
    "examples",
    "example",
    "samples",
    "sample",
    "templates",
    "template",
    "cookiecutter",
    "snapshots",
];

/// Follows version files, notes projects without a version, and pairs statements that differ.
pub(super) fn relate(facts: &mut Facts, around: Surroundings<'_>) {
    delegate::follow(facts, around.files);
    let projects = project::Projects::of(facts);
    unstated::note(facts, &projects);
    pair::all(facts, &projects);
}

/// Whether a path lies in a directory of [`SAMPLES`].
fn is_sample(path: &str) -> bool {
    crate::path::directory(path).split('/').any(|part| SAMPLES.contains(&part))
}

#[cfg(test)]
mod tests;
