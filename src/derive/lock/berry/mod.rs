//! yarn.lock of Yarn 2 and later against its project, as `yarn install --immutable` compares them.
//!
//! Yarn writes the lockfile anew and compares the texts. Here the same is decided part by part:
//! the entry of each workspace, the descriptors that are asked for and the entries that answer
//! them, what is left over, and whether the text is written as Yarn writes it. Proved against
//! Yarn 4.18.

mod bodies;
mod config;
mod lost;
mod patch;
mod project;
#[cfg(test)]
mod tests;
mod walk;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::unasked::Found;
use super::{Difference, Lookup, Outcome, Pairing, Seen, Tool, Workspace};
use crate::berry::descriptor;
use crate::berry::lock::Lock;
use crate::facts::recorded::Recorded;
use crate::facts::{Facts, Link, LockedPackage, Lockfile, Manifest, Problem};
use crate::path;
use crate::source::Span;
use crate::value::Value;
use config::{Config, Place};
use project::{Package, admits};
use walk::Reached;

/// Yarn.
pub(super) const TOOL: Tool = Tool {
    name: "yarn",
    ecosystem: "node",
    files: &["yarn.lock"],
    pairing: Pairing::Beside { formats: &["package-json"], workspaces },
    compare: compare_either,
};

/// Lockfiles of Yarn 1 have the same name and another comparison.
fn compare_either(seen: Seen<'_>, link: Link<Lockfile>) -> Outcome {
    match &seen.facts[link].recorded {
        Recorded::Yarn(_) => super::yarn1::compare(seen, link),
        _ => compare(seen, link),
    }
}

/// The command that brings a lockfile into step and changes nothing else.
const REMEDY: &str = "yarn install --mode=update-lockfile";

/// How many left-over entries are told: one reason for all of them is enough.
const MOST_LEFT_OVER: usize = 20;

/// The highest number that Yarn 2 gives its cache (2.4.2, 2026-11); Yarn 3 begins above it.
const CACHE_OF_SECOND: u32 = 7;

fn workspaces(facts: &Facts, lookup: &Lookup) -> Vec<Workspace> {
    let roots = facts.all::<Manifest>().filter(|(_, one)| {
        let document = one.document.as_ref().filter(|_| one.format == "package-json");
        document.is_some_and(|document| document.root().get("workspaces").is_some())
    });
    let of = |(root, _): (Link<Manifest>, &Manifest)| {
        let members = project::members(facts, lookup, root).into_iter().skip(1).collect();
        Workspace { root, members }
    };
    roots.map(of).collect()
}

/// One comparison.
pub(super) struct Checking<'a> {
    seen: Seen<'a>,
    lock: &'a Lock,
    /// The directory of the project.
    directory: String,
    /// The root first.
    workspaces: Vec<Package>,
    /// The entry of each workspace.
    entries: Vec<Option<usize>>,
    config: Config,
    outcome: Outcome,
    /// Requirements of workspaces that are told already.
    reported: BTreeSet<(usize, String)>,
    /// Entries of directories and patches that are compared already.
    linked: BTreeSet<usize>,
    /// Requirements of entries that no entry answers.
    broken: Vec<(usize, String, Span)>,
}

pub(super) fn compare(seen: Seen<'_>, link: Link<Lockfile>) -> Outcome {
    let facts = seen.facts;
    let Recorded::Berry(lock) = &facts[link].recorded else { return Outcome::default() };
    let directory = path::directory(&facts[link].header.path).to_owned();
    let Some(root) = facts[link].manifests.first().copied() else { return Outcome::default() };
    let members = project::members(facts, seen.lookup, root);
    let read = |member: Link<Manifest>| Package::new(facts, member, &directory, true);
    let workspaces: Vec<Package> = members.into_iter().filter_map(read).collect();
    let Some(top) = workspaces.first() else { return Outcome::default() };
    let config = Config::of(facts, &directory, top);
    let mut checking = Checking {
        seen,
        lock,
        directory,
        entries: Vec::new(),
        workspaces,
        config,
        outcome: Outcome::default(),
        reported: BTreeSet::new(),
        linked: BTreeSet::new(),
        broken: Vec::new(),
    };
    checking.find_entries();
    checking.refusals(link);
    checking.head();
    bodies::compare(&mut checking);
    let reached = walk::walk(&mut checking);
    checking.left_over(&reached);
    checking.layout(link);
    checking.finish(link, &reached)
}

impl Checking<'_> {
    fn find_entries(&mut self) {
        let mut by_directory: BTreeMap<&str, usize> = BTreeMap::new();
        for (at, entry) in self.lock.entries.iter().enumerate() {
            if let Some(directory) = entry.workspace() {
                by_directory.insert(if directory == "." { "" } else { directory }, at);
            }
        }
        let find = |one: &Package| by_directory.get(one.directory.as_str()).copied();
        self.entries = self.workspaces.iter().map(find).collect();
    }

    /// The entry of a workspace.
    fn entry_of(&self, workspace: usize) -> Option<usize> {
        self.entries.get(workspace).copied().flatten()
    }

    fn refuse(&mut self, message: String, span: Option<Span>) {
        self.outcome.refusal.get_or_insert(Value { span, ..Value::derived(message) });
    }

    /// What Yarn stops at before it looks at the lockfile.
    fn refusals(&mut self, link: Link<Lockfile>) {
        let settings = path::join(&self.directory, config::FILE);
        // Of a key that stands twice Yarn takes the second.
        let is_it = |problem: &&Problem| {
            settings.as_deref() == Some(&*problem.header.path) && problem.trouble != "duplicate-key"
        };
        if let Some(problem) = self.seen.facts.problems.iter().find(is_it) {
            self.refuse(format!("{} cannot be read", config::FILE), Some(problem.header.span));
        }
        if let Some(odd) = self.config.odd_extension.clone() {
            self.refuse(format!("the extension {} names no range of versions", odd.text), Some(odd.place.1));
        }
        let files = self.seen.around.files;
        if let Some(lost) = self.config.loaded.iter().find(|one| !files.may_hide(&one.text)).cloned() {
            self.refuse(format!("Yarn is to load {}, which is not there", lost.text), Some(lost.place.1));
        }
        if let Some(unknown) = self.config.unknown.clone() {
            self.refuse(format!("Yarn knows no setting {}", unknown.text), Some(unknown.place.1));
        }
        let own = &self.seen.facts[link].header.path;
        let doubled = |problem: &&Problem| problem.header.path == *own && problem.trouble == "duplicate-key";
        if let Some(problem) = self.seen.facts.problems.iter().find(doubled).filter(|_| self.is_second()) {
            self.refuse(problem.explanation.clone(), Some(problem.header.span));
        }
        let mut names = BTreeSet::new();
        let twice = self.workspaces.iter().find(|one| !names.insert(one.name.as_str()));
        if let Some(message) = twice.map(|one| format!("two workspaces are called {}", one.name)) {
            self.refuse(message, None);
        }
    }

    /// Whether Yarn 2 reads the lockfile: by the release that is named, else by the number of its cache.
    fn is_second(&self) -> bool {
        let cache = self.lock.cache_key.as_ref().and_then(|key| key.text.parse::<u32>().ok());
        self.config.release.map_or(cache.is_some_and(|key| key <= CACHE_OF_SECOND), |release| release.0 == 2)
    }

    /// `__metadata`: the format and the key of the cache.
    fn head(&mut self) {
        let lock = self.lock;
        let Some(version) = &lock.version else {
            let explanation = "the lockfile has no __metadata".to_owned();
            return self.differ("setting", "__metadata", "", None, None, explanation);
        };
        // Formats of releases, seen in the lockfiles they write (2026-11).
        let least = self.config.release.map(|release| match release {
            (4, 16..) | (5.., _) => 10,
            (4, 14..) => 9,
            (4, _) => 8,
            (3, 2..) => 6,
            _ => 4,
        });
        if let Some(least) = least.filter(|least| lock.format() < *least) {
            let explanation = format!("__metadata.version is {}, this release of Yarn writes {least}", version.text);
            let recorded = Some((&*version.text, version.span));
            self.differ("setting", "__metadata.version", &least.to_string(), None, recorded, explanation);
        }
        let Some(key) = lock.cache_key.as_ref().filter(|_| lock.format() >= 8) else { return };
        let default = if self.config.release.is_none_or(|release| release.0 >= 4) { "0" } else { "mixed" };
        let level = self.config.compression.as_ref().map_or(default.to_owned(), |written| written.text.clone());
        let wanted = if level == "mixed" { String::new() } else { format!("c{level}") };
        let digits = key.text.trim_start_matches(|letter: char| letter.is_ascii_digit());
        if digits != wanted {
            let explanation = format!("compressionLevel is {level}, the cacheKey of the lockfile is {}", key.text);
            let place = self.config.compression.as_ref().map(|written| written.place.clone());
            self.differ("setting", "compressionLevel", &level, place, Some((&key.text, key.span)), explanation);
        }
    }

    /// Entries and descriptors that nothing asks for; told only where nothing else is wrong, as they follow from it.
    fn left_over(&mut self, reached: &Reached) {
        if !self.outcome.differences.is_empty() || self.outcome.refusal.is_some() {
            return;
        }
        let nothing = BTreeSet::new();
        for (at, entry) in self.lock.entries.iter().enumerate() {
            let met = reached.met.get(&at).unwrap_or(&nothing);
            for key in entry.keys.iter().filter(|key| !met.contains(&*key.text)) {
                if self.outcome.differences.len() >= MOST_LEFT_OVER {
                    return;
                }
                let (name, range) = descriptor::split(&key.text).unwrap_or((&key.text, ""));
                let range = range.split("::").next().unwrap_or(range);
                let explanation = format!("nothing asks for {name} {range}, which the lockfile has");
                if let Some(plugin) = &self.config.foreign_plugin {
                    let file = path::file_name(plugin);
                    return self.outcome.undecided.push(format!("{explanation}, unless the plugin {file} does"));
                }
                let place = self.config.adds(name).or_else(|| self.config.resolves(name));
                self.differ("orphan", name, "", place, Some((range, key.span)), explanation);
            }
        }
    }

    /// Text that Yarn would write in another way.
    fn layout(&mut self, link: Link<Lockfile>) {
        if self.outcome.refusal.is_some() {
            return;
        }
        let lock = self.lock;
        let unknown = lock.entries.iter().find_map(|entry| entry.conditions.as_ref().map(|of| (entry, of)));
        if let Some((entry, conditions)) = unknown.filter(|_| self.is_second() && self.outcome.differences.is_empty()) {
            let explanation = format!("{} has conditions, which Yarn 2 does not write", entry.resolution.text);
            let recorded = Some((&*conditions.text, conditions.span));
            return self.differ("layout", entry.name(), "", None, recorded, explanation);
        }
        if self.seen.facts[link].has_byte_order_mark && self.outcome.differences.is_empty() {
            let explanation = "the lockfile begins with a byte order mark, which Yarn does not write".to_owned();
            return self.differ("layout", "yarn.lock", "", None, None, explanation);
        }
        let Some((span, inside)) = self.lock.edited.clone().filter(|_| self.outcome.differences.is_empty()) else {
            return;
        };
        let explanation = format!("{inside} of the lockfile is not written as Yarn writes it");
        self.differ("layout", "yarn.lock", "", None, Some(("edited by hand", span)), explanation);
    }

    fn finish(mut self, link: Link<Lockfile>, reached: &Reached) -> Outcome {
        let packages: Vec<Link<LockedPackage>> = self.seen.lookup.packages(link).collect();
        for (at, package) in packages.iter().enumerate() {
            let is_reached = reached.met.contains_key(&at);
            self.outcome.reachable.push((*package, Value::derived(is_reached)));
        }
        for (at, name, span) in &self.broken {
            if let Some(package) = packages.get(*at) {
                self.outcome.broken.push((*package, name.clone(), *span));
            }
        }
        for (entry, link) in self.lock.entries.iter().zip(&packages) {
            let Some(name) = entry.keys.first().and_then(|key| Some(descriptor::split(&key.text)?.0)) else { continue };
            let ranges = entry.keys.iter().filter_map(|key| Some(descriptor::split(&key.text)?.1));
            // `npm:^1` is of the registry, `npm:other@^1` another package of it.
            let plain = |range: &'_ str| {
                range.strip_prefix("npm:").filter(|rest| descriptor::split(rest).is_none()).map(str::to_owned)
            };
            let ranges: Vec<String> = ranges.map(|range| plain(range).unwrap_or_else(|| range.to_owned())).collect();
            let fact = &self.seen.facts[*link];
            let found = Found { link: *link, fact, sought: name, span: entry.resolution.span };
            self.outcome.unasked.extend(found.unasked(ranges.iter().map(String::as_str)));
        }
        for (at, entry) in self.lock.entries.iter().enumerate() {
            let Some(version) = &entry.version else { continue };
            let violated = entry.keys.iter().find(|key| {
                let range = descriptor::split(&key.text).and_then(|(_, range)| range.strip_prefix("npm:"));
                let range = range.map(|range| descriptor::split(range).map_or(range, |(_, range)| range));
                range.is_some_and(|range| is_range(range) && !admits(range, &version.text))
            });
            if let (Some(key), Some(package), true) = (violated, packages.get(at), entry.workspace().is_none()) {
                let (name, range) = descriptor::split(&key.text).unwrap_or((&key.text, ""));
                self.outcome.violated.push((*package, Value::written(format!("{name} {range}"), key.span)));
            }
        }
        for (workspace, name, entry) in &reached.answered {
            let manifest = self.workspaces[*workspace].manifest;
            for dependency in self.seen.lookup.dependencies(manifest) {
                let stated = self.seen.facts[dependency].header.name.rsplit_once('#').map_or("", |(_, part)| part);
                if stated.split_once('.').is_some_and(|(_, stated)| stated == name)
                    && let Some(package) = packages.get(*entry)
                {
                    self.outcome.locked.push((dependency, vec![*package]));
                }
            }
        }
        self.outcome
    }

    /// One difference. Without a place it lies in the lockfile alone.
    fn differ(
        &mut self,
        aspect: &'static str,
        subject: &str,
        asked: &str,
        place: Option<Place>,
        recorded: Option<(&str, Span)>,
        explanation: String,
    ) {
        let (file, asked) = match place {
            Some((file, span)) if asked.is_empty() => (Some(file), Value { span: Some(span), ..Value::absent() }),
            Some((file, span)) => (Some(file), Value::written(asked.to_owned(), span)),
            None => (None, Value::absent()),
        };
        let lookup = |file: &Arc<str>| self.seen.lookup.manifest_at(self.seen.facts, file);
        self.outcome.differences.push(Difference {
            manifest: file.as_ref().and_then(lookup),
            asked_in: file,
            asked,
            recorded: recorded.map_or_else(Value::absent, |(text, span)| Value::written(text.to_owned(), span)),
            ..Difference::of(aspect, subject, explanation, REMEDY)
        });
    }
}

fn is_range(text: &str) -> bool {
    crate::node::range::Range::parse(text, crate::node::version::Mode::Loose).is_some()
}
