//! Directories of examples, samples and other people's code: what lies there is deployed by nobody.

use crate::facts::Facts;
use crate::path;

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
    "__snapshots__",
    "testsuite",
];

/// Directories of tests: what lies there is neither shipped nor deployed.
const TESTS: &[&str] = &["tests", "test", "__tests__", "e2e", "integration", "functional", "testing"];

/// Whether a path lies in a directory of [`SAMPLES`].
pub(super) fn is_sample(path: &str) -> bool {
    path::directory(path).split('/').any(|part| SAMPLES.contains(&part))
}

/// Whether a path lies in a directory of [`TESTS`].
pub(super) fn is_test(path: &str) -> bool {
    path::directory(path).split('/').any(|part| TESTS.contains(&part))
}

/// Says of each manifest, and of each file that is not understood, whether it lies in one.
pub(super) fn mark(facts: &mut Facts) {
    for manifest in &mut facts.manifests {
        manifest.sample = is_sample(&manifest.header.path);
    }
    for problem in &mut facts.problems {
        problem.sample = is_sample(&problem.header.path) || is_test(&problem.header.path);
    }
}
