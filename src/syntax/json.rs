//! JSON text to a tree, in one pass without recursion.
//!
//! [`parse`] accepts what the standard (RFC 8259) does; [`parse_with_comments`] also takes
//! `//` and `/* */` comments and trailing commas, as configuration files of JavaScript tools do.

use std::ops::Range;
use std::sync::Arc;

use super::{Builder, Document, MAX_DEPTH, Scalar, Style, SyntaxError};
use crate::source::SourceId;

/// Reads a text of standard JSON.
///
/// # Errors
/// Where the text is not JSON, or nests deeper than [`MAX_DEPTH`].
pub fn parse(source: SourceId, text: &Arc<str>) -> Result<Document, SyntaxError> {
    Reading::new(source, text, false).document()
}

/// Reads a text of JSON with comments and trailing commas.
///
/// # Errors
/// Where the text is not JSON even so, or nests deeper than [`MAX_DEPTH`].
pub fn parse_with_comments(source: SourceId, text: &Arc<str>) -> Result<Document, SyntaxError> {
    Reading::new(source, text, true).document()
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    Value,
    /// A value, or the end of the list that has just begun (or after a comma, with comments).
    ValueOrEnd,
    Key,
    /// A key, or the end of the map that has just begun (or after a comma, with comments).
    KeyOrEnd,
    /// A comma or the end of what is open; the end of the text when nothing is.
    CommaOrEnd,
}

struct Reading<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    builder: Builder,
    /// The brackets that are open: place and whether it is a map.
    open: Vec<(usize, bool)>,
    comments: bool,
    /// Where strings with escapes are decoded.
    scratch: String,
}

impl<'t> Reading<'t> {
    fn new(source: SourceId, text: &'t Arc<str>, comments: bool) -> Self {
        let builder = Builder::new(source, Arc::clone(text));
        let bytes = text.as_bytes();
        Self { text, bytes, at: 0, builder, open: Vec::new(), comments, scratch: String::new() }
    }

    fn document(mut self) -> Result<Document, SyntaxError> {
        let mut next = Next::Value;
        loop {
            self.skip_space()?;
            next = match next {
                Next::CommaOrEnd => match self.open.last() {
                    None if self.at == self.bytes.len() => return Ok(self.builder.finish()),
                    None => return Err(self.unexpected("the end of the text")),
                    Some(&(_, is_map)) => self.comma_or_end(is_map)?,
                },
                Next::Key | Next::KeyOrEnd => self.key(next)?,
                Next::Value | Next::ValueOrEnd => self.value(next)?,
            };
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn comma_or_end(&mut self, is_map: bool) -> Result<Next, SyntaxError> {
        match (self.peek(), is_map) {
            (Some(b','), _) => {
                self.at += 1;
                Ok(match (is_map, self.comments) {
                    (true, true) => Next::KeyOrEnd,
                    (true, false) => Next::Key,
                    (false, true) => Next::ValueOrEnd,
                    (false, false) => Next::Value,
                })
            }
            (Some(b'}'), true) | (Some(b']'), false) => Ok(self.close()),
            (_, true) => Err(self.unexpected("`,` or `}`")),
            (_, false) => Err(self.unexpected("`,` or `]`")),
        }
    }

    fn close(&mut self) -> Next {
        self.at += 1;
        self.builder.close(self.at);
        self.open.pop();
        Next::CommaOrEnd
    }

    fn key(&mut self, next: Next) -> Result<Next, SyntaxError> {
        match self.peek() {
            Some(b'"') => {}
            Some(b'}') if next == Next::KeyOrEnd => return Ok(self.close()),
            Some(b'}') => return Err(self.error("a comma stands before this `}`", self.here())),
            _ if next == Next::KeyOrEnd => return Err(self.unexpected("a key in double quotes or `}`")),
            _ => return Err(self.unexpected("a key in double quotes")),
        }
        self.string()?;
        self.skip_space()?;
        if self.peek() != Some(b':') {
            return Err(self.unexpected("`:` after the key"));
        }
        self.at += 1;
        Ok(Next::Value)
    }

    fn value(&mut self, next: Next) -> Result<Next, SyntaxError> {
        match self.peek() {
            Some(b'"') => self.string()?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b'{') => return self.open(true),
            Some(b'[') => return self.open(false),
            Some(b']') if next == Next::ValueOrEnd => return Ok(self.close()),
            Some(b']') if self.open.last().is_some_and(|open| !open.1) => {
                return Err(self.error("a comma stands before this `]`", self.here()));
            }
            Some(b't') => self.word("true", Scalar::Bool(true))?,
            Some(b'f') => self.word("false", Scalar::Bool(false))?,
            Some(b'n') => self.word("null", Scalar::Null)?,
            Some(b'a'..=b'z' | b'A'..=b'Z' | b'_') => return Err(self.no_value()),
            _ if next == Next::ValueOrEnd => return Err(self.unexpected("a value or `]`")),
            _ => return Err(self.unexpected("a value")),
        }
        Ok(Next::CommaOrEnd)
    }

    fn open(&mut self, is_map: bool) -> Result<Next, SyntaxError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(SyntaxError::too_deep(self.at));
        }
        self.open.push((self.at, is_map));
        if is_map {
            self.builder.open_map(self.at);
        } else {
            self.builder.open_list(self.at);
        }
        self.at += 1;
        Ok(if is_map { Next::KeyOrEnd } else { Next::ValueOrEnd })
    }

    fn word(&mut self, word: &str, scalar: Scalar) -> Result<(), SyntaxError> {
        let place = self.at..self.at + word.len();
        if self.bytes.get(place.clone()) != Some(word.as_bytes()) {
            return Err(self.no_value());
        }
        self.at = place.end;
        self.builder.scalar(scalar, Style::Plain, place.clone(), place, None);
        Ok(())
    }

    fn digits(&mut self) -> usize {
        let rest = &self.bytes[self.at..];
        let count = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        self.at += count;
        count
    }

    fn number(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        self.at += usize::from(self.peek() == Some(b'-'));
        let first = self.peek();
        let whole = self.digits();
        if whole == 0 {
            return Err(self.unexpected("a digit"));
        }
        if whole > 1 && first == Some(b'0') {
            return Err(self.error("a number must not begin with a zero", start..self.at));
        }
        let mut is_whole = true;
        if self.peek() == Some(b'.') {
            is_whole = false;
            self.at += 1;
            if self.digits() == 0 {
                return Err(self.unexpected("a digit after the decimal point"));
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            is_whole = false;
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            if self.digits() == 0 {
                return Err(self.unexpected("a digit in the exponent"));
            }
        }
        let place = start..self.at;
        let written = &self.text[place.clone()];
        let scalar = match written.parse() {
            Ok(number) if is_whole => Scalar::Int(number),
            _ => Scalar::Float(written.parse().expect("a JSON number is a Rust number")),
        };
        self.builder.scalar(scalar, Style::Plain, place.clone(), place, None);
        Ok(())
    }

    fn string(&mut self) -> Result<(), SyntaxError> {
        let start = self.at;
        self.at += 1;
        let mut escaped = false;
        let mut copied = self.at;
        loop {
            self.at += plain_length(&self.bytes[self.at..]);
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    if !escaped {
                        escaped = true;
                        self.scratch.clear();
                    }
                    self.scratch.push_str(&self.text[copied..self.at]);
                    let decoded = self.escape()?;
                    self.scratch.push(decoded);
                    copied = self.at;
                }
                Some(b'\n' | b'\r') | None => {
                    return Err(self.error("this string has no closing `\"` on its line", start..self.at));
                }
                Some(_) => {
                    let message = "a control character must be written as an escape, such as `\\t`";
                    return Err(self.error(message, self.here()));
                }
            }
        }
        let inner = start + 1..self.at;
        self.at += 1;
        let decoded = escaped.then(|| {
            self.scratch.push_str(&self.text[copied..inner.end]);
            self.scratch.as_str()
        });
        self.builder.scalar(Scalar::Text, Style::Quoted, start..self.at, inner, decoded);
        Ok(())
    }

    /// Reads an escape, its backslash included.
    fn escape(&mut self) -> Result<char, SyntaxError> {
        let start = self.at;
        let letter = self.bytes.get(start + 1).copied();
        self.at += 2;
        Ok(match letter {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.code_point(start),
            _ => {
                self.at = start;
                let end = self.text[start + 1..].chars().next().map_or(start + 1, |c| start + 1 + c.len_utf8());
                return Err(self.error("JSON has no such escape", start..end));
            }
        })
    }

    /// Reads the digits after `\u`, and a second escape when the first is half of a pair.
    fn code_point(&mut self, start: usize) -> Result<char, SyntaxError> {
        let first = self.four_digits(start)?;
        if !(0xD800..0xE000).contains(&first) {
            return Ok(char::from_u32(first).expect("not a surrogate"));
        }
        if first < 0xDC00 && self.bytes.get(self.at..self.at + 2) == Some(b"\\u") {
            let second_start = self.at;
            self.at += 2;
            let second = self.four_digits(second_start)?;
            if (0xDC00..0xE000).contains(&second) {
                let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                return Ok(char::from_u32(code).expect("a pair of surrogates is a character"));
            }
        }
        Err(self.error("this escape is half of a pair (a lone surrogate)", start..start + 6))
    }

    fn four_digits(&mut self, start: usize) -> Result<u32, SyntaxError> {
        let mut code = 0;
        for digit in self.bytes[self.at..].iter().take(4) {
            let Some(value) = char::from(*digit).to_digit(16) else { break };
            code = code * 16 + value;
            self.at += 1;
        }
        if self.at != start + 6 {
            return Err(self.error("`\\u` needs four hexadecimal digits", start..self.at));
        }
        Ok(code)
    }

    fn skip_space(&mut self) -> Result<(), SyntaxError> {
        loop {
            let rest = &self.bytes[self.at..];
            self.at += rest.iter().take_while(|byte| matches!(byte, b' ' | b'\n' | b'\r' | b'\t')).count();
            if !self.comments || self.peek() != Some(b'/') {
                return Ok(());
            }
            let start = self.at;
            match self.bytes.get(start + 1) {
                Some(b'/') => {
                    let rest = &self.bytes[start..];
                    self.at += memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len());
                }
                Some(b'*') => {
                    let rest = &self.bytes[start + 2..];
                    let Some(length) = memchr::memmem::find(rest, b"*/") else {
                        return Err(self.error("this comment is never closed", start..start + 2));
                    };
                    self.at += length + 4;
                }
                _ => return Ok(()),
            }
            self.builder.comment(start..self.at);
        }
    }

    fn here(&self) -> Range<usize> {
        let length = self.text[self.at..].chars().next().map_or(0, char::len_utf8);
        self.at..self.at + length
    }

    fn error(&self, message: &str, place: Range<usize>) -> SyntaxError {
        SyntaxError { message: message.to_owned(), start: place.start, end: place.end }
    }

    /// A word that is not `true`, `false` or `null` stands here.
    fn no_value(&self) -> SyntaxError {
        let is_word = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
        let length = self.bytes[self.at..].iter().take(40).take_while(is_word).count();
        let place = self.at..self.at + length;
        let message = format!("`{}` is not a JSON value: text stands in double quotes", &self.text[place.clone()]);
        self.error(&message, place)
    }

    /// What is wanted does not stand here.
    fn unexpected(&self, wanted: &str) -> SyntaxError {
        let message = match (self.peek(), self.open.last()) {
            (None, Some(&(open, is_map))) => {
                let bracket = if is_map { '{' } else { '[' };
                let message = format!("this `{bracket}` is never closed");
                return self.error(&message, open..open + 1);
            }
            (None, None) if self.bytes.is_empty() => "the file is empty".to_owned(),
            (None, None) => format!("the text ends where {wanted} should stand"),
            (Some(b'/'), _) if !self.comments && matches!(self.bytes.get(self.at + 1), Some(b'/' | b'*')) => {
                "JSON has no comments".to_owned()
            }
            (Some(b'\''), _) => "JSON strings stand in double quotes".to_owned(),
            _ => format!("expected {wanted}"),
        };
        self.error(&message, self.here())
    }
}

/// How many bytes come before the first quote, backslash or control character.
fn plain_length(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let (words, _) = bytes.as_chunks::<8>();
    let mut length = 0;
    for word in words {
        let word = u64::from_le_bytes(*word);
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
        let found = zero(word ^ (ONES * u64::from(b'"'))) | zero(word ^ (ONES * u64::from(b'\\'))) | control;
        if found != 0 {
            return length + (found.trailing_zeros() / 8) as usize;
        }
        length += 8;
    }
    let rest = bytes[length..].iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20));
    length + rest.unwrap_or(bytes.len() - length)
}
