//! Calls: which functions there are, on what, with how many arguments.

use std::ops::Range;

use regex::RegexBuilder;

use crate::nearest::nearest;

use super::Fault;
use super::check::{Checker, NOTHING, RESERVED, Typed};
use super::code::{Code, Part};
use super::parse::{Node, Tree, Word};
use super::path::FieldPath;
use super::types::Type;

/// The functions of the language and how each is called.
const FUNCTIONS: &[(&str, &str)] = &[
    ("has", "has(x.field)"),
    ("origin", "origin(x.field)"),
    ("size", "size(list)"),
    ("startsWith", "text.startsWith('a')"),
    ("endsWith", "text.endsWith('a')"),
    ("contains", "text.contains('a')"),
    ("matches", "text.matches(r'^a+$')"),
    ("exists", "list.exists(item, item == 'a')"),
    ("all", "list.all(item, item == 'a')"),
];

/// The words `origin` gives.
pub(super) const ORIGINS: &[&str] = &["written", "inherited", "default", "absent"];

/// CEL's functions that are left out on purpose.
const LEFT_OUT: &[&str] = &[
    "map",
    "filter",
    "exists_one",
    "int",
    "uint",
    "double",
    "string",
    "bool",
    "bytes",
    "type",
    "dyn",
    "duration",
    "timestamp",
    "max",
    "min",
];

/// A compiled pattern may take this many bytes.
const PATTERN_LIMIT: usize = 1 << 20;

impl Checker<'_> {
    pub(super) fn call(&mut self, of: Option<&Tree>, name: &Word, arguments: &[Tree], range: &Range<usize>) -> Typed {
        let wrong_use = |checker: &mut Self, usage: &str| {
            let fault = Fault::new(range.clone(), format!("`{}` is not called like this", name.text));
            checker.wrong(fault.help(format!("write `{usage}`")))
        };
        let Some((_, usage)) = FUNCTIONS.iter().find(|(known, _)| *known == name.text) else {
            return self.unknown_function(name);
        };
        match (name.text.as_str(), of, arguments) {
            ("has", None, [field]) => match self.field_argument("has", field) {
                Some(path) => (Type::Bool, Code::Has(path)),
                None => (Type::Wrong, NOTHING),
            },
            ("origin", None, [field]) => match self.field_argument("origin", field) {
                Some(path) => (Type::Word(ORIGINS), Code::Origin(path)),
                None => (Type::Wrong, NOTHING),
            },
            ("size", Some(of), []) | ("size", None, [of]) => self.size(of),
            ("startsWith", Some(of), [argument]) => self.part(Part::Start, of, argument, &name.text),
            ("endsWith", Some(of), [argument]) => self.part(Part::End, of, argument, &name.text),
            ("contains", Some(of), [argument]) => self.part(Part::Anywhere, of, argument, &name.text),
            ("matches", Some(of), [pattern]) => self.matches(of, pattern),
            ("exists", Some(of), [variable, body]) => self.each(false, of, variable, body),
            ("all", Some(of), [variable, body]) => self.each(true, of, variable, body),
            _ => wrong_use(self, usage),
        }
    }

    fn unknown_function(&mut self, name: &Word) -> Typed {
        let fault = Fault::new(name.range.clone(), format!("there is no function `{}`", name.text));
        let known = || FUNCTIONS.iter().map(|(known, _)| *known);
        let help = if LEFT_OUT.contains(&name.text.as_str()) {
            format!("of CEL only a part is supported: {}", known().collect::<Vec<_>>().join(", "))
        } else if let Some(meant) = nearest(&name.text, known()) {
            format!("did you mean `{meant}`?")
        } else {
            format!("there are: {}", known().collect::<Vec<_>>().join(", "))
        };
        self.wrong(fault.help(help))
    }

    /// The argument of `has` and `origin`: a field, not a value.
    fn field_argument(&mut self, function: &str, tree: &Tree) -> Option<FieldPath> {
        let (ty, code) = self.expression(tree);
        match code {
            Code::Path(path) if !path.steps.is_empty() => Some(path),
            _ if ty == Type::Wrong => None,
            _ => {
                let fault = Fault::new(tree.range.clone(), format!("`{function}` asks about a field, this is none"));
                self.wrong(fault.help(format!("write `{function}({}.name)`", self.names.kind.name())));
                None
            }
        }
    }

    fn size(&mut self, of: &Tree) -> Typed {
        let (ty, code) = self.expression(of);
        if !ty.is_text() && ty.item().is_none() {
            let message = format!("`size` needs a list or a text, this is {}", ty.words());
            return self.wrong(Fault::new(of.range.clone(), message));
        }
        (Type::Int(None), Code::Size(Box::new(code)))
    }

    fn text(&mut self, tree: &Tree, who: &str) -> Code {
        let (ty, code) = self.expression(tree);
        if !ty.is_text() {
            let fault = Fault::new(tree.range.clone(), format!("`{who}` needs a text, this is {}", ty.words()));
            self.faults.push(match ty.item() {
                Some(_) if who == "contains" => fault.help("write `'a' in list`"),
                _ => fault,
            });
        }
        code
    }

    fn part(&mut self, part: Part, of: &Tree, argument: &Tree, who: &str) -> Typed {
        let sides = Box::new([self.text(of, who), self.text(argument, who)]);
        (Type::Bool, Code::Part { part, sides })
    }

    fn matches(&mut self, of: &Tree, pattern: &Tree) -> Typed {
        let text = Box::new(self.text(of, "matches"));
        let Node::Text(written) = &pattern.node else {
            let fault = Fault::new(pattern.range.clone(), "the pattern is not a written text");
            return self.wrong(fault.help("write it out, it is compiled once: `.matches(r'^v[0-9]+$')`"));
        };
        match RegexBuilder::new(written).size_limit(PATTERN_LIMIT).build() {
            Ok(pattern) => (Type::Bool, Code::Matches { text, pattern: Box::new(pattern) }),
            Err(error) => {
                let error = error.to_string();
                let reason = error.rsplit("error: ").next().unwrap_or(&error).trim();
                self.wrong(Fault::new(pattern.range.clone(), format!("the pattern cannot be used: {reason}")))
            }
        }
    }

    fn each(&mut self, every: bool, of: &Tree, variable: &Tree, body: &Tree) -> Typed {
        let (ty, list) = self.expression(of);
        let Some(item) = ty.item() else {
            let message = format!("`{}` needs a list, this is {}", if every { "all" } else { "exists" }, ty.words());
            return self.wrong(Fault::new(of.range.clone(), message));
        };
        let Node::Name(name) = &variable.node else {
            let fault = Fault::new(variable.range.clone(), "here stands the name that each item gets");
            return self.wrong(fault.help("write `list.exists(item, item == 'a')`"));
        };
        if RESERVED.contains(&name.as_str()) {
            let message = format!("`{name}` is a reserved word of CEL");
            self.faults.push(Fault::new(variable.range.clone(), message).help("take another name"));
        } else if name == self.names.kind.name() || name == "params" || self.variables.iter().any(|(n, _)| n == name) {
            let message = format!("`{name}` already has a meaning here");
            self.faults.push(Fault::new(variable.range.clone(), message).help("take another name"));
        }
        self.variables.push((name.clone(), item));
        let body = self.condition(body);
        self.variables.pop();
        (Type::Bool, Code::Loop { every, list: Box::new(list), body: Box::new(body) })
    }
}
