//! What is known of the size of a Node function: its own source and its layers.
//!
//! No lockfile of npm, pnpm, Yarn or bun tells how large a package is, so what is installed is unknown, with that reason;
//! `node_modules` that git tracks is weighed as source, and what a build has left is measured.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{self, SERVERLESS};
use crate::discover::Listing;
use crate::facts::{Contents, Dependency, Facts, Lambda, Layer, Link, Manifest, Part, PartKind};
use crate::path;
use crate::value::State;

/// What `npm pack` takes of no directory, by which `sam build` copies one (npm documentation, "package.json", `files`, and
/// the npm workflow of aws-lambda-builders, read 2026-11-30).
const PACK: &[&str] = &[
    ".aws-sam",
    ".git",
    ".svn",
    ".hg",
    "CVS",
    ".*.swp",
    ".DS_Store",
    "._*",
    "npm-debug.log",
    ".npmrc",
    "node_modules",
    "config.gypi",
    "*.orig",
    "package-lock.json",
];

/// The projects of Node in a repository.
pub(super) struct Projects<'f> {
    facts: &'f Facts,
    files: &'f Listing,
    /// Those that install something to run.
    installing: BTreeSet<Link<Manifest>>,
    by_directory: BTreeMap<&'f str, Link<Manifest>>,
}

impl<'f> Projects<'f> {
    pub(super) fn new(facts: &'f Facts, files: &'f Listing) -> Self {
        let is_installed = |dependency: &&Dependency| matches!(dependency.group.as_str(), "main" | "optional");
        let of_node = facts.dependencies.iter().filter(|dependency| dependency.ecosystem == "node");
        let projects = facts.all::<Manifest>().filter(|(_, manifest)| manifest.ecosystem == "node");
        Self {
            facts,
            files,
            installing: of_node.filter(is_installed).map(|dependency| dependency.manifest).collect(),
            by_directory: projects.map(|(link, one)| (path::directory(&one.header.path), link)).collect(),
        }
    }

    /// What is packed of a function's code, or why that is not known.
    pub(super) fn contents(&self, lambda: &Lambda, code: &str) -> Result<Contents, String> {
        match &lambda.handler_file.state {
            State::Known(file) if [".js", ".mjs", ".cjs"].iter().any(|ending| file.ends_with(ending)) => {}
            State::Known(file) => return Err(format!("{file} is compiled before it is packed")),
            State::Unknown(reason) => return Err(reason.to_string()),
            State::Absent | State::OneOf(_) => return Err("the file of its handler is not known".to_owned()),
        }
        let chooses = |name: &str| path::join(code, name).is_some_and(|file| self.files.has(&file));
        let lists = || self.by_directory.get(code).is_some_and(|manifest| self.facts[*manifest].lists_files);
        let always_left_out = match lambda.surface.as_str() {
            "sam" if chooses(".npmignore") => return Err("its .npmignore chooses what is packed".to_owned()),
            "sam" if lists() => return Err("`files` of its package.json chooses what is packed".to_owned()),
            "sam" => PACK,
            "serverless" => SERVERLESS,
            _ => &[],
        };
        Ok(Contents { path: code.to_owned(), always_left_out, left_out: source::left_out(lambda)? })
    }

    /// What is installed for a function; `None` when nothing is, or when it lies among its source.
    pub(super) fn packages(&self, lambda: &Lambda, code: &str) -> Option<Part> {
        let manifest = lambda.manifest.filter(|manifest| self.installing.contains(manifest))?;
        let is_own = path::directory(&self.facts[manifest].header.path) == code;
        let is_tracked = || {
            let directory = path::join(code, "node_modules").unwrap_or_default();
            self.files.all_below(&directory).next().is_some()
        };
        let is_packed = lambda.surface != "sam" && is_own && is_tracked();
        (!is_packed).then(|| self.unknown(manifest, PartKind::Packages))
    }

    /// A layer whose packages a build installs; `None` for all others.
    pub(super) fn layer(&self, layer: &Layer, directory: &str) -> Option<Part> {
        let manifest = self.by_directory.get(directory).filter(|_| layer.is_built)?;
        let installs = self.installing.contains(manifest);
        installs.then(|| self.unknown(*manifest, PartKind::Layer(layer.name.clone())))
    }

    fn unknown(&self, manifest: Link<Manifest>, kind: PartKind) -> Part {
        match self.facts[manifest].lockfiles.first().map(|lockfile| &self.facts[*lockfile].header.path) {
            Some(path) => Part::unknown(kind, &format!("{path} does not tell the sizes of packages")),
            None => Part::unknown(kind, "no lockfile tells what is installed"),
        }
    }
}
