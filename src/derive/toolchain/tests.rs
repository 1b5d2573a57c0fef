//! Trees and the pairs of statements in them.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::day::Day;
use crate::discover::Listing;
use crate::facts::Facts;
use crate::scan::scan_files;
use crate::source::Sources;
use crate::tree::Tree;

fn facts(files: &[(&str, &str)]) -> Facts {
    let tree: BTreeMap<String, Vec<u8>> =
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    let mut paths: Vec<String> = tree.keys().cloned().collect();
    paths.sort();
    let listing = Listing { paths, ..Listing::default() };
    let tree = Arc::new(Tree::Memory(tree));
    let texts = Sources::default();
    scan_files(&tree, listing, Day(0), texts).facts
}

fn shown(files: &[(&str, &str)]) -> Vec<String> {
    let facts = facts(files);
    let show = |link| {
        let fact: &crate::facts::Toolchain = &facts[link];
        format!("{}:{} {}", fact.header.path, fact.surface, fact.stated.known().map_or("-", |text| text))
    };
    let pair = |pair: &crate::facts::ToolchainPair| {
        let distance = pair.distance.known().map_or("-", |text| text);
        format!("{} | {} | {} {distance}", show(pair.first), show(pair.second), pair.relation)
    };
    facts.toolchain_pairs.iter().map(pair).collect()
}

const PROJECT: &str = "[project]\nname = \"a\"\nversion = \"1\"\nrequires-python = \">=3.12,<3.13\"\n";

#[test]
fn selections_and_demands() {
    assert_eq!(shown(&[("pyproject.toml", PROJECT), (".python-version", "3.12.7\n")]), Vec::<String>::new());
    assert_eq!(
        shown(&[("pyproject.toml", PROJECT), (".python-version", "3.11.9\n")]),
        [".python-version:.python-version 3.11.9 | pyproject.toml:requires-python >=3.12,<3.13 | disjoint minor"]
    );
    assert_eq!(
        shown(&[("a/pyproject.toml", PROJECT), ("a/Dockerfile", "FROM python:3.11-slim\n")]),
        [
            "a/Dockerfile:the image python:3.11-slim 3.11 | a/pyproject.toml:requires-python >=3.12,<3.13 | disjoint minor"
        ]
    );
    // A version file above counts where there is none nearer.
    let nearer = [("a/pyproject.toml", PROJECT), (".python-version", "3.9\n"), ("a/.python-version", "3.12\n")];
    assert_eq!(shown(&nearer), Vec::<String>::new());
    assert_eq!(shown(&nearer[..2]).len(), 1);
    assert_eq!(
        shown(&[("fixtures/a/pyproject.toml", PROJECT), ("fixtures/a/.python-version", "3.9")]),
        Vec::<String>::new()
    );
}

const JOB: &str = "on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/setup-python@v5\n        with: { python-version: VERSION }\n";
const CI: &str = ".github/workflows/ci.yml";

#[test]
fn jobs_speak_of_one_project_or_none() {
    let job = JOB.replace("VERSION", "'3.11'");
    let one = [("pyproject.toml", PROJECT), (CI, job.as_str())];
    assert_eq!(
        shown(&one),
        [
            ".github/workflows/ci.yml:actions/setup-python 3.11 | pyproject.toml:requires-python >=3.12,<3.13 | disjoint minor"
        ]
    );
    let two = [("a/pyproject.toml", PROJECT), ("b/pyproject.toml", PROJECT), (CI, job.as_str())];
    assert_eq!(shown(&two), Vec::<String>::new());
    let in_a = job.replace("    steps:", "    defaults: { run: { working-directory: a } }\n    steps:")
        + "      - run: uv sync\n";
    let two = [("a/pyproject.toml", PROJECT), ("b/pyproject.toml", PROJECT), (CI, in_a.as_str())];
    assert_eq!(shown(&two).len(), 1);
}

#[test]
fn what_is_deployed_is_tested_somewhere_or_not() {
    let open = "[project]\nname = \"a\"\nversion = \"1\"\nrequires-python = \">=3.9\"\n";
    let docker = ("Dockerfile", "FROM python:3.11-slim\n");
    let matrix = "on: push\njobs:\n  test:\n    strategy: { matrix: { py: ['3.11', '3.12'] } }\n    steps:\n      - uses: actions/setup-python@v5\n        with: { python-version: '${{ matrix.py }}' }\n";
    let other = JOB.replace("VERSION", "'3.12'");
    assert_eq!(
        shown(&[("pyproject.toml", open), docker, (CI, other.as_str())]),
        [
            "Dockerfile:the image python:3.11-slim 3.11 | .github/workflows/ci.yml:actions/setup-python 3.12 | disjoint minor"
        ]
    );
    let both = [("pyproject.toml", open), docker, (CI, other.as_str()), (".github/workflows/matrix.yml", matrix)];
    assert_eq!(shown(&both), Vec::<String>::new());
}

#[test]
fn rival_version_files_and_targets() {
    assert_eq!(
        shown(&[(".python-version", "3.12.7\n"), (".tool-versions", "python 3.11.4\n")]),
        [".tool-versions:.tool-versions 3.11.4 | .python-version:.python-version 3.12.7 | disjoint minor"]
    );
    assert_eq!(shown(&[(".nvmrc", "20\n"), (".tool-versions", "nodejs 20.18.1\n")]), Vec::<String>::new());
    let targets = format!("{PROJECT}[tool.ruff]\ntarget-version = \"py313\"\n");
    assert_eq!(
        shown(&[("pyproject.toml", &targets)]),
        [
            "pyproject.toml:tool.ruff.target-version py313 | pyproject.toml:requires-python >=3.12,<3.13 | above-floor minor"
        ]
    );
}

#[test]
fn version_files_that_jobs_name() {
    let row = |files: &[(&str, &str)]| -> Vec<String> {
        let facts = facts(files);
        let ci = facts.toolchains.iter().filter(|fact| fact.phase == "ci");
        ci.map(|fact| {
            format!("{} {:?} {:?}", fact.role, fact.level.known().map(|level| level.0), fact.delegate_exists.known())
        })
        .collect()
    };
    let asked = JOB.replace("python-version: VERSION", "python-version-file: a/.python-version");
    assert_eq!(row(&[(CI, &asked), ("a/.python-version", "3.12.7")]), ["delegate Some(4) Some(true)"]);
    assert_eq!(row(&[(CI, &asked), ("a/main.py", "")]), ["delegate None Some(false)"]);
    assert_eq!(row(&[(CI, &asked)]), ["delegate None None"]);
    let silent = JOB.replace("python-version: VERSION", "cache: pip");
    assert_eq!(row(&[(CI, &silent), (".python-version", "3.12")]), ["delegate Some(3) Some(true)"]);
    assert_eq!(row(&[(CI, &silent)]), ["select Some(0) Some(false)"]);
}
