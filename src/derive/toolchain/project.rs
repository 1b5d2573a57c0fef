//! Projects, and which statement speaks of which.
//!
//! A project is a directory with a manifest of the tool's ecosystem, with a `setup.py`, or with a demand on the
//! tool. Statements without a directory of their own speak of the whole repository; they
//! count only where that means one project.

use std::collections::{BTreeMap, BTreeSet};

use crate::discover::Listing;
use crate::facts::{Facts, Toolchain};
use crate::lock_use::WORKFLOW;
use crate::path;
use crate::pin::image;
use crate::sample::{is_sample, is_test};

/// The directories of projects, by tool.
pub(super) struct Projects {
    by_tool: BTreeMap<String, BTreeSet<String>>,
    /// Directories of version files, by tool and name of the file.
    files: BTreeSet<(String, String, String)>,
    /// The directory of the workspace that a directory is a member of, by ecosystem and directory.
    workspaces: BTreeMap<(String, String), String>,
    /// Directories with a list of requirements of their own.
    listed: BTreeSet<String>,
    /// Workflows that jobs of the repository run.
    called: BTreeSet<String>,
}

/// The ecosystem whose manifests make projects of a tool.
fn ecosystem(tool: &str) -> &str {
    match tool {
        "npm" | "pnpm" | "yarn" | "bun" => "node",
        "poetry" | "pdm" | "pipenv" | "pip" | "uv" => "python",
        tool => tool,
    }
}

impl Projects {
    pub(super) fn of(facts: &Facts, files: &Listing) -> Self {
        let mut by_ecosystem: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        // What a setup.py demands is not read, but its directory is nobody else's.
        let programs = files.below("").filter(|path| path::file_name(path) == "setup.py" && !is_sample(path));
        by_ecosystem.insert("python", programs.map(|path| path::directory(path).to_owned()).collect());
        // Lists of requirements lie about everywhere; they make a project only where nothing else does.
        for lists in [false, true] {
            for manifest in facts.manifests.iter().filter(|manifest| (manifest.format == "requirements") == lists) {
                let directory = path::directory(&manifest.header.path).to_owned();
                let known = by_ecosystem.entry(&manifest.ecosystem).or_default();
                let is_covered = lists && path::ancestors(&directory).any(|above| known.contains(above));
                if !is_sample(&manifest.header.path) && !is_covered {
                    known.insert(directory);
                }
            }
        }
        let mut by_tool: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut files = BTreeSet::new();
        for toolchain in facts.toolchains.iter().filter(|toolchain| !is_sample(&toolchain.header.path)) {
            let directories = by_tool
                .entry(toolchain.tool.clone())
                .or_insert_with(|| by_ecosystem.get(ecosystem(&toolchain.tool)).cloned().unwrap_or_default());
            if toolchain.role == "constrain" {
                directories.insert(toolchain.scope.clone());
            }
            if toolchain.phase == "dev" && toolchain.role == "select" {
                files.insert((toolchain.tool.clone(), toolchain.surface.clone(), toolchain.scope.clone()));
            }
        }
        let members =
            facts.manifests.iter().filter(|manifest| manifest.workspace_member && !is_test(&manifest.header.path));
        let workspaces = members.filter_map(|manifest| {
            let root = path::directory(&facts[*manifest.lockfiles.first()?].header.path).to_owned();
            let own = path::directory(&manifest.header.path).to_owned();
            (own != root).then(|| ((manifest.ecosystem.clone(), own), root))
        });
        let workspaces = workspaces.collect();
        let calls = facts.steps.iter().filter_map(|step| step.call.as_ref()).filter(|call| call.runner == WORKFLOW);
        let lists = facts.manifests.iter().filter(|manifest| manifest.format == "requirements");
        let listed = lists.map(|manifest| path::directory(&manifest.header.path).to_owned()).collect();
        Self { by_tool, files, workspaces, listed, called: calls.flat_map(|call| call.names.clone()).collect() }
    }

    /// Whether a statement speaks of a directory that is gone: nothing is left of it, and what lies above is no project that would make it.
    pub(super) fn is_gone(&self, fact: &Toolchain, files: &Listing) -> bool {
        let nearest = path::ancestors(&fact.scope).find(|above| files.has_directory(above)).unwrap_or("");
        let is_project = |directory: &str| self.by_tool.get(&fact.tool).is_some_and(|all| all.contains(directory));
        nearest != fact.scope && !nearest.is_empty() && !is_project(nearest)
    }

    /// The workspace whose members include the directory that a demand speaks for: what installs it all has to meet the demand.
    pub(super) fn workspace_of(&self, fact: &Toolchain) -> Option<&str> {
        let key = (ecosystem(&fact.tool).to_owned(), fact.scope.clone());
        self.workspaces.get(&key).filter(|_| fact.role == "constrain").map(String::as_str)
    }

    /// The projects a statement speaks of.
    pub(super) fn of_statement<'a>(&'a self, fact: &'a Toolchain) -> Vec<&'a str> {
        let Some(all) = self.by_tool.get(&fact.tool) else { return Vec::new() };
        match fact.phase.as_str() {
            "dev" if fact.role == "select" && !image::is_shown(&fact.surface) => self.governed(fact, all),
            // It works on the repositories that call it.
            "ci" if self.is_for_others(fact) => Vec::new(),
            "ci" if fact.scope.is_empty() => match all.get("") {
                Some(root) => vec![root],
                // One far below the root may be anything; a job of the repository need not mean it.
                None if all.len() == 1 => all.iter().filter(|only| !only.contains('/')).map(String::as_str).collect(),
                None => Vec::new(),
            },
            // A function or an image with a list of its own is built from that alone.
            "deploy" | "image" | "image-builder" | "ci" if self.is_listed(fact, all) => Vec::new(),
            _ => above(all, &fact.scope).into_iter().collect(),
        }
    }

    /// Whether the directory of a statement has a list of requirements, and no other manifest.
    fn is_listed(&self, fact: &Toolchain, all: &BTreeSet<String>) -> bool {
        ecosystem(&fact.tool) == "python" && self.listed.contains(&fact.scope) && !all.contains(&fact.scope)
    }

    /// Whether a statement stands in a workflow that only other repositories call.
    fn is_for_others(&self, fact: &Toolchain) -> bool {
        fact.by_caller
            && fact.header.path.starts_with(".github/workflows/")
            && !self.called.contains(&*fact.header.path)
    }

    /// A version file speaks for its directory and all below it that have no file of its name;
    /// and for the project it lies in.
    fn governed<'a>(&'a self, fact: &'a Toolchain, all: &'a BTreeSet<String>) -> Vec<&'a str> {
        let is_nearest = |project: &&String| {
            let mut files = path::ancestors(project).filter(|directory| {
                self.files.contains(&(fact.tool.clone(), fact.surface.clone(), (*directory).to_owned()))
            });
            path::is_below(project, &fact.scope) && files.next() == Some(fact.scope.as_str())
        };
        let mut projects: Vec<&str> = all.iter().filter(is_nearest).map(String::as_str).collect();
        if let Some(own) = above(all, &fact.scope)
            && !projects.contains(&own)
            && !fact.scope.is_empty()
            && !self.is_listed(fact, all)
        {
            projects.push(own);
        }
        projects
    }
}

fn above<'a>(all: &'a BTreeSet<String>, directory: &str) -> Option<&'a str> {
    path::ancestors(directory).find_map(|above| all.get(above)).map(String::as_str)
}
