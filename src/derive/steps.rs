//! Joins commands with the lockfiles they work on, and tells which of them an earlier command
//! of the same job has proved.

use std::collections::{BTreeMap, BTreeSet};

use super::recipes::{self, Recipes};
use super::{changes, hold, tasks};
use crate::discover::Listing;
use crate::facts::{Facts, Link, Lockfile, Manifest, Step};
use crate::lock_use;
use crate::path;
use crate::source::Span;
use crate::value::{State, Value};

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

/// Commands that fill a project's own `node_modules`, from which `npx` then runs.
const NODE: &[&str] = &["npm", "yarn", "pnpm", "bun"];

/// Links every step to its lockfile and follows each job in order.
pub(super) fn follow(facts: &mut Facts, files: &Listing) {
    let recipes = Recipes::of(facts);
    recipes.reach(facts);
    forget_strangers(facts, files);
    let index = Index::of(facts);
    let lockfiles: Vec<Option<Link<Lockfile>>> =
        facts.steps.iter().map(|step| index.listed(step).or_else(|| index.lockfile(facts, step))).collect();
    for (step, lockfile) in facts.steps.iter_mut().zip(lockfiles) {
        step.lockfile = lockfile;
    }
    let read: BTreeSet<String> = facts.lockfiles.iter().map(|lockfile| lockfile.tool.clone()).collect();
    for link in facts.links::<Step>() {
        let step = &facts[link];
        let known = step.lockfile.map(|lockfile| facts[lockfile].header.path.to_string());
        let is_read = read.contains(&step.tool) || (step.tool == "pip" && !read.is_empty());
        let found = known.or_else(|| if is_read { None } else { by_name(step, files) });
        if let Some(path) = found {
            facts[link].lock_path = Value::derived(path);
        }
    }
    hold::hold_in_ci(facts, &recipes);
    changes::prove(facts, &recipes);
    let actions = actions(facts);
    let named = node_dependencies(facts);
    let mut job = Job::default();
    let mut followed = BTreeSet::new();
    for link in facts.links::<Step>() {
        let step = &facts[link];
        if recipes::is_recipe(step) {
            continue;
        }
        let key = (step.header.path.to_string(), step.job.clone());
        if job.key != key {
            job = Job { key, ..Job::default() };
        }
        if let Some(inside) = step.call.as_ref().and_then(|call| actions.get(&call.directory)) {
            for inner in inside {
                job.action(*inner, &mut facts[*inner]);
            }
            continue;
        }
        job.step(link, &mut facts[link], &named);
        if facts[link].call.is_some() {
            for inner in recipes.expand(facts, link) {
                job.inner(inner, &mut facts[inner], &named, followed.insert(inner));
            }
        }
    }
    hold::keep_locked(facts);
    hold::prove_beside(facts);
    check(facts);
    tasks::compare(facts);
    recipes::drop_unjudged(facts);
    gather(facts);
    ask(facts);
}

/// Notes the command of a job for which the lockfile of a project has to be there.
fn ask(facts: &mut Facts) {
    let mut written: BTreeSet<(&str, &str, &str)> = BTreeSet::new();
    let mut asked = Vec::new();
    for (link, step) in facts.all::<Step>() {
        let (Some(word), Some(directory)) = (step.lock_use.known(), step.directory.known()) else { continue };
        let project = (step.header.path.as_ref(), step.tool.as_str(), directory.as_str());
        if matches!(word.as_str(), "rewrites" | "may-rewrite") {
            written.insert(project);
        }
        if !step.conditional
            && step.lock_path.known().is_none()
            && needs_lock(step, word)
            && !written.contains(&project)
        {
            let is_own =
                |manifest: &Manifest| path::directory(&manifest.header.path) == directory && has_format(step, manifest);
            let found = facts.all::<Manifest>().find(|(_, manifest)| is_own(manifest) && manifest.lockfiles.is_empty());
            asked.extend(found.map(|(manifest, _)| (manifest, link)));
        }
    }
    for (manifest, step) in asked {
        let tool = facts[step].tool.clone();
        let manifest = &mut facts[manifest];
        manifest.lock_asked_by.get_or_insert(step);
        if manifest.lock_tool.known().is_none() {
            manifest.lock_tool = Value::derived(tool);
        }
    }
}

/// Whether a command stops where there is no lockfile, by the manuals of the tools (2026-11).
fn needs_lock(step: &Step, word: &str) -> bool {
    match step.tool.as_str() {
        "npm" | "cargo" | "bundler" => word == "proves",
        "uv" | "pipenv" => word == "proves" || word == "uses",
        "pdm" => word == "uses",
        "pnpm" | "bun" => word == "proves" && step.command.contains("--frozen-lockfile"),
        _ => false,
    }
}

fn has_format(step: &Step, manifest: &Manifest) -> bool {
    TOOLS.iter().any(|(tool, _, format)| *tool == step.tool && *format == manifest.format)
}

/// Notes at the first of commands that do the same which others there are.
fn gather(facts: &mut Facts) {
    let repeats: Vec<_> = facts.all::<Step>().filter_map(|(link, step)| Some((step.repeats?, link))).collect();
    for (first, link) in repeats {
        facts[first].repeated_by.push(link);
    }
}

/// Notes for each lockfile a command that checks it whenever something changes.
fn check(facts: &mut Facts) {
    let runs = |step: &Step, use_of_lock: &str| {
        let does = step.lock_use.known().is_some_and(|word| word == use_of_lock);
        does && step.trigger == "change" && !step.shadow && (!recipes::is_recipe(step) || step.reached_by.is_some())
    };
    let of_lock = |link: Link<Step>, step: &Step| Some((step.lockfile?, link));
    let steps = || facts.all::<Step>();
    let proofs: Vec<_> = steps()
        .filter(|(_, step)| runs(step, "proves") && !step.optional)
        .filter_map(|(link, step)| of_lock(link, step))
        .collect();
    let mends: Vec<_> =
        steps().filter(|(_, step)| runs(step, "may-rewrite")).filter_map(|(link, step)| of_lock(link, step)).collect();
    for (lockfile, step) in proofs {
        facts[lockfile].checked_by.get_or_insert(step);
    }
    for (lockfile, step) in mends {
        facts[lockfile].mended_by.get_or_insert(step);
    }
    let unseen = facts.actions.iter().find(|action| action.action.contains("/.github/workflows/"));
    let unseen = unseen.map(|action| format!("`{}` runs what is not seen here", action.uses));
    let unseen = unseen.or_else(|| {
        let hook = facts.hooks.iter().find(|hook| LOCK_HOOKS.iter().any(|name| hook.repository.contains(name)));
        hook.map(|hook| format!("hooks of `{}` may check it", hook.repository))
    });
    let unseen = unseen.or_else(|| own_check(facts));
    let has_ci = facts.steps.iter().any(Step::is_in_ci);
    for lockfile in facts.lockfiles.iter_mut().filter(|_| has_ci) {
        lockfile.checked = match (&lockfile.checked_by, &unseen) {
            (Some(_), _) => Value::derived(true),
            (None, Some(reason)) => Value::unknown(reason.clone(), None),
            (None, None) => Value::derived(false),
        };
    }
}

/// A run of this very check, which fails for a lockfile that is out of step.
fn own_check(facts: &Facts) -> Option<String> {
    let name = env!("CARGO_PKG_NAME");
    let action = facts.actions.iter().find(|action| action.action.split('/').nth(1) == Some(name));
    let command = format!("{name} check");
    let step = facts.steps.iter().find(|step| step.command.starts_with(&command));
    let run = action.map(|action| action.uses.clone()).or_else(|| step.map(|step| step.command.clone()));
    run.map(|run| format!("`{run}` checks it"))
}

/// What a job unpacks or checks out while it runs holds another project: no lockfile of the repository governs it.
fn forget_strangers(facts: &mut Facts, files: &Listing) {
    for step in facts.steps.iter_mut().filter(|step| step.surface != "dockerfile") {
        let made = step.directory.known().filter(|directory| !directory.is_empty() && !files.has_directory(directory));
        if let Some(made) = made {
            step.directory = Value::unknown(format!("{made} is made when it runs"), step.directory.span);
        }
    }
}

/// Repositories of hooks that check lockfiles.
const LOCK_HOOKS: &[&str] = &["uv-pre-commit", "python-poetry/poetry", "pdm-project/pdm", "pre-commit-terraform"];

/// The lockfile that governs a step's directory, by the names of files alone.
fn by_name(step: &Step, files: &Listing) -> Option<String> {
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

/// The commands of the repository's own actions, by the directory of the action.
fn actions(facts: &Facts) -> BTreeMap<String, Vec<Link<Step>>> {
    let mut actions: BTreeMap<String, Vec<Link<Step>>> = BTreeMap::new();
    for (link, step) in facts.all::<Step>().filter(|(_, step)| step.surface == "composite-action") {
        actions.entry(path::directory(&step.header.path).to_owned()).or_default().push(link);
    }
    actions
}

/// Names that package.json files ask for, and those that lockfiles bring beside them.
fn node_dependencies(facts: &Facts) -> BTreeSet<String> {
    let asked = facts.dependencies.iter().filter(|dependency| dependency.ecosystem == "node");
    let locked = facts.locked_packages.iter().filter(|package| package.contents.ecosystem == "node");
    let asked = asked.map(|dependency| dependency.package.clone());
    asked.chain(locked.map(|package| package.contents.package.to_string())).collect()
}

/// Commands that do the same: the tool, what it does, the lockfile, whether packages go unpinned, whether it builds what is released.
type Alike = (String, String, Option<String>, bool, bool);

/// A project as commands see it: the tool, the lockfile, the directory.
type Project = (String, Option<String>, Option<String>);

/// What has happened so far in one job.
#[derive(Default)]
struct Job {
    key: (String, String),
    proved: BTreeSet<Project>,
    first: BTreeMap<Alike, Link<Step>>,
    node_installed: bool,
    /// Words of commands that install packages of the Node world for the whole machine: among them their names.
    on_machine: BTreeSet<String>,
    /// The environments that a lockfile was installed into: by tool and directory, with the command and its place.
    environments: BTreeMap<(String, Option<String>), (Link<Step>, Span)>,
    /// Lockfiles that were installed, with the tool that did it.
    installed: BTreeSet<(String, String)>,
    /// Whether an environment of a directory is the one that is used.
    activated: bool,
    /// The command before this one: its place and tool.
    before: Option<(Span, String)>,
}

impl Job {
    /// A command of an action that the job runs: it is judged in the action, and counts here for what follows.
    fn action(&mut self, link: Link<Step>, step: &mut Step) {
        let Some(word) = step.lock_use.known().cloned() else { return };
        let project = (step.tool.clone(), step.lock_path.known().cloned(), step.directory.known().cloned());
        if word == "proves" && !step.optional {
            self.proved.insert(project);
        }
        self.install(link, step, &word);
        self.node_installed |= NODE.contains(&step.tool.as_str()) && step.unpinned.is_empty();
    }

    /// A command of a recipe that the job runs. It is proved only where every job that runs it has proved it.
    fn inner(&mut self, link: Link<Step>, step: &mut Step, named: &BTreeSet<String>, is_first: bool) {
        if is_first {
            return self.step(link, step, named);
        }
        let (before, unpinned, repeats) = (step.proved_before, step.unpinned.clone(), step.repeats);
        self.step(link, step, named);
        step.proved_before &= before;
        step.unpinned = unpinned;
        step.repeats = repeats;
    }

    fn step(&mut self, link: Link<Step>, step: &mut Step, named: &BTreeSet<String>) {
        let Some(word) = step.lock_use.known().cloned() else { return };
        let lock = step.lock_path.known().cloned();
        let project = (step.tool.clone(), lock.clone(), step.directory.known().cloned());
        match word.as_str() {
            "proves" if !step.optional => {
                self.proved.insert(project);
            }
            "rewrites" => {
                self.proved.remove(&project);
            }
            "may-rewrite" => {
                let by_lock =
                    |(tool, lockfile, _): &Project| *tool == step.tool && lockfile.is_some() && *lockfile == lock;
                step.proved_before = self.proved.contains(&project) || self.proved.iter().any(by_lock);
            }
            _ => {}
        }
        self.environment(link, step, &word);
        let word = step.lock_use.known().cloned().unwrap_or(word);
        if step.tool == "npx" {
            let is_there = |package: &str| named.contains(package) || self.on_machine.contains(package);
            step.unpinned.retain(|program| !self.node_installed && !is_there(lock_use::package_of(program)));
        } else if step.global && NODE.contains(&step.tool.as_str()) {
            self.on_machine.extend(step.command.split(' ').map(|word| lock_use::without_version(word).to_owned()));
        }
        self.node_installed |= NODE.contains(&step.tool.as_str()) && step.unpinned.is_empty();
        if step.remote_script || step.proved_before || step.conditional {
            return;
        }
        let kind = (step.tool.clone(), word, lock, step.unpinned.is_empty(), step.command.contains("--release"));
        step.repeats = self.first.get(&kind).copied();
        self.first.entry(kind).or_insert(link);
    }
}

impl Job {
    /// Notes what installs a lockfile, and what is put over it: by name, or the project itself, which leaves alone what fits.
    fn environment(&mut self, link: Link<Step>, step: &mut Step, word: &str) {
        self.activated |= step.command.contains("bin/activate");
        if word == "installs" && !step.global && !step.tried {
            let owner = self.owner(step);
            // The command that runs this one is no earlier one.
            let place = step.header.span;
            let known = self.environments.get(&(owner, step.directory.known().cloned()));
            step.over = known.filter(|(_, span)| *span != place).map(|(link, _)| *link);
        } else if word == "ignores" && step.tool == "pip" && self.holds(step) {
            step.lock_use.state = State::Known("none".to_owned());
        }
        self.install(link, step, word);
        self.before = Some((step.header.span, step.tool.clone()));
    }

    /// Notes what installs a lockfile.
    fn install(&mut self, link: Link<Step>, step: &Step, word: &str) {
        let Some(lock) = step.lock_path.known().filter(|_| matches!(word, "proves" | "uses" | "may-rewrite")) else {
            return;
        };
        self.installed.insert((step.tool.clone(), lock.clone()));
        if ENVIRONMENTS.contains(&step.tool.as_str()) {
            let key = (step.tool.clone(), step.directory.known().cloned());
            self.environments.entry(key).or_insert((link, step.header.span));
        }
    }

    /// Whether the environment that pip installs into holds what a lockfile says already.
    fn holds(&self, step: &Step) -> bool {
        let owner = self.owner(step);
        let lock = step.lock_path.known();
        let is_it = |(tool, installed): &(String, String)| match tool.as_str() {
            "pip" => owner == "pip" && step.directory.known().is_some_and(|own| own == path::directory(installed)),
            tool => (tool == owner || self.activated) && Some(installed) == lock,
        };
        let changes = ["--upgrade", "-U", "--force-reinstall", "--reinstall", "--pre"];
        !step.command.split(' ').any(|word| changes.contains(&word)) && self.installed.iter().any(is_it)
    }

    /// The tool whose environment a command installs into: pip's is that of the tool that runs it.
    fn owner(&self, step: &Step) -> String {
        match (&self.before, step.tool.as_str()) {
            (_, "pip") if step.command.starts_with("uv ") => "uv".to_owned(),
            (Some((span, runner)), "pip") if *span == step.header.span => runner.clone(),
            (_, tool) => tool.to_owned(),
        }
    }
}

/// Tools that install their lockfile into an environment of the project.
const ENVIRONMENTS: &[&str] = &["uv", "poetry", "pdm", "pipenv", "npm", "yarn", "pnpm", "bun"];

/// Manifests and lockfiles by directory.
struct Index {
    manifests: BTreeMap<(String, String), Vec<Link<Manifest>>>,
    lockfiles: BTreeMap<(String, String), Link<Lockfile>>,
    by_path: BTreeMap<String, Link<Lockfile>>,
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
        let by_path =
            facts.all::<Lockfile>().map(|(link, lockfile)| (lockfile.header.path.to_string(), link)).collect();
        Self { manifests, lockfiles, by_path }
    }

    /// The lockfile that a step names as a list of requirements.
    fn listed(&self, step: &Step) -> Option<Link<Lockfile>> {
        let directory = step.directory.known()?;
        step.files.iter().find_map(|file| self.by_path.get(&path::join(directory, file)?).copied())
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

    /// The lockfile of a directory that a Dockerfile works in when it is built from a directory above its own.
    fn above_dockerfile(&self, step: &Step, directory: &str, tools: &[&str]) -> Option<Link<Lockfile>> {
        let own = path::directory(&step.header.path);
        let below = directory.strip_prefix(own)?.trim_start_matches('/');
        path::ancestors(own).skip(1).filter_map(|above| path::join(above, below)).find_map(|place| {
            tools.iter().find_map(|tool| self.lockfiles.get(&((*tool).to_owned(), place.clone())).copied())
        })
    }
}
