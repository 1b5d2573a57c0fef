//! Ages of past locks, where the registry cache that `updates` and `rehearse` fill is at hand. Nothing is asked here.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::command::repository::Repository;
use crate::day::Day;
use crate::history::age::{self, Held};
use crate::history::locked::Pin;
use crate::history::row::OutcomeRow;
use crate::history::series::Series;
use crate::history::{History, Store};
use crate::tree::Tree;
use crate::upstream::{Client, Detail, Ecosystem, Home, Limits, MAX_AGE, Options, Origin, Settings, Subject};

/// A lockfile through its months.
pub(super) struct Months {
    ecosystem: Ecosystem,
    tool: String,
    lockfile: String,
    held: Vec<Held>,
}

impl Months {
    /// What a lockfile held; `None` for an ecosystem whose registries cannot be asked.
    pub(super) fn of(series: &Series, history: &History, store: &Store, row: &OutcomeRow, today: Day) -> Option<Self> {
        let ecosystem = Ecosystem::of(&series.ecosystem)?;
        let held = age::held(series, history, store, &row.months, today);
        Some(Self { ecosystem, tool: series.tool.clone(), lockfile: series.path.clone(), held })
    }

    /// What a package may be asked for; none for what comes from no registry.
    fn candidates(&self, settings: &Settings, pin: &Pin) -> Vec<Subject> {
        let Some(registry) = pin.registry() else { return Vec::new() };
        let stated = (!registry.is_empty()).then_some(registry);
        let origin = Origin { ecosystem: self.ecosystem, tool: &self.tool, lockfile: &self.lockfile, stated };
        match self.ecosystem {
            Ecosystem::Python => settings.subjects(&origin, &crate::python::name::normalize(&pin.name)),
            Ecosystem::Node | Ecosystem::Rust => settings.subjects(&origin, &pin.name),
        }
    }
}

/// The registry cache of the user, when there is one.
pub(super) fn cache(home: &Home) -> Option<std::path::PathBuf> {
    home.cache().filter(|folder| folder.is_dir())
}

/// Adds to each row how old its packages were, and says what that rests on; `None` when the cache tells nothing.
pub(super) fn add(repository: &Repository, home: &Home, rows: &mut [(OutcomeRow, Option<Months>)]) -> Option<String> {
    if rows.iter().all(|(_, months)| months.is_none()) {
        return None;
    }
    let tree = Arc::new(Tree::working(&repository.root));
    let settings = Settings::new(home, tree, repository.config.registries.clone());
    let all = || rows.iter().filter_map(|(_, months)| months.as_ref());
    let mut subjects: BTreeSet<Subject> = BTreeSet::new();
    for months in all() {
        let pins: BTreeSet<&Pin> = months.held.iter().flat_map(|held| &held.pins).collect();
        subjects.extend(pins.into_iter().flat_map(|pin| months.candidates(&settings, pin)));
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let options = Options {
        cache: cache(home),
        offline: true,
        max_age: MAX_AGE,
        now: i64::try_from(now).unwrap_or(0),
        limits: Limits::default(),
    };
    let table = Client::new(&settings, options).ask(&subjects, Detail::Dates, &|| {});
    let mut is_told = false;
    for (row, months) in rows {
        let Some(months) = months else { continue };
        let candidates = |pin: &Pin| months.candidates(&settings, pin);
        for (month, age) in age::ages(months.ecosystem.word(), &months.held, &candidates, &table) {
            row.months[month].age = Some(age);
            is_told = true;
        }
    }
    is_told.then(|| {
        "ages are by the dates in the registry cache, which `reproof updates` fills; cool-downs do not count".to_owned()
    })
}
