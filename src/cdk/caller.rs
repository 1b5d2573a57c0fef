//! What calls the functions of a module: integrations of APIs, event sources, targets of rules, notifications.
//!
//! Classes, methods and the order of their arguments are those of aws-cdk-lib 2.275 (read 2026-11-30).

use super::construct::{Construct, Stated};
use super::setting::{constant, duration, whole};
use super::{Declaring, in_library};
use crate::facts::{Count, EventSource, Header, Lambda, Link, Seconds};
use crate::limits;
use crate::literal::{Call, Expression, Literal};
use crate::source::Span;
use crate::value::Value;

/// A class that stands for something that calls a function.
struct Caller {
    module: &'static str,
    class: &'static str,
    source: &'static str,
    invocation: &'static str,
    /// Where the function stands among the arguments, and the name of that argument.
    function: (usize, &'static str),
    /// Where the properties stand.
    properties: usize,
}

/// No argument has this position.
const NOWHERE: usize = usize::MAX;

const fn caller(
    name: (&'static str, &'static str),
    kind: (&'static str, &'static str),
    function: (usize, &'static str),
    properties: usize,
) -> Caller {
    Caller { module: name.0, class: name.1, source: kind.0, invocation: kind.1, function, properties }
}

const CALLERS: &[Caller] = &[
    caller(("aws_apigateway", "LambdaIntegration"), ("rest", "sync"), (0, "handler"), 1),
    caller(("aws_apigateway", "LambdaRestApi"), ("rest", "sync"), (NOWHERE, "handler"), 2),
    caller(("aws_apigatewayv2_integrations", "HttpLambdaIntegration"), ("http", "sync"), (1, "handler"), 2),
    caller(("aws_apigatewayv2_integrations", "WebSocketLambdaIntegration"), ("websocket", "sync"), (1, "handler"), 2),
    caller(("aws_events_targets", "LambdaFunction"), ("eventbridge", "async"), (0, "handler"), 1),
    caller(("aws_scheduler_targets", "LambdaInvoke"), ("schedule", "async"), (0, "func"), 1),
    caller(("aws_s3_notifications", "LambdaDestination"), ("s3", "async"), (0, "fn"), 1),
    caller(("aws_sns_subscriptions", "LambdaSubscription"), ("sns", "async"), (0, "fn"), 1),
    caller(("aws_logs_destinations", "LambdaDestination"), ("logs", "async"), (0, "fn"), 1),
    caller(("aws_elasticloadbalancingv2_targets", "LambdaTarget"), ("alb", "sync"), (0, "fn"), 1),
    caller(("aws_lambda", "FunctionUrl"), ("url", "sync"), (NOWHERE, "function"), 2),
    caller(("aws_stepfunctions_tasks", "LambdaInvoke"), ("sfn", "sync"), (NOWHERE, "lambdaFunction"), 2),
    caller(("aws_stepfunctions_tasks", "InvokeFunction"), ("sfn", "sync"), (0, "lambdaFunction"), 1),
    caller(("aws_stepfunctions_tasks", "RunLambdaTask"), ("sfn", "sync"), (0, "lambdaFunction"), 1),
    caller(("aws_pipes_targets", "LambdaFunction"), ("pipe", "poll"), (0, "lambdaFunction"), 1),
    caller(("aws_pipes_enrichments", "LambdaEnrichment"), ("pipe", "poll"), (0, "lambda"), 1),
];

/// The classes that `addEventSource` takes, with kind and invocation.
const SOURCES: &[(&str, &str, &str)] = &[
    ("SqsEventSource", "sqs", "poll"),
    ("KinesisEventSource", "kinesis", "poll"),
    ("KinesisConsumerEventSource", "kinesis", "poll"),
    ("DynamoEventSource", "dynamodb", "poll"),
    ("ManagedKafkaEventSource", "msk", "poll"),
    ("SelfManagedKafkaEventSource", "kafka", "poll"),
    ("SnsEventSource", "sns", "async"),
    ("S3EventSource", "s3", "async"),
    ("S3EventSourceV2", "s3", "async"),
    ("ApiEventSource", "rest", "sync"),
];

/// Methods that add callers, or say something of them; in lower case, as both languages have them without underscores.
const METHODS: &[&str] = &[
    "addeventsource",
    "addeventsourcemapping",
    "addfunctionurl",
    "addtrigger",
    "addlambdadatasource",
    "addtarget",
    "configureasyncinvoke",
    "jsonata",
    "jsonpath",
];

/// A class whose properties say what is read and who reads it.
const MAPPING: (&str, &str) = ("aws_lambda", "EventSourceMapping");

/// The classes whose ARNs such a mapping names, with the kind of source.
const ORIGINS: &[(&str, &str, &str)] = &[
    ("aws_sqs", "Queue", "sqs"),
    ("aws_kinesis", "Stream", "kinesis"),
    ("aws_dynamodb", "Table", "dynamodb"),
    ("aws_dynamodb", "TableV2", "dynamodb"),
];

const RULE: (&str, &str) = ("aws_events", "Rule");

/// Whether a class of the library calls functions, or tells how.
pub(super) fn is_class(module: &str, class: &str) -> bool {
    [RULE, MAPPING].contains(&(module, class))
        || module == "aws_lambda_event_sources"
        || CALLERS.iter().any(|caller| (caller.module, caller.class) == (module, class))
}

/// Whether a method adds callers to functions, or tells how.
pub(super) fn is_method(method: &str) -> bool {
    METHODS.contains(&&*plain(method))
}

fn plain(method: &str) -> String {
    method.replace('_', "").to_lowercase()
}

impl<'s> Declaring<'_, 's> {
    /// Adds what calls the functions, in the order of the text.
    pub(super) fn add_callers(&mut self) {
        let script = self.module.script;
        for call in &script.calls {
            let name = self.module.full_name(call);
            let is_it = |caller: &&Caller| in_library(&name) == Some((caller.module, caller.class));
            if let Some(caller) = CALLERS.iter().find(is_it) {
                self.add_caller(caller, call);
                continue;
            }
            if in_library(&name) == Some(MAPPING) {
                let construct = self.module.construct(call);
                let target = construct.argument(NOWHERE, "target").and_then(|value| self.function(value));
                self.add_mapping(target, &construct, call);
                continue;
            }
            match plain(call.method().1).as_str() {
                "addeventsource" => self.add_source(call),
                "addeventsourcemapping" => {
                    let construct = self.module.construct(call).with_properties_at(1);
                    self.add_mapping(self.receiver(call), &construct, call);
                }
                "addfunctionurl" => self.add_url(call),
                "addtrigger" => self.add_waiting(call, "cognito", limits::COGNITO),
                "addlambdadatasource" => self.add_waiting(call, "appsync", limits::APPSYNC),
                _ => {}
            }
        }
        for (link, call) in self.lambdas.values().copied().collect::<Vec<_>>() {
            if let Stated::Value(Expression { literal: Literal::List(sources), .. }) =
                self.module.construct(call).stated("events")
            {
                sources.iter().for_each(|source| self.add_event(link, source));
            }
        }
    }

    /// The function that an expression names, also by one of its attributes: `this.handler.currentVersion`.
    fn function(&self, value: &'s Expression) -> Option<Link<Lambda>> {
        self.lambdas.get(&self.made_by(value)?.place.start).map(|(link, _)| *link)
    }

    /// The call that makes what an expression names, also by one of its attributes: `this.jobs.queueArn`.
    fn made_by(&self, value: &'s Expression) -> Option<&'s Call> {
        let script = self.module.script;
        match &script.settled(value).literal {
            Literal::Call(call) => Some(call),
            Literal::Name(name) => match &script.constants.get(name.rsplit_once('.')?.0)?.literal {
                Literal::Call(call) => Some(call),
                _ => None,
            },
            _ => None,
        }
    }

    /// The function that a method is called on.
    fn receiver(&self, call: &'s Call) -> Option<Link<Lambda>> {
        let (receiver, _) = call.method();
        match &self.module.script.constants.get(receiver)?.literal {
            Literal::Call(made) => self.lambdas.get(&made.place.start).map(|(link, _)| *link),
            _ => None,
        }
    }

    fn add_caller(&mut self, caller: &Caller, call: &'s Call) {
        let construct = self.module.construct(call).with_properties_at(caller.properties);
        let (position, keyword) = caller.function;
        let Some(function) = construct.argument(position, keyword).and_then(|value| self.function(value)) else {
            return;
        };
        let source = if caller.source == "eventbridge" && self.is_scheduled(call) { "schedule" } else { caller.source };
        let mut event = self.event(function, call, source, caller.invocation);
        match caller.source {
            "rest" if caller.class == "LambdaRestApi" => {
                event.answer_limit = self.waits(&construct.within("integrationOptions"), limits::REST);
            }
            "rest" | "websocket" => event.answer_limit = self.waits(&construct, limits::REST),
            "http" => event.answer_limit = self.waits(&construct, limits::HTTP),
            "url" => event.auth = auth(&construct),
            "eventbridge" | "schedule" => {
                event.delivery_target = construct.target("deadLetterQueue");
                event.retry_limit = self.count(&construct, "retryAttempts");
                event.age_limit = self.seconds(&construct, "maxEventAge");
            }
            "sns" => event.delivery_target = construct.target("deadLetterQueue"),
            _ => {}
        }
        self.finish(function, event);
    }

    /// `handler.addEventSource(new SqsEventSource(queue, { ... }))`.
    fn add_source(&mut self, call: &'s Call) {
        let Some(function) = self.receiver(call) else { return };
        let Some(source) = self.module.construct(call).argument(0, "source") else { return };
        self.add_event(function, source);
    }

    fn add_event(&mut self, function: Link<Lambda>, source: &'s Expression) {
        let Literal::Call(call) = &self.module.script.settled(source).literal else { return };
        let name = self.module.full_name(call);
        let Some(("aws_lambda_event_sources", class)) = in_library(&name) else { return };
        let Some((_, kind, invocation)) = SOURCES.iter().find(|(known, ..)| *known == class) else { return };
        let construct = self.module.construct(call).with_properties_at(1);
        let mut event = self.event(function, call, kind, invocation);
        match *invocation {
            "poll" => {
                self.poll(&mut event, &construct);
                let queue = call.arguments.first().or_else(|| construct.argument(0, "queue"));
                event.queue = queue.filter(|_| *kind == "sqs").and_then(|queue| self.queue(queue));
            }
            "sync" => event.answer_limit = Value::default_of(Seconds(limits::REST)),
            _ => event.delivery_target = construct.target("deadLetterQueue"),
        }
        self.finish(function, event);
    }

    /// `handler.addEventSourceMapping('Jobs', { eventSourceArn: jobs.queueArn })`, and the construct itself.
    fn add_mapping(&mut self, function: Option<Link<Lambda>>, construct: &Construct<'s>, call: &'s Call) {
        let Some(function) = function else { return };
        let origin = construct.argument(NOWHERE, "eventSourceArn").and_then(|arn| self.made_by(arn));
        let name = origin.map(|origin| self.module.full_name(origin)).unwrap_or_default();
        let is_it = |known: &&(&str, &str, &str)| in_library(&name) == Some((known.0, known.1));
        let kind = ORIGINS.iter().find(is_it).map_or("other", |(.., kind)| kind);
        let mut event = self.event(function, call, kind, "poll");
        self.poll(&mut event, construct);
        event.queue = origin.and_then(|origin| self.queue_of(origin));
        self.finish(function, event);
    }

    fn poll(&mut self, event: &mut EventSource, construct: &Construct<'s>) {
        let script = self.module.script;
        let count = |value: &Expression| whole(script, value).map(Count);
        let seconds = |value: &Expression| duration(script, value).map(Seconds);
        let is_queue = event.source == "sqs";
        let batch = if is_queue { limits::QUEUE_BATCH } else { limits::STREAM_BATCH };
        event.batch_size = construct.value("batchSize", Some(Count(batch)), count);
        event.batch_window = construct.value("maxBatchingWindow", Some(Seconds(0)), seconds);
        event.partial_batch = construct.truth("reportBatchItemFailures", Some(false));
        if !is_queue {
            event.retry_limit = self.count(construct, "retryAttempts");
            event.age_limit = self.seconds(construct, "maxRecordAge");
            event.failure_target = construct.target("onFailure");
        }
    }

    fn add_url(&mut self, call: &'s Call) {
        let Some(function) = self.receiver(call) else { return };
        let mut event = self.event(function, call, "url", "sync");
        event.auth = auth(&self.module.construct(call).with_properties_at(0));
        self.finish(function, event);
    }

    /// A method whose second argument is a function that something waits for.
    fn add_waiting(&mut self, call: &'s Call, source: &str, limit: i64) {
        let Some(function) = call.arguments.get(1).and_then(|value| self.function(value)) else { return };
        let mut event = self.event(function, call, source, "sync");
        event.answer_limit = Value::default_of(Seconds(limit));
        self.finish(function, event);
    }

    /// Whether a target stands under a rule with a schedule.
    fn is_scheduled(&self, target: &Call) -> bool {
        let is_target = |value: &Expression| match &self.module.script.settled(value).literal {
            Literal::Call(call) => call.place == target.place,
            _ => false,
        };
        let holds = |rule: &'s Call| match self.module.construct(rule).stated("targets") {
            Stated::Value(Expression { literal: Literal::List(targets), .. }) => targets.iter().any(is_target),
            _ => false,
        };
        let is_rule = |call: &&'s Call| in_library(&self.module.full_name(call)) == Some(RULE);
        let calls = || self.module.script.calls.iter();
        let adding = calls().find(|call| {
            plain(call.method().1) == "addtarget"
                && call.arguments.iter().chain(call.keywords.entries.iter().map(|(_, value)| value)).any(is_target)
        });
        let receiver = adding.and_then(|call| match &self.module.script.constants.get(call.method().0)?.literal {
            Literal::Call(made) => Some(made.place.start),
            _ => None,
        });
        let rule = calls().filter(is_rule).find(|rule| Some(rule.place.start) == receiver || holds(rule));
        rule.is_some_and(|rule| !matches!(self.module.construct(rule).stated("schedule"), Stated::Absent))
    }

    /// How long an API waits: what its integration says, or what is usual.
    fn waits(&self, construct: &Construct<'s>, usual: i64) -> Value<Seconds> {
        construct.value("timeout", Some(Seconds(usual)), |value| duration(self.module.script, value).map(Seconds))
    }

    fn count(&self, construct: &Construct<'s>, property: &str) -> Value<Count> {
        construct.value(property, None, |value| whole(self.module.script, value).map(Count))
    }

    fn seconds(&self, construct: &Construct<'s>, property: &str) -> Value<Seconds> {
        construct.value(property, None, |value| duration(self.module.script, value).map(Seconds))
    }

    fn event(&self, function: Link<Lambda>, call: &Call, source: &str, invocation: &str) -> EventSource {
        let lambda = &self.facts[function];
        let before = lambda.event_sources.iter().filter(|link| self.facts[**link].source == source).count();
        let name = match before {
            0 => format!("{}/{source}", lambda.logical_name),
            more => format!("{}/{source} {}", lambda.logical_name, more + 1),
        };
        let span = Span::new(self.module.source, call.place.clone());
        EventSource::new(
            Header::new(self.module.path, format!("{}#{name}", self.module.path), span),
            &name,
            source,
            invocation,
        )
    }

    /// Adds a caller, with what its function says of failed calls.
    fn finish(&mut self, function: Link<Lambda>, mut event: EventSource) {
        if event.invocation == "async" {
            let call = self.lambdas.values().find(|(link, _)| *link == function).map(|(_, call)| *call);
            if let Some(call) = call {
                self.add_failures(call, &mut event);
            }
        }
        if let Some(queue) = event.queue
            && !self.facts[queue].readers.contains(&function)
        {
            self.facts[queue].readers.push(function);
        }
        self.facts.add_call(function, event);
    }

    /// What a function says of calls that fail: its own properties, or `configureAsyncInvoke`.
    fn add_failures(&self, made: &'s Call, event: &mut EventSource) {
        const TARGETS: &[&str] = &["onFailure", "deadLetterQueue", "deadLetterTopic", "deadLetterQueueEnabled"];
        let script = self.module.script;
        let is_of_function = |call: &&'s Call| {
            plain(call.method().1) == "configureasyncinvoke"
                && script.constants.get(call.method().0).is_some_and(
                    |value| matches!(&value.literal, Literal::Call(own) if own.place.start == made.place.start),
                )
        };
        let configured = script.calls.iter().find(is_of_function);
        let own = self.module.construct(made);
        let asked = configured.map(|call| self.module.construct(call).with_properties_at(0));
        for construct in [Some(own), asked].into_iter().flatten() {
            for property in TARGETS {
                let target = std::mem::take(&mut event.failure_target);
                event.failure_target = target.or(construct.target(property));
            }
            event.retry_limit = std::mem::take(&mut event.retry_limit).or(self.count(&construct, "retryAttempts"));
            event.age_limit = std::mem::take(&mut event.age_limit).or(self.seconds(&construct, "maxEventAge"));
        }
    }
}

/// Who may call a function URL; without a word only those whom IAM lets in.
fn auth(construct: &Construct<'_>) -> Value<String> {
    const AUTHS: &[(&str, &str)] = &[("NONE", "NONE"), ("AWS_IAM", "AWS_IAM")];
    construct.value("authType", Some("AWS_IAM".to_owned()), |value| constant(value, AUTHS))
}
