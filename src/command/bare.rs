//! A report without findings: what verbs that judge no rules put their own section into.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::repository::Repository;
use crate::day::Day;
use crate::inventory::Inventory;
use crate::rehearse::rows::{Verdict, Weight};
use crate::report::{self, ProblemRow, Report, Run, Summary};
use crate::rows;

/// The report of what was read, limited to the paths that are reported on.
pub(super) fn report(repository: &Repository, inventory: &Inventory) -> Report {
    let is_reported = |path: &str| repository.is_reported(path);
    let mut rows = rows::rows(inventory, &repository.config);
    if !repository.reported.is_empty() {
        rows.keep(&repository.reported);
    }
    let metrics = rows::metrics(inventory, &rows, is_reported);
    let problems = inventory.facts.problems.iter().filter(|problem| is_reported(&problem.header.path));
    let problems = problems.map(|problem| ProblemRow {
        span: problem.header.span,
        explanation: problem.explanation.clone(),
        trouble: problem.trouble.clone(),
        role: problem.role.clone(),
    });
    Report {
        run: None,
        repository: report::Repository { commit: crate::git::head(&repository.root), dirty: None, base: None },
        coverage: inventory.coverage.clone(),
        rules_run: 0,
        pages: std::collections::BTreeMap::new(),
        problems: problems.collect(),
        rows,
        metrics,
        findings: Vec::new(),
        stages: Vec::new(),
        fixed: Vec::new(),
        changes: None,
        rehearsal: None,
        updates: None,
        outcomes: None,
        undecided: Vec::new(),
        summary: Summary::default(),
        phases: Vec::new(),
    }
}

/// When and how long a verb ran.
pub(super) fn run_section(command: &str, took: Duration) -> Run {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let (day, second) = (Day::of_unix(i64::try_from(now).unwrap_or(0)), now % 86_400);
    Run {
        command: command.to_owned(),
        started: format!("{day}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60),
        duration_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
    }
}

/// The numbers of a rehearsal, among those of the run.
pub(super) fn count_rehearsal(report: &mut Report) {
    let Some(rows) = &report.rehearsal else { return };
    let is_well = |verdict: Verdict| matches!(verdict, Verdict::Recreatable | Verdict::Warnings);
    report.metrics.services_rehearsed = Some(rows.len());
    report.metrics.services_recreatable = Some(rows.iter().filter(|row| is_well(row.verdict)).count());
    let artifacts = rows.iter().flat_map(|row| &row.artifacts);
    report.metrics.packages_yanked = Some(artifacts.clone().filter(|artifact| artifact.outcome == "yanked").count());
    report.metrics.artifacts_lost = Some(artifacts.filter(|artifact| artifact.weight == Weight::Failure).count());
}

/// The numbers of the week, among those of the run.
pub(super) fn count_updates(report: &mut Report) {
    let Some(overview) = report.updates.as_ref().map(|week| &week.overview) else { return };
    let of = |kind: &str| overview.by_kind.get(kind).copied();
    report.metrics.outdated_total = Some(overview.outdated);
    report.metrics.outdated_patch = of("patch");
    report.metrics.outdated_minor = of("minor");
    report.metrics.outdated_major = of("major");
    report.metrics.outdated_calver = of("calver");
    report.metrics.packages_yanked = overview.by_status.get("yanked").copied();
    report.metrics.libyears = Some(overview.libyears);
    report.metrics.lag_years = Some(overview.lag_years);
}
