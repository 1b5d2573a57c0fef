//! What a pull request changes in lockfiles and packages, as `check --base` tells it.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

fn git(directory: &Path, arguments: &[&str]) {
    let names = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
    let done = Command::new("git").current_dir(directory).args(names).args(arguments).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

fn lock(packages: &[(&str, &str)]) -> String {
    let mut lock = "version = 1\nrevision = 3\nrequires-python = \">=3.12\"\n".to_owned();
    for (name, version) in packages {
        lock += &format!(
            "\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = {{ registry = \"https://index.example.com/simple\" }}\nwheels = [\n    {{ url = \"https://files.example.com/{name}-{version}-py3-none-any.whl\", hash = \"sha256:{}\", size = 9000000 }},\n]\n",
            "a".repeat(64)
        );
    }
    let names: Vec<String> = packages.iter().map(|(name, _)| format!("    {{ name = \"{name}\" }},\n")).collect();
    let asked: Vec<String> = packages.iter().map(|(name, _)| format!("{{ name = \"{name}\" }}")).collect();
    lock + &format!(
        "\n[[package]]\nname = \"shop\"\nversion = \"1\"\nsource = {{ virtual = \".\" }}\ndependencies = [\n{}]\n\n[package.metadata]\nrequires-dist = [{}]\n",
        names.concat(),
        asked.join(", ")
    )
}

fn write(directory: &Path, packages: &[(&str, &str)]) {
    let names: Vec<String> = packages.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    let manifest = format!(
        "[project]\nname = \"shop\"\nversion = \"1\"\nrequires-python = \">=3.12\"\ndependencies = [{}]\n\n[tool.uv]\npackage = false\n",
        names.join(", ")
    );
    fs::write(directory.join("pyproject.toml"), manifest).unwrap();
    fs::write(directory.join("uv.lock"), lock(packages)).unwrap();
}

const TEMPLATE: &str = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Shop:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: python3.12\n      Handler: app.handler\n      CodeUri: .\n      Timeout: 5\n      MemorySize: 128\n";

/// A repository with a commit, and other packages in its working tree.
fn repository() -> TempDir {
    let directory = TempDir::new().unwrap();
    let at = directory.path();
    fs::write(at.join("template.yaml"), TEMPLATE).unwrap();
    fs::write(at.join("app.py"), "def handler(event, context):\n    return {}\n").unwrap();
    write(at, &[("idna", "3.9"), ("old", "1.0"), ("zlib", "2.0")]);
    git(at, &["init", "-q"]);
    git(at, &["add", "-A"]);
    git(at, &["commit", "-q", "-m", "a"]);
    write(at, &[("anyio", "4.0"), ("httpx", "1.0"), ("idna", "3.10"), ("zlib", "1.0")]);
    directory
}

fn check(directory: &Path, format: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_reproof"))
        .current_dir(directory)
        .args(["check", "--base", "HEAD", "--rule", "stale-lockfile", "--now", "2026-11-23", "--format", format])
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_a_pull_request_changes() {
    let directory = repository();
    let mut settings = insta::Settings::clone_current();
    settings.add_filter("since (`?)[0-9a-f]{10}", "since ${1}[COMMIT]");
    settings.bind(|| {
        insta::assert_snapshot!("base-text", check(directory.path(), "text"));
        insta::assert_snapshot!("base-markdown", check(directory.path(), "markdown"));
        let report: serde_json::Value = serde_json::from_str(&check(directory.path(), "json")).unwrap();
        let changes =
            serde_json::json!({ "lock_changes": report["lock_changes"], "size_changes": report["size_changes"] });
        insta::assert_json_snapshot!("base-json", changes);
    });
}

#[test]
fn nothing_changed_is_an_empty_list_and_no_base_is_none() {
    let directory = repository();
    git(directory.path(), &["commit", "-q", "-a", "-m", "b"]);
    let report: serde_json::Value = serde_json::from_str(&check(directory.path(), "json")).unwrap();
    assert_eq!(report["lock_changes"], serde_json::json!([]));
    assert!(!check(directory.path(), "text").contains("changed since"));
    let output = Command::new(env!("CARGO_BIN_EXE_reproof"))
        .current_dir(directory.path())
        .args(["check", "--format", "json"])
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["lock_changes"], serde_json::Value::Null);
}
