//! The places of the document that PDM hashes which may have been edited.

use std::collections::BTreeMap;

use super::super::asked::Locked;
use super::super::undo::{Hints, Kind, Slot, absent, addresses, group_names, spellings};
use crate::facts::recorded::PdmRecord;
use crate::python::Requirement;
use crate::python::canonical_json::{Json, Step};
use crate::python::name::normalize;
use crate::source::Span;
use crate::syntax::{Entry, Node};

/// Collects the places.
pub(super) struct Places<'a> {
    pub(super) record: &'a PdmRecord,
    pub(super) locked: &'a Locked<'a>,
    /// The conditions of locked packages, by name.
    pub(super) markers: &'a BTreeMap<String, Vec<String>>,
    /// Names of locked packages that nothing asks for, which may have been asked for once.
    pub(super) unasked: Vec<String>,
    /// The groups of the manifest, as written.
    pub(super) groups: Vec<String>,
    pub(super) slots: Vec<Slot>,
}

impl Places<'_> {
    /// Notes all places of a manifest.
    pub(super) fn read(&mut self, root: Node<'_>) {
        let project = root.entry("project");
        if let Some(entry) = project {
            self.python(entry);
        }
        if let Some(entry) = project.and_then(|project| project.value.entry("dependencies")) {
            self.list(&steps(&["dependencies"]), entry, 0, false);
        }
        let extras = project.and_then(|project| project.value.get("optional-dependencies"));
        for entry in extras.into_iter().flat_map(Node::own_entries) {
            let path = steps(&["optional-dependencies", key(entry)]);
            self.push(path.clone(), Kind::Entry { word: "extra" }, key(entry), key(entry), entry.key.span());
            self.name(&path, entry);
            self.list(&path, entry, 0, false);
        }
        let mut lengths = BTreeMap::new();
        let tables = [root.get("dependency-groups"), root.at(&["tool", "pdm", "dev-dependencies"])];
        for entry in tables.into_iter().flatten().flat_map(Node::own_entries) {
            let name = normalize(key(entry));
            let path = steps(&["dev-dependencies", &name]);
            let before = lengths.entry(name).or_insert(0);
            if *before == 0 {
                self.push(path.clone(), Kind::Entry { word: "group" }, key(entry), key(entry), entry.key.span());
                self.name(&path, entry);
            }
            self.list(&path, entry, *before, true);
            *before += entry.value.items().count();
        }
        if let Some(entry) = root.at(&["tool", "pdm"]).and_then(|pdm| pdm.entry("resolution")) {
            self.settings(&steps(&["resolution"]), entry.value, 0, "");
        }
        if let Some(entry) = root.at(&["tool", "pdm"]).and_then(|pdm| pdm.entry("source")) {
            self.sources(entry);
        }
    }

    /// The lockfile records the interpreters it was resolved for.
    fn python(&mut self, project: Entry<'_>) {
        let path = steps(&["requires-python"]);
        let before: Vec<Json> = self.record.pythons.iter().map(|noted| Json::text(&noted.text)).collect();
        let entry = project.value.entry("requires-python");
        let (now, span) = match entry {
            Some(entry) => (entry.value.text().unwrap_or_default(), entry.key.span()),
            None => ("nothing", project.key.span()),
        };
        self.push(path.clone(), Kind::Known { before }, "requires-python", now, span);
        if entry.is_some() {
            self.push(path, Kind::Range { locked: Vec::new(), poetry: false }, "requires-python", now, span);
        }
    }

    /// A list of requirements, the first `skipped` items of which stand elsewhere.
    fn list(&mut self, path: &[Step], entry: Entry<'_>, skipped: usize, is_group: bool) {
        self.push(path.to_vec(), Kind::List, key(entry), "", entry.key.span());
        let mut candidates: Vec<(String, Vec<Json>)> =
            self.unasked.iter().map(|name| (name.clone(), absent::requirements(name, &self.hints(name)))).collect();
        if is_group {
            candidates.extend(self.groups.iter().map(|group| (group.clone(), vec![include(group)])));
        }
        self.push(path.to_vec(), Kind::Gone { candidates }, key(entry), "", entry.key.span());
        for (index, item) in entry.value.items().enumerate() {
            let mut path = path.to_vec();
            path.push(Step::Index(skipped + index));
            let includes: Vec<Json> = self.groups.iter().map(|group| include(group)).collect();
            let Some(text) = item.text() else {
                let subject = item.get("include-group").and_then(Node::text).unwrap_or_default();
                self.push(path.clone(), Kind::Entry { word: "include" }, subject, subject, item.span());
                let spelt = spellings(subject).into_iter().map(|group| include(&group)).chain(includes);
                self.push(path, Kind::Known { before: spelt.collect() }, subject, subject, item.span());
                continue;
            };
            let package = Requirement::parse(text).map_or_else(|_| text.to_owned(), |requirement| requirement.name);
            let Hints { locked, markers, .. } = self.hints(&package);
            let kind = Kind::Requirement { locked, markers };
            self.push(path.clone(), kind, &package, text, item.inner_span());
            if is_group {
                self.push(path, Kind::Known { before: includes }, &package, text, item.inner_span());
            }
        }
    }

    fn name(&mut self, path: &[Step], entry: Entry<'_>) {
        let recorded = self.record.groups.iter().flatten().map(|noted| noted.text.to_string());
        let before = group_names(key(entry)).into_iter().chain(recorded).collect();
        self.push(path.to_vec(), Kind::Name { word: "group", before }, key(entry), key(entry), entry.key.span());
    }

    /// Settings, each of which may be new; two levels deep. `of` is what they are settings of, where that needs a name.
    fn settings(&mut self, path: &[Step], table: Node<'_>, depth: usize, of: &str) {
        for entry in table.own_entries() {
            let path: Vec<Step> = path.iter().cloned().chain([Step::Key(key(entry).into())]).collect();
            let subject = if of.is_empty() { key(entry).to_owned() } else { format!("{} of {of}", key(entry)) };
            let now = entry.value.scalar().unwrap_or_default();
            if depth == 0 {
                self.settings(&path, entry.value, depth + 1, of);
            }
            self.push(path.clone(), Kind::Entry { word: "setting" }, &subject, now, entry.key.span());
            if let Some(value) = entry.value.bool() {
                let before = vec![Json::Bool(!value)];
                self.push(path.clone(), Kind::Known { before }, &subject, now, entry.key.span());
            }
            for (index, item) in entry.value.items().enumerate() {
                let Some(now) = item.text() else { continue };
                let path = path.iter().cloned().chain([Step::Index(index)]).collect();
                let kind = Kind::Requirement { locked: Vec::new(), markers: Vec::new() };
                self.push(path, kind, now, now, item.inner_span());
            }
            if let Some(now) = entry.value.text() {
                let before = addresses(now).iter().filter(|_| now.contains("://")).map(|one| Json::text(one)).collect();
                self.push(path.clone(), Kind::Known { before }, &subject, now, entry.value.inner_span());
                let kind = Kind::Range { locked: self.hints(key(entry)).locked, poetry: false };
                self.push(path.clone(), kind, &subject, now, entry.value.span());
            }
        }
    }

    fn sources(&mut self, sources: Entry<'_>) {
        let path = steps(&["sources"]);
        self.push(path.clone(), Kind::List, "the sources", "", sources.key.span());
        for (index, source) in sources.value.items().enumerate() {
            let mut path = path.clone();
            path.push(Step::Index(index));
            let name = source.get("name").and_then(Node::text).unwrap_or("without a name");
            self.push(path.clone(), Kind::Entry { word: "source" }, name, name, source.span());
            self.settings(&path, source, 1, name);
        }
    }

    fn hints(&self, package: &str) -> Hints {
        let version = |link: &_| self.locked.package(*link).contents.version.known().cloned();
        let package = normalize(package);
        let locked = self.locked.named(&package).iter().filter_map(version).collect();
        let markers = self.markers.get(&package).cloned().unwrap_or_default();
        Hints { locked, markers, ..Hints::default() }
    }

    fn push(&mut self, path: Vec<Step>, kind: Kind, subject: &str, now: &str, span: Span) {
        self.slots.push(Slot { path, kind, subject: subject.to_owned(), now: now.to_owned(), span });
    }
}

fn include(group: &str) -> Json {
    Json::map([("include-group", Json::text(group))])
}

fn key(entry: Entry<'_>) -> &str {
    entry.key.scalar().unwrap_or_default()
}

fn steps(keys: &[&str]) -> Vec<Step> {
    keys.iter().map(|key| Step::Key((*key).into())).collect()
}
