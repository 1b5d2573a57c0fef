//! Projects of Chalice as facts: functions by the decorators of `app.py`, settings by stage.
//!
//! Defaults and the order of look-up are those of `chalice/config.py`, decorators and their arguments those
//! of `chalice/app.py` (read 2026-11-23). Blueprints and names that the text does not show are not followed.

mod settings;

use std::sync::Arc;

use self::settings::Settings;
use crate::facts::{Count, Days, EventSource, Facts, Header, Lambda, Link, Mebibytes, Seconds, SourceModule};
use crate::limits;
use crate::path;
use crate::pysource::Decorator;
use crate::source::Span;
use crate::syntax::Document;
use crate::value::Value;

/// Seconds a function may run when nothing is said.
const TIMEOUT: i64 = 60;

/// MB of memory when nothing is said.
const MEMORY: i64 = 128;

/// The function behind all routes.
const API: &str = "api_handler";

/// The function behind the messages of a WebSocket API.
const WEBSOCKET: &str = "websocket_handler";

/// What makes a function of its own: the decorator, the kind of source, how it calls, and the usual batch.
const DECORATORS: &[(&str, &str, &str, Option<i64>)] = &[
    ("schedule", "schedule", "async", None),
    ("on_cw_event", "eventbridge", "async", None),
    ("on_s3_event", "s3", "async", None),
    ("on_sns_message", "sns", "async", None),
    ("on_sqs_message", "sqs", "poll", Some(1)),
    ("on_kinesis_record", "kinesis", "poll", Some(100)),
    ("on_dynamodb_record", "dynamodb", "poll", Some(100)),
    ("lambda_function", "", "", None),
    ("authorizer", "", "", None),
];

/// Whether a tree is the configuration of a project.
pub fn is_project(document: &Document) -> bool {
    let root = document.root();
    root.get("app_name").is_some() || root.get("stages").is_some()
}

/// The directory of a project, from the path of its `.chalice/config.json`.
pub fn home(path: &str) -> &str {
    path::directory(path::directory(path))
}

/// The functions of a project. Without a module that tells them, those that the configuration names, and an API.
pub fn declared(path: &Arc<str>, document: &Document, app: Option<&SourceModule>) -> Facts {
    let root = document.root();
    let span = root.own_entries().next().map_or_else(|| root.span(), |entry| entry.key.span());
    let header = Header::new(path, path.to_string(), span);
    let mut project = Project { header, settings: Settings::of(root), facts: Facts::default(), names: Vec::new() };
    match app.filter(|app| !app.opaque) {
        Some(app) => project.of_module(app),
        None => project.of_settings(),
    }
    project.facts
}

struct Project<'d> {
    header: Header,
    settings: Settings<'d>,
    facts: Facts,
    names: Vec<String>,
}

impl<'d> Project<'d> {
    /// The functions that the decorators of the module make.
    fn of_module(&mut self, app: &SourceModule) {
        for function in &app.functions {
            let place = Span::new(app.header.span.source, function.place.clone());
            for decorator in &function.decorators {
                let Some((_, method)) = decorator.name.rsplit_once('.') else { continue };
                match method {
                    "route" => self.shared(API, ("routes", "rest"), &app.header.path, place),
                    _ if method.starts_with("on_ws_") => {
                        self.shared(WEBSOCKET, ("messages", "websocket"), &app.header.path, place);
                    }
                    _ => self.own(method, decorator, &function.name, &app.header.path, place),
                }
            }
        }
    }

    /// A function that serves several decorated ones.
    fn shared(&mut self, name: &str, (trigger, source): (&str, &str), path: &Arc<str>, place: Span) {
        if self.names.iter().any(|known| known == name) {
            return;
        }
        let lambda = self.add(name, path, place);
        let mut event = event(path, name, trigger, source, "sync", place);
        event.answer_limit = Value::default_of(Seconds(limits::REST));
        self.facts.add_call(lambda, event);
    }

    fn own(&mut self, method: &str, decorator: &Decorator, function: &str, path: &Arc<str>, place: Span) {
        let Some((_, source, invocation, batch)) = DECORATORS.iter().find(|(name, ..)| *name == method) else { return };
        let name = decorator.keyword("name").unwrap_or(function);
        let lambda = self.add(name, path, place);
        if source.is_empty() {
            return;
        }
        let mut event = event(path, name, method, source, invocation, place);
        if let Some(usual) = batch {
            event.batch_size = match decorator.keyword("batch_size").map(str::parse) {
                Some(Ok(size)) => Value::derived(Count(size)),
                Some(Err(_)) => Value::unknown("it is worked out when the module runs", Some(place)),
                None => Value::default_of(Count(*usual)),
            };
            event.partial_batch = Value::default_of(false);
        }
        if method == "on_sqs_message" {
            event.queue_name = decorator.keyword("queue").map_or_else(
                || Value::unknown("the queue is named when the module runs", Some(place)),
                |queue| Value::derived(queue.to_owned()),
            );
        }
        self.facts.add_call(lambda, event);
    }

    /// The functions that the configuration has settings for, and the API.
    fn of_settings(&mut self) {
        let mut named: Vec<(&str, Span)> = vec![(API, self.header.span)];
        for (name, place) in self.settings.functions() {
            if !named.iter().any(|(known, _)| *known == name) {
                named.push((name, place));
            }
        }
        let path = Arc::clone(&self.header.path);
        for (name, place) in named {
            if name == API {
                self.shared(name, ("routes", "rest"), &path, place);
            } else {
                self.add(name, &path, place);
            }
        }
    }

    fn add(&mut self, name: &str, path: &Arc<str>, place: Span) -> Link<Lambda> {
        let number = |key: &str, default| self.settings.number(name, key, default);
        let mut lambda = Lambda {
            runtime: Value::unknown("Chalice takes the Python that it runs on", None),
            timeout: number("lambda_timeout", Some(TIMEOUT)).try_map(|n| Ok(Seconds(n))),
            memory: number("lambda_memory_size", Some(MEMORY)).try_map(|n| Ok(Mebibytes(n))),
            log_retention: number("log_retention_in_days", None).try_map(|n| Ok(Days(n))),
            tracing: self.settings.tracing(name),
            architecture: Value::default_of("x86_64".to_owned()),
            code: Value::derived(home(&self.header.path).to_owned()),
            handler_doubt: Some("Chalice makes the handler".to_owned()),
            ..Lambda::new(Header::new(path, format!("{path}#{name}"), place), "chalice", name)
        };
        lambda.set_environment(Some(self.settings.environment(name)));
        self.settings.add_layers(&mut lambda);
        self.names.push(name.to_owned());
        self.facts.add(lambda)
    }
}

fn event(path: &Arc<str>, function: &str, trigger: &str, source: &str, invocation: &str, place: Span) -> EventSource {
    let name = format!("{function}/{trigger}");
    EventSource::new(Header::new(path, format!("{path}#{name}"), place), &name, source, invocation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{python_module, read_alone};
    use crate::source::SourceId;
    use crate::syntax::json;

    const SETTINGS: &str = r#"{"version": "2.0", "app_name": "a", "lambda_timeout": 20, "xray": true,
        "lambda_functions": {"tick": {"lambda_memory_size": 512}},
        "stages": {"dev": {}, "prod": {"lambda_functions": {"tick": {"lambda_timeout": 300}}}}}"#;

    fn facts(app: Option<&str>) -> Facts {
        let document = json::parse(SourceId::FIRST, &SETTINGS.into()).expect("it is JSON");
        let module =
            app.map(|text| read_alone(&python_module::READER, "api/app.py", text).facts.source_modules.remove(0));
        declared(&"api/.chalice/config.json".into(), &document, module.as_ref())
    }

    fn shown(facts: &Facts) -> Vec<(String, Vec<i64>, Vec<String>)> {
        let sources = |lambda: &Lambda| lambda.event_sources.iter().map(|link| facts[*link].source.clone()).collect();
        let seconds = |lambda: &Lambda| lambda.timeout.possible().iter().map(|seconds| seconds.0).collect();
        facts.lambdas.iter().map(|one| (one.logical_name.clone(), seconds(one), sources(one))).collect()
    }

    #[test]
    fn settings_are_looked_up_from_the_inside_out() {
        let facts = facts(None);
        let rest = || vec!["rest".to_owned()];
        assert_eq!(
            shown(&facts),
            [("api_handler".to_owned(), vec![20], rest()), ("tick".to_owned(), vec![20, 300], vec![])]
        );
        assert_eq!(facts.lambdas[0].memory.known(), Some(&Mebibytes(128)));
        assert_eq!(facts.lambdas[1].memory.known(), Some(&Mebibytes(512)));
        assert_eq!(facts.lambdas[0].code.known().map(String::as_str), Some("api"));
        assert_eq!(facts.lambdas[0].tracing.known().map(String::as_str), Some("Active"));
    }

    #[test]
    fn decorators_make_functions() {
        let app = "from chalice import Chalice\napp = Chalice(app_name='a')\n\
            @app.route('/')\ndef index(): return {}\n@app.route('/b')\ndef other(): return {}\n\
            @app.schedule('rate(1 hour)')\ndef tick(event): pass\n\
            @app.on_sqs_message(queue='jobs', batch_size=5)\ndef work(event): pass\n\
            @app.lambda_function(name='custom')\ndef plain(event, context): pass\n\
            @cache\ndef helper(): pass\n";
        let facts = facts(Some(app));
        let names: Vec<_> = shown(&facts).into_iter().map(|(name, _, sources)| (name, sources.join(","))).collect();
        let expected = [("api_handler", "rest"), ("tick", "schedule"), ("work", "sqs"), ("custom", "")];
        assert_eq!(names, expected.map(|(name, source)| (name.to_owned(), source.to_owned())));
        assert_eq!(facts.event_sources[2].queue_name.known().map(String::as_str), Some("jobs"));
        assert_eq!(facts.event_sources[2].batch_size.known(), Some(&Count(5)));
    }
}
