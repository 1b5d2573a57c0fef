//! Names the edit behind a digest that differs: undoes one edit after the other and hashes again.
//!
//! A hit is proof. The search is bounded by the bytes it hashes, likeliest edits first, so it
//! may end without an answer.

pub(super) mod absent;
mod address;
mod entry;
mod marker;
mod order;
mod range;
mod spelling;

use std::cell::Cell;

use sha2::{Digest, Sha256};

use self::order::{Change, changes};
use super::Weight;
use crate::python::canonical_json::{Json, Separators, Step, hex};
use crate::python::name::normalize;
use crate::source::Span;

pub(super) use address::spellings as addresses;
pub(super) use entry::Hints;
pub(super) use spelling::{of_group as group_names, of_name as spellings};

/// How many bytes one search may hash: some fifty milliseconds at most.
const BUDGET: usize = 24 * 1024 * 1024;

/// A text that stands in no document, to find a place in the text that is hashed.
const MARK: &str = "{the place}";

/// What a place of the document is, which tells how it may have been edited.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    /// A requirement as PEP 508 writes it, in a list.
    Requirement {
        /// The locked versions of the package.
        locked: Vec<String>,
        /// Conditions that the lockfile has for it.
        markers: Vec<String>,
    },
    /// A range of versions.
    Range {
        /// The locked versions of the package.
        locked: Vec<String>,
        /// Whether Poetry's operators may stand in it.
        poetry: bool,
    },
    /// A dependency under its name: a range, or a table of keys.
    Dependency {
        /// What is known of the package.
        hints: Hints,
    },
    /// The key of an entry, which may have had another name.
    Name {
        /// What people call it: group, extra; empty for a package.
        word: &'static str,
        /// Names it may have had.
        before: Vec<String>,
    },
    /// A list or table from which something may have been taken away.
    Gone {
        /// What may be gone, under its name.
        candidates: Vec<(String, Vec<Json>)>,
    },
    /// A value for which the lockfile knows what it was.
    Known {
        /// What it may have been.
        before: Vec<Json>,
    },
    /// The whole document, as it would be with one thing written in its other form.
    Form {
        /// That document.
        before: Json,
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
pub(super) struct Search<'a> {
    document: &'a Json,
    separators: Separators,
    target: &'a str,
    /// What becomes of the digest of the document before it is recorded.
    through: Option<&'a dyn Fn(&str) -> String>,
    left: Cell<usize>,
}

impl<'a> Search<'a> {
    /// `target` is a SHA-256 in hexadecimal digits.
    pub(super) fn new(document: &'a Json, separators: Separators, target: &'a str) -> Self {
        Self { document, separators, target, through: None, left: Cell::new(BUDGET) }
    }

    /// The digest is not recorded itself but goes into another one.
    pub(super) fn through(self, through: &'a dyn Fn(&str) -> String) -> Self {
        Self { through: Some(through), ..self }
    }

    /// The edit of one slot that explains the digest.
    pub(super) fn find(&self, slots: &[Slot]) -> Option<Edit> {
        let each = |attempt: &dyn Fn(&Slot) -> Option<Edit>| slots.iter().find_map(attempt);
        each(&|slot| self.known(slot))
            .or_else(|| each(&|slot| self.reformed(slot)))
            .or_else(|| each(&|slot| self.removed(slot)))
            .or_else(|| each(&|slot| self.reordered(slot, slots)))
            .or_else(|| each(&|slot| self.respelt(slot)))
            .or_else(|| each(&|slot| self.renamed(slot)))
            .or_else(|| self.restyled(slots))
            .or_else(|| each(&|slot| self.varied(slot)))
            .or_else(|| each(&|slot| self.rewritten(slot)))
            .or_else(|| each(&|slot| self.restored(slot)))
    }

    /// The lockfile says what it was.
    fn known(&self, slot: &Slot) -> Option<Edit> {
        let Kind::Known { before } = &slot.kind else { return None };
        let hit = self.replaced(&slot.path, before.iter().cloned())?;
        let before = self.shown(&before[hit]);
        let explanation = format!("{} was {before}, now it is {}", slot.subject, slot.now);
        Some(edit(slot, Some(before), Weight::Resolution, explanation))
    }

    /// It was written in another form.
    fn reformed(&self, slot: &Slot) -> Option<Edit> {
        let Kind::Form { before } = &slot.kind else { return None };
        let explanation = || format!("{} was written in another form, which asks for the same", slot.subject);
        self.is_target(before).then(|| edit(slot, None, Weight::Spelling, explanation()))
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
            Kind::Requirement { locked, markers } => range::of_requirement(&slot.now, locked, markers),
            Kind::Range { locked, poetry } => range::before(&slot.now, locked, *poetry),
            _ => return None,
        };
        let before = self.one_of(slot, ranges)?;
        let explanation = format!("{} was asked for as `{before}`, now as `{}`", slot.subject, slot.now);
        Some(edit(slot, Some(before), Weight::Resolution, explanation))
    }

    /// It had another name.
    fn renamed(&self, slot: &Slot) -> Option<Edit> {
        let Kind::Name { word, before } = &slot.kind else { return None };
        let (Step::Key(key), above) = slot.path.split_last()? else { return None };
        let mut document = self.document.clone();
        let Json::Map(entries) = document.at_mut(above)? else { return None };
        let value = entries.remove(key)?;
        let names: Vec<&String> = before.iter().filter(|name| !entries.contains_key(name.as_str())).collect();
        let named = |name: &&String| {
            let mut entries = entries.clone();
            entries.insert(name.as_str().into(), value.clone());
            Json::Map(entries)
        };
        let before = *names.get(self.replaced(above, names.iter().map(named))?)?;
        let what = if word.is_empty() { slot.subject.clone() } else { format!("the {word} {}", slot.subject) };
        let explanation = format!("{what} was called {before} when the lockfile was written");
        let is_same = normalize(before) == normalize(&slot.subject);
        let weight = if is_same { Weight::Spelling } else { Weight::Resolution };
        Some(edit(slot, Some(before.clone()), weight, explanation))
    }

    /// The entry of a dependency had other keys.
    fn rewritten(&self, slot: &Slot) -> Option<Edit> {
        let Kind::Dependency { hints } = &slot.kind else { return None };
        let now = self.document.clone().at_mut(&slot.path)?.clone();
        let values = entry::before(&now, hints);
        let hit = self.replaced(&slot.path, values.iter().map(|(value, _)| value.clone()))?;
        let (before, is_same) = &values[hit];
        let (before, now) = (self.shown(before), self.shown(&now));
        let (weight, explanation) = if *is_same {
            let explanation = format!("{} was written `{before}`, which asks for the same as `{now}`", slot.subject);
            (Weight::Spelling, explanation)
        } else {
            (Weight::Resolution, format!("{} was asked for as `{before}`, now as `{now}`", slot.subject))
        };
        Some(edit(slot, Some(before), weight, explanation))
    }

    /// Something stood there that is gone.
    fn restored(&self, slot: &Slot) -> Option<Edit> {
        let Kind::Gone { candidates } = &slot.kind else { return None };
        let now = self.document.clone().at_mut(&slot.path)?.clone();
        let each = candidates.iter().flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
        let (name, value) = match now {
            Json::Map(entries) => {
                let all: Vec<_> = each.filter(|(name, _)| !entries.contains_key(name.as_str())).collect();
                let put = |(name, value): &(&String, &Json)| {
                    let mut entries = entries.clone();
                    entries.insert(name.as_str().into(), (*value).clone());
                    Json::Map(entries)
                };
                *all.get(self.replaced(&slot.path, all.iter().map(put))?)?
            }
            Json::List(items) => {
                let count = items.len();
                let all: Vec<_> = each.flat_map(|(name, value)| (0..=count).map(move |at| (at, name, value))).collect();
                let put = |(at, _, value): &(usize, &String, &Json)| {
                    let mut items = items.clone();
                    items.insert(*at, (*value).clone());
                    Json::List(items)
                };
                let (_, name, value) = *all.get(self.replaced(&slot.path, all.iter().map(put))?)?;
                (name, value)
            }
            _ => return None,
        };
        let before = self.shown(value);
        let explanation =
            format!("{name} was asked for in {} as `{before}` when the lockfile was written", slot.subject);
        let found = edit(slot, Some(before), Weight::Resolution, explanation);
        Some(Edit { subject: name.clone(), now: String::new(), ..found })
    }

    /// A text as it is, anything else as JSON.
    fn shown(&self, value: &Json) -> String {
        match value {
            Json::Text(text) => text.to_string(),
            other => other.write(self.separators),
        }
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
            self.hits(&hex(&digest)).then_some(index)
        })
    }

    fn is_target(&self, document: &Json) -> bool {
        let text = document.write(self.separators);
        self.spend(text.len()).is_some() && self.hits(&hex(&Sha256::digest(text)))
    }

    fn hits(&self, digest: &str) -> bool {
        self.through.map_or(digest == self.target, |through| through(digest) == self.target)
    }

    fn spend(&self, bytes: usize) -> Option<()> {
        self.left.set(self.left.get().checked_sub(bytes)?);
        Some(())
    }
}

fn edit(slot: &Slot, before: Option<String>, weight: Weight, explanation: String) -> Edit {
    Edit { subject: slot.subject.clone(), now: slot.now.clone(), span: slot.span, before, weight, explanation }
}
