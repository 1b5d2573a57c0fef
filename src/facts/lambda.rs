//! Lambda functions, what calls them, and the queues between.

use super::field::{Count, Days, Mebibytes, Seconds};
use super::table::fact;
use super::{Artifact, Link, Manifest};
use crate::value::Value;

fact! {
    /// A Lambda function as a template declares it, after inheritance.
    Lambda {
        /// The kind of template: sam, cloudformation, serverless, terraform, cdk.
        surface: String,
        /// Its logical name in the template.
        logical_name: String,
        /// Who declares it: `user`, or `framework` for functions a framework generates.
        owner: String,
        /// How its code is packaged: zip, image, inline.
        package_type: String,
        /// Runtime identifier such as `python3.12`.
        runtime: Value<String>,
        /// Days since the runtime was deprecated; negative while it is supported. Absent for runtimes without a date, unknown for identifiers that are not in the table.
        runtime_deprecated: Value<Days>,
        /// Days since functions with this runtime can no longer be updated; negative before that day.
        runtime_update_blocked: Value<Days>,
        /// The nearest known runtime identifier when this one is not known. Absent when it is known.
        runtime_suggestion: Value<String>,
        /// Handler as written: `app.handler`.
        handler: Value<String>,
        /// The file that holds the handler's module. Absent when there is none, unknown when that cannot be told.
        handler_file: Value<String>,
        /// The handler's function as it is defined in that file. Absent when the file defines no such name, unknown when that cannot be told.
        handler_function: Value<String>,
        /// Timeout in seconds, 1 to 900 on ordinary functions; Lambda's own default is 3.
        timeout: Value<Seconds>,
        /// Memory in MB, 128 to 10240 on ordinary functions; Lambda's own default is 128.
        memory: Value<Mebibytes>,
        /// Size of `/tmp` in MB, 512 to 10240; the default is 512.
        ephemeral_storage: Value<Mebibytes>,
        /// How it is run: `ordinary`, or `managed` with a capacity provider, which allows more time and memory.
        compute: String,
        /// Processor: x86_64 or arm64; the default is x86_64.
        architecture: Value<String>,
        /// Layer ARNs or names, those that are known.
        layers: Vec<String>,
        /// The first layer that is named without its version number; placed there. Absent when there is none.
        unversioned_layer: Value<String>,
        /// The alias that is published on each deploy, which a rollback can point back to. Absent when none is.
        alias: Value<String>,
        /// The directory of its code, from the root.
        code: Value<String>,
        /// What calls it.
        event_sources: Vec<Link<EventSource>>,
        /// What it deploys.
        artifact: Option<Link<Artifact>>,
        /// The nearest manifest of its code.
        manifest: Option<Link<Manifest>>,
    }
}

fact! {
    /// Something that calls a function: an API, a queue, a stream, a schedule.
    EventSource {
        /// The kind: rest, http, websocket, url, alb, sqs, kinesis, dynamodb, msk, s3, sns, eventbridge, schedule, cognito, iot, logs, other.
        source: String,
        /// How it calls: sync, async, poll.
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
        /// Whether another queue sends its failed messages here.
        is_redrive_target: bool,
        /// The functions that read from it.
        readers: Vec<Link<Lambda>>,
    }
}
