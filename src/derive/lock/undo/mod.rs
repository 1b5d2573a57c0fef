//! Names the edit behind a digest that differs: undoes one edit after the other and hashes again.
//!
//! A hit is proof. The search is bounded by the bytes it hashes, likeliest edits first, so it
//! may end without an answer.

mod range;
mod spelling;

use std::cell::Cell;

use sha2::{Digest, Sha256};

use super::Weight;
use crate::python::canonical_json::{Json, Separators, Step, hex};
use crate::source::Span;

/// How many bytes one search may hash: some ten milliseconds.
const BUDGET: usize = 6 * 1024 * 1024;

/// A text that stands in no document, to find a place in the text that is hashed.
const MARK: &str = "{the place}";

/// What a place of the document is, which tells how it may have been edited.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// A requirement as PEP 508 writes it, in a list.
    Requirement {
        /// The locked versions of the package.
        locked: Vec<String>,
    },
    /// A range of versions.
    Range {
        /// The locked versions of the package.
        locked: Vec<String>,
        /// Whether Poetry's operators may stand in it.
        poetry: bool,
    },
    /// A value for which the lockfile knows what it was.
    Known {
        /// What it may have been.
        before: Vec<Json>,
    },
    /// A list whose order counts.
    List,
    /// An entry that may be new: a package, a group, an extra, a source, a key.
    Entry {
        /// What people call it: group, extra, source; empty for a package.
        word: &'static str,
    },
}

/// A place of the document that may have been edited.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    /// Where it is in the document.
    pub(super) path: Vec<Step>,
    /// What it is.
    pub(super) kind: Kind,
    /// What people call it: the package, the group, the setting.
    pub(super) subject: String,
    /// What is written now.
    pub(super) now: String,
    /// Where.
    pub(super) span: Span,
}

/// An edit that explains the digest.
#[derive(Debug, Clone)]
pub(super) struct Edit {
    /// What was edited.
    pub(super) subject: String,
    /// What is written now.
    pub(super) now: String,
    /// Where.
    pub(super) span: Span,
    /// What was written when the lockfile was made; `None` when there was nothing.
    pub(super) before: Option<String>,
    /// Whether it changes what is asked for.
    pub(super) weight: Weight,
    /// A sentence part.
    pub(super) explanation: String,
}

/// A document and the digest it should have.
#[derive(Debug)]
pub(super) struct Search<'a> {
    document: &'a Json,
    separators: Separators,
    target: &'a str,
    left: Cell<usize>,
}

impl<'a> Search<'a> {
    /// `target` is a SHA-256 in hexadecimal digits.
    pub(super) fn new(document: &'a Json, separators: Separators, target: &'a str) -> Self {
        Self { document, separators, target, left: Cell::new(BUDGET) }
    }

    /// The edit of one slot that explains the digest.
    pub(super) fn find(&self, slots: &[Slot]) -> Option<Edit> {
        let each = |attempt: &dyn Fn(&Slot) -> Option<Edit>| slots.iter().find_map(attempt);
        each(&|slot| self.known(slot))
            .or_else(|| each(&|slot| self.removed(slot)))
            .or_else(|| each(&|slot| self.reordered(slot, slots)))
            .or_else(|| each(&|slot| self.respelt(slot)))
            .or_else(|| self.restyled(slots))
            .or_else(|| each(&|slot| self.varied(slot)))
    }

    /// The lockfile says what it was.
    fn known(&self, slot: &Slot) -> Option<Edit> {
        let Kind::Known { before } = &slot.kind else { return None };
        let hit = self.replaced(&slot.path, before.iter().cloned())?;
        let before = match &before[hit] {
            Json::Text(text) => text.to_string(),
            other => other.write(self.separators),
        };
        let explanation = format!("{} was {before}, now it is {}", slot.subject, slot.now);
        Some(edit(slot, Some(before), Weight::Resolution, explanation))
    }

    /// It was not there; or nothing else was there with it.
    fn removed(&self, slot: &Slot) -> Option<Edit> {
        let what = match &slot.kind {
            Kind::Requirement { .. } | Kind::Entry { word: "" } => slot.subject.clone(),
            Kind::Entry { word } => format!("the {word} {}", slot.subject),
            _ => return None,
        };
        let mut document = self.document.clone();
        document.remove(&slot.path)?;
        let mut path = slot.path.as_slice();
        let found = loop {
            if self.is_target(&document) {
                break true;
            }
            path = &path[..path.len() - 1];
            let above = document.at_mut(path)?;
            if path.is_empty() || !above.is_empty() {
                break false;
            }
            *above = Json::Null;
            if self.is_target(&document) {
                break true;
            }
            document.remove(path);
        };
        let explanation = format!("{what} was not asked for when the lockfile was written");
        found.then(|| edit(slot, None, Weight::Resolution, explanation))
    }

    /// All requirements were written in another style.
    fn restyled(&self, slots: &[Slot]) -> Option<Edit> {
        let requirements: Vec<&Slot> =
            slots.iter().filter(|slot| matches!(slot.kind, Kind::Requirement { .. })).collect();
        let first = requirements.first()?;
        (0..spelling::STYLES).find(|style| {
            let mut document = self.document.clone();
            for slot in &requirements {
                if let (Some(place), Some(text)) = (document.at_mut(&slot.path), spelling::styled(&slot.now, *style)) {
                    *place = Json::Text(text.into());
                }
            }
            self.is_target(&document)
        })?;
        let explanation = "the requirements are written in another style, they ask for the same".to_owned();
        Some(edit(first, None, Weight::Spelling, explanation))
    }

    /// The items of a list stood in another order: one moved, or two swapped, or all sorted.
    fn reordered(&self, slot: &Slot, slots: &[Slot]) -> Option<Edit> {
        if !matches!(slot.kind, Kind::List) {
            return None;
        }
        let Some(Json::List(now)) = self.document.clone().at_mut(&slot.path).cloned() else { return None };
        let changes = changes(now.len());
        let hit = self.replaced(&slot.path, changes.iter().map(|change| Json::List(change.apply(&now))))?;
        let item = match changes[hit] {
            Change::Move(from, _) | Change::Swap(from, _) => {
                let is_item = |item: &&Slot| item.path.split_last() == Some((&Step::Index(from), &slot.path[..]));
                slots.iter().find(is_item)
            }
            _ => None,
        };
        let what = item.map_or("the items", |item| item.subject.as_str());
        let explanation = format!("{what} stood at another place in {} when the lockfile was written", slot.subject);
        Some(edit(item.unwrap_or(slot), None, Weight::Spelling, explanation))
    }

    /// The same requirement was spelt in another way.
    fn respelt(&self, slot: &Slot) -> Option<Edit> {
        let spellings = match &slot.kind {
            Kind::Requirement { .. } => spelling::of_requirement(&slot.now),
            Kind::Range { .. } => spelling::of_specifier(&slot.now),
            _ => return None,
        };
        let before = self.one_of(slot, spellings)?;
        let explanation = format!("{} was written `{before}`, which asks for the same as `{}`", slot.subject, slot.now);
        Some(edit(slot, Some(before), Weight::Spelling, explanation))
    }

    /// Another range was asked for.
    fn varied(&self, slot: &Slot) -> Option<Edit> {
        let ranges = match &slot.kind {
            Kind::Requirement { locked } => range::of_requirement(&slot.now, locked),
            Kind::Range { locked, poetry } => range::before(&slot.now, locked, *poetry),
            _ => return None,
        };
        let before = self.one_of(slot, ranges)?;
        let explanation = format!("{} was asked for as `{before}`, now as `{}`", slot.subject, slot.now);
        Some(edit(slot, Some(before), Weight::Resolution, explanation))
    }

    fn one_of(&self, slot: &Slot, texts: Vec<String>) -> Option<String> {
        let hit = self.replaced(&slot.path, texts.iter().map(|text| Json::text(text)))?;
        texts.into_iter().nth(hit)
    }

    /// Which of some values, put at a path, gives the digest. What stands before the place is hashed once.
    fn replaced(&self, path: &[Step], values: impl Iterator<Item = Json>) -> Option<usize> {
        let mut document = self.document.clone();
        *document.at_mut(path)? = Json::text(MARK);
        let text = document.write(self.separators);
        let (before, after) = text.split_once(&Json::text(MARK).write(self.separators))?;
        let mut start = Sha256::new();
        start.update(before);
        let mut values = values.enumerate();
        values.find_map(|(index, value)| {
            let value = value.write(self.separators);
            self.spend(value.len() + after.len())?;
            let digest = start.clone().chain_update(value).chain_update(after).finalize();
            (hex(&digest) == self.target).then_some(index)
        })
    }

    fn is_target(&self, document: &Json) -> bool {
        let text = document.write(self.separators);
        self.spend(text.len()).is_some() && hex(&Sha256::digest(text)) == self.target
    }

    fn spend(&self, bytes: usize) -> Option<()> {
        self.left.set(self.left.get().checked_sub(bytes)?);
        Some(())
    }
}

fn edit(slot: &Slot, before: Option<String>, weight: Weight, explanation: String) -> Edit {
    Edit { subject: slot.subject.clone(), now: slot.now.clone(), span: slot.span, before, weight, explanation }
}

/// A change of order.
#[derive(Debug, Clone, Copy)]
enum Change {
    Sort,
    SortCaseless,
    Reverse,
    Swap(usize, usize),
    Move(usize, usize),
}

impl Change {
    fn apply(self, items: &[Json]) -> Vec<Json> {
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
fn changes(length: usize) -> Vec<Change> {
    let pairs = || (0..length).flat_map(move |one| (0..length).map(move |other| (one, other)));
    let moves = pairs().filter(|(from, to)| from != to).map(|(from, to)| Change::Move(from, to));
    let swaps = pairs().filter(|(one, other)| one < other).map(|(one, other)| Change::Swap(one, other));
    swaps.chain(moves).chain([Change::Sort, Change::SortCaseless, Change::Reverse]).collect()
}
