//! Reports: one [`Report`], written in one of the formats of [`REPORTERS`].
//!
//! A reporter sees the report and the texts it points into, never the inventory.

mod changes;
mod concise;
mod frame;
mod functions;
mod github;
mod gitlab;
mod html;
mod json;
mod junit;
mod markdown;
mod markup;
mod outcomes;
pub mod rehearsal;
mod sarif;
mod schema;
mod text;
mod updates;

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::cli::Format;
use crate::drift::{LockChangeRow, SizeChangeRow};
use crate::finding::{Finding, Status, Undecided};
use crate::history::pipeline::PipelineRow;
use crate::history::reproducibility::ReproducibilityRow;
use crate::history::row::{HistoryRow, OutcomeRow};
use crate::inventory::Coverage;
use crate::rehearse::rows::RehearsalRow;
use crate::rows::{Metrics, Rows};
use crate::severity::Severity;
use crate::source::{Sources, Span};
use crate::updates::Updates;
use crate::words::counted;

pub use frame::problem_frame;
pub use outcomes::lines as outcome_lines;
pub use schema::schema;
pub use updates::write_updates;

/// All that a run found, ready to be written.
#[derive(Debug)]
pub struct Report {
    /// The verb, and when and how long it ran; left out by `--reproducible`.
    pub run: Option<Run>,
    /// The repository.
    pub repository: Repository,
    /// What was read.
    pub coverage: Coverage,
    /// How many rules ran.
    pub rules_run: usize,
    /// Files that could not be understood.
    pub problems: Vec<ProblemRow>,
    /// Services, lockfiles, functions, toolchains.
    pub rows: Rows,
    /// The numbers of the run.
    pub metrics: Metrics,
    /// What was found, in order: path, place, rule.
    pub findings: Vec<Finding>,
    /// The pages of the rules that found something, by id.
    pub pages: BTreeMap<String, RulePage>,
    /// The stage of each finding, in the order of `findings`.
    pub stages: Vec<crate::config::Stage>,
    /// Fingerprints that were there before and are gone.
    pub fixed: Vec<String>,
    /// What became of lockfiles and packages since the base; `None` without one.
    pub changes: Option<Changes>,
    /// What became of a rehearsal; `None` for other verbs.
    pub rehearsal: Option<Vec<RehearsalRow>>,
    /// The weekly report; `None` for other verbs.
    pub updates: Option<Updates>,
    /// What history tells; `None` where it was not read.
    pub outcomes: Option<Outcomes>,
    /// What could not be decided.
    pub undecided: Vec<Undecided>,
    /// The sums.
    pub summary: Summary,
    /// How long each phase took, for `--stats`.
    pub phases: Vec<(&'static str, std::time::Duration)>,
}

/// What a rule says of its fault.
#[derive(Debug, Clone)]
pub struct RulePage {
    /// Its group.
    pub group: String,
    /// The fault, in a few words.
    pub title: String,
    /// What breaks and when.
    pub why: String,
    /// What to do, in prose.
    pub fix: String,
}

/// When and how a run was made.
#[derive(Debug, Clone)]
pub struct Run {
    /// The verb.
    pub command: String,
    /// When it began, as `YYYY-MM-DDTHH:MM:SSZ`.
    pub started: String,
    /// How long it took.
    pub duration_ms: u64,
}

/// What git says of the repository.
#[derive(Debug, Clone, Default)]
pub struct Repository {
    /// The commit of `HEAD`.
    pub commit: Option<String>,
    /// Whether the working tree differs from it; `None` when that was not asked.
    pub dirty: Option<bool>,
    /// The commit that was compared with.
    pub base: Option<String>,
}

/// What differs from the base besides findings.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    /// Lockfiles, by path.
    pub locks: Vec<LockChangeRow>,
    /// Sizes of functions, the largest first.
    pub sizes: Vec<SizeChangeRow>,
}

/// What history, saved runs and records of builds tell.
#[derive(Debug, Clone)]
pub struct Outcomes {
    /// The commits that were walked.
    pub history: HistoryRow,
    /// Lockfiles, by path.
    pub rows: Vec<OutcomeRow>,
    /// Workflows by name; `None` without saved runs.
    pub pipelines: Option<Vec<PipelineRow>>,
    /// Rates of reproducibility; `None` without records.
    pub reproducibility: Option<ReproducibilityRow>,
    /// What else has to be known to read the numbers, a sentence each.
    pub notes: Vec<String>,
}

/// A file, or a part of one, that could not be understood.
#[derive(Debug, Clone)]
pub struct ProblemRow {
    /// Where.
    pub span: Span,
    /// What is wrong.
    pub explanation: String,
    /// Which trouble.
    pub trouble: String,
    /// What the file is.
    pub role: String,
}

/// The sums of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, schemars::JsonSchema)]
pub struct Summary {
    /// Errors that count.
    pub errors: usize,
    /// Warnings that count.
    pub warnings: usize,
    /// Notes that count.
    pub notes: usize,
    /// Findings that are new.
    pub new: usize,
    /// Findings that the base has too.
    pub existing: usize,
    /// Findings that are gone.
    pub fixed: usize,
    /// Findings that the baseline accepts.
    pub baselined: usize,
    /// Findings that are overlooked on request.
    pub suppressed: usize,
    /// The exit code.
    pub exit_code: u8,
}

/// How a report is to look.
#[derive(Debug, Clone, Copy, Default)]
pub struct Look {
    /// Whether colours are wanted.
    pub color: bool,
    /// Whether undecided answers are listed.
    pub unknown: bool,
    /// Whether statistics are shown.
    pub stats: bool,
}

/// Writes a report in one format.
pub type Reporter = fn(&Report, &Sources, Look, &mut dyn Write) -> io::Result<()>;

/// The formats and their reporters.
pub const REPORTERS: &[(Format, Reporter)] = &[
    (Format::Text, text::write),
    (Format::Concise, concise::write),
    (Format::Json, json::write),
    (Format::Github, github::write),
    (Format::Sarif, sarif::write),
    (Format::Gitlab, gitlab::write),
    (Format::Junit, junit::write),
    (Format::Markdown, markdown::write),
    (Format::Html, html::write),
];

/// Writes a report.
///
/// # Errors
/// When the output cannot be written.
pub fn write(format: Format, report: &Report, sources: &Sources, look: Look, out: &mut dyn Write) -> io::Result<()> {
    let reporter = REPORTERS.iter().find(|(known, _)| *known == format).expect("every format has a reporter");
    (reporter.1)(report, sources, look, out)
}

impl Report {
    /// What was found, in one line.
    pub fn headline(&self) -> String {
        let counts = Severity::ALL.into_iter().map(|severity| (severity, self.count(severity)));
        let mut parts: Vec<String> =
            counts.filter(|(_, count)| *count > 0).map(|(severity, count)| counted(count, severity.word())).collect();
        if parts.is_empty() {
            parts.push("nothing to report".to_owned());
        }
        let sums = [
            (self.summary.existing, "already in the base"),
            (self.summary.baselined, "in the baseline"),
            (self.summary.fixed, "fixed since then"),
        ];
        parts.extend(sums.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")));
        parts.join(", ")
    }

    /// All findings but those in services that are only observed: new, known and overlooked ones.
    pub fn reported(&self) -> impl Iterator<Item = &Finding> {
        let observed = crate::config::Stage::Observe;
        self.findings.iter().zip(&self.stages).filter(move |(_, stage)| **stage != observed).map(|(finding, _)| finding)
    }

    /// Findings that people are to see: new ones, in a stage that shows them.
    pub fn shown(&self) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .zip(&self.stages)
            .filter(|(finding, stage)| finding.status == Status::New && **stage != crate::config::Stage::Observe)
            .map(|(finding, _)| finding)
    }

    /// How many findings would be shown were they not in services that are only observed.
    pub fn observed(&self) -> usize {
        let observed = crate::config::Stage::Observe;
        let counts =
            |(finding, stage): &(&Finding, &crate::config::Stage)| finding.status == Status::New && **stage == observed;
        self.findings.iter().zip(&self.stages).filter(counts).count()
    }

    /// How many shown findings have a severity.
    pub fn count(&self, severity: Severity) -> usize {
        self.shown().filter(|finding| finding.severity == severity).count()
    }
}
