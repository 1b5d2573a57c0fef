//! What a Poetry project asks for: in `[project]`, `[dependency-groups]` and `[tool.poetry]`.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use super::super::asked::{Asked, Wanted};
use crate::facts::{Link, Manifest};
use crate::python::name::normalize;
use crate::python::poetry_constraint::Constraint;
use crate::python::{Marker, PythonRange, Specifier};
use crate::source::Span;
use crate::syntax::Node;
use crate::version::Intervals;

/// The project's requirement of the interpreter.
pub(super) struct Python<'d> {
    /// As written.
    pub(super) text: &'d str,
    /// Its place.
    pub(super) span: Span,
}

/// What a project asks for.
pub(super) struct Wish<'d> {
    /// Its requirements.
    pub(super) asked: Vec<Asked>,
    /// Its extras and the names they bring, normalised, each with its place.
    pub(super) extras: BTreeMap<String, (BTreeSet<String>, Span)>,
    /// Its groups, normalised, each with its place.
    pub(super) groups: BTreeMap<String, Span>,
    /// The interpreter.
    pub(super) python: Option<Python<'d>>,
    /// The places of requirements that cannot be read, and what is wrong.
    pub(super) unreadable: Vec<(String, Span)>,
    /// Conditions that Poetry 2 cannot read, because the value stands before the name.
    pub(super) turned: Vec<(String, Span)>,
}

/// Reads a manifest.
pub(super) fn read(root: Node<'_>, manifest: Link<Manifest>) -> Wish<'_> {
    let poetry = root.at(&["tool", "poetry"]);
    let python =
        [poetry.and_then(|poetry| poetry.at(&["dependencies", "python"])), root.at(&["project", "requires-python"])];
    let python =
        python.into_iter().flatten().find_map(|node| Some(Python { text: node.text()?, span: node.inner_span() }));
    let mut reading = Reading {
        manifest,
        interpreters: python
            .as_ref()
            .and_then(|python| Constraint::from_str(python.text).ok())
            .map(|own| own.intervals()),
        includes: BTreeMap::new(),
        standard: BTreeMap::new(),
        mixes: Mixes::Nothing,
        wish: Wish {
            asked: Vec::new(),
            extras: BTreeMap::new(),
            groups: BTreeMap::new(),
            python,
            unreadable: Vec::new(),
            turned: Vec::new(),
        },
    };
    if let Some(project) = root.get("project") {
        reading.project(project);
    }
    if let Some(groups) = root.get("dependency-groups") {
        reading.groups(groups);
    }
    reading.mixes = reading.mixes(root);
    if let Some(poetry) = poetry {
        reading.poetry(poetry);
    }
    reading.include();
    reading.wish
}

/// The interpreters as markers are compared under them.
pub(super) fn python_range(python: Option<&Python<'_>>) -> PythonRange {
    let bounds = python.and_then(|python| Constraint::from_str(python.text).ok()).map(|own| own.intervals());
    let Some(bounds) = bounds else { return PythonRange::all() };
    let dotted = |release: &[u64]| release.iter().map(u64::to_string).collect::<Vec<_>>().join(".");
    let least = bounds.0.first().filter(|(from, _)| !from.is_empty()).map(|(from, _)| format!(">={}", dotted(from)));
    let end = bounds.0.last().and_then(|(_, to)| to.as_ref()).map(|to| format!("<{}", dotted(to)));
    let text: Vec<String> = least.into_iter().chain(end).collect();
    Specifier::parse(&text.join(","))
        .ok()
        .and_then(|specifier| PythonRange::of([&specifier]))
        .unwrap_or_else(PythonRange::all)
}

struct Reading<'d> {
    manifest: Link<Manifest>,
    interpreters: Option<Intervals>,
    /// Group to the groups it includes.
    includes: BTreeMap<String, Vec<String>>,
    /// Group to the names it asks for in `[project]` or `[dependency-groups]`. Where there are any, the tables of
    /// `[tool.poetry]` say more of these, and bring in nothing else.
    standard: BTreeMap<String, BTreeSet<String>>,
    /// What `[tool.poetry.dependencies]` brings in beside `[project]`.
    mixes: Mixes,
    wish: Wish<'d>,
}

/// What comes from `[tool.poetry.dependencies]` when dependencies are dynamic (`DependencyGroup.dependencies` of
/// poetry-core 2.5, read 2026-11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mixes {
    Nothing,
    Optional,
    Required,
}

impl<'d> Reading<'d> {
    fn mixes(&self, root: Node<'d>) -> Mixes {
        let dynamic = root.at(&["project", "dynamic"]).into_iter().flat_map(Node::items).filter_map(Node::text);
        let is_mixed = dynamic.into_iter().any(|field| matches!(field, "dependencies" | "optional-dependencies"));
        let has = |path: &[&str]| {
            root.at(path).is_some_and(|node| node.items().next().is_some() || node.own_entries().next().is_some())
        };
        match (has(&["project", "dependencies"]), has(&["project", "optional-dependencies"])) {
            (false, true) if is_mixed => Mixes::Required,
            (true, false) if is_mixed => Mixes::Optional,
            _ => Mixes::Nothing,
        }
    }

    /// Whether an entry of a table of Poetry's brings in its package.
    fn brings(&self, name: &str, group: &str, is_optional: bool) -> bool {
        let Some(standard) = self.standard.get(group).filter(|names| !names.is_empty()) else { return true };
        let mixed = if is_optional { Mixes::Optional } else { Mixes::Required };
        standard.contains(name) || group == "main" && self.mixes == mixed
    }

    fn project(&mut self, project: Node<'d>) {
        if let Some(entry) = project.entry("dependencies") {
            self.wish.groups.insert("main".to_owned(), entry.key.span());
            for item in entry.value.items() {
                self.requirement(item, "main");
            }
        }
        for extra in project.get("optional-dependencies").into_iter().flat_map(Node::own_entries) {
            let before = self.wish.asked.len();
            for item in extra.value.items() {
                self.requirement(item, "main");
            }
            let brought = self.wish.asked[before..].iter().map(|asked| asked.name.clone()).collect();
            let name = normalize(extra.key.scalar().unwrap_or_default());
            self.wish.extras.insert(name, (brought, extra.key.span()));
        }
    }

    /// Groups of PEP 735.
    fn groups(&mut self, groups: Node<'d>) {
        for entry in groups.own_entries() {
            let group = normalize(entry.key.scalar().unwrap_or_default());
            self.wish.groups.insert(group.clone(), entry.key.span());
            for item in entry.value.items() {
                match item.get("include-group").and_then(Node::text) {
                    Some(included) => self.includes.entry(group.clone()).or_default().push(normalize(included)),
                    None => self.requirement(item, &group),
                }
            }
        }
    }

    fn poetry(&mut self, poetry: Node<'d>) {
        for (key, group) in [("dependencies", "main"), ("dev-dependencies", "dev")] {
            if let Some(entry) = poetry.entry(key) {
                self.wish.groups.entry(group.to_owned()).or_insert_with(|| entry.key.span());
                self.table(entry.value, group);
            }
        }
        for entry in poetry.get("group").into_iter().flat_map(Node::own_entries) {
            let group = normalize(entry.key.scalar().unwrap_or_default());
            self.wish.groups.entry(group.clone()).or_insert_with(|| entry.key.span());
            if let Some(table) = entry.value.get("dependencies") {
                self.table(table, &group);
            }
            let included = entry.value.get("include-groups").into_iter().flat_map(Node::items).filter_map(Node::text);
            self.includes.entry(group).or_default().extend(included.map(normalize));
        }
        for extra in poetry.get("extras").into_iter().flat_map(Node::own_entries) {
            let brought = extra.value.items().filter_map(Node::text).map(normalize).collect();
            let name = normalize(extra.key.scalar().unwrap_or_default());
            self.wish.extras.insert(name, (brought, extra.key.span()));
        }
    }

    /// What a group includes belongs to it as well.
    fn include(&mut self) {
        let own = self.wish.asked.clone();
        for group in self.includes.keys() {
            let mut seen = BTreeSet::from([group]);
            let mut pending = vec![group];
            while let Some(next) = pending.pop() {
                pending.extend(self.includes.get(next).into_iter().flatten().filter(|included| seen.insert(included)));
            }
            let included = own.iter().filter(|asked| asked.group != *group && seen.contains(&asked.group));
            self.wish.asked.extend(included.map(|asked| Asked { group: group.clone(), ..asked.clone() }));
        }
    }

    fn requirement(&mut self, item: Node<'d>, group: &str) {
        let Some(text) = item.text() else { return };
        let parsed = crate::python::Requirement::parse(text).ok();
        let condition = parsed.and_then(|parsed| text.get(parsed.marker_range?));
        self.condition(condition, item.inner_span());
        match Asked::parse(text, self.manifest, group, item.inner_span()) {
            Some(asked) if asked.range.contains("===") => {
                let reason = format!("Poetry does not know the operator of `{}`", asked.range);
                self.wish.unreadable.push((reason, item.inner_span()));
            }
            Some(asked) => {
                self.standard.entry(group.to_owned()).or_default().insert(asked.name.clone());
                self.wish.asked.push(asked);
            }
            None => self.wish.unreadable.push((format!("`{text}` is not a requirement"), item.inner_span())),
        }
    }

    fn condition(&mut self, text: Option<&str>, span: Span) {
        if let Some(text) = text.filter(|text| compares_turned(text)) {
            self.wish.turned.push((format!("Poetry cannot read the condition `{text}`"), span));
        }
    }

    fn table(&mut self, table: Node<'d>, group: &str) {
        for entry in table.own_entries() {
            let name = entry.key.scalar().unwrap_or_default();
            if name.eq_ignore_ascii_case("python") {
                continue;
            }
            if entry.value.is_list() {
                for item in entry.value.items() {
                    self.entry(name, item, group, item.span());
                }
            } else {
                self.entry(name, entry.value, group, entry.key.span());
            }
        }
    }

    fn entry(&mut self, name: &str, value: Node<'d>, group: &str, span: Span) {
        let text_of = |key: &str| value.get(key).and_then(Node::text);
        let range = value.text().or_else(|| text_of("version")).unwrap_or_default();
        let is_elsewhere = ["git", "path", "url", "file"].iter().any(|key| value.get(key).is_some());
        let has_range = value.text().is_some() || value.get("version").is_some();
        let wanted = match Constraint::from_str(range) {
            _ if is_elsewhere || !has_range => Wanted::Any,
            Ok(constraint) => Wanted::Constraint(constraint),
            Err(reason) => {
                self.wish.unreadable.push((reason, span));
                return;
            }
        };
        self.condition(text_of("markers"), span);
        if let Some(fault) = unreadable_condition(value) {
            self.wish.unreadable.push(fault);
        }
        let is_optional = value.get("optional").and_then(Node::bool) == Some(true);
        if !self.brings(&normalize(name), group, is_optional) {
            return;
        }
        let counts = text_of("python")
            .and_then(|python| Constraint::from_str(python).ok())
            .is_none_or(|python| self.interpreters.as_ref().is_none_or(|own| !own.and(&python.intervals()).is_empty()));
        let marker = text_of("markers").and_then(|marker| Marker::parse(marker).ok()).unwrap_or_else(Marker::always);
        let extras =
            value.get("extras").into_iter().flat_map(Node::items).filter_map(Node::text).map(normalize).collect();
        self.wish.asked.push(Asked {
            manifest: self.manifest,
            name: normalize(name),
            extras,
            wanted,
            range: range.to_owned(),
            url: None,
            marker: if counts { marker } else { Marker::never() },
            group: group.to_owned(),
            span,
        });
    }
}

/// Whether a value stands before the name it is compared with. Poetry 2 reads that with `in` and `not in` only.
fn compares_turned(condition: &str) -> bool {
    let mut rest = condition.trim_start();
    // Whether a comparison begins here.
    let mut begins = true;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' | '\'' => {
                let Some(end) = rest[1..].find(first) else { return false };
                let after = rest[end + 2..].trim_start();
                if begins && !after.starts_with("in") && !after.starts_with("not") {
                    return true;
                }
                begins = false;
                end + 2
            }
            '(' => 1,
            _ if first.is_alphanumeric() || first == '_' => {
                let end = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != '.');
                let word = &rest[..end.unwrap_or(rest.len())];
                begins = matches!(word, "and" | "or");
                word.len()
            }
            _ => first.len_utf8(),
        };
        rest = rest[length..].trim_start();
    }
    false
}

/// A condition that Poetry cannot read.
fn unreadable_condition(value: Node<'_>) -> Option<(String, Span)> {
    let python = value.get("python").and_then(|node| Some((node, Constraint::from_str(node.text()?).err()?)));
    if let Some((node, reason)) = python {
        return Some((reason, node.span()));
    }
    let markers = value.get("markers").filter(|node| node.text().is_some_and(|text| !text.is_empty()))?;
    let error = Marker::parse(markers.text()?).err()?;
    Some((format!("`{}` is not a condition: {}", markers.text()?, error.message), markers.span()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Poetry 2.5.1 answers.
    #[test]
    fn values_before_names() {
        for (condition, expected) in [
            ("'Darwin' != platform_system", true),
            ("platform_system != 'Darwin'", false),
            ("\"dar\" in platform_system", false),
            ("'dar' not in platform_system and sys_platform == 'linux'", false),
            ("sys_platform == 'linux' and ('3.9' <= python_version)", true),
            ("python_version in '3.8, 3.9' or os_name == \"it's\"", false),
            ("'", false),
            ("", false),
        ] {
            assert_eq!(compares_turned(condition), expected, "{condition}");
        }
    }
}
