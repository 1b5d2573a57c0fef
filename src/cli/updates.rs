//! Options of `reproof updates`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::Input;

/// Options of `reproof updates`.
#[derive(Debug, Args)]
pub struct Updates {
    /// Files or directories to report on [default: the whole repository]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub input: Input,
    /// The format of standard output.
    #[arg(long, value_enum, default_value_t = UpdatesFormat::Text)]
    pub format: UpdatesFormat,
    /// Write a further report to a file (repeatable)
    #[arg(long, value_name = "FORMAT=FILE")]
    pub output: Vec<String>,
    /// Append the numbers of this run to a file, one JSON line a run
    #[arg(long, value_name = "FILE")]
    pub append: Option<PathBuf>,
    /// Say what changed since this JSON report
    #[arg(long, value_name = "LAST.json")]
    pub since: Option<PathBuf>,
    /// How old an answer of the cache may be: 30m, 2h, 0 [default: 1h]
    #[arg(long, value_name = "TIME")]
    pub max_age: Option<String>,
    /// Ask nobody: answer from the cache, with its age.
    #[arg(long)]
    pub offline: bool,
    /// Look advisories up in a folder of OSV files
    #[arg(long, value_name = "DIR")]
    pub advisories: Option<PathBuf>,
    /// Compare an installed environment with its lockfile: a virtual environment, or a node_modules folder (repeatable)
    #[arg(long, value_name = "DIR")]
    pub env: Vec<PathBuf>,
    /// Packages of one project that a week's batch holds at most
    #[arg(long, value_name = "N", default_value_t = crate::updates::BATCH)]
    pub batch: usize,
    /// End with 1 when something is to be acted on now
    #[arg(long)]
    pub fail_on_act_now: bool,
    /// Leave out of reports what varies from run to run.
    #[arg(long)]
    pub reproducible: bool,
    /// Show every row on a terminal, and what asking has cost
    #[arg(long)]
    pub stats: bool,
}

/// Formats of the weekly report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum UpdatesFormat {
    /// Tables, for people.
    Text,
    /// The body of an issue.
    Markdown,
    /// One page.
    Html,
    /// The JSON report.
    Json,
    /// Lines for a shell that take this week's batches. Nothing is executed.
    Commands,
}
