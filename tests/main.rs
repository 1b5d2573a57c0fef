//! The integration tests, in one binary that links once.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

mod house;
mod rules;
