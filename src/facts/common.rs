//! Fields that many facts of a kind have in common, kept once.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use super::field::FieldRef;
use crate::source::{Carry, SourceId, Span};
use crate::value::{Origin, Value};

/// What has places that can be moved.
pub trait Carried {
    /// Moves all of them.
    fn carry(&mut self, to: Carry);
}

/// From where the place of a value counts in a file whose fact stands at `fact`.
pub(super) fn base(fact: Carry, origin: Origin) -> Carry {
    if origin == Origin::Inherited { Carry { start: 0, ..fact } } else { fact }
}

/// Fields that facts share. Facts of several files have them in common, so their places count from where each fact
/// stands, and those of inherited values from the top of the file; [`Common::place`] and [`Common::placed`] give the
/// places in the file. Who changes a field of one fact has its fields for itself.
#[derive(Debug, Clone, Default)]
pub struct Common<T> {
    fields: Arc<T>,
    /// Where the places count from; `None` when they are those of the file.
    from: Option<Carry>,
}

impl<T> Common<T> {
    /// The place in the file of a place of these fields that is no value's.
    pub fn place(&self, span: Span) -> Span {
        self.place_of(span, Origin::Written)
    }

    fn place_of(&self, span: Span, origin: Origin) -> Span {
        self.from.map_or(span, |from| base(from, origin).span(span))
    }

    /// A copy of one of these values, with its place in the file.
    pub fn placed<V: Clone>(&self, value: &Value<V>) -> Value<V> {
        Value { span: value.span.map(|span| self.place_of(span, value.origin)), ..value.clone() }
    }

    /// A field of these, with its place in the file.
    pub(crate) fn field<'f>(&'f self, get: impl FnOnce(&'f T) -> FieldRef<'f>) -> FieldRef<'f> {
        let field = get(&self.fields);
        FieldRef { span: field.span.map(|span| self.place_of(span, field.origin)), ..field }
    }

    /// Moves all places: the fact was read of a part of its file.
    pub(crate) fn carry(&mut self, to: Carry) {
        self.from = Some(to);
    }
}

impl<T: Carried + Clone> Common<T> {
    /// Shares the fields with other facts: `known` gives what is kept already of such fields. `place` is that of the fact.
    pub(crate) fn share(&mut self, place: Span, known: impl FnOnce(&Arc<T>) -> Arc<T>) {
        if self.from.is_some() {
            return;
        }
        let to_top = Carry { source: SourceId::FIRST, start: 0_u32.wrapping_sub(place.start) };
        Arc::make_mut(&mut self.fields).carry(to_top);
        self.fields = known(&self.fields);
        self.from = Some(Carry { source: place.source, start: place.start });
    }
}

impl<T> From<T> for Common<T> {
    fn from(fields: T) -> Self {
        Self { fields: Arc::new(fields), from: None }
    }
}

impl<T> Deref for Common<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.fields
    }
}

impl<T: Carried + Clone> DerefMut for Common<T> {
    fn deref_mut(&mut self) -> &mut T {
        let fields = Arc::make_mut(&mut self.fields);
        if let Some(from) = self.from.take() {
            fields.carry(from);
        }
        fields
    }
}
