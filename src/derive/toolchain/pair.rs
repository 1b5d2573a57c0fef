//! Statements of one project that differ.
//!
//! Left out: pairs that agree (a selection inside a demand, one version more exact than the
//! other), statements that are meant to differ, and whatever cannot be worked out.

use std::collections::{BTreeMap, BTreeSet};

use super::command;
use super::project::Projects;
use crate::discover::Listing;
use crate::facts::{Action, Count, Facts, Header, Link, Manifest, Toolchain, ToolchainPair};
use crate::sample::{is_sample, is_test};
use crate::value::Value;
use crate::version::{Intervals, Relation, compare};

/// From the nearest to a machine to the farthest.
const PHASES: &[&str] = &["deploy", "image", "image-builder", "ci", "dev"];

/// Statements of one tool about one project, by what they do.
#[derive(Default)]
struct Group {
    selections: BTreeMap<usize, Vec<Link<Toolchain>>>,
    demands: Vec<Link<Toolchain>>,
    /// The demands of the members of a workspace: what installs all of them has to meet these too.
    of_members: Vec<Link<Toolchain>>,
    targets: Vec<Link<Toolchain>>,
    /// What lockfiles were resolved for.
    locks: Vec<Link<Toolchain>>,
    /// What documentation is built with: it has to meet the demands, and is compared with nothing else.
    docs: Vec<Link<Toolchain>>,
    /// What CI runs besides: matrices and jobs that may differ.
    enumerated: Vec<Link<Toolchain>>,
}

/// Adds all pairs.
pub(super) fn all(facts: &mut Facts, projects: &Projects, files: &Listing) {
    let mut groups: BTreeMap<(String, String), Group> = BTreeMap::new();
    for (link, fact) in facts.all::<Toolchain>() {
        let is_deployed = matches!(fact.phase.as_str(), "deploy" | "image" | "image-builder");
        if fact.versions.is_none() || is_sample(&fact.header.path) || (is_deployed && is_test(&fact.header.path)) {
            continue;
        }
        if projects.is_gone(fact, files) {
            continue;
        }
        for project in projects.of_statement(fact) {
            let is_input = fact.phase == "dev" && is_of_tests(fact, project);
            if is_input || command::yields(fact, project, files) {
                continue;
            }
            let group = groups.entry((fact.tool.clone(), project.to_owned())).or_default();
            group.add(link, fact);
        }
        if let Some(root) = projects.workspace_of(fact) {
            groups.entry((fact.tool.clone(), root.to_owned())).or_default().of_members.push(link);
        }
    }
    let mut found = Found { facts, pairs: BTreeMap::new() };
    for group in groups.values() {
        found.demands(group);
        found.locks(group);
        found.targets(group);
        found.phases(group);
        found.jobs(group);
        found.floor(group);
    }
    found.version_files();
    found.highest_demands();
    let pairs = found.joined();
    for pair in pairs {
        facts.add(pair);
    }
}

/// Whether a statement stands among tests, and the project does not: tests are fed with it.
fn is_of_tests(fact: &Toolchain, project: &str) -> bool {
    let inside = format!("{project}/-");
    is_test(&fact.header.path) && !is_test(&inside)
}

impl Group {
    fn add(&mut self, link: Link<Toolchain>, fact: &Toolchain) {
        let phase = PHASES.iter().position(|phase| *phase == fact.phase);
        match (fact.role.as_str(), phase) {
            ("constrain", _) => self.demands.push(link),
            ("lock", _) => self.locks.push(link),
            ("target", _) => self.targets.push(link),
            ("enumerate", _) => self.enumerated.push(link),
            ("select", _) if fact.phase == "docs" => self.docs.push(link),
            ("select", _) if fact.enumerated => self.enumerated.push(link),
            ("select", Some(phase)) => self.selections.entry(phase).or_default().push(link),
            _ => {}
        }
    }
}

struct Found<'f> {
    facts: &'f Facts,
    pairs: BTreeMap<(Link<Toolchain>, Link<Toolchain>), ToolchainPair>,
}

impl Found<'_> {
    fn versions(&self, link: Link<Toolchain>) -> &Intervals {
        static NONE: Intervals = Intervals(Vec::new());
        self.facts[link].versions.as_ref().unwrap_or(&NONE)
    }

    fn relation(&self, first: Link<Toolchain>, second: Link<Toolchain>) -> Relation {
        self.versions(first).relation(self.versions(second))
    }

    fn add(&mut self, first: Link<Toolchain>, second: Link<Toolchain>, relation: &str) {
        let (one, other) = (&self.facts[first], &self.facts[second]);
        if one.header.span == other.header.span {
            return;
        }
        let name = format!("{} against {}", one.header.name, other.header.name);
        let header = Header { service: one.header.service, ..Header::new(&one.header.path, name, one.header.span) };
        let pair = ToolchainPair {
            header,
            tool: one.tool.clone(),
            first,
            second,
            relation: relation.to_owned(),
            distance: distance(self.versions(first), self.versions(second)),
            others: Vec::new(),
            demands: Vec::new(),
        };
        self.pairs.entry((first, second)).or_insert(pair);
    }

    /// Selections, and versions of a matrix, outside of what is demanded. A range that begins below the demand is not:
    /// of a range the newest is taken.
    fn demands(&mut self, group: &Group) {
        let selections = group.selections.values().flatten().chain(&group.docs).copied();
        let matrices = group.enumerated.iter().copied().filter(|link| self.facts[*link].role == "enumerate");
        let all: Vec<_> = selections.chain(matrices).collect();
        for first in all {
            let of_members = group.of_members.iter().filter(|_| self.facts[first].role == "select");
            if self.facts[first].apart && self.facts[first].role == "select" {
                continue;
            }
            for second in group.demands.iter().chain(of_members).copied().collect::<Vec<_>>() {
                if self.fetches(first, second) || command::passes_over(&self.facts[first], &self.facts[second]) {
                    continue;
                }
                let relation = self.relation(first, second);
                let reaches =
                    relation == Relation::Disjoint || self.versions(first).reaches_above(self.versions(second));
                if !relation.is_within() && reaches {
                    self.add(first, second, relation.word());
                }
            }
        }
    }

    /// Whether what is selected fetches what is demanded: Go from 1.21 on does, where go.mod names a whole release and nothing keeps it
    /// to its own, as the images and actions/setup-go from version 6 on do (<https://go.dev/doc/toolchain>, read 2026-12-01).
    fn fetches(&self, first: Link<Toolchain>, second: Link<Toolchain>) -> bool {
        let (one, other) = (&self.facts[first], &self.facts[second]);
        let is_new = self.versions(first).0.first().is_some_and(|(from, _)| from.as_slice() >= [1, 21].as_slice());
        let is_whole = other.stated.known().is_some_and(|text| text.split('.').count() > 2);
        let is_setup = |action: &Action| {
            let major =
                action.reference.known().and_then(|text| text.trim_start_matches('v').split('.').next()?.parse().ok());
            action.header.path == one.header.path
                && action.action.eq_ignore_ascii_case("actions/setup-go")
                && major.is_none_or(|major: u32| major > 5)
        };
        let is_kept = matches!(one.phase.as_str(), "image" | "image-builder")
            || matches!(one.surface.as_str(), "container" | "devcontainer.json")
            || one.surface.starts_with("the image ")
            || self.facts.actions.iter().any(is_setup);
        one.tool == "go" && is_new && is_whole && !is_kept
    }

    /// Selections outside of what a lockfile was resolved for, where no demand says the same.
    fn locks(&mut self, group: &Group) {
        let selections: Vec<_> = group.selections.values().flatten().copied().collect();
        for first in selections {
            for second in &group.locks {
                let is_apart = self.relation(first, *second) == Relation::Disjoint;
                let is_said = group.demands.iter().any(|demand| self.relation(first, *demand) == Relation::Disjoint);
                if is_apart && !is_said {
                    self.add(first, *second, Relation::Disjoint.word());
                }
            }
        }
    }

    /// Targets above or below the floor of a demand.
    fn targets(&mut self, group: &Group) {
        for first in &group.targets {
            for second in &group.demands {
                let (Some((target, _)), Some((floor, _))) =
                    (self.versions(*first).0.first(), self.versions(*second).0.first())
                else {
                    continue;
                };
                match compare(target, &floor[..floor.len().min(2)]) {
                    std::cmp::Ordering::Greater => self.add(*first, *second, "above-floor"),
                    std::cmp::Ordering::Less => self.add(*first, *second, "below-floor"),
                    std::cmp::Ordering::Equal => {}
                }
            }
        }
    }

    /// A selection that no statement of a phase farther from the machine agrees with.
    fn phases(&mut self, group: &Group) {
        let ci = PHASES.len() - 2;
        for (phase, selections) in &group.selections {
            for first in selections {
                for (farther, others) in group.selections.range(phase + 1..) {
                    // Jobs that may differ count as tested too.
                    let more = if *farther == ci { group.enumerated.as_slice() } else { &[] };
                    let near: Vec<_> = others.iter().copied().filter(|other| self.is_near(*first, *other)).collect();
                    self.against(*first, &near, more);
                }
            }
        }
    }

    /// Jobs that run another version than the first of them.
    fn jobs(&mut self, group: &Group) {
        let ci = PHASES.len() - 2;
        let Some((first, others)) = group.selections.get(&ci).and_then(|jobs| jobs.split_first()) else { return };
        for other in others {
            if self.relation(*other, *first) == Relation::Disjoint {
                self.add(*other, *first, Relation::Disjoint.word());
            }
        }
    }

    /// A library whose versions of a matrix leave out the oldest that it demands.
    fn floor(&mut self, group: &Group) {
        let matrix: Vec<_> =
            group.enumerated.iter().copied().filter(|link| self.facts[*link].role == "enumerate").collect();
        let lowest = matrix.iter().copied().min_by(|one, other| self.versions(*one).0.cmp(&self.versions(*other).0));
        let Some(lowest) = lowest.filter(|_| matrix.len() > 1) else { return };
        for demand in &group.demands {
            let Some((floor, _)) = self.versions(*demand).0.first().filter(|(floor, _)| !floor.is_empty()) else {
                continue;
            };
            // Lines of Node are its major versions.
            let width = if self.facts[*demand].tool == "node" { 1 } else { 2 };
            let line = Intervals::line(&floor[..floor.len().min(width)]);
            let runs_it = |link: &Link<Toolchain>| self.versions(*link).relation(&line) != Relation::Disjoint;
            let selections = group.selections.values().flatten();
            if self.is_published(*demand) && !matrix.iter().chain(selections).any(runs_it) {
                self.add(lowest, *demand, "misses-floor");
            }
        }
    }

    fn is_published(&self, demand: Link<Toolchain>) -> bool {
        let path = &self.facts[demand].header.path;
        let is_library = |manifest: &Manifest| manifest.role.known().is_some_and(|role| role == "library");
        self.facts.manifests.iter().any(|manifest| manifest.header.path == *path && is_library(manifest))
    }

    /// An image at the root of many functions builds none of them in particular, and what hands over to another release is not run.
    fn is_near(&self, deployed: Link<Toolchain>, other: Link<Toolchain>) -> bool {
        let (first, second) = (&self.facts[deployed], &self.facts[other]);
        if command::hands_over(first, second) {
            return false;
        }
        let is_image = matches!(second.phase.as_str(), "image" | "image-builder");
        first.phase != "deploy"
            || !is_image
            || crate::path::directory(&first.header.path) == crate::path::directory(&second.header.path)
            || !second.scope.is_empty()
    }

    fn against(&mut self, first: Link<Toolchain>, others: &[Link<Toolchain>], more: &[Link<Toolchain>]) {
        let is_apart = |other: &Link<Toolchain>| self.relation(first, *other) == Relation::Disjoint;
        // Where some jobs run tests, one of them tells what CI runs.
        let is_tested = others.iter().chain(more).any(|other| !self.facts[*other].untested);
        let certain = |other: &&Link<Toolchain>| {
            let other = &self.facts[**other];
            other.level.known() != Some(&Count(0)) && !(is_tested && other.untested)
        };
        if others.iter().chain(more).all(is_apart)
            && let Some(second) = others.iter().find(certain)
        {
            self.add(first, *second, Relation::Disjoint.word());
        }
    }

    /// Of several demands that a version lies below, or above, the highest stands for the others.
    fn highest_demands(&mut self) {
        let mut broken: BTreeMap<(Link<Toolchain>, bool), Vec<Link<Toolchain>>> = BTreeMap::new();
        for (first, second) in self.pairs.keys() {
            if self.facts[*second].role == "constrain" && self.relation(*first, *second) == Relation::Disjoint {
                let is_below = self.versions(*first).0 < self.versions(*second).0;
                broken.entry((*first, is_below)).or_default().push(*second);
            }
        }
        for ((first, _), mut demands) in broken {
            demands.sort_by(|one, other| self.versions(*other).0.cmp(&self.versions(*one).0));
            for other in &demands[1..] {
                self.pairs.remove(&(first, *other));
            }
            if let Some(pair) = self.pairs.get_mut(&(first, demands[0])) {
                pair.demands.extend(&demands[1..]);
            }
        }
    }

    /// The pairs, with jobs that say one thing against one statement as a single pair.
    fn joined(self) -> Vec<ToolchainPair> {
        let mut joined: Vec<ToolchainPair> = Vec::new();
        let mut places: BTreeMap<(Link<Toolchain>, String, String), usize> = BTreeMap::new();
        for pair in self.pairs.into_values() {
            let first = &self.facts[pair.first];
            let Some(stated) = first.stated.known().filter(|_| first.phase == "ci" && first.role == "select") else {
                joined.push(pair);
                continue;
            };
            match places.get(&(pair.second, stated.clone(), pair.relation.clone())) {
                Some(at) => joined[*at].others.push(pair.first),
                None => {
                    places.insert((pair.second, stated.clone(), pair.relation.clone()), joined.len());
                    joined.push(pair);
                }
            }
        }
        joined
    }

    /// Version files of one directory against each other.
    fn version_files(&mut self) {
        let mut directories: BTreeMap<(&str, &str), BTreeSet<Link<Toolchain>>> = BTreeMap::new();
        for (link, fact) in self.facts.all::<Toolchain>() {
            let is_file = fact.phase == "dev" && fact.role == "select" && !fact.enumerated && fact.versions.is_some();
            if is_file && !is_sample(&fact.header.path) {
                directories.entry((&fact.tool, &fact.scope)).or_default().insert(link);
            }
        }
        let groups: Vec<Vec<_>> = directories.into_values().map(|links| links.into_iter().collect()).collect();
        for rivals in groups {
            self.rivals(&rivals);
        }
    }

    /// The two version files that are farthest apart; the others of the directory are named with them.
    fn rivals(&mut self, files: &[Link<Toolchain>]) {
        let pairs = files.iter().enumerate().flat_map(|(at, one)| files[at + 1..].iter().map(|other| (*other, *one)));
        let hands_over = |one: &Link<Toolchain>, other: &Link<Toolchain>| {
            command::hands_over(&self.facts[*one], &self.facts[*other])
        };
        let apart = pairs.filter(|(one, other)| {
            self.relation(*one, *other) == Relation::Disjoint && !hands_over(one, other) && !hands_over(other, one)
        });
        let is_patch = |pair: &(_, _)| {
            distance(self.versions(pair.0), self.versions(pair.1)).known().is_some_and(|part| part == "patch")
        };
        let Some((first, second)) = apart.min_by_key(is_patch) else { return };
        self.add(first, second, Relation::Disjoint.word());
        if let Some(pair) = self.pairs.get_mut(&(first, second)) {
            pair.others.extend(files.iter().filter(|file| ![first, second].contains(file)));
        }
    }
}

/// The first part in which two lines differ.
fn distance(one: &Intervals, other: &Intervals) -> Value<String> {
    let ([(one, Some(_))], [(other, Some(_))]) = (one.0.as_slice(), other.0.as_slice()) else { return Value::absent() };
    let part = |release: &[u64], at: usize| release.get(at).copied().unwrap_or(0);
    let first = (0..3).find(|at| part(one, *at) != part(other, *at));
    first.map_or_else(Value::absent, |at| Value::derived(["major", "minor", "patch"][at].to_owned()))
}
