//! The weakest hash algorithm that a lockfile relies on, and for how many packages.

use std::collections::BTreeMap;

use crate::facts::{Count, Facts, Link, LockedPackage, Lockfile, Text};
use crate::value::Value;

/// Algorithms by strength, the weakest first.
const BY_STRENGTH: &[&str] = &["md5", "sha1", "sha224", "sha256", "sha384", "sha512"];

/// What is known of one lockfile so far.
struct Weakest {
    strength: usize,
    first: Link<LockedPackage>,
    count: i64,
}

/// Sets it on every lockfile whose packages have hashes of known algorithms.
pub(super) fn find(facts: &mut Facts) {
    let mut weakest: BTreeMap<Link<Lockfile>, Weakest> = BTreeMap::new();
    for (link, package) in facts.all::<LockedPackage>() {
        let Some(strength) = package.contents.hash_algorithm.known().and_then(|algorithm| strength(algorithm)) else {
            continue;
        };
        let so_far = weakest.entry(package.lockfile).or_insert(Weakest { strength, first: link, count: 0 });
        if strength < so_far.strength {
            *so_far = Weakest { strength, first: link, count: 0 };
        }
        so_far.count += i64::from(strength == so_far.strength);
    }
    for (lockfile, Weakest { first, count, .. }) in weakest {
        let contents = &facts[first].contents;
        let algorithm: Value<Text> = contents.placed(&contents.hash_algorithm);
        facts[lockfile].weakest_hash = algorithm;
        facts[lockfile].weakest_hash_count = Count(count);
    }
}

fn strength(algorithm: &str) -> Option<usize> {
    BY_STRENGTH.iter().position(|known| *known == algorithm)
}
