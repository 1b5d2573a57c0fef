//! Many lines as points over time: a series for each service of each repository.

use std::collections::BTreeMap;

use super::chart::{Card, Chart, Curve, Marker, Point};
use super::{Line, OutcomePoint, RehearsalPoint, ServicePoint, UpdatePoint};
use crate::day::Day;

/// Longer ranges are shown by the week: the last run of each.
const DAYS_BY_DAY: i64 = 26 * 7;

/// A value of a curve, `None` where nothing was measured, and how many cases it stands for.
type Measured = (Option<f64>, Option<usize>);

/// A service over time.
#[derive(Debug, Default)]
struct Service<'l> {
    points: Vec<(Day, &'l ServicePoint)>,
    outcomes: Vec<(Day, &'l OutcomePoint)>,
    /// Lockfiles of one run are summed.
    updates: BTreeMap<&'l str, (Day, UpdatePoint)>,
    rehearsals: Vec<(Day, &'l RehearsalPoint)>,
}

/// What the lines of some repositories show.
#[derive(Debug, Default, PartialEq)]
pub struct Fleet {
    /// A card for each service, by name.
    pub cards: Vec<Card>,
    /// Releases.
    pub markers: Vec<Marker>,
    /// The first and the last day; `None` without a line.
    pub range: Option<(Day, Day)>,
    /// Whether points stand for weeks.
    pub by_week: bool,
}

/// Sorts lines into series.
pub fn fleet(lines: &[Line]) -> Fleet {
    let days = || lines.iter().filter_map(Line::day);
    let Some(range) = days().min().zip(days().max()) else { return Fleet::default() };
    let by_week = range.1.since(range.0) > DAYS_BY_DAY;
    let mut services: BTreeMap<String, Service<'_>> = BTreeMap::new();
    let mut markers = Vec::new();
    for line in lines {
        let Some(day) = line.day() else { continue };
        for point in &line.services {
            services.entry(line.project(&point.path)).or_default().points.push((day, point));
        }
        for point in &line.outcomes {
            services.entry(line.project(&point.service)).or_default().outcomes.push((day, point));
        }
        for point in &line.updates {
            let service = services.entry(line.project(&point.service)).or_default();
            let (_, sum) = service.updates.entry(&line.time).or_insert_with(|| (day, UpdatePoint::default()));
            sum.packages += point.packages;
            sum.outdated += point.outdated;
            sum.lag_years += point.lag_years;
        }
        for point in &line.rehearsal {
            services.entry(line.project(&point.service)).or_default().rehearsals.push((day, point));
        }
        if let Some(release) = &line.release {
            markers.push(Marker { day, repository: line.repository.clone(), label: release.clone() });
        }
    }
    markers.sort_by(|a, b| (&a.repository, &a.label, a.day).cmp(&(&b.repository, &b.label, b.day)));
    // A release shows from its first run on.
    markers.dedup_by(|b, a| (&a.repository, &a.label) == (&b.repository, &b.label));
    let card = |(name, service): (String, Service<'_>)| card(name, &service, by_week);
    Fleet { cards: services.into_iter().map(card).collect(), markers, range: Some(range), by_week }
}

fn card(name: String, service: &Service<'_>, by_week: bool) -> Card {
    let mut charts = Vec::new();
    let points = |value: &dyn Fn(&ServicePoint) -> Measured| {
        thinned(service.points.iter().map(|(day, point)| (*day, value(point))), by_week)
    };
    if !service.points.is_empty() {
        charts.push(Chart {
            title: "Findings".to_owned(),
            unit: "",
            is_share: false,
            curves: vec![
                Curve { name: "errors", class: "a", points: points(&|point| (Some(point.errors as f64), None)) },
                Curve { name: "warnings", class: "b", points: points(&|point| (Some(point.warnings as f64), None)) },
            ],
        });
    }
    if service.points.iter().any(|(_, point)| point.locks_total > 0) {
        let fresh = |point: &ServicePoint| {
            let share = (point.locks_total > 0).then(|| point.locks_fresh as f64 / point.locks_total as f64);
            (share, Some(point.locks_total))
        };
        charts.push(share("Fresh lockfiles", points(&fresh)));
    }
    let outcomes = |value: &dyn Fn(&OutcomePoint) -> Measured| {
        thinned(service.outcomes.iter().map(|(day, point)| (*day, value(point))), by_week)
    };
    if !service.outcomes.is_empty() {
        charts.push(share("Weeks with an update", outcomes(&|point| (point.weekly_share, Some(point.weeks)))));
        charts.push(Chart {
            title: "Time to recover".to_owned(),
            unit: " h",
            is_share: false,
            curves: vec![Curve {
                name: "median",
                class: "c",
                points: outcomes(&|point| (point.time_to_recover_hours_median, Some(point.time_to_recover_n))),
            }],
        });
    }
    charts.extend(network_charts(service, by_week));
    Card { name, charts }
}

/// What `updates` and `rehearse` measured.
fn network_charts(service: &Service<'_>, by_week: bool) -> Vec<Chart> {
    let mut charts = Vec::new();
    if !service.updates.is_empty() {
        let updates = |value: &dyn Fn(&UpdatePoint) -> Measured| {
            thinned(service.updates.values().map(|(day, point)| (*day, value(point))), by_week)
        };
        let outdated = |point: &UpdatePoint| {
            let share = (point.packages > 0).then(|| point.outdated as f64 / point.packages as f64);
            (share, Some(point.packages))
        };
        charts.push(share("Outdated packages", updates(&outdated)));
        charts.push(Chart {
            title: "Lag behind the newest".to_owned(),
            unit: " y",
            is_share: false,
            curves: vec![Curve { name: "sum", class: "b", points: updates(&|point| (Some(point.lag_years), None)) }],
        });
    }
    if !service.rehearsals.is_empty() {
        let points = service.rehearsals.iter().map(|(day, point)| (*day, (point.share(), Some(point.artifacts))));
        charts.push(share("Artifacts that can be had again", thinned(points, by_week)));
    }
    charts
}

fn share(title: &str, points: Vec<Point>) -> Chart {
    Chart {
        title: title.to_owned(),
        unit: " %",
        is_share: true,
        curves: vec![Curve { name: "share", class: "c", points }],
    }
}

/// The last point of each day, or of each week.
fn thinned(points: impl Iterator<Item = (Day, Measured)>, by_week: bool) -> Vec<Point> {
    let mut last: BTreeMap<i64, Point> = BTreeMap::new();
    for (day, (value, n)) in points {
        // 1970-01-01 was a Thursday.
        let slot = if by_week { (day.0 + 3).div_euclid(7) } else { day.0 };
        last.insert(slot, Point { day, value, n });
    }
    last.into_values().collect()
}
