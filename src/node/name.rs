//! Names of packages, as the registry of npm admits them.

/// Names that no package may have.
const RESERVED: &[&str] = &["node_modules", "favicon.ico"];

/// Whether npm takes a text for the name of a package, an old one with capital letters among them.
/// Follows `validate-npm-package-name` 7.
pub fn is_valid(name: &str) -> bool {
    let starts_well = !name.starts_with(['.', '_']) && name.trim() == name && !name.is_empty();
    let is_plain = |part: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte);
        !part.is_empty() && part.bytes().all(fits)
    };
    let scoped = name.strip_prefix('@').and_then(|rest| rest.split_once('/'));
    let is_word = match scoped {
        Some((scope, own)) => is_plain(scope) && is_plain(own) && !own.starts_with('.'),
        None => is_plain(name),
    };
    starts_well && is_word && !RESERVED.iter().any(|reserved| name.eq_ignore_ascii_case(reserved))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (name, expected) in [
            ("ms", true),
            ("MS", true),
            ("@acme/ms", true),
            ("lodash.get", true),
            ("", false),
            (".ms", false),
            ("_ms", false),
            ("ms two", false),
            (" ms", false),
            ("@acme/", false),
            ("a/b", false),
            ("node_modules", false),
        ] {
            assert_eq!(is_valid(name), expected, "{name}");
        }
    }
}
