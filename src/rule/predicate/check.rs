//! A parsed expression against the fact table: names, types, units, arity.
//!
//! Everything that is wrong is reported, not only the first thing; what is wrong has the
//! type [`Type::Wrong`], which fits everything, so that one slip is reported once.

use std::ops::Range;

use crate::facts::{FieldInfo, Kind, Unit};
use crate::nearest::nearest;

use super::code::{Code, Operation, Order};
use super::parse::{self, Node, Operator, Tree, Word};
use super::path::{FieldPath, Root};
use super::types::{Type, joined_units, product_unit, quotient_unit, unit_words};
use super::{Fault, Names};

/// A checked expression.
pub(super) struct Checked {
    pub(super) code: Code,
    pub(super) ty: Type,
    /// The first field of the subject that is read.
    pub(super) first: Option<FieldPath>,
    /// Positions of the parameters that are read, sorted, each once.
    pub(super) used_params: Vec<usize>,
}

/// Words that CEL keeps for itself; they may stand after a dot only.
pub(super) const RESERVED: &[&str] = &[
    "as",
    "break",
    "const",
    "continue",
    "else",
    "for",
    "function",
    "if",
    "import",
    "let",
    "loop",
    "namespace",
    "package",
    "return",
    "var",
    "void",
    "while",
];

/// Checks an expression; `wanted` is the type it must have, any when `None`.
pub(super) fn check(text: &str, names: Names<'_>, wanted: Option<Type>) -> Result<Checked, Vec<Fault>> {
    let tree = parse::parse(text).map_err(|fault| vec![fault])?;
    let mut checker =
        Checker { text, names, variables: Vec::new(), faults: Vec::new(), first: None, used_params: Vec::new() };
    let (ty, code) = checker.expression(&tree);
    if let Some(wanted) = wanted {
        checker.want(ty, wanted, &tree, "the rule asks whether it");
    }
    if !checker.faults.is_empty() {
        return Err(checker.faults);
    }
    let mut used_params = checker.used_params;
    used_params.sort_unstable();
    used_params.dedup();
    Ok(Checked { code, ty, first: checker.first.map(|(_, path)| path), used_params })
}

pub(super) struct Checker<'a> {
    text: &'a str,
    pub(super) names: Names<'a>,
    /// Variables of the loops around, outermost first.
    pub(super) variables: Vec<(String, Type)>,
    pub(super) faults: Vec<Fault>,
    /// Where the first field that is read begins, and its path.
    first: Option<(usize, FieldPath)>,
    used_params: Vec<usize>,
}

pub(super) type Typed = (Type, Code);

/// What stands for code that is wrong and never evaluated.
pub(super) const NOTHING: Code = Code::Bool(false);

impl Checker<'_> {
    pub(super) fn wrong(&mut self, fault: Fault) -> Typed {
        self.faults.push(fault);
        (Type::Wrong, NOTHING)
    }

    fn written(&self, range: &Range<usize>) -> Box<str> {
        self.text[range.clone()].into()
    }

    pub(super) fn expression(&mut self, tree: &Tree) -> Typed {
        match &tree.node {
            Node::Int(value) => (Type::Int(None), Code::Int(*value)),
            Node::Text(text) => (Type::Text, Code::Text(text.as_str().into())),
            Node::Bool(value) => (Type::Bool, Code::Bool(*value)),
            Node::List(items) => self.list(items),
            Node::Name(name) => self.name(name, &tree.range),
            Node::Field { of, name } => self.field(of, name, &tree.range),
            Node::Call { of, name, arguments } => self.call(of.as_deref(), name, arguments, &tree.range),
            Node::Not(of) => (Type::Bool, Code::Not(Box::new(self.condition(of)))),
            Node::Negate(of) => {
                let (ty, code) = self.expression(of);
                self.want_number(ty, of, "-");
                let sides = Box::new([Code::Int(0), code]);
                (ty, Code::Arithmetic { operation: Operation::Subtract, sides, written: self.written(&tree.range) })
            }
            Node::And(terms) => (Type::Bool, Code::And(terms.iter().map(|term| self.condition(term)).collect())),
            Node::Or(terms) => (Type::Bool, Code::Or(terms.iter().map(|term| self.condition(term)).collect())),
            Node::Binary { operator, place, sides } => self.binary(*operator, place, sides, &tree.range),
            Node::Choose(parts) => self.choose(parts),
        }
    }

    /// Reports a value of another type than is wanted.
    fn want(&mut self, ty: Type, wanted: Type, tree: &Tree, who: &str) {
        if ty.joined(wanted).is_some() {
            return;
        }
        let verb = if wanted == Type::Bool { "is" } else { "needs" };
        let fault = Fault::new(tree.range.clone(), format!("{who} {verb} {}, this is {}", wanted.words(), ty.words()));
        self.faults.push(match ty {
            Type::Fact(_) if wanted == Type::Bool => {
                let written = self.written(&tree.range);
                fault.help(format!("`has({written})` asks whether it is there"))
            }
            _ => fault,
        });
    }

    pub(super) fn condition(&mut self, tree: &Tree) -> Code {
        let (ty, code) = self.expression(tree);
        self.want(ty, Type::Bool, tree, "a condition");
        code
    }

    fn want_number(&mut self, ty: Type, tree: &Tree, sign: &str) {
        if !matches!(ty, Type::Int(_) | Type::Wrong) {
            let message = format!("`{sign}` needs numbers, this is {}", ty.words());
            self.faults.push(Fault::new(tree.range.clone(), message));
        }
    }

    fn list(&mut self, items: &[Tree]) -> Typed {
        let mut common = Type::Wrong;
        let mut codes = Vec::with_capacity(items.len());
        for item in items {
            let (ty, code) = self.expression(item);
            codes.push(code);
            if ty.as_item().is_none() {
                let message = format!("a written list holds numbers, texts or truth values, this is {}", ty.words());
                self.faults.push(Fault::new(item.range.clone(), message));
                continue;
            }
            match common.joined(ty) {
                Some(joined) => common = joined,
                None => {
                    let message = format!("this is {}, the items before are {}", ty.words(), common.words());
                    self.faults.push(Fault::new(item.range.clone(), message));
                }
            }
        }
        let item = common.as_item().expect("only types of items were joined");
        (Type::List(item), Code::List(codes.into()))
    }

    fn name(&mut self, name: &str, range: &Range<usize>) -> Typed {
        if let Some(at) = self.variables.iter().rposition(|(known, _)| known == name) {
            let (hops, ty) = (self.variables.len() - 1 - at, self.variables[at].1);
            return match ty {
                Type::Fact(_) => (ty, Code::Path(self.bare(Root::Variable(hops), range))),
                _ => (ty, Code::Variable(hops)),
            };
        }
        let kind = self.names.kind;
        if name == kind.name() {
            return (Type::Fact(kind), Code::Path(self.bare(Root::Subject, range)));
        }
        let fault = Fault::new(range.clone(), format!("there is no `{name}` here"));
        self.wrong(match name {
            "params" => fault.help("name one parameter: `params.limit`"),
            _ if RESERVED.contains(&name) => {
                let message = format!("`{name}` is a reserved word of CEL");
                Fault { message, ..fault }.help(format!("the fact is called `{}`", kind.name()))
            }
            _ => fault.help(self.meant_name(name)),
        })
    }

    fn meant_name(&self, name: &str) -> String {
        let kind = self.names.kind;
        let own = self.variables.iter().map(|(known, _)| known.as_str());
        if let Some(meant) = nearest(name, own.chain([kind.name(), "params"])) {
            return format!("did you mean `{meant}`?");
        }
        if self.names.params.get(name).is_some() {
            return format!("did you mean `params.{name}`?");
        }
        if kind.fields().iter().any(|field| field.name == name) {
            return format!("did you mean `{}.{name}`?", kind.name());
        }
        format!("a rule for `{0}` sees `{0}`, its links, and `params`", kind.name())
    }

    fn bare(&self, root: Root, range: &Range<usize>) -> FieldPath {
        FieldPath { root, steps: Box::default(), written: self.written(range), ty: None }
    }

    fn field(&mut self, of: &Tree, name: &Word, range: &Range<usize>) -> Typed {
        let is_params = matches!(&of.node, Node::Name(root) if root == "params");
        if is_params && !self.variables.iter().any(|(known, _)| known == "params") {
            return self.param(name);
        }
        let (ty, code) = self.expression(of);
        let (Type::Fact(kind), Code::Path(path)) = (ty, code) else {
            return self.no_fields(ty, of, name);
        };
        let Some(index) = kind.fields().iter().position(|field| field.name == name.text) else {
            let fault = Fault::new(name.range.clone(), format!("{} has no field `{}`", kind.name(), name.text));
            return self.wrong(fault.help(meant_field(kind, &name.text)));
        };
        let ty = kind.fields()[index].ty;
        let steps = path.steps.iter().copied().chain([index]).collect();
        let path = FieldPath { root: path.root, steps, written: self.written(range), ty: Some(ty) };
        // `a.b` of `a.b.c` comes first and begins at the same place; the longer path is the one that is read.
        if path.root == Root::Subject && self.first.as_ref().is_none_or(|(start, _)| *start == range.start) {
            self.first = Some((range.start, path.clone()));
        }
        (Type::of_field(ty), Code::Path(path))
    }

    fn no_fields(&mut self, ty: Type, of: &Tree, name: &Word) -> Typed {
        if ty == Type::Wrong {
            return (ty, NOTHING);
        }
        let fault = Fault::new(name.range.clone(), format!("{} has no fields", ty.words()));
        let written = self.written(&of.range);
        self.wrong(match ty {
            Type::List(_) => {
                fault.help(format!("ask about its items: `{written}.exists(item, item.{} ...)`", name.text))
            }
            _ => fault,
        })
    }

    fn param(&mut self, name: &Word) -> Typed {
        let params = self.names.params;
        let Some(at) = params.position(&name.text) else {
            let fault = Fault::new(name.range.clone(), format!("the rule has no parameter `{}`", name.text));
            let help = match nearest(&name.text, params.iter().map(|(known, _)| known)) {
                Some(meant) => format!("did you mean `params.{meant}`?"),
                None => format!("declare it: `params.{} = ...`", name.text),
            };
            return self.wrong(fault.help(help));
        };
        self.used_params.push(at);
        (Type::of_param(params.at(at)), Code::Param(at))
    }

    fn choose(&mut self, parts: &[Tree; 3]) -> Typed {
        let condition = self.condition(&parts[0]);
        let (then_type, then) = self.expression(&parts[1]);
        let (else_type, otherwise) = self.expression(&parts[2]);
        let Some(ty) = then_type.joined(else_type) else {
            let message = format!("this is {}, the value before `:` is {}", else_type.words(), then_type.words());
            return self.wrong(Fault::new(parts[2].range.clone(), message));
        };
        (ty, Code::Choose(Box::new([condition, then, otherwise])))
    }

    fn binary(&mut self, operator: Operator, place: &Range<usize>, sides: &[Tree; 2], range: &Range<usize>) -> Typed {
        let order = |order| (Some(order), None);
        let operation = |operation| (None, Some(operation));
        let (order, operation) = match operator {
            Operator::Equal | Operator::Unequal => return self.equal(operator == Operator::Unequal, place, sides),
            Operator::In => return self.contained(sides),
            Operator::Less => order(Order::Less),
            Operator::LessOrEqual => order(Order::LessOrEqual),
            Operator::Greater => order(Order::Greater),
            Operator::GreaterOrEqual => order(Order::GreaterOrEqual),
            Operator::Add => operation(Operation::Add),
            Operator::Subtract => operation(Operation::Subtract),
            Operator::Multiply => operation(Operation::Multiply),
            Operator::Divide => operation(Operation::Divide),
            Operator::Remainder => operation(Operation::Remainder),
        };
        let sign = self.written(place);
        let (left_type, left) = self.expression(&sides[0]);
        let (right_type, right) = self.expression(&sides[1]);
        if matches!((left_type, right_type), (Type::Text | Type::Word(_), Type::Text | Type::Word(_))) {
            let message = format!("texts have no order and no sum, `{sign}` needs numbers");
            let fault = Fault::new(place.clone(), message);
            return self.wrong(fault.help("versions and dates are compared by fields that count: levels, days"));
        }
        self.want_number(left_type, &sides[0], &sign);
        self.want_number(right_type, &sides[1], &sign);
        let (Type::Int(a), Type::Int(b)) = (left_type, right_type) else { return (Type::Wrong, NOTHING) };
        let sides = Box::new([left, right]);
        if let Some(order) = order {
            self.same_measure(a, b, place, "compares");
            return (Type::Bool, Code::Order { order, sides });
        }
        let operation = operation.expect("what is no order is an operation");
        let unit = match operation {
            Operation::Multiply => product_unit(a, b),
            Operation::Divide => quotient_unit(a, b),
            _ => self.same_measure(a, b, place, "takes together"),
        };
        (Type::Int(unit), Code::Arithmetic { operation, sides, written: self.written(range) })
    }

    fn same_measure(&mut self, a: Option<Unit>, b: Option<Unit>, place: &Range<usize>, verb: &str) -> Option<Unit> {
        if let Some(unit) = joined_units(a, b) {
            return unit;
        }
        let words = |unit: Option<Unit>| unit_words(unit.unwrap_or(Unit::Count));
        let message = format!("this {verb} {} with {}", words(a), words(b));
        let fault = Fault::new(place.clone(), message);
        let sizes = [Some(Unit::Bytes), Some(Unit::Mebibytes)];
        self.faults.push(if sizes.contains(&a) && sizes.contains(&b) {
            fault.help("divide the bytes by 1048576, or compare with a number")
        } else {
            fault
        });
        None
    }

    fn equal(&mut self, negated: bool, place: &Range<usize>, sides: &[Tree; 2]) -> Typed {
        let (a, left) = self.expression(&sides[0]);
        let (b, right) = self.expression(&sides[1]);
        if let (Type::Int(left), Type::Int(right)) = (a, b) {
            self.same_measure(left, right, place, "compares");
        } else if matches!(a, Type::List(_)) || matches!(b, Type::List(_)) {
            let fault = Fault::new(place.clone(), "lists cannot be compared as a whole");
            self.faults.push(fault.help("use `in`, `size`, `.exists(item, ...)` or `.all(item, ...)`"));
        } else if a.joined(b).is_none() {
            let message = format!("this compares {} with {}, they are never equal", a.words(), b.words());
            self.faults.push(Fault::new(place.clone(), message));
        }
        self.known_words(a, &sides[1]);
        self.known_words(b, &sides[0]);
        (Type::Bool, Code::Equal { negated, sides: Box::new([left, right]) })
    }

    /// Reports texts that a value with a closed list of words never has.
    fn known_words(&mut self, ty: Type, tree: &Tree) {
        let Type::Word(words) = ty else { return };
        match &tree.node {
            Node::Text(text) if !words.contains(&text.as_str()) => {
                let fault = Fault::new(tree.range.clone(), format!("`origin` is never '{text}'"));
                let help = match nearest(text, words.iter().copied()) {
                    Some(meant) => format!("did you mean '{meant}'?"),
                    None => format!("it is one of '{}'", words.join("', '")),
                };
                self.faults.push(fault.help(help));
            }
            Node::List(items) => items.iter().for_each(|item| self.known_words(ty, item)),
            _ => {}
        }
    }

    fn contained(&mut self, sides: &[Tree; 2]) -> Typed {
        let (item_type, item) = self.expression(&sides[0]);
        let (list_type, list) = self.expression(&sides[1]);
        match list_type.item() {
            None => {
                let fault =
                    Fault::new(sides[1].range.clone(), format!("`in` needs a list, this is {}", list_type.words()));
                let written = self.written(&sides[1].range);
                self.faults.push(if list_type.is_text() {
                    fault.help(format!("`{written}.contains(...)` looks inside a text"))
                } else {
                    fault
                });
            }
            Some(wanted) if item_type.joined(wanted).is_none() => {
                let message = format!("this is {}, the list holds {}", item_type.words(), wanted.words());
                self.faults.push(Fault::new(sides[0].range.clone(), message));
            }
            Some(_) => self.known_words(item_type, &sides[1]),
        }
        (Type::Bool, Code::In(Box::new([item, list])))
    }
}

fn meant_field(kind: Kind, name: &str) -> String {
    let names = || kind.fields().iter().map(|field: &FieldInfo| field.name);
    match nearest(name, names()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("{} has: {}", kind.name(), names().collect::<Vec<_>>().join(", ")),
    }
}
