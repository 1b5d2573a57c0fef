//! Dependabot's configuration: what it looks at, how often, and what makes it refuse the file.
//!
//! Keys and intervals are those of GitHub's documentation, read 2026-11-24.

use super::{Claim, File, Output, Reader};
use crate::cadence;
use crate::facts::upkeep::Sibling;
use crate::facts::{CandidateEdit, Count, Days, EditName, UpdateEntry};
use crate::source::Span;
use crate::syntax::{Node, Style, yaml};
use crate::value::Value;

/// Reads `dependabot.yml`.
pub const READER: Reader = Reader { name: "dependabot", role: "configuration", claims, read };

/// More entries than this are not written by people.
const MOST: usize = 1_000;

/// Days that Dependabot waits by itself.
const WAITS: i64 = 3;

/// Ecosystems that Dependabot knows.
const ECOSYSTEMS: &[&str] = &[
    "bazel", "bun", "bundler", "cargo", "composer", "conda", "deno", "devcontainers", "docker", "docker-compose",
    "dotnet-sdk", "elm", "github-actions", "gitsubmodule", "gomod", "gradle", "helm", "julia", "maven", "mix", "nix",
    "npm", "nuget", "opentofu", "pip", "pre-commit", "pub", "rust-toolchain", "sbt", "swift", "terraform", "uv", "vcpkg",
];

fn claims(path: &str) -> Claim {
    if matches!(path, ".github/dependabot.yml" | ".github/dependabot.yaml") { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(tree) = output.tree(file, &READER, yaml::parse) else { return };
    let root = tree.root();
    let top = root.entries().first().map_or_else(|| file.span(0..0), |entry| entry.key.span());
    let refuse = |reason: &str, place: Span, output: &mut Output| {
        let mut fact = UpdateEntry::new(file.header(&**file.path, place), "dependabot");
        fact.refusal = Value::written(reason.to_owned(), place);
        output.facts.add(fact);
    };
    match root.get("version") {
        Some(version) if version.scalar() == Some("2") => {}
        Some(version) => return refuse("its version is not 2", version.span(), output),
        None => return refuse("it has no version", top, output),
    }
    let Some(updates) = root.get("updates").filter(|updates| updates.is_list()) else {
        return refuse("it has no list of updates", top, output);
    };
    let items: Vec<Node<'_>> = updates.items().take(MOST).collect();
    for (at, item) in items.iter().enumerate() {
        let mut fact = entry(file, root, *item);
        if at + 1 == items.len() {
            fact.sibling = sibling(file, *item);
        }
        output.facts.add(fact);
    }
}

fn entry(file: &File<'_>, root: Node<'_>, item: Node<'_>) -> UpdateEntry {
    let key = item.get("package-ecosystem");
    let name = key.and_then(Node::scalar).unwrap_or("");
    let group = item.get("multi-ecosystem-group").and_then(Node::scalar);
    let settings = group.and_then(|group| root.at(&["multi-ecosystem-groups", group])).unwrap_or(item);
    let schedule = item.get("schedule").or_else(|| settings.get("schedule"));
    let directories = texts(item.get("directory")).into_iter().chain(texts(item.get("directories")));
    let directories: Vec<String> = directories.map(|text| text.trim_matches('/').to_owned()).collect();
    let label = format!("{name} {}", directories.first().map_or("", |first| first));
    let mut fact = UpdateEntry::new(file.part(&label, key.unwrap_or(item).span()), "dependabot");
    if let Some(node) = key {
        fact.ecosystem = Value::written(name.to_owned(), node.inner_span());
    }
    fact.refusal = refusal(item, key, name, schedule, directories.is_empty());
    fact.directories = directories;
    fact.excluded = texts(item.get("exclude-paths"));
    fact.cadence = cadence_of(schedule);
    if let Some(node) = schedule.and_then(|schedule| schedule.get("interval"))
        && node.scalar().is_some_and(|word| word != "cron" && cadence::of_word(word).is_some())
    {
        let text = if node.style() == Style::Quoted { "\"weekly\"" } else { "weekly" }.to_owned();
        fact.header.edits.extend([CandidateEdit { name: EditName::LookWeekly, span: node.span(), text }]);
    }
    fact.cool_down = match item.at(&["cooldown", "default-days"]).and_then(|node| Some((node, node.int()?))) {
        Some((node, days)) => Value::written(Days(days), node.span()),
        None => Value::default_of(Days(WAITS)),
    };
    if let Some((node, limit)) = item.get("open-pull-requests-limit").and_then(|node| Some((node, node.int()?))) {
        fact.limit = Value::written(Count(limit), node.span());
    }
    fact
}

fn texts(node: Option<Node<'_>>) -> Vec<String> {
    let own = node.and_then(Node::scalar).map(ToOwned::to_owned);
    let listed = node.into_iter().flat_map(Node::items).filter_map(Node::scalar).map(ToOwned::to_owned);
    own.into_iter().chain(listed).take(MOST).collect()
}

fn cadence_of(schedule: Option<Node<'_>>) -> Value<Days> {
    let Some(interval) = schedule.and_then(|schedule| schedule.get("interval")) else { return Value::absent() };
    let word = interval.scalar().unwrap_or("");
    let (node, gap) = match (word, schedule.and_then(|schedule| schedule.get("cronjob"))) {
        ("cron", Some(line)) => (line, line.scalar().and_then(cadence::of_cron)),
        _ => (interval, cadence::of_word(word)),
    };
    match gap {
        Some(days) => Value::written(Days(days), node.inner_span()),
        None => Value::unknown(format!("`{}` is not understood as an interval", node.scalar().unwrap_or("")), Some(node.span())),
    }
}

/// What Dependabot's own check of the file stops at.
fn refusal(item: Node<'_>, key: Option<Node<'_>>, name: &str, schedule: Option<Node<'_>>, nowhere: bool) -> Value<String> {
    let at = |text: String, node: Node<'_>| Value::written(text, node.span());
    let Some(key) = key else { return at("an entry has no `package-ecosystem`".to_owned(), item) };
    if !ECOSYSTEMS.contains(&name) {
        return at(format!("`{name}` is not an ecosystem that Dependabot knows"), key);
    }
    if nowhere {
        let place = item.get("directories").or_else(|| item.get("directory")).unwrap_or(key);
        return at(format!("the entry of {name} names no directory"), place);
    }
    let interval = schedule.and_then(|schedule| schedule.get("interval"));
    match interval.and_then(Node::scalar) {
        None => at(format!("the entry of {name} has no `schedule.interval`"), schedule.unwrap_or(key)),
        Some("cron") if schedule.and_then(|schedule| schedule.get("cronjob")).is_none() => {
            at(format!("the entry of {name} has no `cronjob`"), interval.unwrap_or(key))
        }
        Some(word) if word != "cron" && cadence::of_word(word).is_none() => {
            at(format!("`{word}` is not an interval"), interval.unwrap_or(key))
        }
        Some(_) => Value::absent(),
    }
}

/// The place after an entry that is written as a block, and the lines of it that others copy.
fn sibling(file: &File<'_>, item: Node<'_>) -> Option<Sibling> {
    let first = item.own_entries().next()?;
    let start = first.key.span().range().start;
    let line = file.text[..start].rfind('\n').map_or(0, |at| at + 1);
    let lead = &file.text[line..start];
    let indent = lead.strip_suffix("- ").filter(|blanks| blanks.trim().is_empty())?;
    let whole = file.text.get(start..item.span().range().end)?;
    let end = start + whole.trim_end().len();
    let mut settings = String::new();
    for entry in item.own_entries() {
        if matches!(entry.key.scalar(), Some("schedule" | "cooldown" | "open-pull-requests-limit")) {
            let text = file.text.get(entry.key.span().range().start..entry.value.span().range().end)?.trim_end();
            settings.push_str(&format!("\n{indent}  {text}"));
        }
    }
    // A comment behind the last value stays on its line.
    let rest = file.text[end..].lines().next().unwrap_or("");
    let end = end + if rest.trim_start().starts_with('#') || rest.trim().is_empty() { rest.trim_end().len() } else { 0 };
    Some(Sibling { at: file.span(end..end), indent: indent.to_owned(), settings })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;
    use crate::value::State;

    #[test]
    fn entries_of_dependabot() {
        let text = "version: 2\nupdates:\n  - package-ecosystem: npm\n    directories: [/, '/web/*']\n    schedule: {interval: monthly}\n  - package-ecosystem: uv\n    directory: /api\n    schedule:\n      interval: cron\n      cronjob: '0 4 * * 1'\n    cooldown: { default-days: 7 }\n    open-pull-requests-limit: 0 # off\n";
        let facts = read_alone(&READER, ".github/dependabot.yml", text).facts;
        let rows: Vec<_> = facts
            .update_entries
            .iter()
            .map(|one| format!("{:?} {:?} {:?} {:?} {:?}", one.ecosystem.known(), one.directories, one.cadence.known(), one.cool_down.known(), one.refusal.known()))
            .collect();
        assert_eq!(
            rows,
            [
                "Some(\"npm\") [\"\", \"web/*\"] Some(Days(31)) Some(Days(3)) None",
                "Some(\"uv\") [\"api\"] Some(Days(7)) Some(Days(7)) None",
            ]
        );
        let sibling = facts.update_entries[1].sibling.as_ref().map(|one| (one.at.start, one.indent.as_str(), one.settings.as_str()));
        assert_eq!(
            sibling,
            Some((
                u32::try_from(text.len() - 1).unwrap_or(0),
                "  ",
                "\n    schedule:\n      interval: cron\n      cronjob: '0 4 * * 1'\n    cooldown: { default-days: 7 }\n    open-pull-requests-limit: 0"
            ))
        );
    }

    #[test]
    fn what_dependabot_refuses() {
        let cases = [
            ("updates: []\n", "it has no version"),
            ("version: 1\nupdates: []\n", "its version is not 2"),
            ("version: 2\n", "it has no list of updates"),
            ("version: 2\nupdates:\n  - directory: /\n", "an entry has no `package-ecosystem`"),
            ("version: 2\nupdates:\n  - package-ecosystem: pypi\n    directory: /\n    schedule: {interval: daily}\n", "`pypi` is not an ecosystem that Dependabot knows"),
            ("version: 2\nupdates:\n  - package-ecosystem: pip\n    directories:\n    schedule: {interval: daily}\n", "the entry of pip names no directory"),
            ("version: 2\nupdates:\n  - package-ecosystem: pip\n    directory: /\n", "the entry of pip has no `schedule.interval`"),
            ("version: 2\nupdates:\n  - package-ecosystem: pip\n    directory: /\n    schedule: {interval: hourly}\n", "`hourly` is not an interval"),
            ("version: 2\nmulti-ecosystem-groups: {a: {schedule: {interval: daily}}}\nupdates:\n  - package-ecosystem: pip\n    directory: /\n    multi-ecosystem-group: a\n    patterns: ['*']\n", ""),
        ];
        for (text, expected) in cases {
            let facts = read_alone(&READER, ".github/dependabot.yml", text).facts;
            let refusal = facts.update_entries.first().map(|one| match &one.refusal.state {
                State::Known(text) => text.as_str(),
                _ => "",
            });
            assert_eq!(refusal, Some(expected), "{text}");
        }
    }
}
