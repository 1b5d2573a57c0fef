//! What a lockfile holds that is not a requirement's answer: patches, replacements, orphans, checksums.

use std::collections::{BTreeMap, BTreeSet};

use super::REMEDY;
use super::compare::{Comparison, note};
use super::walk::Walked;
use super::workspace::Stop;
use crate::cargo::lock::LockEntry;
use crate::cargo::manifest::{self, Requirement, When};
use crate::cargo::source::{self, Source};
use crate::derive::lock::Difference;
use crate::syntax::Node;
use crate::value::Value;

impl Comparison<'_> {
    /// Looks at everything but requirements.
    pub(super) fn leftovers(&mut self, walked: &Walked<'_>) {
        self.circle(walked);
        self.patches(walked);
        self.replacements();
        self.lost_edges(walked);
        self.rivals(walked);
        self.orphans(walked);
        self.checksums(walked);
    }

    /// Crates of the repository that need each other to be built: Cargo stops at such a circle.
    fn circle(&mut self, walked: &Walked<'_>) {
        let mut needs: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for asking in &walked.asking {
            let built = asking.requirements.iter().filter(|requirement| requirement.when != When::Dev);
            needs.insert(&asking.directory, built.filter_map(Requirement::directory).collect());
        }
        // Crates that need nothing that is still left are taken away; what stays is in a circle, or needs one.
        loop {
            let free: Vec<&str> = needs
                .iter()
                .filter(|(_, to)| !to.iter().any(|to| needs.contains_key(to.as_str())))
                .map(|(directory, _)| *directory)
                .collect();
            if free.is_empty() {
                break;
            }
            needs.retain(|directory, _| !free.contains(directory));
        }
        if let Some(one) = needs.keys().next().and_then(|directory| self.scene.crates.at(directory)) {
            let place = manifest::package_name(one.root()).map(Node::span);
            note(
                &mut self.outcome,
                &Stop::Refused(format!("{} needs itself, through other crates", one.name()), place),
            );
        }
    }

    /// Patches must be in use, or be listed as unused.
    fn patches(&mut self, walked: &Walked<'_>) {
        let graph = self.graph;
        let mut listed: Vec<&LockEntry> = self.lock.unused.iter().collect();
        for patch in self.scene.patches {
            let name = patch.requirement.package;
            let place = patch.requirement.place().span();
            if let Some(stop) = self.scene.fault(&patch.requirement) {
                note(&mut self.outcome, &stop);
                continue;
            }
            if patch.source == patch.of {
                let message = format!("{name} is patched with the source that it comes from");
                note(&mut self.outcome, &Stop::Refused(message, Some(place)));
                continue;
            }
            let is_used = walked.reached.iter().any(|at| {
                let package = &graph.packages[*at];
                package.source == patch.source && *package.entry.name == *name
            });
            let spare = listed.iter().position(|entry| *entry.name == *name && self.is_patch(entry, &patch.source));
            if let Some(spare) = spare {
                listed.remove(spare);
            }
            if is_used != spare.is_some() {
                continue;
            }
            let root = self.scene.workspace.root.clone();
            let Some(manifest) = self.manifest(&root) else { continue };
            if let Some(at) = listed.iter().position(|entry| *entry.name == *name && entry.source.is_none())
                && let Some((version, node)) = patch.requirement.directory().and_then(|to| self.scene.version(&to))
                && !is_used
            {
                let entry = listed.remove(at);
                let mut difference = self.requirement_difference(manifest, name);
                difference.aspect = "version";
                difference.asked = Value::written(version.to_owned(), node.span());
                difference.asked_in = self.elsewhere(manifest, Some(node.span()));
                difference.recorded = Value::written(entry.version.to_string(), entry.version_span);
                difference.explanation = format!("{name} has version {version}, the lockfile has {}", entry.version);
                self.push(difference);
                continue;
            }
            let mut difference = self.requirement_difference(manifest, name);
            difference.aspect = "source";
            difference.asked = Value::written(patch.source.describe(), place);
            difference.asked_in = self.elsewhere(manifest, Some(place));
            difference.explanation =
                format!("the patch of {name} with {} is not in the lockfile", patch.source.describe());
            self.push(difference);
        }
        let is_known = |entry: &LockEntry| entry.source.is_some() || self.scene.known().contains_key(&*entry.name);
        let left: Vec<&LockEntry> = listed.into_iter().filter(|entry| is_known(entry)).collect();
        for entry in left {
            let explanation = format!("the lockfile lists a patch of {} that no manifest states", entry.name);
            self.in_lock("source", entry, explanation);
        }
    }

    fn is_patch(&self, entry: &LockEntry, source: &Source) -> bool {
        match (&entry.source, source) {
            (None, Source::Path(directory)) => {
                self.scene.version(directory).map_or("0.0.0", |(text, _)| text) == &*entry.version
            }
            (Some(text), source) => source::locked(text).is_some_and(|locked| locked.source == *source),
            (None, _) => false,
        }
    }

    fn in_lock(&mut self, aspect: &'static str, entry: &LockEntry, explanation: String) {
        self.at_lock(aspect, &entry.name, Value::written(entry.version.to_string(), entry.name_span), explanation);
    }

    fn at_lock(&mut self, aspect: &'static str, subject: &str, recorded: Value<String>, explanation: String) {
        self.push(Difference { recorded, ..Difference::of(aspect, subject, explanation, REMEDY) });
    }

    fn replacements(&mut self) {
        let stated: BTreeSet<&str> = self.scene.replacements().iter().map(|one| name_of_spec(one.called())).collect();
        let graph = self.graph;
        let recorded: BTreeSet<&str> = graph
            .packages
            .iter()
            .filter(|package| package.entry.replace.is_some())
            .map(|package| &*package.entry.name)
            .collect();
        for package in graph.packages.iter().filter(|package| package.entry.replace.is_some()) {
            if !stated.contains(&*package.entry.name) {
                let explanation = format!("{} is replaced in the lockfile, but in no manifest", package.entry.name);
                self.in_lock("source", package.entry, explanation);
            }
        }
        for package in &graph.packages {
            let name = &*package.entry.name;
            if stated.contains(name) && !recorded.contains(name) && package.source.word() != "path" {
                let explanation = format!("{name} is to be replaced, but is not in the lockfile");
                self.in_lock("source", package.entry, explanation);
            }
        }
    }

    /// Edges of crates of registries that lead nowhere: a package was taken out of the file.
    fn lost_edges(&mut self, walked: &Walked<'_>) {
        let graph = self.graph;
        for package in walked.reached.iter().map(|at| &graph.packages[*at]) {
            if matches!(package.source, Source::Path(_)) {
                continue;
            }
            for (edge, to) in &package.edges {
                let other = &graph.packages[*to];
                if self.is_foreign(&package.source, &other.source, &other.entry.name) {
                    let recorded = Value::written(other.source.describe(), edge.span);
                    let (name, from) = (&package.entry.name, other.source.describe());
                    let explanation =
                        format!("{name} is of the default registry, but its {} is from {from}", edge.name);
                    self.at_lock("source", &edge.name, recorded, explanation);
                }
            }
            for edge in &package.lost {
                let name = &package.entry.name;
                let recorded = Value::written(edge.name.to_string(), edge.span);
                let explanation = format!("{name} needs {}, which is not in the lockfile", edge.name);
                self.at_lock("edge", &edge.name, recorded, explanation);
            }
        }
    }

    /// Crates of the default registry may need only crates of it, and those of a repository only what is
    /// followed there, unless a patch puts another in their place.
    fn is_foreign(&self, from: &Source, to: &Source, name: &str) -> bool {
        let is_patched =
            self.scene.patches.iter().any(|patch| patch.source == *to && patch.requirement.package == name);
        let is_foreign = match (from, to) {
            (Source::DefaultRegistry, to) => *to != Source::DefaultRegistry,
            (Source::Git(from, followed), Source::Git(to, other)) => from == to && followed != other,
            _ => false,
        };
        is_foreign && !is_patched
    }

    /// Two versions of one crate that one version could serve: Cargo never locks both.
    fn rivals(&mut self, walked: &Walked<'_>) {
        let graph = self.graph;
        let mut lines: BTreeMap<(&str, &Source, [u64; 3]), usize> = BTreeMap::new();
        for at in &walked.reached {
            let package = &graph.packages[*at];
            let Some(version) = &package.version else { continue };
            let line = match (version.major, version.minor) {
                (0, 0) => [0, 0, version.patch],
                (0, minor) => [0, minor, 0],
                (major, _) => [major, 0, 0],
            };
            let name = &*package.entry.name;
            if let Some(other) = lines.insert((name, &package.source, line), *at) {
                let (one, other) = (&graph.packages[other].entry.version, &package.entry.version);
                let message = format!("{name} is locked at {one} and at {other}, which Cargo never does");
                note(&mut self.outcome, &Stop::Refused(message, Some(package.entry.version_span)));
            }
        }
    }

    /// One package under two names in a crate that is built: Cargo cannot hand it over under both.
    pub(super) fn two_names(&mut self, walked: &Walked<'_>) {
        for asking in &walked.asking {
            let from = self.entries.get(&asking.directory).copied();
            let mut names: BTreeMap<usize, String> = BTreeMap::new();
            let is_built = |one: &&Requirement<'_>| !one.optional || asking.active.contains(one.called());
            for requirement in asking.requirements.iter().filter(is_built) {
                let Some(found) = self.scene.answer(self.graph, from, requirement) else { continue };
                let called = requirement.called().replace('-', "_");
                let other = names.entry(found).or_insert_with(|| called.clone());
                if *other != called {
                    let message = format!("{} is asked for as {other} and as {called}", requirement.package);
                    return note(&mut self.outcome, &Stop::Refused(message, Some(requirement.key.span())));
                }
            }
        }
    }

    /// Packages that nothing needs; of a chain of them only the first.
    fn orphans(&mut self, walked: &Walked<'_>) {
        let graph = self.graph;
        let all: BTreeSet<usize> = (0..graph.packages.len()).collect();
        let orphans: BTreeSet<usize> =
            all.difference(&walked.reached).copied().filter(|at| !self.explained.contains(at)).collect();
        let mut needed = BTreeSet::new();
        for at in &orphans {
            needed.extend(graph.packages[*at].edges.iter().map(|(_, to)| *to).filter(|to| to != at));
        }
        let mut first: Vec<usize> = orphans.difference(&needed).copied().collect();
        if first.is_empty() {
            first.extend(orphans.first());
        }
        for at in first {
            let entry = graph.packages[at].entry;
            let explanation = format!("nothing needs {} {}", entry.name, entry.version);
            self.in_lock("orphan", entry, explanation);
        }
    }

    fn checksums(&mut self, walked: &Walked<'_>) {
        if let Some(span) = self.lock.mixed_checksums {
            let recorded = Value::written("checksums of two formats".to_owned(), span);
            let explanation = "checksums of an older format stand beside those of the packages".to_owned();
            return self.at_lock("digest", "metadata", recorded, explanation);
        }
        let graph = self.graph;
        for package in walked.reached.iter().map(|at| &graph.packages[*at]) {
            let name = &package.entry.name;
            match (package.source.word(), package.entry.checksum.as_deref()) {
                ("registry", None) if package.entry.replace.is_none() => {
                    self.in_lock("digest", package.entry, format!("{name} has no checksum in the lockfile"));
                }
                ("registry", Some("")) => {
                    let message = format!("the lockfile says that {name} has no checksum");
                    note(&mut self.outcome, &Stop::Refused(message, Some(package.entry.name_span)));
                }
                ("path" | "git", Some(checksum)) if !checksum.is_empty() => {
                    let message = format!("the lockfile has a checksum for {name}, which comes from no registry");
                    note(&mut self.outcome, &Stop::Refused(message, Some(package.entry.name_span)));
                }
                _ => {}
            }
        }
    }
}

/// The name in a package specification such as `name:1.0` or `registry#name@1.0`.
fn name_of_spec(spec: &str) -> &str {
    let end = spec.rsplit(['#', '/']).next().unwrap_or(spec);
    end.split([':', '@']).next().unwrap_or(end)
}
