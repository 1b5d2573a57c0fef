//! The types of expressions, and how they are called in messages.

use crate::config::ParamValue;
use crate::facts::{Kind, Type as FieldType, Unit};

/// The type of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Bool,
    /// A number; `None` for one that takes on the unit of what it meets: literals and parameters.
    Int(Option<Unit>),
    Text,
    /// What `origin` gives: one of these words.
    Word(&'static [&'static str]),
    Fact(Kind),
    List(Item),
    /// Already reported; it fits everything.
    Wrong,
}

/// The type of the items of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    Bool,
    Int(Option<Unit>),
    Text,
    Fact(Kind),
    /// Of the empty list.
    Any,
}

/// How a value is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A text, a truth value, a list of texts.
    Plain,
    /// A number with its unit.
    Number(Unit),
}

impl Type {
    pub(super) fn of_field(ty: FieldType) -> Self {
        match ty {
            FieldType::Bool => Self::Bool,
            FieldType::Int(unit) => Self::Int(Some(unit)),
            FieldType::Text => Self::Text,
            FieldType::Texts => Self::List(Item::Text),
            FieldType::Fact(kind) => Self::Fact(kind),
            FieldType::Facts(kind) => Self::List(Item::Fact(kind)),
        }
    }

    pub(super) fn of_param(value: &ParamValue) -> Self {
        match value {
            ParamValue::Int(_) => Self::Int(None),
            ParamValue::Text(_) => Self::Text,
            ParamValue::Bool(_) => Self::Bool,
            ParamValue::Texts(_) => Self::List(Item::Text),
        }
    }

    /// The type of a list's items; `None` for what is no list.
    pub(super) fn item(self) -> Option<Self> {
        match self {
            Self::List(Item::Bool) => Some(Self::Bool),
            Self::List(Item::Int(unit)) => Some(Self::Int(unit)),
            Self::List(Item::Text) => Some(Self::Text),
            Self::List(Item::Fact(kind)) => Some(Self::Fact(kind)),
            Self::List(Item::Any) | Self::Wrong => Some(Self::Wrong),
            _ => None,
        }
    }

    /// The type as the item of a written list; `None` for lists and facts.
    pub(super) fn as_item(self) -> Option<Item> {
        match self {
            Self::Bool => Some(Item::Bool),
            Self::Int(unit) => Some(Item::Int(unit)),
            Self::Text | Self::Word(_) => Some(Item::Text),
            Self::Wrong => Some(Item::Any),
            Self::Fact(_) | Self::List(_) => None,
        }
    }

    pub(super) fn is_text(self) -> bool {
        matches!(self, Self::Text | Self::Word(_) | Self::Wrong)
    }

    /// The type of something that is one of the two; `None` when they do not go together.
    pub(super) fn joined(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Wrong, ty) | (ty, Self::Wrong) => Some(ty),
            (Self::Int(a), Self::Int(b)) => joined_units(a, b).map(Self::Int),
            (Self::Text | Self::Word(_), Self::Text | Self::Word(_)) => Some(Self::Text),
            (Self::List(Item::Any), Self::List(item)) | (Self::List(item), Self::List(Item::Any)) => {
                Some(Self::List(item))
            }
            (a, b) => (a == b).then_some(a),
        }
    }

    /// How it prints; `None` for facts and lists of facts.
    pub(super) fn shape(self) -> Option<Shape> {
        match self {
            Self::Int(unit) => Some(Shape::Number(unit.unwrap_or(Unit::Count))),
            Self::Fact(_) | Self::List(Item::Fact(_)) => None,
            _ => Some(Shape::Plain),
        }
    }

    /// The type in words, with its article.
    pub(super) fn words(self) -> String {
        match self {
            Self::Bool => "true or false".to_owned(),
            Self::Int(None | Some(Unit::Count)) => "a number".to_owned(),
            Self::Int(Some(unit)) => format!("a number of {}", unit_words(unit)),
            Self::Text | Self::Word(_) => "a text".to_owned(),
            Self::Fact(kind) => format!("a fact ({})", kind.name()),
            Self::List(Item::Bool) => "a list of truth values".to_owned(),
            Self::List(Item::Int(_)) => "a list of numbers".to_owned(),
            Self::List(Item::Text) => "a list of texts".to_owned(),
            Self::List(Item::Fact(kind)) => format!("a list of facts ({})", kind.name()),
            Self::List(Item::Any) => "a list".to_owned(),
            Self::Wrong => "a value".to_owned(),
        }
    }
}

/// The unit of two numbers that are added or compared; `None` when they measure different things.
pub(super) fn joined_units(a: Option<Unit>, b: Option<Unit>) -> Option<Option<Unit>> {
    match (a, b) {
        (None, unit) | (unit, None) => Some(unit),
        (a, b) => (a == b).then_some(a),
    }
}

/// The unit of a product; seconds times MB have none.
pub(super) fn product_unit(a: Option<Unit>, b: Option<Unit>) -> Option<Unit> {
    match (a, b) {
        (None | Some(Unit::Count), unit) => unit.or(a),
        (unit, None | Some(Unit::Count)) => unit,
        _ => None,
    }
}

/// The unit of a quotient; a share has none.
pub(super) fn quotient_unit(a: Option<Unit>, b: Option<Unit>) -> Option<Unit> {
    match b {
        None | Some(Unit::Count) => a,
        _ => None,
    }
}

pub(super) fn unit_words(unit: Unit) -> &'static str {
    match unit {
        Unit::Count => "things",
        Unit::Seconds => "seconds",
        Unit::Mebibytes => "MB",
        Unit::Bytes => "bytes",
        Unit::Days => "days",
    }
}
