//! Layers of functions: their names, their versions, and what those of the same configuration are packed from.

use super::code;
use super::declare::Declaring;
use super::evaluate::Scope;
use super::expand::Copy;
use super::term::{Argument, Reference, Shape, Term};
use crate::facts::{Count, Layer};
use crate::source::Span;
use crate::value::{State, Value};

/// The resource that declares a layer.
const LAYER: &str = "aws_lambda_layer_version";

/// Layers by their names, with their places.
pub(super) fn placed_layers(layers: &Argument) -> Vec<(String, Span)> {
    layers.term.items().iter().filter_map(|item| Some((item.written()?, item.span.or(layers.span)?))).collect()
}

/// The layers that are known.
pub(super) fn layer_names(layers: &Argument) -> Vec<String> {
    layers.term.items().iter().filter_map(|item| item.written()).collect()
}

/// How many layers there are.
pub(super) fn layer_count(layers: &Argument) -> Value<Count> {
    match &layers.term.shape {
        Shape::Null => Value::derived(Count(0)),
        Shape::List(items) => Value::derived(Count(i64::try_from(items.len()).unwrap_or(i64::MAX))),
        _ => Value::unknown("its layers are chosen at deployment", layers.span),
    }
}

/// The first layer that certainly names no version: `...:layer:name`.
pub(super) fn unversioned(layers: &Argument) -> Value<String> {
    for item in layers.term.items() {
        let Some(text) = item.written() else { continue };
        let Some((_, name)) = text.rsplit_once(":layer:") else { continue };
        if !name.contains([':', '$']) {
            return Value { span: item.span.or(layers.span), ..Value::derived(text) };
        }
    }
    Value::absent()
}

/// Where layers are packed from.
pub(super) fn contents(declaring: &Declaring<'_>, layers: &Argument) -> Vec<Layer> {
    let of = |item: &Term| {
        let own = item.reference().and_then(|reference| of_resource(declaring, reference));
        own.unwrap_or_else(|| match item.written() {
            Some(name) => Layer::elsewhere(&name),
            None => Layer::chosen("which layer it has is chosen at deployment"),
        })
    };
    match &layers.term.shape {
        Shape::Null => Vec::new(),
        Shape::List(items) => items.iter().map(of).collect(),
        _ => vec![Layer::chosen("its layers are chosen at deployment")],
    }
}

/// A layer that a resource declares, for references such as `aws_lambda_layer_version.shared.arn`. It names its archive
/// as a function does.
fn of_resource(declaring: &Declaring<'_>, reference: &Reference) -> Option<Layer> {
    let [kind, name, ..] = reference.parts.as_slice() else { return None };
    let module = declaring.world.instances[reference.instance].module;
    let block = module.resources.iter().find(|block| kind == LAYER && block.kind == LAYER && block.name == name)?;
    let scope = Scope { instance: reference.instance, ..Scope::default() };
    let code = code::of_function(declaring, &Copy { block, scope, index: String::new() });
    Some(match code.left_out.state {
        State::Unknown(reason) => Layer::unknown(name, &reason),
        State::Known(left_out) => Layer { left_out, ..Layer::packed_from(name, code.directory) },
        State::Absent | State::OneOf(_) => Layer::packed_from(name, code.directory),
    })
}
