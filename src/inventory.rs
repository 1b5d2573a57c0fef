//! The inventory: all facts of a tree, the texts they come from, and what was read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use crate::discover::Listing;
use crate::facts::{Datum, Fact, FactRef, Facts, FieldRef, FieldState, Kind};
use crate::source::{Sources, Span};
use crate::value::Origin;

/// Everything that is known of a tree once it is read and joined.
#[derive(Debug)]
pub struct Inventory {
    /// All facts.
    pub facts: Facts,
    /// The texts they come from.
    pub sources: Sources,
    /// The names of all files.
    pub files: Listing,
    /// What was read.
    pub coverage: Coverage,
}

/// What a run looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Files that were listed.
    pub files_seen: usize,
    /// Files whose text was given to a reader.
    pub files_read: usize,
    /// Their paths.
    pub paths: BTreeSet<Arc<str>>,
    /// How many files each reader read.
    pub by_reader: BTreeMap<&'static str, usize>,
}

/// All facts of some kinds as JSON: each with its place and its fields.
///
/// A field that is known and was written on the thing itself is its bare value; others are
/// objects that say what is known and how it was set. Absent is `null`.
pub fn to_json(facts: &Facts, sources: &Sources, kinds: &[Kind], wanted: impl Fn(&str) -> bool) -> Json {
    let mut all = Map::new();
    for kind in kinds {
        let list: Vec<Json> = (0..facts.count(*kind))
            .map(|index| FactRef { kind: *kind, index: u32::try_from(index).unwrap_or(u32::MAX) })
            .map(|of| facts.fact(of))
            .filter(|fact| wanted(&fact.header().path))
            .map(|fact| fact_json(fact, facts, sources))
            .collect();
        all.insert(kind.plural().to_owned(), Json::Array(list));
    }
    Json::Object(all)
}

fn fact_json(fact: &dyn Fact, facts: &Facts, sources: &Sources) -> Json {
    let mut object = Map::new();
    object.insert("at".to_owned(), place(fact.header().span, sources));
    for (index, field) in fact.kind().fields().iter().enumerate() {
        object.insert(field.name.to_owned(), field_json(&fact.field(index), facts, sources));
    }
    Json::Object(object)
}

fn field_json(field: &FieldRef<'_>, facts: &Facts, sources: &Sources) -> Json {
    let (key, value) = match &field.state {
        FieldState::Absent => return Json::Null,
        FieldState::Known(datum) if field.origin == Origin::Written && field.span.is_none() => {
            return datum_json(datum, facts);
        }
        FieldState::Known(datum) => ("value", datum_json(datum, facts)),
        FieldState::OneOf(data) => ("one_of", data.iter().map(|datum| datum_json(datum, facts)).collect()),
        FieldState::Unknown(reason) => ("unknown", Json::from(*reason)),
    };
    let mut object = Map::new();
    object.insert(key.to_owned(), value);
    if field.origin != Origin::Written {
        object.insert("origin".to_owned(), Json::from(field.origin.word()));
    }
    if let Some(span) = field.span {
        object.insert("at".to_owned(), place(span, sources));
    }
    Json::Object(object)
}

fn datum_json(datum: &Datum<'_>, facts: &Facts) -> Json {
    let name = |of: FactRef| Json::from(&*facts.fact(of).header().name);
    match datum {
        Datum::Bool(value) => Json::from(*value),
        Datum::Int(value) => Json::from(*value),
        Datum::Text(text) => Json::from(*text),
        Datum::Texts(texts) => texts.iter().map(String::as_str).collect(),
        Datum::Fact(of) => name(*of),
        Datum::Facts(all) => all.iter().map(|of| name(*of)).collect(),
    }
}

fn place(span: Span, sources: &Sources) -> Json {
    let at = sources.location(span);
    Json::from(format!("{}:{}:{}", at.path, at.start.line, at.start.column))
}
