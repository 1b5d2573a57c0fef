//! What the build runs: commands, actions, images, machines.

use super::field::Count;
use super::table::fact;
use super::{Header, Link, LockedPackage, Lockfile, Task};
use crate::pin;
use crate::source::Span;
use crate::value::Value;

fact! {
    /// A simple command that a build runs.
    Step {
        /// Where it runs: workflow, composite-action, dockerfile, makefile and so on.
        surface: String,
        /// The command's words as they would be run, quotes removed: `uv sync --locked`.
        command: String,
        /// The tool: uv, pip, npm, cargo, poetry, sam, serverless and so on. Empty for commands that run what they fetch.
        tool: String,
        /// What it does with a lockfile: `proves` (fails when it is stale), `uses` (installs it unchecked), `may-rewrite`, `rewrites` (updates it on purpose), `ignores` (resolves without it), `installs` (adds a package by name), `none`. Unknown when words that are put in at run time decide.
        lock_use: Value<String>,
        /// Packages it names without a version, for commands that install by name.
        unpinned: Vec<String>,
        /// What it checks: lint, test, smoke (tries the built thing out); empty for other commands.
        checks: String,
        /// Whether it runs a script straight from the network.
        remote_script: bool,
        /// The address of a file or repository that it fetches, when it names a version or something that moves. Absent for commands that only ask a service something.
        fetches: Value<String>,
        /// How exactly that address names what is fetched: 1 by a name that moves (`latest`, a branch), 4 by a version, 5 by a commit.
        fetch_level: Value<Count>,
        /// Whether it installs outside of the project's environment, for the whole machine: `sudo pip install`, `npm install -g`, `npx`, `npm link`.
        global: bool,
        /// For commands that install packages by name: the file that their output goes to in place of a version that is asked for, `=4` for `pip install tox>=4`. Absent for others.
        swallowed: Value<String>,
        /// For commands that install packages by name: `closed` when what those bring with them is fixed too (`cargo install --locked`, hashes, constraints), else `open`. Absent for others.
        closure: Value<String>,
        /// Whether it publishes, deploys or builds an image.
        releases: bool,
        /// Whether its job writes down which commit or release it runs for: in a label, a tag, an argument, a statement of provenance.
        commit_recorded: bool,
        /// The directory it works in, from the root. Unknown when that depends on the run.
        directory: Value<String>,
        /// The job, image stage or script it is part of.
        job: String,
        /// When the job runs: `schedule` when it runs on a schedule only, `manual` when by hand only, `commit` before a commit on a developer's machine, `create` when a dev container is set up, else `change`.
        trigger: String,
        /// What the job is for: `release` (publishes, deploys or builds an image), `image` (is part of an image), `update` (moves dependencies on purpose), `compat` (tries other versions on purpose), `develop` (a hook, what sets up a dev container), else `check`.
        purpose: String,
        /// Whether it stands in a branch, loop or function of its script.
        conditional: bool,
        /// Whether its script goes on when it fails: something other than an exit stands behind `||`.
        forgiven: bool,
        /// Whether its job commits what it changes, by a command or an action.
        committed: bool,
        /// Whether an earlier command of the same job proved the lockfile for this one.
        proved_before: bool,
        /// Whether another job of the same file has a command that only looks whether the lockfile is in step, whenever something changes: `uv lock --check`.
        proved_beside: bool,
        /// The lockfile of its tool that governs the directory. Absent also for formats that are not read.
        lockfile: Option<Link<Lockfile>>,
        /// The path of that lockfile, found by its name. Absent when there is none.
        lock_path: Value<String>,
        /// For a command of an image: the lockfile of its project, when nothing copies it into the image before. Absent where a lockfile is copied, where it cannot be told, and for commands that do not go on without one.
        left_behind: Option<Link<Lockfile>>,
        /// For a command of an image: whether the repository itself sends the image out or deploys it. Something builds it and pushes it, or it is an image of functions. False where nothing in the repository tells.
        sent_out: bool,
        /// An earlier command of the same job that does the same with the same lockfile.
        repeats: Option<Link<Step>>,
        /// Later commands of the same job that do the same with the same lockfile.
        repeated_by: Vec<Link<Step>>,
        /// An earlier command of its job that installed the lockfile into the environment that this one changes by name.
        over: Option<Link<Step>>,
        /// A task of the same directory that checks the same with the same program, in other words. Absent when the job runs the task, or one says the same.
        task: Option<Link<Task>>,
        /// The command of that task.
        task_command: Value<String>,
        /// The label of the machine that its job asks for: `ubuntu-24.04`. Absent outside CI jobs.
        machine: Value<String>,
        /// The command of a job or image that runs the recipe it is part of. Absent for commands that stand in the job itself.
        reached_by: Option<Link<Step>>,
    }
    carried {
        /// Whether the job goes on without it: it runs only under a condition, or may fail.
        optional: bool,
        /// The condition under which its part of the job runs, as written, when nothing else makes it optional.
        condition: Option<String>,
        /// Whether it installs what a lockfile has where there is one, and does without where there is none.
        adapts: bool,
        /// Whether it stands in the text once for several jobs and another of them has brought it: it counts for what follows in its job and is judged there.
        shadow: bool,
        /// Whether it fails on a lockfile that is out of step where `CI` is set, as Yarn from version 2 on and pnpm do.
        strict_in_ci: bool,
        /// The packages that it names with one version each; `None` when it names others too.
        exact: Option<Vec<(String, String)>>,
        /// Whether it runs, or names what it installs, for some values of a matrix only.
        tried: bool,
        /// The recipe that it runs, in another file or of a task runner.
        call: Option<crate::lock_use::Call>,
        /// The toolchains whose version it chooses.
        selects: Vec<crate::lock_use::Selection>,
        /// Lists of requirements that it installs, seen from its directory.
        files: Vec<String>,
        /// The images that it runs and makes.
        images: crate::lock_use::Images,
        /// What it puts where.
        puts: Vec<super::Put>,
        /// Whether it looks for files that its job has changed.
        finds_changes: bool,
        /// Patterns of the directories that it works in, where values of a matrix make several of it.
        among: Vec<String>,
        /// The lockfiles of these directories, but for the first.
        other_lockfiles: Vec<Link<Lockfile>>,
        /// Where in an image it runs.
        inside: Option<crate::image_files::Workplace>,
    }
}

fact! {
    /// Hooks that pre-commit takes from another repository.
    Hook {
        /// The address of the repository.
        repository: String,
        /// What it is asked for: `rev`.
        reference: Value<String>,
        /// How exactly it is stated: 0 not at all, 1 floating, 2 major, 3 minor, 4 exact, 5 by commit.
        level: Value<Count>,
        /// The release of the tool that its reference, or the comment of a frozen one, names. Absent for hooks that are no mirror of one tool.
        released: Value<String>,
        /// The package of that tool in the lockfile of its directory.
        locked: Option<Link<LockedPackage>>,
    }
    carried {
        /// The release that the comment behind a frozen reference names.
        frozen: Option<String>,
    }
}

fact! {
    /// A use of an action or reusable workflow.
    Action {
        /// The action as written: `actions/checkout@v4`.
        uses: String,
        /// Owner and repository, and the path below it.
        action: String,
        /// The owner.
        owner: String,
        /// The reference after `@`.
        reference: Value<String>,
        /// How exactly it is stated: 1 floating, 2 major, 3 minor, 4 exact, 5 by commit, here or in `actions.lock`.
        level: Value<Count>,
        /// How many hexadecimal digits the reference has, for one that looks like a commit; a whole one has 40. Absent for others.
        commit_digits: Value<Count>,
        /// Whether `actions.lock` has its commit. Absent when it does not speak of the workflow.
        listed: Value<bool>,
        /// What a comment behind it says of the version. Absent without a comment.
        comment: Value<String>,
        /// Whether it is a part of this repository, by its path: what its reference names moves with the repository.
        own: bool,
        /// The reference at which the repository uses the action most, when this is another. Noted at one of the rarest uses only.
        usual: Value<String>,
        /// Uses of the action at other references, one for each.
        elsewhere: Vec<Link<Action>>,
    }
}

fact! {
    /// Configuration, code or a tool of somebody else that a build takes in by name: GitLab includes and components, orbs, pipes, tasks, pipeline repositories and plugins, roles and collections of Ansible, features of a dev container, packages of devbox, inputs of a flake, packages that a hook asks for.
    Include {
        /// What it is: project, remote, template, component, orb, pipe, task, repository, plugin, role, collection, feature, package, flake-input, hook-package.
        form: String,
        /// Its name or address, without the version.
        source: String,
        /// The version or reference that is asked for. Absent when none is.
        reference: Value<String>,
        /// How exactly it is stated: 0 the service decides, 1 floating, 2 major, 3 minor, 4 exact, 5 by content, or fixed in a lockfile beside it.
        level: Value<Count>,
        /// The package it belongs to, for a package that a hook asks for: the address of the hooks, `this repository` for its own.
        owner: Value<String>,
        /// For a package that a hook asks for without an exact version: an earlier one of the same hook.
        follows: Option<Link<Include>>,
        /// For the first such package of a hook: the later ones.
        followed_by: Vec<Link<Include>>,
    }
    carried {
        /// The name of a file beside this one that fixes it.
        lock_name: Option<&'static str>,
    }
}

fact! {
    /// What a job keeps for the next run.
    Cache {
        /// The job.
        job: String,
        /// Its key, as written.
        key: Value<String>,
        /// What it keeps.
        paths: Vec<String>,
        /// Those of them that hold an installed environment: `.venv`, `node_modules`, `vendor/bundle`. Downloads that are installed anew are none.
        environments: Vec<String>,
        /// How many files that say which packages are installed the key depends on: lockfiles, lists of requirements. Unknown when an earlier step makes the key.
        lock_count: Value<Count>,
        /// How many manifests the key depends on: package.json, pyproject.toml, setup.py and so on.
        manifest_count: Count,
        /// How many lockfiles the repository has for the language of these environments.
        lockfile_count: Count,
        /// Whether the key is another one for each commit or run.
        by_commit: bool,
    }
}

fact! {
    /// A machine that the jobs of a file ask for, noted at the first of them.
    Runner {
        /// The label: `ubuntu-latest`.
        label: Value<String>,
        /// The first job that asks for it.
        job: String,
        /// What that job is for, as with steps: `release`, `update`, `compat`, `check`.
        purpose: String,
        /// Whether nothing of the machine matters to that job: it writes a few lines, or uses actions without the files of the repository.
        idle: bool,
        /// How exactly it is stated: 1 floating, 3 a named release. Unknown for machines of one's own.
        level: Value<Count>,
        /// How many other files ask for hosted machines by their release only.
        named_elsewhere: Count,
        /// How many other files ask for a hosted machine whose label moves.
        floating_elsewhere: Count,
        /// The first file that asks for the same label, of those whose jobs release or of the others. Absent in that file.
        repeats: Option<Link<Runner>>,
        /// In that file: the other ones.
        repeated_by: Vec<Link<Runner>>,
    }
}

pub(super) fn level(level: pin::Level, place: Span) -> Value<Count> {
    Value { span: Some(place), ..Value::derived(Count(level.number())) }
}

impl Step {
    /// Whether a service runs it for the repository: no hook, no container of a developer, no part of an image.
    pub fn is_in_ci(&self) -> bool {
        !matches!(self.surface.as_str(), "dockerfile" | "pre-commit" | "devcontainer")
    }
}

impl Step {
    /// Whether it works on a project of the repository: installs, builds, tests or releases one, or runs a recipe. A linter of its own does not.
    pub fn works_on_project(&self) -> bool {
        let lock_use = self.lock_use.known().map_or("", String::as_str);
        !matches!(lock_use, "installs" | "none")
            || !self.files.is_empty()
            || self.call.is_some()
            || self.releases
            || self.checks == "test"
            || matches!(self.tool.as_str(), "sam" | "serverless" | "cdk" | "chalice" | "zappa" | "go" | "cargo")
    }
}

impl Action {
    /// The use of an action of another repository.
    pub fn using(header: Header, uses: &str, remote: pin::action::Remote<'_>, place: Span) -> Self {
        let reference = remote.reference.unwrap_or("");
        let unknown = || "`uses` takes no expression, so what it names cannot be told".to_owned();
        let (reference, level) = match uses.contains("${{") {
            true => (Value::unknown(unknown(), Some(place)), Value::unknown(unknown(), Some(place))),
            false => (Value::written(reference.to_owned(), place), level(pin::action::level(reference), place)),
        };
        Self {
            header,
            uses: uses.to_owned(),
            action: remote.action.to_owned(),
            owner: remote.owner.to_owned(),
            commit_digits: commit_digits(&reference),
            reference,
            level,
            listed: Value::absent(),
            comment: Value::absent(),
            own: false,
            usual: Value::absent(),
            elsewhere: Vec::new(),
        }
    }
}

/// The digits of a reference that looks like a commit: nobody gives a tag or branch such a name.
fn commit_digits(reference: &Value<String>) -> Value<Count> {
    let is_commit = |text: &&String| {
        let has = |is: fn(&u8) -> bool| text.as_bytes().iter().any(is);
        text.len() >= 7
            && text.bytes().all(|byte| byte.is_ascii_hexdigit())
            && has(u8::is_ascii_digit)
            && has(u8::is_ascii_alphabetic)
    };
    let Some(text) = reference.known().filter(is_commit) else { return Value::absent() };
    Value { span: reference.span, ..Value::derived(Count(i64::try_from(text.len()).unwrap_or(i64::MAX))) }
}

impl Hook {
    /// Hooks of another repository at a reference. pre-commit takes one without a dot for a branch.
    pub fn at(header: Header, repository: &str, reference: &str, place: Span) -> Self {
        let found = pin::action::level(reference);
        // git takes the beginning of a commit for the commit.
        let is_short = (7..40).contains(&reference.len()) && reference.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_tag = reference.contains('.') || is_short;
        let found = if is_tag && found < pin::Level::Exact { pin::Level::Exact } else { found };
        let (reference, found) = match reference {
            "" => (Value { span: Some(place), ..Value::absent() }, pin::Level::Unstated),
            _ => (Value::written(reference.to_owned(), place), found),
        };
        Self {
            header,
            repository: repository.to_owned(),
            reference,
            level: level(found, place),
            released: Value::absent(),
            locked: None,
            frozen: None,
        }
    }
}

impl Include {
    /// Something at a reference that git or a registry resolves.
    pub fn at(header: Header, form: &str, source: &str, reference: &str, place: Span) -> Self {
        let fact = Self::unstated(header, form, source, pin::action::level(reference), place);
        Self { reference: Value::written(reference.to_owned(), place), ..fact }
    }

    /// Something that is named without a reference, as exact as is said.
    pub fn unstated(header: Header, form: &str, source: &str, stated: pin::Level, place: Span) -> Self {
        Self {
            header,
            form: form.to_owned(),
            source: source.to_owned(),
            reference: Value::absent(),
            level: level(stated, place),
            owner: Value::absent(),
            follows: None,
            followed_by: Vec::new(),
            lock_name: None,
        }
    }

    /// The same, stated as exactly as is said.
    #[must_use]
    pub fn stated(mut self, stated: pin::Level) -> Self {
        let place = self.level.span.or(self.reference.span).unwrap_or(self.header.span);
        self.level = level(stated, place);
        self
    }

    /// The same, with a version that is known only when it runs.
    #[must_use]
    pub fn unresolved(mut self, reason: &str) -> Self {
        let place = self.level.span;
        self.level = Value::unknown(reason, place);
        self.reference = Value::unknown(reason, place);
        self
    }
}

impl Runner {
    /// A machine by its label. Labels of machines of one's own have no level.
    pub fn labelled(header: Header, job: &str, label: &str, place: Span) -> Self {
        let level = match pin::runner::level(label) {
            Some(found) => level(found, place),
            None => Value::unknown(format!("`{label}` is not a hosted machine"), Some(place)),
        };
        let label = Value::written(label.to_owned(), place);
        Self {
            header,
            label,
            job: job.to_owned(),
            purpose: "check".to_owned(),
            idle: false,
            level,
            named_elsewhere: Count(0),
            floating_elsewhere: Count(0),
            repeats: None,
            repeated_by: Vec::new(),
        }
    }

    /// The same, stated as exactly as is said.
    #[must_use]
    pub fn stated(self, stated: pin::Level) -> Self {
        let place = self.level.span.unwrap_or(self.header.span);
        Self { level: level(stated, place), ..self }
    }
}
