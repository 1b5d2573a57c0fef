//! Taskfiles that a job or image runs: the commands of their tasks.

use super::pipeline::{MOST, Running, Variables, run};
use super::{Claim, File, Output, Reader};
use crate::facts::Task;
use crate::facts::task::MORE;
use crate::lock_use::Call;
use crate::source::Span;
use crate::steps::Job;
use crate::syntax::{Node, yaml};

/// Reads Taskfiles when a command asks for them.
pub const READER: Reader = Reader { name: "taskfile", role: "other", claims: |_| Claim::No, read };

fn read(file: &File<'_>, output: &mut Output) {
    let Some(document) = output.tree(file, &READER, yaml::parse) else { return };
    let root = document.root();
    if root.get("includes").is_some() {
        output.facts.add(Task::new(file.part(MORE, file.span(0..0)), "task", MORE));
    }
    for entry in root.get("tasks").into_iter().flat_map(Node::entries).take(MOST) {
        let Some(name) = entry.key.scalar() else { continue };
        output.facts.add(Task::new(file.part(name, entry.key.span()), "task", name));
        let mut job = Job::new(file.path, "taskfile", name, true);
        for need in entry.value.get("deps").into_iter().flat_map(Node::items).take(MOST) {
            after(file, &mut job, need.get("task").unwrap_or(need), entry.key.span());
        }
        let own = entry.value.get("cmds").or_else(|| entry.value.get("cmd")).unwrap_or(entry.value);
        let commands: Vec<Node<'_>> = if own.is_list() { own.items().take(MOST).collect() } else { vec![own] };
        for command in commands {
            if let Some(called) = command.get("task") {
                after(file, &mut job, called, called.span());
                continue;
            }
            let mut how = Running::within(entry.value.get("dir"), &Variables::default());
            how.directory = how.directory.map(|below| crate::path::join(file.directory(), &below).unwrap_or(below));
            how.optional = command.get("ignore_error").is_some();
            let text = command.get("cmd").unwrap_or(command);
            if text.scalar().is_some() {
                run(file, &READER, output, &mut job, &[text], how);
            }
        }
        output.facts.steps.extend(job.finish());
    }
}

fn after(file: &File<'_>, job: &mut Job, task: Node<'_>, place: Span) {
    if let Some(name) = task.scalar().filter(|name| !name.contains("{{")) {
        let file_name = Some(file.file_name().to_owned());
        let call = Call { runner: "task", names: vec![name.to_owned()], directory: String::new(), file: file_name };
        job.after(call, file.directory(), place);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    #[test]
    fn commands_of_tasks() {
        let text = "version: '3'\ntasks:\n  short: npm install\n  test:\n    dir: web\n    deps: [short, { task: gen }]\n    cmds:\n      - uv sync\n      - cmd: pip install {{.PKG}} black\n        ignore_error: true\n      - task: other\n      - |\n        cd x\n        npm ci\n";
        let facts = read_alone(&READER, "Taskfile.yml", text).facts;
        assert!(facts.problems.is_empty(), "{:?}", facts.problems);
        let row = |step: &crate::facts::Step| format!("{}: {} in {:?}", step.job, step.command, step.directory.known());
        assert_eq!(
            facts.steps.iter().map(row).collect::<Vec<_>>(),
            [
                "short: npm install in Some(\"\")",
                "test: task short in Some(\"\")",
                "test: task gen in Some(\"\")",
                "test: uv sync in Some(\"web\")",
                "test: pip install $xxxxxxx black in Some(\"web\")",
                "test: task other in Some(\"\")",
                "test: npm ci in Some(\"web/x\")",
            ]
        );
    }
}
