//! What the functions of a module call and change, found without recursion: expressions may nest deeply.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use ruff_python_ast::visitor::source_order::{SourceOrderVisitor, walk_expr, walk_stmt};
use ruff_python_ast::{ExceptHandler, Expr, ExprCall, Number, Operator, Pattern, Stmt, StmtFor, StmtTry};

use super::Decorator;
use super::calls::{Call, Calls, Timeout};
use super::name::dotted;

/// A change to a name of the module from inside a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutation {
    /// The name.
    pub name: String,
    /// Bytes of the change.
    pub place: Range<usize>,
    /// The function.
    pub within: String,
}

/// An `except` that ends a function without raising.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swallow {
    /// Bytes of the word `except` and what it catches.
    pub place: Range<usize>,
    /// The function.
    pub within: String,
}

/// What a module does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Deeds {
    /// What it asks of others.
    pub calls: Calls,
    /// Changes to lists, maps and sets of the module.
    pub mutations: Vec<Mutation>,
    /// Failures that a function keeps to itself.
    pub swallows: Vec<Swallow>,
    /// Keys that functions read of their first argument.
    pub reads: Vec<Read>,
}

/// A key that a function reads of its first argument: `event["body"]`, `event.get("body")`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The key.
    pub key: Box<str>,
    /// The function.
    pub within: Arc<str>,
}

/// Keywords that hold a timeout.
const TIMEOUTS: &[&str] = &["timeout", "read_timeout", "connect_timeout"];

/// Methods that change a list, map or set.
const CHANGES: &[&str] = &["append", "extend", "add", "insert", "update", "setdefault", "remove", "pop"];

struct Module<'a> {
    /// Numbers that the module names.
    numbers: BTreeMap<&'a str, i64>,
    /// Names bound to a new list, map or set.
    containers: Vec<&'a str>,
}

/// What is still to be looked at: the parts of statements and expressions are put here.
#[derive(Default)]
pub(super) struct Pending<'a> {
    pub(super) statements: Vec<&'a Stmt>,
    pub(super) expressions: Vec<&'a Expr>,
}

impl<'a> SourceOrderVisitor<'a> for Pending<'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        self.statements.push(statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        self.expressions.push(expression);
    }

    fn visit_pattern(&mut self, _: &'a Pattern) {}
}

/// Walks the body of a module.
pub(super) fn deeds(body: &[Stmt], imports: &BTreeSet<String>) -> Deeds {
    let module = Module { numbers: numbers(body), containers: containers(body) };
    let mut deeds = Deeds::default();
    let mut calls: Vec<Call<'_>> = Vec::new();
    for top in body {
        let within: Option<Arc<str>> = match top {
            Stmt::FunctionDef(def) => Some(Arc::from(def.name.as_str())),
            Stmt::ClassDef(class) => Some(Arc::from(class.name.as_str())),
            _ => None,
        };
        if let (Stmt::FunctionDef(def), Some(within)) = (top, &within) {
            let handlers = def.body.iter().enumerate().filter_map(|(at, statement)| {
                let is_last = def.body[at + 1..].iter().all(|later| matches!(later, Stmt::Return(_)));
                match statement {
                    Stmt::For(each) => swallowing_each(each),
                    other => swallowing(other.as_try_stmt()?, is_last),
                }
            });
            deeds.swallows.extend(handlers.map(|place| Swallow { place, within: within.to_string() }));
        }
        walk(top, within.as_ref(), &module, &mut deeds, &mut calls);
    }
    calls.sort_by_key(|call| call.place.start);
    deeds.calls = Calls::of(&calls, imports);
    deeds.mutations.sort_by_key(|mutation| mutation.place.start);
    deeds
}

fn walk<'a>(
    top: &'a Stmt,
    within: Option<&Arc<str>>,
    module: &Module<'a>,
    deeds: &mut Deeds,
    calls: &mut Vec<Call<'a>>,
) {
    let first = top.as_function_def_stmt().and_then(|def| def.parameters.iter_non_variadic_params().next());
    let argument = first.map(|parameter| parameter.name().as_str());
    let mut pending = Pending { statements: vec![top], expressions: Vec::new() };
    while let Some(statement) = pending.statements.pop() {
        walk_stmt(&mut pending, statement);
        if let (Some(within), Stmt::Assign(assign)) = (within, statement) {
            for target in &assign.targets {
                let changed = target.as_subscript_expr().and_then(|subscript| subscript.value.as_name_expr());
                if let Some(name) = changed.filter(|name| module.containers.contains(&name.id.as_str())) {
                    let (name, place) = (name.id.to_string(), range(target));
                    deeds.mutations.push(Mutation { name, place, within: within.to_string() });
                }
            }
        }
        while let Some(expression) = pending.expressions.pop() {
            walk_expr(&mut pending, expression);
            if let Some((call, callee)) = expression.as_call_expr().and_then(|call| Some((call, dotted(&call.func)?))) {
                deeds.mutations.extend(within.and_then(|within| change(call, &callee, within, module)));
                calls.push(self::call(call, callee, within, module));
            }
            if let (Some(within), Some(key)) = (within, argument.and_then(|argument| key_read(expression, argument))) {
                deeds.reads.push(Read { key: key.into(), within: Arc::clone(within) });
            }
        }
    }
}

/// Shows every call in some statements.
pub(super) fn calls<'a>(body: &'a [Stmt], mut show: impl FnMut(&'a ExprCall)) {
    let mut pending = Pending { statements: body.iter().collect(), expressions: Vec::new() };
    while let Some(statement) = pending.statements.pop() {
        walk_stmt(&mut pending, statement);
        while let Some(expression) = pending.expressions.pop() {
            walk_expr(&mut pending, expression);
            if let Expr::Call(call) = expression {
                show(call);
            }
        }
    }
}

/// The key of `argument["key"]` and `argument.get("key")`.
fn key_read<'a>(expression: &'a Expr, argument: &str) -> Option<&'a str> {
    let is_argument = |value: &Expr| value.as_name_expr().is_some_and(|name| name.id == *argument);
    let key = match expression {
        Expr::Subscript(item) if is_argument(&item.value) => &*item.slice,
        Expr::Call(call) => {
            let method = call.func.as_attribute_expr()?;
            let is_get = method.attr == *"get" && is_argument(&method.value);
            is_get.then(|| call.arguments.args.first()).flatten()?
        }
        _ => return None,
    };
    key.as_string_literal_expr().map(|literal| literal.value.to_str())
}

/// A change to a list, map or set of the module by one of its methods.
fn change(call: &ExprCall, callee: &str, within: &Arc<str>, module: &Module<'_>) -> Option<Mutation> {
    let (name, method) = callee.split_once('.')?;
    let changes = CHANGES.contains(&method) && module.containers.contains(&name);
    changes.then(|| Mutation { name: name.to_owned(), place: range(&call.func), within: within.to_string() })
}

fn call<'a>(call: &'a ExprCall, callee: String, within: Option<&Arc<str>>, module: &Module<'_>) -> Call<'a> {
    let keywords = &call.arguments.keywords;
    let mut timeout = Timeout::Absent;
    for keyword in keywords {
        match &keyword.arg {
            // `**options` may hold one.
            None => timeout = longest(timeout, Timeout::Unknown),
            Some(name) if TIMEOUTS.contains(&name.as_str()) => {
                timeout = longest(timeout, seconds(&keyword.value, module));
            }
            Some(_) => {}
        }
    }
    if callee.ends_with("urlopen")
        && let Some(third) = call.arguments.args.get(2)
    {
        timeout = longest(timeout, seconds(third, module));
    }
    let keywords = keywords.iter().filter_map(|keyword| Some(keyword.arg.as_ref()?.as_str())).collect();
    Call { callee, place: range(&call.func), within: within.cloned(), timeout, keywords }
}

fn longest(one: Timeout, other: Timeout) -> Timeout {
    match (one, other) {
        (Timeout::Unknown, _) | (_, Timeout::Unknown) => Timeout::Unknown,
        (Timeout::Absent, known) | (known, Timeout::Absent) => known,
        (Timeout::Seconds(one), Timeout::Seconds(other)) => Timeout::Seconds(one.max(other)),
    }
}

/// `10`, `2.5`, `(3, 30)`, `LIMIT`, `2 * 60`.
fn seconds(value: &Expr, module: &Module<'_>) -> Timeout {
    match value {
        Expr::NoneLiteral(_) => Timeout::Absent,
        Expr::Tuple(pair) if pair.elts.len() == 2 => {
            let parts = pair.elts.iter().map(|part| number(part, module));
            parts.fold(Timeout::Absent, |known, part| longest(known, part.map_or(Timeout::Unknown, Timeout::Seconds)))
        }
        other => number(other, module).map_or(Timeout::Unknown, Timeout::Seconds),
    }
}

fn number(value: &Expr, module: &Module<'_>) -> Option<i64> {
    match value {
        Expr::NumberLiteral(literal) => match &literal.value {
            Number::Int(value) => value.as_i64(),
            #[allow(clippy::cast_possible_truncation, reason = "rounded up; more than an i64 holds is no timeout")]
            Number::Float(value) => Some(value.ceil() as i64),
            Number::Complex { .. } => None,
        },
        Expr::Name(name) => module.numbers.get(name.id.as_str()).copied(),
        Expr::BinOp(product) if product.op == Operator::Mult => match (&*product.left, &*product.right) {
            (Expr::NumberLiteral(_), Expr::NumberLiteral(_)) => {
                number(&product.left, module)?.checked_mul(number(&product.right, module)?)
            }
            _ => None,
        },
        _ => None,
    }
}

/// A decorator with its keyword arguments; a number that is no literal stands as nothing.
pub(super) fn decorator(expression: &Expr) -> Decorator {
    let keywords = expression.as_call_expr().map(|call| &*call.arguments.keywords).unwrap_or_default();
    let literal = |value: &Expr| match value {
        Expr::StringLiteral(text) => text.value.to_str().to_owned(),
        Expr::NumberLiteral(number) => match &number.value {
            Number::Int(value) => value.to_string(),
            _ => String::new(),
        },
        _ => String::new(),
    };
    let keywords = keywords.iter().filter_map(|one| Some((one.arg.as_ref()?.to_string(), literal(&one.value))));
    Decorator { name: dotted(expression).unwrap_or_default(), keywords: keywords.collect() }
}

fn numbers(body: &[Stmt]) -> BTreeMap<&str, i64> {
    let module = Module { numbers: BTreeMap::new(), containers: Vec::new() };
    let mut found: BTreeMap<&str, i64> = BTreeMap::new();
    for statement in body {
        let Stmt::Assign(assign) = statement else { continue };
        if let ([Expr::Name(name)], Some(value)) = (assign.targets.as_slice(), number(&assign.value, &module)) {
            found.insert(name.id.as_str(), value);
        }
    }
    found
}

/// Names bound to an empty or literal list, map or set.
fn containers(body: &[Stmt]) -> Vec<&str> {
    let is_container = |value: &Expr| match value {
        Expr::List(list) => list.elts.is_empty(),
        Expr::Dict(dict) => dict.items.is_empty(),
        Expr::Call(call) => {
            let is_empty = call.arguments.args.is_empty() && call.arguments.keywords.is_empty();
            is_empty && dotted(&call.func).is_some_and(|name| matches!(name.as_str(), "list" | "set" | "dict"))
        }
        _ => false,
    };
    body.iter()
        .filter_map(|statement| match statement {
            Stmt::Assign(assign) if is_container(&assign.value) => assign.targets.first()?.as_name_expr(),
            _ => None,
        })
        .map(|name| name.id.as_str())
        .collect()
}

/// The first `except` of everything that ends the function and raises nothing again: its place.
fn swallowing(statement: &StmtTry, is_last: bool) -> Option<Range<usize>> {
    let catches_all = |kind: Option<&Expr>| match kind {
        None => true,
        Some(Expr::Name(name)) => matches!(name.id.as_str(), "Exception" | "BaseException"),
        Some(_) => false,
    };
    statement.handlers.iter().find_map(|handler| {
        let ExceptHandler::ExceptHandler(handler) = handler;
        let start = handler.range.start().to_usize();
        let end = handler.type_.as_deref().map_or(start + "except".len(), |kind| range(kind).end.max(start));
        let ends = is_last || matches!(handler.body.last(), Some(Stmt::Return(_)));
        (ends && catches_all(handler.type_.as_deref()) && !raises(&handler.body)).then_some(start..end)
    })
}

/// The same for each record of an event: the `except` that ends the turn of a loop over `Records` and keeps
/// no note of the failure.
fn swallowing_each(each: &StmtFor) -> Option<Range<usize>> {
    if !mentions_records(&each.iter) {
        return None;
    }
    let attempt = each.body.last()?.as_try_stmt()?;
    let keeps_note = attempt.handlers.iter().any(|handler| {
        let ExceptHandler::ExceptHandler(handler) = handler;
        handler.body.iter().any(notes)
    });
    if keeps_note { None } else { swallowing(attempt, true) }
}

/// `event["Records"]`, `event.get("Records", [])`, `records`.
fn mentions_records(iterated: &Expr) -> bool {
    let is_records = |expression: &Expr| match expression {
        Expr::StringLiteral(literal) => literal.value.to_str() == "Records",
        Expr::Name(name) => name.id.eq_ignore_ascii_case("records"),
        _ => false,
    };
    let mut pending = vec![iterated];
    while let Some(expression) = pending.pop() {
        if is_records(expression) {
            return true;
        }
        let mut parts = Pending::default();
        walk_expr(&mut parts, expression);
        pending.append(&mut parts.expressions);
    }
    false
}

/// Whether a statement keeps something for later: an assignment, a change of a list, a break.
fn notes(statement: &Stmt) -> bool {
    match statement {
        Stmt::Assign(_) | Stmt::AugAssign(_) | Stmt::Break(_) => true,
        Stmt::Expr(expression) => {
            expression.value.as_call_expr().and_then(|call| dotted(&call.func)).is_some_and(|name| {
                let method = name.rsplit('.').next().unwrap_or_default();
                CHANGES.contains(&method)
                    || method.contains("fail")
                    || method.starts_with("send")
                    || method.starts_with("put")
            })
        }
        _ => false,
    }
}

/// Whether statements raise, or end the process, somewhere.
fn raises(body: &[Stmt]) -> bool {
    let mut pending: Vec<&Stmt> = body.iter().collect();
    while let Some(statement) = pending.pop() {
        if matches!(statement, Stmt::Raise(_)) {
            return true;
        }
        let mut parts = Pending::default();
        walk_stmt(&mut parts, statement);
        let exits = parts.expressions.iter().any(|expression| {
            expression.as_call_expr().and_then(|call| dotted(&call.func)).is_some_and(|name| name.ends_with("exit"))
        });
        if exits {
            return true;
        }
        pending.append(&mut parts.statements);
    }
    false
}

/// The bytes of a name, an attribute or an item, of what is called for a call; of nothing else.
pub(super) fn range(expression: &Expr) -> Range<usize> {
    let mut current = expression;
    while let Expr::Call(call) = current {
        current = &call.func;
    }
    let range = match current {
        Expr::Attribute(attribute) => attribute.range,
        Expr::Name(name) => name.range,
        Expr::Subscript(subscript) => subscript.range,
        _ => return 0..0,
    };
    range.start().to_usize()..range.end().to_usize()
}
