//! How long ago locked packages were uploaded, where their lockfile tells.

use crate::day::Day;
use crate::facts::{Days, Facts};

/// Sets the age of every package whose upload day is known.
pub(super) fn measure(facts: &mut Facts, today: Day) {
    for package in &mut facts.locked_packages {
        if let Some(day) = package.contents.uploaded {
            package.age = Some(Days(today.since(day)));
        }
    }
}
