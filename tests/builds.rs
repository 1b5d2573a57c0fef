//! `compare` and `fingerprint` on the command line: what they say and how they end.

use crate::cli::{directory, outcome};

const BUILDS: &[(&str, &str)] = &[
    ("a/app.py", "import os\n"),
    ("a/pkg/x.txt", "built 2026-11-23\n"),
    ("same/app.py", "import os\n"),
    ("same/pkg/x.txt", "built 2026-11-23\n"),
    ("known/app.py", "import os\r\n"),
    ("known/pkg/x.txt", "built 2026-11-24\n"),
    ("other/app.py", "import sys\n"),
    ("broken.zip", "PK\u{3}\u{4}"),
    ("old.7z", "7z"),
];

#[test]
fn exit_codes_of_compare() {
    let root = directory(BUILDS);
    for (arguments, code) in [
        (&["a", "same"][..], 0),
        (&["a", "known"], 1),
        (&["a", "known", "--require", "known"], 0),
        (&["a", "other", "--require", "known"], 1),
        (&["a", "a", "--require", "bytes"], 1),
        (&["a/app.py", "same/app.py", "--require", "bytes"], 0),
        (&["a/app.py", "known/app.py"], 1),
        (&["a", "nowhere"], 2),
        (&["a"], 2),
        (&["a", "broken.zip"], 3),
        (&["old.7z", "a"], 3),
    ] {
        let (found, _, error) = outcome(&root, &[&["compare"][..], arguments].concat());
        assert_eq!(found, code, "{arguments:?}: {error}");
    }
}

#[test]
fn bad_input_of_compare_word_by_word() {
    let root = directory(BUILDS);
    let kinds = "it is an archive of a kind that is not read: zip and tar (plain, gzip, xz, Zstandard) are";
    for (arguments, message) in [
        (["nowhere", "a"], "nowhere: there is no such file or directory".to_owned()),
        (
            ["a", "broken.zip"],
            "broken.zip is not compared: it is cut off or no zip archive: its list of files is missing".to_owned(),
        ),
        (["old.7z", "a"], format!("old.7z is not compared: {kinds}")),
    ] {
        let (_, out, error) = outcome(&root, &[&["compare"][..], &arguments].concat());
        assert_eq!((out.as_str(), error), ("", format!("error: {message}\n")));
    }
}

#[test]
fn a_comparison_in_sentences() {
    let root = directory(BUILDS);
    let (_, out, _) = outcome(&root, &["compare", "a/pkg/x.txt", "known/pkg/x.txt"]);
    insta::assert_snapshot!(out, @r"
    A  a/pkg/x.txt (file, 1 entry, 17 bytes)
    B  known/pkg/x.txt (file, 1 entry, 17 bytes)

    content[embedded-date]: Files hold the time of the build
       = seen: `the file`: `2026-11-23` in A, `2026-11-24` in B
       = in: the file
       = fix: Set SOURCE_DATE_EPOCH to the time of the commit, and take the stamp from it

    The contents differ, for known causes alone: 0 of 1 shared file have the same content; 1 cause
    ");
}

#[test]
fn a_comparison_follows_its_schema() {
    let root = directory(BUILDS);
    let (_, schema, _) = outcome(&root, &["schema", "compare"]);
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    for pair in [["a", "same"], ["a", "known"], ["a", "other"]] {
        let (_, out, _) = outcome(&root, &["compare", pair[0], pair[1], "--format", "json"]);
        let document: serde_json::Value = serde_json::from_str(&out).unwrap();
        assert_eq!(schema.validate(&document).map_err(|error| error.to_string()), Ok(()));
        assert_eq!(document["schema"], "reproof-compare/1");
        assert_eq!(document["same"], pair[1] == "same");
    }
}

/// A lockfile of one package, written in two ways.
const LOCK: &str = "version = 1\nrequires-python = \">=3.12\"\n\n[[package]]\nname = \"idna\"\nversion = \"3.7\"\n\
                    source = { registry = \"https://example.com/simple\" }\n";

const PROJECT: &[(&str, &str)] = &[
    (".python-version", "3.12.7\n"),
    ("reproof.toml", ""),
    (
        "pyproject.toml",
        "[project]\nname = \"app\"\nversion = \"1\"\nrequires-python = \">=3.12\"\ndependencies = [\"idna\"]\n",
    ),
    ("uv.lock", LOCK),
    ("dist/app/app.py", "import os\n"),
];

#[test]
fn a_record_holds_what_went_in_and_what_came_out() {
    let root = directory(PROJECT);
    let arguments = [
        "fingerprint",
        "dist/app",
        "--tool",
        "python=Python 3.12.7",
        "--tool",
        "uv=uv 0.5.1 (x 2026)",
        "--class",
        "ci",
        "--now",
        "2026-11-24",
    ];
    let (code, out, error) = outcome(&root, &arguments);
    assert_eq!((code, error.as_str()), (0, ""));
    let record = reproof::fingerprint::read(&out).unwrap();
    assert_eq!((record.project.as_str(), record.time.as_str()), (".", "2026-11-24T00:00:00Z"));
    assert_eq!(record.toolchain["python"], "3.12.7");
    assert_eq!(record.manager["uv"], "0.5.1");
    assert_eq!(record.target.abi.as_deref(), Some("cp312"));
    assert_eq!(record.git, None);
    assert_eq!(record.lock.iter().map(|lock| lock.path.as_str()).collect::<Vec<_>>(), ["uv.lock"]);
    assert!(record.stated.iter().any(|stated| stated.stated == "3.12.7"));
    assert_eq!((record.artifact[0].name.as_str(), record.artifact[0].sha256.as_deref()), ("dist/app", None));
    let (_, schema, _) = outcome(&root, &["schema", "fingerprint"]);
    let schema = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let validity = schema.validate(&serde_json::from_str(&out).unwrap()).map_err(|error| error.to_string());
    assert_eq!(validity, Ok(()));
    for hidden in ["USER", "LOGNAME", "HOSTNAME"].iter().filter_map(|name| std::env::var(name).ok()) {
        assert!(hidden.len() < 5 || !out.contains(&hidden), "{hidden}");
    }
    assert!(!out.contains(root.path().to_str().unwrap()));
}

#[test]
fn a_lockfile_written_anew_locks_the_same() {
    let root = directory(PROJECT);
    let record = || reproof::fingerprint::read(&outcome(&root, &["fingerprint"]).1).unwrap();
    let first = record();
    std::fs::write(root.path().join("uv.lock"), LOCK.replace("\n\n[[", "\n\n\n# again\n[[")).unwrap();
    let second = record();
    assert_ne!(first.lock[0].sha256, second.lock[0].sha256);
    assert_eq!(reproof::fingerprint::first_difference(&first, &second), None);
    std::fs::write(root.path().join("uv.lock"), LOCK.replace("3.7", "3.8")).unwrap();
    let difference = reproof::fingerprint::first_difference(&first, &record()).unwrap();
    assert_eq!((difference.layer.name(), difference.subject.as_str()), ("lock", "uv.lock"));
}

#[test]
fn records_are_appended_and_a_cut_line_is_ended_first() {
    let root = directory(PROJECT);
    let file = root.path().join("records.jsonl");
    let append = || outcome(&root, &["fingerprint", "--append", "records.jsonl"]);
    assert_eq!(append(), (0, String::new(), String::new()));
    let mut text = std::fs::read_to_string(&file).unwrap();
    text.truncate(text.len() - 20);
    std::fs::write(&file, &text).unwrap();
    append();
    let (records, faults) = reproof::fingerprint::read_lines(&std::fs::read_to_string(&file).unwrap());
    assert_eq!((records.len(), faults.len(), faults[0].line), (1, 1, 1));
}

#[test]
fn bad_input_of_fingerprint_word_by_word() {
    let root = directory(PROJECT);
    for (arguments, code, message) in [
        (&["nowhere"][..], 2, "nowhere: there is no such file or directory"),
        (&["--project", "uv.lock"], 2, "--project takes a directory, and uv.lock is a file"),
        (&["--tool", "python"], 2, "--tool takes NAME=VERSION, not `python`"),
        (&["--tool", "python=latest"], 2, "--tool python: there is no version in `latest`"),
        (
            &["--image", "python:3.12"],
            2,
            "--image takes a digest, `sha256:` and 64 hexadecimal digits, not `python:3.12`",
        ),
        (&["--notes"], 2, "--notes needs a commit, and . has none"),
        (&["--now", "today"], 2, "--now takes a date such as 2026-11-23, not `today`"),
    ] {
        let (found, out, error) = outcome(&root, &[&["fingerprint"][..], arguments].concat());
        assert_eq!((found, out.as_str(), error), (code, "", format!("error: {message}\n")));
    }
}

#[test]
fn a_commit_keeps_the_records_of_its_builds() {
    let root = directory(PROJECT);
    let git = |arguments: &[&str]| {
        let output = std::process::Command::new("git")
            .current_dir(root.path())
            .args(["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"])
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-qm", "first"]);
    for _ in 0..2 {
        assert_eq!(outcome(&root, &["fingerprint", "dist/app", "--notes"]).0, 0);
    }
    let notes = reproof::git::notes(root.path(), "refs/notes/reproof").unwrap();
    let (records, faults) = reproof::fingerprint::read_lines(&notes[0]);
    assert_eq!((notes.len(), records.len(), faults.len()), (1, 2, 0));
    assert_eq!(records[0].git.as_ref().unwrap().dirty, Some(false));
    assert!(!git(&["log", "-1", "--format=%an %ae %cn %ce", "refs/notes/reproof"]).contains("t@example.com"));
    std::fs::write(root.path().join("pyproject.toml"), "").unwrap();
    let (_, out, _) = outcome(&root, &["fingerprint"]);
    assert_eq!(reproof::fingerprint::read(&out).unwrap().git.unwrap().dirty, Some(true));
}
