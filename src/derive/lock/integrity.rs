//! What a digest does not cover: ranges between locked packages, edges without an end, left-overs.

use std::collections::BTreeSet;

use super::Outcome;
use super::asked::{Asked, Locked, Reached, Wanted, never_counts};
use crate::python::PythonRange;
use crate::value::Value;

/// The packages of a lockfile, and what asks for them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Integrity<'a> {
    pub(super) locked: &'a Locked<'a>,
    pub(super) reached: &'a Reached,
    pub(super) asked: &'a [Asked],
    /// The interpreters of the project.
    pub(super) python: &'a PythonRange,
    /// Packages whose ranges and edges the project itself sets aside.
    pub(super) set_aside: &'a BTreeSet<String>,
    /// Reads a range of an edge.
    pub(super) wanted: fn(&str) -> Option<Wanted>,
}

impl Integrity<'_> {
    /// Measures it.
    pub(super) fn measure(self) -> Outcome {
        let Self { locked, reached, asked, python, .. } = self;
        let mut outcome = Outcome::default();
        let counts = |name: &str| !self.set_aside.contains(name);
        for requirement in asked.iter().filter(|requirement| counts(&requirement.name)) {
            if !never_counts(&requirement.marker, python) && locked.violates(&requirement.name, &requirement.wanted) {
                let shown = Value::written(requirement.shown(), requirement.span);
                outcome.violated.extend(locked.named(&requirement.name).iter().map(|link| (*link, shown.clone())));
            }
        }
        for (link, edge) in locked.violated_edges(reached, python, self.wanted) {
            if counts(&edge.package) {
                let range = edge.requirement.as_deref().unwrap_or_default();
                let shown = format!("{} {range} of {}", edge.package, locked.package(link).contents.package);
                let shown = Value::written(shown, locked.package(link).contents.place(edge.span));
                outcome.violated.extend(locked.named(&edge.package).iter().map(|link| (*link, shown.clone())));
            }
        }
        for (link, edge) in locked.broken_edges(reached, python) {
            if counts(&edge.package) {
                outcome.broken.push((link, edge.package.to_string(), locked.package(link).contents.place(edge.span)));
            }
        }
        outcome.reachable.extend(locked.all().map(|link| (link, Value::derived(reached.has(link)))));
        outcome
    }
}
