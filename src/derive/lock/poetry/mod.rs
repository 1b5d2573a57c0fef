//! poetry.lock against pyproject.toml, as `poetry check --lock` compares them: by one digest.

mod asked;
mod differences;
mod document;
#[cfg(test)]
mod tests;

use std::str::FromStr;

use super::asked::{Asked, Locked, Reached, Wanted, never_counts};
use super::{Outcome, Pairing, Seen, Tool, no_workspaces};
use crate::facts::recorded::{PoetryRecord, Recorded};
use crate::facts::{Facts, Link, Lockfile};
use crate::python::canonical_json::{Json, Separators};
use crate::python::poetry_constraint::Constraint;
use crate::python::{PythonRange, Version};
use crate::syntax::Node;
use crate::value::Value;

/// Poetry.
pub(super) const TOOL: Tool = Tool {
    name: "poetry",
    ecosystem: "python",
    files: &["poetry.lock"],
    pairing: Pairing::Beside { format: "pyproject", workspaces: no_workspaces },
    compare,
};

/// Locks of older releases leave `[dependency-groups]` out of the digest.
const GROUPS_SINCE: &str = "2.3.0";

fn compare(seen: Seen<'_>, lockfile: Link<Lockfile>) -> Outcome {
    let facts = seen.facts;
    let Recorded::Poetry(record) = &facts[lockfile].recorded else { return Outcome::default() };
    let Some(manifest) = facts[lockfile].manifests.first().copied() else { return Outcome::default() };
    let Some(tree) = &facts[manifest].document else { return Outcome::default() };
    let root = tree.root();
    let wish = asked::read(root, manifest);
    let python = asked::python_range(wish.python.as_ref());
    let locked = Locked::new(facts, seen.lookup.packages(lockfile));
    let reached = locked.reached(wish.asked.iter());
    let mut outcome = integrity(&locked, &reached, &wish.asked, &python);
    // Poetry reads all requirements before it looks at the lockfile.
    if let Some((reason, span)) = wish.unreadable.first() {
        outcome.refusal = Some(Value::written(reason.clone(), *span));
        return outcome;
    }
    let whole = match document::document(root, true) {
        Ok(whole) => whole,
        Err(date) => {
            outcome.refusal = Some(Value::written("Poetry cannot hash a date".to_owned(), date.span));
            return outcome;
        }
    };
    outcome.manifest_digest = Value::derived(whole.digest(Separators::Spaced));
    let hashed = hashed_like(facts, lockfile, record, root, whole);
    let recorded = facts[lockfile].recorded_digest.known();
    if recorded.is_some_and(|recorded| hashed.iter().any(|(json, _)| json.digest(Separators::Spaced) == *recorded)) {
        outcome.refusal = refusal(root);
        return outcome;
    }
    let comparison = differences::Comparison {
        seen,
        lockfile,
        manifest,
        root,
        record,
        wish: &wish,
        locked: &locked,
        python: &python,
    };
    outcome.differences = comparison.differences(&hashed);
    outcome
}

/// The documents whose digest the lockfile may record, each with whether groups are in it; the likelier one last.
fn hashed_like(
    facts: &Facts,
    lockfile: Link<Lockfile>,
    record: &PoetryRecord,
    root: Node<'_>,
    whole: Json,
) -> Vec<(Json, bool)> {
    let version = |text: &str| Version::from_str(text).ok();
    let writer = record.writer.as_deref().and_then(version);
    let is_older = writer.is_some_and(|writer| version(GROUPS_SINCE).is_some_and(|since| writer < since));
    let mut documents = vec![(whole, true)];
    if is_older
        && facts[lockfile].recorded_digest.known().is_some()
        && let Ok(older) = document::document(root, false)
    {
        documents.push((older, false));
    }
    documents
}

/// What the digest does not cover: ranges between locked packages, edges without an end, left-overs.
fn integrity(locked: &Locked<'_>, reached: &Reached, asked: &[Asked], python: &PythonRange) -> Outcome {
    let mut outcome = Outcome::default();
    for requirement in asked {
        if !never_counts(&requirement.marker, python) && locked.violates(&requirement.name, &requirement.wanted) {
            let shown = Value::written(requirement.shown(), requirement.span);
            outcome.violated.extend(locked.named(&requirement.name).iter().map(|link| (*link, shown.clone())));
        }
    }
    let wanted = |range: &str| Some(Wanted::Constraint(Constraint::from_str(range).ok()?));
    for (link, edge) in locked.violated_edges(reached, python, wanted) {
        let range = edge.requirement.as_deref().unwrap_or_default();
        let shown = format!("{} {range} of {}", edge.package, locked.package(link).package);
        let shown = Value::written(shown, edge.span);
        outcome.violated.extend(locked.named(&edge.package).iter().map(|link| (*link, shown.clone())));
    }
    for (link, edge) in locked.broken_edges(reached, python) {
        outcome.broken.push((link, edge.package.to_string(), edge.span));
    }
    outcome.reachable.extend(locked.all().map(|link| (link, Value::derived(reached.has(link)))));
    outcome
}

/// What Poetry stops at although the digest is right.
fn refusal(root: Node<'_>) -> Option<Value<String>> {
    let poetry = root.at(&["tool", "poetry"]);
    if poetry.and_then(|poetry| poetry.get("package-mode")).and_then(Node::bool) == Some(false) {
        return None;
    }
    let has = |key: &str| [root.get("project"), poetry].into_iter().flatten().any(|table| table.get(key).is_some());
    let is_dynamic = |key: &str| {
        let dynamic = root.at(&["project", "dynamic"]);
        dynamic.is_some_and(|dynamic| dynamic.items().any(|item| item.text() == Some(key)))
    };
    let absent = ["name", "version"].into_iter().find(|key| !has(key) && !is_dynamic(key))?;
    Some(Value::written(format!("Poetry asks for a {absent} unless package-mode is false"), root.span().part(0..0)))
}
