//! tox.ini: the commands of its environments, for those that a job runs.

use std::collections::BTreeMap;

use super::{Claim, File, Output, Reader};
use crate::facts::Task;
use crate::steps::{Job, Script};
use crate::syntax::places::Places;

/// Reads tox.ini when a command asks for it.
pub const READER: Reader = Reader { name: "tox", role: "configuration", claims: |_| Claim::No, read };

fn read(file: &File<'_>, output: &mut Output) {
    if output.conflict(file, &READER) {
        return;
    }
    let mut jobs: Vec<Job> = Vec::new();
    let mut reads_commands = false;
    let mut inside = false;
    let mut at = 0;
    for line in file.text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let content = line.trim_end();
        // Neither ends a value that goes on in the lines below.
        if content.is_empty() || content.trim_start().starts_with(['#', ';']) {
            continue;
        }
        if let Some(section) = content.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            reads_commands = false;
            inside = false;
            let environment = if section == "testenv" { Some("testenv") } else { section.strip_prefix("testenv:") };
            if let Some(name) = environment {
                let place = file.span(start + 1..start + 1 + section.len());
                output.facts.add(Task::new(file.part(name, place), "tox", name));
                jobs.push(Job::new(file.path, "tox", name, true));
                inside = true;
            }
            continue;
        }
        if !content.starts_with([' ', '\t']) {
            let key = content.split('=').next().unwrap_or("").trim();
            reads_commands = matches!(key, "commands" | "commands_pre" | "commands_post");
        }
        let text = match content.starts_with([' ', '\t']) {
            true => content.trim_start(),
            false => content.split_once('=').map_or("", |(_, rest)| rest.trim_start()),
        };
        let text = text.trim_start_matches(['-', '!']).trim_start();
        let Some(job) = jobs.last_mut().filter(|_| inside && reads_commands && !text.is_empty()) else { continue };
        let from = start + (text.as_ptr() as usize - line.as_ptr() as usize);
        run(file, job, from, text);
    }
    for job in jobs {
        output.facts.steps.extend(job.finish());
    }
}

fn run(file: &File<'_>, job: &mut Job, from: usize, text: &str) {
    let script_text: String = text.chars().map(|c| if matches!(c, '{' | '}') { 'x' } else { c }).collect();
    let places = Places::verbatim(file.span(from..from + text.len()), from, text.len());
    let directory = Ok(file.directory().to_owned());
    let script = Script { text: &script_text, places: &places, directory, environment: BTreeMap::new(), optional: false };
    let _not_understood = job.run(&script);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    #[test]
    fn commands_of_environments() {
        let text = "[tox]\nenvlist = py312\n[testenv]\ndeps =\n    pytest\ncommands =\n    # first\n    - uv sync\n\n# last\n    pytest {posargs}\n[testenv:lint]\ncommands = pip install black\n[flake8]\ncommands = pip install no\n";
        let facts = read_alone(&READER, "tox.ini", text).facts;
        let steps: Vec<String> = facts.steps.iter().map(|step| format!("{}: {}", step.job, step.command)).collect();
        assert_eq!(steps, ["testenv: uv sync", "testenv: pytest xposargsx", "lint: pip install black"]);
        assert_eq!(&text[facts.steps[0].header.span.range()], "uv sync");
    }
}
