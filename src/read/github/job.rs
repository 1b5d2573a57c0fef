//! One job of a workflow, or the steps of a composite action.

use std::collections::BTreeMap;

use super::expression::Lookup;
use super::when::{Runs, When, may_be_left_out, may_fail, named_steps};
use super::{DEEPEST, MOST, READER, Reading, Trigger, directory};
use crate::facts::{Image, Runner, Step, Toolchain};
use crate::lock_use::{Call, WORKFLOW};
use crate::path;
use crate::read::{is_plain, unread};
use crate::steps::{Job, Purpose, Script};
use crate::syntax::Node;
use crate::syntax::places::Places;
use crate::value::Value;

/// Tools for which a job can do without any project: it runs a script, or a program that is installed by name.
const LIBRARIES: &[&str] = &["python", "node", "ruby"];

/// Environments that stand for something that is deployed.
const DEPLOYED: &[&str] = &["prod", "production", "staging", "release", "pypi", "npm", "live"];

/// A job while it is read.
pub(super) struct Frame<'d> {
    /// Its key in the workflow.
    pub(super) name: String,
    /// Where its expressions are looked up.
    pub(super) lookup: Lookup<'d>,
    /// Whether its name or settings say that it may differ from the others.
    pub(super) differs: bool,
    /// Whether it runs for other repositories too.
    pub(super) is_called: bool,
    /// The directory its settings point at, from the root; empty for the root.
    pub(super) scope: String,
    /// Its steps so far.
    pub(super) job: Job,
    /// In what its runs differ.
    runs: Runs<'d>,
    /// `defaults.run`, the job's own first.
    pub(super) defaults: Vec<Node<'d>>,
    /// Labels of the machines that it asks for.
    machines: Vec<String>,
    /// Directories into which something else was checked out; empty for the root.
    foreign: Vec<String>,
    /// The directory into which the repository was checked out, when that is not the one its commands start in.
    pub(super) within: Option<String>,
    /// Whether it takes the files of a repository.
    pub(super) checks_out: bool,
    /// Whether it uses an action that does more than that.
    pub(super) acts: bool,
}

impl Frame<'_> {
    /// Notes the checkout of another repository or revision.
    pub(super) fn check_out(&mut self, with: Option<Node<'_>>) {
        let is_first = !std::mem::replace(&mut self.checks_out, true);
        let input = |name: &str| with.and_then(|with| with.get(name)).and_then(Node::scalar);
        let is_own = input("repository").is_none_or(|name| name.contains("github.repository"));
        let place = path::join("", input("path").unwrap_or("")).unwrap_or_default();
        if is_own && is_first && !place.is_empty() && input("ref").is_none() {
            self.within = Some(place);
            return;
        }
        // Once more in a directory of its own, it is often another revision.
        if !is_own || !place.is_empty() {
            self.differs |= place.is_empty();
            self.foreign.push(place);
        }
    }

    /// Whether nothing of its machine matters: it runs no command of weight, and no action on the files of the repository.
    fn is_idle(&self) -> bool {
        let uses_files = self.checks_out && self.acts;
        !self.job.works() && !uses_files
    }

    /// Whether all machines that it asks for run Windows. Where some do, a script is written for both.
    fn is_on_windows(&self) -> bool {
        let is_windows = |label: &String| label.to_ascii_lowercase().starts_with("windows");
        !self.machines.is_empty() && self.machines.iter().all(is_windows)
    }

    /// Whether a path belongs to another repository or revision.
    pub(super) fn is_foreign(&self, path: &str) -> bool {
        self.foreign.iter().any(|place| path::is_below(path, place))
    }
}

impl<'d> Reading<'_, '_, 'd> {
    /// Reads a job.
    pub(super) fn job(&mut self, name: &str, node: Node<'d>, trigger: &Trigger<'d>) {
        let root = self.root;
        let runs = Runs::of(node, trigger);
        if runs.when(node.get("if")).never {
            return;
        }
        let environments: Vec<_> = [node.get("env"), root.get("env")].into_iter().flatten().collect();
        let inputs = ["workflow_call", "workflow_dispatch"];
        let lookup = Lookup {
            matrix: node.at(&["strategy", "matrix"]),
            environments: environments.clone(),
            inputs: inputs.iter().filter_map(|event| root.at(&["on", event, "inputs"])).collect(),
        };
        let mut job = Job::new(self.file.path, "workflow", name, true).triggered(trigger.word);
        job.runs_for(trigger.purpose);
        if let Some(title) = node.get("name").and_then(Node::scalar) {
            job.is_named(title);
        }
        if deploys(node.get("environment")) {
            job.runs_for(Purpose::Release);
        }
        for (name, value) in environments.iter().rev().flat_map(|map| variables(*map)) {
            job.set(&name, &value);
        }
        let defaults: Vec<_> = [node, root].iter().filter_map(|node| node.at(&["defaults", "run"])).collect();
        let may_fail = node.get("continue-on-error").is_some_and(|node| node.bool() != Some(false));
        let mut frame = Frame {
            name: name.to_owned(),
            differs: may_fail || job.purpose() == Purpose::Compat || named_after_versions(name),
            is_called: trigger.only_called,
            scope: String::new(),
            lookup,
            job,
            runs,
            defaults,
            machines: Vec::new(),
            foreign: Vec::new(),
            within: None,
            checks_out: false,
            acts: node.get("uses").is_some(),
        };
        frame.scope = directory::scope(&frame, node);
        let first_runner = self.output.facts.runners.len();
        let first_toolchain = self.output.facts.toolchains.len();
        self.runners(&mut frame, node);
        self.containers(&frame, node);
        if let Some(uses) = node.get("uses") {
            self.action(uses);
            self.called(&mut frame, uses);
            self.versions(&frame, uses, node.get("with"));
        }
        self.steps(&mut frame, node.get("steps"), 0);
        for runner in &mut self.output.facts.runners[first_runner..] {
            frame.job.purpose().word().clone_into(&mut runner.purpose);
            runner.idle = node.get("steps").is_some_and(|steps| steps.items().next().is_some()) && frame.is_idle();
        }
        self.differing(first_toolchain);
        let machine = Value::one_of(frame.machines, None);
        let works = frame.job.works();
        let mut steps = frame.job.finish();
        for step in &mut steps {
            step.machine = machine.clone();
        }
        // A recipe may run tests, other than one that somebody starts by hand.
        let may_test = |step: &Step| step.checks == "test" || (step.call.is_some() && trigger.word == "change");
        let tests = node.get("uses").is_some() || steps.iter().any(may_test);
        let is_unseen = node.get("uses").is_some() || !works;
        let works_on_project = is_unseen || steps.iter().any(|step| step.works_on_project());
        // Hooks of pre-commit bring their own.
        let lints = steps.iter().any(|step| step.checks == "lint" && !step.command.starts_with("pre-commit"));
        for toolchain in &mut self.output.facts.toolchains[first_toolchain..] {
            toolchain.untested = !tests;
            // Linters of Python read the code as the Python that they run in does.
            let is_read = toolchain.tool == "python" && lints;
            toolchain.apart = !works_on_project && !is_read && LIBRARIES.contains(&toolchain.tool.as_str());
        }
        if let Some(directory) = directory::common_directory(&steps) {
            for toolchain in &mut self.output.facts.toolchains[first_toolchain..] {
                directory.clone_into(&mut toolchain.scope);
            }
        }
        self.output.facts.steps.extend(steps);
    }

    /// Notes the workflow of the repository that a job runs.
    fn called(&self, frame: &mut Frame<'d>, uses: Node<'d>) {
        if let Some(path) = uses.scalar().and_then(|text| text.strip_prefix("./")) {
            let call = Call { runner: WORKFLOW, names: vec![path.to_owned()], directory: String::new(), file: None };
            frame.job.after(call, "", uses.span());
        }
    }

    /// A job that sets a tool up more than once runs in several versions of it on purpose.
    fn differing(&mut self, first: usize) {
        let own = &mut self.output.facts.toolchains[first..];
        // The container is what the job starts from, not a version that it chooses beside others.
        let chosen = |fact: &&Toolchain| {
            matches!(fact.role.as_str(), "select" | "delegate") && fact.surface != "container"
        };
        let mut tools: Vec<String> = own.iter().filter(chosen).map(|fact| fact.tool.clone()).collect();
        tools.sort();
        let twice: Vec<String> = tools.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0].clone()).collect();
        for fact in own.iter_mut().filter(|fact| twice.contains(&fact.tool)) {
            fact.enumerated = true;
        }
    }

    /// Reads the definition of an action: composite steps, or the image it runs in.
    pub(super) fn composite(&mut self, root: Node<'d>) {
        let Some(runs) = root.get("runs") else { return };
        if let Some(image) = runs.get("image")
            && let Some(text) = image.text().and_then(|text| text.strip_prefix("docker://"))
        {
            let header = self.file.part("image", image.span());
            self.output.facts.add(Image::named(header, "tool", text, image.inner_span()));
        }
        let mut frame = Frame {
            name: String::new(),
            lookup: Lookup { inputs: root.get("inputs").into_iter().collect(), ..Lookup::default() },
            differs: false,
            is_called: true,
            scope: String::new(),
            job: Job::new(self.file.path, "composite-action", "", true),
            runs: Runs { steps: named_steps(runs.get("steps"), 0), ..Runs::default() },
            defaults: Vec::new(),
            machines: Vec::new(),
            foreign: Vec::new(),
            within: None,
            checks_out: false,
            acts: false,
        };
        self.steps(&mut frame, runs.get("steps"), 0);
        self.output.facts.steps.extend(frame.job.finish());
    }

    fn runners(&mut self, frame: &mut Frame<'d>, node: Node<'d>) {
        let Some(runs_on) = node.get("runs-on") else { return };
        let labels = runs_on.get("labels").unwrap_or(runs_on);
        let labels: Vec<Node<'d>> = if labels.is_list() { labels.items().collect() } else { vec![labels] };
        let mut seen = Vec::new();
        for label in labels.into_iter().take(MOST) {
            for stated in frame.lookup.values(label).unwrap_or_default() {
                if !frame.machines.contains(&stated.text) {
                    frame.machines.push(stated.text.clone());
                }
                if seen.contains(&stated.text) {
                    continue;
                }
                let is_told = |known: &Runner| known.label.known() == Some(&stated.text) && !known.idle;
                if self.output.facts.runners.iter().any(is_told) {
                    continue;
                }
                let header = self.file.part(&format!("{}: {}", frame.name, stated.text), stated.place());
                self.output.facts.add(Runner::labelled(header, &frame.name, &stated.text, stated.place()));
                seen.push(stated.text);
            }
        }
    }

    fn containers(&mut self, frame: &Frame<'d>, node: Node<'d>) {
        if let Some(container) = node.get("container") {
            self.image(frame, "job", "container", container.get("image").unwrap_or(container));
        }
        for entry in node.get("services").into_iter().flat_map(Node::entries).take(MOST) {
            if let (Some(name), Some(image)) = (entry.key.scalar(), entry.value.get("image")) {
                self.image(frame, "service", name, image);
            }
        }
    }

    fn image(&mut self, frame: &Frame<'d>, role: &str, name: &str, node: Node<'d>) {
        match frame.lookup.values(node) {
            Ok(values) => {
                for stated in values.iter().filter(|stated| !stated.text.is_empty()) {
                    let more = if values.len() > 1 { format!(" {}", stated.text) } else { String::new() };
                    let header = self.file.part(&format!("{}: {name}{more}", frame.name), stated.place());
                    let enumerated = values.len() > 1 || stated.enumerated;
                    self.output.facts.add(Image { enumerated, ..Image::named(header, role, &stated.text, stated.place()) });
                    if role == "job" {
                        self.runtime_of(frame, stated);
                    }
                }
            }
            Err(reason) if node.scalar().is_some() => {
                let header = self.file.part(&format!("{}: {name}", frame.name), node.span());
                self.output.facts.add(Image::unresolved(header, role, &reason, node.span()));
            }
            Err(_) => {}
        }
    }

    /// Reads the steps of a list; those that run beside each other stand in a list of their own.
    fn steps(&mut self, frame: &mut Frame<'d>, steps: Option<Node<'d>>, depth: usize) {
        for step in steps.into_iter().flat_map(Node::items).take(MOST) {
            if let Some(nested) = step.get("parallel").filter(|nested| nested.is_list() && depth < DEEPEST) {
                self.steps(frame, Some(nested), depth + 1);
                continue;
            }
            let when = frame.runs.when(step.get("if"));
            if when.never {
                continue;
            }
            let own: Vec<_> = step.get("env").into_iter().collect();
            frame.lookup.environments.splice(0..0, own.iter().copied());
            if let Some(uses) = step.get("uses") {
                self.uses(frame, step, uses, when);
            }
            if let Some(run) = step.get("run") {
                self.run(frame, step, run, when);
            }
            frame.lookup.environments.drain(..own.len());
        }
    }

    /// Reads a script of a step.
    pub(super) fn run(&mut self, frame: &mut Frame<'d>, step: Node<'d>, run: Node<'d>, when: When) {
        let Some(text) = run.text() else { return };
        match shell(frame, step, text) {
            Shell::Read => {}
            Shell::Foreign(name) => return unread(self.file, &READER, self.output, name, run.span()),
            Shell::Language => return,
        }
        let places = Places::of(run);
        let among = directory::among(frame, step);
        let expressions = frame.lookup.written_in(&[text, among.as_deref().unwrap_or("")].join("\n"));
        let script = Script {
            text,
            places: &places,
            directory: directory::directory(frame, step),
            among,
            environment: step.get("env").map(variables).unwrap_or_default(),
            tried: when.tried,
            aside: when.aside,
            optional: may_be_left_out(step, when),
            condition: step.get("if").and_then(Node::scalar).filter(|_| !may_fail(step)).map(ToOwned::to_owned),
            expressions,
            inside: None,
        };
        if let Err(reason) = frame.job.run(&script) {
            self.output.problem(self.file, &READER, "script", reason.to_owned(), run.span());
        }
    }
}

/// What a step's commands are for.
enum Shell {
    /// A shell that is read, or one that takes these words for the same commands.
    Read,
    /// Another shell.
    Foreign(&'static str),
    /// A language that is no shell, or what only the run tells.
    Language,
}

/// Windows runs PowerShell unless told otherwise, in which plain words mean the same.
fn shell(frame: &Frame<'_>, step: Node<'_>, text: &str) -> Shell {
    let stated = step.get("shell").or_else(|| frame.defaults.iter().find_map(|defaults| defaults.get("shell")));
    match stated.and_then(Node::scalar) {
        Some(shell) => match shell.split_whitespace().next() {
            Some("bash" | "sh" | "/bin/bash" | "/bin/sh") => Shell::Read,
            Some("pwsh" | "powershell") => Shell::Foreign("PowerShell"),
            Some("cmd") => Shell::Foreign("cmd"),
            _ => Shell::Language,
        },
        None if !frame.is_on_windows() || is_plain(text) => Shell::Read,
        None => Shell::Foreign("PowerShell"),
    }
}

/// The variables of a map. One that depends on an expression counts as set, to whatever it is.
fn variables(map: Node<'_>) -> BTreeMap<String, String> {
    let text = |node: Node<'_>| node.scalar().map(ToOwned::to_owned);
    map.entries().into_iter().take(MOST).filter_map(|entry| Some((text(entry.key)?, text(entry.value)?))).collect()
}

fn deploys(environment: Option<Node<'_>>) -> bool {
    let name = environment.and_then(|node| node.get("name").unwrap_or(node).scalar()).unwrap_or("");
    let lower = name.to_ascii_lowercase();
    lower.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| DEPLOYED.contains(&word))
}

/// Jobs that document or compare versions are meant to differ.
fn named_after_versions(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| matches!(word, "docs" | "doc" | "compat" | "minimal"))
}
