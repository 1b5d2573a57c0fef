//! What the requirements lead to: packages that became needless, ranges between packages, and what stands where it is not asked for.

use std::collections::{BTreeMap, BTreeSet};

use super::super::unasked::Found;
use super::compare::Checking;
use super::project::Asked;
use crate::bun::lock::{GROUPS, Lock, Noted};
use crate::derive::lock::Outcome;
use crate::facts::{Link, LockedPackage, Lockfile};
use crate::node::range::Range;
use crate::node::specifier::Specifier;
use crate::node::version::{self, Mode};
use crate::value::Value;

impl Checking<'_> {
    /// Packages that the lockfile reached from its workspaces and that nothing asks for now.
    pub(super) fn needless(&mut self, asked: &[Vec<Asked>]) {
        if !self.outcome.differences.is_empty() || self.outcome.refusal.is_some() {
            return;
        }
        let lock = self.lock;
        let mut now: BTreeSet<&str> = BTreeSet::new();
        let mut before: BTreeSet<&str> = BTreeSet::new();
        let mut dropped: Vec<(usize, &str, &Noted)> = Vec::new();
        for (directory, member) in &lock.members {
            let place = if directory.is_empty() { "" } else { member.name.as_ref().map_or("", |name| &name.text) };
            let at = self.projects.iter().position(|project| *project.directory == **directory);
            for ((_, name), wanted) in &member.asked {
                reach(lock, place, name, &mut before);
                match at {
                    Some(at) if asked[at].iter().all(|one| *one.name != **name) => dropped.push((at, name, wanted)),
                    // A workspace that is gone from disk counts as it was.
                    Some(_) => {}
                    None => reach(lock, place, name, &mut now),
                }
            }
        }
        for (at, asked) in asked.iter().enumerate() {
            for one in asked {
                reach(lock, &self.projects[at].place, &one.name, &mut now);
            }
        }
        let is_needless = before.iter().any(|place| !now.contains(place));
        for (at, name, wanted) in dropped.into_iter().filter(|_| is_needless) {
            let project = &self.projects[at];
            let explanation =
                format!("the lockfile has {name} {} for {}, which no longer asks for it", wanted.text, project.name);
            let root = project.document.root();
            let key = GROUPS.iter().filter_map(|group| root.entry(group)).next().or_else(|| root.entry("name"));
            let span = key.map(|entry| entry.key.span());
            let (name, wanted) = (name.to_owned(), wanted.clone());
            self.differ(at, "requirement", &name, None, span, Some(&wanted), explanation);
        }
    }

    pub(super) fn finish(mut self, link: Link<Lockfile>, asked: &[Vec<Asked>]) -> Outcome {
        let lock = self.lock;
        let packages: Vec<Link<LockedPackage>> = self.seen.lookup.packages(link).collect();
        let index: BTreeMap<&str, usize> = lock.order.iter().enumerate().map(|(at, place)| (&**place, at)).collect();
        let mut reached: BTreeSet<&str> = BTreeSet::new();
        for (at, asked) in asked.iter().enumerate() {
            let project = &self.projects[at];
            if let Some((place, _)) = lock.find("", &project.name).filter(|_| at > 0) {
                reached.insert(place);
            }
            for one in asked {
                reach(lock, &project.place, &one.name, &mut reached);
                let found =
                    lock.find(&project.place, &one.name).and_then(|(place, _)| packages.get(*index.get(place)?));
                let Some(package) = found else { continue };
                for dependency in self.seen.lookup.dependencies(project.manifest) {
                    if self.seen.facts[dependency].header.span.start == one.span.start {
                        self.outcome.locked.push((dependency, vec![*package]));
                    }
                }
            }
        }
        for (place, at) in &index {
            if let Some(package) = packages.get(*at) {
                self.outcome.reachable.push((*package, Value::derived(reached.contains(place))));
            }
        }
        self.ranges(&packages, &index);
        self.unasked(&packages, &index, asked);
        self.outcome
    }

    /// Ranges between packages, which bun does not look at again.
    fn ranges(&mut self, packages: &[Link<LockedPackage>], index: &BTreeMap<&str, usize>) {
        let lock = self.lock;
        for (place, package) in &lock.packages {
            for need in package.needs.iter().filter(|need| !need.is_peer && !self.overrides.contains_key(&*need.name)) {
                let Some((at, found)) = lock.find(place, &need.name) else { continue };
                let wanted = Specifier::of(&need.wanted.text).wanted().and_then(|text| Range::parse(text, Mode::Loose));
                let locked = version::parse(found.version(), Mode::Loose);
                let is_met = wanted.zip(locked).is_none_or(|(wanted, locked)| wanted.admits(&locked));
                if let Some(link) = index.get(at).and_then(|at| packages.get(*at)).filter(|_| !is_met) {
                    let shown = format!("{} {} of {}", need.name, need.wanted.text, package.name());
                    self.outcome.violated.push((*link, Value::written(shown, need.wanted.span)));
                }
            }
        }
    }

    /// Packages that stand where something else is asked for.
    fn unasked(&mut self, packages: &[Link<LockedPackage>], index: &BTreeMap<&str, usize>, asked: &[Vec<Asked>]) {
        let lock = self.lock;
        // For each place the name by which it is found, and what leads there.
        let mut leads: BTreeMap<&str, (&str, Vec<String>)> = BTreeMap::new();
        for (project, asked) in self.projects.iter().zip(asked) {
            for one in asked {
                if let (Some((place, _)), Ok(text)) = (lock.find(&project.place, &one.name), self.resolved(one)) {
                    leads.entry(place).or_insert((&one.name, Vec::new())).1.push(text);
                }
            }
        }
        for (from, package) in &lock.packages {
            for need in &package.needs {
                let Some((place, _)) = lock.find(from, &need.name) else { continue };
                let text = self.overrides.get(&*need.name).map_or(&*need.wanted.text, String::as_str);
                leads.entry(place).or_insert((&need.name, Vec::new())).1.push(text.to_owned());
            }
        }
        for (place, (sought, texts)) in leads {
            let Some(link) = index.get(place).and_then(|at| packages.get(*at)) else { continue };
            let Some(package) = lock.packages.get(place) else { continue };
            let found = Found { link: *link, fact: &self.seen.facts[*link], sought, span: package.id.span };
            self.outcome.unasked.extend(found.unasked(texts.iter().map(String::as_str)));
        }
    }
}

/// Everything that a requirement of the package at a place brings in.
fn reach<'l>(lock: &'l Lock, place: &str, name: &str, reached: &mut BTreeSet<&'l str>) {
    let Some((first, _)) = lock.find(place, name) else { return };
    if !reached.insert(first) {
        return;
    }
    let mut pending = vec![first];
    while let Some(place) = pending.pop() {
        let Some(package) = lock.packages.get(place) else { continue };
        for need in &package.needs {
            if let Some((next, _)) = lock.find(place, &need.name)
                && reached.insert(next)
            {
                pending.push(next);
            }
        }
    }
}
