//! Layers of functions: their names, their versions, and the directories that those of the same template are packed from.

use super::Stack;
use super::function::{directory, made_by};
use super::property::{Properties, Property};
use super::term::{Piece, Term, alternatives, written};
use crate::facts::Layer;
use crate::source::Span;
use crate::value::Value;

/// Layers by their names, with their places.
pub(crate) fn placed_layers(layers: &[Property<'_>]) -> Vec<(String, Span)> {
    layers.iter().filter_map(|layer| Some((layer_name(layer)?, layer.span?))).collect()
}

/// A layer as it is written, or the logical name of one of the same template. `None` for one that is chosen at deployment.
pub(crate) fn layer_name(property: &Property<'_>) -> Option<String> {
    let pieces = alternatives(&property.term).into_iter().next()?;
    match pieces.as_slice() {
        [Piece::Resource { id, .. }] => Some(id.clone()),
        [Piece::Unknown { .. }] => None,
        pieces => Some(written(pieces)),
    }
}

/// The first layer that certainly names no version.
pub(crate) fn unversioned(layers: &[Property<'_>]) -> Value<String> {
    let mut doubt = None;
    for layer in layers {
        for pieces in alternatives(&layer.term) {
            if lacks_version(&pieces) {
                return Value { span: layer.span, ..Value::derived(written(&pieces)) };
            }
            if let Some(Piece::Unknown { reason, .. }) = pieces.last() {
                doubt.get_or_insert_with(|| Value::unknown(reason.clone(), layer.span));
            }
        }
    }
    doubt.unwrap_or_else(Value::absent)
}

/// Whether the ARN of a layer certainly ends without a version: `...:layer:name`.
fn lacks_version(pieces: &[Piece]) -> bool {
    let text: String = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.as_str(),
            Piece::Resource { .. } | Piece::Unknown { .. } => "\0",
        })
        .collect();
    let Some((_, name)) = text.rsplit_once(":layer:") else { return false };
    !name.contains([':', '\0', '^'])
}

/// Where layers are packed from; `find` knows those that a resource declares.
pub(crate) fn contents(layers: Option<&[Property<'_>]>, find: &dyn Fn(&str) -> Option<Layer>) -> Vec<Layer> {
    let Some(layers) = layers else { return vec![Layer::chosen("its layers are chosen at deployment")] };
    let of = |layer: &Property<'_>| match alternatives(&layer.term).as_slice() {
        [pieces] => {
            let own = match pieces.as_slice() {
                [Piece::Resource { id, .. }] => find(id),
                _ => None,
            };
            own.unwrap_or_else(|| Layer::elsewhere(&written(pieces)))
        }
        _ => Layer::chosen("which layer it has depends on the deployment"),
    };
    layers.iter().filter(|layer| !layer.is_absent()).map(of).collect()
}

/// A layer that a resource of the template declares.
pub(super) fn of_resource(stack: &Stack<'_>, id: &str) -> Option<Layer> {
    let resource = stack.resource(id)?;
    let key = match resource.kind {
        "AWS::Serverless::LayerVersion" => "ContentUri",
        "AWS::Lambda::LayerVersion" => "Content",
        _ => return None,
    };
    let global = stack.globals.and_then(|globals| globals.value.get("LayerVersion"));
    let properties = Properties::of_resource(resource.node, global.filter(|_| key == "ContentUri"));
    let content = properties.get(&stack.evaluator, &[key]);
    let path = match (made_by(resource.node), &content.term) {
        (Some(doubt), _) => Value::unknown(doubt, None),
        (None, Term::Node(node)) if node.is_map() => Value::unknown("its content is in S3", None),
        _ => directory(stack, &content),
    };
    let is_built = resource.node.at(&["Metadata", "BuildMethod"]).is_some();
    Some(Layer { is_built, ..Layer::packed_from(id, path) })
}
