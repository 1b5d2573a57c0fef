//! Incidents as a team recorded them: `--incidents FILE`. They say how long an outage took, which git cannot know.

use serde::Deserialize;

use super::measure::Spread;
use super::pipeline::seconds;
use super::row::RecoveryRow;

/// An incident of a service.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    /// The service; all services when it is left out.
    pub service: Option<String>,
    /// When it began, as `YYYY-MM-DDTHH:MM:SSZ`.
    pub started: String,
    /// When the service was well again; left out while it is not.
    pub recovered: Option<String>,
    /// A name to find it by.
    pub id: Option<String>,
    /// The package that was to blame.
    pub package: Option<String>,
}

/// Incidents with their times read.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Incidents(Vec<(Incident, i64, Option<i64>)>);

/// Reads a list of incidents.
///
/// # Errors
/// When the text is no JSON list of incidents, a time cannot be read, or an end lies before its start.
pub fn read(text: &str) -> Result<Incidents, String> {
    let list: Vec<Incident> = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| format!("it is not a list of incidents: {error}"))?;
    let mut incidents = Vec::new();
    for (index, incident) in list.into_iter().enumerate() {
        let name = incident.id.clone().unwrap_or_else(|| format!("number {}", index + 1));
        let time = |text: &str| {
            seconds(text).ok_or_else(|| format!("incident {name}: `{text}` is not a time such as 2026-11-23T02:10:00Z"))
        };
        let started = time(&incident.started)?;
        let recovered = incident.recovered.as_deref().map(time).transpose()?;
        if recovered.is_some_and(|recovered| recovered < started) {
            return Err(format!("incident {name}: it ends before it starts"));
        }
        incidents.push((incident, started, recovered));
    }
    Ok(Incidents(incidents))
}

impl Incidents {
    /// The times to recover of a service's incidents from a time on; open ones have none yet.
    pub fn recovery(&self, service: &str, since: i64) -> RecoveryRow {
        let own = self.0.iter().filter(|(incident, started, _)| {
            incident.service.as_deref().is_none_or(|of| of == service) && *started >= since
        });
        let hours = own.filter_map(|(_, started, recovered)| Some((recovered.as_ref()? - started) as f64 / 3600.0));
        RecoveryRow { spread: Spread::of(hours.collect()), source: "incidents".to_owned() }
    }

    /// How many have not ended.
    pub fn open(&self) -> usize {
        self.0.iter().filter(|(_, _, recovered)| recovered.is_none()).count()
    }

    /// Services that are named and are none of `known`.
    pub fn strangers(&self, known: &[&str]) -> Vec<String> {
        let named = self.0.iter().filter_map(|(incident, _, _)| incident.service.clone());
        let mut strangers: Vec<String> = named.filter(|name| !known.contains(&&**name)).collect();
        strangers.sort();
        strangers.dedup();
        strangers
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn incidents_have_ends_after_their_starts() {
        let text = r#"[
            {"service": "api", "started": "2026-11-01T02:00:00Z", "recovered": "2026-11-01T05:30:00Z"},
            {"service": "api", "started": "2026-11-02T00:00:00+01:00", "recovered": "2026-11-02T00:00:00Z"},
            {"started": "2026-11-03T02:00:00Z"}
        ]"#;
        let incidents = read(text).unwrap();
        let recovery = incidents.recovery("api", 0);
        assert_eq!((recovery.spread.n, recovery.spread.values, incidents.open()), (2, vec![1.0, 3.5], 1));
        assert_eq!(incidents.strangers(&["web"]), ["api"]);
        for (text, part) in [
            ("{", "not a list of incidents"),
            (r#"[{"started": "yesterday"}]"#, "`yesterday` is not a time"),
            (
                r#"[{"id": "A", "started": "2026-11-02T00:00:00Z", "recovered": "2026-11-01T00:00:00Z"}]"#,
                "incident A: it ends before",
            ),
            (r#"[{"started": "2026-11-02T00:00:00Z", "ended": "x"}]"#, "unknown field `ended`"),
        ] {
            assert!(read(text).unwrap_err().contains(part), "{text}");
        }
    }
}
