//! Reads the configuration of a Chalice project: its functions and what each stage sets for them.
//!
//! Functions come from decorators in app.py; the configuration names those with settings of their
//! own. Defaults and the order of look-up are those of `chalice/config.py` (read 2026-11-23).

use super::{Claim, File, Output, Reader};
use crate::facts::{EventSource, Lambda, Mebibytes, Seconds};
use crate::limits;
use crate::path;
use crate::source::Span;
use crate::syntax::{self, Node};
use crate::value::Value;

/// Reads `.chalice/config.json`.
pub const READER: Reader = Reader { name: "chalice", role: "template", claims, read };

/// Seconds a function may run when nothing is said.
const TIMEOUT: i64 = 60;

/// MB of memory when nothing is said.
const MEMORY: i64 = 128;

/// The function behind all routes.
const API: &str = "api_handler";

fn claims(path: &str) -> Claim {
    if path == ".chalice/config.json" || path.ends_with("/.chalice/config.json") { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(document) = output.tree(file, &READER, syntax::json::parse) else { return };
    let root = document.root();
    if root.get("app_name").is_none() && root.get("stages").is_none() {
        return;
    }
    let home = path::directory(file.directory());
    let span = root.own_entries().next().map_or_else(|| file.span(0..0), |entry| entry.key.span());
    let stages: Vec<Node<'_>> =
        root.get("stages").map(|stages| stages.entries().into_iter().map(|entry| entry.value).collect()).unwrap_or_default();
    let mut names: Vec<(&str, Span)> = vec![(API, span)];
    for own in std::iter::once(root).chain(stages.iter().copied()).filter_map(|layer| layer.get("lambda_functions")) {
        for entry in own.entries() {
            if let Some(name) = entry.key.scalar()
                && !names.iter().any(|(known, _)| *known == name)
            {
                names.push((name, entry.key.span()));
            }
        }
    }
    for (name, span) in names {
        let number = |key: &str, default: i64| number(root, &stages, name, key, default);
        let lambda = Lambda {
            runtime: Value::unknown("Chalice takes the Python that it runs on", None),
            timeout: map(number("lambda_timeout", TIMEOUT), Seconds),
            memory: map(number("lambda_memory_size", MEMORY), Mebibytes),
            code: Value::derived(home.to_owned()),
            handler_doubt: Some("Chalice makes the handler".to_owned()),
            ..Lambda::new(file.part(name, span), "chalice", name)
        };
        let lambda = output.facts.add(lambda);
        if name == API {
            let mut event = EventSource::new(file.part("api_handler/routes", span), "api_handler/routes", "rest", "sync");
            event.answer_limit = Value::default_of(Seconds(limits::REST));
            event.function_name = Value::derived(API.to_owned());
            event.lambda = Some(lambda);
            let event = output.facts.add(event);
            output.facts[lambda].event_sources.push(event);
        }
    }
}

fn map<T>(value: Value<i64>, unit: impl Fn(i64) -> T) -> Value<T> {
    value.try_map(|number| Ok(unit(number)))
}

/// A number over all stages: of the function in the stage, of the stage, of the function, of the project.
fn number(root: Node<'_>, stages: &[Node<'_>], function: &str, key: &str, default: i64) -> Value<i64> {
    let mut found: Vec<(i64, Option<Span>)> = Vec::new();
    let layers: Vec<Option<Node<'_>>> = if stages.is_empty() { vec![None] } else { stages.iter().copied().map(Some).collect() };
    for stage in layers {
        match stage.and_then(|stage| stated(stage, function, key)).or_else(|| stated(root, function, key)) {
            Some((node, Some(number))) => found.push((number, Some(node.span()))),
            Some((node, None)) => return Value::unknown("it is not a whole number", Some(node.span())),
            None => found.push((default, None)),
        }
    }
    found.dedup_by_key(|(number, _)| *number);
    match found.as_slice() {
        [(number, Some(span))] => Value::written(*number, *span),
        [(number, None)] => Value::default_of(*number),
        several => Value::one_of(several.iter().map(|(number, _)| *number).collect(), several.iter().find_map(|(_, span)| *span)),
    }
}

/// What a stage or the project says for a function: of its own, or for all.
fn stated<'d>(layer: Node<'d>, function: &str, key: &str) -> Option<(Node<'d>, Option<i64>)> {
    let node = layer.at(&["lambda_functions", function, key]).or_else(|| layer.get(key))?;
    Some((node, node.int()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::read_alone;

    #[test]
    fn settings_are_looked_up_from_the_inside_out() {
        let text = r#"{"version": "2.0", "app_name": "a", "lambda_timeout": 20, "lambda_functions": {"tick": {"lambda_memory_size": 512}},
            "stages": {"dev": {}, "prod": {"lambda_functions": {"tick": {"lambda_timeout": 300}}}}}"#;
        let facts = read_alone(&READER, "api/.chalice/config.json", text).facts;
        let shown: Vec<_> = facts
            .lambdas
            .iter()
            .map(|lambda| (lambda.logical_name.as_str(), lambda.timeout.possible().to_vec(), lambda.memory.known().cloned()))
            .collect();
        assert_eq!(
            shown,
            [
                ("api_handler", vec![Seconds(20)], Some(Mebibytes(128))),
                ("tick", vec![Seconds(20), Seconds(300)], Some(Mebibytes(512))),
            ]
        );
        assert_eq!(facts.lambdas[0].code.known().map(String::as_str), Some("api"));
        assert_eq!(facts.event_sources.len(), 1);
    }
}
