//! The weekly report: what registries offer beyond what is locked, and in which order a team would take it.
//!
//! Pure arithmetic over an inventory, a table of index documents and today. Nothing here asks a registry.

pub mod advisory;
mod command;
mod companion;
mod constraint;
mod group;
mod headline;
mod last;
mod locked;
pub(crate) mod offer;
mod platform;
mod row;
#[cfg(test)]
pub(crate) mod sample;
mod spread;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::day::Day;
use crate::drift::InstalledRow;
use crate::facts::{Facts, LockedPackage};
use crate::upstream::{Subject, Table};

pub use advisory::{Advisories, Advisory};
pub use command::command;
pub use group::Group;
pub use headline::{Delta, Overview, ProjectRow};
pub use last::Last;
pub use locked::asked;
pub use platform::PlatformRow;
pub use row::{AdvisoryRow, Row, UsedBy};
pub use spread::SpreadRow;

/// Packages of one project that a week's batch holds at most; small and frequent is the aim.
pub const BATCH: usize = 10;

/// What the report is made of.
pub struct Input<'a> {
    /// The facts of the repository.
    pub facts: &'a Facts,
    /// What is to be asked about a locked package; `None` for what comes from no registry that can be asked.
    pub subject: &'a dyn Fn(&LockedPackage) -> Option<Subject>,
    /// A place beside the registries that may have a locked package (`find-links`).
    pub beside: &'a dyn Fn(&LockedPackage) -> Option<String>,
    /// What registries said.
    pub table: &'a Table,
    /// Today.
    pub today: Day,
    /// Advisories from a local folder; `None` when none was given.
    pub advisories: Option<&'a Advisories>,
    /// Packages of one project that a week's batch holds at most.
    pub batch: usize,
    /// Whether a path is reported on.
    pub is_reported: &'a dyn Fn(&str) -> bool,
    /// The last commit day of each lockfile, where history tells.
    pub last_changes: &'a BTreeMap<String, Day>,
}

/// The report.
#[derive(Debug, Clone)]
pub struct Updates {
    /// Today.
    pub today: Day,
    /// One row for each locked package that a registry can be asked about, in the order of work: projects by path, in
    /// each the groups in their order, then the rest by name.
    pub rows: Vec<Row>,
    /// The projects, by the path of their lockfile.
    pub projects: Vec<ProjectRow>,
    /// Packages, tools, actions and images that the repository uses in several versions, the widest first.
    pub spreads: Vec<SpreadRow>,
    /// Toolchains, runtimes, actions and images as they are stated.
    pub platform: Vec<PlatformRow>,
    /// What an installed environment holds besides what is locked; `None` when none was given.
    pub environment: Option<Vec<InstalledRow>>,
    /// The numbers of the week.
    pub overview: Overview,
}

/// Makes the report.
pub fn compute(input: &Input<'_>) -> Updates {
    let projects = locked::projects(input);
    let spreads = spread::spreads(input.facts, &projects);
    let used = spread::uses(&projects);
    let mut rows: Vec<Row> = projects.iter().flat_map(|project| row::rows(input, project, &used)).collect();
    group::assign(&mut rows, input.batch);
    let platform = platform::platform(input.facts, input.today);
    let overview = headline::overview(input, &projects, &rows, &platform);
    let projects = projects.iter().map(|project| headline::project(input, project, &rows)).collect();
    Updates { today: input.today, rows, projects, spreads, platform, environment: None, overview }
}

impl Updates {
    /// Adds what changed since another report.
    pub fn since(&mut self, last: &Last) {
        self.overview.since = Some(last.delta(&self.rows, self.overview.outdated));
    }

    /// Whether anything is urgent.
    pub fn must_act_now(&self) -> bool {
        self.rows.iter().any(|row| row.groups.first() == Some(&Group::ActNow))
    }
}
