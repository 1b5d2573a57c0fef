//! Pipes of EventBridge, which read a queue or a stream themselves and hand its batches to a function.
//!
//! A pipe waits for the function and hands the batch out again when it fails, unless it is told to call and forget
//! (EventBridge user guide, "Amazon EventBridge Pipes", read 2026-11-30).

use super::Stack;
use super::caller::Call;
use super::event::blank;
use super::property::Properties;
use super::queue::target;
use super::resource::Resource;
use crate::facts::{Count, Seconds};
use crate::limits;

/// What `SourceParameters` calls the sources whose batches can be set.
const SOURCES: &[&str] = &[
    "SqsQueueParameters",
    "KinesisStreamParameters",
    "DynamoDBStreamParameters",
    "ManagedStreamingKafkaParameters",
    "SelfManagedKafkaParameters",
    "ActiveMQBrokerParameters",
    "RabbitMQBrokerParameters",
];

/// The functions that a pipe calls: the one that adds to the records, and its target.
pub(super) fn calls<'d>(stack: &Stack<'d>, resource: &Resource<'d>) -> Vec<Call> {
    let properties = Properties::own(resource.node.get("Properties"));
    let get = |path: &[&str]| properties.get(&stack.evaluator, path);
    let source = |key: &str| {
        let written = SOURCES.iter().map(|kind| get(&["SourceParameters", kind, key])).find(|one| !one.is_absent());
        written.unwrap_or_else(|| get(&["SourceParameters", SOURCES[0], key]))
    };
    let origin = get(&["Source"]);
    let queue = origin.term.resources().iter().find_map(|id| stack.queue(id));
    let forgets = get(&["TargetParameters", "LambdaFunctionParameters", "InvocationType"]).text();
    let forgets = forgets.known().is_some_and(|kind| kind == "FIRE_AND_FORGET");
    let mut found = Vec::new();
    for (key, invocation) in [("Enrichment", "poll"), ("Target", if forgets { "async" } else { "poll" })] {
        let named = get(&[key]);
        let Some(function) = stack.function_of(&named.term) else { continue };
        let span = named.span.unwrap_or_else(|| resource.key.span());
        let mut event = blank(stack, &format!("{}/{key}", resource.id), span, "pipe", invocation);
        let usual = if queue.is_some() { limits::QUEUE_BATCH } else { limits::STREAM_BATCH };
        event.batch_size = source("BatchSize").number(Some(usual), Count);
        event.batch_window = source("MaximumBatchingWindowInSeconds").number(Some(0), Seconds);
        event.retry_limit = source("MaximumRetryAttempts").number(None, Count);
        event.age_limit = source("MaximumRecordAgeInSeconds").number(None, Seconds);
        let failed = SOURCES.iter().map(|kind| get(&["SourceParameters", kind, "DeadLetterConfig", "Arn"]));
        event.failure_target = failed.map(|one| target(&one)).find(|one| !one.is_absent()).unwrap_or_default();
        event.queue = queue;
        if queue.is_some() {
            event.queue_name = target(&origin);
        }
        found.push((event, function));
    }
    found
}
