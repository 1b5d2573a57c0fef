//! Our span parser accepts exactly what serde_json accepts, up to our limit of depth.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let shared: std::sync::Arc<str> = text.into();
    let ours = reproof::syntax::json::parse(reproof::source::SourceId(0), &shared);
    let theirs = serde_json::from_str::<&serde_json::value::RawValue>(text);
    let is_deep = ours.as_ref().is_err_and(|error| error.message.contains("levels deep"));
    assert!(is_deep || ours.is_ok() == theirs.is_ok());
});
