//! The newest numbers for monitoring: an OpenMetrics text file, and CloudWatch's embedded metric format.
//!
//! Nothing is sent: a collector reads the file, or the agent of the log group. Labels are projects, rules and
//! severities, never fingerprints, so that the number of series stays small.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Line;
use super::newest::{Newest, Service, newest};
use crate::history::pipeline::seconds;

/// CloudWatch takes at most this many metrics in one document (read 2026-11-24).
const MOST_METRICS: usize = 100;

/// The families of OpenMetrics in their order, and what each says.
const FAMILIES: [(&str, &str); 15] = [
    ("reproof_findings", "Findings that count."),
    ("reproof_rule_findings", "Findings that count, by rule."),
    ("reproof_lockfiles", "Lockfiles."),
    ("reproof_lockfiles_fresh", "Lockfiles that agree with their manifests."),
    ("reproof_lock_events", "Commits that changed locked packages."),
    ("reproof_rollbacks_confirmed", "Upgrades that were taken back on purpose."),
    ("reproof_emergency_changes", "Rollbacks and requirements tightened in a hurry."),
    ("reproof_time_to_recover_hours", "Median hours from an upgrade to its rollback."),
    ("reproof_fresh_time_ratio", "Share of the time in which the lockfile was fresh."),
    ("reproof_outdated_packages", "Locked packages with a newer version that could be taken."),
    ("reproof_urgent_packages", "Locked packages to act on now."),
    ("reproof_lag_years", "Years since the first newer version of each locked package, summed."),
    ("reproof_artifacts_lost", "Artifacts of the rehearsed revision that cannot be had as they were."),
    ("reproof_recreatable", "Whether the rehearsed environment can be built again; absent where that is unknown."),
    ("reproof_run_timestamp_seconds", "When the newest run began."),
];

/// The labels of a sample and their values.
type Labels = Vec<(&'static str, String)>;

/// The samples of each family: labels and value.
#[derive(Default)]
struct Samples(BTreeMap<&'static str, Vec<(Labels, f64)>>);

impl Samples {
    fn add(&mut self, family: &'static str, labels: &[(&'static str, &str)], value: f64) {
        let labels = labels.iter().map(|(label, value)| (*label, (*value).to_owned())).collect();
        self.0.entry(family).or_default().push((labels, value));
    }

    fn repository(&mut self, own: &Newest<'_>) {
        for (path, service) in &own.services {
            self.service(&own.line.project(path), service);
        }
        for (rule, count) in own.checked.iter().flat_map(|line| &line.rules) {
            self.add("reproof_rule_findings", &[("project", &own.line.repository), ("rule", rule)], *count as f64);
        }
        if let Some(time) = seconds(&own.line.time) {
            self.add("reproof_run_timestamp_seconds", &[("project", &own.line.repository)], time as f64);
        }
    }

    fn service(&mut self, project: &str, service: &Service<'_>) {
        let project = ("project", project);
        if let Some(point) = service.checked {
            for (severity, count) in [("error", point.errors), ("warning", point.warnings), ("note", point.notes)] {
                self.add("reproof_findings", &[project, ("severity", severity)], count as f64);
            }
            self.add("reproof_lockfiles", &[project], point.locks_total as f64);
            self.add("reproof_lockfiles_fresh", &[project], point.locks_fresh as f64);
        }
        if !service.outcomes.is_empty() {
            self.add("reproof_lock_events", &[project], service.sum_of_outcomes(|point| point.lock_events));
            let rollbacks = service.sum_of_outcomes(|point| point.rollbacks_confirmed);
            self.add("reproof_rollbacks_confirmed", &[project], rollbacks);
            self.add("reproof_emergency_changes", &[project], service.sum_of_outcomes(|point| point.emergency_changes));
        }
        if let Some(hours) = service.only_outcome().and_then(|point| point.time_to_recover_hours_median) {
            self.add("reproof_time_to_recover_hours", &[project], hours);
        }
        if let Some(share) = service.only_outcome().and_then(|point| point.fresh_wall_time) {
            self.add("reproof_fresh_time_ratio", &[project], share);
        }
        if !service.updates.is_empty() {
            self.add("reproof_outdated_packages", &[project], service.sum_of_updates(|point| point.outdated as f64));
            self.add("reproof_urgent_packages", &[project], service.sum_of_updates(|point| point.act_now as f64));
            self.add("reproof_lag_years", &[project], service.sum_of_updates(|point| point.lag_years));
        }
        if let Some(point) = service.rehearsed {
            self.add("reproof_artifacts_lost", &[project], point.lost as f64);
            if let Some(is_well) = point.is_recreatable() {
                self.add("reproof_recreatable", &[project], f64::from(u8::from(is_well)));
            }
        }
    }
}

/// The newest numbers as an OpenMetrics text.
pub fn open_metrics(lines: &[Line]) -> String {
    let mut samples = Samples::default();
    newest(lines).iter().for_each(|own| samples.repository(own));
    let mut text = String::new();
    for (name, help) in FAMILIES {
        let Some(samples) = samples.0.get(name) else { continue };
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

fn label_value(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// The newest numbers as documents of CloudWatch's embedded metric format, one a service.
pub fn embedded_metrics(lines: &[Line]) -> String {
    let mut text = String::new();
    for own in newest(lines) {
        let milliseconds = seconds(&own.line.time).unwrap_or(0) * 1000;
        for (path, service) in &own.services {
            let document = document(&own.line.project(path), milliseconds, &numbers(service));
            text.push_str(&document.to_string());
            text.push('\n');
        }
    }
    text
}

fn numbers(service: &Service<'_>) -> Vec<(&'static str, &'static str, f64)> {
    let mut numbers = Vec::new();
    let mut count = |name, value| numbers.push((name, "Count", value));
    if let Some(point) = service.checked {
        count("errors", point.errors as f64);
        count("warnings", point.warnings as f64);
        count("notes", point.notes as f64);
        count("locks_total", point.locks_total as f64);
        count("locks_fresh", point.locks_fresh as f64);
        count("packages_total", point.packages_total as f64);
    }
    if !service.outcomes.is_empty() {
        count("lock_events", service.sum_of_outcomes(|point| point.lock_events));
        count("rollbacks_confirmed", service.sum_of_outcomes(|point| point.rollbacks_confirmed));
        count("emergency_changes", service.sum_of_outcomes(|point| point.emergency_changes));
    }
    if !service.updates.is_empty() {
        count("outdated_packages", service.sum_of_updates(|point| point.outdated as f64));
        count("urgent_packages", service.sum_of_updates(|point| point.act_now as f64));
        count("lag_years", service.sum_of_updates(|point| point.lag_years));
    }
    if let Some(point) = service.rehearsed {
        count("artifacts_lost", point.lost as f64);
        if let Some(is_well) = point.is_recreatable() {
            count("recreatable", f64::from(u8::from(is_well)));
        }
    }
    if let Some(point) = service.only_outcome() {
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
    use crate::trend::{OutcomePoint, RehearsalPoint, ServicePoint, UpdatePoint};

    fn lines() -> Vec<Line> {
        let service = ServicePoint { path: "api".to_owned(), errors: 2, locks_total: 1, ..ServicePoint::default() };
        let outcome = OutcomePoint {
            service: "api".to_owned(),
            lock_events: 7,
            time_to_recover_hours_median: Some(1.5),
            ..OutcomePoint::default()
        };
        let rehearsed = |lost, unknown| RehearsalPoint {
            service: "api".to_owned(),
            verdict: if unknown > 0 { "unknown" } else { "not-recreatable" }.to_owned(),
            artifacts: 9,
            lost,
            unknown,
            ..RehearsalPoint::default()
        };
        let update = UpdatePoint { service: "api".to_owned(), outdated: 4, lag_years: 2.5, ..UpdatePoint::default() };
        let line =
            Line { time: "2026-11-22T00:00:00Z".to_owned(), repository: "a \"shop\"".to_owned(), ..Line::default() };
        // Each verb leaves lines of its own.
        vec![
            Line { rehearsal: vec![rehearsed(0, 1)], ..line.clone() },
            Line { updates: vec![update], ..line.clone() },
            Line { rehearsal: vec![rehearsed(3, 0)], ..line.clone() },
            Line { outcomes: vec![outcome], ..line.clone() },
            Line {
                time: "2026-11-23T00:00:00Z".to_owned(),
                rules: [("stale-lockfile".to_owned(), 2)].into(),
                services: vec![service],
                ..line
            },
        ]
    }

    #[test]
    fn open_metrics_end_with_their_mark() {
        let text = open_metrics(&lines());
        assert!(text.ends_with("\n# EOF\n"));
        for sample in [
            "reproof_findings{project=\"a \\\"shop\\\"/api\",severity=\"error\"} 2\n",
            "reproof_rule_findings{project=\"a \\\"shop\\\"\",rule=\"stale-lockfile\"} 2\n",
            "reproof_time_to_recover_hours{project=\"a \\\"shop\\\"/api\"} 1.5\n",
            "reproof_outdated_packages{project=\"a \\\"shop\\\"/api\"} 4\n",
            "reproof_lag_years{project=\"a \\\"shop\\\"/api\"} 2.5\n",
            "reproof_artifacts_lost{project=\"a \\\"shop\\\"/api\"} 3\n",
            "reproof_recreatable{project=\"a \\\"shop\\\"/api\"} 0\n",
        ] {
            assert!(text.contains(sample), "{text}");
        }
        // Not measured is not zero.
        assert!(!text.contains("fresh_time_ratio"));
        assert!(!open_metrics(&lines()[..1]).contains("reproof_recreatable"));
        assert_eq!(open_metrics(&[]), "# EOF\n");
    }

    #[test]
    fn embedded_metrics_name_what_they_hold() {
        let text = embedded_metrics(&lines());
        let document: Value = serde_json::from_str(text.trim()).unwrap();
        assert_eq!((&document["errors"], &document["lock_events"]), (&json!(2.0), &json!(7.0)));
        assert_eq!((&document["outdated_packages"], &document["recreatable"]), (&json!(4.0), &json!(0.0)));
        let metrics = document["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().unwrap();
        assert!(metrics.iter().all(|metric| document.get(metric["Name"].as_str().unwrap()).is_some()));
        assert_eq!(document["_aws"]["Timestamp"], 1_795_392_000_000_i64);
    }
}
