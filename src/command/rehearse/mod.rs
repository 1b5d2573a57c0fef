//! `reproof rehearse`: proves that the environment of a revision can still be built.

mod deep;
pub(super) mod revisions;

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::Arc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use anyhow::bail;

use self::revisions::Point;
use super::progress::Progress;
use super::repository::{self, Repository};
use super::{CLEAN, FINDINGS, UNDETERMINED, Undetermined, WRONG, bare, output, terminal, trend};
use crate::cli::{Common, Format, RehearsalFormat, Rehearse};
use crate::day::Day;
use crate::inventory::Inventory;
use crate::rehearse::rows::{RehearsalRow, Verdict};
use crate::rehearse::{Plan, Question, Target, judge};
use crate::report::rehearsal::{self, Shown};
use crate::report::{self, Look};
use crate::tree::Tree;
use crate::upstream::{Client, Home, Limits, MAX_AGE, Options, Settings, Table};
use crate::words::counted;

/// A revision that was read. Of a single one the inventory is kept; many are read again one by one.
struct Rehearsed {
    point: Point,
    tree: Arc<Tree>,
    inventory: Option<Inventory>,
    plan: Plan,
}

/// Runs the verb.
pub(super) fn run(arguments: &Rehearse, common: &Common, color: bool) -> anyhow::Result<u8> {
    let begun = Instant::now();
    let outputs = output::asked(&arguments.output)?;
    let today = repository::today(common.now.as_deref())?;
    let target: Option<Target> = arguments.target.as_deref().map(str::parse).transpose()?;
    let max_age = arguments.max_age.as_deref().map(revisions::seconds).transpose()?.unwrap_or(MAX_AGE);
    let found = repository::find_sound(&arguments.paths, common.config.as_deref(), color)?;
    let Some(repository) = found else { return Ok(WRONG) };
    let points = revisions::points(arguments, &repository.root, today)?;
    let progress = Progress::new("reading");
    let home = Home::of_process(&repository.root);
    let is_timeline = points.len() > 1;
    let mut rehearsed = Vec::new();
    for point in points {
        let mut one = read(&repository, point, &home, today)?;
        one.inventory = one.inventory.filter(|_| !is_timeline);
        rehearsed.push(one);
    }
    if rehearsed.iter().all(|one| one.plan.locks.is_empty()) {
        bail!("nothing was rehearsed: there is no lockfile in {}", repository.root.display());
    }
    // The user's own settings are the same for all revisions; those of a tree choose registries only.
    let options = options(&home, arguments, max_age);
    let first = settings(&home, &rehearsed[0].tree, &repository);
    let client = Client::new(&first, options);
    progress.now("asking registries");
    let table = ask(&client, &rehearsed);
    drop(progress);
    let (mut rows, latest) = judge_all(&client, &repository, arguments, target.as_ref(), today, &table, rehearsed)?;
    if arguments.reproducible {
        rows.iter_mut().flat_map(|row| &mut row.artifacts).for_each(|artifact| artifact.asked = None);
    }
    tell(&client);
    let code = exit_code(&rows, arguments.strict);
    let mut report = bare::report(&repository, &latest);
    if !arguments.reproducible {
        report.run = Some(bare::run_section("rehearse", begun.elapsed()));
    }
    report.rehearsal = Some(rows);
    bare::count_rehearsal(&mut report);
    report.summary.exit_code = code;
    if let Some(file) = &arguments.append {
        trend::append(file, &trend::line(&report, "rehearse", &repository.root, common.now.as_deref()))?;
    }
    let rows = report.rehearsal.as_deref().unwrap_or_default();
    let shown = Shown { all: arguments.all, is_timeline };
    let write = |format: RehearsalFormat, out: &mut dyn Write| match format {
        RehearsalFormat::Text => rehearsal::text(rows, shown, out),
        RehearsalFormat::Markdown => rehearsal::markdown(rows, shown, out),
        RehearsalFormat::Json => report::write(Format::Json, &report, &latest.sources, Look::default(), out),
    };
    output::write_all(arguments.format, &outputs, |format, _, out| write(format, out))?;
    Ok(code)
}

/// The rows of all revisions, and the inventory of the last one.
fn judge_all(
    client: &Client,
    repository: &Repository,
    arguments: &Rehearse,
    target: Option<&Target>,
    today: Day,
    table: &Table,
    rehearsed: Vec<Rehearsed>,
) -> anyhow::Result<(Vec<RehearsalRow>, Inventory)> {
    let wanted = |path: &str| repository.is_reported(path);
    let mut rows: Vec<RehearsalRow> = Vec::new();
    let mut latest = None;
    for Rehearsed { point, tree, inventory, plan } in rehearsed {
        let inventory = match inventory {
            Some(inventory) => inventory,
            None => repository.scan_tree(&tree, point.names(), today)?,
        };
        let question = Question { inventory: &inventory, revision: &point.name, target, wanted: &wanted };
        let mut found = judge(&plan, table, &question);
        for row in &mut found {
            row.commit.clone_from(&point.commit);
        }
        if arguments.deep || arguments.keep.is_some() {
            deep::fetch(client, &plan, table, &question, arguments.keep.as_deref(), &mut found)?;
        }
        rows.extend(found);
        latest = Some(inventory);
    }
    Ok((rows, latest.expect("a run without revisions ends before")))
}

fn options(home: &Home, arguments: &Rehearse, max_age: i64) -> Options {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    Options {
        cache: home.cache(),
        offline: arguments.offline,
        max_age,
        now: i64::try_from(now).unwrap_or(0),
        limits: Limits::default(),
    }
}

fn settings(home: &Home, tree: &Arc<Tree>, repository: &Repository) -> Settings {
    Settings::new(home, Arc::clone(tree), repository.config.registries.clone())
}

fn read(repository: &Repository, point: Point, home: &Home, today: Day) -> anyhow::Result<Rehearsed> {
    let tree = match &point.commit {
        Some(commit) if point.is_revision => {
            let tree = crate::git::revision_tree(&repository.root, commit);
            Arc::new(tree.map_err(|error| Undetermined(format!("{} cannot be read: {error:#}", point.name)))?)
        }
        _ => Arc::new(Tree::working(&repository.root)),
    };
    let inventory = repository.scan_tree(&tree, point.names(), today)?;
    let settings = settings(home, &tree, repository);
    let plan = Plan::new(&inventory, &tree, &settings, |path| repository.is_reported(path));
    Ok(Rehearsed { point, tree, inventory: Some(inventory), plan })
}

/// Asks about every name once, however many revisions and lockfiles hold it.
fn ask(client: &Client, rehearsed: &[Rehearsed]) -> Table {
    let mut questions: BTreeSet<_> = rehearsed.iter().flat_map(|one| one.plan.questions()).collect();
    let mut table = Table::default();
    while !questions.is_empty() {
        table.extend(client.ask(&questions, Plan::DETAIL, &|| {}));
        questions = rehearsed.iter().flat_map(|one| one.plan.further(&table)).collect();
    }
    table
}

fn tell(client: &Client) {
    if let Some(trouble) = client.cache_trouble() {
        terminal::say(&format!("note: answers are not kept: {trouble}"));
    }
}

/// Not recreatable goes before unknown, and unknown is never well.
fn exit_code(rows: &[RehearsalRow], strict: bool) -> u8 {
    match rows.iter().map(|row| row.verdict).max() {
        None => WRONG,
        Some(Verdict::Recreatable) => CLEAN,
        Some(Verdict::Warnings) => {
            if strict {
                FINDINGS
            } else {
                CLEAN
            }
        }
        Some(Verdict::Unknown) => UNDETERMINED,
        Some(Verdict::NotRecreatable) => FINDINGS,
    }
}

/// `12 files, 34 MB`.
fn amount(files: usize, bytes: u64) -> String {
    format!("{}, {}.{} MB", counted(files, "file"), bytes / 1_000_000, bytes / 100_000 % 10)
}
