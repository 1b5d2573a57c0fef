//! The locked tree: places, links, and the edges between them, as npm's Arborist builds it.

use std::collections::{HashMap, HashSet};

use super::Settings;
use crate::derive::lock::Seen;
use crate::facts::{Link, Lockfile, Manifest};
use crate::node::lock::{Lock, Place, split};
use crate::node::manifest::{self, Group};
use crate::path;
use crate::source::Span;
use crate::syntax;

/// What an edge is; a later kind takes the place of an earlier one of the same name, but never of a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Workspace,
    Peer,
    OptionalPeer,
    Main,
    Optional,
    Dev,
}

impl Kind {
    pub(super) fn is_peer(self) -> bool {
        matches!(self, Self::Peer | Self::OptionalPeer)
    }
}

/// A requirement of a node, and the node that answers it.
#[derive(Debug, Clone)]
pub(super) struct Edge<'a> {
    pub(super) name: &'a str,
    /// What is asked for; for a member its directory, from the root.
    pub(super) text: &'a str,
    pub(super) kind: Kind,
    pub(super) span: Span,
    pub(super) to: Option<usize>,
}

/// A package in its place, a link, or a directory of the project.
#[derive(Debug)]
pub(super) struct Node<'a> {
    pub(super) location: &'a str,
    /// The name it is found by.
    pub(super) name: &'a str,
    pub(super) place: Option<&'a Place>,
    /// The manifest on disk, for the root and for linked directories.
    pub(super) manifest: Option<Link<Manifest>>,
    pub(super) version: Option<&'a str>,
    pub(super) version_span: Option<Span>,
    /// For a link: the directory it leads to.
    pub(super) target: Option<usize>,
    /// The node whose `node_modules` it lies in.
    pub(super) parent: Option<usize>,
    /// For a directory: the nearest one above it.
    above: Option<usize>,
    children: HashMap<&'a str, usize>,
    pub(super) edges: Vec<Edge<'a>>,
}

/// The whole tree; the root is the first node.
#[derive(Debug)]
pub(super) struct Tree<'a> {
    pub(super) nodes: Vec<Node<'a>>,
    /// Links that lead to directories which the lockfile does not have.
    pub(super) lost: Vec<&'a Place>,
}

pub(super) const ROOT: usize = 0;

impl<'a> Tree<'a> {
    /// Builds the tree of a lockfile with the manifests of the project.
    pub(super) fn new(seen: Seen<'a>, lockfile: Link<Lockfile>, lock: &'a Lock, settings: Settings) -> Self {
        let root = lock.places.iter().find(|place| place.location.is_empty());
        let mut tree = Self { nodes: vec![node("", root)], lost: Vec::new() };
        let mut at: HashMap<&str, usize> = HashMap::from([("", ROOT)]);
        for place in lock.places.iter().filter(|place| !place.location.is_empty()) {
            at.insert(&place.location, tree.nodes.len());
            tree.nodes.push(node(&place.location, Some(place)));
        }
        let manifests = &seen.facts[lockfile].manifests;
        let directory = path::directory(&seen.facts[lockfile].header.path);
        let members = manifests
            .iter()
            .filter_map(|link| path::relative_to(path::directory(&seen.facts[*link].header.path), directory));
        let members: HashSet<&str> = members.collect();
        let copied = tree.link(&at, |to| settings.install_links && !members.contains(to));
        tree.nest(&at);
        tree.nodes[ROOT].manifest = manifests.first().copied();
        tree.attach(seen, directory, &copied);
        tree.connect(seen, manifests, settings);
        tree
    }

    /// Follows links to their directories. Gives those that npm replaces by a copy, each with its directory.
    fn link(&mut self, at: &HashMap<&str, usize>, is_copied: impl Fn(&str) -> bool) -> Vec<(usize, String)> {
        let mut copied = Vec::new();
        for index in 0..self.nodes.len() {
            let Some(place) = self.nodes[index].place.filter(|place| place.is_link) else { continue };
            let directory = normal("", place.resolved.as_ref().map_or("", |of| &of.text));
            match at.get(directory.as_str()) {
                Some(target) if *target != index && is_copied(&directory) => copied.push((index, directory)),
                Some(target) if *target != index => self.nodes[index].target = Some(*target),
                _ => self.lost.push(place),
            }
        }
        copied
    }

    fn nest(&mut self, at: &HashMap<&str, usize>) {
        for index in 1..self.nodes.len() {
            let location = self.nodes[index].location;
            if let Some((above, name)) = split(location) {
                let parent = at.get(above).map(|parent| self.nodes[*parent].target.unwrap_or(*parent));
                if let Some(parent) = parent.filter(|parent| *parent != index) {
                    self.nodes[index].parent = Some(parent);
                    self.nodes[parent].children.insert(name, index);
                }
                continue;
            }
            let mut above = path::ancestors(location).skip(1).filter_map(|above| at.get(above));
            self.nodes[index].above = above.next().copied().filter(|_| !location.starts_with(".."));
        }
    }

    /// Gives directories that are linked or copied the manifests that lie in them; where a linked one has none the
    /// lockfile's copy counts.
    fn attach(&mut self, seen: Seen<'a>, directory: &str, copied: &[(usize, String)]) {
        let manifest_in = |location: &str| {
            let path = path::join(directory, location).map(|at| path_in(&at))?;
            seen.lookup.manifest_at(seen.facts, &path)
        };
        let targets: Vec<usize> = self.nodes.iter().filter_map(|node| node.target).collect();
        for index in targets {
            if index != ROOT && self.nodes[index].parent.is_none() {
                self.nodes[index].manifest = manifest_in(self.nodes[index].location);
            }
        }
        for (index, location) in copied {
            self.nodes[*index].manifest = manifest_in(location);
        }
    }

    fn connect(&mut self, seen: Seen<'a>, manifests: &[Link<Manifest>], settings: Settings) {
        for index in 0..self.nodes.len() {
            let node = &mut self.nodes[index];
            let document = node.manifest.and_then(|link| seen.facts[link].document.as_deref());
            if let Some(document) = document {
                let version = document.root().get("version");
                node.version = version.and_then(syntax::Node::text);
                node.version_span = version.map(syntax::Node::inner_span);
                node.edges = stated(document.root(), node.parent.is_none(), settings);
            } else if let Some(place) = node.place.filter(|place| !place.is_link) {
                node.edges = locked(place, node.parent.is_none(), settings);
            }
        }
        self.add_members(seen, manifests);
        for index in 0..self.nodes.len() {
            for edge in 0..self.nodes[index].edges.len() {
                let name = self.nodes[index].edges[edge].name;
                self.nodes[index].edges[edge].to = self.resolve(index, name);
            }
        }
    }

    /// A member takes the place of any other requirement of its name.
    fn add_members(&mut self, seen: Seen<'a>, manifests: &[Link<Manifest>]) {
        let Some((root, members)) = manifests.split_first() else { return };
        let directory = path::directory(&seen.facts[*root].header.path);
        let mut edges = Vec::new();
        for member in members {
            let fact = &seen.facts[*member];
            let at = path::relative_to(path::directory(&fact.header.path), directory).unwrap_or("");
            let name = fact.document.as_ref().and_then(|document| document.root().get("name"));
            let written = name.and_then(syntax::Node::text).filter(|text| !text.is_empty());
            let span = name.map_or(fact.header.span, syntax::Node::inner_span);
            let name = written.unwrap_or_else(|| crate::node::lock::folder_name(at));
            edges.push(Edge { name, text: at, kind: Kind::Workspace, span, to: None });
        }
        let names: HashSet<&str> = edges.iter().map(|edge| edge.name).collect();
        self.nodes[ROOT].edges.retain(|edge| !names.contains(edge.name));
        edges.append(&mut self.nodes[ROOT].edges);
        self.nodes[ROOT].edges = edges;
    }

    /// The node that a name means, seen from a node.
    pub(super) fn resolve(&self, from: usize, name: &str) -> Option<usize> {
        let mut at = Some(from);
        // A chain of folders is no longer than the tree.
        for _ in 0..=self.nodes.len() {
            let node = &self.nodes[at?];
            if let Some(found) = node.children.get(name) {
                return Some(*found);
            }
            at = node.parent.or(node.above);
        }
        None
    }

    /// The node whose folder is looked in after a node's own.
    pub(super) fn above(&self, index: usize) -> Option<usize> {
        self.nodes[index].parent.or(self.nodes[index].above)
    }

    /// What the lockfile recorded of a node's requirement.
    pub(super) fn recorded(&self, from: usize, name: &str) -> Option<&'a str> {
        let requires = &self.nodes[from].place?.requires;
        requires.iter().find(|one| &*one.name == name).map(|one| &*one.text)
    }

    /// Whether a node lies inside the project.
    pub(super) fn is_inside(&self, mut index: usize) -> bool {
        for _ in 0..=self.nodes.len() {
            if index == ROOT {
                return true;
            }
            match self.nodes[index].parent.or(self.nodes[index].above) {
                Some(above) => index = above,
                None => return false,
            }
        }
        false
    }

    /// Whether a node lies in a package that brings its own shrinkwrap.
    pub(super) fn is_shrinkwrapped(&self, index: usize) -> bool {
        let mut at = self.nodes[index].parent;
        for _ in 0..=self.nodes.len() {
            let Some(parent) = at else { return false };
            if self.nodes[parent].place.is_some_and(|place| place.has_shrinkwrap) {
                return true;
            }
            at = self.nodes[parent].parent;
        }
        false
    }

    /// The version of a node; of a link that of its directory.
    pub(super) fn version(&self, index: usize) -> Option<(&'a str, Option<Span>)> {
        let node = &self.nodes[self.nodes[index].target.unwrap_or(index)];
        node.version.map(|version| (version, node.version_span))
    }

    /// The nodes that edges lead to from the root; with `through_links` also from the directories they lead to.
    pub(super) fn reached(&self, through_links: bool) -> Vec<bool> {
        let mut reached = vec![false; self.nodes.len()];
        let mut pending = vec![ROOT];
        while let Some(index) = pending.pop() {
            if std::mem::replace(&mut reached[index], true) {
                continue;
            }
            let node = &self.nodes[index];
            pending.extend(node.edges.iter().filter_map(|edge| edge.to));
            pending.extend(node.target.filter(|_| through_links));
        }
        reached
    }
}

fn node<'a>(location: &'a str, place: Option<&'a Place>) -> Node<'a> {
    let name = split(location).map_or_else(|| crate::node::lock::folder_name(location), |(_, name)| name);
    let version = place.and_then(|place| place.version.as_ref());
    Node {
        location,
        name,
        place,
        manifest: None,
        version: version.map(|of| &*of.text),
        version_span: version.map(|of| of.span),
        target: None,
        parent: None,
        above: None,
        children: HashMap::new(),
        edges: Vec::new(),
    }
}

/// The requirements of a manifest in the order in which npm lets one take the place of another; those of development
/// only for a directory.
fn stated<'a>(root: syntax::Node<'a>, is_top: bool, settings: Settings) -> Vec<Edge<'a>> {
    let mut edges = Vec::new();
    let mut add = |one: manifest::Stated<'a>, kind: Kind| {
        let text = one.text.unwrap_or("");
        edges.push(Edge { name: one.name, text, kind, span: one.value.inner_span(), to: None });
    };
    let optional = manifest::group(root, Group::Optional);
    if !settings.legacy_peers {
        let peers = manifest::group(root, Group::Peer);
        let (may_miss, needed): (Vec<_>, Vec<_>) =
            peers.into_iter().partition(|one| manifest::is_optional_peer(root, one.name));
        needed.into_iter().for_each(|one| add(one, Kind::Peer));
        may_miss.into_iter().for_each(|one| add(one, Kind::OptionalPeer));
    }
    let names: HashSet<&str> = optional.iter().map(|one| one.name).collect();
    let main = manifest::group(root, Group::Main);
    main.into_iter().filter(|one| !names.contains(one.name)).for_each(|one| add(one, Kind::Main));
    optional.into_iter().for_each(|one| add(one, Kind::Optional));
    if is_top {
        manifest::group(root, Group::Dev).into_iter().for_each(|one| add(one, Kind::Dev));
    }
    last_of_each(edges)
}

/// The requirements that the lockfile records of a package; those of development only for a directory.
fn locked(place: &Place, is_top: bool, settings: Settings) -> Vec<Edge<'_>> {
    let ranks = [Kind::Peer, Kind::OptionalPeer, Kind::Main, Kind::Optional, Kind::Dev];
    let kind = |one: &crate::node::lock::Requirement| match one.group {
        Group::Peer if one.is_optional_peer => Kind::OptionalPeer,
        Group::Peer => Kind::Peer,
        Group::Main => Kind::Main,
        Group::Optional => Kind::Optional,
        Group::Dev => Kind::Dev,
    };
    let counts = |kind: Kind| !(kind.is_peer() && settings.legacy_peers) && (kind != Kind::Dev || is_top);
    let mut edges: Vec<Edge<'_>> = place
        .requires
        .iter()
        .map(|one| Edge { name: &one.name, text: &one.text, kind: kind(one), span: one.span, to: None })
        .filter(|edge| counts(edge.kind))
        .collect();
    if edges.windows(2).all(|two| two[0].kind == two[1].kind) {
        return edges;
    }
    edges.sort_by_key(|edge| ranks.iter().position(|kind| *kind == edge.kind));
    last_of_each(edges)
}

fn last_of_each(edges: Vec<Edge<'_>>) -> Vec<Edge<'_>> {
    let last: HashMap<&str, usize> = edges.iter().enumerate().map(|(index, edge)| (edge.name, index)).collect();
    let is_last = |index: usize, edge: &Edge<'_>| last.get(edge.name) == Some(&index);
    edges.into_iter().enumerate().filter(|(index, edge)| is_last(*index, edge)).map(|(_, edge)| edge).collect()
}

fn path_in(directory: &str) -> String {
    if directory.is_empty() { "package.json".to_owned() } else { format!("{directory}/package.json") }
}

/// A path as seen from a directory, without `.` and, where it stays inside, without `..`.
pub(super) fn normal(directory: &str, path: &str) -> String {
    let is_absolute = path.starts_with('/') || path.starts_with('~');
    let base = if is_absolute { "" } else { directory };
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(path.split(['/', '\\'])) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if path.starts_with('/') { format!("/{joined}") } else { joined }
}
