//! Tools that build, try and deploy Lambda functions. They leave lockfiles alone; what they do is noted all the same.

use super::arguments::Arguments;
use super::{Effect, LockUse};
use crate::path;
use crate::shell::Word;

/// Options of SAM that are followed by a value (SAM CLI 1.150, `sam build --help` and its kin, read 2026-11-23).
const SAM_VALUES: &[&str] = &[
    "-t",
    "--template",
    "--template-file",
    "-e",
    "--event",
    "--config-env",
    "--config-file",
    "--stack-name",
    "--region",
];

pub(super) fn sam(words: &[Word]) -> Option<Effect> {
    const COMMANDS: &[&str] = &["build", "deploy", "local", "package", "publish", "sync"];
    let (command, rest) = words.split_first()?;
    if !COMMANDS.contains(&command.text.as_str()) {
        return None;
    }
    let mut effect = Effect::new("sam", LockUse::Nothing);
    let sorted = Arguments::of(rest, SAM_VALUES);
    let template = sorted.value(&["-t", "--template", "--template-file"]);
    effect.directory = template.map(|file| path::directory(file).to_owned()).filter(|directory| !directory.is_empty());
    Some(effect)
}

pub(super) fn serverless(words: &[Word]) -> Option<Effect> {
    let first = words.first().map(|word| word.text.as_str())?;
    matches!(first, "deploy" | "package" | "invoke").then(|| Effect::new("serverless", LockUse::Nothing))
}

pub(super) fn chalice(words: &[Word]) -> Option<Effect> {
    let first = words.first().map(|word| word.text.as_str())?;
    matches!(first, "deploy" | "package" | "local").then(|| Effect::new("chalice", LockUse::Nothing))
}
