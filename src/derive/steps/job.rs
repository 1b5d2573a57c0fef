//! What the commands of one job do to its lockfiles and environments, one after another.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{Link, Step};
use crate::lock_use;
use crate::path;
use crate::source::Span;
use crate::value::State;

/// Commands that fill a project's own `node_modules`, from which `npx` then runs.
const NODE: &[&str] = &["npm", "yarn", "pnpm", "bun"];

/// Commands that do the same: the tool, what it does, the lockfile, whether packages go unpinned, whether it builds what is released.
type Alike = (String, String, Option<String>, bool, bool);

/// A project as commands see it: the tool, the lockfile, the directory.
type Project = (String, Option<String>, Option<String>);

/// What has happened so far in one job.
#[derive(Default)]
pub(super) struct Job {
    key: (String, String),
    proved: BTreeSet<Project>,
    /// The same, each under a condition.
    proved_under: BTreeMap<String, BTreeSet<Project>>,
    first: BTreeMap<Alike, Link<Step>>,
    node_installed: bool,
    /// Words of commands that install packages of the Node world for the whole machine: among them their names.
    on_machine: BTreeSet<String>,
    /// The environments that a lockfile was installed into: by tool and directory, with the command and its place.
    environments: BTreeMap<(String, Option<String>), (Link<Step>, Span)>,
    /// Lockfiles that were installed, with the tool that did it.
    installed: BTreeSet<(String, String)>,
    /// Whether pip has installed packages that were built or fetched before: what the project asks for is there.
    wheels: bool,
    /// Whether an environment of a directory is the one that is used.
    activated: bool,
    /// The command before this one: its place and tool.
    before: Option<(Span, String)>,
}

impl Job {
    /// The job of a file with a name.
    pub(super) fn new(key: (String, String)) -> Self {
        Self { key, ..Self::default() }
    }

    /// Whether it is the job of a file with a name.
    pub(super) fn is(&self, key: &(String, String)) -> bool {
        self.key == *key
    }

    /// A command of an action that the job runs: it is judged in the action, and counts here for what follows.
    pub(super) fn action(&mut self, link: Link<Step>, step: &mut Step) {
        let Some(word) = step.lock_use.known().cloned() else { return };
        let project = (step.tool.clone(), step.lock_path.known().cloned(), step.directory.known().cloned());
        if word == "proves" {
            self.prove(step, project);
        }
        self.install(link, step, &word);
        self.node_installed |= NODE.contains(&step.tool.as_str()) && step.unpinned.is_empty();
    }

    /// A command of a recipe that the job runs. It is proved only where every job that runs it has proved it.
    pub(super) fn inner(&mut self, link: Link<Step>, step: &mut Step, named: &BTreeSet<String>, is_first: bool) {
        if is_first {
            return self.step(link, step, named);
        }
        let (before, unpinned, repeats) = (step.proved_before, step.unpinned.clone(), step.repeats);
        self.step(link, step, named);
        step.proved_before &= before;
        step.unpinned = unpinned;
        step.repeats = repeats;
    }

    /// A command of the job itself.
    pub(super) fn step(&mut self, link: Link<Step>, step: &mut Step, named: &BTreeSet<String>) {
        let Some(word) = step.lock_use.known().cloned() else { return };
        let lock = step.lock_path.known().cloned();
        let project = (step.tool.clone(), lock.clone(), step.directory.known().cloned());
        match word.as_str() {
            "proves" => self.prove(step, project),
            "rewrites" => {
                self.proved.remove(&project);
                self.proved_under.clear();
            }
            "may-rewrite" => step.proved_before = self.is_proved(step, &project),
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
    /// Notes a proof. One under a condition holds for what runs under the same one.
    fn prove(&mut self, step: &Step, project: Project) {
        match &step.condition {
            _ if !step.optional => {
                self.proved.insert(project);
            }
            Some(condition) => {
                self.proved_under.entry(condition.clone()).or_default().insert(project);
            }
            None => {}
        }
    }

    fn is_proved(&self, step: &Step, project: &Project) -> bool {
        let by_lock =
            |(tool, lockfile, _): &Project| *tool == step.tool && lockfile.is_some() && *lockfile == project.1;
        let under = step.condition.as_ref().and_then(|condition| self.proved_under.get(condition));
        self.proved.iter().chain(under.into_iter().flatten()).any(|proved| proved == project || by_lock(proved))
    }

    /// Notes what installs a lockfile, and what is put over it: by name, or the project itself, which leaves alone what fits.
    fn environment(&mut self, link: Link<Step>, step: &mut Step, word: &str) {
        self.activated |= step.command.contains("bin/activate");
        if word == "installs" && !step.global && !step.tried {
            let owner = self.owner(step);
            // The command that runs this one is no earlier one.
            let place = step.header.span;
            let known = self.environments.get(&(owner, step.directory.known().cloned()));
            step.over = known.filter(|(_, span)| *span != place).map(|(link, _)| *link);
        } else if word == "ignores" && ((step.tool == "pip" && self.holds(step)) || self.is_tried(step)) {
            step.lock_use.state = State::Known("none".to_owned());
        }
        self.wheels |= step.tool == "pip" && takes_wheels(&step.command);
        self.install(link, step, word);
        self.before = Some((step.header.span, step.tool.clone()));
    }

    /// Notes what installs a lockfile.
    fn install(&mut self, link: Link<Step>, step: &Step, word: &str) {
        let installs = matches!(word, "proves" | "uses" | "may-rewrite") && !step.forgiven;
        let Some(lock) = step.lock_path.known().filter(|_| installs) else { return };
        self.installed.insert((step.tool.clone(), lock.clone()));
        if ENVIRONMENTS.contains(&step.tool.as_str()) {
            let key = (step.tool.clone(), step.directory.known().cloned());
            self.environments.entry(key).or_insert((link, step.header.span));
        }
    }

    /// Whether a command that runs for some values of a matrix installs, without the lockfile, what was installed from it before: it
    /// tries the newest versions on purpose.
    fn is_tried(&self, step: &Step) -> bool {
        let lock = step.lock_path.known();
        step.tried && lock.is_some_and(|lock| self.installed.contains(&(step.tool.clone(), lock.clone())))
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
        let is_there = self.wheels || self.installed.iter().any(is_it);
        is_there && !step.command.split(' ').any(|word| changes.contains(&word))
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

/// Whether a command of pip installs wheels of a directory: by a pattern, or from nowhere else.
fn takes_wheels(command: &str) -> bool {
    let mut words = command.split(' ');
    let is_pattern = |word: &str| word.ends_with("/*") || word.ends_with("*.whl");
    words.clone().any(|word| word == "install") && words.any(|word| is_pattern(word) || word == "--no-index")
}

/// Tools that install their lockfile into an environment of the project.
const ENVIRONMENTS: &[&str] = &["uv", "poetry", "pdm", "pipenv", "npm", "yarn", "pnpm", "bun"];
