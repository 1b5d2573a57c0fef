//! The language of rules: a subset of CEL over the fact table.
//!
//! Expressions are parsed with places, checked against the fields of facts when a rule
//! is loaded, and answered with three values: yes, no, or unknown with the reason. The
//! language is described in `docs/rule-language.md`.

mod call;
mod check;
mod code;
mod eval;
mod lex;
mod operand;
#[cfg(test)]
mod oracle;
mod parse;
mod path;
#[cfg(test)]
mod tests;
mod types;

use std::ops::Range;

use crate::facts::{FactRef, Facts, Kind};
use crate::source::Span;

use super::params::Params;
use code::Code;
use types::Type;

pub(super) use operand::Operand;
pub use operand::Possible;
pub use path::{FieldPath, Reached};
pub(super) use types::Shape;

/// Expressions longer than this many bytes are refused.
pub const MAX_LENGTH: usize = 4096;

/// Expressions nested deeper than this are refused.
pub const MAX_NESTING: usize = 64;

/// What is wrong with an expression, and where in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The bytes of the expression that are meant.
    pub range: Range<usize>,
    /// What is wrong: lowercase, no final dot.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Fault {
    pub(super) fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        Self { range, message: message.into(), help: None }
    }

    /// The same fault in a longer text, in which the expression begins at `by`.
    pub(super) fn moved(mut self, by: usize) -> Self {
        self.range = self.range.start + by..self.range.end + by;
        self
    }

    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// What an expression may name: the fact it is asked about, under the name of its kind, and parameters.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// The kind of fact.
    pub kind: Kind,
    /// The parameters.
    pub params: &'a Params,
}

/// What an expression is asked about.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// All facts, for links.
    pub facts: &'a Facts,
    /// The fact; of the kind that the expression was checked for.
    pub fact: FactRef,
    /// The parameters in force; the same names and types as when the expression was checked.
    pub params: &'a Params,
}

/// Whether a fact breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// Yes, whatever the values are that cannot be told exactly.
    Yes,
    /// No; also when there is nothing to compare.
    No,
    /// It depends on what cannot be known.
    Unknown(Doubt),
}

/// What an answer would need to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// The field as the expression writes it: `event_source.lambda.timeout`.
    pub field: String,
    /// Why it is not known: `parameter Stage has no default`.
    pub reason: String,
    /// Where it is written, or the fact it belongs to.
    pub span: Span,
}

/// A checked expression that is true or false.
#[derive(Debug)]
pub struct Predicate {
    code: Code,
    first: Option<FieldPath>,
    used_params: Vec<usize>,
}

impl Predicate {
    /// Reads and checks an expression.
    ///
    /// # Errors
    /// Everything that is wrong with it; a syntax error comes alone.
    pub fn parse(text: &str, names: Names<'_>) -> Result<Self, Vec<Fault>> {
        let checked = check::check(text, names, Some(Type::Bool))?;
        Ok(Self { code: checked.code, first: checked.first, used_params: checked.used_params })
    }

    /// Whether the fact makes it true.
    pub fn answer(&self, subject: Subject<'_>) -> Answer {
        eval::answer(&self.code, subject)
    }

    /// The first field of the fact, or of a linked one, that it reads.
    pub fn first_field(&self) -> Option<&FieldPath> {
        self.first.as_ref()
    }

    pub(super) fn used_params(&self) -> &[usize] {
        &self.used_params
    }
}

/// A checked expression that has a value which can be printed.
#[derive(Debug)]
pub struct Expression {
    code: Code,
    shape: Shape,
    used_params: Vec<usize>,
}

impl Expression {
    /// Reads and checks an expression.
    ///
    /// # Errors
    /// Everything that is wrong with it; facts cannot be printed.
    pub fn parse(text: &str, names: Names<'_>) -> Result<Self, Vec<Fault>> {
        let checked = check::check(text, names, None)?;
        match checked.ty.shape() {
            Some(shape) => Ok(Self { code: checked.code, shape, used_params: checked.used_params }),
            None => {
                let fault = Fault::new(0..text.len(), format!("{} cannot be printed", checked.ty.words()));
                Err(vec![fault.help(format!("name one of its fields: `{}.name`", text.trim()))])
            }
        }
    }

    /// The values it may have for a fact.
    pub fn possible<'a>(&'a self, subject: Subject<'a>) -> Possible<'a> {
        eval::possible(&self.code, subject)
    }

    pub(super) fn shape(&self) -> Shape {
        self.shape
    }

    pub(super) fn used_params(&self) -> &[usize] {
        &self.used_params
    }
}
