//! A repository that asks a registry which is made up.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::registry::{Page, Registry};

/// A repository, a user's home, and a registry.
pub(crate) struct Bench {
    pub(crate) registry: Registry,
    pub(crate) repository: TempDir,
    pub(crate) home: TempDir,
}

/// What a run gave.
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Bench {
    /// `@` in files and pages stands for the registry's address.
    pub(crate) fn new(files: &[(&str, &str)], pages: &[(&str, &str)]) -> Self {
        let registry = Registry::start();
        let bench = Self { registry, repository: TempDir::new().unwrap(), home: TempDir::new().unwrap() };
        let config = "[registry]\npython = \"@/simple\"\nnode = \"@/npm\"\nrust = \"@/index\"\n";
        bench.write("reproof.toml", config);
        for (path, text) in files {
            bench.write(path, text);
        }
        for (path, text) in pages {
            bench.registry.put(path, Page::json(text.replace('@', &bench.registry.url(""))));
        }
        bench
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let full = self.repository.path().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, text.replace("@/", &format!("{}/", self.registry.url("")))).unwrap();
    }

    pub(crate) fn command(&self, directory: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_reproof"));
        command.current_dir(directory).args(arguments).env_clear().env("NO_COLOR", "1");
        command.env("HOME", self.home.path()).envs(variables.iter().copied());
        command
    }

    /// Rehearses.
    pub(crate) fn run(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Outcome {
        self.verb(&[&["rehearse"], arguments].concat(), variables)
    }

    /// Runs a verb.
    pub(crate) fn verb(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Outcome {
        let output = self.command(self.repository.path(), arguments, variables).output().unwrap();
        let host = self.registry.url("").replace("http://", "");
        let text = |bytes: &[u8]| {
            String::from_utf8_lossy(bytes).replace(&self.registry.url(""), "@").replace(&host, "index.example.com")
        };
        Outcome { code: output.status.code().unwrap(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// The exit code, the verdicts, and of each package its outcome.
    pub(crate) fn judge(&self, arguments: &[&str]) -> (i32, Vec<String>, Vec<String>) {
        let outcome = self.run(&[&["--format", "json"], arguments].concat(), &[]);
        let report: Value =
            serde_json::from_str(&outcome.out).unwrap_or_else(|_| panic!("{}{}", outcome.out, outcome.err));
        let rows = report["rehearsal"].as_array().unwrap();
        let verdicts = rows.iter().map(|row| row["verdict"].as_str().unwrap().to_owned()).collect();
        let mut packages: Vec<String> = rows
            .iter()
            .flat_map(|row| row["artifacts"].as_array().unwrap())
            .filter(|artifact| artifact["kind"] == "package" || artifact["kind"] == "lockfile")
            .map(|artifact| format!("{} {}", artifact["name"].as_str().unwrap(), artifact["outcome"].as_str().unwrap()))
            .collect();
        packages.sort();
        (outcome.code, verdicts, packages)
    }
}

pub(crate) const PYTHON: (&str, &str) = (".python-version", "3.12.7\n");

/// A SHA-256 of one digit.
pub(crate) fn sha(digit: char) -> String {
    digit.to_string().repeat(64)
}

/// A page of the simple API: name, then file name, digit of the hash and what else is said of it.
pub(crate) fn simple(name: &str, files: &[(&str, char, &str)]) -> String {
    let files: Vec<String> = files
        .iter()
        .map(|(file, digit, more)| {
            format!(
                r#"{{"filename": "{file}", "url": "@/files/{file}", "hashes": {{"sha256": "{}"}}{more}}}"#,
                sha(*digit)
            )
        })
        .collect();
    format!(r#"{{"name": "{name}", "files": [{}]}}"#, files.join(", "))
}

/// A uv.lock of one package.
pub(crate) fn uv(name: &str, files: &[(&str, char)]) -> String {
    let wheels: Vec<String> = files
        .iter()
        .map(|(file, digit)| format!("    {{ url = \"@/files/{file}\", hash = \"sha256:{}\" }},\n", sha(*digit)))
        .collect();
    format!(
        "version = 1\nrevision = 3\nrequires-python = \">=3.12\"\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\nsource = {{ virtual = \".\" }}\ndependencies = [\n    {{ name = \"{name}\" }},\n]\n\n[[package]]\nname = \"{name}\"\nversion = \"1.0\"\nsource = {{ registry = \"@/simple\" }}\nwheels = [\n{}]\n",
        wheels.concat()
    )
}

pub(crate) const PROJECT: (&str, &str) = (
    "pyproject.toml",
    "[project]\nname = \"app\"\nversion = \"0.1.0\"\nrequires-python = \">=3.12\"\ndependencies = [\"idna\"]\n",
);

pub(crate) const PURE: &str = "idna-1.0-py3-none-any.whl";

pub(crate) const LINUX: &str = "idna-1.0-cp312-cp312-manylinux_2_17_x86_64.whl";

pub(crate) const MAC: &str = "idna-1.0-cp312-cp312-macosx_11_0_arm64.whl";

pub(crate) const SOURCE: &str = "idna-1.0.tar.gz";

/// A package-lock.json of version 3.
pub(crate) fn npm(packages: &str) -> String {
    format!("{{\"name\": \"app\", \"lockfileVersion\": 3, \"packages\": {{\"\": {{\"name\": \"app\"}}{packages}}}}}")
}

pub(crate) const NODE: &[(&str, &str)] =
    &[(".nvmrc", "22.4.1\n"), ("package.json", "{\"name\": \"app\", \"private\": true}")];

/// Base 64 of nothing's SHA-1, which both spellings below have.
pub(crate) const SHA1: &str = "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=";

pub(crate) const SHASUM: &str = "da39a3ee5e6b4b0d3255bfef95601890afd80709";

/// A Cargo.lock of one crate.
pub(crate) fn cargo(name: &str, digit: char) -> String {
    let registry = cargo_lock::package::SourceId::default();
    format!(
        "version = 4\n\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\n \"{name}\",\n]\n\n[[package]]\nname = \"{name}\"\nversion = \"1.0.0\"\nsource = \"registry+{}\"\nchecksum = \"{}\"\n",
        registry.url(),
        sha(digit)
    )
}

pub(crate) const RUST: &[(&str, &str)] = &[
    ("rust-toolchain.toml", "[toolchain]\nchannel = \"1.90.0\"\n"),
    (
        "Cargo.toml",
        "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\nserde = \"1\"\n",
    ),
];

pub(crate) fn git(directory: &Path, arguments: &[&str]) {
    let done = Command::new("git")
        .current_dir(directory)
        .args(["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}
