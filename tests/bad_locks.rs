//! Lockfiles that are broken in every way that happens: a clear finding each, and the others still judged.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

const HASH: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// A format: file, good text, manifest and its text, the line that tells the version and what to make of it.
struct Format {
    lock: &'static str,
    text: String,
    manifest: &'static str,
    asks: &'static str,
    version: (&'static str, &'static str),
}

const PACKAGE: &str = r#"{ "name": "web", "version": "1.0.0", "dependencies": { "amber": "^1.0.0" } }"#;
const PROJECT: &str =
    "[project]\nname = \"shop\"\nversion = \"1.0\"\nrequires-python = \">=3.12\"\ndependencies = [\"amber>=1\"]\n";

fn formats() -> Vec<Format> {
    let integrity = format!("sha512-{}==", "A".repeat(86));
    let uv = format!(
        "version = 1\nrevision = 3\nrequires-python = \">=3.12\"\n\n[[package]]\nname = \"amber\"\nversion = \"1.2.0\"\nsource = {{ registry = \"https://index.example.com/simple\" }}\n\
         wheels = [\n    {{ url = \"https://files.example.com/amber-1.2.0-py3-none-any.whl\", hash = \"{HASH}\", size = 1 }},\n]\n\n\
         [[package]]\nname = \"shop\"\nversion = \"1.0\"\nsource = {{ virtual = \".\" }}\ndependencies = [\n    {{ name = \"amber\" }},\n]\n\n\
         [package.metadata]\nrequires-dist = [{{ name = \"amber\", specifier = \">=1\" }}]\n"
    );
    let poetry = format!(
        "[[package]]\nname = \"amber\"\nversion = \"1.2.0\"\ndescription = \"\"\noptional = false\npython-versions = \">=3.9\"\ngroups = [\"main\"]\n\
         files = [\n    {{file = \"amber-1.2.0-py3-none-any.whl\", hash = \"{HASH}\"}},\n]\n\n[metadata]\nlock-version = \"2.1\"\npython-versions = \">=3.12\"\ncontent-hash = \"0\"\n"
    );
    let cargo = "version = 4\n\n[[package]]\nname = \"shop\"\nversion = \"1.0.0\"\n".to_owned();
    let npm = format!(
        "{{\n  \"name\": \"web\",\n  \"version\": \"1.0.0\",\n  \"lockfileVersion\": 3,\n  \"packages\": {{\n    \"\": {{ \"name\": \"web\", \"version\": \"1.0.0\", \"dependencies\": {{ \"amber\": \"^1.0.0\" }} }},\n\
         \x20   \"node_modules/amber\": {{\n      \"version\": \"1.2.0\",\n      \"resolved\": \"https://npm.example.com/amber/-/amber-1.2.0.tgz\",\n      \"integrity\": \"{integrity}\"\n    }}\n  }}\n}}\n"
    );
    let yarn = format!(
        "# yarn lockfile v1\n\n\namber@^1.0.0:\n  version \"1.2.0\"\n  resolved \"https://npm.example.com/amber/-/amber-1.2.0.tgz\"\n  integrity {integrity}\n"
    );
    let pnpm = format!(
        "lockfileVersion: '9.0'\n\nsettings:\n  autoInstallPeers: true\n  excludeLinksFromLockfile: false\n\nimporters:\n\n  .:\n    dependencies:\n      amber:\n        specifier: ^1.0.0\n        version: 1.2.0\n\n\
         packages:\n\n  amber@1.2.0:\n    resolution: {{integrity: {integrity}}}\n\nsnapshots:\n\n  amber@1.2.0: {{}}\n"
    );
    let bun = format!(
        "{{\n  \"lockfileVersion\": 1,\n  \"workspaces\": {{\n    \"\": {{ \"name\": \"web\", \"dependencies\": {{ \"amber\": \"^1.0.0\" }} }}\n  }},\n  \"packages\": {{\n    \"amber\": [\"amber@1.2.0\", \"\", {{}}, \"{integrity}\"]\n  }}\n}}\n"
    );
    let composer = "{\n    \"content-hash\": \"0\",\n    \"packages\": [\n        {\n            \"name\": \"shop/amber\",\n            \"version\": \"1.2.0\"\n        }\n    ],\n    \"packages-dev\": []\n}\n".to_owned();
    let make = |lock, text, manifest, asks, version| Format { lock, text, manifest, asks, version };
    vec![
        make("uv.lock", uv, "pyproject.toml", PROJECT, ("version = 1\n", "version = 99\n")),
        make("poetry.lock", poetry, "pyproject.toml", PROJECT, ("lock-version = \"2.1\"", "lock-version = \"99.0\"")),
        make(
            "Cargo.lock",
            cargo,
            "Cargo.toml",
            "[package]\nname = \"shop\"\nversion = \"1.0.0\"\n",
            ("version = 4\n", "version = 99\n"),
        ),
        make("package-lock.json", npm, "package.json", PACKAGE, ("\"lockfileVersion\": 3", "\"lockfileVersion\": 99")),
        make("yarn.lock", yarn, "package.json", PACKAGE, ("# yarn lockfile v1", "# yarn lockfile v99")),
        make("pnpm-lock.yaml", pnpm, "package.json", PACKAGE, ("'9.0'", "'99.0'")),
        make("bun.lock", bun, "package.json", PACKAGE, ("\"lockfileVersion\": 1", "\"lockfileVersion\": 99")),
        make(
            "composer.lock",
            composer,
            "composer.json",
            "{ \"require\": { \"shop/amber\": \"^1.0\" } }",
            ("\"content-hash\"", "\"unknown\""),
        ),
    ]
}

/// The text with a conflict around its middle line, both sides of which are that line.
fn conflicted(text: &str) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let (before, after) = lines.split_at(lines.len() / 2);
    let middle = after[0];
    format!("{}<<<<<<< HEAD\n{middle}=======\n{middle}>>>>>>> theirs\n{}", before.concat(), after[1..].concat())
}

/// The text with its second key written again at the same level.
fn doubled(text: &str, lock: &str) -> String {
    match lock {
        "yarn.lock" => format!("{text}\n{}", text.split_once("\n\n\n").map_or("", |(_, rest)| rest)),
        "pnpm-lock.yaml" => format!("{text}packages: {{}}\n"),
        _ if text.starts_with('{') => text.replacen("{\n", "{\n  \"packages\": {},\n", 1),
        _ => format!("version = 1\n{text}").replacen(
            "version = 1\n[[package]]",
            "[extra]\na = 1\na = 2\n\n[[package]]",
            1,
        ),
    }
}

/// A project in `good/` whose lockfile is fresh, and these files.
fn tree(files: &[(String, Option<String>)]) -> TempDir {
    let directory = TempDir::new().unwrap();
    let uv = formats().remove(0);
    let good =
        [("good/pyproject.toml".to_owned(), Some(PROJECT.to_owned())), ("good/uv.lock".to_owned(), Some(uv.text))];
    for (path, text) in good.iter().chain(files) {
        let full = directory.path().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        match text {
            Some(text) => fs::write(full, text).unwrap(),
            None => fs::create_dir_all(full).unwrap(),
        }
    }
    directory
}

/// One line for each lockfile but the good one, which must be fresh; then the findings below `bad/`.
fn judged(directory: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_reproof"))
        .current_dir(directory)
        .args(["check", "--format", "json", "--now", "2026-11-24"])
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let list = |key: &str| report[key].as_array().unwrap().clone();
    let mut lines = Vec::new();
    for lock in list("lockfiles") {
        match lock["path"].as_str().unwrap() {
            "good/uv.lock" => assert_eq!(lock["verdict"], "fresh", "the good lockfile is judged all the same"),
            path => lines.push(format!("  {path}: {}", lock["verdict"].as_str().unwrap())),
        }
    }
    for finding in list("findings") {
        let path = finding["location"]["path"].as_str().unwrap();
        let rule = finding["rule"].as_str().unwrap();
        let is_about_locks = finding["severity"] != "note" && path.starts_with("bad/");
        if is_about_locks && !rule.starts_with("un")
            || matches!(rule, "unreadable-file" | "undecided-lockfile") && path.starts_with("bad/")
        {
            lines.push(format!(
                "  {path}:{} {rule}: {}",
                finding["location"]["line"],
                finding["message"].as_str().unwrap()
            ));
        }
    }
    lines.join("\n")
}

#[test]
fn broken_lockfiles_are_told_and_the_others_judged() {
    let mut shown = Vec::new();
    for format in formats() {
        let half = format.text[..format.text.len() * 2 / 3].to_owned();
        let other = format.text.replace(format.version.0, format.version.1);
        let cases = [
            ("conflict markers", Some(conflicted(&format.text)), Some(format.asks)),
            ("truncated", Some(half), Some(format.asks)),
            ("unknown version", Some(other), Some(format.asks)),
            ("duplicate keys", Some(doubled(&format.text, format.lock)), Some(format.asks)),
            ("without a manifest", Some(format.text.clone()), None),
            ("beside a broken manifest", Some(format.text.clone()), Some("<<< no { manifest")),
            ("a directory", None, Some(format.asks)),
        ];
        for (name, lock, manifest) in cases {
            let mut files = vec![(format!("bad/{}", format.lock), lock)];
            files.extend(manifest.map(|text| (format!("bad/{}", format.manifest), Some(text.to_owned()))));
            let found = judged(tree(&files).path());
            assert!(!found.is_empty(), "{} {name} is passed over in silence", format.lock);
            shown.push(format!("{} {name}\n{found}", format.lock));
        }
    }
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn two_lockfiles_that_claim_one_manifest() {
    let all = formats();
    let find = |name: &str| all.iter().find(|format| format.lock == name).unwrap();
    let mut shown = Vec::new();
    for (one, two) in [("package-lock.json", "yarn.lock"), ("uv.lock", "poetry.lock"), ("pnpm-lock.yaml", "bun.lock")] {
        let (one, two) = (find(one), find(two));
        let files = [
            (format!("bad/{}", one.lock), Some(one.text.clone())),
            (format!("bad/{}", two.lock), Some(two.text.clone())),
            (format!("bad/{}", one.manifest), Some(one.asks.to_owned())),
        ];
        shown.push(format!("{} {}\n{}", one.lock, two.lock, judged(tree(&files).path())));
    }
    insta::assert_snapshot!(shown.join("\n"));
}
