//! JSON as Python's `json.dumps(..., sort_keys=True)` writes it, and its SHA-256.
//!
//! Poetry, PDM and pipenv hash such a text to tell whether a lockfile belongs to a manifest,
//! so every byte counts: key order, separators, escapes, the shortest form of a float.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::source::Span;
use crate::syntax::{Kind, Node, Style};

/// A JSON value that can be edited and hashed again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Json {
    /// `null`.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number, as Python prints it.
    Number(Box<str>),
    /// A text.
    Text(Box<str>),
    /// A list.
    List(Vec<Self>),
    /// An object; the order of bytes is the order of code points, as Python sorts.
    Map(BTreeMap<Box<str>, Self>),
}

/// One step from a value to a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Into an object.
    Key(Box<str>),
    /// Into a list.
    Index(usize),
}

/// What stands between items and after a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Separators {
    /// `, ` and `: `, Python's default.
    Spaced,
    /// `,` and `:`.
    Compact,
}

/// A date or time: Python's JSON cannot hold it, so the tool that hashes it stops with an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a date cannot be hashed")]
pub struct DateError {
    /// Its place.
    pub span: Span,
}

impl Json {
    /// The value of a node of a TOML tree.
    ///
    /// # Errors
    /// When there is a date or time in it.
    pub fn of(node: Node<'_>) -> Result<Self, DateError> {
        Ok(match node.kind() {
            Kind::Null => Self::Null,
            Kind::Bool => Self::Bool(node.bool().unwrap_or_default()),
            Kind::Int => Self::Number(node.int().unwrap_or_default().to_string().into()),
            Kind::Float => Self::Number(python_float(node.float().unwrap_or_default()).into()),
            Kind::Text if node.style() == Style::Plain => return Err(DateError { span: node.span() }),
            Kind::Text => Self::text(node.text().unwrap_or_default()),
            Kind::List => Self::List(node.items().map(Self::of).collect::<Result<_, _>>()?),
            Kind::Map => {
                let entry = |entry: crate::syntax::Entry<'_>| {
                    Ok((entry.key.scalar().unwrap_or_default().into(), Self::of(entry.value)?))
                };
                Self::Map(node.own_entries().map(entry).collect::<Result<_, DateError>>()?)
            }
        })
    }

    /// A text.
    pub fn text(text: &str) -> Self {
        Self::Text(text.into())
    }

    /// An object of these entries.
    pub fn map<K: Into<Box<str>>>(entries: impl IntoIterator<Item = (K, Self)>) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    /// The value of a key of an object.
    pub fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Map(entries) => entries.get(key),
            _ => None,
        }
    }

    /// The part at the end of a path, to be changed.
    pub fn at_mut(&mut self, path: &[Step]) -> Option<&mut Self> {
        path.iter().try_fold(self, |value, step| match (value, step) {
            (Self::Map(entries), Step::Key(key)) => entries.get_mut(key),
            (Self::List(items), Step::Index(index)) => items.get_mut(*index),
            _ => None,
        })
    }

    /// Takes the part at the end of a path away.
    pub fn remove(&mut self, path: &[Step]) -> Option<Self> {
        let (last, above) = path.split_last()?;
        match (self.at_mut(above)?, last) {
            (Self::Map(entries), Step::Key(key)) => entries.remove(key),
            (Self::List(items), Step::Index(index)) if *index < items.len() => Some(items.remove(*index)),
            _ => None,
        }
    }

    /// Whether Python counts it as false: null, `false`, and what is empty. (A zero is not asked for.)
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Bool(value) => !value,
            Self::Number(_) => false,
            Self::Text(text) => text.is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Map(entries) => entries.is_empty(),
        }
    }

    /// The text that Python writes.
    pub fn write(&self, separators: Separators) -> String {
        let mut out = String::new();
        self.write_into(&mut out, separators);
        out
    }

    /// The SHA-256 of that text, in lower-case hexadecimal digits.
    pub fn digest(&self, separators: Separators) -> String {
        hex(&Sha256::digest(self.write(separators)))
    }

    fn write_into(&self, out: &mut String, separators: Separators) {
        let (comma, colon) = match separators {
            Separators::Spaced => (", ", ": "),
            Separators::Compact => (",", ":"),
        };
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Number(number) => out.push_str(number),
            Self::Text(text) => write_text(out, text),
            Self::List(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { comma });
                    item.write_into(out, separators);
                }
                out.push(']');
            }
            Self::Map(entries) => {
                out.push('{');
                for (index, (key, value)) in entries.iter().enumerate() {
                    out.push_str(if index == 0 { "" } else { comma });
                    write_text(out, key);
                    out.push_str(colon);
                    value.write_into(out, separators);
                }
                out.push('}');
            }
        }
    }
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        // Writing to a String cannot fail.
        let _written = write!(out, "{byte:02x}");
    }
    out
}

fn write_text(out: &mut String, text: &str) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let _written = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
}

/// A float as Python's `json` prints it: the shortest digits that read back, `1e+16`, `Infinity`.
fn python_float(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').expect("`{:e}` always writes an exponent");
    let exponent: i32 = exponent.parse().expect("`{:e}` writes the exponent as a number");
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    // Python's repr leaves the plain form below 1e-4 and from 1e16 on.
    if (-4..16).contains(&exponent) {
        let plain = format!("{:?}", value.abs());
        let plain = if plain.contains('e') { format!("{}", value.abs()) } else { plain };
        let point = if plain.contains('.') { "" } else { ".0" };
        return format!("{sign}{plain}{point}");
    }
    let direction = if exponent < 0 { '-' } else { '+' };
    format!("{sign}{mantissa}e{direction}{:02}", exponent.abs())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::source::SourceId;
    use crate::syntax::toml;

    fn json(text: &str) -> Json {
        Json::of(toml::parse(SourceId::FIRST, &text.into()).unwrap().root()).unwrap()
    }

    /// Expected texts were printed by Python 3.11, `json.dumps(tomllib.loads(...), sort_keys=True)`.
    #[test]
    fn writes_as_python_does() {
        let cases = [
            (
                "a = [1.0, 1e16, 1e-7, -0.0, 1e15, 0.0001, 0.00001]",
                "[1.0, 1e+16, 1e-07, -0.0, 1000000000000000.0, 0.0001, 1e-05]",
            ),
            ("a = [inf, -inf, nan, -nan]", "[Infinity, -Infinity, NaN, NaN]"),
            ("a = [123456789012345680.0, 5e-324, 1.5e300]", "[1.2345678901234568e+17, 5e-324, 1.5e+300]"),
            ("a = [0xff, 0o17, 0b101, 1_000, +5, -9223372036854775808]", "[255, 15, 5, 1000, 5, -9223372036854775808]"),
            ("a = [1_0.5, 6.02e+23, 9999999999999998.0]", "[10.5, 6.02e+23, 9999999999999998.0]"),
            ("a = [true, false, '', [], {}]", "[true, false, \"\", [], {}]"),
            (
                "a = \"\\u0001\\t\\n\\b\\f\\r\\\"\\\\/~\\u007f\\u0080é😀\"",
                r#""\u0001\t\n\b\f\r\"\\/~\u007f\u0080\u00e9\ud83d\ude00""#,
            ),
        ];
        for (toml, expected) in cases {
            assert_eq!(json(toml).get("a").unwrap().write(Separators::Spaced), expected, "{toml}");
        }
    }

    #[test]
    fn sorts_keys_by_code_point_and_spaces_on_request() {
        let value = json("\"é\" = 1\nB = {z = 1, a.c = 2}\na = 3\n\"\" = 4\n\"😀\" = 5\n\"\u{ffff}\" = 6");
        let compact = r#"{"":4,"B":{"a":{"c":2},"z":1},"a":3,"\u00e9":1,"\uffff":6,"\ud83d\ude00":5}"#;
        assert_eq!(value.write(Separators::Compact), compact);
        assert_eq!(json("a = [1, 2]").write(Separators::Spaced), r#"{"a": [1, 2]}"#);
    }

    #[test]
    fn refuses_dates() {
        let text: std::sync::Arc<str> = "a = 2020-01-01".into();
        let tree = toml::parse(SourceId::FIRST, &text).unwrap();
        assert_eq!(Json::of(tree.root()).unwrap_err().span.range(), 4..14);
    }
}
