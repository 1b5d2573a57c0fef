//! The newest numbers of each service, whichever runs measured them.

use std::collections::BTreeMap;

use super::{Line, OutcomePoint, RehearsalPoint, ServicePoint, UpdatePoint};

/// A repository's newest numbers.
pub(super) struct Newest<'l> {
    /// Its newest run.
    pub(super) line: &'l Line,
    /// Its newest run that judged files.
    pub(super) checked: Option<&'l Line>,
    /// Its services by path.
    pub(super) services: BTreeMap<&'l str, Service<'l>>,
}

/// A service's newest numbers.
#[derive(Default)]
pub(super) struct Service<'l> {
    pub(super) checked: Option<&'l ServicePoint>,
    pub(super) outcomes: Vec<&'l OutcomePoint>,
    pub(super) updates: Vec<&'l UpdatePoint>,
    pub(super) rehearsed: Option<&'l RehearsalPoint>,
}

impl Service<'_> {
    /// The sum over its measured lockfiles.
    pub(super) fn sum_of_outcomes(&self, number: fn(&OutcomePoint) -> usize) -> f64 {
        self.outcomes.iter().map(|point| number(point)).sum::<usize>() as f64
    }

    /// The only lockfile's outcomes: a median of medians says nothing.
    pub(super) fn only_outcome(&self) -> Option<&OutcomePoint> {
        if let [point] = self.outcomes[..] { Some(point) } else { None }
    }

    /// The sum over its lockfiles that were compared with registries.
    pub(super) fn sum_of_updates(&self, number: fn(&UpdatePoint) -> f64) -> f64 {
        self.updates.iter().map(|point| number(point)).sum()
    }
}

/// The newest numbers of each repository. Lines are sorted by repository and time.
pub(super) fn newest(lines: &[Line]) -> Vec<Newest<'_>> {
    lines.chunk_by(|a, b| a.repository == b.repository).filter_map(of_repository).collect()
}

fn of_repository(own: &[Line]) -> Option<Newest<'_>> {
    let last = |has: fn(&Line) -> bool| own.iter().rev().find(|line| has(line));
    let checked = last(|line| !line.services.is_empty());
    let mut services: BTreeMap<&str, Service<'_>> = BTreeMap::new();
    for point in checked.into_iter().flat_map(|line| &line.services) {
        services.entry(&point.path).or_default().checked = Some(point);
    }
    for point in last(|line| !line.outcomes.is_empty()).into_iter().flat_map(|line| &line.outcomes) {
        services.entry(&point.service).or_default().outcomes.push(point);
    }
    for point in last(|line| !line.updates.is_empty()).into_iter().flat_map(|line| &line.updates) {
        services.entry(&point.service).or_default().updates.push(point);
    }
    for point in last(|line| !line.rehearsal.is_empty()).into_iter().flat_map(|line| &line.rehearsal) {
        services.entry(&point.service).or_default().rehearsed = Some(point);
    }
    Some(Newest { line: own.last()?, checked, services })
}
