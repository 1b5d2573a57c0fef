//! What npm makes of a lockfile with merge conflicts: what changed from the base to our side, put onto theirs.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::node::manifest::shape;
use crate::source::SourceId;
use crate::syntax::{Document, Node, json};

/// The merged text; `None` when one of the three texts in it is not JSON, which npm does not survive.
pub(super) fn merged(text: &str) -> Option<String> {
    let [base, ours, theirs] = sides(text);
    let read = |side: String| -> Option<Document> { json::parse(SourceId::FIRST, &Arc::from(side)).ok() };
    let (base, ours, theirs) = (read(base)?, read(ours)?, read(theirs)?);
    let mut merged = String::new();
    merge(Some(base.root()), ours.root(), Some(theirs.root()), &mut merged);
    Some(merged)
}

/// The base, our side and theirs, by npm's own loose reading of the markers.
fn sides(text: &str) -> [String; 3] {
    let mut sides = [String::new(), String::new(), String::new()];
    let mut state = None;
    for line in text.split(['\n', '\r']) {
        match () {
            () if line.contains("|||||||") => state = Some(0),
            () if line.contains("<<<<<<<") => state = Some(1),
            () if line.contains("=======") => state = Some(2),
            () if line.contains(">>>>>>>") => state = None,
            () => {
                for (index, side) in sides.iter_mut().enumerate() {
                    if state.is_none_or(|only| only == index) {
                        side.push_str(line);
                        side.push('\n');
                    }
                }
            }
        }
    }
    sides
}

/// Trees are no deeper than [`crate::syntax::MAX_DEPTH`], so this may recurse.
fn merge(base: Option<Node<'_>>, ours: Node<'_>, theirs: Option<Node<'_>>, text: &mut String) {
    let (Some(base), Some(theirs)) = (base, theirs) else { return text.push_str(&shape(ours)) };
    if shape(base) == shape(ours) {
        return text.push_str(&shape(theirs));
    }
    if !(base.is_map() && ours.is_map() && theirs.is_map()) {
        return text.push_str(&shape(ours));
    }
    let [base, ours, theirs] = [base, ours, theirs].map(by_key);
    let keys: std::collections::BTreeSet<&str> = ours.keys().chain(theirs.keys()).copied().collect();
    text.push('{');
    for key in keys {
        let sides = (base.get(key).copied(), ours.get(key).copied(), theirs.get(key).copied());
        let (base, Some(value), theirs) = sides else {
            // Only theirs has it: they added it, or we took it out.
            if let (None, None, Some(theirs)) = sides {
                pair(key, &shape(theirs), text);
            }
            continue;
        };
        if base.is_some_and(|base| theirs.is_none() && shape(base) == shape(value)) {
            continue;
        }
        let mut merged = String::new();
        merge(base, value, theirs, &mut merged);
        pair(key, &merged, text);
    }
    text.push('}');
}

fn by_key(node: Node<'_>) -> BTreeMap<&str, Node<'_>> {
    node.own_entries().map(|entry| (entry.key.scalar().unwrap_or(""), entry.value)).collect()
}

fn pair(key: &str, value: &str, text: &mut String) {
    if !text.ends_with('{') {
        text.push(',');
    }
    text.push_str(&serde_json::Value::from(key).to_string());
    text.push(':');
    text.push_str(value);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides_are_merged() {
        let cases = [
            // Without a base the key is missing from it, so both sides added it and ours wins.
            ("{\"a\": 1,\n<<<<<<< o\n\"b\": 1\n=======\n\"b\": 2\n>>>>>>> t\n}", None),
            ("{\n<<<<<<< o\n\"b\": 1,\n=======\n\"b\": 2,\n>>>>>>> t\n\"a\": 1}", Some(r#"{"a":1,"b":1}"#)),
            // Ours is as the base: theirs wins.
            ("{\n<<<<<<< o\n\"b\": 1,\n||||||| x\n\"b\": 1,\n=======\n\"b\": 2,\n>>>>>>> t\n\"a\": 1}", Some(r#"{"a":1,"b":2}"#)),
            // We took it out, they kept it.
            ("{\n<<<<<<< o\n||||||| x\n\"b\": 1,\n=======\n\"b\": 1,\n>>>>>>> t\n\"a\": 1}", Some(r#"{"a":1}"#)),
        ];
        for (text, expected) in cases {
            assert_eq!(merged(text).as_deref(), expected, "{text}");
        }
    }
}
