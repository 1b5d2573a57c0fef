//! The command line: what may be typed, and nothing else.

mod compare;
mod fingerprint;
mod metrics;
mod rehearse;
mod updates;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use self::compare::{Compare, CompareFormat, Sameness};
pub use self::fingerprint::{BuilderClass, Fingerprint};
pub use self::metrics::{Metrics, MetricsFormat};
pub use self::rehearse::{RehearsalFormat, Rehearse};
pub use self::updates::{Updates, UpdatesFormat};

/// Can this team recreate the previous environment exactly?
///
/// reproof reads a repository, never runs it, and says what stands in the way of a rollback:
/// stale lockfiles, floating toolchains, Lambda settings left to chance, drift between services.
#[derive(Debug, Parser)]
#[command(name = "reproof", version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
    #[command(flatten)]
    pub common: Common,
}

/// Options of every verb.
#[derive(Debug, Args)]
pub struct Common {
    /// The configuration file [default: reproof.toml, or [tool.reproof] in pyproject.toml]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Today, as YYYY-MM-DD [default: today]
    #[arg(long, global = true, value_name = "DATE")]
    pub now: Option<String>,
    /// When to use colours.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    pub color: Color,
    /// Say what was found and what went wrong, and nothing else: no progress, no account of what was written.
    #[arg(long, short, global = true)]
    pub quiet: bool,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Check a repository: the gate of the Action and the hook.
    Check(Box<Check>),
    /// Write a first configuration, and on request workflows, hooks and a baseline.
    Init(Init),
    /// List, explain or test rules.
    Rules {
        /// What to do with them.
        #[command(subcommand)]
        action: Rules,
    },
    /// Print the inventory as JSON, for people who write rules.
    Facts(Facts),
    /// Say why two builds of one source differ, and what to do about it.
    Compare(Compare),
    /// Prove, artifact by artifact, that the environment of a revision can be built again (asks registries).
    Rehearse(Box<Rehearse>),
    /// Record what a build was made of and what came out, as digests: one JSON line.
    Fingerprint(Box<Fingerprint>),
    /// The weekly report: what registries offer beyond what is locked, in the order of work (network).
    Updates(Box<Updates>),
    /// Measure outcomes in git history: cadence, rollbacks, time to recover, freshness over time.
    Metrics(Box<Metrics>),
    /// Print a JSON Schema.
    Schema {
        /// Which one.
        #[arg(value_enum)]
        what: Schema,
    },
    /// Print shell completions.
    Completions {
        /// The shell.
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print a manual page.
    Man {
        /// The verb it is about [default: all of them, in short]
        verb: Option<String>,
    },
}

/// Options of `reproof init`.
#[derive(Debug, Args)]
pub struct Init {
    /// A directory of the repository.
    #[arg(default_value = ".")]
    pub directory: PathBuf,
    /// Write the workflow for pull requests, .github/workflows/reproof.yml
    #[arg(long)]
    pub workflow: bool,
    /// Write the workflow that keeps a weekly issue, .github/workflows/reproof-weekly.yml
    #[arg(long)]
    pub weekly: bool,
    /// Add the hooks to .pre-commit-config.yaml
    #[arg(long)]
    pub hook: bool,
    /// Accept the findings of today: write reproof-baseline.toml
    #[arg(long)]
    pub baseline: bool,
    /// Where the action and the hooks come from.
    #[arg(long, value_name = "OWNER/NAME@REV")]
    pub origin: Option<String>,
    /// Write over files that are there.
    #[arg(long)]
    pub force: bool,
    /// Show what would be written, and write nothing.
    #[arg(long)]
    pub dry_run: bool,
}

/// Options of `reproof check`.
#[derive(Debug, Default, Args)]
pub struct Check {
    /// Files or directories to report on [default: the whole repository]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub input: Input,
    #[command(flatten)]
    pub choice: RuleChoice,
    /// The format of standard output [default: text]
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Write a further report to a file (repeatable)
    #[arg(long, value_name = "FORMAT=FILE")]
    pub output: Vec<String>,
    /// Append the numbers of this run to a file, one JSON line a run
    #[arg(long, value_name = "FILE")]
    pub append: Option<PathBuf>,
    /// The least severity that fails the run.
    #[arg(long, value_enum, default_value_t = FailOn::Error, value_name = "SEVERITY")]
    pub fail_on: FailOn,
    /// Compare with a revision: only what is new since the branch left it fails. `auto` takes it from CI
    #[arg(long, value_name = "REV")]
    pub base: Option<String>,
    /// The file of accepted findings [default: reproof-baseline.toml, if it is there]
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write the baseline: all findings where there is none, else take out what was mended
    #[arg(long)]
    pub write_baseline: bool,
    /// Make the safe fixes.
    #[arg(long, conflicts_with_all = ["staged", "base"])]
    pub fix: bool,
    /// Show the safe fixes as a diff, and change nothing.
    #[arg(long, conflicts_with_all = ["fix", "staged", "base"])]
    pub diff: bool,
    /// Show what could not be decided, and why.
    #[arg(long)]
    pub show_unknown: bool,
    /// Leave out of reports what varies from run to run.
    #[arg(long)]
    pub reproducible: bool,
    /// Say what was read, verdict by verdict, and how long it took.
    #[arg(long)]
    pub stats: bool,
}

/// Which rules run and how, for every verb that judges.
#[derive(Debug, Default, Args)]
pub struct RuleChoice {
    /// Which rules run by default.
    #[arg(long, value_enum)]
    pub profile: Option<Profile>,
    /// Run only this rule or group (repeatable)
    #[arg(long = "rule", value_name = "RULE")]
    pub only: Vec<String>,
    /// Leave this rule or group out (repeatable)
    #[arg(long, value_name = "RULE")]
    pub skip: Vec<String>,
    /// Set a parameter of a rule (repeatable)
    #[arg(long = "set", value_name = "RULE.PARAM=VALUE")]
    pub set: Vec<String>,
    /// Run without suppressions.
    #[arg(long)]
    pub no_ignore: bool,
}

/// Where names and bytes come from, for every verb that reads a repository.
#[derive(Debug, Default, Args)]
pub struct Input {
    /// Take the names of files from the git index.
    #[arg(long)]
    pub tracked: bool,
    /// Read what is staged, and report only on staged files.
    #[arg(long, conflicts_with = "tracked")]
    pub staged: bool,
    /// How many threads to use [default: all cores]
    #[arg(long, value_name = "N")]
    pub jobs: Option<usize>,
}

/// What to do with rules.
#[derive(Debug, Subcommand)]
pub enum Rules {
    /// List them, own rules included.
    List,
    /// Print the page of a rule.
    Explain {
        /// The rule.
        rule: String,
    },
    /// Run the examples of rules: the built-in ones, own ones, or the files given.
    Test {
        /// Rule files, or folders of them.
        files: Vec<PathBuf>,
    },
}

/// Options of `reproof facts`.
#[derive(Debug, Args)]
pub struct Facts {
    /// Files or directories whose facts are printed [default: the whole repository]
    pub paths: Vec<PathBuf>,
    /// Only facts of this kind (repeatable)
    #[arg(long, value_name = "KIND")]
    pub kind: Vec<String>,
    #[command(flatten)]
    pub input: Input,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR says otherwise.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Which rules run by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Profile {
    /// What a well-kept repository passes.
    Default,
    /// Everything.
    Strict,
}

/// Formats of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Code frames, for people.
    Text,
    /// One line a finding.
    Concise,
    /// The JSON report.
    Json,
    /// GitHub annotations.
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// GitLab's code quality report.
    Gitlab,
    /// JUnit XML, a suite for each service.
    Junit,
    /// A table for job summaries, comments and issues.
    Markdown,
    /// One page with search and filters.
    Html,
}

/// What fails a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum FailOn {
    /// Errors.
    #[default]
    Error,
    /// Warnings and errors.
    Warning,
    /// Any finding.
    Note,
    /// Nothing.
    Never,
}

/// Printable schemas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Schema {
    /// The JSON report.
    Report,
    /// reproof.toml.
    Config,
    /// A rule file.
    Rule,
    /// The JSON of `reproof compare`.
    Compare,
    /// A record of `reproof fingerprint`.
    Fingerprint,
}
