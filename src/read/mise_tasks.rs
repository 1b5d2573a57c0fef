//! Tasks of mise.toml that a job or image runs.

use super::pipeline::{MOST, Running, Variables, lines, run};
use super::{Claim, File, Output, Reader};
use crate::facts::Task;
use crate::lock_use::Call;
use crate::steps::Job;
use crate::syntax::{Node, toml};

/// Reads the tasks of mise.toml when a command asks for them.
pub const READER: Reader = Reader { name: "mise_tasks", role: "version-file", claims: |_| Claim::No, read };

fn read(file: &File<'_>, output: &mut Output) {
    // What is wrong with the file is said by the reader of its versions.
    let Ok(document) = toml::parse(file.source, file.text) else { return };
    for entry in document.root().get("tasks").into_iter().flat_map(Node::entries).take(MOST) {
        let Some(name) = entry.key.scalar() else { continue };
        output.facts.add(Task::new(file.part(&format!("tasks.{name}"), entry.key.span()), "mise", name));
        let mut job = Job::new(file.path, "mise-task", name, true);
        for need in names(entry.value.get("depends")) {
            let call =
                Call { runner: "mise", names: vec![need], directory: String::new(), file: Some(file.file_name().to_owned()) };
            job.after(call, file.directory(), entry.key.span());
        }
        let mut commands = Vec::new();
        lines(entry.value.get("run").unwrap_or(entry.value), &mut commands);
        let mut how = Running::within(entry.value.get("dir"), &Variables::default());
        how.directory = how.directory.map(|below| crate::path::join(file.directory(), &below).unwrap_or(below));
        run(file, &READER, output, &mut job, &commands, how);
        output.facts.steps.extend(job.finish());
    }
}

fn names(node: Option<Node<'_>>) -> Vec<String> {
    let own = node.and_then(Node::scalar);
    own.into_iter().chain(node.into_iter().flat_map(Node::items).filter_map(Node::scalar)).map(ToOwned::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    #[test]
    fn commands_of_tasks() {
        let text = "[tools]\nnode = \"22\"\n[tasks]\nshort = \"npm install\"\n[tasks.test]\ndepends = [\"short\"]\nrun = [\"uv sync\", \"uv run pytest {{arg()}}\"]\ndir = \"api\"\n";
        let facts = read_alone(&READER, "app/mise.toml", text).facts;
        let row = |step: &crate::facts::Step| format!("{}: {} in {:?}", step.job, step.command, step.directory.known());
        assert_eq!(
            facts.steps.iter().map(row).collect::<Vec<_>>(),
            [
                "short: npm install in Some(\"app\")",
                "test: mise short in Some(\"app\")",
                "test: uv sync in Some(\"app/api\")",
                "test: uv run pytest $xxxxxxxx in Some(\"app/api\")",
                "test: pytest $xxxxxxxx in Some(\"app/api\")",
            ]
        );
    }
}
