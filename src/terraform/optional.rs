//! The defaults that the type of a variable gives: `object({ timeout = optional(number, 30) })`.

use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::parser::parse_expr;

use super::term::{Shape, Term};
use crate::syntax::Node;

/// Fills in what `optional(type, default)` of a variable's object type gives. Only its first level is looked at.
pub(super) fn completed(term: Term, declared: Node<'_>) -> Term {
    let Shape::Map(entries) = &term.shape else { return term };
    let Some(kind) = declared.get("type").and_then(Node::scalar).and_then(|text| parse_expr(text).ok()) else {
        return term;
    };
    let (object, is_map) = match &kind {
        Expression::FuncCall(outer) if outer.name.name.as_str() == "map" => (outer.args.get(0).cloned(), true),
        other => (Some(other.clone()), false),
    };
    let defaults = object.as_ref().map(optional_defaults).unwrap_or_default();
    if defaults.is_empty() {
        return term;
    }
    let with = |entries: &[(String, Term)]| {
        let absent = |key: &String| !entries.iter().any(|(known, value)| known == key && !value.is_null());
        let added = defaults.iter().filter(|(key, _)| absent(key)).cloned();
        Shape::Map(entries.iter().filter(|(_, value)| !value.is_null()).cloned().chain(added).collect())
    };
    let shape = if is_map {
        let each = entries.iter().map(|(key, value)| match &value.shape {
            Shape::Map(inner) => (key.clone(), Term { shape: with(inner), span: value.span }),
            _ => (key.clone(), value.clone()),
        });
        Shape::Map(each.collect())
    } else {
        with(entries)
    };
    Term { shape, span: term.span }
}

/// `object({ timeout = optional(number, 30) })`: the literal defaults.
fn optional_defaults(kind: &Expression) -> Vec<(String, Term)> {
    let Expression::FuncCall(object) = kind else { return Vec::new() };
    let Some(Expression::Object(fields)) = object.args.get(0) else { return Vec::new() };
    let default = |(key, value): (&ObjectKey, &hcl_edit::expr::ObjectValue)| {
        let ObjectKey::Ident(name) = key else { return None };
        let Expression::FuncCall(optional) = value.expr() else { return None };
        let term = match optional.args.get(1) {
            None | Some(Expression::Null(_)) => Term::null(),
            Some(Expression::Number(number)) => Term::text(number.value().to_string()),
            Some(Expression::String(text)) => Term::text(text.as_str()),
            Some(Expression::Bool(value)) => Term::bool(*value.value()),
            Some(_) => Term::unknown("the default of its type decides it"),
        };
        (optional.name.name.as_str() == "optional").then(|| (name.as_str().to_owned(), term))
    };
    fields.iter().filter_map(default).collect()
}
