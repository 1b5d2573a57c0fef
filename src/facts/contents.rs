//! What a locked package carries for derivations: wheels, digests, edges. A repository may hold
//! the same package in a thousand lockfiles, so these are lists that copies share.

use std::collections::HashSet;
use std::ops::Deref;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use crate::source::{Carry, Span};

/// A list that copies share. Nothing is kept for an empty one.
#[derive(Debug, Clone)]
pub struct Shared<T>(Option<Arc<Vec<T>>>);

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: PartialEq> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        let is_one = matches!((&self.0, &other.0), (Some(one), Some(two)) if Arc::ptr_eq(one, two));
        is_one || **self == **other
    }
}

impl<T> Deref for Shared<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }
}

impl<T> From<Vec<T>> for Shared<T> {
    fn from(mut items: Vec<T>) -> Self {
        items.shrink_to_fit();
        Self((!items.is_empty()).then(|| Arc::new(items)))
    }
}

impl<T> FromIterator<T> for Shared<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        items.into_iter().collect::<Vec<T>>().into()
    }
}

impl<T: Clone> Extend<T> for Shared<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        Arc::make_mut(self.0.get_or_insert_default()).extend(items);
    }
}

/// A wheel of a Python package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wheel<'w> {
    /// The file name, which carries the tags.
    pub file: &'w str,
    /// Size of the archive in bytes, where the lockfile tells.
    pub size: Option<u64>,
}

/// The wheels of a package. Their names share one text, and packages with the same wheels share one list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wheels(Option<Arc<WheelList>>);

#[derive(Debug, Default, PartialEq, Eq, Hash)]
struct WheelList {
    files: Box<str>,
    /// For each wheel one past the last byte of its name.
    ends: Box<[u32]>,
    /// For each wheel its size; empty when none is known.
    sizes: Box<[Option<u64>]>,
}

/// The lists that were made, up to [`KNOWN_LISTS`] of them: the services of a repository lock the same packages.
static KNOWN: LazyLock<Mutex<HashSet<Arc<WheelList>>>> = LazyLock::new(Mutex::default);

/// How many lists are remembered.
const KNOWN_LISTS: usize = 20_000;

impl Wheels {
    /// All of them, in the order of the lockfile.
    pub fn iter(&self) -> impl Iterator<Item = Wheel<'_>> {
        let (files, ends, sizes) =
            self.0.as_deref().map_or(("", &[][..], &[][..]), |list| (&*list.files, &*list.ends, &*list.sizes));
        let mut start = 0;
        ends.iter().enumerate().map(move |(index, end)| {
            let end = *end as usize;
            let file = &files[start..end];
            start = end;
            Wheel { file, size: sizes.get(index).copied().flatten() }
        })
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

impl<'w> FromIterator<Wheel<'w>> for Wheels {
    fn from_iter<I: IntoIterator<Item = Wheel<'w>>>(wheels: I) -> Self {
        let (mut files, mut ends, mut sizes) = (String::new(), Vec::new(), Vec::new());
        for wheel in wheels {
            files.push_str(wheel.file);
            ends.push(u32::try_from(files.len()).expect("no lockfile is so large"));
            sizes.push(wheel.size);
        }
        if sizes.iter().all(Option::is_none) {
            sizes.clear();
        }
        let list = WheelList { files: files.into(), ends: ends.into(), sizes: sizes.into() };
        Self((!list.ends.is_empty()).then(|| shared(list)))
    }
}

/// The list itself, or one like it that was made before.
fn shared(list: WheelList) -> Arc<WheelList> {
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(before) = known.get(&list) {
        return Arc::clone(before);
    }
    let list = Arc::new(list);
    if known.len() < KNOWN_LISTS {
        known.insert(Arc::clone(&list));
    }
    list
}

/// Short digests of a file's name and of its hash, to compare lockfiles by. The name is 0 where the lockfile tells none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest {
    /// Of the name.
    pub file: u32,
    /// Of the hash.
    pub hash: u32,
}

/// An edge to another package of the lockfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// The name of the package required.
    pub package: Box<str>,
    /// Its version, where the lockfile has several.
    pub version: Option<Box<str>>,
    /// The marker under which it is required.
    pub marker: Option<Box<str>>,
    /// The extra or group of this package that requires it; `None` for its plain dependencies.
    pub group: Option<Box<str>>,
    /// Extras of the required package that are asked for.
    pub extras: Vec<Box<str>>,
    /// The range it asks for, where the lockfile tells (poetry, pdm, npm).
    pub requirement: Option<Box<str>>,
    /// Its place in what was read; [`Edges::place`] gives the place in the lockfile.
    pub span: Span,
}

/// The edges of a package.
#[derive(Debug, Clone, Default)]
pub struct Edges {
    list: Shared<Edge>,
    carried: Option<Carry>,
}

impl Edges {
    /// The place of an edge in its lockfile.
    pub fn place(&self, edge: &Edge) -> Span {
        self.carried.map_or(edge.span, |to| to.span(edge.span))
    }

    /// Moves all places: the package was read of a part of its lockfile.
    pub fn carry(&mut self, to: Carry) {
        self.carried = (!self.list.is_empty()).then_some(to);
    }

    /// Adds one.
    pub fn push(&mut self, edge: Edge) {
        self.list.extend([edge]);
    }
}

impl Deref for Edges {
    type Target = [Edge];

    fn deref(&self) -> &[Edge] {
        &self.list
    }
}

impl<'e> IntoIterator for &'e Edges {
    type Item = &'e Edge;
    type IntoIter = std::slice::Iter<'e, Edge>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl FromIterator<Edge> for Edges {
    fn from_iter<I: IntoIterator<Item = Edge>>(edges: I) -> Self {
        Self { list: edges.into_iter().collect(), carried: None }
    }
}

impl From<Vec<Edge>> for Edges {
    fn from(edges: Vec<Edge>) -> Self {
        Self { list: edges.into(), carried: None }
    }
}

impl Extend<Edge> for Edges {
    fn extend<I: IntoIterator<Item = Edge>>(&mut self, edges: I) {
        self.list.extend(edges);
    }
}
