//! The integration tests, in one binary that links once.
#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "tests")]

mod action;
mod adoption;
mod bad_ci;
mod bad_locks;
mod bad_templates;
mod bench;
mod builds;
mod cli;
mod drift;
mod fixes;
mod fixtures;
mod house;
mod mutated;
mod options;
mod outcomes;
mod planted;
mod printed;
mod registry;
mod rehearse;
mod rules;
mod staged;
mod updates;
mod upstream;
