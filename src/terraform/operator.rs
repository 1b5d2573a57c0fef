//! The operators of the language, with three answers: yes, no, not known.

use hcl_edit::expr::{BinaryOperator, UnaryOperator};

use super::term::{Shape, Term};

pub(super) fn unary(operator: UnaryOperator, term: &Term) -> Term {
    match operator {
        UnaryOperator::Not => term.truth().map_or_else(|| undecided(term), |truth| Term::bool(!truth)),
        UnaryOperator::Neg => match number(term) {
            Some(value) => written(-value),
            None => undecided(term),
        },
    }
}

fn undecided(term: &Term) -> Term {
    match &term.shape {
        Shape::Unknown(reason) | Shape::Failed(reason) => Term::unknown(reason.clone()),
        _ => Term::unknown("it is worked out from what is not known"),
    }
}

pub(super) fn binary(operator: BinaryOperator, left: &Term, right: &Term) -> Term {
    if left.possible().len() * right.possible().len() > 1 {
        let pairs = left.possible().iter().flat_map(|left| right.possible().iter().map(move |right| (left, right)));
        return Term::one_of(pairs.map(|(left, right)| binary(operator, left, right)).collect());
    }
    match (operator, left.truth(), right.truth()) {
        (BinaryOperator::And, Some(false), _) | (BinaryOperator::And, _, Some(false)) => return Term::bool(false),
        (BinaryOperator::Or, Some(true), _) | (BinaryOperator::Or, _, Some(true)) => return Term::bool(true),
        (BinaryOperator::And, Some(true), Some(true)) => return Term::bool(true),
        (BinaryOperator::Or, Some(false), Some(false)) => return Term::bool(false),
        _ => {}
    }
    let plain = |term: &Term| match &term.shape {
        Shape::Null => Some(None),
        Shape::Scalar(text) => Some(Some(text.clone())),
        _ => None,
    };
    if let BinaryOperator::Eq | BinaryOperator::NotEq = operator {
        return match (plain(left), plain(right)) {
            (Some(left), Some(right)) => Term::bool((left == right) == (operator == BinaryOperator::Eq)),
            _ => Term::unknown("it is compared with what is not known"),
        };
    }
    let (Some(a), Some(b)) = (number(left), number(right)) else { return undecided(left) };
    match operator {
        BinaryOperator::Plus => written(a + b),
        BinaryOperator::Minus => written(a - b),
        BinaryOperator::Mul => written(a * b),
        BinaryOperator::Div if b != 0.0 => written(a / b),
        BinaryOperator::Mod if b != 0.0 => written(a % b),
        BinaryOperator::Less => Term::bool(a < b),
        BinaryOperator::LessEq => Term::bool(a <= b),
        BinaryOperator::Greater => Term::bool(a > b),
        BinaryOperator::GreaterEq => Term::bool(a >= b),
        _ => Term::failed("it cannot be computed"),
    }
}

pub(super) fn number(term: &Term) -> Option<f64> {
    term.scalar()?.parse().ok()
}

/// A number as Terraform prints it: whole ones without a point.
pub(super) fn written(value: f64) -> Term {
    Term::text(value.to_string())
}
