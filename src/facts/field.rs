//! The types of fields: what rules may compare, and the units that messages print.

use crate::facts::{FactRef, FactType, Kind, Link, Offsets};
use crate::source::{Carry, Span};
use crate::value::{Origin, State, Value};

/// The type of a field, as predicates are checked against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// True or false.
    Bool,
    /// A whole number with its unit.
    Int(Unit),
    /// Text.
    Text,
    /// A list of texts.
    Texts,
    /// A linked fact.
    Fact(Kind),
    /// A list of linked facts.
    Facts(Kind),
}

/// What a number counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Things; printed bare.
    Count,
    /// Seconds; printed `60 s`.
    Seconds,
    /// Mebibytes (1,048,576 bytes), which Lambda calls MB; printed `512 MB`.
    Mebibytes,
    /// Bytes; printed `52.4 MB` in powers of ten.
    Bytes,
    /// Days; printed `37 days`.
    Days,
}

/// One line of a fact's table.
#[derive(Debug, Clone, Copy)]
pub struct FieldInfo {
    /// The name rules use.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
    /// What it holds, for rule authors.
    pub doc: &'static str,
}

/// A field's value as the engine sees it.
#[derive(Debug, Clone)]
pub struct FieldRef<'a> {
    /// What is known.
    pub state: FieldState<'a>,
    /// How it was set.
    pub origin: Origin,
    /// Where it is written, if it has a place of its own.
    pub span: Option<Span>,
}

/// [`State`] without the type.
#[derive(Debug, Clone)]
pub enum FieldState<'a> {
    /// This.
    Known(Datum<'a>),
    /// One of these.
    OneOf(Vec<Datum<'a>>),
    /// Not set.
    Absent,
    /// Not to be known, for this reason.
    Unknown(&'a str),
}

/// A value of any field type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Datum<'a> {
    /// True or false.
    Bool(bool),
    /// A number.
    Int(i64),
    /// Text.
    Text(&'a str),
    /// A list of texts.
    Texts(&'a [String]),
    /// A linked fact.
    Fact(FactRef),
    /// Linked facts.
    Facts(Vec<FactRef>),
}

/// What can be a field.
pub trait FieldValue {
    /// Its type in rules.
    const TYPE: Type;

    /// Its value for the engine.
    fn get(&self) -> FieldRef<'_>;

    /// Moves links; nothing for all else.
    fn shift(&mut self, _by: &Offsets) {}

    /// Moves its place; nothing for what has none.
    fn carry(&mut self, _to: Carry) {}
}

/// What can be inside a [`Value`].
pub trait ScalarValue {
    /// Its type in rules.
    const TYPE: Type;

    /// Its value for the engine.
    fn datum(&self) -> Datum<'_>;
}

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident: $unit:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub i64);

        impl ScalarValue for $name {
            const TYPE: Type = Type::Int(Unit::$unit);

            fn datum(&self) -> Datum<'_> {
                Datum::Int(self.0)
            }
        }
    )*};
}

numbers! {
    /// A number of things.
    Count: Count;
    /// A duration in seconds.
    Seconds: Seconds;
    /// A size in mebibytes (1,048,576 bytes).
    Mebibytes: Mebibytes;
    /// A size in bytes.
    Bytes: Bytes;
    /// A number of days.
    Days: Days;
}

impl Bytes {
    /// A size as it is counted; what is beyond the largest number stays there.
    pub fn of(count: u64) -> Self {
        Self(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

impl ScalarValue for String {
    const TYPE: Type = Type::Text;

    fn datum(&self) -> Datum<'_> {
        Datum::Text(self)
    }
}

/// A short text: up to 24 bytes of it are kept in place, which are most names and versions.
pub type Text = compact_str::CompactString;

impl ScalarValue for Text {
    const TYPE: Type = Type::Text;

    fn datum(&self) -> Datum<'_> {
        Datum::Text(self)
    }
}

impl ScalarValue for bool {
    const TYPE: Type = Type::Bool;

    fn datum(&self) -> Datum<'_> {
        Datum::Bool(*self)
    }
}

impl ScalarValue for Vec<String> {
    const TYPE: Type = Type::Texts;

    fn datum(&self) -> Datum<'_> {
        Datum::Texts(self)
    }
}

impl ScalarValue for &'static str {
    const TYPE: Type = Type::Text;

    fn datum(&self) -> Datum<'_> {
        Datum::Text(self)
    }
}

/// A plain scalar is always known and written, with the place of its fact.
impl<T: ScalarValue> FieldValue for T {
    const TYPE: Type = <T as ScalarValue>::TYPE;

    fn get(&self) -> FieldRef<'_> {
        FieldRef { state: FieldState::Known(self.datum()), origin: Origin::Written, span: None }
    }
}

/// A scalar that is known or absent, with the place of its fact.
impl<T: ScalarValue> FieldValue for Option<T> {
    const TYPE: Type = T::TYPE;

    fn get(&self) -> FieldRef<'_> {
        let state = self.as_ref().map_or(FieldState::Absent, |value| FieldState::Known(value.datum()));
        FieldRef { state, origin: Origin::Written, span: None }
    }
}

impl<T: ScalarValue> FieldValue for Value<T> {
    const TYPE: Type = T::TYPE;

    fn get(&self) -> FieldRef<'_> {
        let state = match &self.state {
            State::Known(value) => FieldState::Known(value.datum()),
            State::OneOf(values) => FieldState::OneOf(values.iter().map(T::datum).collect()),
            State::Absent => FieldState::Absent,
            State::Unknown(reason) => FieldState::Unknown(reason),
        };
        FieldRef { state, origin: self.origin, span: self.span }
    }

    fn carry(&mut self, to: Carry) {
        self.span = self.span.map(|span| to.span(span));
    }
}

impl<T: FactType> FieldValue for Link<T> {
    const TYPE: Type = Type::Fact(T::KIND);

    fn get(&self) -> FieldRef<'_> {
        FieldRef { state: FieldState::Known(Datum::Fact((*self).into())), origin: Origin::Written, span: None }
    }

    fn shift(&mut self, by: &Offsets) {
        *self = Self::new(self.index() + by.of(T::KIND));
    }
}

impl<T: FactType> FieldValue for Option<Link<T>> {
    const TYPE: Type = Type::Fact(T::KIND);

    fn get(&self) -> FieldRef<'_> {
        let state = self.map_or(FieldState::Absent, |link| FieldState::Known(Datum::Fact(link.into())));
        FieldRef { state, origin: Origin::Written, span: None }
    }

    fn shift(&mut self, by: &Offsets) {
        if let Some(link) = self {
            link.shift(by);
        }
    }
}

impl<T: FactType> FieldValue for Vec<Link<T>> {
    const TYPE: Type = Type::Facts(T::KIND);

    fn get(&self) -> FieldRef<'_> {
        let facts = self.iter().map(|link| (*link).into()).collect();
        FieldRef { state: FieldState::Known(Datum::Facts(facts)), origin: Origin::Written, span: None }
    }

    fn shift(&mut self, by: &Offsets) {
        for link in self {
            link.shift(by);
        }
    }
}
