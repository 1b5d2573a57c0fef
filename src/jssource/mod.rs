//! What a JavaScript or TypeScript module exports, imports and makes, read from its text without running it.
//!
//! Of the names that a module exports, one that is missed would be a false accusation, so whatever may export
//! more than the text shows makes the module opaque; comments and strings count as text there, but for comments in lists of names.

mod document;
mod expression;
mod script;
mod token;

use std::collections::BTreeSet;

pub use self::document::{CODE, SPREAD, document};
pub use self::script::script;

/// What the text of a module shows.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Exports {
    /// Names it exports.
    pub names: BTreeSet<String>,
    /// Whether it may export names that the text does not show.
    pub opaque: bool,
}

/// Modules above this many bytes are not read: they are bundles.
const SIZE_LIMIT: usize = 1024 * 1024;

/// Words between `export` and the name.
const DECLARATIONS: &[&str] =
    &["async", "function", "function*", "const", "let", "var", "class", "abstract", "declare"];

/// Reads a module.
pub fn exports(text: &str) -> Exports {
    let mut found = Exports::default();
    if text.len() > SIZE_LIMIT {
        return Exports { opaque: true, ..found };
    }
    for (at, word) in text.match_indices("export") {
        let before = text[..at].chars().next_back();
        let rest = &text[at + word.len()..];
        match rest.chars().next() {
            Some('s') => found.assigned(before, &rest[1..]),
            Some(c)
                if c.is_whitespace()
                    || matches!(c, '{' | '*') && before.is_none_or(|c| c.is_whitespace() || c == ';') =>
            {
                found.declared(rest.trim_start());
            }
            _ => {}
        }
    }
    found.opaque |= [
        "__exportStar",
        "__export(",
        "Object.assign(exports",
        "Object.assign(module",
        "require(\"./dist",
        "lambda-api",
    ]
    .iter()
    .any(|sign| text.contains(sign));
    found
}

impl Exports {
    /// After `export`: `const a`, `async function a`, `{ a, b as c }`, `* from`, `default`.
    fn declared(&mut self, rest: &str) {
        if rest.starts_with('*') || rest.starts_with('=') || rest.starts_with("import") {
            self.opaque = true;
            return;
        }
        if let Some(list) = rest.strip_prefix('{').or_else(|| rest.strip_prefix("type {")) {
            self.list(list);
            return;
        }
        let mut words = rest.split(|c: char| c.is_whitespace()).filter(|word| !word.is_empty());
        for word in words.by_ref().take(4) {
            if word == "default" {
                self.names.insert("default".to_owned());
                return;
            }
            if DECLARATIONS.contains(&word) {
                continue;
            }
            // `const { a, b } = ...` binds what the text does not put in one word.
            if word.starts_with(['{', '[']) {
                self.opaque = true;
            }
            self.name(word.trim_start_matches('*'));
            return;
        }
    }

    /// `{ a, b as c, d: e, ...f }` up to its end.
    fn list(&mut self, list: &str) {
        let inner = inside(list);
        self.opaque |= inner.contains("...");
        for item in inner.split(',') {
            let exported = item.rsplit(" as ").next().unwrap_or(item);
            self.name(exported.split(':').next().unwrap_or(exported).trim());
        }
    }

    /// After `exports`: `.a = `, `['a'] =`, ` = { a, b }`, ` = something`.
    fn assigned(&mut self, before: Option<char>, rest: &str) {
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') {
            return;
        }
        if let Some(name) = rest.strip_prefix('.') {
            return self.name(name);
        }
        if let Some(name) = rest.strip_prefix("['").or_else(|| rest.strip_prefix("[\"")) {
            return self.name(name);
        }
        let Some(value) = rest.trim_start().strip_prefix('=').filter(|value| !value.starts_with('=')) else {
            // `exports` handed on: anything may be added.
            self.opaque |= rest.starts_with([',', ')', '[']);
            return;
        };
        let value = value.trim_start();
        match value.strip_prefix('{') {
            Some(list) => self.list(list),
            None => self.opaque = true,
        }
        // What follows a nested value is not looked at.
        self.opaque |= value.starts_with('{')
            && value[1..].find('{').is_some_and(|open| value[1..].find('}').is_some_and(|close| open < close));
    }

    fn name(&mut self, text: &str) {
        let end = text.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').unwrap_or(text.len());
        if end > 0 {
            self.names.insert(text[..end].to_owned());
        }
    }
}

/// What stands before the brace that closes a list, without comments: they may hold any sign.
fn inside(list: &str) -> String {
    let mut inner = String::new();
    let mut rest = list;
    while let Some(letter) = rest.chars().next().filter(|letter| *letter != '}') {
        let is_apart = inner.chars().next_back().is_none_or(|before| before.is_whitespace() || before == ',');
        let end = match rest.get(..2) {
            Some("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            // Not the one of an address.
            Some("//") if is_apart => rest.find('\n').unwrap_or(rest.len()),
            _ => {
                inner.push(letter);
                letter.len_utf8()
            }
        };
        rest = &rest[end..];
    }
    inner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exported_names() {
        let cases: &[(&str, &[&str], bool)] = &[
            ("export const handler = async (event) => {};", &["handler"], false),
            ("export async function handler(event) {}\nexport default x", &["default", "handler"], false),
            ("exports.handler = async function (event) {};\nexports.other = 1", &["handler", "other"], false),
            ("module.exports.handler = () => {}", &["handler"], false),
            ("module.exports = { handler, b: c };", &["b", "handler"], false),
            ("export { main as handler, b };", &["b", "handler"], false),
            (
                "module.exports = {\n\t// Later: a <B>, c\n\thandler: wrap((e) => new C().run(e)),\n\t/* } */ other };",
                &["handler", "other"],
                false,
            ),
            ("module.exports = { url: 'https://a.example', handler };", &["handler", "url"], false),
            ("export * from './api';", &[], true),
            ("module.exports = serverless(app);", &[], true),
            ("module.exports = { ...all };", &[], true),
            ("const exporter = 1; x.myexports.handler = 1", &[], false),
        ];
        for (text, names, opaque) in cases {
            let found = exports(text);
            assert_eq!(found.names.iter().map(String::as_str).collect::<Vec<_>>(), *names, "{text}");
            assert_eq!(found.opaque, *opaque, "{text}");
        }
    }
}
