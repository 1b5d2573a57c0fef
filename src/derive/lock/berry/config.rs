//! What .yarnrc.yml and the root package.json say about how dependencies are resolved.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::project::{Package, admits};
use crate::berry::{descriptor, extensions, settings};
use crate::facts::Facts;
use crate::node::range::Range;
use crate::node::version::Mode;
use crate::path;
use crate::pnpm::beside;
use crate::source::Span;
use crate::syntax::{Document, Node};

/// A place in a file of settings.
pub(super) type Place = (Arc<str>, Span);

/// A text with the place of its file.
#[derive(Debug, Clone)]
pub(super) struct Written {
    pub(super) text: String,
    pub(super) place: Place,
}

/// A rule of `resolutions`.
#[derive(Debug, Clone)]
struct Resolution {
    /// The package that must ask, and its reference.
    from: Option<(String, Option<String>)>,
    /// The package that is asked for.
    name: String,
    /// Its range.
    range: Option<String>,
    value: Written,
}

/// How the names of Yarn's own plugins begin, in specifications and in the names of their files.
const OWN_PLUGINS: &str = "@yarnpkg/plugin-";

/// The file of Yarn's settings.
pub(super) const FILE: &str = ".yarnrc.yml";

/// A rule of `packageExtensions`.
#[derive(Debug, Clone)]
struct Extension {
    name: String,
    range: String,
    added: Vec<(String, Written)>,
}

/// What decides how a requirement is resolved.
#[derive(Debug, Default)]
pub(super) struct Config {
    resolutions: Vec<Resolution>,
    extensions: Vec<Extension>,
    catalogs: BTreeMap<(String, String), Written>,
    /// `enableTransparentWorkspaces`.
    pub(super) is_transparent: bool,
    /// `compressionLevel`.
    pub(super) compression: Option<Written>,
    /// The release that the project names.
    pub(super) release: Option<(u64, u64)>,
    /// A setting that this release does not know.
    pub(super) unknown: Option<Written>,
    /// A key of `packageExtensions` without a range of versions.
    pub(super) odd_extension: Option<Written>,
    /// Whether plugins are named, which may know more protocols.
    pub(super) has_plugins: bool,
    /// A plugin that is none of Yarn's own: it may change what packages ask for.
    pub(super) foreign_plugin: Option<String>,
    /// Files that Yarn loads before anything else: its own release and plugins, each from the root of the tree.
    pub(super) loaded: Vec<Written>,
}

/// What becomes of a requirement before it is looked up.
#[derive(Debug, Clone)]
pub(super) struct Reduced {
    /// The range that is looked up.
    pub(super) range: String,
    /// What made it so, when that is not the requirement itself.
    pub(super) place: Option<Place>,
}

impl Config {
    pub(super) fn of(facts: &Facts, directory: &str, root: &Package) -> Self {
        // Yarn reads the file of every directory upwards; the nearest one goes before the others.
        let find = |directory: &str| {
            let at = beside(directory, FILE);
            facts.settings.iter().find(|one| one.tool == "yarn" && *one.header.path == *at)
        };
        let found: Vec<_> = path::ancestors(directory).filter_map(find).collect();
        let mut config = Self { is_transparent: true, ..Self::default() };
        config.release = release(root.root(), found.iter().filter_map(|one| one.document.as_deref()));
        let package: Arc<str> = Arc::clone(&facts[root.manifest].header.path);
        for (pattern, value) in texts(&package, root.root().get("resolutions")) {
            config.resolutions.extend(resolution(&pattern, value));
        }
        for settings in found.iter().rev() {
            if let Some(document) = &settings.document {
                config.read(&settings.header.path, document.root());
            }
        }
        config
    }

    fn read(&mut self, file: &Arc<str>, root: Node<'_>) {
        let written =
            |node: Node<'_>| Some(Written { text: node.scalar()?.to_owned(), place: (Arc::clone(file), node.span()) });
        self.compression = root.get("compressionLevel").and_then(written).or(self.compression.take());
        let transparent = root.get("enableTransparentWorkspaces").and_then(Node::bool);
        self.is_transparent = transparent.unwrap_or(self.is_transparent);
        for (name, value) in texts(file, root.get("catalog")) {
            self.catalogs.insert((String::new(), name), value);
        }
        for catalog in root.get("catalogs").into_iter().flat_map(Node::own_entries) {
            for (name, value) in texts(file, Some(catalog.value)) {
                self.catalogs.insert((catalog.key.scalar().unwrap_or("").to_owned(), name), value);
            }
        }
        for entry in root.get("packageExtensions").into_iter().flat_map(Node::own_entries) {
            let is_range = |range: &str| Range::parse(range, Mode::Loose).is_some();
            let key = entry.key.scalar().and_then(descriptor::split);
            let Some((name, range)) = key.filter(|(_, range)| is_range(range)) else {
                self.odd_extension = self.odd_extension.take().or_else(|| written(entry.key));
                continue;
            };
            let added = texts(file, entry.value.get("dependencies")).collect();
            self.extensions.push(Extension { name: name.to_owned(), range: range.to_owned(), added });
        }
        let knows_all = self.release.is_some_and(|release| release.0 == 4 && release <= settings::KNOWN_UP_TO);
        let is_strict = root.get("enableStrictSettings").and_then(Node::bool) != Some(false);
        let named =
            |node: Node<'_>| node.get("spec").or_else(|| node.get("path")).unwrap_or(node).scalar().map(str::to_owned);
        let mut plugins = root.get("plugins").into_iter().flat_map(Node::items).filter_map(named);
        self.foreign_plugin = plugins.find(|name| !name.contains(OWN_PLUGINS)).or(self.foreign_plugin.take());
        self.loaded.extend(loaded(file, root));
        self.has_plugins = root.get("plugins").is_some_and(|node| node.items().next().is_some());
        if knows_all && is_strict && !self.has_plugins {
            let unknown =
                root.own_entries().find(|entry| entry.key.scalar().is_some_and(|key| !settings::is_known(key)));
            self.unknown = self.unknown.take().or(unknown.and_then(|entry| written(entry.key)));
        }
    }

    /// The range that a requirement of a package is looked up as: given are the locators of who asks and of the
    /// root, the name, and the range with its protocol and as it is written.
    pub(super) fn reduce(
        &self,
        (asker, top): (&str, &str),
        name: &str,
        (range, written): (&str, &str),
        format: u32,
    ) -> Result<Reduced, String> {
        let mut reduced = Reduced { range: range.to_owned(), place: None };
        let mut binder = asker;
        let rule =
            self.resolutions.iter().find(|rule| {
                rule.applies(asker, name, |wanted| {
                    if format < 8 { wanted == written } else { descriptor::normal(wanted) == range }
                })
            });
        if let Some(rule) = rule {
            reduced = Reduced { range: descriptor::normal(&rule.value.text), place: Some(rule.value.place.clone()) };
            binder = top;
        }
        if let Some(catalog) = reduced.range.strip_prefix("catalog:") {
            let shown =
                if catalog.is_empty() { "the default catalog".to_owned() } else { format!("the catalog {catalog}") };
            let entry = self.catalogs.get(&(catalog.to_owned(), name.to_owned()));
            let entry = entry.ok_or_else(|| format!("{name} has no entry in {shown}"))?;
            reduced = Reduced { range: descriptor::normal(&entry.text), place: Some(entry.place.clone()) };
            binder = top;
        }
        reduced.range = descriptor::bound(&reduced.range, binder);
        if descriptor::PATCHED.contains(&name) && !reduced.range.contains("builtin<compat/") {
            let is_older = format < 8;
            let plain =
                if is_older { reduced.range.strip_prefix("npm:").unwrap_or(&reduced.range) } else { &reduced.range };
            reduced.range = descriptor::with_builtin_patch(&format!("{name}@{plain}"), name, is_older);
        }
        Ok(reduced)
    }

    /// Where `packageExtensions` add a package to another.
    pub(super) fn adds(&self, name: &str) -> Option<Place> {
        let mut added = self.extensions.iter().flat_map(|one| &one.added);
        added.find(|(added, _)| added == name).map(|(_, written)| written.place.clone())
    }

    /// Where `resolutions` speak of a package.
    pub(super) fn resolves(&self, name: &str) -> Option<Place> {
        self.resolutions.iter().find(|one| one.name == name).map(|one| one.value.place.clone())
    }

    /// What is added to a package beside what it states: with a place, where the project adds it.
    pub(super) fn added(&self, name: &str, version: &str) -> Vec<(String, String, Option<Place>)> {
        let mut all = Vec::new();
        for one in self.extensions.iter().filter(|one| one.name == name && admits(&one.range, version)) {
            for (name, range) in &one.added {
                all.push((name.clone(), descriptor::normal(&range.text), Some(range.place.clone())));
            }
        }
        for (selector, added) in extensions::ADDED {
            if let Some((_, range)) = descriptor::split(selector).filter(|(one, _)| *one == name)
                && admits(range, version)
            {
                all.extend(added.iter().map(|(name, range)| ((*name).to_owned(), descriptor::normal(range), None)));
            }
        }
        all
    }
}

impl Resolution {
    fn applies(&self, asker: &str, name: &str, is_range: impl Fn(&str) -> bool) -> bool {
        let is_asker = |(from, reference): &(String, Option<String>)| {
            let Some((own, at)) = descriptor::split(asker) else { return false };
            own == from && reference.as_deref().is_none_or(|reference| descriptor::normal(reference) == at)
        };
        self.from.as_ref().is_none_or(is_asker) && self.name == name && self.range.as_deref().is_none_or(is_range)
    }
}

/// `name`, `name@range`, `parent/name`, `parent@reference/name`; `None` for anything else.
fn resolution(pattern: &str, value: Written) -> Option<Resolution> {
    let (first, rest) = specifier(pattern)?;
    if rest.is_empty() {
        return Some(Resolution { from: None, name: first.0, range: first.1, value });
    }
    let (second, rest) = specifier(rest.strip_prefix('/')?)?;
    rest.is_empty().then_some(Resolution { from: Some(first), name: second.0, range: second.1, value })
}

/// A name with a description after `@`, and the rest of the text.
fn specifier(text: &str) -> Option<((String, Option<String>), &str)> {
    let scope = if text.starts_with('@') { text.find('/')? + 1 } else { 0 };
    let end = text[scope..].find(['/', '@']).map_or(text.len(), |at| scope + at);
    let (name, rest) = text.split_at(end);
    if name.len() == scope {
        return None;
    }
    let Some(after) = rest.strip_prefix('@') else { return Some(((name.to_owned(), None), rest)) };
    let end = after.find('/').unwrap_or(after.len());
    let (description, rest) = after.split_at(end);
    Some(((name.to_owned(), Some(description.to_owned())), rest))
}

fn texts<'n>(file: &'n Arc<str>, node: Option<Node<'n>>) -> impl Iterator<Item = (String, Written)> + 'n {
    node.into_iter().flat_map(Node::own_entries).filter_map(move |entry| {
        let span = Span { end: entry.value.span().end, ..entry.key.span() };
        let place = (Arc::clone(file), span);
        Some((entry.key.scalar()?.to_owned(), Written { text: entry.value.scalar()?.to_owned(), place }))
    })
}

/// The files of `yarnPath` and of plugins. A plugin that names an address is fetched where its file is not there.
fn loaded(file: &Arc<str>, root: Node<'_>) -> Vec<Written> {
    let is_local = |node: &Node<'_>| {
        let address = node.get("spec").and_then(Node::scalar);
        address.is_none_or(|address| !address.starts_with("http:") && !address.starts_with("https:"))
    };
    let plugins = root.get("plugins").into_iter().flat_map(Node::items).filter(is_local);
    let named = plugins.map(|node| node.get("path").unwrap_or(node)).chain(root.get("yarnPath"));
    let written = |node: Node<'_>| {
        let text = path::join(path::directory(file), node.text()?)?;
        Some(Written { text, place: (Arc::clone(file), node.span()) })
    };
    named.filter_map(written).collect()
}

/// Major and minor of the release that `packageManager` or the file of `yarnPath` names.
fn release<'d>(root: Node<'_>, mut settings: impl Iterator<Item = &'d Document>) -> Option<(u64, u64)> {
    let path = settings.find_map(|document| document.root().get("yarnPath")?.scalar());
    let from_path = path.and_then(|path| path.rsplit_once("yarn-")).map(|(_, rest)| rest);
    let pinned = root.get("packageManager").and_then(Node::text).and_then(|text| text.strip_prefix("yarn@"));
    let text = from_path.or(pinned)?;
    let mut numbers = text.split(|letter: char| !letter.is_ascii_digit());
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}
