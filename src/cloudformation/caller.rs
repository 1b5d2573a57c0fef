//! What calls a function according to other resources: APIs, rules, topics, buckets.

use super::event::{blank, is_stream, seconds_of};
use super::property::{Properties, Property};
use super::queue::target;
use super::resource::Resource;
use super::term::Term;
use super::{Stack, pipe, state_machine};
use crate::facts::{Count, EventSource, Lambda, Link, Seconds};
use crate::limits;
use crate::source::Span;
use crate::syntax::Node;
use crate::value::Value;

/// Most operations of an OpenAPI document that are looked at.
const OPERATIONS: usize = 2000;

/// A source and the function it calls.
pub(super) type Call = (EventSource, Link<Lambda>);

/// Everything that a resource calls.
pub(super) fn calls<'d>(stack: &Stack<'d>, resource: &Resource<'d>) -> Vec<Call> {
    let properties = Properties::own(resource.node.get("Properties"));
    let caller = Caller { stack, resource, properties };
    match resource.kind {
        "AWS::ApiGateway::Method" => caller.rest_method(),
        "AWS::ApiGatewayV2::Integration" => caller.http_integration(),
        "AWS::Serverless::Api" | "AWS::ApiGateway::RestApi" => caller.definition("rest"),
        "AWS::Serverless::HttpApi" | "AWS::ApiGatewayV2::Api" => caller.definition("http"),
        "AWS::Lambda::Url" => caller.url(),
        "AWS::CloudFront::Distribution" => caller.edges(),
        "AWS::AppSync::DataSource" => {
            caller.one(&["LambdaConfig", "LambdaFunctionArn"], "appsync", "sync", Some(limits::APPSYNC))
        }
        "AWS::Logs::SubscriptionFilter" => caller.one(&["DestinationArn"], "logs", "async", None),
        "AWS::SNS::Subscription" => caller.one(&["Endpoint"], "sns", "async", None),
        "AWS::Scheduler::Schedule" => caller.schedule(),
        "AWS::Events::Rule" => caller.rule(),
        "AWS::SNS::Topic" => caller.each(&["Subscription"], &["Endpoint"], "sns", "async"),
        "AWS::S3::Bucket" => {
            caller.each(&["NotificationConfiguration", "LambdaConfigurations"], &["Function"], "s3", "async")
        }
        "AWS::ElasticLoadBalancingV2::TargetGroup" => caller.each(&["Targets"], &["Id"], "alb", "sync"),
        "AWS::IoT::TopicRule" => {
            caller.each(&["TopicRulePayload", "Actions"], &["Lambda", "FunctionArn"], "iot", "async")
        }
        "AWS::Cognito::UserPool" => caller.triggers(),
        "AWS::Serverless::StateMachine" | "AWS::StepFunctions::StateMachine" => state_machine::calls(stack, resource),
        "AWS::Pipes::Pipe" => pipe::calls(stack, resource),
        _ => Vec::new(),
    }
}

struct Caller<'s, 'd> {
    stack: &'s Stack<'d>,
    resource: &'s Resource<'d>,
    properties: Properties<'d>,
}

impl<'d> Caller<'_, 'd> {
    fn get(&self, path: &[&str]) -> Property<'d> {
        self.properties.get(&self.stack.evaluator, path)
    }

    fn source(&self, name: &str, span: Option<Span>, source: &str, invocation: &str) -> EventSource {
        let name = if name.is_empty() { self.resource.id.clone() } else { format!("{}/{name}", self.resource.id) };
        blank(self.stack, &name, span.unwrap_or_else(|| self.resource.key.span()), source, invocation)
    }

    fn one(&self, path: &[&str], source: &str, invocation: &str, limit: Option<i64>) -> Vec<Call> {
        let Some(function) = self.stack.function_of(&self.get(path).term) else { return Vec::new() };
        let mut event = self.source("", None, source, invocation);
        if let Some(limit) = limit {
            event.answer_limit = Value::default_of(Seconds(limit));
        }
        vec![(event, function)]
    }

    /// One source for each item of a list whose `path` names a function.
    fn each(&self, list: &[&str], path: &[&str], source: &str, invocation: &str) -> Vec<Call> {
        let evaluator = &self.stack.evaluator;
        let items = evaluator.items(&self.get(list).term).unwrap_or_default();
        let call = |(index, item): (usize, &Term<'d>)| {
            let named = path.iter().fold(item.clone(), |term, key| evaluator.get(&term, key));
            let function = self.stack.function_of(&named)?;
            Some((self.source(&index.to_string(), item.span(), source, invocation), function))
        };
        items.iter().enumerate().filter_map(call).collect()
    }

    fn rest_method(&self) -> Vec<Call> {
        let Some(function) = self.stack.function_of(&self.get(&["Integration", "Uri"]).term) else { return Vec::new() };
        let mut event = self.source("", None, "rest", "sync");
        let limit = if is_stream(&self.get(&["Integration", "ResponseTransferMode"]).term) {
            limits::STREAM
        } else {
            limits::REST
        };
        event.answer_limit = self.get(&["Integration", "TimeoutInMillis"]).number(Some(limit * 1000), seconds_of);
        vec![(event, function)]
    }

    fn http_integration(&self) -> Vec<Call> {
        let Some(function) = self.stack.function_of(&self.get(&["IntegrationUri"]).term) else { return Vec::new() };
        let api = self.get(&["ApiId"]);
        let is_websocket = api.term.resources().first().is_some_and(|id| {
            let protocol = self.stack.node_of(id).and_then(|node| node.at(&["Properties", "ProtocolType"]));
            protocol.and_then(Node::scalar) == Some("WEBSOCKET")
        });
        let (source, limit) = if is_websocket { ("websocket", limits::REST) } else { ("http", limits::HTTP) };
        let mut event = self.source("", None, source, "sync");
        event.answer_limit = self.get(&["TimeoutInMillis"]).number(Some(limit * 1000), seconds_of);
        vec![(event, function)]
    }

    fn schedule(&self) -> Vec<Call> {
        let mut calls = self.one(&["Target", "Arn"], "schedule", "async", None);
        for (event, _) in &mut calls {
            event.retry_limit = self.get(&["Target", "RetryPolicy", "MaximumRetryAttempts"]).number(None, Count);
            event.delivery_target = target(&self.get(&["Target", "DeadLetterConfig", "Arn"]));
        }
        calls
    }

    fn rule(&self) -> Vec<Call> {
        let source = if self.get(&["ScheduleExpression"]).is_absent() { "eventbridge" } else { "schedule" };
        let evaluator = &self.stack.evaluator;
        let mut calls = Vec::new();
        for (index, item) in evaluator.items(&self.get(&["Targets"]).term).unwrap_or_default().iter().enumerate() {
            let Some(function) = self.stack.function_of(&evaluator.get(item, "Arn")) else { continue };
            let mut event = self.source(&index.to_string(), item.span(), source, "async");
            let of = |outer: &str, inner: &str| Property::of_term(evaluator.get(&evaluator.get(item, outer), inner));
            event.delivery_target = target(&of("DeadLetterConfig", "Arn"));
            event.retry_limit = of("RetryPolicy", "MaximumRetryAttempts").number(None, Count);
            event.age_limit = of("RetryPolicy", "MaximumEventAgeInSeconds").number(None, Seconds);
            calls.push((event, function));
        }
        calls
    }

    fn url(&self) -> Vec<Call> {
        let mut calls = self.one(&["TargetFunctionArn"], "url", "sync", None);
        for (event, _) in &mut calls {
            event.auth = self.get(&["AuthType"]).text();
        }
        calls
    }

    /// The functions that a distribution runs at the edge.
    fn edges(&self) -> Vec<Call> {
        let Some(config) = self.resource.node.at(&["Properties", "DistributionConfig"]) else { return Vec::new() };
        let others = config.get("CacheBehaviors").map(|list| list.items().collect::<Vec<_>>()).unwrap_or_default();
        let behaviors = config.get("DefaultCacheBehavior").into_iter().chain(others);
        let listed = behaviors.filter_map(|behavior| behavior.get("LambdaFunctionAssociations"));
        let evaluator = &self.stack.evaluator;
        let mut calls = Vec::new();
        for item in listed.flat_map(Node::items) {
            let term = item.get("LambdaFunctionARN").map(|arn| evaluator.term(arn));
            let Some(function) = term.and_then(|term| self.stack.function_of(&term)) else { continue };
            let moment = item.get("EventType").and_then(Node::scalar).unwrap_or_default();
            let source = if moment.starts_with("origin") { "edge-origin" } else { "edge-viewer" };
            calls.push((self.source(moment, Some(item.span()), source, "sync"), function));
        }
        calls
    }

    fn triggers(&self) -> Vec<Call> {
        let Some(config) = self.resource.node.at(&["Properties", "LambdaConfig"]) else { return Vec::new() };
        let call = |entry: crate::syntax::Entry<'d>| {
            let function = self.stack.function_of(&self.stack.evaluator.term(entry.value))?;
            let mut event = self.source(entry.key.scalar()?, Some(entry.key.span()), "cognito", "sync");
            event.answer_limit = Value::default_of(Seconds(limits::COGNITO));
            Some((event, function))
        };
        config.entries().into_iter().filter_map(call).collect()
    }

    /// The operations of an OpenAPI document, in the template or in a file it includes.
    fn definition(&self, source: &str) -> Vec<Call> {
        let Some(document) = self.stack.definition_of(self.resource) else { return Vec::new() };
        let evaluator = &self.stack.evaluator;
        let mut calls = Vec::new();
        let paths = document.get("paths").map(Node::entries).unwrap_or_default();
        let operations = paths.iter().flat_map(|path| {
            let name = path.key.scalar().unwrap_or_default();
            path.value.entries().into_iter().map(move |operation| (name, operation))
        });
        for (path, operation) in operations.take(OPERATIONS) {
            let Some(integration) = operation.value.get("x-amazon-apigateway-integration") else { continue };
            let integration = evaluator.term(integration);
            let Some(function) = self.stack.function_of(&evaluator.get(&integration, "uri")) else { continue };
            let name = format!("{} {path}", operation.key.scalar().unwrap_or_default());
            let mut event = self.source(&name, Some(operation.key.span()), source, "sync");
            let limit = match source {
                "http" => limits::HTTP,
                _ if is_stream(&evaluator.get(&integration, "responseTransferMode")) => limits::STREAM,
                _ => limits::REST,
            };
            let term = evaluator.get(&integration, "timeoutInMillis");
            let declared = Property::of_term(term);
            event.answer_limit = declared.number(Some(limit * 1000), seconds_of);
            calls.push((event, function));
        }
        calls
    }
}
