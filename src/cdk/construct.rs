//! One construct: what its source says of each property, as a value.

use crate::literal::{Call, Expression, Found, Literal, Map, Script};
use crate::source::{SourceId, Span};
use crate::value::Value;

/// Where the properties of a construct stand in a call of JavaScript: `new Function(scope, id, properties)`.
const PROPERTIES: usize = 2;

/// A call that makes a construct.
pub(super) struct Construct<'s> {
    script: &'s Script,
    source: SourceId,
    call: &'s Call,
}

/// What is written for a property.
pub(super) enum Stated<'s> {
    /// Nothing.
    Absent,
    /// This; where it is a name, what the name is bound to.
    Value(&'s Expression),
    /// Something outside of the text may write it.
    Hidden(&'s Expression),
}

/// The reason for what only a run of the app tells.
pub(super) fn worked_out(value: &Expression) -> String {
    match &value.literal {
        Literal::Joined(_) | Literal::List(_) | Literal::Map(_) => "it is put together when the app runs".to_owned(),
        _ => format!("`{}` is worked out when the app runs", value.written()),
    }
}

impl<'s> Construct<'s> {
    pub(super) fn new(script: &'s Script, source: SourceId, call: &'s Call) -> Self {
        Self { script, source, call }
    }

    /// Its id in its scope, when that is literal.
    pub(super) fn id(&self) -> Option<&'s str> {
        let named = || match self.stated("id") {
            Stated::Value(value) => Some(value),
            _ => None,
        };
        self.call.arguments.get(1).map(|id| self.script.settled(id)).or_else(named)?.text()
    }

    /// What is written for a property. Python writes its name with underscores.
    pub(super) fn stated(&self, property: &str) -> Stated<'s> {
        static NONE: Map = Map { entries: Vec::new() };
        let keywords = &self.call.keywords;
        let map = match self.call.arguments.get(PROPERTIES).map(|third| (third, self.script.settled(third))) {
            _ if !keywords.entries.is_empty() => keywords,
            None => &NONE,
            Some((_, Expression { literal: Literal::Map(map), .. })) => map,
            Some((written, _)) => return Stated::Hidden(written),
        };
        let is_meant = |key: &str| key.replace('_', "").eq_ignore_ascii_case(property);
        match self.script.find(map, &is_meant) {
            Found::Absent => Stated::Absent,
            Found::Hidden(spread) => Stated::Hidden(spread),
            Found::Value(value) => match self.script.settled(value) {
                Expression { literal: Literal::Null, .. } => Stated::Absent,
                settled => Stated::Value(settled),
            },
        }
    }

    /// A property as `read` takes it.
    pub(super) fn value<T>(
        &self,
        property: &str,
        default: Option<T>,
        read: impl Fn(&Expression) -> Result<T, String>,
    ) -> Value<T> {
        let span = |value: &Expression| Span::new(self.source, value.place.clone());
        match self.stated(property) {
            Stated::Absent => default.map_or_else(Value::absent, Value::default_of),
            // Nobody may have written it, so it has no place.
            Stated::Hidden(by) => Value::unknown(worked_out(by), None),
            Stated::Value(value) => match read(value) {
                Ok(known) => Value::written(known, span(value)),
                Err(reason) => Value::unknown(reason, Some(span(value))),
            },
        }
    }

    /// A property that is a text.
    pub(super) fn text(&self, property: &str, default: Option<&str>) -> Value<String> {
        let read = |value: &Expression| value.text().map(str::to_owned).ok_or_else(|| worked_out(value));
        self.value(property, default.map(str::to_owned), read)
    }
}
