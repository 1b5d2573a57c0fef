//! Toolchains that the commands of jobs and images choose as they run.

use std::collections::BTreeSet;

use crate::discover::Listing;
use crate::facts::{Facts, Header, Step, Toolchain};
use crate::lock_use::Selection;
use crate::path;
use crate::sample::is_sample;

/// Files that outrank what rustup takes by default.
const RUST_FILES: &[&str] = &["rust-toolchain.toml", "rust-toolchain"];

/// Adds a statement for each version that the jobs of a file choose by a command, once. Jobs that try other versions on purpose are
/// left out, and so is what another statement of the file says already. They are compared with nothing: what a command
/// installs need not be what the next one uses.
pub(super) fn note(facts: &mut Facts, files: &Listing) {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for step in facts.steps.iter().filter(|step| is_counted(step)) {
        for selection in &step.selects {
            let directory = step.directory.known().map_or("", String::as_str);
            let is_outranked = selection.yields && is_outranked(directory, files);
            if is_outranked || is_said(facts, step, selection) {
                continue;
            }
            if seen.insert((step.header.path.clone(), &selection.tool, &selection.version)) {
                found.push(statement(step, selection));
            }
        }
    }
    facts.toolchains.extend(found);
}

fn is_counted(step: &Step) -> bool {
    let is_for_change = step.trigger != "schedule" && matches!(step.purpose.as_str(), "check" | "release" | "image");
    is_for_change && !step.conditional && !step.shadow && !is_sample(&step.header.path)
}

/// Whether what brings Rust yields to a file of the project: an image or an action sets no more than rustup's default (the rustup
/// book, "Overrides", read 2026-12-01).
pub(super) fn yields(fact: &Toolchain, project: &str, files: &Listing) -> bool {
    let is_choice = matches!(fact.role.as_str(), "select" | "enumerate");
    let is_file = RUST_FILES.contains(&path::file_name(&fact.header.path));
    fact.tool == "rust" && is_choice && !is_file && is_outranked(project, files)
}

/// Whether what is installed runs the release that the project names: pnpm does from 10 on (its manual, `packageManager`, read
/// 2026-12-01), and Yarn 1 starts the file that `yarnPath` names (its manual, `yarn policies`, read 2026-12-01).
pub(super) fn hands_over(installed: &Toolchain, named: &Toolchain) -> bool {
    let Some(major) = lowest_major(installed) else { return false };
    match installed.tool.as_str() {
        "pnpm" => named.surface == "packageManager" && major >= 10,
        "yarn" => path::file_name(&named.header.path) == ".yarnrc.yml" && major == 1,
        _ => false,
    }
}

/// Whether a release looks at a demand at all: Yarn from 2 on has no eye for `engines` (its manual, "Migration", read 2026-12-01).
pub(super) fn passes_over(installed: &Toolchain, demand: &Toolchain) -> bool {
    let is_of_engines = path::file_name(&demand.header.path) == "package.json";
    installed.tool == "yarn" && is_of_engines && lowest_major(installed).is_some_and(|major| major >= 2)
}

fn lowest_major(fact: &Toolchain) -> Option<u64> {
    fact.versions.as_ref()?.0.first()?.0.first().copied()
}

/// Whether a file in a directory or above it outranks what rustup takes by default there.
fn is_outranked(directory: &str, files: &Listing) -> bool {
    path::ancestors(directory)
        .any(|above| RUST_FILES.iter().any(|name| path::join(above, name).is_some_and(|file| files.has(&file))))
}

fn is_said(facts: &Facts, step: &Step, selection: &Selection) -> bool {
    let is_same = |header: &Header, text: Option<&String>| {
        header.path == step.header.path && text.is_some_and(|text| *text == selection.version)
    };
    facts.toolchains.iter().any(|fact| is_same(&fact.header, fact.stated.known()))
        || facts.actions.iter().any(|action| is_same(&action.header, action.reference.known()))
}

fn statement(step: &Step, selection: &Selection) -> Toolchain {
    let Header { path, span, name, .. } = &step.header;
    let header = Header::new(path, format!("{name}: {} {}", selection.tool, selection.version), *span);
    let fact = Toolchain::selecting(header, &selection.tool, &selection.version, *span);
    Toolchain {
        phase: if step.surface == "dockerfile" { "image-builder" } else { "ci" }.to_owned(),
        surface: format!("`{}`", step.command),
        scope: step.directory.known().cloned().unwrap_or_default(),
        by_command: true,
        versions: None,
        ..fact
    }
}
