//! How an old repository takes reproof up: a first configuration, a baseline, a base to compare with, fixes.

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
fn a_renamed_folder_makes_nothing_new() {
    let old = Old::new();
    old.write("services/a/Dockerfile", "FROM python\nRUN pip install httpx\n");
    old.commit();
    assert_eq!(old.check(&["--write-baseline"]).0, 0);
    fs::rename(old.path().join("services"), old.path().join("apps")).unwrap();
    assert_eq!(old.check(&[]), (0, Vec::new(), String::new()));
    assert_eq!(old.check(&["--write-baseline"]).0, 0);
    let baseline = fs::read_to_string(old.path().join("reproof-baseline.toml")).unwrap();
    assert!(baseline.contains("apps/a/Dockerfile") && !baseline.contains("services/a/Dockerfile"), "{baseline}");
    fs::remove_file(old.path().join("reproof-baseline.toml")).unwrap();
    assert_eq!(old.check(&["--base", "HEAD"]).0, 0);
}

#[test]
fn a_base_beside_a_baseline_mends_nothing() {
    let old = Old::new();
    assert_eq!(old.check(&["--write-baseline"]).0, 0);
    let whole = fs::read_to_string(old.path().join("reproof-baseline.toml")).unwrap();
    assert_eq!(old.check(&["--base", "HEAD", "--write-baseline"]).0, 0);
    assert_eq!(fs::read_to_string(old.path().join("reproof-baseline.toml")).unwrap(), whole);
}

#[test]
fn what_could_not_be_found_is_not_mended() {
    let old = Old::new();
    assert_eq!(old.check(&["--write-baseline"]).0, 0);
    let whole = fs::read_to_string(old.path().join("reproof-baseline.toml")).unwrap();
    old.write(".github/workflows/ci.yml", &format!("<<<<<<< a\n{WORKFLOW}=======\n>>>>>>> b\n"));
    old.check(&["--write-baseline"]);
    assert_eq!(fs::read_to_string(old.path().join("reproof-baseline.toml")).unwrap(), whole);
}

#[test]
fn a_comment_covers_its_own_line_or_the_one_below_it() {
    let old = Old::new();
    let workflow = "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      \
                    # reproof: ignore[floating-action] alone on its line\n      - uses: actions/a@main\n      \
                    - uses: actions/b@main # reproof: ignore[floating-action] at the end of one\n      \
                    - uses: actions/c@main\n";
    old.write(".github/workflows/ci.yml", workflow);
    assert_eq!(old.check(&["--rule", "floating-action"]).1.len(), 1);
}

#[test]
fn a_broken_baseline_stops_the_run() {
    let old = Old::new();
    for (text, message) in [
        ("schema = \"reproof-baseline/9\"\n", "reproof-baseline.toml:1:10: `schema` says reproof-baseline/9"),
        ("schema = \"reproof-baseline/1\"\n[findings]\n\"v1:a\" = { ru", "error: reproof-baseline.toml:3:"),
        ("a = 1\n<<<<<<< a\n=======\n>>>>>>> b\n", "error: reproof-baseline.toml:2:1: this is a merge conflict"),
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

#[test]
fn settings_of_functions_are_written_with_the_numbers_that_are_given() {
    let old = Old::new();
    let template = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Resize:\n    Type: AWS::Serverless::Function\n    \
                    Properties:\n      Handler: app.handler\n      Runtime: python3.13\n";
    old.write("template.yaml", template);
    let read = || fs::read_to_string(old.path().join("template.yaml")).unwrap();
    old.check(&["--rule", "default-timeout", "--fix"]);
    assert_eq!(read(), template);
    old.check(&["--rule", "default-timeout", "--set", "default-timeout.seconds=20", "--fix"]);
    assert_eq!(read(), template.replace("      Handler", "      Timeout: 20\n      Handler"));
}

/// A workflow with as many faults as asked for, each a branch that an action is taken from.
fn faulty(count: usize) -> String {
    let steps = (0..count).map(|number| format!("      - uses: acme/tool-{number}@main\n"));
    format!("on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n{}", steps.collect::<String>())
}

/// Exit code, standard output and standard error of `reproof init`.
fn init(old: &Old, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_reproof"))
        .current_dir(old.path())
        .args(["init", "--now", "2026-11-23"])
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

#[test]
fn an_old_repository_takes_it_up_in_one_command() {
    let old = Old::new();
    old.write(".github/workflows/ci.yml", &faulty(200));
    old.commit();
    assert_eq!(old.check(&[]).0, 1);
    let (code, _, err) = init(&old, &["--baseline"]);
    assert_eq!(code, 0, "{err}");
    assert!(err.contains("accepts 200 findings"), "{err}");
    assert_eq!(old.check(&[]), (0, Vec::new(), String::new()));
    let accepted = || {
        let text = fs::read_to_string(old.path().join("reproof-baseline.toml")).unwrap();
        text.lines().filter(|line| line.starts_with("\"v1:")).count()
    };
    assert_eq!(accepted(), 200);

    // One new fault fails, with one finding.
    old.write(".github/workflows/ci.yml", &faulty(201));
    let (code, rules, _) = old.check(&[]);
    assert_eq!((code, rules.len()), (1, 1), "{rules:?}");

    // Mending old ones shrinks the baseline, and nothing else can be put in.
    old.write(".github/workflows/ci.yml", &faulty(180));
    assert_eq!(old.check(&["--write-baseline"]).0, 0);
    assert_eq!(accepted(), 180);
    old.write(".github/workflows/ci.yml", &faulty(200));
    assert_eq!(old.check(&["--write-baseline"]).1.len(), 20);
    assert_eq!(accepted(), 180);
}

#[test]
fn without_a_baseline_an_old_repository_is_observed_first() {
    let old = Old::new();
    old.write(".github/workflows/ci.yml", &faulty(30));
    assert_eq!(init(&old, &[]).0, 0);
    let text = fs::read_to_string(old.path().join("reproof.toml")).unwrap();
    assert!(text.contains("\n[[scope]]\npaths = [\"**\"]\nstage = \"observe\"\n"), "{text}");
    assert_eq!(old.check(&[]), (0, Vec::new(), String::new()));
}

#[test]
fn init_shows_what_it_writes_and_overwrites_nothing() {
    let old = Old::new();
    let files = || {
        let mut names: Vec<String> = walkdir::WalkDir::new(old.path())
            .into_iter()
            .flatten()
            .filter(|entry| entry.file_type().is_file())
            .map(|entry| entry.path().strip_prefix(old.path()).unwrap().to_string_lossy().into_owned())
            .filter(|name| !name.starts_with(".git/"))
            .collect();
        names.sort();
        names
    };
    let everything = ["--workflow", "--weekly", "--hook", "--baseline", "--origin", "acme/reproof@v1"];
    let (code, out, err) = init(&old, &[&everything[..], &["--dry-run"]].concat());
    assert_eq!((code, files().len()), (0, 1), "{err}");
    assert!(
        out.contains("+++ b/.github/workflows/reproof-weekly.yml") && out.contains("+      - uses: acme/reproof@v1")
    );
    assert_eq!(init(&old, &everything).0, 0);
    assert_eq!(
        files(),
        [
            ".github/workflows/ci.yml",
            ".github/workflows/reproof-weekly.yml",
            ".github/workflows/reproof.yml",
            ".pre-commit-config.yaml",
            "reproof-baseline.toml",
            "reproof.toml"
        ]
    );

    // What has been changed since is not written over, and nothing else is written then.
    let workflow = old.path().join(".github/workflows/reproof.yml");
    fs::write(&workflow, "mine").unwrap();
    fs::remove_file(old.path().join(".github/workflows/reproof-weekly.yml")).unwrap();
    let (code, _, err) = init(&old, &everything);
    assert_eq!((code, files().len()), (2, 5), "{err}");
    assert!(err.contains("there already; --force"), "{err}");
    assert_eq!(init(&old, &[&everything[..], &["--force"]].concat()).0, 0);
    assert!(fs::read_to_string(&workflow).unwrap().contains("acme/reproof@v1"));
}

#[test]
fn init_refuses_what_it_cannot_do_well() {
    let old = Old::new();
    for (arguments, message) in [
        (&["--origin", "a b@c"][..], "--origin takes OWNER/NAME@REV"),
        (
            &["--workflow", "--origin", "https://git.example.com/x/reproof@v1"],
            "a workflow takes actions from OWNER/NAME@REV only",
        ),
    ] {
        let (code, _, err) = init(&old, arguments);
        assert!(code == 2 && err.contains(message), "{code} {err}");
    }
    old.write(".pre-commit-config.yaml", "repos: []\n");
    let (code, _, err) = init(&old, &["--hook"]);
    assert!(code == 2 && err.contains(".pre-commit-config.yaml: its `repos`"), "{err}");
    assert!(!old.path().join("reproof.toml").exists());
}

/// Runs a command line with files limited to no bytes at all, as a full disk does.
#[cfg(unix)]
fn on_a_full_disk(old: &Old, line: &str) -> (i32, String) {
    let script = format!("trap '' XFSZ; ulimit -f 0; exec {} {line}", env!("CARGO_BIN_EXE_reproof"));
    let output = Command::new("bash").current_dir(old.path()).args(["-c", &script]).output().unwrap();
    (output.status.code().unwrap(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[cfg(unix)]
#[test]
fn on_a_full_disk_nothing_is_half_written() {
    let old = Old::new();
    old.write(".github/workflows/second.yml", WORKFLOW);
    let entries = || walkdir::WalkDir::new(old.path()).into_iter().flatten().count();
    let before = entries();
    for line in ["check --fix", "check --write-baseline", "init --workflow --hook"] {
        let (code, err) = on_a_full_disk(&old, line);
        assert_eq!((code, entries()), (2, before), "{line}: {err}");
        assert!(err.contains("cannot be written"), "{err}");
    }
    for name in ["ci.yml", "second.yml"] {
        assert_eq!(fs::read_to_string(old.path().join(".github/workflows").join(name)).unwrap(), WORKFLOW);
    }
}

#[test]
fn a_read_only_file_is_not_mended_and_no_other_is_either() {
    let old = Old::new();
    old.write(".github/workflows/second.yml", WORKFLOW);
    let locked = old.path().join(".github/workflows/second.yml");
    let mut permissions = fs::metadata(&locked).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&locked, permissions).unwrap();
    let (code, _, err) = old.check(&["--fix"]);
    assert!(code == 2 && err.contains("second.yml cannot be written: it is read-only; nothing was changed"), "{err}");
    assert_eq!(fs::read_to_string(old.path().join(".github/workflows/ci.yml")).unwrap(), WORKFLOW);
}

#[test]
fn an_event_file_that_is_no_json_is_undetermined() {
    let old = Old::new();
    old.write("event.json", "{");
    let run = |event: &str| {
        Command::new(env!("CARGO_BIN_EXE_reproof"))
            .current_dir(old.path())
            .args(["check", "--base", "auto"])
            .env("GITHUB_EVENT_PATH", event)
            .output()
            .unwrap()
    };
    for (event, message) in [("event.json", "is not JSON"), ("nowhere.json", "cannot be read")] {
        let output = run(event);
        let err = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() == Some(3) && err.contains(message) && output.stdout.is_empty(), "{err}");
    }
}

#[test]
fn another_release_than_the_pinned_one_stops() {
    let old = Old::new();
    old.write("reproof.toml", "version = \"99.0.0\"\n");
    let (code, _, err) = old.check(&[]);
    assert!(code == 2 && err.contains("this repository is checked with reproof 99.0.0"), "{err}");
    old.write("reproof.toml", concat!("version = \"", env!("CARGO_PKG_VERSION"), "\"\n"));
    assert_eq!(old.check(&[]).0, 1);
}

#[test]
fn a_base_is_read_only_where_it_differs_and_says_the_same() {
    let old = Old::new();
    old.write("a/pyproject.toml", "[project]\nname = \"a\"\nversion = \"1\"\ndependencies = [\"httpx\"]\n");
    old.write("b/Dockerfile", "FROM python\nRUN pip install httpx\n");
    old.commit();
    old.write("b/Dockerfile", "FROM python:3.12\nRUN pip install httpx\nRUN pip install h11\n");
    old.write("c/Dockerfile", "FROM node\n");
    fs::remove_file(old.path().join("a/pyproject.toml")).unwrap();
    let report = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_reproof"))
            .current_dir(old.path())
            .args(["check", "--format", "json", "--reproducible", "--now", "2026-11-23", "--base", "HEAD"])
            .args(arguments)
            .output()
            .unwrap();
        serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()
    };
    // Times that git does not trust make every file be looked at anew.
    let known = report(&[]);
    old.write(".github/workflows/ci.yml", WORKFLOW);
    assert_eq!(known, report(&[]));
    let statuses =
        |word: &str| known["findings"].as_array().unwrap().iter().filter(|finding| finding["status"] == word).count();
    assert!(statuses("existing") > 0 && statuses("new") > 0, "{known}");
    assert!(!known["fixed"].as_array().unwrap().is_empty());
}
