//! Each requirement against the package that the lockfile has for it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::super::{Difference, Outcome, Seen, Weight};
use super::REMEDY;
use crate::bun::lock::{GROUPS, Lock, Noted, Package, catalogs};
use crate::facts::{Link, LockedPackage, Lockfile, Manifest};
use crate::node::manifest as package_json;
use crate::node::range::Range;
use crate::node::specifier::Specifier;
use crate::node::version::{self, Mode};
use crate::path;
use crate::source::Span;
use crate::syntax::{Document, Node};
use crate::value::Value;

/// A workspace on disk.
struct Project {
    manifest: Link<Manifest>,
    directory: String,
    /// Its place in the lockfile; empty for the root.
    place: String,
    name: String,
    version: String,
    document: Arc<Document>,
}

/// A requirement of a workspace.
struct Asked {
    group: usize,
    name: String,
    text: String,
    span: Span,
}

struct Checking<'a> {
    seen: Seen<'a>,
    lock: &'a Lock,
    projects: Vec<Project>,
    overrides: BTreeMap<String, String>,
    catalogs: BTreeMap<(Box<str>, Box<str>), Noted>,
    /// Whether the release compares texts, if that is known.
    compares_text: Option<bool>,
    outcome: Outcome,
}

pub(super) fn compare(seen: Seen<'_>, link: Link<Lockfile>, lock: &Lock) -> Outcome {
    let root = path::directory(&seen.facts[link].header.path);
    let read = |link: &Link<Manifest>| Project::new(seen, *link, root);
    let projects: Vec<Project> = seen.facts[link].manifests.iter().filter_map(read).collect();
    let mut checking = Checking {
        seen,
        lock,
        projects,
        overrides: BTreeMap::new(),
        catalogs: BTreeMap::new(),
        compares_text: None,
        outcome: Outcome::default(),
    };
    if checking.projects.is_empty() {
        return checking.outcome;
    }
    checking.compares_text = release(&checking.projects[0], lock).map(|release| release < (1, 4));
    checking.torn();
    checking.not_there();
    checking.tables();
    checking.members();
    let asked: Vec<Vec<Asked>> = checking.projects.iter().map(Project::asked).collect();
    for (at, asked) in asked.iter().enumerate() {
        for one in asked {
            checking.requirement(at, one);
        }
    }
    checking.needless(&asked);
    checking.finish(link, &asked)
}

impl Project {
    fn new(seen: Seen<'_>, manifest: Link<Manifest>, root: &str) -> Option<Self> {
        let fact = &seen.facts[manifest];
        let document = Arc::clone(fact.document.as_ref()?);
        let directory = path::directory(&fact.header.path);
        let directory = if directory == root { "" } else { path::relative_to(directory, root).unwrap_or(directory) };
        let text = |key: &str| document.root().get(key).and_then(Node::scalar).unwrap_or("").to_owned();
        let (name, version) = (text("name"), text("version"));
        let place = if directory.is_empty() { String::new() } else { name.clone() };
        Some(Self { manifest, directory: directory.to_owned(), place, name, version, document: Arc::clone(&document) })
    }

    fn asked(&self) -> Vec<Asked> {
        let root = self.document.root();
        let mut all = Vec::new();
        for (group, key) in GROUPS.iter().enumerate() {
            for entry in root.get(key).into_iter().flat_map(Node::own_entries) {
                let (Some(name), Some(text)) = (entry.key.text(), entry.value.text()) else { continue };
                if group == 3 && package_json::is_optional_peer(root, name) {
                    continue;
                }
                let span = Span { end: entry.value.span().end, ..entry.key.span() };
                all.push(Asked { group, name: name.to_owned(), text: text.to_owned(), span });
            }
        }
        all
    }
}

/// Major and minor of the release that the root names; format 2 is written by 1.4 and later.
fn release(root: &Project, lock: &Lock) -> Option<(u64, u64)> {
    let pinned = root.document.root().get("packageManager").and_then(Node::text);
    let pinned = pinned.and_then(|text| text.strip_prefix("bun@")).and_then(|text| {
        let mut numbers = text.split(|letter: char| !letter.is_ascii_digit());
        Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
    });
    pinned.or((lock.version >= 2).then_some((1, 4)))
}

impl Checking<'_> {
    fn refuse(&mut self, message: String, span: Span) {
        self.outcome.refusal.get_or_insert_with(|| Value::written(message, span));
    }

    /// Requirements inside the lockfile that lead nowhere: bun cannot read it then.
    fn torn(&mut self) {
        let lock = self.lock;
        for member in lock.members.iter() {
            let place = if member.0.is_empty() { "" } else { member.1.name.as_ref().map_or("", |name| &name.text) };
            for ((group, name), wanted) in &member.1.asked {
                if *group != 2 && lock.find(place, name).is_none() {
                    self.refuse(format!("{name} of a workspace has no package in it"), wanted.span);
                }
            }
        }
        for (place, package) in &lock.packages {
            for (name, wanted, can_do_without) in &package.needs {
                if !can_do_without && lock.find(place, name).is_none() {
                    self.refuse(format!("{name}, which {} needs, has no package in it", package.id.text), wanted.span);
                }
            }
        }
    }

    /// Workspaces and patches that package.json names and that are not there.
    fn not_there(&mut self) {
        let document = Arc::clone(&self.projects[0].document);
        let root = document.root();
        let base = path::directory(&self.seen.facts[self.projects[0].manifest].header.path);
        for node in package_json::workspaces(root).unwrap_or_default() {
            let Some(text) = node.text().filter(|text| !text.contains(['*', '?', '[', '{', '!'])) else { continue };
            let is_there = path::join(base, text)
                .is_none_or(|at| self.seen.lookup.manifests_in(self.seen.facts, &at, "package-json").next().is_some());
            if !is_there {
                self.refuse(format!("there is no workspace in {text}"), node.span());
            }
        }
        for entry in root.get("patchedDependencies").into_iter().flat_map(Node::own_entries) {
            let Some(text) = entry.value.text() else { continue };
            if path::join(base, text).is_some_and(|at| !self.seen.around.files.can_follow(&at)) {
                self.refuse(format!("the patch {text} is not there"), entry.value.span());
            }
        }
    }

    /// Overrides and catalogs, which are compared literally.
    fn tables(&mut self) {
        let document = Arc::clone(&self.projects[0].document);
        let root = document.root();
        let table = root.entry("overrides").or_else(|| root.entry("resolutions"));
        let mut now: BTreeMap<Box<str>, Noted> = BTreeMap::new();
        for entry in table.into_iter().flat_map(|table| table.value.own_entries()) {
            if let (Some(name), Some(text)) = (entry.key.text(), entry.value.text()) {
                let span = Span { end: entry.value.span().end, ..entry.key.span() };
                now.insert(name.into(), Noted { text: text.into(), span });
            }
        }
        self.overrides = now.iter().map(|(name, one)| (name.to_string(), one.text.to_string())).collect();
        let key = table.map(|table| table.key.span());
        let old = self.lock.overrides.clone();
        self.literal("overridden", key, &now, &old);
        let inner = root.get("workspaces").filter(|node| node.is_map());
        let mut entries = catalogs(root);
        entries.extend(inner.map(catalogs).unwrap_or_default());
        let named = |all: &BTreeMap<(Box<str>, Box<str>), Noted>| {
            let name = |catalog: &str, name: &str| {
                if catalog.is_empty() { name.into() } else { format!("{name} of {catalog}").into() }
            };
            all.iter()
                .map(|((catalog, entry), one)| (name(catalog, entry), one.clone()))
                .collect::<BTreeMap<Box<str>, Noted>>()
        };
        let (now, old) = (named(&entries), named(&self.lock.catalogs));
        let key = root.entry("workspaces").map(|entry| entry.key.span());
        self.literal("in the catalog", key, &now, &old);
        self.catalogs = entries;
    }

    fn literal(
        &mut self,
        what: &str,
        key: Option<Span>,
        now: &BTreeMap<Box<str>, Noted>,
        old: &BTreeMap<Box<str>, Noted>,
    ) {
        let names: BTreeSet<&str> = now.keys().chain(old.keys()).map(|name| &**name).collect();
        for name in names {
            let (asked, recorded) = (now.get(name), old.get(name));
            let explanation = match (asked, recorded) {
                (Some(asked), Some(recorded)) if asked.text == recorded.text => continue,
                (Some(asked), Some(old)) => {
                    format!("{name} is {what} as {}, in the lockfile as {}", asked.text, old.text)
                }
                (Some(asked), None) => format!("{name} is {what} as {}, not so in the lockfile", asked.text),
                (None, _) => format!("{name} is {what} in the lockfile, not in package.json"),
            };
            let span = asked.map(|asked| asked.span).or(key);
            let text = asked.map(|asked| asked.text.to_string());
            self.differ(0, "setting", name, text, span, recorded, explanation);
        }
    }

    /// Workspaces that are new or renamed, and those that no pattern takes in any more.
    fn members(&mut self) {
        for at in 0..self.projects.len() {
            let project = &self.projects[at];
            let (name, directory) = (project.name.clone(), project.directory.clone());
            let entry = project.document.root().entry("name");
            let span = entry.map(|entry| entry.value.span());
            match self.lock.members.get(directory.as_str()) {
                None => {
                    let explanation = format!("the workspace {name} is not in the lockfile");
                    self.differ(at, "member", &name, Some(name.clone()), span, None, explanation);
                }
                Some(member) if !directory.is_empty() && member.name.as_ref().is_none_or(|old| *old.text != *name) => {
                    let old = member.name.clone();
                    let shown = old.as_ref().map_or("unnamed", |old| &old.text).to_owned();
                    let explanation = format!("the workspace in {directory} is called {name}, in the lockfile {shown}");
                    self.differ(at, "member", &name, Some(name.clone()), span, old.as_ref(), explanation);
                }
                Some(_) => {}
            }
        }
        let root = path::directory(&self.seen.facts[self.projects[0].manifest].header.path).to_owned();
        let document = Arc::clone(&self.projects[0].document);
        let key =
            document.root().entry("workspaces").map(|entry| Span { end: entry.value.span().end, ..entry.key.span() });
        for (directory, member) in &self.lock.members {
            let is_known = self.projects.iter().any(|project| *project.directory == **directory);
            let at = path::join(&root, directory).unwrap_or_default();
            if !is_known && self.seen.lookup.manifests_in(self.seen.facts, &at, "package-json").next().is_some() {
                let name = member.name.as_ref().map_or("", |name| &name.text).to_owned();
                let explanation = format!("the lockfile has the workspace {name}, no pattern takes it in any more");
                self.differ(0, "member", &name, None, key, member.name.as_ref(), explanation);
            }
        }
    }

    /// One requirement: it must lead to a package that satisfies it.
    fn requirement(&mut self, at: usize, asked: &Asked) {
        let lock = self.lock;
        let project = &self.projects[at];
        let Some(member) = lock.members.get(project.directory.as_str()) else { return };
        let recorded = member.asked.get(&(asked.group, Box::from(asked.name.as_str())));
        let elsewhere = (0..GROUPS.len()).find_map(|group| member.asked.get(&(group, Box::from(asked.name.as_str()))));
        let text = match self.resolved(asked) {
            Ok(text) => text,
            Err(message) => return self.refuse(message, asked.span),
        };
        if let Some(wanted) = text.strip_prefix("workspace:")
            && let Some(message) = self.no_workspace(&asked.name, wanted)
        {
            return self.refuse(message, asked.span);
        }
        let found = lock.find(&project.place, &asked.name);
        let shown = if text.is_empty() { "``" } else { &text };
        let Some((_, package)) = found else {
            let explanation = format!("{} {shown} is not in the lockfile", asked.name);
            return self.differ(
                at,
                "requirement",
                &asked.name,
                Some(asked.text.clone()),
                Some(asked.span),
                None,
                explanation,
            );
        };
        let is_unchanged = recorded.or(elsewhere).is_some_and(|recorded| *recorded.text == *asked.text);
        if !is_unchanged && asked.group != 3 && is_tag(&text) {
            let reason = format!("which version of {} the tag {text} names stands in the registry", asked.name);
            return self.outcome.undecided.push(reason);
        }
        if !self.satisfies(&text, package, is_unchanged, asked.group == 3) {
            let explanation = format!("{} {shown} is asked for, the lockfile has {}", asked.name, package.id.text);
            let id = package.id.clone();
            return self.differ(
                at,
                "requirement",
                &asked.name,
                Some(asked.text.clone()),
                Some(asked.span),
                Some(&id),
                explanation,
            );
        }
        let is_locked = |group: usize| member.asked.contains_key(&(group, Box::from(asked.name.as_str())));
        // bun tells this move alone apart: from a dependency that may be missing to a peer.
        let was_optional = is_locked(2) && !is_locked(0) && !is_locked(1) && !is_locked(3);
        if asked.group == 3 && was_optional && self.is_only_peer(at, &asked.name) {
            let explanation = format!("{} is a peer now, in the lockfile an optional dependency", asked.name);
            let text = Some(asked.text.clone());
            return self.differ(at, "requirement", &asked.name, text, Some(asked.span), elsewhere, explanation);
        }
        if recorded.is_none_or(|recorded| *recorded.text != *asked.text) {
            self.respelled(at, asked, recorded);
        }
    }

    fn is_only_peer(&self, at: usize, name: &str) -> bool {
        let root = self.projects[at].document.root();
        GROUPS[..3].iter().all(|group| root.at(&[group, name]).is_none())
    }

    /// A satisfied edit: stale for releases before 1.4.
    fn respelled(&mut self, at: usize, asked: &Asked, recorded: Option<&Noted>) {
        let explanation = format!("{} {} is not what the lockfile records of package.json", asked.name, asked.text);
        match self.compares_text {
            Some(true) => {
                let text = Some(asked.text.clone());
                self.differ(at, "requirement", &asked.name, text, Some(asked.span), recorded, explanation);
            }
            Some(false) => {}
            None => self.outcome.version_dependent.push(format!("{explanation} (stale before bun 1.4, fresh since)")),
        }
    }

    /// What is asked for after overrides and catalogs.
    fn resolved(&self, asked: &Asked) -> Result<String, String> {
        let text = self.overrides.get(&asked.name).unwrap_or(&asked.text);
        let Some(catalog) = text.strip_prefix("catalog:") else { return Ok(text.clone()) };
        let key = (Box::from(catalog.trim()), Box::from(asked.name.as_str()));
        let entry = self.catalogs.get(&key).map(|entry| entry.text.to_string());
        entry.ok_or_else(|| format!("{} has no entry in the catalog", asked.name))
    }

    fn no_workspace(&self, name: &str, wanted: &str) -> Option<String> {
        let Some(member) = self.projects.iter().find(|project| project.name == name) else {
            return Some(format!("there is no workspace {name}"));
        };
        if matches!(wanted, "" | "*" | "^" | "~") {
            return None;
        }
        let range = Range::parse(wanted, Mode::Loose)?;
        let version = version::parse(&member.version, Mode::Loose)?;
        (!range.admits(&version)).then(|| format!("the workspace {name} is {version}, not {wanted}"))
    }

    fn satisfies(&self, text: &str, package: &Package, is_unchanged: bool, is_peer: bool) -> bool {
        if text.starts_with("workspace:") {
            return package.version().starts_with("workspace:");
        }
        let (name, text) = match text.strip_prefix("npm:") {
            Some(alias) => match alias.char_indices().skip(1).find(|(_, letter)| *letter == '@') {
                Some((at, _)) => (Some(&alias[..at]), &alias[at + 1..]),
                None => (Some(alias), "*"),
            },
            None => (None, text),
        };
        if name.is_some_and(|name| name != package.name()) {
            return false;
        }
        let own = package.version().starts_with("workspace:");
        let member = self.projects.iter().find(|project| own && project.name == package.name());
        let locked = member.map_or(package.version(), |member| member.version.as_str());
        match (Range::parse(text, Mode::Loose), version::parse(locked, Mode::Loose)) {
            _ if is_peer => true,
            (Some(_), _) if text.is_empty() => is_unchanged,
            (Some(range), Some(locked)) => range.admits(&locked),
            // A tag, a repository or a path: as it was, or else it has to be looked up.
            _ => is_unchanged || (own && member.is_some_and(|member| member.version.is_empty())),
        }
    }

    /// Packages that the lockfile reached from its workspaces and that nothing asks for now.
    fn needless(&mut self, asked: &[Vec<Asked>]) {
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

    fn finish(mut self, link: Link<Lockfile>, asked: &[Vec<Asked>]) -> Outcome {
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
        self.outcome
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of a difference")]
    fn differ(
        &mut self,
        project: usize,
        aspect: &'static str,
        subject: &str,
        asked: Option<String>,
        span: Option<Span>,
        recorded: Option<&Noted>,
        explanation: String,
    ) {
        let asked = match asked {
            Some(text) => Value { span, ..Value::derived(text) },
            None => Value { span, ..Value::absent() },
        };
        self.outcome.differences.push(Difference {
            manifest: Some(self.projects[project].manifest),
            asked_in: None,
            aspect,
            subject: subject.to_owned(),
            asked,
            recorded: recorded.map_or_else(Value::absent, |one| Value::written(one.text.to_string(), one.span)),
            weight: Weight::Resolution,
            explanation,
            remedy: REMEDY.to_owned(),
        });
    }
}

/// Whether a text is the name of a version, such as `latest`.
fn is_tag(text: &str) -> bool {
    matches!(Specifier::of(text), Specifier::Tag(_))
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
        for (name, _, _) in &package.needs {
            if let Some((next, _)) = lock.find(place, name)
                && reached.insert(next)
            {
                pending.push(next);
            }
        }
    }
}
