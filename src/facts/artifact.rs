//! Deployables and their sizes.

use super::field::{Bytes, Count};
use super::table::fact;
use super::{Header, Link, Lockfile};
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
        /// The least it unzips to: packages without a size, layers and the function's own source are not counted.
        unzipped_least: Value<Bytes>,
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

impl Artifact {
    /// An artifact of which nothing can be said, for this reason.
    pub fn unknown(
        header: Header,
        lambda: Link<super::Lambda>,
        lockfile: Option<Link<Lockfile>>,
        reason: &str,
    ) -> Self {
        Self {
            header,
            lambda,
            how: "unknown".to_owned(),
            compressed: Value::unknown(reason, None),
            unzipped: Value::unknown(reason, None),
            unzipped_least: Value::unknown(reason, None),
            lockfile,
            package_count: Count(0),
            heaviest: Vec::new(),
            missing_wheels: Vec::new(),
        }
    }
}
