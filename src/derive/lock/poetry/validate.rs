//! What Poetry itself stops at before or beside the digest: its own check of pyproject.toml.
//!
//! Release 2.5.1 and 1.8.5, read 2026-11. A fault that stops it from loading the project hides
//! the lockfile; the others are told together with what the lockfile lacks.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use super::super::shape::{Fault, key};
use super::schema;
use crate::discover::Listing;
use crate::path;
use crate::python::Version;
use crate::python::name::normalize;
use crate::python::poetry_constraint::Constraint;
use crate::syntax::{Entry, Node};
use crate::version::Intervals;

/// The major release of Poetry that these checks know (2026-11).
const LAST_POETRY: u64 = 2;

/// A manifest, and the release that checks it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Check<'a> {
    /// The root of pyproject.toml.
    pub(super) root: Node<'a>,
    /// Its path.
    pub(super) path: &'a str,
    /// The names of all files.
    pub(super) files: &'a Listing,
    /// Whether the readme of `[project]` has to be there.
    pub(super) looks_for_readmes: bool,
    /// Whether it is Poetry 1, which does not read `[project]`.
    pub(super) is_old: bool,
}

impl<'a> Check<'a> {
    /// The fault that stops Poetry from loading the project at all.
    pub(super) fn stop(self) -> Option<Fault> {
        let loaded = if self.is_old { self.stop_old() } else { self.stop_new() };
        loaded
            .or_else(|| self.version())
            .or_else(|| self.poetry_itself())
            .or_else(|| self.addresses())
            .or_else(|| self.rival_sources())
            .or_else(|| self.self_dependency())
    }

    /// The fault that its check tells beside the state of the lockfile.
    pub(super) fn fault(self) -> Option<Fault> {
        self.extras()
            .or_else(|| self.scripts())
            .or_else(|| self.classifiers())
            .or_else(|| self.readmes())
            .or_else(|| self.sources())
            .or_else(|| self.old_warnings())
    }

    fn poetry(self) -> Option<Node<'a>> {
        self.root.at(&["tool", "poetry"])
    }

    fn project(self) -> Option<Node<'a>> {
        self.root.get("project").filter(|_| !self.is_old)
    }

    fn stop_new(self) -> Option<Fault> {
        let shaped = [
            (self.project(), schema::PROJECT, "[project]"),
            (self.poetry(), schema::POETRY, "[tool.poetry]"),
            (self.root.get("dependency-groups"), schema::GROUPS, "[dependency-groups]"),
        ];
        let fault = shaped.into_iter().find_map(|(node, shape, name)| shape.fault(node?, name));
        fault
            .or_else(|| self.unnamed(&["name", "version"]))
            .or_else(|| self.groups())
            .or_else(|| self.license())
            .or_else(|| self.python())
    }

    fn stop_old(self) -> Option<Fault> {
        let Some(poetry) = self.poetry() else {
            return Some(Fault::new("there is no [tool.poetry], which Poetry 1 asks for", self.root.span().part(0..0)));
        };
        let needed = ["name", "version", "description", "authors"];
        let fault = schema::OLD_POETRY.fault(poetry, "[tool.poetry]").or_else(|| self.unnamed(&needed));
        fault.or_else(|| {
            let dependencies = poetry.entry("dependencies")?;
            let is_named = dependencies.value.get("python").is_some();
            (!is_named).then(|| Fault::new("[tool.poetry.dependencies] has no python", dependencies.key.span()))
        })
    }

    /// The version of the package, where `[project]` has none that counts.
    fn version(self) -> Option<Fault> {
        let is_poetrys = self.project().is_none_or(|project| project.get("version").is_none());
        let node = self.poetry().filter(|_| is_poetrys)?.get("version")?;
        let text = node.text().filter(|text| !text.is_empty() && text.parse::<Version>().is_err())?;
        Some(Fault::new(format!("`{text}` is no version"), node.span()))
    }

    /// A range of Poetry's own releases that cannot be read, or in which none of them is.
    fn poetry_itself(self) -> Option<Fault> {
        let node = self.poetry().filter(|_| !self.is_old)?.get("requires-poetry")?;
        let text = node.text()?;
        let fault = match Constraint::from_str(text) {
            Err(reason) => format!("`{text}` is no range of versions: {reason}"),
            Ok(range) if range.intervals().and(&Intervals::below(&[LAST_POETRY + 1])).is_empty() => {
                format!("requires-poetry asks for {text}, and Poetry {LAST_POETRY} is the last there is")
            }
            Ok(_) => return None,
        };
        Some(Fault::new(fault, node.span()))
    }

    /// Sources without an address; that of the default index is known.
    fn addresses(self) -> Option<Fault> {
        let sources = self.poetry()?.get("source").into_iter().flat_map(Node::items);
        let text = |source: Node<'a>, key: &str| source.get(key).and_then(Node::text);
        sources.into_iter().find_map(|source| {
            let name = text(source, "name").unwrap_or_default();
            let is_default = name.eq_ignore_ascii_case("pypi");
            let fault = match text(source, "url") {
                None if !is_default => format!("the source {name} has no url"),
                Some(_) if is_default => format!("the source {name} must not have a url"),
                _ => return None,
            };
            Some(Fault::new(fault, source.span()))
        })
    }

    /// Two sources of one name, or none that is asked without being named.
    fn rival_sources(self) -> Option<Fault> {
        let sources: Vec<Node<'a>> = self.poetry()?.get("source").into_iter().flat_map(Node::items).collect();
        let name = |source: &Node<'a>| source.get("name").and_then(Node::text).unwrap_or_default().to_lowercase();
        let is_explicit = |source: &Node<'a>| source.get("priority").and_then(Node::text) == Some("explicit");
        let again =
            sources.iter().enumerate().find(|(at, source)| sources[..*at].iter().any(|one| name(one) == name(source)));
        if let Some((_, source)) = again {
            return Some(Fault::new(format!("two sources are called {}", name(source)), source.span()));
        }
        let default = sources.iter().find(|source| name(source) == "pypi")?;
        let are_explicit = !self.is_old && sources.iter().all(is_explicit);
        are_explicit
            .then(|| Fault::new("every source is explicit, so that none is asked for other packages", default.span()))
    }

    /// A package needs some keys; an empty one counts as none in release 2.
    fn unnamed(self, needed: &[&str]) -> Option<Fault> {
        if self.poetry().and_then(|poetry| poetry.get("package-mode")).and_then(Node::bool) == Some(false) {
            return None;
        }
        let tables = || [self.project(), self.poetry()].into_iter().flatten();
        let is_given = |node: Node<'_>| self.is_old || node.text().is_some_and(|text| !text.is_empty());
        let has = |key: &&&str| tables().any(|table| table.get(key).is_some_and(is_given));
        let absent = needed.iter().find(|key| !has(key))?;
        let place = tables().next().map_or_else(|| self.root.span().part(0..0), Node::span);
        Some(Fault::new(format!("Poetry asks for a {absent} unless package-mode is false"), place))
    }

    /// Groups whose names are one after normalisation, that include themselves, or one that is not there.
    fn groups(self) -> Option<Fault> {
        let mut names: BTreeMap<String, Entry<'_>> = BTreeMap::new();
        let mut includes: BTreeMap<String, Vec<(String, Entry<'_>)>> = BTreeMap::new();
        let tables = [self.root.get("dependency-groups"), self.poetry().and_then(|poetry| poetry.get("group"))];
        for entry in tables.into_iter().flatten().flat_map(Node::own_entries) {
            let name = normalize(key(entry));
            if let Some(other) = names.insert(name.clone(), entry)
                && key(other) != key(entry)
            {
                let message = format!("the groups `{}` and `{}` are one to Poetry", key(other), key(entry));
                return Some(Fault::new(message, entry.key.span()));
            }
            let own = entry.value.items().filter_map(|item| item.get("include-group"));
            let also = entry.value.get("include-groups").into_iter().flat_map(Node::items);
            let named = own.chain(also).filter_map(|item| Some((normalize(item.text()?), entry)));
            includes.entry(name).or_default().extend(named);
        }
        names.extend(
            self.poetry().and_then(|poetry| poetry.entry("dev-dependencies")).map(|entry| ("dev".to_owned(), entry)),
        );
        for (group, included) in &includes {
            if let Some((name, entry)) = included.iter().find(|(name, _)| !names.contains_key(name) && name != "main") {
                let message = format!("the group {group} includes the group {name}, which is not there");
                return Some(Fault::new(message, entry.key.span()));
            }
            let mut seen = BTreeSet::new();
            let mut pending: Vec<&String> = included.iter().map(|(name, _)| name).collect();
            while let Some(next) = pending.pop() {
                if next == group {
                    let place = names.get(group).map_or_else(|| self.root.span(), |entry| entry.key.span());
                    return Some(Fault::new(format!("the group {group} includes itself"), place));
                }
                if seen.insert(next) {
                    pending.extend(includes.get(next).into_iter().flatten().map(|(name, _)| name));
                }
            }
        }
        None
    }

    /// A license in a file that is not there, or as a table beside `license-files`.
    fn license(self) -> Option<Fault> {
        let project = self.project()?;
        let license = project.get("license").filter(|license| license.is_map());
        if let Some(license) = license {
            if project.get("license-files").is_some() {
                return Some(Fault::new(
                    "[project.license] is a table although there are license-files",
                    license.span(),
                ));
            }
            let file = license.get("file")?;
            return self.absent_file(file.text()?).then(|| Fault::new("the license file is not there", file.span()));
        }
        let is_outside = |text: &str| text.contains('\\') || text.split('/').any(|part| part == "..");
        let files = project.get("license-files").into_iter().flat_map(Node::items);
        let outside = files.into_iter().find(|file| file.text().is_some_and(is_outside))?;
        Some(Fault::new("an entry of license-files leaves the project", outside.span()))
    }

    /// Ranges of interpreters that cannot be read, or that lie outside `requires-python`.
    fn python(self) -> Option<Fault> {
        let required = self.project().and_then(|project| project.get("requires-python"));
        let own = self.poetry().and_then(|poetry| poetry.at(&["dependencies", "python"]));
        let read = |node: Node<'_>| {
            let text = node.text().unwrap_or_default();
            Constraint::from_str(text)
                .map_err(|reason| Fault::new(format!("`{text}` is not a range of interpreters: {reason}"), node.span()))
        };
        let required = match required.map(read).transpose() {
            Ok(range) => range,
            Err(fault) => return Some(fault),
        };
        let node = own.filter(|node| node.text().is_some())?;
        let own = match read(node) {
            Ok(range) => range,
            Err(fault) => return Some(fault),
        };
        let required = required?;
        let is_inside = own.intervals().and(&required.intervals().complement()).is_empty();
        (!is_inside).then(|| {
            Fault::new("[tool.poetry.dependencies] allows a python that requires-python does not", node.span())
        })
    }

    fn self_dependency(self) -> Option<Fault> {
        let named = [self.project(), self.poetry()].into_iter().flatten();
        let name = named.filter_map(|table| table.get("name")?.text()).find(|name| !name.is_empty()).map(normalize)?;
        let poetry = self.poetry()?;
        let groups = poetry.get("group").into_iter().flat_map(Node::own_entries);
        let tables = [poetry.get("dependencies"), poetry.get("dev-dependencies")];
        let tables = tables.into_iter().chain(groups.map(|group| group.value.get("dependencies"))).flatten();
        let own = tables.flat_map(Node::own_entries).find(|entry| normalize(key(*entry)) == name)?;
        Some(Fault::new(format!("{name} depends on itself"), own.key.span()))
    }

    /// `[tool.poetry.extras]` that bring what is no dependency.
    fn extras(self) -> Option<Fault> {
        let poetry = self.poetry()?;
        let dependencies = poetry.get("dependencies").into_iter().flat_map(Node::own_entries);
        let known: BTreeSet<String> = dependencies.map(|entry| normalize(key(entry))).collect();
        let extras = poetry.get("extras").into_iter().flat_map(Node::own_entries);
        let mut brought = extras.flat_map(|extra| extra.value.items().map(move |item| (extra, item)));
        let (extra, item) =
            brought.find(|(_, item)| !item.text().is_none_or(|text| known.contains(&normalize(text))))?;
        let message =
            format!("the extra {} brings {}, which is not a dependency", key(extra), item.text().unwrap_or_default());
        Some(Fault::new(message, item.span()))
    }

    /// Scripts that need an extra which is not there.
    fn scripts(self) -> Option<Fault> {
        let poetry = self.poetry()?;
        let has = |extra: &str| poetry.get("extras").is_some_and(|extras| extras.get(extra).is_some());
        let scripts = poetry.get("scripts").into_iter().flat_map(Node::own_entries);
        let mut extras = scripts.flat_map(|script| script.value.get("extras").into_iter().flat_map(Node::items));
        let absent = extras.find(|extra| extra.text().is_some_and(|extra| !has(extra)))?;
        Some(Fault::new(format!("a script needs the extra {}, which is not there", absent.text()?), absent.span()))
    }

    /// Classifiers of no known kind. The lists below the kinds grow, so that they are not looked at.
    fn classifiers(self) -> Option<Fault> {
        const KINDS: &[&str] = &[
            "Development Status",
            "Environment",
            "Framework",
            "Intended Audience",
            "License",
            "Natural Language",
            "Operating System",
            "Private",
            "Programming Language",
            "Topic",
            "Typing",
        ];
        let is_full = |list: &Node<'_>| list.items().next().is_some();
        let of = |table: Option<Node<'a>>| table.and_then(|table| table.get("classifiers"));
        let list = of(self.project()).filter(is_full).or_else(|| of(self.poetry()))?;
        let is_known = |text: &str| text.split_once(" :: ").is_some_and(|(kind, _)| KINDS.contains(&kind));
        let unknown = list.items().find(|item| item.text().is_some_and(|text| !is_known(text)))?;
        Some(Fault::new(format!("`{}` is not a classifier", unknown.text()?), unknown.span()))
    }

    /// Readmes that are not there, or of several types.
    fn readmes(self) -> Option<Fault> {
        let own = self.poetry().and_then(|poetry| poetry.get("readme"));
        let kinds: BTreeSet<&str> =
            own.into_iter().flat_map(Node::items).filter_map(Node::text).map(readme_type).collect();
        if let Some(own) = own.filter(|_| kinds.len() > 1) {
            return Some(Fault::new("the readme files are of several types", own.span()));
        }
        let project = self.project().filter(|_| self.looks_for_readmes).and_then(|project| project.get("readme"));
        let project = project.and_then(|readme| if readme.is_map() { readme.get("file") } else { Some(readme) });
        let all = own.into_iter().chain(own.into_iter().flat_map(Node::items)).chain(project);
        let mut named = all.filter_map(|node| Some((node, node.text()?)));
        let (node, text) = named.find(|(_, text)| text.is_empty() || self.absent_file(text))?;
        let message = if text.is_empty() {
            "the readme has no name".to_owned()
        } else {
            format!("the readme {text} is not there")
        };
        Some(Fault::new(message, node.span()))
    }

    /// Dependencies from a source that is not configured.
    fn sources(self) -> Option<Fault> {
        let poetry = self.poetry()?;
        let sources: Vec<Node<'_>> = poetry.get("source").into_iter().flat_map(Node::items).collect();
        let text = |source: &Node<'a>, key: &str| source.get(key).and_then(Node::text);
        let is_default = |source: &Node<'a>| text(source, "name").is_some_and(|name| name.eq_ignore_ascii_case("pypi"));
        let is_primary = |source: &Node<'a>| text(source, "priority").is_none_or(|priority| priority == "primary");
        let mut known: BTreeSet<&str> =
            sources.iter().filter(|source| !is_default(source)).filter_map(|source| text(source, "name")).collect();
        if sources.iter().any(is_default) || !sources.iter().any(is_primary) {
            known.insert("PyPI");
        }
        let groups = poetry.get("group").into_iter().flat_map(Node::own_entries);
        let tables =
            std::iter::once(poetry.get("dependencies")).chain(groups.map(|group| group.value.get("dependencies")));
        let values = tables.flatten().flat_map(Node::own_entries).map(|entry| entry.value);
        let mut asked = values
            .flat_map(|value| std::iter::once(value).chain(value.items()))
            .filter_map(|value| value.get("source"));
        let unknown = asked.find(|source| source.text().is_some_and(|source| !known.contains(source)))?;
        Some(Fault::new(format!("there is no source {}", unknown.text()?), unknown.span()))
    }

    /// Poetry 1 fails for what is only a warning in Poetry 2.
    fn old_warnings(self) -> Option<Fault> {
        let poetry = self.poetry().filter(|_| self.is_old)?;
        let dependencies = poetry.get("dependencies")?;
        if let Some(python) = dependencies.get("python").filter(|python| python.text() == Some("*")) {
            return Some(Fault::new("any python is too wide for Poetry", python.span()));
        }
        let mut entries = dependencies.own_entries();
        if let Some(entry) = entries.find_map(|entry| entry.value.entry("allows-prereleases")) {
            return Some(Fault::new("allows-prereleases is an old spelling", entry.key.span()));
        }
        let scripts = poetry.get("scripts").into_iter().flat_map(Node::own_entries);
        let mut extras = scripts.filter_map(|script| script.value.get("extras"));
        let extra = extras.find(|extras| extras.items().next().is_some())?;
        Some(Fault::new("a script that depends on an extra is an old form", extra.span()))
    }

    /// Whether a path that the manifest names leads to no file of the tree. What lies outside of it is not known.
    fn absent_file(self, name: &str) -> bool {
        let joined = path::join(path::directory(self.path), name);
        joined.is_some_and(|at| !self.files.can_follow(&at) && !self.files.has_directory(&at))
    }
}

fn readme_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, suffix)| suffix) {
        "rst" => "text/x-rst",
        "md" | "markdown" => "text/markdown",
        _ => "text/plain",
    }
}
