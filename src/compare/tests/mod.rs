//! One pair of archives for each cause: exactly that cause is told. Archives are written here, byte by byte.

#![allow(clippy::unwrap_used, reason = "tests")]

mod causes;
mod hostile;
mod writer;

use super::{Comparison, compare};
use crate::artifact::{Refusal, open};

/// Compares two archives that have the ending of a name.
fn compared(a: &[u8], b: &[u8], ending: &str) -> Result<Comparison, Refusal> {
    let directory = tempfile::tempdir().unwrap();
    let (one, other) = (directory.path().join(format!("a{ending}")), directory.path().join(format!("b{ending}")));
    std::fs::write(&one, a).unwrap();
    std::fs::write(&other, b).unwrap();
    compare(&mut open(&one, "the file")?, &mut open(&other, "the file")?)
}

/// The names of the causes that were found.
fn ids(comparison: &Comparison) -> Vec<&'static str> {
    comparison.causes.iter().map(|cause| cause.kind.id).collect()
}
