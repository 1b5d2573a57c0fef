//! Reads the settings of Zappa: a function for each stage.
//!
//! Defaults are those of `zappa/cli.py` (read 2026-11-23). The package is the active virtual
//! environment, so nothing in the repository says what is deployed.

use super::{Claim, File, Output, Reader};
use crate::facts::{EventSource, Lambda, Mebibytes, Seconds};
use crate::limits;
use crate::syntax::{self, Node};
use crate::value::Value;

/// Reads `zappa_settings.json` and its kin.
pub const READER: Reader = Reader { name: "zappa", role: "template", claims, read };

const NAMES: &[&str] = &["zappa_settings.json", "zappa_settings.toml", "zappa_settings.yml", "zappa_settings.yaml"];

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
    for entry in root.entries() {
        let Some(name) = entry.key.scalar().filter(|_| entry.value.is_map()) else { continue };
        let layers = layers(root, entry.value);
        let get = |key: &str| layers.iter().enumerate().find_map(|(depth, layer)| Some((depth, layer.get(key)?)));
        let text = |key: &str| match get(key) {
            Some((_, node)) => match node.scalar() {
                Some(text) => Value::written(text.to_owned(), node.span()),
                None => Value::unknown("it is not a text", Some(node.span())),
            },
            None => Value::absent(),
        };
        let number = |key: &str, default: i64| match get(key) {
            Some((0, node)) => node.int().map_or_else(|| Value::unknown("it is not a number", Some(node.span())), |n| Value::written(n, node.span())),
            Some((_, node)) => node.int().map_or_else(|| Value::unknown("it is not a number", Some(node.span())), |n| Value::written(n, node.span()).inherited()),
            None => Value::default_of(default),
        };
        let lambda = Lambda {
            runtime: text("runtime").or(Value::unknown("Zappa takes the Python that it runs on", None)),
            timeout: number("timeout_seconds", TIMEOUT).try_map(|n| Ok(Seconds(n))),
            memory: number("memory_size", MEMORY).try_map(|n| Ok(Mebibytes(n))),
            architecture: text("architecture").or(Value::default_of("x86_64".to_owned())),
            code: Value::derived(file.directory().to_owned()),
            handler_doubt: Some("Zappa makes the handler".to_owned()),
            ..Lambda::new(file.part(name, entry.key.span()), "zappa", name)
        };
        let lambda = output.facts.add(lambda);
        if get("apigateway_enabled").and_then(|(_, node)| node.bool()) != Some(false) {
            let event_name = format!("{name}/api");
            let mut event = EventSource::new(file.part(&event_name, entry.key.span()), &event_name, "rest", "sync");
            event.answer_limit = Value::default_of(Seconds(limits::REST));
            event.function_name = Value::derived(name.to_owned());
            event.lambda = Some(lambda);
            let event = output.facts.add(event);
            output.facts[lambda].event_sources.push(event);
        }
    }
}

/// A stage and those it extends, nearest first.
fn layers<'d>(root: Node<'d>, stage: Node<'d>) -> Vec<Node<'d>> {
    let mut layers = vec![stage];
    while layers.len() < DEPTH {
        let next = layers.last().and_then(|layer| layer.get("extends")).and_then(Node::scalar).and_then(|name| root.get(name));
        match next {
            Some(next) => layers.push(next),
            None => break,
        }
    }
    layers
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
}
