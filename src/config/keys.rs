//! Tables with known keys: a key that does not exist is a fault with a suggestion.

use super::ConfigProblem;
use crate::nearest::nearest;
use crate::source::Span;
use crate::syntax::{Entry, Kind, Node};

/// What is read of a configuration and the faults found on the way.
#[derive(Debug, Default)]
pub(crate) struct Faults(pub(crate) Vec<ConfigProblem>);

impl Faults {
    pub(crate) fn add(&mut self, span: Span, message: impl Into<String>, help: Option<String>) {
        self.0.push(ConfigProblem { span, message: message.into(), help });
    }

    /// The entries of a table whose keys are all among `known`; others are faults.
    pub(crate) fn entries<'d>(&mut self, node: Node<'d>, what: &str, known: &[&str]) -> Vec<(&'d str, Entry<'d>)> {
        if !node.is_map() {
            self.wrong_type(node, what, "a table");
            return Vec::new();
        }
        let mut entries = Vec::new();
        for entry in node.entries() {
            let Some(key) = entry.key.scalar() else { continue };
            if known.contains(&key) {
                entries.push((key, entry));
            } else {
                let help = nearest(key, known.iter().copied())
                    .map(|near| format!("did you mean `{near}`?"))
                    .or_else(|| Some(format!("known keys: {}", known.join(", "))));
                self.add(entry.key.span(), format!("{what} has no key `{key}`"), help);
            }
        }
        entries
    }

    pub(crate) fn wrong_type(&mut self, node: Node<'_>, what: &str, wanted: &str) {
        self.add(node.span(), format!("{what} must be {wanted}, this is {}", kind_name(node.kind())), None);
    }

    pub(crate) fn text(&mut self, node: Node<'_>, what: &str) -> Option<String> {
        if let Some(text) = node.text() {
            return Some(text.to_owned());
        }
        self.wrong_type(node, what, "a text");
        None
    }

    pub(crate) fn texts(&mut self, node: Node<'_>, what: &str) -> Vec<String> {
        if !node.is_list() {
            self.wrong_type(node, what, "a list of texts");
            return Vec::new();
        }
        node.items().filter_map(|item| self.text(item, what)).collect()
    }

    /// One of a few words.
    pub(crate) fn word<T: Copy>(&mut self, node: Node<'_>, what: &str, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(node, what)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*value);
        }
        let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let help = nearest(&text, all.iter().copied())
            .map_or_else(|| format!("one of: {}", all.join(", ")), |near| format!("did you mean `{near}`?"));
        self.add(node.span(), format!("{what} cannot be `{text}`"), Some(help));
        None
    }
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "nothing",
        Kind::Bool => "true or false",
        Kind::Int => "a whole number",
        Kind::Float => "a number",
        Kind::Text => "a text",
        Kind::List => "a list",
        Kind::Map => "a table",
    }
}
