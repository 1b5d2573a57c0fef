//! Digests as the real tool computes them, and the culprits of edits.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::document::{Form, document};
use super::inputs::specifier_text;
use crate::derive::lock::tests::{lock_at, scanned, weighed};
use crate::python::canonical_json::Separators;
use crate::source::SourceId;
use crate::syntax::toml;

fn digest(manifest: &str, form: Form) -> String {
    let tree = toml::parse(SourceId::FIRST, &manifest.into()).unwrap();
    document(tree.root(), form).unwrap().digest(Separators::Spaced)
}

/// The digest that PDM 2.29.3 wrote.
#[test]
fn digests_are_those_of_pdm() {
    let manifest = r#"
[project]
name = "v"
version = "1"
requires-python = ">=3.10"
dependencies = ["caf\u00e9-x>=1", "tab\there"]

[tool.pdm.resolution]
w = [1.5, 100000.0, 123456789012345680.0, inf]
msg = "q\"b\\ \u0001"

[[tool.pdm.source]]
name = "\U0001F600"
"#;
    assert_eq!(digest(manifest, Form::Now), "6fb7513422c3b50f89ce49878a20183b32ee78339f230838472e784c893b608b");
    let twice = "[dependency-groups]\na_b = []\nA-B = []\n";
    let tree = toml::parse(SourceId::FIRST, &twice.into()).unwrap();
    assert!(document(tree.root(), Form::Now).unwrap_err().message.contains("stands twice"));
}

/// Printed by `PySpecSet` of PDM 2.29.3.
#[test]
fn ranges_of_interpreters_are_printed_as_pdm_does() {
    let cases = [
        (">=3.10,<4", "<4,>=3.10"),
        ("<4, >=3.10", "<4,>=3.10"),
        (">= 3.11", ">=3.11"),
        ("*", ""),
        (">=3.10.0", ">=3.10.0"),
    ];
    for (text, expected) in cases {
        assert_eq!(specifier_text(text).unwrap(), expected);
    }
    assert_eq!(specifier_text("^3.10"), None);
}

const MANIFEST: &str = r#"[project]
name = "demo"
version = "0.1.0"
requires-python = ">=3.10"
dependencies = [
    "idna>=3.4,<4",
    "six",
    "attrs>=22; sys_platform != 'win32'",
]

[project.optional-dependencies]
cli = ["click>=8"]

[dependency-groups]
dev = ["iniconfig", {include-group = "lint"}]
lint = ["pluggy>=1.2"]

[tool.pdm]
distribution = false
"#;

fn package(name: &str, version: &str, groups: &str, more: &str) -> String {
    format!(
        "[[package]]\nname = \"{name}\"\nversion = \"{version}\"\ngroups = [{groups}]\n{more}files = [\n    {{file = \"{name}-{version}.tar.gz\", hash = \"sha256:00\"}},\n]\n\n"
    )
}

fn lock(metadata: &str) -> String {
    let packages = [
        package("attrs", "24.2.0", "\"default\"", "marker = \"sys_platform != \\\"win32\\\"\"\n"),
        package("idna", "3.20", "\"default\"", ""),
        package("iniconfig", "2.0.0", "\"dev\"", ""),
        package("pluggy", "1.5.0", "\"dev\", \"lint\"", ""),
        package("six", "1.17.0", "\"default\"", ""),
    ];
    format!(
        "[metadata]\ngroups = [\"default\", \"dev\", \"lint\"]\nstrategy = [\"inherit_metadata\"]\nlock_version = \"4.5.1\"\n{metadata}\n\
         [[metadata.targets]]\nrequires_python = \">=3.10\"\n\n{}",
        packages.concat()
    )
}

fn verdict(files: &[(&str, &str)]) -> (&'static str, String) {
    let found = scanned(files);
    let (verdict, told) = weighed(&found, lock_at(&found, "pdm.lock"));
    (verdict, told.join("|"))
}

#[test]
fn edits_are_named_with_their_line() {
    let lock = lock(&format!("content_hash = \"sha256:{}\"\n", digest(MANIFEST, Form::Now)));
    assert_eq!(verdict(&[("pyproject.toml", MANIFEST), ("pdm.lock", &lock)]), ("fresh", String::new()));
    let cases = [
        ("\"0.1.0\"", "\"0.2.0\"", "fresh", ""),
        ("lint = [\"pluggy", "Lint = [\"pluggy", "fresh", ""),
        ("    \"six\",\n", "    \"six\",\n    \"zipp\",\n", "stale", "8 resolution: zipp is not in the lockfile"),
        (
            "    \"six\",\n",
            "",
            "stale",
            "5 resolution: six was asked for in dependencies as `six` when the lockfile was written",
        ),
        (">=3.4,<4", ">=3.4,<3.5", "stale", "6 resolution: idna >=3.4,<3.5 does not admit 3.20, which is locked"),
        (">=3.4,<4", ">=3.5,<4", "stale", "6 resolution: idna was asked for as `idna>=3.4,<4`, now as `idna>=3.5,<4`"),
        (
            "idna>=3.4,<4",
            "IDNA>=3.4,<4",
            "stale",
            "6 spelling: idna was written `idna>=3.4,<4`, which asks for the same as `IDNA>=3.4,<4`",
        ),
        (
            "!= 'win32'",
            "== 'linux'",
            "stale",
            "8 resolution: attrs was asked for as `attrs>=22; sys_platform != 'win32'`, now as `attrs>=22; sys_platform == 'linux'`",
        ),
        (
            "{include-group = \"lint\"}",
            "\"pluggy>=1.2\"",
            "stale",
            "15 resolution: pluggy was {\"include-group\": \"lint\"}, now it is pluggy>=1.2",
        ),
        ("\">=3.10\"", "\">=3.11\"", "stale", "4 resolution: requires-python was `>=3.10`, now it is `>=3.11`"),
        ("requires-python = \">=3.10\"\n", "", "stale", "1 resolution: requires-python was >=3.10, now it is nothing"),
        (
            "cli = [",
            "shell = [",
            "stale",
            "12 resolution: the group shell was called cli when the lockfile was written",
        ),
        (
            "lint = [\"pluggy>=1.2\"]",
            "lint = [\"pluggy>=1.2\"]\nmore = [\"six\"]",
            "stale",
            "17 resolution: the group more was not asked for when the lockfile was written",
        ),
        (
            "[tool.pdm]",
            "[tool.pdm.resolution.overrides]\nidna = \"3.9\"\n\n[tool.pdm]",
            "stale",
            "19 resolution: the setting idna was not asked for when the lockfile was written",
        ),
        (
            "[tool.pdm]",
            "[[tool.pdm.source]]\nname = \"corp\"\nurl = \"https://index.example.com/simple\"\n\n[tool.pdm]",
            "stale",
            "18 resolution: the source corp was not asked for when the lockfile was written",
        ),
        (
            "[tool.pdm]",
            "[tool.pdm.resolution]\nlock_inputs = true\n\n[tool.pdm]",
            "stale",
            "19 resolution: lock_inputs is on, and the lockfile records no inputs",
        ),
        (
            "version = \"0.1.0\"",
            "version = \"0.1.0\"\n[dependency-groups]\na = []\nA = []\n[project.urls]",
            "error",
            "",
        ),
    ];
    for (old, new, expected, explanation) in cases {
        let manifest = MANIFEST.replacen(old, new, 1);
        assert_ne!(manifest, MANIFEST, "{old}");
        let (found, reasons) = verdict(&[("pyproject.toml", &manifest), ("pdm.lock", &lock)]);
        assert_eq!(found, expected, "{old} -> {new}: {reasons}");
        if expected != "error" {
            assert_eq!(reasons, explanation, "{old} -> {new}");
        }
    }
}

#[test]
fn formats_and_digests_of_the_lockfile_count() {
    let good = lock(&format!("content_hash = \"sha256:{}\"\n", digest(MANIFEST, Form::Now)));
    let cases = [
        ("\"4.5.1\"", "\"4.4\"", "fresh"),
        ("\"4.5.1\"", "\"4.6\"", "stale"),
        ("\"4.5.1\"", "\"3.1\"", "stale"),
        ("\"4.5.1\"", "\"x\"", "error"),
        ("lock_version = \"4.5.1\"\n", "", "stale"),
        ("sha256:", "md5:", "stale"),
        ("sha256:", "crc:", "error"),
        ("sha256:", "", "stale"),
    ];
    for (old, new, expected) in cases {
        let lock = good.replacen(old, new, 1);
        assert_eq!(verdict(&[("pyproject.toml", MANIFEST), ("pdm.lock", &lock)]).0, expected, "{old} -> {new}");
    }
}

#[test]
fn older_releases_hash_less() {
    for (form, since) in [(Form::OwnGroups, "2.20"), (Form::Overrides, "2.16")] {
        let older = lock(&format!("content_hash = \"sha256:{}\"\n", digest(MANIFEST, form)));
        let older = older.replace("4.5.1", "4.5.0");
        let found = scanned(&[("pyproject.toml", MANIFEST), ("pdm.lock", &older)]);
        let lockfile = &found.facts.lockfiles[0];
        assert_eq!(weighed(&found, lockfile).0, "fresh");
        assert!(lockfile.version_dependent[0].contains(since), "{:?}", lockfile.version_dependent);
    }
}

#[test]
fn recorded_inputs_are_compared_by_what_they_mean() {
    let inputs = "[metadata.lock_inputs.project]\nrequires-python = \">=3.10\"\nsources = []\n\n[metadata.lock_inputs.project.groups]\n\
                  cli = [\"click\"]\ndefault = [\"attrs; sys_platform != \\\"win32\\\"\", \"idna\", \"six\"]\ndev = [\"iniconfig\", \"pluggy\"]\nlint = [\"pluggy\"]\n\n\
                  [metadata.lock_inputs.project.resolution]\n";
    let lock = lock(inputs);
    assert_eq!(verdict(&[("pyproject.toml", MANIFEST), ("pdm.lock", &lock)]), ("fresh", String::new()));
    let cases = [
        (">=3.4,<4", " >=3.5, <4", "fresh", ""),
        ("!= 'win32'", "!= \\\"win32\\\"", "fresh", ""),
        ("{include-group = \"lint\"}", "\"pluggy>=1.2\"", "fresh", ""),
        ("click>=8", "click>=9", "fresh", ""),
        (">=3.4,<4", ">=3.4,<3.5", "stale", "6 resolution: idna>=3.4,<3.5 does not admit 3.20, which is locked"),
        (
            "idna>=3.4",
            "IDNA>=3.4",
            "stale",
            "6 resolution: idna was asked for as `idna` in default, now as `IDNA>=3.4,<4`",
        ),
        ("    \"six\",\n", "", "stale", "5 resolution: six was asked for in default, and is gone"),
        (
            "    \"six\",\n",
            "    \"six\",\n    \"six\",\n",
            "stale",
            "8 resolution: six is not among the recorded inputs of default",
        ),
        (
            "!= 'win32'",
            "== 'linux'",
            "stale",
            "8 resolution: attrs was asked for as `attrs; sys_platform != \"win32\"` in default, now as `attrs>=22; sys_platform == 'linux'`",
        ),
        ("\">=3.10\"", "\">=3.10.0\"", "stale", "4 resolution: requires-python was `>=3.10`, now it is `>=3.10.0`"),
        (
            "[tool.pdm]",
            "[tool.pdm.resolution]\nlock_inputs = true\nallow-prereleases = true\n\n[tool.pdm]",
            "stale",
            "20 resolution: allow-prereleases of the resolution was not set, now it is true",
        ),
        ("\"six\"", "\"six>>1\"", "error", "`six>>1` is not a requirement"),
    ];
    for (old, new, expected, explanation) in cases {
        let manifest = MANIFEST.replacen(old, new, 1);
        assert_ne!(manifest, MANIFEST, "{old}");
        let found = verdict(&[("pyproject.toml", &manifest), ("pdm.lock", &lock)]);
        assert_eq!(found, (expected, explanation.to_owned()), "{old} -> {new}");
    }
}

/// Texts cut, doubled and turned at many places, so that no shape of them is what the comparison expects.
#[test]
fn mutated_files_never_break_the_comparison() {
    let good = lock(&format!("content_hash = \"sha256:{}\"\n", digest(MANIFEST, Form::Now)));
    for (index, file) in [MANIFEST, &good].into_iter().enumerate() {
        for step in 0..60 {
            let at = |share: usize| (0..=file.len() * share / 60).rev().find(|at| file.is_char_boundary(*at)).unwrap();
            let (one, other) = (at(step), at((step * 7) % 60));
            let (low, high) = (one.min(other), one.max(other));
            for mutated in [
                format!("{}{}", &file[..low], &file[high..]),
                format!("{}{}", &file[..high], &file[low..]),
                file[..one].replace('"', "[").replace('=', ".") + &file[one..],
            ] {
                let (manifest, lock) =
                    if index == 0 { (mutated.as_str(), &*good) } else { (MANIFEST, mutated.as_str()) };
                let _verdict = verdict(&[("pyproject.toml", manifest), ("pdm.lock", lock)]);
            }
        }
    }
}

#[test]
fn broken_edges_and_ranges_are_measured() {
    let edge = "dependencies = [\n    \"pluggy<1\",\n    \"elsewhere; sys_platform == 'win32'\",\n    \"old; python_version < '3.9'\",\n]\n";
    let lock = lock("").replace(
        "name = \"iniconfig\"\nversion = \"2.0.0\"\n",
        &format!("name = \"iniconfig\"\nversion = \"2.0.0\"\n{edge}"),
    );
    let facts = scanned(&[("pyproject.toml", MANIFEST), ("pdm.lock", &lock)]).facts;
    let package = |name: &str| facts.locked_packages.iter().find(|package| package.contents.package == name).unwrap();
    assert_eq!(package("iniconfig").rare.missing_dependencies.known().unwrap(), &["elsewhere"]);
    assert_eq!(package("pluggy").rare.violated_requirement.known().unwrap(), "pluggy <1 of iniconfig");
    assert_eq!(package("six").reachable.known(), Some(&true));
}
