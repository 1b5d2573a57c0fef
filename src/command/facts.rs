//! `reproof facts`: prints the inventory, for people who write rules.

use anyhow::bail;

use super::progress::Progress;
use super::{WRONG, repository};
use crate::cli::{Common, Facts as Arguments};
use crate::facts::Kind;
use crate::inventory::to_json;

/// Runs the verb.
pub(super) fn run(arguments: &Arguments, common: &Common, color: bool) -> anyhow::Result<u8> {
    let mut kinds = Vec::new();
    for name in &arguments.kind {
        match Kind::ALL.iter().find(|kind| kind.name() == name || kind.plural() == name) {
            Some(kind) => kinds.push(*kind),
            None => {
                let known: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
                bail!("there is no kind of fact called `{name}`; known: {}", known.join(", "));
            }
        }
    }
    if kinds.is_empty() {
        kinds.extend_from_slice(Kind::ALL);
    }
    let today = repository::today(common.now.as_deref())?;
    let found = repository::find_sound(&arguments.paths, common.config.as_deref(), color)?;
    let Some(mut repository) = found else { return Ok(WRONG) };
    let progress = Progress::new("reading");
    let inventory = repository.scan(&arguments.input, today)?;
    let json = to_json(&inventory.facts, &inventory.sources, &kinds, |path| repository.is_reported(path));
    let mut text = serde_json::to_vec_pretty(&json)?;
    text.push(b'\n');
    drop(progress);
    super::print(&text)
}
