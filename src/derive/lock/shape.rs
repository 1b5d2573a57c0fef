//! What a TOML value must look like, as a table; and the first place that does not.

use crate::source::Span;
use crate::syntax::{Entry, Kind, Node};

/// What a value must be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// Anything.
    Any,
    /// A text.
    Text,
    /// A text of one line.
    Line,
    /// A text that begins like an address: a word, a colon, no space.
    Address,
    /// A text that a test accepts, and what it should be.
    Checked(fn(&str) -> bool, &'static str),
    /// One of some words.
    Word(&'static [&'static str]),
    /// A truth value.
    Bool,
    /// A number.
    Number,
    /// A list.
    List(&'static Self),
    /// A list that is not empty.
    Some(&'static Self),
    /// A table of values of one shape; keys of other than the usual letters are passed over.
    Map(&'static Self),
    /// A table of known keys.
    Table(&'static Table),
    /// Any of some shapes.
    Either(&'static [Self], &'static str),
}

/// A table of known keys.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) keys: &'static [(&'static str, Shape)],
    /// All of these must be there.
    pub(super) needed: &'static [&'static str],
    /// At least one of these must be there; none when it is empty.
    pub(super) one_of: &'static [&'static str],
    /// Whether keys that are not listed are refused.
    pub(super) closed: bool,
}

/// What is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) span: Span,
}

impl Fault {
    pub(super) fn new(message: impl Into<String>, span: Span) -> Self {
        Self { message: message.into(), span }
    }
}

impl Shape {
    /// The first fault of a value; `name` is what to call it.
    pub(super) fn fault(self, value: Node<'_>, name: &str) -> Option<Fault> {
        let text = (value.kind() == Kind::Text && value.style() != crate::syntax::Style::Plain)
            .then(|| value.text().unwrap_or_default());
        let wrong = |what: &str| Some(Fault::new(format!("{name} is not {what}"), value.span()));
        match self {
            Self::Any => None,
            Self::Text if text.is_none() => wrong("a string"),
            Self::Line if text.is_none_or(|text| text.contains('\n')) => wrong("a string of one line"),
            Self::Address if !text.is_none_or(is_address) => wrong("an address"),
            Self::Address if text.is_none() => wrong("a string"),
            Self::Checked(holds, what) if !text.is_some_and(holds) => wrong(what),
            Self::Word(words) if !text.is_some_and(|text| words.contains(&text)) => {
                wrong(&format!("one of {}", words.join(", ")))
            }
            Self::Bool if value.bool().is_none() => wrong("true or false"),
            Self::Number if value.float().is_none() => wrong("a number"),
            Self::List(_) | Self::Some(_) if !value.is_list() => wrong("a list"),
            Self::Some(_) if value.items().next().is_none() => wrong("a list with anything in it"),
            Self::List(inner) | Self::Some(inner) => {
                value.items().find_map(|item| inner.fault(item, &format!("an item of {name}")))
            }
            Self::Map(_) | Self::Table(_) if !value.is_map() => wrong("a table"),
            Self::Map(inner) => value
                .own_entries()
                .filter(|entry| is_name(key(*entry)))
                .find_map(|entry| inner.fault(entry.value, &format!("{name}.{}", key(entry)))),
            Self::Table(table) => table.fault(value, name),
            Self::Either(shapes, what) => {
                let fits = shapes.iter().any(|shape| shape.fault(value, name).is_none());
                if fits { None } else { wrong(what) }
            }
            Self::Text | Self::Line | Self::Address | Self::Checked(..) | Self::Word(_) | Self::Bool | Self::Number => {
                None
            }
        }
    }
}

impl Table {
    fn fault(&self, value: Node<'_>, name: &str) -> Option<Fault> {
        let has = |key: &&&str| value.get(key).is_some();
        if let Some(absent) = self.needed.iter().find(|key| !has(key)) {
            return Some(Fault::new(format!("{name} has no {absent}"), value.span()));
        }
        if !self.one_of.is_empty() && !self.one_of.iter().any(|key| has(&key)) {
            return Some(Fault::new(format!("{name} has none of {}", self.one_of.join(", ")), value.span()));
        }
        value.own_entries().find_map(|entry| {
            let key = key(entry);
            match self.keys.iter().find(|(known, _)| *known == key) {
                Some((_, shape)) => shape.fault(entry.value, &format!("{name}.{key}")),
                None if self.closed => Some(unknown_key(name, entry)),
                None => None,
            }
        })
    }
}

/// A key that is not among those that are known.
fn unknown_key(name: &str, entry: Entry<'_>) -> Fault {
    Fault::new(format!("{name} has the key `{}`, which is not known there", key(entry)), entry.key.span())
}

/// The key of an entry.
pub(super) fn key(entry: Entry<'_>) -> &str {
    entry.key.scalar().unwrap_or_default()
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

fn is_address(text: &str) -> bool {
    let is_word = |scheme: &str| !scheme.is_empty() && scheme.chars().all(|c| c.is_alphanumeric() || c == '_');
    let is_rest = |rest: &str| !rest.is_empty() && !rest.contains(char::is_whitespace);
    text.split_once(':').is_some_and(|(scheme, rest)| is_word(scheme) && is_rest(rest))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::source::SourceId;
    use crate::syntax::toml;

    #[test]
    fn the_first_place_that_does_not_fit_is_named() {
        const INNER: Table = Table { keys: &[("on", Shape::Bool)], needed: &["on"], one_of: &[], closed: true };
        const SHAPE: Shape = Shape::Map(&Shape::Either(&[Shape::Text, Shape::Table(&INNER)], "a string or a switch"));
        let cases = [
            ("a = 'x'\nb = { on = true }", None),
            ("a = 1", Some("T.a is not a string or a switch")),
            ("a = { on = 1 }", Some("T.a is not a string or a switch")),
            ("a = 2020-01-01", Some("T.a is not a string or a switch")),
            ("'a b' = 1", None),
        ];
        for (text, expected) in cases {
            let tree = toml::parse(SourceId::FIRST, &text.into()).unwrap();
            assert_eq!(SHAPE.fault(tree.root(), "T").map(|fault| fault.message).as_deref(), expected, "{text}");
        }
        for (text, is_one) in
            [("https://a", true), ("https:", false), ("a b:c", false), ("x", false), ("mailto:a", true)]
        {
            assert_eq!(is_address(text), is_one, "{text}");
        }
    }
}
