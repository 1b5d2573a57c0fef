//! Repositories with planted histories: each commit at its time, with its message and its files.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// Monday, 2026-01-05, 00:00 UTC.
pub(crate) const START: i64 = 1_767_571_200;

/// A repository that grows commit by commit.
pub(crate) struct Planted {
    directory: TempDir,
    stream: String,
    begun: bool,
}

impl Planted {
    pub(crate) fn new() -> Self {
        let planted = Self { directory: TempDir::new().unwrap(), stream: String::new(), begun: false };
        planted.git(&["init", "-q", "-b", "main"]);
        planted
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let done = Command::new("git").current_dir(self.path()).args(arguments).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).trim().to_owned()
    }

    /// Sets what a file holds with the next commit.
    pub(crate) fn write(&mut self, path: &str, text: impl Into<String>) -> &mut Self {
        let text = text.into();
        writeln!(self.stream, "M 100644 inline {path}\ndata {}\n{text}", text.len()).unwrap();
        self
    }

    /// Deletes a file with the next commit.
    pub(crate) fn delete(&mut self, path: &str) -> &mut Self {
        writeln!(self.stream, "D {path}").unwrap();
        self
    }

    /// Commits, so many hours after the start.
    pub(crate) fn commit(&mut self, hours: f64, message: &str) -> &mut Self {
        self.commit_at(START + (hours * 3600.0) as i64, message)
    }

    /// Commits at a time.
    pub(crate) fn commit_at(&mut self, time: i64, message: &str) -> &mut Self {
        let changes = std::mem::take(&mut self.stream);
        let from = if self.begun { "from refs/heads/main^0\n" } else { "" };
        let head = format!(
            "commit refs/heads/main\ncommitter T <t@example.com> {time} +0000\ndata {}\n{message}\n{from}",
            message.len()
        );
        self.begun = true;
        self.import(&format!("{head}{changes}\n"));
        self
    }

    fn import(&self, stream: &str) {
        let mut import = Command::new("git")
            .current_dir(self.path())
            .args(["fast-import", "--quiet"])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        import.stdin.take().unwrap().write_all(stream.as_bytes()).unwrap();
        assert!(import.wait().unwrap().success());
    }

    /// The newest commit.
    pub(crate) fn head(&self) -> String {
        self.git(&["rev-parse", "refs/heads/main"])
    }

    /// Runs `reproof metrics`: exit code, standard output, standard error.
    pub(crate) fn metrics(&self, arguments: &[&str]) -> (i32, String, String) {
        run(self.path(), &[&["metrics", "--now", "2026-11-23"], arguments].concat())
    }

    /// The JSON report of `reproof metrics`.
    pub(crate) fn report(&self, arguments: &[&str]) -> Value {
        let (code, out, error) = self.metrics(&[&["--format", "json", "--reproducible"], arguments].concat());
        assert_eq!(code, 0, "{error}");
        serde_json::from_str(&out).unwrap()
    }
}

/// Runs reproof in a directory.
pub(crate) fn run(directory: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_reproof"))
        .current_dir(directory)
        .args(arguments)
        .env("NO_COLOR", "1")
        .env("REPROOF_CACHE_DIR", directory.join("no-cache"))
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// A project of uv: what it asks for, and what is locked.
#[derive(Clone, Default)]
pub(crate) struct Project {
    asked: BTreeMap<String, String>,
    locked: BTreeMap<String, String>,
}

impl Project {
    /// Packages at a version, asked for without a bound.
    pub(crate) fn of(packages: &[(&str, &str)]) -> Self {
        let mut project = Self::default();
        for (name, version) in packages {
            project.set(name, version);
            project.ask(name, ">=1");
        }
        project
    }

    pub(crate) fn set(&mut self, name: &str, version: &str) -> &mut Self {
        self.locked.insert(name.to_owned(), version.to_owned());
        self
    }

    pub(crate) fn ask(&mut self, name: &str, requirement: &str) -> &mut Self {
        self.asked.insert(name.to_owned(), requirement.to_owned());
        self
    }

    pub(crate) fn manifest(&self) -> String {
        let list: Vec<String> = self.asked.iter().map(|(name, asked)| format!("    \"{name}{asked}\",\n")).collect();
        format!(
            "[project]\nname = \"planted\"\nversion = \"1.0.0\"\nrequires-python = \">=3.12\"\ndependencies = [\n{}]\n",
            list.concat()
        )
    }

    /// Its uv.lock, which agrees with the manifest.
    pub(crate) fn lock(&self) -> String {
        let mut text = "version = 1\nrevision = 3\nrequires-python = \">=3.12\"\n".to_owned();
        for (name, version) in &self.locked {
            write!(text, "\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = {{ registry = \"https://index.example.com/simple\" }}\nwheels = [\n    {{ url = \"https://files.example.com/{name}-{version}-py3-none-any.whl\", hash = \"sha256:a25feee3e9044bd83abb23a7d5b4c1c20990bee27454bec0b9d92bd54855d9ec\", size = 1000 }},\n]\n").unwrap();
        }
        let names: String = self.asked.keys().map(|name| format!("    {{ name = \"{name}\" }},\n")).collect();
        let asked: String = self
            .asked
            .iter()
            .map(|(name, asked)| format!("    {{ name = \"{name}\", specifier = \"{asked}\" }},\n"))
            .collect();
        write!(text, "\n[[package]]\nname = \"planted\"\nversion = \"1.0.0\"\nsource = {{ virtual = \".\" }}\ndependencies = [\n{names}]\n\n[package.metadata]\nrequires-dist = [\n{asked}]\n").unwrap();
        text
    }

    /// A poetry.lock of the same packages.
    pub(crate) fn poetry_lock(&self) -> String {
        let mut text = String::new();
        for (name, version) in &self.locked {
            write!(text, "[[package]]\nname = \"{name}\"\nversion = \"{version}\"\ndescription = \"\"\noptional = false\npython-versions = \"*\"\nfiles = []\n\n").unwrap();
        }
        format!("{text}[metadata]\nlock-version = \"2.0\"\npython-versions = \"^3.12\"\ncontent-hash = \"0\"\n")
    }

    /// Writes both files of the project in a directory, `""` or `a/`.
    pub(crate) fn put(&self, planted: &mut Planted, directory: &str) {
        planted.write(&format!("{directory}pyproject.toml"), self.manifest());
        planted.write(&format!("{directory}uv.lock"), self.lock());
    }
}
