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
];

/// Whether a path lies in a directory of [`SAMPLES`].
pub(super) fn is_sample(path: &str) -> bool {
    path::directory(path).split('/').any(|part| SAMPLES.contains(&part))
}

/// Says of each manifest whether it lies in one.
pub(super) fn mark(facts: &mut Facts) {
    for manifest in &mut facts.manifests {
        manifest.sample = is_sample(&manifest.header.path);
    }
}
