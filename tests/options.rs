//! The command line has what it promises: the options of each verb, and those of every verb, which do what they say.

use std::collections::BTreeSet;

use crate::cli::{directory, outcome};

/// Options of every verb.
const EVERYWHERE: &[&str] = &["--config", "--now", "--color", "--quiet"];

/// Verbs, their options, and the words that `--format` takes.
const VERBS: &[(&str, &[&str], &[&str])] = &[
    (
        "check",
        &[
            "--profile",
            "--rule",
            "--skip",
            "--set",
            "--output",
            "--append",
            "--fail-on",
            "--base",
            "--baseline",
            "--write-baseline",
            "--fix",
            "--diff",
            "--tracked",
            "--staged",
            "--show-unknown",
            "--no-ignore",
            "--jobs",
            "--reproducible",
            "--stats",
        ],
        &["text", "concise", "json", "sarif", "github", "gitlab", "junit", "markdown", "html"],
    ),
    ("rules list", &[], &[]),
    ("rules explain", &[], &[]),
    ("rules test", &[], &[]),
    ("facts", &["--kind", "--tracked", "--staged", "--jobs"], &[]),
    ("init", &["--workflow", "--weekly", "--hook", "--baseline", "--force", "--dry-run", "--origin"], &[]),
    (
        "updates",
        &["--since", "--max-age", "--offline", "--advisories", "--env", "--fail-on-act-now", "--output", "--append"],
        &["text", "markdown", "html", "json", "commands"],
    ),
    (
        "rehearse",
        &["--since", "--tags", "--target", "--deep", "--keep", "--strict", "--offline", "--output", "--append"],
        &["text", "markdown", "json"],
    ),
    ("metrics", &["--ref", "--since", "--trend", "--append", "--output", "--incidents"], &["text", "json", "html"]),
    ("compare", &["--require"], &["text", "json"]),
    ("fingerprint", &["--project", "--tool", "--append", "--notes"], &[]),
    ("schema", &[], &[]),
    ("completions", &[], &[]),
    ("man", &[], &[]),
];

#[test]
fn every_verb_has_its_options() {
    let here = directory(&[]);
    for (verb, options, formats) in VERBS {
        let arguments: Vec<&str> = verb.split(' ').chain(["--help"]).collect();
        let (code, help, err) = outcome(&here, &arguments);
        assert_eq!((code, err.as_str()), (0, ""), "{verb}");
        let words: BTreeSet<&str> = help.split([' ', '\n', ',', '[', ']', '=']).collect();
        let mut wanted = EVERYWHERE.iter().chain(*options);
        assert_eq!(wanted.find(|option| !words.contains(*option)), None, "{verb}\n{help}");
        assert_eq!(formats.iter().find(|format| !help.contains(&format!("- {format}:"))), None, "{verb}\n{help}");
    }
}

/// A workflow whose action follows a tag.
const LOOSE: &str = "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: acme/tool@v1\n";

#[test]
fn options_of_every_verb_do_the_same_in_each() {
    let rule = include_str!("../rules/ci/floating-action.toml");
    let files = [
        (".github/workflows/ci.yml", LOOSE),
        ("reproof.toml", "no_such_key = 1\n"),
        ("other.toml", "rules = [\"policy/*.toml\"]\n"),
        ("policy/own-action.toml", rule),
        ("a.txt", "a"),
    ];
    // What runs does so with the configuration that is named, although the usual one is broken.
    for (arguments, expected) in [
        (&["check", "--fail-on", "never"][..], "own-action"),
        (&["rules", "list"], "own-action"),
        (&["rules", "explain", "own-action"], "own-action"),
        (&["rules", "test"], " 0 failed"),
        (&["facts", "--kind", "action"], "acme/tool"),
        (&["init", "--dry-run", "--weekly"], "reproof-weekly.yml"),
        (&["fingerprint"], "\"time\":\"2026-11-23T00:00:00Z\""),
        (&["compare", "a.txt", "a.txt"], ""),
        (&["schema", "config"], "\"$schema\""),
        (&["man"], "reproof"),
    ] {
        let here = directory(&files);
        let common = ["--config", "other.toml", "--now", "2026-11-23", "--color", "never", "--quiet"];
        let (code, out, err) = outcome(&here, &[arguments, &common].concat());
        assert_eq!(code, 0, "{arguments:?}\n{out}{err}");
        assert!(out.contains(expected), "{arguments:?}\n{out}{err}");
        assert_eq!(err, "", "{arguments:?}: quiet is quiet");
        assert!(!out.contains('\x1b'), "{arguments:?}");
        let reads_it = matches!(arguments[0], "check" | "facts" | "init" | "fingerprint");
        if reads_it || arguments == ["rules", "list"] || arguments == ["rules", "test"] {
            let (code, _, err) = outcome(&here, arguments);
            assert_eq!(code, 2, "{arguments:?} with the broken one");
            assert!(err.contains("no_such_key") && err.contains("reproof.toml:1:1"), "{arguments:?}\n{err}");
        }
    }
}

#[test]
fn quiet_says_what_went_wrong() {
    let here = directory(&[(".github/workflows/ci.yml", LOOSE)]);
    let (code, _, err) = outcome(&here, &["init", "--baseline", "--quiet"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let (code, _, err) = outcome(&here, &["init", "--baseline", "--quiet"]);
    assert_eq!((code, err.as_str()), (0, ""), "what is there is kept");
    let (code, _, err) = outcome(&here, &["init", "--quiet"]);
    assert!(code == 2 && err.contains("reproof.toml is there already"), "{err}");
    // After the verb or before it.
    let (code, _, err) = outcome(&here, &["--now", "yesterday", "check"]);
    assert_eq!((code, err.as_str()), (2, "error: --now takes a date such as 2026-11-23, not `yesterday`\n"));
}
