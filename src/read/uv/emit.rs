//! Packages of a uv.lock to facts.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::known::Known;
use super::package::Kind;
use crate::facts::{Count, FactType, Link, LockedPackage, Lockfile};
use crate::read::{File, Output};
use crate::source::{Carry, Span};
use crate::syntax::Node;
use crate::value::Value;

/// Adds a fact for each package, and the counts to the lockfile.
pub(super) fn packages(
    file: &File<'_>,
    output: &mut Output,
    link: Link<Lockfile>,
    root: Node<'_>,
    packages: &[(Arc<Known>, Carry)],
) {
    let members = root.at(&["manifest", "members"]);
    let members: BTreeSet<&str> = members.into_iter().flat_map(Node::items).filter_map(Node::text).collect();
    let mut counts = [0_i64; 3];
    output.facts.locked_packages.reserve(packages.len());
    for (known, to) in packages {
        let is_own = known.kind.is_tree() && (*known.location == *"." || members.contains(&*known.name));
        let fact = placed(file, link, known, *to, is_own);
        let is_hashable = matches!(known.kind, Kind::Registry | Kind::Url);
        let is_hashed = fact.contents.unhashed_count.known() == Some(&Count(0));
        counts[0] += i64::from(!is_own);
        counts[1] += i64::from(is_hashable);
        counts[2] += i64::from(is_hashable && is_hashed);
        output.facts.add(fact);
    }
    lone_hosts(output, packages);
    let lock = &mut output.facts[link];
    [lock.package_count, lock.hashable_count, lock.hashed_count] = counts.map(Count);
}

/// The fact of a package in this lockfile.
fn placed(file: &File<'_>, link: Link<Lockfile>, known: &Known, to: Carry, is_own: bool) -> LockedPackage {
    let mut fact = known.fact.clone();
    fact.carry(to);
    fact.header = file.part(&known.part, to.span(known.name_span));
    fact.lockfile = link;
    if is_own {
        fact.contents.source = "own";
    }
    fact
}

/// Notes the host that one package alone uses while all others of its registry share one.
fn lone_hosts(output: &mut Output, packages: &[(Arc<Known>, Carry)]) {
    let mut users: BTreeMap<(&str, &str), Vec<(usize, Span)>> = BTreeMap::new();
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for (index, (known, to)) in packages.iter().enumerate().filter(|(_, (known, _))| known.kind == Kind::Registry) {
        if !known.hosts.is_empty() {
            *sizes.entry(&known.location).or_default() += 1;
        }
        for (host, span) in &known.hosts {
            users.entry((&known.location, host)).or_default().push((index, to.span(*span)));
        }
    }
    let first = output.facts.locked_packages.len() - packages.len();
    for ((registry, host), using) in &users {
        let [(index, span)] = using[..] else { continue };
        let others = users.keys().filter(|(of, other)| of == registry && other != host).count();
        let is_shared = users.iter().any(|((of, _), using)| of == registry && using.len() + 1 >= sizes[registry]);
        if others == 1 && is_shared && sizes[registry] >= 3 {
            output.facts.locked_packages[first + index].rare.lone_host = Value::written((*host).into(), span);
        }
    }
}
