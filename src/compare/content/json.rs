//! JSON texts: the same value written in another way.

use serde_json::Value;

/// Fields that npm up to version 6 wrote into the package.json of what it installed.
const INSTALLED: &[&str] = &[
    "_args",
    "_from",
    "_id",
    "_inBundle",
    "_integrity",
    "_location",
    "_phantomChildren",
    "_requested",
    "_requiredBy",
    "_resolved",
    "_shasum",
    "_spec",
    "_where",
    "_shrinkwrap",
    "_npmUser",
    "_nodeVersion",
    "_npmVersion",
    "_npmOperationalInternal",
    "_hasShrinkwrap",
    "_inCache",
    "_cnpm_publish_time",
    "_development",
    "_optional",
    "_resolvedFrom",
];

/// The text without white space between its tokens; `None` when it is no object or list of JSON.
pub(super) fn dense(bytes: &[u8]) -> Option<Vec<u8>> {
    value(bytes)?;
    let mut out = Vec::with_capacity(bytes.len());
    let (mut in_text, mut escaped) = (false, false);
    for byte in bytes {
        if in_text || !byte.is_ascii_whitespace() {
            out.push(*byte);
        }
        if in_text && !escaped {
            in_text = *byte != b'"';
            escaped = *byte == b'\\';
        } else if in_text {
            escaped = false;
        } else {
            in_text = *byte == b'"';
        }
    }
    Some(out)
}

/// The text with sorted keys and without white space; `None` when it is no object or list of JSON.
pub(super) fn sorted(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    write(&value(bytes)?, &mut out);
    Some(out)
}

/// As [`sorted`], without the fields that npm writes when it installs; `None` when there are none.
pub(super) fn without_install_fields(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut value = value(bytes)?;
    let fields = value.as_object_mut()?;
    let before = fields.len();
    fields.retain(|name, _| !INSTALLED.contains(&name.as_str()));
    if fields.len() == before {
        return None;
    }
    let mut out = Vec::with_capacity(bytes.len());
    write(&value, &mut out);
    Some(out)
}

fn value(bytes: &[u8]) -> Option<Value> {
    let start = bytes.iter().find(|byte| !byte.is_ascii_whitespace())?;
    if !matches!(start, b'{' | b'[') {
        return None;
    }
    serde_json::from_slice(bytes).ok()
}

/// Depth is bounded by the parser.
fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(fields) => {
            let mut names: Vec<&String> = fields.keys().collect();
            names.sort_unstable();
            out.push(b'{');
            for (index, name) in names.into_iter().enumerate() {
                out.extend(if index == 0 { &b""[..] } else { b"," });
                out.extend(Value::String(name.clone()).to_string().as_bytes());
                out.push(b':');
                write(&fields[name], out);
            }
            out.push(b'}');
        }
        Value::Array(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                out.extend(if index == 0 { &b""[..] } else { b"," });
                write(item, out);
            }
            out.push(b']');
        }
        other => out.extend(other.to_string().as_bytes()),
    }
}
