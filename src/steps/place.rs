//! The directory that a command works in, or the several that values of a matrix make of it.

use super::Script;
use crate::lock_use::Effect;
use crate::path;
use crate::shell::{Command, expressions};
use crate::source::Span;
use crate::value::Value;

/// More directories than this are not told apart.
const MOST: usize = 100;

/// The directory that a command works in.
pub(super) fn directory(script: &Script<'_>, command: &Command, effect: &Effect, span: Span) -> Value<String> {
    let known = match (&command.directory, &effect.directory) {
        _ if effect.elsewhere => None,
        (Some(from), Some(to)) => path::join(from, to),
        (from, None) => from.clone(),
        (None, Some(_)) => None,
    };
    match known {
        Some(directory) => Value { span: Some(span), ..Value::derived(directory) },
        None => {
            let reason = script.directory.clone().err();
            Value::unknown(reason.unwrap_or_else(|| "the directory is known only when it runs".to_owned()), Some(span))
        }
    }
}

/// Patterns of the directories that a command works in, where values of a matrix decide it: `*` stands for a value that only the run tells.
pub(super) fn among(script: &Script<'_>, command: &Command, effect: &Effect) -> Vec<String> {
    let Some(written) = command.among.as_deref().filter(|_| !effect.elsewhere) else { return Vec::new() };
    let inside = effect.directory.as_deref().unwrap_or("");
    let Some(whole) = path::join(written, inside).filter(|_| !inside.contains("..")) else { return Vec::new() };
    let mut found = vec![whole];
    for (expression, values) in &script.expressions {
        let each = found.iter().flat_map(|text| values.iter().map(|value| text.replace(expression, value)));
        found = each.take(MOST).collect();
    }
    found.sort();
    found.dedup();
    found.iter().filter_map(|text| path::join("", &pattern(text))).collect()
}

/// A directory whose expressions may be anything.
fn pattern(written: &str) -> String {
    let mut text = written.to_owned();
    for place in expressions(written).into_iter().rev() {
        let is_all = place == (0..written.len());
        text.replace_range(place, if is_all { "**" } else { "*" });
    }
    text
}
