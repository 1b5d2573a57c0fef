//! What an expression comes to, as far as the files of a repository tell.

use super::evaluate::ALTERNATIVES;
use crate::source::Span;
use crate::value::{Origin, State, Value};

/// A value of the language with the place of its literal.
#[derive(Debug, Clone)]
pub(super) struct Term {
    pub(super) shape: Shape,
    pub(super) span: Option<Span>,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    /// `null`, or not written: the provider's default holds.
    Null,
    /// A text, number or truth value, as text.
    Scalar(String),
    List(Vec<Term>),
    Map(Vec<(String, Term)>),
    /// Something of a resource, a data source or a module that is not ours.
    Reference(Reference),
    /// A text with parts that only the deployment knows, as people write them, and what those parts point at.
    Partial(String, Vec<Reference>),
    /// One of these; none of them is one itself.
    OneOf(Vec<Term>),
    /// The expression fails: what `try` and `can` are for.
    Failed(String),
    /// It cannot be known, for this reason.
    Unknown(String),
}

/// A path that starts at a block: `aws_sqs_queue`, `jobs`, `arn`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    /// The module instance in which the block stands.
    pub(super) instance: usize,
    /// The parts; an index is a part of its own: `["a"]`.
    pub(super) parts: Vec<String>,
}

impl Reference {
    /// As it is written.
    pub(super) fn written(&self) -> String {
        self.parts.join(".").replace(".[", "[")
    }
}

impl Term {
    pub(super) fn new(shape: Shape) -> Self {
        Self { shape, span: None }
    }

    pub(super) fn null() -> Self {
        Self::new(Shape::Null)
    }

    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::new(Shape::Scalar(text.into()))
    }

    pub(super) fn bool(value: bool) -> Self {
        Self::text(if value { "true" } else { "false" })
    }

    pub(super) fn unknown(reason: impl Into<String>) -> Self {
        Self::new(Shape::Unknown(reason.into()))
    }

    pub(super) fn failed(reason: impl Into<String>) -> Self {
        Self::new(Shape::Failed(reason.into()))
    }

    /// The same at a place, unless it has one.
    #[must_use]
    pub(super) fn at(mut self, span: Option<Span>) -> Self {
        self.span = self.span.or(span);
        self
    }

    /// One of several; unknown when they are too many.
    pub(super) fn one_of(terms: Vec<Self>) -> Self {
        let mut flat: Vec<Self> = Vec::new();
        for term in terms {
            match term.shape {
                Shape::OneOf(inner) => flat.extend(inner),
                _ => flat.push(term),
            }
        }
        match flat.len() {
            0 => Self::null(),
            1 => flat.remove(0),
            more if more > ALTERNATIVES => Self::unknown("it may have too many values"),
            _ => Self::new(Shape::OneOf(flat)),
        }
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self.shape, Shape::Null)
    }

    pub(super) fn scalar(&self) -> Option<&str> {
        match &self.shape {
            Shape::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// The text as people write it, unknown parts included.
    pub(super) fn written(&self) -> Option<String> {
        match &self.shape {
            Shape::Scalar(text) | Shape::Partial(text, _) => Some(text.clone()),
            Shape::Reference(reference) => Some(format!("${{{}}}", reference.written())),
            _ => None,
        }
    }

    pub(super) fn truth(&self) -> Option<bool> {
        self.scalar()?.parse().ok()
    }

    /// All terms it may be.
    pub(super) fn possible(&self) -> &[Self] {
        match &self.shape {
            Shape::OneOf(terms) => terms,
            _ => std::slice::from_ref(self),
        }
    }

    pub(super) fn reference(&self) -> Option<&Reference> {
        match &self.shape {
            Shape::Reference(reference) => Some(reference),
            _ => None,
        }
    }

    /// Everything it points at, in lists, maps and texts too.
    pub(super) fn references(&self) -> Vec<&Reference> {
        match &self.shape {
            Shape::Reference(reference) => vec![reference],
            Shape::Partial(_, references) => references.iter().collect(),
            Shape::List(terms) | Shape::OneOf(terms) => terms.iter().flat_map(Self::references).collect(),
            Shape::Map(entries) => entries.iter().flat_map(|(_, term)| term.references()).collect(),
            Shape::Null | Shape::Scalar(_) | Shape::Failed(_) | Shape::Unknown(_) => Vec::new(),
        }
    }

    pub(super) fn items(&self) -> &[Self] {
        match &self.shape {
            Shape::List(items) => items,
            _ => &[],
        }
    }

    /// The value of a key, `null` when a map has none.
    pub(super) fn get(&self, key: &str) -> Self {
        match &self.shape {
            Shape::Map(entries) => {
                let found = entries.iter().rev().find(|(name, _)| name == key);
                found.map_or_else(Self::null, |(_, term)| term.clone())
            }
            // A block may be an object or a list of one.
            Shape::List(items) if items.len() == 1 => items[0].get(key),
            Shape::OneOf(terms) => Self::one_of(terms.iter().map(|term| term.get(key)).collect()),
            Shape::Unknown(reason) | Shape::Failed(reason) => Self::unknown(reason.clone()).at(self.span),
            _ => Self::null(),
        }
    }

    /// Why it is not known, if it is not.
    fn doubt(&self) -> String {
        match &self.shape {
            Shape::Unknown(reason) | Shape::Failed(reason) => reason.clone(),
            Shape::Reference(reference) => format!("it depends on {}", reference.written()),
            Shape::Partial(text, _) => format!("{text} is known only at deployment"),
            Shape::List(_) | Shape::Map(_) => "it is not a plain value".to_owned(),
            _ => "it is not known".to_owned(),
        }
    }
}

/// What is written for an argument: its value, and the place of the expression.
#[derive(Debug, Clone)]
pub(super) struct Argument {
    pub(super) term: Term,
    pub(super) span: Option<Span>,
}

impl Argument {
    /// Nothing.
    pub(super) fn null() -> Self {
        Self { term: Term::null(), span: None }
    }

    pub(super) fn is_null(&self) -> bool {
        self.term.is_null()
    }

    /// What is at a key of it.
    pub(super) fn get(&self, key: &str) -> Self {
        let term = self.term.get(key);
        Self { span: term.span.or(self.span), term }
    }

    pub(super) fn or(self, other: impl FnOnce() -> Self) -> Self {
        if self.is_null() { other() } else { self }
    }

    pub(super) fn text(&self) -> Value<String> {
        self.value(None, |text| Ok(text.to_owned()))
    }

    pub(super) fn bool(&self, default: Option<bool>) -> Value<bool> {
        self.value(default, |text| text.parse().map_err(|_| format!("{text} is neither true nor false")))
    }

    pub(super) fn number<T: Clone + PartialEq>(&self, default: Option<i64>, unit: impl Fn(i64) -> T) -> Value<T> {
        let read = |text: &str| {
            let digits = text.strip_suffix(".0").unwrap_or(text);
            digits.parse().map(&unit).map_err(|_| format!("{text} is not a whole number"))
        };
        self.value(default.map(&unit), read)
    }

    /// What it points at: the address of a block, or the text as it is written.
    pub(super) fn target(&self) -> Value<String> {
        let value = match &self.term.shape {
            Shape::Null => Value::absent(),
            Shape::Reference(reference) => {
                Value::derived(reference.parts.get(1).or(reference.parts.first()).cloned().unwrap_or_default())
            }
            _ => match self.term.written() {
                Some(text) => Value::derived(text),
                None => Value::unknown(self.term.doubt(), self.span),
            },
        };
        Value { span: if value.is_absent() { None } else { self.span }, ..value }
    }

    /// Its value, each possible text read by `read`.
    pub(super) fn value<T: Clone + PartialEq>(
        &self,
        default: Option<T>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Value<T> {
        if self.is_null() {
            return default.map_or_else(Value::absent, Value::default_of);
        }
        let mut found: Vec<T> = Vec::new();
        for term in self.term.possible() {
            let value = match (&term.shape, &default) {
                (Shape::Null, Some(default)) => Ok(default.clone()),
                (Shape::Null, None) => Err("whether it is set depends on a condition".to_owned()),
                (Shape::Scalar(text), _) => read(text),
                _ => Err(term.doubt()),
            };
            match value {
                Ok(value) if found.contains(&value) => {}
                Ok(value) => found.push(value),
                Err(reason) => return self.placed(State::Unknown(reason.into()), self.span),
            }
        }
        let is_single = self.term.possible().len() == 1;
        let state = match found.len() {
            1 => State::Known(found.remove(0)),
            _ => State::OneOf(found.into()),
        };
        self.placed(state, if is_single { self.term.span.or(self.span) } else { self.span })
    }

    fn placed<T>(&self, state: State<T>, span: Option<Span>) -> Value<T> {
        let is_elsewhere = match (span, self.span) {
            (Some(value), Some(own)) => value.source != own.source || value.start < own.start || value.end > own.end,
            _ => false,
        };
        Value { state, span, origin: if is_elsewhere { Origin::Inherited } else { Origin::Written } }
    }
}
