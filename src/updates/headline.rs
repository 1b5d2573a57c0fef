//! The numbers of the week and of each project.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::Input;
use super::command::{command, target};
use super::group::Group;
use super::locked::Project;
use super::platform::PlatformRow;
use super::row::Row;
use crate::number::Hundredths;
use crate::release::Step;
use crate::upstream::Outcome;
use crate::words::counted;

/// The numbers of the week, for `updates_overview`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Overview {
    /// The day of the report.
    pub date: String,
    /// Locked packages, counted in each lockfile.
    pub packages: usize,
    /// Different names among them.
    pub names: usize,
    /// Packages with a newer version that could be taken.
    pub outdated: usize,
    /// The same in percent of the packages that were compared.
    pub outdated_percent: Hundredths,
    /// Packages by how far the newest version is.
    pub by_kind: BTreeMap<&'static str, usize>,
    /// Packages by group; one may be in several, such as a minor step now and a major one later.
    pub by_group: BTreeMap<&'static str, usize>,
    /// Packages that come along with others, and are in no group of their own.
    pub moving_along: usize,
    /// Packages with newer versions that are still too young.
    pub cooling: usize,
    /// Packages by what stands against them: yanked, withdrawn, deprecated, archived, quarantined.
    pub by_status: BTreeMap<&'static str, usize>,
    /// Advisories about locked versions; `null` when none were looked up.
    pub advisories: Option<usize>,
    /// Where advisories come from: `local folder, youngest of 2026-11-20`, or `not checked`.
    pub advisories_from: String,
    /// The sum of `libyears`.
    pub libyears: Hundredths,
    /// The sum of `lag_days`, in years of 365.25 days.
    pub lag_years: Hundredths,
    /// The middle of `age_days`; `null` when no day is known.
    pub median_age_days: Option<i64>,
    /// Packages that could not be compared.
    pub unknown: usize,
    /// Why not, with how many.
    pub unknown_reasons: BTreeMap<String, usize>,
    /// What was not looked at, a phrase each.
    pub not_checked: Vec<String>,
    /// Who was asked, and how old the answers are; empty with `--reproducible`.
    pub registries: Vec<RegistryRow>,
    /// What changed since the report that was given; `null` without one.
    pub since: Option<Delta>,
}

/// A registry that answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RegistryRow {
    /// Its address, without credentials.
    pub registry: String,
    /// How many names it was asked about.
    pub names: usize,
    /// How many answers came from the cache.
    pub cached: usize,
    /// The day of the oldest answer.
    pub oldest: String,
}

/// What changed since another report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Delta {
    /// The day of that report.
    pub since: String,
    /// How many more packages are outdated; negative for fewer.
    pub outdated: i64,
    /// Libyears then.
    pub libyears_before: Hundredths,
    /// Lag then, in years.
    pub lag_years_before: Hundredths,
    /// Packages whose locked version moved.
    pub moved: Vec<Move>,
    /// Packages that are outdated now and were not.
    pub newly_outdated: usize,
    /// What is urgent now and was not.
    pub new_act_now: Vec<String>,
}

/// A package whose locked version moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Move {
    /// The lockfile.
    pub lockfile: String,
    /// The package.
    pub name: String,
    /// The version before.
    pub from: String,
    /// The version now.
    pub to: String,
}

/// A project of the report, for `update_projects[]`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ProjectRow {
    /// The directory of its service; `.` for the root.
    pub service: String,
    /// Its lockfile.
    pub lockfile: String,
    /// The tool that writes it.
    pub tool: String,
    /// Packages that registries can be asked about.
    pub packages: usize,
    /// Packages with a newer version that could be taken.
    pub outdated: usize,
    /// Packages to act on now.
    pub act_now: usize,
    /// The sum of `libyears`.
    pub libyears: Hundredths,
    /// The sum of `lag_days`, in years.
    pub lag_years: Hundredths,
    /// Days a version must be old; `null` when the project says nothing.
    pub cool_down_days: Option<i64>,
    /// Whole weeks since the last commit that changed the lockfile; `null` when history does not tell.
    pub weeks_since_change: Option<i64>,
    /// Packages that come from elsewhere, by source: git, path, url, or an ecosystem that cannot be asked.
    pub elsewhere: BTreeMap<String, usize>,
    /// Packages whose dependents' ranges are told nowhere.
    pub ranges_unknown: usize,
    /// This week's batch, in order.
    pub batch: Vec<String>,
    /// Free updates that wait for another week.
    pub deferred: usize,
    /// The command that takes the batch; `null` when there is none.
    pub command: Option<String>,
}

pub(super) fn overview(
    input: &Input<'_>,
    projects: &[Project<'_>],
    rows: &[Row],
    platform: &[PlatformRow],
) -> Overview {
    let outdated = count_outdated(rows.iter());
    let compared = rows.iter().filter(|row| row.kind.is_some()).count();
    let mut by_kind: BTreeMap<&'static str, usize> = BTreeMap::new();
    for step in [Step::Patch, Step::Minor, Step::Major, Step::Calver] {
        by_kind.insert(step.word(), rows.iter().filter(|row| row.kind == Some(step)).count());
    }
    let mut by_group: BTreeMap<&'static str, usize> = BTreeMap::new();
    for group in Group::ALL {
        by_group.insert(group.title(), rows.iter().filter(|row| row.groups.contains(&group)).count());
    }
    let mut by_status: BTreeMap<&'static str, usize> = BTreeMap::new();
    for word in ["yanked", "withdrawn", "deprecated", "archived", "quarantined"] {
        by_status.insert(word, rows.iter().filter(|row| row.status.contains(&word)).count());
    }
    let is_unknown = |row: &&Row| row.kind.is_none() && row.status.is_empty();
    let mut unknown_reasons: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows.iter().filter(is_unknown) {
        *unknown_reasons.entry(row.unknown_reason.clone().unwrap_or_default()).or_default() += 1;
    }
    let mut ages: Vec<i64> = rows.iter().filter_map(|row| row.age_days).collect();
    ages.sort_unstable();
    let names: BTreeSet<(&str, &str)> = rows.iter().map(|row| (&*row.ecosystem, &*row.name)).collect();
    Overview {
        date: input.today.to_string(),
        packages: rows.len(),
        names: names.len(),
        outdated,
        outdated_percent: Hundredths::percent(outdated, compared),
        by_kind,
        by_group,
        moving_along: rows.iter().filter(|row| !row.moves_with.is_empty()).count(),
        cooling: rows.iter().filter(|row| !row.cooling.is_empty()).count(),
        by_status,
        advisories: input.advisories.map(|_| rows.iter().filter_map(|row| row.advisories.as_ref()).map(Vec::len).sum()),
        advisories_from: advisories_from(input),
        libyears: rows.iter().filter_map(|row| row.libyears).sum(),
        lag_years: lag_years(rows.iter()),
        median_age_days: ages.get(ages.len() / 2).copied(),
        unknown: rows.iter().filter(is_unknown).count(),
        unknown_reasons,
        not_checked: not_checked(projects, platform),
        registries: registries(input),
        since: None,
    }
}

fn advisories_from(input: &Input<'_>) -> String {
    match input.advisories {
        None => "not checked".to_owned(),
        Some(known) => {
            let day = known.youngest.map_or_else(|| "none".to_owned(), |day| day.to_string());
            format!(
                "local folder of {}, the youngest of {day}",
                counted(known.count, "advisory").replace("advisorys", "advisories")
            )
        }
    }
}

fn count_outdated<'r>(rows: impl Iterator<Item = &'r Row>) -> usize {
    rows.filter(|row| row.kind.is_some_and(|kind| kind != Step::None)).count()
}

fn lag_years<'r>(rows: impl Iterator<Item = &'r Row>) -> Hundredths {
    Hundredths::years(rows.filter_map(|row| row.lag_days).sum())
}

/// What the report does not speak of although the repository has it.
fn not_checked(projects: &[Project<'_>], platform: &[PlatformRow]) -> Vec<String> {
    let mut sources: BTreeMap<&str, usize> = BTreeMap::new();
    for (source, count) in projects.iter().flat_map(|project| &project.elsewhere) {
        *sources.entry(source).or_default() += count;
    }
    let mut phrases: Vec<String> = sources
        .into_iter()
        .map(|(source, count)| match source {
            "git" | "path" | "url" => format!("{} from {source}", counted(count, "package")),
            source => format!("{} of {source}: its registries are not asked", counted(count, "package")),
        })
        .collect();
    let mut what: BTreeMap<&str, usize> = BTreeMap::new();
    for row in platform.iter().filter(|row| row.status == "not-checked") {
        *what.entry(row.what).or_default() += 1;
    }
    phrases
        .extend(what.into_iter().map(|(what, count)| format!("{}: no local source of versions", counted(count, what))));
    phrases
}

fn registries(input: &Input<'_>) -> Vec<RegistryRow> {
    let mut found: BTreeMap<String, (usize, usize, i64)> = BTreeMap::new();
    for (_, outcome) in input.table.iter() {
        let (Outcome::Known(answer) | Outcome::Missing(answer)) = outcome else { continue };
        let entry = found.entry(answer.registry.to_string()).or_insert((0, 0, i64::MAX));
        entry.0 += 1;
        entry.1 += usize::from(answer.is_cached);
        entry.2 = entry.2.min(answer.asked);
    }
    let row = |(registry, (names, cached, oldest)): (String, (usize, usize, i64))| RegistryRow {
        registry,
        names,
        cached,
        oldest: crate::day::Day::of_unix(oldest).to_string(),
    };
    found.into_iter().map(row).collect()
}

pub(super) fn project(input: &Input<'_>, project: &Project<'_>, rows: &[Row]) -> ProjectRow {
    let lockfile = project.lockfile.header.path.to_string();
    let own: Vec<&Row> = rows.iter().filter(|row| row.lockfile == lockfile).collect();
    let batch: Vec<&Row> = own.iter().copied().filter(|row| row.order.is_some()).collect();
    let is_deferred = |row: &&&Row| row.groups.first() == Some(&Group::Free) && row.order.is_none();
    let words = |row: &&Row| match target(row) {
        Some(to) => format!("{} {} -> {to}", row.name, row.locked),
        None => format!("{} {}", row.name, row.locked),
    };
    ProjectRow {
        service: project.service.clone(),
        tool: project.lockfile.tool.clone(),
        packages: own.len(),
        outdated: count_outdated(own.iter().copied()),
        act_now: own.iter().filter(|row| row.groups.first() == Some(&Group::ActNow)).count(),
        libyears: own.iter().filter_map(|row| row.libyears).sum(),
        lag_years: lag_years(own.iter().copied()),
        cool_down_days: project.lockfile.cool_down.known().map(|days| days.0),
        weeks_since_change: input.last_changes.get(&lockfile).map(|day| input.today.since(*day) / 7),
        elsewhere: project.elsewhere.clone(),
        ranges_unknown: own.iter().filter(|row| row.wanted_by == "known").count(),
        batch: batch.iter().map(words).collect(),
        deferred: own.iter().filter(is_deferred).count(),
        command: command(&project.lockfile.tool, &lockfile, &batch),
        lockfile,
    }
}
