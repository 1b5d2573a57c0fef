//! The line of a run: its numbers, by the verb that measures them.

use std::collections::BTreeMap;
use std::path::Path;

use crate::command::bare;
use crate::day::Day;
use crate::history::row::OutcomeRow;
use crate::rehearse::rows::{RehearsalRow, Weight};
use crate::report::Report;
use crate::trend::{Line, OutcomePoint, RatePoint, RehearsalPoint, SCHEMA, ServicePoint, UpdatePoint};
use crate::updates::ProjectRow;

/// The line of a run. `now` is the day that `--now` named.
pub(in crate::command) fn line(report: &Report, command: &str, root: &Path, now: Option<&str>) -> Line {
    let run = report.run.clone().unwrap_or_else(|| bare::run_section(command, std::time::Duration::ZERO));
    let time = now.and_then(Day::parse).map_or(run.started, |day| format!("{day}T00:00:00Z"));
    let mut rules: BTreeMap<String, usize> = BTreeMap::new();
    for finding in report.shown() {
        *rules.entry(finding.rule.clone()).or_default() += 1;
    }
    let metrics = serde_json::to_value(&report.metrics).ok().and_then(|value| value.as_object().cloned());
    Line {
        schema: SCHEMA.to_owned(),
        time,
        command: command.to_owned(),
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        repository: crate::git::name(root),
        commit: report.repository.commit.clone(),
        release: report.repository.commit.as_deref().and_then(|commit| crate::git::tag_of(root, commit)),
        duration_ms: report.run.as_ref().map(|run| run.duration_ms),
        rules,
        metrics,
        services: if command == "check" { services(report) } else { Vec::new() },
        outcomes: report.outcomes.iter().flat_map(|outcomes| &outcomes.rows).map(outcome).collect(),
        updates: report.updates.iter().flat_map(|week| &week.projects).map(update).collect(),
        rehearsal: rehearsal(report.rehearsal.as_deref().unwrap_or_default()),
        reproducibility: report.outcomes.as_ref().and_then(|outcomes| outcomes.reproducibility.as_ref()).map(|rates| {
            RatePoint {
                inputs: rates.all.inputs.rate,
                content: rates.all.content.rate,
                bytes: rates.all.bytes.rate,
                coverage: rates.coverage,
                compared: rates.compared,
            }
        }),
    }
}

fn services(report: &Report) -> Vec<ServicePoint> {
    let mut points: BTreeMap<&str, ServicePoint> = BTreeMap::new();
    for row in &report.rows.services {
        let point = ServicePoint {
            path: row.path.clone(),
            errors: row.errors,
            warnings: row.warnings,
            notes: row.notes,
            baselined: row.baselined,
            ..ServicePoint::default()
        };
        points.insert(&row.path, point);
    }
    for lock in &report.rows.lockfiles {
        let service = report.rows.service_of(&lock.path);
        let point = points
            .entry(service)
            .or_insert_with(|| ServicePoint { path: service.to_owned(), ..ServicePoint::default() });
        point.locks_total += 1;
        point.locks_fresh += usize::from(lock.verdict == "fresh");
        point.packages_total += lock.packages;
    }
    points.into_values().collect()
}

fn outcome(row: &OutcomeRow) -> OutcomePoint {
    OutcomePoint {
        service: row.service.clone(),
        lock: row.lock.clone(),
        lock_events: row.lock_events,
        weekly_share: row.weekly_share,
        weeks: row.weeks,
        cadence_days_median: row.cadence_days.median,
        batch_median: row.batch.spread.median,
        rollbacks_confirmed: row.rollbacks.confirmed,
        emergency_changes: row.emergency_changes,
        time_to_recover_hours_median: row.time_to_recover_hours.spread.median,
        time_to_recover_n: row.time_to_recover_hours.spread.n,
        fresh_wall_time: row.fresh_share.wall_time,
        fresh_n: row.fresh_share.n,
    }
}

fn update(row: &ProjectRow) -> UpdatePoint {
    UpdatePoint {
        service: row.service.clone(),
        lock: row.lockfile.clone(),
        packages: row.packages,
        outdated: row.outdated,
        act_now: row.act_now,
        lag_years: row.lag_years.value(),
        libyears: row.libyears.value(),
    }
}

/// The services at the last revision, which is the newest.
fn rehearsal(rows: &[RehearsalRow]) -> Vec<RehearsalPoint> {
    let newest = rows.chunk_by(|a, b| a.rev == b.rev).next_back().unwrap_or_default();
    let point = |row: &RehearsalRow| RehearsalPoint {
        service: row.service.clone(),
        rev: row.rev.clone(),
        verdict: row.verdict.word().to_owned(),
        artifacts: row.artifacts.len(),
        lost: row.weighing(Weight::Failure),
        unknown: row.weighing(Weight::Unknown),
    };
    newest.iter().map(point).collect()
}
