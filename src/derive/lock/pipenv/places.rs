//! The places of the document that pipenv hashes which may have been edited.

use std::collections::BTreeSet;

use super::super::asked::Locked;
use super::super::undo::{Hints, Kind, Slot, absent};
use super::{Category, categories, quoted};
use crate::facts::Link;
use crate::facts::LockedPackage;
use crate::facts::recorded::PipenvRecord;
use crate::python::canonical_json::{Json, Step};
use crate::python::name::normalize;
use crate::source::Span;
use crate::syntax::{Entry, Node};

/// Collects the places.
pub(super) struct Places<'a> {
    pub(super) record: &'a PipenvRecord,
    pub(super) locked: &'a Locked<'a>,
    /// The packages, in the order of the record.
    pub(super) packages: Vec<Link<LockedPackage>>,
    pub(super) slots: Vec<Slot>,
}

impl Places<'_> {
    /// Notes all places of a Pipfile.
    pub(super) fn read(&mut self, root: Node<'_>) {
        if let Some(entry) = root.entry("source") {
            self.sources(entry);
        }
        if let Some(entry) = root.entry("requires") {
            self.keys(&steps(&["_meta", "requires"]), entry.value);
        }
        for category in categories(root) {
            self.category(category);
        }
    }

    fn sources(&mut self, sources: Entry<'_>) {
        let path = steps(&["_meta", "sources"]);
        self.push(path.clone(), Kind::List, "the sources", "", sources.key.span());
        for (index, source) in sources.value.items().enumerate() {
            let mut path = path.clone();
            path.push(Step::Index(index));
            let name = source.get("name").and_then(Node::text).unwrap_or("without a name");
            self.push(path.clone(), Kind::Entry { word: "source" }, name, name, source.span());
            self.keys(&path, source);
            if source.get("verify_ssl").is_none() {
                let values = vec![Json::Bool(true), Json::Bool(false)];
                let kind = Kind::Gone { candidates: vec![("verify_ssl".to_owned(), values)] };
                self.push(path, kind, name, name, source.span());
            }
        }
    }

    /// The keys of a table, each of which may be new, and truth values, which may have been turned.
    fn keys(&mut self, path: &[Step], table: Node<'_>) {
        for entry in table.own_entries() {
            let path = join(path, key(entry));
            let now = entry.value.scalar().unwrap_or_default();
            self.push(path.clone(), Kind::Entry { word: "key" }, key(entry), now, entry.key.span());
            if let Some(value) = entry.value.bool() {
                self.push(path, Kind::Known { before: vec![Json::Bool(!value)] }, key(entry), now, entry.key.span());
            }
        }
    }

    fn category(&mut self, category: Category<'_>) {
        let path = steps(&[category.name]);
        let place = category.entry.key.span();
        if !matches!(category.name, "default" | "develop") {
            self.push(path.clone(), Kind::Entry { word: "category" }, category.table, category.table, place);
        }
        let mut asked = BTreeSet::new();
        for entry in category.entry.value.own_entries() {
            let name = normalize(key(entry));
            let path = join(&path, &name);
            self.push(path.clone(), Kind::Entry { word: "" }, key(entry), key(entry), entry.key.span());
            let text = entry.value.document().text().get(entry.value.span().range()).unwrap_or_default();
            let hints = self.hints(category.name, &name);
            let (ranged, range) = match entry.value.get("version") {
                Some(version) => (version, join(&path, "version")),
                None => (entry.value, path.clone()),
            };
            if let Some(now) = quoted(ranged) {
                let kind = Kind::Range { locked: hints.locked.clone(), poetry: false };
                self.push(range, kind, key(entry), now, ranged.span());
            }
            self.push(path, Kind::Dependency { hints }, key(entry), text, entry.value.span());
            asked.insert(name);
        }
        let names = self.in_category(category.name).map(|(name, _)| name).filter(|name| !asked.contains(name));
        let names: BTreeSet<String> = names.collect();
        let candidates = names.into_iter().map(|name| {
            let values = absent::entries(&name, &self.hints(category.name, &name));
            (name, values)
        });
        let kind = Kind::Gone { candidates: candidates.collect() };
        self.push(path, kind, category.table, category.table, place);
    }

    /// The packages of a category: each name, and its place in the record.
    fn in_category(&self, name: &str) -> impl Iterator<Item = (String, usize)> {
        let category = self.record.categories.iter().position(|category| &*category.text == name);
        let packages = self.packages.iter().zip(&self.record.packages).enumerate();
        packages
            .filter(move |(_, (_, recorded))| Some(recorded.category) == category)
            .map(|(index, (link, _))| (self.locked.package(*link).contents.package.clone(), index))
    }

    fn hints(&self, category: &str, package: &str) -> Hints {
        let mut hints = Hints {
            sources: self.record.sources.iter().map(|source| source.name.to_string()).collect(),
            ..Hints::default()
        };
        for (_, index) in self.in_category(category).filter(|(name, _)| name == package) {
            hints.locked.extend(self.locked.package(self.packages[index]).contents.version.known().cloned());
            let recorded = &self.record.packages[index];
            hints.markers.extend(recorded.markers.iter().map(|marker| marker.to_string()));
            hints.extras.extend(recorded.extras.iter().map(|extra| extra.to_string()));
        }
        hints
    }

    fn push(&mut self, path: Vec<Step>, kind: Kind, subject: &str, now: &str, span: Span) {
        self.slots.push(Slot { path, kind, subject: subject.to_owned(), now: now.to_owned(), span });
    }
}

fn key(entry: Entry<'_>) -> &str {
    entry.key.scalar().unwrap_or_default()
}

fn join(path: &[Step], key: &str) -> Vec<Step> {
    path.iter().cloned().chain([Step::Key(key.into())]).collect()
}

fn steps(keys: &[&str]) -> Vec<Step> {
    keys.iter().map(|key| Step::Key((*key).into())).collect()
}
