//! What changed since last week: the newest run of each repository beside the newest one of a week before.

use super::{Line, ServicePoint};

/// A week, in days.
const WEEK: i64 = 7;

/// Sentences about what changed, the worse first; empty when nothing did or nothing can be compared.
pub fn since_last_week(lines: &[Line]) -> Vec<String> {
    let mut worse = Vec::new();
    let mut better = Vec::new();
    for own in lines.chunk_by(|a, b| a.repository == b.repository) {
        let checks: Vec<&Line> = own.iter().filter(|line| !line.services.is_empty()).collect();
        let Some(newest) = checks.last() else { continue };
        let Some(day) = newest.day() else { continue };
        let before = checks.iter().rev().find(|line| line.day().is_some_and(|earlier| day.since(earlier) >= WEEK));
        let Some(before) = before else {
            better.push(format!("{}: no run of a week before to compare with", newest.repository));
            continue;
        };
        services(before, newest, &mut worse, &mut better);
        let gone = before.rules.keys().filter(|rule| !newest.rules.contains_key(*rule));
        better.extend(gone.map(|rule| format!("{}: {rule} is gone", newest.repository)));
        let new = newest.rules.iter().filter(|(rule, _)| !before.rules.contains_key(*rule));
        worse.extend(new.map(|(rule, count)| format!("{}: {rule} is new ({count})", newest.repository)));
    }
    worse.append(&mut better);
    worse
}

fn services(before: &Line, newest: &Line, worse: &mut Vec<String>, better: &mut Vec<String>) {
    for service in &newest.services {
        let name = newest.project(&service.path);
        let Some(earlier) = before.services.iter().find(|other| other.path == service.path) else {
            better.push(format!("{name}: new"));
            continue;
        };
        let stale = |point: &ServicePoint| point.locks_total.saturating_sub(point.locks_fresh);
        let pairs = [
            ("errors", earlier.errors, service.errors),
            ("warnings", earlier.warnings, service.warnings),
            ("lockfiles out of step", stale(earlier), stale(service)),
        ];
        for (what, was, is) in pairs {
            let sentence = format!("{name}: {what} {was} to {is}");
            match is.cmp(&was) {
                std::cmp::Ordering::Greater => worse.push(sentence),
                std::cmp::Ordering::Less => better.push(sentence),
                std::cmp::Ordering::Equal => {}
            }
        }
    }
    let gone = before.services.iter().filter(|old| newest.services.iter().all(|new| new.path != old.path));
    better.extend(gone.map(|service| format!("{}: gone", before.project(&service.path))));
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
