//! SAM and CloudFormation templates as facts: functions, what calls them, queues.
//!
//! Works on a parsed template and what is known of its deployment; reads no file. Other
//! front ends that hold CloudFormation (a Serverless Framework `resources:`, CDK output) use it too.

mod caller;
mod condition;
pub(crate) mod edit;
pub(crate) mod evaluate;
mod event;
pub(crate) mod function;
pub(crate) mod layer;
mod list;
mod nested;
mod pipe;
mod placeholder;
pub(crate) mod property;
pub(crate) mod queue;
mod resource;
pub(crate) mod section;
mod shape;
mod state_machine;
mod substitute;
pub(crate) mod term;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use evaluate::Overrides;
pub use function::{Start, undigested};
pub use nested::nested;
pub use placeholder::{is_project_template, masked};
pub use shape::{is_misshapen, wrong_kinds};
pub(crate) use term::scalar_span;

use self::evaluate::{Evaluator, Filler};
use self::property::Properties;
use self::resource::Resource;
use self::section::Sections;
use self::term::{Term, alternatives, written};
use crate::facts::{Count, Facts, Lambda, Link, Queue, Seconds};
use crate::path;
use crate::syntax::{Document, Entry, Node};
use crate::value::Value;

/// How far aliases and versions of a function are followed.
const FOLLOWED: u8 = 4;

/// A template and what belongs to it.
#[derive(Debug)]
pub struct Template<'d> {
    /// Its path from the root.
    pub path: Arc<str>,
    /// The template as a tree.
    pub document: &'d Document,
    /// What a deployment gives to its parameters.
    pub overrides: Overrides,
    /// Files that templates include, by path from the root.
    pub included: &'d BTreeMap<&'d str, &'d Document>,
}

/// What a template declares.
#[derive(Debug)]
pub struct Declared {
    /// Its functions, sources and queues, linked to each other.
    pub facts: Facts,
    /// The alias its functions publish: see the field of the template fact.
    pub alias: Value<String>,
}

/// Works out a template.
pub fn declared(template: &Template<'_>) -> Declared {
    let mut stack = Stack::new(template, Sections::of(template.document.root()));
    stack.add_queues();
    stack.add_functions();
    stack.declared()
}

/// What the functions of a template start with, as far as the template alone tells: far less work than all of it.
pub fn starts(template: &Template<'_>) -> Vec<Start> {
    let mut stack = Stack::new(template, Sections::of(template.document.root()));
    stack.functions().into_iter().map(|(resource, properties)| stack.start(&resource, &properties)).collect()
}

/// Whether a tree is a template, and of which surface: `sam` or `cloudformation`.
pub fn surface_of(document: &Document) -> Option<&'static str> {
    let root = document.root();
    let resources = root.get("Resources")?;
    let kinds = || resources.entries().into_iter().filter_map(|entry| entry.value.get("Type").and_then(Node::scalar));
    let is_looped =
        || resources.own_entries().any(|entry| entry.key.scalar().is_some_and(|key| key.starts_with("Fn::ForEach::")));
    if !kinds().any(|kind| kind.starts_with("AWS::")) && !is_looped() {
        return None;
    }
    let is_sam = root.get("Transform").is_some_and(|transform| {
        transform.scalar().into_iter().chain(transform.items().filter_map(Node::scalar)).any(is_serverless)
    });
    Some(if is_sam || kinds().any(is_serverless) { "sam" } else { "cloudformation" })
}

fn is_serverless(name: &str) -> bool {
    name.starts_with("AWS::Serverless")
}

/// Paths of the files that a template includes, from the root.
pub fn includes(path: &str, document: &Document) -> Vec<String> {
    let resources = document.root().get("Resources").map(Node::entries).unwrap_or_default();
    let locations = resources.into_iter().filter_map(|entry| location_of(entry.value.get("Properties")?));
    locations.filter_map(|location| path::join(path::directory(path), location)).collect()
}

/// The file that holds the OpenAPI document of an API.
fn location_of<'d>(properties: Node<'d>) -> Option<&'d str> {
    let body = properties.get("DefinitionBody").or_else(|| properties.get("Body"));
    let include = body.and_then(|body| body.get("Fn::Transform").or(Some(body)));
    let location = include.and_then(|include| include.at(&["Parameters", "Location"]));
    location.or_else(|| properties.get("DefinitionUri")).and_then(Node::scalar)
}

/// A template while it is worked out.
pub(crate) struct Stack<'d> {
    pub(crate) path: Arc<str>,
    sections: Sections<'d>,
    /// `Globals` of a SAM template.
    globals: Option<Entry<'d>>,
    evaluator: Evaluator<'d>,
    resources: Vec<Resource<'d>>,
    included: &'d BTreeMap<&'d str, &'d Document>,
    facts: Facts,
    lambdas: BTreeMap<String, Link<Lambda>>,
    queues: BTreeMap<String, Link<Queue>>,
}

impl<'d> Stack<'d> {
    /// The template of these sections, which need not stand at the root of its document.
    pub(crate) fn new(template: &Template<'d>, sections: Sections<'d>) -> Self {
        let mut evaluator = Evaluator::new(sections.clone(), template.overrides.clone());
        Self {
            path: Arc::clone(&template.path),
            resources: resource::resources(&sections, &mut evaluator),
            sections,
            globals: template.document.root().entry("Globals"),
            evaluator,
            included: template.included,
            facts: Facts::default(),
            lambdas: BTreeMap::new(),
            queues: BTreeMap::new(),
        }
    }

    /// Has the variables of another front end filled in from now on.
    pub(crate) fn fill_with(&mut self, filler: Filler<'d>) {
        self.evaluator.fill_with(filler);
    }

    /// Adds what other resources say of the functions, and gives what was found.
    pub(crate) fn declared(mut self) -> Declared {
        self.add_calls();
        let alias = self.alias();
        Declared { facts: self.facts, alias }
    }

    /// Adds a function that another front end declares under a logical name of this template.
    pub(crate) fn add_function(&mut self, logical_name: String, lambda: Lambda) -> Link<Lambda> {
        let link = self.facts.add(lambda);
        self.evaluator.add(&logical_name);
        self.lambdas.insert(logical_name, link);
        link
    }

    /// Gives a function one more name that expressions may point at, unless a resource has it.
    pub(crate) fn call_also(&mut self, name: &str, function: Link<Lambda>) {
        if self.resource(name).is_none() {
            self.evaluator.add(name);
            self.lambdas.entry(name.to_owned()).or_insert(function);
        }
    }

    /// Makes a name one that expressions of this template may point at.
    pub(crate) fn add_name(&mut self, logical_name: &str) {
        self.evaluator.add(logical_name);
    }

    /// What an expression of this template comes to.
    pub(crate) fn term(&self, node: Node<'d>) -> Term<'d> {
        self.evaluator.term(node)
    }

    /// A function that was added.
    pub(crate) fn function(&self, link: Link<Lambda>) -> &Lambda {
        &self.facts[link]
    }

    /// The queue of a logical name.
    pub(crate) fn queue(&self, id: &str) -> Option<Link<Queue>> {
        self.queues.get(id).copied()
    }

    /// Adds the queues that the template declares.
    pub(crate) fn add_queues(&mut self) {
        for resource in self.taken(|kind| kind == "AWS::SQS::Queue") {
            self.evaluator.bind(resource.variables.clone());
            let queue = queue::queue(self, &resource);
            let link = self.facts.add(queue);
            self.queues.insert(resource.id, link);
        }
        for id in self.failure_targets() {
            if let Some(link) = self.queues.get(&id) {
                self.facts[*link].is_redrive_target = true;
            }
        }
    }

    /// The functions that the template declares itself, with their properties.
    fn functions(&self) -> Vec<(Resource<'d>, Properties<'d>)> {
        let global = self.globals.and_then(|globals| globals.value.get("Function"));
        let found = self.taken(|kind| matches!(kind, "AWS::Serverless::Function" | "AWS::Lambda::Function"));
        let with_properties = found.into_iter().map(|resource| {
            let global = global.filter(|_| resource.kind == "AWS::Serverless::Function");
            let properties = Properties::of_resource(resource.node, global);
            (resource, properties)
        });
        with_properties.collect()
    }

    /// Adds the functions that the template declares itself.
    pub(crate) fn add_functions(&mut self) {
        for (resource, properties) in self.functions() {
            self.evaluator.bind(resource.variables.clone());
            let lambda = self.facts.add(function::function(self, &resource, &properties));
            self.lambdas.insert(resource.id.clone(), lambda);
            if resource.kind == "AWS::Serverless::Function" {
                for event in event::of_function(self, &resource, &properties) {
                    self.add_source(event, Some(lambda));
                }
            }
        }
        for resource in self.taken(|kind| kind == "AWS::Lambda::Alias") {
            self.evaluator.bind(resource.variables.clone());
            let properties = Properties::own(resource.node.get("Properties"));
            let function = self.function_of(&properties.get(&self.evaluator, &["FunctionName"]).term);
            if let Some(function) = function {
                self.facts[function].alias = properties.get(&self.evaluator, &["Name"]).text();
            }
        }
    }

    fn add_calls(&mut self) {
        for resource in self.resources.clone() {
            self.evaluator.bind(resource.variables.clone());
            if resource.kind == "AWS::Lambda::EventSourceMapping" {
                let (event, function) = event::of_mapping(self, &resource);
                self.add_source(event, function);
                continue;
            }
            for (event, function) in caller::calls(self, &resource) {
                self.add_source(event, Some(function));
            }
        }
        for resource in self.taken(|kind| matches!(kind, "AWS::Lambda::EventInvokeConfig" | "AWS::Lambda::Function")) {
            self.evaluator.bind(resource.variables.clone());
            self.add_failures(&resource);
        }
    }

    /// Gives the asynchronous sources of a function what it or its invoke configuration says of failed calls.
    fn add_failures(&mut self, resource: &Resource<'d>) {
        let properties = Properties::own(resource.node.get("Properties"));
        let get = |path: &[&str]| properties.get(&self.evaluator, path);
        let function = match resource.kind {
            "AWS::Lambda::Function" => self.lambdas.get(&resource.id).copied(),
            _ => self.function_of(&get(&["FunctionName"]).term),
        };
        let target =
            get(&["DestinationConfig", "OnFailure", "Destination"]).or(|| get(&["DeadLetterConfig", "TargetArn"]));
        let target = queue::target(&target);
        let retries = get(&["MaximumRetryAttempts"]).number(None, Count);
        let age = get(&["MaximumEventAgeInSeconds"]).number(None, Seconds);
        let Some(function) = function else { return };
        for source in self.facts[function].event_sources.clone() {
            let source = &mut self.facts[source];
            if source.invocation == "async" {
                source.failure_target = std::mem::take(&mut source.failure_target).or(target.clone());
                source.retry_limit = std::mem::take(&mut source.retry_limit).or(retries.clone());
                source.age_limit = std::mem::take(&mut source.age_limit).or(age.clone());
            }
        }
    }

    /// Adds a source and links it with its function and its queue.
    pub(crate) fn add_source(&mut self, mut source: crate::facts::EventSource, function: Option<Link<Lambda>>) {
        source.lambda = function;
        if let Some(function) = function {
            if source.function_name.is_absent() {
                source.function_name = Value::derived(self.facts[function].logical_name.clone());
            }
            if let Some(queue) = source.queue
                && !self.facts[queue].readers.contains(&function)
            {
                self.facts[queue].readers.push(function);
            }
        }
        let source = self.facts.add(source);
        if let Some(function) = function {
            self.facts[function].event_sources.push(source);
        }
    }

    fn taken(&self, wanted: impl Fn(&str) -> bool) -> Vec<Resource<'d>> {
        self.resources.iter().filter(|resource| wanted(resource.kind)).cloned().collect()
    }

    /// The resources that say how long logs are kept.
    fn log_groups(&self) -> impl Iterator<Item = &Resource<'d>> {
        self.resources.iter().filter(|resource| matches!(resource.kind, "AWS::Logs::LogGroup" | "Custom::LogRetention"))
    }

    fn resource(&self, id: &str) -> Option<&Resource<'d>> {
        self.resources.iter().find(|resource| resource.id == id)
    }

    /// The type of a resource.
    fn kind_of(&self, id: &str) -> Option<&'d str> {
        self.resource(id).map(|resource| resource.kind)
    }

    /// What stands under a resource's name.
    fn node_of(&self, id: &str) -> Option<Node<'d>> {
        self.resource(id).map(|resource| resource.node)
    }

    /// The function of this template that a term names: by reference, through an alias or version, by ARN or name.
    fn function_of(&self, term: &Term<'d>) -> Option<Link<Lambda>> {
        self.function_through(term, 0)
    }

    fn function_through(&self, term: &Term<'d>, depth: u8) -> Option<Link<Lambda>> {
        for id in term.resources() {
            if let Some(link) = self.lambdas.get(id) {
                return Some(*link);
            }
            let Some(resource) = self.resource(id) else { continue };
            if depth < FOLLOWED && matches!(resource.kind, "AWS::Lambda::Alias" | "AWS::Lambda::Version") {
                let name = Properties::own(resource.node.get("Properties")).get(&self.evaluator, &["FunctionName"]);
                if let Some(link) = self.function_through(&name.term, depth + 1) {
                    return Some(link);
                }
            }
        }
        let text = alternatives(term).first().map(|pieces| written(pieces))?;
        let name = text.split_once(":function:").map_or(text.as_str(), |(_, rest)| rest);
        self.deployed_as(name.split([':', '/']).next().filter(|name| !name.is_empty())?)
    }

    /// The function that has a name in the account.
    fn deployed_as(&self, name: &str) -> Option<Link<Lambda>> {
        self.lambdas.values().copied().find(|link| self.facts[*link].deployed_name.as_deref() == Some(name))
    }

    /// The OpenAPI document of an API: its `DefinitionBody` or `Body`, or the file that one of them includes.
    fn definition_of(&self, resource: &Resource<'d>) -> Option<Node<'d>> {
        let properties = resource.node.get("Properties")?;
        match location_of(properties) {
            Some(location) => {
                let path = path::join(path::directory(&self.path), location)?;
                self.included.get(path.as_str()).map(|document| document.root())
            }
            None => properties.get("DefinitionBody").or_else(|| properties.get("Body")),
        }
    }

    /// Logical names of the resources that something sends its failed messages to.
    fn failure_targets(&self) -> BTreeSet<String> {
        const KEYS: &[&str] = &["RedrivePolicy", "DeadLetterConfig", "DeadLetterQueue", "OnFailure"];
        let mut targets = BTreeSet::new();
        let mut pending: Vec<(Node<'d>, bool)> = self
            .sections
            .parts("Resources")
            .chain(self.globals.map(|globals| globals.value))
            .map(|node| (node, false))
            .collect();
        while let Some((node, is_target)) = pending.pop() {
            if is_target && evaluate::is_expression(node) {
                targets.extend(self.evaluator.term(node).resources().into_iter().map(str::to_owned));
                continue;
            }
            pending.extend(node.items().map(|item| (item, is_target)));
            for entry in node.own_entries() {
                let key = entry.key.scalar().unwrap_or_default();
                if is_target && key == "QueueLogicalId" {
                    targets.extend(entry.value.scalar().map(str::to_owned));
                }
                pending.push((entry.value, is_target || KEYS.contains(&key)));
            }
        }
        targets
    }

    /// The alias that any function publishes; otherwise absent, placed at `Globals` if there is one.
    fn alias(&self) -> Value<String> {
        let known = self.lambdas.values().map(|link| &self.facts[*link].alias).find(|alias| !alias.is_absent());
        let globals = self.globals.map(|globals| globals.key.span());
        known.cloned().unwrap_or_else(|| Value { span: globals, ..Value::absent() })
    }
}
