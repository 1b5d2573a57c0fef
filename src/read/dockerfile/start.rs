//! What a container of an image runs when it starts: `ENTRYPOINT` and `CMD`.

use std::collections::BTreeMap;

use parse_dockerfile::Command;

use crate::lock_use::{self, Invocation};
use crate::shell::{self, quoted};

/// What a container of a stage runs, as lines for the shell.
#[derive(Debug, Clone, Default)]
pub(super) struct Start {
    entrypoint: String,
    command: String,
    /// What `ENV` says of the modes of frameworks.
    modes: BTreeMap<String, String>,
}

/// Variables that put a framework into a mode, with the value for developers, and the program that looks at them.
const MODES: &[(&str, &str, &str)] =
    &[("RAILS_ENV", "development", "rails"), ("FLASK_ENV", "development", "flask"), ("FLASK_DEBUG", "1", "flask")];

impl Start {
    pub(super) fn entrypoint(&mut self, command: &Command<'_>) {
        self.entrypoint = line(command);
    }

    pub(super) fn command(&mut self, command: &Command<'_>) {
        self.command = line(command);
    }

    pub(super) fn set(&mut self, name: &str, value: &str) {
        if MODES.iter().any(|(mode, ..)| *mode == name) {
            self.modes.insert(name.to_owned(), value.to_owned());
        }
    }

    /// Whether it starts a server for developers, or tests; `None` where nothing says what it starts. An entry point may be a program that runs the
    /// command, or one that takes it as arguments.
    pub(super) fn serves_developers(&self) -> Option<bool> {
        if self.entrypoint.is_empty() && self.command.is_empty() {
            return None;
        }
        let whole = format!("{} {}", self.entrypoint, self.command);
        let serves = [whole.as_str(), &self.command].iter().any(|line| {
            let commands = shell::parse(line, None).unwrap_or_default();
            commands.iter().flat_map(lock_use::invocations).any(|one| self.is_for_developers(&one))
        });
        Some(serves)
    }

    fn is_for_developers(&self, invocation: &Invocation) -> bool {
        let is_set = |(mode, value, program): &(&str, &str, &str)| {
            *program == invocation.program && self.modes.get(*mode).is_some_and(|set| set == value)
        };
        lock_use::serves_developers(invocation) || MODES.iter().any(is_set)
    }
}

fn line(command: &Command<'_>) -> String {
    match command {
        Command::Exec(words) => words.value.iter().map(|word| quoted(&word.value)).collect::<Vec<_>>().join(" "),
        Command::Shell(text) => text.value.trim().trim_matches('"').to_owned(),
        _ => String::new(),
    }
}
