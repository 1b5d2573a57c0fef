//! Parses the arguments, runs one command, and turns its outcome into an exit code.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    ExitCode::from(reproof::command::run(&reproof::cli::Cli::parse()))
}
