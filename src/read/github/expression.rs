//! Values behind workflow expressions, as far as the file itself tells them: the matrix,
//! variables, and defaults of inputs. Everything else is unknown.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::shell::expressions;
use crate::source::Span;
use crate::syntax::Node;

/// More values of a matrix than this are not listed.
const MOST_VALUES: usize = 100;

/// A value that a text may have.
#[derive(Debug, Clone)]
pub(super) struct Stated<'d> {
    /// The text with its expression replaced.
    pub(super) text: String,
    /// The scalar that decides it.
    pub(super) origin: Node<'d>,
    /// Whether others may be put in its place: it is one of several of a matrix, or the default of an input.
    pub(super) enumerated: bool,
}

impl Stated<'_> {
    /// Where the deciding text stands.
    pub(super) fn place(&self) -> Span {
        self.origin.inner_span()
    }
}

/// Where expressions of a job or action are looked up.
#[derive(Debug, Clone, Default)]
pub(super) struct Lookup<'d> {
    /// The matrix of the job.
    pub(super) matrix: Option<Node<'d>>,
    /// Maps of variables, the nearest first.
    pub(super) environments: Vec<Node<'d>>,
    /// Maps of inputs.
    pub(super) inputs: Vec<Node<'d>>,
}

impl<'d> Lookup<'d> {
    /// The values a scalar may have.
    pub(super) fn values(&self, node: Node<'d>) -> Result<Vec<Stated<'d>>, String> {
        let Some(text) = node.scalar() else { return Err("it is not a string".to_owned()) };
        let places = expressions(text);
        let [place] = places.as_slice() else {
            if places.is_empty() {
                return Ok(vec![Stated { text: text.to_owned(), origin: node, enumerated: false }]);
            }
            return Err("it depends on several expressions".to_owned());
        };
        let inside = text[place.start + 3..place.end - 2].trim();
        let (found, enumerated) = self.found(inside, node)?;
        let stated = found.into_iter().filter(|(value, _)| !value.contains("${{")).take(MOST_VALUES);
        let stated = stated.map(|(value, origin)| Stated {
            text: [&text[..place.start], &value, &text[place.end..]].concat(),
            origin,
            enumerated,
        });
        let stated: Vec<_> = stated.collect();
        if stated.is_empty() { Err(format!("`{inside}` is known only when it runs")) } else { Ok(stated) }
    }

    /// The values of the expressions in a text, of those whose values are all written out: a matrix, a variable, the default of an input.
    pub(super) fn written_in(&self, text: &str) -> BTreeMap<String, Vec<String>> {
        let valued = |place: Range<usize>| {
            let inside = text[place.start + 3..place.end - 2].trim();
            let values: Vec<String> = match inside.strip_prefix("matrix.") {
                Some(name) => self.matrix_values(name).into_iter().map(|(value, _)| value).collect(),
                None => self.named(inside)?.into_iter().map(|(value, _)| value).collect(),
            };
            let is_written = !values.is_empty() && values.iter().all(|value| !value.contains("${{"));
            is_written.then(|| (text[place].to_owned(), values))
        };
        expressions(text).into_iter().filter_map(valued).collect()
    }

    /// The only value a scalar can have.
    pub(super) fn one(&self, node: Node<'d>) -> Result<String, String> {
        let mut values = self.values(node)?;
        match values.len() {
            1 => Ok(values.remove(0).text),
            _ => Err("it is one of several of a matrix".to_owned()),
        }
    }

    /// The values of an expression that stands in a scalar, and whether others may be put in their place.
    fn found(&self, inside: &str, node: Node<'d>) -> Result<(Vec<Found<'d>>, bool), String> {
        let unknown = || format!("`{inside}` is known only when it runs");
        if let Some(value) = json_literal(inside) {
            let texts = texts(&value);
            let several = texts.len() > 1;
            return Ok((texts.into_iter().map(|text| (text, node)).collect(), several));
        }
        let (context, name) = inside.split_once('.').ok_or_else(unknown)?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        if !name.chars().all(is_name) {
            return Err(unknown());
        }
        match context.trim() {
            "matrix" => {
                let values = self.matrix_values(name);
                let several = values.len() > 1;
                Ok((values, several))
            }
            context => {
                let found = self.named(inside).ok_or_else(unknown)?;
                Ok((found, context != "env"))
            }
        }
    }

    /// The value of a variable, or the default of an input.
    fn named(&self, inside: &str) -> Option<Vec<Found<'d>>> {
        let default = |input: &str| self.inputs.iter().find_map(|map| own(map.at(&[input, "default"])?));
        let found = match inside.split_once('.')? {
            ("env", name) => self.environments.iter().find_map(|map| own(map.get(name)?)),
            ("inputs", name) => default(name),
            ("github", name) => name.strip_prefix("event.inputs.").and_then(default),
            _ => None,
        };
        found.map(|found| vec![found])
    }

    /// All values of a matrix key, those of `include` too; `a.b` looks into maps. A list may be written as JSON.
    fn matrix_values(&self, name: &str) -> Vec<Found<'d>> {
        let Some(matrix) = self.matrix else { return Vec::new() };
        if let Some(value) = matrix.scalar().and_then(written_json) {
            return value.get(name).map(texts).unwrap_or_default().into_iter().map(|text| (text, matrix)).collect();
        }
        let (key, rest) = name.split_once('.').unwrap_or((name, ""));
        let list = matrix.get(key);
        let as_json = list.and_then(|list| Some((list, written_json(list.scalar()?)?)));
        let in_json = as_json.into_iter().flat_map(|(list, value)| texts(&value).into_iter().map(move |text| (text, list)));
        let listed = list.into_iter().flat_map(Node::items);
        let included = matrix.get("include").into_iter().flat_map(Node::items).filter_map(|entry| entry.get(key));
        let deeper = |value: Node<'d>| {
            rest.split('.').filter(|part| !part.is_empty()).try_fold(value, |node, part| node.get(part))
        };
        in_json.chain(listed.chain(included).filter_map(deeper).filter_map(own)).take(MOST_VALUES).collect()
    }
}

/// A value, and the scalar that decides it.
type Found<'d> = (String, Node<'d>);

fn own(node: Node<'_>) -> Option<Found<'_>> {
    node.scalar().map(|text| (text.to_owned(), node))
}

/// The value of a text that is one expression: `${{ fromJSON('["3.11", "3.12"]') }}`.
pub(super) fn written_json(text: &str) -> Option<serde_json::Value> {
    let places = expressions(text);
    let is_whole = matches!(places.as_slice(), [place] if *place == (0..text.len()));
    is_whole.then(|| json_literal(text[3..text.len() - 2].trim())).flatten()
}

/// The value of `fromJSON('...')`; a quote inside the text is doubled.
fn json_literal(inside: &str) -> Option<serde_json::Value> {
    let (function, rest) = inside.split_once('(')?;
    let text = rest.trim().strip_suffix(')')?.trim().strip_prefix('\'')?.strip_suffix('\'')?;
    let is_one = function.trim().eq_ignore_ascii_case("fromJSON") && !text.replace("''", "").contains('\'');
    is_one.then(|| serde_json::from_str(&text.replace("''", "'")).ok()).flatten()
}

/// The texts and numbers of a list, or the one that there is.
fn texts(value: &serde_json::Value) -> Vec<String> {
    let text = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    match value {
        serde_json::Value::Array(items) => items.iter().filter_map(text).collect(),
        one => text(one).into_iter().collect(),
    }
}
