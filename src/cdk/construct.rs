//! One construct: what its source says of each property, as a value.

use crate::literal::{Call, Expression, Found, Literal, Map, Script};
use crate::source::{SourceId, Span};
use crate::value::Value;

/// Where the properties of a construct stand in a call of JavaScript: `new Function(scope, id, properties)`.
const PROPERTIES: usize = 2;

static NONE: Map = Map { entries: Vec::new() };

/// A call that makes a construct.
pub(super) struct Construct<'s> {
    script: &'s Script,
    source: SourceId,
    call: &'s Call,
    properties: Properties<'s>,
}

/// The properties of a construct.
enum Properties<'s> {
    Written(&'s Map),
    /// They are this, which only a run of the app tells.
    Hidden(&'s Expression),
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
        Self { script, source, call, properties: Properties::of(script, call, PROPERTIES) }
    }

    /// The same call with its properties as another argument, as `addFunctionUrl(properties)` has them.
    pub(super) fn with_properties_at(self, position: usize) -> Self {
        Self { properties: Properties::of(self.script, self.call, position), ..self }
    }

    /// What stands inside of a property that is a map, or a structure of Python. Nothing, when nothing is written.
    pub(super) fn within(&self, property: &str) -> Self {
        let properties = match self.stated(property) {
            Stated::Absent => Properties::Written(&NONE),
            Stated::Value(Expression { literal: Literal::Map(map), .. }) => Properties::Written(map),
            Stated::Value(Expression { literal: Literal::Call(call), .. }) if call.arguments.is_empty() => {
                Properties::Written(&call.keywords)
            }
            Stated::Value(value) | Stated::Hidden(value) => Properties::Hidden(value),
        };
        Self { properties, ..*self }
    }

    /// An argument by its position, or by its keyword in languages that have them.
    pub(super) fn argument(&self, position: usize, keyword: &str) -> Option<&'s Expression> {
        self.call.arguments.get(position).or_else(|| match self.stated(keyword) {
            Stated::Value(value) => Some(value),
            Stated::Absent | Stated::Hidden(_) => None,
        })
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
        let map = match &self.properties {
            Properties::Written(map) => map,
            Properties::Hidden(by) => return Stated::Hidden(by),
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

    /// What a property points at: the id of a construct, or what is written. `false` points at nothing.
    pub(super) fn target(&self, property: &str) -> Value<String> {
        if let Stated::Value(Expression { literal: Literal::Bool(false), .. }) = self.stated(property) {
            return Value::absent();
        }
        self.value(property, None, |value| match &value.literal {
            Literal::Call(call) => {
                let id = call.arguments.get(1).and_then(|id| self.script.settled(id).text());
                Ok(id.map_or_else(|| value.written(), str::to_owned))
            }
            _ => Ok(value.written()),
        })
    }

    /// A property that is a truth value.
    pub(super) fn truth(&self, property: &str, default: Option<bool>) -> Value<bool> {
        self.value(property, default, |value| match value.literal {
            Literal::Bool(truth) => Ok(truth),
            _ => Err(worked_out(value)),
        })
    }

    /// A property that is a text.
    pub(super) fn text(&self, property: &str, default: Option<&str>) -> Value<String> {
        let read = |value: &Expression| value.text().map(str::to_owned).ok_or_else(|| worked_out(value));
        self.value(property, default.map(str::to_owned), read)
    }
}

impl<'s> Properties<'s> {
    /// Keywords, or the map among the arguments.
    fn of(script: &'s Script, call: &'s Call, position: usize) -> Self {
        if !call.keywords.entries.is_empty() {
            return Self::Written(&call.keywords);
        }
        let Some(written) = call.arguments.get(position) else { return Self::Written(&NONE) };
        match script.settled(written) {
            Expression { literal: Literal::Map(map), .. } => Self::Written(map),
            _ => Self::Hidden(written),
        }
    }
}
