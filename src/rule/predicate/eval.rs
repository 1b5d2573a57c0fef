//! Evaluation: checked code and a fact to yes, no or unknown.
//!
//! Truth has four shades inside: yes, no, *nothing* (an ordering or a text test with an
//! absent value: it is never a finding and never in doubt) and unknown. A value that is
//! one of several is tried with each of them. Nothing is allocated for plain fields.

use crate::config::ParamValue;
use crate::facts::{Datum, FactRef, FieldState};
use crate::source::Span;

use super::super::wording;
use super::code::Code;
use super::operand::{Cause, Operand, Possible, Why, equal, known, less_than_known, size};
use super::path::{FieldPath, Root, Walk};
use super::types::Type;
use super::{Answer, Doubt, Subject};

/// So many combinations of possible values are tried for one answer.
const COMBINATION_LIMIT: usize = 256;

/// So many items of lists are visited for one combination.
const ITEM_LIMIT: u32 = 100_000;

pub(super) fn answer<'a>(code: &'a Code, subject: Subject<'a>) -> Answer {
    let mut evaluation = Evaluation::new(subject);
    let (mut yes, mut no) = (false, false);
    let mut cause = None;
    for _ in 0..COMBINATION_LIMIT {
        match evaluation.operand(code, None) {
            Operand::Bool(true) => yes = true,
            Operand::Unknown(found) => cause = cause.or(Some(found)),
            _ => no = true,
        }
        if yes && no {
            return Answer::Unknown(evaluation.indecision());
        }
        if !evaluation.choose_next() {
            return match cause {
                Some(cause) => Answer::Unknown(evaluation.doubt(cause)),
                None if yes => Answer::Yes,
                None => Answer::No,
            };
        }
    }
    Answer::Unknown(evaluation.indecision())
}

pub(super) fn possible<'a>(code: &'a Code, subject: Subject<'a>) -> Possible<'a> {
    let mut evaluation = Evaluation::new(subject);
    let mut values = Vec::new();
    for _ in 0..COMBINATION_LIMIT {
        let value = evaluation.operand(code, None);
        if !values.contains(&value) {
            values.push(value);
        }
        if !evaluation.choose_next() {
            return Possible { values, more: false };
        }
    }
    Possible { values, more: true }
}

struct Evaluation<'a> {
    subject: Subject<'a>,
    /// The fields with several possible values that were met, and which value of each is tried.
    choices: Vec<Choice<'a>>,
    items_left: u32,
}

struct Choice<'a> {
    owner: FactRef,
    index: usize,
    path: &'a FieldPath,
    at: usize,
    count: usize,
}

/// The variable of a loop and of the loops around it.
struct Frame<'f, 'a> {
    value: Operand<'a>,
    outer: Option<&'f Self>,
}

type Scope<'f, 'a> = Option<&'f Frame<'f, 'a>>;

impl<'a> Evaluation<'a> {
    fn new(subject: Subject<'a>) -> Self {
        Self { subject, choices: Vec::new(), items_left: ITEM_LIMIT }
    }

    /// Moves to the next combination of possible values; false when all were tried.
    fn choose_next(&mut self) -> bool {
        self.items_left = ITEM_LIMIT;
        while let Some(last) = self.choices.last_mut() {
            last.at += 1;
            if last.at < last.count {
                return true;
            }
            self.choices.pop();
        }
        false
    }

    fn operand(&mut self, code: &'a Code, scope: Scope<'_, 'a>) -> Operand<'a> {
        match code {
            Code::Bool(value) => Operand::Bool(*value),
            Code::Int(value) => Operand::Int(*value),
            Code::Text(text) => Operand::Text(text),
            Code::Param(at) => match self.subject.params.at(*at) {
                ParamValue::Int(value) => Operand::Int(*value),
                ParamValue::Text(text) => Operand::Text(text),
                ParamValue::Bool(value) => Operand::Bool(*value),
                ParamValue::Texts(items) => Operand::Texts(items),
            },
            Code::Variable(hops) => variable(*hops, scope),
            Code::Path(path) => self.path(path, scope),
            Code::List(items) => Operand::List(items.iter().map(|item| self.operand(item, scope)).collect()),
            Code::Not(of) => match self.operand(of, scope) {
                Operand::Bool(value) => Operand::Bool(!value),
                other => other.or_nothing(),
            },
            Code::And(terms) => self.joined(terms, scope, true),
            Code::Or(terms) => self.joined(terms, scope, false),
            Code::Equal { negated, sides } => {
                let [left, right] = self.both(sides, scope);
                match equal(&left, &right) {
                    Operand::Bool(same) => Operand::Bool(same != *negated),
                    other => other,
                }
            }
            Code::Order { order, sides } => match self.ints(sides, scope) {
                Ok([left, right]) => Operand::Bool(order.holds(left, right)),
                Err(other) => other,
            },
            Code::In(sides) => self.contained(sides, scope),
            Code::Arithmetic { operation, sides, written } => match self.ints(sides, scope) {
                Ok([left, right]) => match operation.apply(left, right) {
                    Ok(value) => Operand::Int(value),
                    Err(why) => Operand::Unknown(Cause { written, why, span: None }),
                },
                Err(other) => other,
            },
            Code::Choose(parts) => match self.operand(&parts[0], scope) {
                Operand::Bool(true) => self.operand(&parts[1], scope),
                Operand::Bool(false) => self.operand(&parts[2], scope),
                other => other.or_nothing(),
            },
            Code::Has(path) => self.has(path, scope),
            Code::Origin(path) => self.origin(path, scope),
            Code::Size(of) => size(self.operand(of, scope)),
            Code::Part { part, sides } => match self.both(sides, scope) {
                [Operand::Text(text), Operand::Text(wanted)] => Operand::Bool(part.holds(text, wanted)),
                sides => less_than_known(sides),
            },
            Code::Matches { text, pattern } => match self.operand(text, scope) {
                Operand::Text(text) => Operand::Bool(pattern.is_match(text)),
                other => other.or_nothing(),
            },
            Code::Loop { every, list, body } => self.each(*every, list, body, scope),
        }
    }

    fn both(&mut self, sides: &'a [Code; 2], scope: Scope<'_, 'a>) -> [Operand<'a>; 2] {
        [self.operand(&sides[0], scope), self.operand(&sides[1], scope)]
    }

    fn ints(&mut self, sides: &'a [Code; 2], scope: Scope<'_, 'a>) -> Result<[i64; 2], Operand<'a>> {
        match self.both(sides, scope) {
            [Operand::Int(left), Operand::Int(right)] => Ok([left, right]),
            sides => Err(less_than_known(sides)),
        }
    }

    /// `&&` when `is_and`, else `||`: one term may decide, whatever the others are.
    fn joined(&mut self, terms: &'a [Code], scope: Scope<'_, 'a>, is_and: bool) -> Operand<'a> {
        let mut open = Open::new(is_and);
        for term in terms {
            if let Some(decided) = open.take(self.operand(term, scope)) {
                return decided;
            }
        }
        open.rest()
    }

    fn each(&mut self, every: bool, list: &'a Code, body: &'a Code, scope: Scope<'_, 'a>) -> Operand<'a> {
        let mut open = Open::new(every);
        let visited = self.visit(list, scope, &mut |evaluation, item| {
            let frame = Frame { value: item, outer: scope };
            open.take(evaluation.operand(body, Some(&frame)))
        });
        visited.unwrap_or_else(|| open.rest())
    }

    fn contained(&mut self, sides: &'a [Code; 2], scope: Scope<'_, 'a>) -> Operand<'a> {
        let wanted = self.operand(&sides[0], scope);
        if let Operand::Unknown(_) | Operand::Nothing = wanted {
            return wanted;
        }
        let mut open = Open::new(false);
        let visited = self.visit(&sides[1], scope, &mut |_, item| open.take(equal(&wanted, &item)));
        visited.unwrap_or_else(|| open.rest())
    }

    /// Shows each item of a list to `look` until it answers. The answer is the list's own state when it has no items to show.
    fn visit(
        &mut self,
        list: &'a Code,
        scope: Scope<'_, 'a>,
        look: &mut dyn FnMut(&mut Self, Operand<'a>) -> Option<Operand<'a>>,
    ) -> Option<Operand<'a>> {
        if let Code::List(items) = list {
            return items.iter().find_map(|item| {
                let item = self.operand(item, scope);
                look(self, item)
            });
        }
        let mut shown = |evaluation: &mut Self, item: Operand<'a>| {
            let Some(left) = evaluation.items_left.checked_sub(1) else {
                let written = written(list);
                return Some(Operand::Unknown(Cause { written, why: Why::TooManyItems, span: None }));
            };
            evaluation.items_left = left;
            look(evaluation, item)
        };
        match self.operand(list, scope) {
            Operand::Texts(items) => items.iter().find_map(|item| shown(self, Operand::Text(item))),
            Operand::Facts(items) => items.into_iter().find_map(|item| shown(self, Operand::Fact(item))),
            Operand::List(items) => items.into_iter().find_map(|item| shown(self, item)),
            other => Some(other.or_nothing()),
        }
    }

    fn walk(&self, path: &FieldPath, scope: Scope<'_, 'a>) -> Result<Walk<'a>, Operand<'a>> {
        let from = match path.root {
            Root::Subject => self.subject.fact,
            Root::Variable(hops) => match variable(hops, scope) {
                Operand::Fact(fact) => fact,
                other => return Err(other),
            },
        };
        Ok(path.walk(self.subject.facts, from))
    }

    fn path(&mut self, path: &'a FieldPath, scope: Scope<'_, 'a>) -> Operand<'a> {
        let (owner, index, field) = match self.walk(path, scope) {
            Ok(Walk::Field { owner, index, field }) => (owner, index, field),
            Ok(Walk::Fact(fact)) => return Operand::Fact(fact),
            Ok(Walk::Gap { .. }) => return Operand::Absent,
            Err(other) => return other,
        };
        match field.state {
            FieldState::Known(datum) => known(datum),
            FieldState::OneOf(values) => self.chosen(owner, index, path, values),
            FieldState::Absent => Operand::Absent,
            FieldState::Unknown(reason) => self.unknown(path, reason, owner, field.span),
        }
    }

    fn unknown(&self, path: &'a FieldPath, reason: &'a str, owner: FactRef, span: Option<Span>) -> Operand<'a> {
        let span = span.unwrap_or_else(|| self.subject.facts.fact(owner).header().span);
        Operand::Unknown(Cause { written: &path.written, why: Why::Said(reason), span: Some(span) })
    }

    /// The value that is tried at present of those a field may have: the same wherever the field is read.
    fn chosen(&mut self, owner: FactRef, index: usize, path: &'a FieldPath, values: Vec<Datum<'a>>) -> Operand<'a> {
        let met = self.choices.iter().find(|choice| choice.owner == owner && choice.index == index);
        let at = match met {
            Some(choice) => choice.at,
            None => {
                self.choices.push(Choice { owner, index, path, at: 0, count: values.len() });
                0
            }
        };
        values.into_iter().nth(at).map_or(Operand::Absent, known)
    }

    fn has(&self, path: &'a FieldPath, scope: Scope<'_, 'a>) -> Operand<'a> {
        match self.walk(path, scope) {
            Ok(Walk::Fact(_)) => Operand::Bool(true),
            Ok(Walk::Gap { .. }) => Operand::Bool(false),
            Ok(Walk::Field { owner, field, .. }) => match field.state {
                FieldState::Known(_) | FieldState::OneOf(_) => Operand::Bool(true),
                FieldState::Absent => Operand::Bool(false),
                FieldState::Unknown(reason) => self.unknown(path, reason, owner, field.span),
            },
            Err(other) => other,
        }
    }

    fn origin(&self, path: &'a FieldPath, scope: Scope<'_, 'a>) -> Operand<'a> {
        match self.walk(path, scope) {
            Ok(Walk::Fact(_)) => Operand::Text("written"),
            Ok(Walk::Gap { .. }) => Operand::Text("absent"),
            Ok(Walk::Field { owner, field, .. }) => match field.state {
                FieldState::Absent => Operand::Text("absent"),
                // What has a place is written there, even if its value depends on something else.
                FieldState::Unknown(reason) if field.span.is_none() => self.unknown(path, reason, owner, None),
                _ => Operand::Text(field.origin.word()),
            },
            Err(other) => other,
        }
    }

    fn doubt(&self, cause: Cause<'_>) -> Doubt {
        let reason = match cause.why {
            Why::Said(reason) => reason,
            Why::Overflow => "the number does not fit 64 bits",
            Why::DivisionByZero => "it divides by zero",
            Why::TooManyItems => "the lists have too many items to ask about each",
        };
        let span = cause.span.unwrap_or_else(|| self.subject.facts.fact(self.subject.fact).header().span);
        Doubt { field: cause.written.to_owned(), reason: reason.to_owned(), span }
    }

    /// The doubt when possible values do not agree, or are too many to try.
    fn indecision(&self) -> Doubt {
        let choice = self.choices.first().expect("answers differ only where a value was chosen");
        let owner = self.subject.facts.fact(choice.owner);
        let field = owner.field(choice.index);
        let values = match field.state {
            FieldState::OneOf(values) => values.into_iter().map(known).collect(),
            _ => Vec::new(),
        };
        let shape = choice.path.ty.and_then(|ty| Type::of_field(ty).shape());
        let reason = match shape {
            Some(shape) => format!("it may be {}", wording::alternatives(&values, shape)),
            None => "it may be one of several".to_owned(),
        };
        let span = field.span.unwrap_or_else(|| owner.header().span);
        Doubt { field: choice.path.written.to_string(), reason, span }
    }
}

/// A conjunction (or disjunction) of which some terms are known.
struct Open<'a> {
    is_and: bool,
    nothing: bool,
    cause: Option<Cause<'a>>,
}

impl<'a> Open<'a> {
    fn new(is_and: bool) -> Self {
        Self { is_and, nothing: false, cause: None }
    }

    /// Takes in a term; gives the whole when that term decides it.
    fn take(&mut self, term: Operand<'a>) -> Option<Operand<'a>> {
        match term {
            Operand::Bool(value) if value != self.is_and => return Some(Operand::Bool(value)),
            Operand::Bool(_) => {}
            Operand::Unknown(cause) => self.cause = self.cause.or(Some(cause)),
            _ => self.nothing = true,
        }
        None
    }

    /// The whole, when no term decided it. With `&&`, a term that has nothing to compare
    /// keeps the whole from ever being yes; with `||` the unknown one may still make it so.
    fn rest(self) -> Operand<'a> {
        match self.cause {
            _ if self.is_and && self.nothing => Operand::Nothing,
            Some(cause) => Operand::Unknown(cause),
            None if self.nothing => Operand::Nothing,
            None => Operand::Bool(self.is_and),
        }
    }
}

fn variable<'a>(hops: usize, scope: Scope<'_, 'a>) -> Operand<'a> {
    let mut frame = scope;
    for _ in 0..hops {
        frame = frame.and_then(|inner| inner.outer);
    }
    frame.map_or(Operand::Absent, |frame| frame.value.clone())
}

fn written(list: &Code) -> &str {
    match list {
        Code::Path(path) => &path.written,
        _ => "a list",
    }
}
