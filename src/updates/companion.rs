//! Packages that are held back by nothing but another package that can move itself: `clap_builder` is required at one
//! version by `clap`, and comes along with it.

use std::collections::HashMap;

use super::Input;
use super::constraint::Constraint;
use super::locked::{Entry, Project};
use super::row::Row;
use crate::release::Release;

/// Says of blocked rows whether they move with others. Rows stand in the order of the project's entries.
pub(super) fn mark(input: &Input<'_>, project: &Project<'_>, rows: &mut [Row]) {
    let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, entry) in project.entries.iter().enumerate() {
        by_name.entry(&entry.package.contents.package).or_default().push(index);
    }
    // The version that each package can be moved to, where there is one.
    let mut reached: Vec<Option<String>> =
        rows.iter().map(|row| row.wanted.clone().filter(|wanted| *wanted != row.locked)).collect();
    let mut is_changed = true;
    while std::mem::take(&mut is_changed) {
        for index in 0..rows.len() {
            let companions = Companions { input, project, by_name: &by_name, reached: &reached };
            if rows[index].edit == "blocked-by"
                && let Some(leaders) = companions.leaders(&project.entries[index], &rows[index])
            {
                let row = &mut rows[index];
                row.edit = "lock-only";
                row.blocked_by.clear();
                row.moves_with = leaders;
                reached[index].clone_from(&row.latest);
                is_changed = true;
            }
        }
    }
}

struct Companions<'c, 'f> {
    input: &'c Input<'f>,
    project: &'c Project<'f>,
    by_name: &'c HashMap<&'f str, Vec<usize>>,
    reached: &'c [Option<String>],
}

impl Companions<'_, '_> {
    /// The packages that hold a package back and admit its newest version once they have moved; `None` when something
    /// else holds it too.
    fn leaders(&self, entry: &Entry<'_>, row: &Row) -> Option<Vec<String>> {
        let latest = Release::parse(&row.ecosystem, row.latest.as_deref()?)?;
        if !entry.asked.iter().all(|asked| asked.admits(&latest)) {
            return None;
        }
        let mut leaders: Vec<String> =
            entry.required.iter().filter(|asked| !asked.admits(&latest)).map(|asked| asked.by.clone()).collect();
        leaders.sort();
        leaders.dedup();
        let is_all = row.blocked_by.iter().all(|held| leaders.iter().any(|by| held.starts_with(&format!("{by} ("))));
        let are_moving = leaders.iter().all(|by| self.lets_go(by, &row.name, &latest));
        (is_all && are_moving && !leaders.is_empty()).then_some(leaders)
    }

    /// Whether all locked versions of a package that exclude a release can be moved to one that admits it.
    fn lets_go(&self, by: &str, name: &str, latest: &Release) -> bool {
        let all = self.by_name.get(by).map_or(&[][..], Vec::as_slice);
        all.iter().all(|index| {
            let entry = &self.project.entries[*index];
            let admits = |version: &str| self.admits(entry, version, name, latest);
            admits(entry.version) == Some(true) || self.reached[*index].as_deref().and_then(admits) == Some(true)
        })
    }

    /// Whether a version of a package admits a release of another, or does not require it at all; `None` when the
    /// registry does not tell.
    fn admits(&self, entry: &Entry<'_>, version: &str, name: &str, latest: &Release) -> Option<bool> {
        let package = self.input.table.get(&entry.subject)?.package()?;
        let required = package.release(version)?.requirements.as_deref()?;
        let mut ranges = required.iter().filter(|one| *one.package == *name).peekable();
        let admits = |range: &str| {
            Constraint::parse(entry.package.contents.ecosystem, range)
                .is_some_and(|constraint| constraint.admits(latest))
        };
        Some(ranges.peek().is_none() || ranges.any(|one| admits(&one.range)))
    }
}
