//! Names of packages, extras and groups, as PEP 503 and PEP 685 normalise them.

/// The name in lower case, each run of `-`, `_` and `.` as one `-`.
pub fn normalize(name: &str) -> String {
    if is_normal(name) {
        return name.to_owned();
    }
    let mut normal = String::with_capacity(name.len());
    let mut separated = false;
    for character in name.trim().chars() {
        if matches!(character, '-' | '_' | '.') {
            separated = true;
            continue;
        }
        if separated && !normal.is_empty() {
            normal.push('-');
        }
        separated = false;
        normal.extend(character.to_lowercase());
    }
    normal
}

/// Whether a name is normalised: small ASCII letters and digits, with single hyphens between them.
fn is_normal(name: &str) -> bool {
    let mut separated = true;
    for byte in name.bytes() {
        match byte {
            b'-' if !separated => separated = true,
            b'a'..=b'z' | b'0'..=b'9' => separated = false,
            _ => return false,
        }
    }
    !separated
}

/// Whether it is a name: ASCII letters, digits, `-`, `_`, `.`, beginning and ending with a letter or digit.
pub fn is_valid(name: &str) -> bool {
    let bytes = name.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    first.is_ascii_alphanumeric()
        && last.is_ascii_alphanumeric()
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_normalised() {
        for (written, normal) in [
            ("Requests", "requests"),
            ("zope.interface", "zope-interface"),
            ("ruamel_yaml-_.clib", "ruamel-yaml-clib"),
            ("-x-", "x"),
            ("a--b", "a-b"),
            ("a-b-", "a-b"),
            ("x2-y", "x2-y"),
            ("\u{c4}x", "\u{e4}x"),
            ("", ""),
        ] {
            assert_eq!(normalize(written), normal, "{written}");
        }
        assert!(is_valid("a.b_c-d9") && !is_valid("a-") && !is_valid(".a") && !is_valid("") && !is_valid("a b"));
    }
}
