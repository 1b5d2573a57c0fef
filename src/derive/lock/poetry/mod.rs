//! poetry.lock against pyproject.toml, as `poetry check --lock` compares them: by one digest.

mod asked;
mod differences;
mod document;
mod places;
mod schema;
#[cfg(test)]
mod tests;
mod validate;

use std::collections::BTreeSet;
use std::str::FromStr;

use super::asked::{Locked, Wanted};
use super::integrity::Integrity;
use super::releases::Releases;
use super::shape::Fault;
use super::{Outcome, Pairing, Seen, Tool, no_workspaces};
use crate::facts::recorded::{PoetryRecord, Recorded};
use crate::facts::{Facts, Link, Lockfile};
use crate::path;
use crate::python::Version;
use crate::python::canonical_json::{Json, Separators};
use crate::python::poetry_constraint::Constraint;
use crate::syntax::Node;
use crate::value::Value;

/// Poetry.
pub(super) const TOOL: Tool = Tool {
    name: "poetry",
    ecosystem: "python",
    files: &["poetry.lock"],
    pairing: Pairing::Beside { formats: &["pyproject"], workspaces: no_workspaces },
    compare,
};

/// Locks of older releases leave `[dependency-groups]` out of the digest.
const GROUPS_SINCE: &str = "2.3.0";

/// The release that put groups into the digest and looks for readmes (its changelog, read 2026-11).
const MORE_SINCE: &[u64] = &[2, 3];

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
    let integrity = Integrity {
        locked: &locked,
        reached: &reached,
        asked: &wish.asked,
        python: &python,
        set_aside: &BTreeSet::new(),
        wanted: |range| Some(Wanted::Constraint(Constraint::from_str(range).ok()?)),
    };
    let mut outcome = integrity.measure();
    let releases = Releases::stated(facts, TOOL.name, path::directory(&facts[lockfile].header.path));
    let knows_less = releases.are_before(MORE_SINCE);
    let check = validate::Check {
        root,
        looks_for_readmes: !knows_less,
        path: &facts[manifest].header.path,
        files: seen.around.files,
        is_old: releases.since(&[2]).map_or_else(|| is_old(&facts[lockfile], record), |is_new| !is_new),
    };
    let marked =
        |has_mark: bool, span| has_mark.then(|| Fault::new("Poetry reads no file with a byte order mark", span));
    let settings = path::join(path::directory(check.path), "poetry.toml").unwrap_or_default();
    let broken = facts.problems.iter().find(|problem| *problem.header.path == *settings);
    let broken = broken.map(|problem| Fault::new(format!("{settings} cannot be read"), problem.header.span));
    // Poetry loads the whole project before it looks at the lockfile.
    let stop = broken
        .or_else(|| marked(facts[manifest].has_byte_order_mark, root.span().part(0..0)))
        .or_else(|| check.stop())
        .or_else(|| wish.unreadable.first().map(|(reason, span)| Fault::new(reason.as_str(), *span)))
        .or_else(|| {
            let first = wish.turned.first().filter(|_| !check.is_old);
            first.map(|(reason, span)| Fault::new(reason.as_str(), *span))
        })
        .or_else(|| marked(facts[lockfile].has_byte_order_mark, facts[lockfile].header.span));
    if let Some(stop) = stop {
        outcome.refusal = Some(Value::written(stop.message, stop.span));
        return outcome;
    }
    let whole = match document::document(root, !knows_less) {
        Ok(whole) => whole,
        Err(date) => {
            outcome.refusal = Some(Value::written("Poetry cannot hash a date".to_owned(), date.span));
            return outcome;
        }
    };
    outcome.manifest_digest = Value::derived(whole.digest(Separators::Spaced));
    let hashed = match knows_less {
        true => vec![(whole, false)],
        false => hashed_like(facts, lockfile, record, root, whole),
    };
    let recorded = facts[lockfile].recorded_digest.known();
    let is_recorded = |json: &Json| recorded.is_some_and(|recorded| json.digest(Separators::Spaced) == *recorded);
    let is_fresh_to_old = check.is_old && document::old_document(root).is_ok_and(|json| is_recorded(&json));
    if is_fresh_to_old && root.get("project").is_some() {
        let note = "Poetry 1 takes it for fresh, Poetry 2 hashes [project] too and takes it for stale";
        outcome.version_dependent.push(note.to_owned());
    }
    if is_fresh_to_old || hashed.iter().any(|(json, _)| is_recorded(json)) {
        outcome.refusal = check.fault().map(|fault| Value::written(fault.message, fault.span));
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

/// Whether Poetry 1 wrote the lockfile: its first line says so, or else its format.
fn is_old(lockfile: &Lockfile, record: &PoetryRecord) -> bool {
    let parse = |text: &str| Version::from_str(text).ok();
    let least = |version: &Version, text: &str| parse(text).is_some_and(|least| *version >= least);
    match (record.writer.as_deref().and_then(parse), lockfile.format_version.known().and_then(|text| parse(text))) {
        (Some(writer), _) => !least(&writer, "2.0.0"),
        (None, Some(format)) => !least(&format, "2.1"),
        (None, None) => false,
    }
}
