//! The text of a marker as pip writes it: which words stand where, not what they say.
//!
//! pip-compile writes the condition of an input anew in the words of the `packaging` library
//! (read at 26): double quotes, single spaces, and no parentheses around one thing alone.

/// Deeper than this nobody nests conditions.
const MAX_DEPTH: usize = 50;

/// The wording of a marker; `None` when it is none.
pub fn wording(text: &str) -> Option<String> {
    let tokens = tokens(text)?;
    let mut at = 0;
    let (shown, _) = group(&tokens, &mut at, 0)?;
    (at == tokens.len()).then_some(shown)
}

/// A list of conditions up to its closing parenthesis, and whether it is more than one thing.
fn group(tokens: &[String], at: &mut usize, depth: usize) -> Option<(String, bool)> {
    if depth > MAX_DEPTH {
        return None;
    }
    let mut parts: Vec<String> = Vec::new();
    let mut is_several = false;
    loop {
        if tokens.get(*at)? == "(" {
            *at += 1;
            let (inner, several) = group(tokens, at, depth + 1)?;
            if tokens.get(*at)? != ")" {
                return None;
            }
            *at += 1;
            parts.push(if several { format!("({inner})") } else { inner });
        } else {
            let mut words = Vec::new();
            while let Some(token) = tokens.get(*at).filter(|token| !matches!(token.as_str(), "and" | "or" | "(" | ")"))
            {
                words.push(token.as_str());
                *at += 1;
            }
            parts.push(words.join(" "));
        }
        match tokens.get(*at).map(String::as_str) {
            Some(word @ ("and" | "or")) => {
                is_several = true;
                parts.push(word.to_owned());
                *at += 1;
            }
            _ => {
                // Parentheses around one group alone are dropped, however many there are.
                let alone = parts.len() == 1;
                let shown = parts.join(" ");
                let inner = shown.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
                return match inner.filter(|_| alone) {
                    Some(inner) => Some((inner.to_owned(), true)),
                    None => Some((shown, is_several)),
                };
            }
        }
    }
}

fn tokens(text: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '(' | ')' => 1,
            '"' | '\'' => rest[1..].find(first)? + 2,
            '<' | '>' | '=' | '!' | '~' => rest.find(|c| !"<>=!~".contains(c)).unwrap_or(rest.len()),
            _ => rest.find(|c: char| c.is_whitespace() || "()<>=!~'\"".contains(c)).unwrap_or(rest.len()),
        };
        let token = &rest[..length];
        found.push(match first {
            '\'' if !token.contains('"') => token.replace('\'', "\""),
            _ => token.to_owned(),
        });
        rest = rest[length..].trim_start();
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `str(packaging.markers.Marker(text))` gives.
    #[test]
    fn markers_are_worded_as_pip_words_them() {
        let cases = [
            ("os_name=='nt'", "os_name == \"nt\""),
            ("(os_name == 'nt')", "os_name == \"nt\""),
            ("((os_name == 'nt' or os_name == 'x'))", "os_name == \"nt\" or os_name == \"x\""),
            (
                "(os_name == 'nt') and (os_name == 'x' and os_name == 'y')",
                "os_name == \"nt\" and (os_name == \"x\" and os_name == \"y\")",
            ),
            (
                "((os_name == 'nt' or os_name == 'x')) and os_name == 'y'",
                "(os_name == \"nt\" or os_name == \"x\") and os_name == \"y\"",
            ),
            ("sys_platform  not   in 'a b'", "sys_platform not in \"a b\""),
        ];
        for (text, expected) in cases {
            assert_eq!(wording(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["(os_name == 'nt'", "os_name == 'nt", "os_name == 'nt')"] {
            assert_eq!(wording(text), None, "{text}");
        }
    }
}
