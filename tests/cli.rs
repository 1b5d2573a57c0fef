//! The binary on bad input: what it says and how it ends.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A directory with some files.
fn directory(files: &[(&str, &str)]) -> TempDir {
    let directory = TempDir::new().unwrap();
    for (path, text) in files {
        let full = directory.path().join(path);
        fs::create_dir_all(full.parent().unwrap()).unwrap();
        fs::write(full, text).unwrap();
    }
    directory
}

fn reproof(directory: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_reproof"))
        .current_dir(directory)
        .args(arguments)
        .env("NO_COLOR", "1")
        .env_remove("CLICOLOR_FORCE")
        .output()
        .unwrap()
}

/// Exit code, standard output and standard error of a run, with the directory's own name replaced.
fn outcome(directory: &TempDir, arguments: &[&str]) -> (i32, String, String) {
    let output = reproof(directory.path(), arguments);
    let own = directory.path().canonicalize().unwrap().display().to_string();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).replace(&own, "[ROOT]");
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// A project that gives no finding.
const CLEAN: &[(&str, &str)] = &[(".python-version", "3.12.7\n"), ("reproof.toml", "")];

#[test]
fn a_path_that_does_not_exist() {
    let (code, out, err) = outcome(&directory(&[]), &["check", "nowhere"]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(err, "error: nowhere: there is no such file or directory\n");
}

#[test]
fn nothing_to_check() {
    let (code, _, err) = outcome(&directory(&[("notes.txt", "hello")]), &["check"]);
    assert_eq!(code, 2);
    assert_eq!(
        err,
        "error: nothing was checked: [ROOT] has 1 file, none of them a manifest, lockfile, template, workflow, Dockerfile or version file\n"
    );
}

#[test]
fn a_broken_configuration() {
    let mut files = CLEAN.to_vec();
    files[1].1 = "profil = \"strict\"\n\n[rules.defalt-timeout]\nseverity = \"loud\"\n";
    let (code, out, err) = outcome(&directory(&files), &["check"]);
    assert_eq!(code, 2, "{out}{err}");
    insta::assert_snapshot!(err);
}

#[test]
fn a_configuration_that_is_no_toml() {
    let mut files = CLEAN.to_vec();
    files[1].1 = "profile = \n";
    let (code, _, err) = outcome(&directory(&files), &["check"]);
    assert_eq!(code, 2);
    insta::assert_snapshot!(err);
}

#[test]
fn an_own_rule_with_a_misspelt_field() {
    let rule = "title = \"No timeout\"\nseverity = \"warning\"\nfor = \"lambda\"\nwhen = \"lambda.timout > 10\"\nmessage = \"{lambda.name}\"\nwhy = \"w\"\nfix = \"f\"\n";
    let mut files = CLEAN.to_vec();
    files[1].1 = "rules = [\"policy/*.toml\"]\n";
    files.push(("policy/no-timeout.toml", rule));
    let (code, _, err) = outcome(&directory(&files), &["check"]);
    assert_eq!(code, 2);
    insta::assert_snapshot!(err);
}

#[test]
fn a_lockfile_with_conflict_markers() {
    let files = [
        (
            "pyproject.toml",
            "[project]\nname = \"a\"\nversion = \"1\"\nrequires-python = \">=3.12\"\ndependencies = []\n",
        ),
        (
            "uv.lock",
            "version = 1\nrequires-python = \">=3.12\"\n<<<<<<< HEAD\nrevision = 3\n=======\nrevision = 2\n>>>>>>> main\n",
        ),
        ("reproof.toml", ""),
    ];
    let (code, out, _) = outcome(&directory(&files), &["check"]);
    assert_eq!(code, 1);
    insta::assert_snapshot!(out);
}

#[test]
fn a_file_that_is_not_utf8() {
    let directory = directory(CLEAN);
    fs::write(directory.path().join("pyproject.toml"), b"[project]\nname = \"caf\xE9\"\n").unwrap();
    let (code, out, _) = outcome(&directory, &["check", "--format", "concise"]);
    assert_eq!(code, 1);
    assert_eq!(
        out,
        "pyproject.toml:1:1: error[unreadable-file] pyproject.toml cannot be read: it is not UTF-8 from byte 21 on\n"
    );
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_that_goes_round_and_one_that_leads_out() {
    let directory = directory(CLEAN);
    std::os::unix::fs::symlink("pyproject.toml", directory.path().join("pyproject.toml")).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", directory.path().join(".nvmrc")).unwrap();
    let (code, out, _) = outcome(&directory, &["check", "--format", "concise"]);
    assert_eq!(code, 1);
    assert_eq!(
        out,
        ".nvmrc:1:1: error[unreadable-file] .nvmrc cannot be read: it is a symbolic link that leads out of the repository\n\
         pyproject.toml:1:1: error[unreadable-file] pyproject.toml cannot be read: its symbolic links go round in a circle\n"
    );
}

#[test]
fn a_lockfile_that_is_a_directory_hides_nothing() {
    let directory = directory(CLEAN);
    fs::create_dir(directory.path().join("uv.lock")).unwrap();
    let (code, out, _) = outcome(&directory, &["check"]);
    assert_eq!(code, 0, "{out}");
}

#[test]
fn the_same_tree_gives_the_same_bytes_on_any_number_of_threads() {
    let fixture = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/sam-stale-poetry");
    let report = |jobs: &str| {
        let arguments = ["check", "--format", "json", "--reproducible", "--now", "2026-11-23", "--jobs", jobs, fixture];
        reproof(Path::new("."), &arguments).stdout
    };
    let one = report("1");
    assert!(!one.is_empty());
    assert_eq!(one, report("2"));
    assert_eq!(one, report("7"));
}

#[test]
fn an_unknown_rule_on_the_command_line() {
    let (code, _, err) = outcome(&directory(CLEAN), &["check", "--rule", "defalt-timeout"]);
    assert_eq!(code, 2);
    assert_eq!(err, "error: there is no rule called `defalt-timeout`; did you mean `default-timeout`?\n");
}
