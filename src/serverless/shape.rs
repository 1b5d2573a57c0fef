//! The parts of a service that must be maps or lists: the framework stops at anything else there.

use crate::cloudformation::evaluate::is_expression;
use crate::syntax::shape::{Misfit, Part, Shape, misfits};
use crate::syntax::{Document, Node};

/// The parts (the framework's reference of `serverless.yml`, read 2026-12-01).
const PARTS: &[Part] = &[
    (&["provider"], Shape::MapOrText),
    (&["provider", "environment"], Shape::Map),
    (&["functions"], Shape::MapOrList),
    (&["functions", "*"], Shape::Map),
    (&["functions", "*", "events"], Shape::List),
    (&["functions", "*", "environment"], Shape::Map),
    (&["functions", "*", "layers"], Shape::List),
    (&["layers"], Shape::Map),
    (&["package"], Shape::Map),
    (&["plugins"], Shape::MapOrList),
    (&["resources"], Shape::MapOrList),
];

/// Whether what stands in a place is filled in when the service is deployed.
fn is_open(node: Node<'_>) -> bool {
    is_expression(node) || node.scalar().is_some_and(|text| text.contains("${"))
}

/// The parts of a service that are of the wrong kind.
pub fn wrong_kinds(document: &Document) -> Vec<Misfit> {
    misfits(document.root(), PARTS, &is_open)
}

/// Whether a tree has the parts of a service, and a provider that is neither a name nor a map.
pub fn is_misshapen(document: &Document) -> bool {
    let root = document.root();
    let is_one = root.get("functions").is_some() || root.get("service").is_some();
    let is_provider = |node: Node<'_>| node.is_null() || node.is_map() || node.text().is_some() || is_open(node);
    is_one && root.get("provider").is_some_and(|provider| !is_provider(provider))
}
