//! The weekly report against a registry that is made up, from the command line.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::bench::{Bench, PROJECT, PURE, PYTHON, sha, uv};
use crate::registry::Page;

const NOW: [&str; 2] = ["--now", "2026-11-24"];

/// A page of `idna` with three releases; the first one may be yanked.
fn page(yanked: bool) -> String {
    let file = |version: &str, day: &str, digit: char, more: &str| {
        format!(
            r#"{{"filename": "idna-{version}-py3-none-any.whl", "url": "@/files/{version}", "upload-time": "{day}T00:00:00Z", "hashes": {{"sha256": "{}"}}{more}}}"#,
            sha(digit)
        )
    };
    let more = if yanked { r#", "yanked": "loses data""# } else { "" };
    let files =
        [file("1.0", "2026-01-01", 'a', more), file("1.1", "2026-06-01", 'b', ""), file("2.0", "2026-11-01", 'c', "")];
    format!(r#"{{"name": "idna", "versions": ["1.0", "1.1", "2.0"], "files": [{}]}}"#, files.join(", "))
}

fn bench(yanked: bool) -> Bench {
    Bench::new(&[PYTHON, PROJECT, ("uv.lock", &uv("idna", &[(PURE, 'a')]))], &[("/simple/idna/", &page(yanked))])
}

#[test]
fn the_same_day_and_registry_give_the_same_bytes() {
    let bench = bench(true);
    let told: Vec<String> = ["text", "markdown", "html", "json", "commands"]
        .iter()
        .flat_map(|format| {
            let arguments = [&["updates", "--reproducible", "--format", format], &NOW[..]].concat();
            let both = [bench.verb(&arguments, &[]), bench.verb(&arguments, &[])];
            assert_eq!(both[0].code, 0, "{}", both[0].err);
            assert_eq!(both[0].out, both[1].out, "{format}");
            [both[0].out.clone()]
        })
        .collect();
    assert_eq!(bench.registry.asked().len(), 1, "answers are kept for the next format");
    let seen = &told[0];
    assert!(seen.starts_with("updates of 2026-11-24: 1 to act on now"), "{seen}");
    assert!(seen.contains("idna 1.0 -> 1.1") && seen.contains("yanked: loses data"), "{seen}");
    assert!(told[4].contains("uv lock --upgrade-package idna==1.1"), "{}", told[4]);
}

#[test]
fn what_was_asked_tells_ages_of_past_locks() {
    let bench = bench(false);
    assert_eq!(bench.verb(&["updates"], &[]).code, 0);
    for arguments in [&["init", "-q"][..], &["add", "."], &["commit", "-q", "-m", "Begin"]] {
        let mut git = Command::new("git");
        let day = "2026-06-20T00:00:00Z";
        git.env("GIT_AUTHOR_DATE", day).env("GIT_COMMITTER_DATE", day).current_dir(bench.repository.path());
        let done = git.args(["-c", "user.name=T", "-c", "user.email=t@example.com"]).args(arguments).status().unwrap();
        assert!(done.success());
    }
    let asked = bench.registry.asked().len();
    let report = bench.verb(&[&["metrics", "--format", "json"], &NOW[..]].concat(), &[]);
    let report: Value = serde_json::from_str(&report.out).unwrap_or_else(|_| panic!("{}", report.err));
    let age = &report["outcomes"][0]["months"][0]["age"];
    // 1.1 was there for 29 days; 2.0 came later.
    assert_eq!((&age["day"], &age["known"], &age["outdated"]), (&"2026-06-30".into(), &1.into(), &1.into()));
    assert_eq!((&age["lag_years"], &age["libyears"]), (&0.08.into(), &0.41.into()));
    assert_eq!(bench.registry.asked().len(), asked, "nothing is asked");
    let page = bench.verb(&["metrics", "--format", "html"], &[]);
    assert!(page.out.contains("Lag, summed") && page.out.contains("0.1 y"), "{}", page.out);
    fs::remove_dir_all(bench.home.path().join(".cache")).unwrap();
    let without = bench.verb(&["metrics"], &[]);
    assert!(without.code == 0 && !without.out.contains("age and lag"), "{}", without.out);
}

#[test]
fn exit_codes_of_the_week() {
    let urgent = bench(true);
    assert_eq!(urgent.verb(&["updates"], &[]).code, 0);
    assert_eq!(urgent.verb(&["updates", "--fail-on-act-now"], &[]).code, 1);
    let calm = bench(false);
    assert_eq!(calm.verb(&["updates", "--fail-on-act-now"], &[]).code, 0);
    calm.registry.put("/simple/idna/", Page::status(503));
    let unknown = calm.verb(&["updates", "--max-age", "0", "--fail-on-act-now"], &[]);
    assert_eq!(unknown.code, 3, "{}", unknown.out);
    assert!(unknown.out.contains(": 1 not known\nnothing could be compared"), "{}", unknown.out);
    assert_eq!(calm.verb(&["updates", "--offline"], &[]).code, 0, "the cache still knows");
}

#[test]
fn a_week_is_compared_with_the_last_and_leaves_a_line() {
    let bench = bench(false);
    let last = bench.home.path().join("last.json");
    let trend = bench.home.path().join("trend.jsonl");
    let first = bench.verb(&["updates", "--format", "json", "--now", "2026-11-17"], &[]);
    fs::write(&last, first.out).unwrap();
    let given = [last.to_str().unwrap(), trend.to_str().unwrap()];
    let second = bench.verb(&[&["updates", "--since", given[0], "--append", given[1]], &NOW[..]].concat(), &[]);
    assert!(second.out.contains("since 2026-11-17: 0 moved, 0 newly outdated"), "{}", second.out);
    let line: Value = serde_json::from_str(&fs::read_to_string(&trend).unwrap()).unwrap();
    let point = &line["updates"][0];
    assert_eq!((&line["command"], &point["lock"]), (&"updates".into(), &"uv.lock".into()));
    assert_eq!((&point["packages"], &point["outdated"], &point["act_now"]), (&1.into(), &1.into(), &0.into()));
    let shown = bench.verb(&["metrics", "--trend", given[1]], &[]);
    assert!(shown.out.contains("outdated packages") && shown.out.contains("100 % (n = 1)"), "{}", shown.out);
}
