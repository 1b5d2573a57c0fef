//! The document that Poetry hashes, and the places in it that may have been edited.
//!
//! Poetry 2.5 hashes parts of `[project]` and `[tool.poetry]`, since 2.3 `[dependency-groups]`
//! too; a project without the first is hashed as Poetry 1 did (`Locker._get_content_hash`, read 2026-11).

use super::super::asked::Locked;
use super::super::undo::{Kind, Slot};
use crate::facts::recorded::PoetryRecord;
use crate::python::Requirement;
use crate::python::canonical_json::{DateError, Json, Step};
use crate::python::name::normalize;
use crate::syntax::{Entry, Node};

const PROJECT_KEYS: [&str; 3] = ["requires-python", "dependencies", "optional-dependencies"];
const POETRY_KEYS: [&str; 4] = ["dependencies", "source", "extras", "dev-dependencies"];

/// What Poetry hashes of a manifest. Without `groups`, as Poetry did before 2.3.
pub(super) fn document(root: Node<'_>, groups: bool) -> Result<Json, DateError> {
    let part = |node: Option<Node<'_>>, keys: &[&str]| -> Result<Vec<(String, Json)>, DateError> {
        let found = keys.iter().filter_map(|key| Some((*key, node?.get(key)?)));
        found.map(|(key, value)| Ok((key.to_owned(), Json::of(value)?))).collect()
    };
    let project = part(root.get("project"), &PROJECT_KEYS)?;
    let table = root.get("dependency-groups").filter(|_| groups).map(Json::of).transpose()?;
    let table = table.filter(|table| !table.is_empty());
    let poetry = root.at(&["tool", "poetry"]);
    let mut own = part(poetry, &POETRY_KEYS)?;
    own.extend(part(poetry, &["group"])?);
    if project.is_empty() && table.is_none() {
        let absent = POETRY_KEYS.iter().filter(|key| !own.iter().any(|(known, _)| known == *key));
        let absent: Vec<_> = absent.map(|key| ((*key).to_owned(), Json::Null)).collect();
        own.extend(absent);
        return Ok(Json::map(own));
    }
    let mut parts = vec![("tool", Json::map([("poetry", Json::map(own))]))];
    if !project.is_empty() {
        parts.push(("project", Json::map(project)));
    }
    if let Some(table) = table {
        parts.push(("dependency-groups", table));
    }
    Ok(Json::map(parts))
}

/// Collects the places of the document that may have been edited.
pub(super) struct Places<'a> {
    pub(super) locked: &'a Locked<'a>,
    pub(super) record: &'a PoetryRecord,
    /// Where `[tool.poetry]` is in the document: at its top for a project of Poetry 1.
    pub(super) poetry: Vec<Step>,
    pub(super) slots: Vec<Slot>,
}

impl Places<'_> {
    /// Notes all places of a manifest.
    pub(super) fn read(&mut self, root: Node<'_>, groups: bool) {
        if let Some(project) = root.get("project") {
            self.project(project);
        }
        let table = root.get("dependency-groups").filter(|_| groups);
        for entry in table.into_iter().flat_map(Node::own_entries) {
            let path = steps(&["dependency-groups", name(entry)]);
            self.entry(&path, entry, "group");
            self.list(&path, entry, name(entry));
        }
        if let Some(poetry) = root.at(&["tool", "poetry"]) {
            self.poetry(poetry);
        }
    }

    fn project(&mut self, project: Node<'_>) {
        if let Some(entry) = project.entry("requires-python") {
            self.python(&steps(&["project", "requires-python"]), entry, "requires-python");
        }
        if let Some(entry) = project.entry("dependencies") {
            let path = steps(&["project", "dependencies"]);
            self.list(&path, entry, "dependencies");
            self.entry(&path, entry, "list");
        }
        for entry in project.get("optional-dependencies").into_iter().flat_map(Node::own_entries) {
            let path = steps(&["project", "optional-dependencies", name(entry)]);
            self.entry(&path, entry, "extra");
            self.list(&path, entry, name(entry));
        }
    }

    fn poetry(&mut self, poetry: Node<'_>) {
        for (key, word) in [("dependencies", ""), ("dev-dependencies", "")] {
            if let Some(entry) = poetry.entry(key) {
                self.table(&self.below(&[key]), entry.value, word);
            }
        }
        for group in poetry.get("group").into_iter().flat_map(Node::own_entries) {
            let path = self.below(&["group", name(group)]);
            self.entry(&path, group, "group");
            for entry in group.value.own_entries() {
                self.entry(&join(&path, name(entry)), entry, "key");
            }
            if let Some(table) = group.value.get("dependencies") {
                self.table(&join(&path, "dependencies"), table, "");
            }
        }
        for entry in poetry.get("extras").into_iter().flat_map(Node::own_entries) {
            let path = self.below(&["extras", name(entry)]);
            self.entry(&path, entry, "extra");
            self.order(&path, entry, name(entry));
        }
        if let Some(entry) = poetry.entry("source") {
            let path = self.below(&["source"]);
            self.order(&path, entry, "sources");
            for (index, source) in entry.value.items().enumerate() {
                let mut path = path.clone();
                path.push(Step::Index(index));
                let subject = source.get("name").and_then(Node::text).unwrap_or("without a name");
                let kind = Kind::Entry { word: "source" };
                self.slots.push(Slot {
                    path: path.clone(),
                    kind,
                    subject: subject.to_owned(),
                    now: subject.to_owned(),
                    span: source.span(),
                });
                for entry in source.own_entries() {
                    self.entry(&join(&path, name(entry)), entry, "key");
                }
            }
        }
    }

    /// A table of Poetry's dependencies.
    fn table(&mut self, path: &[Step], table: Node<'_>, word: &'static str) {
        for entry in table.own_entries() {
            let path = join(path, name(entry));
            if name(entry).eq_ignore_ascii_case("python") {
                self.python(&path, entry, "python");
                continue;
            }
            self.entry(&path, entry, word);
            let locked = self.versions(name(entry));
            self.range(&path, entry.value, &locked, name(entry));
            for (index, item) in entry.value.items().enumerate() {
                let mut path = path.clone();
                path.push(Step::Index(index));
                self.range(&path, item, &locked, name(entry));
            }
        }
    }

    /// A range, or a table that has one beside other keys.
    fn range(&mut self, path: &[Step], node: Node<'_>, locked: &[String], subject: &str) {
        let kind = || Kind::Range { locked: locked.to_vec(), poetry: true };
        if let Some(text) = node.text() {
            let now = text.to_owned();
            self.slots.push(Slot {
                path: path.to_vec(),
                kind: kind(),
                subject: subject.to_owned(),
                now,
                span: node.span(),
            });
            let table = Json::map([("version", Json::text(text))]);
            self.known(path, vec![table], node, subject);
        }
        for entry in node.own_entries() {
            let path = join(path, name(entry));
            self.entry(&path, entry, "key");
            if name(entry) == "version" {
                self.range(&path, entry.value, locked, subject);
            }
        }
        if node.own_entries().count() == 1
            && let Some(version) = node.get("version").and_then(Node::text)
        {
            self.known(path, vec![Json::text(version)], node, subject);
        }
    }

    /// A list of requirements.
    fn list(&mut self, path: &[Step], entry: Entry<'_>, subject: &str) {
        self.order(path, entry, subject);
        for (index, item) in entry.value.items().enumerate() {
            let mut path = path.to_vec();
            path.push(Step::Index(index));
            let Some(text) = item.text() else {
                let kind = Kind::Entry { word: "include" };
                let subject = item.get("include-group").and_then(Node::text).unwrap_or_default().to_owned();
                self.slots.push(Slot { path, kind, now: subject.clone(), subject, span: item.span() });
                continue;
            };
            let package = Requirement::parse(text).map_or_else(|_| text.to_owned(), |requirement| requirement.name);
            let kind = Kind::Requirement { locked: self.versions(&package) };
            self.slots.push(Slot { path, kind, subject: package, now: text.to_owned(), span: item.inner_span() });
        }
    }

    fn order(&mut self, path: &[Step], entry: Entry<'_>, subject: &str) {
        let slot = Slot {
            path: path.to_vec(),
            kind: Kind::List,
            subject: subject.to_owned(),
            now: String::new(),
            span: entry.key.span(),
        };
        self.slots.push(slot);
    }

    fn entry(&mut self, path: &[Step], entry: Entry<'_>, word: &'static str) {
        let subject = name(entry).to_owned();
        let slot = Slot {
            path: path.to_vec(),
            kind: Kind::Entry { word },
            now: subject.clone(),
            subject,
            span: entry.key.span(),
        };
        self.slots.push(slot);
    }

    /// The lockfile records the interpreters as they were asked for.
    fn python(&mut self, path: &[Step], entry: Entry<'_>, subject: &str) {
        let before = self.record.python_versions.as_ref().map(|noted| Json::text(&noted.text));
        self.known(path, before.into_iter().collect(), entry.value, subject);
        self.range(path, entry.value, &[], subject);
    }

    fn known(&mut self, path: &[Step], before: Vec<Json>, node: Node<'_>, subject: &str) {
        let now = node.text().unwrap_or_default().to_owned();
        let kind = Kind::Known { before };
        self.slots.push(Slot { path: path.to_vec(), kind, subject: subject.to_owned(), now, span: node.span() });
    }

    fn versions(&self, package: &str) -> Vec<String> {
        let of = |link: &_| self.locked.package(*link).version.known().cloned();
        self.locked.named(&normalize(package)).iter().filter_map(of).collect()
    }

    fn below(&self, keys: &[&str]) -> Vec<Step> {
        self.poetry.iter().cloned().chain(steps(keys)).collect()
    }
}

fn name(entry: Entry<'_>) -> &str {
    entry.key.scalar().unwrap_or_default()
}

fn join(path: &[Step], key: &str) -> Vec<Step> {
    path.iter().cloned().chain([Step::Key(key.into())]).collect()
}

/// A path of keys.
pub(super) fn steps(keys: &[&str]) -> Vec<Step> {
    keys.iter().map(|key| Step::Key((*key).into())).collect()
}
