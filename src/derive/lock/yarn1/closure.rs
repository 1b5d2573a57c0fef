//! What follows from all manifests of a workspace, which Yarn 1 does not check: entries that are missing, left over, or contradict what is asked.

use std::collections::HashSet;

use super::{END, Locked, asked, contradicts, resolution, shown};
use crate::derive::lock::unasked::Found;
use crate::derive::lock::{Outcome, Rewrite, Seen};
use crate::facts::{Link, LockedPackage, Lockfile};
use crate::node::lock::Written;
use crate::node::specifier::Specifier;
use crate::node::yarn_lock::pattern;
use crate::source::Span;
use crate::syntax::Node;
use crate::value::Value;

/// Walks from the manifests through the entries, and notes what it meets.
pub(super) fn measure(
    seen: Seen<'_>,
    lockfile: Link<Lockfile>,
    locked: &Locked<'_>,
    root: Node<'_>,
    outcome: &mut Outcome,
) {
    let facts: Vec<Link<LockedPackage>> = seen.lookup.packages(lockfile).collect();
    let forced = forced(root);
    let mut met = vec![false; locked.lock.entries.len()];
    let mut used: HashSet<&str> = HashSet::new();
    let mut pending: Vec<usize> = Vec::new();
    let mut rewrites: Vec<Rewrite> = Vec::new();
    for manifest in &seen.facts[lockfile].manifests {
        let fact = &seen.facts[*manifest];
        let Some(document) = fact.document.as_deref() else { continue };
        let top = seen.facts[lockfile].header.span;
        for one in asked(document.root()) {
            let place = one.value.inner_span();
            let wish = |phrase: String| {
                let asked = Value::written(format!("{} {}", one.name, shown(one.text.unwrap_or(""))), place);
                Rewrite { phrase, span: top, asked: Some(asked) }
            };
            let Some(range) = one.text.filter(|range| !locked.is_member(one.name, range)) else { continue };
            match locked.entry(one.name, range) {
                Some(index) => {
                    used.extend(key_of(locked, index, one.name, range));
                    pending.push(index);
                    answer(seen, *manifest, one.value.inner_span(), facts.get(index), outcome);
                    if contradicts(&locked.lock.entries[index], range) && !forced.contains(one.name) {
                        rewrites.push(wish(format!(
                            "{} asks for {} {range}, which its entry contradicts",
                            fact.header.path, one.name
                        )));
                    }
                }
                None if forced.contains(one.name) => {}
                None => {
                    rewrites.push(wish(format!(
                        "{} asks for {} {}, which it does not have",
                        fact.header.path,
                        one.name,
                        shown(range)
                    )));
                }
            }
        }
    }
    while let Some(index) = pending.pop() {
        if std::mem::replace(&mut met[index], true) {
            continue;
        }
        let entry = &locked.lock.entries[index];
        if entry.version.is_none()
            && let Some(key) = entry.keys.first()
        {
            outcome.refusal = Some(Value::written(format!("{} has no version", key.text), key.span));
        }
        for one in &entry.requires {
            if forced.contains(&*one.name) || locked.is_member(&one.name, &one.range.text) {
                continue;
            }
            let Some(to) = locked.entry(&one.name, &one.range.text) else {
                if let Some(package) = facts.get(index).filter(|_| !one.is_optional) {
                    outcome.broken.push((*package, one.name.to_string(), one.range.span));
                }
                rewrites
                    .push(rewrite(format!("it does not have {} {}", one.name, shown(&one.range.text)), one.range.span));
                continue;
            };
            used.extend(key_of(locked, to, &one.name, &one.range.text));
            pending.push(to);
            if contradicts(&locked.lock.entries[to], &one.range.text)
                && let Some(package) = facts.get(to)
            {
                let from = entry.keys.first().map_or("", |key| pattern(&key.text).0);
                let text = format!("{} {} of {from}", one.name, one.range.text);
                outcome.violated.push((*package, Value::written(text, one.range.span)));
                rewrites.push(rewrite(format!("{} {} is not what it has", one.name, one.range.text), one.range.span));
            }
        }
    }
    unasked(seen, locked, &forced, &facts, outcome);
    left_over(locked, &forced, &used, &mut rewrites);
    rewrites.extend(locked.lock.end.map(|end| rewrite(END.to_owned(), end)));
    note_reach(locked, &forced, &met, &facts, outcome);
    if outcome.differences.is_empty() && outcome.refusal.is_none() {
        outcome.tidy = Some(if rewrites.is_empty() { "same" } else { "changed" });
        outcome.rewrites = rewrites;
    }
}

/// The names that `resolutions` decide: what is asked of them elsewhere says nothing about the lockfile.
fn forced(root: Node<'_>) -> HashSet<&str> {
    resolution::of(root).into_iter().map(|one| one.name).collect()
}

/// The pattern of an entry that a requirement meets.
fn key_of<'a>(locked: &Locked<'a>, index: usize, name: &str, range: &str) -> Option<&'a str> {
    let keys = &locked.lock.entries[index].keys;
    let is_met = |key: &&Written| *key.text == *name || pattern(&key.text) == (name, Some(range));
    keys.iter().find(is_met).map(|key| &*key.text)
}

fn left_over(locked: &Locked<'_>, forced: &HashSet<&str>, used: &HashSet<&str>, rewrites: &mut Vec<Rewrite>) {
    for key in locked.lock.entries.iter().flat_map(|entry| &entry.keys) {
        if !used.contains(&*key.text) && !forced.contains(pattern(&key.text).0) {
            rewrites.push(rewrite(format!("nothing asks for {}", key.text), key.span));
        }
    }
}

/// Entries for versions of the registry that are fetched from elsewhere.
fn unasked(
    seen: Seen<'_>,
    locked: &Locked<'_>,
    forced: &HashSet<&str>,
    facts: &[Link<LockedPackage>],
    outcome: &mut Outcome,
) {
    for (entry, link) in locked.lock.entries.iter().zip(facts) {
        let Some(first) = entry.keys.first().filter(|key| !forced.contains(pattern(&key.text).0)) else { continue };
        let asked = entry.keys.iter().map(|key| pattern(&key.text).1.unwrap_or(""));
        let fact = &seen.facts[*link];
        // An alias bears the name of its package already.
        let found = Found { link: *link, fact, sought: &fact.contents.package, span: first.span };
        outcome.unasked.extend(found.unasked(asked));
    }
}

/// Links a requirement to the package that answers it.
fn answer(
    seen: Seen<'_>,
    manifest: Link<crate::facts::Manifest>,
    span: Span,
    package: Option<&Link<LockedPackage>>,
    outcome: &mut Outcome,
) {
    let own = |link: &Link<crate::facts::Dependency>| seen.facts[*link].requirement.span == Some(span);
    if let (Some(package), Some(dependency)) = (package, seen.lookup.dependencies(manifest).find(own)) {
        outcome.locked.push((dependency, vec![*package]));
    }
}

fn note_reach(
    locked: &Locked<'_>,
    forced: &HashSet<&str>,
    met: &[bool],
    facts: &[Link<LockedPackage>],
    outcome: &mut Outcome,
) {
    for (index, package) in facts.iter().enumerate() {
        let Some(entry) = locked.lock.entries.get(index) else { continue };
        let name = entry.keys.first().map_or("", |key| pattern(&key.text).0);
        let is_path = entry.keys.first().is_some_and(|key| {
            matches!(Specifier::of(pattern(&key.text).1.unwrap_or("")), Specifier::Link(_) | Specifier::File(_))
        });
        let reached = match () {
            () if met[index] => Value::derived(true),
            () if forced.is_empty() && !is_path => Value::derived(false),
            () => Value::unknown(format!("`resolutions` or a directory may ask for {name}"), None),
        };
        outcome.reachable.push((*package, reached));
    }
}

fn rewrite(phrase: String, span: Span) -> Rewrite {
    Rewrite { phrase, span, asked: None }
}
