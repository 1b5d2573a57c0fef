//! One locked package against what its registry offers.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::Input;
use super::companion;
use super::constraint::runs_on;
use super::group::Group;
use super::locked::{Entry, Project};
use super::offer::{self, Offer};
use crate::day::Day;
use crate::number::Hundredths;
use crate::release::{Release, Step};
use crate::upstream::{Outcome, Package, Standing};

/// A locked package, for `updates[]`. `null` is not known, and `unknown_reason` says why.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Row {
    /// The directory of its service; `.` for the root.
    pub service: String,
    /// The lockfile.
    pub lockfile: String,
    /// The ecosystem: python, node, rust.
    pub ecosystem: String,
    /// The package.
    pub name: String,
    /// What it is for: runtime, optional, build, dev; `unknown` when nothing leads to it.
    pub scope: &'static str,
    /// Whether a manifest asks for it.
    pub direct: bool,
    /// The locked version.
    pub locked: String,
    /// The newest version that the known ranges, the promised runtime and the cool-down allow.
    pub wanted: Option<String>,
    /// Whether all ranges behind `wanted` are known: `all`, or `known` when a dependent's range is told nowhere.
    pub wanted_by: &'static str,
    /// The newest stable version past the cool-down.
    pub latest: Option<String>,
    /// The newest stable version, however young.
    pub latest_any: Option<String>,
    /// How far `latest` is: none, patch, minor, major, calver.
    pub kind: Option<Step>,
    /// How far `wanted` is.
    pub wanted_kind: Option<Step>,
    /// Days since the locked version was published.
    pub age_days: Option<i64>,
    /// Days since the first newer version was published that could have been taken; 0 when there is none.
    pub lag_days: Option<i64>,
    /// Years of 365.25 days between the days of the locked version and of `latest`.
    pub libyears: Option<Hundredths>,
    /// How many newer versions could have been taken.
    pub releases_behind: Option<usize>,
    /// The day the locked version was published.
    pub locked_date: Option<String>,
    /// The day `latest` was published.
    pub latest_date: Option<String>,
    /// The day on which the first of `cooling` is old enough.
    pub cooldown_until: Option<String>,
    /// Newer versions that are too young for the project's cool-down, oldest first.
    pub cooling: Vec<String>,
    /// What stands against it: yanked, withdrawn, deprecated, archived, quarantined.
    pub status: Vec<&'static str>,
    /// The reasons that are given for these.
    pub status_reasons: Vec<String>,
    /// What must be edited to reach `latest`: none, lock-only, manifest+lock, blocked-by; `unknown` when ranges are not known.
    pub edit: &'static str,
    /// Whose range excludes `latest`, each with the range: `httpx (<1)`.
    pub blocked_by: Vec<String>,
    /// The packages that hold it at its version and let go once they move to their own `wanted`: it comes along with
    /// them, and is in no group of its own.
    pub moves_with: Vec<String>,
    /// The lowest newer version that the known ranges allow and nothing stands against, for a locked version that was
    /// yanked or withdrawn or has an advisory; `null` when there is none, or no need.
    pub nearest_fix: Option<String>,
    /// Advisories about the locked version; `null` when none were looked up.
    pub advisories: Option<Vec<AdvisoryRow>>,
    /// Other projects that lock it, with their versions.
    pub used_by: Vec<UsedBy>,
    /// How many versions of it the repository locks.
    pub versions_in_use: usize,
    /// How many packages of the lockfile require it.
    pub dependents: usize,
    /// The groups it is in, in their order; the first one says what to do.
    pub groups: Vec<Group>,
    /// Its place in this week's batch of the project, from 1; `null` when it is not in it.
    pub order: Option<usize>,
    /// Why something is not known.
    pub unknown_reason: Option<String>,
}

/// An advisory about a locked version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct AdvisoryRow {
    /// Its id.
    pub id: String,
    /// critical, high, medium, low, unknown.
    pub severity: &'static str,
    /// The first version without the fault above the locked one; `null` when there is none.
    pub fixed_in: Option<String>,
    /// What it says, in one line.
    pub summary: String,
}

/// A project that locks a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct UsedBy {
    /// The lockfile.
    pub lockfile: String,
    /// The version.
    pub version: String,
}

/// Where names are locked: ecosystem and name to lockfile and version, in order.
pub(super) type Uses = BTreeMap<(String, String), Vec<UsedBy>>;

/// The rows of a project, in the order of its lockfile.
pub(super) fn rows(input: &Input<'_>, project: &Project<'_>, uses: &Uses) -> Vec<Row> {
    let mut rows: Vec<Row> = project.entries.iter().map(|entry| row(input, project, entry, uses)).collect();
    companion::mark(input, project, &mut rows);
    rows
}

fn row(input: &Input<'_>, project: &Project<'_>, entry: &Entry<'_>, uses: &Uses) -> Row {
    let mut row = blank(project, entry, uses);
    let package = match input.table.get(&entry.subject) {
        Some(Outcome::Known(answer)) => &answer.package,
        Some(Outcome::Missing(answer)) => {
            lost(&mut row, input, entry, format!("{} has no package of this name", answer.registry));
            return row;
        }
        Some(Outcome::Unknown(reason)) => return Row { unknown_reason: Some(reason.clone()), ..row },
        None => return Row { unknown_reason: Some("no registry was asked".to_owned()), ..row },
    };
    standing(&mut row, package);
    let Some(locked) = &entry.release else {
        let reason = format!("`{}` is no version that can be put in order", entry.version);
        return Row { unknown_reason: Some(reason), ..row };
    };
    let offers = offer::offers(package, &row.ecosystem);
    let own = offers.iter().find(|offer| offer.release.compare(locked).is_eq());
    locked_release(&mut row, input, entry, own, package);
    let newer = offer::newer(&offers, locked, package);
    let found = advisories(input, entry, locked, &newer);
    let days = project.lockfile.cool_down.known().map(|days| days.0);
    let is_grown = |offer: &&Offer<'_>| is_old_enough(offer, days, input.today);
    let is_fix = |offer: &&Offer<'_>| {
        found.iter().flatten().any(|advisory| advisory.fixed_in.as_deref() == Some(&*offer.release.text))
    };
    let eligible: Vec<&Offer<'_>> = newer.iter().copied().filter(|offer| is_grown(offer) || is_fix(offer)).collect();
    let cooling: Vec<&Offer<'_>> = newer.iter().copied().filter(|offer| !is_grown(offer)).collect();
    row.latest_any = Some(newer.last().map_or(locked, |offer| &offer.release).text.clone());
    row.cooling = cooling.iter().map(|offer| offer.release.text.clone()).collect();
    row.cooldown_until =
        cooling.iter().filter_map(|offer| Some(Day(offer.published()?.0 + days?))).min().map(|day| day.to_string());
    row.advisories = found;
    distances(&mut row, input.today, own, locked, &eligible);
    wanted(&mut row, project, entry, locked, own, &eligible);
    if !row.status.is_empty() || row.advisories.as_ref().is_some_and(|found| !found.is_empty()) {
        let about = input.advisories.map(|known| known.about(&row.ecosystem, &row.name)).unwrap_or_default();
        let is_sound = |offer: &&&Offer<'_>| {
            fits(project, entry, offer) && !about.iter().any(|advisory| advisory.affects(&offer.release))
        };
        row.nearest_fix = eligible.iter().find(is_sound).map(|offer| offer.release.text.clone());
    }
    row
}

/// A row of which nothing is known yet but what the lockfile says.
fn blank(project: &Project<'_>, entry: &Entry<'_>, uses: &Uses) -> Row {
    let package = entry.package;
    let lockfile = project.lockfile.header.path.to_string();
    let all = uses
        .get(&(package.contents.ecosystem.to_owned(), package.contents.package.clone()))
        .map_or(&[][..], Vec::as_slice);
    let mut versions: Vec<&str> = all.iter().map(|one| &*one.version).collect();
    versions.sort_unstable();
    versions.dedup();
    Row {
        service: project.service.clone(),
        ecosystem: package.contents.ecosystem.to_owned(),
        name: package.contents.package.clone(),
        scope: entry.scope,
        direct: entry.is_direct,
        locked: entry.version.to_owned(),
        wanted: None,
        wanted_by: if entry.untold.is_empty() { "all" } else { "known" },
        latest: None,
        latest_any: None,
        kind: None,
        wanted_kind: None,
        age_days: None,
        lag_days: None,
        libyears: None,
        releases_behind: None,
        locked_date: None,
        latest_date: None,
        cooldown_until: None,
        cooling: Vec::new(),
        status: Vec::new(),
        status_reasons: Vec::new(),
        edit: "unknown",
        blocked_by: Vec::new(),
        moves_with: Vec::new(),
        nearest_fix: None,
        advisories: None,
        used_by: all.iter().filter(|one| one.lockfile != lockfile).cloned().collect(),
        versions_in_use: versions.len(),
        dependents: entry.dependents,
        groups: Vec::new(),
        order: None,
        unknown_reason: None,
        lockfile,
    }
}

/// What the registry says of the package as a whole.
fn standing(row: &mut Row, package: &Package) {
    let Some(standing) = package.standing.filter(|standing| *standing != Standing::Active) else { return };
    row.status.push(standing.word());
    row.status_reasons.extend(package.standing_reason.as_deref().map(str::to_owned));
}

/// What the registry says of the locked version: whether it is there, and its day.
fn locked_release(row: &mut Row, input: &Input<'_>, entry: &Entry<'_>, own: Option<&Offer<'_>>, package: &Package) {
    let Some(own) = own else {
        return lost(row, input, entry, format!("{} is no longer offered", entry.version));
    };
    if own.told.withdrawal.is_yanked() {
        row.status.push("yanked");
        row.status_reasons.extend(own.told.withdrawal.reason().map(str::to_owned));
    } else if let Some(file) = gone_file(entry, own) {
        lost(row, input, entry, format!("{file} is no longer offered"));
    }
    if let Some(reason) = own.told.deprecated.as_deref()
        && package.standing != Some(Standing::Deprecated)
    {
        row.status.push("deprecated");
        row.status_reasons.push(reason.to_owned());
    }
}

/// Something that a registry does not have: withdrawn, unless it may lie beside it.
fn lost(row: &mut Row, input: &Input<'_>, entry: &Entry<'_>, reason: String) {
    match (input.beside)(entry.package) {
        Some(place) => row.unknown_reason = Some(format!("{reason}, and {place} (find-links) is not asked")),
        None => {
            row.status.push("withdrawn");
            row.status_reasons.push(reason);
        }
    }
}

/// A locked wheel that the registry does not list any more; `None` where it lists no files at all.
fn gone_file<'e>(entry: &'e Entry<'_>, own: &Offer<'_>) -> Option<&'e str> {
    let is_listed = |file: &str| own.told.files.iter().any(|offered| *offered.name == *file);
    let mut wheels = entry.package.contents.wheels.iter().map(|wheel| wheel.file);
    if own.told.files.is_empty() { None } else { wheels.find(|file| !is_listed(file)) }
}

/// Whether a release is older than the cool-down asks. Without a day it is not, as a registry that tells no days
/// cannot vouch for its age.
fn is_old_enough(offer: &Offer<'_>, days: Option<i64>, today: Day) -> bool {
    days.is_none_or(|days| offer.published().is_some_and(|published| today.since(published) >= days))
}

fn advisories(
    input: &Input<'_>,
    entry: &Entry<'_>,
    locked: &Release,
    newer: &[&Offer<'_>],
) -> Option<Vec<AdvisoryRow>> {
    let known = input.advisories?;
    let about = known.about(entry.package.contents.ecosystem, &entry.package.contents.package);
    let hits = about.iter().filter(|advisory| advisory.affects(locked));
    let row = |advisory: &&super::Advisory| AdvisoryRow {
        id: advisory.id.clone(),
        severity: advisory.severity,
        fixed_in: newer.iter().find(|offer| !advisory.affects(&offer.release)).map(|offer| offer.release.text.clone()),
        summary: advisory.summary.clone(),
    };
    Some(hits.map(row).collect())
}

/// Ages, lag and libyears.
fn distances(row: &mut Row, today: Day, own: Option<&Offer<'_>>, locked: &Release, eligible: &[&Offer<'_>]) {
    let day = own.and_then(Offer::published);
    row.locked_date = day.map(|day| day.to_string());
    row.age_days = day.map(|day| today.since(day));
    row.releases_behind = Some(eligible.len());
    let Some(latest) = eligible.last() else {
        row.latest = Some(locked.text.clone());
        row.latest_date.clone_from(&row.locked_date);
        row.kind = Some(Step::None);
        row.lag_days = Some(0);
        row.libyears = Some(Hundredths(0));
        return;
    };
    row.latest = Some(latest.release.text.clone());
    row.latest_date = latest.published().map(|day| day.to_string());
    row.kind = Some(locked.step_to(&latest.release, &row.ecosystem, [day, latest.published()]));
    // A backport is published after a newer version, so the first day counts, not the day of the first version.
    let first = eligible.iter().map(|offer| offer.published()).collect::<Option<Vec<Day>>>();
    row.lag_days = first.and_then(|days| days.into_iter().min()).map(|day| today.since(day).max(0));
    row.libyears = day.zip(latest.published()).map(|(from, to)| Hundredths::years(to.since(from).max(0)));
    if row.unknown_reason.is_none() && (row.lag_days.is_none() || day.is_none()) {
        row.unknown_reason = Some("the registry does not tell when versions were published".to_owned());
    }
}

/// The version to move to now, and what the newest one takes.
fn wanted(
    row: &mut Row,
    project: &Project<'_>,
    entry: &Entry<'_>,
    locked: &Release,
    own: Option<&Offer<'_>>,
    eligible: &[&Offer<'_>],
) {
    let is_untold = !entry.is_direct && !entry.untold.is_empty() && entry.required.is_empty();
    if !is_untold {
        let found = eligible.iter().rev().find(|offer| fits(project, entry, offer));
        row.wanted = Some(found.map_or(locked, |offer| &offer.release).text.clone());
        let days = |offer: &&&Offer<'_>| [own.and_then(Offer::published), offer.published()];
        row.wanted_kind =
            Some(found.map_or(Step::None, |offer| locked.step_to(&offer.release, &row.ecosystem, days(&offer))));
    }
    let Some(latest) = eligible.last() else {
        row.edit = "none";
        return;
    };
    let excludes = |asked: &&super::locked::Asked| !asked.admits(&latest.release);
    let mut blocked: Vec<String> =
        entry.required.iter().filter(excludes).map(|asked| format!("{} ({})", asked.by, asked.range)).collect();
    if !runs(project, latest) {
        let demanded = latest.told.runtime.as_deref().unwrap_or("");
        let promise = if row.ecosystem == "python" { "requires-python" } else { "rust-version" };
        blocked.push(format!("{promise} {} (it needs {demanded})", project.promised.unwrap_or("")));
    }
    blocked.sort();
    blocked.dedup();
    row.edit = if !blocked.is_empty() {
        "blocked-by"
    } else if entry.asked.iter().any(|asked| !asked.admits(&latest.release)) {
        "manifest+lock"
    } else if is_untold {
        "unknown"
    } else {
        "lock-only"
    };
    row.blocked_by = blocked;
    if is_untold && row.unknown_reason.is_none() {
        let names = entry.untold.iter().take(3).copied().collect::<Vec<_>>().join(", ");
        row.unknown_reason =
            Some(format!("{} does not record the ranges of {names}", crate::path::file_name(&row.lockfile)));
    }
}

/// Whether the known ranges and the promised runtime allow a release.
fn fits(project: &Project<'_>, entry: &Entry<'_>, offer: &Offer<'_>) -> bool {
    let mut asked = entry.asked.iter().chain(&entry.required);
    asked.all(|asked| asked.admits(&offer.release)) && runs(project, offer)
}

/// Whether a release runs on what the project promises, as far as both can be read.
fn runs(project: &Project<'_>, offer: &Offer<'_>) -> bool {
    let pair = project.promised.zip(offer.told.runtime.as_deref());
    pair.is_none_or(|(promised, demanded)| runs_on(&project.lockfile.ecosystem, promised, demanded) != Some(false))
}
