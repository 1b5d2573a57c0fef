//! The outcomes of one lockfile.

use std::collections::{BTreeMap, BTreeSet};

use super::measure::{Spread, rounded, share};
use super::pin::{Pinned, Requirements};
use super::replay::{Replay, replay};
use super::rollback::{self, Rollback, Verdict};
use super::row::{BatchRow, EventRow, FreshRow, MonthRow, OutcomeRow, RecoveryRow, RollbackRow};
use super::series::{Event, Files, Joint, Series, What, events};
use super::{DAY, History, Store};
use crate::day::Day;

/// How history is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Within so many days of an upgrade a step back undoes it.
    pub window: i64,
    /// Only what happened from this time on counts, in seconds since 1970-01-01 UTC.
    pub since: i64,
    /// How many past states of each project are judged for freshness, the newest ones.
    pub replay: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { window: 14, since: 0, replay: 500 }
    }
}

/// What was found of one lockfile, for rows and facts.
#[derive(Debug)]
pub struct Outcome {
    /// Its versions.
    pub series: Series,
    /// What became of it.
    pub events: Vec<Event>,
    /// What was taken back.
    pub rollbacks: Vec<Rollback>,
    /// Requirements that were tightened in a hurry.
    pub pins: Vec<Pinned>,
    /// Past verdicts.
    pub replay: Replay,
}

/// Measures the history of a lockfile, given the manifests it answers for.
pub fn measure(
    series: Series,
    manifests: &[String],
    history: &History,
    files: &Files<'_>,
    store: &Store,
    options: Options,
) -> Outcome {
    let events = events(&series, store);
    let requirements = Requirements::read(&series, manifests, files, store);
    let rollbacks = rollback::find(&series, &events, history, &requirements, options.window);
    let pins = requirements.hurried(&events, history, options.window);
    let replay = replay(&series, history, store, options.since, options.replay);
    Outcome { series, events, rollbacks, pins, replay }
}

impl Outcome {
    /// Commits that changed packages, with how many took another version.
    pub fn lock_events(&self) -> impl DoubleEndedIterator<Item = (usize, usize)> {
        self.events.iter().filter_map(|event| match &event.what {
            What::Changed(change) if !change.is_empty() => Some((event.commit, change.batch())),
            _ => None,
        })
    }

    /// The row of the report.
    pub fn row(&self, service: &str, history: &History, options: Options) -> OutcomeRow {
        let counts = |commit: usize| history.time(commit) >= options.since;
        let all: Vec<(usize, usize)> = self.lock_events().filter(|(commit, _)| counts(*commit)).collect();
        let times: Vec<i64> = all.iter().map(|(commit, _)| history.time(*commit)).collect();
        let versions: Vec<usize> =
            self.series.versions.iter().map(|version| version.commit).filter(|commit| counts(*commit)).collect();
        let start = versions.first().map_or(history.end(), |commit| history.time(*commit));
        let (weeks, busy) = weeks(start, history.end(), &times);
        let bots = all.iter().filter(|(commit, _)| history.commits[*commit].by_bot).count();
        let rollbacks: Vec<&Rollback> = self.rollbacks.iter().filter(|rollback| counts(rollback.commit)).collect();
        let emergencies = self.emergencies(&counts);
        let days = (history.end() - start) as f64 / DAY as f64;
        let day = |commit: &usize| history.commits[*commit].day().to_string();
        OutcomeRow {
            service: service.to_owned(),
            lock: self.series.path.clone(),
            tool: self.series.tool.clone(),
            first: versions.first().map(day),
            last: versions.last().map(day),
            lock_commits: versions.len(),
            lock_events: all.len(),
            unread: self.unread(&counts),
            cadence_days: Spread::of(times.windows(2).map(|pair| (pair[1] - pair[0]) as f64 / DAY as f64).collect()),
            weekly_share: share(busy, weeks),
            weeks,
            batch: batch_row(&all),
            bot_share: share(bots, all.len()),
            rollbacks: rollback_row(&rollbacks),
            emergency_changes: emergencies,
            emergency_per_30_days: (days >= 30.0).then(|| rounded(emergencies as f64 * 30.0 / days)),
            emergency_per_100_events: (all.len() >= 20).then(|| rounded(emergencies as f64 * 100.0 / all.len() as f64)),
            time_to_recover_hours: recovery_row(&rollbacks),
            fresh_share: fresh_row(&self.replay, history),
            months: months(start, history, &all, &rollbacks),
            events: self.event_rows(history, &counts),
        }
    }

    fn unread(&self, counts: &impl Fn(usize) -> bool) -> usize {
        self.events.iter().filter(|event| matches!(event.what, What::Unread(_)) && counts(event.commit)).count()
    }

    /// Commits that are confirmed rollbacks or tighten a requirement in a hurry; one commit counts once.
    fn emergencies(&self, counts: &impl Fn(usize) -> bool) -> usize {
        let confirmed = self.rollbacks.iter().filter(|rollback| rollback.verdict == Verdict::Confirmed);
        let commits = confirmed.map(|rollback| rollback.commit).chain(self.pins.iter().map(|pin| pin.commit));
        commits.filter(|commit| counts(*commit)).collect::<BTreeSet<usize>>().len()
    }

    fn event_rows(&self, history: &History, counts: &impl Fn(usize) -> bool) -> Vec<EventRow> {
        let blank = |commit: usize, kind: &'static str| EventRow {
            commit: history.commits[commit].id.clone(),
            date: history.commits[commit].day().to_string(),
            subject: history.commits[commit].subject().to_owned(),
            kind,
            package: None,
            from: None,
            to: None,
            others: 0,
            hours: None,
            evidence: Vec::new(),
        };
        let mut rows: Vec<(usize, EventRow)> = Vec::new();
        for rollback in &self.rollbacks {
            let first = rollback.undone.first().map(|undone| &undone.step);
            let row = EventRow {
                package: first.map(|step| step.package.to_string()),
                from: first.map(|step| step.from.to_string()),
                to: first.map(|step| step.to.to_string()),
                others: rollback.undone.len().saturating_sub(1),
                hours: Some(rounded(rollback.seconds as f64 / 3600.0)),
                evidence: rollback.evidence.iter().map(|word| (*word).to_owned()).collect(),
                ..blank(rollback.commit, rollback.verdict.word())
            };
            rows.push((rollback.commit, row));
        }
        let confirmed = |commit: usize| {
            self.rollbacks.iter().any(|rollback| rollback.commit == commit && rollback.verdict == Verdict::Confirmed)
        };
        for pin in self.pins.iter().filter(|pin| !confirmed(pin.commit)) {
            let row = EventRow {
                package: Some(pin.package.clone()),
                from: Some(pin.before.clone()),
                to: Some(pin.after.clone()),
                evidence: vec![pin.how.to_owned()],
                ..blank(pin.commit, "emergency-pin")
            };
            rows.push((pin.commit, row));
        }
        for event in &self.events {
            if let What::Reset(why) = event.what {
                let evidence = vec![why.to_owned()];
                rows.push((event.commit, EventRow { evidence, ..blank(event.commit, "reset") }));
            }
        }
        for (version, _) in self.series.joints.iter().filter(|(_, joint)| **joint == Joint::Moved) {
            let commit = self.series.versions[*version].commit;
            let from = version.checked_sub(1).map(|before| self.series.versions[before].path.to_string());
            let to = Some(self.series.versions[*version].path.to_string());
            rows.push((commit, EventRow { from, to, ..blank(commit, "moved") }));
        }
        rows.retain(|(commit, _)| counts(*commit));
        rows.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| (a.1.kind, &a.1.package).cmp(&(b.1.kind, &b.1.package))));
        rows.into_iter().map(|(_, row)| row).collect()
    }
}

fn months(start: i64, history: &History, events: &[(usize, usize)], rollbacks: &[&Rollback]) -> Vec<MonthRow> {
    let month = |time: i64| Day::of_unix(time).to_string().get(..7).unwrap_or_default().to_owned();
    let mut rows: BTreeMap<String, MonthRow> = BTreeMap::new();
    let last = month(history.end());
    let mut at = start;
    loop {
        let name = month(at);
        if name > last {
            break;
        }
        rows.insert(
            name.clone(),
            MonthRow { month: name.clone(), lock_events: 0, packages: 0, rollbacks: 0, age: None },
        );
        while month(at) == name {
            at += DAY;
        }
    }
    for (commit, batch) in events {
        if let Some(row) = rows.get_mut(&month(history.time(*commit))) {
            row.lock_events += 1;
            row.packages += batch;
        }
    }
    for rollback in rollbacks.iter().filter(|rollback| rollback.verdict == Verdict::Confirmed) {
        if let Some(row) = rows.get_mut(&month(history.time(rollback.commit))) {
            row.rollbacks += 1;
        }
    }
    rows.into_values().collect()
}

fn batch_row(events: &[(usize, usize)]) -> BatchRow {
    let sizes: Vec<usize> = events.iter().map(|(_, batch)| *batch).filter(|batch| *batch > 0).collect();
    let of = |is_meant: fn(usize) -> bool| share(sizes.iter().filter(|size| is_meant(**size)).count(), sizes.len());
    BatchRow {
        largest: sizes.iter().copied().max().unwrap_or(0),
        single_share: of(|size| size == 1),
        over_20_share: of(|size| size > 20),
        spread: Spread::of(sizes.into_iter().map(|size| size as f64).collect()),
    }
}

fn rollback_row(rollbacks: &[&Rollback]) -> RollbackRow {
    let count = |verdict| rollbacks.iter().filter(|rollback| rollback.verdict == verdict).count();
    RollbackRow {
        confirmed: count(Verdict::Confirmed),
        possible: count(Verdict::Possible),
        lock_regressions: count(Verdict::Regression),
        downgrades: count(Verdict::Downgrade),
    }
}

fn recovery_row(rollbacks: &[&Rollback]) -> RecoveryRow {
    let confirmed = rollbacks.iter().filter(|rollback| rollback.verdict == Verdict::Confirmed);
    let hours = confirmed.map(|rollback| rollback.seconds as f64 / 3600.0).collect();
    RecoveryRow { spread: Spread::of(hours), source: "history".to_owned() }
}

/// The whole weeks from Monday to Sunday between two times, and how many of them have one of some times.
fn weeks(start: i64, end: i64, times: &[i64]) -> (usize, usize) {
    // 1970-01-01 was a Thursday.
    let week = |time: i64| (Day::of_unix(time).0 + 3).div_euclid(7);
    let monday = |week: i64| (week * 7 - 3) * DAY;
    let first = if monday(week(start)) == start { week(start) } else { week(start) + 1 };
    let past = week(end);
    let busy: BTreeSet<i64> = times.iter().map(|time| week(*time)).filter(|at| (first..past).contains(at)).collect();
    (usize::try_from(past - first).unwrap_or(0), busy.len())
}

fn fresh_row(replay: &Replay, history: &History) -> FreshRow {
    let mut decided = (0_i64, 0_i64);
    let mut longest = 0_i64;
    let mut stretch = 0_i64;
    for (index, state) in replay.states.iter().enumerate() {
        let until = replay.states.get(index + 1).map_or(history.end(), |next| history.time(next.commit));
        let lasted = until - history.time(state.commit);
        match state.verdict {
            "undecidable" => continue,
            "fresh" => {
                decided.0 += lasted;
                stretch = 0;
            }
            _ => {
                decided.1 += lasted;
                stretch += lasted;
                longest = longest.max(stretch);
            }
        }
    }
    let undecided = replay.states.iter().filter(|state| state.verdict == "undecidable").count();
    let fresh = replay.states.iter().filter(|state| state.verdict == "fresh").count();
    let n = replay.states.len() - undecided;
    let whole = decided.0 + decided.1;
    FreshRow {
        commits: share(fresh, n),
        wall_time: (whole > 0).then(|| (decided.0 as f64 / whole as f64 * 10_000.0).round() / 10_000.0),
        longest_stale_hours: (n > 0).then(|| rounded(longest as f64 / 3600.0)),
        n,
        undecided,
        states: replay.total,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_weeks_count() {
        let monday = Day::new(2026, 11, 2).map_or(0, |day| day.0 * DAY);
        let cases = [
            ((monday, monday + 14 * DAY, vec![monday + DAY]), (2, 1)),
            ((monday + 1, monday + 14 * DAY, vec![monday + DAY, monday + 8 * DAY, monday + 9 * DAY]), (1, 1)),
            ((monday, monday + 13 * DAY, vec![monday + 8 * DAY]), (1, 0)),
            ((monday + DAY, monday + 2 * DAY, vec![]), (0, 0)),
        ];
        for ((start, end, times), expected) in cases {
            assert_eq!(weeks(start, end, &times), expected);
        }
    }
}
