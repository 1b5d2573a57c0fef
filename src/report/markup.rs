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

/// Text of a rule, in which backticks mean code; nothing else in it is markup.
pub(super) fn prose(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return plain(text);
    }
    let part = |(index, part): (usize, &&str)| if index % 2 == 1 { code(part) } else { plain(part) };
    parts.iter().enumerate().map(part).collect()
}

/// Text as code. Backticks and cell ends cannot stand in it.
pub(super) fn code(text: &str) -> String {
    format!("`{}`", printable(text).replace('`', "'").replace('|', "¦"))
}

/// A text that stops growing at a number of characters, and counts the rows that did not fit.
pub(super) struct Limited {
    text: String,
    length: usize,
    limit: usize,
    left_out: usize,
    open_details: usize,
}

impl Limited {
    /// An empty text of at most `limit` characters; what ends it needs room of its own.
    pub(super) fn new(limit: usize) -> Self {
        Self { text: String::new(), length: 0, limit, left_out: 0, open_details: 0 }
    }

    /// Adds a text that holds so many rows.
    pub(super) fn add(&mut self, text: &str, rows: usize) {
        let length = text.chars().count();
        if self.left_out > 0 || self.length + length > self.limit {
            self.left_out += rows;
            return;
        }
        self.length += length;
        self.open_details += text.matches("<details>").count();
        self.text.push_str(text);
    }

    /// Ends the innermost element that folds, where one was begun.
    pub(super) fn close_details(&mut self) {
        if self.open_details > 0 {
            self.open_details -= 1;
            self.text.push_str("\n</details>\n");
        }
    }

    /// The text, with words about the rows that are missing.
    pub(super) fn end(mut self, words: impl Fn(usize) -> String) -> String {
        if self.left_out > 0 {
            let words = words(self.left_out);
            self.text.push_str(&words);
        }
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::{code, plain, prose};

    #[test]
    fn nothing_from_a_repository_is_markup() {
        assert_eq!(
            plain("<img> @team a|b [x](https://e) `c`\n# d"),
            "&lt;img&gt; &#64;team a\\|b \\[x\\](https&#58;//e) \\`c\\`\u{FFFD}&#35; d"
        );
        assert_eq!(code("a`b|c\u{1b}"), "`a'b¦c\u{FFFD}`");
        assert_eq!(prose("run `a_b|<i>` now_"), "run `a_b¦<i>` now\\_");
        assert_eq!(prose("one ` alone <i>"), "one \\` alone &lt;i&gt;");
    }
}
