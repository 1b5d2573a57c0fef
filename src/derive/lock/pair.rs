//! Which lockfile answers for which manifests.

use std::collections::{BTreeMap, BTreeSet};

use super::{Lookup, Pairing, TOOLS, Tool};
use crate::derive::Surroundings;
use crate::facts::{Facts, Link, LockedPackage, Lockfile, Manifest};
use crate::path;
use crate::value::Value;

/// A root and the members that its lockfile covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::derive) struct Workspace {
    /// The manifest beside the lockfile.
    pub(in crate::derive) root: Link<Manifest>,
    /// The other manifests, sorted by path; the root is not among them.
    pub(in crate::derive) members: Vec<Link<Manifest>>,
}

/// Links lockfiles and manifests both ways, and says what git does with each lockfile.
pub(super) fn pair(facts: &mut Facts, lookup: &Lookup, around: Surroundings<'_>) {
    for tool in TOOLS {
        let workspaces = match tool.pairing {
            Pairing::Beside { workspaces, .. } => workspaces(facts, lookup),
            Pairing::By(_) => Vec::new(),
        };
        let mut roots: BTreeMap<Link<Manifest>, Link<Manifest>> = BTreeMap::new();
        for workspace in &workspaces {
            for member in &workspace.members {
                facts[*member].workspace_member = true;
                roots.entry(*member).or_insert(workspace.root);
            }
        }
        for lockfile in facts.links::<Lockfile>().filter(|link| facts[*link].tool == tool.name).collect::<Vec<_>>() {
            let (manifests, ruled_by) = manifests_of(facts, lookup, tool, lockfile, &workspaces, &roots);
            facts[lockfile].manifests = manifests;
            facts[lockfile].ruled_by = ruled_by;
        }
    }
    adopt_directories(facts, lookup);
    link_back(facts);
    note_git(facts, around);
}

/// A directory that a lockfile takes a package from is locked there.
fn adopt_directories(facts: &mut Facts, lookup: &Lookup) {
    let taken =
        facts.all::<LockedPackage>().map(|(_, package)| package).filter(|package| package.contents.source == "path");
    let directories = taken.filter_map(|package| {
        let lockfile = path::directory(&facts[package.lockfile].header.path);
        let at = path::join(lockfile, package.contents.location.as_deref()?)?;
        (at != lockfile).then_some((at, package.contents.ecosystem))
    });
    let found: BTreeSet<(String, &str)> = directories.collect();
    for (at, ecosystem) in found {
        for link in lookup.manifests_at(&at) {
            facts[link].workspace_member |= facts[link].ecosystem == ecosystem;
        }
    }
}

fn manifests_of(
    facts: &Facts,
    lookup: &Lookup,
    tool: &Tool,
    lockfile: Link<Lockfile>,
    workspaces: &[Workspace],
    roots: &BTreeMap<Link<Manifest>, Link<Manifest>>,
) -> (Vec<Link<Manifest>>, Option<Link<Manifest>>) {
    let formats = match tool.pairing {
        Pairing::Beside { formats, .. } => formats,
        Pairing::By(find) => return (find(facts, lookup, lockfile), None),
    };
    let path = &facts[lockfile].header.path;
    // A lockfile called after another file belongs to that file: `tool.py.lock`.
    let named = path.strip_suffix(".lock").and_then(|file| lookup.manifest_at(facts, file));
    if let Some(script) = named {
        return (vec![script], None);
    }
    if path.ends_with(".py.lock") {
        return (Vec::new(), None);
    }
    let directory = path::directory(path);
    let Some(own) = lookup.first_in(facts, directory, formats) else {
        return (Vec::new(), None);
    };
    if let Some(root) = roots.get(&own) {
        return (Vec::new(), Some(*root));
    }
    let members = workspaces.iter().filter(|workspace| workspace.root == own).flat_map(|workspace| &workspace.members);
    (std::iter::once(own).chain(members.copied()).collect(), None)
}

fn link_back(facts: &mut Facts) {
    let mut lockfiles: BTreeMap<Link<Manifest>, Vec<Link<Lockfile>>> = BTreeMap::new();
    for (link, lockfile) in facts.all::<Lockfile>() {
        for manifest in &lockfile.manifests {
            lockfiles.entry(*manifest).or_default().push(link);
        }
    }
    for (manifest, links) in lockfiles {
        let mut tools: BTreeSet<String> = links.iter().map(|link| facts[*link].tool.clone()).collect();
        if facts[manifest].format == "requirements" {
            // Every compiler of requirements files keeps what the others wrote.
            tools = tools.into_iter().take(1).collect();
        }
        facts[manifest].lockfile_tools = tools.into_iter().collect();
        facts[manifest].lockfiles = links;
    }
}

fn note_git(facts: &mut Facts, around: Surroundings<'_>) {
    for lockfile in &mut facts.lockfiles {
        lockfile.tracking = match &around.files.tracked {
            // A repository without any tracked file tells nothing.
            None => Value::absent(),
            Some(tracked) if tracked.is_empty() => Value::absent(),
            Some(tracked) => {
                let word = if tracked.contains(&*lockfile.header.path) { "tracked" } else { "untracked" };
                Value::derived(word.to_owned())
            }
        };
    }
    for manifest in &mut facts.manifests {
        let directory = path::directory(&manifest.header.path);
        let names = TOOLS.iter().filter(|tool| tool.ecosystem == manifest.ecosystem).flat_map(|tool| tool.files);
        let ignored = names.filter_map(|name| path::join(directory, name)).find(|at| around.files.ignored.contains(at));
        if let Some(ignored) = ignored {
            manifest.ignored_lockfile = Value::derived(ignored);
        }
    }
}
