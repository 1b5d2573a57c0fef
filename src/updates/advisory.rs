//! Advisories of a local folder in the OSV format: which versions of which packages have a known fault.
//!
//! The format: https://ossf.github.io/osv-schema/ (1.7, read 2026-11). Ranges of commits are not looked at.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::day::Day;
use crate::release::Release;

/// An advisory about one package.
#[derive(Debug, Clone)]
pub struct Advisory {
    /// Its id.
    pub id: String,
    /// critical, high, medium, low, unknown.
    pub severity: &'static str,
    /// What it says, in one line.
    pub summary: String,
    /// Versions it names one by one.
    versions: Vec<String>,
    /// Its ranges.
    ranges: Vec<Vec<Event>>,
}

/// An end of a range.
#[derive(Debug, Clone)]
enum Event {
    Introduced(Option<Release>),
    Fixed(Release),
    LastAffected(Release),
}

/// All advisories of a folder.
#[derive(Debug, Clone, Default)]
pub struct Advisories {
    /// By ecosystem and name.
    packages: BTreeMap<(String, String), Vec<Advisory>>,
    /// The day of the youngest one; `None` for an empty folder.
    pub youngest: Option<Day>,
    /// How many were read.
    pub count: usize,
}

#[derive(Deserialize)]
struct Written {
    id: String,
    #[serde(default)]
    summary: String,
    modified: Option<String>,
    withdrawn: Option<String>,
    #[serde(default)]
    affected: Vec<Affected>,
    #[serde(default)]
    severity: Vec<Score>,
    database_specific: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Affected {
    package: Option<Named>,
    #[serde(default)]
    ranges: Vec<Range>,
    #[serde(default)]
    versions: Vec<String>,
}

#[derive(Deserialize)]
struct Named {
    ecosystem: String,
    name: String,
}

#[derive(Deserialize)]
struct Range {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    events: Vec<BTreeMap<String, String>>,
}

#[derive(Deserialize)]
struct Score {
    score: String,
}

impl Advisories {
    /// Adds an advisory.
    ///
    /// # Errors
    /// Why the text is none.
    pub fn add(&mut self, text: &str) -> Result<(), String> {
        let written: Written = serde_json::from_str(text).map_err(|error| error.to_string())?;
        self.count += 1;
        self.youngest = self.youngest.max(written.modified.as_deref().and_then(Day::parse));
        if written.withdrawn.is_some() {
            return Ok(());
        }
        for affected in &written.affected {
            let Some(named) = &affected.package else { continue };
            let Some(ecosystem) = ecosystem(&named.ecosystem) else { continue };
            let name =
                if ecosystem == "python" { crate::python::name::normalize(&named.name) } else { named.name.clone() };
            let is_ordered = |range: &&Range| range.kind != "GIT";
            let advisory = Advisory {
                id: written.id.clone(),
                severity: severity(&written),
                summary: written.summary.split_whitespace().collect::<Vec<_>>().join(" "),
                versions: affected.versions.clone(),
                ranges: affected.ranges.iter().filter(is_ordered).map(|range| events(range, ecosystem)).collect(),
            };
            self.packages.entry((ecosystem.to_owned(), name)).or_default().push(advisory);
        }
        Ok(())
    }

    /// Adds the advisories of another folder.
    pub fn merge(&mut self, other: Self) {
        for (name, advisories) in other.packages {
            self.packages.entry(name).or_default().extend(advisories);
        }
        self.youngest = self.youngest.max(other.youngest);
        self.count += other.count;
    }

    /// The advisories about a package, by id.
    pub fn about(&self, ecosystem: &str, name: &str) -> Vec<&Advisory> {
        let found = self.packages.get(&(ecosystem.to_owned(), name.to_owned()));
        let mut about: Vec<&Advisory> = found.map_or(&[][..], Vec::as_slice).iter().collect();
        about.sort_by(|a, b| a.id.cmp(&b.id));
        about.dedup_by(|a, b| a.id == b.id);
        about
    }
}

impl Advisory {
    /// Whether a version has the fault.
    pub fn affects(&self, release: &Release) -> bool {
        self.versions.contains(&release.text) || self.ranges.iter().any(|range| holds(range, release))
    }
}

/// Whether a version lies in a range: the last event at or before it says so.
fn holds(events: &[Event], release: &Release) -> bool {
    let mut is_affected = false;
    for event in events {
        match event {
            Event::Introduced(None) => is_affected = true,
            Event::Introduced(Some(from)) if !from.is_after(release) => is_affected = true,
            Event::Fixed(to) if !to.is_after(release) => is_affected = false,
            Event::LastAffected(last) if release.is_after(last) => is_affected = false,
            _ => {}
        }
    }
    is_affected
}

fn events(range: &Range, ecosystem: &str) -> Vec<Event> {
    let event = |(kind, text): (&String, &String)| {
        let release = Release::parse(ecosystem, text);
        match kind.as_str() {
            "introduced" if text == "0" => Some(Event::Introduced(None)),
            "introduced" => release.map(|release| Event::Introduced(Some(release))),
            "fixed" => release.map(Event::Fixed),
            "last_affected" => release.map(Event::LastAffected),
            _ => None,
        }
    };
    let mut events: Vec<Event> = range.events.iter().flatten().filter_map(event).collect();
    let at = |event: &Event| match event {
        Event::Introduced(release) => release.clone(),
        Event::Fixed(release) | Event::LastAffected(release) => Some(release.clone()),
    };
    events.sort_by(|a, b| match (at(a), at(b)) {
        (None, None) => std::cmp::Ordering::Equal,
        (None, _) => std::cmp::Ordering::Less,
        (_, None) => std::cmp::Ordering::Greater,
        (Some(a), Some(b)) => a.compare(&b),
    });
    events
}

fn ecosystem(word: &str) -> Option<&'static str> {
    // The ecosystem of Rust is called by the host of its registry.
    match word.split([':', '.']).next()?.to_ascii_lowercase().as_str() {
        "pypi" => Some("python"),
        "npm" => Some("node"),
        "crates" => Some("rust"),
        _ => None,
    }
}

fn severity(written: &Written) -> &'static str {
    let word = written.database_specific.as_ref().and_then(|own| own.get("severity")).and_then(|word| word.as_str());
    match word.map(str::to_ascii_lowercase).as_deref() {
        Some("critical") => return "critical",
        Some("high") => return "high",
        Some("moderate" | "medium") => return "medium",
        Some("low") => return "low",
        _ => {}
    }
    // A plain number is the score itself; a vector would have to be computed.
    let score = written.severity.iter().filter_map(|one| one.score.parse::<f64>().ok()).fold(0.0, f64::max);
    match score {
        score if score >= 9.0 => "critical",
        score if score >= 7.0 => "high",
        score if score >= 4.0 => "medium",
        score if score > 0.0 => "low",
        _ => "unknown",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn versions_in_ranges_and_lists() {
        let mut all = Advisories::default();
        all.add(
            r#"{"id": "X-1", "summary": "a\nfault", "modified": "2026-10-01T00:00:00Z", "database_specific": {"severity": "MODERATE"},
                "affected": [{"package": {"ecosystem": "PyPI", "name": "Foo_Bar"},
                    "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "2.0"}, {"fixed": "2.5"}, {"introduced": "0"}, {"fixed": "1.4"}]}],
                    "versions": ["1.9.1"]}]}"#,
        )
        .unwrap();
        all.add(
            r#"{"id": "X-2", "withdrawn": "2026-01-01", "affected": [{"package": {"ecosystem": "npm", "name": "x"}}]}"#,
        )
        .unwrap();
        assert!(all.add("{").is_err());
        let about = all.about("python", "foo-bar");
        assert_eq!((about.len(), about[0].severity, about[0].summary.as_str()), (1, "medium", "a fault"));
        for (version, expected) in [
            ("1.0", true),
            ("1.4", false),
            ("1.9.1", true),
            ("1.9.2", false),
            ("2.0", true),
            ("2.4.9", true),
            ("2.5", false),
        ] {
            assert_eq!(about[0].affects(&Release::parse("python", version).unwrap()), expected, "{version}");
        }
        assert_eq!((all.count, all.youngest), (2, Day::parse("2026-10-01")));
        assert!(all.about("node", "x").is_empty());
    }
}
