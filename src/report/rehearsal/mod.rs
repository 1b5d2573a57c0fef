//! The rehearsal for people: a verdict for each service and what it asks for tonight, then what is not as it was, with
//! the evidence.

mod bundle;
mod markdown;
mod text;

use crate::day::Day;
use crate::rehearse::rows::{ArtifactRow, RehearsalRow, Verdict, Weight};

pub use self::markdown::markdown;
pub use self::text::text;

/// How much is shown.
#[derive(Debug, Clone, Copy)]
pub struct Shown {
    /// Everything, also what is as it was.
    pub all: bool,
    /// Whether several revisions were rehearsed, so that each has one line.
    pub is_timeline: bool,
}

impl Shown {
    fn wants(self, artifact: &ArtifactRow) -> bool {
        let least = if self.is_timeline { Weight::Unknown } else { Weight::Warning };
        self.all || artifact.weight >= least
    }
}

/// When an artifact's advice is to be followed: what stops or may stop a rollback, before it.
fn when(weight: Weight) -> &'static str {
    if weight >= Weight::Unknown { "tonight" } else { "later" }
}

/// The file, both hashes, who was asked and when.
fn evidence(artifact: &ArtifactRow) -> Option<String> {
    let mut parts = Vec::new();
    parts.extend(artifact.file.as_ref().map(|file| format!("file {file}")));
    if artifact.weight >= Weight::Warning {
        parts.extend(artifact.locked_hash.as_ref().map(|hash| format!("locked {}", short(hash))));
        parts.extend(artifact.offered_hash.as_ref().map(|hash| format!("offered {}", short(hash))));
    }
    parts.extend(witness(artifact));
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Who was asked and when.
fn witness(artifact: &ArtifactRow) -> Option<String> {
    let registry = artifact.registry.as_ref()?;
    Some(match artifact.asked {
        Some(asked) => format!("asked {registry} on {}", moment(asked)),
        None => format!("asked {registry}"),
    })
}

/// The algorithm and the first digits; the report in JSON has all of them.
fn short(hash: &str) -> String {
    match hash.split_once(':') {
        Some((algorithm, digits)) if digits.len() > 16 => {
            format!("{algorithm}:{}...", &digits[..digits.floor_char_boundary(16)])
        }
        _ => hash.to_owned(),
    }
}

/// `2026-11-24 03:05 UTC`.
fn moment(seconds: i64) -> String {
    let second = seconds.rem_euclid(86_400);
    format!("{} {:02}:{:02} UTC", Day::of_unix(seconds), second / 3600, second / 60 % 60)
}

fn place(artifact: &ArtifactRow) -> String {
    format!("{}:{}", artifact.location.path, artifact.location.line)
}

/// `159 offered, 1 gone`.
fn counts(row: &RehearsalRow) -> String {
    if row.counts.is_empty() {
        return "nothing was looked at".to_owned();
    }
    let mut counts: Vec<(&str, usize)> = row.counts.iter().map(|(outcome, count)| (*outcome, *count)).collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    counts.iter().map(|(outcome, count)| format!("{count} {outcome}")).collect::<Vec<_>>().join(", ")
}

/// How far back a team can go: how many of the revisions can be built again in all their services, and the newest.
fn reach(rows: &[RehearsalRow]) -> String {
    let revisions: Vec<&[RehearsalRow]> = rows.chunk_by(|a, b| a.rev == b.rev).collect();
    let is_well = |row: &RehearsalRow| matches!(row.verdict, Verdict::Recreatable | Verdict::Warnings);
    let well: Vec<&str> =
        revisions.iter().filter(|of| of.iter().all(is_well)).filter_map(|of| Some(&*of.first()?.rev)).collect();
    let share = format!("{} of {} revisions can be built again today", well.len(), revisions.len());
    match well.last() {
        Some(newest) => format!("{share}; the newest of them is {newest}"),
        None => share,
    }
}
