//! The parts of a template that must be maps or lists: deployments refuse anything else there.

use super::evaluate::is_expression;
use crate::syntax::shape::{Misfit, Part, Shape, misfits};
use crate::syntax::{Document, Node};

/// The sections (CloudFormation's template anatomy and SAM's specification, read 2026-12-01).
const SECTIONS: &[Part] = &[
    (&["Globals"], Shape::Map),
    (&["Globals", "*"], Shape::Map),
    (&["Parameters"], Shape::Map),
    (&["Parameters", "*"], Shape::Map),
    (&["Mappings"], Shape::Map),
    (&["Mappings", "*"], Shape::Map),
    (&["Conditions"], Shape::Map),
    (&["Outputs"], Shape::Map),
    (&["Outputs", "*"], Shape::Map),
    (&["Resources"], Shape::Map),
    (&["Resources", "*"], Shape::Map),
    (&["Resources", "*", "Properties"], Shape::Map),
];

/// The properties of a function.
const FUNCTION: &[Part] = &[
    (&["Architectures"], Shape::List),
    (&["Environment"], Shape::Map),
    (&["Environment", "Variables"], Shape::Map),
    (&["Layers"], Shape::List),
];

/// Those of a function of SAM besides.
const SERVERLESS: &[Part] =
    &[(&["Events"], Shape::Map), (&["Events", "*"], Shape::Map), (&["Events", "*", "Properties"], Shape::Map)];

/// The parts of a template that are of the wrong kind.
pub fn wrong_kinds(document: &Document) -> Vec<Misfit> {
    let root = document.root();
    let mut found = misfits(root, SECTIONS, &is_expression);
    let within = |properties: Option<Node<'_>>, parts: &[Part]| match properties {
        Some(properties) => misfits(properties, parts, &is_expression),
        None => Vec::new(),
    };
    found.extend(within(root.at(&["Globals", "Function"]), FUNCTION));
    for resource in root.get("Resources").map(Node::entries).unwrap_or_default() {
        let properties = resource.value.get("Properties");
        match resource.value.get("Type").and_then(Node::scalar) {
            Some("AWS::Serverless::Function") => {
                found.extend(within(properties, FUNCTION));
                found.extend(within(properties, SERVERLESS));
            }
            Some("AWS::Lambda::Function") => found.extend(within(properties, FUNCTION)),
            _ => {}
        }
    }
    found
}

/// Whether a tree says that it is a template although its resources are of the wrong kind.
pub fn is_misshapen(document: &Document) -> bool {
    let root = document.root();
    let is_said = root.get("AWSTemplateFormatVersion").is_some()
        || root.get("Transform").and_then(Node::scalar).is_some_and(|transform| transform.starts_with("AWS::"));
    is_said
        && root
            .get("Resources")
            .is_some_and(|resources| !resources.is_map() && !resources.is_null() && !is_expression(resources))
}
