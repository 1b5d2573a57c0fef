//! Conditions that may have stood in the place of one, or where there is none now.

/// Values that conditions usually compare a variable with.
const VOCABULARY: &[(&str, &[&str])] = &[
    ("sys_platform", &["linux", "darwin", "win32", "cygwin"]),
    ("platform_system", &["Linux", "Darwin", "Windows"]),
    ("os_name", &["nt", "posix"]),
    ("implementation_name", &["cpython", "pypy"]),
    ("platform_python_implementation", &["CPython", "PyPy"]),
    ("platform_machine", &["x86_64", "aarch64", "arm64"]),
];

const OPERATORS: &[&str] = &[">=", "<", "==", "!=", ">", "<="];

/// Minor releases of Python 3 that conditions name.
const MINORS: std::ops::RangeInclusive<u8> = 6..=15;

/// Conditions near one: other operators and values, each comparison on its own, and the usual ones.
pub(super) fn before(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for range in values(text) {
        let place = range.start + 1..range.end - 1;
        let old = &text[place.clone()];
        let known = VOCABULARY.iter().filter(|(_, values)| values.contains(&old)).flat_map(|(_, values)| *values);
        let versions = MINORS.filter(|_| old.starts_with("3.")).map(|minor| format!("3.{minor}"));
        for value in known.map(|value| (*value).to_owned()).chain(versions) {
            let other = format!("{}{value}{}", &text[..place.start], &text[place.end..]);
            found.extend(operators(&other));
            found.push(other);
        }
    }
    found.extend(operators(text));
    for word in [" and ", " or "] {
        if text.contains(word) {
            found.extend(text.split(word).map(|part| part.trim_matches(['(', ')']).to_owned()));
        }
    }
    let quote = if text.contains('"') { '"' } else { '\'' };
    found.extend(usual(quote));
    found.retain(|other| other != text);
    found
}

/// A condition in other words: either kind of quotes, and the parts of up to two of its lists turned round.
pub(super) fn wordings(text: &str) -> Vec<String> {
    let mut found = vec![text.to_owned(), text.replace('"', "'"), text.replace('\'', "\"")];
    for _ in 0..2 {
        let turned: Vec<String> = found.iter().flat_map(|text| turned(text)).collect();
        found.extend(turned);
    }
    found.sort();
    found.dedup();
    found
}

/// The condition with the parts of one of its lists turned round: `a or b` for `b or a`, in parentheses, too.
pub(super) fn turned(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for group in groups(text) {
        let inner = &text[group.clone()];
        let list =
            [" or ", " and "].into_iter().map(|word| (word, parts(inner, word))).find(|(_, parts)| parts.len() > 1);
        if let Some((word, mut parts)) = list {
            parts.reverse();
            found.push(format!("{}{}{}", &text[..group.start], parts.join(word), &text[group.end..]));
        }
    }
    found
}

/// The whole text, and what stands within each pair of parentheses.
fn groups(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    found.push(0..text.len());
    let mut open = Vec::new();
    let quoted = values(text);
    for (at, letter) in text.char_indices().filter(|(at, _)| !quoted.iter().any(|value| value.contains(at))) {
        match letter {
            '(' => open.push(at + 1),
            ')' => found.extend(open.pop().map(|start| start..at)),
            _ => {}
        }
    }
    found
}

/// What stands between a word that is in no parentheses.
fn parts<'t>(text: &'t str, word: &str) -> Vec<&'t str> {
    let nested: Vec<std::ops::Range<usize>> = groups(text).into_iter().skip(1).chain(values(text)).collect();
    let mut found = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices(word).filter(|(at, _)| !nested.iter().any(|range| range.contains(at))) {
        found.push(&text[start..at]);
        start = at + word.len();
    }
    found.push(&text[start..]);
    found
}

/// Whether a word is the variable of a condition.
pub(super) fn is_variable(word: &str) -> bool {
    matches!(
        word,
        "python_version" | "python_full_version" | "implementation_version" | "platform_release" | "platform_version"
    ) || VOCABULARY.iter().any(|(name, _)| *name == word)
}

/// The usual conditions, in either kind of quotes.
pub(super) fn all() -> Vec<String> {
    usual('\'').chain(usual('"')).collect()
}

fn usual(quote: char) -> impl Iterator<Item = String> {
    let platforms = VOCABULARY.iter().flat_map(move |(name, values)| {
        let compare =
            move |value: &&str| ["==", "!="].map(|operator| format!("{name} {operator} {quote}{value}{quote}"));
        values.iter().flat_map(compare)
    });
    let versions = MINORS.flat_map(move |minor| {
        OPERATORS.iter().map(move |operator| format!("python_version {operator} {quote}3.{minor}{quote}"))
    });
    platforms.chain(versions)
}

/// The text with each of its operators replaced by the others.
fn operators(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let is_sign = |byte: u8| b"<>=!~".contains(&byte);
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        while at < bytes.len() && is_sign(bytes[at]) {
            at += 1;
        }
        if at > start {
            let others = OPERATORS.iter().filter(|other| **other != &text[start..at]);
            found.extend(others.map(|other| format!("{}{other}{}", &text[..start], &text[at..])));
        }
        at += 1;
    }
    found
}

/// The quoted values of a condition, quotes included.
fn values(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut open: Option<(usize, char)> = None;
    for (at, character) in text.char_indices() {
        match open {
            None if matches!(character, '\'' | '"') => open = Some((at, character)),
            Some((start, quote)) if quote == character => {
                found.push(start..at + 1);
                open = None;
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likely_conditions_are_among_them() {
        let cases = [
            ("sys_platform == 'linux'", "sys_platform != 'win32'"),
            ("python_version < \"3.11\"", "python_version < \"3.12\""),
            ("python_version >= '3.9'", "python_version > '3.9'"),
            ("sys_platform == 'linux' and python_version < '3.12'", "sys_platform == 'linux'"),
            ("sys_platform == 'linux'", "python_version < '3.12'"),
            ("a == 'b'", "a != 'b'"),
        ];
        for (now, then) in cases {
            let all = before(now);
            assert!(all.iter().any(|marker| marker == then), "{now}: {then} is not in {all:?}");
            assert!(all.len() < 400, "{now}: {}", all.len());
        }
        let recorded = "(sys_platform == \"linux\" or sys_platform == \"darwin\") and python_version < \"3.15\"";
        for worded in [
            "python_version < '3.15' and (sys_platform == 'linux' or sys_platform == 'darwin')",
            "(sys_platform == 'darwin' or sys_platform == 'linux') and python_version < '3.15'",
            "python_version < \"3.15\" and (sys_platform == \"darwin\" or sys_platform == \"linux\")",
        ] {
            assert!(wordings(recorded).iter().any(|marker| marker == worded), "{worded}");
        }
        for odd in ["(", ")", "a or b) and (c", "' or '", "", "'", "a == '", "é == 'ü'", "=", "\"\"", "''"] {
            let _any = (before(odd), wordings(odd));
        }
    }
}
