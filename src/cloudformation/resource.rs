//! The resources of a template, loops (`Fn::ForEach`) written out.

use super::evaluate::Evaluator;
use super::placeholder::unmasked;
use super::section::Sections;
use super::term::{Piece, Term, alternatives};
use crate::syntax::Node;

/// Loops inside loops deeper than this are not written out.
const DEPTH: u8 = 4;

/// More resources than this are not written out: CloudFormation refuses more than 500.
const LIMIT: usize = 2000;

/// One resource.
#[derive(Debug, Clone)]
pub(super) struct Resource<'d> {
    /// Its logical name.
    pub id: String,
    /// The key that declares it.
    pub key: Node<'d>,
    /// What stands under the key.
    pub node: Node<'d>,
    /// Its type, `AWS::SQS::Queue`.
    pub kind: &'d str,
    /// The loop variables that hold in it.
    pub variables: Vec<(String, String)>,
}

/// All resources of a template, in the order of the text.
pub(super) fn resources<'d>(sections: &Sections<'d>, evaluator: &mut Evaluator<'d>) -> Vec<Resource<'d>> {
    let mut found = Vec::new();
    for part in sections.parts("Resources") {
        collect(part, &[], evaluator, 0, &mut found);
    }
    evaluator.bind(Vec::new());
    found
}

fn collect<'d>(
    map: Node<'d>,
    variables: &[(String, String)],
    evaluator: &mut Evaluator<'d>,
    depth: u8,
    found: &mut Vec<Resource<'d>>,
) {
    let entries = map.entries();
    for (index, entry) in entries.iter().enumerate() {
        let Some(name) = entry.key.scalar() else { continue };
        if name.starts_with("Fn::ForEach::") {
            unroll(entry.value, variables, evaluator, depth, found);
            continue;
        }
        // A key that is written twice: the last one counts, as in the loaders of CloudFormation and SAM.
        let is_rewritten = entries[index + 1..].iter().any(|later| later.key.scalar() == Some(name));
        let Some(kind) = entry.value.get("Type").and_then(Node::scalar).filter(|_| !is_rewritten) else { continue };
        if found.len() >= LIMIT {
            return;
        }
        evaluator.bind(variables.to_vec());
        let id = unmasked(&evaluator.expand(name));
        found.push(Resource { id, key: entry.key, node: entry.value, kind, variables: variables.to_vec() });
    }
}

/// `Fn::ForEach::Loop: [Variable, [values], {body}]`. A loop over values that are not known
/// is passed over once with its variable left as it is.
fn unroll<'d>(
    node: Node<'d>,
    variables: &[(String, String)],
    evaluator: &mut Evaluator<'d>,
    depth: u8,
    found: &mut Vec<Resource<'d>>,
) {
    let parts: Vec<Node<'d>> = node.items().take(3).collect();
    let [variable, collection, body] = parts.as_slice() else { return };
    let Some(variable) = variable.scalar() else { return };
    if depth >= DEPTH {
        return;
    }
    evaluator.bind(variables.to_vec());
    let values = values(&evaluator.term(*collection), evaluator);
    for value in values.unwrap_or_else(|| vec![format!("${{{variable}}}")]) {
        if found.len() >= LIMIT {
            return;
        }
        let mut inner = variables.to_vec();
        inner.push((variable.to_owned(), value));
        collect(*body, &inner, evaluator, depth + 1, found);
    }
}

fn values<'d>(collection: &Term<'d>, evaluator: &Evaluator<'d>) -> Option<Vec<String>> {
    let items = evaluator.items(collection)?;
    items
        .iter()
        .map(|item| match alternatives(item).as_slice() {
            [pieces] => match pieces.as_slice() {
                [Piece::Text(text)] => Some(text.clone()),
                _ => None,
            },
            _ => None,
        })
        .collect()
}

/// Whether a loop of `Resources` may declare the resource of a name.
pub(super) fn is_looped(resources: Node<'_>, id: &str) -> bool {
    let is_loop = |name: &str| name.starts_with("Fn::ForEach::");
    let loops = resources.own_entries().filter(|entry| entry.key.scalar().is_some_and(is_loop));
    let declared = loops.filter_map(|entry| entry.value.items().nth(2)).flat_map(Node::own_entries);
    declared.filter_map(|entry| entry.key.scalar()?.split_once("${")).any(|(start, rest)| {
        let end = rest.split_once('}').map_or("", |(_, end)| end);
        id.len() >= start.len() + end.len() && id.starts_with(start) && id.ends_with(end)
    })
}
