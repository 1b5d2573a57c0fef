//! Options of `reproof metrics`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{FailOn, RuleChoice};

/// Options of `reproof metrics`.
#[derive(Debug, Args)]
pub struct Metrics {
    /// Lockfiles or directories to measure [default: all lockfiles of the repository's projects]
    pub paths: Vec<PathBuf>,
    /// The branch or commit whose history is measured, along first parents.
    #[arg(long = "ref", value_name = "REV", default_value = "HEAD")]
    pub reference: String,
    /// Count only what happened from this day on
    #[arg(long, value_name = "DATE")]
    pub since: Option<String>,
    /// A step back within so many days of an upgrade undoes it.
    #[arg(long, value_name = "DAYS", default_value_t = 14)]
    pub window: u16,
    /// How many past states of each project are judged for freshness; 0 for none.
    #[arg(long, value_name = "N", default_value_t = 500)]
    pub replay: usize,
    /// Incidents as a JSON list of {service, started, recovered}: times to recover are taken from them
    #[arg(long, value_name = "FILE")]
    pub incidents: Option<PathBuf>,
    /// Saved jobs of GitHub Actions: how long pipelines take
    #[arg(long, value_name = "FILE")]
    pub pipelines: Option<PathBuf>,
    /// Compare pipelines before and after this day or commit
    #[arg(long, value_name = "DATE|COMMIT", requires = "pipelines")]
    pub since_change: Option<String>,
    /// Records of `reproof fingerprint`, one JSON line each: rates of reproducibility (repeatable)
    #[arg(long, value_name = "FILE")]
    pub records: Vec<PathBuf>,
    /// Show what the lines of these files tell, and read no repository (repeatable)
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with_all = ["append", "incidents", "pipelines", "records"])]
    pub trend: Vec<PathBuf>,
    /// Append the numbers of this run to a file, one JSON line a run
    #[arg(long, value_name = "FILE")]
    pub append: Option<PathBuf>,
    #[command(flatten)]
    pub choice: RuleChoice,
    /// The format of standard output.
    #[arg(long, value_enum, default_value_t = MetricsFormat::Text)]
    pub format: MetricsFormat,
    /// Write a further report to a file (repeatable)
    #[arg(long, value_name = "FORMAT=FILE")]
    pub output: Vec<String>,
    /// The least severity that fails the run.
    #[arg(long, value_enum, default_value_t = FailOn::Never, value_name = "SEVERITY")]
    pub fail_on: FailOn,
    /// Leave out of reports what varies from run to run.
    #[arg(long)]
    pub reproducible: bool,
    /// How many threads to use [default: all cores]
    #[arg(long, value_name = "N")]
    pub jobs: Option<usize>,
}

/// Formats of `reproof metrics`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MetricsFormat {
    /// For people.
    Text,
    /// The JSON report, with its section `outcomes`.
    Json,
    /// Tables for issues and job summaries.
    Markdown,
    /// One page of charts and tables.
    Html,
    /// The newest numbers as an OpenMetrics text.
    Openmetrics,
    /// The newest numbers in CloudWatch's embedded metric format.
    Emf,
}
