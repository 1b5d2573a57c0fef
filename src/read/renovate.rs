//! Renovate's configuration: what it is told to leave out, how often it looks, and what it follows that is not seen here.

use super::{Claim, File, Output, Reader};
use crate::cadence;
use crate::facts::{Days, UpdateEntry};
use crate::syntax::{Node, json, json5};
use crate::value::Value;

/// Reads Renovate's configuration files.
pub const READER: Reader = Reader { name: "renovate", role: "configuration", claims, read };

/// More items than this are not written by people.
const MOST: usize = 1_000;

/// Files that Renovate looks for, in its order.
const FILES: &[&str] = &[
    "renovate.json", "renovate.jsonc", "renovate.json5", ".github/renovate.json", ".github/renovate.jsonc",
    ".github/renovate.json5", ".gitlab/renovate.json", ".gitlab/renovate.json5", ".renovaterc", ".renovaterc.json",
    ".renovaterc.jsonc", ".renovaterc.json5",
];

/// Presets of its own that set a waiting time for some releases, so that none is known for all.
const WAITING: &[&str] = &["config:best-practices", "security:minimumReleaseAgeNpm", "npm:unpublishSafe"];

fn claims(path: &str) -> Claim {
    if FILES.contains(&path) { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    if output.conflict(file, &READER) {
        return;
    }
    let top = file.span(0..0);
    let parse = if file.path.ends_with("json5") { json5::parse } else { json::parse_with_comments };
    let tree = match parse(file.source, file.text) {
        Ok(tree) => tree,
        Err(error) => {
            // That the bot is used is told all the same.
            output.syntax_error(file, &READER, &error);
            let mut fact = UpdateEntry::new(file.header(&**file.path, top), "renovate");
            fact.beyond = Some("its configuration is not understood".to_owned());
            fact.cadence = Value::unknown("its configuration is not understood", None);
            fact.cool_down = Value::unknown("its configuration is not understood", None);
            output.facts.add(fact);
            return;
        }
    };
    output.facts.add(entry(file, tree.root()));
}

fn entry(file: &File<'_>, root: Node<'_>) -> UpdateEntry {
    let place = root.own_entries().next().map_or_else(|| file.span(0..0), |entry| entry.key.span());
    let mut fact = UpdateEntry::new(file.header(&**file.path, place), "renovate");
    let list = |key: &str| root.get(key).into_iter().flat_map(Node::items).filter_map(Node::text).take(MOST);
    let presets: Vec<&str> = list("extends").collect();
    fact.beyond = presets.iter().find(|preset| is_foreign(preset)).map(|preset| format!("it extends `{preset}`"));
    fact.excluded = list("ignorePaths").map(ToOwned::to_owned).collect();
    if root.get("enabledManagers").is_some() {
        fact.only = Some(list("enabledManagers").map(ToOwned::to_owned).collect());
    }
    if let Some(node) = root.get("enabled").filter(|node| node.bool() == Some(false)) {
        fact.limit = Value::written(crate::facts::Count(0), node.span());
    }
    fact.maintains_lock = maintains_lock(root, &presets, fact.beyond.as_ref());
    fact.cadence = cadence_of(root, &presets, fact.beyond.as_ref());
    fact.cool_down = match root.get("minimumReleaseAge").and_then(|node| Some((node, node.text()?))) {
        Some((node, text)) => match cadence::days(text) {
            Some(days) => Value::written(Days(days), node.inner_span()),
            None => Value::unknown(format!("`{text}` is not understood as a time"), Some(node.span())),
        },
        None if fact.beyond.is_some() || presets.iter().any(|preset| WAITING.contains(preset)) => {
            Value::unknown("a preset may set it", None)
        }
        None => Value::default_of(Days(0)),
    };
    fact
}

/// A preset of somebody's own: `local>`, `github>`, a URL, or a package.
fn is_foreign(preset: &str) -> bool {
    let (head, _) = preset.split_once(':').unwrap_or((preset, ""));
    preset.contains('>') || preset.contains("//") || preset.starts_with('@') || (head == preset && !head.starts_with(':'))
}

/// `lockFileMaintenance` itself, or a preset that switches it on (<https://docs.renovatebot.com/presets-default/>, read 2026-11-30).
fn maintains_lock(root: Node<'_>, presets: &[&str], beyond: Option<&String>) -> Value<bool> {
    let is_on = |preset: &&str| preset.starts_with(":maintainLockFiles") || *preset == "config:best-practices";
    match root.get("lockFileMaintenance") {
        Some(node) => Value::written(node.get("enabled").and_then(Node::bool) != Some(false), node.span()),
        None if presets.iter().any(is_on) => Value::derived(true),
        None => beyond.map_or_else(|| Value::default_of(false), |reason| Value::unknown(reason.clone(), None)),
    }
}

fn cadence_of(root: Node<'_>, presets: &[&str], beyond: Option<&String>) -> Value<Days> {
    if let Some(node) = root.get("schedule") {
        let texts: Vec<&str> = node.text().into_iter().chain(node.items().filter_map(Node::text)).take(MOST).collect();
        // Several windows: the most frequent one counts.
        let gaps: Option<Vec<i64>> = texts.iter().map(|text| cadence::of_renovate(text)).collect();
        return match gaps.and_then(|gaps| gaps.into_iter().min()) {
            Some(days) => Value::written(Days(days), node.span()),
            None => Value::unknown("its schedule is not understood", Some(node.span())),
        };
    }
    if let Some(preset) = presets.iter().find(|preset| preset.starts_with("schedule:")) {
        return match cadence::of_renovate(preset) {
            Some(days) => Value { span: root.get("extends").map(Node::span), ..Value::derived(Days(days)) },
            None => Value::unknown(format!("`{preset}` is not understood"), None),
        };
    }
    match beyond {
        Some(reason) => Value::unknown(reason.clone(), None),
        None => Value::default_of(Days(1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    #[test]
    fn configurations() {
        let cases = [
            (r#"{"extends": ["config:recommended"]}"#, "Some(Days(1)) Some(Days(0)) None"),
            (r#"{"extends": ["config:best-practices", "schedule:monthly"]}"#, "Some(Days(31)) None None"),
            (r#"{"extends": ["local>team/presets"], "schedule": ["before 4am on monday"]}"#, "Some(Days(7)) None Some(\"it extends `local>team/presets`\")"),
            (r#"{"minimumReleaseAge": "7 days", "schedule": ["every 3 months"]}"#, "Some(Days(92)) Some(Days(7)) None"),
            ("{'a': 1, minimumReleaseAge: '3 days'}", "Some(Days(1)) Some(Days(3)) None"),
            ("{'a': }", "None None Some(\"its configuration is not understood\")"),
        ];
        for (text, expected) in cases {
            let facts = read_alone(&READER, "renovate.json5", text).facts;
            let fact = &facts.update_entries[0];
            let shown = format!("{:?} {:?} {:?}", fact.cadence.known(), fact.cool_down.known(), fact.beyond);
            assert_eq!(shown, expected, "{text}");
        }
    }
}
