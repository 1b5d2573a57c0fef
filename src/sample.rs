//! Directories of examples, samples, tests and other people's code, told by their names: what lies there is deployed by nobody.

use crate::path;

/// Directories whose contents are examples or belong to others.
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
    "cookiecutter",
    "snapshots",
    "__snapshots__",
    "testsuite",
    "codelabs",
    "tutorial",
    "tutorials",
];

/// Directories of patterns for new projects. YAML in them is also what charts, stacks and pipelines are made of.
const PATTERNS: &[&str] = &["templates", "template"];

/// Directories of tests.
const TESTS: &[&str] = &["tests", "test", "__tests__", "e2e", "integration", "functional", "testing", "cypress"];

/// Directories below those of tests, for what the tests are fed with.
const INPUTS: &[&str] = &["data", "resources", "input", "inputs", "cases", "assets", "mocks", "stubs"];

/// Whether a path lies in a directory of examples, of inputs of tests, or of other people's code.
pub fn is_sample(path: &str) -> bool {
    let is_yaml = path.ends_with(".yaml") || path.ends_with(".yml");
    let mut in_tests = false;
    path::directory(path).split('/').any(|part| {
        let is_input = in_tests && (INPUTS.contains(&part) || part.starts_with("example"));
        in_tests |= is_for_tests(part);
        is_input || SAMPLES.contains(&part) || (!is_yaml && PATTERNS.contains(&part))
    })
}

/// Whether a path lies in a directory of tests: what is there is neither shipped nor deployed.
pub fn is_test(path: &str) -> bool {
    path::directory(path).split('/').any(is_for_tests)
}

/// Directories of what developers work in.
const WORKBENCHES: &[&str] = &[".devcontainer", "devcontainer", "dev-container"];

/// Ends of the names of Dockerfiles for developers.
const OF_DEVELOPERS: &[&str] = &[".dev", ".development", "-dev"];

/// Whether a Dockerfile is of an image that developers work in: it is deployed by nobody.
pub fn is_workbench(path: &str) -> bool {
    let name = path::file_name(path).to_ascii_lowercase();
    path::directory(path).split('/').any(|part| WORKBENCHES.contains(&part))
        || OF_DEVELOPERS.iter().any(|end| name.ends_with(end))
        || matches!(name.as_str(), "dev.dockerfile" | "development.dockerfile")
}

/// `tests`, and names that say it of themselves: `integration_tests`, `tests-node`, `test-images`.
fn is_for_tests(part: &str) -> bool {
    let words = || part.split(['-', '_']);
    let first = words().next().unwrap_or("");
    TESTS.contains(&part)
        || (first != part && (matches!(first, "test" | "tests") || words().next_back() == Some("tests")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_of_developers() {
        for (path, expected) in [
            (".devcontainer/Dockerfile", true),
            ("dev-container/Dockerfile", true),
            ("web/Dockerfile.development", true),
            ("web/Dockerfile-dev", true),
            ("dev.Dockerfile", true),
            ("web/Dockerfile.prod", false),
            ("dev/Dockerfile", false),
        ] {
            assert_eq!(is_workbench(path), expected, "{path}");
        }
    }

    #[test]
    fn directories_say_what_they_are_for() {
        for (path, sample, test) in [
            ("services/billing/Dockerfile", false, false),
            ("examples/billing/Dockerfile", true, false),
            ("tests/Dockerfile", false, true),
            ("tests/checks/example_root/pod.yaml", true, true),
            ("src/test/resources/app.yaml", true, true),
            ("resources/app.yaml", false, false),
            ("integration_tests/main.tf", false, true),
            ("ab-test/main.tf", false, false),
            ("test-images/Dockerfile", false, true),
            ("chart/templates/pod.yaml", false, false),
            ("templates/service/package.json", true, false),
            ("test.py", false, false),
            ("cypress/Dockerfile", false, true),
            ("codelabs/simple/main.tf", true, false),
        ] {
            assert_eq!((is_sample(path), is_test(path)), (sample, test), "{path}");
        }
    }
}
