#![allow(clippy::unwrap_used, reason = "tests")]

use super::sample::{self, TODAY};
use super::{Last, Row};
use crate::upstream::{Outcome, Table};

fn line(row: &Row) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "?".to_owned());
    let number = |value: Option<i64>| value.map_or_else(|| "?".to_owned(), |number| number.to_string());
    let groups: Vec<String> = row.groups.iter().map(|group| group.title().to_lowercase()).collect();
    format!(
        "{} {} {} -> {} / {} ({}) {} lag {} libyears {} edit {}{}{} [{}]{}",
        row.lockfile,
        row.name,
        row.locked,
        text(&row.wanted),
        text(&row.latest),
        row.kind.map_or("?", |kind| kind.word()),
        row.scope,
        number(row.lag_days),
        row.libyears.map_or_else(|| "?".to_owned(), |years| years.short()),
        row.edit,
        if row.blocked_by.is_empty() { String::new() } else { format!(" by {}", row.blocked_by.join(", ")) },
        if row.status.is_empty() {
            String::new()
        } else {
            format!(" {} ({})", row.status.join(" "), row.status_reasons.join("; "))
        },
        groups.join(", "),
        row.order.map_or_else(String::new, |order| format!(" #{order}")),
    )
}

#[test]
fn rows_of_the_sample() {
    let lines: Vec<String> = sample::week().rows.iter().map(line).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn a_registry_that_was_not_asked_is_unknown() {
    let updates = sample::report(&sample::facts(), &Table::default(), None);
    assert!(updates.rows.iter().all(|row| row.kind.is_none() && row.groups.is_empty() && row.unknown_reason.is_some()));
    assert_eq!(updates.overview.unknown, updates.rows.len());
    assert_eq!((updates.overview.outdated, updates.overview.advisories), (0, None));
    assert_eq!(updates.overview.advisories_from, "not checked");
}

#[test]
fn a_missing_package_is_withdrawn_and_urgent() {
    let mut table = sample::table();
    let (subject, outcome) = table.iter().find(|(subject, _)| &*subject.name == "httpx").unwrap();
    let Outcome::Known(answer) = outcome else { panic!("the sample knows httpx") };
    let (subject, answer) = (subject.clone(), answer.clone());
    table.insert(subject, Outcome::Missing(answer));
    let updates = sample::report(&sample::facts(), &table, None);
    let row = updates.rows.iter().find(|row| row.name == "httpx").unwrap();
    assert_eq!((row.status.as_slice(), row.groups.len(), row.latest.as_deref()), (&["withdrawn"][..], 1, None));
    assert!(updates.must_act_now());
}

#[test]
fn what_changed_since_last_week() {
    let before = sample::week();
    let mut json = serde_json::json!({ "updates": before.rows, "updates_overview": before.overview });
    json["updates_overview"]["date"] = "2026-11-16".into();
    let rows = json["updates"].as_array_mut().unwrap();
    let urgent = rows.iter_mut().find(|row| row["name"] == "pytest").unwrap();
    urgent["groups"] = serde_json::json!([]);
    let attrs = rows.iter_mut().find(|row| row["name"] == "attrs").unwrap();
    attrs["locked"] = "22.1.0".into();
    let last = Last::read(&json.to_string()).unwrap();
    let mut now = sample::week();
    now.since(&last);
    let delta = now.overview.since.unwrap();
    assert_eq!((delta.since.as_str(), delta.outdated, delta.newly_outdated), ("2026-11-16", 0, 1));
    let moved: Vec<String> = delta.moved.iter().map(|one| format!("{} {} {}", one.name, one.from, one.to)).collect();
    assert_eq!(moved, ["attrs 22.1.0 23.1.0"]);
    assert_eq!(delta.new_act_now.len(), 1, "{:?}", delta.new_act_now);
    assert!(Last::read("{}").is_err());
}

#[test]
fn the_order_does_not_depend_on_the_run() {
    let (one, other) = (sample::week(), sample::week());
    assert_eq!(serde_json::to_string(&one.rows).unwrap(), serde_json::to_string(&other.rows).unwrap());
    assert_eq!(one.today, TODAY);
}

#[test]
fn ranges_of_an_npm_lockfile_are_those_of_the_registry() {
    let updates = sample::node(&[("1.0.0", "2024-01-01", "^1.0.0")]);
    let lines: Vec<String> = updates.rows.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "package-lock.json inner 1.0.0 -> 1.2.0 / 2.0.0 (major) runtime lag 691 libyears 1.9 edit blocked-by by outer (^1.0.0) [free, stuck] #1",
            "package-lock.json outer 1.0.0 -> 1.0.0 / 1.0.0 (none) runtime lag 0 libyears 0.0 edit none []",
        ]
    );
}

#[test]
fn what_waits_for_another_package_moves_with_it() {
    // The range, then whether `inner` 2.0.0 still waits once `outer` has moved.
    for (range, edit, along) in [("^2.0.0", "lock-only", &["outer"][..]), ("^1.1.0", "blocked-by", &[])] {
        let updates = sample::node(&[("1.0.0", "2024-01-01", "^1.0.0"), ("1.1.0", "2025-12-02", range)]);
        let inner = updates.rows.iter().find(|row| row.name == "inner").unwrap();
        assert_eq!((inner.edit, inner.moves_with.join(" ")), (edit, along.join(" ")));
        assert_eq!(updates.overview.moving_along, along.len());
        assert_eq!(inner.groups.contains(&super::Group::Stuck), along.is_empty());
    }
}
