//! The rehearsal for job summaries, comments and issues.

use std::io::{self, Write};

use super::super::markup::{code, plain};
use super::bundle::{Bundle, bundles};
use super::{Shown, counts, evidence, place, reach, when, witness};
use crate::rehearse::rows::RehearsalRow;

/// Issues and comments take 65,536 characters; what a caller puts round it needs room.
const LIMIT: usize = 60_000;

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
    if shown.is_timeline {
        text.push_str(&format!("\n{}.\n", plain(&reach(rows))));
    }
    let mut left = 0;
    let mut length = text.chars().count();
    for row in rows {
        let mut is_begun = false;
        for bundle in bundles(row, shown) {
            let mut part = String::new();
            if !is_begun {
                part.push_str(&head(row));
            }
            part.push_str(&line(&bundle));
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

fn head(row: &RehearsalRow) -> String {
    let rev = if row.rev.is_empty() { String::new() } else { format!(" at {}", code(&row.rev)) };
    format!(
        "\n#### {}{rev}\n\n**Tonight:** {}.\n\n| | what | where | why | what to do |\n| --- | --- | --- | --- | --- |\n",
        code(&row.service),
        plain(&row.advice)
    )
}

fn line(bundle: &Bundle<'_>) -> String {
    let artifact = bundle.first();
    let (what, places) = match bundle.single() {
        Some(single) => (format!("{} {}", single.kind, code(&single.title())), code(&place(single))),
        None => members(bundle),
    };
    let proof = if bundle.single().is_some() { evidence(artifact) } else { witness(artifact) };
    let mut why = artifact.reason.clone().unwrap_or_default();
    if let Some(proof) = proof {
        why = if why.is_empty() { proof } else { format!("{why} ({proof})") };
    }
    let advice = artifact.advice.as_ref().map(|advice| format!("{}: {}", when(artifact.weight), plain(advice)));
    format!("| {} | {what} | {places} | {} | {} |\n", artifact.outcome, plain(&why), advice.unwrap_or_default())
}

/// Names and places of a bundle, each a line of its cell.
fn members(bundle: &Bundle<'_>) -> (String, String) {
    let mut what = vec![bundle.title()];
    let mut places = vec![String::new()];
    for artifact in bundle.named() {
        what.push(code(&artifact.title()));
        places.push(code(&place(artifact)));
    }
    if bundle.unnamed() > 0 {
        what.push(format!("and {} more", bundle.unnamed()));
    }
    (what.join("<br>"), places.join("<br>"))
}
