//! `reproof init`: writes a first configuration, and on request workflows, hooks and a baseline. All or nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};

use super::judge::{self, Rules};
use super::progress::Progress;
use super::repository::{self, Repository};
use super::{CLEAN, WRONG, baseline as known, terminal};
use crate::baseline::{self, Baseline};
use crate::cli::{Check, Common, Init};
use crate::config;
use crate::day::Day;
use crate::discover::folder_of_others;
use crate::finding::{Finding, Status};
use crate::init::{self, HookError, Origin, RuleSeen, Seen};
use crate::inventory::Inventory;
use crate::rows::{self, Rows};
use crate::words::counted;
use crate::write;

const WORKFLOW: &str = ".github/workflows/reproof.yml";
const WEEKLY: &str = ".github/workflows/reproof-weekly.yml";
const HOOKS: &str = ".pre-commit-config.yaml";

/// How long the sample of a suppression holds, in days.
const LATER: i64 = 180;

/// A file that is to be written.
struct Planned {
    path: &'static str,
    /// Its text now, when there is one.
    old: Option<String>,
    new: String,
    /// Whether what is there may be written over without being asked for: it is only added to.
    adds: bool,
}

/// What a scan found, for the texts that are fitted to it.
struct Scanned {
    inventory: Inventory,
    findings: Vec<Finding>,
    /// Whether a baseline accepts some of them already.
    has_baseline: bool,
    rows: Rows,
    rules: Rules,
}

/// Runs the verb.
pub(super) fn run(arguments: &Init, common: &Common, color: bool) -> anyhow::Result<u8> {
    let origin = origin(arguments)?;
    let today = repository::today(common.now.as_deref())?;
    let mut repository = repository::find(std::slice::from_ref(&arguments.directory), common.config.as_deref())?;
    repository.reported.clear();
    let check = Check::default();
    let rules = judge::rules(&mut repository, &check.choice, judge::Scope::Tree)?;
    let faults = judge::show_faults(&repository, &rules, color);
    if faults.stops {
        return Ok(WRONG);
    }
    let progress = Progress::new("reading");
    let scanned = scan(arguments, &mut repository, rules, today)?;
    drop(progress);
    let plan = plan(arguments, &repository, &scanned, &origin, today)?;
    if !arguments.force {
        refuse_overwriting(&plan)?;
    }
    for file in plan.iter().filter(|file| file.path != baseline::FILE_NAME) {
        terminal::show_diff(file.path, file.old.as_deref().unwrap_or(""), &file.new)?;
    }
    if arguments.dry_run {
        terminal::tell("nothing was written");
        return Ok(CLEAN);
    }
    let places: Vec<PathBuf> = plan.iter().map(|file| repository.root.join(file.path)).collect();
    let files: Vec<(&Path, &[u8])> =
        places.iter().map(PathBuf::as_path).zip(plan.iter().map(|file| file.new.as_bytes())).collect();
    write::replace_all(&files)
        .map_err(|(path, error)| anyhow!("{} cannot be written: {error}; nothing was", path.display()))?;
    for file in &plan {
        let what = if file.old.is_some() { "changed" } else { "written" };
        terminal::tell(&format!("{what} {}", file.path));
    }
    say_what_follows(arguments, &scanned, &origin);
    Ok(CLEAN)
}

fn origin(arguments: &Init) -> anyhow::Result<Origin> {
    let Some(given) = &arguments.origin else { return Ok(Origin::default()) };
    let origin =
        Origin::parse(given).ok_or_else(|| anyhow!("--origin takes OWNER/NAME@REV or URL@REV, not `{given}`"))?;
    if origin.uses().is_none() && (arguments.workflow || arguments.weekly) {
        bail!("a workflow takes actions from OWNER/NAME@REV only, not from `{given}`");
    }
    Ok(origin)
}

fn scan(arguments: &Init, repository: &mut Repository, rules: Rules, today: Day) -> anyhow::Result<Scanned> {
    let check = Check::default();
    let mut inventory = repository.scan(&check.input, today)?;
    let mut findings = judge::judge(&mut inventory, repository, &rules, &check.choice, today).findings;
    let known = if arguments.baseline { None } else { Some(known::find(repository, &check)?) };
    let has_baseline = known.is_some_and(|known| {
        known.mark(repository, &rules, &inventory, &mut findings);
        known.is_there()
    });
    let mut rows = rows::rows(&inventory, &repository.config);
    rows::count_findings(&mut rows, &findings, &inventory.sources);
    Ok(Scanned { inventory, findings, has_baseline, rows, rules })
}

fn plan(
    arguments: &Init,
    repository: &Repository,
    scanned: &Scanned,
    origin: &Origin,
    today: Day,
) -> anyhow::Result<Vec<Planned>> {
    let root = &repository.root;
    let mut plan = Vec::new();
    let mut add = |path: &'static str, new: String, adds: bool| -> anyhow::Result<()> {
        let old = existing(&root.join(path))?;
        if old.as_deref() != Some(&new) {
            plan.push(Planned { path, old, new, adds });
        }
        Ok(())
    };
    let others = arguments.workflow || arguments.weekly || arguments.hook || arguments.baseline;
    match repository.config.path.as_deref() {
        // What is there and was not asked to be replaced is kept, when something else is wanted.
        Some(name) if !arguments.force && others => terminal::tell(&format!("kept {name}")),
        Some(name) if name != config::FILE_NAME => {
            bail!("{name} holds the configuration already: take [tool.reproof] out of it first")
        }
        _ => add(config::FILE_NAME, configuration(arguments, scanned, today), false)?,
    }
    let branch = crate::git::default_branch(root).unwrap_or_else(|| "main".to_owned());
    let from = || anyhow!("a workflow takes actions from OWNER/NAME@REV only");
    if arguments.workflow {
        add(WORKFLOW, init::workflow(origin, &branch).ok_or_else(from)?, false)?;
    }
    if arguments.weekly {
        add(WEEKLY, init::weekly(origin).ok_or_else(from)?, false)?;
    }
    if arguments.hook {
        match init::add_hooks(existing(&root.join(HOOKS))?.as_deref(), origin) {
            Ok(text) => add(HOOKS, text, true)?,
            Err(HookError::There(url)) => terminal::tell(&format!("kept {HOOKS}: it has the hooks of {url}")),
            Err(error) => bail!("{HOOKS}: {error}"),
        }
    }
    if arguments.baseline {
        add(baseline::FILE_NAME, accepted(scanned).print(), false)?;
    }
    Ok(plan)
}

fn existing(path: &Path) -> anyhow::Result<Option<String>> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
    }
}

fn refuse_overwriting(plan: &[Planned]) -> anyhow::Result<()> {
    let there: Vec<&str> = plan.iter().filter(|file| file.old.is_some() && !file.adds).map(|file| file.path).collect();
    if there.is_empty() {
        return Ok(());
    }
    bail!(
        "{} there already; --force writes over what is there; nothing was written",
        match there.as_slice() {
            [one] => format!("{one} is"),
            more => format!("{} are", more.join(", ")),
        }
    )
}

fn accepted(scanned: &Scanned) -> Baseline {
    Baseline::of(&scanned.findings, |finding| finding.path(&scanned.inventory.sources))
}

/// The first configuration, fitted to what was found.
fn configuration(arguments: &Init, scanned: &Scanned, today: Day) -> String {
    let pages = scanned.rules.pages(&scanned.findings);
    let mut counts: BTreeMap<&str, (usize, &Finding)> = BTreeMap::new();
    for finding in scanned.findings.iter().filter(|finding| finding.status == Status::New) {
        counts.entry(&finding.rule).or_insert((0, finding)).0 += 1;
    }
    let mut rules: Vec<RuleSeen<'_>> = counts
        .into_iter()
        .map(|(id, (count, first))| RuleSeen {
            id,
            title: pages.get(id).map_or("", |page| &page.title),
            severity: first.severity,
            count,
            path: first.path(&scanned.inventory.sources),
        })
        .collect();
    rules.sort_by_key(|rule| (std::cmp::Reverse(rule.count), rule.id));
    let mut passed_over: Vec<String> = scanned
        .inventory
        .files
        .passed_over
        .iter()
        .filter_map(|path| folder_of_others(path))
        .map(str::to_owned)
        .collect();
    passed_over.dedup();
    init::config(&Seen {
        services: &scanned.rows.services,
        lockfiles: &scanned.rows.lockfiles,
        lambdas: &scanned.rows.lambdas,
        passed_over,
        rules,
        has_baseline: arguments.baseline || scanned.has_baseline,
        later: Day(today.0 + LATER).to_string(),
    })
}

fn say_what_follows(arguments: &Init, scanned: &Scanned, origin: &Origin) {
    let count = scanned.findings.iter().filter(|finding| finding.status == Status::New).count();
    if arguments.baseline {
        let found = counted(accepted(scanned).len(), "finding");
        terminal::tell(&format!("{}: accepts {found}; from now on only new ones fail", baseline::FILE_NAME));
    } else if count > 0 {
        let found = counted(count, "finding");
        let accepts = if scanned.has_baseline { "" } else { ", `reproof init --baseline` accepts them for now" };
        terminal::tell(&format!("{found} today: `reproof check` shows them{accepts}"));
    }
    if origin.is_placeholder() && (arguments.workflow || arguments.weekly || arguments.hook) {
        terminal::tell("put the place that you take reproof from for OWNER/reproof, or give --origin OWNER/NAME@REV");
    }
}
