//! Pipfile.lock against the Pipfile, as `pipenv verify` compares them: by one digest.

mod differences;
mod document;
mod places;
mod schema;
#[cfg(test)]
mod tests;

use super::asked::Locked;
use super::releases::Releases;
use super::shape::Fault;
use super::tell::Teller;
use super::{Outcome, Pairing, Seen, Tool, no_workspaces};
use crate::facts::recorded::{PipenvRecord, Recorded};
use crate::facts::{Facts, Link, Lockfile};
use crate::path;
use crate::python::canonical_json::{Json, Separators};
use crate::python::name::normalize;
use crate::syntax::{Node, Style};
use crate::value::Value;

/// pipenv.
pub(super) const TOOL: Tool = Tool {
    name: "pipenv",
    ecosystem: "python",
    files: &["Pipfile.lock"],
    pairing: Pairing::Beside { formats: &["pipfile"], workspaces: no_workspaces },
    compare,
};

/// Since then names of packages are normalised before they are hashed.
const NORMAL_SINCE: [u64; 3] = [2026, 4, 0];

/// Tables of a Pipfile that hold no packages.
const OTHER_TABLES: [&str; 7] = ["source", "requires", "scripts", "pipfile", "pipenv", "default", "develop"];

/// A category of packages: its name in the Pipfile and in the lockfile, and its table.
#[derive(Debug, Clone, Copy)]
struct Category<'d> {
    table: &'d str,
    name: &'d str,
    entry: crate::syntax::Entry<'d>,
}

fn compare(seen: Seen<'_>, lockfile: Link<Lockfile>) -> Outcome {
    let facts = seen.facts;
    let Recorded::Pipenv(record) = &facts[lockfile].recorded else { return Outcome::default() };
    let Some(manifest) = facts[lockfile].manifests.first().copied() else { return Outcome::default() };
    let Some(tree) = &facts[manifest].document else { return Outcome::default() };
    let root = tree.root();
    let mut outcome = Outcome::default();
    let mark = facts[manifest].has_byte_order_mark;
    let mark = mark.then(|| Fault::new("pipenv reads no Pipfile with a byte order mark", root.span().part(0..0)));
    let stop = mark.or_else(|| schema::fault(root));
    let whole = document::document(root, &record.sources, true);
    let stop = stop.or_else(|| Some(Fault::new("pipenv cannot hash a date", whole.as_ref().err()?.span)));
    if let Some(stop) = stop {
        outcome.refusal = Some(Value::written(stop.message, stop.span));
        return outcome;
    }
    let (Ok(whole), Ok(raw)) = (whole, document::document(root, &record.sources, false)) else { return outcome };
    let teller = Teller { manifest, remedy: "pipenv lock" };
    let releases = Releases::stated(facts, TOOL.name, path::directory(&facts[lockfile].header.path));
    let (whole, other) = if releases.are_before(&NORMAL_SINCE) { (raw.clone(), None) } else { (whole, Some(&raw)) };
    let digest = whole.digest(Separators::Compact);
    outcome.manifest_digest = Value::derived(digest.clone());
    let recorded = recorded_digest(facts, lockfile, record, &raw);
    if !record.is_object {
        outcome.differences = vec![unreadable(facts, lockfile, teller)];
    } else if let Some(known) = recorded.known() {
        if *known == digest {
            return outcome;
        }
        let is_open = record.has_meta && releases.since(&NORMAL_SINCE).is_none();
        if is_open && other.is_some_and(|raw| *known == raw.digest(Separators::Compact)) {
            let [year, month, patch] = NORMAL_SINCE;
            let note = format!("releases before {year}.{month}.{patch} take it for fresh, later ones for stale");
            outcome.version_dependent.push(note);
            return outcome;
        }
        let locked = Locked::new(facts, seen.lookup.packages(lockfile));
        let comparison = differences::Comparison { seen, lockfile, teller, root, record, locked: &locked };
        outcome.differences = comparison.differences(&whole, &recorded);
        if document::needs_implicit_source(root) && record.sources.is_empty() {
            outcome.differences.clear();
            outcome.undecided.push("neither file says which index is meant".to_owned());
        }
    } else {
        outcome.differences = vec![teller.undigested("digest of the Pipfile")];
    }
    outcome
}

/// The digest in the lockfile. Where `_meta` is gone pipenv makes it anew, with names as they are written.
fn recorded_digest(facts: &Facts, lockfile: Link<Lockfile>, record: &PipenvRecord, raw: &Json) -> Value<String> {
    if record.is_object && !record.has_meta {
        return Value::derived(raw.digest(Separators::Compact));
    }
    facts[lockfile].recorded_digest.clone()
}

/// pipenv takes a lockfile that it cannot read for one that is out of date.
fn unreadable(facts: &Facts, lockfile: Link<Lockfile>, teller: Teller) -> super::Difference {
    let path = &facts[lockfile].header.path;
    let problem = facts.problems.iter().find(|problem| problem.header.path == *path);
    let reason = problem.map_or("it holds no object", |problem| &problem.explanation);
    let explanation = format!("Pipfile.lock cannot be read ({reason}), which pipenv takes for out of date");
    teller.difference("digest", "Pipfile.lock", None, Value::absent(), explanation)
}

/// The categories of a Pipfile. What stands before the first table belongs to the source that is implied.
fn categories(root: Node<'_>) -> impl Iterator<Item = Category<'_>> {
    let is_sourceless = document::needs_implicit_source(root);
    root.own_entries().filter_map(move |entry| {
        let table = entry.key.scalar()?;
        if OTHER_TABLES.contains(&table) || (is_sourceless && document::is_bare(entry)) {
            return None;
        }
        let name = match table {
            "packages" => "default",
            "dev-packages" => "develop",
            other => other,
        };
        Some(Category { table, name, entry })
    })
}

/// The name of a package as it is hashed.
fn hashed_name(name: &str, is_normal: bool) -> String {
    if is_normal { normalize(name) } else { name.to_owned() }
}

/// Whether a value is a text in quotes; dates are without.
fn quoted(node: Node<'_>) -> Option<&str> {
    node.text().filter(|_| node.style() != Style::Plain)
}
