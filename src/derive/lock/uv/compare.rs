//! Two lists of requirements, compared as uv compares sets.

use std::collections::{BTreeMap, BTreeSet};

use super::ask::{Ask, Origin};
use crate::facts::{Link, Manifest};
use crate::python::{Marker, PythonRange};
use crate::source::Span;
use crate::value::Value;

use super::super::{Difference, Weight};

/// Which releases of uv will read the lockfile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Era {
    /// Before 0.13: specifiers are compared clause by clause.
    Clauses,
    /// 0.13 and later: specifiers are compared as sets of versions.
    Sets,
}

/// A comparison of lists under the interpreters of the lockfile.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules<'a> {
    pub(super) python: &'a PythonRange,
    pub(super) era: Era,
}

/// What is out of step between two lists.
#[derive(Debug, Default)]
pub(super) struct Apart {
    /// Pairs of what is asked and what is recorded; one side may be missing.
    pub(super) pairs: Vec<(Option<Ask>, Option<Ask>)>,
    /// Why some could not be compared.
    pub(super) undecided: Vec<String>,
}

impl Rules<'_> {
    /// Whether two requirements are the same; `None` when their markers are too much to compare.
    pub(super) fn is_same(&self, a: &Ask, b: &Ask) -> Option<bool> {
        if a.name != b.name || a.extras != b.extras || a.origin != b.origin {
            return Some(false);
        }
        let specifiers = match self.era {
            Era::Sets => a.specifier.is_same_set(&b.specifier),
            Era::Clauses => a.specifier.has_same_clauses(&b.specifier),
        };
        if !specifiers {
            return Some(false);
        }
        a.marker.is_same(&b.marker, self.python).ok()
    }

    /// Compares what is asked with what is recorded. Order and repetition do not count.
    pub(super) fn compare(&self, asked: &[Ask], recorded: &[Ask]) -> Apart {
        let mut by_name: BTreeMap<&str, (Vec<&Ask>, Vec<&Ask>)> = BTreeMap::new();
        for ask in asked {
            by_name.entry(&ask.name).or_default().0.push(ask);
        }
        for ask in recorded {
            by_name.entry(&ask.name).or_default().1.push(ask);
        }
        let mut apart = Apart::default();
        for (name, (asked, recorded)) in by_name {
            match self.of_one_name(&asked, &recorded) {
                Some(pairs) => apart.pairs.extend(pairs),
                None => apart.undecided.push(format!("the markers of {name} are too many to compare")),
            }
        }
        apart
    }

    fn of_one_name(&self, asked: &[&Ask], recorded: &[&Ask]) -> Option<Vec<(Option<Ask>, Option<Ask>)>> {
        let without = |these: &[&Ask], those: &[&Ask]| -> Option<Vec<Ask>> {
            let mut left = Vec::new();
            for this in these {
                let same: Option<Vec<bool>> = those.iter().map(|that| self.is_same(this, that)).collect();
                if !same?.contains(&true) {
                    left.push((*this).clone());
                }
            }
            Some(left)
        };
        let new = without(asked, recorded)?;
        let gone = without(recorded, asked)?;
        if new.is_empty() && gone.is_empty() {
            return Some(Vec::new());
        }
        let repeats = asked.len() > 1 || recorded.len() > 1;
        if repeats && self.era == Era::Sets && self.overlaps_same(asked, recorded)? {
            return Some(Vec::new());
        }
        let mut gone = gone.into_iter();
        let mut pairs: Vec<(Option<Ask>, Option<Ask>)> = new.into_iter().map(|ask| (Some(ask), gone.next())).collect();
        pairs.extend(gone.map(|ask| (None, Some(ask))));
        Some(pairs)
    }

    /// Whether overlapping declarations of one name come to the same: in every environment that
    /// their markers tell apart, the same origin, extras and versions are wanted.
    fn overlaps_same(&self, asked: &[&Ask], recorded: &[&Ask]) -> Option<bool> {
        // What each extra asks for is merged apart from what is asked for without it.
        let keys: BTreeSet<BTreeSet<String>> = asked.iter().chain(recorded).map(|ask| ask.marker.extras()).collect();
        for key in keys {
            let is_of = |ask: &&&Ask| ask.marker.extras() == key;
            let asked: Vec<&Ask> = asked.iter().filter(is_of).copied().collect();
            let recorded: Vec<&Ask> = recorded.iter().filter(is_of).copied().collect();
            if !self.region_same(&asked, &recorded)? {
                return Some(false);
            }
        }
        Some(true)
    }

    fn region_same(&self, asked: &[&Ask], recorded: &[&Ask]) -> Option<bool> {
        let all: Vec<&Ask> = asked.iter().chain(recorded).copied().collect();
        let idle = |list: &[&Ask]| list.iter().filter(|ask| ask.marker.is_never(self.python).unwrap_or(false)).count();
        if idle(asked) != idle(recorded) {
            return Some(false);
        }
        if all.len() > MOST_OVERLAPPING {
            return None;
        }
        // Regions: every way in which the markers may hold and fail together.
        let mut regions: Vec<(Marker, BTreeSet<usize>)> = vec![(Marker::always(), BTreeSet::new())];
        for (index, ask) in all.iter().enumerate() {
            let mut finer = Vec::new();
            for (marker, holding) in regions {
                for (part, holds) in [(marker.and(&ask.marker), true), (marker.and(&ask.marker.negate()), false)] {
                    if part.is_never(self.python).ok()? {
                        continue;
                    }
                    let mut holding = holding.clone();
                    if holds {
                        holding.insert(index);
                    }
                    finer.push((part, holding));
                }
            }
            regions = finer;
        }
        let want = |of: &[&Ask], holding: &BTreeSet<usize>, from: usize| {
            let here: Vec<&Ask> =
                of.iter().enumerate().filter(|(at, _)| holding.contains(&(from + at))).map(|(_, ask)| *ask).collect();
            merged(&here)
        };
        Some(regions.iter().all(|(_, holding)| want(asked, holding, 0) == want(recorded, holding, asked.len())))
    }
}

/// More declarations of one name than this are not taken apart by regions.
const MOST_OVERLAPPING: usize = 8;

/// What several declarations that hold together want: for each origin the extras and the versions.
type Merged = Vec<(String, BTreeSet<String>, crate::python::specifier::VersionSet, bool, bool)>;

fn merged(asks: &[&Ask]) -> Merged {
    let mut by_origin: BTreeMap<String, Vec<&Ask>> = BTreeMap::new();
    for ask in asks {
        by_origin.entry(format!("{:?}", ask.origin)).or_default().push(ask);
    }
    by_origin
        .into_iter()
        .map(|(origin, asks)| {
            let extras = asks.iter().flat_map(|ask| ask.extras.iter().cloned()).collect();
            let set = asks
                .iter()
                .map(|ask| ask.specifier.set())
                .reduce(|one, other| one.intersection(&other))
                .unwrap_or_else(version_ranges::Ranges::full);
            let mentions = asks.iter().any(|ask| ask.specifier.mentions_prerelease());
            let pins = matches!(asks[..], [only] if only.specifier.is_lone_pin());
            (origin, extras, set, mentions, pins)
        })
        .collect()
}

/// A pair that is out of step, as a difference. `whose` says whose requirements they are: `the group dev of app`.
pub(super) fn difference(
    pair: (Option<Ask>, Option<Ask>),
    aspect: &'static str,
    whose: &str,
    fallback: (Link<Manifest>, Option<Span>),
) -> Difference {
    let (asked, recorded) = pair;
    let subject = asked.as_ref().or(recorded.as_ref()).map(|ask| ask.name.clone()).unwrap_or_default();
    let explanation = match (&asked, &recorded) {
        (Some(asked), Some(recorded)) => {
            format!("{whose} asks for {}, the lockfile records {}", asked.shown, recorded.shown)
        }
        (Some(asked), None) => format!("{whose} asks for {}, which the lockfile does not record", asked.shown),
        (None, Some(recorded)) => format!("the lockfile records {}, which {whose} no longer asks for", recorded.shown),
        (None, None) => format!("{whose} and the lockfile differ"),
    };
    let weight = match (&asked, &recorded) {
        (Some(asked), Some(recorded)) if only_spelling(asked, recorded) => Weight::Spelling,
        _ => Weight::Resolution,
    };
    let manifest = asked.as_ref().and_then(|ask| ask.manifest).unwrap_or(fallback.0);
    let value = |ask: Option<Ask>| match ask {
        Some(Ask { shown, span: Some(span), .. }) => Value::written(shown, span),
        Some(ask) => Value::derived(ask.shown),
        None => Value::absent(),
    };
    let mut asked = value(asked);
    if asked.is_absent() {
        asked.span = fallback.1;
    }
    Difference {
        manifest: Some(manifest),
        asked,
        recorded: value(recorded),
        weight,
        ..Difference::of(aspect, subject, explanation, "uv lock")
    }
}

/// Whether the same versions are wanted from the same place: only words changed.
fn only_spelling(asked: &Ask, recorded: &Ask) -> bool {
    asked.origin == recorded.origin
        && asked.extras == recorded.extras
        && matches!(asked.origin, Origin::Registry { .. })
        && asked.specifier.set() == recorded.specifier.set()
        && asked.marker.is_same(&recorded.marker, &PythonRange::all()).unwrap_or(false)
}
