//! What a scalar is: number, truth value, null or text.

use granit_parser::Tag;

use crate::syntax::{Scalar, Style};

/// The core rules of YAML 1.2 (section 10.3.2), save that digits after a leading zero stay
/// text: tools disagree whether `0123` is 123, 83 or a name.
pub(super) fn resolve(value: &str, style: Style, tag: Option<&Tag>) -> Scalar {
    match tag.map(Tag::core_suffix) {
        None if style != Style::Plain => return Scalar::Text,
        None => {}
        Some(Some("null" | "bool" | "int" | "float")) => {}
        Some(_) => return Scalar::Text,
    }
    match value {
        "" | "~" | "null" | "Null" | "NULL" => Scalar::Null,
        "true" | "True" | "TRUE" => Scalar::Bool(true),
        "false" | "False" | "FALSE" => Scalar::Bool(false),
        ".nan" | ".NaN" | ".NAN" => Scalar::Float(f64::NAN),
        _ => number(value).unwrap_or(Scalar::Text),
    }
}

fn number(value: &str) -> Option<Scalar> {
    let first = *value.as_bytes().first()?;
    if !matches!(first, b'0'..=b'9' | b'+' | b'-' | b'.') {
        return None;
    }
    let radix = |digits: &str, radix: u32| {
        let whole = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix));
        whole.then(|| i64::from_str_radix(digits, radix).map_or(Scalar::Float(f64::INFINITY), Scalar::Int))
    };
    if let Some(digits) = value.strip_prefix("0o") {
        return radix(digits, 8);
    }
    if let Some(digits) = value.strip_prefix("0x") {
        return radix(digits, 16);
    }
    let unsigned = value.strip_prefix(['+', '-']).unwrap_or(value);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        return Some(Scalar::Float(if first == b'-' { f64::NEG_INFINITY } else { f64::INFINITY }));
    }
    let digits = unsigned.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 1 && unsigned.starts_with('0') {
        return None;
    }
    if digits == unsigned.len() && digits > 0 {
        return value.parse().map(Scalar::Int).or_else(|_| value.parse().map(Scalar::Float)).ok();
    }
    let is_float = unsigned.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'))
        && unsigned.bytes().any(|byte| byte.is_ascii_digit());
    is_float.then(|| value.parse().map(Scalar::Float).ok()).flatten()
}
