//! What Python's packaging tools agree on: names (PEP 503), versions and specifiers (PEP 440),
//! requirements and markers (PEP 508), wheel file names, and the text they hash.
//!
//! Versions are `pep440_rs`'s. Specifiers are compared as sets and markers as functions,
//! which no light crate does; both are small here and never share state between threads.

pub mod canonical_json;
pub mod compile_command;
pub mod lenient;
pub mod marker;
pub mod name;
pub mod poetry_constraint;
pub mod requirement;
pub mod requirement_line;
pub mod requirements_file;
pub mod specifier;
pub mod wheel;

pub use marker::{Environment, Marker, PythonRange};
pub use pep440_rs::Version;
pub use requirement::Requirement;
pub use specifier::Specifier;
