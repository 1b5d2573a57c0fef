//! The entry of each workspace, and of each directory that is linked, against its package.json.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::Checking;
use super::config::Place;
use super::project::{Package, Stated};
use crate::berry::descriptor;
use crate::berry::lock::{Entry, Texts};
use crate::facts::{Link, Manifest};
use crate::source::Span;

/// Compares all workspaces, and those that the lockfile has and the project has not.
pub(super) fn compare(checking: &mut Checking<'_>) {
    for at in 0..checking.workspaces.len() {
        let lock = checking.lock;
        let package = &checking.workspaces[at];
        let file = Arc::clone(&checking.seen.facts[package.manifest].header.path);
        let own = (file, name_place(package));
        let Some(entry) = checking.entry_of(at).map(|entry| &lock.entries[entry]) else {
            let locator = package.locator();
            if let Some(other) = lock.entries.iter().find(|entry| entry.keys.iter().any(|key| *key.text == locator)) {
                let message = format!("{locator} is locked to {}", other.resolution.text);
                checking.refuse(message, Some(other.resolution.span));
                continue;
            }
            let mut explanation = format!("the workspace {} is not in the lockfile", package.name);
            let names: Vec<&str> = package.dependencies.keys().take(6).map(String::as_str).collect();
            if !names.is_empty() {
                explanation.push_str(&format!("; it asks for {}", names.join(", ")));
            }
            let name = package.name.clone();
            checking.reported.extend(package.dependencies.keys().map(|name| (at, name.clone())));
            checking.differ("member", &name, &name, Some(own), None, explanation);
            continue;
        };
        let found = differences(package, entry, lock.format());
        let manifest = package.manifest;
        if entry.name() != package.name {
            let (name, old) = (package.name.clone(), entry.name().to_owned());
            let explanation =
                format!("the workspace is called {name} by the name in its package.json, {old} in the lockfile");
            checking.differ("member", &name, &name, Some(own), Some((&old, entry.resolution.span)), explanation);
        }
        checking.tell(Some(at), manifest, found);
    }
    for entry in &checking.lock.entries {
        let Some(directory) = entry.workspace() else { continue };
        let at = if directory == "." { "" } else { directory };
        if checking.workspaces.iter().all(|one| one.directory != at) {
            let name = entry.name().to_owned();
            let explanation = format!("the lockfile has the workspace {name} in {directory}, the project does not");
            let place = workspaces_place(checking);
            checking.differ(
                "member",
                &name,
                "",
                place,
                Some((&entry.resolution.text, entry.resolution.span)),
                explanation,
            );
        }
    }
}

fn name_place(package: &Package) -> Span {
    let root = package.root();
    root.entry("name").map_or_else(|| root.span().part(0..1), |entry| entry.value.span())
}

/// Where the root lists its workspaces.
fn workspaces_place(checking: &Checking<'_>) -> Option<Place> {
    let root = checking.workspaces.first()?;
    let entry = root.root().entry("workspaces")?;
    let file = Arc::clone(&checking.seen.facts[root.manifest].header.path);
    Some((file, Span { end: entry.value.span().end, ..entry.key.span() }))
}

/// One thing in which an entry differs from its package.
pub(super) struct Found {
    aspect: &'static str,
    name: String,
    asked: Option<Stated>,
    /// Where it would stand in package.json.
    place: Option<Span>,
    recorded: Option<(String, Span)>,
    explanation: String,
}

fn differences(package: &Package, entry: &Entry, format: u32) -> Vec<Found> {
    let mut all = requirements(package, entry, format);
    let tables: [(&str, &BTreeMap<String, Stated>, &Texts); 4] = [
        ("peerDependencies", &package.peers, &entry.peers),
        ("dependenciesMeta", &package.dependencies_meta, &entry.dependencies_meta),
        ("peerDependenciesMeta", &package.peers_meta, &entry.peers_meta),
        ("bin", &package.bin, &entry.bin),
    ];
    for (table, now, old) in tables {
        for name in names(now, old) {
            let (asked, recorded) = (now.get(&name), old.get(name.as_str()));
            let explanation = match (asked, recorded) {
                (Some(asked), Some(recorded)) if *asked.text == *recorded.text => continue,
                (Some(asked), Some(old)) => format!("{table}: {name} is {}, in the lockfile {}", asked.text, old.text),
                (Some(asked), None) => format!("{table}: {name} {} is not in the lockfile", asked.text),
                (None, _) => format!("{table}: the lockfile has {name}, {} does not", package.name),
            };
            all.push(found(
                "setting",
                package,
                name,
                asked,
                recorded.map(|old| (old.text.to_string(), old.span)),
                table,
                explanation,
            ));
        }
    }
    all
}

fn requirements(package: &Package, entry: &Entry, format: u32) -> Vec<Found> {
    let mut all = Vec::new();
    for name in names(&package.dependencies, &entry.dependencies) {
        let (asked, old) = (package.dependencies.get(&name), entry.dependencies.get(name.as_str()));
        let plain = |text: &str| text.strip_prefix("npm:").unwrap_or(text).to_owned();
        let recorded = old.map(|old| old.text.to_string());
        // Formats before 8 hold the range as it is written.
        let now = |asked: &Stated| if format < 8 { asked.written.clone() } else { asked.text.clone() };
        let explanation = match (asked, &recorded) {
            (Some(asked), Some(recorded)) if now(asked) == *recorded => continue,
            (Some(asked), Some(recorded)) if plain(&asked.text) == plain(recorded) => {
                format!("{name} {} is asked for, the lockfile records {recorded}", now(asked))
            }
            (Some(asked), Some(recorded)) => {
                format!("{name} {} is asked for, the lockfile records {}", plain(&asked.text), plain(recorded))
            }
            (Some(asked), None) => format!("{name} {} is not in the lockfile", plain(&asked.text)),
            (None, _) => {
                let recorded = recorded.as_deref().map(plain).unwrap_or_default();
                format!("the lockfile has {name} {recorded} for {}, which no longer asks for it", package.name)
            }
        };
        let at = old.map(|old| (old.text.to_string(), old.span));
        all.push(found("requirement", package, name, asked, at, "dependencies", explanation));
    }
    all
}

fn names(now: &BTreeMap<String, Stated>, old: &Texts) -> BTreeSet<String> {
    now.keys().cloned().chain(old.keys().map(|name| name.to_string())).collect()
}

fn found(
    aspect: &'static str,
    package: &Package,
    name: String,
    asked: Option<&Stated>,
    recorded: Option<(String, Span)>,
    table: &str,
    explanation: String,
) -> Found {
    let place = asked.is_none().then(|| where_it_would_stand(package, table, &name)).flatten();
    Found { aspect, name, asked: asked.cloned(), place, recorded, explanation }
}

/// The requirement that a setting is about, the entry that a missing one would follow, or the key of the table.
fn where_it_would_stand(package: &Package, table: &str, name: &str) -> Option<Span> {
    let about = name.split(' ').next().unwrap_or(name);
    if let Some(stated) = package.dependencies.get(about) {
        return Some(stated.span);
    }
    let tables = if table == "dependencies" {
        &["dependencies", "devDependencies", "optionalDependencies"][..]
    } else {
        &[table][..]
    };
    let root = package.root();
    let there = || tables.iter().filter_map(|key| root.entry(key));
    // A table that is none says why nothing of it is seen.
    if let Some(odd) = there().find(|entry| !entry.value.is_map()) {
        return Some(odd.key.span());
    }
    let found = there().next().map(|entry| {
        let before = entry.value.own_entries().filter(|one| one.key.scalar().is_some_and(|key| key < name)).last();
        before.map_or(entry.key.span(), |one| one.key.span())
    });
    found.or_else(|| Some(root.span().part(0..1)))
}

impl Checking<'_> {
    /// Tells what was found in a package.
    fn tell(&mut self, workspace: Option<usize>, manifest: Link<Manifest>, all: Vec<Found>) {
        let file = Arc::clone(&self.seen.facts[manifest].header.path);
        for one in all {
            if let (Some(at), "requirement") = (workspace, one.aspect) {
                self.reported.insert((at, one.name.clone()));
            }
            let (text, span) = match &one.asked {
                Some(asked) => (asked.text.as_str(), Some(asked.span)),
                None => ("", one.place),
            };
            let place = span.map(|span| (Arc::clone(&file), span));
            let recorded = one.recorded.as_ref().map(|(text, span)| (text.as_str(), *span));
            self.differ(one.aspect, &one.name, text, place, recorded, one.explanation);
        }
    }

    /// An entry that comes from a directory or a patch: what Yarn works out anew.
    pub(super) fn linked(&mut self, at: usize) {
        let lock = self.lock;
        let entry = &lock.entries[at];
        if entry.is_kept() || !self.linked.insert(at) {
            return;
        }
        let protocol = descriptor::protocol(entry.reference());
        if protocol == "patch:" {
            return super::patch::compare(self, at);
        }
        let Some(directory) = self.directory_of(at).filter(|_| protocol != "link:") else { return };
        let Some(package) = self.directory_package(at) else {
            if !self.seen.around.files.has_directory(&directory) && !self.seen.around.files.can_follow(&directory) {
                self.refuse(format!("{directory} of {} is not there", entry.name()), Some(entry.resolution.span));
            }
            return;
        };
        let mut all = differences(&package, entry, self.lock.format());
        let version = if package.version_text.is_empty() { "0.0.0" } else { &package.version_text };
        if let Some(locked) = entry.version.as_ref().filter(|locked| protocol == "file:" && *locked.text != *version) {
            let explanation = format!("{} is {version}, in the lockfile {}", entry.name(), locked.text);
            let recorded = Some((locked.text.to_string(), locked.span));
            all.push(found("version", &package, entry.name().to_owned(), None, recorded, "version", explanation));
        }
        self.tell(None, package.manifest, all);
    }
}
