//! Held against the answers of npm's own code.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;

const ANSWERS: &str = include_str!("../range_answers.tsv");

fn text(json: &str) -> String {
    serde_json::from_str(json).unwrap()
}

fn list(json: &str) -> Vec<String> {
    serde_json::from_str(json).unwrap()
}

fn answers(range: &str, versions: &[String], mode: Mode) -> String {
    let Some(range) = Range::parse(range, mode) else { return "x".to_owned() };
    let answer = |version: &String| match version::parse(version, mode) {
        None => '-',
        Some(version) if range.admits(&version) => '1',
        Some(_) => '0',
    };
    versions.iter().map(answer).collect()
}

#[test]
fn ranges_admit_what_npm_admits() {
    let mut lines = ANSWERS.lines().filter(|line| !line.starts_with('#'));
    let versions = list(lines.next().unwrap().strip_prefix("versions\t").unwrap());
    let mut wrong = Vec::new();
    for line in lines.take_while(|line| !line.starts_with("intersects")) {
        let parts: Vec<&str> = line.split('\t').collect();
        let range = text(parts[0]);
        for (mode, expected) in [(Mode::Loose, parts[1]), (Mode::Strict, parts[2])] {
            let got = answers(&range, &versions, mode);
            if got != expected {
                wrong.push(format!("{mode:?} {range:?}\n  npm  {expected}\n  here {got}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn ranges_meet_where_npm_says_so() {
    let mut lines = ANSWERS.lines().skip_while(|line| !line.starts_with("intersects"));
    let ranges = list(lines.next().unwrap().strip_prefix("intersects\t").unwrap());
    for line in lines {
        let (json, expected) = line.split_once('\t').unwrap();
        let of = |text: &str| Range::parse(text, Mode::Loose).unwrap();
        let one = of(&text(json));
        let got: String = ranges.iter().map(|other| if one.intersects(&of(other)) { '1' } else { '0' }).collect();
        assert_eq!(got, expected, "{json}");
    }
}

#[test]
fn how_open_a_range_is() {
    let cases = [
        ("", "any"),
        ("*", "any"),
        (">=0", "any"),
        ("1.2.3", "exact"),
        ("=1.2.3", "exact"),
        ("^1.2", "bounded"),
        (">=1", "open"),
        ("^1 || >=3", "open"),
        ("1 || 2", "bounded"),
        ("<2", "bounded"),
    ];
    for (text, expected) in cases {
        let range = Range::parse(text, Mode::Loose).unwrap();
        let got = match () {
            () if range.is_any() => "any",
            () if range.exact().is_some() => "exact",
            () if range.is_bounded() => "bounded",
            () => "open",
        };
        assert_eq!(got, expected, "{text}");
    }
}

#[test]
fn hostile_texts_end() {
    for text in [
        "^".repeat(4000),
        "1 ".repeat(2000),
        "||".repeat(2000),
        "1.".repeat(2000),
        " - ".repeat(1300),
        "é - é".to_owned(),
    ] {
        let _parsed = Range::parse(&text, Mode::Loose);
    }
}
