//! Rules: what is judged, at which severity, and what is said about it.

pub mod params;
pub mod predicate;
#[cfg(test)]
pub(crate) mod sample;
pub mod wording;
