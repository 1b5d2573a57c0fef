//! Any text is a tree or an error with a place; walking the tree ends, and its places hold.
#![no_main]

use reproof::source::SourceId;
use reproof::syntax::{Node, hcl};

libfuzzer_sys::fuzz_target!(|text: &str| {
    match hcl::parse(SourceId::FIRST, &text.into()) {
        Ok(document) => walk(document.root(), text),
        Err(error) => assert!(text.get(error.start..error.end).is_some()),
    }
});

fn walk(node: Node<'_>, text: &str) {
    assert!(text.get(node.span().range()).is_some());
    let _text = node.scalar();
    for child in node.items().chain(node.own_entries().flat_map(|entry| [entry.key, entry.value])) {
        walk(child, text);
    }
}
