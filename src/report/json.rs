//! The JSON report, `reproof-report/1`: additive changes only, everything sorted.

use std::io::{self, Write};

use schemars::JsonSchema;
use serde::Serialize;

use super::{Look, Report, Summary};
use crate::drift::{InstalledRow, LockChangeRow, SizeChangeRow};
use crate::finding::{Finding, Fix, Label, Status};
use crate::history::pipeline::PipelineRow;
use crate::history::reproducibility::ReproducibilityRow;
use crate::history::row::{HistoryRow, OutcomeRow};
use crate::rehearse::rows::RehearsalRow;
use crate::rows::{LambdaRow, LockfileRow, Metrics, ServiceRow, ToolchainRow};
use crate::source::{Sources, Span};
use crate::updates;

/// The version of the format.
const SCHEMA: &str = "reproof-report/1";

/// Writes the report.
///
/// # Errors
/// When the output cannot be written.
pub(super) fn write(report: &Report, sources: &Sources, _: Look, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &document(report, sources))?;
    writeln!(out)
}

/// The report as it is serialised.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "reproof-report/1")]
pub(super) struct Document<'a> {
    /// `reproof-report/1`.
    schema: &'static str,
    /// The program that wrote it.
    tool: Tool,
    /// When and how the run was made; left out by `--reproducible`.
    #[serde(skip_serializing_if = "Option::is_none")]
    run: Option<RunSection>,
    /// What git says of the repository.
    repository: RepositorySection,
    /// What was read.
    coverage: CoverageSection,
    /// Services by path.
    services: &'a [ServiceRow],
    /// Lockfiles by path.
    lockfiles: &'a [LockfileRow],
    /// Functions by template and line.
    lambdas: &'a [LambdaRow],
    /// Statements of versions by path and line.
    toolchains: Vec<ToolchainSection<'a>>,
    /// Findings by path, place and rule; suppressed and baselined ones among them.
    findings: Vec<FindingSection>,
    /// Fingerprints that the base or the baseline has and this run has not.
    fixed: &'a [String],
    /// Lockfiles whose packages are not those of the base, by path; `null` without a base.
    lock_changes: Option<&'a [LockChangeRow]>,
    /// Functions whose known size is not that of the base, the largest first; `null` without a base.
    size_changes: Option<&'a [SizeChangeRow]>,
    /// The rehearsal, by revision and service; `null` for other verbs.
    rehearsal: Option<&'a [RehearsalRow]>,
    /// Locked packages against what their registries offer, in the order of work. Only of `reproof updates`.
    #[serde(skip_serializing_if = "Option::is_none")]
    updates: Option<&'a [updates::Row]>,
    /// The numbers of the week. Only of `reproof updates`.
    #[serde(skip_serializing_if = "Option::is_none")]
    updates_overview: Option<&'a updates::Overview>,
    /// The projects of the report with their batches, by lockfile. Only of `reproof updates`.
    #[serde(skip_serializing_if = "Option::is_none")]
    updates_projects: Option<&'a [updates::ProjectRow]>,
    /// Names at several versions in the repository, the widest first. Only of `reproof updates`.
    #[serde(skip_serializing_if = "Option::is_none")]
    drift: Option<&'a [updates::SpreadRow]>,
    /// Runtimes, toolchains, images, actions and hooks as they are stated. Only of `reproof updates`.
    #[serde(skip_serializing_if = "Option::is_none")]
    platform: Option<&'a [updates::PlatformRow]>,
    /// What is installed and not locked so. Only of `reproof updates --env`.
    #[serde(skip_serializing_if = "Option::is_none")]
    environment: Option<&'a [InstalledRow]>,
    /// The commits that `metrics` walked.
    #[serde(skip_serializing_if = "Option::is_none")]
    history: Option<&'a HistoryRow>,
    /// What history tells of lockfiles, by path: `metrics`.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcomes: Option<&'a [OutcomeRow]>,
    /// How long workflows take: `metrics --pipelines`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pipelines: Option<&'a [PipelineRow]>,
    /// How often builds of one source agree: `metrics --records`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reproducibility: Option<&'a ReproducibilityRow>,
    /// Rules that could not be decided.
    unknowns: Vec<UnknownSection>,
    /// The numbers of the run.
    metrics: &'a Metrics,
    /// The sums.
    summary: &'a Summary,
}

#[derive(Serialize, JsonSchema)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize, JsonSchema)]
struct RunSection {
    command: String,
    /// `YYYY-MM-DDTHH:MM:SSZ`
    started: String,
    duration_ms: u64,
}

#[derive(Serialize, JsonSchema)]
struct RepositorySection {
    /// The commit of `HEAD`; `null` without git.
    commit: Option<String>,
    /// Whether the working tree differs from it; `null` when not measured.
    dirty: Option<bool>,
    /// The commit that was compared with; `null` when none was.
    base: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct CoverageSection {
    files_seen: usize,
    files_read: usize,
    by_reader: std::collections::BTreeMap<&'static str, usize>,
    /// Files that could not be understood.
    problems: Vec<ProblemSection>,
    rules_run: usize,
}

#[derive(Serialize, JsonSchema)]
struct ProblemSection {
    location: LocationSection,
    trouble: String,
    role: String,
    message: String,
}

#[derive(Serialize, JsonSchema)]
struct ToolchainSection<'a> {
    /// The tool.
    tool: &'a str,
    /// Where it is stated.
    path: &'a str,
    /// The line.
    line: u32,
    /// What is stated.
    stated: Option<&'a str>,
    /// How exactly: p0 to p5, or unknown.
    level: &'a str,
    /// closed, open or unknown: whether what the tool brings with it is fixed too.
    closure: &'a str,
    /// What the statement does.
    role: &'a str,
    /// When it counts.
    phase: &'a str,
}

#[derive(Serialize, JsonSchema)]
struct FindingSection {
    fingerprint: String,
    rule: String,
    group: String,
    /// error, warning, note
    severity: &'static str,
    /// new, existing, baselined, suppressed
    status: &'static str,
    /// The reason of a suppression.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    subject: String,
    message: String,
    location: LocationSection,
    related: Vec<RelatedSection>,
    why: String,
    help: String,
    fix: Option<FixSection>,
}

#[derive(Serialize, JsonSchema)]
struct LocationSection {
    path: String,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize, JsonSchema)]
struct RelatedSection {
    path: String,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    message: String,
}

#[derive(Serialize, JsonSchema)]
struct FixSection {
    title: String,
    safe: bool,
    edits: Vec<EditSection>,
    command: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct EditSection {
    location: LocationSection,
    text: String,
}

#[derive(Serialize, JsonSchema)]
struct UnknownSection {
    rule: String,
    subject: String,
    field: String,
    reason: String,
    location: LocationSection,
}

fn document<'a>(report: &'a Report, sources: &Sources) -> Document<'a> {
    let week = report.updates.as_ref();
    Document {
        schema: SCHEMA,
        tool: Tool { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") },
        run: report.run.as_ref().map(|run| RunSection {
            command: run.command.clone(),
            started: run.started.clone(),
            duration_ms: run.duration_ms,
        }),
        repository: RepositorySection {
            commit: report.repository.commit.clone(),
            dirty: report.repository.dirty,
            base: report.repository.base.clone(),
        },
        coverage: coverage(report, sources),
        services: &report.rows.services,
        lockfiles: &report.rows.lockfiles,
        lambdas: &report.rows.lambdas,
        toolchains: report.rows.toolchains.iter().map(|row| toolchain_section(row, sources)).collect(),
        findings: report.findings.iter().map(|finding| finding_section(finding, sources)).collect(),
        fixed: &report.fixed,
        lock_changes: report.changes.as_ref().map(|changes| &*changes.locks),
        size_changes: report.changes.as_ref().map(|changes| &*changes.sizes),
        rehearsal: report.rehearsal.as_deref(),
        updates: week.map(|week| &*week.rows),
        updates_overview: week.map(|week| &week.overview),
        updates_projects: week.map(|week| &*week.projects),
        drift: week.map(|week| &*week.spreads),
        platform: week.map(|week| &*week.platform),
        environment: week.and_then(|week| week.environment.as_deref()),
        history: report.outcomes.as_ref().map(|outcomes| &outcomes.history),
        outcomes: report.outcomes.as_ref().map(|outcomes| &*outcomes.rows),
        pipelines: report.outcomes.as_ref().and_then(|outcomes| outcomes.pipelines.as_deref()),
        reproducibility: report.outcomes.as_ref().and_then(|outcomes| outcomes.reproducibility.as_ref()),
        unknowns: report
            .undecided
            .iter()
            .map(|undecided| UnknownSection {
                rule: undecided.rule.clone(),
                subject: undecided.subject.clone(),
                field: undecided.field.clone(),
                reason: undecided.reason.clone(),
                location: location(undecided.span, sources),
            })
            .collect(),
        metrics: &report.metrics,
        summary: &report.summary,
    }
}

fn toolchain_section<'a>(row: &'a ToolchainRow, sources: &Sources) -> ToolchainSection<'a> {
    ToolchainSection {
        tool: &row.tool,
        path: &row.path,
        line: sources.location(row.span).start.line,
        stated: row.stated.as_deref(),
        level: &row.level,
        closure: &row.closure,
        role: &row.role,
        phase: &row.phase,
    }
}

fn coverage(report: &Report, sources: &Sources) -> CoverageSection {
    let problems = report.problems.iter().map(|problem| ProblemSection {
        location: location(problem.span, sources),
        trouble: problem.trouble.clone(),
        role: problem.role.clone(),
        message: problem.explanation.clone(),
    });
    CoverageSection {
        files_seen: report.coverage.files_seen,
        files_read: report.coverage.files_read,
        by_reader: report.coverage.by_reader.clone(),
        problems: problems.collect(),
        rules_run: report.rules_run,
    }
}

fn finding_section(finding: &Finding, sources: &Sources) -> FindingSection {
    let reason = match &finding.status {
        Status::Suppressed { reason, .. } => Some(reason.clone()),
        _ => None,
    };
    FindingSection {
        fingerprint: finding.fingerprint.clone(),
        rule: finding.rule.clone(),
        group: finding.group.clone(),
        severity: finding.severity.word(),
        status: finding.status.word(),
        reason,
        subject: finding.subject.clone(),
        message: finding.message.clone(),
        location: location(finding.primary.span, sources),
        related: finding.related.iter().map(|label| related(label, sources)).collect(),
        why: finding.why.clone(),
        help: finding.help.clone(),
        fix: finding.fix.as_ref().map(|fix| fix_section(fix, sources)),
    }
}

fn location(span: Span, sources: &Sources) -> LocationSection {
    let place = sources.location(span);
    LocationSection {
        path: place.path,
        line: place.start.line,
        column: place.start.column,
        end_line: place.end.line,
        end_column: place.end.column,
    }
}

fn related(label: &Label, sources: &Sources) -> RelatedSection {
    let LocationSection { path, line, column, end_line, end_column } = location(label.span, sources);
    RelatedSection { path, line, column, end_line, end_column, message: label.text.clone() }
}

fn fix_section(fix: &Fix, sources: &Sources) -> FixSection {
    FixSection {
        title: fix.title.clone(),
        safe: fix.safe,
        edits: fix
            .edits
            .iter()
            .map(|edit| EditSection { location: location(edit.span, sources), text: edit.text.clone() })
            .collect(),
        command: fix.command.clone(),
    }
}
