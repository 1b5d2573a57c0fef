//! What a manifest asks for once its sources are applied: uv's "lowering".

use std::collections::{BTreeMap, BTreeSet};

use super::super::Seen;
use super::super::releases::Releases;
use super::ask::Ask;
use super::settings::Place;
use super::workspace::{Member, Realm};
use crate::python::{Marker, PythonRange, Requirement, Specifier, lenient, name};
use crate::source::Span;
use crate::syntax::Node;

/// Why a manifest cannot be lowered.
#[derive(Debug, Clone)]
pub(super) enum Trouble {
    /// uv stops with this.
    Refused(String, Span),
    /// It depends on what neither file says.
    Unknown(String),
}

/// Groups that include more than this many requirements, or nest deeper than a tenth of it, are not followed.
const MOST_INCLUDED: usize = 2_000;

pub(super) type Lowered<T> = Result<T, Trouble>;

pub(super) fn refused<T>(message: impl Into<String>, node: Node<'_>) -> Lowered<T> {
    Err(Trouble::Refused(message.into(), node.span()))
}

/// What the requirements of a project are seen against.
pub(super) struct Lowering<'a> {
    pub(super) seen: Seen<'a>,
    pub(super) realm: &'a Realm<'a>,
    /// Whose requirements they are.
    pub(super) project: Member<'a>,
    pub(super) settings: &'a Place<'a>,
    pub(super) releases: &'a Releases,
}

/// What a project asks for.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    pub(super) requires: Vec<Ask>,
    /// Extras, with the place of their keys.
    pub(super) extras: BTreeMap<String, Span>,
    pub(super) groups: BTreeMap<String, Group>,
}

/// A dependency group.
#[derive(Debug, Default, Clone)]
pub(super) struct Group {
    pub(super) asks: Vec<Ask>,
    pub(super) span: Option<Span>,
}

impl<'a> Lowering<'a> {
    /// All that the project asks for.
    pub(super) fn project(&self) -> Lowered<Wanted> {
        let root = self.project.root;
        let mut wanted = Wanted::default();
        for item in root.at(&["project", "dependencies"]).into_iter().flat_map(Node::items) {
            let (requirement, text) = project_requirement(item)?;
            let extra = lone_extra(&requirement.marker);
            wanted.requires.extend(self.lower(&requirement, text, item.span(), extra.as_deref(), None)?);
        }
        for entry in root.at(&["project", "optional-dependencies"]).into_iter().flat_map(Node::own_entries) {
            let extra = name::normalize(entry.key.scalar().unwrap_or_default());
            wanted.extras.insert(extra.clone(), entry.key.span());
            for item in entry.value.items() {
                let (mut requirement, text) = project_requirement(item)?;
                requirement.marker = requirement.marker.and(&Marker::extra(&extra));
                wanted.requires.extend(self.lower(&requirement, text, item.span(), Some(&extra), None)?);
            }
        }
        wanted.groups = self.groups()?;
        self.check_sources(&wanted)?;
        Ok(wanted)
    }

    /// The dependency groups, included ones inlined.
    pub(super) fn groups(&self) -> Lowered<BTreeMap<String, Group>> {
        let mut tables = BTreeMap::new();
        for entry in self.project.root.get("dependency-groups").into_iter().flat_map(Node::own_entries) {
            tables.insert(name::normalize(entry.key.scalar().unwrap_or_default()), (entry.key, entry.value));
        }
        let mut pythons = BTreeMap::new();
        let stated = self.project.uv(&["dependency-groups"]);
        let stated = stated.filter(|_| super::options::is_known(self.releases, "dependency-groups"));
        for entry in stated.into_iter().flat_map(Node::own_entries) {
            let group = name::normalize(entry.key.scalar().unwrap_or_default());
            if !tables.contains_key(&group) {
                return refused(format!("there is no group {group} to set a Python for"), entry.key);
            }
            if let Some(node) = entry.value.get("requires-python") {
                pythons.insert(group, node);
            }
        }
        let flat = Flat { tables: &tables, pythons: &pythons };
        let mut groups: BTreeMap<String, Group> = BTreeMap::new();
        for (group, (key, _)) in &tables {
            let mut asks = Vec::new();
            for (requirement, text, span) in flat.requirements(group, *key, &mut Vec::new())? {
                asks.extend(self.lower(&requirement, text, span, None, Some(group))?);
            }
            groups.insert(group.clone(), Group { asks, span: Some(key.span()) });
        }
        if let Some(list) = self.project.uv(&["dev-dependencies"]) {
            let dev = groups.entry("dev".to_owned()).or_default();
            dev.span = dev.span.or(Some(list.span()));
            for item in list.items() {
                let (requirement, text) = requirement(item)?;
                dev.asks.extend(self.lower(&requirement, text, item.span(), None, Some("dev"))?);
            }
        }
        Ok(groups)
    }

    /// Requirements of a list outside the project table: constraints, overrides, those of a script.
    pub(super) fn list(&self, list: Option<Node<'a>>) -> Lowered<Vec<Ask>> {
        let mut asks = Vec::new();
        for item in list.into_iter().flat_map(Node::items) {
            let (requirement, text) = requirement(item)?;
            asks.extend(self.lower(&requirement, text, item.span(), None, None)?);
        }
        Ok(asks)
    }

    /// A source that names an extra or a group must find its package there.
    fn check_sources(&self, wanted: &Wanted) -> Lowered<()> {
        for (package, tables) in self.project.sources() {
            for table in tables {
                let part = |key: &str| table.get(key).and_then(|node| Some((node, name::normalize(node.text()?))));
                if let Some((node, extra)) = part("extra") {
                    let is_there = wanted.extras.contains_key(&extra)
                        && wanted
                            .requires
                            .iter()
                            .any(|ask| ask.name == package && ask.marker.extras().contains(&extra));
                    if !is_there {
                        return refused(format!("the extra {extra} does not require {package}"), node);
                    }
                }
                if let Some((node, group)) = part("group") {
                    let is_there =
                        wanted.groups.get(&group).is_some_and(|group| group.asks.iter().any(|ask| ask.name == package));
                    if !is_there {
                        return refused(format!("the group {group} does not require {package}"), node);
                    }
                }
            }
        }
        Ok(())
    }

    /// One requirement with its sources: one for each source that applies, and one for what they leave.
    fn lower(
        &self,
        requirement: &Requirement,
        text: &str,
        span: Span,
        extra: Option<&str>,
        group: Option<&str>,
    ) -> Lowered<Vec<Ask>> {
        let plain = Ask::of_requirement(requirement, text, span, self.project.manifest);
        let found = self.sources_of(&requirement.name);
        if self.settings.ignores_source(&requirement.name).is_some() {
            return Ok(vec![self.inline(plain, requirement)?]);
        }
        let is_self = self.project.name().as_ref() == Some(&requirement.name);
        let is_member = self.realm.members.contains_key(&requirement.name) && !is_self;
        let Some((base, tables)) = found else {
            if is_member {
                let message = format!("{} is a workspace member and has no source that says so", requirement.name);
                return Err(Trouble::Refused(message, span));
            }
            return Ok(vec![self.inline(plain, requirement)?]);
        };
        let applies = |table: &&Node<'a>| {
            let names = |key: &str| table.get(key).and_then(Node::text).map(name::normalize);
            names("extra").is_none_or(|of| extra == Some(of.as_str()))
                && names("group").is_none_or(|of| group == Some(of.as_str()))
        };
        let mut asks = Vec::new();
        let mut covered = Marker::never();
        for table in tables.iter().filter(applies) {
            let is_workspace = table.get("workspace").and_then(Node::bool) == Some(true);
            if is_member && !is_workspace {
                return refused(format!("{} is a workspace member; its source must say so", requirement.name), *table);
            }
            let marker = match table.get("marker").map(|node| (node, node.text().unwrap_or_default())) {
                None => Marker::always(),
                Some((node, text)) => match Marker::parse(text) {
                    Ok(marker) => marker,
                    Err(error) => return refused(error.message, node),
                },
            };
            covered = covered.or(&marker);
            let (origin, specifier) = self.source(*table, &base, requirement)?;
            let both = marker.and(&requirement.marker);
            asks.push(Ask { origin, specifier, marker: both, ..plain.clone() });
        }
        let rest = covered.negate().and(&requirement.marker);
        asks.push(Ask { marker: rest, ..self.inline(plain, requirement)? });
        asks.retain(|ask| !ask.marker.is_never(&PythonRange::all()).unwrap_or(false));
        Ok(asks)
    }

    /// The source tables of a package, the project's own before the root's, and the directory their paths start from.
    fn sources_of(&self, package: &str) -> Option<(String, Vec<Node<'a>>)> {
        [self.project, self.realm.root].into_iter().find_map(|member| {
            let found = member.sources().into_iter().find(|(name, _)| name == package)?;
            Some((member.directory.to_owned(), found.1))
        })
    }
}

/// The groups as they are written.
struct Flat<'t, 'a> {
    tables: &'t BTreeMap<String, (Node<'a>, Node<'a>)>,
    pythons: &'t BTreeMap<String, Node<'a>>,
}

impl<'a> Flat<'_, 'a> {
    /// The requirements of a group with those of the groups it includes.
    fn requirements(
        &self,
        group: &str,
        place: Node<'a>,
        above: &mut Vec<String>,
    ) -> Lowered<Vec<(Requirement, &'a str, Span)>> {
        if above.iter().any(|known| known == group) {
            return refused(format!("the group {group} includes itself"), place);
        }
        let Some((_, list)) = self.tables.get(group) else {
            return refused(format!("there is no group {group}"), place);
        };
        above.push(group.to_owned());
        let mut found = Vec::new();
        for item in list.items() {
            if found.len() > MOST_INCLUDED || above.len() > MOST_INCLUDED / 10 {
                return Err(Trouble::Unknown(format!("the group {group} includes too many others")));
            }
            if let Some(included) = item.get("include-group").and_then(Node::text).filter(|_| is_lone(item)) {
                found.extend(self.requirements(&name::normalize(included), item, above)?);
            } else if item.is_map() {
                return refused("uv knows no such entry of a group", item);
            } else {
                let (requirement, text) = requirement(item)?;
                found.push((requirement, text, item.span()));
            }
        }
        above.pop();
        if let Some(node) = self.pythons.get(group) {
            let marker = python_marker(*node)?;
            for (requirement, ..) in &mut found {
                requirement.marker = requirement.marker.and(&marker);
            }
        }
        Ok(found)
    }
}

/// `requires-python` as a marker: its least and its greatest version.
fn python_marker(node: Node<'_>) -> Lowered<Marker> {
    let specifier = match Specifier::parse(node.text().unwrap_or_default()) {
        Ok(specifier) => specifier,
        Err(error) => return refused(error, node),
    };
    Ok(PythonRange::of([&specifier]).map_or_else(Marker::never, |range| range.marker()))
}

/// Whether a table has one entry.
fn is_lone(table: Node<'_>) -> bool {
    table.own_entries().nth(1).is_none()
}

fn requirement(item: Node<'_>) -> Lowered<(Requirement, &str)> {
    let Some(text) = item.text() else { return refused("a requirement must be a text", item) };
    match Requirement::parse(text) {
        Ok(requirement) if has_word_equality(&requirement, text) => refused("uv knows no `===` in a marker", item),
        Ok(requirement) => Ok((requirement, text)),
        Err(error) => Err(Trouble::Refused(error.message, item.inner_span().part(error.range))),
    }
}

/// Whether the marker compares with `===`, as other tools allow.
fn has_word_equality(requirement: &Requirement, text: &str) -> bool {
    let marker = requirement.marker_range.clone().map_or("", |range| &text[range]);
    marker.split(['\'', '"']).step_by(2).any(|part| part.contains("==="))
}

/// A requirement of the project table, in which uv mends small faults.
fn project_requirement(item: Node<'_>) -> Lowered<(Requirement, &str)> {
    requirement(item).or_else(|trouble| {
        let text = item.text().unwrap_or_default();
        lenient::mended(text).map(|requirement| (requirement, text)).ok_or(trouble)
    })
}

/// The extra of a requirement that writes `extra == '...'` itself.
fn lone_extra(marker: &Marker) -> Option<String> {
    let extras: BTreeSet<String> = marker.extras();
    if extras.len() == 1 { extras.into_iter().next() } else { None }
}
