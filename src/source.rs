//! Source texts and places in them.
//!
//! The only code that turns bytes into lines and columns. Every fact carries a
//! [`Span`]; lines and columns are worked out when a report is written. Texts above
//! [`KEEP_LIMIT`] are dropped once they are read and loaded again for a report, so that
//! memory grows with findings and not with the bytes of lockfiles.

use std::num::NonZeroU32;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::tree::Tree;

/// Texts up to this many bytes stay in memory between reading and reporting.
pub const KEEP_LIMIT: usize = 8 * 1024;

/// Names one source text of a run. Ids follow the order of the paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(NonZeroU32);

impl SourceId {
    /// The id of the first text.
    pub const FIRST: Self = Self(NonZeroU32::MIN);

    /// The id of the text that stands `index` places after the first.
    pub fn nth(index: usize) -> Self {
        let number = u32::try_from(index).ok().and_then(|index| NonZeroU32::MIN.checked_add(index));
        Self(number.expect("fewer than 4 billion files are read"))
    }

    /// How many places it stands after the first.
    pub fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// A place: bytes `start..end` of one source text.
///
/// The bytes are those of the text after decoding (a byte order mark is not counted).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The text the place is in.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte; equal to `start` for an empty place.
    pub end: u32,
}

impl Span {
    /// The place `range` of `source`. Offsets past 4 GiB are cut off.
    pub fn new(source: SourceId, range: Range<usize>) -> Self {
        let cut = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { source, start: cut(range.start), end: cut(range.end.max(range.start)) }
    }

    /// The first byte of `source`: the place of what has no better one.
    pub fn top(source: SourceId) -> Self {
        Self { source, start: 0, end: 0 }
    }

    /// The bytes as a range.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// A part of this place, `range` counted from its start.
    pub fn part(self, range: Range<usize>) -> Self {
        let base = self.start as usize;
        let whole = Self::new(self.source, base + range.start..base + range.end);
        Self { end: whole.end.min(self.end), start: whole.start.min(self.end), ..whole }
    }
}

/// Where a part of a text stands: the text and the part's first byte in it. What was read of the part alone is carried there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Carry {
    /// The text.
    pub source: SourceId,
    /// The part's first byte.
    pub start: u32,
}

impl Carry {
    /// The place of what stands at `span` of the part.
    pub fn span(self, span: Span) -> Span {
        let from_start = |at: u32| self.start.wrapping_add(at);
        Span { source: self.source, start: from_start(span.start), end: from_start(span.end) }
    }
}

/// A line and a column as people count them: both from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// A place with its path, as reports print it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// Path from the root of the tree, with `/`.
    pub path: String,
    /// Where it begins.
    pub start: Position,
    /// Where it ends (one past the last character).
    pub end: Position,
}

#[derive(Debug, Clone)]
struct Source {
    path: Arc<str>,
    kept: Option<Arc<str>>,
    loaded: OnceLock<Arc<str>>,
}

/// All source texts of a run, by id.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    tree: Option<Arc<Tree>>,
    list: Vec<Source>,
    recent: Recent,
}

/// The text whose lines were asked for last: places of one file are asked for one after the other.
#[derive(Debug, Default)]
struct Recent(Mutex<Option<Lines>>);

/// A text and where its lines begin.
#[derive(Debug)]
struct Lines {
    id: SourceId,
    text: Arc<str>,
    starts: Vec<usize>,
}

impl Lines {
    fn new(id: SourceId, text: Arc<str>) -> Self {
        let after_breaks = memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1);
        Self { id, starts: std::iter::once(0).chain(after_breaks).collect(), text }
    }

    fn position(&self, byte: usize) -> Position {
        let line = self.starts.partition_point(|start| *start <= byte);
        in_line(&self.text, line, self.starts[line - 1], byte)
    }
}

impl Clone for Recent {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Sources {
    /// The same texts, with the tree that those added later and not kept are read from again.
    #[must_use]
    pub fn with_tree(self, tree: Arc<Tree>) -> Self {
        Self { tree: Some(tree), ..self }
    }

    /// Adds a text and gives its id. `text` is `None` for what is not to be kept.
    pub fn add(&mut self, path: impl Into<Arc<str>>, text: Option<Arc<str>>) -> SourceId {
        let id = self.next_id();
        let kept = text.filter(|text| text.len() <= KEEP_LIMIT);
        self.list.push(Source { path: path.into(), kept, loaded: OnceLock::new() });
        id
    }

    /// Adds a text that is in no tree (a rule file, a configuration) and keeps it whole.
    pub fn add_whole(&mut self, path: &str, text: impl Into<Arc<str>>) -> SourceId {
        let id = self.next_id();
        self.list.push(Source { path: path.into(), kept: Some(text.into()), loaded: OnceLock::new() });
        id
    }

    /// The id that the next text will get.
    pub fn next_id(&self) -> SourceId {
        SourceId::nth(self.list.len())
    }

    /// The path of a text.
    pub fn path(&self, id: SourceId) -> &str {
        self.list.get(id.index()).map_or("", |source| &source.path)
    }

    /// The whole text, which is kept from then on; empty when the file has gone since it was read.
    pub fn text(&self, id: SourceId) -> &str {
        let Some(source) = self.list.get(id.index()) else { return "" };
        if let Some(text) = &source.kept {
            return text;
        }
        source.loaded.get_or_init(|| self.with_lines(id, |lines| Arc::clone(&lines.text)))
    }

    /// What the lines of a text tell. A text that was dropped is loaded for them and dropped again.
    fn with_lines<T>(&self, id: SourceId, tell: impl FnOnce(&Lines) -> T) -> T {
        let mut recent = self.recent.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*recent {
            Some(lines) if lines.id == id => tell(lines),
            _ => tell(recent.insert(Lines::new(id, self.load(id)))),
        }
    }

    fn load(&self, id: SourceId) -> Arc<str> {
        let held = self.list.get(id.index()).and_then(|source| source.kept.as_ref().or(source.loaded.get()));
        let read = || self.tree.as_ref()?.shown_text(self.path(id));
        held.map(Arc::clone).or_else(read).unwrap_or_else(|| "".into())
    }

    /// The text of a place.
    pub fn slice(&self, span: Span) -> &str {
        let text = self.text(span.source);
        text.get(snapped(text, span)).unwrap_or("")
    }

    /// What the text around a place tells: the whole text, and the bytes of the place in it. The text is not kept for it.
    pub fn around<T>(&self, span: Span, tell: impl FnOnce(&str, Range<usize>) -> T) -> T {
        self.with_lines(span.source, |lines| tell(&lines.text, snapped(&lines.text, span)))
    }

    /// The place as path, lines and columns.
    pub fn location(&self, span: Span) -> Location {
        let path = self.path(span.source).to_owned();
        if span.end == 0 {
            // The first byte is where it is in every text.
            let start = Position { line: 1, column: 1 };
            return Location { path, start, end: start };
        }
        self.with_lines(span.source, |lines| {
            let range = snapped(&lines.text, span);
            Location { path, start: lines.position(range.start), end: lines.position(range.end) }
        })
    }
}

/// Line and column of a byte in a text. Lines end at `\n`; the `\r` of `\r\n` belongs to the line.
pub fn position(text: &str, byte: usize) -> Position {
    let byte = byte.min(text.len());
    let before = &text.as_bytes()[..byte];
    let line = memchr::memchr_iter(b'\n', before).count() + 1;
    let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
    in_line(text, line, start, byte)
}

/// The position of a byte in the line that begins at `start`.
fn in_line(text: &str, line: usize, start: usize, byte: usize) -> Position {
    let column = text.get(start..byte).map_or(1, |part| part.chars().count() + 1);
    let cut = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Position { line: cut(line), column: cut(column) }
}

/// The bytes of a 1-based line, without its end.
pub fn line_range(text: &str, line: u32) -> Range<usize> {
    let mut start = 0;
    for _ in 1..line {
        match memchr::memchr(b'\n', &text.as_bytes()[start..]) {
            Some(at) => start += at + 1,
            None => return text.len()..text.len(),
        }
    }
    let end = memchr::memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |at| start + at);
    let end = if end > start && text.as_bytes()[end - 1] == b'\r' { end - 1 } else { end };
    start..end
}

fn snapped(text: &str, span: Span) -> Range<usize> {
    let mut start = (span.start as usize).min(text.len());
    let mut end = (span.end as usize).clamp(start, text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_count_newlines() {
        let text = "a: é1\r\nb: 2\n";
        assert_eq!(position(text, 6), Position { line: 1, column: 6 });
        assert_eq!(position(text, 8), Position { line: 2, column: 1 });
        assert_eq!(position(text, 999), Position { line: 3, column: 1 });
        let mut sources = Sources::default();
        let source = sources.add_whole("a.yaml", text);
        assert_eq!(sources.location(Span::top(source)).end, position(text, 0));
        assert_eq!(&text[line_range(text, 1)], "a: é1");
        assert_eq!(&text[line_range(text, 2)], "b: 2");
        assert_eq!(line_range(text, 9), text.len()..text.len());
    }
}
