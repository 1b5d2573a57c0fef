//! Named commands of task runners.

use super::Header;
use super::table::fact;
use crate::value::Value;

/// The name of what stands for tasks that are not seen: those of files that are taken in, and patterns.
pub const MORE: &str = "%";

fact! {
    /// A named command of a task runner: a target of a Makefile, a recipe of a justfile, a script of package.json, an environment of tox. Only files that some command or document asks for are read, and those beside the checks of CI.
    Task {
        /// What runs it: make, just, task, mise, package-script, tox, nox.
        runner: String,
        /// Its name.
        task: String,
    }
}

fact! {
    /// A command that a document tells people to run.
    Instruction {
        /// What runs it: make, just, task, mise, package-script; empty for a command that runs no task.
        runner: String,
        /// The name of the task; empty for a command that runs none. The first of those that do not exist stands for the others of its command, whose names follow it.
        task: String,
        /// Whether there is a task of that name. Absent when the file that would hold it does not exist, or another one stands for it; unknown when it takes in others.
        exists: Value<bool>,
    }
    carried {
        /// The files that may hold the task, from the root.
        files: Vec<String>,
    }
}

impl Task {
    /// A task by its name.
    pub fn new(header: Header, runner: &str, task: &str) -> Self {
        Self { header, runner: runner.to_owned(), task: task.to_owned() }
    }
}
