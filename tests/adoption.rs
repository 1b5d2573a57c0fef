//! How an old repository takes reproof up: a baseline, a base to compare with, fixes.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

const WORKFLOW: &str = "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@main\n      - uses: actions/setup-python@0123456789012345678901234567890123456789\n        with:\n          python-version: 3.10\n";

struct Old {
    directory: TempDir,
}

impl Old {
    fn new() -> Self {
        let old = Self { directory: TempDir::new().unwrap() };
        old.write(".github/workflows/ci.yml", WORKFLOW);
        old.git(&["init", "-q"]);
        old.commit();
        old
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    fn write(&self, path: &str, text: &str) {
        let full = self.path().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, text).unwrap();
    }

    fn git(&self, arguments: &[&str]) {
        let names = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
        let done = Command::new("git").current_dir(self.path()).args(names).args(arguments).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }

    fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "a"]);
    }

    /// Exit code, the concise lines without what follows the rule, and standard error.
    fn check(&self, arguments: &[&str]) -> (i32, Vec<String>, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_reproof"))
            .current_dir(self.path())
            .args(["check", "--format", "concise", "--fail-on", "warning"])
            .args(arguments)
            .output()
            .unwrap();
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        let rule = |line: &str| Some(line.split_once('[')?.1.split_once(']')?.0.to_owned());
        let lines = out.lines().filter_map(rule).collect();
        (output.status.code().unwrap(), lines, String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

#[test]
fn a_baseline_accepts_what_is_there_and_only_shrinks() {
    let old = Old::new();
    assert_eq!(old.check(&[]).0, 1);
    assert_eq!(old.check(&["--write-baseline"]).0, 0);
    assert_eq!(old.check(&[]), (0, Vec::new(), String::new()));
    let whole = fs::read_to_string(old.path().join("reproof-baseline.toml")).unwrap();

    // One new fault fails, with one finding, and is not taken in.
    old.write(
        ".github/workflows/new.yml",
        &WORKFLOW.replace("checkout@main", "cache@main").replace(": 3.10", ": '3.10.1'"),
    );
    let (code, rules, _) = old.check(&["--write-baseline"]);
    assert_eq!((code, rules.iter().filter(|rule| *rule == "floating-action").count()), (1, 1), "{rules:?}");
    assert_eq!(fs::read_to_string(old.path().join("reproof-baseline.toml")).unwrap(), whole);
    fs::remove_file(old.path().join(".github/workflows/new.yml")).unwrap();

    // Mending an old one shrinks it.
    old.write(".github/workflows/ci.yml", &WORKFLOW.replace(": 3.10", ": '3.10'"));
    assert_eq!(old.check(&["--write-baseline"]).0, 0);
    let left = fs::read_to_string(old.path().join("reproof-baseline.toml")).unwrap();
    assert!(left.lines().count() < whole.lines().count() && whole.contains("yaml-float-version"));
    assert!(!left.contains("yaml-float-version"), "{left}");
}

#[test]
fn a_broken_baseline_stops_the_run() {
    let old = Old::new();
    for (text, message) in [
        ("schema = \"reproof-baseline/9\"\n", "reproof-baseline.toml:1:10: `schema` says reproof-baseline/9"),
        ("schema = \"reproof-baseline/1\"\n[findings]\n\"v1:a\" = { ru", "reproof-baseline.toml:3:"),
    ] {
        old.write("reproof-baseline.toml", text);
        let (code, _, err) = old.check(&[]);
        assert!(code == 2 && err.contains(message), "{code} {err}");
    }
}

#[test]
fn only_what_is_new_against_a_base_fails() {
    let old = Old::new();
    assert_eq!(old.check(&["--base", "HEAD"]), (0, Vec::new(), String::new()));
    old.write("tool/.github/workflows/x.yml", "");
    old.write(".github/workflows/ci.yml", &format!("# moved down\n{WORKFLOW}      - uses: actions/cache@main\n"));
    let (code, rules, _) = old.check(&["--base", "HEAD"]);
    assert_eq!((code, rules), (1, vec!["floating-action".to_owned()]));
    let (code, _, err) = old.check(&["--base", "nowhere"]);
    assert_eq!(code, 3);
    assert!(err.contains("git knows no revision `nowhere`"), "{err}");
}

#[test]
fn a_fix_changes_its_place_alone_and_is_made_once() {
    let old = Old::new();
    let file = old.path().join(".github/workflows/ci.yml");
    let crlf = format!("\u{feff}{}", WORKFLOW.replace('\n', "\r\n"));
    for text in [WORKFLOW.to_owned(), crlf] {
        fs::write(&file, &text).unwrap();
        assert_eq!(old.check(&["--diff"]).0, 0);
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
        let (_, rules, err) = old.check(&["--fix"]);
        assert!(
            err.starts_with("fixed 1 finding in 1 file") && !rules.contains(&"yaml-float-version".to_owned()),
            "{err}"
        );
        assert_eq!(fs::read_to_string(&file).unwrap(), text.replace(": 3.10", ": '3.10'"));
        assert!(old.check(&["--fix"]).2.starts_with("no safe fix"));
    }
}
