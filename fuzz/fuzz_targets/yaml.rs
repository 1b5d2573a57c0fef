//! Any text is a tree or an error with a place; walking the tree ends, and its places hold.
#![no_main]

use reproof::source::SourceId;
use reproof::syntax::{Node, yaml};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let shared: std::sync::Arc<str> = text.into();
    match yaml::parse(SourceId::FIRST, &shared) {
        Ok(document) => {
            for root in document.roots() {
                let _entries = root.entries();
                let _absent = root.get("no such key");
                walk(root, text);
            }
            let _doubled = document.duplicate_keys();
            assert!(document.comments().all(|comment| text[comment.range()].starts_with('#')));
        }
        Err(error) => assert!(text.get(error.start..error.end).is_some()),
    }
});

fn walk(node: Node<'_>, text: &str) {
    let span = node.span();
    assert!(text.get(span.range()).is_some());
    assert!(node.scalar().is_none_or(|scalar| scalar.len() <= 4 * text.len() + 1));
    let children = node.items().chain(node.own_entries().flat_map(|entry| [entry.key, entry.value]));
    for child in children {
        // What an alias stands for is elsewhere.
        assert!(text.contains('*') || span.start <= child.span().start && child.span().end <= span.end);
        walk(child, text);
    }
}
