//! How old the packages of a lockfile were at the end of each month.
//!
//! Registries keep the days of their releases, so one document a name serves the whole history.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::locked::{self, Pin};
use super::row::{AgeRow, MonthRow};
use super::series::Series;
use super::{DAY, History, Store};
use crate::day::Day;
use crate::number::Hundredths;
use crate::release::Release;
use crate::updates::offer;
use crate::upstream::{Answer, Outcome, Subject, Table};

/// How many days an answer may be older than the day that it is asked about: the weekly report renews them.
const OLDEST_ANSWER: i64 = 7;

/// Fewer packages than this have no median.
const LEAST_FOR_MEDIAN: usize = 3;

/// What a lockfile held at the end of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The month, as an index into [`super::row::OutcomeRow::months`].
    pub month: usize,
    /// Its last day, or today in the month that runs.
    pub day: Day,
    /// The packages.
    pub pins: Vec<Pin>,
}

/// What a release and those after it in the order of versions say of its age.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Dates {
    /// The day it was published.
    own: Day,
    /// The days of the newer ones, in their order.
    newer: Vec<Day>,
    /// The day the registry said so.
    asked: Day,
}

/// What a lockfile held at the end of each month; months in which it was not there or cannot be read are left out.
pub fn held(series: &Series, history: &History, store: &Store, months: &[MonthRow], today: Day) -> Vec<Held> {
    let at_ends: Vec<(usize, Day, usize)> = months
        .iter()
        .enumerate()
        .filter_map(|(month, row)| {
            let day = last_day(&row.month)?.min(today);
            let until = (day.0 + 1) * DAY;
            let after = series.versions.partition_point(|version| history.time(version.commit) < until);
            Some((month, day, after.checked_sub(1)?))
        })
        .collect();
    let held = store.in_runs(&at_ends, |local, _, run| {
        let read = |(month, day, version): &(usize, Day, usize)| {
            let version = &series.versions[*version];
            let locked = locked::read(&version.path, &local.text(version.blob)?).ok()?;
            Some(Held { month: *month, day: *day, pins: locked.pins })
        };
        run.iter().map(read).collect()
    });
    held.into_iter().flatten().collect()
}

fn last_day(month: &str) -> Option<Day> {
    let first = Day::parse(&format!("{month}-01"))?;
    // The 32nd day of a month is in the next one.
    let next = Day(first.0 + 31).to_string();
    Day::parse(&format!("{}-01", next.get(..7)?)).map(|next| Day(next.0 - 1))
}

/// The ages at the end of each month in which one is known. `candidates` says what a package may be asked for, none
/// for what comes from no registry that can be asked.
pub fn ages(
    ecosystem: &str,
    held: &[Held],
    candidates: &(dyn Fn(&Pin) -> Vec<Subject> + Sync),
    table: &Table,
) -> Vec<(usize, AgeRow)> {
    let pins: BTreeSet<&Pin> = held.iter().flat_map(|held| &held.pins).collect();
    let dated: BTreeMap<&Pin, Option<Dates>> = pins
        .into_par_iter()
        .filter_map(|pin| {
            let candidates = candidates(pin);
            let subject = table.answering(&candidates)?;
            let dates = match table.get(subject) {
                Some(Outcome::Known(answer)) => dates(ecosystem, &pin.version, answer),
                _ => None,
            };
            Some((pin, dates))
        })
        .collect();
    held.iter().filter_map(|held| Some((held.month, age(held, &dated)?))).collect()
}

/// `None` when not all of these days are known.
fn dates(ecosystem: &str, version: &str, answer: &Answer) -> Option<Dates> {
    let locked = Release::parse(ecosystem, version)?;
    let offers = offer::offers(&answer.package, ecosystem);
    let own = offers.iter().find(|offer| offer.release.compare(&locked).is_eq())?.published()?;
    let newer = offer::newer(&offers, &locked, &answer.package);
    let newer = newer.iter().map(|offer| offer.published()).collect::<Option<Vec<Day>>>()?;
    Some(Dates { own, newer, asked: Day::of_unix(answer.asked) })
}

fn age(held: &Held, dated: &BTreeMap<&Pin, Option<Dates>>) -> Option<AgeRow> {
    let asked: Vec<&Option<Dates>> = held.pins.iter().filter_map(|pin| dated.get(pin)).collect();
    let is_told = |dates: &&Dates| held.day.since(dates.asked) <= OLDEST_ANSWER;
    let known: Vec<&Dates> = asked.iter().filter_map(|dates| dates.as_ref()).filter(is_told).collect();
    let mut days: Vec<i64> = known.iter().map(|dates| held.day.since(dates.own).max(0)).collect();
    days.sort_unstable();
    let (mut outdated, mut lag, mut behind) = (0, 0, 0);
    for dates in &known {
        let there: Vec<Day> = dates.newer.iter().copied().filter(|day| *day <= held.day).collect();
        let Some((first, newest)) = there.iter().min().zip(there.last()) else { continue };
        outdated += 1;
        lag += held.day.since(*first);
        behind += newest.since(dates.own).max(0);
    }
    (!known.is_empty()).then(|| AgeRow {
        day: held.day.to_string(),
        packages: asked.len(),
        known: known.len(),
        outdated,
        age_days_median: (days.len() >= LEAST_FOR_MEDIAN).then(|| days[days.len() / 2]),
        lag_years: Hundredths::years(lag),
        libyears: Hundredths::years(behind),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::sync::Arc;

    use super::*;
    use crate::history::outcome::{Options, measure};
    use crate::history::series::{files, trace};
    use crate::history::{History, memory};
    use crate::upstream::{Ecosystem, Package, Withdrawal, package};

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn subject(name: &str) -> Subject {
        Subject { ecosystem: Ecosystem::Node, name: name.into(), registry: Some("https://index.example.com".into()) }
    }

    /// What a registry says of a name: versions with their days, those with a `!` withdrawn since.
    fn told(name: &str, asked: &str, releases: &[(&str, &str)]) -> (Subject, Outcome) {
        let release = |(version, published): &(&str, &str)| package::Release {
            version: version.trim_end_matches('!').into(),
            published: Day::parse(published),
            withdrawal: if version.ends_with('!') { Withdrawal::Yanked("".into()) } else { Withdrawal::Offered },
            ..package::Release::default()
        };
        let package =
            Package { name: name.into(), releases: releases.iter().map(release).collect(), ..Package::default() };
        let answer = Answer {
            package: Arc::new(package),
            registry: "https://index.example.com".into(),
            asked: day(asked).0 * DAY,
            is_cached: true,
        };
        (subject(name), Outcome::Known(answer))
    }

    /// The ages of a package-lock.json whose states are given by day and versions.
    fn measured(states: &[(&str, &[(&str, &str)])], today: &str, table: &Table) -> Vec<AgeRow> {
        let texts: Vec<String> = states
            .iter()
            .map(|(_, packages)| {
                let entry =
                    |(name, version): &(&str, &str)| format!(r#", "node_modules/{name}": {{"version": "{version}"}}"#);
                let all: String = packages.iter().map(entry).collect();
                format!(r#"{{"lockfileVersion": 3, "packages": {{"": {{}}{all}}}}}"#)
            })
            .collect();
        let states: Vec<memory::State<'_>> = states
            .iter()
            .zip(&texts)
            .map(|((on, _), text)| memory::State {
                day: day(on),
                message: "",
                files: vec![("package-lock.json", text)],
            })
            .collect();
        let (history, store): (History, Store) = memory::of(&states);
        let series = trace("package-lock.json", "npm", "node", &history, &files(&history), &store);
        let options = Options { replay: 0, ..Options::default() };
        let outcome = measure(series, &[], &history, &files(&history), &store, options);
        let months = outcome.row(".", &history, options).months;
        let held = held(&outcome.series, &history, &store, &months, day(today));
        let rows = ages("node", &held, &|pin| vec![subject(&pin.name)], table);
        rows.into_iter().map(|(_, row)| row).collect()
    }

    fn numbers(row: &AgeRow) -> (&str, usize, usize, usize, i64, i64) {
        (&row.day, row.packages, row.known, row.outdated, row.lag_years.0, row.libyears.0)
    }

    #[test]
    fn only_what_was_there_then_counts() {
        let table: Table = [told(
            "left",
            "2026-03-30",
            &[("1.0.0", "2025-01-01"), ("1.1.0!", "2026-01-10"), ("2.0.0", "2026-02-18"), ("1.2.0", "2026-03-01")],
        )]
        .into_iter()
        .collect();
        let states: &[(&str, &[(&str, &str)])] =
            &[("2026-01-05", &[("left", "1.0.0")]), ("2026-03-02", &[("left", "1.0.0"), ("right", "1.0.0")])];
        let rows = measured(states, "2026-03-30", &table);
        let seen: Vec<_> = rows.iter().map(numbers).collect();
        assert_eq!(
            seen,
            [
                // 1.1.0 was withdrawn since.
                ("2026-01-31", 1, 1, 0, 0, 0),
                // Ten days since 2.0.0; 413 days lie between 1.0.0 and it.
                ("2026-02-28", 1, 1, 1, 3, 113),
                // The month runs: today counts. The first newer one stays the first after a backport.
                ("2026-03-30", 2, 1, 1, 11, 113),
            ]
        );
        assert_eq!(rows[0].age_days_median, None, "one package has no median");
    }

    #[test]
    fn an_answer_from_before_tells_nothing() {
        let releases: &[(&str, &str)] = &[("1.0.0", "2025-01-01")];
        let states: &[(&str, &[(&str, &str)])] = &[("2026-01-05", &[("left", "1.0.0")]), ("2026-02-02", &[])];
        for (asked, months) in [("2026-01-23", 0), ("2026-01-24", 1), ("2026-06-01", 1)] {
            let table: Table = [told("left", asked, releases)].into_iter().collect();
            assert_eq!(measured(states, "2026-06-01", &table).len(), months, "{asked}");
        }
        let undated: Table =
            [told("left", "2026-06-01", &[("1.0.0", "2025-01-01"), ("1.1.0", "")])].into_iter().collect();
        assert_eq!(measured(states, "2026-06-01", &undated), []);
        assert_eq!(measured(states, "2026-06-01", &Table::default()), []);
    }
}
