//! Edits of a project with a workspace and a catalog, and what bun says of each.

#![allow(clippy::unwrap_used, reason = "tests")]

use crate::derive::lock::tests as shared;

const ROOT: &str = r#"{
  "name": "top",
  "private": true,
  "workspaces": { "packages": ["packages/*"], "catalog": { "semver": "^5.6.0" } },
  "dependencies": {
    "is-odd": "^3.0.1",
    "ms": "2.0.0"
  },
  "overrides": { "once": "1.3.3" }
}
"#;
const API: &str = r#"{
  "name": "api",
  "dependencies": { "ms": "2.1.3", "semver": "catalog:" }
}
"#;
const LOCK: &str = r#"{
  "lockfileVersion": 2,
  "workspaces": {
    "": { "name": "top", "dependencies": { "is-odd": "^3.0.1", "ms": "2.0.0", }, },
    "packages/api": { "name": "api", "dependencies": { "ms": "2.1.3", "semver": "catalog:", }, },
  },
  "overrides": { "once": "1.3.3", },
  "catalog": { "semver": "^5.6.0", },
  "packages": {
    "api": ["api@workspace:packages/api"],
    "is-number": ["is-number@6.0.0", "", {}, "sha512-aa"],
    "is-odd": ["is-odd@3.0.1", "", { "dependencies": { "is-number": "^6.0.0" } }, "sha512-aa"],
    "ms": ["ms@2.0.0", "", {}, "sha512-aa"],
    "semver": ["semver@5.7.3", "", {}, "sha512-aa"],
    "api/ms": ["ms@2.1.3", "", {}, "sha512-aa"],
  }
}
"#;

/// The verdict, and where each difference is told, of the project after one edit.
fn judged(path: &str, old: &str, new: &str) -> String {
    let files = &[("package.json", ROOT), ("packages/api/package.json", API), ("bun.lock", LOCK)];
    shared::judged(files, path, old, new)
}

#[test]
fn edits() {
    let (root, api, lock) = ("package.json", "packages/api/package.json", "bun.lock");
    let cases = [
        (root, "", ROOT, "fresh"),
        (root, "^3.0.1", "*", "fresh"),
        (root, "^3.0.1", "^4.0.0", "stale\npackage.json:6 is-odd ^4.0.0 is asked for, the lockfile has is-odd@3.0.1"),
        (
            root,
            "\"2.0.0\"",
            "\"latest\"",
            "undecidable\nwhich version of ms the tag latest names stands in the registry",
        ),
        (
            root,
            "\"ms\": \"2.0.0\"",
            "\"ms\": \"2.0.0\", \"wrappy\": \"1\"",
            "stale\npackage.json:7 wrappy 1 is not in the lockfile",
        ),
        (
            root,
            ",\n    \"ms\": \"2.0.0\"",
            "",
            "stale\npackage.json:5 the lockfile has ms 2.0.0 for top, which no longer asks for it",
        ),
        (
            root,
            "\"once\": \"1.3.3\"",
            "\"once\": \"1.4.0\"",
            "stale\npackage.json:9 once is overridden as 1.4.0, in the lockfile as 1.3.3",
        ),
        (
            root,
            "^5.6.0",
            "^5.7.0",
            "stale\npackage.json:4 semver is in the catalog as ^5.7.0, in the lockfile as ^5.6.0",
        ),
        (
            root,
            "[\"packages/*\"]",
            "[\"packages/api\", \"packages/web\"]",
            "error\nthere is no workspace in packages/web",
        ),
        (
            api,
            "\"api\"",
            "\"web\"",
            "stale\npackages/api/package.json:2 the workspace in packages/api is called web, in the lockfile api\npackages/api/package.json:3 ms 2.1.3 is asked for, the lockfile has ms@2.0.0",
        ),
        (
            "packages/new/package.json",
            "",
            "{\"name\": \"new\"}",
            "stale\npackages/new/package.json:1 the workspace new is not in the lockfile",
        ),
        (
            lock,
            "\"ms@2.0.0\"",
            "\"ms@1.0.0\"",
            "stale\npackage.json:7 ms 2.0.0 is asked for, the lockfile has ms@1.0.0",
        ),
        (lock, "\"lockfileVersion\": 2", "\"lockfileVersion\": 9", "error\n9 is not a lockfileVersion that bun knows"),
        (
            lock,
            "    \"is-number\": [\"is-number@6.0.0\", \"\", {}, \"sha512-aa\"],\n",
            "",
            "error\nis-number, which is-odd@3.0.1 needs, has no package in it",
        ),
    ];
    for (path, old, new, expected) in cases {
        assert_eq!(judged(path, old, new), expected, "{path}: {old} -> {new}");
    }
    let older = LOCK
        .replace("\"lockfileVersion\": 2", "\"lockfileVersion\": 1")
        .replace("\"ms\": \"2.0.0\", }", "\"ms\": \"^2.0.0\", }");
    assert_eq!(
        judged(lock, LOCK, &older),
        "fresh\nms 2.0.0 is not what the lockfile records of package.json (stale before bun 1.4, fresh since)"
    );
}
