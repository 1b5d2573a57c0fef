//! Edits of a workspace with catalogs, overrides and peers, and what pnpm says of each.

#![allow(clippy::unwrap_used, reason = "tests")]

use crate::derive::lock::tests as shared;

const ROOT: &str = r#"{
  "name": "shop",
  "private": true,
  "packageManager": "pnpm@10.34.9",
  "dependencies": {
    "is-odd": "^3.0.1",
    "once": "^1.0.0"
  },
  "peerDependencies": { "ms": "2.0.0" },
  "pnpm": {
    "overrides": { "once": "1.3.3", "is-odd>is-number": "6.0.0" }
  }
}
"#;
const API: &str = r#"{
  "name": "api",
  "version": "1.0.0",
  "dependencies": {
    "semver": "catalog:"
  },
  "devDependencies": {
    "shop-core": "workspace:^1.0.0"
  }
}
"#;
const WORKSPACE: &str = "packages:\n  - packages/*\ncatalog:\n  semver: ^5.6.0\n  unused: 1.0.0\n";
const LOCK: &str = "lockfileVersion: '9.0'

settings:
  autoInstallPeers: true
  excludeLinksFromLockfile: false

catalogs:
  default:
    semver:
      specifier: ^5.6.0
      version: 5.7.3

overrides:
  once: 1.3.3
  is-odd>is-number: 6.0.0

importers:

  .:
    dependencies:
      is-odd:
        specifier: ^3.0.1
        version: 3.0.1
      ms:
        specifier: 2.0.0
        version: 2.0.0
      once:
        specifier: 1.3.3
        version: 1.3.3

  packages/api:
    dependencies:
      semver:
        specifier: 'catalog:'
        version: 5.7.3
    devDependencies:
      shop-core:
        specifier: workspace:^1.0.0
        version: link:../core

packages:

  is-odd@3.0.1:
    resolution: {integrity: sha512-aaaa}

  ms@2.0.0:
    resolution: {integrity: sha512-aaaa}

  once@1.3.3:
    resolution: {integrity: sha512-aaaa}

  semver@5.7.3:
    resolution: {integrity: sha512-aaaa}
";

/// The verdict, and where each difference is told, of the workspace after one edit.
fn judged(path: &str, old: &str, new: &str) -> String {
    let files = &[
        ("package.json", ROOT),
        ("packages/api/package.json", API),
        ("packages/core/package.json", r#"{"name": "shop-core", "version": "1.0.0"}"#),
        ("pnpm-workspace.yaml", WORKSPACE),
        ("pnpm-lock.yaml", LOCK),
    ];
    shared::judged(files, path, old, new)
}

#[test]
fn edits() {
    let (root, api, workspace, lock) =
        ("package.json", "packages/api/package.json", "pnpm-workspace.yaml", "pnpm-lock.yaml");
    let cases = [
        (root, "", ROOT, "fresh"),
        (root, "\"once\": \"^1.0.0\"", "\"once\": \"^1.2.0\"", "fresh"),
        (
            root,
            "\"once\": \"1.3.3\",",
            "\"once\": \"1.4.0\",",
            "stale\npackage.json:11 once is overridden with 1.4.0, in the lockfile with 1.3.3\n\
             package.json:11 once 1.4.0 is asked for (by the override once), the lockfile records 1.3.3",
        ),
        (root, "^3.0.1", "~3.0.1", "stale\npackage.json:6 is-odd ~3.0.1 is asked for, the lockfile records ^3.0.1"),
        (
            root,
            "    \"is-odd\": \"^3.0.1\",\n",
            "",
            "stale\npackage.json:5 the lockfile has is-odd ^3.0.1, which shop no longer asks for",
        ),
        (
            root,
            "\"ms\": \"2.0.0\"",
            "\"ms\": \"^2.0.0\"",
            "stale\npackage.json:9 ms ^2.0.0 is asked for, the lockfile records 2.0.0",
        ),
        (root, "pnpm@10.34.9", "pnpm@8.15.9", "error\npnpm 8 does not read lockfiles of format 9.0"),
        (
            workspace,
            "^5.6.0",
            "^5.7.0",
            "stale\npnpm-workspace.yaml:4 the lockfile records semver ^5.6.0 of catalogs.default, the workspace says ^5.7.0",
        ),
        (workspace, "unused: 1.0.0", "unused: 2.0.0", "fresh"),
        (workspace, "packages/*", "elsewhere/*", "fresh"),
        (
            workspace,
            "packages:\n  - packages/*\n",
            "packages: 1\n",
            "error\npnpm-workspace.yaml: `packages` is not a list",
        ),
        (
            api,
            "\"devDependencies\"",
            "\"dependenciesMeta\": { \"semver\": { \"injected\": true } },\n  \"devDependencies\"",
            "stale\npackages/api/package.json:7 dependenciesMeta of semver is not what the lockfile records",
        ),
        (
            "packages/new/package.json",
            "",
            r#"{"name": "new", "dependencies": {"b": "1", "a": "1"}}"#,
            "stale\npackages/new/package.json:1 the project new is not in the lockfile; it asks for a, b",
        ),
        (
            lock,
            "        version: 3.0.1",
            "        version: 4.0.0",
            "stale\npackage.json:6 is-odd ^3.0.1 is asked for, the lockfile has 4.0.0",
        ),
        (
            lock,
            "autoInstallPeers: true",
            "autoInstallPeers: false",
            "stale\npnpm-workspace.yaml:1 autoInstallPeers is true, in the lockfile false",
        ),
        (
            lock,
            "lockfileVersion: '9.0'",
            "lockfileVersion: '99.0'",
            "error\npnpm 10 does not read lockfiles of format 99.0",
        ),
        (lock, "\nsettings:", "\nsettings:\n  a: 1\nsettings:", "error\na key stands twice"),
        (
            ".npmrc",
            "",
            "auto-install-peers = false\n",
            "stale\n.npmrc:1 auto-install-peers is false, in the lockfile true\npackage.json:6 the lockfile has ms 2.0.0, which shop no longer asks for",
        ),
        (
            "pnpm-workspace.yaml",
            "catalog:",
            "catalogs:\n  default: {}\ncatalog:",
            "error\npnpm-workspace.yaml: the default catalog is written twice",
        ),
        (
            "package.json",
            "pnpm@10.34.9",
            "pnpm@11.7.0",
            "stale\npackage.json:10 the lockfile overrides is-odd>is-number with 6.0.0, the workspace does not\npackage.json:10 the lockfile overrides once with 1.3.3, the workspace does not\npackage.json:7 once ^1.0.0 is asked for, the lockfile records 1.3.3",
        ),
        (
            ".pnpmfile.cjs",
            "",
            "module.exports = { hooks: {} }\n",
            "stale\n.pnpmfile.cjs:1 .pnpmfile.cjs is there, the lockfile was made without",
        ),
    ];
    for (path, old, new, expected) in cases {
        assert_eq!(judged(path, old, new), expected, "{path}: {old} -> {new}");
    }
}

#[test]
fn releases_that_disagree_are_told() {
    let unpinned = ROOT.replace("  \"packageManager\": \"pnpm@10.34.9\",\n", "");
    assert_eq!(judged("package.json", ROOT, &unpinned), "fresh");
    let pinned = ROOT.replace("10.34.9", "9.15.9");
    assert_eq!(judged("package.json", ROOT, &pinned), "fresh");
}

#[test]
fn projects_are_read_where_samples_lie() {
    let lock = "lockfileVersion: '9.0'\n\nsettings:\n  autoInstallPeers: true\n  excludeLinksFromLockfile: false\n\nimporters:\n\n  .: {}\n\n  fixtures/a:\n    dependencies:\n      ms:\n        specifier: 2.0.0\n        version: 2.0.0\n\npackages:\n\n  ms@2.0.0:\n    resolution: {integrity: sha512-aaaa}\n\nsnapshots:\n\n  ms@2.0.0: {}\n";
    for (asked, expected) in [("2.0.0", "fresh"), ("^2.0.0", "stale")] {
        let files = [
            ("package.json", "{\"name\": \"shop\", \"packageManager\": \"pnpm@10.34.9\"}".to_owned()),
            ("pnpm-workspace.yaml", "packages:\n  - fixtures/*\n".to_owned()),
            ("pnpm-lock.yaml", lock.to_owned()),
            ("fixtures/a/package.json", format!("{{\"dependencies\": {{\"ms\": \"{asked}\"}}}}")),
        ];
        assert_eq!(shared::verdict_and_lines(&files).0, expected);
    }
}

#[test]
fn projects_with_lockfiles_of_their_own() {
    let lock = "lockfileVersion: '9.0'\n\nsettings:\n  autoInstallPeers: true\n  excludeLinksFromLockfile: false\n\nimporters:\n\n  .: {}\n";
    let cases = [
        (
            "sharedWorkspaceLockfile: false\n",
            "",
            "{\"dependencies\": {\"ms\": \"2.0.0\"}}",
            "stale",
            "a/pnpm-lock.yaml is not there, and the projects do not share a lockfile",
        ),
        ("sharedWorkspaceLockfile: false\n", "", "{\"name\": \"a\"}", "fresh", ""),
        (
            "",
            "shared-workspace-lockfile=false\n",
            "{\"dependencies\": {\"ms\": \"2.0.0\"}}",
            "stale",
            "a/pnpm-lock.yaml is not there",
        ),
        (
            "",
            "lockfile=false\n",
            "{\"name\": \"a\"}",
            "error",
            "`lockfile` is false in .npmrc: pnpm passes this file over",
        ),
    ];
    for (workspace, npmrc, member, expected, words) in cases {
        let files = [
            ("package.json", "{\"name\": \"shop\", \"packageManager\": \"pnpm@10.34.9\"}".to_owned()),
            ("pnpm-workspace.yaml", format!("packages:\n  - a\n{workspace}")),
            ("pnpm-lock.yaml", lock.to_owned()),
            (".npmrc", npmrc.to_owned()),
            ("a/package.json", member.to_owned()),
        ];
        let (verdict, lines) = shared::verdict_and_lines(&files);
        assert_eq!(verdict, expected, "{workspace}{npmrc}: {lines}");
        assert!(lines.contains(words), "{lines}");
    }
}

#[test]
fn conflicts_are_merged() {
    let line = "        version: 3.0.1\n";
    let conflict = format!("<<<<<<< HEAD\n{line}=======\n        version: 3.0.2\n>>>>>>> other\n");
    assert!(judged("pnpm-lock.yaml", line, &conflict).starts_with("stale\npackage.json:11 is-odd>is-number"));
    let torn = format!("<<<<<<< HEAD\n{line}=======\n  {{ broken\n>>>>>>> other\n");
    assert_eq!(judged("pnpm-lock.yaml", line, &torn), "error");
}

#[test]
fn members_in_other_spellings_of_package_json() {
    let late = "the project late is not in the lockfile; it asks for ms";
    let cases = [
        ("package.yaml", "name: late\ndependencies:\n  ms: 2.0.0\n", "stale", late),
        ("package.json5", "{ name: 'late', dependencies: { ms: '2.0.0' } }", "stale", late),
        // One of Haskell's.
        ("package.yaml", "name: late\ndependencies:\n  - base\n", "fresh", ""),
    ];
    for (name, text, expected, words) in cases {
        let path = format!("packages/late/{name}");
        let files = [
            ("package.json", ROOT),
            ("packages/api/package.json", API),
            ("packages/core/package.json", r#"{"name": "shop-core", "version": "1.0.0"}"#),
            ("pnpm-workspace.yaml", WORKSPACE),
            ("pnpm-lock.yaml", LOCK),
            (&path, text),
        ];
        let (verdict, lines) = shared::verdict_and_lines(&files);
        assert_eq!(verdict, expected, "{name}: {lines}");
        assert!(lines.contains(words), "{lines}");
    }
}
