//! Verdicts of Yarn 1.22 on small trees, as the lock oracle has them.

use crate::derive::lock::tests::{differences, scanned};

const MANIFEST: &str = r#"{ "name": "demo", "version": "1.0.0", "private": true, "workspaces": ["packages/*"], "dependencies": { "a": "^1.0.0", "ms": "2.0.0" } }"#;
const MEMBER: &str = r#"{ "name": "alpha", "version": "1.0.0", "dependencies": { "ms": "2.0.0" } }"#;
const LOCK: &str = "# yarn lockfile v1\n\n\na@^1.0.0:\n  version \"1.2.0\"\n  dependencies:\n    b \"^2.0.0\"\n\nb@^2.0.0:\n  version \"2.1.0\"\n\nms@2.0.0:\n  version \"2.0.0\"\n";

fn verdict(manifest: &str, member: &str, lock: &str) -> String {
    let files = [("package.json", manifest), ("packages/alpha/package.json", member), ("yarn.lock", lock)];
    differences(&scanned(&files))
}

#[test]
fn edits_of_the_root() {
    let cases = [
        ("2.0.0\" }", "2.0.0\" }", "fresh"),
        (r#""ms": "2.0.0""#, r#""ms": "^2.0.0""#, "ms ^2.0.0 is not in the lockfile"),
        (r#", "ms": "2.0.0""#, "", "fresh"),
        (r#""ms": "2.0.0""#, r#""alpha": "^1""#, "fresh"),
        (r#""ms": "2.0.0""#, r#""alpha": "^2""#, "alpha ^2 is not in the lockfile"),
        (r#""ms": "2.0.0""#, r#""near": "file:near""#, "error: there is no near/package.json"),
        (r#""private": true, "#, "", "error: a workspace has to be private"),
        (r#""private""#, r#""resolutions": { "**/b": "3.0.0" }, "private""#, "fresh"),
        (
            r#""private""#,
            r#""resolutions": { "ms": "2.1.0" }, "private""#,
            "the resolution of ms is 2.1.0, 2.0.0 is locked for 2.0.0",
        ),
        (r#""private""#, r#""resolutions": { "ms": "2.0.0" }, "private""#, "fresh"),
        (
            r#""private""#,
            r#""resolutions": { "alpha/ms": "2.1.0" }, "private""#,
            "the resolution of ms is 2.1.0, 2.0.0 is locked for 2.0.0",
        ),
        (r#""private""#, r#""resolutions": { "a/ms": "2.1.0" }, "private""#, "fresh"),
        (r#""private""#, r#""resolutions": { "a": "1.3.0" }, "private""#, "fresh"),
    ];
    for (from, to, expected) in cases {
        let manifest = MANIFEST.replace(from, to);
        assert_eq!(verdict(&manifest, MEMBER, LOCK), expected, "{manifest}");
    }
}

#[test]
fn edits_elsewhere() {
    let cases = [
        (
            MEMBER.replace("2.0.0", "^1"),
            LOCK.to_owned(),
            "fresh packages/alpha/package.json asks for ms ^1, which it does not have",
        ),
        (
            MEMBER.to_owned(),
            LOCK.replace("version \"2.0.0\"", "version \"1.0.0\""),
            "ms 2.0.0 is asked for, 1.0.0 is locked",
        ),
        (MEMBER.to_owned(), LOCK.replace("ms@2.0.0:", "ms:"), "fresh"),
        (
            MEMBER.to_owned(),
            LOCK.replace("ms@2.0.0:\n  version \"2.0.0\"", "ms:\n  version \"1.0.0\""),
            "fresh package.json asks for ms 2.0.0, which its entry contradicts; packages/alpha/package.json asks for ms 2.0.0, which its entry contradicts",
        ),
        (MEMBER.to_owned(), LOCK.replace("  dependencies:\n", ""), "ms 2.0.0 is not in the lockfile"),
        (
            MEMBER.to_owned(),
            LOCK.replace("b@^2.0.0:", "z@^2.0.0:"),
            "fresh it does not have b ^2.0.0; nothing asks for z@^2.0.0",
        ),
        (MEMBER.to_owned(), LOCK.replace("2.1.0", "1.1.0"), "fresh b ^2.0.0 is not what it has"),
        (
            MEMBER.to_owned(),
            "<<<<<<< a\n=======\n>>>>>>> b\n".to_owned(),
            "Yarn merges the two sides of a conflict and has to write the file anew",
        ),
    ];
    for (member, lock, expected) in cases {
        assert_eq!(verdict(MANIFEST, &member, &lock), expected, "{member} {lock}");
    }
}
