//! Lambda functions, what calls them, and the queues between.

use super::field::{Count, Days, Mebibytes, Seconds};
use super::table::fact;
use super::{Artifact, Header, Link, Manifest};
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
        /// Whether a function further up takes its runtime from the same place, such as `Globals`.
        runtime_shared: bool,
        /// Days since the runtime was deprecated; negative while it is supported. Absent for runtimes without a date, unknown for identifiers that are not in the table.
        runtime_deprecated: Value<Days>,
        /// Days since functions with this runtime can no longer be updated; negative before that day.
        runtime_update_blocked: Value<Days>,
        /// The day on which the runtime was or will be deprecated, `2026-04-30`.
        runtime_deprecated_on: Value<String>,
        /// The day on which the table of runtimes was last compared with its sources.
        runtime_table: String,
        /// Whether the runtime is in that table; unknown for those newer than the table, and for placeholders.
        runtime_known: Value<bool>,
        /// The nearest known runtime identifier when this one is not known. Absent when it is known.
        runtime_suggestion: Value<String>,
        /// Handler as written: `app.handler`.
        handler: Value<String>,
        /// The file that holds the handler's module. Absent when there is none, unknown when that cannot be told.
        handler_file: Value<String>,
        /// The handler's function as it is defined in that file. Absent when the file defines no such name, unknown when that cannot be told.
        handler_function: Value<String>,
        /// Functions of the handler's module that could be meant when the one that is named is absent.
        handler_candidates: Vec<String>,
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
        /// How many layers it has, those it inherits counted; 5 at most.
        layer_count: Value<Count>,
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
    carried {
        /// Why its handler cannot be looked up in the source, when that is so: a build step makes it, the code is in an image.
        handler_doubt: Option<String>,
        /// The name it has in the account, when the template gives one.
        deployed_name: Option<String>,
    }
}

fact! {
    /// Something that calls a function: an API, a queue, a stream, a schedule.
    EventSource {
        /// The kind: rest, http, websocket, url, alb, appsync, sqs, kinesis, dynamodb, msk, kafka, mq, docdb, s3, sns, eventbridge, schedule, cognito, iot, logs, other.
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
        /// Whether something sends its failed messages here: another queue, a function, a topic, a rule.
        is_redrive_target: bool,
        /// The functions that read from it.
        readers: Vec<Link<Lambda>>,
    }
}

impl Lambda {
    /// A function of the user about which nothing is set.
    pub fn new(header: Header, surface: &str, logical_name: &str) -> Self {
        Self {
            header,
            surface: surface.to_owned(),
            logical_name: logical_name.to_owned(),
            owner: "user".to_owned(),
            package_type: "zip".to_owned(),
            runtime: Value::absent(),
            runtime_shared: false,
            runtime_deprecated: Value::absent(),
            runtime_update_blocked: Value::absent(),
            runtime_deprecated_on: Value::absent(),
            runtime_table: String::new(),
            runtime_known: Value::absent(),
            runtime_suggestion: Value::absent(),
            handler: Value::absent(),
            handler_file: Value::absent(),
            handler_function: Value::absent(),
            handler_candidates: Vec::new(),
            timeout: Value::absent(),
            memory: Value::absent(),
            ephemeral_storage: Value::absent(),
            compute: "ordinary".to_owned(),
            architecture: Value::absent(),
            layers: Vec::new(),
            layer_count: Value::absent(),
            unversioned_layer: Value::absent(),
            alias: Value::absent(),
            code: Value::absent(),
            event_sources: Vec::new(),
            artifact: None,
            manifest: None,
            handler_doubt: None,
            deployed_name: None,
        }
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
        }
    }
}
