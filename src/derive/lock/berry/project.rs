//! The workspaces of a Yarn project, each as Yarn would write it into the lockfile.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::berry::{descriptor, hash};
use crate::facts::{Facts, Link, Manifest};
use crate::node::manifest;
use crate::node::range::Range;
use crate::node::version::{self, Mode, Version};
use crate::node::workspace::Patterns;
use crate::path;
use crate::source::Span;
use crate::syntax::{Document, Node};

use super::super::Lookup;

/// A text that package.json gives, with its place.
#[derive(Debug, Clone)]
pub(super) struct Stated {
    /// The text; of a requirement the range with its protocol.
    pub(super) text: String,
    /// The text as it is written: Yarn before 4 puts it so into the lockfile.
    pub(super) written: String,
    pub(super) span: Span,
}

impl Stated {
    fn new(text: impl Into<String>, span: Span) -> Self {
        let text = text.into();
        Self { written: text.clone(), text, span }
    }
}

/// A package of the repository: a workspace, or a directory that a `portal:` or `file:` leads to.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) manifest: Link<Manifest>,
    /// Its directory from the root of the project; empty for the root.
    pub(super) directory: String,
    pub(super) name: String,
    pub(super) version: Option<Version>,
    pub(super) version_text: String,
    /// What it needs, by name, as ranges with their protocol.
    pub(super) dependencies: BTreeMap<String, Stated>,
    pub(super) peers: BTreeMap<String, Stated>,
    /// `dependenciesMeta`: package and key, as `ms built`.
    pub(super) dependencies_meta: BTreeMap<String, Stated>,
    pub(super) peers_meta: BTreeMap<String, Stated>,
    pub(super) bin: BTreeMap<String, Stated>,
    document: Arc<Document>,
}

impl Package {
    /// The package of a manifest; `None` when it was not read as a tree. Only workspaces install what they need to develop.
    pub(super) fn new(facts: &Facts, link: Link<Manifest>, root: &str, is_workspace: bool) -> Option<Self> {
        let fact = &facts[link];
        let document = Arc::clone(fact.document.as_ref()?);
        let directory = path::directory(&fact.header.path);
        let directory = path::relative_to(directory, root).filter(|_| directory != root).unwrap_or("").to_owned();
        let node = document.root();
        let name = node.get("name").and_then(Node::text).filter(|name| !name.is_empty());
        let name = name.map_or_else(|| hash::unnamed_workspace(&directory), str::to_owned);
        let version_text = node.get("version").and_then(Node::scalar).unwrap_or("").to_owned();
        let mut package = Self {
            manifest: link,
            version: version::parse(&version_text, Mode::Loose),
            version_text,
            dependencies: BTreeMap::new(),
            peers: required(node.get("peerDependencies")),
            dependencies_meta: meta(node.get("dependenciesMeta"), &["built", "optional", "unplugged"]),
            peers_meta: meta(node.get("peerDependenciesMeta"), &["optional"]),
            bin: BTreeMap::new(),
            directory,
            name,
            document: Arc::clone(&document),
        };
        package.read(node, is_workspace);
        Some(package)
    }

    fn read(&mut self, node: Node<'_>, is_workspace: bool) {
        for group in ["dependencies", "optionalDependencies", "devDependencies"] {
            if group == "devDependencies" && !is_workspace {
                continue;
            }
            for (name, one) in required(node.get(group)) {
                if group == "optionalDependencies" {
                    let value = Stated::new("true", one.span);
                    self.dependencies_meta.insert(format!("{name} optional"), value);
                }
                let range = Stated { text: descriptor::normal(&one.text), ..one };
                self.dependencies.insert(name, range);
            }
        }
        let is_range = |text: &str| text.starts_with("workspace:") || Range::parse(text, Mode::Loose).is_some();
        for peer in self.peers.values_mut().filter(|peer| !is_range(&peer.text)) {
            peer.text = "*".to_owned();
        }
        let Some(bin) = node.entry("bin") else { return };
        if let Some(text) = bin.value.text() {
            let name = self.name.rsplit('/').next().unwrap_or("").to_owned();
            self.bin.insert(name, Stated::new(text.replace('\\', "/"), bin.key.span()));
        }
        for (name, one) in stated(Some(bin.value)) {
            self.bin.insert(name, Stated { text: one.text.replace('\\', "/"), ..one });
        }
    }

    pub(super) fn root(&self) -> Node<'_> {
        self.document.root()
    }

    /// Its locator.
    pub(super) fn locator(&self) -> String {
        let directory = if self.directory.is_empty() { "." } else { &self.directory };
        format!("{}@workspace:{directory}", self.name)
    }

    /// Whether Yarn takes it for what a range asks for.
    pub(super) fn accepts(&self, range: &str, is_transparent: bool) -> bool {
        let (is_workspace, rest) = match range.split_once(':') {
            Some(("workspace", rest)) => (true, rest),
            Some(("npm", rest)) => (false, rest),
            Some(_) => return false,
            None => (false, range),
        };
        let at = if self.directory.is_empty() { "." } else { &self.directory };
        let normal = path::join("", rest).map(|path| if path.is_empty() { ".".to_owned() } else { path });
        if is_workspace && (matches!(rest, "*" | "^" | "~") || normal.as_deref() == Some(at)) {
            return true;
        }
        let Some(range) = Range::parse(rest, Mode::Loose) else { return false };
        match &self.version {
            Some(version) => (is_workspace || is_transparent) && range.admits(version),
            None => is_workspace && range.admits(&Version::new(0, 0, 0)),
        }
    }
}

/// Requirements: Yarn passes over a key that is not the name of a package.
fn required(node: Option<Node<'_>>) -> BTreeMap<String, Stated> {
    stated(node).into_iter().filter(|(name, _)| descriptor::is_name(name)).collect()
}

fn stated(node: Option<Node<'_>>) -> BTreeMap<String, Stated> {
    let entries = node.into_iter().flat_map(Node::own_entries);
    let read = |entry: crate::syntax::Entry<'_>| {
        let span = Span { end: entry.value.span().end, ..entry.key.span() };
        Some((entry.key.text()?.to_owned(), Stated::new(entry.value.text()?, span)))
    };
    entries.filter_map(read).collect()
}

fn meta(node: Option<Node<'_>>, known: &[&str]) -> BTreeMap<String, Stated> {
    let mut all = BTreeMap::new();
    for entry in node.into_iter().flat_map(Node::own_entries) {
        for inner in entry.value.own_entries() {
            if let (Some(package), Some(key), Some(value)) = (entry.key.text(), inner.key.text(), inner.value.bool())
                && known.contains(&key)
            {
                let stated = Stated::new(value.to_string(), entry.key.span());
                all.insert(format!("{package} {key}"), stated);
            }
        }
    }
    all
}

/// The manifests of a project, the root first, by path: patterns of workspaces inside workspaces count too.
pub(super) fn members(facts: &Facts, lookup: &Lookup, root: Link<Manifest>) -> Vec<Link<Manifest>> {
    let mut found: BTreeSet<(String, Link<Manifest>)> = BTreeSet::new();
    let mut pending = vec![root];
    while let Some(link) = pending.pop() {
        let Some(document) = &facts[link].document else { continue };
        let Some(patterns) = manifest::workspaces(document.root()) else { continue };
        let patterns = Patterns::new(patterns.into_iter().filter_map(Node::text));
        let directory = path::directory(&facts[link].header.path);
        for (at, member) in lookup.manifests_below(facts, directory, &["package-json"]) {
            let is_skipped = at.split('/').any(|part| matches!(part, "node_modules" | ".yarn" | ".git"));
            let is_held = path::relative_to(at, directory).is_some_and(|at| patterns.hold(at));
            if is_held && !is_skipped && member != root && found.insert((at.to_owned(), member)) {
                pending.push(member);
            }
        }
    }
    std::iter::once(root).chain(found.into_iter().map(|(_, link)| link)).collect()
}

/// Whether a range admits a version, pre-releases among them.
pub(super) fn admits(wanted: &str, version_text: &str) -> bool {
    let Some(version) = version::parse(version_text, Mode::Loose) else { return false };
    let Some(wanted) = Range::parse(wanted, Mode::Loose) else { return false };
    let released = Version { pre: semver::Prerelease::EMPTY, ..version.clone() };
    wanted.admits(&version) || (!version.pre.is_empty() && wanted.admits(&released))
}
