//! The rehearsal on a terminal.

use std::io::{self, Write};

use colored::{ColoredString, Colorize};

use super::bundle::{Bundle, bundles};
use super::{Shown, counts, evidence, place, reach, when, witness};
use crate::printable::printable;
use crate::rehearse::rows::{RehearsalRow, Verdict, Weight};

/// Where what is said of an artifact begins.
const INDENT: &str = "                ";

/// Writes the text.
///
/// # Errors
/// When the output cannot be written.
pub fn text(rows: &[RehearsalRow], shown: Shown, out: &mut dyn Write) -> io::Result<()> {
    for row in rows {
        let target = if row.target.is_empty() { String::new() } else { format!(" for {}", row.target) };
        let rev = if row.rev.is_empty() { String::new() } else { format!(" at {}", printable(&row.rev)) };
        writeln!(out, "{}{rev}: {}{target}", printable(&row.service).bold(), colored(row.verdict))?;
        if !shown.is_timeline {
            writeln!(out, "  tonight: {}", printable(&row.advice))?;
        }
        for bundle in bundles(row, shown) {
            one(&bundle, out)?;
        }
        writeln!(out, "  {}", counts(row))?;
        if !shown.is_timeline {
            writeln!(out)?;
        }
    }
    if shown.is_timeline {
        writeln!(out, "\n{}", printable(&reach(rows)))?;
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

fn one(bundle: &Bundle<'_>, out: &mut dyn Write) -> io::Result<()> {
    let artifact = bundle.first();
    let word = format!("{:<13}", artifact.outcome);
    let word = match artifact.weight {
        Weight::Good | Weight::Note => word.green(),
        Weight::Warning => word.yellow(),
        Weight::Unknown => word.magenta(),
        Weight::Failure => word.red(),
    };
    match bundle.single() {
        Some(single) => {
            let what = format!("{} {}  {}", single.kind, single.title(), place(single));
            writeln!(out, "  {word} {}", printable(&what))?;
        }
        None => writeln!(out, "  {word} {}", bundle.title())?,
    }
    if let Some(reason) = &artifact.reason {
        writeln!(out, "{INDENT}{}", printable(reason))?;
    }
    let proof = if bundle.single().is_some() { evidence(artifact) } else { witness(artifact) };
    if let Some(proof) = proof {
        writeln!(out, "{INDENT}{}", printable(&proof))?;
    }
    if let Some(advice) = &artifact.advice {
        writeln!(out, "{INDENT}{}: {}", when(artifact.weight), printable(advice))?;
    }
    if bundle.single().is_none() {
        members(bundle, out)?;
    }
    Ok(())
}

fn members(bundle: &Bundle<'_>, out: &mut dyn Write) -> io::Result<()> {
    let named = bundle.named();
    let width = named.iter().map(|artifact| artifact.title().chars().count()).max().unwrap_or(0);
    for artifact in named {
        writeln!(out, "{INDENT}  {}", printable(&format!("{:<width$}  {}", artifact.title(), place(artifact))))?;
    }
    if bundle.unnamed() > 0 {
        writeln!(out, "{INDENT}  and {} more, which --all lists", bundle.unnamed())?;
    }
    Ok(())
}
