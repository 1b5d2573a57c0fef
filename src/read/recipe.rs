//! The files of task runners that hold what the commands of a file run.

use std::collections::BTreeSet;

use super::{Output, justfile, makefile, mise_tasks, nox, package_scripts, shell_script, taskfile, tox};
use crate::lock_use::Call;

/// Asks for the files that hold the recipes which the commands of a file run.
pub fn recipes(output: &mut Output) {
    let mut wanted = Vec::new();
    for step in &output.facts.steps {
        let (Some(call), Some(directory)) = (&step.call, step.directory.known()) else { continue };
        wanted.extend(call.files(directory).into_iter().map(|path| (path, reader_of(call.runner))));
    }
    wanted.extend(alternatives(output));
    for instruction in output.facts.instructions.iter().filter(|one| !one.task.is_empty()) {
        wanted.extend(instruction.files.iter().map(|path| (path.clone(), reader_of(&instruction.runner))));
    }
    for (path, reader) in wanted {
        output.request(path, reader);
    }
}

/// The files beside a check of CI in which a task may run the same.
fn alternatives(output: &Output) -> BTreeSet<(String, &'static str)> {
    let checks =
        output.facts.steps.iter().filter(|step| step.is_in_ci() && matches!(step.checks.as_str(), "lint" | "test"));
    let directories: BTreeSet<&String> = checks.filter_map(|step| step.directory.known()).collect();
    let files = |directory: &&String| {
        let of_runner = |runner: &'static str| {
            let call = Call { runner, names: Vec::new(), directory: String::new(), file: None };
            call.files(directory).into_iter().map(move |path| (path, reader_of(runner)))
        };
        ["make", "just", "task", "package-script"].into_iter().flat_map(of_runner).collect::<Vec<_>>()
    };
    directories.iter().flat_map(files).collect()
}

/// The reader of the files of a task runner.
fn reader_of(runner: &str) -> &'static str {
    match runner {
        "make" => makefile::READER.name,
        "just" => justfile::READER.name,
        "package-script" => package_scripts::READER.name,
        "tox" => tox::READER.name,
        "nox" => nox::READER.name,
        "task" => taskfile::READER.name,
        "mise" => mise_tasks::READER.name,
        _ => shell_script::READER.name,
    }
}
