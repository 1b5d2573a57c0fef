//! What calls Lambda functions, and the queues between.

use super::field::{Count, Seconds};
use super::table::fact;
use super::{Facts, Header, Lambda, Link};
use crate::value::Value;

fact! {
    /// Something that calls a function: an API, a queue, a stream, a schedule.
    EventSource {
        /// The kind: rest, http, websocket, url, alb, appsync, edge-viewer, edge-origin, sqs, kinesis, dynamodb, msk, kafka, mq, docdb, s3, sns, eventbridge, schedule, cognito, iot, logs, sfn (a state machine of Step Functions), pipe (a pipe of EventBridge), other.
        source: String,
        /// How it calls: sync, async, poll. A pipe polls its own source, and gives a batch out again when the function fails.
        invocation: String,
        /// Its name in the template.
        logical_name: String,
        /// The function's name in the template, or its ARN.
        function_name: Value<String>,
        /// The function it calls.
        lambda: Option<Link<Lambda>>,
        /// The name of the queue resource it reads from.
        queue_name: Value<String>,
        /// The queue it reads from.
        queue: Option<Link<Queue>>,
        /// How long the caller waits for an answer, where it waits: 29 s for REST, 30 s for HTTP APIs.
        answer_limit: Value<Seconds>,
        /// Most records in one batch.
        batch_size: Value<Count>,
        /// How long a batch is gathered.
        batch_window: Value<Seconds>,
        /// Whether the function may report single failed records of a batch.
        partial_batch: Value<bool>,
        /// Where records go that fail for good. Absent when nothing is set.
        failure_target: Value<String>,
        /// How often a failed record is tried again. Absent when the service's own default holds.
        retry_limit: Value<Count>,
        /// How old an event may be when it is tried again. Absent when the service's own default holds.
        age_limit: Value<Seconds>,
        /// Where a rule or schedule puts what it could not hand over at all. Absent when nothing is set.
        delivery_target: Value<String>,
        /// Who may call a function URL: AWS_IAM or NONE. Absent for other sources.
        auth: Value<String>,
    }
}

fact! {
    /// An SQS queue.
    Queue {
        /// Its logical name in the template.
        logical_name: String,
        /// How long a message stays hidden after it was handed out; the default is 30 s.
        visibility: Value<Seconds>,
        /// The name of the queue that takes messages which fail too often.
        redrive_target: Value<String>,
        /// How often a message is handed out before that.
        max_receive: Value<Count>,
        /// Whether something sends its failed messages here: another queue, a function, a topic, a rule.
        is_redrive_target: bool,
        /// The functions that read from it.
        readers: Vec<Link<Lambda>>,
    }
}

impl EventSource {
    /// A source of which nothing but its kind, its invocation and its place is known.
    pub fn new(header: Header, logical_name: &str, source: &str, invocation: &str) -> Self {
        Self {
            header,
            source: source.to_owned(),
            invocation: invocation.to_owned(),
            logical_name: logical_name.to_owned(),
            function_name: Value::absent(),
            lambda: None,
            queue_name: Value::absent(),
            queue: None,
            answer_limit: Value::absent(),
            batch_size: Value::absent(),
            batch_window: Value::absent(),
            partial_batch: Value::absent(),
            failure_target: Value::absent(),
            retry_limit: Value::absent(),
            age_limit: Value::absent(),
            delivery_target: Value::absent(),
            auth: Value::absent(),
        }
    }
}

impl Facts {
    /// Adds a source that calls a function of the same facts, and links the two.
    pub fn add_call(&mut self, lambda: Link<Lambda>, mut source: EventSource) {
        source.function_name = Value::derived(self[lambda].logical_name.clone());
        source.lambda = Some(lambda);
        let source = self.add(source);
        self[lambda].event_sources.push(source);
    }
}
