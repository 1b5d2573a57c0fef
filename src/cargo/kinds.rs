//! What kind of value some keys of a manifest hold; Cargo stops at another (its `TomlManifest`, 1.95).

use super::manifest;
use super::refusal::Refusal;
use crate::syntax::{Entry, Node};

const SWITCHES: &[&str] = &["autolib", "autobins", "autoexamples", "autotests", "autobenches"];
const LISTS: &[&str] = &["authors", "categories", "keywords", "include", "exclude"];
const LEVELS: &[&str] = &["forbid", "deny", "warn", "allow"];

/// The first value that is of another kind.
pub(super) fn refusal(root: Node<'_>) -> Option<Refusal> {
    let package = root.get("package").or_else(|| root.get("project"));
    let shared = root.at(&["workspace", "package"]);
    let fields = package.into_iter().chain(shared).find_map(fields);
    fields
        .or_else(|| [root.get("lints"), root.at(&["workspace", "lints"])].into_iter().flatten().find_map(lints))
        .or_else(|| artifacts(root))
}

fn wrong(entry: Entry<'_>, what: &str) -> Refusal {
    (format!("{} is not {what}", entry.key.scalar().unwrap_or_default()), entry.value.span())
}

fn fields(table: Node<'_>) -> Option<Refusal> {
    table.own_entries().find_map(|entry| {
        let key = entry.key.scalar()?;
        let value = entry.value;
        if SWITCHES.contains(&key) && value.bool().is_none() {
            return Some(wrong(entry, "true or false"));
        }
        let is_texts = value.is_list() && value.items().all(|item| item.text().is_some());
        if LISTS.contains(&key) && !is_texts && !value.is_map() {
            return Some(wrong(entry, "a list of strings"));
        }
        if key == "build" && value.is_list() {
            return Some(("several build scripts need a nightly Cargo".to_owned(), value.span()));
        }
        (key == "build" && value.bool().is_none() && value.text().is_none())
            .then(|| wrong(entry, "a path, true or false"))
    })
}

/// Levels of lints, alone or in a table with a priority.
fn lints(table: Node<'_>) -> Option<Refusal> {
    let tools = table.own_entries().filter(|tool| tool.key.scalar() != Some("workspace"));
    tools.flat_map(|tool| tool.value.own_entries()).find_map(|lint| {
        let level = if lint.value.is_map() { lint.value.get("level") } else { Some(lint.value) };
        let is_level = level.and_then(Node::text).is_some_and(|level| LEVELS.contains(&level));
        let is_whole = lint.value.get("priority").is_none_or(|priority| priority.int().is_some());
        (!is_level || !is_whole).then(|| wrong(lint, &format!("one of {}", LEVELS.join(", "))))
    })
}

/// Dependencies on what another crate builds are a matter of nightly releases.
fn artifacts(root: Node<'_>) -> Option<Refusal> {
    let dependencies = manifest::dependencies(root);
    let entry = dependencies.iter().find_map(|one| one.value.entry("artifact"))?;
    Some(("`artifact` needs a nightly Cargo".to_owned(), entry.key.span()))
}
