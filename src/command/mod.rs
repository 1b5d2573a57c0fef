//! The verbs. Only here are outputs opened and errors of any kind put into words.

mod advisories;
mod bare;
mod base;
mod baseline;
mod check;
mod compare;
mod environment;
mod facts;
mod fingerprint;
mod init;
mod judge;
mod manual;
mod mend;
mod metrics;
mod output;
mod progress;
mod rehearse;
mod repository;
mod rules;
mod terminal;
mod trend;
mod updates;

use std::io::{self, Write};

use clap::CommandFactory;

use crate::cli::{Cli, Schema, Verb};

/// Nothing at or above the severity that fails.
pub const CLEAN: u8 = 0;
/// Findings that fail.
pub const FINDINGS: u8 = 1;
/// Wrong usage, configuration or rule file, or nothing was checked.
pub const WRONG: u8 = 2;
/// It could not be determined.
pub const UNDETERMINED: u8 = 3;

/// Runs what was typed and gives the exit code.
pub fn run(cli: &Cli) -> u8 {
    let common = &cli.common;
    let color = terminal::colors(common.color);
    terminal::hush(common.quiet);
    let jobs = match &cli.verb {
        Verb::Check(arguments) => arguments.input.jobs,
        Verb::Facts(arguments) => arguments.input.jobs,
        Verb::Updates(arguments) => arguments.input.jobs,
        Verb::Metrics(arguments) => arguments.jobs,
        _ => None,
    };
    if jobs == Some(0) {
        terminal::complain("--jobs needs at least 1");
        return WRONG;
    }
    threads(jobs.unwrap_or(0));
    let outcome = match &cli.verb {
        Verb::Check(arguments) => on_a_worker(|| check::run(arguments, common, color)),
        Verb::Init(arguments) => init::run(arguments, common, color),
        Verb::Rules { action } => rules::run(action, common, color),
        Verb::Facts(arguments) => facts::run(arguments, common, color),
        Verb::Compare(arguments) => compare::run(arguments),
        Verb::Rehearse(arguments) => rehearse::run(arguments, common, color),
        Verb::Fingerprint(arguments) => fingerprint::run(arguments, common, color),
        Verb::Updates(arguments) => updates::run(arguments, common, color),
        Verb::Metrics(arguments) => metrics::run(arguments, common, color),
        Verb::Schema { what } => schema(*what),
        Verb::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "reproof", &mut text);
            print(&text)
        }
        Verb::Man { verb } => manual::run(verb.as_deref()),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            let message = error.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ");
            terminal::complain(&message);
            if error.is::<Undetermined>() { UNDETERMINED } else { WRONG }
        }
    }
}

/// Why an answer could not be had: the run is neither clean nor wrong.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Undetermined(String);

/// Sets up the threads that everything shares, with room for the deepest text that is read; 0 is one for each core.
fn threads(jobs: usize) {
    // Fails only when there are threads already, which then serve.
    let _existing = rayon::ThreadPoolBuilder::new().num_threads(jobs).stack_size(8 * 1024 * 1024).build_global();
}

/// Does a piece of work on one of these threads: the memory that their readers let go of serves what comes after.
fn on_a_worker<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    rayon::scope(|_| work())
}

fn schema(what: Schema) -> anyhow::Result<u8> {
    let text = match what {
        Schema::Report => crate::report::schema(),
        Schema::Config => include_str!("../../docs/config.schema.json").to_owned(),
        Schema::Compare => crate::compare::schema(),
        Schema::Fingerprint => crate::fingerprint::schema(),
        Schema::Rule => include_str!("../../docs/rule.schema.json").to_owned(),
    };
    print(text.trim_end().as_bytes())?;
    print(b"\n")
}

/// Writes to standard output; a reader that has gone away is no error.
fn print(bytes: &[u8]) -> anyhow::Result<u8> {
    match io::stdout().lock().write_all(bytes) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(CLEAN),
    }
}
