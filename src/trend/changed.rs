//! What changed since last week: the newest run of each repository beside the newest one of a week before.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::{Line, ServicePoint};

/// A week, in days.
const WEEK: i64 = 7;

/// Sentences, the worse apart.
#[derive(Default)]
struct Changes {
    worse: Vec<String>,
    better: Vec<String>,
}

/// Numbers of a run by service and what they count; less is better.
type Numbers = BTreeMap<String, Vec<(&'static str, usize)>>;

/// What is compared: of each verb the runs of that verb.
const MEASURES: [fn(&Line) -> Numbers; 3] = [findings, updates, rehearsal];

/// Sentences about what changed, the worse first; empty when nothing did or nothing can be compared.
pub fn since_last_week(lines: &[Line]) -> Vec<String> {
    let mut changes = Changes::default();
    for own in lines.chunk_by(|a, b| a.repository == b.repository) {
        let mut is_compared = false;
        for numbers in MEASURES {
            let runs: Vec<(&Line, Numbers)> = own.iter().map(|line| (line, numbers(line))).collect();
            let mut runs = runs.into_iter().rev().filter(|(_, numbers)| !numbers.is_empty());
            let Some((newest, after)) = runs.next() else { continue };
            let Some(day) = newest.day() else { continue };
            let earlier = runs.find(|(line, _)| line.day().is_some_and(|earlier| day.since(earlier) >= WEEK));
            let Some((before, earlier)) = earlier else { continue };
            is_compared = true;
            changes.services(&earlier, &after);
            changes.rules(before, newest);
        }
        if let (false, Some(line)) = (is_compared, own.first()) {
            changes.better.push(format!("{}: no run of a week before to compare with", line.repository));
        }
    }
    changes.worse.append(&mut changes.better);
    changes.worse
}

fn findings(line: &Line) -> Numbers {
    let stale = |point: &ServicePoint| point.locks_total.saturating_sub(point.locks_fresh);
    let of = |point: &ServicePoint| {
        vec![("errors", point.errors), ("warnings", point.warnings), ("lockfiles out of step", stale(point))]
    };
    line.services.iter().map(|point| (line.project(&point.path), of(point))).collect()
}

fn updates(line: &Line) -> Numbers {
    let mut numbers = Numbers::new();
    for point in &line.updates {
        let own = numbers
            .entry(line.project(&point.service))
            .or_insert_with(|| vec![("packages to act on now", 0), ("outdated packages", 0)]);
        own[0].1 += point.act_now;
        own[1].1 += point.outdated;
    }
    numbers
}

fn rehearsal(line: &Line) -> Numbers {
    let of = |point: &super::RehearsalPoint| {
        vec![("artifacts that cannot be had again", point.lost), ("artifacts that are unknown", point.unknown)]
    };
    line.rehearsal.iter().map(|point| (line.project(&point.service), of(point))).collect()
}

impl Changes {
    fn services(&mut self, before: &Numbers, after: &Numbers) {
        for (name, numbers) in after {
            let Some(earlier) = before.get(name) else {
                self.better.push(format!("{name}: new"));
                continue;
            };
            for ((what, was), (_, is)) in earlier.iter().zip(numbers) {
                let sentence = format!("{name}: {what} {was} to {is}");
                match is.cmp(was) {
                    Ordering::Greater => self.worse.push(sentence),
                    Ordering::Less => self.better.push(sentence),
                    Ordering::Equal => {}
                }
            }
        }
        let gone = before.keys().filter(|name| !after.contains_key(*name));
        self.better.extend(gone.map(|name| format!("{name}: gone")));
    }

    fn rules(&mut self, before: &Line, newest: &Line) {
        let gone = before.rules.keys().filter(|rule| !newest.rules.contains_key(*rule));
        self.better.extend(gone.map(|rule| format!("{}: {rule} is gone", newest.repository)));
        let new = newest.rules.iter().filter(|(rule, _)| !before.rules.contains_key(*rule));
        self.worse.extend(new.map(|(rule, count)| format!("{}: {rule} is new ({count})", newest.repository)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trend::{RehearsalPoint, UpdatePoint};

    fn line(day: usize, errors: usize, rules: &[&str]) -> Line {
        Line {
            time: format!("2026-11-{day:02}T00:00:00Z"),
            repository: "shop".to_owned(),
            rules: rules.iter().map(|rule| ((*rule).to_owned(), 1)).collect(),
            services: vec![ServicePoint { path: "api".to_owned(), errors, ..ServicePoint::default() }],
            ..Line::default()
        }
    }

    #[test]
    fn the_newest_run_stands_beside_the_one_of_a_week_before() {
        let lines = [line(1, 1, &["a"]), line(2, 2, &["a"]), line(8, 9, &["a"]), line(9, 3, &["b"])];
        assert_eq!(since_last_week(&lines), ["shop/api: errors 2 to 3", "shop: b is new (1)", "shop: a is gone"]);
        assert_eq!(since_last_week(&lines[2..]), ["shop: no run of a week before to compare with"]);
        assert!(since_last_week(&[]).is_empty());
    }

    #[test]
    fn each_verb_is_compared_with_itself() {
        let of = |day: usize| Line {
            time: format!("2026-11-{day:02}T00:00:00Z"),
            repository: "shop".to_owned(),
            ..Line::default()
        };
        let update = |act_now| UpdatePoint { service: ".".to_owned(), act_now, ..UpdatePoint::default() };
        let rehearsed = |lost| RehearsalPoint { service: ".".to_owned(), lost, ..RehearsalPoint::default() };
        let lines = [
            Line { updates: vec![update(0), update(1)], ..of(1) },
            Line { rehearsal: vec![rehearsed(3)], ..of(2) },
            Line { updates: vec![update(2), update(1)], ..of(8) },
            Line { rehearsal: vec![rehearsed(0)], ..of(9) },
        ];
        assert_eq!(
            since_last_week(&lines),
            ["shop: packages to act on now 1 to 3", "shop: artifacts that cannot be had again 3 to 0"]
        );
    }
}
