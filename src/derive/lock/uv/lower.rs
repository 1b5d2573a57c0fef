//! What a manifest asks for once its sources are applied: uv's "lowering".

use std::collections::{BTreeMap, BTreeSet};

use super::ask::{Ask, Origin, index_address, normal, repository_address};
use super::workspace::{Member, Realm};
use crate::facts::{Facts, Link, Manifest};
use crate::python::{Marker, PythonRange, Requirement, Specifier, name};
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

type Lowered<T> = Result<T, Trouble>;

fn refused<T>(message: impl Into<String>, node: Node<'_>) -> Lowered<T> {
    Err(Trouble::Refused(message.into(), node.span()))
}

/// What the requirements of a project are seen against.
pub(super) struct Lowering<'a> {
    pub(super) facts: &'a Facts,
    pub(super) realm: &'a Realm<'a>,
    /// Whose requirements they are.
    pub(super) project: Member<'a>,
    /// Manifests by directory, to see whether a path source is a package.
    pub(super) manifest_in: &'a dyn Fn(&str) -> Option<Link<Manifest>>,
    /// Whether sources are switched off.
    pub(super) no_sources: bool,
    /// Whether there is a directory at a path.
    pub(super) has_directory: &'a dyn Fn(&str) -> bool,
    /// Whether there is a file at a path.
    pub(super) has_file: &'a dyn Fn(&str) -> bool,
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
            let (requirement, text) = requirement(item)?;
            let extra = lone_extra(&requirement.marker);
            wanted.requires.extend(self.lower(&requirement, text, item.span(), extra.as_deref(), None)?);
        }
        for entry in root.at(&["project", "optional-dependencies"]).into_iter().flat_map(Node::own_entries) {
            let extra = name::normalize(entry.key.scalar().unwrap_or_default());
            wanted.extras.insert(extra.clone(), entry.key.span());
            for item in entry.value.items() {
                let (mut requirement, text) = requirement(item)?;
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
        for entry in self.project.uv(&["dependency-groups"]).into_iter().flat_map(Node::own_entries) {
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
        if self.no_sources {
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

    /// A requirement as it stands, its inline address taken apart.
    fn inline(&self, plain: Ask, requirement: &Requirement) -> Lowered<Ask> {
        let Some(url) = &requirement.url else { return Ok(plain) };
        let (address, fragment) = url.split_once('#').map_or((url.as_str(), ""), |(address, rest)| (address, rest));
        let part = |key: &str| {
            fragment.split('&').find_map(|pair| pair.strip_prefix(key)?.strip_prefix('=')).map(str::to_owned)
        };
        let origin = if let Some(git) = address.strip_prefix("git+") {
            let path_start = git.find("://").map_or(0, |at| at + 3);
            let (repository, revision) = match git[path_start..].rfind('@').map(|at| path_start + at) {
                Some(at) if git[path_start..at].contains('/') => (&git[..at], Some(git[at + 1..].to_owned())),
                _ => (git, None),
            };
            Origin::Git {
                repository: repository_address(repository),
                reference: revision.map(|name| ("rev".to_owned(), name)),
                inside: part("subdirectory").map(|path| format!("subdirectory={}", normal("", &path))),
                lfs: part("lfs").is_some_and(|value| value.eq_ignore_ascii_case("true")),
            }
        } else if address.contains("://") && !address.starts_with("file:") {
            Origin::Url { address: crate::address::without_credentials(address), subdirectory: part("subdirectory") }
        } else {
            if address.contains("${") {
                return Err(Trouble::Unknown(format!("{url} depends on the environment")));
            }
            self.place(self.project.directory, address, None, None)
        };
        Ok(Ask { origin, specifier: Specifier::default(), ..plain })
    }

    fn source(&self, table: Node<'a>, base: &str, requirement: &Requirement) -> Lowered<(Origin, Specifier)> {
        let text = |key: &str| table.get(key).and_then(Node::text);
        let none = Specifier::default();
        if let Some(git) = text("git") {
            let references: Vec<(&str, &str)> =
                ["rev", "tag", "branch"].into_iter().filter_map(|key| Some((key, text(key)?))).collect();
            if references.len() > 1 {
                return refused("a git source names one of rev, tag and branch only", table);
            }
            let reference = references.first().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
            let inside = ["subdirectory", "path"].into_iter().find_map(|key| Some((key, text(key)?)));
            let inside = inside.map(|(key, path)| format!("{key}={}", normal("", path)));
            let lfs = table.get("lfs").and_then(Node::bool).unwrap_or(false);
            return Ok((Origin::Git { repository: repository_address(git), reference, inside, lfs }, none));
        }
        if let Some(url) = text("url") {
            if url.contains('#') {
                return refused("the address of a source must have no fragment", table);
            }
            let subdirectory = text("subdirectory").map(str::to_owned);
            return Ok((Origin::Url { address: crate::address::without_credentials(url), subdirectory }, none));
        }
        if let Some(path) = text("path") {
            let flag = |key: &str| table.get(key).and_then(Node::bool);
            let origin = self.place(base, path, flag("editable"), flag("package"));
            self.check_place(&origin, &requirement.name, table)?;
            return Ok((origin, none));
        }
        if let Some(index) = text("index") {
            let Some(address) = self.index(index) else {
                return refused(format!("there is no index called {index}"), table);
            };
            let project = self.project.name().unwrap_or_default();
            let of = |key: &str| text(key).map(name::normalize).unwrap_or_default();
            let (extra, group) = (of("extra"), of("group"));
            let group = if extra.is_empty() { group } else { String::new() };
            let conflict = (!extra.is_empty() || !group.is_empty()).then(|| format!("{project}/{extra}/{group}"));
            return Ok((Origin::Registry { index: Some(address), conflict }, requirement.specifier.clone()));
        }
        match table.get("workspace") {
            Some(node) if node.bool() == Some(true) => {
                self.member(node, &requirement.name).map(|origin| (origin, none))
            }
            Some(node) if node.bool() == Some(false) => refused("uv does not support `workspace = false`", node),
            Some(_) => Err(Trouble::Unknown(format!("{} comes from another workspace", requirement.name))),
            None => refused(format!("the source of {} is of no kind that uv knows", requirement.name), table),
        }
    }

    fn member(&self, node: Node<'a>, package: &str) -> Lowered<Origin> {
        let Some(member) = self.realm.members.get(package) else {
            return refused(format!("{package} is no member of the workspace"), node);
        };
        let is_package = self.realm.is_package(package, member);
        let editable = is_package && self.realm.required.get(package).copied().flatten().unwrap_or(true);
        Ok(Origin::Directory { path: normal("", member.directory), editable, is_virtual: !is_package })
    }

    /// A path inside the repository must lead to something, and to the project that is required.
    fn check_place(&self, origin: &Origin, package: &str, table: Node<'a>) -> Lowered<()> {
        let (Origin::Directory { path, .. } | Origin::Archive(path)) = origin else { return Ok(()) };
        if path.starts_with("..") || path.starts_with('/') || path.is_empty() {
            return Ok(());
        }
        if !(self.has_file)(path) && !(self.has_directory)(path) {
            return refused(format!("there is nothing at {path}, where {package} is to come from"), table);
        }
        let target = (self.manifest_in)(path).and_then(|manifest| Member::of(self.facts, manifest));
        match target.and_then(|member| member.name()) {
            Some(name) if name != package && matches!(origin, Origin::Directory { .. }) => {
                refused(format!("{path} holds {name}, not {package}"), table)
            }
            _ => Ok(()),
        }
    }

    /// A path: a directory, or an archive when it has the ending of one.
    fn place(&self, base: &str, path: &str, editable: Option<bool>, package: Option<bool>) -> Origin {
        let at = normal(base, path);
        let is_file = (self.has_file)(&at) || {
            let name = at.rsplit('/').next().unwrap_or_default();
            [".whl", ".tar.gz", ".zip", ".tar.bz2", ".tar.xz", ".tgz"].iter().any(|end| name.ends_with(end))
        };
        if is_file {
            return Origin::Archive(at);
        }
        if editable == Some(true) {
            return Origin::Directory { path: at, editable: true, is_virtual: false };
        }
        let is_package = package.unwrap_or_else(|| {
            let target = (self.manifest_in)(&at).and_then(|manifest| Member::of(self.facts, manifest));
            target.and_then(|member| member.uv(&["package"])).and_then(Node::bool).unwrap_or(true)
        });
        Origin::Directory { path: at, editable: false, is_virtual: !is_package }
    }

    /// The address of a named index of the project or the root.
    fn index(&self, wanted: &str) -> Option<String> {
        [self.project, self.realm.root].into_iter().find_map(|member| {
            let mut indexes = member.uv(&["index"]).into_iter().flat_map(Node::items);
            let index = indexes.find(|index| index.get("name").and_then(Node::text) == Some(wanted))?;
            index.get("url").and_then(Node::text).map(index_address)
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
            if let Some(included) = item.get("include-group").and_then(Node::text) {
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

fn requirement(item: Node<'_>) -> Lowered<(Requirement, &str)> {
    let Some(text) = item.text() else { return refused("a requirement must be a text", item) };
    match Requirement::parse(text) {
        Ok(requirement) => Ok((requirement, text)),
        Err(error) => Err(Trouble::Refused(error.message, item.inner_span().part(error.range))),
    }
}

/// The extra of a requirement that writes `extra == '...'` itself.
fn lone_extra(marker: &Marker) -> Option<String> {
    let extras: BTreeSet<String> = marker.extras();
    if extras.len() == 1 { extras.into_iter().next() } else { None }
}
