//! Plain TOML in one pass over its bytes: the part of the language that lockfiles are written in.
//!
//! Nothing is refused here. What is not plain (dotted keys, other numbers than short whole
//! ones, long strings with escapes, comments behind values, tables out of order) is left to the `toml`
//! crate, and a property test holds both to the same tree.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

use crate::source::SourceId;
use crate::syntax::{Builder, Document, Scalar, Style};

/// Inline tables with more keys than this are not plain.
const INLINE_KEYS: usize = 16;

/// Values nested deeper than this are not plain.
const DEPTH: usize = 8;

/// Digits of the longest plain number.
const DIGITS: usize = 18;

/// Reads a part of a source, as [`super::parse_part`] does, if it is plain.
pub(super) fn read(source: SourceId, text: &Arc<str>, base: usize) -> Option<Document> {
    let mut builder = Builder::part(source, Arc::clone(text), base);
    builder.open_map(0);
    let root = Table { name: "", is_element: false, end: 0, keys: Keys::default() };
    let mut reading = Reading { text, at: 0, builder, open: vec![root] };
    while let Some(byte) = reading.peek() {
        match byte {
            b'\n' => reading.at += 1,
            b'#' => reading.comment()?,
            b'[' => reading.header()?,
            _ => reading.entry()?,
        }
    }
    reading.close_to(1);
    reading.builder.close(text.len());
    Some(reading.builder.finish())
}

struct Reading<'t> {
    text: &'t str,
    at: usize,
    builder: Builder,
    /// The root and the tables that lead to the one whose entries are read.
    open: Vec<Table<'t>>,
}

/// A table to which later lines may add.
struct Table<'t> {
    name: &'t str,
    /// Whether it is the last of a list of tables, which is open round it.
    is_element: bool,
    /// One past the last byte of what is in it.
    end: usize,
    keys: Keys<'t>,
}

/// The keys of a table: a list while they are few, for most tables have ten.
#[derive(Default)]
struct Keys<'t> {
    few: Vec<&'t str>,
    many: HashSet<&'t str>,
}

impl<'t> Keys<'t> {
    const FEW: usize = 24;

    /// Whether the key is new.
    fn insert(&mut self, key: &'t str) -> bool {
        if self.few.contains(&key) || self.many.contains(key) {
            return false;
        }
        if self.few.len() < Self::FEW {
            self.few.push(key);
        } else {
            self.many.insert(key);
        }
        true
    }

    fn clear(&mut self) {
        self.few.clear();
        self.many.clear();
    }
}

struct Key<'t> {
    name: &'t str,
    place: Range<usize>,
    quotes: usize,
}

impl<'t> Reading<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn spaces(&mut self) {
        self.at += self.rest().iter().take_while(|byte| **byte == b' ').count();
    }

    fn is_line_end(&self) -> bool {
        self.peek().is_none_or(|byte| byte == b'\n')
    }

    fn comment(&mut self) -> Option<()> {
        let length = memchr::memchr(b'\n', self.rest()).unwrap_or(self.rest().len());
        let place = self.at..self.at + length;
        if self.rest()[..length].iter().any(is_control) {
            return None;
        }
        self.at = place.end;
        self.builder.comment(place);
        Some(())
    }

    /// `[a.b]` or `[[a.b]]`, where `a` is the table that is open.
    fn header(&mut self) -> Option<()> {
        let start = self.at;
        self.at += 1;
        let is_list = self.peek()? == b'[';
        self.at += usize::from(is_list);
        let mut depth = 1;
        let key = loop {
            let key = self.key()?;
            if self.peek()? != b'.' {
                break key;
            }
            self.at += 1;
            if self.open.get(depth)?.name != key.name {
                return None;
            }
            depth += 1;
        };
        self.expect(b']')?;
        if is_list {
            self.expect(b']')?;
        }
        if !self.is_line_end() {
            return None;
        }
        let end = self.at;
        if is_list && self.open.get(depth).is_some_and(|table| table.is_element && table.name == key.name) {
            self.close_to(depth + 1);
            let element = self.open.last_mut()?;
            self.builder.close(element.end);
            self.builder.open_map(start);
            element.keys.clear();
            element.end = end;
            return Some(());
        }
        self.close_to(depth);
        self.add_key(&key)?;
        if is_list {
            self.builder.open_list(start);
        }
        self.builder.open_map(start);
        self.open.push(Table { name: key.name, is_element: is_list, end, keys: Keys::default() });
        Some(())
    }

    /// Closes tables until so many are open.
    fn close_to(&mut self, count: usize) {
        while self.open.len() > count {
            let Some(table) = self.open.pop() else { return };
            self.builder.close(table.end);
            if table.is_element {
                self.builder.close(table.end);
            }
            if let Some(parent) = self.open.last_mut() {
                parent.end = table.end;
            }
        }
    }

    fn entry(&mut self) -> Option<()> {
        let key = self.key()?;
        self.add_key(&key)?;
        self.equals()?;
        self.value(0)?;
        self.open.last_mut()?.end = self.at;
        self.is_line_end().then_some(())
    }

    fn equals(&mut self) -> Option<()> {
        self.spaces();
        self.expect(b'=')?;
        self.spaces();
        Some(())
    }

    /// Adds a key to the innermost table, if it is new there.
    fn add_key(&mut self, key: &Key<'t>) -> Option<()> {
        if !self.open.last_mut()?.keys.insert(key.name) {
            return None;
        }
        self.key_node(key);
        Some(())
    }

    fn key_node(&mut self, key: &Key<'_>) {
        let style = if key.quotes == 0 { Style::Plain } else { Style::Quoted };
        let inner = key.place.start + key.quotes..key.place.end - key.quotes;
        self.builder.scalar(Scalar::Text, style, key.place.clone(), inner, None);
    }

    fn key(&mut self) -> Option<Key<'t>> {
        let start = self.at;
        if self.peek()? == b'"' {
            let (inner, decoded) = self.string()?;
            let name = self.text.get(inner)?;
            return decoded.is_none().then_some(Key { name, place: start..self.at, quotes: 1 });
        }
        let is_bare = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let length = self.rest().iter().take_while(is_bare).count();
        self.at += length;
        (length > 0).then(|| Key { name: &self.text[start..self.at], place: start..self.at, quotes: 0 })
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        if depth == DEPTH {
            return None;
        }
        let start = self.at;
        match self.peek()? {
            b'"' => {
                let (inner, decoded) = self.string()?;
                self.builder.scalar(Scalar::Text, Style::Quoted, start..self.at, inner, decoded.as_deref());
                Some(())
            }
            b'\'' => {
                let inner = self.literal()?;
                self.builder.scalar(Scalar::Text, Style::Quoted, start..self.at, inner, None);
                Some(())
            }
            b'[' => self.list(depth),
            b'{' => self.map(depth),
            _ => self.word(),
        }
    }

    /// `true`, `false` or a whole number.
    fn word(&mut self) -> Option<()> {
        let start = self.at;
        let length = self.rest().iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        self.at += length;
        let scalar = match &self.text[start..self.at] {
            "true" => Scalar::Bool(true),
            "false" => Scalar::Bool(false),
            word if length <= DIGITS && word.bytes().all(|byte| byte.is_ascii_digit()) => {
                if length > 1 && word.starts_with('0') {
                    return None;
                }
                Scalar::Int(word.parse().ok()?)
            }
            _ => return None,
        };
        // A sign that goes on (`1.5`, `1_0`, `2020-01-01`) makes it another kind of value.
        if !matches!(self.peek(), None | Some(b'\n' | b' ' | b',' | b']' | b'}')) {
            return None;
        }
        self.builder.scalar(scalar, Style::Plain, start..self.at, start..self.at, None);
        Some(())
    }

    fn list(&mut self, depth: usize) -> Option<()> {
        self.builder.open_list(self.at);
        self.at += 1;
        loop {
            self.breaks();
            if self.peek()? == b']' {
                break;
            }
            self.value(depth + 1)?;
            self.breaks();
            if self.peek()? != b',' {
                break;
            }
            self.at += 1;
        }
        self.expect(b']')?;
        self.builder.close(self.at);
        Some(())
    }

    fn breaks(&mut self) {
        self.at += self.rest().iter().take_while(|byte| matches!(byte, b' ' | b'\n')).count();
    }

    /// An inline table on one line.
    fn map(&mut self, depth: usize) -> Option<()> {
        self.builder.open_map(self.at);
        self.at += 1;
        self.spaces();
        let mut names = [""; INLINE_KEYS];
        for count in 0.. {
            if count == 0 && self.peek()? == b'}' {
                break;
            }
            let key = self.key()?;
            if names[..count].contains(&key.name) {
                return None;
            }
            *names.get_mut(count)? = key.name;
            self.key_node(&key);
            self.equals()?;
            self.value(depth + 1)?;
            self.spaces();
            if self.peek()? != b',' {
                break;
            }
            self.at += 1;
            self.spaces();
        }
        self.expect(b'}')?;
        self.builder.close(self.at);
        Some(())
    }

    /// A string in double quotes: what stands between them, and its text where that differs.
    fn string(&mut self) -> Option<(Range<usize>, Option<String>)> {
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        if bytes.get(start..).is_some_and(|rest| rest.starts_with(b"\"\"")) {
            return None;
        }
        let mut decoded: Option<String> = None;
        let mut from = start;
        loop {
            let sign = from + memchr::memchr2(b'"', b'\\', bytes.get(from..)?)?;
            let piece = &self.text[from..sign];
            if piece.as_bytes().iter().any(is_control) {
                return None;
            }
            if bytes[sign] == b'"' {
                self.at = sign + 1;
                if let Some(decoded) = &mut decoded {
                    decoded.push_str(piece);
                }
                return Some((start..sign, decoded));
            }
            let escaped = bytes.get(sign + 1).filter(|byte| matches!(byte, b'"' | b'\\'))?;
            let decoded = decoded.get_or_insert_default();
            decoded.push_str(piece);
            decoded.push(char::from(*escaped));
            from = sign + 2;
        }
    }

    /// What stands between `'` or `'''`, in which nothing is escaped.
    fn literal(&mut self) -> Option<Range<usize>> {
        let is_long = self.rest().starts_with(b"'''");
        let quotes = if is_long { 3 } else { 1 };
        let mut start = self.at + quotes;
        let body = self.text.get(start..)?;
        let length = if is_long { memchr::memmem::find(body.as_bytes(), b"'''") } else { body.find('\'') }?;
        let is_text = |byte: &u8| !is_control(byte) || (is_long && *byte == b'\n');
        if !body.as_bytes()[..length].iter().all(is_text) {
            return None;
        }
        let end = start + length;
        self.at = end + quotes;
        // Up to two quotes may stand right before the closing three.
        if is_long && self.peek() == Some(b'\'') {
            return None;
        }
        start += usize::from(is_long && body.starts_with('\n'));
        Some(start..end)
    }
}

/// Bytes that TOML forbids in strings and comments, and the tab and line breaks besides.
fn is_control(byte: &u8) -> bool {
    *byte < b' ' || *byte == 0x7f
}
