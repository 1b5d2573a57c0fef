//! Joins commands with the lockfiles they work on, and tells which of them an earlier command
//! of the same job has proved.

use std::collections::{BTreeMap, BTreeSet};

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

/// Commands that fill a project's own `node_modules`, from which `npx` then runs.
const NODE: &[&str] = &["npm", "yarn", "pnpm", "bun"];

/// Links every step to its lockfile and follows each job in order.
pub(super) fn follow(facts: &mut Facts) {
    let index = Index::of(facts);
    let lockfiles: Vec<Option<Link<Lockfile>>> = facts.steps.iter().map(|step| index.lockfile(facts, step)).collect();
    for (step, lockfile) in facts.steps.iter_mut().zip(lockfiles) {
        step.lockfile = lockfile;
    }
    let strict = strict_yarn(facts);
    let named = node_dependencies(facts);
    let mut job = Job::default();
    for link in facts.links::<Step>() {
        let step = &facts[link];
        let key = (step.header.path.to_string(), step.job.clone());
        if job.key != key {
            job = Job { key, ..Job::default() };
        }
        if step.tool == "yarn" && step.lockfile.is_some_and(|lockfile| strict.contains(&lockfile)) {
            job.make_strict(&mut facts[link]);
        }
        job.step(link, &mut facts[link], &named);
    }
}

/// Yarn from version 2 on refuses to change the lockfile where `CI` is set.
fn strict_yarn(facts: &Facts) -> BTreeSet<Link<Lockfile>> {
    let is_strict = |lockfile: &Lockfile| {
        let version = lockfile.format_version.known().and_then(|version| version.parse::<u32>().ok());
        lockfile.tool == "yarn" && version.is_some_and(|version| version > 1)
    };
    facts.all::<Lockfile>().filter(|(_, lockfile)| is_strict(lockfile)).map(|(link, _)| link).collect()
}

/// Names that package.json files ask for, by directory.
fn node_dependencies(facts: &Facts) -> BTreeSet<String> {
    let node = facts.dependencies.iter().filter(|dependency| dependency.ecosystem == "node");
    node.map(|dependency| dependency.package.clone()).collect()
}

/// Commands that do the same: the tool, what it does, the lockfile, and whether packages go unpinned.
type Alike = (String, String, Option<Link<Lockfile>>, bool);

/// A project as commands see it: the tool, the lockfile, the directory.
type Project = (String, Option<Link<Lockfile>>, Option<String>);

/// What has happened so far in one job.
#[derive(Default)]
struct Job {
    key: (String, String),
    proved: BTreeSet<Project>,
    first: BTreeMap<Alike, Link<Step>>,
    node_installed: bool,
}

impl Job {
    fn make_strict(&self, step: &mut Step) {
        let in_ci = step.surface != "dockerfile";
        if in_ci && step.lock_use.known().is_some_and(|word| word == "may-rewrite") {
            step.lock_use.state = crate::value::State::Known("proves".to_owned());
        }
    }

    fn step(&mut self, link: Link<Step>, step: &mut Step, named: &BTreeSet<String>) {
        let Some(word) = step.lock_use.known().cloned() else { return };
        let project = (step.tool.clone(), step.lockfile, step.directory.known().cloned());
        match word.as_str() {
            "proves" if !step.optional => {
                self.proved.insert(project);
            }
            "rewrites" => {
                self.proved.remove(&project);
            }
            "may-rewrite" => {
                let by_lock = |(tool, lockfile, _): &Project| {
                    *tool == step.tool && lockfile.is_some() && *lockfile == step.lockfile
                };
                step.proved_before = self.proved.contains(&project) || self.proved.iter().any(by_lock);
            }
            _ => {}
        }
        if step.tool == "npx" {
            step.unpinned.retain(|package| !self.node_installed && !named.contains(package));
        }
        self.node_installed |= NODE.contains(&step.tool.as_str()) && step.unpinned.is_empty();
        if step.remote_script || step.proved_before {
            return;
        }
        let kind = (step.tool.clone(), word, step.lockfile, step.unpinned.is_empty());
        step.repeats = self.first.get(&kind).copied();
        self.first.entry(kind).or_insert(link);
    }
}

/// Manifests and lockfiles by directory.
struct Index {
    manifests: BTreeMap<(String, String), Vec<Link<Manifest>>>,
    lockfiles: BTreeMap<(String, String), Link<Lockfile>>,
}

impl Index {
    fn of(facts: &Facts) -> Self {
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
        Self { manifests, lockfiles }
    }

    /// The lockfile of a step's tool that governs its directory. Where no project lies there or
    /// above, the command means one below: then the first lockfile below stands for them.
    fn lockfile(&self, facts: &Facts, step: &Step) -> Option<Link<Lockfile>> {
        let (_, tools, format) = TOOLS.iter().find(|(tool, ..)| *tool == step.tool)?;
        if step.lock_use.known().is_some_and(|word| word == "installs" || word == "none") {
            return None;
        }
        let directory = step.directory.known()?;
        for above in path::ancestors(directory) {
            let own = tools.iter().find_map(|tool| self.lockfiles.get(&((*tool).to_owned(), above.to_owned())));
            if let Some(own) = own {
                return Some(*own);
            }
            if let Some(manifests) = self.manifests.get(&((*format).to_owned(), above.to_owned())) {
                let mut answering = manifests.iter().flat_map(|manifest| &facts[*manifest].lockfiles);
                return answering.find(|lockfile| tools.contains(&facts[**lockfile].tool.as_str())).copied();
            }
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
}
