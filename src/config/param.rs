//! The values that parameters of rules take.

use std::fmt;

use crate::syntax::{Kind, Node};

/// The value of a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParamValue {
    /// A whole number.
    Int(i64),
    /// Text.
    Text(String),
    /// True or false.
    Bool(bool),
    /// A list of texts.
    Texts(Vec<String>),
}

impl ParamValue {
    /// The value a TOML node holds; `None` for what no parameter can be: fractions, tables, mixed lists.
    pub fn from_node(node: Node<'_>) -> Option<Self> {
        match node.kind() {
            Kind::Int => node.int().map(Self::Int),
            Kind::Bool => node.bool().map(Self::Bool),
            Kind::Text => node.text().map(|text| Self::Text(text.to_owned())),
            Kind::List => {
                node.items().map(|item| item.text().map(str::to_owned)).collect::<Option<_>>().map(Self::Texts)
            }
            Kind::Null | Kind::Float | Kind::Map => None,
        }
    }

    /// The value that `text` writes, of the same type as this one: `--set RULE.PARAM=VALUE`. Lists are split at commas.
    pub fn read_like(&self, text: &str) -> Option<Self> {
        match self {
            Self::Int(_) => text.trim().parse().ok().map(Self::Int),
            Self::Bool(_) => text.trim().parse().ok().map(Self::Bool),
            Self::Text(_) => Some(Self::Text(text.to_owned())),
            Self::Texts(_) => {
                let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                Some(Self::Texts(items.map(str::to_owned).collect()))
            }
        }
    }

    /// The type in words: `a whole number`.
    pub fn type_words(&self) -> &'static str {
        match self {
            Self::Int(_) => "a whole number",
            Self::Text(_) => "a text",
            Self::Bool(_) => "true or false",
            Self::Texts(_) => "a list of texts",
        }
    }
}

impl fmt::Display for ParamValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(value) => write!(f, "{value}"),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Texts(items) => write!(f, "{items:?}"),
        }
    }
}
