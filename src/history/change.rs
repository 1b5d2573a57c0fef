//! What one version of a lockfile changed against the one before.

use std::cmp::Ordering;

use super::locked::{Locked, Pin};
use super::order::compare;

/// A package whose version changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The package.
    pub package: Box<str>,
    /// The version before, the greatest that went.
    pub from: Box<str>,
    /// The version after, the greatest that came.
    pub to: Box<str>,
    /// Whether the version took the place of another one; else it came or went beside one that stayed.
    pub replaces: bool,
}

/// What changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Change {
    /// Packages at a newer version.
    pub upgraded: Vec<Move>,
    /// Packages at an older version.
    pub downgraded: Vec<Move>,
    /// Packages that are new.
    pub added: usize,
    /// Packages that are gone.
    pub removed: usize,
    /// Packages of the same version from another source.
    pub resourced: usize,
}

impl Change {
    /// Whether nothing that counts changed: another form, other hashes, other markers.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// How many packages took another version in place of one.
    pub fn batch(&self) -> usize {
        self.upgraded.iter().chain(&self.downgraded).filter(|step| step.replaces).count()
    }
}

/// Compares two versions of a lockfile of an ecosystem.
pub fn between(ecosystem: &str, before: &Locked, after: &Locked) -> Change {
    let mut change = Change::default();
    let (mut old, mut new) = (&before.pins[..], &after.pins[..]);
    loop {
        let name = match (old.first(), new.first()) {
            (None, None) => break,
            (Some(pin), None) | (None, Some(pin)) => &pin.name,
            (Some(a), Some(b)) => (&a.name).min(&b.name),
        };
        let (mine, rest) = split(old, name);
        let (theirs, new_rest) = split(new, name);
        (old, new) = (rest, new_rest);
        if mine != theirs {
            one(ecosystem, mine, theirs, &mut change);
        }
    }
    change
}

fn split<'p>(pins: &'p [Pin], name: &str) -> (&'p [Pin], &'p [Pin]) {
    pins.split_at(pins.iter().take_while(|pin| &*pin.name == name).count())
}

/// One package, whose versions are not all the same.
fn one(ecosystem: &str, before: &[Pin], after: &[Pin], change: &mut Change) {
    let (Some(name), false) = (after.first().map(|pin| pin.name.clone()), before.is_empty()) else {
        if before.is_empty() {
            change.added += 1;
        } else {
            change.removed += 1;
        }
        return;
    };
    let has = |list: &[Pin], version: &str| list.iter().any(|pin| &*pin.version == version);
    let greatest = |list: &[Pin], other: Option<&[Pin]>| -> Option<Box<str>> {
        let fresh = list.iter().filter(|pin| other.is_none_or(|other| !has(other, &pin.version)));
        fresh.map(|pin| pin.version.clone()).max_by(|a, b| compare(ecosystem, a, b))
    };
    let gone = greatest(before, Some(after));
    let came = greatest(after, Some(before));
    match (gone, came) {
        (Some(from), Some(to)) => {
            let list = if compare(ecosystem, &from, &to) == Ordering::Less {
                &mut change.upgraded
            } else {
                &mut change.downgraded
            };
            list.push(Move { package: name, from, to, replaces: true });
        }
        (None, Some(to)) => {
            let Some(from) = greatest(before, None) else { return };
            if compare(ecosystem, &from, &to) == Ordering::Less {
                change.upgraded.push(Move { package: name, from, to, replaces: false });
            } else {
                change.added += 1;
            }
        }
        (Some(from), None) => {
            let Some(to) = greatest(after, None) else { return };
            if compare(ecosystem, &from, &to) == Ordering::Greater {
                change.downgraded.push(Move { package: name, from, to, replaces: false });
            } else {
                change.removed += 1;
            }
        }
        (None, None) => change.resourced += 1,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::history::locked::read;

    fn locked(pins: &[(&str, &str)]) -> Locked {
        let block = |(name, version): &(&str, &str)| {
            format!(
                "[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = {{ registry = \"https://index.example.com/simple\" }}\n"
            )
        };
        read("uv.lock", &pins.iter().map(block).collect::<String>()).unwrap()
    }

    #[test]
    fn versions_come_and_go() {
        type Case<'a> = (&'a [(&'a str, &'a str)], &'a [(&'a str, &'a str)], [usize; 5]);
        let cases: &[Case<'_>] = &[
            (&[("a", "1")], &[("a", "1")], [0, 0, 0, 0, 0]),
            (&[("a", "1")], &[("a", "2")], [1, 0, 0, 0, 1]),
            (&[("a", "2")], &[("a", "1")], [0, 1, 0, 0, 1]),
            (&[("a", "1")], &[("a", "1"), ("b", "1")], [0, 0, 1, 0, 0]),
            (&[("a", "1"), ("b", "1")], &[("b", "1")], [0, 0, 0, 1, 0]),
            // A second version beside the first is a step up, but replaces nothing.
            (&[("a", "1")], &[("a", "1"), ("a", "2")], [1, 0, 0, 0, 0]),
            (&[("a", "1"), ("a", "2")], &[("a", "1")], [0, 1, 0, 0, 0]),
            (&[("a", "1"), ("a", "2")], &[("a", "2")], [0, 0, 0, 1, 0]),
        ];
        for (before, after, [up, down, added, removed, batch]) in cases {
            let change = between("python", &locked(before), &locked(after));
            let found = [change.upgraded.len(), change.downgraded.len(), change.added, change.removed, change.batch()];
            assert_eq!(found, [*up, *down, *added, *removed, *batch], "{before:?} {after:?}");
        }
    }
}
