//! The arithmetic of Node's package tools: versions, ranges, specifiers and workspace patterns.
//!
//! Pure functions of texts; npm 11 and node-semver 7.8 are the measure. What only one tool
//! does lives beside that tool's comparison.

pub mod archive;
pub mod lock;
pub mod manifest;
pub mod name;
pub mod range;
pub mod specifier;
pub mod version;
pub mod workspace;
pub mod yarn_lock;
