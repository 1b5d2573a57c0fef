//! Which entries of two builds stand for each other, and why the others have no partner.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization;

use super::cause::{
    BYTECODE, DIRECTORIES, ENTRY_KIND, EXECUTABLE, FOREIGN_BINARY, INSTALL_RECORDS, Kind as CauseKind, LINK_COPIED,
    MOVED, NAME_CASE, NAME_UNICODE, ONLY_IN_ONE, ROOT_FOLDER, STRAY, TESTS,
};
use super::names::{is_bytecode, is_stray, is_test, library_stem};
use super::notes::Notes;
use crate::artifact::{Artifact, Digest, Entry, Form, Kind, is_install_record};

/// Two entries that stand for each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) a: usize,
    pub(super) b: usize,
}

/// The entries of two builds, held against each other.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    /// Entries that stand for each other, in the order of their paths.
    pub(super) same: Vec<Pair>,
    /// Paths (without a root folder) that differ in content or are in one build only.
    pub(super) touched: BTreeSet<String>,
    /// The folder that all entries of the first build stand below, when only there.
    root: Option<String>,
}

impl Pairs {
    /// The pairs of files whose contents differ.
    pub(super) fn differing(&self, a: &Artifact, b: &Artifact) -> Vec<Pair> {
        let differs = |pair: &&Pair| {
            let (a, b) = (&a.entries[pair.a], &b.entries[pair.b]);
            a.kind == Kind::File && b.kind == Kind::File && a.sha256 != b.sha256
        };
        self.same.iter().filter(differs).copied().collect()
    }

    /// A path of the first build, without the root folder.
    pub(super) fn inside<'a>(&self, path: &'a str) -> &'a str {
        let rest = self.root.as_ref().and_then(|root| path.strip_prefix(root.as_str())?.strip_prefix('/'));
        rest.unwrap_or(path)
    }
}

/// The entries of one build by their paths, without the root folder.
type Side<'a> = BTreeMap<&'a str, (usize, &'a Entry)>;

/// Pairs the entries of two builds.
pub(super) fn pair(a: &Artifact, b: &Artifact, notes: &mut Notes) -> Pairs {
    let (roots, told) = roots(a, b);
    if let Some(told) = told {
        notes.whole(ROOT_FOLDER, told);
    }
    let (left, right) = (side(a, roots.0.as_deref()), side(b, roots.1.as_deref()));
    let mut pairs = Pairs { root: roots.0.clone(), ..Pairs::default() };
    let mut alone: (Side<'_>, Side<'_>) = (BTreeMap::new(), BTreeMap::new());
    for (path, (index, entry)) in &left {
        match right.get(path) {
            Some((other, partner)) => {
                pairs.same.push(Pair { a: *index, b: *other });
                if !entry.holds_the_same_as(partner) {
                    pairs.touched.insert((*path).to_owned());
                }
                hold(path, (a, entry, &left), (b, partner, &right), notes);
            }
            None => drop(alone.0.insert(path, (*index, entry))),
        }
    }
    alone.1 = right.iter().filter(|(path, _)| !left.contains_key(*path)).map(|(path, one)| (*path, *one)).collect();
    respelled(&mut alone, &mut pairs, notes);
    let digests = |side: &Side<'_>| -> BTreeMap<Digest, Vec<String>> {
        let mut by_digest: BTreeMap<Digest, Vec<String>> = BTreeMap::new();
        for (path, (_, entry)) in side.iter().filter(|(_, (_, entry))| entry.kind == Kind::File && entry.bytes > 0) {
            by_digest.entry(entry.sha256).or_default().push((*path).to_owned());
        }
        by_digest
    };
    let (in_a, in_b) = (digests(&alone.0), digests(&alone.1));
    for (own, other_digests, other, letter) in [(&alone.0, &in_b, &alone.1, "A"), (&alone.1, &in_a, &alone.0, "B")] {
        for (path, (_, entry)) in own {
            pairs.touched.insert((*path).to_owned());
            let (kind, seen) = alone_because(path, entry, other_digests, other);
            notes.add(kind, path, Some(seen.unwrap_or_else(|| format!("`{path}` is in {letter} only"))));
        }
    }
    pairs
}

fn side<'a>(artifact: &'a Artifact, root: Option<&str>) -> Side<'a> {
    let named = artifact.entries.iter().enumerate().filter_map(|(index, entry)| {
        let path = match root {
            None => &entry.path[..],
            Some(root) => entry.path.strip_prefix(root)?.strip_prefix('/')?,
        };
        Some((path, (index, entry)))
    });
    named.collect()
}

/// The folder that all entries of one side stand below, when the other side has none or another one.
fn roots(a: &Artifact, b: &Artifact) -> ((Option<String>, Option<String>), Option<String>) {
    let (own, other) = (root(a), root(b));
    if own == other || [a.form, b.form].contains(&Form::File) {
        return ((None, None), None);
    }
    let common = |left: Option<&str>, right: Option<&str>| {
        let right = side(b, right);
        side(a, left)
            .into_iter()
            .filter(|(path, (_, entry))| entry.kind != Kind::Directory && right.contains_key(path))
            .count()
    };
    let plain = common(None, None);
    let tries = [(own.clone(), None), (None, other.clone()), (own, other)];
    let best = tries
        .into_iter()
        .filter(|(left, right)| left.is_some() || right.is_some())
        .map(|roots| (common(roots.0.as_deref(), roots.1.as_deref()), roots))
        .max_by_key(|(count, _)| *count);
    match best {
        Some((count, roots)) if count > plain => {
            let say = |root: &Option<String>| {
                root.as_ref().map_or("at the top".to_owned(), |root| format!("below `{root}/`"))
            };
            let told = format!("{} in A, {} in B", say(&roots.0), say(&roots.1));
            (roots, Some(told))
        }
        _ => ((None, None), None),
    }
}

/// The one folder that all entries stand below.
fn root(artifact: &Artifact) -> Option<String> {
    let mut entries = artifact.entries.iter().filter(|entry| entry.kind != Kind::Directory);
    let (root, _) = entries.next()?.path.split_once('/')?;
    let is_below = |entry: &Entry| entry.path.split_once('/').is_some_and(|(first, _)| first == root);
    entries.all(is_below).then(|| root.to_owned())
}

/// Takes note of what two entries of one path differ in besides their contents.
fn hold(path: &str, a: (&Artifact, &Entry, &Side<'_>), b: (&Artifact, &Entry, &Side<'_>), notes: &mut Notes) {
    let (own, other) = (a.1, b.1);
    match (&own.kind, &other.kind) {
        (Kind::File, Kind::File) => match (own.is_executable(), other.is_executable()) {
            (Some(true), Some(false) | None) => {
                notes.add(EXECUTABLE, path, Some(format!("`{path}` can be executed in A only")));
            }
            (Some(false) | None, Some(true)) => {
                notes.add(EXECUTABLE, path, Some(format!("`{path}` can be executed in B only")));
            }
            _ => {}
        },
        (Kind::Link(target), Kind::File) => linked(path, target, a.2, other, "A", notes),
        (Kind::File, Kind::Link(target)) => linked(path, target, b.2, own, "B", notes),
        (Kind::Link(own), Kind::Link(other)) if own != other => {
            notes.add(ENTRY_KIND, path, Some(format!("`{path}` leads to `{own}` in A and to `{other}` in B")));
        }
        (own, other) if own != other => notes.add(ENTRY_KIND, path, None),
        _ => {}
    }
}

fn linked(path: &str, target: &str, own: &Side<'_>, copy: &Entry, letter: &str, notes: &mut Notes) {
    let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
    let named = crate::path::join(directory, target);
    let is_copy = named.and_then(|named| own.get(named.as_str()).map(|(_, entry)| entry.sha256 == copy.sha256));
    let kind = if is_copy == Some(true) { LINK_COPIED } else { ENTRY_KIND };
    notes.add(kind, path, Some(format!("`{path}` is a link to `{target}` in {letter}, a file in the other")));
}

/// One spelling for all that are taken for the same.
type Spelling = fn(&str) -> String;

fn composed(path: &str) -> String {
    path.nfc().collect()
}

fn folded(path: &str) -> String {
    composed(path).to_lowercase()
}

/// Pairs what is only spelled differently.
fn respelled(alone: &mut (Side<'_>, Side<'_>), pairs: &mut Pairs, notes: &mut Notes) {
    let forms: [(&'static CauseKind, Spelling); 2] = [(NAME_UNICODE, composed), (NAME_CASE, folded)];
    for (kind, form) in forms {
        let by_form: BTreeMap<String, &str> = alone.1.keys().map(|path| (form(path), *path)).collect();
        let found: Vec<(&str, &str)> =
            alone.0.keys().filter_map(|path| Some((*path, *by_form.get(&form(path))?))).collect();
        for (own, other) in found {
            if let (Some(a), Some(b)) = (alone.0.get(own), alone.1.get(other)) {
                if a.1.kind == Kind::Directory && b.1.kind == Kind::Directory {
                    // The files below say it.
                } else if a.1.holds_the_same_as(b.1) {
                    notes.add(kind, own, Some(format!("`{own}` in A is `{other}` in B")));
                } else {
                    continue;
                }
                pairs.same.push(Pair { a: a.0, b: b.0 });
                alone.0.remove(own);
                alone.1.remove(other);
            }
        }
    }
}

/// Why an entry has no partner.
fn alone_because(
    path: &str,
    entry: &Entry,
    elsewhere: &BTreeMap<Digest, Vec<String>>,
    other: &Side<'_>,
) -> (&'static CauseKind, Option<String>) {
    if entry.kind == Kind::Directory {
        return (DIRECTORIES, None);
    }
    if is_bytecode(path) {
        return (BYTECODE, None);
    }
    if is_install_record(path) {
        return (INSTALL_RECORDS, None);
    }
    if let Some(stem) = library_stem(path)
        && let Some(rival) = other.keys().find(|rival| library_stem(rival) == Some(stem))
    {
        return (FOREIGN_BINARY, Some(format!("`{path}` here, `{rival}` there")));
    }
    if is_stray(path) {
        return (STRAY, None);
    }
    if let Some([moved, ..]) = elsewhere.get(&entry.sha256).map(Vec::as_slice) {
        return (MOVED, Some(format!("`{path}` is `{moved}` in the other")));
    }
    if is_test(path) {
        return (TESTS, None);
    }
    (ONLY_IN_ONE, None)
}
