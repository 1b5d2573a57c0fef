//! README and CONTRIBUTING: the commands that they tell people to run, in blocks of code. Tasks are told by name.

use std::collections::BTreeMap;

use super::{Claim, File, Output, Reader};
use crate::facts::Instruction;
use crate::lock_use::{self, Around, Invocation};
use crate::shell;
use crate::steps::{Job, Script};
use crate::syntax::places::Places;
use crate::value::Value;

/// Reads documents for the commands in them.
pub const READER: Reader = Reader { name: "instructions", role: "other", claims, read };

/// What a block of code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    /// Commands, as its language says.
    Shell,
    /// Commands or what they print: it names no language.
    Unnamed,
    /// Anything else.
    Other,
}

/// The languages of blocks that hold commands.
const SHELLS: &[&str] = &["sh", "bash", "shell", "console", "zsh", "shell-session", "shellsession"];

/// More instructions than this in one document are not written by people.
const MOST: usize = 200;

fn claims(path: &str) -> Claim {
    let name = crate::path::file_name(path).to_ascii_lowercase();
    let is_named = matches!(name.as_str(), "readme.md" | "contributing.md" | "development.md" | "developing.md");
    match crate::path::directory(path) {
        // Those of the repository as a whole are read whatever they say.
        "" | ".github" if is_named => Claim::Yes,
        _ if is_named => Claim::IfContains(&["make ", "just ", "npm ", "yarn ", "pnpm ", "tox ", "cp -", "rsync ", "sam build -"]),
        _ => Claim::No,
    }
}

fn read(file: &File<'_>, output: &mut Output) {
    let mut fence: Option<(usize, Block)> = None;
    let mut moved = false;
    let mut is_guide = false;
    let mut block_start = 0;
    let mut at = 0;
    for line in file.text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let content = line.trim();
        let ticks = content.len() - content.trim_start_matches('`').len();
        match fence {
            Some((open, block)) if ticks >= open && content.trim_matches('`').is_empty() => {
                fence = None;
                if block != Block::Other && !is_guide {
                    assemblies(file, block_start..start, output);
                }
            }
            None if ticks >= 3 => {
                let language = content[ticks..].split([' ', '{', ',']).next().unwrap_or("");
                let block = match language {
                    "" => Block::Unnamed,
                    _ if SHELLS.contains(&language) => Block::Shell,
                    _ => Block::Other,
                };
                fence = Some((ticks, block));
                block_start = at;
                moved = false;
            }
            Some((_, block)) if block != Block::Other && output.facts.instructions.len() < MOST => {
                let command = content.trim_start_matches("$ ").trim_start_matches("% ");
                // After a change of directory the task may be another project's.
                moved |= command.starts_with("cd ") || command.contains("git clone");
                is_guide |= makes_project(command);
                if !moved && !is_guide && let Some(offset) = line.find(command) {
                    instruction(file, block, command, start + offset, output);
                }
            }
            _ => {}
        }
    }
}

/// Notes the commands of a block that put files together.
fn assemblies(file: &File<'_>, range: std::ops::Range<usize>, output: &mut Output) {
    let Some(text) = file.text.get(range.clone()) else { return };
    // Signs of a prompt are no words.
    let text: String = text
        .split_inclusive('\n')
        .map(|line| match line.trim_start().starts_with("$ ") {
            true => line.replacen('$', " ", 1),
            false => line.to_owned(),
        })
        .collect();
    let places = Places::verbatim(file.span(range.clone()), range.start, text.len());
    let mut job = Job::new(file.path, "document", "", false);
    let script = Script::plain(&text, &places, Ok(file.directory().to_owned()));
    // What is no script there is what commands print.
    if job.run(&script).is_ok() {
        super::assembly::note(job.finish(), output);
    }
}

/// Whether a command makes a new project: what follows in the document is about that one.
fn makes_project(command: &str) -> bool {
    let mut words = command.split_whitespace().filter(|word| !word.starts_with('-'));
    let (program, rest) = (words.next().unwrap_or(""), words.collect::<Vec<_>>());
    let runs_maker = || rest.iter().take(2).any(|word| word.starts_with("create-") || *word == "create");
    match program {
        "npm" | "yarn" | "pnpm" | "bun" => matches!(*rest, ["init" | "create", _, ..]) || (rest.first() == Some(&"dlx") && runs_maker()),
        "npx" | "bunx" => runs_maker(),
        "cargo" | "rails" | "ng" | "poetry" | "uv" | "hatch" => matches!(*rest, ["new" | "init", _, ..]),
        "django-admin" => rest.first() == Some(&"startproject"),
        "sam" | "cdk" => rest.first() == Some(&"init"),
        "serverless" | "sls" | "vue" => rest.first() == Some(&"create"),
        "cookiecutter" | "copier" => true,
        _ => false,
    }
}

fn instruction(file: &File<'_>, block: Block, command: &str, at: usize, output: &mut Output) {
    let Ok(commands) = shell::parse(command, Some(file.directory())) else { return };
    let invocations: Vec<Invocation> = commands.iter().flat_map(lock_use::invocations).collect();
    for invocation in &invocations {
        let around = Around { ci: false, environment: &BTreeMap::new() };
        let is_known = !lock_use::checks(invocation).is_empty() || lock_use::effect(invocation, around).is_some();
        if is_known && lock_use::call(invocation).is_none() {
            let span = file.span(at + invocation.span.start..at + invocation.span.end);
            output.facts.add(Instruction {
                header: file.part(&invocation.line(), span),
                runner: String::new(),
                task: String::new(),
                exists: Value::absent(),
                files: Vec::new(),
            });
        }
    }
    let calls = invocations.into_iter().filter_map(|invocation| {
        let call = lock_use::call(&invocation)?;
        Some((invocation, call))
    });
    for (invocation, call) in calls {
        // `yarn x` and `yarn run x` run a program of that name where there is no script.
        let says_run =
            invocation.program != "yarn" && invocation.arguments.iter().any(|word| word.text == "run");
        let is_script = call.runner != "package-script" || says_run;
        let is_named = !matches!(call.runner, "shell-script" | "tox" | "nox") && !call.names.is_empty();
        // What a block without a language shows may be printed by something else.
        if !is_named || !is_script || block == Block::Unnamed {
            continue;
        }
        for name in call.names.iter().take_while(|name| is_name(name)) {
            let span = file.span(at + invocation.span.start..at + invocation.span.end);
            output.facts.add(Instruction {
                header: file.part(&format!("{} {name}", call.runner), span),
                runner: call.runner.to_owned(),
                task: name.clone(),
                exists: Value::absent(),
                files: call.files(file.directory()),
            });
        }
    }
}

/// Whether a word can be the name of a task. With another the line goes on in prose: `make lint - looks at the style`.
fn is_name(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_alphanumeric() || "-_:.".contains(c))
        && word.ends_with(|c: char| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    #[test]
    fn tasks_of_projects_that_are_made() {
        for (command, makes) in [
            ("npm init fastify", true),
            ("npm init -y", false),
            ("npx sv create my-app", true),
            ("npx create-react-app x", true),
            ("cargo new x", true),
            ("uv init", false),
            ("sam init", true),
            ("npm run create", false),
            ("make create", false),
        ] {
            assert_eq!(makes_project(command), makes, "{command}");
        }
        let text = "```sh\nnpm run lint\nnpm init x\n```\n\n```sh\nnpm run dev\n```\n";
        let tasks: Vec<String> = read_alone(&READER, "README.md", text).facts.instructions.iter().map(|one| one.task.clone()).collect();
        assert_eq!(tasks.iter().filter(|task| !task.is_empty()).collect::<Vec<_>>(), ["lint"]);
    }

    #[test]
    fn tasks_in_blocks_of_code() {
        let text = "# x\n\nRun `make no`.\n\n```sh\n$ make test\nnpm run lint # now\n./x.sh\n```\n\n```python\nmake no\n```\n\n````console\ngit clone x && cd x\nmake no\n````\n\n```sh\nmake lint - looks at style, with care\nmake fmt, then go on\nmake clean dist\n```\n";
        let facts = read_alone(&READER, "README.md", text).facts;
        let tasks = facts.instructions.iter().filter(|one| !one.task.is_empty());
        let rows: Vec<_> = tasks.map(|one| format!("{} {} {:?}", one.runner, one.task, one.files)).collect();
        assert_eq!(
            rows,
            [
                "make test [\"GNUmakefile\", \"makefile\", \"Makefile\"]",
                "package-script lint [\"package.json\"]",
                "make lint [\"GNUmakefile\", \"makefile\", \"Makefile\"]",
                "make clean [\"GNUmakefile\", \"makefile\", \"Makefile\"]",
                "make dist [\"GNUmakefile\", \"makefile\", \"Makefile\"]",
            ]
        );
        assert_eq!(&text[facts.instructions[0].header.span.range()], "make test");
    }
}
