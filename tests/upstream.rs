//! What is made of the answers of registries, good and bad ones.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use reproof::config::Registries;
use reproof::tree::Tree;
use reproof::upstream::{Client, Detail, Ecosystem, Home, Limits, Options, Outcome, Settings, Subject, Table};

use crate::registry::{How, Page, Registry};

const LIMITS: Limits = Limits {
    connect: Duration::from_secs(2),
    answer: Duration::from_secs(2),
    document_bytes: 100_000,
    repeats: 2,
    wait: Duration::from_secs(1),
    pause: Duration::from_millis(1),
};

fn options(cache: Option<PathBuf>) -> Options {
    Options { cache, offline: false, max_age: 3600, now: 1_000_000, limits: LIMITS }
}

fn client(home: &Home, options: Options) -> Client {
    let settings = Settings::new(home, Arc::new(Tree::memory([("a", "")])), Registries::default());
    Client::new(&settings, options)
}

fn subject(registry: &str, ecosystem: Ecosystem, name: &str) -> Subject {
    Subject { ecosystem, name: name.into(), registry: Some(registry.into()) }
}

fn ask(client: &Client, subjects: impl IntoIterator<Item = Subject>) -> Table {
    client.ask(&BTreeSet::from_iter(subjects), Detail::Files, &|| {})
}

fn words(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Known(answer) => {
            format!("known, {} releases, cached {}", answer.package.releases.len(), answer.is_cached)
        }
        Outcome::Missing(_) => "missing".to_owned(),
        Outcome::Unknown(reason) => reason.clone(),
    }
}

fn simple(name: &str) -> Page {
    Page::json(format!(r#"{{"name": "{name}", "files": [{{"filename": "{name}-1.tar.gz", "hashes": {{}}}}]}}"#))
}

/// A page that is sent compressed.
fn packed(text: &str) -> Page {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(text.as_bytes()).unwrap();
    Page { body: packer.finish().unwrap(), ..Page::json("") }.with("Content-Encoding", "gzip")
}

#[test]
fn three_protocols_are_spoken() {
    let registry = Registry::start();
    registry.put("/simple/a/", simple("a"));
    registry.put("/npm/@shop%2fcart", Page::json(r#"{"name": "@shop/cart", "versions": {"1.0.0": {}}}"#));
    registry.put("/index/se/rd/serde", Page::json(r#"{"name": "serde", "vers": "1.0.0"}"#));
    let subjects = [
        subject(&registry.url("/simple"), Ecosystem::Python, "a"),
        subject(&registry.url("/npm"), Ecosystem::Node, "@shop/cart"),
        subject(&registry.url("/index"), Ecosystem::Rust, "serde"),
    ];
    let client = client(&Home::of(&[], None), options(None));
    let table = ask(&client, subjects);
    let said: Vec<String> = table.iter().map(|(_, outcome)| words(outcome)).collect();
    assert_eq!(said, ["known, 1 releases, cached false"; 3]);
    assert_eq!(client.cost().requests, 3);
    let agent = format!("reproof/{}", env!("CARGO_PKG_VERSION"));
    assert!(registry.asked().iter().all(|asked| asked.headers["user-agent"] == agent));
    assert!(registry.asked().iter().all(|asked| asked.headers["accept-encoding"].contains("gzip")));
}

#[test]
fn what_goes_wrong_is_unknown_with_its_reason() {
    let registry = Registry::start();
    registry.put("/simple/html/", Page::json("<html>log in</html>"));
    registry.put("/simple/cut/", simple("cut").how(How::CutOff));
    registry.put("/simple/short/", Page::json(r#"{"name": "short", "files": ["#));
    registry.put("/simple/lies/", simple("other"));
    registry.put("/simple/late/", simple("late").how(How::Late(Duration::from_secs(4))));
    registry.put("/simple/large/", simple("large").how(How::Endless));
    registry.put("/simple/bomb/", packed(&" ".repeat(10_000_000)));
    registry.put("/simple/busy/", Page::status(429).with("Retry-After", "0"));
    registry.put("/simple/later/", Page::status(503).with("Retry-After", "3600"));
    registry.put("/simple/secret/", Page::status(401));
    registry.put("/simple/teapot/", Page::status(418));
    registry.put("/simple/circle/", Page::status(302).with("Location", "/simple/circle/"));
    registry.put("/simple/nowhere/", Page::status(302));
    registry.put("/simple/file/", Page::status(302).with("Location", "file:///etc/passwd"));
    registry.put("/simple/soon/", simple("soon").how(How::After(2)));
    registry.put("/simple/moved/", Page::status(301).with("Location", "../soon/"));
    let base = registry.url("/simple");
    let client = client(&Home::of(&[], None), options(None));
    for (name, expected) in [
        ("html", "cannot be believed: it answered a web page, not the document that clients read"),
        ("short", "cannot be believed: its answer is cut off"),
        ("lies", "cannot be believed: it answered for `other`"),
        ("late", "did not answer in time"),
        ("large", "sent more than 0 MB"),
        ("bomb", "sent more than 0 MB"),
        ("busy", "answered 429"),
        ("later", "answered 503"),
        ("secret", "answered 401: it wants a credential, and your own settings tie none to it"),
        ("teapot", "answered 418"),
        ("circle", "redirects in a circle"),
        ("nowhere", "redirects to nowhere"),
        ("file", "redirects to an address that is not safe"),
    ] {
        let table = ask(&client, [subject(&base, Ecosystem::Python, name)]);
        let said = table.iter().map(|(_, outcome)| words(outcome)).collect::<String>();
        assert_eq!(said, format!("{base} {expected}"), "{name}");
    }
    let table = ask(&client, [subject(&base, Ecosystem::Python, "cut")]);
    assert!(table.iter().all(|(_, outcome)| words(outcome).contains("broke its answer off")));
    for name in ["soon", "gone"] {
        let table = ask(&client, [subject(&base, Ecosystem::Python, name)]);
        let said = table.iter().map(|(_, outcome)| words(outcome)).collect::<String>();
        assert_eq!(said, if name == "soon" { "known, 1 releases, cached false" } else { "missing" });
    }
    let busy = registry.asked().iter().filter(|asked| asked.path == "/simple/busy/").count();
    let later = registry.asked().iter().filter(|asked| asked.path == "/simple/later/").count();
    assert_eq!((busy, later), (3, 1), "two repeats, and none when the wait is too long");
}

#[test]
fn what_cannot_be_asked_is_unknown() {
    let client = client(&Home::of(&[], None), options(None));
    let nobody = Registry::start().url("").replace("127.0.0.1", "127.0.0.2");
    for (subject, expected) in [
        (
            Subject { ecosystem: Ecosystem::Python, name: "a".into(), registry: None },
            "no index is known for Python packages",
        ),
        (subject("file:///srv", Ecosystem::Python, "a"), "is not an address that can be asked"),
        (subject("https://x.invalid/simple", Ecosystem::Python, "../a"), "that is not the name of a package"),
        (subject(&nobody, Ecosystem::Node, "a"), "refuses connections"),
    ] {
        let table = ask(&client, [subject]);
        let said = table.iter().map(|(_, outcome)| words(outcome)).collect::<String>();
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn answers_are_kept_and_asked_for_again() {
    let registry = Registry::start();
    let directory = tempfile::tempdir().unwrap();
    let cache = Some(directory.path().to_path_buf());
    registry.put("/simple/a/", simple("a").with("ETag", "\"1\""));
    registry.put("/simple/b/", simple("b"));
    let names = ["a", "b", "gone"];
    let subjects = || names.map(|name| subject(&registry.url("/simple"), Ecosystem::Python, name));
    let home = Home::of(&[], None);
    let said = |options: Options| -> Vec<String> {
        ask(&client(&home, options), subjects()).iter().map(|(_, outcome)| words(outcome)).collect()
    };
    let fresh = ["known, 1 releases, cached false", "known, 1 releases, cached false", "missing"];
    let cached = ["known, 1 releases, cached true", "known, 1 releases, cached true", "missing"];
    assert_eq!(
        said(Options { offline: true, ..options(cache.clone()) })[0],
        "it was never asked for, and this run is offline"
    );
    assert_eq!(registry.asked().len(), 0);
    assert_eq!(said(options(cache.clone())), fresh);
    assert_eq!(said(options(cache.clone())), cached);
    assert_eq!(registry.asked().len(), 3, "young answers are not asked for again");
    let old = Options { now: 1_000_000 + 3601, ..options(cache.clone()) };
    assert_eq!(said(old.clone()), fresh, "old ones are");
    let validated: Vec<bool> =
        registry.asked()[3..].iter().map(|asked| asked.headers.contains_key("if-none-match")).collect();
    assert_eq!(validated.iter().filter(|is| **is).count(), 1, "with the ETag where one was given");
    assert_eq!(said(old), cached, "and are young again");
    assert_eq!(said(Options { offline: true, now: 9_000_000, ..options(cache.clone()) }), cached);
    assert_eq!(registry.asked().len(), 6);
    for entry in walkdir::WalkDir::new(directory.path()).into_iter().flatten().filter(|entry| entry.path().is_file()) {
        std::fs::write(entry.path(), "broken").unwrap();
    }
    assert_eq!(said(options(cache)), fresh, "a broken cache is not a cache");
}

#[test]
fn a_cache_that_cannot_be_written_is_said() {
    let registry = Registry::start();
    registry.put("/simple/a/", simple("a"));
    let directory = tempfile::tempdir().unwrap();
    let taken = directory.path().join("taken");
    std::fs::write(&taken, "").unwrap();
    let client = client(&Home::of(&[], None), options(Some(taken)));
    let table = ask(&client, [subject(&registry.url("/simple"), Ecosystem::Python, "a")]);
    assert!(table.iter().all(|(_, outcome)| matches!(outcome, Outcome::Known(_))));
    assert!(client.cache_trouble().is_some());
}

#[test]
fn a_credential_stays_with_its_host() {
    let registry = Registry::start();
    registry.put("/simple/a/", simple("a"));
    registry.put("/simple/far/", Page::status(302).with("Location", &registry.other_url("/elsewhere")));
    registry.put("/elsewhere", simple("far"));
    registry.put("/simple/near/", Page::status(302).with("Location", "/near"));
    registry.put("/near", simple("near"));
    let own = registry.url("/simple").replace("://", "://user:secret@");
    let home = Home::of(&[("PIP_INDEX_URL", &own)], None);
    let client = client(&home, options(None));
    for name in ["a", "far", "near"] {
        let table = ask(&client, [subject(&registry.url("/simple"), Ecosystem::Python, name)]);
        assert!(table.iter().all(|(_, outcome)| matches!(outcome, Outcome::Known(_))), "{table:?}");
    }
    // A repository that names the same machine by another name gets nothing.
    ask(&client, [subject(&registry.other_url("/simple"), Ecosystem::Python, "a")]);
    // Nor does an address that brings its own, as a lockfile of the repository may write it.
    let smuggled = registry.other_url("/simple").replace("://", "://user:secret@");
    ask(&client, [subject(&smuggled, Ecosystem::Python, "a")]);
    assert!(!registry.asked().iter().any(|asked| asked.path.contains("secret")));
    let told: Vec<(String, bool)> = registry
        .asked()
        .into_iter()
        .map(|asked| (asked.path.clone(), asked.headers.contains_key("authorization")))
        .collect();
    let expected = [
        ("/simple/a/", true),
        ("/simple/far/", true),
        ("/elsewhere", false),
        ("/simple/near/", true),
        ("/near", true),
        ("/simple/a/", false),
        ("/simple/a/", false),
    ];
    assert_eq!(told, expected.map(|(path, is)| (path.to_owned(), is)));
}

#[test]
fn eight_questions_at_a_time() {
    let registry = Registry::start();
    registry.delay(Duration::from_millis(50));
    let names: Vec<String> = (0..160).map(|number| format!("p{number}")).collect();
    for name in &names {
        registry.put(&format!("/simple/{name}/"), simple(name));
    }
    let directory = tempfile::tempdir().unwrap();
    let cache = Some(directory.path().to_path_buf());
    let subjects = || names.iter().map(|name| subject(&registry.url("/simple"), Ecosystem::Python, name));
    let begun = Instant::now();
    let table = ask(&client(&Home::of(&[], None), options(cache.clone())), subjects());
    let cold = begun.elapsed();
    assert_eq!((table.len(), registry.most_in_flight() <= 8), (160, true));
    let begun = Instant::now();
    ask(&client(&Home::of(&[], None), options(cache)), subjects());
    assert!(begun.elapsed() < cold);
    assert_eq!(registry.asked().len(), 160);
}
