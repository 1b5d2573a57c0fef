//! Which locked packages anything leads to, which answer the manifests, and what is torn where npm does not look.

use std::collections::HashMap;

use super::compare::{Broken, Compared, Looked};
use super::tree::{Kind, ROOT};
use super::words::shown;
use crate::derive::lock::Outcome;
use crate::facts::{Link, LockedPackage, Lockfile};
use crate::source::Span;
use crate::value::Value;

impl Compared<'_, '_> {
    /// Which packages anything leads to, and edges that are torn where npm does not look.
    pub(super) fn reach(&self, lockfile: Link<Lockfile>, looked: &Looked, outcome: &mut Outcome) {
        let reached = self.tree.reached(true);
        let facts = self.packages(lockfile);
        let by_node: HashMap<usize, Link<LockedPackage>> = facts.iter().copied().collect();
        self.unasked(&facts, outcome);
        for (to, asked) in &looked.kept {
            outcome.violated.extend(by_node.get(to).map(|package| (*package, asked.clone())));
        }
        for (index, package) in &facts {
            outcome.reachable.push((*package, Value::derived(reached[*index])));
            if !reached[*index] || looked.at[*index] {
                continue;
            }
            let mut refused = Outcome::default();
            for broken in self.broken(*index, &mut refused) {
                if broken.edge.kind == Kind::Optional {
                    continue;
                }
                match broken.edge.to.and_then(|to| by_node.get(&to)) {
                    None if broken.edge.to.is_none() => {
                        outcome.broken.push((*package, broken.edge.name.to_owned(), broken.edge.span));
                    }
                    Some(locked) => {
                        outcome.violated.push((*locked, self.asked(&broken)));
                    }
                    None => {}
                }
            }
        }
    }

    /// A requirement as rules show it: `idna >=3 of httpx`.
    pub(super) fn asked(&self, broken: &Broken<'_>) -> Value<String> {
        let from = self.tree.nodes[broken.from].name;
        Value::written(format!("{} {} of {from}", broken.edge.name, shown(broken.text)), broken.edge.span)
    }

    /// The facts of the nodes that have one: all but the root and links, in the order of the file.
    fn packages(&self, lockfile: Link<Lockfile>) -> Vec<(usize, Link<LockedPackage>)> {
        let nodes = self.tree.nodes.iter().enumerate().skip(1);
        let own = nodes.filter(|(_, node)| node.place.is_some_and(|place| !place.is_link)).map(|(index, _)| index);
        own.zip(self.seen.lookup.packages(lockfile)).collect()
    }

    /// Links each requirement of the manifests to the package that answers it.
    pub(super) fn answers(&self, outcome: &mut Outcome) {
        let lockfile = self.lockfile();
        let facts: HashMap<usize, Link<LockedPackage>> =
            lockfile.map(|lockfile| self.packages(lockfile).into_iter().collect()).unwrap_or_default();
        for node in &self.tree.nodes {
            let Some(manifest) = node.manifest else { continue };
            let by_place: HashMap<Span, Option<usize>> = node.edges.iter().map(|edge| (edge.span, edge.to)).collect();
            for dependency in self.seen.lookup.dependencies(manifest) {
                let fact = &self.seen.facts[dependency];
                let to = fact.requirement.span.and_then(|span| by_place.get(&span).copied().flatten());
                let to = to.map(|to| self.tree.nodes[to].target.unwrap_or(to));
                if let Some(package) = to.and_then(|to| facts.get(&to)) {
                    outcome.locked.push((dependency, vec![*package]));
                }
            }
        }
    }

    fn lockfile(&self) -> Option<Link<Lockfile>> {
        let manifest = self.tree.nodes[ROOT].manifest?;
        let own = |link: &&Link<Lockfile>| self.seen.facts[**link].tool == "npm";
        self.seen.facts[manifest].lockfiles.iter().find(own).copied()
    }
}
