//! `RUN`: its script as Docker hands it to the shell, byte for byte where it stood.

use std::sync::Arc;

use parse_dockerfile::{Command, RunInstruction};

use super::READER;
use super::stage::{Reading, Stage};
use crate::image_files::Workplace;
use crate::path;
use crate::read::Output;
use crate::read::unread;
use crate::shell::quoted;
use crate::steps::Script;
use crate::syntax::places::Places;

impl Reading<'_> {
    /// Adds the commands of a `RUN` to its stage.
    pub(super) fn run(&mut self, run: &RunInstruction<'_>, output: &mut Output) {
        let whole = self.file.span(run.run.span.start..run.run.span.end);
        let files = self.held(&run.options).unwrap_or_default();
        let Some(stage) = self.stages.last_mut() else { return };
        if !stage.shell {
            return unread(self.file, &READER, output, "PowerShell or cmd", whole);
        }
        let (text, places) = match &run.arguments {
            Command::Exec(words) => {
                let words: Vec<String> = words.value.iter().map(|word| quoted(&word.value)).collect();
                let place = self.file.span(words_range(&run.arguments));
                (words.join(" "), Places::verbatim(place, 0, 0))
            }
            Command::Shell(text) => match run.here_docs.first() {
                Some(_) if !is_for_shell(text.value) => return,
                Some(body) => {
                    let is_own = self.file.text.get(body.span.clone()).is_some_and(|own| own.starts_with(&*body.value));
                    let length = if is_own { body.value.len() } else { 0 };
                    let place = self.file.span(body.span.clone());
                    (body.value.clone().into_owned(), Places::verbatim(place, body.span.start, length))
                }
                None => {
                    let whole = with_bodies(text.span.clone(), &self.bodies);
                    let own = self.file.text.get(whole.clone()).unwrap_or(text.value);
                    let places = Places::verbatim(self.file.span(text.span.clone()), whole.start, own.len());
                    (without_comments(own), places)
                }
            },
            _ => return,
        };
        let taken_for = directory(stage);
        let inside = Workplace { files: Arc::new(files), directory: stage.place.clone(), taken_for: taken_for.clone() };
        let script = Script { inside: Some(inside), ..Script::plain(&text, &places, Ok(taken_for)) };
        if let Err(reason) = stage.job.run(&script) {
            output.problem(self.file, &READER, "script", reason.to_owned(), whole);
        }
    }
}

/// The project's directory, or the one below it that the stage works in.
fn directory(stage: &Stage) -> String {
    let below = stage.work.as_ref().and_then(|(root, current)| current.strip_prefix(root.as_str()));
    let below = below.unwrap_or("").trim_start_matches('/');
    path::join(&stage.project, below).unwrap_or_else(|| stage.project.clone())
}

fn words_range(command: &Command<'_>) -> std::ops::Range<usize> {
    match command {
        Command::Exec(words) => words.span.clone(),
        Command::Shell(text) => text.span.clone(),
        _ => 0..0,
    }
}

/// The range of a command and of the here-documents that belong to it.
fn with_bodies(command: std::ops::Range<usize>, bodies: &[(usize, usize)]) -> std::ops::Range<usize> {
    let own = bodies.iter().filter(|(operator, _)| command.contains(operator));
    command.start..own.map(|(_, end)| *end).max().unwrap_or(command.end).max(command.end)
}

/// What stands behind `<<EOF`: nothing or a shell, so that the body is a script.
fn is_for_shell(rest: &str) -> bool {
    matches!(rest.trim(), "" | "sh" | "bash" | "/bin/sh" | "/bin/bash")
}

/// Docker takes comment lines and empty lines out of a continued command; here they become
/// blanks, so that no byte moves.
fn without_comments(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut continued = false;
    for line in text.split_inclusive('\n') {
        let body = line.trim();
        if continued && (body.is_empty() || body.starts_with('#')) {
            clean.extend(line.bytes().map(|_| ' '));
            continue;
        }
        continued = body.ends_with('\\');
        clean.push_str(line);
    }
    clean
}
