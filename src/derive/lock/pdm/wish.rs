//! What a project of PDM asks for, group by group.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::super::asked::Asked;
use crate::facts::{Link, Manifest};
use crate::python::name::normalize;
use crate::python::{PythonRange, Specifier};
use crate::source::Span;
use crate::syntax::{Entry, Node};

/// One item of a group.
#[derive(Debug, Clone)]
pub(super) struct Line<'d> {
    /// As written.
    pub(super) text: &'d str,
    /// Its place.
    pub(super) span: Span,
}

/// A group with what it includes.
#[derive(Debug, Clone)]
pub(super) struct Group<'d> {
    /// Its lines, those of included groups last.
    pub(super) lines: Vec<Line<'d>>,
    /// Its place.
    pub(super) span: Span,
}

/// What a project asks for.
#[derive(Debug)]
pub(super) struct Wish<'d> {
    /// The groups, by their normal names; `default` holds the project's own dependencies.
    pub(super) groups: BTreeMap<String, Group<'d>>,
    /// What PDM would stop at when it looks at the requirements one by one.
    pub(super) fault: Option<(String, Span)>,
    /// The name of the project, normalised.
    pub(super) own: Option<String>,
}

/// Reads a manifest.
pub(super) fn read(root: Node<'_>) -> Wish<'_> {
    let own = root.at(&["project", "name"]).and_then(Node::text).map(normalize);
    let mut reading = Reading { own: own.as_deref(), items: BTreeMap::new(), fault: None };
    let project = root.get("project");
    let place = project.and_then(|project| project.entry("dependencies")).or_else(|| root.entry("project"));
    let span = place.map_or_else(|| root.span().part(0..0), |entry| entry.key.span());
    reading.items.insert("default".to_owned(), (Vec::new(), BTreeSet::new(), span));
    if let Some(list) = project.and_then(|project| project.get("dependencies")) {
        reading.list("default", list);
    }
    let tables = [
        root.at(&["project", "optional-dependencies"]),
        root.get("dependency-groups"),
        root.at(&["tool", "pdm", "dev-dependencies"]),
    ];
    for entry in tables.into_iter().flatten().flat_map(Node::own_entries) {
        reading.group(entry);
    }
    let (groups, fault) = reading.close();
    Wish { groups, fault, own }
}

/// The interpreters as markers are compared under them.
pub(super) fn python_range(root: Node<'_>) -> PythonRange {
    let text = root.at(&["project", "requires-python"]).and_then(Node::text);
    let specifier = text.and_then(|text| Specifier::parse(text).ok());
    specifier.and_then(|specifier| PythonRange::of([&specifier])).unwrap_or_else(PythonRange::all)
}

impl Wish<'_> {
    /// The requirements of some groups that can be read.
    pub(super) fn asked(&self, manifest: Link<Manifest>, groups: &BTreeSet<String>) -> Vec<Asked> {
        let chosen = self.groups.iter().filter(|(name, _)| groups.contains(*name));
        let lines = chosen.flat_map(|(name, group)| group.lines.iter().map(move |line| (name, line)));
        lines.filter_map(|(name, line)| Asked::parse(&in_place(line.text), manifest, name, line.span)).collect()
    }

    /// The places of the groups.
    pub(super) fn places(&self) -> BTreeMap<String, Span> {
        self.groups.iter().map(|(name, group)| (name.clone(), group.span)).collect()
    }
}

/// `-e ADDRESS#egg=NAME`, which PDM allows in groups, as `NAME @ ADDRESS`.
fn in_place(text: &str) -> Cow<'_, str> {
    let address = text.trim_start().strip_prefix("-e ").map(str::trim);
    let named = address.and_then(|address| address.split_once("#egg="));
    named.map_or(Cow::Borrowed(text), |(address, name)| Cow::Owned(format!("{name} @ {address}")))
}

type Items<'d> = (Vec<Line<'d>>, BTreeSet<String>, Span);

struct Reading<'a, 'd> {
    own: Option<&'a str>,
    /// Group to its own lines, the groups it includes, and its place.
    items: BTreeMap<String, Items<'d>>,
    fault: Option<(String, Span)>,
}

impl<'d> Reading<'_, 'd> {
    fn group(&mut self, entry: Entry<'d>) {
        let name = normalize(entry.key.scalar().unwrap_or_default());
        self.items.entry(name.clone()).or_insert_with(|| (Vec::new(), BTreeSet::new(), entry.key.span()));
        self.list(&name, entry.value);
    }

    fn list(&mut self, name: &str, list: Node<'d>) {
        for item in list.items() {
            let Some((lines, included, _)) = self.items.get_mut(name) else { return };
            match (item.text(), item.get("include-group").and_then(Node::text)) {
                (Some(text), _) => match self_reference(text, self.own) {
                    Some(extras) => included.extend(extras),
                    None => lines.push(Line { text, span: item.inner_span() }),
                },
                (None, Some(group)) if name != "default" => drop(included.insert(normalize(group))),
                (None, _) => {
                    self.fault.get_or_insert_with(|| {
                        (format!("an item of the group {name} is not a requirement"), item.span())
                    });
                }
            }
        }
    }

    /// Each group with the lines of those it includes.
    fn close(mut self) -> (BTreeMap<String, Group<'d>>, Option<(String, Span)>) {
        let mut groups = BTreeMap::new();
        for (name, (lines, included, span)) in &self.items {
            let mut all = lines.clone();
            let mut seen: BTreeSet<&String> = BTreeSet::new();
            let mut pending: Vec<&String> = included.iter().collect();
            while let Some(next) = pending.pop() {
                if next == name {
                    self.fault.get_or_insert_with(|| (format!("the group {name} includes itself"), *span));
                }
                if !seen.insert(next) {
                    continue;
                }
                match self.items.get(next) {
                    Some((lines, included, _)) => {
                        all.extend(lines.iter().filter(|_| next != name).cloned());
                        pending.extend(included);
                    }
                    None => {
                        let message = || format!("the group {name} includes {next}, which is not there");
                        self.fault.get_or_insert_with(|| (message(), *span));
                    }
                }
            }
            groups.insert(name.clone(), Group { lines: all, span: *span });
        }
        (groups, self.fault)
    }
}

/// The extras of `own[extra]`, which a project may ask of itself; `None` for anything else.
fn self_reference(text: &str, own: Option<&str>) -> Option<Vec<String>> {
    let (name, rest) = text.split_once('[').unwrap_or((text, ""));
    if Some(normalize(name.trim()).as_str()) != own {
        return None;
    }
    let inside = rest.split_once(']').map_or("", |(inside, _)| inside);
    Some(inside.split(',').map(str::trim).filter(|extra| !extra.is_empty()).map(normalize).collect())
}
