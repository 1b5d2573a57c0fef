//! Values behind workflow expressions, as far as the file itself tells them: the matrix,
//! variables, and defaults of inputs. Everything else is unknown.

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
        let (origins, enumerated) = self.origins(inside)?;
        let stated = origins.into_iter().take(MOST_VALUES).filter_map(|origin| {
            let value = origin.scalar().filter(|value| !value.contains("${{"))?;
            Some(Stated { text: [&text[..place.start], value, &text[place.end..]].concat(), origin, enumerated })
        });
        let stated: Vec<_> = stated.collect();
        if stated.is_empty() { Err(format!("`{inside}` is known only when it runs")) } else { Ok(stated) }
    }

    /// The only value a scalar can have.
    pub(super) fn one(&self, node: Node<'d>) -> Result<String, String> {
        let mut values = self.values(node)?;
        match values.len() {
            1 => Ok(values.remove(0).text),
            _ => Err("it is one of several of a matrix".to_owned()),
        }
    }

    fn origins(&self, inside: &str) -> Result<(Vec<Node<'d>>, bool), String> {
        let unknown = || format!("`{inside}` is known only when it runs");
        let (context, name) = inside.split_once('.').ok_or_else(unknown)?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
        if !name.chars().all(is_name) {
            return Err(unknown());
        }
        match context.trim() {
            "matrix" => {
                let origins = self.matrix_values(name);
                let several = origins.len() > 1;
                Ok((origins, several))
            }
            "env" => {
                let found = self.environments.iter().find_map(|map| map.get(name));
                found.map(|node| (vec![node], false)).ok_or_else(unknown)
            }
            "inputs" => {
                let found = self.inputs.iter().find_map(|map| map.at(&[name, "default"]));
                found.map(|node| (vec![node], true)).ok_or_else(unknown)
            }
            "github" => {
                let input = name.strip_prefix("event.inputs.").ok_or_else(unknown)?;
                let found = self.inputs.iter().find_map(|map| map.at(&[input, "default"]));
                found.map(|node| (vec![node], true)).ok_or_else(unknown)
            }
            _ => Err(unknown()),
        }
    }

    /// All scalars of a matrix key, those of `include` too; `a.b` looks into maps.
    fn matrix_values(&self, name: &str) -> Vec<Node<'d>> {
        let Some(matrix) = self.matrix else { return Vec::new() };
        let (key, rest) = name.split_once('.').unwrap_or((name, ""));
        let listed = matrix.get(key).into_iter().flat_map(Node::items);
        let included = matrix.get("include").into_iter().flat_map(Node::items).filter_map(|entry| entry.get(key));
        listed
            .chain(included)
            .filter_map(|value| rest.split('.').filter(|part| !part.is_empty()).try_fold(value, |node, part| node.get(part)))
            .filter(|value| value.scalar().is_some())
            .take(MOST_VALUES)
            .collect()
    }
}
