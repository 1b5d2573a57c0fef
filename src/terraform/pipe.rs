//! Pipes of EventBridge, which read a queue or a stream themselves and hand its batches to a function.

use super::declare::Declaring;
use super::event::Source;
use super::expand::Copy;
use super::term::Argument;
use crate::facts::{Count, Seconds};
use crate::limits;

/// What `source_parameters` calls the sources whose batches can be set.
const SOURCES: &[&str] = &[
    "sqs_queue_parameters",
    "kinesis_stream_parameters",
    "dynamodb_stream_parameters",
    "managed_streaming_kafka_parameters",
    "self_managed_kafka_parameters",
    "activemq_broker_parameters",
    "rabbitmq_broker_parameters",
];

/// The functions that an `aws_pipes_pipe` calls: the one that adds to the records, and its target.
pub(super) fn calls<'d>(declaring: &Declaring<'d>, copy: &Copy<'d>) -> Vec<Source> {
    let get = |key: &str| declaring.get(copy, key);
    let parameters = get("source_parameters");
    let blocks = || SOURCES.iter().map(|kind| parameters.get(kind)).find(|block| !block.is_null());
    let source = |key: &str| blocks().map_or_else(Argument::null, |block| block.get(key));
    let origin = get("source");
    let queue = declaring.queue_of(&origin.term);
    let kind = get("target_parameters").get("lambda_function_parameters").get("invocation_type");
    let forgets = kind.term.scalar() == Some("FIRE_AND_FORGET");
    let mut found = Vec::new();
    for (key, invocation) in [("enrichment", "poll"), ("target", if forgets { "async" } else { "poll" })] {
        let named = get(key);
        let Some(function) = declaring.function_of(&named.term) else { continue };
        let mut event = declaring.event(copy, &format!("/{key}"), "pipe", invocation);
        event.header.span = named.span.unwrap_or(event.header.span);
        let usual = if queue.is_some() { limits::QUEUE_BATCH } else { limits::STREAM_BATCH };
        event.batch_size = source("batch_size").number(Some(usual), Count);
        event.batch_window = source("maximum_batching_window_in_seconds").number(Some(0), Seconds);
        event.retry_limit = source("maximum_retry_attempts").number(None, Count);
        event.age_limit = source("maximum_record_age_in_seconds").number(None, Seconds);
        event.failure_target = source("dead_letter_config").get("arn").target();
        event.queue = queue;
        if queue.is_some() {
            event.queue_name = origin.target();
        }
        found.push((event, Some(function)));
    }
    found
}
