//! Why two builds of one source differ: the rung of equality that they reach, and every cause that keeps them from the
//! next one. Nothing is ignored: what no known cause explains is said too.

mod cause;
mod container;
mod content;
mod document;
mod ladder;
mod metadata;
mod names;
mod notes;
mod pairs;
#[cfg(test)]
mod tests;
mod text;

pub use self::cause::{ALL, Kind, Layer, catalogue};
pub use self::document::{Document, document, schema};
pub use self::ladder::{Cause, Comparison, Level, Skipped, compare};
pub use self::text::text;
