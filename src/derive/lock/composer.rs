//! composer.lock against composer.json, as `composer validate` checks it.
//!
//! Two tests: the digest of the manifest, and whether each requirement is met by a locked
//! package. The second one explains most of what the first one finds.

mod schema;
mod undo;

use std::collections::BTreeSet;

use self::undo::Edit;
use super::{Difference, Outcome, Pairing, Seen, Tool, Weight, no_workspaces};
use crate::composer::constraint::Constraint;
use crate::composer::version::Version;
use crate::composer::{digest, is_platform};
use crate::facts::recorded::{ComposerRecord, Recorded};
use crate::facts::{Link, LockedPackage, Lockfile, Manifest};
use crate::source::Span;
use crate::syntax::{Document, Entry, Node};
use crate::value::Value;

/// Composer.
pub(super) const TOOL: Tool = Tool {
    name: "composer",
    ecosystem: "php",
    files: &["composer.lock"],
    pairing: Pairing::Beside { formats: &["composer"], workspaces: no_workspaces },
    compare,
};

/// Keys whose content is part of the digest and stands nowhere else in a lockfile.
const UNRECORDED: &[&str] = &["extra", "conflict", "provide", "replace", "repositories"];

const REMEDY: &str = "composer update --lock";

fn compare(seen: Seen<'_>, lockfile: Link<Lockfile>) -> Outcome {
    let mut outcome = Outcome::default();
    let Recorded::Composer(record) = &seen.facts[lockfile].recorded else { return outcome };
    let Some(manifest) = seen.facts[lockfile].manifests.first().copied() else { return outcome };
    let Some(document) = &seen.facts[manifest].document else { return outcome };
    let packages: Vec<(Link<LockedPackage>, &LockedPackage)> =
        seen.lookup.packages(lockfile).map(|link| (link, &seen.facts[link])).collect();
    let comparison = Comparison { manifest, root: document.root(), record, packages };
    if let Some(fault) = schema::fault(document.root()) {
        outcome.refusal = Some(Value::written(fault.message, fault.span));
    }
    let mut unmet = comparison.unmet(&mut outcome);
    outcome.differences.append(&mut unmet);
    comparison.reach(&mut outcome);
    let recorded = &seen.facts[lockfile].recorded_digest;
    if !comparison.is_same(document, recorded, &mut outcome) {
        let mut told = comparison.settings();
        told.append(&mut comparison.left_over());
        outcome.differences.append(&mut told);
        if outcome.differences.is_empty() {
            let edit = recorded.known().and_then(|recorded| comparison.undone(recorded));
            outcome.differences.push(edit.unwrap_or_else(|| comparison.reworded(recorded)));
        }
    }
    outcome
}

struct Comparison<'a> {
    manifest: Link<Manifest>,
    root: Node<'a>,
    record: &'a ComposerRecord,
    packages: Vec<(Link<LockedPackage>, &'a LockedPackage)>,
}

impl<'a> Comparison<'a> {
    /// The requirements of the manifest, and whether each is for development.
    fn asked(&self) -> impl Iterator<Item = (Entry<'a>, String, &'a str, bool)> {
        let root = self.root;
        [("require", false), ("require-dev", true)].into_iter().flat_map(move |(key, is_dev)| {
            root.get(key).into_iter().flat_map(Node::own_entries).filter_map(move |entry| {
                Some((entry, entry.key.text()?.to_ascii_lowercase(), entry.value.text()?, is_dev))
            })
        })
    }

    /// The packages of a name or in its place, those for development only where these count.
    fn named(&self, name: &str, with_dev: bool) -> impl Iterator<Item = usize> {
        let is_it = move |index: &usize| {
            let passes = &self.record.packages[*index];
            let provides = || passes.provides.iter().any(|provided| **provided == *name);
            (with_dev || !passes.is_dev) && (self.packages[*index].1.contents.package == name || provides())
        };
        (0..self.packages.len()).filter(is_it)
    }

    /// Whether a locked package meets a constraint; what it provides is taken to.
    fn meets(&self, index: usize, name: &str, constraint: &Constraint) -> bool {
        let (_, package) = self.packages[index];
        let version = package.contents.version.known().map_or("", String::as_str);
        let aliases = self.record.packages[index].aliases.iter().map(|alias| &**alias);
        let mut versions = std::iter::once(version).chain(aliases);
        package.contents.package != name
            || versions.any(|text| Version::parse(text).is_none_or(|version| constraint.admits(&version)))
    }

    /// Requirements that no locked package meets.
    fn unmet(&self, outcome: &mut Outcome) -> Vec<Difference> {
        let mut found = Vec::new();
        for (entry, name, range, is_dev) in self.asked() {
            if is_platform(&name) || range == "self.version" {
                continue;
            }
            if entry.key.text() != Some(&*name) {
                let message =
                    format!("{} has capital letters, which Composer refuses", entry.key.text().unwrap_or_default());
                outcome.refusal.get_or_insert(Value::written(message, entry.key.inner_span()));
                continue;
            }
            let Some(constraint) = Constraint::parse(range) else {
                let message = format!("{name}: `{range}` is not a constraint");
                outcome.refusal.get_or_insert(Value::written(message, entry.value.inner_span()));
                continue;
            };
            let candidates: Vec<usize> = self.named(&name, is_dev).collect();
            if candidates.iter().any(|index| self.meets(*index, &name, &constraint)) {
                continue;
            }
            let (recorded, explanation) = match candidates.first() {
                None if self.named(&name, true).next().is_some() => {
                    (Value::absent(), format!("{name} is locked for development only"))
                }
                None => (Value::absent(), format!("{name} {range} is not in the lockfile")),
                Some(index) => {
                    let (link, package) = self.packages[*index];
                    outcome.violated.push((link, Value::written(format!("{name} {range}"), entry.value.inner_span())));
                    let version = package.contents.version.known().map_or("", String::as_str);
                    (package.version(), format!("{name} {range} is asked for, {version} is locked"))
                }
            };
            found.push(self.difference("requirement", &name, entry.value, recorded, explanation));
        }
        found
    }

    /// Whether the digest is the one that is recorded.
    fn is_same(&self, document: &Document, recorded: &Value<String>, outcome: &mut Outcome) -> bool {
        if recorded.known().is_none_or(String::is_empty)
            && let Some(whole) = self.record.whole_digest.as_ref()
        {
            let now = digest::md5(document.text().as_bytes());
            return *whole.text == *now;
        }
        let now = digest::content_hash(self.root);
        let is_same = recorded.known() == Some(&now);
        outcome.manifest_digest = Value::derived(now);
        is_same
    }

    /// Settings that the lockfile records besides the digest.
    fn settings(&self) -> Vec<Difference> {
        let mut found = Vec::new();
        for (entry, name, range, _) in self.asked().filter(|(_, name, ..)| is_platform(name)) {
            let known = self.record.platform.iter().find(|(noted, _)| *noted.text == *name);
            if known.is_some_and(|(_, constraint)| **constraint == *range) {
                continue;
            }
            let recorded =
                known.map_or_else(Value::absent, |(noted, range)| Value::written(range.to_string(), noted.span));
            let explanation = match known {
                Some((_, recorded)) => format!("{name} {range} is asked for, {recorded} was when it was locked"),
                None => format!("{name} {range} was not asked for when it was locked"),
            };
            found.push(self.difference("setting", &name, entry.value, recorded, explanation));
        }
        self.platform(&mut found);
        let stability = self.root.get("minimum-stability").and_then(|node| Some((node, node.text()?)));
        let asked = stability.map_or("stable", |(_, text)| text);
        if let Some(recorded) = &self.record.minimum_stability
            && !recorded.text.eq_ignore_ascii_case(asked)
        {
            let explanation = format!("minimum-stability is {asked}, it was {} when it was locked", recorded.text);
            let value = Value::written(recorded.text.to_string(), recorded.span);
            let place = stability.map_or(self.root, |(node, _)| node);
            found.push(self.difference("setting", "minimum-stability", place, value, explanation));
        }
        let asked = self.root.get("prefer-stable");
        let is_preferred = asked.and_then(Node::bool).unwrap_or(false);
        if self.record.prefer_stable.is_some_and(|recorded| recorded != is_preferred) {
            let explanation = format!("prefer-stable is {is_preferred}, it was not when it was locked");
            found.push(self.difference(
                "setting",
                "prefer-stable",
                asked.unwrap_or(self.root),
                Value::absent(),
                explanation,
            ));
        }
        found
    }

    /// The machine that `config.platform` pretends, against the one it was locked for.
    fn platform(&self, found: &mut Vec<Difference>) {
        let platform = self.root.at(&["config", "platform"]);
        for entry in platform.into_iter().flat_map(Node::own_entries) {
            let (Some(name), Some(version)) = (entry.key.text(), entry.value.scalar()) else { continue };
            let known = self.record.overrides.iter().find(|(noted, _)| *noted.text == *name);
            if known.is_some_and(|(_, recorded)| **recorded == *version) {
                continue;
            }
            let recorded =
                known.map_or_else(Value::absent, |(noted, version)| Value::written(version.to_string(), noted.span));
            let before = known.map_or("nothing", |(_, version)| version);
            let explanation = format!("the platform's {name} is {version}, it was {before} when it was locked");
            found.push(self.difference("setting", name, entry.value, recorded, explanation));
        }
        for (noted, version) in &self.record.overrides {
            if platform.is_none_or(|platform| platform.get(&noted.text).is_none()) {
                let place = platform.or_else(|| self.root.get("config")).unwrap_or(self.root);
                let explanation =
                    format!("the platform's {} was {version} when it was locked, and is not set any more", noted.text);
                let recorded = Value::written(version.to_string(), noted.span);
                found.push(self.difference("setting", &noted.text, place, recorded, explanation));
            }
        }
    }

    /// Locked packages that nothing asks for any more.
    fn left_over(&self) -> Vec<Difference> {
        let reached = self.reached();
        let left: Vec<usize> = (0..self.packages.len()).filter(|index| !reached.contains(index)).collect();
        let needed: BTreeSet<&str> = left
            .iter()
            .flat_map(|index| self.packages[*index].1.contents.edges.iter().map(|edge| &*edge.package))
            .collect();
        let tops = left.iter().filter(|index| !needed.contains(self.packages[**index].1.contents.package.as_str()));
        tops.map(|index| {
            let (_, package) = self.packages[*index];
            let key = if self.record.packages[*index].is_dev { "require-dev" } else { "require" };
            let place =
                self.root.entry(key).or_else(|| self.root.entry("require")).map_or(self.root, |entry| entry.key);
            let explanation = format!("{} is locked, and nothing asks for it any more", package.contents.package);
            self.difference("orphan", &package.contents.package, place, package.version(), explanation)
        })
        .collect()
    }

    fn reached(&self) -> BTreeSet<usize> {
        let mut reached = BTreeSet::new();
        let mut pending: Vec<usize> =
            self.asked().flat_map(|(_, name, ..)| self.named(&name, true).collect::<Vec<_>>()).collect();
        while let Some(index) = pending.pop() {
            if reached.insert(index) {
                let edges = &self.packages[index].1.contents.edges;
                pending.extend(edges.iter().flat_map(|edge| self.named(&edge.package, true)));
            }
        }
        reached
    }

    /// What needs what: leftovers, and edges that lead nowhere.
    fn reach(&self, outcome: &mut Outcome) {
        let reached = self.reached();
        for (index, (link, package)) in self.packages.iter().enumerate() {
            outcome.reachable.push((*link, Value::derived(reached.contains(&index))));
            for edge in &package.contents.edges {
                if self.named(&edge.package, true).next().is_none() && !self.is_provided(&edge.package) {
                    outcome.broken.push((*link, edge.package.to_string(), package.contents.place(edge.span)));
                }
            }
        }
    }

    /// Whether the project itself stands in for a package.
    fn is_provided(&self, name: &str) -> bool {
        let names = ["provide", "replace"].into_iter().filter_map(|key| self.root.get(key)).flat_map(Node::own_entries);
        let own = self.root.get("name").and_then(Node::text);
        own.into_iter().chain(names.filter_map(|entry| entry.key.text())).any(|known| known.eq_ignore_ascii_case(name))
    }

    /// The one edit that, undone, gives the recorded digest.
    fn undone(&self, recorded: &str) -> Option<Difference> {
        let locked = |name: &str| -> Vec<String> {
            let own = |index: usize| {
                let version = self.packages[index].1.contents.version.known().cloned();
                version.into_iter().chain(self.record.packages[index].aliases.iter().map(|alias| alias.to_string()))
            };
            self.named(name, true).flat_map(own).collect()
        };
        Some(match undo::find(self.root, recorded, &locked)? {
            Edit::Range(entry, before) => {
                let (name, range) = (entry.key.text()?, entry.value.text()?);
                let explanation = format!("{name} {range} is asked for, {before} was when it was locked");
                self.difference("requirement", name, entry.value, Value::derived(before), explanation)
            }
            Edit::Added(entry) => {
                let (name, range) = (entry.key.text()?, entry.value.text()?);
                let explanation = format!("{name} {range} was not asked for when it was locked");
                self.difference("requirement", name, entry.value, Value::absent(), explanation)
            }
            Edit::Key(entry) => {
                let name = entry.key.text()?;
                let explanation = format!("`{name}` was not there when it was locked");
                let difference = self.difference("setting", name, entry.key, Value::absent(), explanation);
                Difference { weight: Weight::Spelling, ..difference }
            }
        })
    }

    /// Nothing that is known differs, but the digest does.
    fn reworded(&self, recorded: &Value<String>) -> Difference {
        let explanation = "the digest of its requirements and settings differs, in order or wording".to_owned();
        let place = self.root.entry("require").map_or(self.root, |entry| entry.key);
        let difference = self.difference("digest", "content-hash", place, recorded.clone(), explanation);
        let unrecorded = UNRECORDED.iter().find_map(|key| self.root.entry(key));
        let cause = unrecorded.map_or_else(Value::absent, |entry| {
            let name = entry.key.text().unwrap_or_default();
            Value::written(format!("`{name}` counts too, and the lockfile does not record it"), entry.key.span())
        });
        Difference { weight: Weight::Spelling, cause, ..difference }
    }

    fn difference(
        &self,
        aspect: &'static str,
        subject: &str,
        place: Node<'_>,
        recorded: Value<String>,
        explanation: String,
    ) -> Difference {
        let span: Span =
            if place.is_map() { Span { end: place.span().start, ..place.span() } } else { place.inner_span() };
        let asked = match (aspect, place.scalar()) {
            ("requirement" | "setting", Some(text)) => Value::written(text.to_owned(), span),
            _ => Value { span: Some(span), ..Value::absent() },
        };
        Difference {
            manifest: Some(self.manifest),
            asked,
            recorded,
            ..Difference::of(aspect, subject, explanation, REMEDY)
        }
    }
}

#[cfg(test)]
mod tests;
