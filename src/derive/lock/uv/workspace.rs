//! Workspaces of uv: which directories are members, and which of them others require.

use std::collections::{BTreeMap, BTreeSet};

use super::super::releases::Releases;
use super::super::shape::Fault;
use super::super::{Lookup, Workspace};
use crate::derive::Surroundings;
use crate::facts::{Facts, Link, Manifest};
use crate::path;
use crate::python::name;
use crate::syntax::Node;

/// A project with its manifest's tree.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member<'a> {
    pub(super) manifest: Link<Manifest>,
    /// From the root of the repository.
    pub(super) directory: &'a str,
    pub(super) root: Node<'a>,
}

impl<'a> Member<'a> {
    /// The project of a manifest; none when its tree was not kept.
    pub(super) fn of(facts: &'a Facts, manifest: Link<Manifest>) -> Option<Self> {
        let fact = &facts[manifest];
        let root = fact.document.as_ref()?.root();
        Some(Self { manifest, directory: path::directory(&fact.header.path), root })
    }

    /// The value at a path below `[tool.uv]`.
    pub(super) fn uv(&self, path: &[&str]) -> Option<Node<'a>> {
        self.root.at(&["tool", "uv"])?.at(path)
    }

    /// The project's name, normalised.
    pub(super) fn name(&self) -> Option<String> {
        self.root.at(&["project", "name"]).and_then(Node::text).map(name::normalize)
    }

    /// Its sources: package, place of the key, and the tables, one or several.
    pub(super) fn sources(&self) -> Vec<(String, Vec<Node<'a>>)> {
        let entries = self.uv(&["sources"]).into_iter().flat_map(Node::own_entries);
        entries
            .filter_map(|entry| {
                let tables = if entry.value.is_list() { entry.value.items().collect() } else { vec![entry.value] };
                Some((name::normalize(entry.key.scalar()?), tables))
            })
            .collect()
    }
}

/// A workspace, or a single project as a workspace of one.
#[derive(Debug)]
pub(super) struct Realm<'a> {
    pub(super) root: Member<'a>,
    /// All members by name, the root among them if it is a project.
    pub(super) members: BTreeMap<String, Member<'a>>,
    /// Members that others require, with `editable` if it is written.
    pub(super) required: BTreeMap<String, Option<bool>>,
    /// A member that uv stops at: with the name of another one, without `[project]`, or the root of a workspace itself.
    pub(super) fault: Option<Fault>,
}

impl<'a> Realm<'a> {
    /// The workspace of these manifests, the root first.
    pub(super) fn of(facts: &'a Facts, manifests: &[Link<Manifest>]) -> Option<Self> {
        let root = Member::of(facts, *manifests.first()?)?;
        let all = manifests.iter().filter_map(|manifest| Member::of(facts, *manifest));
        let mut members: BTreeMap<String, Member<'a>> = BTreeMap::new();
        let mut fault = manifests.iter().skip(1).filter_map(|manifest| Member::of(facts, *manifest)).find_map(odd);
        for (name, member) in all.filter_map(|member| Some((member.name()?, member))) {
            if let Some(other) = members.insert(name.clone(), member) {
                let place = member.root.at(&["project", "name"]).map_or(member.root.span(), Node::span);
                fault = Some(Fault::new(format!("{} holds a member called {name}, too", other.directory), place));
            }
        }
        let required = required(root, &members);
        Some(Self { root, members, required, fault })
    }

    /// Whether a member is installed as a package, as against a mere list of requirements.
    pub(super) fn is_package(&self, name: &str, member: &Member<'_>, releases: &Releases) -> bool {
        let stated = member.uv(&["package"]).and_then(Node::bool);
        // Since 0.8 what others require counts as a package, with or without a build backend.
        let is_required = self.required.contains_key(name) && !releases.are_before(&[0, 8]);
        stated.unwrap_or_else(|| member.root.get("build-system").is_some() || is_required)
    }
}

fn odd(member: Member<'_>) -> Option<Fault> {
    if member.root.get("project").is_none() {
        let message = format!("the workspace member {} has no [project]", member.directory);
        return Some(Fault::new(message, member.root.span().part(0..0)));
    }
    let nested = member.uv(&["workspace"])?;
    Some(Fault::new(format!("{} is a member and a workspace of its own", member.directory), nested.span()))
}

/// Members that a source with `workspace = true` of the root or of another member names.
fn required(root: Member<'_>, members: &BTreeMap<String, Member<'_>>) -> BTreeMap<String, Option<bool>> {
    let own = root.name();
    let mut required = BTreeMap::new();
    let sources = members.iter().map(|(name, member)| (Some(name), member)).chain([(own.as_ref(), &root)]);
    for (of, member) in sources {
        for (package, tables) in member.sources() {
            if Some(&package) == of {
                continue;
            }
            for table in tables.iter().filter(|table| table.get("workspace").and_then(Node::bool) == Some(true)) {
                let editable = table.get("editable").and_then(Node::bool);
                let entry = required.entry(package.clone()).or_insert(editable);
                *entry = editable.or(*entry);
            }
        }
    }
    required
}

/// All workspaces of a repository, whether they are locked or not.
pub(super) fn workspaces(facts: &Facts, lookup: &Lookup) -> Vec<Workspace> {
    let mut found = Vec::new();
    for (link, _) in facts.all::<Manifest>().filter(|(_, manifest)| manifest.format == "pyproject") {
        let Some(root) = Member::of(facts, link).filter(|member| member.uv(&["workspace"]).is_some()) else { continue };
        let globs = Globs::of(&root);
        let below = lookup.manifests_below(facts, root.directory, &["pyproject"]);
        let members = below.filter(|(directory, member)| *member != link && globs.covers(directory));
        let managed = members.filter(|(_, member)| {
            Member::of(facts, *member).is_some_and(|member| member.uv(&["managed"]).and_then(Node::bool) != Some(false))
        });
        found.push(Workspace { root: link, members: managed.map(|(_, member)| member).collect() });
    }
    found
}

/// A member whose pyproject.toml cannot be read, or a directory that a member pattern names and
/// that has none: uv stops for both. Gives what is wrong.
pub(super) fn bare_member(
    facts: &Facts,
    lookup: &Lookup,
    around: Surroundings<'_>,
    root: &Member<'_>,
) -> Option<String> {
    root.uv(&["workspace"])?;
    let globs = Globs::of(root);
    let known: BTreeSet<&str> =
        lookup.manifests_below(facts, root.directory, &["pyproject"]).map(|(directory, _)| directory).collect();
    let mut seen = BTreeSet::new();
    for file in around.files.below(root.directory) {
        for directory in path::ancestors(path::directory(file)) {
            if directory.len() <= root.directory.len() || !seen.insert(directory) {
                break;
            }
            let is_hidden = path::file_name(directory).starts_with('.');
            let manifest = format!("{directory}/pyproject.toml");
            if !globs.covers(directory) || known.contains(directory) {
                continue;
            }
            if around.files.has(&manifest) {
                let is_broken = facts.problems.iter().any(|problem| *problem.header.path == *manifest);
                let what = if is_broken { "cannot be read" } else { "has no [project]" };
                return Some(format!("{manifest} {what}"));
            } else if !is_hidden {
                return Some(format!("the workspace member {directory} has no pyproject.toml"));
            }
        }
    }
    None
}

struct Globs {
    members: globset::GlobSet,
    exclude: globset::GlobSet,
}

impl Globs {
    fn of(root: &Member<'_>) -> Self {
        // Members are walked, so `*` stays within one name; exclusions are matched as texts.
        let set = |key: &str, is_walked: bool| {
            let mut builder = globset::GlobSetBuilder::new();
            let patterns = root.uv(&["workspace", key]).into_iter().flat_map(Node::items).filter_map(Node::text);
            for pattern in patterns {
                let whole = path::literal_braces(&super::ask::normal(root.directory, pattern));
                // A pattern that cannot be read matches nothing; uv stops at it.
                if let Ok(glob) = globset::GlobBuilder::new(&whole).literal_separator(is_walked).build() {
                    builder.add(glob);
                }
            }
            builder.build().unwrap_or_default()
        };
        Self { members: set("members", true), exclude: set("exclude", false) }
    }

    fn covers(&self, directory: &str) -> bool {
        self.members.is_match(directory) && !self.exclude.is_match(directory)
    }
}
