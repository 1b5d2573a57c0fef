//! What the build runs: commands, actions, images, machines.

use super::field::Count;
use super::table::fact;
use super::{Link, Lockfile};
use crate::value::Value;

fact! {
    /// A simple command that a build runs.
    Step {
        /// Where it runs: workflow, composite-action, dockerfile, makefile and so on.
        surface: String,
        /// The command's words as they would be run, quotes removed: `uv sync --locked`.
        command: String,
        /// The tool: uv, pip, npm, cargo, poetry and so on. Empty for commands that install nothing.
        tool: String,
        /// What it does with a lockfile: `proves` (fails when it is stale), `uses` (installs it unchecked), `may-rewrite`, `rewrites` (updates it on purpose), `ignores` (resolves without it), `installs` (adds a package by name), `none`.
        lock_use: String,
        /// Packages it names without a version, for commands that install by name.
        unpinned: Vec<String>,
        /// Whether it runs a script straight from the network.
        remote_script: bool,
        /// The directory it works in, from the root. Unknown when that depends on the run.
        directory: Value<String>,
        /// The job, image stage or script it is part of.
        job: String,
        /// When the job runs: `schedule` when it runs on a schedule only, else `change`.
        trigger: String,
        /// Whether an earlier command of the same job proved the lockfile for this one.
        proved_before: bool,
        /// The lockfile of its tool that governs the directory.
        lockfile: Option<Link<Lockfile>>,
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
        /// How exactly it is stated: 1 floating, 2 major, 3 minor, 4 exact, 5 by commit.
        level: Value<Count>,
    }
}

fact! {
    /// A container image that a build starts from or runs in.
    Image {
        /// The reference as written, variables resolved.
        reference: Value<String>,
        /// What it is for: base (what is deployed), build (an earlier stage), job, service, tool.
        role: String,
        /// The repository part: `python`, `public.ecr.aws/lambda/python`.
        repository: Value<String>,
        /// The tag.
        tag: Value<String>,
        /// How exactly it is stated: 1 floating, 2 major, 3 minor, 4 exact, 5 by digest.
        level: Value<Count>,
    }
}

fact! {
    /// A machine that a job asks for.
    Runner {
        /// The label: `ubuntu-latest`.
        label: Value<String>,
        /// The job.
        job: String,
        /// How exactly it is stated: 1 floating, 3 a named release. Unknown for machines of one's own.
        level: Value<Count>,
    }
}
