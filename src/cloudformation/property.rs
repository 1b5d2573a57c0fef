//! A property of a resource, with what `Globals` of a SAM template adds, as a typed value.
//!
//! SAM merges maps key by key, appends lists, and lets the resource win in all else; an
//! expression counts as a scalar (SAM translator, `GlobalProperties._do_merge`, read 2026-11-23).

use super::evaluate::{Evaluator, is_expression};
use super::placeholder::is_placeholder;
use super::term::{Piece, Term, alternatives, scalar_span};
use crate::source::Span;
use crate::syntax::Node;
use crate::value::{Origin, State, Value};

/// The properties of a resource and those it inherits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Properties<'d> {
    own: Option<Node<'d>>,
    global: Option<Node<'d>>,
    ignored: Option<Node<'d>>,
}

/// One property, worked out.
#[derive(Debug)]
pub(crate) struct Property<'d> {
    /// What it comes to.
    pub(crate) term: Term<'d>,
    /// The place of the expression.
    pub(crate) span: Option<Span>,
    inherited: bool,
}

impl<'d> Properties<'d> {
    /// Properties without anything to inherit.
    pub(super) fn own(own: Option<Node<'d>>) -> Self {
        Self { own, global: None, ignored: None }
    }

    /// The properties of `resource`, inheriting from a section of `Globals` unless `IgnoreGlobals` says otherwise.
    pub(super) fn of_resource(resource: Node<'d>, global: Option<Node<'d>>) -> Self {
        Self { own: resource.get("Properties"), global, ignored: resource.get("IgnoreGlobals") }
    }

    fn inherits(&self, key: &str) -> bool {
        let Some(ignored) = self.ignored else { return true };
        ignored.scalar() != Some("*") && !ignored.items().any(|item| item.scalar() == Some(key))
    }

    /// The property at the end of a path of keys.
    pub(super) fn get(&self, evaluator: &Evaluator<'d>, path: &[&str]) -> Property<'d> {
        let (mut own, mut global) =
            (self.own, self.global.filter(|_| path.first().is_none_or(|key| self.inherits(key))));
        for (depth, key) in path.iter().enumerate() {
            let Some(node) = own.filter(|node| !node.is_null()) else {
                return rest(evaluator, global, &path[depth..], true);
            };
            if !is_plain_map(node) {
                return rest(evaluator, own, &path[depth..], false);
            }
            if node.get(key).is_none() && node.get("Fn::Transform").is_some() {
                return rest(evaluator, own, &path[depth..], false);
            }
            own = node.get(key);
            global = global.filter(|global| is_plain_map(*global)).and_then(|global| global.get(key));
        }
        match own.filter(|node| !node.is_null()) {
            Some(node) => rest(evaluator, Some(node), &[], false),
            None => rest(evaluator, global, &[], true),
        }
    }

    /// The entries of a map at the end of a path, inherited ones among them: key and value.
    /// `None` when they cannot be known.
    pub(super) fn entries(&self, evaluator: &Evaluator<'d>, path: &[&str]) -> Option<Vec<(Node<'d>, Term<'d>)>> {
        let mut found: Vec<(Node<'d>, Term<'d>)> = Vec::new();
        let global = self.global.filter(|_| path.first().is_none_or(|key| self.inherits(key)));
        for side in [self.own, global] {
            let mut node = side;
            for key in path {
                node = node.and_then(|node| node.get(key)).filter(|node| !node.is_null());
                if node.is_some_and(|node| !is_plain_map(node)) {
                    return None;
                }
            }
            for entry in node.map(Node::entries).unwrap_or_default() {
                if !found.iter().any(|(key, _)| key.scalar() == entry.key.scalar()) {
                    found.push((entry.key, evaluator.term(entry.value)));
                }
            }
        }
        Some(found)
    }

    /// The items of a list property, inherited ones first; `None` when they cannot be known.
    pub(super) fn items(&self, evaluator: &Evaluator<'d>, key: &str) -> Option<Vec<Property<'d>>> {
        let own = self.own.and_then(|own| own.get(key)).filter(|node| !node.is_null());
        let global = self.global.filter(|_| self.inherits(key)).and_then(|global| global.get(key));
        let lists = match (own, global) {
            (Some(own), Some(global)) if is_plain_list(own) && is_plain_list(global) => {
                vec![(global, true), (own, false)]
            }
            (Some(own), _) => vec![(own, false)],
            (None, Some(global)) => vec![(global, true)],
            (None, None) => Vec::new(),
        };
        let mut found = Vec::new();
        for (list, inherited) in lists {
            if is_plain_list(list) {
                for item in list.items() {
                    let property = Property { term: evaluator.term(item), span: Some(scalar_span(item)), inherited };
                    if !matches!(property.term, Term::Absent) {
                        found.push(property);
                    }
                }
                continue;
            }
            let span = Some(list.span());
            let items = evaluator.items(&evaluator.term(list))?;
            found.extend(items.into_iter().map(|term| Property { span: term.span().or(span), term, inherited }));
        }
        Some(found)
    }
}

/// What is at the rest of a path once only one side is left.
fn rest<'d>(evaluator: &Evaluator<'d>, node: Option<Node<'d>>, path: &[&str], inherited: bool) -> Property<'d> {
    let Some(node) = node else { return Property { term: Term::Absent, span: None, inherited } };
    let mut term = evaluator.term(node);
    let mut span = scalar_span(node);
    let mut place = Some(node);
    for key in path {
        place = place.filter(|node| is_plain_map(*node)).and_then(|node| node.get(key));
        span = place.map_or(span, scalar_span);
        term = evaluator.get(&term, key);
    }
    Property { term, span: Some(span), inherited }
}

pub(super) fn is_plain_map(node: Node<'_>) -> bool {
    node.is_map() && !is_expression(node)
}

fn is_plain_list(node: Node<'_>) -> bool {
    node.is_list() && !is_expression(node)
}

impl<'d> Property<'d> {
    /// A property that another front end worked out.
    pub(crate) fn new(term: Term<'d>, span: Option<Span>, inherited: bool) -> Self {
        Self { term, span, inherited }
    }

    /// A property that is already worked out.
    pub(crate) fn of_term(term: Term<'d>) -> Self {
        Self { span: term.span(), term, inherited: false }
    }

    /// Whether nothing is written.
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self.term, Term::Absent)
    }

    /// It, or `other` when it is absent.
    pub(crate) fn or(self, other: impl FnOnce() -> Self) -> Self {
        if self.is_absent() { other() } else { self }
    }

    /// Its value as text.
    pub(crate) fn text(&self) -> Value<String> {
        self.value(None, |text| Ok(text.to_owned()))
    }

    /// Its value as a whole number. CloudFormation also takes numbers in quotes and `30.0`.
    pub(crate) fn number<T: Clone + PartialEq>(&self, default: Option<i64>, unit: impl Fn(i64) -> T) -> Value<T> {
        self.value(default.map(&unit), |text| whole_number(text).map(&unit))
    }

    /// Its value as a truth value.
    pub(crate) fn bool(&self, default: Option<bool>) -> Value<bool> {
        self.value(default, |text| match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => Ok(true),
            "false" | "no" | "off" => Ok(false),
            _ => Err(format!("{text} is neither true nor false")),
        })
    }

    /// Its value, each possible text read by `read`.
    pub(crate) fn value<T: Clone + PartialEq>(
        &self,
        default: Option<T>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Value<T> {
        if self.is_absent() {
            return default.map_or_else(Value::absent, Value::default_of);
        }
        let mut found: Vec<T> = Vec::new();
        for term in self.term.possible() {
            let value = match (term, &default) {
                (Term::Absent, Some(default)) => Ok(default.clone()),
                (Term::Absent, None) => Err("whether it is set depends on a condition".to_owned()),
                (term, _) => literal_text(term).and_then(|text| read(&text)),
            };
            match value {
                Ok(value) if found.contains(&value) => {}
                Ok(value) => found.push(value),
                Err(reason) => return self.placed(Value::unknown(reason, self.span)),
            }
        }
        let span = if self.term.possible().len() == 1 { self.term.span().or(self.span) } else { self.span };
        self.placed(Value::one_of(found, span))
    }

    fn placed<T>(&self, mut value: Value<T>) -> Value<T> {
        let is_elsewhere = match (value.span, self.span) {
            (Some(value), Some(own)) => value.source != own.source || value.start < own.start || value.end > own.end,
            _ => false,
        };
        if self.inherited || is_elsewhere {
            value.origin = Origin::Inherited;
        }
        if matches!(value.state, State::Absent) {
            value.span = None;
        }
        value
    }
}

/// The text of a term whose every piece is literal.
fn literal_text(term: &Term<'_>) -> Result<String, String> {
    let pieces = alternatives(term).into_iter().next().unwrap_or_default();
    let mut text = String::new();
    for piece in &pieces {
        match piece {
            Piece::Text(literal) => text.push_str(literal),
            Piece::Resource { id, .. } => return Err(format!("it depends on {id}, which the deployment makes")),
            Piece::Unknown { reason, .. } => return Err(reason.clone()),
        }
    }
    if is_placeholder(&text) {
        return Err("it is filled in when a project is made".to_owned());
    }
    Ok(text)
}

fn whole_number(text: &str) -> Result<i64, String> {
    let text = text.trim();
    let digits = text.strip_suffix(".0").unwrap_or(text);
    digits.parse().map_err(|_| format!("{text} is not a whole number"))
}
