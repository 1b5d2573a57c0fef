//! Text from a repository made harmless for a terminal, an annotation or a page.

use std::borrow::Cow;

/// The text with control characters, line ends and bidirectional overrides replaced by `�`.
///
/// A file name or a value may hold an escape sequence; no report may pass it on.
pub fn printable(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_harmless) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if is_harmless(c) { c } else { '\u{FFFD}' }).collect())
}

fn is_harmless(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn escapes_line_ends_and_overrides_are_replaced() {
        assert_eq!(printable("plain é 😀"), "plain é 😀");
        assert_eq!(printable("a\u{1b}[31m\nb\u{202e}c"), "a\u{FFFD}[31m\u{FFFD}b\u{FFFD}c");
    }
}
