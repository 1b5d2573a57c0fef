//! Dotted paths over links: from a fact to a field of it or of a fact it points at.

use crate::facts::{Datum, FactRef, Facts, FieldRef, FieldState, Kind, Type as FieldType};
use crate::source::Span;

use super::check;
use super::code::Code;
use super::types::Type;
use super::{Fault, Names};

/// A checked path such as `event_source.lambda.timeout`.
#[derive(Debug, Clone)]
pub struct FieldPath {
    pub(super) root: Root,
    /// Indices into the fields of each fact on the way; all but the last are links.
    pub(super) steps: Box<[usize]>,
    pub(super) written: Box<str>,
    /// The type of the last field; `None` when the path is the root itself.
    pub(super) ty: Option<FieldType>,
}

/// Where a path begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Root {
    /// The fact that the rule ranges over.
    Subject,
    /// The variable of a loop, counted outwards from the innermost one.
    Variable(usize),
}

/// Where a path leads for one fact.
#[derive(Debug, Clone)]
pub struct Reached<'a> {
    /// The last fact on the way.
    pub fact: FactRef,
    /// The field, when the path ends at one and all links on the way are there.
    pub field: Option<FieldRef<'a>>,
    /// Whether all links on the way are there.
    pub whole: bool,
    /// The place: of the field, or of the last fact when the field is written nowhere.
    pub span: Span,
}

/// One walk along a path.
pub(super) enum Walk<'a> {
    /// It ends at a fact.
    Fact(FactRef),
    /// It ends at a field of `owner`.
    Field { owner: FactRef, index: usize, field: FieldRef<'a> },
    /// A link on the way is absent; `owner` is the last fact before it.
    Gap { owner: FactRef },
}

impl FieldPath {
    /// Reads and checks a path that begins at the fact of a rule.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn parse(text: &str, names: Names<'_>) -> Result<Self, Vec<Fault>> {
        match check::check(text, names, None)?.code {
            Code::Path(path) => Ok(path),
            _ => {
                let fault = Fault::new(0..text.len(), "this is not a path to a field or a fact");
                let kind = names.kind.name();
                Err(vec![fault.help(format!("a path names fields with dots, such as `{kind}.name`"))])
            }
        }
    }

    /// The path that is the fact itself.
    pub(in crate::rule) fn whole(kind: Kind) -> Self {
        Self { root: Root::Subject, steps: Box::default(), written: kind.name().into(), ty: None }
    }

    /// The path as it is written.
    pub fn written(&self) -> &str {
        &self.written
    }

    /// Whether it ends at one value, not at a fact or a list.
    pub(in crate::rule) fn is_scalar(&self) -> bool {
        self.ty.is_some_and(|ty| matches!(Type::of_field(ty), Type::Bool | Type::Int(_) | Type::Text))
    }

    /// Where it leads from a fact.
    pub fn reach<'a>(&self, facts: &'a Facts, from: FactRef) -> Reached<'a> {
        let (fact, field, whole) = match self.walk(facts, from) {
            Walk::Fact(fact) => (fact, None, true),
            Walk::Field { owner, field, .. } => (owner, Some(field), true),
            Walk::Gap { owner } => (owner, None, false),
        };
        let own_place = field.as_ref().and_then(|field| field.span);
        let span = own_place.unwrap_or_else(|| facts.fact(fact).header().span);
        Reached { fact, field, whole, span }
    }

    /// Where it leads: to each of its facts when it ends at a list of facts.
    pub fn reach_each<'a>(&self, facts: &'a Facts, from: FactRef) -> Vec<Reached<'a>> {
        let reached = self.reach(facts, from);
        let Some(FieldState::Known(Datum::Facts(links))) = reached.field.as_ref().map(|field| &field.state) else {
            return vec![reached];
        };
        let place =
            |fact: &FactRef| Reached { fact: *fact, field: None, whole: true, span: facts.fact(*fact).header().span };
        links.iter().map(place).collect()
    }

    pub(super) fn walk<'a>(&self, facts: &'a Facts, from: FactRef) -> Walk<'a> {
        let mut owner = from;
        for (at, &index) in self.steps.iter().enumerate() {
            let field = facts.fact(owner).field(index);
            match field.state {
                FieldState::Known(Datum::Fact(next)) => owner = next,
                FieldState::Absent if at + 1 < self.steps.len() => return Walk::Gap { owner },
                FieldState::Absent if self.is_link() => return Walk::Gap { owner },
                _ => return Walk::Field { owner, index, field },
            }
        }
        Walk::Fact(owner)
    }

    fn is_link(&self) -> bool {
        matches!(self.ty, None | Some(FieldType::Fact(_)))
    }
}
