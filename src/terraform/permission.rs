//! Permissions to call a function: they tell of callers that stand elsewhere, in another state or in no state at all.

use super::declare::Declaring;
use super::expand::Copy;
use super::known;
use super::term::{Argument, Shape, Term};
use crate::facts::{EventSource, Lambda, Link, Seconds};
use crate::limits;
use crate::value::Value;

/// A caller: its kind, how it calls, and how long it waits, for those that wait.
type Caller = (&'static str, &'static str, Option<i64>);

/// Kinds of which one permission may stand for any.
const ALIKE: &[&[&str]] = &[&["eventbridge", "schedule"], &["rest", "http", "websocket"]];

/// Adds the callers that a permission, or a call of the lambda module, lets in and that nothing else tells of.
pub(super) fn add<'d>(declaring: &mut Declaring<'d>, copy: &Copy<'d>) {
    let get = |key: &str| declaring.get(copy, key);
    if copy.block.kind == "aws_lambda_permission" {
        let caller = caller(get("principal").term.scalar(), None);
        let function = declaring.function_of(&get("function_name").term);
        if let (Some(caller), Some(function)) = (caller, function) {
            let event = declaring.event(copy, "", caller.0, caller.1);
            add_caller(declaring, function, caller.2, event);
        }
    } else if known::is_lambda_module(copy.block) {
        let Shape::Map(triggers) = get("allowed_triggers").term.shape else { return };
        let Some(function) = declaring.function_made_by(copy) else { return };
        for (name, term) in triggers {
            let trigger = Argument { span: term.span, term };
            let principal = principal(&trigger);
            let Some(caller) = caller(principal.as_deref(), Some(&trigger.get("source_arn").term)) else { continue };
            let mut event = declaring.event(copy, &format!("/{name}"), caller.0, caller.1);
            event.header.span = trigger.span.unwrap_or(event.header.span);
            add_caller(declaring, function, caller.2, event);
        }
    }
}

/// `principal`, or the one of `service` (`main.tf` of the module, release 8, read 2026-11-24).
fn principal(trigger: &Argument) -> Option<String> {
    let of_service = || Some(format!("{}.amazonaws.com", trigger.get("service").term.scalar()?));
    trigger.get("principal").term.scalar().map(str::to_owned).or_else(of_service)
}

/// The caller behind a principal. That of an API is told by the API that its calls come from.
fn caller(principal: Option<&str>, origin: Option<&Term>) -> Option<Caller> {
    let is_of = |kind: &str| {
        let reference = origin.and_then(|origin| origin.possible().first()?.written());
        reference.is_some_and(|text| text.contains(kind))
    };
    Some(match principal?.strip_suffix(".amazonaws.com")? {
        "s3" => ("s3", "async", None),
        "sns" => ("sns", "async", None),
        "events" => ("eventbridge", "async", None),
        "iot" => ("iot", "async", None),
        "elasticloadbalancing" => ("alb", "sync", None),
        "apigateway" if is_of("aws_apigatewayv2_api.") => ("http", "sync", Some(limits::HTTP)),
        "apigateway" if is_of("aws_api_gateway_rest_api.") => ("rest", "sync", Some(limits::REST)),
        _ => return None,
    })
}

fn add_caller(declaring: &mut Declaring<'_>, function: Link<Lambda>, limit: Option<i64>, mut event: EventSource) {
    let facts = &declaring.facts;
    let source = event.source.as_str();
    let is_told = facts[function].event_sources.iter().any(|known| {
        let known = facts[*known].source.as_str();
        known == source || ALIKE.iter().any(|alike| alike.contains(&known) && alike.contains(&source))
    });
    if is_told {
        return;
    }
    event.answer_limit = limit.map_or_else(Value::absent, |limit| Value::default_of(Seconds(limit)));
    declaring.add_source(event, Some(function));
}
