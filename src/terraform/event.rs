//! What calls the functions: event source mappings, APIs, rules, topics, buckets, permissions.

use super::declare::Declaring;
use super::evaluate::Scope;
use super::expand::Copy;
use super::module::nested;
use super::term::{Argument, Shape, Term};
use super::{known, permission, pipe, state_machine};
use crate::facts::{Count, EventSource, Lambda, Link, Seconds};
use crate::limits;
use crate::value::Value;

/// Adds the sources that all resources declare.
pub(super) fn add<'d>(declaring: &mut Declaring<'d>, all: &[Copy<'d>]) {
    for copy in all {
        for (source, function) in sources(declaring, copy) {
            declaring.add_source(source, function);
        }
    }
    for copy in all.iter().filter(|copy| copy.block.kind == "aws_lambda_function_event_invoke_config") {
        failures(declaring, copy);
    }
    for copy in all {
        permission::add(declaring, copy);
    }
    for copy in all.iter().filter(|copy| copy.block.kind == "aws_lambda_alias") {
        let name = declaring.get(copy, "name");
        if let Some(function) = declaring.function_of(&declaring.get(copy, "function_name").term) {
            declaring.facts[function].alias = name.text();
        }
    }
    // The dead-letter queue of a function takes what its asynchronous callers lose.
    for copy in
        all.iter().filter(|copy| copy.block.kind == "aws_lambda_function" || known::is_lambda_module(copy.block))
    {
        let own = declaring.get(copy, "dead_letter_config").get("target_arn");
        let target = own
            .or(|| declaring.get(copy, "dead_letter_target_arn"))
            .or(|| declaring.get(copy, "destination_on_failure"));
        if let Some(function) = declaring.function_made_by(copy) {
            set_failures(declaring, function, &target, &Argument::null());
        }
    }
}

/// What calls, and the function that it calls.
pub(super) type Source = (EventSource, Option<Link<Lambda>>);

fn sources<'d>(declaring: &Declaring<'d>, copy: &Copy<'d>) -> Vec<Source> {
    let reading = Reading { declaring, copy };
    let get = |key: &str| declaring.get(copy, key);
    match copy.block.kind {
        "aws_lambda_event_source_mapping" => vec![reading.mapping()],
        "aws_api_gateway_integration" => {
            let mode = get("response_transfer_mode").term;
            let limit = if mode.scalar().is_some_and(|mode| mode.eq_ignore_ascii_case("stream")) {
                limits::STREAM
            } else {
                limits::REST
            };
            let declared = get("timeout_milliseconds").number(Some(limit * 1000), seconds);
            reading.answering(&get("uri"), "rest", declared)
        }
        "aws_apigatewayv2_integration" => {
            let is_websocket = reading.protocol().is_some_and(|protocol| protocol == "WEBSOCKET");
            let (source, limit) = if is_websocket { ("websocket", limits::REST) } else { ("http", limits::HTTP) };
            let declared = get("timeout_milliseconds").number(Some(limit * 1000), seconds);
            reading.answering(&get("integration_uri"), source, declared)
        }
        "aws_apigatewayv2_api" => reading.answering(&get("target"), "http", Value::default_of(Seconds(limits::HTTP))),
        "aws_lambda_function_url" => {
            let mut found = reading.answering(&get("function_name"), "url", Value::absent());
            for (event, _) in &mut found {
                event.auth = get("authorization_type").text();
            }
            found
        }
        "aws_appsync_datasource" => {
            let limit = Value::default_of(Seconds(limits::APPSYNC));
            reading.answering(&get("lambda_config").get("function_arn"), "appsync", limit)
        }
        "aws_cognito_user_pool" => reading.triggers(),
        "aws_lb_target_group_attachment" => reading.answering(&get("target_id"), "alb", Value::absent()),
        "aws_cloudwatch_log_subscription_filter" => reading.asynchronous(&get("destination_arn"), "logs", None),
        "aws_sns_topic_subscription" => reading.asynchronous(&get("endpoint"), "sns", None),
        "aws_cloudwatch_event_target" => {
            let source = if reading.is_schedule() { "schedule" } else { "eventbridge" };
            reading.asynchronous(&get("arn"), source, Some((get("dead_letter_config").get("arn"), get("retry_policy"))))
        }
        "aws_scheduler_schedule" => {
            let target = get("target");
            let failures = (target.get("dead_letter_config").get("arn"), target.get("retry_policy"));
            reading.asynchronous(&target.get("arn"), "schedule", Some(failures))
        }
        "aws_s3_bucket_notification" => reading.nested("lambda_function", "lambda_function_arn", "s3"),
        "aws_iot_topic_rule" => reading.nested("lambda", "function_arn", "iot"),
        "aws_sfn_state_machine" => state_machine::calls(declaring, copy),
        "aws_pipes_pipe" => pipe::calls(declaring, copy),
        _ if known::is_lambda_module(copy.block) => reading.of_module(),
        _ => Vec::new(),
    }
}

struct Reading<'r, 'd> {
    declaring: &'r Declaring<'d>,
    copy: &'r Copy<'d>,
}

impl Reading<'_, '_> {
    fn blank(&self, part: &str, source: &str, invocation: &str) -> EventSource {
        self.declaring.event(self.copy, part, source, invocation)
    }

    fn answering(&self, function: &Argument, source: &str, limit: Value<Seconds>) -> Vec<Source> {
        let Some(function) = self.declaring.function_of(&function.term) else { return Vec::new() };
        let mut event = self.blank("", source, "sync");
        event.answer_limit = limit;
        vec![(event, Some(function))]
    }

    fn asynchronous(&self, function: &Argument, source: &str, failures: Option<(Argument, Argument)>) -> Vec<Source> {
        let Some(function) = self.declaring.function_of(&function.term) else { return Vec::new() };
        let mut event = self.blank("", source, "async");
        if let Some((target, policy)) = failures {
            event.delivery_target = target.target();
            event.retry_limit = policy.get("maximum_retry_attempts").number(None, Count);
            event.age_limit = policy.get("maximum_event_age_in_seconds").number(None, Seconds);
        }
        vec![(event, Some(function))]
    }

    /// One source for each nested block.
    fn nested(&self, block: &str, key: &str, source: &str) -> Vec<Source> {
        let blocks = nested(self.copy.block.body, block);
        let call = |(index, body): (usize, &crate::syntax::Node<'_>)| {
            let argument = body.get(key).map(|node| self.declaring.world.term(&self.copy.scope, node))?;
            let function = self.declaring.function_of(&argument)?;
            let mut event = self.blank(&format!("/{index}"), source, "async");
            event.header.span = body.own_entries().next().map_or(event.header.span, |entry| entry.key.span());
            Some((event, Some(function)))
        };
        blocks.iter().enumerate().filter_map(call).collect()
    }

    fn triggers(&self) -> Vec<Source> {
        let mut found = Vec::new();
        for body in nested(self.copy.block.body, "lambda_config") {
            for entry in body.own_entries() {
                let term = self.declaring.world.term(&self.copy.scope, entry.value);
                let Some(function) = self.declaring.function_of(&term) else { continue };
                let mut event = self.blank(&format!("/{}", entry.key.scalar().unwrap_or_default()), "cognito", "sync");
                event.header.span = entry.key.span();
                event.answer_limit = Value::default_of(Seconds(limits::COGNITO));
                found.push((event, Some(function)));
            }
        }
        found
    }

    fn mapping(&self) -> Source {
        let get = |key: &str| self.declaring.get(self.copy, key);
        let origin = get("event_source_arn");
        let source = if get("self_managed_event_source").is_null() { service_of(&origin.term) } else { "kafka" };
        let mut event = self.blank("", source, "poll");
        self.poll(&mut event, &get);
        if source == "sqs" {
            event.queue = self.declaring.queue_of(&origin.term);
            event.queue_name = origin.target();
        }
        let function = get("function_name");
        event.function_name = function.target();
        (event, self.declaring.function_of(&function.term))
    }

    fn poll(&self, event: &mut EventSource, get: &dyn Fn(&str) -> Argument) {
        let batch = if event.source == "sqs" { limits::QUEUE_BATCH } else { limits::STREAM_BATCH };
        event.batch_size = get("batch_size").number(Some(batch), Count);
        event.batch_window = get("maximum_batching_window_in_seconds").number(Some(0), Seconds);
        event.retry_limit = get("maximum_retry_attempts").number(None, Count);
        let target = get("destination_config").get("on_failure").get("destination_arn");
        event.failure_target = target.or(|| get("destination_arn_on_failure")).target();
        let kinds = get("function_response_types");
        event.partial_batch = match &kinds.term.shape {
            Shape::Null => Value::default_of(false),
            Shape::List(items) => {
                let is_told = items.iter().any(|item| item.scalar() == Some("ReportBatchItemFailures"));
                Value { span: kinds.span, ..Value::derived(is_told) }
            }
            _ => Value::unknown("it is chosen at deployment", kinds.span),
        };
    }

    /// The sources that the lambda module makes itself.
    fn of_module(&self) -> Vec<Source> {
        let function = self.declaring.function_made_by(self.copy);
        let mut found = Vec::new();
        if let Shape::Map(entries) = self.declaring.get(self.copy, "event_source_mapping").term.shape {
            for (name, term) in entries {
                let mapping = Argument { span: term.span, term };
                let origin = mapping.get("event_source_arn");
                let mut event = self.blank(&format!("/{name}"), service_of(&origin.term), "poll");
                event.header.span = mapping.span.unwrap_or(event.header.span);
                self.poll(&mut event, &|key| mapping.get(key));
                event.queue = self.declaring.queue_of(&origin.term);
                event.queue_name = origin.target();
                found.push((event, function));
            }
        }
        if self.declaring.get(self.copy, "create_lambda_function_url").term.truth() == Some(true) {
            found.push((self.blank("/url", "url", "sync"), function));
        }
        found
    }

    /// The protocol of the API that an integration belongs to.
    fn protocol(&self) -> Option<String> {
        let api = self.declaring.get(self.copy, "api_id").term;
        let reference = api.reference()?;
        let module = self.declaring.world.instances[reference.instance].module;
        let name = reference.parts.get(1)?;
        let block = module.resources.iter().find(|block| block.kind == "aws_apigatewayv2_api" && block.name == name)?;
        let scope = Scope { instance: reference.instance, ..Scope::default() };
        self.declaring.argument(&scope, block.body, "protocol_type").term.scalar().map(str::to_owned)
    }

    /// Whether the rule of a target runs on a schedule.
    fn is_schedule(&self) -> bool {
        let rule = self.declaring.get(self.copy, "rule").term;
        let Some(reference) = rule.reference() else { return false };
        let module = self.declaring.world.instances[reference.instance].module;
        let of_name = |name: &str| {
            module.resources.iter().find(|block| block.kind == "aws_cloudwatch_event_rule" && block.name == name)
        };
        let block = reference.parts.get(1).and_then(|name| of_name(name));
        block.is_some_and(|block| block.body.get("schedule_expression").is_some())
    }
}

/// Whole seconds of milliseconds, rounded up.
fn seconds(milliseconds: i64) -> Seconds {
    Seconds(milliseconds.saturating_add(999).div_euclid(1000))
}

/// The service that an event source belongs to.
fn service_of(term: &Term) -> &'static str {
    let Some(term) = term.possible().first() else { return "other" };
    if let Some(reference) = term.reference() {
        return match reference.parts.iter().find(|part| part.starts_with("aws_")).map(String::as_str) {
            Some("aws_sqs_queue") => "sqs",
            Some("aws_kinesis_stream" | "aws_kinesis_stream_consumer") => "kinesis",
            Some("aws_dynamodb_table") => "dynamodb",
            Some("aws_msk_cluster" | "aws_msk_serverless_cluster") => "msk",
            Some("aws_mq_broker") => "mq",
            Some("aws_docdb_cluster") => "docdb",
            _ => "other",
        };
    }
    match term.written().unwrap_or_default().split(':').nth(2) {
        Some("sqs") => "sqs",
        Some("kinesis") => "kinesis",
        Some("dynamodb") => "dynamodb",
        Some("kafka") => "msk",
        Some("mq") => "mq",
        _ => "other",
    }
}

/// `aws_lambda_function_event_invoke_config`: what happens to calls that fail.
fn failures<'d>(declaring: &mut Declaring<'d>, copy: &Copy<'d>) {
    let Some(function) = declaring.function_of(&declaring.get(copy, "function_name").term) else { return };
    let target = declaring.get(copy, "destination_config").get("on_failure").get("destination");
    let retries = declaring.get(copy, "maximum_retry_attempts");
    set_failures(declaring, function, &target, &retries);
}

fn set_failures(declaring: &mut Declaring<'_>, function: Link<Lambda>, target: &Argument, retries: &Argument) {
    for source in declaring.facts[function].event_sources.clone() {
        let source = &mut declaring.facts[source];
        if source.invocation != "async" {
            continue;
        }
        if source.failure_target.is_absent() {
            source.failure_target = target.target();
        }
        if source.retry_limit.is_absent() {
            source.retry_limit = retries.number(None, Count);
        }
    }
}
