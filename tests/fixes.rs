//! Every safe fix on every bad example of its rule: it changes the places it names and not one byte besides, it takes the
//! finding away, and a second run has nothing left to do.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// Keys of an example that are no files.
const KEYS: &[&str] = &["path", "line", "message", "params"];

type Files = BTreeMap<String, String>;

fn write(root: &Path, files: &Files) {
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

fn check(root: &Path, rule: &str, more: &[&str]) -> Value {
    let arguments = ["check", "--rule", rule, "--profile", "strict", "--format", "json", "--now", "2026-11-23"];
    let output =
        Command::new(env!("CARGO_BIN_EXE_reproof")).args(arguments).args(more).current_dir(root).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or(Value::Null)
}

/// The files with all edits of a report applied by hand, the last first.
fn edited(files: &Files, report: &Value) -> Files {
    let mut edits: BTreeMap<String, Vec<(usize, usize, String)>> = BTreeMap::new();
    for edit in report["findings"].as_array().unwrap().iter().flat_map(|one| one["fix"]["edits"].as_array().unwrap()) {
        let text = &files[edit["location"]["path"].as_str().unwrap()];
        let offset = |line: &str, column: &str| {
            let at = |key: &str| usize::try_from(edit["location"][key].as_u64().unwrap()).unwrap();
            let start: usize = text.split_inclusive('\n').take(at(line) - 1).map(str::len).sum();
            start + text[start..].chars().take(at(column) - 1).map(char::len_utf8).sum::<usize>()
        };
        let place = (offset("line", "column"), offset("end_line", "end_column"));
        let new = edit["text"].as_str().unwrap().to_owned();
        edits.entry(edit["location"]["path"].as_str().unwrap().to_owned()).or_default().push((place.0, place.1, new));
    }
    let mut files = files.clone();
    for (path, mut edits) in edits {
        edits.sort();
        edits.dedup();
        for (start, end, new) in edits.into_iter().rev() {
            files.get_mut(&path).unwrap().replace_range(start..end, &new);
        }
    }
    files
}

#[test]
fn safe_fixes_change_their_place_alone_and_are_made_once() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules");
    let mut tried = 0;
    for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.unwrap();
        let Ok(text) = fs::read_to_string(entry.path()) else { continue };
        let table: toml::Table = text.parse().unwrap();
        if table.get("safe").and_then(toml::Value::as_bool) != Some(true) && !table.contains_key("set") {
            continue;
        }
        let rule = entry.path().file_stem().unwrap().to_str().unwrap();
        for example in table["bad"].as_array().unwrap() {
            let example = example.as_table().unwrap();
            let files: Files = example
                .iter()
                .filter(|(key, _)| !KEYS.contains(&key.as_str()))
                .map(|(key, text)| (key.clone(), text.as_str().unwrap().to_owned()))
                .collect();
            let root = TempDir::new().unwrap();
            write(root.path(), &files);
            let report = check(root.path(), rule, &[]);
            let is_fixable =
                |one: &&Value| one["fix"]["safe"] == true && !one["fix"]["edits"].as_array().unwrap().is_empty();
            if !report["findings"].as_array().unwrap().iter().any(|one| is_fixable(&one)) {
                continue;
            }
            tried += 1;
            let expected = edited(&files, &report);
            assert_ne!(expected, files, "{rule}");
            check(root.path(), rule, &["--fix"]);
            for (path, text) in &expected {
                assert_eq!(&fs::read_to_string(root.path().join(path)).unwrap(), text, "{rule}: {path}");
            }
            let left = check(root.path(), rule, &[]);
            assert!(!left["findings"].as_array().unwrap().iter().any(|one| is_fixable(&one)), "{rule}: {left}");
            check(root.path(), rule, &["--fix"]);
            for (path, text) in &expected {
                assert_eq!(&fs::read_to_string(root.path().join(path)).unwrap(), text, "{rule}, again: {path}");
            }
        }
    }
    assert!(tried >= 15, "only {tried} fixes were tried");
}
