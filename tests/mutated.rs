//! The examples of all rules, changed at random: no reader and no derivation panics, and each scan ends.
//!
//! `REPROOF_MUTANTS=200 cargo test --test main mutated` tries more of them; failures name the seed.

use std::collections::BTreeMap;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use reproof::day::Day;
use reproof::discover::Listing;
use reproof::scan::scan_files;
use reproof::source::Sources;
use reproof::tree::Tree;

/// Keys of an example that are no files.
const WORDS: &[&str] = &["line", "path", "severity", "message", "params", "today"];

/// What is put into texts.
const PIECES: &[&str] = &[
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    ":",
    ",",
    "\"",
    "'",
    "\n",
    "  ",
    "\t",
    "@",
    "/",
    "\\",
    "*",
    "&",
    "#",
    "=",
    "-",
    "|",
    "^",
    "~",
    ">=",
    "<",
    "!",
    "é",
    "😀",
    "\u{feff}",
    "\0",
    "0",
    "-1",
    "99999999999999999999",
    "null",
    "true",
    "<<<<<<< a\n",
    "=======\n",
    ">>>>>>> b\n",
    "sha256:",
    "sha512-",
    "://",
    "git+ssh://",
    "workspace:",
    "npm:",
    "catalog:",
    "file:..",
    "../../..",
    "''",
    "\"\"",
];

type Files = BTreeMap<String, String>;

/// The files of every example, by rule and number.
fn examples() -> Vec<(String, Files)> {
    let mut found = Vec::new();
    let mut groups: Vec<_> = fs::read_dir("rules").unwrap().flatten().map(|group| group.path()).collect();
    groups.sort();
    for group in groups.iter().filter(|group| group.is_dir()) {
        let mut rules: Vec<_> = fs::read_dir(group).unwrap().flatten().map(|rule| rule.path()).collect();
        rules.sort();
        for path in rules {
            let rule: toml::Table = toml::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            let lists = ["bad", "good", "unknown"].iter().filter_map(|key| rule.get(*key)?.as_array());
            for (index, example) in lists.flatten().filter_map(toml::Value::as_table).enumerate() {
                let text =
                    |value: &toml::Value| Some(value.as_str().or_else(|| value.get("text")?.as_str())?.to_owned());
                let files = example.iter().filter(|(name, _)| !WORDS.contains(&name.as_str()));
                let files = files.filter_map(|(name, value)| Some((name.clone(), text(value)?))).collect();
                found.push((format!("{} {index}", path.display()), files));
            }
        }
    }
    found
}

/// A generator of numbers that is the same everywhere.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end.max(1)
    }

    /// A place in a text between two letters.
    fn place(&mut self, text: &str) -> usize {
        let mut at = self.below(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

/// A text with one to three changes.
fn changed(text: &str, other: &str, chance: &mut Chance) -> String {
    let mut text = text.to_owned();
    for _ in 0..=chance.below(3) {
        let (one, two) = (chance.place(&text), chance.place(&text));
        let (start, end) = (one.min(two), one.max(two));
        let near = (start + 1 + chance.below(8)).min(text.len());
        match chance.below(7) {
            0 => text.truncate(end),
            1 => text.replace_range(start..end, ""),
            2 => {
                let again = text[start..end].to_owned();
                text.insert_str(start, &again);
            }
            3 if text.is_char_boundary(near) => text.replace_range(start..near, PIECES[chance.below(PIECES.len())]),
            4 => text.insert_str(start, &other[..chance.place(other)]),
            _ => text.insert_str(start, PIECES[chance.below(PIECES.len())]),
        }
    }
    text
}

/// What goes wrong with some files.
fn trouble(files: &Files) -> Option<String> {
    let listing = Listing { paths: files.keys().cloned().collect(), ..Listing::default() };
    let tree = Arc::new(Tree::memory(files.iter().map(|(path, text)| (path.as_str(), text.clone()))));
    let scan = || scan_files(&tree, listing, Day(20_000), Sources::default());
    let Ok(found) = catch_unwind(AssertUnwindSafe(scan)) else { return Some("a derivation panicked".to_owned()) };
    let panicked = found.facts.problems.iter().find(|problem| problem.explanation.contains("please report it"));
    panicked.map(|problem| format!("{}: {}", problem.header.path, problem.explanation))
}

#[test]
fn no_change_of_an_example_makes_anything_panic() {
    let mutants: u64 = std::env::var("REPROOF_MUTANTS").ok().and_then(|text| text.parse().ok()).unwrap_or(2);
    let examples = examples();
    assert!(examples.len() > 200, "there are examples");
    let mut wrong = Vec::new();
    for (index, (name, files)) in examples.iter().enumerate() {
        for mutant in 0..mutants {
            let mut chance = Chance(mutant << 32 | index as u64);
            let mut files = files.clone();
            let Some(path) = files.keys().nth(chance.below(files.len())).cloned() else { continue };
            let others: Vec<&String> = examples[chance.below(examples.len())].1.values().collect();
            let other = others.first().map_or("", |text| text.as_str());
            let text = changed(&files[&path], other, &mut chance);
            files.insert(path.clone(), text);
            if let Some(what) = trouble(&files) {
                wrong.push(format!("{name}, change {mutant} of {path}: {what}\n{}", files[&path]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
