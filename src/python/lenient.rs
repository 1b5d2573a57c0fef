//! Requirements that break PEP 508 in ways that uv mends before it reads them.

use std::sync::LazyLock;

use regex::Regex;

use super::Requirement;

/// What is looked for and what takes its place, one after the other
/// (uv-pypi-types, `lenient_requirement.rs`, read at 0.12.5).
const MENDS: [(&str, &str); 7] = [
    // A comma is missing: `>=7.2<8`.
    (r"(\d)([<>=~^!])", "$1,$2"),
    (r"!=~((?:\d\.)*\d)", "!=$1.*"),
    // A star where none can be: `>=1.9.*`.
    (r"(<=|>=|<|>)\s*(\d+(?:\.\d+)*)\.\*", "$1$2"),
    // A dot is missing: `!=3.0*`.
    (r"(\d\.\d)+\*", "$1.*"),
    (r",\s*$", ""),
    (r">dev", ">0.0.0dev"),
    // More after a pre-release: `>=9.0.0a1.0`.
    (r"(\d+(?:\.\d)*(?:a|b|rc|post|dev)\d+)\.0", "$1"),
];

static PATTERNS: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let compiled = |(pattern, new): &(&str, &'static str)| Some((Regex::new(pattern).ok()?, *new));
    MENDS.iter().filter_map(compiled).collect()
});

/// The requirement that uv takes a faulty text for; `None` if it gives up as well.
#[must_use]
pub fn mended(text: &str) -> Option<Requirement> {
    let mut text = text.to_owned();
    for (pattern, new) in PATTERNS.iter() {
        let changed = pattern.replace_all(&text, *new).into_owned();
        if changed != text {
            if let Ok(requirement) = Requirement::parse(&changed) {
                return Some(requirement);
            }
            text = changed;
        }
    }
    let bare = without_quotes(&text);
    Requirement::parse(&bare).ok().filter(|_| bare != text)
}

/// The text without quotes, but for those of its condition.
fn without_quotes(text: &str) -> String {
    let (front, condition) = text.split_at(text.find(';').unwrap_or(text.len()));
    format!("{}{condition}", front.replace(['\'', '"'], ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faulty_texts_are_read_as_uv_reads_them() {
        for (text, meant) in [
            ("a (>=7.2.0<8.0.0)", "a>=7.2.0,<8.0.0"),
            ("a!=~5.0,>=4.12", "a!=5.0.*,>=4.12"),
            ("a>= 1.9.*", "a>=1.9"),
            ("a!=3.0*", "a!=3.0.*"),
            ("a>=3.6,; python_version > '3'", ""),
            ("a>dev", "a>0.0.0dev"),
            ("a>=9.0.0a1.0", "a>=9.0.0a1"),
            ("a>= 2.7'; python_version > '3'", "a>=2.7"),
            ("a>>1", ""),
        ] {
            let specifier = mended(text).map(|requirement| requirement.specifier.to_string());
            let expected = Requirement::parse(meant).ok().map(|requirement| requirement.specifier.to_string());
            assert_eq!(specifier, expected, "{text}");
        }
    }
}
