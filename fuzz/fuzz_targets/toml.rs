//! Any text is a tree or an error with a place.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let text: std::sync::Arc<str> = text.into();
    if let Err(error) = reproof::syntax::toml::parse(reproof::source::SourceId(0), &text) {
        assert!(error.start <= text.len());
    }
});
