//! Build arguments and the variables that stand for them.

use std::collections::BTreeMap;

/// Variables that Docker sets by itself.
const PREDEFINED: &[&str] = &[
    "TARGETPLATFORM", "TARGETARCH", "TARGETVARIANT", "TARGETOS", "BUILDPLATFORM", "BUILDARCH", "BUILDVARIANT", "BUILDOS",
];

/// Longer values are not worked out: arguments that repeat each other grow without end.
const LONGEST: usize = 4096;

/// Build arguments with their defaults; `None` when they have none.
pub(super) type Defaults = BTreeMap<String, Option<String>>;

/// The names and values of `ARG a=1 b` or `ENV a=1 b="2 3"`, or of the old `ENV a 1 2`.
pub(super) fn pairs(text: &str) -> Vec<(String, Option<String>)> {
    let words = words(text);
    if let [name, rest @ ..] = words.as_slice()
        && !name.contains('=')
        && !rest.is_empty()
        && !rest[0].contains('=')
    {
        return vec![(name.clone(), Some(rest.join(" ")))];
    }
    let pair = |word: &String| match word.split_once('=') {
        Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
        None => (word.clone(), None),
    };
    words.iter().map(pair).collect()
}

fn words(text: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        let last = words.len() - 1;
        match c {
            '\\' => words[last].extend(chars.next().filter(|c| *c != '\n')),
            '"' | '\'' if quote == Some(c) => quote = None,
            '"' | '\'' if quote.is_none() => quote = Some(c),
            c if c.is_whitespace() && quote.is_none() => {
                if !words[last].is_empty() {
                    words.push(String::new());
                }
            }
            c => words[last].push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A text with its variables replaced by the defaults of the arguments.
pub(super) fn resolve(text: &str, defaults: &Defaults) -> Result<String, String> {
    let mut resolved = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        resolved.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let (expression, end) = match after.strip_prefix('{') {
            Some(inside) => {
                let end = inside.find('}').ok_or_else(|| "a variable has no closing brace".to_owned())?;
                (&inside[..end], at + 1 + end + 2)
            }
            None => {
                let length = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
                (&after[..length], at + 1 + length)
            }
        };
        resolved.push_str(&value(expression, defaults)?);
        if resolved.len() > LONGEST {
            return Err(format!("it gets longer than {LONGEST} bytes"));
        }
        rest = &rest[end..];
    }
    resolved.push_str(rest);
    // Quotes may stand within the word: `"$IMAGE":"$TAG"`.
    Ok(resolved.replace(['"', '\''], ""))
}

/// What stands before and behind the variables of a text, when Docker sets all of them: `build-${TARGETARCH}`.
pub(super) fn sets_platform(text: &str) -> Option<(&str, &str)> {
    let names = text.split('$').skip(1).map(|rest| {
        let inside = rest.trim_start_matches('{');
        let length = inside.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inside.len());
        &inside[..length]
    });
    let is_set = names.clone().count() > 0 && names.clone().all(|name| PREDEFINED.contains(&name));
    let (before, _) = text.split_once('$')?;
    let (_, last) = text.rsplit_once('$')?;
    let behind = match last.split_once('}') {
        Some((_, behind)) => behind,
        None => last.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_'),
    };
    is_set.then_some((before, behind))
}

/// `NAME`, or `NAME:-default`.
fn value(expression: &str, defaults: &Defaults) -> Result<String, String> {
    let length = expression.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(expression.len());
    let (name, operator) = expression.split_at(length);
    let set = defaults.get(name).cloned().flatten();
    match operator {
        "" => set.ok_or_else(|| {
            if PREDEFINED.contains(&name) {
                format!("the build sets `{name}`")
            } else {
                format!("the argument `{name}` has no default")
            }
        }),
        operator if operator.starts_with(":-") || operator.starts_with('-') => {
            let default = operator.trim_start_matches(':').trim_start_matches('-').to_owned();
            Ok(set.filter(|value| !value.is_empty()).unwrap_or(default))
        }
        _ => Err(format!("`${{{expression}}}` is not worked out")),
    }
}
