//! Digests as the real tool computes them, and the culprits of edits.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::document::document;
use crate::derive::lock::tests::{scanned, weighed};
use crate::inventory::Inventory;
use crate::python::canonical_json::Separators;
use crate::source::SourceId;
use crate::syntax::toml;

fn digest(pipfile: &str, is_normal: bool) -> String {
    let tree = toml::parse(SourceId::FIRST, &pipfile.into()).unwrap();
    document(tree.root(), &[], is_normal).unwrap().digest(Separators::Compact)
}

/// Digests that pipenv 2026.10.3 wrote, and those that releases before 2026.4.0 would write.
#[test]
fn digests_are_those_of_pipenv() {
    let pipfile = r#"
[[source]]
name = "smile-\U0001F600"
url = "https://corp.example.invalid/${TOKEN}/simple"
verify_ssl = false

[packages]
"My_Pkg.X" = {version = "~=1.0", extras = ["b", "a"]}

[extra-cat]
Foo = "*"
"#;
    assert_eq!(digest(pipfile, true), "21ee6be559416c32a94db1c812b7be6c4a7bfa35303b56c4939d782f7f611102");
    assert_eq!(digest(pipfile, false), "ae976f3841997061c31eabd0e951ae0781147265355f2bce4d16f68bfd5ebfbc");
}

const PIPFILE: &str = r#"[[source]]
name = "main"
url = "https://index.example.com/simple"
verify_ssl = true

[packages]
idna = ">=3.4"
six = "*"
Markdown-It-Py = {version = ">=2", markers = "python_version >= '3.8'"}

[dev-packages]
iniconfig = "*"

[docs]
mdurl = "*"

[requires]
python_version = "3.11"

[scripts]
hello = "echo hello"
"#;

fn lock(digest: &str) -> String {
    format!(
        r#"{{
    "_meta": {{
        "hash": {{"sha256": "{digest}"}},
        "pipfile-spec": 6,
        "requires": {{"python_version": "3.11"}},
        "sources": [{{"name": "main", "url": "https://index.example.com/simple", "verify_ssl": true}}]
    }},
    "default": {{
        "idna": {{"hashes": ["sha256:aa"], "index": "main", "markers": "python_version >= '3.9'", "version": "==3.20"}},
        "markdown-it-py": {{"hashes": ["sha256:bb"], "markers": "python_version >= '3.8'", "version": "==4.3.0"}},
        "mdurl": {{"hashes": ["sha256:cc"], "version": "==0.1.2"}},
        "six": {{"hashes": ["sha256:dd"], "index": "main", "version": "==1.17.0"}}
    }},
    "develop": {{
        "iniconfig": {{"hashes": ["sha256:ee"], "version": "==2.3.1"}}
    }},
    "docs": {{
        "mdurl": {{"hashes": ["sha256:cc"], "version": "==0.1.2"}}
    }}
}}
"#
    )
}

fn scan(pipfile: &str, lock: &str) -> Inventory {
    scanned(&[("Pipfile", pipfile), ("Pipfile.lock", lock)])
}

fn verdict(pipfile: &str, lock: &str) -> (&'static str, String) {
    let found = scan(pipfile, lock);
    let (verdict, told) = weighed(&found, &found.facts.lockfiles[0]);
    (verdict, told.join("|"))
}

#[test]
fn edits_are_named_with_their_line() {
    let lock = lock(&digest(PIPFILE, true));
    assert_eq!(verdict(PIPFILE, &lock), ("fresh", String::new()));
    let cases = [
        ("Markdown-It-Py", "markdown_it_py", "fresh", ""),
        ("echo hello", "echo bye", "fresh", ""),
        ("six = \"*\"\n", "six = \"*\"\ntoml = \"*\"\n", "stale", "9 resolution: toml is not in the lockfile"),
        (
            "six = \"*\"\n",
            "",
            "stale",
            "6 resolution: six was asked for in packages as `*` when the lockfile was written",
        ),
        (
            "Markdown-It-Py = {version = \">=2\", markers = \"python_version >= '3.8'\"}\n",
            "",
            "stale",
            "6 spelling: the recorded digest is not that of the Pipfile, although the locked packages satisfy every requirement",
        ),
        (
            "mdurl = \"*\"\n",
            "",
            "stale",
            "14 resolution: mdurl was asked for in docs as `*` when the lockfile was written",
        ),
        (">=3.4", "<3.4", "stale", "7 resolution: idna <3.4 does not admit 3.20, which is locked"),
        (">=3.4", ">=3.5", "stale", "7 resolution: idna was asked for as `>=3.4`, now as `>=3.5`"),
        ("\">=3.4\"", "\"*\"", "stale", "7 resolution: idna was asked for as `>=3.4`, now as `*`"),
        (">=3.4", ">= 3.4", "stale", "7 spelling: idna was written `>=3.4`, which asks for the same as `>= 3.4`"),
        (
            "six = \"*\"",
            "six = {version = \"*\"}",
            "stale",
            "8 spelling: six was written `*`, which asks for the same as `{\"version\":\"*\"}`",
        ),
        (
            "six = \"*\"",
            "six = {version = \"*\", index = \"main\"}",
            "stale",
            "8 resolution: six was asked for as `*`, now as `{\"index\":\"main\",\"version\":\"*\"}`",
        ),
        (
            "six = \"*\"",
            "six = {path = \".\", editable = true}",
            "stale",
            "8 resolution: six is asked for from a path or address, and locked from an index",
        ),
        (
            "'3.8'",
            "'3.9'",
            "stale",
            "9 resolution: Markdown-It-Py was asked for as `{\"markers\":\"python_version >= '3.8'\",\"version\":\">=2\"}`, now as `{\"markers\":\"python_version >= '3.9'\",\"version\":\">=2\"}`",
        ),
        ("\"3.11\"", "\"3.10\"", "stale", "18 resolution: python_version was 3.11, now it is 3.10"),
        (
            "[requires]\npython_version = \"3.11\"\n",
            "",
            "stale",
            "14 resolution: python_version was 3.11 in [requires], and is gone",
        ),
        (
            "verify_ssl = true",
            "verify_ssl = false",
            "stale",
            "4 resolution: verify_ssl of the source main was true, now it is false",
        ),
        ("[requires]", "[none]\n\n[requires]", "stale", "17 resolution: the category none is not in the lockfile"),
        (
            "idna = \">=3.4\"",
            "idna = {commit = \"x\"}",
            "error",
            "idna in [packages] is not a version, or a table of options that pipenv knows",
        ),
        (
            "idna = \">=3.4\"",
            "idna = 2020-01-01",
            "error",
            "idna in [packages] is not a version, or a table of options that pipenv knows",
        ),
    ];
    for (old, new, expected, explanation) in cases {
        let pipfile = PIPFILE.replacen(old, new, 1);
        assert_ne!(pipfile, PIPFILE, "{old}");
        assert_eq!(verdict(&pipfile, &lock), (expected, explanation.to_owned()), "{old} -> {new}");
    }
}

#[test]
fn a_lockfile_that_cannot_be_read_is_out_of_date() {
    let (verdict_of_cut, reason) = verdict(PIPFILE, "{\"_meta\": ");
    assert_eq!(verdict_of_cut, "stale");
    assert!(reason.contains("Pipfile.lock cannot be read"), "{reason}");
    assert_eq!(verdict(PIPFILE, "{}").0, "stale");
    let normal = PIPFILE.replace("Markdown-It-Py", "markdown-it-py");
    assert_eq!(verdict(&normal, "{\"_meta\": {}}").0, "fresh");
}

#[test]
fn an_implied_source_is_the_one_that_was_locked() {
    let spelt = "[[source]]\nname = \"main\"\nurl = \"https://index.example.com/simple\"\nverify_ssl = true\n\n[packages]\nidna = \"*\"\n";
    let lock = format!(
        "{{\"_meta\": {{\"hash\": {{\"sha256\": \"{}\"}}, \"sources\": [{{\"name\": \"main\", \"url\": \"https://index.example.com/simple\", \"verify_ssl\": true}}]}},\n\"default\": {{\"idna\": {{\"version\": \"==3.20\"}}}}}}",
        digest(spelt, true)
    );
    assert_eq!(verdict(spelt, &lock).0, "fresh");
    assert_eq!(verdict("[packages]\nidna = \"*\"\n", &lock).0, "fresh");
    assert_eq!(verdict("note = \"x\"\n[packages]\nidna = \"*\"\n", &lock).0, "stale");
    assert_eq!(verdict("[packages]\nidna = \"*\"\n\n[dev-packages]\n\n[requires]\n", &lock).0, "fresh");
}

/// Texts cut, doubled and turned at many places, so that no shape of them is what the comparison expects.
#[test]
fn mutated_files_never_break_the_comparison() {
    let good = lock(&digest(PIPFILE, true));
    for (index, file) in [PIPFILE, &good].into_iter().enumerate() {
        for step in 0..60 {
            let at = |share: usize| (0..=file.len() * share / 60).rev().find(|at| file.is_char_boundary(*at)).unwrap();
            let (one, other) = (at(step), at((step * 7) % 60));
            let (low, high) = (one.min(other), one.max(other));
            for mutated in [
                format!("{}{}", &file[..low], &file[high..]),
                format!("{}{}", &file[..high], &file[low..]),
                file[..one].replace('"', "[").replace(':', ",") + &file[one..],
            ] {
                let (pipfile, lock) = if index == 0 { (mutated.as_str(), &*good) } else { (PIPFILE, mutated.as_str()) };
                let _verdict = verdict(pipfile, lock);
            }
        }
    }
}
