//! Values of parts of expressions, and what operations make of them.

use crate::facts::{Datum, FactRef};
use crate::source::Span;

use super::code::{Operation, Order, Part};

/// The value of a part of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::rule) enum Operand<'a> {
    Bool(bool),
    Int(i64),
    Text(&'a str),
    Texts(&'a [String]),
    /// A list that is written in the expression.
    List(Vec<Self>),
    Fact(FactRef),
    Facts(Vec<FactRef>),
    /// A value that nobody set. It equals another absent value and nothing else.
    Absent,
    /// What comes of computing with, ordering by or looking into an absent value.
    Nothing,
    Unknown(Cause<'a>),
}

/// Why a value is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rule) struct Cause<'a> {
    pub(super) written: &'a str,
    pub(super) why: Why<'a>,
    pub(super) span: Option<Span>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why<'a> {
    /// The reader's reason.
    Said(&'a str),
    Overflow,
    DivisionByZero,
    TooManyItems,
}

/// The values that an expression may have.
#[derive(Debug)]
pub struct Possible<'a> {
    /// Each once, in the order of the facts.
    pub(in crate::rule) values: Vec<Operand<'a>>,
    /// Whether there are more than were tried.
    pub(in crate::rule) more: bool,
}

impl<'a> Possible<'a> {
    /// The value, when there is only one.
    pub(in crate::rule) fn only(&self) -> Option<&Operand<'a>> {
        match &self.values[..] {
            [value] if !self.more => Some(value),
            _ => None,
        }
    }
}

pub(super) fn known(datum: Datum<'_>) -> Operand<'_> {
    match datum {
        Datum::Bool(value) => Operand::Bool(value),
        Datum::Int(value) => Operand::Int(value),
        Datum::Text(text) => Operand::Text(text),
        Datum::Texts(items) => Operand::Texts(items),
        Datum::Fact(fact) => Operand::Fact(fact),
        Datum::Facts(facts) => Operand::Facts(facts),
    }
}

impl<'a> Operand<'a> {
    /// Itself when it is unknown, else nothing: what an operation gives that needs a value.
    pub(super) fn or_nothing(self) -> Self {
        match self {
            Self::Unknown(cause) => Self::Unknown(cause),
            _ => Self::Nothing,
        }
    }
}

pub(super) fn equal<'a>(left: &Operand<'a>, right: &Operand<'a>) -> Operand<'a> {
    match (left, right) {
        (Operand::Nothing, _) | (_, Operand::Nothing) => Operand::Nothing,
        (Operand::Unknown(cause), _) | (_, Operand::Unknown(cause)) => Operand::Unknown(*cause),
        (left, right) => Operand::Bool(left == right),
    }
}

/// What an operation gives whose sides are not both known.
pub(super) fn less_than_known<'a>(sides: [Operand<'a>; 2]) -> Operand<'a> {
    match sides {
        [Operand::Absent | Operand::Nothing, _] | [_, Operand::Absent | Operand::Nothing] => Operand::Nothing,
        [Operand::Unknown(cause), _] | [_, Operand::Unknown(cause)] => Operand::Unknown(cause),
        _ => Operand::Nothing,
    }
}

pub(super) fn size(of: Operand<'_>) -> Operand<'_> {
    let count = match of {
        Operand::Text(text) => text.chars().count(),
        Operand::Texts(items) => items.len(),
        Operand::List(items) => items.len(),
        Operand::Facts(items) => items.len(),
        other => return other.or_nothing(),
    };
    Operand::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

impl Order {
    pub(super) fn holds(self, left: i64, right: i64) -> bool {
        match self {
            Self::Less => left < right,
            Self::LessOrEqual => left <= right,
            Self::Greater => left > right,
            Self::GreaterOrEqual => left >= right,
        }
    }
}

impl Operation {
    pub(super) fn apply<'a>(self, left: i64, right: i64) -> Result<i64, Why<'a>> {
        let value = match self {
            Self::Add => left.checked_add(right),
            Self::Subtract => left.checked_sub(right),
            Self::Multiply => left.checked_mul(right),
            Self::Divide | Self::Remainder if right == 0 => return Err(Why::DivisionByZero),
            Self::Divide => left.checked_div(right),
            Self::Remainder => left.checked_rem(right),
        };
        value.ok_or(Why::Overflow)
    }
}

impl Part {
    pub(super) fn holds(self, text: &str, wanted: &str) -> bool {
        match self {
            Self::Start => text.starts_with(wanted),
            Self::End => text.ends_with(wanted),
            Self::Anywhere => text.contains(wanted),
        }
    }
}
