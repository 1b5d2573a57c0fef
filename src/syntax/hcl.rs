//! HCL text to a tree, from the structures of the `hcl-edit` crate.
//!
//! A block is an entry of its type; its labels are maps inside one another, as in Terraform's
//! JSON syntax: `resource "a" "b" {}` reads as `resource: {a: {b: {}}}`, and several blocks of
//! one type are several entries. What must be computed (references, calls, templates) is text
//! as it stands in the source, with the tag [`COMPUTED`].

use std::ops::Range;
use std::sync::Arc;

use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::{Block, BlockLabel, Body, Structure};
use hcl_edit::{Ident, Span as _};

use super::{Builder, Document, MAX_DEPTH, Scalar, Style, SyntaxError};
use crate::source::SourceId;

/// The tag of a value that is not written literally.
pub const COMPUTED: &str = "!computed";

/// Reads a text.
///
/// # Errors
/// Where the text is not HCL, or nests deeper than [`MAX_DEPTH`].
pub fn parse(source: SourceId, text: &Arc<str>) -> Result<Document, SyntaxError> {
    let refused = |error: hcl_edit::parser::Error| {
        let start = text.floor_char_boundary(error.location().offset());
        SyntaxError::new("this is not HCL", start..start)
    };
    let body = structures(text).map_err(refused)?;
    let mut reading = Reading { text, builder: Builder::new(source, Arc::clone(text)) };
    reading.builder.open_map(0);
    reading.body(&body, 1)?;
    reading.builder.close(text.len());
    Ok(reading.builder.finish())
}

/// The structures of a text. `hcl-edit` 0.10 refuses two things that Terraform reads (1.11, tried 2026-11-30): a key that
/// stands twice in a map, where the last counts, and a condition that goes on in the next line. Texts without them are
/// read instead, every byte in its place.
fn structures(text: &str) -> Result<Body, hcl_edit::parser::Error> {
    distinct(text.to_owned()).or_else(|error| distinct(joined(text)).map_err(|_| error))
}

/// How many keys that stand twice are looked past.
const REPEATED: usize = 64;

/// The structures of a text in which keys that stand twice have names of their own.
fn distinct(mut text: String) -> Result<Body, hcl_edit::parser::Error> {
    for _ in 0..REPEATED {
        match hcl_edit::parser::parse_body(&text) {
            Err(error) if error.message().contains("redefined object key") => {
                text = renamed(&text, error.location().offset()).ok_or(error)?;
            }
            read => return read,
        }
    }
    hcl_edit::parser::parse_body(&text)
}

/// The same text with another first letter of the key that stands at a byte.
fn renamed(text: &str, at: usize) -> Option<String> {
    let at = at + usize::from(text[at..].starts_with('"'));
    let other = match text.as_bytes().get(at)? {
        letter @ b'a'..=b'y' => char::from(letter + 1),
        other if other.is_ascii_alphanumeric() || *other == b'_' => 'a',
        _ => return None,
    };
    Some(format!("{}{other}{}", &text[..at], &text[at + 1..]))
}

/// What a line ends with that is not done: in brackets an expression goes on behind these (HCL's native syntax, 2026-11).
const GOES_ON: &[&str] = &["?", ":", "&&", "||"];

/// The same text with such lines and the next in one, bytes in their places. `hcl-edit` 0.10 breaks conditions there.
fn joined(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let end = line.trim_end();
        joined.push_str(end);
        let rest = &line[end.len()..];
        match GOES_ON.iter().any(|sign| end.ends_with(sign)) {
            true => joined.push_str(&" ".repeat(rest.len())),
            false => joined.push_str(rest),
        }
    }
    joined
}

struct Reading<'t> {
    text: &'t str,
    builder: Builder,
}

impl Reading<'_> {
    fn body(&mut self, body: &Body, depth: usize) -> Result<(), SyntaxError> {
        for structure in body {
            match structure {
                Structure::Attribute(attribute) => {
                    self.name(&attribute.key, attribute.key.span());
                    self.value(&attribute.value, depth + 1)?;
                }
                Structure::Block(block) => self.block(block, depth)?,
            }
        }
        Ok(())
    }

    fn block(&mut self, block: &Block, depth: usize) -> Result<(), SyntaxError> {
        let place = block.span().unwrap_or(0..0);
        let inner = depth + 1 + block.labels.len();
        if inner >= MAX_DEPTH {
            return Err(SyntaxError::too_deep(place.start));
        }
        self.name(&block.ident, block.ident.span());
        for label in &block.labels {
            self.builder.open_map(place.start);
            let own = match label {
                BlockLabel::Ident(name) => name.span(),
                BlockLabel::String(text) => text.span(),
            };
            self.text_node(label.as_str(), own.unwrap_or(0..0));
        }
        self.builder.open_map(place.start);
        self.body(&block.body, inner)?;
        for _ in 0..=block.labels.len() {
            self.builder.close(place.end);
        }
        Ok(())
    }

    fn value(&mut self, value: &Expression, depth: usize) -> Result<(), SyntaxError> {
        let place = value.span().unwrap_or(0..0);
        if depth >= MAX_DEPTH {
            return Err(SyntaxError::too_deep(place.start));
        }
        match value {
            Expression::Null(_) => self.plain(Scalar::Null, place),
            Expression::Bool(value) => self.plain(Scalar::Bool(*value.value()), place),
            Expression::Number(number) => {
                let number = number.value();
                let scalar = number.as_i64().map(Scalar::Int).or_else(|| number.as_f64().map(Scalar::Float));
                self.plain(scalar.unwrap_or(Scalar::Text), place);
            }
            Expression::String(text) => self.text_node(text, place),
            Expression::Array(items) => {
                self.builder.open_list(place.start);
                for item in items {
                    self.value(item, depth + 1)?;
                }
                self.builder.close(place.end);
            }
            Expression::Object(object) => {
                self.builder.open_map(place.start);
                for (key, value) in object {
                    match key {
                        ObjectKey::Ident(name) => self.name(name, name.span()),
                        ObjectKey::Expression(key) => self.value(key, depth + 1)?,
                    }
                    self.value(value.expr(), depth + 1)?;
                }
                self.builder.close(place.end);
            }
            Expression::Parenthesis(inner) => self.value(inner.inner(), depth + 1)?,
            _ => {
                let id = self.builder.scalar(Scalar::Text, Style::Plain, place.clone(), place, None);
                self.builder.tag(id, COMPUTED);
            }
        }
        Ok(())
    }

    fn plain(&mut self, scalar: Scalar, place: Range<usize>) {
        self.builder.scalar(scalar, Style::Plain, place.clone(), place, None);
    }

    fn name(&mut self, name: &Ident, place: Option<Range<usize>>) {
        self.text_node(name.as_str(), place.unwrap_or(0..0));
    }

    /// Adds a text; quotes are outside of its inner place, and escapes are decoded apart.
    fn text_node(&mut self, text: &str, outer: Range<usize>) {
        let written = self.text.get(outer.clone()).unwrap_or("");
        let is_quoted = written.len() >= 2 && written.starts_with('"') && written.ends_with('"');
        let inner = if is_quoted { outer.start + 1..outer.end - 1 } else { outer.clone() };
        // Names are taken from the source, in which those that stand twice are the same.
        let own = self.text.get(inner.clone()).unwrap_or("");
        let is_decoded = own.is_empty() || own.contains(['\\', '$', '%']);
        let decoded = (is_decoded && own != text).then_some(text);
        let style = if is_quoted { Style::Quoted } else { Style::Plain };
        self.builder.scalar(Scalar::Text, style, outer, inner, decoded);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::syntax::Kind;

    fn read(text: &str) -> Result<Document, SyntaxError> {
        parse(SourceId::FIRST, &text.into())
    }

    #[test]
    fn blocks_are_maps_in_maps() {
        let text = "resource \"aws_lambda_function\" \"worker\" {\n  timeout = 30\n  runtime = \"python3.12\"\n  \
                    role    = aws_iam_role.worker.arn\n  name    = \"${var.x}-a\"\n  tags    = { a = [1, true] }\n}\n";
        let document = read(text).unwrap();
        let worker = document.root().at(&["resource", "aws_lambda_function", "worker"]).unwrap();
        assert_eq!(worker.get("timeout").unwrap().int(), Some(30));
        let runtime = worker.get("runtime").unwrap();
        assert_eq!((runtime.text(), &text[runtime.span().range()]), (Some("python3.12"), "\"python3.12\""));
        assert_eq!(worker.get("role").unwrap().tag(), Some(COMPUTED));
        assert_eq!(worker.get("name").unwrap().tag(), Some(COMPUTED));
        assert_eq!(worker.at(&["tags", "a"]).unwrap().kind(), Kind::List);
    }

    #[test]
    fn a_condition_goes_on_in_the_next_line() {
        let text = "a = { for k in x : k => k == \"\" ? 1 :\n  k == \"b\" ?\n 2 : 3\n}\nb = 4\n";
        let document = read(text).unwrap();
        let b = document.root().get("b").unwrap();
        assert_eq!((b.int(), &text[b.span().range()]), (Some(4), "4"));
        assert_eq!(document.root().get("a").unwrap().tag(), Some(COMPUTED));
    }

    #[test]
    fn the_last_of_two_keys_counts() {
        let text = "a = {\n  b = 1\n  c = 0\n  b = 2\n  \"d.e\" = x ?\n    1 : 2\n  \"d.e\" = 3\n  b = 4\n}\n";
        let document = read(text).unwrap();
        let a = document.root().get("a").unwrap();
        let b = a.get("b").unwrap();
        assert_eq!((b.int(), &text[b.span().range()]), (Some(4), "4"));
        assert_eq!((a.get("c").unwrap().int(), a.get("d.e").unwrap().int()), (Some(0), Some(3)));
        assert_eq!(document.duplicate_keys().len(), 3);
        assert!(read("a = { (x) = 1, (x) = 2 }").is_err_and(|error| error.start > 0));
        assert!(read(&format!("a = {{\n{}}}\n", "b = 1\n".repeat(2000))).is_err());
    }

    #[test]
    fn an_error_stands_at_a_character() {
        let text = "x uu\u{3ff}";
        let error = read(text).err().unwrap();
        assert!(text.get(error.start..error.end).is_some(), "{error:?}");
    }

    #[test]
    fn hostile_depth_is_refused() {
        for open in ["a = ", "a {\n"] {
            let text = match open {
                "a = " => format!("a = {}", "[".repeat(100_000)),
                open => open.repeat(100_000),
            };
            assert!(read(&text).is_err());
        }
        assert!(read(&format!("a = {}1", "!".repeat(100_000))).is_err());
        assert!(read(&format!("a = {}1", "b ? ".repeat(50_000))).is_err());
    }
}
