//! The script behind the action, with the environment that GitHub gives it.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const WORKFLOW: &str =
    "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@main\n";

fn git(directory: &Path, arguments: &[&str]) -> String {
    let names = ["-c", "user.name=t", "-c", "user.email=t@example.com"];
    let done = Command::new("git").current_dir(directory).args(names).args(arguments).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8_lossy(&done.stdout).trim().to_owned()
}

fn repository() -> TempDir {
    let directory = TempDir::new().unwrap();
    fs::create_dir_all(directory.path().join(".github/workflows")).unwrap();
    fs::write(directory.path().join(".github/workflows/ci.yml"), WORKFLOW).unwrap();
    git(directory.path(), &["init", "-q"]);
    git(directory.path(), &["add", "-A"]);
    git(directory.path(), &["commit", "-q", "-m", "a"]);
    directory
}

fn act(directory: &Path, environment: &[(&str, &str)]) -> Output {
    Command::new("bash")
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("action/check.sh"))
        .current_dir(directory)
        .env("REPROOF_BINARY", env!("CARGO_BIN_EXE_reproof"))
        .env("REPROOF_PATH", ".")
        .env("REPROOF_FAIL_ON", "warning")
        .env("REPROOF_REPORT", "report.json")
        .env("GITHUB_OUTPUT", directory.join("output"))
        .env("GITHUB_STEP_SUMMARY", directory.join("summary"))
        .envs(environment.iter().copied())
        .output()
        .unwrap()
}

#[test]
fn annotations_a_summary_and_reports_come_from_one_run() {
    let directory = repository();
    let output = act(directory.path(), &[("REPROOF_SARIF", "r.sarif"), ("REPROOF_BASE", "auto")]);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stdout).contains("::warning file=.github/workflows/ci.yml,line=6"));
    let read = |name: &str| fs::read_to_string(directory.path().join(name)).unwrap();
    assert_eq!(read("output"), "exit-code=1\nverdict=findings\nerrors=0\nwarnings=1\nnew=1\nreport=report.json\n");
    assert!(read("summary").starts_with("### reproof: "));
    for (report, part) in [("report.json", "reproof-report/1"), ("r.sarif", "\"version\": \"2.1.0\"")] {
        assert!(read(report).contains(part), "{report}");
    }
}

#[test]
fn old_findings_pass_against_the_base_of_the_pull_request() {
    let directory = repository();
    let base = git(directory.path(), &["rev-parse", "HEAD"]);
    let output = act(directory.path(), &[("REPROOF_BASE", "auto"), ("REPROOF_PULL_REQUEST_BASE", &base)]);
    assert_eq!((output.status.code(), &*output.stdout), (Some(0), &b""[..]));
}

#[test]
fn a_base_that_cannot_be_had_is_undetermined() {
    let directory = repository();
    let base = "0123456789012345678901234567890123456789";
    let output = act(directory.path(), &[("REPROOF_BASE", "auto"), ("REPROOF_PULL_REQUEST_BASE", base)]);
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("git knows no revision"));
}
