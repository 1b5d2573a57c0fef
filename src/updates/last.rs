//! The report of last week, as far as a comparison needs it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::headline::{Delta, Move};
use super::row::Row;
use crate::number::Hundredths;

/// A report of the same repository that was stored before.
#[derive(Debug, Clone, Deserialize)]
pub struct Last {
    updates: Vec<LastRow>,
    updates_overview: LastOverview,
}

#[derive(Debug, Clone, Deserialize)]
struct LastRow {
    lockfile: String,
    ecosystem: String,
    name: String,
    locked: String,
    kind: Option<String>,
    #[serde(default)]
    groups: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
struct LastOverview {
    date: String,
    outdated: usize,
    libyears: f64,
    lag_years: f64,
}

type Name<'a> = (&'a str, &'a str, &'a str);

impl Last {
    /// Reads a JSON report of `reproof updates`.
    ///
    /// # Errors
    /// Why the text is none.
    pub fn read(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| format!("it is not a JSON report of `reproof updates`: {error}"))
    }

    /// What changed since then.
    pub(super) fn delta(&self, rows: &[Row], outdated: usize) -> Delta {
        let mut before: BTreeMap<Name<'_>, BTreeSet<&str>> = BTreeMap::new();
        for row in &self.updates {
            before.entry((&row.lockfile, &row.ecosystem, &row.name)).or_default().insert(&row.locked);
        }
        let mut now: BTreeMap<Name<'_>, BTreeSet<&str>> = BTreeMap::new();
        for row in rows {
            now.entry((&row.lockfile, &row.ecosystem, &row.name)).or_default().insert(&row.locked);
        }
        let join = |versions: BTreeSet<&str>| versions.into_iter().collect::<Vec<_>>().join(", ");
        let moved = now.iter().filter_map(|(name, versions)| {
            let old = before.get(name).filter(|old| *old != versions)?;
            let from = join(old.difference(versions).copied().collect());
            let to = join(versions.difference(old).copied().collect());
            Some(Move { lockfile: name.0.to_owned(), name: name.2.to_owned(), from, to })
        });
        let key = |row: &Row| (row.lockfile.clone(), row.name.clone(), row.locked.clone());
        let was = |wanted: &dyn Fn(&LastRow) -> bool| -> BTreeSet<(String, String, String)> {
            let rows = self.updates.iter().filter(|row| wanted(row));
            rows.map(|row| (row.lockfile.clone(), row.name.clone(), row.locked.clone())).collect()
        };
        let urgent = was(&|row| row.groups.iter().any(|group| group == "act-now"));
        let behind = was(&|row| row.kind.as_deref().is_some_and(|kind| kind != "none"));
        let is_urgent = |row: &&Row| row.groups.first() == Some(&super::Group::ActNow);
        let new_act_now = rows.iter().filter(is_urgent).filter(|row| !urgent.contains(&key(row)));
        let is_behind = |row: &&Row| row.kind.is_some_and(|kind| kind != crate::release::Step::None);
        Delta {
            since: self.updates_overview.date.clone(),
            outdated: signed(outdated) - signed(self.updates_overview.outdated),
            libyears_before: hundredths(self.updates_overview.libyears),
            lag_years_before: hundredths(self.updates_overview.lag_years),
            moved: moved.collect(),
            newly_outdated: rows.iter().filter(is_behind).filter(|row| !behind.contains(&key(row))).count(),
            new_act_now: new_act_now.map(|row| format!("{} {} in {}", row.name, row.locked, row.lockfile)).collect(),
        }
    }
}

fn signed(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn hundredths(number: f64) -> Hundredths {
    // Written with two digits by us; anything else is cut.
    #[allow(clippy::cast_possible_truncation, reason = "a sum of years")]
    Hundredths((number * 100.0).round() as i64)
}
