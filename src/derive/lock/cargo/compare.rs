//! Compares what a walk found with what the lockfile records, and words the differences.

use std::collections::{BTreeMap, BTreeSet};

use cargo_lock::Version;

use super::graph::{Graph, Package};
use super::walk::{Asking, Scene, Walked};
use super::workspace::{Crate, Crates, Stop, Workspace};
use super::{Outcome, REMEDY, Seen};
use crate::cargo::lock::Lock;
use crate::cargo::manifest::{self, Field, Requirement};
use crate::cargo::source::Source;
use crate::derive::lock::Difference;
use crate::facts::recorded::Recorded;
use crate::facts::{Dependency, Link, LockedPackage, Lockfile, Manifest};
use crate::source::Span;
use crate::syntax::Node;
use crate::value::Value;

/// A comparison under way.
pub(super) struct Comparison<'a> {
    pub(super) seen: Seen<'a>,
    pub(super) lockfile: Link<Lockfile>,
    pub(super) scene: Scene<'a>,
    pub(super) lock: &'a Lock,
    pub(super) graph: &'a Graph<'a>,
    /// The package of the lockfile that stands for each crate.
    pub(super) entries: BTreeMap<String, usize>,
    pub(super) outcome: Outcome,
    /// Packages that a difference already explains, so that they are not called orphans too.
    pub(super) explained: BTreeSet<usize>,
}

/// Compares a lockfile with its workspace.
pub(super) fn compare(seen: Seen<'_>, lockfile: Link<Lockfile>, crates: &Crates, workspace: &Workspace) -> Outcome {
    let mut outcome = Outcome::default();
    let (patches, stops) = crates.patches(&workspace.root);
    for stop in workspace.stops.iter().chain(&stops) {
        note(&mut outcome, stop);
    }
    let Recorded::Cargo(lock) = &seen.facts[lockfile].recorded else { return outcome };
    let files = seen.around.files;
    let scene = Scene { crates, files, workspace, patches: &patches };
    let graph = Graph::new(lock, &scene.known());
    let entries = crate_entries(&scene, &graph);
    let walked = scene.walk(&graph, &entries);
    for stop in walked.stops.iter().chain(&scene.refusals(&walked)) {
        note(&mut outcome, stop);
    }
    let explained = BTreeSet::new();
    let mut comparison = Comparison { seen, lockfile, scene, lock, graph: &graph, entries, outcome, explained };
    comparison.run(&walked);
    comparison.outcome
}

/// Notes what stands in the way.
pub(super) fn note(outcome: &mut Outcome, stop: &Stop) {
    match stop {
        Stop::Refused(message, span) => {
            let refusal = Value { span: *span, ..Value::derived(message.clone()) };
            outcome.refusal.get_or_insert(refusal);
        }
        Stop::Outside(message) if !outcome.undecided.contains(message) => outcome.undecided.push(message.clone()),
        Stop::Outside(_) => {}
    }
}

/// The package of the lockfile that stands for each crate, the one of its version if there are several.
fn crate_entries(scene: &Scene<'_>, graph: &Graph<'_>) -> BTreeMap<String, usize> {
    let mut entries: BTreeMap<String, usize> = BTreeMap::new();
    for (at, package) in graph.packages.iter().enumerate() {
        let Source::Path(directory) = &package.source else { continue };
        let version = scene.version(directory).map_or("0.0.0", |(text, _)| text);
        let is_exact = Version::parse(version).ok() == package.version;
        if is_exact || !entries.contains_key(directory) {
            entries.insert(directory.clone(), at);
        }
    }
    entries
}

impl<'a> Comparison<'a> {
    fn run(&mut self, walked: &Walked<'a>) {
        for asking in walked.asking.iter().rev() {
            self.crate_itself(&asking.directory);
        }
        self.outcome.differences.reverse();
        for asking in &walked.asking {
            self.requirements(walked, asking);
        }
        self.leftovers(walked);
        if self.outcome.differences.is_empty() {
            self.two_names(walked);
        }
        self.packages(walked);
        let is_same = self.outcome.differences.is_empty() && self.graph.vanished.is_empty();
        self.outcome.tidy = Some(if is_same { "same" } else { "changed" });
    }

    pub(super) fn manifest(&self, directory: &str) -> Option<Link<Manifest>> {
        self.scene.crates.at(directory).map(|one| one.link)
    }

    pub(super) fn push(&mut self, difference: Difference) {
        self.outcome.differences.push(difference);
    }

    /// Whether the crate is in the lockfile with the version it has.
    fn crate_itself(&mut self, directory: &str) {
        let Some(one) = self.scene.crates.at(directory) else { return };
        let stated = self.scene.version(directory);
        if let (None, Field::Inherited(node)) = (stated, manifest::field(one.root(), "version")) {
            let message = format!("{} inherits its version, but the workspace root has none", one.name());
            return note(&mut self.outcome, &Stop::Refused(message, Some(node.span())));
        }
        let version = stated.map_or("0.0.0", |(text, _)| text);
        let Ok(parsed) = Version::parse(version) else {
            let message = format!("{version} is not a version");
            return note(&mut self.outcome, &Stop::Refused(message, stated.map(|(_, node)| node.span())));
        };
        let name = one.name().to_owned();
        let base = Difference { manifest: Some(one.link), ..Difference::of("member", name.clone(), "", REMEDY) };
        let Some(entry) = self.entries.get(directory).map(|at| &self.graph.packages[*at]) else {
            let place = manifest::package_name(one.root()).map(Node::span);
            let asked = Value { span: place, ..Value::derived(name.clone()) };
            let explanation = format!("{name} is not in the lockfile");
            return self.push(Difference { asked, explanation, cause: self.taken_in(directory), ..base });
        };
        if entry.version.as_ref() == Some(&parsed) {
            return;
        }
        let place = stated.map(|(_, node)| node.span());
        let recorded = entry.entry.version.to_string();
        let same = self.outcome.differences.iter_mut().find(|known| {
            let is_same = known.aspect == "version" && known.asked.span == place && place.is_some();
            is_same && known.recorded.known() == Some(&recorded)
        });
        if let Some(same) = same {
            // One inherited version, several crates: one difference that names them all.
            same.explanation = format!("{name}, {}", same.explanation.replacen(" has version ", " have version ", 1));
            return;
        }
        let asked = Value { span: place, ..Value::derived(version.to_owned()) };
        let explanation = format!("{name} has version {version}, the lockfile has {recorded}");
        let recorded = Value::written(recorded, entry.entry.version_span);
        let asked_in = self.elsewhere(one.link, place);
        self.push(Difference { aspect: "version", asked, recorded, explanation, asked_in, ..base });
    }

    /// The path of the workspace root's manifest, when the place is in it and not in the manifest itself.
    pub(super) fn elsewhere(&self, manifest: Link<Manifest>, span: Option<Span>) -> Option<std::sync::Arc<str>> {
        let own = &self.seen.facts[manifest].header;
        let source = span?.source;
        let holder = self.scene.crates.by_directory.values().find(|one| one.document.source() == source)?;
        (holder.path != own.path).then(|| std::sync::Arc::clone(&holder.path))
    }

    /// Holds the requirements of a crate against the edges of its entry.
    fn requirements(&mut self, walked: &Walked<'a>, asking: &Asking<'a>) {
        let Some(manifest) = self.manifest(&asking.directory) else { return };
        let from = self.entries.get(&asking.directory).copied();
        let mut used = BTreeSet::new();
        let mut unmet: Vec<&Requirement<'a>> = Vec::new();
        let mut sources = BTreeMap::new();
        for requirement in &asking.requirements {
            if let Some(stop) = self.scene.fault(requirement) {
                note(&mut self.outcome, &stop);
                continue;
            }
            let source = self.scene.source(requirement).ok();
            if sources.entry(requirement.called()).or_insert_with(|| source.clone()) != &source {
                let message = format!("{} is asked for from two sources", requirement.called());
                note(&mut self.outcome, &Stop::Refused(message, Some(requirement.key.span())));
            }
            match self.scene.answer(self.graph, from, requirement) {
                Some(found) => {
                    used.insert(found);
                    self.answered(manifest, requirement, found);
                }
                None => unmet.push(requirement),
            }
        }
        let Some(from) = from else { return };
        let mut told = BTreeSet::new();
        for requirement in &unmet {
            if told.insert((requirement.package, requirement.place().span())) {
                let cause = self.cause(walked, asking, requirement);
                self.unmet(manifest, requirement, from, &used, cause);
            }
        }
        let graph = self.graph;
        for (edge, to) in graph.packages[from].edges.iter().filter(|(_, to)| !used.contains(to)) {
            self.explain(*to);
            let other = &graph.packages[*to];
            if unmet.iter().any(|requirement| requirement.package == &*other.entry.name) {
                continue;
            }
            let name = &other.entry.name;
            let owner = self.scene.crates.at(&asking.directory).map_or("", |one| one.name());
            let mut difference = self.requirement_difference(manifest, name);
            difference.cause = self.cause_of_loss(walked, &asking.directory, name);
            difference.asked.span = self.scene.crates.at(&asking.directory).and_then(dependency_table);
            difference.recorded = Value::written(other.entry.version.to_string(), edge.span);
            difference.explanation =
                format!("{name} {} is locked for {owner}, which no longer asks for it", other.entry.version);
            self.push(difference);
        }
    }

    pub(super) fn requirement_difference(&self, manifest: Link<Manifest>, subject: &str) -> Difference {
        Difference { manifest: Some(manifest), ..Difference::of("requirement", subject, "", REMEDY) }
    }

    fn unmet(
        &mut self,
        manifest: Link<Manifest>,
        requirement: &Requirement<'a>,
        from: usize,
        used: &BTreeSet<usize>,
        cause: Value<String>,
    ) {
        let graph = self.graph;
        let name = requirement.package;
        let own = graph.packages[from].edges.iter().map(|(_, to)| *to);
        let near: Vec<usize> = own.filter(|to| *graph.packages[*to].entry.name == *name).collect();
        let old = near.iter().copied().find(|to| !used.contains(to)).or_else(|| near.first().copied());
        let elsewhere = self.scene.choose(graph, 0..graph.packages.len(), requirement);
        let asked = match requirement.written() {
            "" => name.to_owned(),
            range => format!("{name} {range}"),
        };
        let mut difference = self.requirement_difference(manifest, name);
        // An inherited requirement that is not met was changed in the root; one without any edge was added here.
        let stated = requirement.place().span();
        let place = if requirement.inherited.is_some() && old.is_none() { requirement.key.span() } else { stated };
        difference.asked = Value::written(asked.clone(), place);
        difference.asked_in = self.elsewhere(manifest, Some(place));
        difference.cause = match requirement.inherited {
            Some(_) if cause.is_absent() && old.is_none() => {
                Value::written("the workspace root says which".to_owned(), stated)
            }
            Some(_) if cause.is_absent() => {
                Value::written(format!("{} inherits it", self.name_of(from)), requirement.key.span())
            }
            _ => cause,
        };
        for at in old.into_iter().chain(elsewhere) {
            self.explain(at);
        }
        if let Some(old) = old.map(|at| &graph.packages[at]) {
            let source = self.scene.source(requirement).ok();
            let is_same_source = source.as_ref() == Some(&old.source);
            let recorded = if is_same_source { old.entry.version.to_string() } else { old.source.describe() };
            let span = if is_same_source {
                old.entry.version_span
            } else {
                old.entry.source_span.unwrap_or(old.entry.name_span)
            };
            difference.explanation = if is_same_source {
                format!("{asked} is asked for, the lockfile has {recorded}")
            } else {
                let wanted = source.map_or_else(|| "another source".to_owned(), |source| source.describe());
                difference.aspect = "source";
                format!("{name} is asked for from {wanted}, the lockfile has it from {recorded}")
            };
            difference.recorded = Value::written(recorded, span);
        } else if let Some(other) = elsewhere.map(|at| &graph.packages[at]) {
            let owner = &graph.packages[from].entry.name;
            difference.recorded = Value::written(other.entry.version.to_string(), other.entry.version_span);
            difference.explanation = format!("{asked} is locked for others, but not for {owner}");
        } else {
            difference.explanation = format!("{asked} is not in the lockfile");
        }
        if let Some(old) = old.filter(|at| graph.packages[*at].source.word() == "registry")
            && let Some(link) = self.locked(&graph.packages[old])
        {
            self.outcome.violated.push((link, Value::written(requirement.written().to_owned(), place)));
        }
        self.push(difference);
    }

    fn name_of(&self, at: usize) -> &'a str {
        &self.graph.packages[at].entry.name
    }

    fn explain(&mut self, at: usize) {
        if !self.explained.contains(&at) {
            self.explained.append(&mut self.graph.closure([at]));
        }
    }

    fn answered(&mut self, manifest: Link<Manifest>, requirement: &Requirement<'_>, found: usize) {
        let Some(locked) = self.locked(&self.graph.packages[found]) else { return };
        let key = requirement.key.span();
        let dependency = self.dependency(manifest, key);
        if let Some(dependency) = dependency {
            self.outcome.locked.push((dependency, vec![locked]));
        }
    }

    fn dependency(&self, manifest: Link<Manifest>, key: Span) -> Option<Link<Dependency>> {
        self.seen.lookup.dependencies(manifest).find(|link| self.seen.facts[*link].header.span == key)
    }

    fn locked(&self, package: &Package<'_>) -> Option<Link<LockedPackage>> {
        let links: Vec<_> = self.seen.lookup.packages(self.lockfile).collect();
        let at =
            links.binary_search_by_key(&package.entry.name_span, |link| self.seen.facts[*link].header.span).ok()?;
        Some(links[at])
    }

    fn packages(&mut self, walked: &Walked<'_>) {
        let graph = self.graph;
        for (at, package) in graph.packages.iter().enumerate() {
            if let Some(link) = self.locked(package) {
                self.outcome
                    .reachable
                    .push((link, Value::derived(walked.reached.contains(&at) || self.explained.contains(&at))));
            }
        }
    }
}

/// The header of the first table of dependencies: where a requirement that is gone would stand.
fn dependency_table(one: &Crate) -> Option<Span> {
    let tables = ["dependencies", "build-dependencies", "dev-dependencies", "target"];
    tables.into_iter().find_map(|name| one.root().entry(name)).map(|entry| entry.key.span())
}
