//! Hosts that one lockfile fetches packages from and its siblings do not.

use std::collections::{BTreeMap, BTreeSet};

use crate::address;
use crate::facts::recorded::Recorded;
use crate::facts::{Facts, Link, LockedPackage, Lockfile};
use crate::source::Span;
use crate::value::Value;

/// Below this many lockfiles nothing is usual.
const FEWEST: usize = 3;

/// The hosts of a lockfile, each with the place of its first use.
type Hosts = BTreeMap<String, Span>;

/// A host that more lockfiles than this use is no stranger.
const MOST: usize = 5;

/// Sets the foreign host of lockfiles, among those of one kind.
pub(super) fn find(facts: &mut Facts) {
    let mut kinds: BTreeMap<String, Vec<(Link<Lockfile>, Hosts)>> = BTreeMap::new();
    let mut hosts = hosts_of_packages(facts);
    for (link, lockfile) in facts.all::<Lockfile>() {
        let mut own = std::mem::take(&mut hosts[link.index()]);
        let is_file = matches!(&lockfile.recorded, Recorded::Requirements(_)) && lockfile.tool != "pylock";
        if is_file {
            own = hosts_of_options(lockfile);
        }
        if !own.is_empty() {
            let kind = if is_file { "requirements" } else { &*lockfile.tool };
            kinds.entry(kind.to_owned()).or_default().push((link, own));
        }
    }
    for lockfiles in kinds.into_values().filter(|lockfiles| lockfiles.len() >= FEWEST) {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for host in lockfiles.iter().flat_map(|(_, own)| own.keys()) {
            *counts.entry(host).or_default() += 1;
        }
        let usual: BTreeSet<&str> =
            counts.iter().filter(|(_, count)| **count * 2 > lockfiles.len()).map(|(host, _)| *host).collect();
        if usual.is_empty() {
            continue;
        }
        for (link, own) in &lockfiles {
            // One that is used instead of the usual host is stranger than one beside it.
            let is_instead = !own.keys().any(|host| usual.contains(host.as_str()));
            let most = if is_instead { lockfiles.len() / 2 } else { lockfiles.len() / FEWEST }.min(MOST);
            let foreign =
                own.iter().filter(|(host, _)| !usual.contains(host.as_str()) && counts[host.as_str()] <= most);
            if let Some((host, span)) = foreign.min_by_key(|(_, span)| **span) {
                facts[*link].foreign_host = Value::written(host.clone(), *span);
            }
        }
    }
}

/// The hosts of each lockfile's packages from registries, with the place of the first.
fn hosts_of_packages(facts: &Facts) -> Vec<Hosts> {
    let mut found: Vec<Hosts> = vec![BTreeMap::new(); facts.lockfiles.len()];
    // A lockfile of one ecosystem may hold packages of another, which come from elsewhere.
    let is_own = |package: &&LockedPackage| package.contents.ecosystem == facts[package.lockfile].ecosystem;
    for package in facts.locked_packages.iter().filter(|package| package.contents.source == "registry").filter(is_own) {
        note(package, &mut found[package.lockfile.index()]);
    }
    found
}

fn note(package: &LockedPackage, hosts: &mut Hosts) {
    // What one package alone does is told of the package.
    let host = package.contents.placed(&package.contents.host);
    if let (Some(name), Some(span), true) = (host.known(), host.span, package.rare.lone_host.is_absent())
        && !hosts.contains_key(name.as_str())
    {
        hosts.insert(name.to_string(), span);
    }
}

fn hosts_of_options(lockfile: &Lockfile) -> Hosts {
    let Recorded::Requirements(record) = &lockfile.recorded else { return BTreeMap::new() };
    let source = lockfile.header.span.source;
    let options = record.file.options.iter();
    let named = options.filter(|option| matches!(&*option.name, "index-url" | "extra-index-url" | "find-links"));
    let address = |option: &crate::python::requirements_file::FileOption| {
        let address = address::parse(&option.value).filter(|address| !address.host.is_empty())?;
        Some((address.host, Span::new(source, option.range.clone())))
    };
    let mut found = BTreeMap::new();
    for (host, span) in named.filter_map(address) {
        found.entry(host.into()).or_insert(span);
    }
    found
}
