//! Definitions of builds that are broken, templated or for other shells: each is unknown or a problem, never a verdict
//! about what it does not say, and never silence.

use std::fs;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// What has to be said of a file.
enum Said {
    /// A problem with these words.
    Problem(&'static str),
    /// A value that is not known, at least one.
    Unknown,
    /// A finding of this rule at this line, whatever else the file holds.
    Finding(&'static str, u64),
    /// Nothing: the file says all that there is to know, and all is well.
    Nothing,
}

const JOB: &str = "jobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n";

fn report(files: &[(&str, String)]) -> Value {
    let root = TempDir::new().unwrap();
    for (path, text) in files {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_reproof"))
        .args(["check", "--format", "json", "--now", "2026-11-23"])
        .current_dir(root.path())
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        panic!("{error}: {}", String::from_utf8_lossy(&output.stderr));
    })
}

fn cases() -> Vec<(&'static str, String, Said)> {
    let ci = ".github/workflows/ci.yml";
    let long = format!(
        "on: push\n{JOB}{}",
        "      - run: npm install -g x # a line as long as people write them\n".repeat(32_000)
    );
    vec![
        (ci, format!("on: push\n{JOB}      {{% if x %}}\n      - run: npm ci\n      {{% endif %}}\n"), Said::Problem("")),
        (ci, format!("on: true\n{JOB}      - run: pip install x\n"), Said::Finding("unpinned-install", 6)),
        (ci, format!("on: [\n{JOB}"), Said::Problem("")),
        (ci, "jobs: 3\n".to_owned(), Said::Nothing),
        (ci, format!("on: push\nunknown: {{a: 1}}\n{JOB}      - {{run: 'true', nothing: 1}}\n"), Said::Nothing),
        (
            ci,
            format!("on: push\nx-steps: &steps\n  - run: pip install x\n{}", JOB.replace("steps:\n", "steps: *steps\n")),
            Said::Finding("unpinned-install", 3),
        ),
        (
            ci,
            format!("on: push\n{JOB}      - <<: {{run: pip install x}}\n"),
            Said::Finding("unpinned-install", 6),
        ),
        (ci, format!("on: push\n{JOB}      - run: |\n          Get-ChildItem | % {{ npm install $_ }}\n        shell: pwsh\n"), Said::Problem("PowerShell")),
        (ci, format!("on: push\n{JOB}      - run: npm install %X%\n        shell: cmd\n"), Said::Problem("cmd")),
        (ci, format!("on: push\n{}      - run: npm install $env:X\n", JOB.replace("ubuntu-24.04", "windows-2022")), Said::Problem("PowerShell")),
        (ci, format!("on: push\n{JOB}      - run: if then fi (\n"), Said::Problem("script")),
        (
            ci,
            format!("on: push\n{}", JOB.replace("    steps:\n", "    container: ${{ inputs.image }}\n    steps: []\n")),
            Said::Unknown,
        ),
        (ci, long, Said::Finding("unpinned-install", 6)),
        (".gitlab-ci.yml", "test:\n  script:\n    - {{ x }}: y\n  b: [\n".to_owned(), Said::Problem("template")),
        ("azure-pipelines.yml", "steps:\n  - powershell: npm install\n".to_owned(), Said::Problem("PowerShell")),
        ("Dockerfile", "FROM python:3.12.7-slim-bookworm\nNOTHING x\nRUN pip install x\n".to_owned(), Said::Problem("not understood")),
        ("Dockerfile", "FROM mcr.microsoft.com/windows:ltsc2022\nSHELL [\"powershell\"]\nRUN npm install\n".to_owned(), Said::Problem("PowerShell")),
        (
            "chart/templates/deploy.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nspec:\n  containers:\n    - image: {{ .Values.image }}\n".to_owned(),
            Said::Unknown,
        ),
        (
            "chart/templates/deploy.yaml",
            "apiVersion: apps/v1\nkind: Deployment\n{{- if .Values.x }}\nspec:\n  containers:\n    - image: busybox\n{{- end }}\n".to_owned(),
            Said::Finding("floating-image", 6),
        ),
        ("docker-compose.yml", "services:\n  {% for x in y %}\n  a: {image: b}\n  {% endfor %}\n".to_owned(), Said::Problem("template")),
        (".pre-commit-config.yaml", "repos: [\n".to_owned(), Said::Problem("")),
        ("tox.ini", "[tox\nenvlist = py{3\n[testenv]\nbasepython = python3.12\n".to_owned(), Said::Nothing),
        ("mise.lock", "[[tools.node]\n".to_owned(), Said::Problem("")),
    ]
}

#[test]
fn what_is_not_understood_is_said() {
    for (path, text, said) in cases() {
        let shown: String = text.chars().take(200).collect();
        hold(&report(&[(path, text)]), path, &said, &shown);
    }
}

#[test]
fn recipes_that_are_not_understood_are_said() {
    let recipes = [
        ("justfile", "lint:\n    pip install black\nthis is nothing\n", "just lint"),
        ("justfile", "lint:\n    if then (\n", "just lint"),
        ("Makefile", "lint:\n\tpip install black\nthis is nothing\n", "make lint"),
        ("Makefile", "lint:\n\tif then (\n", "make lint"),
        (
            "package.json",
            "{\"name\": \"a\", \"private\": true, \"scripts\": {\"lint\": \"if then (\"}}",
            "npm run lint",
        ),
        ("Taskfile.yml", "tasks: [\n", "task lint"),
    ];
    for (path, text, command) in recipes {
        let workflow = format!("on: push\n{JOB}      - run: {command}\n");
        let files = [(".github/workflows/ci.yml", workflow), (path, text.to_owned())];
        hold(&report(&files), path, &Said::Problem(""), text);
    }
}

fn hold(report: &Value, path: &str, said: &Said, shown: &str) {
    let list = |node: &Value| node.as_array().cloned().unwrap_or_default();
    let problems: Vec<Value> = list(&report["coverage"]["problems"]);
    let has_problem =
        |words: &str| problems.iter().any(|one| one["location"]["path"] == path && one.to_string().contains(words));
    match said {
        Said::Problem(words) => assert!(has_problem(words), "{path}: {shown}\n{problems:?}"),
        Said::Unknown => {
            let unknowns = list(&report["unknowns"]);
            assert!(unknowns.iter().any(|one| one["location"]["path"] == path), "{path}: {shown}\n{unknowns:?}");
        }
        Said::Finding(rule, line) => {
            let findings = list(&report["findings"]);
            let is_it = |one: &Value| one["rule"] == *rule && one["location"]["line"] == *line;
            assert!(findings.iter().any(is_it), "{path}: {shown}\n{findings:?}");
        }
        Said::Nothing => assert!(problems.is_empty(), "{path}: {shown}\n{problems:?}"),
    }
}
