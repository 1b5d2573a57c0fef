//! Parses the arguments, runs one command, and turns its outcome into an exit code.

use std::process::ExitCode;

use clap::Parser;

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    ExitCode::from(reproof::command::run(&reproof::cli::Cli::parse()))
}
