//! Services of the Serverless Framework (v3, osls, v4) on AWS as facts.
//!
//! A function takes what it does not say from `provider`, and that from the framework's own
//! defaults. `resources` is CloudFormation and is worked out as such.

mod event;
mod packing;
mod shape;
mod state_machine;
#[cfg(test)]
mod tests;
mod variable;

use std::cell::Cell;
use std::sync::Arc;

pub use shape::{is_misshapen, wrong_kinds};

use self::variable::Variables;
use crate::cloudformation::evaluate::{Filler, is_expression};
use crate::cloudformation::layer::{self, layer_name, placed_layers, unversioned};
use crate::cloudformation::property::Property;
use crate::cloudformation::section::Sections;
use crate::cloudformation::term::{Term, scalar_span};
use crate::cloudformation::{Declared, Stack, Template, edit};
use crate::facts::{Count, Days, EditName, Header, Lambda, Mebibytes, Problem, Seconds, Variable};
use crate::jssource::SPREAD;
use crate::limits;
use crate::path;
use crate::source::Span;
use crate::syntax::{Document, Entry, Node};
use crate::value::Value;

/// Seconds a function may run when the service says nothing (osls and serverless documentation, read 2026-11-23).
const DEFAULT_TIMEOUT: i64 = 6;

/// MB of memory a function has when the service says nothing (same).
const DEFAULT_MEMORY: i64 = 1024;

/// The stage when nothing is said.
const USUAL_STAGE: &str = "dev";

/// Whether a tree is a service on AWS.
pub fn is_service(document: &Document) -> bool {
    let root = document.root();
    let provider = root.get("provider");
    let name = provider.and_then(|provider| provider.scalar().or_else(|| provider.get("name")?.scalar()));
    name == Some("aws") && (root.get("functions").is_some() || root.get("service").is_some())
}

/// Whether a service is written as a module of JavaScript or TypeScript.
pub fn is_program(path: &str) -> bool {
    const ENDINGS: &[&str] = &[".js", ".cjs", ".mjs", ".ts", ".cts", ".mts"];
    ENDINGS.iter().any(|ending| path.ends_with(ending))
}

/// Files that variables of the service name, from the root.
pub fn includes(path: &str, text: &str) -> Vec<String> {
    let named = text.split("file(").skip(1).filter_map(|rest| rest.split_once(')').map(|(file, _)| file.trim()));
    let is_data = |file: &&str| [".yml", ".yaml", ".json"].iter().any(|ending| file.ends_with(ending));
    named.filter(is_data).filter_map(|file| path::join(path::directory(path), file.trim_matches(['\'', '"']))).collect()
}

/// Files of settings that a service has read into the environment, from the root; those of the usual stages.
pub fn settings(path: &str, document: &Document) -> Vec<String> {
    let root = document.root();
    if root.get("useDotenv").is_none_or(|node| node.bool() == Some(false)) {
        return Vec::new();
    }
    let stage = root.at(&["provider", "stage"]).and_then(Node::scalar).unwrap_or(USUAL_STAGE);
    let stages = root.get("params").map(Node::entries).unwrap_or_default();
    let named = stages.iter().filter_map(|entry| entry.key.scalar()).chain([stage, USUAL_STAGE]);
    let files = named.map(|stage| format!(".env.{stage}")).chain([".env".to_owned()]);
    files.filter_map(|file| path::join(path::directory(path), &file)).collect()
}

/// Works out a service.
pub fn declared(template: &Template<'_>) -> Declared {
    let root = template.document.root();
    let directory = path::directory(&template.path);
    let variables = Variables { root, directory, included: template.included, steps: Cell::new(0) };
    let mut stack = Stack::new(template, resources(root, &variables));
    let own = variables.clone();
    stack.fill_with(Filler::new(move |node| own.term(node)));
    Service { stack, variables, root }.declared()
}

/// The CloudFormation part: `resources` is a template, or a list of parts of one; each may be a variable.
fn resources<'d>(root: Node<'d>, variables: &Variables<'d>) -> Sections<'d> {
    let filled = |node: Node<'d>| match variables.term(node) {
        Term::Node(node) => Some(node),
        _ => None,
    };
    let mut sections = Sections::default();
    let Some(own) = root.get("resources").and_then(filled) else { return sections };
    let parts = if own.is_list() { own.items().collect() } else { vec![own] };
    for part in parts.into_iter().filter_map(filled) {
        sections.join(part, filled);
    }
    sections
}

struct Service<'d> {
    stack: Stack<'d>,
    variables: Variables<'d>,
    root: Node<'d>,
}

impl<'d> Service<'d> {
    fn declared(mut self) -> Declared {
        self.stack.add_queues();
        self.stack.add_functions();
        for name in self.layers_declared().filter_map(|entry| entry.key.scalar()) {
            self.stack.add_name(&layer_id(name));
        }
        let (functions, unseen) = self.functions();
        for entry in functions {
            let Some(name) = entry.key.scalar() else { continue };
            let node = match self.variables.term(entry.value) {
                Term::Node(node) => node,
                Term::Unknown(reason) => {
                    let header = Header::new(&self.stack.path, format!("{}#{name}", self.stack.path), entry.key.span());
                    self.stack.add_function(logical_name(name), undecided(header, name, &reason));
                    continue;
                }
                _ => continue,
            };
            let lambda = self.function(name, entry.key, node);
            let link = self.stack.add_function(logical_name(name), lambda);
            // The plugin for Step Functions takes the names of the service.
            self.stack.call_also(name, link);
            for source in event::sources(&self.stack, &self.variables, self.root, name, node) {
                self.stack.add_source(source, Some(link));
            }
        }
        for (source, function) in self.state_machines() {
            self.stack.add_source(source, Some(function));
        }
        let path = Arc::clone(&self.stack.path);
        let mut declared = self.stack.declared();
        for (span, reason) in unseen {
            declared.facts.add(Problem::new(
                Header::new(&path, &*path, span),
                "program",
                "template",
                "serverless",
                format!("some of its functions are not seen: {reason}"),
            ));
        }
        declared
    }

    /// The functions, and why others are not seen: `functions` is a map, a list of maps, or a variable for either.
    fn functions(&self) -> (Vec<Entry<'d>>, Vec<(Span, String)>) {
        let Some(own) = self.root.get("functions") else { return (Vec::new(), Vec::new()) };
        let parts: Vec<Node<'d>> = match self.variables.term(own) {
            Term::Node(list) if list.is_list() => list.items().collect(),
            _ => vec![own],
        };
        let (mut seen, mut unseen) = (Vec::new(), Vec::new());
        for part in parts {
            match self.variables.term(part) {
                Term::Node(map) => seen.extend(map.entries()),
                Term::Unknown(reason) => unseen.push((part.span(), reason)),
                _ => {}
            }
        }
        let (spread, seen): (Vec<Entry<'d>>, Vec<Entry<'d>>) =
            seen.into_iter().partition(|entry| entry.key.scalar() == Some(SPREAD));
        for entry in spread {
            if let Term::Unknown(reason) = self.variables.term(entry.value) {
                unseen.push((entry.value.span(), reason));
            }
        }
        (seen, unseen)
    }

    /// A property of a function.
    fn own(&self, function: Node<'d>, key: &str) -> Property<'d> {
        self.entry(function, key, false)
    }

    /// A property of a function, or of the provider.
    fn inherited(&self, function: Node<'d>, key: &str) -> Property<'d> {
        self.own(function, key).or(|| match self.root.get("provider") {
            Some(provider) => self.entry(provider, key, true),
            None => Property::new(Term::Absent, None, true),
        })
    }

    /// The entry of a map. What is spread into the map may write it, and then it has no place.
    fn entry(&self, map: Node<'d>, key: &str, inherited: bool) -> Property<'d> {
        match (map.get(key), map.get(SPREAD)) {
            (None, Some(spread)) => Property::new(self.term(spread), None, inherited),
            (own, _) => self.property(own, inherited),
        }
    }

    fn property(&self, node: Option<Node<'d>>, inherited: bool) -> Property<'d> {
        let term = node.map_or(Term::Absent, |node| self.term(node));
        Property::new(term, node.map(scalar_span), inherited)
    }

    fn term(&self, node: Node<'d>) -> Term<'d> {
        if is_expression(node) { self.stack.term(node) } else { self.variables.term(node) }
    }

    fn function(&self, name: &str, key: Node<'d>, node: Node<'d>) -> Lambda {
        let mut header = Header::new(&self.stack.path, format!("{}#{name}", self.stack.path), key.span());
        if !is_program(&self.stack.path) {
            header.edits.extend(edit::insert(EditName::SetTimeout, node, "timeout", "{params.seconds}"));
            header.edits.extend(edit::insert(EditName::SetArchitecture, node, "architecture", "x86_64"));
            header.edits.extend(edit::insert(EditName::SetMemory, node, "memorySize", "{params.megabytes}"));
        }
        let layers = self.layers(node);
        let is_image = node.get("image").is_some();
        let lambda = Lambda {
            tracing: self.tracing(node),
            log_retention: self.log_retention(node),
            package_type: if is_image { "image" } else { "zip" }.to_owned(),
            // An image brings its own; what the provider says is for the others.
            runtime: if is_image { self.own(node, "runtime") } else { self.inherited(node, "runtime") }.text(),
            handler: self.own(node, "handler").text(),
            // The framework takes 0 for nothing said.
            timeout: self.inherited(node, "timeout").number(Some(DEFAULT_TIMEOUT), Seconds),
            memory: self.inherited(node, "memorySize").number(Some(DEFAULT_MEMORY), Mebibytes),
            ephemeral_storage: self.own(node, "ephemeralStorageSize").number(Some(limits::STORAGE), Mebibytes),
            architecture: self.architecture(node),
            layers: layers.iter().flatten().filter_map(layer_name).collect(),
            layer_count: match &layers {
                Some(layers) => Value::derived(Count(i64::try_from(layers.len()).unwrap_or(i64::MAX))),
                None => Value::unknown("its layers are chosen at deployment", None),
            },
            unversioned_layer: unversioned(layers.as_deref().unwrap_or_default()),
            code: self.code(node),
            archive: self.archive(node),
            handler_doubt: is_image.then(|| "its code is in an image".to_owned()),
            deployed_name: self.deployed_name(name, node),
            left_out: self.left_out(node),
            layer_contents: layer::contents(layers.as_deref(), &|id| self.own_layer(id)),
            ..Lambda::new(header, "serverless", name)
        };
        let mut lambda = with_default_timeout(lambda);
        lambda.set_environment(self.environment(node));
        lambda.compare_layers(&placed_layers(layers.as_deref().unwrap_or_default()));
        lambda
    }

    /// The name in the account: the one that is written, or service, stage and name.
    fn deployed_name(&self, name: &str, node: Node<'d>) -> Option<String> {
        let own = self.own(node, "name");
        if !own.is_absent() {
            return own.text().known().cloned();
        }
        let service = self.property(self.root.get("service"), false).text();
        let stage = self.property(self.root.at(&["provider", "stage"]), false).text();
        Some(format!("{}-{}-{name}", service.known()?, stage.or(Value::derived(USUAL_STAGE.to_owned())).known()?))
    }

    fn tracing(&self, node: Node<'d>) -> Value<String> {
        let own = self.property(node.get("tracing"), false);
        let of_provider = || self.property(self.root.at(&["provider", "tracing", "lambda"]), true);
        own.or(of_provider).value(None, |text| match text {
            "true" => Ok("Active".to_owned()),
            "false" => Ok("Disabled".to_owned()),
            mode => Ok(mode.to_owned()),
        })
    }

    fn log_retention(&self, node: Node<'d>) -> Value<Days> {
        let stated = self.inherited(node, "logRetentionInDays");
        if stated.is_absent() && node.get("logs").is_some() {
            return Value::unknown("its log group is declared elsewhere", None);
        }
        stated.number(None, Days)
    }

    /// The environment of the provider with that of the function over it; `None` when it is not known.
    fn environment(&self, function: Node<'d>) -> Option<Vec<Variable>> {
        let mut found: Vec<Variable> = Vec::new();
        for node in [function.get("environment"), self.root.at(&["provider", "environment"])].into_iter().flatten() {
            let map = match self.variables.term(node) {
                Term::Node(map) if map.is_map() => map,
                Term::Absent => continue,
                _ => return None,
            };
            for entry in map.entries() {
                let Some(name) = entry.key.scalar().filter(|name| !found.iter().any(|known| known.name == *name))
                else {
                    continue;
                };
                let value = self.property(Some(entry.value), false).text().known().cloned();
                found.push(Variable { name: name.to_owned(), span: entry.key.span(), value });
            }
        }
        Some(found)
    }

    fn architecture(&self, node: Node<'d>) -> Value<String> {
        let stated = self.inherited(node, "architecture").text();
        stated.or(Value::default_of("x86_64".to_owned()))
    }

    /// The layers of a function replace those of the provider.
    fn layers(&self, function: Node<'d>) -> Option<Vec<Property<'d>>> {
        let node = function.get("layers").or_else(|| self.root.at(&["provider", "layers"]));
        let Some(node) = node else { return Some(Vec::new()) };
        match self.term(node) {
            Term::Node(list) if list.is_list() => {
                Some(list.items().map(|item| Property::new(self.term(item), Some(scalar_span(item)), false)).collect())
            }
            Term::Absent => Some(Vec::new()),
            _ => None,
        }
    }
}

/// A function of which only the name is known.
fn undecided(header: Header, name: &str, reason: &str) -> Lambda {
    let span = Some(header.span);
    let mut lambda = Lambda {
        runtime: Value::unknown(reason, span),
        handler: Value::unknown(reason, span),
        timeout: Value::unknown(reason, span),
        memory: Value::unknown(reason, span),
        ephemeral_storage: Value::unknown(reason, span),
        architecture: Value::unknown(reason, span),
        layer_count: Value::unknown(reason, span),
        tracing: Value::unknown(reason, span),
        log_retention: Value::unknown(reason, span),
        code: Value::unknown(reason, span),
        handler_doubt: Some(reason.to_owned()),
        ..Lambda::new(header, "serverless", name)
    };
    lambda.set_environment(None);
    lambda
}

/// The framework takes a timeout of 0 for nothing said.
fn with_default_timeout(mut lambda: Lambda) -> Lambda {
    if lambda.timeout.known() == Some(&Seconds(0)) {
        lambda.timeout = Value::default_of(Seconds(DEFAULT_TIMEOUT));
    }
    lambda
}

/// The logical name in CloudFormation: `hello-world` is `HelloDashworldLambdaFunction`.
fn logical_name(name: &str) -> String {
    format!("{}LambdaFunction", plain(name))
}

/// The logical name of a layer: `shared-code` is `SharedDashcodeLambdaLayer`.
fn layer_id(name: &str) -> String {
    format!("{}LambdaLayer", plain(name))
}

/// A name of letters and digits, as CloudFormation asks for.
fn plain(name: &str) -> String {
    let plain = name.replace('-', "Dash").replace('_', "Underscore");
    let mut letters = plain.chars();
    let first = letters.next().map(|first| first.to_uppercase().collect::<String>()).unwrap_or_default();
    format!("{first}{}", letters.as_str())
}
