//! A Python module as a program of infrastructure: what it imports, binds and makes.

use std::ops::Range;

use ruff_python_ast::visitor::source_order::{walk_expr, walk_stmt};
use ruff_python_ast::{Expr, ExprCall, InterpolatedStringElement, Number, Operator, Stmt, UnaryOp};
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::Ranged;

use super::name::plain;
use super::walk::Pending;
use super::{SIZE_LIMIT, release};
use crate::literal::{Call, Expression, Key, Literal, Map, Script};

/// Expressions nested deeper than this are kept as they are written.
const DEPTH: usize = 100;

/// Reads a module, with the calls of it as far as `is_wanted` says so of the full name of what is called; that of a
/// method of what has no name is `.method`.
/// `None` for what is no Python 3, and for modules that are too large to have been written by people.
pub fn script(text: &str, is_wanted: &dyn Fn(&str) -> bool) -> Option<Script> {
    if text.len() > SIZE_LIMIT {
        return None;
    }
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module)).try_into_module()?;
    let mut reading = Reading { text, script: Script::default(), doubled: Vec::new() };
    let mut calls = Vec::new();
    for top in &parsed.syntax().body {
        let mut pending = Pending { statements: vec![top], expressions: Vec::new() };
        while let Some(statement) = pending.statements.pop() {
            reading.statement(statement);
            walk_stmt(&mut pending, statement);
            while let Some(expression) = pending.expressions.pop() {
                calls.extend(expression.as_call_expr());
                walk_expr(&mut pending, expression);
            }
        }
    }
    for name in &reading.doubled {
        reading.script.constants.remove(name);
    }
    calls.retain(|call| called(&call.func).is_some_and(|name| is_wanted(&reading.script.full_name(&name))));
    calls.sort_by_key(|call| call.range().start());
    reading.script.calls = calls.into_iter().filter_map(|call| reading.call(call, DEPTH)).collect();
    let script = Script { adds_layers: text.contains(".add_layers("), ..reading.script };
    release(parsed);
    Some(script)
}

struct Reading<'t> {
    text: &'t str,
    script: Script,
    /// Names that are bound more than once, in different places.
    doubled: Vec<String>,
}

impl Reading<'_> {
    fn statement(&mut self, statement: &Stmt) {
        match statement {
            Stmt::Import(import) => {
                for alias in &import.names {
                    let local = alias.asname.as_ref().map_or_else(
                        || alias.name.split('.').next().unwrap_or_default().to_owned(),
                        ToString::to_string,
                    );
                    let full = if alias.asname.is_some() { alias.name.to_string() } else { local.clone() };
                    self.script.imports.insert(local, full);
                    self.script.modules.push(alias.name.to_string());
                }
            }
            Stmt::ImportFrom(import) if import.level == 0 => {
                let module = import.module.as_ref().map(ToString::to_string).unwrap_or_default();
                for alias in &import.names {
                    let local = alias.asname.as_ref().unwrap_or(&alias.name).to_string();
                    self.script.imports.insert(local, format!("{module}.{}", alias.name));
                }
                self.script.modules.push(module);
            }
            Stmt::Assign(assign) => {
                if let [target] = assign.targets.as_slice()
                    && let Some(name) = bound(target)
                {
                    self.bind(name, &assign.value);
                }
            }
            Stmt::AnnAssign(assign) => {
                if let (Some(name), Some(value)) = (bound(&assign.target), &assign.value) {
                    self.bind(name, value);
                }
            }
            Stmt::AugAssign(assign) => self.doubled.extend(bound(&assign.target)),
            _ => {}
        }
    }

    fn bind(&mut self, name: String, value: &Expr) {
        let value = self.expression(value, DEPTH);
        if self.script.constants.insert(name.clone(), value).is_some() {
            self.doubled.push(name);
        }
    }

    fn expression(&self, value: &Expr, depth: usize) -> Expression {
        let place = place(value);
        let literal = depth.checked_sub(1).and_then(|depth| self.literal(value, depth));
        match literal {
            Some(literal) => Expression { literal, place },
            None => Expression::other(self.text.get(place.clone()).unwrap_or_default(), place),
        }
    }

    fn literal(&self, value: &Expr, depth: usize) -> Option<Literal> {
        let all = |items: &[Expr]| items.iter().map(|item| self.expression(item, depth)).collect::<Vec<_>>();
        Some(match value {
            Expr::NoneLiteral(_) => Literal::Null,
            Expr::BooleanLiteral(literal) => Literal::Bool(literal.value),
            Expr::StringLiteral(literal) => Literal::Text(literal.value.to_str().to_owned()),
            Expr::NumberLiteral(literal) => Literal::Number(whole(&literal.value)?),
            Expr::UnaryOp(negative) if negative.op == UnaryOp::USub => {
                match self.literal(&negative.operand, depth.checked_sub(1)?)? {
                    Literal::Number(number) => Literal::Number(-number),
                    _ => return None,
                }
            }
            Expr::BinOp(two) => {
                let depth = depth.checked_sub(1)?;
                let (left, right) = (self.expression(&two.left, depth), self.expression(&two.right, depth));
                match (two.op, &left.literal, &right.literal) {
                    (Operator::Mult, Literal::Number(left), Literal::Number(right)) => {
                        Literal::Number(left.checked_mul(*right)?)
                    }
                    (Operator::Add, Literal::Text(_) | Literal::Joined(_), _)
                    | (Operator::Add, _, Literal::Text(_) | Literal::Joined(_)) => Literal::Joined(vec![left, right]),
                    _ => return None,
                }
            }
            Expr::FString(text) => {
                let pieces = text.value.elements().map(|element| match element {
                    InterpolatedStringElement::Literal(literal) => Expression {
                        literal: Literal::Text(literal.value.to_string()),
                        place: literal.range.start().to_usize()..literal.range.end().to_usize(),
                    },
                    InterpolatedStringElement::Interpolation(inner) => self.expression(&inner.expression, depth),
                });
                Literal::Joined(pieces.collect())
            }
            Expr::List(list) => Literal::List(all(&list.elts)),
            Expr::Tuple(list) => Literal::List(all(&list.elts)),
            Expr::Dict(dict) => {
                let entries = dict.items.iter().map(|item| {
                    let key = item.key.as_ref().and_then(|key| {
                        let name = key.as_string_literal_expr()?.value.to_str().to_owned();
                        Some(Key { name, place: place(key) })
                    });
                    (key, self.expression(&item.value, depth))
                });
                Literal::Map(Map { entries: entries.collect() })
            }
            Expr::Call(call) if plain(&call.func).is_some() => Literal::Call(Box::new(self.call(call, depth)?)),
            Expr::Name(_) | Expr::Attribute(_) => Literal::Name(plain(value)?),
            _ => return None,
        })
    }

    fn call(&self, call: &ExprCall, depth: usize) -> Option<Call> {
        let keywords = call.arguments.keywords.iter().map(|keyword| {
            let key = keyword.arg.as_ref().map(|name| Key {
                name: name.to_string(),
                place: name.range.start().to_usize()..name.range.end().to_usize(),
            });
            (key, self.expression(&keyword.value, depth))
        });
        Some(Call {
            callee: called(&call.func)?,
            place: place(&call.func),
            arguments: call.arguments.args.iter().map(|one| self.expression(one, depth)).collect(),
            keywords: Map { entries: keywords.collect() },
        })
    }
}

/// What an assignment binds: a name, or an attribute of `self`.
fn bound(target: &Expr) -> Option<String> {
    match target {
        Expr::Name(name) => Some(name.id.to_string()),
        Expr::Attribute(attribute) if attribute.value.as_name_expr().is_some_and(|name| name.id == "self") => {
            plain(target)
        }
        _ => None,
    }
}

/// The name of what is called; `.method` for a method of what has no name.
fn called(callee: &Expr) -> Option<String> {
    plain(callee).or_else(|| Some(format!(".{}", callee.as_attribute_expr()?.attr)))
}

fn whole(number: &Number) -> Option<i64> {
    match number {
        Number::Int(value) => value.as_i64(),
        _ => None,
    }
}

fn place(value: &Expr) -> Range<usize> {
    value.range().start().to_usize()..value.range().end().to_usize()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_called_and_bound_is_seen() {
        let text = "from aws_cdk import aws_lambda as _lambda, Duration\nimport aws_cdk.aws_sqs as sqs\nimport aws_cdk\n\
            LIMIT = Duration.seconds(5 * 60)\nNAME = 'a'\nNAME += 'b'\n\
            class S:\n  def __init__(self):\n    common = dict(a=1)\n    f = _lambda.Function(self, 'F', timeout=LIMIT, code=_lambda.Code.from_asset(f'{here}/x'), **common)\n\
            \n    g = aws_cdk.aws_lambda.Function(self, id='G', memory_size=-1, environment={'A': NAME, **more})\n    h = sqs.Queue(self)\n";
        let script = script(text, &|name| name == "aws_cdk.aws_lambda.Function").unwrap();
        assert_eq!(script.calls.len(), 2);
        let shown: Vec<String> = script.calls[0]
            .keywords
            .entries
            .iter()
            .map(|(key, value)| {
                let name = key.as_ref().map_or("**", |key| &key.name);
                format!("{name}={}", script.settled(value).written())
            })
            .collect();
        assert_eq!(shown, ["timeout=Duration.seconds(...)", "code=_lambda.Code.from_asset(...)", "**=dict(...)"]);
        let Literal::Call(limit) = &script.constants["LIMIT"].literal else { panic!("it is a call") };
        assert_eq!(limit.arguments[0].literal, Literal::Number(300));
        assert!(!script.constants.contains_key("NAME"));
        assert_eq!(script.full_name("sqs.Queue"), "aws_cdk.aws_sqs.Queue");
    }

    #[test]
    fn hostile_text_ends() {
        for text in ["x = ".to_owned() + &"(".repeat(100_000), "x = ".to_owned() + &"-".repeat(100_000) + "1"] {
            let _ = script(&text, &|_| true);
        }
    }
}
