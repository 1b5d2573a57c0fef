//! The newest numbers for monitoring: an OpenMetrics text file, and CloudWatch's embedded metric format.
//!
//! Nothing is sent: a collector reads the file, or the agent of the log group. Labels are projects, rules and
//! severities, never fingerprints, so that the number of series stays small.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Line, OutcomePoint, ServicePoint};
use crate::history::pipeline::seconds;

/// CloudWatch takes at most this many metrics in one document (read 2026-11-24).
const MOST_METRICS: usize = 100;

/// The newest line of each repository that has services, and the newest that has outcomes.
fn newest(lines: &[Line]) -> Vec<(&Line, Option<&Line>)> {
    let of = |own: &'_ [Line]| -> Option<(usize, Option<usize>)> {
        let checked = own.iter().rposition(|line| !line.services.is_empty())?;
        Some((checked, own.iter().rposition(|line| !line.outcomes.is_empty())))
    };
    lines
        .chunk_by(|a, b| a.repository == b.repository)
        .filter_map(|own| of(own).map(|(checked, measured)| (&own[checked], measured.map(|at| &own[at]))))
        .collect()
}

/// A family of OpenMetrics: its name, what it says, and its samples.
type Family = (&'static str, &'static str, Vec<(Vec<(&'static str, String)>, f64)>);

/// The newest numbers as an OpenMetrics text.
pub fn open_metrics(lines: &[Line]) -> String {
    let mut families: Vec<Family> = vec![
        ("reproof_findings", "Findings that count.", Vec::new()),
        ("reproof_rule_findings", "Findings that count, by rule.", Vec::new()),
        ("reproof_lockfiles", "Lockfiles.", Vec::new()),
        ("reproof_lockfiles_fresh", "Lockfiles that agree with their manifests.", Vec::new()),
        ("reproof_lock_events", "Commits that changed locked packages.", Vec::new()),
        ("reproof_rollbacks_confirmed", "Upgrades that were taken back on purpose.", Vec::new()),
        ("reproof_emergency_changes", "Rollbacks and requirements tightened in a hurry.", Vec::new()),
        ("reproof_time_to_recover_hours", "Median hours from an upgrade to its rollback.", Vec::new()),
        ("reproof_fresh_time_ratio", "Share of the time in which the lockfile was fresh.", Vec::new()),
        ("reproof_run_timestamp_seconds", "When the run began.", Vec::new()),
    ];
    let mut add =
        |family: usize, labels: Vec<(&'static str, String)>, value: f64| families[family].2.push((labels, value));
    for (line, measured) in newest(lines) {
        let project = |service: &str| ("project", line.project(service));
        for service in &line.services {
            for (severity, count) in [("error", service.errors), ("warning", service.warnings), ("note", service.notes)]
            {
                add(0, vec![project(&service.path), ("severity", severity.to_owned())], count as f64);
            }
            add(2, vec![project(&service.path)], service.locks_total as f64);
            add(3, vec![project(&service.path)], service.locks_fresh as f64);
        }
        for (rule, count) in &line.rules {
            add(1, vec![("project", line.repository.clone()), ("rule", rule.clone())], *count as f64);
        }
        for (service, points) in by_service(measured) {
            let sum =
                |number: fn(&OutcomePoint) -> usize| points.iter().map(|point| number(point)).sum::<usize>() as f64;
            add(4, vec![project(service)], sum(|point| point.lock_events));
            add(5, vec![project(service)], sum(|point| point.rollbacks_confirmed));
            add(6, vec![project(service)], sum(|point| point.emergency_changes));
            // A median of medians says nothing: only a service of one lockfile has one.
            if let [point] = points[..] {
                if let Some(hours) = point.time_to_recover_hours_median {
                    add(7, vec![project(service)], hours);
                }
                if let Some(share) = point.fresh_wall_time {
                    add(8, vec![project(service)], share);
                }
            }
        }
        if let Some(time) = seconds(&line.time) {
            add(9, vec![("project", line.repository.clone())], time as f64);
        }
    }
    let mut text = String::new();
    for (name, help, samples) in families.into_iter().filter(|(.., samples)| !samples.is_empty()) {
        text.push_str(&format!("# TYPE {name} gauge\n# HELP {name} {help}\n"));
        for (labels, value) in samples {
            let labels: Vec<String> =
                labels.iter().map(|(label, value)| format!("{label}=\"{}\"", label_value(value))).collect();
            text.push_str(&format!("{name}{{{}}} {value}\n", labels.join(",")));
        }
    }
    text.push_str("# EOF\n");
    text
}

fn by_service(line: Option<&Line>) -> BTreeMap<&str, Vec<&OutcomePoint>> {
    let mut services: BTreeMap<&str, Vec<&OutcomePoint>> = BTreeMap::new();
    for point in line.into_iter().flat_map(|line| &line.outcomes) {
        services.entry(&point.service).or_default().push(point);
    }
    services
}

fn label_value(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// The newest numbers as documents of CloudWatch's embedded metric format, one a service.
pub fn embedded_metrics(lines: &[Line]) -> String {
    let mut text = String::new();
    for (line, measured) in newest(lines) {
        let milliseconds = seconds(&line.time).unwrap_or(0) * 1000;
        let outcomes = by_service(measured);
        for service in &line.services {
            let points = outcomes.get(service.path.as_str()).map(Vec::as_slice).unwrap_or_default();
            let document = document(&line.project(&service.path), milliseconds, &numbers(service, points));
            text.push_str(&document.to_string());
            text.push('\n');
        }
    }
    text
}

fn numbers(service: &ServicePoint, points: &[&OutcomePoint]) -> Vec<(&'static str, &'static str, f64)> {
    let mut numbers = vec![
        ("errors", "Count", service.errors as f64),
        ("warnings", "Count", service.warnings as f64),
        ("notes", "Count", service.notes as f64),
        ("locks_total", "Count", service.locks_total as f64),
        ("locks_fresh", "Count", service.locks_fresh as f64),
        ("packages_total", "Count", service.packages_total as f64),
    ];
    if !points.is_empty() {
        let sum = |number: fn(&OutcomePoint) -> usize| points.iter().map(|point| number(point)).sum::<usize>() as f64;
        numbers.push(("lock_events", "Count", sum(|point| point.lock_events)));
        numbers.push(("rollbacks_confirmed", "Count", sum(|point| point.rollbacks_confirmed)));
        numbers.push(("emergency_changes", "Count", sum(|point| point.emergency_changes)));
    }
    if let [point] = points {
        let hours =
            point.time_to_recover_hours_median.map(|hours| ("time_to_recover_seconds", "Seconds", hours * 3600.0));
        let fresh = point.fresh_wall_time.map(|share| ("fresh_time", "Percent", share * 100.0));
        numbers.extend([hours, fresh].into_iter().flatten());
    }
    numbers.truncate(MOST_METRICS);
    numbers
}

fn document(project: &str, milliseconds: i64, numbers: &[(&str, &str, f64)]) -> Value {
    let metrics: Vec<Value> = numbers.iter().map(|(name, unit, _)| json!({ "Name": name, "Unit": unit })).collect();
    let mut document = Map::new();
    document.insert(
        "_aws".to_owned(),
        json!({
            "Timestamp": milliseconds,
            "CloudWatchMetrics": [{ "Namespace": "reproof", "Dimensions": [["project"]], "Metrics": metrics }],
        }),
    );
    document.insert("project".to_owned(), json!(project));
    for (name, _, value) in numbers {
        document.insert((*name).to_owned(), json!(value));
    }
    Value::Object(document)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn lines() -> Vec<Line> {
        let service = ServicePoint { path: "api".to_owned(), errors: 2, locks_total: 1, ..ServicePoint::default() };
        let outcome = OutcomePoint {
            service: "api".to_owned(),
            lock_events: 7,
            time_to_recover_hours_median: Some(1.5),
            ..OutcomePoint::default()
        };
        vec![Line {
            time: "2026-11-23T00:00:00Z".to_owned(),
            repository: "a \"shop\"".to_owned(),
            rules: [("stale-lockfile".to_owned(), 2)].into(),
            services: vec![service],
            outcomes: vec![outcome],
            ..Line::default()
        }]
    }

    #[test]
    fn open_metrics_end_with_their_mark() {
        let text = open_metrics(&lines());
        assert!(text.ends_with("\n# EOF\n"));
        for sample in [
            "reproof_findings{project=\"a \\\"shop\\\"/api\",severity=\"error\"} 2\n",
            "reproof_rule_findings{project=\"a \\\"shop\\\"\",rule=\"stale-lockfile\"} 2\n",
            "reproof_time_to_recover_hours{project=\"a \\\"shop\\\"/api\"} 1.5\n",
        ] {
            assert!(text.contains(sample), "{text}");
        }
        // Not measured is not zero.
        assert!(!text.contains("fresh_time_ratio"));
        assert_eq!(open_metrics(&[]), "# EOF\n");
    }

    #[test]
    fn embedded_metrics_name_what_they_hold() {
        let text = embedded_metrics(&lines());
        let document: Value = serde_json::from_str(text.trim()).unwrap();
        assert_eq!((&document["errors"], &document["lock_events"]), (&json!(2.0), &json!(7.0)));
        let metrics = document["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().unwrap();
        assert!(metrics.iter().all(|metric| document.get(metric["Name"].as_str().unwrap()).is_some()));
        assert_eq!(document["_aws"]["Timestamp"], 1_795_392_000_000_i64);
    }
}
