//! yarn.lock of Yarn 1 against the root manifest, as `yarn install --frozen-lockfile` of Yarn 1.22 compares them.
//!
//! Yarn asks for one thing: that each requirement of the root, as text, is a pattern of the
//! lockfile whose version satisfies it. It looks neither at members of a workspace nor at
//! what packages ask for; what a plain install would change there is told apart.

mod closure;
mod resolution;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use super::{Difference, Outcome, Seen};
use crate::facts::recorded::Recorded;
use crate::facts::{Link, Lockfile, Manifest};
use crate::node::manifest::{self, Group, Stated};
use crate::node::range::Range;
use crate::node::specifier::Specifier;
use crate::node::version::{self, Mode};
use crate::node::yarn_lock::{Entry, YarnLock};
use crate::path;
use crate::syntax::Node;
use crate::value::Value;

/// What is said of the line at which Yarn stops reading.
const END: &str = "this line is indented too far, and Yarn reads none from here on";

/// The command that mends a lockfile.
const REMEDY: &str = "yarn install";

/// A lockfile with what is needed to look things up in it.
struct Locked<'a> {
    lock: &'a YarnLock,
    /// Entries by pattern; of a pattern that stands twice the last one.
    by_pattern: HashMap<&'a str, usize>,
    /// Versions of the workspace's members, by name.
    members: HashMap<&'a str, &'a str>,
    /// What members ask for: their name, and name and range of the requirement.
    asked_by_members: Vec<(&'a str, &'a str, &'a str)>,
}

impl<'a> Locked<'a> {
    fn new(seen: Seen<'a>, lockfile: Link<Lockfile>, lock: &'a YarnLock) -> Self {
        let entries = lock.entries.iter().enumerate();
        let keys = entries.flat_map(|(index, entry)| entry.keys.iter().map(move |key| (&*key.text, index)));
        let text = |node: Node<'a>, key| node.get(key).and_then(Node::text);
        let manifests = seen.facts[lockfile].manifests.iter().skip(1);
        let roots = manifests.filter_map(|link| seen.facts[*link].document.as_deref()).map(|document| document.root());
        let roots: Vec<Node<'a>> = roots.collect();
        let members = roots.iter().filter_map(|root| Some((text(*root, "name")?, text(*root, "version")?)));
        let asks = |root: &Node<'a>| {
            let name = text(*root, "name").unwrap_or_default();
            asked(*root).into_iter().filter_map(move |one| Some((name, one.name, one.text?)))
        };
        let asked_by_members = roots.iter().flat_map(asks).collect();
        Self { lock, by_pattern: keys.collect(), members: members.collect(), asked_by_members }
    }

    /// The entry of a requirement: that of its very text, or of its name alone.
    fn entry(&self, name: &str, range: &str) -> Option<usize> {
        let own = self.by_pattern.get(name).or_else(|| self.by_pattern.get(format!("{name}@{range}").as_str()));
        own.copied()
    }

    /// Whether a member of the workspace answers a requirement.
    fn is_member(&self, name: &str, range: &str) -> bool {
        self.members.get(name).is_some_and(|held| satisfies(held, range) == Some(true))
    }
}

/// Whether a version is of a range; `None` where one of the two is none.
fn satisfies(held: &str, range: &str) -> Option<bool> {
    let Specifier::Range(range) = Specifier::of(range) else { return None };
    Some(Range::parse(range, Mode::Loose)?.admits(&version::parse(held, Mode::Loose)?))
}

/// Whether the version of an entry contradicts the range it is locked for.
fn contradicts(entry: &Entry, range: &str) -> bool {
    entry.version.as_ref().is_some_and(|held| satisfies(&held.text, range) == Some(false))
}

/// The requirements of a manifest that Yarn installs: of one name the optional one, then that of use, then that of development.
fn asked(root: Node<'_>) -> Vec<Stated<'_>> {
    let mut names = HashSet::new();
    let groups = [Group::Optional, Group::Main, Group::Dev].into_iter().flat_map(|group| manifest::group(root, group));
    groups.filter(|one| names.insert(one.name)).collect()
}

/// Compares a lockfile with its manifests.
pub(super) fn compare(seen: Seen<'_>, lockfile: Link<Lockfile>) -> Outcome {
    let mut outcome = Outcome::default();
    let fact = &seen.facts[lockfile];
    let Recorded::Yarn(lock) = &fact.recorded else { return outcome };
    let Some(manifest) = fact.manifests.first().copied() else { return outcome };
    let Some(document) = seen.facts[manifest].document.as_deref() else { return outcome };
    if lock.has_conflict {
        let explanation = "Yarn merges the two sides of a conflict and has to write the file anew";
        outcome.differences.push(Difference::whole(explanation, REMEDY));
        return outcome;
    }
    let locked = Locked::new(seen, lockfile, lock);
    outcome.refusal = refusal(seen, lockfile, document.root());
    for one in asked(document.root()) {
        if let Some(difference) = difference(&locked, manifest, document.root(), one) {
            outcome.differences.push(difference);
        }
    }
    closure::measure(seen, lockfile, &locked, document.root(), &mut outcome);
    outcome
}

/// What stops Yarn: a workspace that may be published, members of one name, a directory that is not there.
fn refusal(seen: Seen<'_>, lockfile: Link<Lockfile>, root: Node<'_>) -> Option<Value<String>> {
    let facts = seen.facts;
    let workspaces =
        root.entry("workspaces").filter(|_| manifest::workspaces(root).is_some_and(|list| !list.is_empty()));
    if let Some(entry) = workspaces.filter(|_| root.get("private").and_then(Node::bool) != Some(true)) {
        return Some(Value::written("a workspace has to be private".to_owned(), entry.key.span()));
    }
    let mut names: HashSet<&str> = HashSet::new();
    for member in facts[lockfile].manifests.iter().skip(1) {
        let project = &facts[*member].project;
        if let Some(name) = project.known().filter(|name| !names.insert(name)) {
            let message = format!("two members of the workspace are called {name}");
            return Some(Value { span: project.span, ..Value::derived(message) });
        }
    }
    let directory = path::directory(&facts[lockfile].header.path);
    for one in asked(root) {
        let Some(Specifier::File(near)) = one.text.map(Specifier::of) else { continue };
        let is_archive = [".tgz", ".tar.gz", ".tar"].iter().any(|end| near.ends_with(end));
        let Some(at) = path::join(directory, near).filter(|_| !is_archive) else { continue };
        let is_there = at.is_empty() || seen.around.files.has(&format!("{at}/package.json"));
        if !is_there && !seen.around.files.can_follow(&format!("{at}/package.json")) {
            return Some(Value::written(format!("there is no {at}/package.json"), one.value.span()));
        }
    }
    None
}

fn difference(locked: &Locked<'_>, manifest: Link<Manifest>, root: Node<'_>, one: Stated<'_>) -> Option<Difference> {
    let range = one.text?;
    if locked.is_member(one.name, range) {
        return None;
    }
    let entry = locked.entry(one.name, range).map(|index| &locked.lock.entries[index]);
    let replaced =
        entry.and_then(|entry| Some((entry, resolution::that_replaces(locked, root, (one.name, range), entry)?)));
    if let Some((entry, resolution)) = replaced {
        return Some(overruled(manifest, one.name, range, entry, &resolution));
    }
    let (recorded, explanation) = match entry {
        // Yarn forgets a pattern that its version contradicts, and asks anew; the bare name it keeps.
        Some(entry) if contradicts(entry, range) && !locked.by_pattern.contains_key(one.name) => {
            let held = entry.version.as_ref()?;
            let explanation = format!("{} {range} is asked for, {} is locked", one.name, held.text);
            (Value::written(held.text.to_string(), held.span), explanation)
        }
        Some(_) => return None,
        None => (other_pattern(locked, one.name), format!("{} {} is not in the lockfile", one.name, shown(range))),
    };
    let end = locked.lock.end.filter(|_| entry.is_none());
    Some(Difference {
        manifest: Some(manifest),
        cause: end.map_or_else(Value::absent, |end| Value::written(END.to_owned(), end)),
        asked: Value::written(range.to_owned(), one.value.inner_span()),
        recorded,
        ..Difference::of("requirement", one.name, explanation, REMEDY)
    })
}

fn overruled(
    manifest: Link<Manifest>,
    name: &str,
    range: &str,
    entry: &Entry,
    resolution: &resolution::Resolution<'_>,
) -> Difference {
    let held = entry.version.as_ref().map_or("nothing", |of| &*of.text);
    let explanation =
        format!("the resolution of {name} is {}, {held} is locked for {}", resolution.wanted, shown(range));
    Difference {
        manifest: Some(manifest),
        aspect: "requirement",
        subject: name.to_owned(),
        asked: Value::written(resolution.wanted.to_owned(), resolution.span),
        recorded: entry.version.as_ref().map_or_else(Value::absent, |of| Value::written(of.text.to_string(), of.span)),
        ..Difference::whole(&explanation, REMEDY)
    }
}

/// What the lockfile has for a name instead.
fn other_pattern(locked: &Locked<'_>, name: &str) -> Value<String> {
    let keys = locked.lock.entries.iter().flat_map(|entry| &entry.keys);
    let own = |key: &&crate::node::lock::Written| key.text.strip_prefix(name).is_some_and(|rest| rest.starts_with('@'));
    keys.into_iter().find(own).map_or_else(Value::absent, |key| Value::written(key.text.to_string(), key.span))
}

fn shown(range: &str) -> &str {
    if range.is_empty() { "(empty)" } else { range }
}
