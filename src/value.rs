//! A value that may be unknown, with how and where it was set.
//!
//! Readers fill documented defaults and say so (`Origin::Default`); what cannot be
//! worked out without running something is `Unknown` with a reason, never guessed.

use crate::source::Span;

/// What is known of a value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum State<T> {
    /// This, certainly.
    Known(T),
    /// One of these, which one depends on what the repository does not tell. Never empty.
    OneOf(Box<[T]>),
    /// Nobody set it and no default applies.
    Absent,
    /// It cannot be known from the repository; the reason is a phrase such as
    /// `parameter Stage has no default`.
    Unknown(Box<str>),
}

/// How a value came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Written on the thing itself.
    Written,
    /// Written elsewhere and inherited: `Globals`, a provider block, a workspace root.
    Inherited,
    /// Written nowhere: the documented default of the tool or service.
    Default,
}

impl Origin {
    /// The word that rules compare with: `origin(lambda.timeout) == 'default'`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Inherited => "inherited",
            Self::Default => "default",
        }
    }
}

/// A value, its state, its origin and its place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Value<T> {
    /// What is known.
    pub state: State<T>,
    /// How it came to be.
    pub origin: Origin,
    /// Where it is written; `None` when it is written nowhere, and the fact's own place serves.
    pub span: Option<Span>,
}

impl<T> Default for Value<T> {
    fn default() -> Self {
        Self::absent()
    }
}

impl<T> Value<T> {
    /// A value written on the thing itself.
    pub fn written(value: T, span: Span) -> Self {
        Self { state: State::Known(value), origin: Origin::Written, span: Some(span) }
    }

    /// A value that follows from others and stands nowhere.
    pub fn derived(value: T) -> Self {
        Self { state: State::Known(value), origin: Origin::Written, span: None }
    }

    /// The documented default of the tool or service.
    pub fn default_of(value: T) -> Self {
        Self { state: State::Known(value), origin: Origin::Default, span: None }
    }

    /// Nobody set it.
    pub fn absent() -> Self {
        Self { state: State::Absent, origin: Origin::Written, span: None }
    }

    /// It cannot be known, for this reason.
    pub fn unknown(reason: impl Into<String>, span: Option<Span>) -> Self {
        Self { state: State::Unknown(reason.into().into()), origin: Origin::Written, span }
    }

    /// One of several; a single one is known.
    pub fn one_of(mut values: Vec<T>, span: Option<Span>) -> Self {
        let state = match values.len() {
            0 => State::Absent,
            1 => State::Known(values.remove(0)),
            _ => State::OneOf(values.into()),
        };
        Self { state, origin: Origin::Written, span }
    }

    /// The same value, inherited.
    #[must_use]
    pub fn inherited(mut self) -> Self {
        self.origin = Origin::Inherited;
        self
    }

    /// The value, when it is known.
    pub fn known(&self) -> Option<&T> {
        match &self.state {
            State::Known(value) => Some(value),
            _ => None,
        }
    }

    /// All values it may have; empty when absent or unknown.
    pub fn possible(&self) -> &[T] {
        match &self.state {
            State::Known(value) => std::slice::from_ref(value),
            State::OneOf(values) => values,
            State::Absent | State::Unknown(_) => &[],
        }
    }

    /// Whether nobody set it.
    pub fn is_absent(&self) -> bool {
        matches!(self.state, State::Absent)
    }

    /// Whether somebody wrote it, here or where it is inherited from.
    pub fn is_written(&self) -> bool {
        !self.is_absent() && self.origin != Origin::Default
    }

    /// The same value with each possible one changed; what `change` refuses makes it unknown.
    pub fn try_map<U>(self, change: impl Fn(T) -> Result<U, String>) -> Value<U> {
        let refused = |reason: String| State::Unknown(reason.into());
        let state = match self.state {
            State::Known(value) => change(value).map_or_else(refused, State::Known),
            State::OneOf(values) => {
                values.into_iter().map(change).collect::<Result<_, _>>().map_or_else(refused, State::OneOf)
            }
            State::Absent => State::Absent,
            State::Unknown(reason) => State::Unknown(reason),
        };
        Value { state, origin: self.origin, span: self.span }
    }

    /// This value, or `other` when this one is absent.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if self.is_absent() { other } else { self }
    }
}
