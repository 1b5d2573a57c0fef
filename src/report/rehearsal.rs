//! The rehearsal for people: a verdict for each service, then what is not as it was, with the evidence and what to do
//! tonight.

use std::io::{self, Write};

use colored::{ColoredString, Colorize};

use super::markup::{code, plain};
use crate::day::Day;
use crate::printable::printable;
use crate::rehearse::rows::{ArtifactRow, RehearsalRow, Verdict, Weight};

/// Issues and comments take 65,536 characters; what a caller puts round it needs room.
const LIMIT: usize = 60_000;

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

/// Writes the text.
///
/// # Errors
/// When the output cannot be written.
pub fn text(rows: &[RehearsalRow], shown: Shown, out: &mut dyn Write) -> io::Result<()> {
    for row in rows {
        let target = if row.target.is_empty() { String::new() } else { format!(" for {}", row.target) };
        let rev = if row.rev.is_empty() { String::new() } else { format!(" at {}", printable(&row.rev)) };
        writeln!(out, "{}{rev}: {}{target}", printable(&row.service).bold(), colored(row.verdict))?;
        for artifact in row.artifacts.iter().filter(|artifact| shown.wants(artifact)) {
            one(artifact, out)?;
        }
        writeln!(out, "  {}", counts(row))?;
        if !shown.is_timeline {
            writeln!(out)?;
        }
    }
    Ok(())
}

fn colored(verdict: Verdict) -> ColoredString {
    match verdict {
        Verdict::Recreatable => verdict.words().green(),
        Verdict::Warnings => verdict.words().yellow(),
        Verdict::Unknown => verdict.words().magenta(),
        Verdict::NotRecreatable => verdict.words().red(),
    }
}

fn one(artifact: &ArtifactRow, out: &mut dyn Write) -> io::Result<()> {
    let word = format!("{:<13}", artifact.outcome);
    let word = match artifact.weight {
        Weight::Good | Weight::Note => word.green(),
        Weight::Warning => word.yellow(),
        Weight::Unknown => word.magenta(),
        Weight::Failure => word.red(),
    };
    let at = format!("{}:{}", artifact.location.path, artifact.location.line);
    writeln!(out, "  {word} {} {}  {}", artifact.kind, printable(&artifact.title()), printable(&at))?;
    let indent = " ".repeat(16);
    if let Some(reason) = &artifact.reason {
        writeln!(out, "{indent}{}", printable(reason))?;
    }
    if let Some(evidence) = evidence(artifact) {
        writeln!(out, "{indent}{}", printable(&evidence))?;
    }
    if let Some(advice) = &artifact.advice {
        writeln!(out, "{indent}tonight: {}", printable(advice))?;
    }
    Ok(())
}

/// The file, both hashes, who was asked and when.
fn evidence(artifact: &ArtifactRow) -> Option<String> {
    let mut parts = Vec::new();
    parts.extend(artifact.file.as_ref().map(|file| format!("file {file}")));
    if artifact.weight >= Weight::Warning {
        parts.extend(artifact.locked_hash.as_ref().map(|hash| format!("locked {}", short(hash))));
        parts.extend(artifact.offered_hash.as_ref().map(|hash| format!("offered {}", short(hash))));
    }
    if let Some(registry) = &artifact.registry {
        parts.push(artifact.asked.map_or_else(|| registry.clone(), |asked| format!("{registry} on {}", moment(asked))));
    }
    (!parts.is_empty()).then(|| parts.join(", "))
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

/// `159 offered, 1 gone`.
fn counts(row: &RehearsalRow) -> String {
    if row.counts.is_empty() {
        return "nothing was looked at".to_owned();
    }
    let mut counts: Vec<(&str, usize)> = row.counts.iter().map(|(outcome, count)| (*outcome, *count)).collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    counts.iter().map(|(outcome, count)| format!("{count} {outcome}")).collect::<Vec<_>>().join(", ")
}

/// Writes Markdown.
///
/// # Errors
/// When the output cannot be written.
pub fn markdown(rows: &[RehearsalRow], shown: Shown, out: &mut dyn Write) -> io::Result<()> {
    let mut text = String::from(
        "### reproof: rollback rehearsal\n\n| service | revision | verdict | |\n| --- | --- | --- | --- |\n",
    );
    for row in rows {
        let rev = if row.rev.is_empty() { "as it is".to_owned() } else { code(&row.rev) };
        text.push_str(&format!("| {} | {rev} | {} | {} |\n", code(&row.service), row.verdict.words(), counts(row)));
    }
    let mut left = 0;
    let mut length = text.chars().count();
    for row in rows {
        let mut is_begun = false;
        for artifact in row.artifacts.iter().filter(|artifact| shown.wants(artifact)) {
            let mut part = String::new();
            if !is_begun {
                let rev = if row.rev.is_empty() { String::new() } else { format!(" at {}", code(&row.rev)) };
                part.push_str(&format!(
                    "\n#### {}{rev}\n\n| | what | where | why | tonight |\n| --- | --- | --- | --- | --- |\n",
                    code(&row.service)
                ));
            }
            part.push_str(&line(artifact));
            length += part.chars().count();
            if length > LIMIT {
                left += 1;
                continue;
            }
            is_begun = true;
            text.push_str(&part);
        }
    }
    if left > 0 {
        text.push_str(&format!("\n{left} more in the JSON report.\n"));
    }
    out.write_all(text.as_bytes())
}

fn line(artifact: &ArtifactRow) -> String {
    let at = code(&format!("{}:{}", artifact.location.path, artifact.location.line));
    let mut why = artifact.reason.clone().unwrap_or_default();
    if let Some(evidence) = evidence(artifact) {
        why = if why.is_empty() { evidence } else { format!("{why} ({evidence})") };
    }
    let advice = artifact.advice.as_deref().unwrap_or_default();
    format!(
        "| {} | {} {} | {at} | {} | {} |\n",
        artifact.outcome,
        artifact.kind,
        code(&artifact.title()),
        plain(&why),
        plain(advice)
    )
}
