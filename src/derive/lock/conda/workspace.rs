//! What a pixi workspace asks for: environments made of features, each on its platforms.

use crate::conda::{Build, MatchSpec, VersionSpec};
use crate::python::{Requirement, name::normalize};
use crate::source::Span;
use crate::syntax::{Entry, Node};

/// The tables of a pixi.toml, or those of pixi in a pyproject.toml.
#[derive(Clone, Copy)]
pub(super) struct Workspace<'a> {
    pub(super) root: Node<'a>,
    /// `[workspace]`, once `[project]`.
    pub(super) settings: Option<Node<'a>>,
    /// `[project]` and `[dependency-groups]` of a pyproject.toml lie below this.
    pyproject: Option<Node<'a>>,
}

/// An environment of the workspace.
pub(super) struct Environment<'a> {
    pub(super) name: &'a str,
    pub(super) place: Span,
    /// The environments of one group have the same packages.
    pub(super) group: Option<&'a str>,
    features: Vec<Feature<'a>>,
    /// A feature that it names and that is not there.
    pub(super) missing: Option<Node<'a>>,
}

/// A part of environments.
#[derive(Clone, Copy)]
struct Feature<'a> {
    /// Empty for what every environment has.
    name: &'a str,
    table: Option<Node<'a>>,
}

/// A platform of an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Platform<'a> {
    pub(super) name: &'a str,
    pub(super) subdir: &'a str,
    pub(super) place: Span,
    /// What its machines are said to have, where it is a table: `__cuda=12`.
    pub(super) virtual_packages: Option<Vec<String>>,
}

/// A package of conda that an environment asks for.
#[derive(Clone)]
pub(super) struct Asked<'a> {
    pub(super) spec: MatchSpec,
    /// As it is written.
    pub(super) text: String,
    pub(super) place: Span,
    /// The table of a package that comes from a directory, a repository or a file.
    pub(super) source: Option<Node<'a>>,
}

/// A Python package that an environment asks for.
#[derive(Clone)]
pub(super) struct AskedPython<'a> {
    pub(super) name: String,
    pub(super) requirement: Requirement,
    pub(super) text: String,
    pub(super) place: Span,
    /// The table of a package that comes from a directory, a repository or a file.
    pub(super) source: Option<Node<'a>>,
    pub(super) index: Option<&'a str>,
}

/// Keys of a requirement that say where it comes from.
const SOURCES: &[&str] = &["path", "git", "url"];

/// Keys of an environment; others are those of a feature of its own.
const OF_ENVIRONMENTS: &[&str] = &["features", "solve-group", "no-default-feature"];

impl<'a> Workspace<'a> {
    pub(super) fn new(document: Node<'a>) -> Self {
        let own = document.at(&["tool", "pixi"]);
        let root = own.unwrap_or(document);
        let settings = root.get("workspace").or_else(|| root.get("project"));
        Self { root, settings, pyproject: own.map(|_| document) }
    }

    pub(super) fn setting(self, key: &str) -> Option<Node<'a>> {
        self.settings?.get(key)
    }

    /// The environments; `default` is always there.
    pub(super) fn environments(self) -> Vec<Environment<'a>> {
        let entries = || self.root.get("environments").into_iter().flat_map(Node::own_entries);
        let mut all: Vec<Environment<'a>> = entries().filter_map(|entry| self.environment(entry)).collect();
        if !all.iter().any(|one| one.name == "default") {
            let place = self.settings.map_or(self.root.span(), Node::span);
            let features = vec![Feature { name: "", table: Some(self.root) }];
            all.insert(0, Environment { name: "default", place, group: None, features, missing: None });
        }
        all
    }

    fn environment(self, entry: Entry<'a>) -> Option<Environment<'a>> {
        let value = entry.value;
        let named = if value.is_list() { Some(value) } else { value.get("features") };
        let mut features = Vec::new();
        if value.own_entries().any(|entry| entry.key.scalar().is_some_and(|key| !OF_ENVIRONMENTS.contains(&key))) {
            features.push(Feature { name: "", table: Some(value) });
        }
        let mut missing = None;
        for node in named.into_iter().flat_map(Node::items) {
            let Some(name) = node.text() else { continue };
            let table = self.root.at(&["feature", name]);
            if table.is_none() && name != "default" && self.python_group(name).is_none() {
                missing = missing.or(Some(node));
            }
            features.push(Feature { name, table });
        }
        if value.get("no-default-feature").and_then(Node::bool) != Some(true) {
            features.push(Feature { name: "", table: Some(self.root) });
        }
        let group = value.get("solve-group").and_then(Node::text);
        Some(Environment { name: entry.key.scalar()?, place: entry.key.span(), group, features, missing })
    }

    /// A group of requirements or an extra of a pyproject.toml, which is a feature of that name.
    fn python_group(self, name: &str) -> Option<Node<'a>> {
        let document = self.pyproject?;
        let tables = [document.get("dependency-groups"), document.at(&["project", "optional-dependencies"])];
        tables.into_iter().flatten().find_map(|table| table.get(name))
    }

    /// The platforms of the workspace; `None` where one of them is not read.
    fn platforms(self) -> Option<Vec<Platform<'a>>> {
        self.setting("platforms")?.items().map(platform).collect()
    }
}

impl<'a> Environment<'a> {
    /// Values that features set, those that are asked first in front.
    pub(super) fn set(&self, path: &[&str]) -> impl Iterator<Item = Node<'a>> {
        self.features.iter().filter_map(move |feature| feature.table?.at(path))
    }

    /// Its channels, those with the highest priority first, and where they are written.
    pub(super) fn channels(&self, workspace: Workspace<'a>) -> (Vec<&'a str>, Option<Span>) {
        let own = workspace.setting("channels");
        let lists: Vec<Node<'a>> =
            self.features.iter().filter_map(|one| one.table.and_then(|table| table.get("channels")).or(own)).collect();
        let mut channels: Vec<(i64, &str)> = Vec::new();
        for node in lists.iter().flat_map(|list| list.items()) {
            let priority = node.get("priority").and_then(Node::int).unwrap_or(0);
            channels.extend(node.text().or_else(|| node.get("channel")?.text()).map(|name| (-priority, name)));
        }
        channels.sort_by_key(|(priority, _)| *priority);
        let mut names = Vec::new();
        for (_, name) in channels {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        (names, lists.first().map(|list| list.span()))
    }

    /// The platforms that all its features are for; `None` where the workspace has one that is not read.
    pub(super) fn platforms(&self, workspace: Workspace<'a>) -> Option<Vec<Platform<'a>>> {
        let mut all = workspace.platforms()?;
        for list in self.features.iter().filter_map(|one| one.table?.get("platforms")) {
            let is_listed = |platform: &Platform<'_>| {
                list.items().filter_map(Node::text).any(|name| name == platform.name || name == platform.subdir)
            };
            all.retain(is_listed);
        }
        Some(all)
    }

    /// What it asks for of conda on a platform; `Err` with the requirement that is not read.
    pub(super) fn conda(&self, workspace: Workspace<'a>, platform: &Platform<'_>) -> Result<Vec<Asked<'a>>, String> {
        let mut asked = Vec::new();
        for feature in &self.features {
            let mut own: Vec<Asked<'a>> = Vec::new();
            for table in feature.tables(platform) {
                for key in ["dependencies", "host-dependencies", "build-dependencies"] {
                    for entry in table.get(key).into_iter().flat_map(Node::own_entries) {
                        let one = conda(entry).ok_or_else(|| entry.key.scalar().unwrap_or_default().to_owned())?;
                        own.retain(|other| other.spec.name != one.spec.name);
                        own.push(one);
                    }
                }
            }
            asked.append(&mut own);
        }
        asked.extend(self.python_version(workspace, &asked));
        Ok(asked)
    }

    /// `requires-python` of a pyproject.toml asks for an interpreter where nothing else does.
    fn python_version(&self, workspace: Workspace<'a>, asked: &[Asked<'a>]) -> Option<Asked<'a>> {
        let node = workspace.pyproject?.at(&["project", "requires-python"])?;
        let has_own = self.features.iter().any(|one| one.name.is_empty());
        if !has_own || asked.iter().any(|one| one.spec.name == "python") {
            return None;
        }
        let text = node.text()?;
        let spec = MatchSpec { name: "python".to_owned(), version: VersionSpec::parse(text), ..MatchSpec::default() };
        Some(Asked { spec, text: text.to_owned(), place: node.span(), source: None })
    }

    /// What it asks for of Python's packages on a platform; `Err` with the requirement that is not read.
    pub(super) fn python(
        &self,
        workspace: Workspace<'a>,
        platform: &Platform<'_>,
    ) -> Result<Vec<AskedPython<'a>>, String> {
        let mut asked = Vec::new();
        for feature in &self.features {
            let mut own: Vec<AskedPython<'a>> = Vec::new();
            for table in feature.tables(platform) {
                for entry in table.get("pypi-dependencies").into_iter().flat_map(Node::own_entries) {
                    let one = python(entry).ok_or_else(|| entry.key.scalar().unwrap_or_default().to_owned())?;
                    own.retain(|other| other.name != one.name);
                    own.push(one);
                }
            }
            asked.append(&mut own);
            let is_own = feature.table.is_some_and(|table| table.span() == workspace.root.span());
            let listed = if is_own {
                workspace.pyproject.and_then(|document| document.at(&["project", "dependencies"]))
            } else {
                workspace.python_group(feature.name)
            };
            for item in listed.into_iter().flat_map(Node::items) {
                let text = item.text().ok_or("an included group")?;
                let requirement = Requirement::parse(text).map_err(|_| text.to_owned())?;
                let (name, text, place) = (requirement.name.clone(), text.to_owned(), item.span());
                asked.push(AskedPython { name, requirement, text, place, source: None, index: None });
            }
        }
        Ok(asked)
    }
}

impl<'a> Feature<'a> {
    /// Its tables for a platform: its own, then those of the targets that the platform belongs to.
    fn tables(&self, platform: &Platform<'_>) -> Vec<Node<'a>> {
        let targets = self.table.and_then(|table| table.get("target")).into_iter().flat_map(Node::own_entries);
        let fits = |entry: &Entry<'_>| entry.key.scalar().is_some_and(|name| platform.is(name));
        self.table.into_iter().chain(targets.filter(fits).map(|entry| entry.value)).collect()
    }
}

impl Platform<'_> {
    /// Whether a target of that name holds for it.
    fn is(&self, name: &str) -> bool {
        let starts = |start: &str| self.subdir.starts_with(start);
        match name {
            "unix" => starts("linux-") || starts("osx-"),
            "linux" | "osx" | "win" => starts(&format!("{name}-")),
            _ => name == self.name || name == self.subdir,
        }
    }
}

/// `linux-64`, or a table with a name and what its machines have.
fn platform(node: Node<'_>) -> Option<Platform<'_>> {
    if let Some(name) = node.text() {
        return Some(Platform { name, subdir: name, place: node.span(), virtual_packages: None });
    }
    let subdir = node.get("platform")?.text()?;
    let name = node.get("name").and_then(Node::text);
    let said = node.own_entries().filter(|entry| !matches!(entry.key.scalar(), Some("name" | "platform")));
    let virtual_packages: Option<Vec<String>> = said.map(virtual_package).collect();
    // pixi makes up a name for one that has none.
    let virtual_packages = virtual_packages.filter(|_| name.is_some());
    Some(Platform { name: name.unwrap_or(subdir), subdir, place: node.span(), virtual_packages })
}

/// `__cuda=12` of `cuda = "12"`.
fn virtual_package(entry: Entry<'_>) -> Option<String> {
    let name = match entry.key.scalar()? {
        "libc" => "glibc",
        "macos" => "osx",
        name @ ("cuda" | "glibc" | "linux" | "archspec" | "osx") => name,
        _ => return None,
    };
    Some(format!("__{name}={}", entry.value.scalar()?))
}

fn conda(entry: Entry<'_>) -> Option<Asked<'_>> {
    let (key, value) = (entry.key.scalar()?, entry.value);
    let mut spec = MatchSpec { name: key.to_ascii_lowercase(), ..MatchSpec::default() };
    let text = value.text().or_else(|| value.get("version")?.text());
    if let Some(text) = text {
        spec.version = Some(VersionSpec::parse(text)?);
    }
    let field = |key: &str| value.get(key).and_then(Node::text);
    spec.build = field("build").map(Build::parse);
    spec.channel = field("channel").map(str::to_owned);
    spec.when = field("when").map(str::to_owned);
    let extras = value.get("extras").into_iter().flat_map(Node::items);
    spec.extras = extras.filter_map(Node::text).map(str::to_owned).collect();
    spec.says_more = ["build-number", "md5", "sha256", "file-name", "license", "subdir", "flags"]
        .iter()
        .any(|key| value.get(key).is_some());
    let source = SOURCES.iter().any(|key| value.get(key).is_some()).then_some(value);
    Some(Asked { spec, text: text.unwrap_or_default().to_owned(), place: entry.key.span(), source })
}

fn python(entry: Entry<'_>) -> Option<AskedPython<'_>> {
    let (key, value) = (entry.key.scalar()?, entry.value);
    let field = |key: &str| value.get(key).and_then(Node::text);
    let version = value.text().or_else(|| field("version")).unwrap_or_default();
    let range = if version == "*" { "" } else { version };
    let extras: Vec<&str> = value.get("extras").into_iter().flat_map(Node::items).filter_map(Node::text).collect();
    let marker = field("env-markers").map_or_else(String::new, |text| format!(" ; {text}"));
    let requirement = Requirement::parse(&format!("{key}[{}]{range}{marker}", extras.join(","))).ok()?;
    let source = SOURCES.iter().any(|key| value.get(key).is_some()).then_some(value);
    let (text, place) = (version.to_owned(), entry.key.span());
    Some(AskedPython { name: normalize(key), requirement, text, place, source, index: field("index") })
}
