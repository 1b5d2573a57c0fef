//! Any text is Python, JavaScript and shell, or an error with a place.
#![no_main]

use reproof::{jssource, pysource, shell};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let outline = pysource::outline(text);
    if let Some((place, _)) = outline.error {
        assert!(text.get(place).is_some());
    }
    for call in outline.deeds.calls {
        assert!(text.get(call.place).is_some());
    }
    let _exports = jssource::exports(text);
    let _commands = shell::parse(text, Some("folder"));
});
