//! Lockfiles that are there and could not be opened at all: too large, not text, or a directory.

use super::{TOOLS, Tool};
use crate::derive::Surroundings;
use crate::facts::{Facts, Header, Lockfile, Problem};
use crate::path;

/// Adds a lockfile for each, so that its manifest is not taken for one without.
pub(super) fn adopt(facts: &mut Facts, around: Surroundings<'_>) {
    for problem in directories(facts, around) {
        facts.add(problem);
    }
    let mut found: Vec<Lockfile> = Vec::new();
    for problem in facts.problems.iter().filter(|problem| problem.role == "lockfile") {
        let path = &problem.header.path;
        let is_known = facts.lockfiles.iter().chain(&found).any(|lockfile| lockfile.header.path == *path);
        let directory = path::directory(path);
        let has_manifest = |tool: &&Tool| {
            let mut manifests = facts.manifests.iter().filter(|manifest| manifest.ecosystem == tool.ecosystem);
            manifests.any(|manifest| path::directory(&manifest.header.path) == directory)
        };
        if let Some(tool) = tool_of(path).filter(|_| !is_known).filter(has_manifest) {
            let header = Header::new(path, &**path, problem.header.span);
            found.push(Lockfile::new(header, tool.name, tool.ecosystem));
        }
    }
    for lockfile in found {
        facts.add(lockfile);
    }
}

fn tool_of(path: &str) -> Option<&'static Tool> {
    TOOLS.iter().find(|tool| tool.files.contains(&path::file_name(path)))
}

/// Directories that have the name of a lockfile. They are in no listing, so the manifest beside them is the place.
fn directories(facts: &Facts, around: Surroundings<'_>) -> Vec<Problem> {
    let mut found: Vec<Problem> = Vec::new();
    for manifest in &facts.manifests {
        let directory = path::directory(&manifest.header.path);
        let files = TOOLS.iter().filter(|tool| tool.ecosystem == manifest.ecosystem).flat_map(|tool| tool.files);
        for path in files.filter_map(|name| path::join(directory, name)) {
            let is_new = !facts.problems.iter().chain(&found).any(|problem| *problem.header.path == *path);
            if is_new && around.files.has_directory(&path) {
                found.push(Problem::new(
                    Header::new(&path.as_str().into(), path.clone(), manifest.header.span),
                    "unreadable",
                    "lockfile",
                    "directory",
                    "it is a directory".to_owned(),
                ));
            }
        }
    }
    found
}
