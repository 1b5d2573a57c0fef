//! What an environment needs besides packages: runtimes and tools, images, actions.

use super::Question;
use super::rows::{ArtifactRow, Weight};
use crate::facts::{Count, Facts, Header, Lockfile, Toolchain};
use crate::path;
use crate::value::Value;

/// How exactly a thing must be stated to be the same thing again.
const EXACT: i64 = 4;
const BY_HASH: i64 = 5;

/// Statements of versions, images and actions below the wanted paths, each with the path of its file.
pub(super) fn artifacts(question: &Question<'_>) -> Vec<(String, ArtifactRow)> {
    let mut found = Vec::new();
    toolchains(question, &mut found);
    images(question, &mut found);
    actions(question, &mut found);
    found
}

/// The runtime that a lockfile's packages run on, when nothing states which.
pub(super) fn unstated(facts: &Facts, lockfile: &Lockfile) -> Option<ArtifactRow> {
    let directory = path::directory(&lockfile.header.path);
    let is_its = |toolchain: &Toolchain| {
        toolchain.tool == lockfile.ecosystem
            && matches!(toolchain.role.as_str(), "select" | "delegate")
            && path::is_below(directory, &toolchain.scope)
    };
    let is_runtime = matches!(lockfile.ecosystem.as_str(), "python" | "node" | "rust");
    let is_unstated = is_runtime && !facts.toolchains.iter().any(is_its);
    is_unstated.then(|| {
        ArtifactRow::new("", "toolchain", &lockfile.ecosystem)
            .with("unstated", Weight::Warning)
            .because("nothing states which version it runs on")
            .advise("state the exact version that production runs")
    })
}

fn toolchains(question: &Question<'_>, found: &mut Vec<(String, ArtifactRow)>) {
    let facts = &question.inventory.facts;
    for toolchain in &facts.toolchains {
        let is_meant = matches!(toolchain.role.as_str(), "select" | "delegate") && !toolchain.enumerated;
        // A version that another file states is judged there.
        if !is_meant || toolchain.delegate.known().is_some() || !(question.wanted)(&toolchain.header.path) {
            continue;
        }
        let row = ArtifactRow::new("", "toolchain", &toolchain.tool);
        let stated = toolchain.stated.known().cloned();
        let row = match level(&toolchain.level) {
            Err(reason) => row.with("unknown", unknown(is_deployed(&toolchain.phase))).because(reason),
            Ok(EXACT..) => row.with("exact", Weight::Good),
            Ok(0) => row
                .with("unstated", Weight::Warning)
                .because(format!("{} states no version", toolchain.surface))
                .advise("state the exact version that production runs"),
            Ok(_) => row
                .with("range", Weight::Warning)
                .because(format!("{} states a range, whose newest release moves", toolchain.surface))
                .advise("state the exact version that production runs"),
        };
        push(question, found, &toolchain.header, &toolchain.stated, ArtifactRow { version: stated, ..row });
    }
}

fn images(question: &Question<'_>, found: &mut Vec<(String, ArtifactRow)>) {
    for image in &question.inventory.facts.images {
        // A tool that runs beside the build is no part of what is built.
        if image.role == "tool" || !(question.wanted)(&image.header.path) {
            continue;
        }
        let name = image.repository.known().cloned().unwrap_or_else(|| "image".to_owned());
        let row = ArtifactRow::new("", "image", &name);
        let row = match level(&image.level) {
            Err(reason) => {
                row.with("unknown", unknown(matches!(image.role.as_str(), "base" | "build"))).because(reason)
            }
            Ok(BY_HASH..) => row.with("pinned", Weight::Good),
            Ok(_) => row
                .with("tag", Weight::Warning)
                .because("a tag may lead to another image today")
                .advise("take the digest from the image that production runs"),
        };
        let version = image.tag.known().cloned();
        push(question, found, &image.header, &image.reference, ArtifactRow { version, ..row });
    }
}

fn actions(question: &Question<'_>, found: &mut Vec<(String, ArtifactRow)>) {
    for action in &question.inventory.facts.actions {
        if !(question.wanted)(&action.header.path) {
            continue;
        }
        let row = ArtifactRow::new("", "action", &action.action);
        let row = match level(&action.level) {
            Err(reason) => row.with("unknown", Weight::Unknown).because(reason),
            Ok(BY_HASH..) => row.with("pinned", Weight::Good),
            Ok(_) => row
                .with("tag", Weight::Warning)
                .because("a tag or branch may lead to another commit today")
                .advise("take the commit from the log of the run that built the release"),
        };
        let version = action.reference.known().cloned();
        push(question, found, &action.header, &action.reference, ArtifactRow { version, ..row });
    }
}

/// Whether a statement of this phase decides what production runs.
fn is_deployed(phase: &str) -> bool {
    matches!(phase, "deploy" | "image" | "image-builder")
}

/// What is not known of production is unknown; of the rest it is worth a warning.
fn unknown(is_deployed: bool) -> Weight {
    if is_deployed { Weight::Unknown } else { Weight::Warning }
}

fn push<T>(
    question: &Question<'_>,
    found: &mut Vec<(String, ArtifactRow)>,
    header: &Header,
    value: &Value<T>,
    row: ArtifactRow,
) {
    let row = row.located(value.span.unwrap_or(header.span), &question.inventory.sources);
    found.push((header.path.to_string(), row));
}

fn level(level: &Value<Count>) -> Result<i64, String> {
    match (level.known(), &level.state) {
        (Some(Count(level)), _) => Ok(*level),
        (None, crate::value::State::Unknown(reason)) => Err(reason.to_string()),
        _ => Err("how exactly it is stated is not known".to_owned()),
    }
}
