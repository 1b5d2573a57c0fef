//! The facts that history makes for rules: only a verb that reads history makes them.

use crate::day::Day;
use crate::facts::{Count, Days, Facts, Header, Link, LockHistory, Lockfile};
use crate::value::Value;

use super::History;
use super::outcome::Outcome;
use super::rollback::Verdict;
use super::row::OutcomeRow;

/// Adds what history tells of a lockfile.
pub fn add(
    facts: &mut Facts,
    link: Link<Lockfile>,
    outcome: &Outcome,
    row: &OutcomeRow,
    history: &History,
    today: Day,
) {
    let lockfile = &facts[link];
    let header = Header::new(&lockfile.header.path, format!("{}#history", lockfile.header.path), lockfile.header.span);
    let header = Header { service: lockfile.header.service, ..header };
    let last = outcome.lock_events().next_back();
    let days = |value: f64| Value::derived(Days(value.round() as i64));
    let none = "history has no change of its packages";
    let fact = LockHistory {
        header,
        lockfile: link,
        event_count: count(row.lock_events),
        last_batch: last.map_or_else(|| Value::unknown(none, None), |(_, batch)| Value::derived(count(batch))),
        last_commit: last
            .map_or_else(|| Value::unknown(none, None), |(commit, _)| Value::derived(short(history, commit))),
        idle: last
            .map(|(commit, _)| commit)
            .or_else(|| outcome.series.versions.first().map(|version| version.commit))
            .map_or_else(Value::absent, |commit| Value::derived(Days(today.since(history.commits[commit].day())))),
        cadence: match row.cadence_days.median {
            Some(median) => days(median),
            None => Value::unknown(format!("{} between changes are too few for a median", row.cadence_days.n), None),
        },
        restored: restored(facts, link, outcome, last.map(|(commit, _)| commit)),
        rollback_count: count(row.rollbacks.confirmed),
    };
    facts.add(fact);
}

fn count(number: usize) -> Count {
    Count(i64::try_from(number).unwrap_or(i64::MAX))
}

fn short(history: &History, commit: usize) -> String {
    history.commits[commit].id.get(..10).unwrap_or(&history.commits[commit].id).to_owned()
}

/// What the newest change put back without a word about it, placed at the first of these packages.
fn restored(facts: &Facts, link: Link<Lockfile>, outcome: &Outcome, last: Option<usize>) -> Value<Vec<String>> {
    let rollback = outcome
        .rollbacks
        .last()
        .filter(|rollback| Some(rollback.commit) == last && rollback.verdict == Verdict::Regression);
    let Some(rollback) = rollback else { return Value::absent() };
    let back: Vec<_> = rollback.undone.iter().filter(|undone| undone.is_exact).map(|undone| &undone.step).collect();
    let texts = back.iter().map(|step| format!("{} {} to {}", step.package, step.from, step.to)).collect();
    let first = back.first().and_then(|step| {
        facts
            .locked_packages
            .iter()
            .find(|package| package.lockfile == link && *package.contents.package == *step.package)
    });
    let span = first.map_or(facts[link].header.span, |package| package.version().span.unwrap_or(package.header.span));
    Value::written(texts, span)
}
