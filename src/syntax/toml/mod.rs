//! TOML text to a tree, from the tables of the `toml` crate.
//!
//! Keys stand in the order of the text. A map made by a `[header]` or by dotted keys reaches
//! from its first byte to the end of its last value, so it may reach over tables that are
//! not in it. Dates and times are text.

mod plain;

#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;

use toml::de::{DeArray, DeTable, DeValue};

use crate::source::SourceId;
use crate::syntax::{Builder, Document, MAX_DEPTH, Scalar, Style, SyntaxError};

/// Reads a text.
///
/// # Errors
/// Where the text is not TOML, or nests deeper than [`MAX_DEPTH`].
pub fn parse(source: SourceId, text: &Arc<str>) -> Result<Document, SyntaxError> {
    parse_part(source, text, 0)
}

/// Reads a part of a source, which begins at byte `base` of it. Places are those in the source,
/// only those of an error count from the part.
///
/// # Errors
/// As for [`parse`].
pub fn parse_part(source: SourceId, text: &Arc<str>, base: usize) -> Result<Document, SyntaxError> {
    match plain::read(source, text, base) {
        Some(document) => Ok(document),
        None => parse_any(source, text, base),
    }
}

/// Reads any TOML, with the `toml` crate.
fn parse_any(source: SourceId, text: &Arc<str>, base: usize) -> Result<Document, SyntaxError> {
    let root = DeTable::parse(text).map_err(|error| syntax_error(text, &error))?;
    let mut reading = Reading { text, builder: Builder::part(source, Arc::clone(text), base) };
    reading.table(root.get_ref(), 0..text.len(), 0)?;
    for place in comments(text) {
        reading.builder.comment(place);
    }
    Ok(reading.builder.finish())
}

struct Reading<'t> {
    text: &'t str,
    builder: Builder,
}

impl Reading<'_> {
    /// Adds a map and gives the place it covers. `own` is its header, its braces or its first key.
    fn table(&mut self, table: &DeTable<'_>, own: Range<usize>, depth: usize) -> Result<Range<usize>, SyntaxError> {
        if depth >= MAX_DEPTH {
            return Err(SyntaxError::too_deep(own.start));
        }
        let id = self.builder.open_map(own.start);
        let mut entries: Vec<_> = table.iter().map(|(key, value)| (key.span(), key.get_ref(), value)).collect();
        entries.sort_by_key(|(place, ..)| place.start);
        let mut covered = own;
        for (place, name, value) in entries {
            self.text_node(name, place.clone());
            let value = self.value(value.get_ref(), value.span(), depth + 1)?;
            covered = cover(covered, &place);
            covered = cover(covered, &value);
        }
        self.builder.close(covered.end);
        self.builder.starts_at(id, covered.start);
        Ok(covered)
    }

    fn list(&mut self, items: &DeArray<'_>, own: Range<usize>, depth: usize) -> Result<Range<usize>, SyntaxError> {
        if depth >= MAX_DEPTH {
            return Err(SyntaxError::too_deep(own.start));
        }
        let id = self.builder.open_list(own.start);
        let mut covered = own;
        for item in items {
            let place = self.value(item.get_ref(), item.span(), depth + 1)?;
            covered = cover(covered, &place);
        }
        self.builder.close(covered.end);
        self.builder.starts_at(id, covered.start);
        Ok(covered)
    }

    fn value(&mut self, value: &DeValue<'_>, place: Range<usize>, depth: usize) -> Result<Range<usize>, SyntaxError> {
        let scalar = match value {
            DeValue::Table(table) => return self.table(table, place, depth),
            DeValue::Array(items) => return self.list(items, place, depth),
            DeValue::String(text) => {
                self.text_node(text, place.clone());
                return Ok(place);
            }
            DeValue::Boolean(value) => Scalar::Bool(*value),
            DeValue::Datetime(_) => Scalar::Text,
            DeValue::Float(float) => Scalar::Float(float.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => Scalar::Int(number),
                Err(_) => {
                    let message = "this number does not fit 64 bits".to_owned();
                    return Err(SyntaxError::new(message, place));
                }
            },
        };
        self.builder.scalar(scalar, Style::Plain, place.clone(), place.clone(), None);
        Ok(place)
    }

    /// Adds a string or a key, quoted or bare.
    fn text_node(&mut self, decoded: &str, place: Range<usize>) {
        let written = self.text.get(place.clone()).unwrap_or("");
        let quotes = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quotes| written.starts_with(quotes));
        let Some(quotes) = quotes.map(str::len).filter(|quotes| written.len() >= 2 * quotes) else {
            self.builder.scalar(Scalar::Text, Style::Plain, place.clone(), place, None);
            return;
        };
        let mut inner = place.start + quotes..place.end - quotes;
        if quotes == 3 {
            let body = self.text.get(inner.clone()).unwrap_or("");
            let first_break = if body.starts_with("\r\n") { 2 } else { usize::from(body.starts_with('\n')) };
            inner.start += first_break;
        }
        let decoded = (self.text.get(inner.clone()) != Some(decoded)).then_some(decoded);
        self.builder.scalar(Scalar::Text, Style::Quoted, place, inner, decoded);
    }
}

fn cover(one: Range<usize>, other: &Range<usize>) -> Range<usize> {
    one.start.min(other.start)..one.end.max(other.end)
}

/// The comments of a text that is known to be TOML.
fn comments(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(sign) = memchr::memchr3(b'#', b'"', b'\'', &bytes[at..]) {
        at += sign;
        if bytes[at] == b'#' {
            let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |length| at + length);
            let end = if bytes[end - 1] == b'\r' { end - 1 } else { end };
            found.push(at..end);
            at = end;
        } else {
            at = string_end(bytes, at);
        }
    }
    found
}

/// One past the string whose first quote is at `start`.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let quotes = [quote; 3];
    let is_long = bytes[start..].starts_with(&quotes);
    let mut at = start + if is_long { 3 } else { 1 };
    while let Some(sign) = memchr::memchr2(quote, b'\\', &bytes[at.min(bytes.len())..]) {
        at += sign;
        if bytes[at] == b'\\' {
            at += if quote == b'"' { 2 } else { 1 };
        } else if !is_long {
            return at + 1;
        } else if bytes[at..].starts_with(&quotes) {
            // Up to two quotes may stand right before the closing three.
            let more = bytes[at + 3..].iter().take(2).take_while(|byte| **byte == quote).count();
            return at + 3 + more;
        } else {
            at += 1;
        }
    }
    bytes.len()
}

fn syntax_error(text: &str, error: &toml::de::Error) -> SyntaxError {
    let place = error.span().unwrap_or(0..0);
    let start = place.start.min(text.len());
    let message = match error.message() {
        "duplicate key" => "this key is written twice",
        "cannot recurse further; max recursion depth met" | "recursion limit" => "nested too deep to be read",
        message => message.strip_suffix(", expected nothing").unwrap_or(message),
    };
    SyntaxError::new(message, start..place.end.clamp(start, text.len()))
}
