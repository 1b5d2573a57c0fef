//! From the workspaces along all requirements: which entries are reached, under which descriptors, and what has none.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Checking;
use super::config::Place;
use super::project::Package;
use crate::berry::descriptor;
use crate::berry::lock::Entry;
use crate::path;
use crate::source::Span;

/// A package whose requirements are followed: a workspace, or an entry of the lockfile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Asker {
    Workspace(usize),
    Entry(usize),
}

/// One requirement.
struct Need {
    name: String,
    range: String,
    /// The range as it is written, which resolutions are held against before Yarn 4.
    written: String,
    /// Where the project states it; `None` inside of other packages.
    place: Option<Place>,
    /// Where the lockfile states it.
    locked: Option<Span>,
}

/// What was found on the way.
#[derive(Debug, Default)]
pub(super) struct Reached {
    /// The descriptors under which each entry was met.
    pub(super) met: BTreeMap<usize, BTreeSet<String>>,
    /// Requirements of workspaces: directory, name, and the entry that answers.
    pub(super) answered: Vec<(usize, String, usize)>,
}

/// Follows all requirements.
pub(super) fn walk(checking: &mut Checking<'_>) -> Reached {
    let lock = checking.lock;
    let mut index: HashMap<&str, usize> = HashMap::new();
    for (at, entry) in lock.entries.iter().enumerate() {
        index.extend(entry.keys.iter().map(|key| (&*key.text, at)));
    }
    let mut walk = Walk { index, reached: Reached::default(), seen: BTreeSet::new(), pending: Vec::new() };
    for at in (0..checking.workspaces.len()).rev() {
        let locator = checking.workspaces[at].locator();
        if let Some(entry) = checking.entry_of(at) {
            walk.reached.met.entry(entry).or_default().insert(locator);
        }
        walk.push(Asker::Workspace(at));
    }
    while let Some(asker) = walk.pending.pop() {
        let locator = checking.locator(asker);
        for need in checking.needs(asker) {
            walk.follow(checking, asker, &locator, need);
        }
    }
    walk.reached
}

struct Walk<'a> {
    index: HashMap<&'a str, usize>,
    reached: Reached,
    seen: BTreeSet<Asker>,
    pending: Vec<Asker>,
}

impl Walk<'_> {
    fn push(&mut self, asker: Asker) {
        if self.seen.insert(asker) {
            self.pending.push(asker);
        }
    }

    fn follow(&mut self, checking: &mut Checking<'_>, asker: Asker, locator: &str, need: Need) {
        let top = checking.workspaces[0].locator();
        let format = checking.lock.format();
        let reduced = match checking.config.reduce((locator, &top), &need.name, (&need.range, &need.written), format) {
            Ok(reduced) => reduced,
            Err(message) => return checking.refuse(message, need.place.map(|(_, span)| span)),
        };
        let changed = reduced.place.is_some();
        let need = Need { range: reduced.range, place: reduced.place.or(need.place), ..need };
        let answer = self.look_up(checking, asker, &need, changed);
        if let (Asker::Workspace(at), Some(entry)) = (asker, answer) {
            self.reached.answered.push((at, need.name.clone(), entry));
        }
        if let Some(source) = descriptor::patched(&need.range).filter(|_| need.range.starts_with("patch:")) {
            let Some((name, range)) = descriptor::split(&source) else { return };
            let plain = range.strip_prefix("npm:").unwrap_or(range);
            let is_bare = format < 8 && self.index.contains_key(format!("{name}@{plain}").as_str());
            let range = if is_bare { plain.to_owned() } else { descriptor::normal(range) };
            let inner = Need { name: name.to_owned(), range, ..need };
            self.look_up(checking, asker, &inner, changed);
        }
    }

    /// The entry that answers a requirement, which is followed in turn.
    fn look_up(&mut self, checking: &mut Checking<'_>, asker: Asker, need: &Need, changed: bool) -> Option<usize> {
        let wanted = format!("{}@{}", need.name, need.range);
        let member = checking.workspaces.iter().position(|one| one.name == need.name);
        let is_transparent = checking.config.is_transparent;
        let accepted = member.filter(|at| checking.workspaces[*at].accepts(&need.range, is_transparent));
        if need.range.starts_with("workspace:") && accepted.is_none() {
            let message = format!("no workspace answers {} {}", need.name, need.range);
            checking.refuse(message, need.place.as_ref().map(|(_, span)| *span));
            return None;
        }
        let found = self.index.get(wanted.as_str()).copied();
        let Some(entry) = found else {
            if let Some(at) = accepted {
                self.push(Asker::Workspace(at));
            }
            let lost = match asker {
                Asker::Workspace(at) => checking.lost(&checking.workspaces[at].directory, &need.range),
                Asker::Entry(_) => None,
            };
            if let Some(message) = lost {
                checking.refuse(message, need.place.as_ref().map(|(_, span)| *span));
            }
            checking.missing(asker, need, changed);
            return None;
        };
        let locked = &checking.lock.entries[entry];
        if locked.workspace().is_some() {
            let Some(at) = accepted.filter(|at| checking.entry_of(*at) == Some(entry)) else {
                checking.no_longer_answers(asker, need);
                return None;
            };
            self.push(Asker::Workspace(at));
        } else {
            checking.linked(entry);
            self.push(Asker::Entry(entry));
        }
        self.reached.met.entry(entry).or_default().insert(wanted);
        Some(entry)
    }
}

impl Checking<'_> {
    fn locator(&self, asker: Asker) -> String {
        match asker {
            Asker::Workspace(at) => self.workspaces[at].locator(),
            Asker::Entry(at) => self.lock.entries[at].resolution.text.to_string(),
        }
    }

    /// What a package asks for.
    fn needs(&mut self, asker: Asker) -> Vec<Need> {
        match asker {
            Asker::Workspace(at) => {
                let package = &self.workspaces[at];
                let locked = self.entry_of(at).map(|entry| &self.lock.entries[entry]);
                self.stated_needs(package, locked, &package.version_text)
            }
            Asker::Entry(at) => {
                let entry = &self.lock.entries[at];
                let version = entry.version.as_ref().map_or("", |version| &version.text);
                match descriptor::protocol(entry.reference()) {
                    "link:" => Vec::new(),
                    "portal:" | "file:" => match self.directory_package(at) {
                        Some(package) => self.stated_needs(&package, Some(entry), &package.version_text),
                        None => self.locked_needs(entry, version),
                    },
                    // What is patched is an entry of its own, which asks for the same.
                    _ => self.locked_needs(entry, version),
                }
            }
        }
    }

    fn stated_needs(&self, package: &Package, entry: Option<&Entry>, version: &str) -> Vec<Need> {
        let file = &self.seen.facts[package.manifest].header.path;
        let own = package.dependencies.iter().map(|(name, stated)| Need {
            name: name.clone(),
            range: stated.text.clone(),
            written: stated.written.clone(),
            place: Some((std::sync::Arc::clone(file), stated.span)),
            locked: entry.and_then(|entry| Some(entry.dependencies.get(name.as_str())?.span)),
        });
        let mut needs: Vec<Need> = own.collect();
        self.add(&package.name, version, &mut needs);
        needs
    }

    fn locked_needs(&self, entry: &Entry, version: &str) -> Vec<Need> {
        let own = entry.dependencies.iter().map(|(name, range)| Need {
            name: name.to_string(),
            range: descriptor::normal(&range.text),
            written: range.text.to_string(),
            place: None,
            locked: Some(range.span),
        });
        let mut needs: Vec<Need> = own.collect();
        self.add(entry.name(), version, &mut needs);
        needs
    }

    /// What `packageExtensions` and Yarn itself add; the latter differs from release to release, so that it
    /// counts only where the lockfile has it.
    fn add(&self, name: &str, version: &str, needs: &mut Vec<Need>) {
        for (name, range, place) in self.config.added(name, version) {
            let wanted = format!("{name}@{range}");
            let is_locked = || self.lock.entries.iter().any(|entry| entry.keys.iter().any(|key| *key.text == wanted));
            if needs.iter().all(|need| need.name != name) && (place.is_some() || is_locked()) {
                needs.push(Need { name, written: range.clone(), range, place, locked: None });
            }
        }
    }

    /// A requirement that no entry answers.
    fn missing(&mut self, asker: Asker, need: &Need, changed: bool) {
        let range = need.range.split("::").next().unwrap_or(&need.range);
        let shown = range.strip_prefix("npm:").unwrap_or(range);
        if let Asker::Workspace(at) = asker
            && !changed
            && self.reported.contains(&(at, need.name.clone()))
        {
            return;
        }
        let explanation = match asker {
            Asker::Entry(at) if need.place.is_none() => {
                let entry = &self.lock.entries[at];
                format!("{} needs {} {shown}, which has no entry in the lockfile", entry.resolution.text, need.name)
            }
            _ => format!("{} {shown} has no entry in the lockfile", need.name),
        };
        if let Asker::Entry(at) = asker
            && let Some(span) = need.locked
            && !changed
        {
            self.broken.push((at, need.name.clone(), span));
        }
        let place = need.place.clone().or_else(|| self.config.resolves(&need.name));
        let aspect = if need.place.is_some() { "requirement" } else { "edge" };
        self.differ(aspect, &need.name, shown, place, need.locked.map(|span| (shown, span)), explanation);
    }

    /// A workspace that the lockfile takes for the answer, but whose version is another now.
    fn no_longer_answers(&mut self, _asker: Asker, need: &Need) {
        let shown = need.range.strip_prefix("npm:").unwrap_or(&need.range);
        let member = self.workspaces.iter().find(|one| one.name == need.name);
        let (place, version) = match member {
            Some(member) => {
                let file = std::sync::Arc::clone(&self.seen.facts[member.manifest].header.path);
                let key = member.root().entry("version").or_else(|| member.root().entry("name"));
                let span = key.map_or_else(|| member.root().span(), |entry| entry.key.span());
                (Some((file, span)), member.version_text.clone())
            }
            None => (need.place.clone(), "gone".to_owned()),
        };
        let explanation = format!(
            "the lockfile answers {} {shown} with the workspace of that name, which is {version} now",
            need.name
        );
        self.differ("version", &need.name, shown, place, need.locked.map(|span| (shown, span)), explanation);
    }

    /// The package of the directory that an entry comes from.
    pub(super) fn directory_package(&self, entry: usize) -> Option<Package> {
        let directory = self.directory_of(entry)?;
        let found = self.seen.lookup.manifests_in(self.seen.facts, &directory, "package-json").next()?;
        Package::new(self.seen.facts, found, &self.directory, false)
    }

    /// The directory that an entry comes from, from the root of the repository.
    pub(super) fn directory_of(&self, entry: usize) -> Option<String> {
        let reference = self.lock.entries[entry].reference();
        let rest = ["portal:", "file:", "link:"].iter().find_map(|protocol| reference.strip_prefix(protocol))?;
        let named = rest.split('#').next().unwrap_or(rest).split("::").next().unwrap_or(rest);
        let asker = descriptor::parameter(reference, "locator").unwrap_or_default();
        let base = asker.rsplit_once("@workspace:").map_or(".", |(_, directory)| directory);
        path::join(&path::join(&self.directory, base)?, named)
    }
}
