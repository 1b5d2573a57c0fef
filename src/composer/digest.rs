//! The content hash of a composer.json: an MD5 over chosen keys, written as PHP's `json_encode` writes them.
//!
//! PHP reads objects into arrays, so that an empty object is written as a list, and one whose keys count from 0 too.

use std::collections::HashMap;
use std::fmt::Write as _;

use md5::{Digest, Md5};

use crate::syntax::{Kind, Node};

/// The keys that the digest covers, sorted; of `config` only `platform`.
pub const COVERED: &[&str] = &[
    "conflict",
    "extra",
    "minimum-stability",
    "name",
    "prefer-stable",
    "provide",
    "replace",
    "repositories",
    "require",
    "require-dev",
    "version",
];

/// The covered parts of a manifest, each written as PHP writes it.
#[derive(Debug, Clone)]
pub struct Covered {
    parts: Vec<(&'static str, String)>,
}

impl Covered {
    /// The parts of a manifest.
    pub fn of(root: Node<'_>) -> Self {
        let present = COVERED.iter().filter_map(|key| Some((*key, encoded(root.get(key)?))));
        let mut parts: Vec<(&str, String)> = present.collect();
        if let Some(platform) = root.at(&["config", "platform"]).filter(|platform| !platform.is_null()) {
            parts.push(("config", format!("{{\"platform\":{}}}", encoded(platform))));
        }
        parts.sort_unstable();
        Self { parts }
    }

    /// The content hash, in hexadecimal.
    pub fn hash(&self) -> String {
        self.hash_with("", None)
    }

    /// The content hash if one part were this, or were not there.
    pub fn hash_with(&self, changed: &str, instead: Option<&str>) -> String {
        let mut text = String::new();
        for (key, value) in &self.parts {
            let value = if *key == changed { instead } else { Some(value.as_str()) };
            let Some(value) = value else { continue };
            text.push(if text.is_empty() { '{' } else { ',' });
            string(key, &mut text);
            text.push(':');
            text.push_str(value);
        }
        text.push_str(if text.is_empty() { "[]" } else { "}" });
        md5(text.as_bytes())
    }
}

/// The content hash of a manifest, in hexadecimal.
pub fn content_hash(root: Node<'_>) -> String {
    Covered::of(root).hash()
}

/// A text as PHP writes it.
pub fn encoded_text(text: &str) -> String {
    let mut out = String::new();
    string(text, &mut out);
    out
}

/// The MD5 of bytes, in hexadecimal.
pub fn md5(bytes: &[u8]) -> String {
    Md5::digest(bytes).iter().fold(String::with_capacity(32), |mut text, byte| {
        // Writing to a string cannot fail.
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

/// A value as PHP writes it.
pub fn encoded(node: Node<'_>) -> String {
    let mut text = String::new();
    encode(node, &mut text);
    text
}

fn encode(node: Node<'_>, out: &mut String) {
    match node.kind() {
        Kind::Null => out.push_str("null"),
        Kind::Bool => out.push_str(if node.bool() == Some(true) { "true" } else { "false" }),
        Kind::Int => out.push_str(&node.int().unwrap_or_default().to_string()),
        Kind::Float => out.push_str(&float(node.float().unwrap_or_default())),
        Kind::Text => string(node.text().unwrap_or_default(), out),
        Kind::List => list(node.items(), out),
        Kind::Map => map(node, out),
    }
}

fn list<'t>(items: impl Iterator<Item = Node<'t>>, out: &mut String) {
    out.push('[');
    for (index, item) in items.enumerate() {
        if index > 0 {
            out.push(',');
        }
        encode(item, out);
    }
    out.push(']');
}

/// A key that stands twice keeps its first place and its last value.
fn map(node: Node<'_>, out: &mut String) {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut entries: Vec<(&str, Node<'_>)> = Vec::new();
    for entry in node.own_entries() {
        let key = entry.key.scalar().unwrap_or_default();
        let place = *places.entry(key).or_insert(entries.len());
        match entries.get_mut(place) {
            Some(known) => known.1 = entry.value,
            None => entries.push((key, entry.value)),
        }
    }
    if entries.iter().enumerate().all(|(index, (key, _))| *key == index.to_string()) {
        return list(entries.into_iter().map(|(_, value)| value), out);
    }
    out.push('{');
    for (index, (key, value)) in entries.into_iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        string(key, out);
        out.push(':');
        encode(value, out);
    }
    out.push('}');
}

fn string(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '/' => out.push_str("\\/"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            ' '..='\u{7f}' => out.push(character),
            _ => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    // Writing to a string cannot fail.
                    let _infallible = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
    out.push('"');
}

/// The shortest digits that give the number back; an exponent below 10^-4 and from 10^17 on.
fn float(number: f64) -> String {
    let shown = format!("{number:e}");
    let (digits, exponent) = shown.split_once('e').unwrap_or((&shown, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..17).contains(&exponent) {
        return format!("{number}");
    }
    let digits = if digits.contains('.') { digits.to_owned() } else { format!("{digits}.0") };
    format!("{digits}e{}{}", if exponent < 0 { '-' } else { '+' }, exponent.abs())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::source::SourceId;
    use crate::syntax::json;

    /// What PHP 8.2 prints for `json_encode(json_decode($text, true))`.
    #[test]
    fn values_are_written_as_php_writes_them() {
        let cases = [
            (
                r#"{"a":1.0,"b":1e20,"c":1.5e-7,"d":123456789012345678901234567890}"#,
                r#"{"a":1,"b":1.0e+20,"c":1.5e-7,"d":1.2345678901234568e+29}"#,
            ),
            (
                r#"{"e":-0.0,"f":0.1,"g":1e15,"h":12345678.9,"i":1.0e-10,"k":-0}"#,
                r#"{"e":-0,"f":0.1,"g":1000000000000000,"h":12345678.9,"i":1.0e-10,"k":0}"#,
            ),
            (
                r#"{"l":123456789012345678,"m":9223372036854775808,"n":0.00012345,"q":1e17,"r":1e16,"u":0.00001}"#,
                r#"{"l":123456789012345678,"m":9.223372036854776e+18,"n":0.00012345,"q":1.0e+17,"r":10000000000000000,"u":1.0e-5}"#,
            ),
            (r#"{"é/x":"\u007f\u0001😀\b\f<>&'"}"#, "{\"\\u00e9\\/x\":\"\u{7f}\\u0001\\ud83d\\ude00\\b\\f<>&'\"}"),
            (
                r#"{"x":{},"y":{"0":1,"1":2},"z":{"1":1,"0":2},"w":{"0":1,"a":2},"a":[],"b":{"":1},"c":{"0":{"0":1}}}"#,
                r#"{"x":[],"y":[1,2],"z":{"1":1,"0":2},"w":{"0":1,"a":2},"a":[],"b":{"":1},"c":[[1]]}"#,
            ),
            (r#"{"a":1,"b":2,"a":3}"#, r#"{"a":3,"b":2}"#),
            (r#"{"x":{"00":1},"y":{"-0":1},"n":null,"t":true}"#, r#"{"x":{"00":1},"y":{"-0":1},"n":null,"t":true}"#),
        ];
        for (text, expected) in cases {
            let document = json::parse(SourceId::FIRST, &text.into()).unwrap();
            assert_eq!(encoded(document.root()), expected);
        }
    }

    /// What Composer 2.5.5 computes.
    #[test]
    fn digests() {
        let full = r#"{"name":"acme/shop","description":"x","require":{"php":">=8.1","acme/é":"^1.0"},"require-dev":{},"extra":{"a/b":[1.0,{"0":"x"}]},
            "config":{"platform":{"php":"8.1.0"},"sort-packages":true},"repositories":[{"type":"path","url":"../lib"}],"minimum-stability":"dev","prefer-stable":true}"#;
        for (text, expected) in [("{}", "d751713988987e9331980363e24189ce"), (full, FULL)] {
            let document = json::parse(SourceId::FIRST, &text.into()).unwrap();
            assert_eq!(content_hash(document.root()), expected);
        }
    }

    const FULL: &str = "7c1e9f082b99a0340d4e8a64be993113";
}
