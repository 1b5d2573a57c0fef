//! noxfile.py: the versions of Python its sessions are for, and the commands of those that a job runs.

use super::{Claim, File, Output, Reader};
use crate::facts::{Task, Toolchain};
use crate::pysource::sessions;
use crate::shell::quoted;
use crate::steps::{Job, Script};
use crate::syntax::places::Places;

/// Reads noxfile.py.
pub const READER: Reader = Reader { name: "nox", role: "configuration", claims, read };

fn claims(path: &str) -> Claim {
    if crate::path::file_name(path) == "noxfile.py" { Claim::IfContains(&["session"]) } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    if output.conflict(file, &READER) {
        return;
    }
    for session in sessions::sessions(file.text) {
        output.facts.add(Task::new(file.part(&session.name, file.span(session.place)), "nox", &session.name));
        for (text, place) in &session.pythons {
            let place = file.span(place.clone());
            let header = file.part(&format!("{}: {text}", session.name), place);
            let fact = Toolchain::selecting(header, "python", text, place);
            output.facts.add(Toolchain { role: "enumerate".to_owned(), phase: "ci".to_owned(), enumerated: true, ..fact });
        }
        let mut job = Job::new(file.path, "nox", &session.name, true);
        for command in session.commands {
            let words = command.words.iter().map(|word| word.as_deref().map_or_else(|| "$x".to_owned(), quoted));
            let installer = command.installs.then(|| "pip install".to_owned());
            let text = installer.into_iter().chain(words).collect::<Vec<_>>().join(" ");
            let places = Places::verbatim(file.span(command.place), 0, 0);
            let directory = Ok(file.directory().to_owned());
            let script = Script::plain(&text, &places, directory);
            // The words are quoted here, so that the shell's grammar holds.
            let _understood = job.run(&script);
        }
        output.facts.steps.extend(job.finish());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{known, read_alone};

    #[test]
    fn sessions_of_a_noxfile() {
        let text = "import nox\n\n@nox.session(python=['3.11', '3.12'], name='tests')\ndef run_tests(s):\n    s.install('-e', '.', 'pytest')\n    if s.posargs:\n        s.run('pytest', *s.posargs, f'--x={1}')\n    other.run('no')\n\n@nox.session\ndef lint(session):\n    session.run('uv', 'sync')\n\ndef helper(session):\n    session.install('no')\n";
        let facts = read_alone(&READER, "noxfile.py", text).facts;
        let steps: Vec<_> = facts.steps.iter().map(|step| format!("{}: {}", step.job, step.command)).collect();
        assert_eq!(steps, ["tests: pip install -e . pytest", "tests: pytest $x $x", "lint: uv sync"]);
        assert_eq!(&text[facts.steps[2].header.span.range()], "session.run('uv', 'sync')");
        let versions: Vec<_> = facts.toolchains.iter().map(|fact| known(&fact.stated)).collect();
        assert_eq!(versions, ["3.11", "3.12"]);
        let tasks: Vec<_> = facts.tasks.iter().map(|task| task.task.as_str()).collect();
        assert_eq!(tasks, ["tests", "lint"]);
        assert!(read_alone(&READER, "noxfile.py", "def x(:\n").facts.steps.is_empty());
    }
}
