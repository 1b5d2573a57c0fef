//! The releases of a tool that a project says it uses, which decide where the rules of releases differ.

use crate::facts::{Facts, Toolchain};
use crate::path;
use crate::version::Intervals;

/// What the statements for one directory admit, each by itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Releases(Vec<Intervals>);

impl Releases {
    /// All statements about a tool that hold for a directory.
    pub(super) fn stated(facts: &Facts, tool: &str, directory: &str) -> Self {
        let stated = facts.all::<Toolchain>().map(|(_, of)| of);
        let stated = stated.filter(|of| of.tool == tool && path::is_below(directory, &of.scope));
        Self(stated.filter_map(|of| of.versions.clone()).collect())
    }

    /// Whether all of them are of this release or a later one; `None` where some are and some not, or nothing is stated.
    pub(super) fn since(&self, release: &[u64]) -> Option<bool> {
        let since = Intervals::at_least(release);
        let lie_in =
            |set: &Intervals| !self.0.is_empty() && self.0.iter().all(|one| one.and(&set.complement()).is_empty());
        if lie_in(&since) {
            return Some(true);
        }
        lie_in(&since.complement()).then_some(false)
    }

    /// Whether it is said that all of them are earlier than this one.
    pub(super) fn are_before(&self, release: &[u64]) -> bool {
        self.since(release) == Some(false)
    }
}
