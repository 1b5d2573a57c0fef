//! Names with dots, as expressions spell them.

use ruff_python_ast::Expr;

/// Longer chains of attributes and calls are no names.
const LONGEST_CHAIN: usize = 64;

/// `a.b.c` for a chain of attributes; calls in between count as their callee: `boto3.Session().client`.
pub(super) fn dotted(value: &Expr) -> Option<String> {
    chain(value, |other| other.as_call_expr().map(|call| &*call.func))
}

/// `a.b.c`, without calls between the dots.
pub(super) fn plain(value: &Expr) -> Option<String> {
    chain(value, |_| None)
}

/// A chain of attributes down to a name; `beyond` leads on from what is neither.
fn chain<'e>(value: &'e Expr, beyond: impl Fn(&'e Expr) -> Option<&'e Expr>) -> Option<String> {
    let mut parts = Vec::new();
    let mut current = value;
    for _ in 0..LONGEST_CHAIN {
        match current {
            Expr::Attribute(attribute) => {
                parts.push(attribute.attr.as_str());
                current = &attribute.value;
            }
            Expr::Name(name) => {
                parts.push(name.id.as_str());
                parts.reverse();
                return Some(parts.join("."));
            }
            other => current = beyond(other)?,
        }
    }
    None
}
