//! Which manifests belong together: roots, members, path crates, patches, registries.
//!
//! Follows `Workspace::find_members` and `find_root` of Cargo 1.95, over the listing of the
//! tree instead of the disk.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use globset::GlobBuilder;

use crate::cargo::manifest::{self, Requirement, Shared};
use crate::cargo::source::{self, Source};
use crate::discover::Listing;
use crate::facts::{Facts, Link, Manifest};
use crate::path;
use crate::source::Span;
use crate::syntax::{Document, Node};

/// Name of the file that makes a directory a crate.
const MANIFEST: &str = "Cargo.toml";

/// A manifest that was read.
#[derive(Debug)]
pub(super) struct Crate {
    pub(super) link: Link<Manifest>,
    pub(super) path: Arc<str>,
    pub(super) document: Arc<Document>,
}

impl Crate {
    pub(super) fn root(&self) -> Node<'_> {
        self.document.root()
    }

    /// The crate's name; empty for a virtual manifest.
    pub(super) fn name(&self) -> &str {
        manifest::package_name(self.root()).and_then(Node::text).unwrap_or("")
    }
}

/// All manifests and settings of Cargo in the tree, by directory.
#[derive(Debug, Default)]
pub(super) struct Crates {
    pub(super) by_directory: BTreeMap<String, Crate>,
    settings: BTreeMap<String, Arc<Document>>,
    broken: BTreeSet<String>,
    /// Settings of Cargo that cannot be read: the directory they are for, the path, and the place.
    broken_settings: Vec<(String, Arc<str>, Span)>,
}

/// Why a workspace cannot be worked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// Cargo itself would stop here, for this reason.
    Refused(String, Option<Span>),
    /// It depends on what is not in the repository.
    Outside(String),
}

/// The members of one workspace.
#[derive(Debug)]
pub(super) struct Workspace {
    /// The directory of its root.
    pub(super) root: String,
    /// Directories of its members in the order in which Cargo finds them.
    pub(super) members: Vec<String>,
    /// What stands in the way of working it out.
    pub(super) stops: Vec<Stop>,
}

/// A patch: what takes the place of crates of one source.
#[derive(Debug)]
pub(super) struct Patch<'d> {
    /// The source that is patched.
    pub(super) of: Source,
    /// What takes the place.
    pub(super) requirement: Requirement<'d>,
    /// Its source.
    pub(super) source: Source,
}

impl Crates {
    pub(super) fn gather(facts: &Facts) -> Self {
        let mut crates = Self::default();
        for (link, fact) in facts.all::<Manifest>().filter(|(_, fact)| fact.format == "cargo") {
            if let Some(document) = &fact.document {
                let (path, document) = (Arc::clone(&fact.header.path), Arc::clone(document));
                crates.by_directory.insert(path::directory(&path).to_owned(), Crate { link, path, document });
            }
        }
        for fact in facts.settings.iter().filter(|fact| fact.tool == "cargo") {
            if let Some(document) = &fact.document {
                let directory = path::directory(path::directory(&fact.header.path)).to_owned();
                crates.settings.insert(directory, Arc::clone(document));
            }
        }
        for problem in &facts.problems {
            if path::file_name(&problem.header.path) == MANIFEST {
                crates.broken.insert(path::directory(&problem.header.path).to_owned());
            }
            if problem.reader == "cargo-config" {
                let directory = path::directory(path::directory(&problem.header.path)).to_owned();
                let place = (Arc::clone(&problem.header.path), problem.header.span);
                crates.broken_settings.push((directory, place.0, place.1));
            }
        }
        crates
    }

    pub(super) fn at(&self, directory: &str) -> Option<&Crate> {
        self.by_directory.get(directory)
    }

    /// Settings at or above a directory that Cargo cannot read.
    pub(super) fn broken_settings(&self, directory: &str) -> Option<Stop> {
        let (_, path, span) = self.broken_settings.iter().find(|(at, ..)| path::is_below(directory, at))?;
        Some(Stop::Refused(format!("{path} cannot be read"), Some(*span)))
    }

    /// The table that members inherit requirements from.
    pub(super) fn shared<'d>(&'d self, root: &'d str) -> Shared<'d, 'd> {
        let table = self.at(root).and_then(|one| one.root().at(&["workspace", "dependencies"]));
        Shared { table, directory: root }
    }

    /// The directory of the workspace root that a crate belongs to: its own when no other claims it.
    pub(super) fn root_of(&self, directory: &str) -> String {
        let pointer = |at: &str, one: &Crate| {
            let to = one.root().at(&["package", "workspace"]).and_then(Node::text)?;
            path::join(at, to)
        };
        let Some(own) = self.at(directory) else { return directory.to_owned() };
        if own.root().get("workspace").is_some() {
            return directory.to_owned();
        }
        if let Some(root) = pointer(directory, own) {
            return root;
        }
        for above in path::ancestors(directory).skip(1) {
            let Some(one) = self.at(above) else { continue };
            if one.root().get("workspace").is_some() {
                if !self.excludes(above, directory) {
                    return above.to_owned();
                }
            } else if let Some(root) = pointer(above, one) {
                return root;
            }
        }
        directory.to_owned()
    }

    fn excludes(&self, root: &str, directory: &str) -> bool {
        let Some(workspace) = self.at(root).and_then(|one| one.root().get("workspace")) else { return false };
        let lists = |key: &str| {
            manifest::texts(workspace.get(key))
                .into_iter()
                .filter_map(|entry| path::join(root, entry))
                .any(|entry| path::is_below(directory, &entry))
        };
        lists("exclude") && !lists("members")
    }

    /// Works out the members of the workspace whose root is in `root`. Directories without a
    /// manifest are seen only when the listing is given.
    pub(super) fn workspace(&self, root: &str, files: Option<&Listing>) -> Workspace {
        let mut found = Workspace { root: root.to_owned(), members: Vec::new(), stops: Vec::new() };
        let Some(own) = self.at(root) else { return found };
        let Some(workspace) = own.root().get("workspace") else {
            found.members.push(root.to_owned());
            if own.name().is_empty() {
                found.stops.push(Stop::Refused(format!("{} gives its package no name", own.path), None));
            }
            return found;
        };
        let mut pending = Vec::new();
        for item in workspace.get("members").into_iter().flat_map(Node::items) {
            match self.expand(root, item, files) {
                Ok(directories) => pending.extend(directories.into_iter().map(|directory| (directory, item.span()))),
                Err(stop) => found.stops.push(stop),
            }
        }
        pending.push((root.to_owned(), own.root().span()));
        pending.reverse();
        let mut seen = BTreeSet::new();
        while let Some((directory, place)) = pending.pop() {
            if !seen.insert(directory.clone()) || (directory != root && self.excludes(root, &directory)) {
                continue;
            }
            let Some(member) = self.at(&directory) else {
                found.stops.push(self.missing(&directory, place, files));
                continue;
            };
            if !member.name().is_empty() {
                found.members.push(directory.clone());
            } else if let Some(package) = member.root().entry("package") {
                let message = format!("{} gives its package no name", member.path);
                found.stops.push(Stop::Refused(message, Some(package.key.span())));
            }
            let mut near = self.path_dependencies(member, &directory, root, &mut found.stops);
            near.reverse();
            pending.extend(near);
        }
        if found.members.is_empty() {
            found.stops.push(Stop::Refused("the workspace has no members".to_owned(), Some(own.root().span())));
        }
        self.validate(&mut found);
        found
    }

    /// Directories of the path requirements of a member, with their places, as far as they become members.
    fn path_dependencies(
        &self,
        member: &Crate,
        directory: &str,
        root: &str,
        stops: &mut Vec<Stop>,
    ) -> Vec<(String, Span)> {
        let mut near = Vec::new();
        for stated in manifest::dependencies(member.root()) {
            // Faults of single requirements are told when the requirements are compared.
            let Ok(requirement) = manifest::requirement(stated, directory, Some(self.shared(root))) else { continue };
            let manifest::Origin::Path { node, .. } = requirement.origin else { continue };
            match requirement.directory() {
                None => stops.push(Stop::Outside(format!(
                    "{} lies outside the repository",
                    node.text().unwrap_or("a path requirement")
                ))),
                Some(to) if path::is_below(&to, root) || self.root_of(&to) == root => near.push((to, node.span())),
                Some(_) => {}
            }
        }
        near
    }

    pub(super) fn expand(&self, root: &str, item: Node<'_>, files: Option<&Listing>) -> Result<Vec<String>, Stop> {
        let text = item.text().unwrap_or("");
        let Some(pattern) = path::join(root, text) else {
            return Err(Stop::Outside(format!("workspace member {text} lies outside the repository")));
        };
        if !pattern.contains(['*', '?', '[']) {
            return Ok(vec![pattern]);
        }
        let glob = GlobBuilder::new(&path::literal_braces(&pattern)).literal_separator(true).build();
        let Ok(matcher) = glob.map(|glob| glob.compile_matcher()) else {
            return Err(Stop::Refused(format!("{text} is not a pattern that Cargo reads"), Some(item.span())));
        };
        let mut directories: BTreeSet<String> =
            self.by_directory.keys().filter(|directory| matcher.is_match(directory)).cloned().collect();
        for path in files.into_iter().flat_map(|files| files.below(root)) {
            let above = path::ancestors(path::directory(path)).filter(|above| matcher.is_match(above));
            directories.extend(above.map(str::to_owned));
        }
        if directories.is_empty() {
            return Err(Stop::Refused(format!("workspace member {text} matches no directory"), Some(item.span())));
        }
        Ok(directories.into_iter().collect())
    }

    /// Why there is no crate in a directory that one is expected in.
    pub(super) fn missing(&self, directory: &str, place: Span, files: Option<&Listing>) -> Stop {
        let name = if directory.is_empty() { MANIFEST.to_owned() } else { format!("{directory}/{MANIFEST}") };
        if self.broken.contains(directory) {
            return Stop::Refused(format!("{name} cannot be read"), Some(place));
        }
        if files.is_some_and(|files| files.has(".gitmodules") && !files.has_directory(directory)) {
            return Stop::Outside(format!("{name} may be in a git submodule that is not checked out"));
        }
        Stop::Refused(format!("there is no {name}"), Some(place))
    }

    fn validate(&self, found: &mut Workspace) {
        let mut names: BTreeMap<&str, &str> = BTreeMap::new();
        let mut stops = Vec::new();
        for directory in &found.members {
            let Some(member) = self.at(directory) else { continue };
            let place = manifest::package_name(member.root()).map(Node::span);
            if let Some(other) = names.insert(member.name(), directory) {
                let other = if other.is_empty() { "the root" } else { other };
                stops.push(Stop::Refused(format!("{other} and {directory} are both named {}", member.name()), place));
            }
            let root = self.root_of(directory);
            if root != found.root {
                stops.push(Stop::Refused(format!("{} belongs to another workspace root", member.name()), place));
            }
        }
        found.stops.append(&mut stops);
    }

    /// The source of a registry that is named in the settings seen from a directory.
    pub(super) fn registry(&self, from: &str, name: &str) -> Option<Source> {
        path::ancestors(from)
            .filter_map(|above| self.settings.get(above))
            .find_map(|document| document.root().at(&["registries", name, "index"])?.text().map(str::to_owned))
            .and_then(|index| source::registry(&index))
    }

    /// The patches in force for the workspace whose root is in `root`; those of settings win over the root's.
    pub(super) fn patches<'d>(&'d self, root: &str) -> (Vec<Patch<'d>>, Vec<Stop>) {
        let mut patches: Vec<Patch<'d>> = Vec::new();
        let mut stops = Vec::new();
        let settings = path::ancestors(root).filter_map(|above| Some((above, self.settings.get(above)?.root())));
        let own = self.at(root).map(|one| (root, one.root()));
        for (directory, holder) in settings.chain(own) {
            for table in holder.get("patch").into_iter().flat_map(Node::own_entries) {
                let Some(of) = self.patched(root, table.key.scalar().unwrap_or("")) else {
                    let message = format!("{} is not the name of a registry", table.key.scalar().unwrap_or(""));
                    stops.push(Stop::Refused(message, Some(table.key.span())));
                    continue;
                };
                for entry in table.value.own_entries() {
                    let requirement = manifest::patch_entry(entry, directory);
                    let known = |one: &Patch<'_>| one.of == of && one.requirement.called() == requirement.called();
                    if patches.iter().any(known) {
                        continue;
                    }
                    match requirement.source(|name| self.registry(root, name)) {
                        Ok(source) => patches.push(Patch { of: of.clone(), requirement, source }),
                        Err(message) => stops.push(Stop::Outside(message)),
                    }
                }
            }
        }
        (patches, stops)
    }

    fn patched(&self, root: &str, name: &str) -> Option<Source> {
        if name == manifest::DEFAULT_REGISTRY_NAME {
            return Some(Source::DefaultRegistry);
        }
        if let Some(registry) = self.registry(root, name) {
            return Some(registry);
        }
        if !name.contains(':') {
            return Some(Source::NamedRegistry(name.to_owned()));
        }
        // An address names a registry or a repository: both have the same canonical form, so it is kept as a registry.
        source::registry(name)
    }
}
