//! The hashes with which pnpm marks hooks, patches and extensions in its lockfile.
//!
//! Releases before 10 hash with MD5, later ones with SHA-256. Line ends count as `\n`.
//! Proved with the checksums that pnpm 8, 9 and 10 write.

use md5::Md5;
use sha2::{Digest, Sha256};

use crate::python::canonical_json::{Json, hex};
use crate::syntax::{Kind, Node};

/// RFC 4648, lower case.
const BASE32: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The hash of `.pnpmfile.cjs`.
pub fn of_hooks(text: &str, major: u32) -> String {
    let text = text.replace("\r\n", "\n");
    if major < 10 { encode(&Md5::digest(&text), BASE32) } else { sha256(&text) }
}

/// The hash of a patch.
pub fn of_patch(text: &str, major: u32) -> String {
    let text = text.replace("\r\n", "\n");
    if major < 10 { encode(&Md5::digest(&text), BASE32) } else { hex(&Sha256::digest(&text)) }
}

/// The hash of `packageExtensions`.
pub fn of_extensions(extensions: &Json, major: u32) -> String {
    let mut text = String::new();
    if major < 10 {
        plain(extensions, &mut text);
        return hex(&Md5::digest(&text));
    }
    typed(extensions, &mut text);
    sha256(&text)
}

/// The value of a node of JSON or YAML.
pub fn value(node: Node<'_>) -> Json {
    let text = || Box::from(node.scalar().unwrap_or(""));
    match node.kind() {
        Kind::Null => Json::Null,
        Kind::Bool => Json::Bool(node.bool() == Some(true)),
        Kind::Int | Kind::Float => Json::Number(text()),
        Kind::Text => Json::Text(text()),
        Kind::List => Json::List(node.items().map(value).collect()),
        Kind::Map => {
            Json::map(node.entries().into_iter().filter_map(|entry| Some((entry.key.scalar()?, value(entry.value)))))
        }
    }
}

fn sha256(text: &str) -> String {
    let digits = encode(&Sha256::digest(text), BASE64);
    format!("sha256-{digits}=")
}

/// Bytes in an alphabet of a power of two; the last digit is filled up with zeros, nothing is padded.
fn encode(bytes: &[u8], alphabet: &[u8]) -> String {
    let width = alphabet.len().trailing_zeros();
    let (mut bits, mut held) = (0_u32, 0);
    let mut text = String::new();
    for byte in bytes {
        bits = (bits << 8 | u32::from(*byte)) & 0xffff;
        held += 8;
        while held >= width {
            held -= width;
            text.push(char::from(alphabet[(bits >> held) as usize & (alphabet.len() - 1)]));
        }
    }
    if held > 0 {
        text.push(char::from(alphabet[(bits << (width - held)) as usize & (alphabet.len() - 1)]));
    }
    text
}

/// JSON with sorted keys, as `JSON.stringify` writes it.
fn plain(value: &Json, text: &mut String) {
    match value {
        Json::Null => text.push_str("null"),
        Json::Bool(value) => text.push_str(if *value { "true" } else { "false" }),
        Json::Number(number) => text.push_str(number),
        Json::Text(value) => text.push_str(&serde_json::Value::from(&**value).to_string()),
        Json::List(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { "," });
                plain(item, text);
            }
            text.push(']');
        }
        Json::Map(entries) => {
            text.push('{');
            for (index, (key, value)) in entries.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { "," });
                text.push_str(&serde_json::Value::from(&**key).to_string());
                text.push(':');
                plain(value, text);
            }
            text.push('}');
        }
    }
}

/// The text that the `object-hash` package hashes, without regard to the order of lists and keys.
fn typed(value: &Json, text: &mut String) {
    match value {
        Json::Null => text.push_str("Null"),
        Json::Bool(value) => text.push_str(if *value { "bool:true" } else { "bool:false" }),
        Json::Number(number) => {
            text.push_str("number:");
            text.push_str(number);
        }
        Json::Text(value) => string(value, text),
        Json::List(items) => {
            let head = format!("array:{}:", items.len());
            text.push_str(&head);
            if let [only] = items.as_slice() {
                return typed(only, text);
            }
            let mut shown: Vec<String> = items.iter().map(|item| with(item, typed)).collect();
            shown.sort_unstable();
            if !shown.is_empty() {
                text.push_str(&head);
            }
            for item in &shown {
                string(item, text);
            }
        }
        Json::Map(entries) => {
            text.push_str(&format!("object:{}:", entries.len()));
            for (key, value) in entries {
                string(key, text);
                text.push(':');
                typed(value, text);
                text.push(',');
            }
        }
    }
}

fn with(value: &Json, write: fn(&Json, &mut String)) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

/// The length counts UTF-16 units.
fn string(value: &str, text: &mut String) {
    text.push_str(&format!("string:{}:{value}", value.encode_utf16().count()));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::source::SourceId;
    use crate::syntax::{json, yaml};

    const PATCH: &str = "diff --git a/note.txt b/note.txt\nnew file mode 100644\nindex 0000000..ce01362\n\
                         --- /dev/null\n+++ b/note.txt\n@@ -0,0 +1 @@\n+hello\n";

    #[test]
    fn hashes_are_those_that_pnpm_writes() {
        let hooks = "module.exports = { hooks: {} }\r\n";
        assert_eq!(of_hooks(hooks, 10), "sha256-4G6+csDsF3uxNsN4W7t1UOQgtSHJroj4TMCDw4Auago=");
        assert_eq!(of_hooks(hooks, 9), "quo4ygbg5mohkqnpwngu23wyj4");
        assert_eq!(of_patch(PATCH, 10), "079c68d045e35b6de2563ad0ede078c017cf997451ccb8661f66bc45b15caa50");
        assert_eq!(of_patch(PATCH, 8), "7qd3u6ji63f4nj2dzrwgjy25iq");
        let text = r#"{"ms@2": {"peerDependencies": {"once": "*"}, "peerDependenciesMeta": {"once": {"optional": true}}},
                       "é": {"dependencies": {"b": "1", "a": "2"}}}"#;
        let document = json::parse(SourceId::FIRST, &text.into()).unwrap();
        let extensions = value(document.root());
        let text = "ms@2:\n  peerDependencies:\n    once: '*'\n  peerDependenciesMeta:\n    once:\n      optional: true\né:\n  dependencies:\n    b: '1'\n    a: '2'\n";
        assert_eq!(value(yaml::parse(SourceId::FIRST, &text.into()).unwrap().root()), extensions);
        assert_eq!(
            value(yaml::parse(SourceId::FIRST, &"a: b".into()).unwrap().root()),
            Json::map([("a", Json::text("b"))])
        );
        assert_eq!(of_extensions(&extensions, 10), "sha256-brQJc2DN4YkBmlDskdMZhEOrhqIyd0CKzNPujNv8yLI=");
        assert_eq!(of_extensions(&extensions, 9), "2cc135fa92108e8ffc28bd982bae1f1f");
    }
}
