//! Artifacts of which one and the same thing is to be said.

use crate::rehearse::rows::{ArtifactRow, RehearsalRow};
use crate::words::counted;

use super::Shown;

/// So many of a bundle are named; the rest is counted.
const NAMED: usize = 8;

/// Artifacts with one outcome, reason and advice; never empty.
pub(super) struct Bundle<'r>(Vec<&'r ArtifactRow>);

/// What is to be shown of a service, in its order.
pub(super) fn bundles(row: &RehearsalRow, shown: Shown) -> Vec<Bundle<'_>> {
    let mut bundles: Vec<Bundle<'_>> = Vec::new();
    for artifact in row.artifacts.iter().filter(|artifact| shown.wants(artifact)) {
        match bundles.iter_mut().find(|bundle| !shown.all && bundle.takes(artifact)) {
            Some(bundle) => bundle.0.push(artifact),
            None => bundles.push(Bundle(vec![artifact])),
        }
    }
    bundles
}

impl<'r> Bundle<'r> {
    /// Whether the same is to be said of another artifact. Two hashes that differ are shown of each one.
    fn takes(&self, other: &ArtifactRow) -> bool {
        let own = self.first();
        own.outcome != "changed"
            && (own.outcome, own.kind, &own.reason, &own.advice)
                == (other.outcome, other.kind, &other.reason, &other.advice)
    }

    pub(super) fn first(&self) -> &'r ArtifactRow {
        self.0[0]
    }

    /// The only artifact of it.
    pub(super) fn single(&self) -> Option<&'r ArtifactRow> {
        (self.0.len() == 1).then(|| self.0[0])
    }

    /// `12 actions`.
    pub(super) fn title(&self) -> String {
        counted(self.0.len(), self.first().kind)
    }

    /// Those that are named.
    pub(super) fn named(&self) -> &[&'r ArtifactRow] {
        &self.0[..self.0.len().min(NAMED)]
    }

    /// How many are not.
    pub(super) fn unnamed(&self) -> usize {
        self.0.len().saturating_sub(NAMED)
    }
}
