//! A workspace and its lockfile, edited; every verdict here was asked of cargo 1.95 as well.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use crate::derive::lock::tests::{lock_at, scanned};
const ROOT: &str = r#"[workspace]
members = ["crates/*"]
exclude = ["crates/old", "far"]

[workspace.package]
version = "0.5.0"

[workspace.dependencies]
serde = "1.0.100"
log = { version = "0.4", default-features = false }
"#;

const APP: &str = r#"[package]
name = "app"
version.workspace = true

[dependencies]
serde.workspace = true
core = { path = "../core", version = "0.1" }
far = { path = "../../far", features = ["on"] }
alias = { package = "itoa", version = "1" }

[dev-dependencies]
log.workspace = true
"#;

const CORE: &str =
    "[package]\nname = \"core\"\nversion = \"0.1.0\"\n\n[target.'cfg(windows)'.dependencies]\nserde = \"1\"\n";

const FAR: &str = r#"[package]
name = "far"
version = "2.0.0"

[features]
on = ["dep:itoa"]
off = ["log?/std"]

[dependencies]
itoa = { version = "1", optional = true }
log = { version = "0.4", optional = true }

[dev-dependencies]
void = "1"
"#;

const OLD: &str = "[package]\nname = \"old\"\nversion = \"1.0.0\"\n";

/// The files, with `REGISTRY` for the source of the default registry, which is spelt nowhere.
fn files() -> BTreeMap<&'static str, String> {
    let package = |name: &str, version: &str, more: &str| {
        format!("[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n{more}\n")
    };
    let from = "source = \"REGISTRY\"\nchecksum = \"00\"\n";
    let lock = [
        "version = 4\n\n".to_owned(),
        package("app", "0.5.0", "dependencies = [\n \"core\",\n \"far\",\n \"itoa\",\n \"log\",\n \"serde\",\n]\n"),
        package("core", "0.1.0", "dependencies = [\n \"serde\",\n]\n"),
        package("far", "2.0.0", "dependencies = [\n \"itoa\",\n]\n"),
        package("itoa", "1.0.5", from),
        package("log", "0.4.20", from),
        package("serde", "1.0.150", &format!("{from}dependencies = [\n \"serde_core\",\n]\n")),
        package("serde_core", "1.0.150", from),
    ];
    BTreeMap::from([
        ("Cargo.toml", ROOT.to_owned()),
        ("crates/app/Cargo.toml", APP.to_owned()),
        ("crates/core/Cargo.toml", CORE.to_owned()),
        ("crates/old/Cargo.toml", OLD.to_owned()),
        ("far/Cargo.toml", FAR.to_owned()),
        ("Cargo.lock", lock.concat()),
    ])
}

/// The verdict on the lockfile of the root, with what is said, after one edit.
fn verdict(path: &'static str, old: &str, new: &str) -> String {
    let mut files = files();
    let text = files.entry(path).or_default();
    assert!(text.contains(old), "{path} has no {old}");
    *text = text.replacen(old, new, 1);
    let registry = cargo_lock::SourceId::default().to_string();
    let files: Vec<(&str, String)> =
        files.into_iter().map(|(path, text)| (path, text.replace("REGISTRY", &registry))).collect();
    let found = scanned(&files);
    let lock = lock_at(&found, "Cargo.lock");
    if let Some(refusal) = lock.refusal.known() {
        return format!("error: {refusal}");
    }
    let differences: Vec<String> = lock
        .mismatches
        .iter()
        .map(|link| {
            let one = &found.facts[*link];
            let place = found.sources.location(one.header.span);
            let cause = one.cause.known().map(|cause| format!(" ({cause})")).unwrap_or_default();
            format!("{}:{} {}{cause}", one.header.path, place.start.line, one.explanation)
        })
        .collect();
    match (differences.as_slice(), lock.undecided.as_slice()) {
        ([], []) => "fresh".to_owned(),
        ([], undecided) => format!("undecidable: {}", undecided.join("; ")),
        (differences, _) => format!("stale: {}", differences.join("; ")),
    }
}

#[test]
fn edits_of_manifests() {
    let app = "crates/app/Cargo.toml";
    let cases: &[(&str, &str, &str, &str)] = &[
        (app, "serde.", "serde.", "fresh"),
        (app, "version = \"1\"", "version = \"*\"", "fresh"),
        (app, "alias =", "other =", "fresh"),
        (app, "[dev-dependencies]", "[build-dependencies]", "fresh"),
        ("Cargo.toml", "1.0.100", "1.0", "fresh"),
        ("Cargo.toml", "log =", "void = \"1\"\nlog =", "fresh"),
        ("far/Cargo.toml", "void = \"1\"", "void = \"2\"", "fresh"),
        ("crates/old/Cargo.toml", "1.0.0", "2.0.0", "fresh"),
        ("crates/core/Cargo.toml", "cfg(windows)", "cfg(unix)", "fresh"),
        (
            "Cargo.toml",
            "1.0.100",
            "1.0.200",
            "stale: Cargo.toml:9 serde 1.0.200 is asked for, the lockfile has 1.0.150 (app inherits it)",
        ),
        ("Cargo.toml", "0.5.0", "0.6.0", "stale: Cargo.toml:6 app has version 0.6.0, the lockfile has 0.5.0"),
        (
            "Cargo.toml",
            "\"crates/old\", ",
            "",
            "stale: crates/old/Cargo.toml:2 old is not in the lockfile (crates/* takes old into the workspace)",
        ),
        (app, "alias = {", "new = \"1\"\nalias = {", "stale: crates/app/Cargo.toml:9 new 1 is not in the lockfile"),
        (
            app,
            "alias = { package = \"itoa\", version = \"1\" }\n",
            "",
            "stale: crates/app/Cargo.toml:5 itoa 1.0.5 is locked for app, which no longer asks for it",
        ),
        (
            "crates/core/Cargo.toml",
            "serde = \"1\"",
            "serde = \"1\"\nlog = \"0.4\"",
            "stale: crates/core/Cargo.toml:7 log 0.4 is locked for others, but not for core",
        ),
        (
            app,
            "[\"on\"]",
            "[\"on\", \"off\"]",
            "stale: far/Cargo.toml:11 log 0.4 is locked for others, but not for far (app asks far for on, off)",
        ),
        (
            app,
            ", features = [\"on\"]",
            "",
            "stale: far/Cargo.toml:9 itoa 1.0.5 is locked for far, which no longer asks for it (app asks far for no feature)",
        ),
        (app, "[\"on\"]", "[\"nope\"]", "error: far has no feature nope"),
        (app, "version = \"0.1\"", "version = \"7\"", "error: core 7 is asked for, but crates/core has 0.1.0"),
        (app, "../core", "../nowhere", "error: there is no crates/nowhere/Cargo.toml"),
        (app, "../../far", "../../../far", "undecidable: ../../../far lies outside the repository"),
        (
            "Cargo.toml",
            "serde = \"1.0.100\"\n",
            "",
            "error: serde is inherited, but the workspace root does not state it",
        ),
        (app, "name = \"app\"", "name = \"core\"", "error: crates/app and crates/core are both named core"),
        ("Cargo.toml", "crates/*", "nothing/*", "error: workspace member nothing/* matches no directory"),
        ("Cargo.toml", "[workspace]", "[workspace", "error: Cargo.toml cannot be read"),
        (app, "alias = {", "itoa = \"1\"\nalias = {", "error: itoa is asked for as itoa and as alias"),
        (app, "alias = {", "itoa = { version = \"1\", optional = true }\nalias = {", "fresh"),
    ];
    let found = cases.iter().map(|(path, old, new, _)| (*old, *new, verdict(path, old, new)));
    let expected = cases.iter().map(|(_, old, new, expected)| (*old, *new, (*expected).to_owned()));
    assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
}

#[test]
fn manifests_that_cargo_refuses() {
    let (root, app, core) = ("Cargo.toml", "crates/app/Cargo.toml", "crates/core/Cargo.toml");
    let cases: &[(&str, &str, &str, &str)] = &[
        (
            app,
            "version.workspace",
            "edition = \"2099\"\nversion.workspace",
            "edition 2099 is none of 2015, 2018, 2021, 2024",
        ),
        (
            app,
            "version.workspace",
            "rust-version = \"new\"\nversion.workspace",
            "rust-version new is not a version such as 1.85",
        ),
        (
            app,
            "version.workspace",
            "edition.workspace = true\nversion.workspace",
            "edition is inherited, but the workspace root has none",
        ),
        (app, "version.workspace", "resolver = \"9\"\nversion.workspace", "resolver 9 is none of 1, 2, 3"),
        (core, "cfg(windows)", "cfg(windows = )", "cfg(windows = ) is not a platform that Cargo reads"),
        (core, "cfg(windows)", "all(unix)", "all(unix) is not a platform that Cargo reads"),
        (
            root,
            "serde = \"1.0.100\"",
            "serde = { version = \"1\", optional = true }",
            "serde is optional, which dependencies of a workspace cannot be",
        ),
        (
            root,
            "[workspace.package]",
            "[dependencies]\n\n[workspace.package]",
            "[dependencies] has no meaning without a package",
        ),
        (
            root,
            "[workspace.package]",
            "[replace]\n\"a:1.0.0\" = { path = \"far\" }\n[patch.crates-io]\nb = { path = \"far\" }\n\n[workspace.package]",
            "[replace] and [patch] exclude each other",
        ),
        (
            app,
            "[dependencies]",
            "[lints]\nworkspace = true\n\n[dependencies]",
            "lints are inherited, but the workspace root has none",
        ),
    ];
    for (path, old, new, expected) in cases {
        let found = verdict(path, old, new);
        assert_eq!(found, format!("error: {path}: {expected}"), "{new}");
    }
    let found = verdict(root, "[workspace.package]", "default-members = [\"crates/none\"]\n\n[workspace.package]");
    assert_eq!(found, "error: Cargo.toml: the default member crates/none is not a member");
}

#[test]
fn edits_of_the_lockfile() {
    let cases = [
        ("version = 4", "version = 3", "fresh"),
        ("version = 4", "", "fresh"),
        ("version = 4", "version = 5", "error: lockfile version 5 is none that Cargo reads"),
        ("\"log\"", "\"log 0.4.20\"", "fresh"),
        (
            " \"log\",\n",
            "",
            "stale: crates/app/Cargo.toml:12 log 0.4 is locked for others, but not for app (the workspace root says which)",
        ),
        (
            "name = \"core\"",
            "name = \"gone\"",
            "stale: crates/core/Cargo.toml:2 core is not in the lockfile (crates/* takes core into the workspace); \
             crates/app/Cargo.toml:7 core 0.1 is not in the lockfile",
        ),
        (
            "name = \"serde_core\"",
            "name = \"serde_more\"",
            "stale: Cargo.lock:46 serde needs serde_core, which is not in the lockfile; \
             Cargo.lock:50 nothing needs serde_more 1.0.150",
        ),
        (
            "1.0.5\"\nsource = \"REGISTRY\"\nchecksum = \"00\"\n",
            "1.0.5\"\nsource = \"REGISTRY\"\n",
            "stale: Cargo.lock:29 itoa has no checksum in the lockfile",
        ),
        (
            "1.0.5\"\nsource = \"REGISTRY\"",
            "1.0.5\"\nsource = \"registry+https://index.example.com/git\"",
            "stale: crates/app/Cargo.toml:9 itoa is asked for from the default registry, \
             the lockfile has it from registry https://index.example.com/git; \
             far/Cargo.toml:10 itoa is asked for from the default registry, \
             the lockfile has it from registry https://index.example.com/git (app asks far for on)",
        ),
        (
            "name = \"log\"",
            "name = \"itoa\"",
            "stale: crates/app/Cargo.toml:9 itoa 1 is locked for others, but not for app; \
             crates/app/Cargo.toml:12 log 0.4 is not in the lockfile (the workspace root says which); \
             far/Cargo.toml:10 itoa 1 is locked for others, but not for far (app asks far for on); \
             Cargo.lock:35 nothing needs itoa 0.4.20",
        ),
        ("version = 4\n", "version = 4\n[[package]]\nname = \"gone\"\nversion = \"1.0.0\"\n", "fresh"),
        ("[[package]]\nname = \"log\"", "<<<<<<< a\n=======\n>>>>>>> b\n[[package]]\nname = \"log\"", "fresh"),
    ];
    let found = cases.iter().map(|(old, new, _)| (*old, *new, verdict("Cargo.lock", old, new)));
    let expected = cases.iter().map(|(old, new, expected)| (*old, *new, (*expected).to_owned()));
    assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
}
