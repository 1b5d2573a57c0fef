//! The legs of a matrix: the combinations of its values, with what `exclude` takes away and `include` adds
//! (GitHub's documentation, "Run variations of jobs in a workflow", read 2026-12-01).

use std::collections::BTreeMap;

use serde_json::Value;

use super::expression::written_json;
use crate::shell::expressions;
use crate::syntax::{Node, Style};

/// GitHub refuses matrices with more legs.
const MOST: usize = 256;

/// The values of one leg; `None` where only the run tells.
pub(super) type Leg = BTreeMap<String, Option<Value>>;

/// All legs; `None` when the run decides how many there are.
pub(super) fn legs(matrix: Node<'_>) -> Option<Vec<Leg>> {
    let whole = value(matrix)?;
    let keys = whole.as_object()?;
    let mut legs = vec![Leg::new()];
    for (key, values) in keys.iter().filter(|(key, _)| !matches!(key.as_str(), "include" | "exclude")) {
        let values: Vec<Option<Value>> = match values {
            Value::Array(items) => items.iter().map(known).collect(),
            // A list that an expression makes has values all the same.
            _ => vec![None],
        };
        let with = |leg: &Leg, value: &Option<Value>| {
            let mut leg = leg.clone();
            leg.insert(key.clone(), value.clone());
            leg
        };
        legs = legs.iter().flat_map(|leg| values.iter().map(move |value| with(leg, value))).take(MOST + 1).collect();
        if legs.len() > MOST {
            return None;
        }
    }
    let is_alone = legs.len() == 1 && legs[0].is_empty();
    for entry in entries(keys.get("exclude"))? {
        legs.retain(|leg| !entry.iter().all(|(key, value)| leg.get(key) == Some(value)));
    }
    if is_alone {
        legs.clear();
    }
    include(&mut legs, entries(keys.get("include"))?);
    Some(legs)
}

/// Each entry is added to the legs none of whose own values it would change, else it is a leg of its own.
fn include(legs: &mut Vec<Leg>, entries: Vec<Leg>) {
    let own = legs.clone();
    for entry in entries.into_iter().take(MOST) {
        let mut is_added = false;
        for (leg, own) in legs.iter_mut().zip(&own) {
            if entry.iter().all(|(key, value)| own.get(key).is_none_or(|known| known == value)) {
                leg.extend(entry.clone());
                is_added = true;
            }
        }
        if !is_added {
            legs.push(entry);
        }
    }
}

fn entries(list: Option<&Value>) -> Option<Vec<Leg>> {
    let Some(list) = list else { return Some(Vec::new()) };
    let leg = |entry: &Value| {
        let pairs = entry.as_object()?.iter().map(|(key, value)| (key.clone(), known(value)));
        Some(pairs.collect())
    };
    list.as_array()?.iter().map(leg).collect()
}

/// A value that is written out.
fn known(value: &Value) -> Option<Value> {
    let is_open = match value {
        Value::String(text) => !expressions(text).is_empty(),
        Value::Array(items) => items.iter().any(|item| known(item).is_none()),
        Value::Object(entries) => entries.values().any(|item| known(item).is_none()),
        _ => false,
    };
    (!is_open).then(|| value.clone())
}

/// A tree as a value; an expression stays the text it is, unless it is a list or map written as JSON.
fn value(node: Node<'_>) -> Option<Value> {
    if node.is_map() {
        let entries = node.entries().into_iter().take(MOST);
        let pairs = entries.map(|entry| Some((entry.key.scalar()?.to_owned(), value(entry.value)?)));
        return pairs.collect::<Option<serde_json::Map<_, _>>>().map(Value::Object);
    }
    if node.is_list() {
        return node.items().take(MOST).map(value).collect::<Option<Vec<_>>>().map(Value::Array);
    }
    let text = node.scalar()?;
    if let Some(written) = written_json(text) {
        return Some(written);
    }
    let plain = match (node.style(), text) {
        (Style::Plain, "true") => Value::Bool(true),
        (Style::Plain, "false") => Value::Bool(false),
        (Style::Plain, "" | "~" | "null") => Value::Null,
        (Style::Plain, _) => match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(number), _) => Value::from(number),
            (_, Ok(number)) => Value::from(number),
            _ => Value::from(text),
        },
        _ => Value::from(text),
    };
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;

    fn shown(text: &str) -> String {
        let document = crate::syntax::yaml::parse(SourceId::FIRST, &text.into()).expect("the case is YAML");
        let leg = |leg: Leg| {
            let value = |value: Option<Value>| value.map_or_else(|| "?".to_owned(), |value| value.to_string());
            leg.into_iter().map(|(key, known)| format!("{key}={}", value(known))).collect::<Vec<_>>().join(" ")
        };
        let legs = document.root().get("matrix").and_then(legs);
        legs.map_or_else(|| "?".to_owned(), |legs| legs.into_iter().map(leg).collect::<Vec<_>>().join("; "))
    }

    #[test]
    fn combinations() {
        for (text, expected) in [
            ("matrix: {os: [a, b], py: ['3.9']}", "os=\"a\" py=\"3.9\"; os=\"b\" py=\"3.9\""),
            ("matrix: {os: [a, b], exclude: [{os: a}]}", "os=\"b\""),
            ("matrix: {os: [a, b], include: [{os: b, x: true}, {os: c}]}", "os=\"a\"; os=\"b\" x=true; os=\"c\""),
            ("matrix: {include: [{os: a}, {os: b}]}", "os=\"a\"; os=\"b\""),
            ("matrix: {os: '${{ fromJSON(''[1, 2]'') }}'}", "os=1; os=2"),
            ("matrix: {os: '${{ needs.x.outputs.y }}'}", "os=?"),
            ("matrix: '${{ fromJSON(needs.x.outputs.y) }}'", "?"),
            ("matrix: {os: [a], include: '${{ inputs.x }}'}", "?"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }
}
