//! A project as pnpm sees it: its package.json after extensions, overrides and ignored packages.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::config::{Sources, entries};
use super::overrides::{self, Asker, Override};
use crate::facts::{Facts, Link, Manifest};
use crate::node::range::Range;
use crate::node::version::{self, Mode};
use crate::path;
use crate::pnpm::lock::GROUPS;
use crate::python::canonical_json::Json;
use crate::source::Span;
use crate::syntax::{Document, Node};

/// The group of peers, after those of [`GROUPS`].
const PEERS: usize = 3;

/// A requirement.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// What is asked for.
    pub(super) specifier: String,
    /// Where: in package.json, or in the file of an override.
    pub(super) file: Arc<str>,
    pub(super) span: Span,
    /// The selector of the override that gave it.
    pub(super) by: Option<String>,
}

/// A project.
#[derive(Debug)]
pub(super) struct Project {
    pub(super) manifest: Link<Manifest>,
    /// Its name; its directory where it has none.
    pub(super) shown: String,
    /// Its requirements, by group and name: those of [`GROUPS`], then peers.
    pub(super) groups: [BTreeMap<String, Asked>; 4],
    /// The place of each group's key.
    pub(super) keys: [Option<Span>; 4],
    pub(super) publish_directory: Option<(String, Span)>,
    pub(super) dependencies_meta: Option<(Json, Span)>,
    /// Overrides that took a requirement out: its name.
    pub(super) removed: BTreeMap<String, Asked>,
    /// A requirement that is no text, at which pnpm stumbles.
    pub(super) unwritten: Option<(String, Span)>,
    document: Arc<Document>,
}

impl Project {
    /// The project of a manifest; `None` when it was not read as a tree.
    pub(super) fn new(facts: &Facts, link: Link<Manifest>) -> Option<Self> {
        let manifest = &facts[link];
        let document = Arc::clone(manifest.document.as_ref()?);
        let directory = path::directory(&manifest.header.path);
        let shown = manifest.project.known().cloned().unwrap_or_else(|| directory.to_owned());
        let mut project = Self {
            manifest: link,
            shown,
            groups: Default::default(),
            keys: [None; 4],
            publish_directory: None,
            dependencies_meta: None,
            removed: BTreeMap::new(),
            unwritten: None,
            document: Arc::clone(&document),
        };
        project.read(document.root(), &manifest.header.path);
        Some(project)
    }

    fn read(&mut self, root: Node<'_>, file: &Arc<str>) {
        for (group, key) in GROUPS.iter().chain(&["peerDependencies"]).enumerate() {
            let Some(table) = root.entry(key) else { continue };
            self.keys[group] = Some(table.key.span());
            for entry in table.value.entries() {
                let Some(name) = entry.key.scalar() else { continue };
                let Some(specifier) = entry.value.text() else {
                    self.unwritten.get_or_insert_with(|| (name.to_owned(), entry.value.span()));
                    continue;
                };
                let span = Span { end: entry.value.span().end, ..entry.key.span() };
                let asked = Asked { specifier: specifier.to_owned(), file: Arc::clone(file), span, by: None };
                self.groups[group].insert(name.to_owned(), asked);
            }
        }
        let directory = root.at(&["publishConfig", "directory"]);
        self.publish_directory = directory.and_then(|node| Some((node.scalar()?.to_owned(), node.span())));
        let meta = root.get("dependenciesMeta");
        self.dependencies_meta = meta.map(|node| (crate::pnpm::hash::value(node), node.span()));
    }

    /// Its place from the lockfile: `.` is the root.
    pub(super) fn importer<'f>(&self, facts: &'f Facts, sources: &Sources) -> &'f str {
        let directory = path::directory(&facts[self.manifest].header.path);
        match path::relative_to(directory, &sources.directory) {
            Some(at) if !at.is_empty() => at,
            _ => ".",
        }
    }

    /// Rewrites the requirements as pnpm does before it compares them.
    pub(super) fn rewrite(&mut self, facts: &Facts, sources: &Sources, all: &[Override], major: u32) {
        self.extend(sources, major);
        if major >= 10 {
            self.runtimes(&facts[self.manifest].header.path);
        }
        let manifest = &facts[self.manifest];
        let document = Arc::clone(&self.document);
        let asker = Asker {
            name: manifest.project.known().map_or("", String::as_str),
            version: document.root().get("version").and_then(Node::scalar).unwrap_or(""),
            directory: path::directory(&manifest.header.path),
        };
        for group in 0..4 {
            for name in self.groups[group].keys().cloned().collect::<Vec<_>>() {
                self.replace(group, &name, all, asker, major);
            }
        }
        if major >= 9
            && let Some((_, list)) = sources.table("ignoredOptionalDependencies", major)
        {
            let patterns: Vec<&str> = list.items().filter_map(Node::scalar).collect();
            for name in self.groups[0].keys().cloned().collect::<Vec<_>>() {
                if matches(&patterns, &name) {
                    self.groups[0].remove(&name);
                    self.groups[1].remove(&name);
                }
            }
        }
    }

    fn replace(&mut self, group: usize, name: &str, all: &[Override], asker: Asker<'_>, major: u32) {
        let Some(asked) = self.groups[group].get(name) else { return };
        let Some((one, value)) = overrides::apply(all, asker, name, &asked.specifier) else { return };
        let written = &one.written;
        let by = Some(one.selector.clone());
        let new = |specifier: String| Asked { specifier, file: Arc::clone(&written.file), span: written.span, by };
        match value {
            None if major >= 9 => {
                self.groups[group].remove(name);
                self.removed.insert(name.to_owned(), new("-".to_owned()));
            }
            None => {
                self.groups[group].insert(name.to_owned(), new("-".to_owned()));
            }
            // A peer can only be asked for by range; anything else becomes a plain dependency.
            Some(value) if group == PEERS && major >= 10 && !is_peer_range(&value) => {
                self.groups[1].insert(name.to_owned(), new(value));
            }
            Some(value) => {
                self.groups[group].insert(name.to_owned(), new(value));
            }
        }
    }

    /// Runtimes that pnpm is to fetch count as requirements (since 10.14).
    fn runtimes(&mut self, file: &Arc<str>) {
        let document = Arc::clone(&self.document);
        for (key, group) in [("engines", "dependencies"), ("devEngines", "devDependencies")] {
            let Some(stated) = document.root().at(&[key, "runtime"]) else { continue };
            let items: Vec<Node<'_>> = if stated.is_list() { stated.items().collect() } else { vec![stated] };
            for item in items {
                let text = |key: &str| item.get(key).and_then(Node::text);
                let (Some(name), Some(version), Some("download")) = (text("name"), text("version"), text("onFail"))
                else {
                    continue;
                };
                let at = GROUPS.iter().position(|one| *one == group).unwrap_or(1);
                let asked = Asked {
                    specifier: format!("runtime:{version}"),
                    file: Arc::clone(file),
                    span: item.span(),
                    by: None,
                };
                self.groups[at].entry(name.to_owned()).or_insert(asked);
            }
        }
    }

    /// `packageExtensions` that name the project itself.
    fn extend(&mut self, sources: &Sources, major: u32) {
        let Some((source, table)) = sources.table("packageExtensions", major) else { return };
        let root = self.document.root();
        let name = root.get("name").and_then(Node::scalar).unwrap_or("");
        let own = root.get("version").and_then(Node::scalar).and_then(|text| version::parse(text, Mode::Strict));
        for extension in table.entries() {
            let selector = extension.key.scalar().unwrap_or("");
            let (target, range) = match selector.char_indices().skip(1).find(|(_, letter)| *letter == '@') {
                Some((at, _)) => (&selector[..at], Some(&selector[at + 1..])),
                None => (selector, None),
            };
            let admits = |range: &str| {
                let range = Range::parse(range, Mode::Strict);
                range.zip(own.as_ref()).is_some_and(|(range, version)| range.admits(version))
            };
            if target != name || name.is_empty() || !range.is_none_or(admits) {
                continue;
            }
            for (group, key) in GROUPS.iter().chain(&["peerDependencies"]).enumerate().filter(|(group, _)| *group != 2)
            {
                for (name, written) in entries(source, extension.value.get(key)) {
                    let (file, span) = (Arc::clone(&written.file), written.span);
                    let asked = Asked { specifier: written.text, file, span, by: Some(selector.to_owned()) };
                    self.groups[group].entry(name).or_insert(asked);
                }
            }
        }
    }

    /// All requirements in one list, as pnpm lays the groups over each other.
    pub(super) fn flat(&self) -> BTreeMap<&str, &Asked> {
        let mut flat: BTreeMap<&str, &Asked> = BTreeMap::new();
        for group in [2, 1, 0] {
            flat.extend(self.groups[group].iter().map(|(name, asked)| (name.as_str(), asked)));
        }
        flat
    }

    /// Turns peers that nothing else asks for into plain dependencies.
    pub(super) fn install_peers(&mut self) {
        for (name, asked) in std::mem::take(&mut self.groups[PEERS]) {
            if !self.groups[..PEERS].iter().any(|group| group.contains_key(&name)) {
                self.groups[1].insert(name, asked);
            }
        }
        if self.keys[1].is_none() {
            self.keys[1] = self.keys[PEERS];
        }
    }

    /// Leaves links out.
    pub(super) fn without_links(&mut self) {
        for group in &mut self.groups {
            group.retain(|_, asked| !asked.specifier.starts_with("link:"));
        }
    }
}

fn is_peer_range(text: &str) -> bool {
    Range::parse(text, Mode::Strict).is_some() || text.contains("workspace:") || text.contains("catalog:")
}

/// Whether a name is in a list of names, in which `*` stands for anything and `!` takes out.
pub(super) fn matches(patterns: &[&str], name: &str) -> bool {
    let mut held = patterns.first().is_some_and(|first| first.starts_with('!'));
    for pattern in patterns {
        match pattern.strip_prefix('!') {
            Some(pattern) if fits(pattern, name) => held = false,
            None if fits(pattern, name) => held = true,
            _ => {}
        }
    }
    held
}

fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}
