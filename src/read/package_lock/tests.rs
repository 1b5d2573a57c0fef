//! Lockfiles of npm to facts.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::facts::{Count, LockedPackage};
use crate::read::read_alone;

const LOCK: &str = r#"{
  "name": "demo",
  "lockfileVersion": 3,
  "requires": true,
  "packages": {
    "": { "name": "demo", "workspaces": ["packages/*"], "dependencies": { "odd": "npm:is-odd@^3" } },
    "node_modules/odd": {
      "name": "is-odd",
      "version": "3.0.1",
      "resolved": "https://npm.example.com/is-odd/-/is-odd-3.0.1.tgz",
      "integrity": "sha1-aaaa sha512-bbbb",
      "dependencies": { "is-number": "^6.0.0" }
    },
    "node_modules/odd/node_modules/is-number": { "version": "6.0.0", "resolved": "https://npm.example.com/is-number/-/is-number-6.0.0.tgz" },
    "node_modules/ms": { "version": "2.0.0", "resolved": "http://other.example.com/ms/-/ms-2.0.0.tgz", "integrity": "sha1-aaaa" },
    "node_modules/gone": { "version": "1.0.0", "resolved": "git+ssh://git@git.example.com/gone.git#0123456789012345678901234567890123456789" },
    "node_modules/inner": { "version": "1.0.0", "inBundle": true },
    "node_modules/alpha": { "resolved": "packages/alpha", "link": true },
    "packages/alpha": { "version": "1.0.0" },
    "local": { "version": "1.0.0" }
  }
}"#;

fn shown(package: &LockedPackage) -> String {
    use crate::read::known as word;
    let unhashed = package.contents.unhashed_count.known().map_or("-".to_owned(), |count| count.0.to_string());
    let (host, hash) = (word(&package.contents.host), word(&package.contents.hash_algorithm));
    format!("{} {} {} {host} {unhashed} {hash}", package.contents.package, word(&package.contents.version), package.contents.source)
}

#[test]
fn places_become_facts() {
    let output = read_alone(&READER, "package-lock.json", LOCK);
    let rows: Vec<String> = output.facts.locked_packages.iter().map(shown).collect();
    insta::assert_snapshot!(rows.join("\n"), @r"
    is-odd 3.0.1 registry npm.example.com 0 sha512
    is-number 6.0.0 registry npm.example.com 1 -
    ms 2.0.0 registry other.example.com 0 sha1
    gone 1.0.0 git git.example.com - -
    inner 1.0.0 registry - - -
    alpha 1.0.0 own - - -
    local 1.0.0 path - - -
    ");
    let lockfile = &output.facts.lockfiles[0];
    assert_eq!(lockfile.format_version.known().unwrap(), "3");
    let counts = [lockfile.package_count, lockfile.hashable_count, lockfile.hashed_count];
    assert_eq!(counts, [Count(6), Count(3), Count(2)]);
}

#[test]
fn version_one_becomes_places() {
    let text = r#"{ "lockfileVersion": 1, "requires": true, "dependencies": {
      "a": { "version": "1.0.0", "resolved": "https://npm.example.com/a/-/a-1.0.0.tgz", "integrity": "sha512-a", "requires": { "b": "^2" },
             "dependencies": { "b": { "version": "2.0.0", "bundled": true } } },
      "near": { "version": "file:near", "requires": { "a": "1" } },
      "odd": { "version": "npm:is-odd@3.0.1" },
      "far": { "version": "https://files.example.com/far-1.2.0.tgz" },
      "gone": { "version": "git+https://git.example.com/gone.git#abc" } } }"#;
    let output = read_alone(&READER, "package-lock.json", text);
    let Recorded::Npm(lock) = &output.facts.lockfiles[0].recorded else { panic!("it is a lockfile of npm") };
    let shown: Vec<String> = lock
        .places
        .iter()
        .map(|place| {
            let version = place.version.as_ref().map_or("-", |of| &of.text);
            let asked: Vec<String> = place.requires.iter().map(|one| format!("{}@{}", one.name, one.text)).collect();
            format!("{} {} {version} [{}] bundles {:?}", place.location, place.package(), asked.join(" "), place.bundles)
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    node_modules/a a 1.0.0 [b@^2] bundles ["b"]
    near near - [a@1] bundles []
    node_modules/near near - [] bundles []
    node_modules/odd is-odd 3.0.1 [] bundles []
    node_modules/far far 1.2.0 [] bundles []
    node_modules/gone gone - [] bundles []
    node_modules/a/node_modules/b b 2.0.0 [] bundles []
    "#);
}

#[test]
fn odd_files_are_read_or_told() {
    let conflict = "{ \"lockfileVersion\": 3,\n<<<<<<< ours\n\"packages\": { \"node_modules/a\": { \"version\": \"1.0.0\" } }\n=======\n\"packages\": {}\n>>>>>>> theirs\n}";
    let mergeable = "{\n<<<<<<< ours\n\"packages\": { \"node_modules/a\": { \"version\": \"1.0.0\" } },\n=======\n\"packages\": {},\n>>>>>>> theirs\n\"lockfileVersion\": 3 }";
    // Text, trouble, whether something is recorded.
    let cases = [
        ("", "syntax", false),
        ("{", "syntax", false),
        ("null", "unsupported", false),
        ("{}", "", true),
        ("[]", "", true),
        (r#"{"packages": [], "dependencies": 3}"#, "", true),
        (r#"{"packages": {"node_modules/a": 1, "": {"workspaces": 5}}}"#, "", true),
        (r#"{"packages": {}, "packages": {}}"#, "duplicate-key", true),
        (conflict, "merge-conflict", false),
        (mergeable, "merge-conflict", true),
    ];
    for (text, trouble, is_recorded) in cases {
        let output = read_alone(&READER, "npm-shrinkwrap.json", text);
        let found = output.facts.problems.first().map_or("", |problem| &problem.trouble);
        let recorded = matches!(output.facts.lockfiles[0].recorded, Recorded::Npm(_));
        assert_eq!((found, recorded), (trouble, is_recorded), "{text}");
    }
}
