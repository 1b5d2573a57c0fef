//! Deployables and their sizes.

use super::field::{Bytes, Count};
use super::table::fact;
use super::{Link, Lockfile};
use crate::value::Value;

fact! {
    /// What a function deploys, with its size measured or predicted.
    Artifact {
        /// The function.
        lambda: Link<super::Lambda>,
        /// How the size is known: measured, predicted, unknown.
        how: String,
        /// Compressed size in bytes; several values are the ends of an interval.
        compressed: Value<Bytes>,
        /// Unzipped size in bytes; several values are the ends of an interval. Layers of unknown size are not counted.
        unzipped: Value<Bytes>,
        /// The lockfile the packages come from.
        lockfile: Option<Link<Lockfile>>,
        /// How many packages it holds.
        package_count: Count,
        /// The packages that weigh most, with their sizes, heaviest first.
        heaviest: Vec<String>,
        /// Packages without a wheel for the function's processor and Python.
        missing_wheels: Vec<String>,
    }
}
