//! The places of the document that Poetry hashes which may have been edited.

use super::super::asked::Locked;
use super::super::undo::{Hints, Kind, Slot, absent, group_names, spellings};
use crate::facts::recorded::PoetryRecord;
use crate::python::Requirement;
use crate::python::canonical_json::{Json, Step};
use crate::python::name::normalize;
use crate::syntax::{Entry, Node};

/// Collects the places of the document that may have been edited.
pub(super) struct Places<'a> {
    pub(super) locked: &'a Locked<'a>,
    pub(super) record: &'a PoetryRecord,
    /// Where `[tool.poetry]` is in the document: at its top for a project of Poetry 1.
    pub(super) poetry: Vec<Step>,
    /// Names of locked packages that nothing asks for, which may have been asked for once.
    pub(super) unasked: Vec<String>,
    /// Names of the project's sources.
    pub(super) sources: Vec<String>,
    pub(super) slots: Vec<Slot>,
}

/// What may be said of when a source is asked.
const PRIORITIES: [&str; 5] = ["explicit", "supplemental", "primary", "secondary", "default"];

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
            self.name(&path, entry, "group");
            self.list(&path, entry, name(entry));
        }
        if let Some(poetry) = root.at(&["tool", "poetry"]) {
            self.poetry(poetry);
        }
    }

    /// The group `dev` may have been written in its other form.
    pub(super) fn forms(&mut self, root: Node<'_>, document: &Json) {
        let Some(poetry) = root.at(&["tool", "poetry"]) else { return };
        let own = poetry.at(&["group", "dev"]).and_then(|group| group.entry("dependencies"));
        let old = poetry.entry("dev-dependencies");
        let ((Some(entry), None) | (None, Some(entry))) = (own, old) else { return };
        let mut before = document.clone();
        let Some(Json::Map(tables)) = before.at_mut(&self.poetry) else { return };
        let is_legacy = self.poetry.is_empty();
        if own.is_some() {
            let Some(Json::Map(groups)) = tables.get_mut("group") else { return };
            let Some(dependencies) = groups.remove("dev").and_then(|group| group.get("dependencies").cloned()) else {
                return;
            };
            if groups.is_empty() {
                tables.remove("group");
            }
            tables.insert("dev-dependencies".into(), dependencies);
        } else {
            let Some(dependencies) = tables.remove("dev-dependencies") else { return };
            if is_legacy {
                tables.insert("dev-dependencies".into(), Json::Null);
            }
            let group = Json::map([("dependencies", dependencies)]);
            match tables.get_mut("group") {
                Some(Json::Map(groups)) => drop(groups.insert("dev".into(), group)),
                _ => drop(tables.insert("group".into(), Json::map([("dev", group)]))),
            }
        }
        let kind = Kind::Form { before };
        self.slots.push(Slot {
            path: Vec::new(),
            kind,
            subject: "the group dev".to_owned(),
            now: name(entry).to_owned(),
            span: entry.key.span(),
        });
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
            self.name(&path, entry, "extra");
            self.list(&path, entry, name(entry));
        }
    }

    fn poetry(&mut self, poetry: Node<'_>) {
        for (key, word) in [("dependencies", ""), ("dev-dependencies", "")] {
            if let Some(entry) = poetry.entry(key) {
                self.table(&self.below(&[key]), entry, word);
            }
        }
        for group in poetry.get("group").into_iter().flat_map(Node::own_entries) {
            let path = self.below(&["group", name(group)]);
            self.entry(&path, group, "group");
            self.name(&path, group, "group");
            self.group(&path, group);
        }
        for entry in poetry.get("extras").into_iter().flat_map(Node::own_entries) {
            let path = self.below(&["extras", name(entry)]);
            self.entry(&path, entry, "extra");
            self.name(&path, entry, "extra");
            self.order(&path, entry, name(entry));
            for (index, item) in entry.value.items().enumerate() {
                let Some(text) = item.text() else { continue };
                let subject = format!("{text} of the extra {}", name(entry));
                let kind = Kind::Requirement { locked: Vec::new(), markers: Vec::new() };
                let span = item.inner_span();
                self.slots.push(Slot { path: step(&path, index), kind, subject, now: text.to_owned(), span });
            }
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
                    let before = self.source_values(entry);
                    self.known(
                        &join(&path, name(entry)),
                        before,
                        entry.value,
                        &format!("{} of {subject}", name(entry)),
                    );
                }
                let priorities = PRIORITIES.iter().map(|word| Json::text(word)).collect();
                let kind = Kind::Gone { candidates: vec![("priority".to_owned(), priorities)] };
                let (now, subject) = (subject.to_owned(), format!("the source {subject}"));
                self.slots.push(Slot { path: path.clone(), kind, subject, now, span: source.span() });
            }
        }
    }

    /// What a key of a source may have said: the lockfile knows the names and addresses of those that it used.
    fn source_values(&self, entry: Entry<'_>) -> Vec<Json> {
        let text = entry.value.text().unwrap_or_default();
        let locations = self.locked.all().filter_map(|link| self.locked.package(link).contents.location.as_deref());
        let bare = text.trim_end_matches('/');
        let mut found: Vec<String> = match name(entry) {
            "priority" => PRIORITIES.iter().map(|word| (*word).to_owned()).collect(),
            "url" => locations.map(str::to_owned).chain([bare.to_owned(), format!("{bare}/")]).collect(),
            "name" => self.record.sources.iter().map(|name| name.to_string()).chain(spellings(text)).collect(),
            _ => Vec::new(),
        };
        found.sort();
        found.dedup();
        found.iter().filter(|value| *value != text).map(|value| Json::text(value)).collect()
    }

    /// A group of Poetry's own: its dependencies, and whether it is optional.
    fn group(&mut self, path: &[Step], group: Entry<'_>) {
        for entry in group.value.own_entries() {
            let path = join(path, name(entry));
            self.entry(&path, entry, "key");
            for (index, item) in entry.value.items().enumerate() {
                let Some(text) = item.text() else { continue };
                let before = group_names(text).iter().map(|name| Json::text(name)).collect();
                let subject = format!("{text} of {} of the group {}", name(entry), name(group));
                self.known(&step(&path, index), before, item, &subject);
            }
            if let Some(value) = entry.value.bool() {
                let subject = format!("{} of the group {}", name(entry), name(group));
                self.known(&path, vec![Json::Bool(!value)], entry.value, &subject);
            }
        }
        if let Some(table) = group.value.entry("dependencies") {
            self.table(&join(path, "dependencies"), table, "");
        }
        if group.value.get("optional").is_none() {
            let candidates = vec![("optional".to_owned(), vec![Json::Bool(true), Json::Bool(false)])];
            let subject = name(group).to_owned();
            let kind = Kind::Gone { candidates };
            self.slots.push(Slot { path: path.to_vec(), kind, now: subject.clone(), subject, span: group.key.span() });
        }
    }

    /// A table of Poetry's dependencies.
    fn table(&mut self, path: &[Step], table: Entry<'_>, word: &'static str) {
        for entry in table.value.own_entries() {
            let path = join(path, name(entry));
            if name(entry).eq_ignore_ascii_case("python") {
                self.python(&path, entry, "python");
                continue;
            }
            self.entry(&path, entry, word);
            self.name(&path, entry, word);
            self.dependency(&path, entry.value, name(entry));
            if entry.value.is_list() {
                self.order(&path, entry, name(entry));
            }
            for (index, item) in entry.value.items().enumerate() {
                let mut path = path.clone();
                path.push(Step::Index(index));
                self.dependency(&path, item, name(entry));
            }
        }
        self.gone(path, table, absent::entries);
    }

    /// A range, or a table that has one beside other keys.
    fn dependency(&mut self, path: &[Step], node: Node<'_>, subject: &str) {
        let now = node.document().text().get(node.span().range()).unwrap_or_default().to_owned();
        let kind = Kind::Dependency { hints: self.hints(subject) };
        self.slots.push(Slot { path: path.to_vec(), kind, subject: subject.to_owned(), now, span: node.span() });
        self.range(path, node, subject);
    }

    /// The range of a dependency, for its spellings.
    fn range(&mut self, path: &[Step], node: Node<'_>, subject: &str) {
        let (path, node) = match node.get("version") {
            Some(version) => (join(path, "version"), version),
            None => (path.to_vec(), node),
        };
        if let Some(now) = node.text() {
            let kind = Kind::Range { locked: self.versions(subject), poetry: true };
            self.slots.push(Slot { path, kind, subject: subject.to_owned(), now: now.to_owned(), span: node.span() });
        }
    }

    /// A list or table from which a package may be gone that is still locked, or the interpreters that were asked for.
    fn gone(&mut self, path: &[Step], place: Entry<'_>, values: fn(&str, &Hints) -> Vec<Json>) {
        let unasked = self.unasked.iter().map(|name| (name.clone(), values(name, &self.hints(name))));
        let python =
            self.record.python_versions.iter().map(|noted| ("python".to_owned(), vec![Json::text(&noted.text)]));
        let kind = Kind::Gone { candidates: python.chain(unasked).collect() };
        let subject = name(place).to_owned();
        self.slots.push(Slot { path: path.to_vec(), kind, now: subject.clone(), subject, span: place.key.span() });
    }

    fn name(&mut self, path: &[Step], entry: Entry<'_>, word: &'static str) {
        let subject = name(entry).to_owned();
        let before = if word.is_empty() { spellings(&subject) } else { group_names(&subject) };
        let kind = Kind::Name { word, before };
        self.slots.push(Slot { path: path.to_vec(), kind, now: subject.clone(), subject, span: entry.key.span() });
    }

    fn hints(&self, package: &str) -> Hints {
        let named = self.locked.named(&normalize(package));
        let edges = named.iter().flat_map(|link| &self.locked.package(*link).contents.edges);
        let mut extras: Vec<String> = edges.filter_map(|edge| Some(edge.group.as_deref()?.to_owned())).collect();
        extras.sort();
        extras.dedup();
        let (locked, sources) = (self.versions(package), self.sources.clone());
        Hints { locked, poetry: true, sources, extras, markers: Vec::new() }
    }

    /// A list of requirements.
    fn list(&mut self, path: &[Step], entry: Entry<'_>, subject: &str) {
        self.order(path, entry, subject);
        self.gone(path, entry, absent::requirements);
        for (index, item) in entry.value.items().enumerate() {
            let mut path = path.to_vec();
            path.push(Step::Index(index));
            let Some(text) = item.text() else {
                let kind = Kind::Entry { word: "include" };
                let subject = item.get("include-group").and_then(Node::text).unwrap_or_default().to_owned();
                let include = |group: &String| Json::map([("include-group", Json::text(group))]);
                let before = Kind::Known { before: group_names(&subject).iter().map(include).collect() };
                for kind in [kind, before] {
                    let (path, now) = (path.clone(), subject.clone());
                    self.slots.push(Slot { path, kind, now, subject: subject.clone(), span: item.span() });
                }
                continue;
            };
            let package = Requirement::parse(text).map_or_else(|_| text.to_owned(), |requirement| requirement.name);
            let kind = Kind::Requirement { locked: self.versions(&package), markers: Vec::new() };
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
        self.range(path, entry.value, subject);
    }

    fn known(&mut self, path: &[Step], before: Vec<Json>, node: Node<'_>, subject: &str) {
        let now = node.scalar().unwrap_or_default().to_owned();
        let kind = Kind::Known { before };
        self.slots.push(Slot { path: path.to_vec(), kind, subject: subject.to_owned(), now, span: node.span() });
    }

    fn versions(&self, package: &str) -> Vec<String> {
        let of = |link: &_| self.locked.package(*link).contents.version.known().cloned();
        self.locked.named(&normalize(package)).iter().filter_map(of).collect()
    }

    fn below(&self, keys: &[&str]) -> Vec<Step> {
        self.poetry.iter().cloned().chain(steps(keys)).collect()
    }
}

fn name(entry: Entry<'_>) -> &str {
    entry.key.scalar().unwrap_or_default()
}

fn step(path: &[Step], index: usize) -> Vec<Step> {
    path.iter().cloned().chain([Step::Index(index)]).collect()
}

fn join(path: &[Step], key: &str) -> Vec<Step> {
    path.iter().cloned().chain([Step::Key(key.into())]).collect()
}

/// A path of keys.
pub(super) fn steps(keys: &[&str]) -> Vec<Step> {
    keys.iter().map(|key| Step::Key((*key).into())).collect()
}
