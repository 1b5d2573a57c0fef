//! The numbers of a run, counted from its rows and facts.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::Rows;
use crate::facts::Facts;
use crate::inventory::Inventory;
use crate::number::Hundredths;

/// The numbers of a run, for tracking over time. `None` is not measured, 0 is measured zero.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Metrics {
    /// Lockfiles.
    pub locks_total: usize,
    /// Lockfiles that are fresh.
    pub locks_fresh: usize,
    /// Lockfiles that are stale.
    pub locks_stale: usize,
    /// Lockfiles that cannot be read or used.
    pub locks_error: usize,
    /// Lockfiles that cannot be decided.
    pub locks_undecidable: usize,
    /// Locked packages.
    pub packages_total: i64,
    /// Locked packages with a hash for every artifact.
    pub packages_hashed: i64,
    /// Packages locked at more than one version in the repository.
    pub packages_with_several_versions: usize,
    /// Statements of versions: of runtimes and tools, actions, images, hooks, machines, and of what pipelines take in by name.
    pub pins_total: usize,
    /// The same by how exact they are: p0 to p5 and unknown.
    pub pins_by_level: BTreeMap<String, usize>,
    /// Lambda functions.
    pub lambdas_total: usize,
    /// Functions whose timeout somebody wrote.
    pub lambdas_timeout_written: usize,
    /// Functions whose memory somebody wrote.
    pub lambdas_memory_written: usize,
    /// The largest unzipped package; `null` when none is known.
    pub package_bytes_largest: Option<i64>,
    /// Steps that use a lockfile.
    pub steps_total: usize,
    /// Files that could not be understood.
    pub files_not_understood: usize,
    /// Services that were rehearsed, once for each revision; `null` when none was.
    pub services_rehearsed: Option<usize>,
    /// Those of them that are recreatable, with or without warnings.
    pub services_recreatable: Option<usize>,
    /// Locked packages that are yanked; `null` when no registry was asked.
    pub packages_yanked: Option<usize>,
    /// Locked artifacts that are gone, changed or were never exact; `null` when no registry was asked.
    pub artifacts_lost: Option<usize>,
    /// Locked packages with a newer version that could be taken; like all below, `null` unless registries were asked.
    pub outdated_total: Option<usize>,
    /// Those that are a patch behind.
    pub outdated_patch: Option<usize>,
    /// Those that are a minor version behind.
    pub outdated_minor: Option<usize>,
    /// Those that are a major version behind.
    pub outdated_major: Option<usize>,
    /// Those whose versions are dates.
    pub outdated_calver: Option<usize>,
    /// Years between locked and newest versions, summed.
    pub libyears: Option<Hundredths>,
    /// Years since newer versions could have been taken, summed.
    pub lag_years: Option<Hundredths>,
}

/// Counts what rows hold, and of an inventory what lies at the paths that `holds` tells.
pub fn metrics(inventory: &Inventory, rows: &Rows, holds: impl Fn(&str) -> bool) -> Metrics {
    let facts = &inventory.facts;
    let verdicts = |word: &str| rows.lockfiles.iter().filter(|lock| lock.verdict == word).count();
    let pins_by_level = pins_by_level(facts, rows, &holds);
    let lambdas = || facts.lambdas.iter().filter(|lambda| holds(&lambda.header.path));
    let steps = facts.steps.iter().filter(|step| holds(&step.header.path));
    Metrics {
        locks_total: rows.lockfiles.len(),
        locks_fresh: verdicts("fresh"),
        locks_stale: verdicts("stale"),
        locks_error: verdicts("error"),
        locks_undecidable: verdicts("undecidable"),
        packages_total: rows.lockfiles.iter().map(|lock| lock.packages).sum(),
        packages_hashed: rows.lockfiles.iter().map(|lock| lock.hashed).sum(),
        packages_with_several_versions: several_versions(facts, &holds),
        pins_total: pins_by_level.values().sum(),
        pins_by_level,
        lambdas_total: rows.lambdas.len(),
        lambdas_timeout_written: lambdas().filter(|lambda| lambda.timeout.is_written()).count(),
        lambdas_memory_written: lambdas().filter(|lambda| lambda.memory.is_written()).count(),
        package_bytes_largest: rows.lambdas.iter().filter_map(|lambda| lambda.package.unzipped_bytes).max(),
        steps_total: steps.filter(|step| step.lock_use.known().is_none_or(|word| word != "none")).count(),
        files_not_understood: facts.problems.iter().filter(|problem| holds(&problem.header.path)).count(),
        ..Metrics::default()
    }
}

/// Everything that states a version, by how exactly it does.
fn pins_by_level(facts: &Facts, rows: &Rows, holds: impl Fn(&str) -> bool) -> BTreeMap<String, usize> {
    let mut counts: BTreeMap<String, usize> = (0..=5).map(|level| (format!("p{level}"), 0)).collect();
    counts.insert("unknown".to_owned(), 0);
    let own = facts
        .actions
        .iter()
        .map(|one| (&one.header, &one.level))
        .chain(facts.images.iter().map(|one| (&one.header, &one.level)))
        .chain(facts.hooks.iter().map(|one| (&one.header, &one.level)))
        .chain(facts.includes.iter().map(|one| (&one.header, &one.level)))
        .chain(facts.runners.iter().map(|one| (&one.header, &one.level)))
        .filter(|(header, _)| holds(&header.path))
        .map(|(_, level)| super::level_word(level));
    for level in rows.toolchains.iter().map(|row| row.level.clone()).chain(own) {
        *counts.entry(level).or_default() += 1;
    }
    counts
}

fn several_versions(facts: &Facts, holds: impl Fn(&str) -> bool) -> usize {
    let mut versions: BTreeMap<(&str, &str), (&str, bool)> = BTreeMap::new();
    for package in facts.locked_packages.iter().filter(|package| holds(&package.header.path)) {
        let Some(version) = package.contents.version.known() else { continue };
        let entry = versions.entry((package.contents.ecosystem, &package.contents.package)).or_insert((version, false));
        entry.1 |= entry.0 != version;
    }
    versions.values().filter(|(_, several)| *several).count()
}
