//! What Python's packaging tools agree on: names, versions, requirements, and the text they hash.

pub mod canonical_json;
pub mod poetry_constraint;
