//! Rehearsals against a registry that is made up.

mod packages;
mod runs;
