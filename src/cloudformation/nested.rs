//! Templates that a template deploys as stacks of its own, and what it gives to their parameters.

use super::evaluate::{Evaluator, known_texts};
use super::section::Sections;
use super::{Overrides, Template};
use crate::path;
use crate::syntax::Node;

/// The types of resource that are a stack, and the property that names its template.
const STACKS: &[(&str, &str)] =
    &[("AWS::Serverless::Application", "Location"), ("AWS::CloudFormation::Stack", "TemplateURL")];

/// The local templates that `template` deploys, by path from the root, with the values of their parameters.
/// A parameter whose value only a deployment knows has none.
pub fn nested<'d>(template: &Template<'d>) -> Vec<(String, Overrides)> {
    let root = template.document.root();
    let resources = root.get("Resources").map(Node::entries).unwrap_or_default();
    let stacks: Vec<(Node<'d>, &str)> = resources
        .iter()
        .filter_map(|entry| {
            let kind = entry.value.get("Type").and_then(Node::scalar)?;
            let (_, location) = STACKS.iter().find(|(stack, _)| *stack == kind)?;
            let properties = entry.value.get("Properties")?;
            Some((properties, properties.get(location).and_then(Node::scalar)?))
        })
        .collect();
    if stacks.is_empty() {
        return Vec::new();
    }
    let evaluator = Evaluator::new(Sections::of(root), template.overrides.clone());
    let given = |properties: Node<'d>| -> Overrides {
        let parameters = properties.get("Parameters").map(Node::entries).unwrap_or_default();
        let value = |entry: crate::syntax::Entry<'d>| {
            let texts = known_texts(&evaluator.term(entry.value)).unwrap_or_default();
            Some((entry.key.scalar()?.to_owned(), texts.into_iter().map(Some).collect()))
        };
        parameters.into_iter().filter_map(value).collect()
    };
    let directory = path::directory(&template.path);
    stacks
        .into_iter()
        .filter_map(|(properties, location)| Some((path::join(directory, location)?, given(properties))))
        .collect()
}
