//! The file of accepted findings: read, held against what was found, written.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};

use super::judge::Rules;
use super::repository::Repository;
use super::terminal;
use crate::baseline::{Accepted, Baseline, FILE_NAME};
use crate::cli::Check;
use crate::finding::{Finding, Status};
use crate::inventory::Inventory;
use crate::words::counted;
use crate::write;

/// The file of accepted findings, as far as there is one.
pub(super) struct Known {
    place: PathBuf,
    baseline: Option<Baseline>,
}

/// Finds the file and reads it.
///
/// # Errors
/// When the file that was asked for is missing, or what is there is no baseline.
pub(super) fn find(repository: &Repository, arguments: &Check) -> anyhow::Result<Known> {
    if arguments.write_baseline && (arguments.input.staged || !repository.reported.is_empty()) {
        bail!("--write-baseline needs a run over the whole repository: leave out --staged and paths");
    }
    let place = arguments.baseline.clone().unwrap_or_else(|| repository.root.join(FILE_NAME));
    let name = arguments.baseline.as_deref().unwrap_or(Path::new(FILE_NAME)).display();
    let baseline = match std::fs::read_to_string(&place) {
        Ok(text) => Some(parsed(&text).map_err(|message| anyhow!("{name}:{message}"))?),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            if arguments.baseline.is_some() && !arguments.write_baseline {
                bail!("there is no baseline {name}; --write-baseline makes it");
            }
            None
        }
        Err(error) => bail!("{name} cannot be read: {error}"),
    };
    Ok(Known { place, baseline })
}

/// Reads the text of a baseline; what is wrong comes with line and column.
fn parsed(text: &str) -> Result<Baseline, String> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let placed = |at: usize, message: &str| {
        let place = crate::source::position(text, at);
        format!("{}:{}: {message}", place.line, place.column)
    };
    if let Some(conflict) = crate::syntax::conflict::find(text) {
        let message = "this is a merge conflict: keep the entries that both sides have, the others have been mended";
        return Err(placed(conflict.begin.start, message));
    }
    Baseline::read(text).map_err(|error| placed(error.start, &error.message))
}

impl Known {
    /// Whether there is a file.
    pub(super) fn is_there(&self) -> bool {
        self.baseline.is_some()
    }

    /// Marks the findings that are accepted. What is left of it was mended, as far as this run could have found it.
    pub(super) fn mark(
        &self,
        repository: &Repository,
        rules: &Rules,
        inventory: &Inventory,
        findings: &mut [Finding],
    ) -> Accepted {
        let Some(baseline) = &self.baseline else { return Accepted::default() };
        let is_gone = |path: &str| !inventory.files.has(path);
        let path_of = |finding: &Finding| finding.path(&inventory.sources);
        let mut accepted = baseline.accept(findings, &Status::Baselined, path_of, is_gone);
        let is_whole = repository.reported.is_empty();
        let is_read = |path: &str| !inventory.facts.problems.iter().any(|problem| &*problem.header.path == path);
        accepted.left.retain(|entry| is_whole && rules.could_find(&entry.rule) && is_read(&entry.path));
        accepted
    }

    /// Writes the file: without what was mended, or all that counts now where there is none.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn write(
        self,
        accepted: Accepted,
        inventory: &Inventory,
        findings: &mut [Finding],
    ) -> anyhow::Result<()> {
        let name = self.place.display().to_string();
        let Some(baseline) = self.baseline else { return create(&self.place, &name, inventory, findings) };
        let taken = counted(accepted.left.len(), "mended finding");
        let left = baseline.renewed(accepted);
        save(&self.place, &name, &left)?;
        terminal::tell(&format!("{name}: took out {taken}, {} left", left.len()));
        Ok(())
    }
}

/// Makes the first baseline, of all that counts now.
fn create(place: &Path, name: &str, inventory: &Inventory, findings: &mut [Finding]) -> anyhow::Result<()> {
    let baseline = Baseline::of(findings, |finding| finding.path(&inventory.sources));
    save(place, name, &baseline)?;
    let accepted = baseline.accept(findings, &Status::Baselined, |finding| finding.path(&inventory.sources), |_| false);
    debug_assert!(accepted.left.is_empty(), "a baseline accepts what it was made of");
    let mut by_rule: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.status == Status::Baselined) {
        *by_rule.entry(&finding.rule).or_default() += 1;
    }
    let rules = counted(by_rule.len(), "rule");
    terminal::tell(&format!("{name}: accepts {} of {rules}", counted(baseline.len(), "finding")));
    Ok(())
}

fn save(place: &Path, name: &str, baseline: &Baseline) -> anyhow::Result<()> {
    write::replace(place, baseline.print().as_bytes()).with_context(|| format!("{name} cannot be written"))
}
