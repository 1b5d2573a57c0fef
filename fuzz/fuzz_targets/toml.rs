//! Any text is a tree exactly when the toml crate reads it, with the same values, or an error with a place.
#![no_main]

use reproof::source::SourceId;
use reproof::syntax::{Node, toml as ours};
use toml::Value;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let shared: std::sync::Arc<str> = text.into();
    match (ours::parse(SourceId::FIRST, &shared), text.parse::<toml::Table>()) {
        (Ok(document), Ok(table)) => {
            assert!(same(document.root(), &Value::Table(table)));
            for comment in document.comments() {
                assert!(text[comment.range()].starts_with('#'));
            }
        }
        (Ok(_), Err(error)) => assert!(error.message().contains("float"), "{error}"),
        (Err(error), theirs) => {
            assert!(text.get(error.start..error.end).is_some());
            assert!(theirs.is_err() || error.message.contains("deep"), "{}", error.message);
        }
    }
});

fn same(ours: Node<'_>, theirs: &Value) -> bool {
    match theirs {
        Value::String(text) => ours.text() == Some(text),
        Value::Integer(number) => ours.int() == Some(*number),
        Value::Float(number) => ours.float().is_some_and(|ours| ours == *number || ours.is_nan() && number.is_nan()),
        Value::Boolean(value) => ours.bool() == Some(*value),
        Value::Datetime(_) => ours.text().is_some(),
        Value::Array(items) => {
            ours.items().count() == items.len() && ours.items().zip(items).all(|(ours, theirs)| same(ours, theirs))
        }
        Value::Table(table) => {
            ours.own_entries().count() == table.len()
                && table.iter().all(|(key, theirs)| ours.get(key).is_some_and(|ours| same(ours, theirs)))
        }
    }
}
