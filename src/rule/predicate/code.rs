//! A checked expression, ready to be evaluated: names are indices, patterns are compiled.

use regex::Regex;

use super::path::FieldPath;

/// An expression that has passed its check.
#[derive(Debug)]
pub(super) enum Code {
    Bool(bool),
    Int(i64),
    Text(Box<str>),
    /// A parameter by position.
    Param(usize),
    /// The variable of a loop, counted outwards from the innermost one. Facts are paths instead.
    Variable(usize),
    /// A field, or a fact itself.
    Path(FieldPath),
    List(Box<[Self]>),
    Not(Box<Self>),
    And(Box<[Self]>),
    Or(Box<[Self]>),
    Equal {
        negated: bool,
        sides: Box<[Self; 2]>,
    },
    Order {
        order: Order,
        sides: Box<[Self; 2]>,
    },
    /// Item and list.
    In(Box<[Self; 2]>),
    Arithmetic {
        operation: Operation,
        sides: Box<[Self; 2]>,
        written: Box<str>,
    },
    Choose(Box<[Self; 3]>),
    Has(FieldPath),
    Origin(FieldPath),
    Size(Box<Self>),
    Part {
        part: Part,
        sides: Box<[Self; 2]>,
    },
    Matches {
        text: Box<Self>,
        pattern: Box<Regex>,
    },
    /// `exists`, or `all` when `every` holds.
    Loop {
        every: bool,
        list: Box<Self>,
        body: Box<Self>,
    },
}

/// Comparisons by order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Operations on numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operation {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

/// Where a text is looked for in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Start,
    End,
    Anywhere,
}
