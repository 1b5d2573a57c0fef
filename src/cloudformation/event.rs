//! What calls a function, as its own `Events` or an event source mapping say.

use super::Stack;
use super::evaluate::Evaluator;
use super::property::Properties;
use super::queue::target;
use super::resource::Resource;
use super::term::{Term, alternatives, written};
use crate::facts::{Count, EventSource, Header, Lambda, Link, Seconds};
use crate::limits;
use crate::source::Span;
use crate::syntax::Node;
use crate::value::Value;

/// A source of which nothing but kind and place is known.
pub(super) fn blank(stack: &Stack<'_>, name: &str, span: Span, source: &str, invocation: &str) -> EventSource {
    let header = Header::new(&stack.path, format!("{}#{name}", stack.path), span);
    EventSource::new(header, name, source, invocation)
}

/// Kind and invocation of a SAM event type.
fn kind_of(event: &str) -> (&'static str, &'static str) {
    match event {
        "Api" => ("rest", "sync"),
        "HttpApi" => ("http", "sync"),
        "WebSocketApi" => ("websocket", "sync"),
        "SQS" => ("sqs", "poll"),
        "Kinesis" => ("kinesis", "poll"),
        "DynamoDB" => ("dynamodb", "poll"),
        "MSK" => ("msk", "poll"),
        "SelfManagedKafka" => ("kafka", "poll"),
        "MQ" => ("mq", "poll"),
        "DocumentDB" => ("docdb", "poll"),
        "S3" => ("s3", "async"),
        "SNS" => ("sns", "async"),
        "EventBridgeRule" | "CloudWatchEvent" => ("eventbridge", "async"),
        "Schedule" | "ScheduleV2" => ("schedule", "async"),
        "Cognito" => ("cognito", "sync"),
        "IoTRule" => ("iot", "async"),
        "CloudWatchLogs" => ("logs", "async"),
        "AlexaSkill" => ("other", "sync"),
        _ => ("other", "unknown"),
    }
}

/// The sources that a SAM function names in its `Events` and by its `FunctionUrlConfig`.
pub(super) fn of_function<'d>(
    stack: &Stack<'d>,
    resource: &Resource<'d>,
    function: &Properties<'d>,
) -> Vec<EventSource> {
    let evaluator = &stack.evaluator;
    let mut found = Vec::new();
    let events = resource.node.at(&["Properties", "Events"]).map(Node::entries).unwrap_or_default();
    for entry in events {
        let Some(name) = entry.key.scalar() else { continue };
        let kind = entry.value.get("Type").and_then(Node::scalar).unwrap_or_default();
        let properties = Properties::own(entry.value.get("Properties"));
        let (mut source, mut invocation) = kind_of(kind);
        let subscription = properties.get(evaluator, &["SqsSubscription"]);
        if source == "sns" && !subscription.is_absent() && subscription.bool(None).known() != Some(&false) {
            (source, invocation) = ("sqs", "poll");
        }
        let mut event =
            blank(stack, &format!("{}/{}", resource.id, evaluator.expand(name)), entry.key.span(), source, invocation);
        match invocation {
            "poll" => poll(stack, &mut event, &properties, "Queue"),
            "sync" => answer(evaluator, &mut event, &properties),
            _ => retries(evaluator, &mut event, &properties, function),
        }
        found.push(event);
    }
    let url = function.get(evaluator, &["FunctionUrlConfig"]);
    if let Some(span) = url.span.filter(|_| !url.is_absent()) {
        let mut event = blank(stack, &format!("{}/FunctionUrlConfig", resource.id), span, "url", "sync");
        event.auth = function.get(evaluator, &["FunctionUrlConfig", "AuthType"]).text();
        found.push(event);
    }
    found
}

/// How long the caller waits.
fn answer<'d>(evaluator: &Evaluator<'d>, event: &mut EventSource, properties: &Properties<'d>) {
    let declared = properties.get(evaluator, &["TimeoutInMillis"]);
    let mode = properties.get(evaluator, &["ResponseTransferMode"]);
    event.answer_limit = match event.source.as_str() {
        "cognito" => Value::default_of(Seconds(limits::COGNITO)),
        "rest" if is_stream(&mode.term) => declared.number(Some(limits::STREAM * 1000), seconds_of),
        "rest" | "websocket" => declared.number(Some(limits::REST * 1000), seconds_of),
        "http" => declared.number(Some(limits::HTTP * 1000), seconds_of),
        _ => Value::absent(),
    };
}

pub(super) fn is_stream(mode: &Term<'_>) -> bool {
    alternatives(mode).iter().any(|pieces| written(pieces).eq_ignore_ascii_case("stream"))
}

/// Whole seconds of milliseconds, rounded up.
pub(super) fn seconds_of(milliseconds: i64) -> Seconds {
    Seconds(milliseconds.saturating_add(999).div_euclid(1000))
}

/// What happens to an asynchronous call that fails.
fn retries<'d>(
    evaluator: &Evaluator<'d>,
    event: &mut EventSource,
    properties: &Properties<'d>,
    function: &Properties<'d>,
) {
    let own = properties.get(evaluator, &["RetryPolicy", "MaximumRetryAttempts"]);
    let of_function = || function.get(evaluator, &["EventInvokeConfig", "MaximumRetryAttempts"]);
    event.retry_limit = own.or(of_function).number(None, Count);
    let age = properties.get(evaluator, &["RetryPolicy", "MaximumEventAgeInSeconds"]);
    let age = age.or(|| function.get(evaluator, &["EventInvokeConfig", "MaximumEventAgeInSeconds"]));
    event.age_limit = age.number(None, Seconds);
    let delivery = properties
        .get(evaluator, &["DeadLetterConfig", "Arn"])
        .or(|| properties.get(evaluator, &["DeadLetterConfig", "QueueLogicalId"]))
        .or(|| properties.get(evaluator, &["DeadLetterConfig", "Type"]));
    event.delivery_target = target(&delivery);
    let dead_letter = function
        .get(evaluator, &["EventInvokeConfig", "DestinationConfig", "OnFailure", "Destination"])
        .or(|| function.get(evaluator, &["EventInvokeConfig", "DestinationConfig", "OnFailure", "Type"]))
        .or(|| function.get(evaluator, &["DeadLetterQueue", "TargetArn"]))
        .or(|| properties.get(evaluator, &["DeadLetterConfig", "Arn"]))
        .or(|| properties.get(evaluator, &["DeadLetterConfig", "QueueLogicalId"]))
        .or(|| properties.get(evaluator, &["DeadLetterConfig", "Type"]));
    event.failure_target = target(&dead_letter);
}

/// What an event source mapping and the polled events of SAM have in common.
fn poll<'d>(stack: &Stack<'d>, event: &mut EventSource, properties: &Properties<'d>, queue_key: &str) {
    let evaluator = &stack.evaluator;
    let get = |path: &[&str]| properties.get(evaluator, path);
    let is_queue = event.source == "sqs";
    event.batch_size =
        get(&["BatchSize"]).number(Some(if is_queue { limits::QUEUE_BATCH } else { limits::STREAM_BATCH }), Count);
    event.batch_window = get(&["MaximumBatchingWindowInSeconds"]).number(Some(0), Seconds);
    event.retry_limit = get(&["MaximumRetryAttempts"]).number(None, Count);
    event.failure_target = target(
        &get(&["DestinationConfig", "OnFailure", "Destination"])
            .or(|| get(&["DestinationConfig", "OnFailure", "Type"])),
    );
    event.partial_batch = match properties.items(evaluator, "FunctionResponseTypes") {
        None => Value::unknown("it is chosen at deployment", get(&["FunctionResponseTypes"]).span),
        Some(items) if items.is_empty() => Value::default_of(false),
        Some(items) => Value {
            span: get(&["FunctionResponseTypes"]).span,
            ..Value::derived(
                items
                    .iter()
                    .any(|item| alternatives(&item.term).iter().any(|text| written(text) == "ReportBatchItemFailures")),
            )
        },
    };
    if is_queue {
        let queue = get(&[queue_key]);
        event.queue = queue.term.resources().iter().find_map(|id| stack.queues.get(*id).copied());
        event.queue_name = target(&queue);
    }
}

/// The source that an `AWS::Lambda::EventSourceMapping` declares.
pub(super) fn of_mapping<'d>(stack: &Stack<'d>, resource: &Resource<'d>) -> (EventSource, Option<Link<Lambda>>) {
    let properties = Properties::own(resource.node.get("Properties"));
    let get = |path: &[&str]| properties.get(&stack.evaluator, path);
    let origin = get(&["EventSourceArn"]);
    let source = if get(&["SelfManagedEventSource"]).is_absent() { service_of(stack, &origin.term) } else { "kafka" };
    let mut event = blank(stack, &resource.id, resource.key.span(), source, "poll");
    poll(stack, &mut event, &properties, "EventSourceArn");
    let function = get(&["FunctionName"]);
    event.function_name = target(&function);
    (event, stack.function_of(&function.term))
}

/// The service that an event source ARN belongs to.
fn service_of(stack: &Stack<'_>, term: &Term<'_>) -> &'static str {
    let kinds = term.resources().into_iter().filter_map(|id| stack.kind_of(id));
    for kind in kinds {
        match kind {
            "AWS::SQS::Queue" => return "sqs",
            "AWS::Kinesis::Stream" | "AWS::Kinesis::StreamConsumer" => return "kinesis",
            "AWS::DynamoDB::Table" | "AWS::DynamoDB::GlobalTable" | "AWS::Serverless::SimpleTable" => return "dynamodb",
            "AWS::MSK::Cluster" | "AWS::MSK::ServerlessCluster" => return "msk",
            "AWS::AmazonMQ::Broker" => return "mq",
            "AWS::DocDB::DBCluster" => return "docdb",
            _ => {}
        }
    }
    let arn = alternatives(term).first().map(|pieces| written(pieces)).unwrap_or_default();
    match arn.split(':').nth(2) {
        Some("sqs") => "sqs",
        Some("kinesis") => "kinesis",
        Some("dynamodb") => "dynamodb",
        Some("kafka") => "msk",
        Some("mq") => "mq",
        _ => "other",
    }
}
