//! Plain YAML in one pass over its lines: the part of the language that lockfiles are written in.
//!
//! Block maps and lists of scalars, flow collections on one line, literal blocks. Nothing is
//! refused here: what is not plain (anchors, tags, folded texts, escapes, several documents)
//! is left to the full parser, and a property test holds both to the same tree.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::scalar::resolve;
use crate::source::SourceId;
use crate::syntax::{Builder, Document, Scalar, Style};

/// Deeper nesting is not plain.
const DEPTH: usize = 32;

/// Longer keys are not plain: YAML allows 1024 characters.
const KEY: usize = 1000;

/// Reads a text, if it is plain.
pub(super) fn read(source: SourceId, text: &Arc<str>) -> Option<Document> {
    if !is_plain(text) {
        return None;
    }
    let builder = Builder::new(source, Arc::clone(text));
    let mut reading =
        Reading { text, bytes: text.as_bytes(), builder, open: Vec::new(), pending: None, end: 0, next: 0 };
    while reading.next < text.len() {
        let start = reading.next;
        let end = memchr::memchr(b'\n', &reading.bytes[start..]).map_or(text.len(), |length| start + length);
        reading.next = end + 1;
        reading.line(start, end)?;
    }
    reading.missing_value();
    if reading.open.is_empty() {
        return None;
    }
    while reading.open.pop().is_some() {
        reading.builder.close(reading.end);
    }
    Some(reading.builder.finish())
}

/// Whether it has only letters that stand for themselves wherever they are.
fn is_plain(text: &str) -> bool {
    let breaks = ["\u{85}", "\u{2028}", "\u{2029}", "\u{feff}"];
    text.bytes().all(|byte| (byte >= 0x20 && byte != 0x7f) || byte == b'\n')
        && breaks.iter().all(|one| memchr::memmem::find(text.as_bytes(), one.as_bytes()).is_none())
}

/// A block map or list that is open.
struct Level {
    indent: usize,
    is_map: bool,
}

struct Reading<'t> {
    text: &'t str,
    bytes: &'t [u8],
    builder: Builder,
    open: Vec<Level>,
    /// The end of a key whose value may follow on the next lines.
    pending: Option<usize>,
    /// The end of the content so far.
    end: usize,
    /// Where the next line begins.
    next: usize,
}

impl Reading<'_> {
    fn line(&mut self, start: usize, end: usize) -> Option<()> {
        let indent = self.bytes[start..end].iter().take_while(|byte| **byte == b' ').count();
        let at = start + indent;
        if at == end {
            return Some(());
        }
        if self.bytes[at] == b'#' {
            self.builder.comment(at..end);
            return Some(());
        }
        if indent == 0 && (self.text[at..end].starts_with("---") || self.text[at..end].starts_with("...")) {
            return None;
        }
        let is_item = self.bytes[at] == b'-' && matches!(self.bytes.get(at + 1), None | Some(b' ' | b'\n'));
        self.place(at, indent, is_item)?;
        if is_item {
            let value = self.skip_spaces(at + 1, end);
            return if value == end { None } else { self.value(value, end, indent) };
        }
        let colon = self.key(at, end)?;
        let value = self.skip_spaces(colon + 1, end);
        if value < end {
            return self.value(value, end, indent);
        }
        if value > colon + 1 {
            return None;
        }
        self.pending = Some(value);
        Some(())
    }

    /// Opens and closes what a line at an indentation begins and ends.
    fn place(&mut self, at: usize, indent: usize, is_item: bool) -> Option<()> {
        let Some(top) = self.open.last() else {
            return (indent == 0 && !is_item).then(|| self.open(at, indent, true)).flatten();
        };
        if self.pending.is_some() {
            if indent > top.indent || (indent == top.indent && is_item && top.is_map) {
                self.pending = None;
                return self.open(at, indent, !is_item);
            }
            self.missing_value();
        } else if indent > top.indent {
            return None;
        }
        while let Some(top) = self.open.last() {
            if top.indent == indent && top.is_map != is_item {
                return Some(());
            }
            if top.indent < indent || (top.indent == indent && top.is_map) {
                return None;
            }
            self.open.pop();
            self.builder.close(self.end);
        }
        None
    }

    fn open(&mut self, at: usize, indent: usize, is_map: bool) -> Option<()> {
        if is_map {
            self.builder.open_map(at);
        } else {
            self.builder.open_list(at);
            self.end = self.end.max(at);
        }
        self.open.push(Level { indent, is_map });
        (self.open.len() < DEPTH).then_some(())
    }

    /// A key without a value.
    fn missing_value(&mut self) {
        if let Some(at) = self.pending.take() {
            self.builder.scalar(Scalar::Null, Style::Plain, at..at, at..at, None);
            self.end = self.end.max(at);
        }
    }

    fn skip_spaces(&self, from: usize, end: usize) -> usize {
        from + self.bytes[from..end].iter().take_while(|byte| **byte == b' ').count()
    }

    /// Reads a key up to its colon, which is given.
    fn key(&mut self, at: usize, end: usize) -> Option<usize> {
        let colon = match self.bytes[at] {
            quote @ (b'"' | b'\'') => {
                let close = self.closing(quote, at, end)?;
                (self.bytes.get(close) == Some(&b':')).then_some(close)?
            }
            _ => {
                let is_end = |colon: &usize| matches!(self.bytes.get(colon + 1), None | Some(b' ' | b'\n'));
                memchr::memchr_iter(b':', &self.bytes[at..end]).map(|colon| at + colon).find(is_end)?
            }
        };
        if !matches!(self.bytes.get(colon + 1), None | Some(b' ' | b'\n')) || colon - at > KEY {
            return None;
        }
        self.scalar(at, colon)?;
        Some(colon)
    }

    /// Reads the value that a line ends with.
    fn value(&mut self, at: usize, end: usize, indent: usize) -> Option<()> {
        match self.bytes[at] {
            b'{' | b'[' => (self.flow(at, end, 0)? == end).then_some(()),
            b'|' => self.literal(&self.text[at..end] == "|-", end - at, end, indent),
            _ => self.scalar(at, end),
        }
    }

    /// One past the closing quote of the scalar that begins at `at`.
    fn closing(&self, quote: u8, at: usize, end: usize) -> Option<usize> {
        let mut from = at + 1;
        loop {
            let close = from + memchr::memchr(quote, self.bytes.get(from..end)?)?;
            if quote == b'\'' && close + 1 < end && self.bytes[close + 1] == b'\'' {
                from = close + 2;
                continue;
            }
            return Some(close + 1);
        }
    }

    /// Adds the scalar that takes up the whole of a range.
    fn scalar(&mut self, at: usize, end: usize) -> Option<()> {
        let text = self.text.get(at..end)?;
        if let quote @ (b'"' | b'\'') = self.bytes[at] {
            let inner = at + 1..end.checked_sub(1).filter(|inner| *inner > at)?;
            let raw = self.text.get(inner.clone())?;
            if self.closing(quote, at, end)? != end || (quote == b'"' && raw.contains('\\')) {
                return None;
            }
            let decoded = (quote == b'\'' && raw.contains("''")).then(|| raw.replace("''", "'"));
            self.add(Style::Quoted, at..end, inner, decoded.map(Cow::Owned));
            return Some(());
        }
        if !is_bare(text) {
            return None;
        }
        self.add(Style::Plain, at..end, at..end, None);
        Some(())
    }

    fn add(&mut self, style: Style, outer: Range<usize>, inner: Range<usize>, decoded: Option<Cow<'_, str>>) {
        let scalar = match (&decoded, style) {
            (None, Style::Plain) => resolve(&self.text[inner.clone()], style, None),
            _ => Scalar::Text,
        };
        self.end = outer.end;
        self.builder.scalar(scalar, style, outer, inner, decoded.as_deref());
    }

    /// Reads a flow collection and gives the place after it.
    fn flow(&mut self, at: usize, end: usize, depth: usize) -> Option<usize> {
        let is_map = self.bytes[at] == b'{';
        let close = if is_map { b'}' } else { b']' };
        if depth > 4 {
            return None;
        }
        if is_map {
            self.builder.open_map(at);
        } else {
            self.builder.open_list(at);
        }
        let mut place = self.skip_spaces(at + 1, end);
        let mut is_first = true;
        while self.bytes.get(place).filter(|_| place < end) != Some(&close) || !is_first {
            is_first = false;
            if is_map {
                place = self.flow_key(place, end)?;
            }
            place = self.flow_value(place, end, depth)?;
            place = self.skip_spaces(place, end);
            match self.bytes.get(place).filter(|_| place < end)? {
                b',' => place = self.skip_spaces(place + 1, end),
                byte if *byte == close => break,
                _ => return None,
            }
        }
        self.end = place + 1;
        self.builder.close(place + 1);
        Some(place + 1)
    }

    fn flow_key(&mut self, at: usize, end: usize) -> Option<usize> {
        let stop = match self.bytes.get(at).filter(|_| at < end)? {
            quote @ (b'"' | b'\'') => self.closing(*quote, at, end)?,
            _ => {
                let stop = |byte: &u8| matches!(byte, b':' | b',' | b'[' | b']' | b'{' | b'}' | b' ');
                at + self.bytes[at..end].iter().position(stop)?
            }
        };
        let is_colon = self.bytes.get(stop) == Some(&b':') && self.bytes.get(stop + 1) == Some(&b' ');
        if !is_colon || stop == at || stop - at > KEY {
            return None;
        }
        self.scalar(at, stop)?;
        Some(self.skip_spaces(stop + 1, end))
    }

    fn flow_value(&mut self, at: usize, end: usize, depth: usize) -> Option<usize> {
        let stop = match self.bytes.get(at).filter(|_| at < end)? {
            b'{' | b'[' => return self.flow(at, end, depth + 1),
            quote @ (b'"' | b'\'') => self.closing(*quote, at, end)?,
            _ => {
                let stop = |byte: &u8| matches!(byte, b',' | b'[' | b']' | b'{' | b'}');
                let stop = at + self.bytes[at..end].iter().position(stop)?;
                at + self.text.get(at..stop)?.trim_end_matches(' ').len()
            }
        };
        if stop == at {
            return None;
        }
        self.scalar(at, stop)?;
        Some(stop)
    }

    /// A literal block: the lines after its header that are indented deeper than its key.
    fn literal(&mut self, is_stripped: bool, header: usize, end: usize, indent: usize) -> Option<()> {
        if header != 1 + usize::from(is_stripped) || !self.text.ends_with('\n') || end >= self.text.len() {
            return None;
        }
        let mut value = String::new();
        let (mut first, mut last, mut inner) = (None, end, 0);
        let mut at = self.next;
        let mut blank = 0;
        while at < self.text.len() {
            let stop = at + memchr::memchr(b'\n', &self.bytes[at..])?;
            let line = self.text.get(at..stop)?;
            let spaces = line.len() - line.trim_start_matches(' ').len();
            if line.is_empty() {
                blank += 1;
            } else if spaces == line.len() || (first.is_none() && (spaces <= indent || blank > 0)) {
                return None;
            } else if first.is_some() && spaces < inner {
                break;
            } else {
                if first.is_none() {
                    inner = spaces;
                    first = Some(at + inner);
                } else {
                    (0..=blank).for_each(|_| value.push('\n'));
                }
                blank = 0;
                value.push_str(&line[inner..]);
                last = at + line.trim_end_matches(' ').len();
                self.next = stop + 1;
            }
            at = stop + 1;
        }
        let first = first?;
        if !is_stripped {
            value.push('\n');
        }
        let place = first..last;
        let decoded = (self.text[place.clone()] != value).then_some(Cow::Owned(value));
        self.end = last;
        self.builder.scalar(Scalar::Text, Style::Block, place.clone(), place, decoded.as_deref());
        Some(())
    }
}

/// Whether a text needs no quotes: neither in a block nor, its brackets apart, in a flow collection.
fn is_bare(text: &str) -> bool {
    let bytes = text.as_bytes();
    let starts = match bytes.first() {
        Some(b'-') => bytes.get(1).is_some_and(|next| !matches!(next, b' ' | b',' | b'[' | b']' | b'{' | b'}')),
        Some(first) => !b"?:,[]{}#&*!|>'\"%@` ".contains(first),
        None => false,
    };
    let ends = |byte: &u8| !matches!(byte, b' ' | b':');
    let breaks = |pair: &[u8]| pair == b": " || pair == b" #";
    starts && bytes.last().is_some_and(ends) && !bytes.windows(2).any(breaks)
}
