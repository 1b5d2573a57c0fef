//! Works expressions out. Total: every expression has an answer, if only "unknown" with the reason.
//!
//! Depth, steps and the number of alternatives are bounded, so no file can make it hang.

use std::cell::Cell;
use std::collections::BTreeMap;

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, ForExpr, ObjectKey, TraversalOperator};
use hcl_edit::parser::{parse_expr, parse_template};
use hcl_edit::template::{Element, Template};

use super::call;
use super::module::Module;
use super::operator::{binary, unary};
use super::optional::completed;
use super::term::{Reference, Shape, Term};
use crate::source::Span;
use crate::syntax::hcl::COMPUTED;
use crate::syntax::{Kind, Node};

/// Expressions nested deeper than this are not followed.
const DEPTH: u8 = 60;

/// How many expressions one value may take to work out.
const STEPS: u32 = 20_000;

/// How many expressions all values of a repository may take.
const ALL_STEPS: u64 = 20_000_000;

/// More possible values than this are not told apart.
pub(super) const ALTERNATIVES: usize = 32;

/// Stands before paths that are seen from the root of the repository, as `path.module` gives them.
pub(super) const FROM_ROOT: &str = "\0/";

/// One use of a module.
#[derive(Debug)]
pub(super) struct Instance<'d> {
    /// The directory of its files.
    pub(super) directory: &'d str,
    /// The directory that Terraform runs in.
    pub(super) root: &'d str,
    /// `module.api`, empty for a root module.
    pub(super) address: String,
    pub(super) module: &'d Module<'d>,
    /// Who calls it.
    pub(super) call: Option<(Scope, Node<'d>)>,
}

/// What an expression may name besides the blocks of its module.
#[derive(Debug, Clone, Default)]
pub(super) struct Scope {
    pub(super) instance: usize,
    /// `each.key` and `each.value`.
    pub(super) each: Option<(Term, Term)>,
    /// Variables of the `for` expressions around it.
    pub(super) bound: Vec<(String, Term)>,
}

/// All uses of all modules.
#[derive(Debug)]
pub(super) struct World<'d> {
    pub(super) instances: Vec<Instance<'d>>,
    /// Instances by caller and module, `0`, `api["a"]`.
    pub(super) children: BTreeMap<(usize, String), usize>,
    steps: Cell<u32>,
    all_steps: Cell<u64>,
}

/// Where an expression was parsed from: its text begins at `start` of a source.
type Base = Option<Span>;

impl<'d> World<'d> {
    pub(super) fn new() -> Self {
        let (steps, all_steps) = (Cell::new(STEPS), Cell::new(ALL_STEPS));
        Self { instances: Vec::new(), children: BTreeMap::new(), steps, all_steps }
    }

    /// What a node of a tree comes to.
    pub(super) fn term(&self, scope: &Scope, node: Node<'d>) -> Term {
        self.steps.set(STEPS);
        self.node(scope, node, 0)
    }

    fn step(&self, depth: u8) -> bool {
        let (left, all) = (self.steps.get(), self.all_steps.get());
        self.steps.set(left.saturating_sub(1));
        self.all_steps.set(all.saturating_sub(1));
        depth < DEPTH && left > 0 && all > 0
    }

    fn node(&self, scope: &Scope, node: Node<'d>, depth: u8) -> Term {
        if !self.step(depth) {
            return Term::unknown("the expression is too large to follow");
        }
        let span = node.inner_span();
        match node.kind() {
            Kind::Null => Term::null(),
            Kind::List => {
                let items = node.items().map(|item| self.node(scope, item, depth + 1)).collect();
                Term::new(Shape::List(items)).at(Some(node.span()))
            }
            Kind::Map => Term::new(Shape::Map(self.entries(scope, node, depth))).at(Some(node.span())),
            _ if node.tag() == Some(COMPUTED) => {
                let text = node.scalar().unwrap_or_default();
                match parse_expr(text.trim_end()) {
                    Ok(expression) => self.expression(scope, &expression, Some(span), depth + 1).at(Some(span)),
                    Err(_) => self.heredoc(scope, text, span, depth),
                }
            }
            _ => {
                let text = node.scalar().unwrap_or_default();
                if node.text().is_some() && text.contains("${") {
                    return self.text(scope, text, span, depth);
                }
                Term::text(text).at(Some(span))
            }
        }
    }

    /// The keys of an object may be expressions; blocks of one type are a list.
    fn entries(&self, scope: &Scope, node: Node<'d>, depth: u8) -> Vec<(String, Term)> {
        let mut entries: Vec<(String, Term)> = Vec::new();
        for entry in node.own_entries() {
            let key = match entry.key.tag() {
                Some(COMPUTED) => self.node(scope, entry.key, depth + 1).scalar().map(str::to_owned),
                _ => entry.key.scalar().map(str::to_owned),
            };
            let Some(key) = key else { continue };
            let term = self.node(scope, entry.value, depth + 1);
            entries.push((key, term));
        }
        entries
    }

    /// A heredoc needs the line end after its delimiter.
    fn heredoc(&self, scope: &Scope, text: &str, span: Span, depth: u8) -> Term {
        match parse_expr(&format!("{}\n", text.trim_end())) {
            Ok(expression) => self.expression(scope, &expression, None, depth + 1).at(Some(span)),
            Err(_) => Term::unknown("the expression is not understood").at(Some(span)),
        }
    }

    /// A text of the JSON syntax, which may hold expressions.
    fn text(&self, scope: &Scope, text: &str, span: Span, depth: u8) -> Term {
        match parse_template(text) {
            Ok(template) => self.template(scope, &template, None, depth + 1).at(Some(span)),
            Err(_) => Term::unknown("the expression is not understood").at(Some(span)),
        }
    }

    fn expression(&self, scope: &Scope, expression: &Expression, base: Base, depth: u8) -> Term {
        if !self.step(depth) {
            return Term::unknown("the expression is too large to follow");
        }
        let place = base.and_then(|base| Some(base.part(expression.span()?)));
        let eval = |expression: &Expression| self.expression(scope, expression, base, depth + 1);
        match expression {
            Expression::Null(_) => Term::null(),
            Expression::Bool(value) => Term::bool(*value.value()).at(place),
            Expression::Number(number) => Term::text(number.value().to_string()).at(place),
            Expression::String(text) => Term::text(text.as_str()).at(place),
            Expression::Array(items) => Term::new(Shape::List(items.iter().map(eval).collect())).at(place),
            Expression::Object(object) => {
                let mut entries = Vec::new();
                for (key, value) in object {
                    let key = match key {
                        ObjectKey::Ident(name) => Some(name.as_str().to_owned()),
                        ObjectKey::Expression(Expression::Variable(name)) => Some(name.as_str().to_owned()),
                        ObjectKey::Expression(key) => eval(key).scalar().map(str::to_owned),
                    };
                    entries.extend(key.map(|key| (key, eval(value.expr()))));
                }
                Term::new(Shape::Map(entries)).at(place)
            }
            Expression::StringTemplate(template) => self.elements(scope, template.iter(), base, depth + 1),
            Expression::HeredocTemplate(heredoc) => self.template(scope, &heredoc.template, base, depth + 1),
            Expression::Parenthesis(inner) => eval(inner.inner()),
            Expression::Variable(name) => self.variable(scope, name.as_str()),
            Expression::Conditional(choice) => match eval(&choice.cond_expr).truth() {
                Some(true) => eval(&choice.true_expr),
                Some(false) => eval(&choice.false_expr),
                None => Term::one_of(vec![eval(&choice.true_expr), eval(&choice.false_expr)]),
            },
            Expression::FuncCall(function) if function.name.is_namespaced() => {
                Term::unknown("a function of a provider decides it")
            }
            Expression::FuncCall(function) => {
                let arguments: Vec<Term> = function.args.iter().map(eval).collect();
                call::function(function.name.name.as_str(), &arguments, function.args.expand_final())
            }
            Expression::Traversal(traversal) => {
                let operators: Vec<&TraversalOperator> = traversal.operators.iter().map(|one| one.value()).collect();
                match &traversal.expr {
                    Expression::Variable(name) => self.path(scope, name.as_str(), &operators, base, depth + 1),
                    other => self.follow(scope, eval(other), &operators, base, depth + 1),
                }
            }
            Expression::UnaryOp(operation) => unary(*operation.operator.value(), &eval(&operation.expr)),
            Expression::BinaryOp(operation) => {
                binary(*operation.operator.value(), &eval(&operation.lhs_expr), &eval(&operation.rhs_expr))
            }
            Expression::ForExpr(loops) => self.each(scope, loops, base, depth + 1),
        }
    }

    fn template(&self, scope: &Scope, template: &Template, base: Base, depth: u8) -> Term {
        self.elements(scope, template.iter(), base, depth)
    }

    fn elements<'t>(&self, scope: &Scope, elements: impl Iterator<Item = &'t Element>, base: Base, depth: u8) -> Term {
        let mut parts = Vec::new();
        for element in elements {
            parts.push(match element {
                Element::Literal(text) => Term::text(text.as_str()),
                Element::Interpolation(inner) => self.expression(scope, &inner.expr, base, depth + 1),
                Element::Directive(_) => Term::unknown("a template directive decides it"),
            });
        }
        if parts.len() == 1 {
            return parts.remove(0);
        }
        call::joined(&parts)
    }

    fn variable(&self, scope: &Scope, name: &str) -> Term {
        let bound = scope.bound.iter().rev().find(|(known, _)| known == name);
        bound.map_or_else(|| Term::unknown(format!("{name} is not known here")), |(_, term)| term.clone())
    }

    /// `var.timeout`, `each.value.timeout`, `aws_sqs_queue.jobs.arn`.
    fn path(&self, scope: &Scope, name: &str, rest: &[&TraversalOperator], base: Base, depth: u8) -> Term {
        if scope.bound.iter().any(|(known, _)| known == name) {
            return self.follow(scope, self.variable(scope, name), rest, base, depth);
        }
        let first = rest.first().and_then(|operator| attribute(operator));
        let start = match (name, first) {
            ("var", Some(variable)) => self.input(scope.instance, variable, depth),
            ("local", Some(local)) => match self.instances[scope.instance].module.locals.get(local) {
                Some(node) => self.node(&Scope { instance: scope.instance, ..Scope::default() }, *node, depth + 1),
                None => Term::unknown(format!("there is no local {local}")),
            },
            ("each", Some(part)) => match (&scope.each, part) {
                (Some((key, _)), "key") => key.clone(),
                (Some((_, value)), "value") => value.clone(),
                _ => Term::unknown("each is not known here"),
            },
            ("path", Some("module")) => Term::text(format!("{FROM_ROOT}{}", self.instances[scope.instance].directory)),
            ("path", Some("root")) => Term::text(format!("{FROM_ROOT}{}", self.instances[scope.instance].root)),
            ("path", _) => Term::unknown("the directory is chosen at deployment"),
            ("count", _) => Term::unknown("it is numbered"),
            ("terraform", _) => Term::unknown("the workspace is chosen at deployment"),
            ("self", _) => Term::unknown("it is known only at deployment"),
            ("module", Some(module)) => return self.output(scope, module, &rest[1..], base, depth),
            _ => {
                let reference = Reference { instance: scope.instance, parts: vec![name.to_owned()] };
                return self.follow(scope, Term::new(Shape::Reference(reference)), rest, base, depth);
            }
        };
        self.follow(scope, start, &rest[1..], base, depth)
    }

    /// An input of a module: what its caller gives, a file of values, its default.
    fn input(&self, instance: usize, name: &str, depth: u8) -> Term {
        let own = &self.instances[instance];
        let Some(declared) = own.module.variables.get(name) else {
            return Term::unknown(format!("the variable {name} is not declared"));
        };
        if let Some((caller, body)) = &own.call {
            return match body.get(name).map(|node| self.node(caller, node, depth + 1)) {
                Some(term) if !term.is_null() => completed(term, *declared),
                _ => self.default_of(instance, name, *declared, depth),
            };
        }
        let scope = Scope { instance, ..Scope::default() };
        let taken = own.module.values.iter().rev().find_map(|values| values.get(name));
        let taken = || match taken {
            Some(node) => self.node(&scope, node, depth + 1),
            None => self.default_of(instance, name, *declared, depth),
        };
        if own.module.choices.iter().all(|values| values.get(name).is_none()) {
            return completed(taken(), *declared);
        }
        let chosen = own.module.choices.iter().map(|values| match values.get(name) {
            Some(node) => self.node(&scope, node, depth + 1),
            None => taken(),
        });
        Term::one_of(chosen.map(|term| completed(term, *declared)).collect())
    }

    fn default_of(&self, instance: usize, name: &str, declared: Node<'d>, depth: u8) -> Term {
        let scope = Scope { instance, ..Scope::default() };
        match declared.get("default") {
            Some(node) => completed(self.node(&scope, node, depth + 1), declared),
            None => Term::unknown(format!("variable {name} has no default")),
        }
    }

    /// What a module gives out: followed into a local one.
    fn output(&self, scope: &Scope, module: &str, rest: &[&TraversalOperator], base: Base, depth: u8) -> Term {
        let index = match rest.first() {
            Some(TraversalOperator::Index(index)) => {
                let key = self.expression(scope, index, base, depth + 1);
                key.scalar().map(|key| format!("[{key:?}]"))
            }
            _ => None,
        };
        let (key, rest) = match &index {
            Some(index) => (format!("{module}{index}"), &rest[1..]),
            None => (module.to_owned(), rest),
        };
        let name = rest.first().and_then(|operator| attribute(operator));
        let child = self.children.get(&(scope.instance, key.clone()));
        if let (Some(child), Some(name)) = (child, name) {
            return match self.instances[*child].module.outputs.get(name).and_then(|output| output.get("value")) {
                Some(node) => {
                    let term = self.node(&Scope { instance: *child, ..Scope::default() }, node, depth + 1);
                    self.follow(scope, term, &rest[1..], base, depth)
                }
                None => Term::unknown(format!("module {module} has no output {name}")),
            };
        }
        let reference = Reference { instance: scope.instance, parts: vec!["module".to_owned(), key] };
        self.follow(scope, Term::new(Shape::Reference(reference)), rest, base, depth)
    }

    fn follow(&self, scope: &Scope, start: Term, rest: &[&TraversalOperator], base: Base, depth: u8) -> Term {
        let mut term = start;
        for operator in rest {
            term = match operator {
                TraversalOperator::GetAttr(name) => part(&term, name.as_str()),
                TraversalOperator::LegacyIndex(index) => part(&term, &index.value().to_string()),
                TraversalOperator::Index(index) => match self.expression(scope, index, base, depth + 1) {
                    index if index.scalar().is_some() => {
                        part(&term, &format!("[{}]", index.scalar().unwrap_or_default()))
                    }
                    _ => match term.shape {
                        Shape::Reference(_) => term,
                        _ => Term::unknown("the key is chosen at deployment"),
                    },
                },
                TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => match term.shape {
                    Shape::Reference(_) => part(&term, "[*]"),
                    _ => return Term::unknown("it is a list of several"),
                },
            };
        }
        term
    }

    /// `{ for key, value in collection : key => value if condition }`
    fn each(&self, scope: &Scope, loops: &ForExpr, base: Base, depth: u8) -> Term {
        let collection = self.expression(scope, &loops.intro.collection_expr, base, depth + 1);
        let pairs: Vec<(Term, Term)> = match &collection.shape {
            Shape::List(items) => {
                items.iter().enumerate().map(|(at, item)| (Term::text(at.to_string()), item.clone())).collect()
            }
            Shape::Map(entries) => entries.iter().map(|(key, value)| (Term::text(key), value.clone())).collect(),
            _ => return Term::unknown("what it loops over is not known"),
        };
        let (mut items, mut entries) = (Vec::new(), Vec::new());
        for (key, value) in pairs {
            let mut inner = scope.clone();
            inner.bound.extend(loops.intro.key_var.iter().map(|name| (name.to_string(), key.clone())));
            inner.bound.push((loops.intro.value_var.to_string(), value));
            if let Some(condition) = &loops.cond {
                match self.expression(&inner, &condition.expr, base, depth + 1).truth() {
                    Some(true) => {}
                    Some(false) => continue,
                    None => return Term::unknown("the condition of its loop is not known"),
                }
            }
            let value = self.expression(&inner, &loops.value_expr, base, depth + 1);
            let Some(key) = &loops.key_expr else {
                items.push(value);
                continue;
            };
            match self.expression(&inner, key, base, depth + 1).scalar() {
                Some(key) if !loops.grouping => entries.push((key.to_owned(), value)),
                _ => return Term::unknown("the keys of its loop are not known"),
            }
        }
        Term::new(if loops.key_expr.is_some() { Shape::Map(entries) } else { Shape::List(items) })
    }
}

fn attribute(operator: &TraversalOperator) -> Option<&str> {
    match operator {
        TraversalOperator::GetAttr(name) => Some(name.as_str()),
        _ => None,
    }
}

/// A part of a value: an attribute, or an index in brackets.
fn part(term: &Term, name: &str) -> Term {
    let key = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(name);
    match &term.shape {
        Shape::Map(entries) => match entries.iter().rev().find(|(known, _)| known == key) {
            Some((_, value)) => value.clone(),
            None => Term::failed(format!("there is no {key}")),
        },
        Shape::List(items) => match key.parse::<usize>().ok().and_then(|at| items.get(at)) {
            Some(item) => item.clone(),
            None => Term::failed(format!("there is no item {key}")),
        },
        Shape::Reference(reference) => {
            let mut reference = reference.clone();
            let is_index = name.starts_with('[');
            reference.parts.push(if is_index { format!("[{key:?}]") } else { name.to_owned() });
            Term::new(Shape::Reference(reference))
        }
        Shape::OneOf(terms) => Term::one_of(terms.iter().map(|term| part(term, name)).collect()),
        Shape::Unknown(_) => term.clone(),
        _ => Term::failed(format!("it has no {key}")),
    }
}

/// Where a called module lies, when it is written and local.
pub(super) fn local_source<'d>(body: Node<'d>) -> Option<&'d str> {
    let source = body.get("source").filter(|node| node.tag().is_none())?.scalar()?;
    (super::module_kind(source) == "path").then_some(source)
}
