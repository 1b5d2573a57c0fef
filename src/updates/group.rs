//! The groups of the report, their order, and the batch of the week.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::row::Row;
use crate::release::{Release, Step};

/// A package that so many others require is planned for, however small the step.
const WIDE: usize = 10;

/// What to do about a package, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Group {
    /// An advisory with a fix, or the locked version was withdrawn, yanked or quarantined.
    ActNow,
    /// A patch or minor step that the ranges allow: only the lockfile changes.
    Free,
    /// A step that needs a look: a minor one below 1.0, one outside of the manifest's range, a package many others require.
    Planned,
    /// A major step.
    Majors,
    /// A newer version that somebody's range excludes, or a package without a successor.
    Stuck,
    /// Newer versions that are too young for the project's cool-down.
    Cooling,
}

impl Group {
    /// All of them in order.
    pub const ALL: [Self; 6] = [Self::ActNow, Self::Free, Self::Planned, Self::Majors, Self::Stuck, Self::Cooling];

    /// Its title in reports.
    pub fn title(self) -> &'static str {
        match self {
            Self::ActNow => "Act now",
            Self::Free => "Free",
            Self::Planned => "Planned",
            Self::Majors => "Majors",
            Self::Stuck => "Stuck",
            Self::Cooling => "Cooling",
        }
    }

    /// What its packages have in common, in a phrase.
    pub fn about(self) -> &'static str {
        match self {
            Self::ActNow => "an advisory with a fix, or a version that was yanked or withdrawn",
            Self::Free => "patch and minor steps that every known range allows; only the lockfile changes",
            Self::Planned => {
                "steps that need a look: minor ones below 1.0, outside of the manifest's range, or with many dependents"
            }
            Self::Majors => "read the changelog first",
            Self::Stuck => "somebody's range excludes the newest version, or there is no successor",
            Self::Cooling => "too young for the project's cool-down",
        }
    }
}

/// Puts rows into groups and in order, and chooses the batch of each project.
pub(super) fn assign(rows: &mut [Row], batch: usize) {
    for row in rows.iter_mut() {
        row.groups = groups(row);
    }
    rows.sort_by_cached_key(|row| (row.lockfile.clone(), key(row)));
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows.iter_mut() {
        let first = row.groups.first();
        let count = taken.entry(row.lockfile.clone()).or_default();
        if matches!(first, Some(Group::ActNow)) || (matches!(first, Some(Group::Free)) && *count < batch) {
            *count += 1;
            row.order = Some(*count);
        }
    }
}

/// Group, severity, reach, lag, dependents, name: what stands first is done first.
type Key = (u8, Reverse<u8>, Reverse<usize>, Reverse<i64>, usize, String, String);

fn key(row: &Row) -> Key {
    let group = row.groups.first().map_or(u8::MAX, |group| *group as u8);
    (
        group,
        Reverse(severity(row)),
        Reverse(row.used_by.len()),
        Reverse(row.lag_days.unwrap_or(0)),
        row.dependents,
        row.name.clone(),
        row.locked.clone(),
    )
}

/// How bad the worst advisory is; 0 without one.
fn severity(row: &Row) -> u8 {
    let rank = |word: &str| match word {
        "critical" => 5,
        "high" => 4,
        "medium" => 3,
        "low" => 2,
        _ => 1,
    };
    row.advisories.iter().flatten().map(|advisory| rank(advisory.severity)).max().unwrap_or(0)
}

fn groups(row: &Row) -> Vec<Group> {
    let mut groups = Vec::new();
    let has = |words: &[&str]| row.status.iter().any(|status| words.contains(status));
    let advisories = || row.advisories.iter().flatten();
    if has(&["withdrawn", "quarantined", "yanked"]) || advisories().any(|advisory| advisory.fixed_in.is_some()) {
        groups.push(Group::ActNow);
    }
    if groups.is_empty() {
        groups.extend(step_now(row));
    }
    groups.extend(step_later(row));
    let is_left = has(&["archived", "deprecated"]) && row.releases_behind.is_none_or(|count| count == 0);
    if row.edit == "blocked-by" || is_left || advisories().any(|advisory| advisory.fixed_in.is_none()) {
        groups.push(Group::Stuck);
    }
    if !row.cooling.is_empty() {
        groups.push(Group::Cooling);
    }
    groups.sort_unstable();
    groups.dedup();
    groups
}

/// The group of the step that the ranges allow.
fn step_now(row: &Row) -> Option<Group> {
    // Where no range is known the step to the newest stands for it.
    let step = row.wanted_kind.or(if row.wanted.is_none() { row.kind } else { None })?;
    match step {
        Step::None => None,
        Step::Major => Some(Group::Majors),
        Step::Minor if is_below_one(row) => Some(Group::Planned),
        _ if row.dependents >= WIDE => Some(Group::Planned),
        Step::Patch | Step::Minor | Step::Calver => Some(Group::Free),
    }
}

/// The group of the step beyond that.
fn step_later(row: &Row) -> Option<Group> {
    if row.edit != "manifest+lock" {
        return None;
    }
    match row.kind? {
        Step::None => None,
        Step::Major | Step::Calver => Some(Group::Majors),
        Step::Patch | Step::Minor => Some(Group::Planned),
    }
}

fn is_below_one(row: &Row) -> bool {
    Release::parse(&row.ecosystem, &row.locked).is_some_and(|release| release.is_below_one())
}
