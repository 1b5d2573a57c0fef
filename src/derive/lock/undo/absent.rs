//! What may have stood in a list or table for a package that is locked and no longer asked for.

use super::entry::{self, Hints};
use super::range;
use crate::python::canonical_json::Json;

/// Entries of a table, under the name of the package.
pub(in crate::derive::lock) fn entries(_name: &str, hints: &Hints) -> Vec<Json> {
    entry::any(hints)
}

/// Requirements of a list, in the usual styles.
pub(in crate::derive::lock) fn requirements(name: &str, hints: &Hints) -> Vec<Json> {
    let mut found = vec![Json::text(name)];
    for range in range::fresh(&hints.locked, false).iter().filter(|range| !range.is_empty()) {
        found.push(Json::text(&format!("{name}{range}")));
        found.push(Json::text(&format!("{name} ({range})")));
    }
    found
}
