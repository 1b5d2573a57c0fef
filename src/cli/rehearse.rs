//! What may be typed after `reproof rehearse`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Options of `reproof rehearse`.
#[derive(Debug, Args)]
pub struct Rehearse {
    /// The revision to go back to [default: the files as they are]
    #[arg(value_name = "REV")]
    pub revision: Option<String>,
    /// Rehearse only what lies below this file or directory (repeatable)
    #[arg(long = "path", value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Rehearse the release tags since then (or a commit a month where there are none): 2y, 6m, 90d, a date
    #[arg(long, value_name = "TIME", conflicts_with = "revision")]
    pub since: Option<String>,
    /// Rehearse the tags that match this pattern
    #[arg(long, value_name = "PATTERN", conflicts_with = "revision")]
    pub tags: Option<String>,
    /// The machine to install on: python3.12-linux-x86_64 [default: what the repository states]
    #[arg(long, value_name = "MACHINE")]
    pub target: Option<String>,
    /// Fetch the files that the target installs, and hash them.
    #[arg(long)]
    pub deep: bool,
    /// Keep those files in this directory; asks for --deep
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
    /// Fail on warnings too.
    #[arg(long)]
    pub strict: bool,
    /// Ask nobody: answer from the cache, with its age.
    #[arg(long)]
    pub offline: bool,
    /// How old an answer of the cache may be: 30m, 2h, 0 [default: 1h]
    #[arg(long, value_name = "TIME")]
    pub max_age: Option<String>,
    /// List everything that was looked at, not only what is not as it was.
    #[arg(long)]
    pub all: bool,
    /// The format of standard output.
    #[arg(long, value_enum, default_value_t = RehearsalFormat::Text)]
    pub format: RehearsalFormat,
    /// Write a further report to a file (repeatable)
    #[arg(long, value_name = "FORMAT=FILE")]
    pub output: Vec<String>,
    /// Append the numbers of this run to a file, one JSON line a run
    #[arg(long, value_name = "FILE")]
    pub append: Option<PathBuf>,
    /// Leave out of reports what varies from run to run.
    #[arg(long)]
    pub reproducible: bool,
}

/// Formats of a rehearsal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RehearsalFormat {
    /// For people.
    Text,
    /// For job summaries, comments and issues.
    Markdown,
    /// The JSON report.
    Json,
}
