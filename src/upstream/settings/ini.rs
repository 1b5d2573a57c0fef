//! Files of `key = value` lines: pip.conf with its sections, .npmrc without.

/// A line: its section (empty before the first), key and value. Values that go on in indented lines are joined by
/// spaces.
pub(super) fn entries(text: &str) -> Vec<(String, String, String)> {
    let mut section = String::new();
    let mut entries: Vec<(String, String, String)> = Vec::new();
    for line in text.trim_start_matches('\u{FEFF}').lines() {
        let bare = line.trim();
        if bare.is_empty() || bare.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.trim().clone_into(&mut section);
        } else if line.starts_with([' ', '\t']) && !entries.is_empty() && !is_pair(bare) {
            if let Some((_, _, value)) = entries.last_mut() {
                value.push(' ');
                value.push_str(bare);
            }
        } else if let Some((key, value)) = bare.split_once('=') {
            entries.push((section.clone(), key.trim().to_owned(), unquoted(value.trim()).to_owned()));
        }
    }
    entries
}

/// Whether an indented line is an entry of its own and no address that goes on.
fn is_pair(line: &str) -> bool {
    line.split_once('=').is_some_and(|(key, _)| !key.contains("://"))
}

fn unquoted(value: &str) -> &str {
    ['"', '\''].into_iter().find_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote)).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::entries;

    #[test]
    fn lines_become_entries() {
        let text = "[global]\nindex-url = https://a.example.com/simple\nextra-index-url =\n    https://b.example.com/simple?x=1\n\n    https://c.example.com/simple\n; no\n[install]\n no-index = true\n";
        let expected = [
            ("global", "index-url", "https://a.example.com/simple"),
            ("global", "extra-index-url", " https://b.example.com/simple?x=1 https://c.example.com/simple"),
            ("install", "no-index", "true"),
        ];
        let expected: Vec<_> = expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned())).into();
        assert_eq!(entries(text), expected);
    }
}
