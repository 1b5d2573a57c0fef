//! What the modules of a repository declare: functions, what calls them, queues.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::evaluate::{Scope, World};
use super::expand::{Copy, copies, world};
use super::module::{Block, Module, Part, modules, nested};
use super::term::{Argument, Reference, Shape, Term};
use super::{event, function, known};
use crate::facts::{Count, EventSource, Facts, Header, Lambda, Link, Queue, Seconds, Template};
use crate::limits;
use crate::syntax::Node;
use crate::value::Value;

/// Works out all modules of a repository: their functions, sources and queues, and a template for each file with functions.
pub fn declared(parts: &[Part]) -> Facts {
    let modules: BTreeMap<String, Module<'_>> = modules(parts);
    let mut declaring = Declaring {
        world: world(&modules),
        facts: Facts::default(),
        lambdas: BTreeMap::new(),
        queues: BTreeMap::new(),
    };
    let all = declaring.copies();
    let of =
        |kinds: &[&str]| -> Vec<&Copy<'_>> { all.iter().filter(|copy| kinds.contains(&copy.block.kind)).collect() };
    for copy in of(&["aws_sqs_queue"]) {
        declaring.add_queue(copy);
    }
    for copy in of(&["aws_sqs_queue_redrive_policy"]) {
        declaring.redrive(copy);
    }
    for copy in of(&["aws_lambda_function"]) {
        let lambda = function::function(&declaring, copy);
        declaring.add_lambda(copy, "aws_lambda_function", lambda);
    }
    for copy in all.iter().filter(|copy| known::is_lambda_module(copy.block)) {
        let lambda = known::function(&declaring, copy);
        declaring.add_lambda(copy, "module", lambda);
    }
    event::add(&mut declaring, &all);
    declaring.finish(parts)
}

/// What is being declared.
pub(super) struct Declaring<'d> {
    pub(super) world: World<'d>,
    pub(super) facts: Facts,
    /// Functions by module instance and address: `aws_lambda_function.worker["a"]`, `module.worker`.
    lambdas: BTreeMap<(usize, String), Link<Lambda>>,
    queues: BTreeMap<(usize, String), Link<Queue>>,
}

impl<'d> Declaring<'d> {
    /// Everything that resources and calls of modules make.
    fn copies(&self) -> Vec<Copy<'d>> {
        let mut all = Vec::new();
        for (instance, own) in self.world.instances.iter().enumerate() {
            for block in own.module.resources.iter().chain(&own.module.calls) {
                if block.kind.starts_with("aws_") || known::is_lambda_module(block) {
                    all.extend(copies(&self.world, instance, block));
                }
            }
        }
        all
    }

    /// What is written for an argument of a block.
    pub(super) fn get(&self, copy: &Copy<'d>, key: &str) -> Argument {
        self.argument(&copy.scope, copy.block.body, key)
    }

    /// What is written for an argument of a body. A `dynamic` block of that name is unknown.
    pub(super) fn argument(&self, scope: &Scope, body: Node<'d>, key: &str) -> Argument {
        let Some(node) = body.get(key) else {
            let is_dynamic = nested(body, "dynamic").into_iter().any(|block| block.get(key).is_some());
            let term = if is_dynamic { Term::unknown("a dynamic block makes it") } else { Term::null() };
            return Argument { term, span: None };
        };
        Argument { term: self.world.term(scope, node), span: Some(node.inner_span()) }
    }

    /// The place, name and edits of what a block makes.
    pub(super) fn header(&self, copy: &Copy<'d>, part: &str) -> Header {
        let address = self.address(copy);
        Header::new(&copy.block.path, format!("{}#{address}{part}", copy.block.path), copy.block.key.span())
    }

    /// A source that a block, or a part of it, makes.
    pub(super) fn event(&self, copy: &Copy<'d>, part: &str, source: &str, invocation: &str) -> EventSource {
        EventSource::new(self.header(copy, part), &format!("{}{part}", self.logical_name(copy)), source, invocation)
    }

    /// Its name, with the modules around it.
    pub(super) fn logical_name(&self, copy: &Copy<'d>) -> String {
        let own = &self.world.instances[copy.scope.instance].address;
        let name = format!("{}{}", copy.block.name, copy.index);
        if own.is_empty() { name } else { format!("{own}.{name}") }
    }

    fn address(&self, copy: &Copy<'d>) -> String {
        let Block { kind, name, .. } = copy.block;
        let own = &self.world.instances[copy.scope.instance].address;
        let kind = if kind.is_empty() { "module" } else { kind };
        let separator = if own.is_empty() { "" } else { "." };
        format!("{own}{separator}{kind}.{name}{}", copy.index)
    }

    /// Adds a function; copies of one block that differ in nothing are one.
    fn add_lambda(&mut self, copy: &Copy<'d>, kind: &str, lambda: Lambda) {
        let same = |known: &Lambda| {
            known.header.span == lambda.header.span
                && known.timeout == lambda.timeout
                && known.memory == lambda.memory
                && known.runtime == lambda.runtime
                && known.handler == lambda.handler
                && known.code == lambda.code
                && known.layers == lambda.layers
        };
        let found = self.facts.all::<Lambda>().find(|(_, known)| same(known)).map(|(link, _)| link);
        let link = match found {
            Some(link) => {
                self.facts[link].logical_name = copy.block.name.to_owned();
                link
            }
            None => self.facts.add(lambda),
        };
        self.lambdas.insert((copy.scope.instance, format!("{kind}.{}{}", copy.block.name, copy.index)), link);
    }

    fn add_queue(&mut self, copy: &Copy<'d>) {
        let policy = self.get(copy, "redrive_policy");
        let queue = Queue {
            header: self.header(copy, ""),
            logical_name: self.logical_name(copy),
            visibility: self.get(copy, "visibility_timeout_seconds").number(Some(limits::VISIBILITY), Seconds),
            redrive_target: policy_part(&policy, "deadLetterTargetArn").target(),
            max_receive: policy_part(&policy, "maxReceiveCount").number(None, Count),
            is_redrive_target: !self.get(copy, "redrive_allow_policy").is_null(),
            readers: Vec::new(),
        };
        let same = |known: &Queue| known.header.span == queue.header.span && known.visibility == queue.visibility;
        let found = self.facts.all::<Queue>().find(|(_, known)| same(known)).map(|(link, _)| link);
        let link = found.unwrap_or_else(|| self.facts.add(queue));
        self.queues.insert((copy.scope.instance, format!("aws_sqs_queue.{}{}", copy.block.name, copy.index)), link);
    }

    /// A policy that is a resource of its own.
    fn redrive(&mut self, copy: &Copy<'d>) {
        let Some(queue) = self.queue_of(&self.get(copy, "queue_url").term) else { return };
        let policy = self.get(copy, "redrive_policy");
        self.facts[queue].redrive_target = policy_part(&policy, "deadLetterTargetArn").target();
        self.facts[queue].max_receive = policy_part(&policy, "maxReceiveCount").number(None, Count);
    }

    /// The queue that a value names.
    pub(super) fn queue_of(&self, term: &Term) -> Option<Link<Queue>> {
        term.possible().iter().find_map(|term| named(&self.queues, term.reference()?))
    }

    /// The function that a value names: by reference, through an alias, by name or ARN.
    pub(super) fn function_of(&self, term: &Term) -> Option<Link<Lambda>> {
        term.possible().iter().find_map(|term| self.function_at(term))
    }

    /// The function that a block makes.
    pub(super) fn function_made_by(&self, copy: &Copy<'d>) -> Option<Link<Lambda>> {
        let kind = if copy.block.kind.is_empty() { "module" } else { copy.block.kind };
        let parts = [kind, copy.block.name, &copy.index].into_iter().filter(|part| !part.is_empty());
        let reference = Reference { instance: copy.scope.instance, parts: parts.map(str::to_owned).collect() };
        self.function_of(&Term::new(Shape::Reference(reference)))
    }

    fn function_at(&self, term: &Term) -> Option<Link<Lambda>> {
        if let Some(reference) = term.reference() {
            if reference.parts.first().is_some_and(|kind| kind == "aws_lambda_alias") {
                let module = self.world.instances[reference.instance].module;
                let alias = module.resources.iter().find(|block| {
                    block.kind == "aws_lambda_alias" && Some(block.name) == reference.parts.get(1).map(String::as_str)
                })?;
                let scope = Scope { instance: reference.instance, ..Scope::default() };
                let name = self.argument(&scope, alias.body, "function_name").term;
                return named(&self.lambdas, name.reference()?);
            }
            return named(&self.lambdas, reference);
        }
        let text = term.scalar()?;
        let name = text.split_once(":function:").map_or(text, |(_, rest)| rest);
        let name = name.split([':', '/']).next().filter(|name| !name.is_empty())?;
        self.lambdas.values().copied().find(|link| self.facts[*link].deployed_name.as_deref() == Some(name))
    }

    /// Adds a source and links it with its function and its queue.
    pub(super) fn add_source(&mut self, mut source: EventSource, function: Option<Link<Lambda>>) {
        source.lambda = function;
        if let Some(function) = function {
            if source.function_name.is_absent() {
                source.function_name = Value::derived(self.facts[function].logical_name.clone());
            }
            let is_known = self.facts[function].event_sources.iter().any(|known| {
                let known = &self.facts[*known];
                known.header.span == source.header.span && known.answer_limit == source.answer_limit
            });
            if is_known {
                return;
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

    /// Marks the queues that anything sends its failed messages to, and adds a template for each file with functions.
    fn finish(mut self, parts: &[Part]) -> Facts {
        let targets: BTreeSet<String> = self.failure_targets();
        for ((_, address), link) in &self.queues {
            if targets.contains(address.split('[').next().unwrap_or(address)) {
                self.facts[*link].is_redrive_target = true;
            }
        }
        let mut by_path: BTreeMap<Arc<str>, Vec<Link<Lambda>>> = BTreeMap::new();
        for (link, lambda) in self.facts.all::<Lambda>() {
            by_path.entry(Arc::clone(&lambda.header.path)).or_default().push(link);
        }
        for (path, lambdas) in by_path {
            let Some(part) = parts.iter().find(|part| part.path == path) else { continue };
            let alias = lambdas.iter().map(|link| &self.facts[*link].alias).find(|alias| !alias.is_absent());
            let alias = alias.cloned().unwrap_or_else(Value::absent);
            let header = Header::new(&path, &*path, self.facts[lambdas[0]].header.span);
            let template = Template::new(header, "terraform", Arc::clone(&part.document));
            self.facts.add(Template { lambdas, alias, ..template });
        }
        self.facts
    }

    /// Addresses of queues that stand in a redrive policy or as a place for failures.
    fn failure_targets(&self) -> BTreeSet<String> {
        const KEYS: &[&str] =
            &["redrive_policy", "dead_letter_config", "on_failure", "dead_letter_target_arn", "redrive_allow_policy"];
        let mut targets = BTreeSet::new();
        for instance in &self.world.instances {
            let bodies = instance.module.resources.iter().chain(&instance.module.calls).map(|block| block.body);
            let mut pending: Vec<(Node<'d>, bool)> = bodies.map(|body| (body, false)).collect();
            while let Some((node, is_target)) = pending.pop() {
                if is_target && let Some(text) = node.scalar() {
                    targets.extend(addresses(text));
                }
                pending.extend(node.items().map(|item| (item, is_target)));
                for entry in node.own_entries() {
                    let key = entry.key.scalar().unwrap_or_default();
                    pending.push((entry.value, is_target || KEYS.contains(&key)));
                }
            }
        }
        targets
    }
}

/// `aws_sqs_queue.dead` wherever it stands in a text.
fn addresses(text: &str) -> impl Iterator<Item = String> {
    text.match_indices("aws_sqs_queue.").map(|(at, found)| {
        let rest = &text[at + found.len()..];
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').unwrap_or(rest.len());
        format!("{found}{}", &rest[..end])
    })
}

/// What stands at an address; one of several when the index is not known.
fn named<T>(list: &BTreeMap<(usize, String), Link<T>>, reference: &Reference) -> Option<Link<T>> {
    let [kind, name, rest @ ..] = reference.parts.as_slice() else { return None };
    let index = rest.first().filter(|part| part.starts_with('[')).map_or("", String::as_str);
    let exact = (reference.instance, format!("{kind}.{name}{index}"));
    let open = format!("{kind}.{name}");
    list.get(&exact).copied().or_else(|| {
        let of_block = |(instance, address): &(usize, String)| {
            *instance == reference.instance && address.split('[').next() == Some(open.as_str())
        };
        list.iter().find(|(key, _)| of_block(key)).map(|(_, link)| *link)
    })
}

/// A part of a policy, which is an object or a text of JSON.
fn policy_part(policy: &Argument, key: &str) -> Argument {
    if policy.term.written().is_some() && policy.term.reference().is_none() {
        return Argument { term: Term::unknown("the policy is written as a text"), span: policy.span };
    }
    let Argument { term, span } = policy.get(key);
    Argument { span: term.span.or(span), term }
}
