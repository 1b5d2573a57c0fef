//! Conditions as PDM prints them: quotes and spaces do not count, other words do.

use std::collections::BTreeSet;

use crate::python::{Marker, PythonRange};

/// Whether two conditions are one to PDM: the same text but for quotes and spaces, or one of them
/// made simpler without another word in it.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    let (one_words, other_words) = (tokens(one), tokens(other));
    if one_words == other_words {
        return true;
    }
    let (one_atoms, other_atoms) = (atoms(&one_words), atoms(&other_words));
    let is_simpler = one_atoms.is_subset(&other_atoms) || other_atoms.is_subset(&one_atoms);
    let parsed = (Marker::parse(one), Marker::parse(other));
    is_simpler && matches!(parsed, (Ok(one), Ok(other)) if one.is_same(&other, &PythonRange::all()).unwrap_or(false))
}

/// Words, values and signs, values in one kind of quotes.
fn tokens(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '\'' | '"' => rest[1..].find(first).map_or(rest.len(), |end| end + 2),
            '(' | ')' => 1,
            c if is_sign(c) => rest.find(|c| !is_sign(c)).unwrap_or(rest.len()),
            _ => rest.find(|c: char| c.is_whitespace() || is_sign(c) || "()'\"".contains(c)).unwrap_or(rest.len()),
        };
        let token = &rest[..end];
        let value = token.strip_prefix(['\'', '"']).and_then(|token| token.strip_suffix(first));
        found.push(value.map_or_else(|| token.to_owned(), |value| format!("\"{value}\"")));
        rest = rest[end..].trim_start();
    }
    found
}

fn is_sign(character: char) -> bool {
    "<>=!~".contains(character)
}

/// The comparisons: everything between `and`, `or` and parentheses.
fn atoms(tokens: &[String]) -> BTreeSet<String> {
    let parts = tokens.split(|token| matches!(token.as_str(), "and" | "or" | "(" | ")"));
    parts.filter(|part| !part.is_empty()).map(|part| part.join(" ")).collect()
}

#[cfg(test)]
mod tests {
    use super::is_same;

    #[test]
    fn quotes_and_spaces_do_not_count() {
        let cases = [
            ("sys_platform != 'win32'", "sys_platform!=\"win32\"", true),
            ("(a == 'b') and (a == 'b')", "a == 'b'", false),
            ("(os_name == 'nt') and (os_name == 'nt')", "os_name == 'nt'", true),
            ("sys_platform == 'linux'", "platform_system == 'Linux'", false),
            ("sys_platform == 'linux'", "sys_platform == 'darwin'", false),
            ("python_version >= '3.9' or os_name == 'nt'", "os_name == \"nt\" or python_version >= \"3.9\"", true),
        ];
        for (one, other, expected) in cases {
            assert_eq!(is_same(one, other), expected, "{one} / {other}");
        }
        for odd in ["'", "\"a", "é'ü", "(", "==", ""] {
            let _any = is_same(odd, "os_name == 'nt'");
        }
    }
}
