//! The commands of a job, image stage or script as steps.
//!
//! A job gathers its scripts in order, because what one command sets or checks holds for
//! those after it. Commands that neither touch packages nor run something from the network
//! make no step.

mod branches;
mod edits;
mod expanded;
mod fetch;
mod noted;
mod place;
mod purpose;
mod puts;
mod remote;
mod script;
mod unwritten;

use std::collections::BTreeMap;
use std::sync::Arc;

use branches::Branches;
use noted::Noted;
pub use purpose::{Purpose, of_name};
pub use script::Script;

use crate::facts::{CandidateEdit, EditName, Header, Step};
use crate::lock_use::{self, Around, Call, Effect, Images, Invocation, LockUse};
use crate::path;
use crate::shell::{self, Command};
use crate::source::Span;
use crate::value::Value;

/// Commands are shown up to this many characters.
const SHOWN: usize = 100;

/// Commands that any machine runs alike: they write a line, set a variable, or ask a service something.
#[rustfmt::skip]
const IDLE: &[&str] = &[
    "echo", "printf", "exit", "true", "false", ":", "test", "[", "[[", "set", "export", "sleep", "local", "read", "date",
    "cat", "grep", "sed", "cut", "tr", "head", "tail", "sort", "uniq", "wc", "basename", "dirname", "gh", "curl", "jq",
];

/// Words in the names of actions that install packages of the project.
const INSTALLING: &[&str] = &["sync", "deps", "dependencies", "requirements", "environment", "venv"];

/// The steps of a job, in order.
#[derive(Debug)]
pub struct Job {
    path: Arc<str>,
    surface: &'static str,
    name: String,
    trigger: &'static str,
    ci: bool,
    /// What its name says it is for.
    named: Purpose,
    /// What it does says it is for.
    purpose: Purpose,
    /// What it is run for: a release, by the event that starts it or by its environment.
    occasion: Purpose,
    /// Whether its name says that it only checks.
    only_checks: bool,
    /// Whether it only tries how something would be released.
    rehearses: bool,
    environment: BTreeMap<String, String>,
    steps: Vec<Step>,
    names: BTreeMap<String, usize>,
    downloads: remote::Downloads,
    whereabouts: puts::Whereabouts,
    commit_recorded: bool,
    commits: bool,
    /// An action that may have installed what the project needs.
    installer: Option<String>,
    /// Manifests that its commands have changed, by name.
    edited: Vec<&'static str>,
    works: bool,
}

impl Job {
    /// A job without steps. `ci` tells whether `CI` is set in it.
    pub fn new(path: &Arc<str>, surface: &'static str, name: &str, ci: bool) -> Self {
        Self {
            path: Arc::clone(path),
            surface,
            name: name.to_owned(),
            trigger: "change",
            ci,
            named: of_name(name),
            purpose: Purpose::Check,
            occasion: Purpose::Check,
            only_checks: purpose::is_check(name),
            rehearses: false,
            environment: BTreeMap::new(),
            steps: Vec::new(),
            names: BTreeMap::new(),
            downloads: remote::Downloads::default(),
            whereabouts: puts::Whereabouts::default(),
            commit_recorded: false,
            commits: false,
            installer: None,
            edited: Vec::new(),
            works: false,
        }
    }

    /// When the job runs.
    #[must_use]
    pub fn triggered(mut self, trigger: &'static str) -> Self {
        self.trigger = trigger;
        self
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Notes something that says what the job is for; the strongest word holds.
    pub fn is_for(&mut self, purpose: Purpose) {
        self.purpose = self.purpose.max(purpose);
    }

    /// Notes what the event that starts the job, or the environment that lends it secrets, says it is for. Tests have them too.
    pub fn runs_for(&mut self, purpose: Purpose) {
        self.occasion = self.occasion.max(purpose);
    }

    /// Notes another name of the job, or of a part of it.
    pub fn is_named(&mut self, name: &str) {
        self.named = self.named.max(of_name(name));
        self.only_checks |= purpose::is_check(name);
    }

    /// Notes what may write down the commit that the job runs for.
    pub fn may_record_commit(&mut self, text: &str) {
        self.commit_recorded |= purpose::names_commit(text);
    }

    /// Notes an action of somebody else; one whose name speaks of packages may install those of the project.
    pub fn uses(&mut self, action: &str) {
        let name = path::file_name(action);
        if name.split(['-', '_']).any(|word| INSTALLING.contains(&word)) {
            self.installer = Some(action.to_owned());
        }
    }

    /// Notes that the job commits what it changes.
    pub fn commits(&mut self) {
        self.commits = true;
    }

    /// Whether it has run a command that does more than to write a line or set a variable.
    pub fn works(&self) -> bool {
        self.works
    }

    /// What the job is for, as far as is known. One that is called after a release, and only tries it, checks.
    pub fn purpose(&self) -> Purpose {
        let named = if self.named == Purpose::Release && self.rehearses { Purpose::Check } else { self.named };
        let occasion = if self.only_checks { Purpose::Check } else { self.occasion };
        named.max(self.purpose).max(occasion)
    }

    /// Sets variables for all scripts that follow.
    pub fn set(&mut self, name: &str, value: &str) {
        self.environment.insert(name.to_owned(), value.to_owned());
    }

    /// Adds the commands of a script.
    ///
    /// # Errors
    /// With a phrase, when the script is not understood.
    pub fn run(&mut self, script: &Script<'_>) -> Result<(), &'static str> {
        let start = script.directory.as_deref().ok().or(script.among.as_deref());
        let commands = shell::parse(script.text, start)?;
        self.may_record_commit(script.text);
        let mut environment = self.environment.clone();
        environment.extend(script.environment.clone());
        self.whereabouts = puts::Whereabouts::default();
        let mut branches = Branches::default();
        for (at, command) in commands.iter().enumerate() {
            let first = self.steps.len();
            self.works |= command.words.first().is_some_and(|word| !IDLE.contains(&word.text.as_str()));
            self.exported(command, &mut environment);
            let mut invocations = lock_use::invocations(command);
            invocations.extend(expanded::handed(script.text, command));
            if let Some(found) = remote::found(&commands, at, &invocations) {
                self.add_remote(script, command, &found);
            }
            for fetched in self.downloads.note(command, &invocations) {
                self.add_download(script, command, fetched);
            }
            for invocation in &invocations {
                if let Some((name, value)) = configured(invocation) {
                    self.set(name, value);
                    environment.insert(name.to_owned(), value.to_owned());
                }
                let noted = Noted::of(&commands, at, invocation, &self.whereabouts);
                self.add(script, command, invocation, noted, &environment);
                self.edited.extend(edits::edited(command, invocation));
            }
            self.whereabouts.note(command);
            branches.note(command, first..self.steps.len());
        }
        branches.settle(&mut self.steps);
        Ok(())
    }

    /// The steps. What the whole job is for is written into each.
    pub fn finish(self) -> Vec<Step> {
        let purpose = self.purpose();
        let mut steps = self.steps;
        for step in steps.iter_mut() {
            // Steps that are left out where the job releases have a purpose already.
            if step.purpose.is_empty() {
                purpose.word().clone_into(&mut step.purpose);
            }
            step.commit_recorded = self.commit_recorded;
            step.committed = self.commits;
        }
        steps
    }

    fn exported(&mut self, command: &Command, environment: &mut BTreeMap<String, String>) {
        let program = command.words.first().map_or("", |word| word.text.as_str());
        let for_the_job = command.writes.iter().any(|word| word.text.contains("GITHUB_ENV"));
        if program != "export" && !(program == "echo" && for_the_job) {
            return;
        }
        for word in &command.words[1..] {
            let Some((name, value)) = word.text.split_once('=') else { continue };
            environment.insert(name.to_owned(), value.to_owned());
            if for_the_job {
                self.set(name, value);
            }
        }
    }

    fn add(
        &mut self,
        script: &Script<'_>,
        command: &Command,
        invocation: &Invocation,
        noted: Noted,
        environment: &BTreeMap<String, String>,
    ) {
        self.rehearses |= noted.rehearses;
        if noted.sends && !script.aside {
            self.is_for(Purpose::Release);
        }
        if purpose::opens_request(invocation) {
            self.is_for(Purpose::Update);
        }
        self.commits |= purpose::commits(invocation);
        let call = expanded::call(invocation, &script.expressions);
        let is_call = call.is_some();
        if let Some(call) = call {
            self.add_call(script, command, invocation, call);
        }
        let mut environment = environment.clone();
        environment.extend(invocation.environment.iter().cloned());
        let mut around = Around { ci: self.ci, environment: &environment };
        around.ci |= around.is_on("CI");
        let Some(effect) = lock_use::effect(invocation, around) else {
            // A recipe is a step of its own already.
            if !noted.is_nothing() && !is_call {
                self.add_other(script, command, invocation, noted);
            }
            return;
        };
        let span = script.places.span(invocation.span.clone());
        let line = invocation.line();
        let mut header = self.header(&line, span);
        if let Some(change) = &effect.change
            && invocation.literal
            && script.places.is_verbatim(&change.place)
        {
            let span = script.places.span(change.place.clone());
            header.edits.extend([CandidateEdit { name: EditName::HoldToLock, span, text: change.text.clone() }]);
        }
        // Other versions for each run of a matrix are tried on purpose.
        let tried = script.tried || invocation.arguments.iter().any(|word| word.text.contains("matrix."));
        let lock_use = match effect.lock_use.filter(|lock_use| !tried || *lock_use != LockUse::Rewrites) {
            Some(LockUse::Ignores) if self.installer.is_some() => {
                let action = self.installer.as_deref().unwrap_or_default();
                Value::unknown(format!("`{action}` may have installed the lockfile before"), Some(span))
            }
            Some(LockUse::MayRewrite) if edits::of_tool(&self.edited, effect.tool).is_some() => {
                let manifest = edits::of_tool(&self.edited, effect.tool).unwrap_or_default();
                Value::unknown(format!("the job changes {manifest} before"), Some(span))
            }
            Some(lock_use) => Value::derived(lock_use.word().to_owned()),
            None => Value::unknown("words that are put in when it runs decide", Some(span)),
        };
        let (directory, among) =
            (place::directory(script, command, &effect, span), place::among(script, command, &effect));
        let closure = closure(&effect, invocation, around, span);
        let swallowed = swallowed(command, &effect, span);
        let exact = if effect.lock_use == Some(LockUse::Installs) { lock_use::exact(invocation, around) } else { None };
        self.steps.push(Step {
            strict_in_ci: effect.strict_in_ci,
            exact,
            lock_use,
            tool: effect.tool.to_owned(),
            unpinned: effect.unpinned,
            directory,
            among,
            global: effect.global,
            swallowed,
            closure,
            tried,
            files: effect.files,
            ..noted.written(self.step(script, command, header, &line))
        });
    }

    /// A command that runs a recipe from elsewhere; where that stands is told by the directory.
    fn add_call(&mut self, script: &Script<'_>, command: &Command, invocation: &Invocation, call: Call) {
        let span = script.places.span(invocation.span.clone());
        let line = invocation.line();
        let header = self.header(&line, span);
        let directory = match &command.directory {
            Some(directory) => Value { span: Some(span), ..Value::derived(directory.clone()) },
            None => Value::unknown("the directory is known only when it runs".to_owned(), Some(span)),
        };
        let step = self.step(script, command, header, &line);
        let checks = lock_use::checks(invocation).to_owned();
        self.steps.push(Step { tool: call.runner.to_owned(), directory, checks, call: Some(call), ..step });
    }

    /// A command that does something of note, and touches no packages.
    fn add_other(&mut self, script: &Script<'_>, command: &Command, invocation: &Invocation, noted: Noted) {
        let span = script.places.span(invocation.span.clone());
        let line = invocation.line();
        let header = self.header(&line, span);
        let directory = command.directory.clone().map_or_else(
            || Value::unknown("the directory is known only when it runs", Some(span)),
            |directory| Value { span: Some(span), ..Value::derived(directory) },
        );
        let step = self.step(script, command, header, &line);
        self.steps.push(Step { directory, ..noted.written(step) });
    }

    fn add_remote(&mut self, script: &Script<'_>, command: &Command, found: &remote::Found) {
        let span = script.places.span(found.span.clone());
        let header = self.header(&found.line, span);
        let step = self.step(script, command, header, &found.line);
        self.steps.push(Step { remote_script: true, ..step });
    }

    fn add_download(&mut self, script: &Script<'_>, command: &Command, fetched: remote::Fetched) {
        let span = script.places.span(command.span.clone());
        let line = format!("{}, then {}", fetched.line, command.line());
        let header = self.header(&line, span);
        let step = self.step(script, command, header, &line);
        self.steps.push(Step { remote_script: true, ..step });
    }

    fn step(&self, script: &Script<'_>, command: &Command, header: Header, line: &str) -> Step {
        Step {
            header,
            surface: self.surface.to_owned(),
            command: shortened(line),
            tool: String::new(),
            lock_use: Value::derived(LockUse::Nothing.word().to_owned()),
            unpinned: Vec::new(),
            checks: String::new(),
            remote_script: false,
            fetches: Value::absent(),
            fetch_level: Value::absent(),
            global: false,
            swallowed: Value::absent(),
            closure: Value::absent(),
            strict_in_ci: false,
            exact: None,
            tried: false,
            releases: false,
            commit_recorded: false,
            directory: Value::absent(),
            job: self.name.clone(),
            trigger: self.trigger.to_owned(),
            purpose: if script.aside { Purpose::Check.word().to_owned() } else { String::new() },
            conditional: command.conditional,
            committed: false,
            proved_before: false,
            proved_beside: false,
            lockfile: None,
            lock_path: Value::absent(),
            repeats: None,
            repeated_by: Vec::new(),
            over: None,
            task: None,
            task_command: Value::absent(),
            machine: Value::absent(),
            optional: script.optional || command.conditional || command.forgiven,
            condition: script.condition.clone().filter(|_| !command.conditional && !command.forgiven),
            forgiven: command.forgiven && !command.conditional,
            adapts: false,
            shadow: false,
            call: None,
            selects: Vec::new(),
            files: Vec::new(),
            images: Images::default(),
            puts: Vec::new(),
            finds_changes: false,
            among: Vec::new(),
            other_lockfiles: Vec::new(),
            reached_by: None,
            left_behind: None,
            sent_out: false,
            inside: script.inside.clone(),
        }
    }

    /// A name that is the step's own in its file.
    fn header(&mut self, line: &str, span: Span) -> Header {
        let line = shortened(line);
        let name = if self.name.is_empty() { line } else { format!("{}: {line}", self.name) };
        let count = self.names.entry(name.clone()).or_default();
        *count += 1;
        let name = if *count == 1 { name } else { format!("{name} ({count})") };
        Header::new(&self.path, format!("{}#{name}", self.path), span)
    }
}

/// A setting that a tool writes for itself, as the variable of the same meaning.
fn configured(invocation: &Invocation) -> Option<(&'static str, &'static str)> {
    if !matches!(invocation.program.as_str(), "bundle" | "bundler") {
        return None;
    }
    let words: Vec<&str> = invocation.arguments.iter().map(|word| word.text.as_str()).collect();
    let strict = words.iter().any(|word| matches!(*word, "frozen" | "deployment"));
    (words.first() == Some(&"config") && strict && !words.contains(&"false")).then_some(("BUNDLE_FROZEN", "1"))
}

/// The version that the shell takes for a file, for commands that install by name: `pip install tox>=4` writes into `=4`.
fn swallowed(command: &Command, effect: &Effect, span: Span) -> Value<String> {
    let is_version =
        |text: &&str| text.strip_prefix('=').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let files = || command.writes.iter().map(|word| word.text.as_str()).find(is_version);
    match files().filter(|_| effect.lock_use == Some(LockUse::Installs)) {
        Some(file) => Value { span: Some(span), ..Value::derived(file.to_owned()) },
        None => Value::absent(),
    }
}

/// Whether what the packages bring with them is fixed too, for commands that install by name.
fn closure(effect: &Effect, invocation: &Invocation, around: Around<'_>, span: Span) -> Value<String> {
    match lock_use::closure(effect, invocation, around) {
        _ if effect.lock_use != Some(LockUse::Installs) => Value::absent(),
        Some(closure) => Value { span: Some(span), ..Value::derived(closure.to_owned()) },
        None => Value::unknown("what it installs is known only when it runs", Some(span)),
    }
}

fn shortened(line: &str) -> String {
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SHOWN {
        return line;
    }
    line.chars().take(SHOWN - 3).chain("...".chars()).collect()
}

#[cfg(test)]
mod tests;
