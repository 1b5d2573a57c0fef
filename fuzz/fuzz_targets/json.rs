//! Our span parser accepts exactly what serde_json accepts and reads the same values.
//!
//! Two limits of serde_json are left out: its depth, and numbers that are infinite as a double.
#![no_main]

use reproof::source::SourceId;
use reproof::syntax::{Kind, Node, json};
use serde_json::Value;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let shared: std::sync::Arc<str> = text.into();
    let ours = json::parse(SourceId::FIRST, &shared);
    match (ours, serde_json::from_str::<Value>(text)) {
        (Ok(ours), Ok(theirs)) => assert!(same(ours.root(), &theirs)),
        (Ok(_), Err(error)) => {
            let error = error.to_string();
            assert!(error.starts_with("number out of range") || error.starts_with("recursion limit"), "{error}");
        }
        (Err(error), theirs) => {
            assert!(text.get(error.start..error.end).is_some());
            assert!(theirs.is_err() || error.message.contains("levels deep"), "{}", error.message);
        }
    }
    let _any_answer = json::parse_with_comments(SourceId::FIRST, &shared);
});

fn same(ours: Node<'_>, theirs: &Value) -> bool {
    match theirs {
        Value::Null => ours.is_null(),
        Value::Bool(value) => ours.bool() == Some(*value),
        // serde_json's floats may be off by the last bit.
        Value::Number(number) => match (ours.int(), number.as_i64()) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => match (ours.float(), number.as_f64()) {
                (Some(ours), Some(theirs)) => (ours - theirs).abs() <= theirs.abs() * 1e-15,
                _ => false,
            },
        },
        Value::String(text) => ours.text() == Some(text),
        Value::Array(items) => {
            ours.items().count() == items.len() && ours.items().zip(items).all(|(ours, theirs)| same(ours, theirs))
        }
        Value::Object(map) => {
            ours.kind() == Kind::Map
                && ours.own_entries().all(|entry| entry.key.text().is_some_and(|key| map.contains_key(key)))
                && map.iter().all(|(key, theirs)| ours.get(key).is_some_and(|ours| same(ours, theirs)))
        }
    }
}
