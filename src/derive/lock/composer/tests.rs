//! Edits of a composer.json and its lockfile, and what `composer validate` 2.5 says of each.

use crate::composer::digest::content_hash;
use crate::derive::lock::tests::verdict_and_lines;
use crate::source::SourceId;
use crate::syntax::json;

const MANIFEST: &str = "{\n    \"name\": \"acme/shop\",\n    \"require\": {\n        \"php\": \">=8.1\",\n        \"acme/amber\": \"^1.2\",\n        \"acme/virtual\": \"*\"\n    },\n\
    \x20   \"require-dev\": {\n        \"acme/dill\": \"1.x-dev\"\n    },\n    \"description\": \"a shop\"\n}\n";

const LOCK: &str = "{\n    \"content-hash\": \"HASH\",\n    \"packages\": [\n        {\"name\": \"acme/amber\", \"version\": \"v1.4.0\", \"require\": {\"php\": \">=7\", \"acme/birch\": \"^2\"}, \"dist\": {\"type\": \"zip\", \"url\": \"https://files.example.com/amber.zip\", \"shasum\": \"\"}},\n\
    \x20       {\"name\": \"acme/birch\", \"version\": \"2.0.1\", \"provide\": {\"acme/virtual\": \"1.0\"}}\n    ],\n    \"packages-dev\": [\n        {\"name\": \"acme/dill\", \"version\": \"dev-main\", \"extra\": {\"branch-alias\": {\"dev-main\": \"1.x-dev\"}}}\n    ],\n\
    \x20   \"minimum-stability\": \"stable\",\n    \"prefer-stable\": false,\n    \"platform\": {\"php\": \">=8.1\"},\n    \"platform-dev\": []\n}\n";

fn verdict(manifest: &str, lock: &str) -> (&'static str, String) {
    let document = json::parse(SourceId::FIRST, &MANIFEST.into()).expect("it is JSON");
    let lock = lock.replace("HASH", &content_hash(document.root()));
    verdict_and_lines(&[("composer.json", manifest), ("composer.lock", &lock)])
}

#[test]
fn edits_of_the_manifest() {
    let reworded = "3 the digest of its requirements and settings differs, in order or wording";
    let cases = [
        ("", "", "fresh", ""),
        ("a shop", "another shop", "fresh", ""),
        ("\"^1.2\"", "\"^1.3\"", "stale", "5 acme/amber ^1.3 is asked for, ^1.2 was when it was locked"),
        ("\"^1.2\"", "\"^1 || ^1.2\"", "stale", "5 acme/amber ^1 || ^1.2 is asked for, ^1.2 was when it was locked"),
        (
            "\"description\"",
            "\"version\": \"1.0\", \"description\"",
            "stale",
            "11 `version` was not there when it was locked",
        ),
        (
            "\"description\"",
            "\"config\": {\"platform\": {\"php\": \"8.2\"}}, \"description\"",
            "stale",
            "11 the platform's php is 8.2, it was nothing when it was locked",
        ),
        ("\"name\": \"acme/shop\"", "\"name\": \"acme/store\"", "stale", reworded),
        ("\"^1.2\"", "\"^2.0\"", "stale", "5 acme/amber ^2.0 is asked for, v1.4.0 is locked"),
        (
            "\"acme/amber\": \"^1.2\",",
            "\"acme/amber\": \"^1.2\", \"acme/elder\": \"*\",",
            "stale",
            "5 acme/elder * is not in the lockfile",
        ),
        ("\"acme/amber\": \"^1.2\",\n", "", "stale", "3 acme/amber is locked, and nothing asks for it any more"),
        (">=8.1", ">=8.2", "stale", "4 php >=8.2 is asked for, >=8.1 was when it was locked"),
        (
            "\"description\"",
            "\"minimum-stability\": \"dev\", \"description\"",
            "stale",
            "11 minimum-stability is dev, it was stable when it was locked",
        ),
        (
            "\"*\"\n    },",
            "\"*\",\n        \"acme/dill\": \"1.x-dev\"\n    },",
            "stale",
            "7 acme/dill is locked for development only",
        ),
        ("\"^1.2\"", "\"not a constraint\"", "error", "acme/amber: `not a constraint` is not a constraint"),
    ];
    for (old, new, expected, words) in cases {
        let (verdict, told) = verdict(&MANIFEST.replacen(old, new, 1), LOCK);
        let told = told.split("; ").next().unwrap_or_default().to_owned();
        assert!(verdict == expected && (told == words || verdict == "error"), "{old} -> {new}: {verdict} {told}");
    }
}

#[test]
fn edits_of_the_lockfile() {
    let cases = [
        ("v1.4.0", "v1.1.0", "stale", "5 acme/amber ^1.2 is asked for, v1.1.0 is locked"),
        ("v1.4.0", "v1.5.0", "fresh", ""),
        ("HASH", "0123", "stale", "3 the digest of its requirements and settings differs, in order or wording"),
        (
            "\"dev-main\": \"1.x-dev\"",
            "\"dev-main\": \"2.x-dev\"",
            "stale",
            "9 acme/dill 1.x-dev is asked for, dev-main is locked",
        ),
        ("\"packages\":", "\"parcels\":", "error", ""),
    ];
    for (old, new, expected, words) in cases {
        let (verdict, told) = verdict(MANIFEST, &LOCK.replacen(old, new, 1));
        assert!(verdict == expected && (told == words || verdict == "error"), "{old} -> {new}: {verdict} {told}");
    }
}
