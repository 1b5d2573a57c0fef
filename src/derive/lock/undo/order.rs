//! Orders in which the items of a list may have stood.

use crate::python::canonical_json::{Json, Separators};

/// A change of order.
#[derive(Debug, Clone, Copy)]
pub(super) enum Change {
    Sort,
    SortCaseless,
    Reverse,
    Swap(usize, usize),
    Move(usize, usize),
}

impl Change {
    pub(super) fn apply(self, items: &[Json]) -> Vec<Json> {
        let mut items = items.to_vec();
        match self {
            Self::Sort => items.sort(),
            Self::SortCaseless => items.sort_by_key(|item| item.write(Separators::Compact).to_lowercase()),
            Self::Reverse => items.reverse(),
            Self::Swap(one, other) => items.swap(one, other),
            Self::Move(from, to) => {
                let item = items.remove(from);
                items.insert(to, item);
            }
        }
        items
    }
}

/// The changes that are tried on a list of a length, the smallest first.
pub(super) fn changes(length: usize) -> Vec<Change> {
    let pairs = || (0..length).flat_map(move |one| (0..length).map(move |other| (one, other)));
    let moves = pairs().filter(|(from, to)| from != to).map(|(from, to)| Change::Move(from, to));
    let swaps = pairs().filter(|(one, other)| one < other).map(|(one, other)| Change::Swap(one, other));
    swaps.chain(moves).chain([Change::Sort, Change::SortCaseless, Change::Reverse]).collect()
}
