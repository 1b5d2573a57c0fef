//! The keys under which pnpm-lock.yaml lists packages, and the references that lead to them.
//!
//! Format 9 writes `name@1.0.0(peer@2.0.0)`, 6 puts a slash before it, 5 writes
//! `/name/1.0.0_peer@2.0.0`. Git repositories, archives and directories have keys of their own.

/// A key without the peers it was resolved with: `a@1.0.0(b@2.0.0)` is `a@1.0.0`.
pub fn without_peers(key: &str) -> &str {
    key.find('(').map_or(key, |at| &key[..at])
}

/// The key that a dependency `name: reference` leads to; `None` for a link to a directory.
pub fn target(major: u32, name: &str, reference: &str) -> Option<String> {
    if reference.starts_with("link:") {
        return None;
    }
    let plain = without_peers(reference);
    let is_whole = match major {
        0..=5 => reference.contains('/') || reference.starts_with("file:"),
        6..=8 => reference.starts_with("file:") || plain.contains('/'),
        _ => names_package(plain),
    };
    Some(match major {
        _ if is_whole => reference.to_owned(),
        0..=5 => format!("/{name}/{reference}"),
        6..=8 => format!("/{name}@{reference}"),
        _ => format!("{name}@{reference}"),
    })
}

/// Whether a reference of format 9 begins with a package's name: `@s/a@1.0.0`, `a@1.0.0`, not `file:a@b`.
fn names_package(reference: &str) -> bool {
    let at = reference.find('@');
    reference.starts_with('@') || at.is_some_and(|at| reference.find(':').is_none_or(|colon| at < colon))
}

/// Name and version of a key, as far as the key tells: the version may be an address or a path.
pub fn parts(major: u32, key: &str) -> Option<(&str, &str)> {
    let plain = without_peers(key);
    if major <= 5 {
        let (name, version) = plain.strip_prefix('/')?.rsplit_once('/')?;
        return Some((name, version.split('_').next().unwrap_or(version)));
    }
    let plain = if major <= 8 { plain.strip_prefix('/')? } else { plain };
    let at = plain.char_indices().skip(1).find(|(_, letter)| *letter == '@')?.0;
    Some((&plain[..at], &plain[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_lead_to_keys() {
        let cases = [
            (9, "a", "1.0.0", Some("a@1.0.0")),
            (9, "@s/a", "1.0.0(b@2.0.0)", Some("@s/a@1.0.0(b@2.0.0)")),
            (9, "odd", "is-odd@3.0.1", Some("is-odd@3.0.1")),
            (9, "odd", "@s/is-odd@3.0.1", Some("@s/is-odd@3.0.1")),
            (9, "near", "link:../near", None),
            (9, "copy", "file:./copy@1", Some("copy@file:./copy@1")),
            (9, "a", "https://git.example.com/a/tar.gz/aa", Some("a@https://git.example.com/a/tar.gz/aa")),
            (6, "a", "1.0.0(@s/b@2.0.0)", Some("/a@1.0.0(@s/b@2.0.0)")),
            (6, "odd", "/is-odd@3.0.1", Some("/is-odd@3.0.1")),
            (6, "copy", "file:copy", Some("file:copy")),
            (5, "a", "1.0.0_b@2.0.0", Some("/a/1.0.0_b@2.0.0")),
            (5, "odd", "/is-odd/3.0.1", Some("/is-odd/3.0.1")),
        ];
        for (major, name, reference, key) in cases {
            assert_eq!(target(major, name, reference).as_deref(), key, "{major} {name}: {reference}");
        }
    }

    #[test]
    fn keys_are_taken_apart() {
        let cases = [
            (9, "@s/a@1.0.0(b@2.0.0)", Some(("@s/a", "1.0.0"))),
            (9, "copy@file:copy", Some(("copy", "file:copy"))),
            (6, "/a@1.0.0", Some(("a", "1.0.0"))),
            (6, "file:copy", None),
            (5, "/@s/a/1.0.0_b@2.0.0", Some(("@s/a", "1.0.0"))),
            (9, "", None),
            (9, "é", None),
        ];
        for (major, key, expected) in cases {
            assert_eq!(parts(major, key), expected, "{major} {key}");
        }
    }
}
