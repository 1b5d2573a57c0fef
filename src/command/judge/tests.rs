//! A comment hides what any built-in rule finds, in every format that has comments.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use super::*;
use crate::finding::Status;
use crate::path;
use crate::rule::example::{Example, Expected};

/// What begins and ends a comment in a file; `None` where there are no comments.
fn comment(path: &str) -> Option<(&'static str, &'static str)> {
    let name = path::file_name(path);
    if matches!(name, "Pipfile.lock" | "composer.lock" | "Gemfile.lock" | "pyvenv.cfg") {
        return None;
    }
    match name.rsplit('.').next()? {
        "json" | "zip" | "jar" | "pyc" => None,
        "js" | "mjs" | "cjs" | "ts" | "mod" => Some(("// ", "")),
        "lock" if name == "bun.lock" => Some(("// ", "")),
        "md" => Some(("<!-- ", " -->")),
        _ => Some(("# ", "")),
    }
}

/// The example with a comment for the rule above a line of a file.
fn commented(example: &Example, rule: &Rule, path: &str, line: u32) -> Option<Example> {
    let (start, end) = comment(path)?;
    let mut example = example.clone();
    // A line that goes on in the next has no room for one between them.
    let goes_on = |text: &str| text.lines().nth(line as usize - 2).is_some_and(|before| before.ends_with('\\'));
    let text = &mut example.files.iter_mut().find(|file| file.path == path)?.text;
    if line > 1 && path::file_name(path).starts_with("requirements") && goes_on(text) {
        return None;
    }
    let at = text.split_inclusive('\n').take(line as usize - 1).map(str::len).sum();
    let line: &str = text.lines().nth(line as usize - 1).unwrap_or_default();
    let indent = line[..line.len() - line.trim_start().len()].to_owned();
    text.insert_str(at, &format!("{indent}{start}reproof: ignore[{}] a reason{end}\n", rule.id));
    Some(example)
}

/// What a rule finds in an example, with suppressions.
fn judged(rule: &Rule, example: &Example) -> (Vec<Finding>, Sources) {
    let (mut inventory, config) = example_inventory(example);
    let settings = Settings::alone(rule, example.params.clone());
    let mut findings = ask(&[rule], &settings, &inventory.facts, &inventory.sources).findings;
    suppress::apply(&mut findings, &mut inventory.facts, &inventory.sources, &config);
    (findings, inventory.sources)
}

#[test]
fn a_comment_above_a_finding_hides_it_in_every_format() {
    let mut texts = Sources::default();
    let set = RuleSet::load(&[], &mut texts);
    let mut formats = BTreeSet::new();
    let mut shown = Vec::new();
    let about_trees =
        set.rules().iter().filter(|rule| rule.kind != Kind::Suppression && rule.kind != Kind::LockHistory);
    for rule in about_trees {
        for example in &rule.bad {
            let Expected::Finding { path, line, .. } = &example.expected else { continue };
            let Some(commented) = commented(example, rule, path, *line) else { continue };
            let (findings, sources) = judged(rule, &commented);
            let open = findings.iter().find(|finding| finding.status == Status::New);
            let place = open.map(|open| sources.location(open.primary.span));
            match place {
                Some(place) => shown.push(format!("{}: {}:{}", rule.id, place.path, place.start.line)),
                None if findings.is_empty() => shown.push(format!("{}: nothing is found in {path}:{line}", rule.id)),
                None => {
                    let name = path::file_name(path);
                    formats.insert(name.rsplit_once('.').map_or(name, |(_, extension)| extension).to_owned());
                }
            }
        }
    }
    assert_eq!(shown, [""; 0]);
    for format in ["yml", "toml", "Dockerfile", "tf", "mod", "txt", "Makefile", "py", "sh", "ini", "lock", "md"] {
        assert!(formats.contains(format), "no rule has a bad example in a file such as {format}: {formats:?}");
    }
}
