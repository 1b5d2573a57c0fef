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
