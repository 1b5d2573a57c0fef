//! Walks the crates of a workspace with the features that are asked of each, along the lockfile's edges.
//!
//! Members ask for everything they state, with all their features. Other crates of the
//! repository ask for what their features switch on. Crates of registries and repositories
//! are not here, so their edges are taken on trust.

use std::collections::{BTreeMap, BTreeSet};

use cargo_lock::Version;
use semver::VersionReq;

use super::graph::{Graph, Known};
use super::workspace::{Crates, Patch, Stop, Workspace};
use crate::cargo::features::Features;
use crate::cargo::manifest::{self, Field, Origin, Requirement, When};
use crate::cargo::source::Source;
use crate::discover::Listing;
use crate::syntax::Node;

/// What a comparison looks at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scene<'a> {
    pub(super) crates: &'a Crates,
    pub(super) files: &'a Listing,
    pub(super) workspace: &'a Workspace,
    pub(super) patches: &'a [Patch<'a>],
}

/// What one crate asks for.
#[derive(Debug)]
pub(super) struct Asking<'a> {
    /// The directory of the crate.
    pub(super) directory: String,
    /// Its requirements that must be locked, in the order of its manifest.
    pub(super) requirements: Vec<Requirement<'a>>,
    /// The names of its optional dependencies that a build without further words switches on.
    pub(super) active: BTreeSet<&'a str>,
}

/// What a crate asks for, as features switch it on.
struct Wanted<'a> {
    requirements: Vec<Requirement<'a>>,
    /// Features asked of each dependency.
    asked: BTreeMap<&'a str, BTreeSet<&'a str>>,
    active: BTreeSet<&'a str>,
}

/// The outcome of a walk.
#[derive(Debug, Default)]
pub(super) struct Walked<'a> {
    /// The crates that are needed, members first.
    pub(super) asking: Vec<Asking<'a>>,
    /// The packages of the lockfile that are needed.
    pub(super) reached: BTreeSet<usize>,
    /// What Cargo would stop at.
    pub(super) stops: Vec<Stop>,
}

/// What is asked of a crate that is no member.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Wish<'a> {
    features: BTreeSet<&'a str>,
    default: bool,
    /// A crate that is not in the repository asks for it, with features that are not known.
    trusted: bool,
}

impl<'a> Scene<'a> {
    /// The requirements of a crate; faults in them become stops.
    pub(super) fn requirements(&self, directory: &str, stops: &mut Vec<Stop>) -> Vec<Requirement<'a>> {
        let Some(one) = self.crates.at(directory) else { return Vec::new() };
        let root = self.crates.root_of(directory);
        let mut all = Vec::new();
        for stated in manifest::dependencies(one.root()) {
            let Some((root, _)) = self.crates.by_directory.get_key_value(&root) else { continue };
            match manifest::requirement(stated, directory, Some(self.crates.shared(root))) {
                Ok(requirement) => all.push(requirement),
                Err(message) => stops.push(Stop::Refused(message, Some(stated.value.span()))),
            }
        }
        all
    }

    /// The source of a requirement.
    pub(super) fn source(&self, requirement: &Requirement<'_>) -> Result<Source, String> {
        requirement.source(|name| self.crates.registry(&self.workspace.root, name))
    }

    /// The crates of the repository that a lockfile may speak of.
    pub(super) fn known(&self) -> Known {
        let mut known = Known::new();
        let mut seen = BTreeSet::new();
        let mut pending: Vec<String> = self.workspace.members.iter().rev().cloned().collect();
        pending.extend(self.patches.iter().filter_map(|patch| patch.requirement.directory()));
        pending.extend(self.replacements().iter().filter_map(Requirement::directory));
        while let Some(directory) = pending.pop() {
            let Some(one) = self.crates.at(&directory).filter(|_| seen.insert(directory.clone())) else { continue };
            let version = self.version(&directory).map_or_else(|| "0.0.0".to_owned(), |(text, _)| text.to_owned());
            known.entry(one.name().to_owned()).or_default().insert(version, directory.clone());
            pending.extend(self.requirements(&directory, &mut Vec::new()).iter().filter_map(Requirement::directory));
        }
        known
    }

    /// The entries of `[replace]`.
    pub(super) fn replacements(&self) -> Vec<Requirement<'a>> {
        let Some((root, one)) = self.crates.by_directory.get_key_value(&self.workspace.root) else { return Vec::new() };
        let table = one.root().get("replace");
        table.into_iter().flat_map(Node::own_entries).map(|entry| manifest::patch_entry(entry, root)).collect()
    }

    /// The version of a crate and where it is written, the workspace root if it is inherited.
    pub(super) fn version(&self, directory: &str) -> Option<(&'a str, Node<'a>)> {
        let node = match manifest::field(self.crates.at(directory)?.root(), "version") {
            Field::Absent => return None,
            Field::Written(node) => node,
            Field::Inherited(_) => {
                let root = self.crates.root_of(directory);
                self.crates.at(&root)?.root().at(&["workspace", "package", "version"])?
            }
        };
        Some((node.text()?.trim(), node))
    }

    /// The edge of a package that answers a requirement: the first that Cargo would take.
    pub(super) fn answer(
        &self,
        graph: &Graph<'_>,
        from: Option<usize>,
        requirement: &Requirement<'_>,
    ) -> Option<usize> {
        let from = from?;
        let candidates = graph.packages[from].edges.iter().map(|(_, to)| *to);
        self.choose(graph, candidates, requirement)
    }

    /// The first of some packages that answers a requirement.
    pub(super) fn choose(
        &self,
        graph: &Graph<'_>,
        mut candidates: impl Iterator<Item = usize>,
        requirement: &Requirement<'_>,
    ) -> Option<usize> {
        let source = self.source(requirement).ok()?;
        let range = VersionReq::parse(requirement.written()).ok();
        let patches: Vec<&Patch<'_>> = self.patches.iter().filter(|patch| patch.of.same_address(&source)).collect();
        candidates.find(|at| {
            let package = &graph.packages[*at];
            let is_same = match (&package.source, &source) {
                (Source::Registry(_) | Source::SparseRegistry(_), Source::NamedRegistry(_)) => true,
                (one, other) => one == other,
            };
            let is_patched = patches
                .iter()
                .any(|patch| patch.source == package.source && patch.requirement.package == &*package.entry.name);
            let fits = matches!(source, Source::Path(_))
                || requirement.version.is_none()
                || matches!((&range, &package.version), (Some(range), Some(version)) if range.matches(version));
            *package.entry.name == *requirement.package && (is_same || is_patched) && fits
        })
    }

    /// Walks from the members.
    pub(super) fn walk(&self, graph: &Graph<'_>, entries: &BTreeMap<String, usize>) -> Walked<'a> {
        let mut walked = Walked::default();
        let mut wishes: BTreeMap<String, Wish<'a>> = BTreeMap::new();
        let mut order: Vec<String> = self.workspace.members.clone();
        let mut pending: BTreeSet<String> = order.iter().cloned().collect();
        while let Some(directory) = pending.pop_first() {
            if !order.contains(&directory) {
                order.push(directory.clone());
            }
            let from = entries.get(&directory).copied();
            walked.reached.extend(from);
            let wish = wishes.get(&directory).cloned().unwrap_or_default();
            let Wanted { requirements, asked, .. } = self.wanted(&directory, &wish, graph, from, &mut walked.stops);
            for requirement in &requirements {
                let found = self
                    .answer(graph, from, requirement)
                    .or_else(|| self.choose(graph, 0..graph.packages.len(), requirement));
                let near = requirement.directory().or_else(|| match &graph.packages[found?].source {
                    Source::Path(directory) => Some(directory.clone()),
                    _ => None,
                });
                if let Some(near) = near {
                    let is_member = self.is_member(&near);
                    let wish = wishes.entry(near.clone()).or_default();
                    let before = wish.clone();
                    wish.features.extend(&requirement.features);
                    wish.features.extend(asked.get(requirement.called()).into_iter().flatten());
                    wish.default |= requirement.default_features;
                    if !is_member && (before != *wish || !order.contains(&near)) {
                        pending.insert(near);
                    }
                } else if let Some(found) = found {
                    self.trust(graph, found, &mut walked.reached, &mut wishes, &mut pending);
                }
            }
        }
        walked.stops.clear();
        for directory in order {
            let from = entries.get(&directory).copied();
            let wish = wishes.get(&directory).cloned().unwrap_or_default();
            let Wanted { requirements, active, .. } = self.wanted(&directory, &wish, graph, from, &mut walked.stops);
            walked.asking.push(Asking { directory, requirements, active });
        }
        walked
    }

    pub(super) fn is_member(&self, directory: &str) -> bool {
        self.workspace.members.iter().any(|member| member == directory)
    }

    /// Follows the edges of packages whose manifests are not here.
    fn trust(
        &self,
        graph: &Graph<'_>,
        from: usize,
        reached: &mut BTreeSet<usize>,
        wishes: &mut BTreeMap<String, Wish<'a>>,
        pending: &mut BTreeSet<String>,
    ) {
        let mut stack = vec![from];
        while let Some(at) = stack.pop() {
            let package = &graph.packages[at];
            if let Source::Path(directory) = &package.source {
                let wish = wishes.entry(directory.clone()).or_default();
                if !wish.trusted && !self.is_member(directory) {
                    wish.trusted = true;
                    pending.insert(directory.clone());
                }
            } else if reached.insert(at) {
                stack.extend(package.edges.iter().map(|(_, to)| *to));
                stack.extend(package.replaced_by);
            }
        }
    }

    /// The requirements of a crate that must be locked, and the features that its own features ask of them.
    fn wanted(
        &self,
        directory: &str,
        wish: &Wish<'a>,
        graph: &Graph<'_>,
        from: Option<usize>,
        stops: &mut Vec<Stop>,
    ) -> Wanted<'a> {
        let Some(one) = self.crates.by_directory.get(directory) else {
            // Only a requirement leads here, and its fault is told where it stands.
            return Wanted { requirements: Vec::new(), asked: BTreeMap::new(), active: BTreeSet::new() };
        };
        let is_member = self.is_member(directory);
        let all = self.requirements(directory, stops);
        let features = Features::new(one.root(), &all);
        if let Some(message) = features.fault(&all) {
            let place = one.root().entry("features").map(|entry| entry.key.span());
            stops.push(Stop::Refused(message, place));
        }
        let default = ((wish.default || is_member) && features.has_default()).then_some("default");
        let asked = features.asked(wish.features.iter().copied().chain(default));
        let stop =
            |wrong: &Option<String>| wrong.as_ref().map(|wrong| Stop::Refused(format!("{} {wrong}", one.name()), None));
        stops.extend(stop(&asked.wrong));
        let active = asked.dependencies.keys().copied().collect();
        if is_member {
            let asked = features.asked(features.names());
            stops.extend(stop(&asked.wrong));
            return Wanted { requirements: all, asked: asked.dependencies, active };
        }
        let needed = |requirement: &Requirement<'_>| {
            requirement.when != When::Dev
                && (!requirement.optional
                    || asked.dependencies.contains_key(requirement.called())
                    || (wish.trusted && self.answer(graph, from, requirement).is_some()))
        };
        let requirements = all.into_iter().filter(needed).collect();
        Wanted { requirements, asked: asked.dependencies, active }
    }

    /// What is wrong with a requirement itself, so that Cargo would stop at it.
    pub(super) fn fault(&self, requirement: &Requirement<'_>) -> Option<Stop> {
        let place = Some(requirement.place().span());
        if let Some(message) = requirement.fault() {
            return Some(Stop::Refused(message, place));
        }
        let refused = |message: String| Some(Stop::Refused(message, place));
        let range = match requirement.version.map(|node| VersionReq::parse(node.text().unwrap_or(""))) {
            Some(Err(error)) => {
                return refused(format!("the requirement on {} is not one: {error}", requirement.package));
            }
            Some(Ok(range)) => Some(range),
            None => None,
        };
        if let Err(message) = self.source(requirement) {
            return match &requirement.origin {
                Origin::Path { .. } => Some(Stop::Outside(message)),
                _ => refused(message),
            };
        }
        if range.is_none() && !matches!(requirement.origin, Origin::Path { .. } | Origin::Git { .. }) {
            return refused(format!("{} has neither a version nor another source", requirement.package));
        }
        let directory = requirement.directory()?;
        let Some(one) = self.crates.at(&directory) else {
            return Some(self.crates.missing(&directory, requirement.place().span(), Some(self.files)));
        };
        if one.name() != requirement.package {
            return refused(format!("the crate in {directory} is called {}, not {}", one.name(), requirement.package));
        }
        let version = self.version(&directory).map_or("0.0.0", |(text, _)| text);
        let version = Version::parse(version).ok()?;
        if range.is_some_and(|range| !range.matches(&version)) {
            let asked = requirement.written();
            return refused(format!("{} {asked} is asked for, but {directory} has {version}", requirement.package));
        }
        None
    }
}
