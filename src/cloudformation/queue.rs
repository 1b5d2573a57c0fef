//! Queues and where their failed messages go.

use super::Stack;
use super::property::{Properties, Property};
use super::resource::Resource;
use super::term::{Term, alternatives, written};
use crate::facts::{Count, Header, Queue, Seconds};
use crate::limits;
use crate::value::Value;

/// The queue that a resource declares.
pub(super) fn queue<'d>(stack: &Stack<'d>, resource: &Resource<'d>) -> Queue {
    let properties = Properties::own(resource.node.get("Properties"));
    let get = |path: &[&str]| properties.get(&stack.evaluator, path);
    let redrive = get(&["RedrivePolicy"]);
    let (redrive_target, max_receive) = match &redrive.term {
        Term::Absent => (Value::absent(), Value::absent()),
        // The policy may also be one text of JSON.
        Term::Text(_) => unknown_policy(&redrive, "the policy is written as a text"),
        Term::Node(node) if node.scalar().is_some() => unknown_policy(&redrive, "the policy is written as a text"),
        _ => (
            target(&get(&["RedrivePolicy", "deadLetterTargetArn"])),
            max_receive(&get(&["RedrivePolicy", "maxReceiveCount"])),
        ),
    };
    Queue {
        header: Header::new(&stack.path, format!("{}#{}", stack.path, resource.id), resource.key.span()),
        logical_name: resource.id.clone(),
        visibility: get(&["VisibilityTimeout"]).number(Some(limits::VISIBILITY), Seconds),
        redrive_target,
        max_receive,
        is_redrive_target: !get(&["RedriveAllowPolicy"]).is_absent(),
        readers: Vec::new(),
    }
}

fn unknown_policy(redrive: &Property<'_>, reason: &str) -> (Value<String>, Value<Count>) {
    (Value::unknown(reason, redrive.span), Value::unknown(reason, redrive.span))
}

fn max_receive(property: &Property<'_>) -> Value<Count> {
    property.number(None, Count)
}

/// What a property points at: the logical name of a resource, or the text as it is written.
pub(crate) fn target(property: &Property<'_>) -> Value<String> {
    let names = alternatives(&property.term);
    match (property.is_absent(), names.as_slice()) {
        (true, _) => Value::absent(),
        (_, [_]) => {
            let name = property.term.resources().first().map_or_else(|| written(&names[0]), |id| (*id).to_owned());
            Value { span: property.span, ..Value::derived(name) }
        }
        _ => Value::unknown("it depends on a condition", property.span),
    }
}
