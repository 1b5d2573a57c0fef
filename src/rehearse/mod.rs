//! The rollback rehearsal: can the environment of a revision be built again today, exactly?
//!
//! Every locked artifact is held against what its registry offers now, and every statement of a runtime, image or
//! action against how exactly it names one thing. What could not be found out is never taken for well.

mod chosen;
mod environment;
mod installed;
mod judge;
pub mod lock;
pub mod locked;
pub mod rows;
mod target;
mod tonight;

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{Facts, Link, Lockfile};
use crate::inventory::Inventory;
use crate::path;
use crate::source::{Sources, Span};
use crate::tree::Tree;
use crate::upstream::{Detail, Ecosystem, Links, Origin, Settings, Subject, Table};

use self::locked::{Locked, Source};
use self::rows::{ArtifactRow, RehearsalRow, Weight};

pub use self::chosen::{Chosen, chosen};
pub use self::target::{Target, TargetError};

/// What is rehearsed of one revision: its lockfiles with all they lock.
#[derive(Debug)]
pub struct Plan {
    /// The lockfiles that are in use, each with its packages.
    pub locks: Vec<PlannedLock>,
}

/// A lockfile and what it locks.
#[derive(Debug)]
pub struct PlannedLock {
    /// The fact.
    pub lockfile: Link<Lockfile>,
    /// Where its packages lie beside the registries.
    pub links: Links,
    /// Its packages; or why they cannot be told.
    pub packages: Result<Vec<Planned>, String>,
    /// Registries that it names, where settings choose another one today: the named one, the chosen one, and the
    /// first package.
    pub moved: BTreeMap<String, (String, Span)>,
}

/// A locked package and what is asked about it.
#[derive(Debug)]
pub struct Planned {
    /// The package.
    pub locked: Locked,
    /// The questions, the likeliest registry first; none for what comes from no registry.
    pub subjects: Vec<Subject>,
}

impl Plan {
    /// Reads the lockfiles of an inventory that are in use, those below `wanted` paths only.
    pub fn new(inventory: &Inventory, tree: &Tree, settings: &Settings, wanted: impl Fn(&str) -> bool) -> Self {
        let facts = &inventory.facts;
        let in_use = facts.all::<Lockfile>().filter(|(_, lock)| lock.ruled_by.is_none() && wanted(&lock.header.path));
        let locks = in_use.map(|(link, lock)| {
            let packages = plan(lock, tree, settings);
            let moved = packages.as_ref().map(|packages| moved(lock, packages, settings)).unwrap_or_default();
            PlannedLock { lockfile: link, links: settings.links(lock), packages, moved }
        });
        Self { locks: locks.collect() }
    }

    /// All that is to be asked first: of each package the likeliest registry.
    pub fn questions(&self) -> BTreeSet<Subject> {
        self.planned().filter_map(|planned| planned.subjects.first()).cloned().collect()
    }

    /// What is still to be asked: the next registry of each package that the ones before do not have.
    pub fn further(&self, table: &Table) -> BTreeSet<Subject> {
        let next = |planned: &Planned| {
            let asked = planned.subjects.iter().take_while(|subject| table.get(subject).is_some()).count();
            let subject = planned.subjects.get(asked)?;
            (asked > 0 && !judge::is_answered(planned, table)).then(|| subject.clone())
        };
        self.planned().filter_map(next).collect()
    }

    /// How detailed the answers must be.
    pub const DETAIL: Detail = Detail::Files;

    fn planned(&self) -> impl Iterator<Item = &Planned> {
        self.locks.iter().filter_map(|lock| lock.packages.as_ref().ok()).flatten()
    }
}

fn plan(lock: &Lockfile, tree: &Tree, settings: &Settings) -> Result<Vec<Planned>, String> {
    let text = tree.text(&lock.header.path).map_err(|error| error.to_string())?;
    let locked = lock::read(&lock.tool, lock.header.span.source, &text)?;
    let ecosystem = Ecosystem::of(&lock.ecosystem);
    let planned = |locked: Locked| {
        let subjects = match (ecosystem, &locked.source) {
            (Some(ecosystem), Source::Registry(stated)) => {
                let stated = stated.as_deref();
                let origin = Origin { ecosystem, tool: &lock.tool, lockfile: &lock.header.path, stated };
                settings.subjects(&origin, &locked.name)
            }
            _ => Vec::new(),
        };
        Planned { locked, subjects }
    };
    Ok(locked.into_iter().map(planned).collect())
}

/// The registries that a lockfile names while the settings choose another for the same package.
fn moved(lock: &Lockfile, packages: &[Planned], settings: &Settings) -> BTreeMap<String, (String, Span)> {
    let mut moved = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for planned in packages {
        let (Source::Registry(Some(_)), Some(subject)) = (&planned.locked.source, planned.subjects.first()) else {
            continue;
        };
        let Some(named) = subject.registry.as_deref().filter(|named| seen.insert((*named).to_owned())) else {
            continue;
        };
        let origin =
            Origin { ecosystem: subject.ecosystem, tool: &lock.tool, lockfile: &lock.header.path, stated: None };
        let chosen = settings.subjects(&origin, &planned.locked.name);
        let is_same = chosen.iter().any(|subject| subject.registry.as_deref() == Some(named));
        if let Some(chosen) = chosen[0].registry.as_deref().filter(|_| !is_same) {
            moved.insert(named.to_owned(), (chosen.to_owned(), planned.locked.span));
        }
    }
    moved
}

/// Why the packages of a lockfile are not asked about.
const UNASKED: &str = "its registries cannot be asked by reproof";

/// What is judged, and for which machine.
#[derive(Clone, Copy)]
pub struct Question<'q> {
    /// The inventory of the revision.
    pub inventory: &'q Inventory,
    /// The revision as it was given.
    pub revision: &'q str,
    /// The machine to install on, where it was given.
    pub target: Option<&'q Target>,
    /// The files that are judged.
    pub wanted: &'q dyn Fn(&str) -> bool,
}

/// Judges everything that was planned, one row for each service.
pub fn judge(plan: &Plan, table: &Table, question: &Question<'_>) -> Vec<RehearsalRow> {
    let facts = &question.inventory.facts;
    let sources = &question.inventory.sources;
    let mut rows: BTreeMap<String, RehearsalRow> = BTreeMap::new();
    for lock in &plan.locks {
        let lockfile = &facts[lock.lockfile];
        let service = service(facts, &lockfile.header.path);
        let target = match question.target {
            Some(target) => target.clone(),
            None => Target::of(facts, lockfile),
        };
        let entry = rows.entry(service.clone()).or_insert_with(|| RehearsalRow::new(&service, question.revision));
        entry.lockfiles.push(lockfile.header.path.to_string());
        if lockfile.ecosystem == "python" || entry.target.is_empty() {
            entry.target = target.words();
        }
        entry.artifacts.extend(lock_artifacts(lock, table, question, &target, sources));
        entry
            .artifacts
            .extend(environment::unstated(facts, lockfile).map(|row| row.located(lockfile.header.span, sources)));
    }
    for (path, artifact) in environment::artifacts(question) {
        let service = service(facts, &path);
        let entry = rows.entry(service.clone()).or_insert_with(|| RehearsalRow::new(&service, question.revision));
        entry.artifacts.push(artifact);
    }
    rows.into_values().map(RehearsalRow::complete).collect()
}

fn lock_artifacts(
    lock: &PlannedLock,
    table: &Table,
    question: &Question<'_>,
    target: &Target,
    sources: &Sources,
) -> Vec<ArtifactRow> {
    let facts = &question.inventory.facts;
    let lockfile = &facts[lock.lockfile];
    let whole = |outcome: &'static str, reason: &str| {
        let mut row = ArtifactRow::new(&lockfile.ecosystem, "lockfile", path::file_name(&lockfile.header.path));
        row.outcome = outcome;
        row.weight = Weight::Unknown;
        row.reason = Some(reason.to_owned());
        row.located(lockfile.header.span, sources)
    };
    if let Some(problem) = broken(facts, lockfile) {
        return vec![whole("unreadable", problem)];
    }
    if Ecosystem::of(&lockfile.ecosystem).is_none() {
        return vec![whole("not-asked", UNASKED)];
    }
    match &lock.packages {
        Err(reason) => vec![whole("unreadable", reason)],
        Ok(packages) => {
            let excluded = installed::excluded(facts, lock.lockfile, packages, target);
            let judged = packages.iter().zip(excluded);
            let mut rows: Vec<ArtifactRow> = judged
                .map(|(planned, is_excluded)| {
                    let row = judge::package(planned, table, target, is_excluded, &lockfile.ecosystem);
                    let row = beside(row, &lock.links);
                    row.located(planned.locked.span, sources)
                })
                .collect();
            rows.extend(lock.moved.iter().map(|(named, (chosen, span))| {
                let row = ArtifactRow::new(&lockfile.ecosystem, "registry", named).with("moved", Weight::Note);
                row.because(format!("the lockfile names it; today's settings choose {chosen}")).located(*span, sources)
            }));
            // The same package in several places of a tree is one artifact.
            let mut seen = BTreeSet::new();
            rows.retain(|row| {
                seen.insert((row.name.clone(), row.version.clone(), row.locked_hash.clone(), row.outcome))
            });
            rows
        }
    }
}

/// What a registry does not have may lie where packages are taken from besides.
fn beside(row: ArtifactRow, links: &Links) -> ArtifactRow {
    if !matches!(row.outcome, "gone" | "no-file") {
        return row;
    }
    let Some(place) = links.place_of(&row.name) else { return row };
    let reason = row.reason.clone().unwrap_or_default();
    row.with("unknown", Weight::Unknown).because(format!("{reason}, and {place} (find-links) is not asked"))
}

/// What stops the tool from reading a lockfile at all.
fn broken<'f>(facts: &'f Facts, lockfile: &'f Lockfile) -> Option<&'f str> {
    let is_its = |problem: &&crate::facts::Problem| {
        problem.header.path == lockfile.header.path && problem.role == "lockfile" && problem.trouble != "duplicate-key"
    };
    facts.problems.iter().find(is_its).map(|problem| problem.explanation.as_str())
}

/// The service that a file belongs to, as reports name it.
fn service(facts: &Facts, file: &str) -> String {
    let directories: BTreeSet<&str> = facts.services.iter().map(|service| service.directory.as_str()).collect();
    let nearest = path::ancestors(path::directory(file)).find(|directory| directories.contains(directory));
    match nearest {
        None | Some("") => ".".to_owned(),
        Some(directory) => directory.to_owned(),
    }
}
