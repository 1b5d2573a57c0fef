//! Where the bytes of a scalar's text stand in its source.
//!
//! Block scalars lose their indentation and folded ones their line ends, so a place in the
//! text is looked up line by line. Text with escapes may have lines that cannot be found;
//! what is asked of those gets the place of the whole scalar.

use std::ops::Range;

use super::Node;
use crate::source::Span;

/// How far behind the last line the next one is looked for.
const WINDOW: usize = 4096;

/// A piece of text that stands in the source as it is.
#[derive(Debug, Clone, Copy)]
struct Piece {
    text: usize,
    length: usize,
    source: usize,
}

/// The places of a scalar's text.
#[derive(Debug)]
pub struct Places {
    whole: Span,
    pieces: Vec<Piece>,
}

impl Places {
    /// The places of a scalar; everything has the place of the node when it is none.
    pub fn of(node: Node<'_>) -> Self {
        let whole = node.span();
        let Some(text) = node.scalar() else { return Self { whole, pieces: Vec::new() } };
        let inner = node.inner_span().range();
        let source = node.document().text().get(inner.clone()).unwrap_or("");
        if source == text {
            return Self { whole, pieces: vec![Piece { text: 0, length: text.len(), source: inner.start }] };
        }
        Self { whole, pieces: pieces(text, source, inner.start) }
    }

    /// The places of a text that stands in the source from `start` on as it is.
    pub fn verbatim(whole: Span, start: usize, length: usize) -> Self {
        Self { whole, pieces: vec![Piece { text: 0, length, source: start }] }
    }

    /// The texts of several scalars as lines of one, and their places. `as_script` may change a text if it keeps its length.
    pub fn joined(nodes: &[Node<'_>], as_script: impl Fn(&str) -> String) -> Option<(String, Self)> {
        let whole = nodes.first()?.span();
        let (mut text, mut all) = (String::new(), Vec::new());
        for node in nodes {
            let Some(own) = node.scalar() else { continue };
            let start = text.len();
            all.extend(Self::of(*node).pieces.into_iter().map(|piece| Piece { text: piece.text + start, ..piece }));
            text.push_str(&as_script(own));
            text.push('\n');
        }
        Some((text, Self { whole, pieces: all }))
    }

    /// The place of a range of the text.
    pub fn span(&self, range: Range<usize>) -> Span {
        let (Some(start), Some(end)) = (self.source(range.start), self.source(range.end.saturating_sub(1))) else {
            return self.whole;
        };
        let end = if range.end > range.start { end + 1 } else { start };
        Span::new(self.whole.source, start..end.max(start))
    }

    /// Whether a range of the text stands in the source in one piece.
    pub fn is_verbatim(&self, range: &Range<usize>) -> bool {
        self.pieces.iter().any(|piece| piece.text <= range.start && range.end <= piece.text + piece.length)
    }

    fn source(&self, at: usize) -> Option<usize> {
        let after = self.pieces.partition_point(|piece| piece.text <= at);
        let piece = self.pieces.get(after.checked_sub(1)?)?;
        (at <= piece.text + piece.length).then(|| piece.source + (at - piece.text))
    }
}

fn pieces(text: &str, source: &str, base: usize) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut cursor = 0;
    let mut start = 0;
    for line in source.split_inclusive('\n') {
        let content = line.trim();
        let lead = line.len() - line.trim_start().len();
        let begin = start + lead;
        start += line.len();
        if content.is_empty() {
            continue;
        }
        let end = (cursor + content.len() + WINDOW).min(text.len());
        let window = &text.as_bytes()[cursor.min(end)..end];
        if let Some(at) = memchr::memmem::find(window, content.as_bytes()) {
            found.push(Piece { text: cursor + at, length: content.len(), source: base + begin });
            cursor += at + content.len();
        }
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use std::sync::Arc;

    use super::*;
    use crate::source::SourceId;
    use crate::syntax::yaml;

    fn shown(yaml: &str, needle: &str) -> String {
        let text: Arc<str> = yaml.into();
        let document = yaml::parse(SourceId::FIRST, &text).unwrap();
        let node = document.root().get("run").unwrap();
        let at = node.scalar().unwrap().find(needle).unwrap();
        let span = Places::of(node).span(at..at + needle.len());
        text[span.range()].to_owned()
    }

    #[test]
    fn places_in_scalars_of_every_style() {
        assert_eq!(shown("run: npm ci && npm test\n", "npm test"), "npm test");
        assert_eq!(shown("run: |\n    cd x\n      uv sync\n    npm ci\n", "npm ci"), "npm ci");
        assert_eq!(shown("run: |\n    cd x\n      uv sync\n    npm ci\n", "uv sync"), "uv sync");
        assert_eq!(shown("run: >\n  uv sync\n  --locked\n", "--locked"), "--locked");
        assert_eq!(shown("run: >\n  uv sync\n  --locked\n", "uv sync --locked"), "uv sync\n  --locked");
        assert_eq!(shown("run: 'npm ci'\n", "ci"), "ci");
        assert_eq!(shown("run: \"echo \\\"a\\\" b\"\n", "b"), "\"echo \\\"a\\\" b\"");
        assert_eq!(shown("run: |\r\n  npm ci\r\n  npm test\r\n", "npm test"), "npm test");
        assert_eq!(shown("run: |-\n  é\n  npm ci\n", "npm ci"), "npm ci");
    }
}
