//! Verdicts of npm 11.19 on small trees, as the lock oracle has them.

#![allow(clippy::unwrap_used, reason = "tests")]

use crate::derive::lock::tests::{differences, scanned};

const MANIFEST: &str =
    r#"{ "name": "demo", "version": "1.0.0", "private": true, "dependencies": { "a": "^1.0.0", "ms": "2.0.0" } }"#;
const LOCK: &str = r#"{ "lockfileVersion": 3, "packages": {
  "": { "name": "demo", "version": "1.0.0", "dependencies": { "a": "^1.0.0", "ms": "2.0.0" } },
  "node_modules/a": { "version": "1.2.0", "resolved": "https://npm.example.com/a/-/a-1.2.0.tgz", "integrity": "sha512-a", "dependencies": { "b": "^2.0.0" }, "peerDependencies": { "p": "1" }, "peerDependenciesMeta": { "p": { "optional": true } } },
  "node_modules/b": { "version": "2.1.0", "resolved": "https://npm.example.com/b/-/b-2.1.0.tgz", "integrity": "sha512-b" },
  "node_modules/ms": { "version": "2.0.0", "resolved": "https://npm.example.com/ms/-/ms-2.0.0.tgz", "integrity": "sha512-c" } } }"#;

/// What is out of step, or `fresh`; then what an install would rewrite.
fn verdict(files: &[(&str, &str)]) -> String {
    differences(&scanned(files))
}

#[test]
fn edits_of_the_manifest() {
    // What is replaced, by what, the verdict.
    let cases = [
        ("2.0.0\" }", "2.0.0\" }", "fresh"),
        (r#""ms": "2.0.0""#, r#""ms": "^2""#, "fresh it records ms 2.0.0 where ^2 is asked for"),
        (
            r#", "ms": "2.0.0""#,
            "",
            "fresh it records ms among the dependencies, which do not have it; nothing requires node_modules/ms",
        ),
        (r#""ms": "2.0.0""#, r#""ms": "^1""#, "ms ^1 is asked for, 2.0.0 is locked"),
        (r#""ms": "2.0.0""#, r#""new": "^1""#, "new ^1 is not in the lockfile"),
        (r#""ms": "2.0.0""#, r#""b": "^3""#, "b ^3 is asked for, 2.1.0 is locked"),
        (r#""ms": "2.0.0""#, r#""ms": "link:x""#, "error: npm does not know `link:x`"),
        (r#""ms": "2.0.0""#, r#""ms": 2"#, "what is asked of ms is not a string"),
        (r#""ms": "2.0.0""#, r#""ms": "npm:npm:ms@2""#, "error: `npm:npm:ms@2` is an alias of an alias"),
        (r#""ms": "2.0.0""#, r#""ms": "file:ms.tgz""#, "error: there is no ms.tgz"),
        (r#""ms": "2.0.0""#, r#""m s": "2.0.0""#, "error: `m s` is not the name of a package"),
        (
            r#""ms": "2.0.0" }"#,
            r#""ms": "^1" }, "acceptDependencies": { "ms": "2" }"#,
            "fresh it records ms 2.0.0 where ^1 is asked for",
        ),
        (
            r#""dependencies": { "a": "^1.0.0", "ms": "2.0.0" }"#,
            r#""dependencies": ["a"]"#,
            "`dependencies` is not a table of requirements",
        ),
        (
            r#""private""#,
            r#""overrides": { "b@next": "2.1.0" }, "private""#,
            "the override `b@next` names no package and range that npm reads",
        ),
        (
            r#""private""#,
            r#""devEngines": { "packageManager": { "name": "pnpm" } }, "private""#,
            "error: `devEngines` wants pnpm",
        ),
        (
            r#""private""#,
            r#""overrides": { "b": "1.0.0" }, "private""#,
            "an override asks for b 1.0.0 below a, 2.1.0 is locked",
        ),
        (r#""private""#, r#""overrides": { "a": { "b": "2.1.0" } }, "private""#, "fresh"),
        (
            r#""private""#,
            r#""overrides": { "ms": "1.0.0" }, "private""#,
            "the override ms 1.0.0 contradicts the requirement 2.0.0",
        ),
        (
            r#""private""#,
            r#""overrides": { "b": "$none" }, "private""#,
            "error: `$none` in `overrides` means no requirement",
        ),
        (r#""private""#, r#""workspaces": 1, "private""#, "`workspaces` is not a list of directories"),
    ];
    for (from, to, expected) in cases {
        let manifest = MANIFEST.replace(from, to);
        let found = verdict(&[("package.json", &manifest), ("package-lock.json", LOCK)]);
        assert_eq!(found, expected, "{manifest}");
    }
}

#[test]
fn edits_of_the_lockfile() {
    let cases = [
        (r#""node_modules/b": {"#, r#""node_modules/z": {"#, "a asks for b ^2.0.0, which is not in the lockfile"),
        (r#""version": "2.1.0""#, r#""version": "1.0.0""#, "a asks for b ^2.0.0, 1.0.0 is locked"),
        // npm fetches b 2.1.0 anew and finds its archive there already.
        (r#""version": "2.1.0""#, r#""version": "3.0.0""#, "fresh"),
        (r#""": { "name""#, r#""x": { "name""#, "fresh it has no entry for the project itself; nothing requires x"),
        ("\"integrity\": \"sha512-a\", ", "", "fresh"),
        ("{ \"lockfileVersion\"", "[ {", "npm cannot read it"),
    ];
    for (from, to, expected) in cases {
        let lock = LOCK.replace(from, to);
        assert_eq!(verdict(&[("package.json", MANIFEST), ("package-lock.json", &lock)]), expected, "{to}");
    }
    let nested = LOCK.replace(
        r#""node_modules/ms""#,
        r#""node_modules/a/node_modules/b": { "version": "1.0.0" }, "node_modules/ms""#,
    );
    assert_eq!(verdict(&[("package.json", MANIFEST), ("package-lock.json", &nested)]), "fresh");
    let undecided =
        scanned(&[("package.json", MANIFEST), ("package-lock.json", &nested)]).facts.lockfiles[0].undecided.clone();
    assert_eq!(undecided, ["a release that answers b ^2.0.0 may be newer than the one locked above it"]);
    let shrinkwrap = [("package.json", MANIFEST), ("npm-shrinkwrap.json", "{}"), ("package-lock.json", LOCK)];
    let inventory = scanned(&shrinkwrap);
    let lock = inventory.facts.lockfiles.iter().find(|lock| &*lock.header.path == "package-lock.json").unwrap();
    let why = &inventory.facts[lock.mismatches[0]].explanation;
    assert_eq!(why, "npm reads npm-shrinkwrap.json instead, which is out of step");
}

#[test]
fn members_and_directories() {
    let root =
        r#"{ "name": "top", "private": true, "workspaces": ["packages/*"], "dependencies": { "near": "file:near" } }"#;
    let lock = r#"{ "lockfileVersion": 3, "packages": {
      "": { "name": "top", "workspaces": ["packages/*"], "dependencies": { "near": "file:near" } },
      "node_modules/alpha": { "resolved": "packages/alpha", "link": true },
      "node_modules/near": { "resolved": "near", "link": true },
      "node_modules/ms": { "version": "2.0.0" },
      "near": { "version": "1.0.0" },
      "packages/alpha": { "version": "1.0.0", "dependencies": { "ms": "2.0.0" } } } }"#;
    let alpha = r#"{ "name": "alpha", "version": "1.0.0", "dependencies": { "ms": "2.0.0" } }"#;
    let near = r#"{ "name": "near", "version": "1.0.0" }"#;
    let cases = [
        (alpha, near, "fresh"),
        (
            r#"{ "name": "alpha", "version": "1.0.0", "dependencies": { "ms": "^1" } }"#,
            near,
            "ms ^1 is asked for, 2.0.0 is locked",
        ),
        (r#"{ "name": "beta", "version": "1.0.0" }"#, near, "member beta in packages/alpha is not in the lockfile"),
        (alpha, r#"{ "name": "near", "dependencies": { "new": "1" } }"#, "new 1 is not in the lockfile"),
    ];
    for (alpha, near, expected) in cases {
        let files = [
            ("package.json", root),
            ("package-lock.json", lock),
            ("packages/alpha/package.json", alpha),
            ("near/package.json", near),
        ];
        assert_eq!(verdict(&files), expected, "{alpha} {near}");
    }
}

/// With `install-links` npm puts a copy of a directory in the place of the link, without what only its development needs.
#[test]
fn settings_of_npmrc() {
    let manifest = |more: &str| format!(r#"{{ "name": "top", "dependencies": {{ "near": "file:near" }}{more} }}"#);
    let lock = r#"{ "lockfileVersion": 3, "packages": {
      "": { "name": "top", "dependencies": { "near": "file:near" } },
      "node_modules/near": { "resolved": "near", "link": true },
      "near": { "version": "1.0.0" } } }"#;
    let near = r#"{ "name": "near", "version": "1.0.0" }"#;
    let needs = |group: &str| format!(r#"{{ "name": "near", "version": "1.0.0", "{group}": {{ "ms": "1" }} }}"#);
    let members = r#", "workspaces": []"#;
    let cases = [
        ("", "", near.to_owned(), "fresh"),
        (
            "install-links=true",
            "",
            near.to_owned(),
            "fresh node_modules/near is a link, and `install-links` asks for a copy; nothing requires near",
        ),
        ("install-links=true", "", needs("dependencies"), "near asks for ms 1, which is not in the lockfile"),
        ("install-links=true", "", needs("devDependencies"), "fresh node_modules/near is a link"),
        ("global=true", "", near.to_owned(), "error: `npm ci` does not install global packages, which .npmrc asks for"),
        ("workspaces=true", "", near.to_owned(), "error: .npmrc asks for workspaces, package.json names none"),
        ("workspaces=true", members, near.to_owned(), "fresh"),
    ];
    for (settings, more, near, expected) in cases {
        let files = [
            ("package.json", manifest(more)),
            ("package-lock.json", lock.to_owned()),
            (".npmrc", settings.to_owned()),
            ("near/package.json", near),
        ];
        let found = differences(&scanned(&files.each_ref().map(|(path, text)| (*path, text.as_str()))));
        assert!(found.starts_with(expected), "{settings}: {found}");
    }
}

/// npm stops at a peer that contradicts the root only where the root chose the package that wants it.
#[test]
fn peers_that_contradict_the_root() {
    let cases = [("", "fresh"), (", \"b\": \"1.0.0\"", "b asks for c ^1.0.0, 2.0.0 is locked")];
    for (more, expected) in cases {
        let asks = format!("{{\"a\": \"1.0.0\", \"c\": \"^2.0.0\"{more}}}");
        let manifest = format!("{{\"name\": \"demo\", \"dependencies\": {asks}}}");
        let place = |name: &str, version: &str, rest: &str| {
            format!(
                ",\n\"node_modules/{name}\": {{\"version\": \"{version}\", \"resolved\": \"https://npm.example.com/{name}.tgz\", \"integrity\": \"sha512-aa\"{rest}}}"
            )
        };
        let places = [
            place("a", "1.0.0", ", \"dependencies\": {\"b\": \"1.0.0\"}"),
            place("b", "1.0.0", ", \"peerDependencies\": {\"c\": \"^1.0.0\"}"),
            place("c", "2.0.0", ""),
        ];
        let lock = format!(
            "{{\"name\": \"demo\", \"lockfileVersion\": 3, \"packages\": {{\"\": {{\"name\": \"demo\", \"dependencies\": {asks}}}{}}}}}",
            places.concat()
        );
        let found = scanned(&[("package.json", &manifest), ("package-lock.json", &lock)]);
        assert_eq!(differences(&found), expected, "{manifest}");
    }
}
