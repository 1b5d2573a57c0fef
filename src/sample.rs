//! Directories of examples, samples, tests, tools and other people's code, told by their names: what lies there is deployed by nobody.

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

/// Words that begin or end the names of such directories: `sample-apps`, `sns-examples`.
const SAMPLE_WORDS: &[&str] = &["sample", "samples", "example", "examples"];

/// Directories of demonstrations, unless they stand among the environments that something is deployed to.
const DEMOS: &[&str] = &["demo", "demos", "quickstart", "quickstarts", "playground"];

/// Directories whose parts are environments.
const ENVIRONMENTS: &[&str] =
    &["env", "envs", "environment", "environments", "overlays", "stages", "deploy", "deployment", "infra", "live"];

/// Directories of patterns for new projects. YAML in them is also what charts, stacks and pipelines are made of.
const PATTERNS: &[&str] = &["templates", "template"];

/// Directories of tests.
const TESTS: &[&str] =
    &["tests", "test", "__tests__", "e2e", "integration", "functional", "testing", "cypress", "playwright"];

/// Directories below those of tests, for what the tests are fed with.
const INPUTS: &[&str] = &["data", "resources", "input", "inputs", "cases", "assets", "mocks", "stubs"];

/// Whether a path lies in a directory of examples, of inputs of tests, or of other people's code.
pub fn is_sample(path: &str) -> bool {
    let is_yaml = path.ends_with(".yaml") || path.ends_with(".yml");
    // A whole project, not a part of a chart or a stack.
    let is_project = path::file_name(path).starts_with("serverless.");
    let (mut in_tests, mut in_environments) = (false, false);
    path::directory(path).split('/').any(|part| {
        let is_input = in_tests && (INPUTS.contains(&part) || part.starts_with("example"));
        in_tests |= is_for_tests(part);
        let is_demo = !in_environments && DEMOS.contains(&part);
        in_environments |= ENVIRONMENTS.contains(&part);
        is_input
            || is_demo
            || SAMPLES.contains(&part)
            || is_worded(part, SAMPLE_WORDS)
            || ((!is_yaml || is_project) && PATTERNS.contains(&part))
    })
}

/// Whether the first or the last word of a name is one of these.
fn is_worded(name: &str, known: &[&str]) -> bool {
    let mut words = name.split(['-', '_']);
    [words.next(), words.next_back()].into_iter().flatten().any(|word| known.contains(&word))
}

/// Whether a path lies in a directory of tests: what is there is neither shipped nor deployed.
pub fn is_test(path: &str) -> bool {
    path::directory(path).split('/').any(is_for_tests)
}

/// Words that begin or end the names of directories beside what is shipped.
#[rustfmt::skip]
const ASIDE: &[&str] = &[
    "fuzz", "xtask", "benches", "bench", "benchmarks", "tests", "test", "e2e", "docs", "website", "ecosystem", "smoke", "compat",
    "compatibility",
];

/// Directories of what a build needs itself: a package that lies right in one of them is none of what is built.
const TOOLBOXES: &[&str] = &["tools", "scripts", "hack"];

/// Whether a path lies beside what is shipped: among tests, benchmarks, documents, or the tools of the build.
pub fn is_aside(path: &str) -> bool {
    let directory = path::directory(path);
    directory.split('/').any(|part| is_worded(part, ASIDE)) || TOOLBOXES.contains(&path::file_name(directory))
}

/// Directories of what developers work in, and of what documents are made with.
const WORKBENCHES: &[&str] =
    &[".devcontainer", "devcontainer", "dev-container", "devel", "docs", "doc", "documentation"];

/// Words anywhere in the names of directories of developers and of suites of tests.
const WORKBENCH_WORDS: &[&str] = &["development", "vagrant", "fuzz", "fuzzing", "local"];

/// Words that stand in the names of Dockerfiles for developers.
const OF_DEVELOPERS: &[&str] = &["dev", "devel", "development", "local", "debug", "tilt"];

/// Words in the names of files for what is deployed.
const OF_PRODUCTION: &[&str] = &["prod", "production", "deploy", "release"];

/// Whether the name of a file says that it is for what is deployed: `docker-compose.prod.yml`.
pub fn speaks_of_production(path: &str) -> bool {
    let name = path::file_name(path).to_ascii_lowercase();
    name.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| OF_PRODUCTION.contains(&word))
}

/// Whether a Dockerfile is of an image that developers work in: it is deployed by nobody.
pub fn is_workbench(path: &str) -> bool {
    let name = path::file_name(path).to_ascii_lowercase();
    let says_so = |part: &str| {
        let words: Vec<&str> = part.split(['-', '_']).collect();
        // `ab-test` is a service, `connector_test_fips` a suite.
        let tests = words.split_last().is_some_and(|(_, words)| words.contains(&"test") || words.contains(&"tests"));
        tests || words.iter().any(|word| WORKBENCH_WORDS.contains(word))
    };
    path::directory(path).split('/').any(|part| WORKBENCHES.contains(&part) || says_so(part))
        || name.split(['.', '-']).any(|word| OF_DEVELOPERS.contains(&word))
}

/// Words in the names of recipes, scripts and stages that serve developers.
const FOR_DEVELOPERS: &[&str] = &["dev", "develop", "development", "watch", "debug", "storybook", "devcontainer"];

/// Whether the name of a recipe, of a script or of a stage says that it serves developers: `start:dev`, `start-dev.sh`.
pub fn speaks_of_developers(name: &str) -> bool {
    name.to_ascii_lowercase().split(|c: char| !c.is_ascii_alphanumeric()).any(|word| FOR_DEVELOPERS.contains(&word))
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
            ("web/Dockerfile.local", true),
            ("docker/local-postgres/Dockerfile", true),
            ("docs/scripts/Dockerfile", true),
            ("devices/Dockerfile", false),
            ("Dockerfile-tilt", true),
            ("docker/development/Dockerfile", true),
            ("dev/Dockerfile", false),
            ("devel/ci/Dockerfile", true),
            ("images/fuzz-builder/Dockerfile", true),
            ("vagrant_boxes/Dockerfile", true),
            ("ci/connector_test_fips/Dockerfile", true),
            ("services/ab-test/Dockerfile", false),
        ] {
            assert_eq!(is_workbench(path), expected, "{path}");
        }
    }

    #[test]
    fn what_lies_beside_what_is_shipped() {
        for (path, expected) in [
            ("tests/e2e_automation/pyproject.toml", true),
            ("search-bench/Cargo.toml", true),
            ("ecosystem-ci/vite/package.json", true),
            ("smoke_checks/package.json", true),
            ("compat/node18/package.json", true),
            ("services/compatible/package.json", false),
            ("internal/tools/go.mod", true),
            ("tools/mailer/pyproject.toml", false),
            ("services/billing/pyproject.toml", false),
        ] {
            assert_eq!(is_aside(path), expected, "{path}");
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
            ("app/templates/py/serverless.yml", true, false),
            ("test.py", false, false),
            ("cypress/Dockerfile", false, true),
            ("codelabs/simple/main.tf", true, false),
            ("nodejs/sample-apps/s3/main.tf", true, false),
            ("s3_examples/package.json", true, false),
            ("demo/package.json", true, false),
            ("environments/demo/main.tf", false, false),
            ("resample/main.tf", false, false),
        ] {
            assert_eq!((is_sample(path), is_test(path)), (sample, test), "{path}");
        }
    }
}
