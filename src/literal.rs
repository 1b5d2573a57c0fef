//! What an expression of source code shows without running it: literals, names, and calls of names.
//!
//! Both languages that programs of infrastructure are written in are read into this form, so that
//! what is asked of such a program is asked once.

use std::collections::BTreeMap;
use std::ops::Range;

/// Names that stand for other names deeper than this are not followed.
const DEPTH: usize = 8;

/// How much of an expression is quoted.
const QUOTED: usize = 60;

/// An expression and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    /// What it shows.
    pub literal: Literal,
    /// Its bytes in the source.
    pub place: Range<usize>,
}

/// What an expression shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// `null`, `undefined`, `None`.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
    /// A dotted name: `lambda.Runtime.PYTHON_3_12`.
    Name(String),
    /// A text that is put together of these.
    Joined(Vec<Expression>),
    /// A list.
    List(Vec<Expression>),
    /// A map.
    Map(Map),
    /// A call of a dotted name.
    Call(Box<Call>),
    /// Anything else, as it is written.
    Other(String),
}

/// The entries of a map in their order. One without a key is another map that is spread here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Map {
    /// Key with its bytes, and value.
    pub entries: Vec<(Option<Key>, Expression)>,
}

/// The key of a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its text.
    pub name: String,
    /// Its bytes in the source.
    pub place: Range<usize>,
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// What is called: `lambda.Function`; `.addMethod` for a method of what has no name.
    pub callee: String,
    /// Bytes of what is called.
    pub place: Range<usize>,
    /// Its positional arguments.
    pub arguments: Vec<Expression>,
    /// Its keyword arguments, in languages that have them.
    pub keywords: Map,
}

/// What is known of an entry of a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found<'s> {
    /// Nobody writes it.
    Absent,
    /// This.
    Value(&'s Expression),
    /// This is spread into the map and may write it.
    Hidden(&'s Expression),
}

/// What a module of such a program shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    /// What local names are imported as: `lambda` is `aws_cdk.aws_lambda`.
    pub imports: BTreeMap<String, String>,
    /// Modules that it imports, as written.
    pub modules: Vec<String>,
    /// Names that are bound once, and to what; also `this.handler` and `self.handler`.
    pub constants: BTreeMap<String, Expression>,
    /// The calls that were asked for, in the order of the text.
    pub calls: Vec<Call>,
    /// Whether it adds layers to functions that are made already.
    pub adds_layers: bool,
}

impl Script {
    /// The full name behind a dotted one: `lambda.Function` is `aws_cdk.aws_lambda.Function`.
    pub fn full_name(&self, dotted: &str) -> String {
        let (first, rest) = dotted.split_once('.').unwrap_or((dotted, ""));
        match (self.imports.get(first), rest) {
            (None, _) => dotted.to_owned(),
            (Some(module), "") => module.clone(),
            (Some(module), rest) => format!("{module}.{rest}"),
        }
    }

    /// What an expression comes to once names that are bound once are followed.
    pub fn settled<'s>(&'s self, expression: &'s Expression) -> &'s Expression {
        let mut settled = expression;
        for _ in 0..DEPTH {
            let Literal::Name(name) = &settled.literal else { break };
            match self.constants.get(name) {
                Some(next) => settled = next,
                None => break,
            }
        }
        settled
    }

    /// The last entry of a map whose key `is_meant`, through maps that are spread into it.
    pub fn find<'s>(&'s self, map: &'s Map, is_meant: &dyn Fn(&str) -> bool) -> Found<'s> {
        self.find_within(map, is_meant, DEPTH)
    }

    fn find_within<'s>(&'s self, map: &'s Map, is_meant: &dyn Fn(&str) -> bool, depth: usize) -> Found<'s> {
        for (key, value) in map.entries.iter().rev() {
            match key {
                Some(key) if is_meant(&key.name) => return Found::Value(value),
                Some(_) => {}
                None => match (&self.settled(value).literal, depth) {
                    (Literal::Map(_), 0) => return Found::Hidden(value),
                    (Literal::Map(spread), _) => match self.find_within(spread, is_meant, depth - 1) {
                        Found::Absent => {}
                        found => return found,
                    },
                    _ => return Found::Hidden(value),
                },
            }
        }
        Found::Absent
    }
}

impl Call {
    /// What a method is called on, and its name: `queue` and `addTarget`; nothing for what has no name.
    pub fn method(&self) -> (&str, &str) {
        self.callee.rsplit_once('.').unwrap_or(("", &self.callee))
    }
}

impl Expression {
    /// An expression that shows nothing but how it is written.
    pub fn other(written: &str, place: Range<usize>) -> Self {
        let line = written.lines().next().unwrap_or_default().trim();
        let quoted = line.char_indices().nth(QUOTED).map_or(line, |(end, _)| &line[..end]);
        let is_cut = quoted.len() < written.trim().len();
        let text = if is_cut { format!("{quoted}...") } else { quoted.to_owned() };
        Self { literal: Literal::Other(text), place }
    }

    /// Its text, for a literal one.
    pub fn text(&self) -> Option<&str> {
        match &self.literal {
            Literal::Text(text) => Some(text),
            _ => None,
        }
    }

    /// How it is written, where that is short enough to be told.
    pub fn written(&self) -> String {
        match &self.literal {
            Literal::Null => "nothing".to_owned(),
            Literal::Bool(value) => value.to_string(),
            Literal::Number(number) => number.to_string(),
            Literal::Text(text) | Literal::Name(text) | Literal::Other(text) => text.clone(),
            Literal::Call(call) => format!("{}(...)", call.callee),
            Literal::Joined(_) => "a text that is put together".to_owned(),
            Literal::List(_) => "a list".to_owned(),
            Literal::Map(_) => "a map".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expression(literal: Literal) -> Expression {
        Expression { literal, place: 0..0 }
    }

    fn map(entries: &[(Option<&str>, Literal)]) -> Map {
        let key = |name: &&str| Key { name: (*name).to_owned(), place: 0..0 };
        Map {
            entries: entries.iter().map(|(name, value)| (name.as_ref().map(key), expression(value.clone()))).collect(),
        }
    }

    #[test]
    fn the_last_entry_counts_through_spread_maps() {
        let name = |text: &str| Literal::Name(text.to_owned());
        let mut script = Script::default();
        let defaults = map(&[(Some("a"), Literal::Number(1)), (Some("b"), Literal::Number(2))]);
        script.constants.insert("defaults".to_owned(), expression(Literal::Map(defaults)));
        script.constants.insert("loop".to_owned(), expression(name("loop")));
        let known = map(&[(None, name("defaults")), (Some("a"), Literal::Number(3)), (Some("c"), name("loop"))]);
        let number = |map: &Map, key: &str| match script.find(map, &|name| name == key) {
            Found::Value(value) => script.settled(value).written(),
            Found::Hidden(by) => format!("hidden by {}", by.written()),
            Found::Absent => "absent".to_owned(),
        };
        assert_eq!(["a", "b", "c", "d"].map(|key| number(&known, key)), ["3", "2", "loop", "absent"]);
        let open = map(&[(Some("a"), Literal::Number(1)), (None, name("props"))]);
        assert_eq!(number(&open, "a"), "hidden by props");
    }
}
