//! What package registries say: one index document for each package name.
//!
//! The types here are plain data and touch nothing: they are handed to derivations and reports, and a test makes
//! them by hand. Whatever a registry did not say is `None` or [`Outcome::Unknown`], never a guess.

pub mod hash;
pub mod package;
pub mod table;

pub use hash::{Algorithm, Hash};
pub use package::{Offered, Package, Release, Requirement, Standing, Withdrawal};
pub use table::{Answer, Ecosystem, Outcome, Subject, Table};
