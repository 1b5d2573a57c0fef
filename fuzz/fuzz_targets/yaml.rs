//! Any text is a tree or an error with a place; looking around in the tree ends.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let text: std::sync::Arc<str> = text.into();
    match reproof::syntax::yaml::parse(reproof::source::SourceId(0), &text) {
        Ok(document) => {
            for root in document.roots() {
                let _entries = root.entries();
                let _absent = root.get("no such key");
            }
            let _doubled = document.duplicate_keys();
        }
        Err(error) => assert!(error.start <= text.len()),
    }
});
