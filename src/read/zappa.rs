//! Reads the settings of Zappa: a function for each stage.
//!
//! Defaults are those of `zappa/cli.py`, events those of `zappa/utilities.py` (read 2026-11-23). The package is the
//! active virtual environment, so nothing in the repository says what is deployed.

use super::{Claim, File, Output, Reader};
use crate::facts::{Count, EventSource, Lambda, Layer, Mebibytes, Seconds, Variable};
use crate::limits;
use crate::source::Span;
use crate::syntax::shape::{Part, Shape, misfits};
use crate::syntax::{self, Node};
use crate::value::Value;

/// Reads `zappa_settings.json` and its kin.
pub const READER: Reader = Reader { name: "zappa", role: "template", claims, read };

const NAMES: &[&str] = &["zappa_settings.json", "zappa_settings.toml", "zappa_settings.yml", "zappa_settings.yaml"];

/// The parts of a stage that Zappa reads as maps and lists.
const PARTS: &[Part] =
    &[(&[], Shape::Map), (&["*", "environment_variables"], Shape::Map), (&["*", "events"], Shape::List)];

/// Seconds a function may run when nothing is said.
const TIMEOUT: i64 = 30;

/// MB of memory when nothing is said.
const MEMORY: i64 = 512;

/// How far `extends` is followed.
const DEPTH: usize = 8;

fn claims(path: &str) -> Claim {
    if NAMES.contains(&crate::path::file_name(path)) { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let parse = match file.path.rsplit('.').next() {
        Some("json") => syntax::json::parse,
        Some("toml") => syntax::toml::parse,
        _ => syntax::yaml::parse,
    };
    let Some(document) = output.tree(file, &READER, parse) else { return };
    let root = document.root();
    output.misfits(file, &READER, misfits(root, PARTS, &|_| false));
    for entry in root.entries() {
        let Some(name) = entry.key.scalar().filter(|_| entry.value.is_map()) else { continue };
        let stage = Stage { name, place: entry.key.span(), layers: layers(root, entry.value) };
        let lambda = output.facts.add(stage.lambda(file));
        for source in stage.sources(file) {
            output.facts.add_call(lambda, source);
        }
    }
}

/// A stage and those it extends, nearest first.
fn layers<'d>(root: Node<'d>, stage: Node<'d>) -> Vec<Node<'d>> {
    let mut layers = vec![stage];
    while layers.len() < DEPTH {
        let name = layers.last().and_then(|layer| layer.get("extends")).and_then(Node::scalar);
        match name.and_then(|name| root.get(name)) {
            Some(next) => layers.push(next),
            None => break,
        }
    }
    layers
}

struct Stage<'d> {
    name: &'d str,
    place: Span,
    layers: Vec<Node<'d>>,
}

impl<'d> Stage<'d> {
    /// What the nearest stage sets, and whether that is another one.
    fn get(&self, key: &str) -> Option<(Node<'d>, bool)> {
        self.layers.iter().enumerate().find_map(|(depth, layer)| Some((layer.get(key)?, depth > 0)))
    }

    fn value<T>(&self, key: &str, default: Option<T>, read: impl Fn(Node<'d>) -> Option<T>) -> Value<T> {
        let Some((node, inherited)) = self.get(key) else {
            return default.map_or_else(Value::absent, Value::default_of);
        };
        let value = match read(node) {
            Some(value) => Value::written(value, node.span()),
            None => Value::unknown("it is not of the form that Zappa reads", Some(node.span())),
        };
        if inherited { value.inherited() } else { value }
    }

    fn text(&self, key: &str) -> Value<String> {
        self.value(key, None, |node| node.scalar().map(str::to_owned))
    }

    fn number(&self, key: &str, default: i64) -> Value<i64> {
        self.value(key, Some(default), Node::int)
    }

    fn is_on(&self, key: &str, default: bool) -> bool {
        self.get(key).and_then(|(node, _)| node.bool()).unwrap_or(default)
    }

    fn lambda(&self, file: &File<'_>) -> Lambda {
        let storage = |node: Node<'d>| node.get("Size").unwrap_or(node).int().map(Mebibytes);
        let tracing = |node: Node<'d>| Some(if node.bool()? { "Active" } else { "PassThrough" }.to_owned());
        let mut lambda = Lambda {
            runtime: self.text("runtime").or(Value::unknown("Zappa takes the Python that it runs on", None)),
            timeout: self.number("timeout_seconds", TIMEOUT).try_map(|n| Ok(Seconds(n))),
            memory: self.number("memory_size", MEMORY).try_map(|n| Ok(Mebibytes(n))),
            ephemeral_storage: self.value("ephemeral_storage", Some(Mebibytes(limits::STORAGE)), storage),
            architecture: self.text("architecture").or(Value::default_of("x86_64".to_owned())),
            tracing: self.value("xray_tracing", None, tracing),
            code: Value::derived(file.directory().to_owned()),
            handler_doubt: Some("Zappa makes the handler".to_owned()),
            left_out: Value::unknown("Zappa packs the environment that it runs in", None),
            ..Lambda::new(file.part(self.name, self.place), "zappa", self.name)
        };
        lambda.set_environment(Some(self.environment()));
        let items: Vec<Node<'d>> = self.get("layers").map(|(list, _)| list.items().collect()).unwrap_or_default();
        lambda.layer_count = Value::derived(Count(i64::try_from(items.len()).unwrap_or(i64::MAX)));
        let named = items.iter().filter_map(|item| Some((item.scalar()?.to_owned(), item.span())));
        let named: Vec<(String, Span)> = named.collect();
        lambda.compare_layers(&named);
        lambda.layer_contents = named.iter().map(|(name, _)| Layer::elsewhere(name)).collect();
        lambda.layers = named.into_iter().map(|(name, _)| name).collect();
        lambda
    }

    /// Zappa sets those of `aws_environment_variables` on the function; its own are read by its handler.
    fn environment(&self) -> Vec<Variable> {
        let map = self.get("aws_environment_variables").map(|(map, _)| map.entries()).unwrap_or_default();
        let variable = |entry: &syntax::Entry<'d>| {
            let value = entry.value.scalar().map(str::to_owned);
            Some(Variable { name: entry.key.scalar()?.to_owned(), span: entry.key.span(), value })
        };
        map.iter().filter_map(variable).collect()
    }

    /// The API, the function URL, the load balancer, and the events of a stage.
    fn sources(&self, file: &File<'_>) -> Vec<EventSource> {
        let source = |name: &str, place: Span, kind: &str, invocation: &str| {
            let name = format!("{}/{name}", self.name);
            EventSource::new(file.part(&name, place), &name, kind, invocation)
        };
        let mut found = Vec::new();
        if self.is_on("apigateway_enabled", true) {
            let is_second = self.text("apigateway_version").known().is_some_and(|version| version == "v2");
            let (kind, limit) = if is_second { ("http", limits::HTTP) } else { ("rest", limits::REST) };
            let mut event = source("api", self.place, kind, "sync");
            event.answer_limit = Value::default_of(Seconds(limit));
            found.push(event);
        }
        if let Some((node, _)) = self.get("function_url_enabled").filter(|(node, _)| node.bool() == Some(true)) {
            let mut event = source("url", node.span(), "url", "sync");
            let authorizer = self.get("function_url_config").and_then(|(config, _)| config.get("authorizer"));
            event.auth = match authorizer.and_then(Node::scalar) {
                Some(who) => Value::derived(who.to_owned()),
                None => Value { span: Some(node.span()), ..Value::default_of("NONE".to_owned()) },
            };
            found.push(event);
        }
        if self.is_on("alb_enabled", false) {
            found.push(source("alb", self.place, "alb", "sync"));
        }
        let events: Vec<Node<'d>> = self.get("events").map(|(list, _)| list.items().collect()).unwrap_or_default();
        for (index, event) in events.into_iter().enumerate() {
            let (kind, invocation) = kind_of(event);
            let mut one = source(&format!("events{index}"), event.span(), kind, invocation);
            let batch = if kind == "sqs" { limits::QUEUE_BATCH } else { limits::STREAM_BATCH };
            if invocation == "poll" {
                let stated = event.at(&["event_source", "batch_size"]).and_then(Node::int);
                one.batch_size = stated.map_or_else(|| Value::default_of(Count(batch)), |n| Value::derived(Count(n)));
                one.partial_batch = Value::default_of(false);
            } else {
                one.failure_target = self.text("dead_letter_arn");
            }
            found.push(one);
        }
        found
    }
}

/// The kind of an event and how it calls: an expression is a schedule, a source tells by its ARN.
fn kind_of(event: Node<'_>) -> (&'static str, &'static str) {
    let arn = event.at(&["event_source", "arn"]).and_then(Node::scalar).unwrap_or_default();
    match arn.split(':').nth(2) {
        Some("sqs") => ("sqs", "poll"),
        Some("kinesis") => ("kinesis", "poll"),
        Some("dynamodb") => ("dynamodb", "poll"),
        Some("s3") => ("s3", "async"),
        Some("sns") => ("sns", "async"),
        Some("events") => ("eventbridge", "async"),
        _ if event.get("expression").or(event.get("expressions")).is_some() => ("schedule", "async"),
        _ if event.get("event_pattern").is_some() => ("eventbridge", "async"),
        _ => ("other", "unknown"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;
    use crate::value::Origin;

    #[test]
    fn stages_extend_each_other() {
        let text = r#"{"base": {"timeout_seconds": 60, "runtime": "python3.12"}, "prod": {"extends": "base", "memory_size": 1024},
            "loop": {"extends": "loop"}}"#;
        let facts = read_alone(&READER, "zappa_settings.json", text).facts;
        assert_eq!(facts.lambdas.len(), 3);
        let prod = &facts.lambdas[1];
        assert_eq!((prod.timeout.known(), prod.timeout.origin), (Some(&Seconds(60)), Origin::Inherited));
        assert_eq!(prod.memory.known(), Some(&Mebibytes(1024)));
        assert_eq!(facts.lambdas[2].timeout.origin, Origin::Default);
    }

    #[test]
    fn stages_name_their_callers() {
        let text = r#"{"dev": {"function_url_enabled": true, "apigateway_version": "v2", "dead_letter_arn": "arn:aws:sqs:eu-west-1:1:dead",
            "aws_environment_variables": {"A": "b"}, "layers": ["arn:aws:lambda:eu-west-1:1:layer:x:1"],
            "events": [{"function": "a.f", "expression": "rate(1 hour)"},
                       {"function": "a.g", "event_source": {"arn": "arn:aws:sqs:eu-west-1:1:jobs", "batch_size": 1}},
                       {"function": "a.h", "event_source": {"arn": "arn:aws:s3:::bucket"}}]}}"#;
        let facts = read_alone(&READER, "zappa_settings.json", text).facts;
        let shown: Vec<_> = facts.event_sources.iter().map(|one| (one.source.as_str(), one.invocation.as_str())).collect();
        assert_eq!(shown, [("http", "sync"), ("url", "sync"), ("schedule", "async"), ("sqs", "poll"), ("s3", "async")]);
        assert_eq!(facts.event_sources[3].batch_size.known(), Some(&Count(1)));
        assert!(facts.event_sources[4].failure_target.known().is_some());
        assert_eq!((facts.lambdas[0].environment.as_slice(), facts.lambdas[0].layers.len()), (&["A".to_owned()][..], 1));
    }
}
