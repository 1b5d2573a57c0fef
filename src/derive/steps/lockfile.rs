//! The lockfile that a command works on: by manifests and lockfiles that are read, or by the names of files.

use std::collections::BTreeMap;

use globset::GlobBuilder;

use crate::discover::Listing;
use crate::facts::{Facts, Link, Lockfile, Manifest, Step};
use crate::path;

/// Tools with the tools whose lockfiles they use or pass over, and the format of the manifest
/// that makes a directory a project of theirs.
const TOOLS: &[(&str, &[&str], &str)] = &[
    ("uv", &["uv"], "pyproject"),
    ("poetry", &["poetry"], "pyproject"),
    ("pdm", &["pdm"], "pyproject"),
    ("pip", &["uv", "poetry", "pdm", "pylock"], "pyproject"),
    ("pipenv", &["pipenv"], "pipfile"),
    ("pip-tools", &["pip-tools"], "requirements"),
    ("npm", &["npm"], "package-json"),
    ("yarn", &["yarn"], "package-json"),
    ("pnpm", &["pnpm"], "package-json"),
    ("bun", &["bun"], "package-json"),
    ("cargo", &["cargo"], "cargo"),
    ("go", &["go"], "go"),
    ("terraform", &["terraform"], "terraform"),
    ("opentofu", &["terraform", "opentofu"], "terraform"),
    ("bundler", &["bundler"], "gemfile"),
    ("composer", &["composer"], "composer"),
];

/// Names of lockfiles and of the manifests beside them, by tool, for formats that are not read.
const NAMES: &[(&str, &[&str], &[&str])] = &[
    ("uv", &["uv.lock"], &["pyproject.toml"]),
    ("poetry", &["poetry.lock"], &["pyproject.toml"]),
    ("pdm", &["pdm.lock"], &["pyproject.toml"]),
    ("pip", &["uv.lock", "poetry.lock", "pdm.lock"], &["pyproject.toml", "setup.py"]),
    ("pipenv", &["Pipfile.lock"], &["Pipfile"]),
    ("npm", &["package-lock.json", "npm-shrinkwrap.json"], &["package.json"]),
    ("yarn", &["yarn.lock"], &["package.json"]),
    ("pnpm", &["pnpm-lock.yaml"], &["package.json"]),
    ("bun", &["bun.lock", "bun.lockb"], &["package.json"]),
    ("cargo", &["Cargo.lock"], &["Cargo.toml"]),
    ("go", &["go.sum"], &["go.mod"]),
    ("terraform", &[".terraform.lock.hcl"], &["versions.tf", "main.tf"]),
    ("opentofu", &[".terraform.lock.hcl"], &["versions.tf", "main.tf"]),
    ("bundler", &["Gemfile.lock"], &["Gemfile"]),
    ("composer", &["composer.lock"], &["composer.json"]),
];

/// Tools for which a project below another one is taken to stand alone when only names are known.
const MEMBERS_STAND_ALONE: &[&str] = &[
    "poetry",
    "pdm",
    "pipenv",
    "pip",
    "npm",
    "yarn",
    "pnpm",
    "bun",
    "go",
    "terraform",
    "opentofu",
    "bundler",
    "composer",
];

/// Whether a manifest is of the format that makes a project of a step's tool.
pub(super) fn has_format(step: &Step, manifest: &Manifest) -> bool {
    TOOLS.iter().any(|(tool, _, format)| *tool == step.tool && *format == manifest.format)
}

/// The tools whose lockfiles a step works on, and the format of their manifests.
fn locking(step: &Step) -> Option<(&'static [&'static str], &'static str)> {
    let is_other = step.lock_use.known().is_some_and(|word| word == "installs" || word == "none");
    let (_, tools, format) = TOOLS.iter().find(|(tool, ..)| *tool == step.tool && !is_other)?;
    Some((tools, format))
}

/// The names of lockfiles and manifests of a step's tool, for commands of images that work on its lockfile.
pub(super) fn names(step: &Step) -> Option<(&'static [&'static str], &'static [&'static str])> {
    let works_on_lock =
        step.lock_use.known().is_some_and(|word| matches!(word.as_str(), "proves" | "uses" | "may-rewrite"));
    let (_, locks, manifests) = NAMES.iter().find(|(tool, ..)| *tool == step.tool)?;
    works_on_lock.then_some((*locks, *manifests))
}

/// The lockfile that governs a step's directory, by the names of files alone.
pub(super) fn by_name(step: &Step, files: &Listing) -> Option<String> {
    let (_, locks, manifests) = NAMES.iter().find(|(tool, ..)| *tool == step.tool)?;
    if step.lock_use.known().is_some_and(|word| word == "installs" || word == "none") {
        return None;
    }
    let directory = step.directory.known()?;
    let inside = |above: &str, name: &str| path::join(above, name).filter(|path| files.has(path));
    for above in path::ancestors(directory) {
        if let Some(lock) = locks.iter().find_map(|name| inside(above, name)) {
            return Some(lock);
        }
        // A project without a lockfile of its own may be a member of the one above it.
        let is_project = manifests.iter().any(|name| inside(above, name).is_some());
        if is_project && !above.is_empty() && MEMBERS_STAND_ALONE.contains(&step.tool.as_str()) {
            return None;
        }
        if is_project && above.is_empty() {
            return None;
        }
    }
    let is_lock = |path: &&str| locks.contains(&path::file_name(path));
    if step.tool == "pip" || step.surface == "dockerfile" {
        None
    } else {
        files.below(directory).find(is_lock).map(ToOwned::to_owned)
    }
}

/// Manifests and lockfiles by directory.
pub(super) struct Index {
    manifests: BTreeMap<(String, String), Vec<Link<Manifest>>>,
    lockfiles: BTreeMap<(String, String), Link<Lockfile>>,
    by_path: BTreeMap<String, Link<Lockfile>>,
}

impl Index {
    pub(super) fn of(facts: &Facts) -> Self {
        let mut manifests: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (link, manifest) in facts.all::<Manifest>() {
            let key = (manifest.format.clone(), path::directory(&manifest.header.path).to_owned());
            manifests.entry(key).or_default().push(link);
        }
        let mut lockfiles = BTreeMap::new();
        for (link, lockfile) in facts.all::<Lockfile>() {
            let key = (lockfile.tool.clone(), path::directory(&lockfile.header.path).to_owned());
            lockfiles.entry(key).or_insert(link);
        }
        let by_path =
            facts.all::<Lockfile>().map(|(link, lockfile)| (lockfile.header.path.to_string(), link)).collect();
        Self { manifests, lockfiles, by_path }
    }

    /// The lockfile of a path.
    pub(super) fn at(&self, path: &str) -> Option<Link<Lockfile>> {
        self.by_path.get(path).copied()
    }

    /// The lockfile that a step names as a list of requirements.
    pub(super) fn listed(&self, step: &Step) -> Option<Link<Lockfile>> {
        let directory = step.directory.known()?;
        step.files.iter().find_map(|file| self.by_path.get(&path::join(directory, file)?).copied())
    }

    /// The lockfile of a step's tool that governs its directory. Where no project lies there or
    /// above, the command means one below: then the first lockfile below stands for them.
    pub(super) fn lockfile(&self, facts: &Facts, step: &Step) -> Option<Link<Lockfile>> {
        let (tools, format) = locking(step)?;
        let directory = step.directory.known()?;
        if let Some(found) = self.governing(facts, directory, tools, format) {
            return found;
        }
        // An image is built from what is copied into it, not from whatever lies below.
        if step.surface == "dockerfile" {
            return self.above_dockerfile(step, directory, tools);
        }
        if step.tool == "pip" {
            return None;
        }
        let below = self
            .lockfiles
            .iter()
            .filter(|((tool, place), _)| tools.contains(&tool.as_str()) && path::is_below(place, directory));
        below.map(|(_, lockfile)| *lockfile).next()
    }

    /// The lockfiles of the directories that a step works in one after another. None where one of its projects has none.
    pub(super) fn among(&self, facts: &Facts, step: &Step) -> Vec<Link<Lockfile>> {
        let Some((tools, format)) = locking(step).filter(|_| !step.among.is_empty()) else { return Vec::new() };
        let glob = |pattern: &String| GlobBuilder::new(pattern).literal_separator(true).build().ok();
        let globs: Vec<_> = step.among.iter().filter_map(glob).map(|glob| glob.compile_matcher()).collect();
        let own = self
            .manifests
            .keys()
            .filter(|(kind, place)| kind == format && globs.iter().any(|glob| glob.is_match(place)));
        let found = own.map(|(_, place)| self.governing(facts, place, tools, format).flatten());
        let mut lockfiles = found.collect::<Option<Vec<_>>>().unwrap_or_default();
        lockfiles.dedup();
        lockfiles
    }

    /// The lockfile that governs a directory, of the tools that a command works with: `None` where no project lies there or above,
    /// nothing inside of it where the project has none.
    fn governing(
        &self,
        facts: &Facts,
        directory: &str,
        tools: &[&str],
        format: &str,
    ) -> Option<Option<Link<Lockfile>>> {
        for above in path::ancestors(directory) {
            let own = tools.iter().find_map(|tool| self.lockfiles.get(&((*tool).to_owned(), above.to_owned())));
            if let Some(own) = own {
                return Some(Some(*own));
            }
            if let Some(manifests) = self.manifests.get(&(format.to_owned(), above.to_owned())) {
                let mut answering = manifests.iter().flat_map(|manifest| &facts[*manifest].lockfiles);
                return Some(answering.find(|lockfile| tools.contains(&facts[**lockfile].tool.as_str())).copied());
            }
        }
        None
    }

    /// The lockfile of a directory that a Dockerfile works in when it is built from a directory above its own.
    fn above_dockerfile(&self, step: &Step, directory: &str, tools: &[&str]) -> Option<Link<Lockfile>> {
        let own = path::directory(&step.header.path);
        let below = directory.strip_prefix(own)?.trim_start_matches('/');
        path::ancestors(own).skip(1).filter_map(|above| path::join(above, below)).find_map(|place| {
            tools.iter().find_map(|tool| self.lockfiles.get(&((*tool).to_owned(), place.clone())).copied())
        })
    }
}
