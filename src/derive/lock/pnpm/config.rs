//! The settings that pnpm resolves with, and where each is written.
//!
//! Up to pnpm 9 they stand in the `pnpm` key of the root package.json and in .npmrc; from 10
//! also in pnpm-workspace.yaml, and from 11 only there.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::facts::{Facts, Link, Manifest, Settings};
use crate::node::range::Range;
use crate::node::version::{self, Mode};
use crate::path;
use crate::pnpm::beside;
use crate::source::Span;
use crate::syntax::{Document, Node};

/// A text with its place and the path of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) text: String,
    pub(super) file: Arc<str>,
    pub(super) span: Span,
}

/// A file of settings.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) file: Arc<str>,
    pub(super) document: Arc<Document>,
}

impl Source {
    pub(super) fn root(&self) -> Node<'_> {
        self.document.root()
    }
}

/// All places where the settings of a workspace may stand.
#[derive(Debug, Clone, Default)]
pub(super) struct Sources {
    /// package.json beside the lockfile.
    pub(super) manifest: Option<(Link<Manifest>, Source)>,
    /// pnpm-workspace.yaml beside the lockfile.
    pub(super) workspace: Option<Source>,
    /// .npmrc beside the lockfile.
    pub(super) npmrc: Option<Source>,
    /// The directory of the lockfile.
    pub(super) directory: String,
}

impl Sources {
    pub(super) fn of(facts: &Facts, directory: &str, manifest: Option<Link<Manifest>>) -> Self {
        let find = |tool: &str, name: &str| {
            let at = beside(directory, name);
            let is_it = |settings: &&Settings| settings.tool == tool && *settings.header.path == *at;
            let found = facts.settings.iter().find(is_it)?;
            Some(Source { file: Arc::clone(&found.header.path), document: found.document.clone()? })
        };
        let manifest = manifest.and_then(|link| {
            let fact = &facts[link];
            Some((link, Source { file: Arc::clone(&fact.header.path), document: fact.document.clone()? }))
        });
        Self {
            manifest,
            workspace: find("pnpm", "pnpm-workspace.yaml"),
            npmrc: find("npm", ".npmrc"),
            directory: directory.to_owned(),
        }
    }

    /// The root of package.json.
    pub(super) fn package(&self) -> Option<Node<'_>> {
        self.manifest.as_ref().map(|(_, source)| source.root())
    }

    /// A single-valued setting, by its name in pnpm-workspace.yaml, as a release of pnpm sees it.
    pub(super) fn value(&self, name: &str, major: u32) -> Option<Written> {
        let from_workspace = self.workspace.as_ref().filter(|_| major >= 10);
        let in_workspace = from_workspace.and_then(|source| written(source, source.root().get(name)?));
        let from_npmrc = self.npmrc.as_ref().filter(|_| major < 11);
        let kebab = kebab(name);
        in_workspace.or_else(|| from_npmrc.and_then(|source| written(source, source.root().get(&kebab)?)))
    }

    /// Whether a setting is on.
    pub(super) fn is_on(&self, name: &str, major: u32, default: bool) -> bool {
        match self.value(name, major) {
            Some(written) => written.text != "false",
            None => default,
        }
    }

    /// A setting with parts: that of package.json goes before that of pnpm-workspace.yaml.
    pub(super) fn table(&self, name: &str, major: u32) -> Option<(&Source, Node<'_>)> {
        let own = self.manifest.as_ref().filter(|_| major < 11).map(|(_, source)| source);
        let own = own.and_then(|source| Some((source, source.root().at(&["pnpm", name])?)));
        let workspace = self.workspace.as_ref().filter(|_| major >= 10);
        own.or_else(|| workspace.and_then(|source| Some((source, source.root().get(name)?))))
    }

    /// The overrides: selector to value. References and catalogs are not resolved yet.
    pub(super) fn overrides(&self, major: u32) -> BTreeMap<String, Written> {
        let mut all = BTreeMap::new();
        let own = self.manifest.as_ref().filter(|_| major < 11).map(|(_, source)| source);
        if let Some(source) = own {
            all.extend(entries(source, source.root().get("resolutions")));
            all.extend(entries(source, source.root().at(&["pnpm", "overrides"])));
        }
        match self.workspace.as_ref().filter(|_| major >= 10 && all.is_empty()) {
            Some(source) => entries(source, source.root().get("overrides")).collect(),
            None => all,
        }
    }

    /// The entries of the catalogs: catalog and package to specifier.
    pub(super) fn catalogs(&self) -> BTreeMap<(String, String), Written> {
        let mut all = BTreeMap::new();
        let Some(source) = &self.workspace else { return all };
        let mut add = |catalog: &str, node: Option<Node<'_>>| {
            for (name, written) in entries(source, node) {
                all.insert((catalog.to_owned(), name), written);
            }
        };
        add("default", source.root().get("catalog"));
        for entry in source.root().get("catalogs").into_iter().flat_map(Node::entries) {
            add(entry.key.scalar().unwrap_or(""), Some(entry.value));
        }
        all
    }

    /// Why pnpm would refuse pnpm-workspace.yaml, and where.
    pub(super) fn broken_workspace(&self, major: u32) -> Option<(String, Span)> {
        let root = self.workspace.as_ref()?.root();
        if root.is_null() || (root.is_map() && root.own_entries().next().is_none()) {
            return None;
        }
        let fault = |message: &str, node: Node<'_>| Some((format!("pnpm-workspace.yaml: {message}"), node.span()));
        if !root.is_map() {
            return fault("it holds no settings", root);
        }
        match root.get("packages").filter(|node| !node.is_null()) {
            None if major < 10 => return fault("`packages` is missing", root),
            Some(node) if !node.is_list() => return fault("`packages` is not a list", node),
            Some(node) => {
                let wrong = |item: &Node<'_>| item.kind() != crate::syntax::Kind::Text || item.text() == Some("");
                if let Some(item) = node.items().find(wrong) {
                    return fault("a pattern of `packages` is not a string", item);
                }
            }
            None => {}
        }
        if let Some(node) = root.get("overrides").filter(|node| major >= 11 && !node.is_map() && !node.is_null()) {
            return fault("`overrides` is not a map", node);
        }
        if major >= 9
            && root.get("catalog").is_some()
            && let Some(entry) = root.get("catalogs").and_then(|named| named.entry("default"))
        {
            return fault("the default catalog is written twice", entry.key);
        }
        let catalogs = ["catalog", "catalogs"].into_iter().filter_map(|key| root.get(key));
        let wrong = catalogs.filter(|node| !node.is_map() && !node.is_null()).find(|_| major >= 9);
        if let Some(wrong) = wrong {
            return fault("a catalog is not a map", wrong);
        }
        let named = root.get("catalogs").into_iter().flat_map(Node::own_entries).map(|entry| entry.value);
        let entries = root.get("catalog").into_iter().chain(named).flat_map(Node::own_entries);
        let odd = entries.filter(|entry| entry.value.kind() != crate::syntax::Kind::Text).find(|_| major >= 9)?;
        fault("an entry of a catalog is not a string", odd.value)
    }

    /// Why pnpm would stop at package.json before it looks at the lockfile, and where.
    pub(super) fn broken_package(&self, major: u32) -> Option<(String, Span)> {
        let root = self.package()?;
        if let Some(settings) = root.get("pnpm").filter(|node| major < 11 && !node.is_map() && !node.is_null()) {
            return Some(("`pnpm` in package.json is not a map".to_owned(), settings.span()));
        }
        let manager = root.get("packageManager")?;
        let (tool, version) = manager.text()?.split_once('@')?;
        if tool != "pnpm" {
            let message = format!("package.json says that the project is installed with {tool}");
            return (major >= 9).then(|| (message, manager.span()));
        }
        let wanted = root.at(&["engines", "pnpm"])?;
        let range = Range::parse(wanted.text()?, Mode::Loose)?;
        let version = version.split('+').next().unwrap_or(version);
        let is_out = version::parse(version, Mode::Strict).is_some_and(|version| !range.admits(&version));
        let message =
            || format!("engines asks for pnpm {}, packageManager names {version}", wanted.text().unwrap_or(""));
        is_out.then(|| (message(), wanted.span()))
    }

    /// The path of a file beside the lockfile.
    pub(super) fn at(&self, name: &str) -> Option<String> {
        path::join(&self.directory, name)
    }
}

/// The entries of a table of texts.
pub(super) fn entries<'s>(source: &'s Source, node: Option<Node<'s>>) -> impl Iterator<Item = (String, Written)> + 's {
    node.into_iter().flat_map(Node::entries).filter_map(|entry| {
        let span = Span { end: entry.value.span().end, ..entry.key.span() };
        let text = entry.value.scalar()?.to_owned();
        Some((entry.key.scalar()?.to_owned(), Written { text, file: Arc::clone(&source.file), span }))
    })
}

fn written(source: &Source, node: Node<'_>) -> Option<Written> {
    Some(Written { text: node.scalar()?.to_owned(), file: Arc::clone(&source.file), span: node.span() })
}

/// `autoInstallPeers` as .npmrc writes it: `auto-install-peers`.
pub(super) fn kebab(name: &str) -> String {
    let mut kebab = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() {
            kebab.push('-');
        }
        kebab.push(letter.to_ascii_lowercase());
    }
    kebab
}
