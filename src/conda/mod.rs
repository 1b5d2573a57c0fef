//! The arithmetic of conda: its versions, what a range of them admits, and requirements of packages.
//!
//! Written after the rules of conda's and rattler's documentation (read 2026-11) and held against rattler 0.28.

mod match_spec;
#[cfg(test)]
mod tests;
mod version;
mod version_spec;

pub use match_spec::{Build, MatchSpec};
pub use version::Version;
pub use version_spec::VersionSpec;
