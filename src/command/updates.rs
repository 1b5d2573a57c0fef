//! `reproof updates`, the weekly report: asks registries what they offer beyond what is locked.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Context, anyhow, bail};

use super::output::{self, Output, Place};
use super::progress::Progress;
use super::rehearse::revisions::seconds;
use super::repository::{self, Repository};
use super::{CLEAN, FINDINGS, UNDETERMINED, WRONG, advisories, bare, environment, terminal, trend};
use crate::cli::{Common, Updates as Arguments, UpdatesFormat};
use crate::day::Day;
use crate::facts::{Facts, LockedPackage};
use crate::inventory::Inventory;
use crate::report::{self, Look, Report};
use crate::tree::Tree;
use crate::updates::{self, Input, Last, Updates};
use crate::upstream::{Client, Detail, Home, Limits, MAX_AGE, Options, Origin, Settings, Subject, Table};

/// Runs the verb.
pub(super) fn run(arguments: &Arguments, common: &Common, color: bool) -> anyhow::Result<u8> {
    let begun = Instant::now();
    let outputs = output::asked(&arguments.output)?;
    let today = repository::today(common.now.as_deref())?;
    let max_age = arguments.max_age.as_deref().map(seconds).transpose()?.unwrap_or(MAX_AGE);
    let last = arguments.since.as_deref().map(read_last).transpose()?;
    let known = arguments.advisories.as_deref().map(advisories::read).transpose()?;
    let found = repository::find_sound(&arguments.paths, common.config.as_deref(), color)?;
    let Some(mut repository) = found else { return Ok(WRONG) };
    let progress = Progress::new("reading");
    let inventory = repository.scan(&arguments.input, today)?;
    if arguments.input.staged && repository.nothing_staged() {
        return Ok(CLEAN);
    }
    let home = Home::of_process(&repository.root);
    let tree = Arc::new(Tree::working(&repository.root));
    let settings = Settings::new(&home, tree, repository.config.registries.clone());
    let is_reported = |path: &str| repository.is_reported(path);
    let candidates = |package: &LockedPackage| candidates(&settings, &inventory.facts, package);
    let mut subjects: BTreeSet<Subject> = BTreeSet::new();
    for package in updates::asked(&inventory.facts, &is_reported) {
        subjects.extend(candidates(package));
    }
    if subjects.is_empty() {
        bail!("nothing to ask about: no lockfile of {} holds a package from a registry", repository.root.display());
    }
    let client = Client::new(&settings, options(&home, arguments, max_age));
    progress.now("asking registries");
    let table = client.ask(&subjects, Detail::Dates, &|| {});
    progress.now("comparing");
    let week = {
        let subject = |package: &LockedPackage| table.answering(&candidates(package)).cloned();
        let beside = |package: &LockedPackage| {
            settings.links(&inventory.facts[package.lockfile]).place_of(&package.contents.package)
        };
        let last_changes = last_changes(&repository, &inventory.facts);
        let mut week = updates::compute(&Input {
            facts: &inventory.facts,
            subject: &subject,
            beside: &beside,
            table: &table,
            today,
            advisories: known.as_ref(),
            batch: arguments.batch,
            is_reported: &is_reported,
            last_changes: &last_changes,
        });
        if let Some(last) = &last {
            week.since(last);
        }
        if arguments.reproducible {
            week.overview.registries.clear();
        }
        for folder in &arguments.env {
            let rows = environment::compare(&inventory.facts, &repository.root, folder)?;
            week.environment.get_or_insert_default().extend(rows);
        }
        week
    };
    let code = exit_code(&week, arguments.fail_on_act_now);
    let mut report = bare::report(&repository, &inventory);
    report.updates = Some(week);
    bare::count_updates(&mut report);
    report.summary.exit_code = code;
    if !arguments.reproducible {
        report.run = Some(bare::run_section("updates", begun.elapsed()));
    }
    if let Some(file) = &arguments.append {
        trend::append(file, &trend::line(&report, "updates", &repository.root, common.now.as_deref()))?;
    }
    drop(progress);
    write(arguments, &report, &inventory, color, &outputs)?;
    tell(&client, &table, arguments.stats);
    Ok(code)
}

/// What to ask about a package, one for each registry that it may come from, the likeliest first.
fn candidates(settings: &Settings, facts: &Facts, package: &LockedPackage) -> Vec<Subject> {
    let Some(subject) = Subject::of(package) else { return Vec::new() };
    let lockfile = &facts[package.lockfile];
    let origin = Origin {
        ecosystem: subject.ecosystem,
        tool: &lockfile.tool,
        lockfile: &lockfile.header.path,
        stated: subject.registry.as_deref(),
    };
    settings.subjects(&origin, &subject.name)
}

fn options(home: &Home, arguments: &Arguments, max_age: i64) -> Options {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    Options {
        cache: home.cache(),
        offline: arguments.offline,
        max_age,
        now: i64::try_from(now).unwrap_or(0),
        limits: Limits::default(),
    }
}

fn read_last(file: &Path) -> anyhow::Result<Last> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    Last::read(&text).map_err(|error| anyhow!("{}: {error}", file.display()))
}

/// The day of the commit that last changed each lockfile, where history tells.
fn last_changes(repository: &Repository, facts: &Facts) -> BTreeMap<String, Day> {
    let paths: Vec<String> = facts.lockfiles.iter().map(|lockfile| lockfile.header.path.to_string()).collect();
    crate::git::last_changes(&repository.root, &paths).unwrap_or_default()
}

/// Urgent goes before unknown, and unknown is never well.
fn exit_code(week: &Updates, fails_on_act_now: bool) -> u8 {
    if fails_on_act_now && week.must_act_now() {
        FINDINGS
    } else if week.overview.unknown > 0 {
        UNDETERMINED
    } else {
        CLEAN
    }
}

fn write(
    arguments: &Arguments,
    report: &Report,
    inventory: &Inventory,
    color: bool,
    outputs: &[Output<UpdatesFormat>],
) -> anyhow::Result<()> {
    let look = Look { color, unknown: false, stats: arguments.stats };
    output::write_all(arguments.format, outputs, |format, place, out| {
        let look = if place == Place::Screen { look } else { Look::default() };
        report::write_updates(format, report, &inventory.sources, look, out)
    })
}

fn tell(client: &Client, table: &Table, with_cost: bool) {
    if with_cost {
        let cost = client.cost();
        let names = table.len();
        terminal::say(&format!("asked about {names} names: {} requests, {} bytes", cost.requests, cost.bytes));
    }
    if let Some(trouble) = client.cache_trouble() {
        terminal::say(&format!("note: answers are not kept: {trouble}"));
    }
}
