//! What was found so far: for each cause the entries it touches and what is seen at the first of them.

use std::collections::BTreeMap;

use super::cause::{ALL, Kind};
use super::ladder::Cause;

/// Causes as they are found.
#[derive(Debug, Default)]
pub(super) struct Notes {
    found: BTreeMap<usize, (Vec<String>, Option<String>)>,
}

impl Notes {
    /// Takes note of a cause at an entry; the first `seen` is kept as the example.
    pub(super) fn add(&mut self, kind: &'static Kind, path: &str, seen: Option<String>) {
        let rank = ALL.iter().position(|known| known.id == kind.id).expect("every cause is in the table");
        let (entries, example) = self.found.entry(rank).or_default();
        entries.push(path.to_owned());
        if example.is_none() {
            *example = seen;
        }
    }

    /// Takes note of a cause that is of the archive, not of an entry.
    pub(super) fn whole(&mut self, kind: &'static Kind, seen: impl Into<String>) {
        let rank = ALL.iter().position(|known| known.id == kind.id).expect("every cause is in the table");
        let (_, example) = self.found.entry(rank).or_default();
        example.get_or_insert(seen.into());
    }

    pub(super) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(super) fn causes(self) -> Vec<Cause> {
        let cause = |(rank, (mut entries, seen)): (usize, (Vec<String>, Option<String>))| {
            entries.sort();
            entries.dedup();
            Cause { kind: ALL[rank], entries, seen }
        };
        self.found.into_iter().map(cause).collect()
    }
}
