//! `reproof check`, the gate: runs the pipeline and writes the reports.

use std::time::{Duration, Instant};

use anyhow::bail;

use super::base::Compared;
use super::judge::Rules;
use super::output::{self, Output, Place};
use super::progress::Progress;
use super::repository::{self, Repository};
use super::{CLEAN, FINDINGS, Undetermined, WRONG, bare, base, baseline, judge, mend, trend};
use crate::cli::{Check, Common, FailOn, Format};
use crate::config::Stage;
use crate::engine::Judgement;
use crate::finding::{Finding, Status};
use crate::inventory::Inventory;
use crate::report::{self, Look, Report, Summary};
use crate::rows;
use crate::severity::Severity;
use crate::words::counted;

/// Runs the verb.
pub(super) fn run(arguments: &Check, common: &Common, color: bool) -> anyhow::Result<u8> {
    let begun = Instant::now();
    let outputs = output::asked(&arguments.output)?;
    let today = repository::today(common.now.as_deref())?;
    let mut repository = repository::find(&arguments.paths, common.config.as_deref())?;
    let rules = judge::rules(&mut repository, &arguments.choice, judge::Scope::Tree)?;
    let faults = judge::show_faults(&repository, &rules, color);
    if faults.stops {
        return Ok(WRONG);
    }
    let known = baseline::find(&repository, arguments)?;
    let mut phases = Phases::new(begun);
    phases.end("prepare");
    let progress = Progress::new("reading");
    let no_base = |error| Undetermined(format!("the base cannot be compared with: {error:#}"));
    let base = base::find(&repository, arguments).map_err(no_base)?;
    let tree = base.as_ref().map(|base| &*base.tree);
    let (mut inventory, kept) = repository.scan_beside(&arguments.input, today, tree)?;
    phases.end("read and join");
    if arguments.input.staged && repository.nothing_staged() {
        return Ok(CLEAN);
    }
    if !repository.was_read(&inventory) {
        return nothing_checked(&repository, &inventory, arguments.input.staged);
    }
    let mut judged = judge::judge(&mut inventory, &repository, &rules, &arguments.choice, today);
    phases.end("judge");
    progress.now("comparing");
    let compared = match base {
        Some(base) => base::compare(base, kept, &repository, &rules, arguments, today, &inventory).map_err(no_base)?,
        None => Compared::default(),
    };
    let mark = |inventory: &Inventory, findings: &mut [Finding]| {
        let fixed = compared.mark(inventory, findings);
        (fixed, known.mark(&repository, &rules, inventory, findings))
    };
    let (mut fixed, mut accepted) = mark(&inventory, &mut judged.findings);
    if arguments.base.is_some() {
        phases.end("compare");
    }
    if arguments.fix || arguments.diff {
        progress.now("trying fixes");
        let after = mend::run(&repository, &rules, arguments, today, &inventory, &judged)?;
        if arguments.diff {
            return Ok(CLEAN);
        }
        if let Some(after) = after {
            (inventory, judged) = after;
            (fixed, accepted) = mark(&inventory, &mut judged.findings);
        }
        phases.end("fix");
    }
    fixed.extend(accepted.left.fingerprints().map(str::to_owned));
    fixed.sort();
    fixed.dedup();
    if arguments.write_baseline {
        known.write(accepted, &inventory, &mut judged.findings)?;
    }
    let mut report = build(&repository, &inventory, judged, &rules);
    report.repository.base = compared.commit;
    report.changes = compared.changes;
    report.fixed = fixed;
    report.summary = summary(&report);
    report.summary.exit_code = if faults.any { WRONG } else { exit_code(&report, arguments.fail_on) };
    if !arguments.reproducible {
        report.run = Some(bare::run_section("check", begun.elapsed()));
    }
    report.phases = phases.list;
    drop(progress);
    if let Some(file) = &arguments.append {
        trend::append(file, &trend::line(&report, "check", &repository.root, common.now.as_deref()))?;
    }
    write(arguments, &report, &inventory, color, &outputs)?;
    // The process ends now: taking a million small texts apart would only cost time.
    std::mem::forget(inventory);
    Ok(report.summary.exit_code)
}

struct Phases {
    last: Instant,
    list: Vec<(&'static str, Duration)>,
}

impl Phases {
    fn new(begun: Instant) -> Self {
        Self { last: begun, list: Vec::new() }
    }

    fn end(&mut self, name: &'static str) {
        self.list.push((name, self.last.elapsed()));
        self.last = Instant::now();
    }
}

fn nothing_checked(repository: &Repository, inventory: &Inventory, staged: bool) -> anyhow::Result<u8> {
    if staged {
        return Ok(CLEAN);
    }
    let place = match &repository.reported[..] {
        [] => repository.root.display().to_string(),
        paths => paths.join(", "),
    };
    let count = inventory.files.paths.iter().filter(|path| repository.is_reported(path)).count();
    bail!(
        "nothing was checked: {place} has {}, none of them a manifest, lockfile, template, workflow, Dockerfile or version file",
        counted(count, "file")
    )
}

pub(super) fn build(repository: &Repository, inventory: &Inventory, judged: Judgement, rules: &Rules) -> Report {
    let Judgement { findings, undecided } = judged;
    let stages: Vec<Stage> =
        findings.iter().map(|finding| repository.config.stage(finding.path(&inventory.sources))).collect();
    let mut report = Report {
        rules_run: rules.enabled(),
        pages: rules.pages(&findings),
        findings,
        stages,
        undecided,
        ..bare::report(repository, inventory)
    };
    rows::count_findings(&mut report.rows, &report.findings, &inventory.sources);
    report.summary = summary(&report);
    report
}

pub(super) fn summary(report: &Report) -> Summary {
    let with = |status: fn(&Status) -> bool| report.findings.iter().filter(|finding| status(&finding.status)).count();
    Summary {
        errors: report.count(Severity::Error),
        warnings: report.count(Severity::Warning),
        notes: report.count(Severity::Note),
        new: with(|status| *status == Status::New),
        existing: with(|status| *status == Status::Existing),
        fixed: report.fixed.len(),
        baselined: with(|status| *status == Status::Baselined),
        suppressed: with(|status| matches!(status, Status::Suppressed { .. })),
        exit_code: CLEAN,
    }
}

/// Findings that are new, in a service whose findings fail, at or above the severity that fails.
pub(super) fn exit_code(report: &Report, fail_on: FailOn) -> u8 {
    let least = match fail_on {
        FailOn::Never => return CLEAN,
        FailOn::Error => Severity::Error,
        FailOn::Warning => Severity::Warning,
        FailOn::Note => Severity::Note,
    };
    let fails =
        report.findings.iter().zip(&report.stages).any(|(finding, stage)| {
            finding.status == Status::New && *stage == Stage::Enforce && finding.severity >= least
        });
    if fails { FINDINGS } else { CLEAN }
}

fn write(
    arguments: &Check,
    report: &Report,
    inventory: &Inventory,
    color: bool,
    outputs: &[Output<Format>],
) -> anyhow::Result<()> {
    let look = Look { color, unknown: arguments.show_unknown, stats: arguments.stats };
    output::write_all(arguments.format.unwrap_or(Format::Text), outputs, |format, place, out| {
        let look = if place == Place::Screen { look } else { Look::default() };
        report::write(format, report, &inventory.sources, look, out)
    })
}
