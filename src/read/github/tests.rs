//! Tables of cases.

use crate::facts::{Facts, Toolchain};
use crate::read::read_alone;
use crate::value::{State, Value};

use super::READER;

fn facts(text: &str) -> Facts {
    read_alone(&READER, ".github/workflows/ci.yml", text).facts
}

fn level(value: &Value<crate::facts::Count>) -> String {
    match &value.state {
        State::Known(level) => format!("P{}", level.0),
        _ => "?".to_owned(),
    }
}

fn shown(facts: &Facts) -> Vec<String> {
    let mut rows = Vec::new();
    let known = |value: &Value<String>| value.known().cloned().unwrap_or_else(|| "?".to_owned());
    rows.extend(facts.runners.iter().map(|fact| format!("runner {} {}", known(&fact.label), level(&fact.level))));
    rows.extend(facts.images.iter().map(|fact| format!("image {} {} {}", fact.role, known(&fact.reference), level(&fact.level))));
    rows.extend(facts.actions.iter().map(|fact| format!("action {} {}", fact.uses, level(&fact.level))));
    let toolchain = |fact: &Toolchain| {
        let mut row = format!("{} {} {} {} {}", fact.role, fact.tool, known(&fact.stated), level(&fact.level), fact.surface);
        if fact.enumerated {
            row.push_str(" enumerated");
        }
        if let Some(loaded) = fact.loaded_as.known() {
            row.push_str(&format!(" loaded as {loaded}"));
        }
        if let Some(file) = fact.delegate.possible().first() {
            row.push_str(&format!(" of {file}"));
        }
        if !fact.scope.is_empty() {
            row.push_str(&format!(" for {}", fact.scope));
        }
        row
    };
    rows.extend(facts.toolchains.iter().map(toolchain));
    rows.extend(facts.steps.iter().map(|fact| {
        format!("step {}: {} {} in {} {}", fact.job, fact.command, known(&fact.lock_use), known(&fact.directory), fact.purpose)
    }));
    rows.extend(facts.problems.iter().map(|fact| format!("problem {}", fact.trouble)));
    rows
}

fn check(text: &str, expected: &[&str]) {
    assert_eq!(shown(&facts(text)), expected, "{text}");
}

#[test]
fn a_workflow() {
    let text = r#"
on:
  pull_request:
jobs:
  test:
    runs-on: ubuntu-latest
    container: python:3.12-slim
    services:
      db: { image: "postgres:16" }
    defaults: { run: { working-directory: app } }
    steps:
      - uses: actions/checkout@v4
      - uses: actions/checkout@v4
      - uses: actions/setup-python@0123456789abcdef0123456789abcdef01234567 # v5
        with: { python-version: "3.12.7" }
      - uses: docker://alpine:3.20
      - run: |
          uv sync
          cd lib && npm ci
"#;
    check(
        text,
        &[
            "runner ubuntu-latest P1",
            "image job python:3.12-slim P3",
            "image service postgres:16 P2",
            "image tool alpine:3.20 P3",
            "action actions/checkout@v4 P2",
            "action actions/setup-python@0123456789abcdef0123456789abcdef01234567 P5",
            "select python 3.12 P3 container enumerated for app",
            "select python 3.12.7 P4 actions/setup-python for app",
            "step test: uv sync may-rewrite in app check",
            "step test: npm ci proves in app/lib check",
        ],
    );
}

#[test]
fn a_matrix_and_versions_that_a_loader_changes() {
    let text = r#"
on: [push]
jobs:
  test:
    strategy:
      matrix:
        os: [ubuntu-24.04, windows-2022]
        python: [3.9, 3.10]
        include: [{ python: "3.13", os: ubuntu-24.04 }]
    runs-on: ${{ matrix.os }}
    steps:
      - uses: actions/setup-python@v5.3.0
        with: { python-version: "${{ matrix.python }}" }
      - uses: actions/setup-go@v5.3.0
        with: { go-version: 1.20 }
      - uses: example/thing@v1.2.3
        with: { thing-version: 2.0 }
      - run: npm install | Out-Null
      - run: npm ci
      - run: npm install
        shell: bash
"#;
    check(
        text,
        &[
            "runner ubuntu-24.04 P3",
            "runner windows-2022 P3",
            "action actions/setup-python@v5.3.0 P4",
            "action actions/setup-go@v5.3.0 P4",
            "action example/thing@v1.2.3 P4",
            "enumerate python 3.9 P3 actions/setup-python enumerated",
            "enumerate python 3.10 P3 actions/setup-python enumerated loaded as 3.1",
            "enumerate python 3.13 P3 actions/setup-python enumerated",
            "select go 1.20 P3 actions/setup-go loaded as 1.2",
            "select thing 2.0 P3 example/thing enumerated loaded as 2",
            "step test: npm install may-rewrite in  check",
            "step test: npm ci proves in  check",
            "step test: npm install may-rewrite in  check",
        ],
    );
}

#[test]
fn steps_beside_each_other() {
    let text = r"
on: push
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - parallel:
          - uses: ruby/setup-ruby@v1.2.3
            with: { ruby-version: .ruby-version }
          - uses: actions/setup-python@v5.3.0
            with: ${{ inputs.all }}
          - uses: actions/setup-node@v4.1.0
      - uses: nick-fields/retry@v3.0.2
        with: { command: npm install }
";
    check(
        text,
        &[
            "runner ubuntu-24.04 P3",
            "action ruby/setup-ruby@v1.2.3 P4",
            "action actions/setup-python@v5.3.0 P4",
            "action actions/setup-node@v4.1.0 P4",
            "action nick-fields/retry@v3.0.2 P4",
            "delegate ruby ? ? ruby/setup-ruby of .ruby-version",
            "select python ? ? actions/setup-python",
            "select node ? P0 actions/setup-node",
            "step deploy: npm install may-rewrite in  release",
        ],
    );
}

#[test]
fn setup_actions_without_a_version() {
    let text = r"
on: push
env: { NODE: '20' }
jobs:
  deploy:
    runs-on: [self-hosted, linux]
    environment: production
    steps:
      - uses: actions/setup-python@v5
      - uses: actions/setup-node@v4
        with: { node-version: '${{ env.NODE }}' }
      - uses: actions/setup-go@v5
        with: { go-version-file: api/go.mod }
      - uses: hashicorp/setup-terraform@v3
      - uses: dtolnay/rust-toolchain@stable
      - uses: actions/setup-java@v4
        with: { java-version: '${{ secrets.X }}' }
      - run: terraform init
";
    check(
        text,
        &[
            "runner self-hosted ?",
            "runner linux ?",
            "action actions/setup-python@v5 P2",
            "action actions/setup-node@v4 P2",
            "action actions/setup-go@v5 P2",
            "action hashicorp/setup-terraform@v3 P2",
            "action dtolnay/rust-toolchain@stable P1",
            "action actions/setup-java@v4 P2",
            "delegate python ? ? actions/setup-python of .python-version",
            "select node 20 P2 actions/setup-node",
            "delegate go ? ? actions/setup-go of api/go.mod",
            "select terraform latest P1 hashicorp/setup-terraform",
            "select java ? ? actions/setup-java enumerated",
            "step deploy: terraform init may-rewrite in  release",
        ],
    );
}

#[test]
fn a_composite_action() {
    let text = r"
inputs: { python: { default: '3.x' } }
runs:
  using: composite
  steps:
    - uses: actions/setup-python@v5.3.0
      with: { python-version: '${{ inputs.python }}' }
    - run: pip install hazel-tools
      shell: bash
    - run: Install-Module x
      shell: pwsh
";
    let output = read_alone(&READER, ".github/actions/setup/action.yml", text);
    assert_eq!(
        shown(&output.facts),
        [
            "action actions/setup-python@v5.3.0 P4",
            "enumerate python 3.x P2 actions/setup-python enumerated",
            "step : pip install hazel-tools installs in  check",
            "problem shell",
        ]
    );
}

#[test]
fn odd_and_hostile_workflows() {
    check("on: true\njobs: []\n", &[]);
    check("jobs:\n  a:\n    steps: x\n    runs-on: {}\n", &[]);
    check("jobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: 'if ['\n", &["runner ubuntu-24.04 P3", "problem script"]);
    check("jobs:\n  a: &a\n    runs-on: ubuntu-24.04\n  b: *a\n", &["runner ubuntu-24.04 P3"]);
    check("jobs: {\n", &["problem syntax"]);
    let long = format!("jobs:\n  a:\n    steps:\n{}", "      - run: npm ci\n".repeat(50_000));
    assert_eq!(facts(&long).steps.len(), super::MOST);
}

#[test]
fn other_repositories_are_none_of_ours() {
    let text = r"
on: push
jobs:
  others:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4.2.2
        with: { repository: example/other }
      - uses: actions/setup-node@v4.1.0
        with: { node-version-file: .node-version }
      - run: npm install
  beside:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4.2.2
      - uses: actions/checkout@v4.2.2
        with: { repository: example/other, path: other }
      - run: cd other && npm ci
      - run: npm ci
        working-directory: other
      - run: npm ci
";
    check(
        text,
        &[
            "runner ubuntu-24.04 P3",
            "action actions/checkout@v4.2.2 P4",
            "action actions/setup-node@v4.1.0 P4",
            "select node ? ? actions/setup-node enumerated",
            "step others: npm install may-rewrite in ? check",
            "step beside: npm ci proves in other check",
            "step beside: npm ci proves in ? check",
            "step beside: npm ci proves in  check",
        ],
    );
}
