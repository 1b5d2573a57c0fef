//! The `events` of a function.

use super::variable::Variables;
use crate::cloudformation::Stack;
use crate::cloudformation::evaluate::is_expression;
use crate::cloudformation::property::Property;
use crate::cloudformation::queue::target;
use crate::cloudformation::term::{Term, alternatives, scalar_span, written};
use crate::facts::{Count, EventSource, Header, Seconds};
use crate::limits;
use crate::syntax::{Entry, Node};
use crate::value::Value;

/// Records in a batch from a stream when nothing is said: the framework writes this number (`stream.js` of release 4,
/// read 2026-11-30).
const STREAM_BATCH: i64 = 10;

fn kind_of(event: &str) -> (&'static str, &'static str) {
    match event {
        "http" => ("rest", "sync"),
        "httpApi" => ("http", "sync"),
        "websocket" => ("websocket", "sync"),
        "alb" => ("alb", "sync"),
        "cognitoUserPool" => ("cognito", "sync"),
        "cloudFront" => ("edge-viewer", "sync"),
        "sqs" => ("sqs", "poll"),
        "msk" => ("msk", "poll"),
        "kafka" => ("kafka", "poll"),
        "activemq" | "rabbitmq" => ("mq", "poll"),
        "s3" => ("s3", "async"),
        "sns" => ("sns", "async"),
        "eventBridge" | "cloudwatchEvent" => ("eventbridge", "async"),
        "schedule" => ("schedule", "async"),
        "iot" => ("iot", "async"),
        "cloudwatchLog" => ("logs", "async"),
        _ => ("other", "unknown"),
    }
}

/// The sources of a function.
pub(super) fn sources<'d>(
    stack: &Stack<'d>,
    variables: &Variables<'d>,
    root: Node<'d>,
    function: &str,
    node: Node<'d>,
) -> Vec<EventSource> {
    let reading = Reading { stack, variables, root, function, node };
    let events = match node.get("events").map(|events| variables.term(events)) {
        Some(Term::Node(events)) => events.items().collect(),
        _ => Vec::new(),
    };
    let mut found: Vec<EventSource> =
        events.iter().enumerate().filter_map(|(index, event)| reading.source(index, *event)).collect();
    if let Some(entry) = node.entry("url").filter(|entry| entry.value.bool() != Some(false)) {
        let mut event = reading.blank("url", entry.key, "url", "sync");
        event.auth = match entry.value.get("authorizer") {
            None => Value { span: Some(entry.key.span()), ..Value::default_of("NONE".to_owned()) },
            Some(authorizer) => reading.property(Some(authorizer)).text(),
        };
        found.push(event);
    }
    found
}

struct Reading<'s, 'd> {
    stack: &'s Stack<'d>,
    variables: &'s Variables<'d>,
    root: Node<'d>,
    function: &'s str,
    node: Node<'d>,
}

impl<'d> Reading<'_, 'd> {
    fn blank(&self, name: &str, place: Node<'d>, source: &str, invocation: &str) -> EventSource {
        let name = format!("{}/{name}", self.function);
        let header = Header::new(&self.stack.path, format!("{}#{name}", self.stack.path), place.span());
        EventSource::new(header, &name, source, invocation)
    }

    /// `- http: GET /x`, `- sqs: {arn: ...}`, or a name alone.
    fn source(&self, index: usize, event: Node<'d>) -> Option<EventSource> {
        let Some(Entry { key, value }) = event.own_entries().next() else {
            let name = event.scalar()?;
            let (source, invocation) = kind_of(name);
            return Some(self.blank(&format!("{name}{index}"), event, source, invocation));
        };
        let kind = key.scalar()?;
        let (mut source, mut invocation) = kind_of(kind);
        let value = match self.variables.term(value) {
            Term::Node(node) => node,
            _ => value,
        };
        if kind == "stream" {
            (source, invocation) = (self.stream(value), "poll");
        }
        let mut found = self.blank(&format!("{kind}{index}"), key, source, invocation);
        if kind == "cloudFront"
            && value.get("eventType").and_then(Node::scalar).is_some_and(|at| at.starts_with("origin"))
        {
            found.source = "edge-origin".to_owned();
        }
        match invocation {
            "sync" => self.answer(&mut found, value),
            "poll" => self.poll(&mut found, value),
            _ => self.failures(&mut found, value),
        }
        Some(found)
    }

    fn property(&self, node: Option<Node<'d>>) -> Property<'d> {
        let term = node.map_or(Term::Absent, |node| {
            if is_expression(node) { self.stack.term(node) } else { self.variables.term(node) }
        });
        Property::new(term, node.map(scalar_span), false)
    }

    fn answer(&self, event: &mut EventSource, value: Node<'d>) {
        let seconds = |milliseconds: i64| Seconds(milliseconds.saturating_add(999).div_euclid(1000));
        event.answer_limit = match event.source.as_str() {
            "rest" => {
                let provider = || self.property(self.root.at(&["provider", "apiGateway", "timeoutInMillis"]));
                self.property(value.get("timeoutInMillis")).or(provider).number(Some(limits::REST * 1000), seconds)
            }
            "http" => Value::default_of(Seconds(limits::HTTP)),
            "websocket" => Value::default_of(Seconds(limits::REST)),
            "cognito" => Value::default_of(Seconds(limits::COGNITO)),
            _ => Value::absent(),
        };
    }

    fn poll(&self, event: &mut EventSource, value: Node<'d>) {
        let get = |key: &str| self.property(value.get(key));
        let is_queue = event.source == "sqs";
        let batch = match event.source.as_str() {
            "sqs" => limits::QUEUE_BATCH,
            "kinesis" | "dynamodb" => STREAM_BATCH,
            _ => limits::STREAM_BATCH,
        };
        event.batch_size = get("batchSize").number(Some(batch), Count);
        event.batch_window = get("maximumBatchingWindow").or(|| get("batchWindow")).number(Some(0), Seconds);
        event.retry_limit = get("maximumRetryAttempts").number(None, Count);
        let destination = value.at(&["destinations", "onFailure"]);
        event.failure_target = target(&self.property(destination));
        event.partial_batch = match get("functionResponseType").text().known() {
            Some(kind) => Value::derived(kind == "ReportBatchItemFailures"),
            None if value.get("functionResponseType").is_some() => Value::unknown("it is chosen at deployment", None),
            None => Value::default_of(false),
        };
        if is_queue {
            let arn = if value.scalar().is_some() || is_expression(value) { Some(value) } else { value.get("arn") };
            let queue = self.property(arn);
            event.queue = queue.term.resources().iter().find_map(|id| self.stack.queue(id));
            event.queue_name = target(&queue);
        }
    }

    fn failures(&self, event: &mut EventSource, value: Node<'d>) {
        let own = value.get("deadLetterQueueArn");
        let of_function = self.node.get("onError").or_else(|| self.node.at(&["destinations", "onFailure"]));
        event.delivery_target = target(&self.property(own));
        event.failure_target = target(&self.property(own.or(of_function)));
        let age = value.at(&["retryPolicy", "maximumEventAge"]).or_else(|| self.node.get("maximumEventAge"));
        event.age_limit = self.property(age).number(None, Seconds);
        let retries = value.at(&["retryPolicy", "maximumRetryAttempts"]);
        let retries = self.property(retries.or_else(|| self.node.get("maximumRetryAttempts")));
        event.retry_limit = retries.number(None, Count);
    }

    fn stream(&self, value: Node<'d>) -> &'static str {
        if let Some(kind) = value.get("type").and_then(Node::scalar) {
            return if kind == "kinesis" { "kinesis" } else { "dynamodb" };
        }
        let arn = if value.scalar().is_some() { Some(value) } else { value.get("arn") };
        let arn = alternatives(&self.property(arn).term).first().map(|pieces| written(pieces)).unwrap_or_default();
        if arn.contains(":kinesis:") { "kinesis" } else { "dynamodb" }
    }
}
