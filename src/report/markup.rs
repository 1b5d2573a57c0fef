//! Text from a repository in Markdown: nothing of it may be markup.

use crate::printable::printable;

/// Text in which nothing is markup, a mention or a cell's end.
pub(super) fn plain(text: &str) -> String {
    let mut safe = String::new();
    for letter in printable(text).chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '@' => safe.push_str("&#64;"),
            '#' => safe.push_str("&#35;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '!' | '~' | '$' => {
                safe.push('\\');
                safe.push(letter);
            }
            letter => safe.push(letter),
        }
    }
    safe.replace("://", "&#58;//")
}

/// Text as code. Backticks and cell ends cannot stand in it.
pub(super) fn code(text: &str) -> String {
    format!("`{}`", printable(text).replace('`', "'").replace('|', "¦"))
}

#[cfg(test)]
mod tests {
    use super::{code, plain};

    #[test]
    fn nothing_from_a_repository_is_markup() {
        assert_eq!(
            plain("<img> @team a|b [x](https://e) `c`\n# d"),
            "&lt;img&gt; &#64;team a\\|b \\[x\\](https&#58;//e) \\`c\\`\u{FFFD}&#35; d"
        );
        assert_eq!(code("a`b|c\u{1b}"), "`a'b¦c\u{FFFD}`");
    }
}
