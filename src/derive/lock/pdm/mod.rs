//! pdm.lock against pyproject.toml, as `pdm lock --check` compares them: by one digest over the
//! project and the members of its workspace, or by the inputs that the lockfile records.

mod differences;
mod document;
mod inputs;
mod marker_text;
mod places;
#[cfg(test)]
mod tests;
mod wish;
mod workspace;

use sha2::{Digest, Sha256};

use self::document::{Form, document};
use super::asked::Locked;
use super::releases::Releases;
use super::shape::Fault;
use super::tell::Teller;
use super::{Outcome, Pairing, Seen, Tool};
use crate::facts::recorded::{PdmRecord, Recorded};
use crate::facts::{Facts, Link, Lockfile, Manifest};
use crate::path;
use crate::python::canonical_json::{Separators, hex};
use crate::syntax::{Document, Node};
use crate::value::{State, Value};

/// PDM.
pub(super) const TOOL: Tool = Tool {
    name: "pdm",
    ecosystem: "python",
    files: &["pdm.lock"],
    pairing: Pairing::Beside { formats: &["pyproject"], workspaces: workspace::all },
    compare,
};

/// The format that PDM 2.29.3 writes: it reads the same major and no higher minor version.
const FORMAT: (u64, u64) = (4, 5);

/// Since then the inputs can be recorded (its changelog, read 2026-11).
const INPUTS_SINCE: &[u64] = &[2, 28, 1];

/// The format of releases that hash in one way only.
const NEWEST: &str = "4.5.1";

/// Algorithms by which PDM can hash; it stops at others.
const ALGORITHMS: &[&str] = &["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "blake2b", "blake2s"];

/// A manifest of the workspace: its directory as the root sees it, empty for the root.
#[derive(Debug, Clone, Copy)]
struct Member<'a> {
    manifest: Link<Manifest>,
    directory: &'a str,
    tree: &'a Document,
    /// Whether it leads a workspace.
    leads: bool,
}

fn compare(seen: Seen<'_>, lockfile: Link<Lockfile>) -> Outcome {
    let facts = seen.facts;
    let mut outcome = Outcome::default();
    let Recorded::Pdm(record) = &facts[lockfile].recorded else { return outcome };
    let releases = Releases::stated(facts, TOOL.name, path::directory(&facts[lockfile].header.path));
    let members = members(facts, lockfile, &releases);
    let Some(root) = members.first() else { return outcome };
    let teller = Teller { manifest: root.manifest, remedy: "pdm lock" };
    if let Some(stop) = marked(facts, lockfile, &members).or_else(|| unreadable_format(facts, lockfile)) {
        outcome.refusal = Some(Value::written(stop.message, stop.span));
        return outcome;
    }
    if let Some(difference) = other_format(facts, lockfile, teller) {
        outcome.differences = vec![difference];
        return outcome;
    }
    if root.tree.root().get("project").is_none() && root.tree.root().at(&["tool", "poetry"]).is_some() {
        outcome.undecided.push("PDM would convert the tables of Poetry first".to_owned());
        return outcome;
    }
    let locked = Locked::new(facts, seen.lookup.packages(lockfile));
    let comparison = differences::Comparison { seen, lockfile, teller, record, members: &members, locked: &locked };
    let mut outcome = comparison.integrity();
    let found = match record.inputs.is_some() {
        _ if releases.are_before(INPUTS_SINCE) => by_digest(&comparison, &releases),
        true => inputs::compare(&comparison),
        false => by_record(&comparison, teller, &releases),
    };
    outcome.differences = found.differences;
    outcome.undecided = found.undecided;
    outcome.refusal = found.refusal;
    outcome.manifest_digest = found.manifest_digest;
    outcome.version_dependent = found.version_dependent;
    outcome
}

/// By the digest, unless the project wants its inputs to be recorded.
fn by_record(comparison: &differences::Comparison<'_>, teller: Teller, releases: &Releases) -> Outcome {
    let mut outcome = Outcome::default();
    let Some(root) = comparison.members.first() else { return outcome };
    if let Some(wanted) = wanted_inputs(root.tree.root()) {
        let explanation = "lock_inputs is on, and the lockfile records no inputs".to_owned();
        let place = Some(wanted.span());
        outcome.differences = vec![teller.difference("setting", "lock_inputs", place, Value::absent(), explanation)];
        return outcome;
    }
    by_digest(comparison, releases)
}

fn by_digest(comparison: &differences::Comparison<'_>, releases: &Releases) -> Outcome {
    let mut outcome = Outcome::default();
    let facts = comparison.seen.facts;
    let own = Form::OLDER.iter().rev().find(|(_, since)| releases.are_before(since));
    let digest = match composite(comparison.members, own.map_or(Form::Now, |(form, _)| *form)) {
        Ok(digest) => digest,
        Err(fault) => {
            outcome.refusal = Some(Value::written(fault.message, fault.span));
            return outcome;
        }
    };
    outcome.manifest_digest = Value::derived(format!("sha256:{digest}"));
    let recorded = &facts[comparison.lockfile].recorded_digest;
    let text = recorded.known().map_or("", String::as_str);
    let Some((algorithm, target)) = text.split_once(':').filter(|(_, target)| !target.is_empty()) else {
        outcome.differences = vec![comparison.teller.undigested("content_hash")];
        return outcome;
    };
    let lower = algorithm.to_lowercase();
    if !ALGORITHMS.contains(&&*lower) && !lower.starts_with("sha3_") {
        outcome.refusal =
            Some(Value { span: recorded.span, ..Value::derived(format!("PDM cannot hash by `{algorithm}`")) });
        return outcome;
    }
    let is_usual = lower == "sha256";
    if is_usual && target == digest {
        return outcome;
    }
    let is_older = facts[comparison.lockfile].format_version.known().is_some_and(|version| version != NEWEST);
    let open = Form::OLDER.iter().filter(|(_, since)| is_older && is_usual && releases.since(since).is_none());
    for (form, since) in open {
        if composite(comparison.members, *form).is_ok_and(|digest| digest == target) {
            let [major, minor] = since;
            let note = format!("releases before {major}.{minor} take it for fresh, later ones for stale");
            outcome.version_dependent.push(note);
            return outcome;
        }
    }
    outcome.differences = comparison.differences(if is_usual { target } else { "" });
    outcome
}

/// The digest of the root, or that of the root and all members.
fn composite(members: &[Member<'_>], form: Form) -> Result<String, document::Unhashable> {
    let each = members.iter().map(|member| Ok(document(member.tree.root(), form)?.digest(Separators::Spaced)));
    let digests: Vec<String> = each.collect::<Result<_, document::Unhashable>>()?;
    Ok(joined(members, &digests))
}

/// The digest over the digests of a workspace; that of the project itself where there is none.
fn joined(members: &[Member<'_>], digests: &[String]) -> String {
    let Some((own, others)) = digests.split_first() else { return String::new() };
    let is_workspace = members.first().is_some_and(|root| root.leads);
    if !is_workspace {
        return own.clone();
    }
    let mut hash = Sha256::new_with_prefix(own);
    for (member, digest) in members[1..].iter().zip(others) {
        hash.update([0]);
        hash.update(member.directory);
        hash.update([0]);
        hash.update(digest);
    }
    hex(&hash.finalize())
}

fn has_workspace(root: Node<'_>) -> bool {
    root.at(&["tool", "pdm", "workspace"]).is_some_and(|table| table.own_entries().next().is_some())
}

/// The manifests, the root first, its members by their paths.
fn members<'a>(facts: &'a Facts, lockfile: Link<Lockfile>, releases: &Releases) -> Vec<Member<'a>> {
    let manifests = &facts[lockfile].manifests;
    let directory = |link: Link<Manifest>| path::directory(&facts[link].header.path);
    let top = manifests.first().map_or("", |root| directory(*root));
    let member = |manifest: &Link<Manifest>| {
        let own = directory(*manifest);
        let tree = facts[*manifest].document.as_deref()?;
        let directory = if own == top { "" } else { path::relative_to(own, top)? };
        let leads = own == top && has_workspace(tree.root()) && !releases.are_before(workspace::SINCE);
        Some(Member { manifest: *manifest, directory, tree, leads })
    };
    let mut members: Vec<Member<'_>> = manifests.iter().filter_map(member).collect();
    members.sort_by_key(|member| member.directory);
    members
}

fn marked(facts: &Facts, lockfile: Link<Lockfile>, members: &[Member<'_>]) -> Option<Fault> {
    let marked = members.iter().find(|member| facts[member.manifest].has_byte_order_mark);
    let place = marked.map(|member| member.tree.root().span().part(0..0));
    let place = place.or_else(|| facts[lockfile].has_byte_order_mark.then_some(facts[lockfile].header.span))?;
    Some(Fault::new("PDM reads no file with a byte order mark", place))
}

fn version(text: &str) -> Option<(u64, u64)> {
    let version: crate::python::Version = text.parse().ok()?;
    let release = version.release();
    Some((*release.first()?, release.get(1).copied().unwrap_or(0)))
}

fn unreadable_format(facts: &Facts, lockfile: Link<Lockfile>) -> Option<Fault> {
    let recorded = &facts[lockfile].format_version;
    if let State::Unknown(reason) = &recorded.state {
        return Some(Fault::new(reason.to_string(), recorded.span.unwrap_or(facts[lockfile].header.span)));
    }
    let text = recorded.known().filter(|text| !text.is_empty())?;
    let place = recorded.span.unwrap_or(facts[lockfile].header.span);
    version(text).is_none().then(|| Fault::new(format!("the lock_version `{text}` is not a version"), place))
}

/// A format that PDM does not read, which it calls out of date.
fn other_format(facts: &Facts, lockfile: Link<Lockfile>, teller: Teller) -> Option<super::Difference> {
    let recorded = &facts[lockfile].format_version;
    let found = recorded.known().and_then(|text| version(text));
    let explanation = match found {
        None => "the lockfile records no lock_version".to_owned(),
        Some((major, minor)) if major != FORMAT.0 || minor > FORMAT.1 => {
            let text = recorded.known().map_or("", String::as_str);
            format!("the lockfile has the format {text}, PDM reads {}.0 to {}.{}", FORMAT.0, FORMAT.0, FORMAT.1)
        }
        Some(_) => return None,
    };
    Some(teller.difference("setting", "lock_version", None, recorded.clone(), explanation))
}

/// The setting by which the inputs are to be recorded.
fn wanted_inputs(root: Node<'_>) -> Option<Node<'_>> {
    root.at(&["tool", "pdm", "resolution", "lock_inputs"]).filter(|wanted| wanted.bool() == Some(true))
}

impl PdmRecord {
    /// The groups that were locked, `default` where the lockfile does not tell.
    fn locked_groups(&self) -> std::collections::BTreeSet<String> {
        match &self.groups {
            Some(groups) => groups.iter().map(|noted| crate::python::name::normalize(&noted.text)).collect(),
            None => ["default".to_owned()].into(),
        }
    }
}
