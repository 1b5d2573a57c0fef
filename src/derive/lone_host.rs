//! Hosts that one or two packages of a lockfile of Node are fetched from and nothing explains.

use std::collections::BTreeMap;

use crate::facts::{Facts, Link, LockedPackage, Lockfile};
use crate::path;
use crate::syntax::Node;

/// More packages than this are no exception.
const MOST: usize = 2;

/// The packages of one lockfile by their host; those of the usual registry may name none.
type Hosts<'f> = BTreeMap<&'f str, Vec<Link<LockedPackage>>>;

/// Sets the lone host of packages from registries.
pub(super) fn find(facts: &mut Facts) {
    let mut lockfiles: Vec<Hosts<'_>> = facts.lockfiles.iter().map(|_| Hosts::new()).collect();
    for (link, package) in facts.all::<LockedPackage>() {
        if package.contents.ecosystem == "node" && package.contents.source == "registry" {
            let host = package.contents.host.known().map_or("", |host| &**host);
            lockfiles[package.lockfile.index()].entry(host).or_default().push(link);
        }
    }
    let mut found = Vec::new();
    for ((_, lockfile), hosts) in facts.all::<Lockfile>().zip(&lockfiles) {
        // A place without an address says nothing where others have one.
        let Some((usual, most)) =
            hosts.iter().max_by_key(|(host, packages)| (packages.len(), std::cmp::Reverse(**host)))
        else {
            continue;
        };
        let is_rare = |packages: &[Link<LockedPackage>]| packages.len() <= MOST && packages.len() * 2 <= most.len();
        for (host, packages) in hosts.iter().filter(|(host, _)| !host.is_empty() && *host != usual) {
            if is_rare(packages) && !is_configured(facts, lockfile, host) {
                found.extend(packages);
            }
        }
    }
    for link in found {
        let contents = &facts[link].contents;
        facts[link].rare.lone_host = contents.placed(&contents.host);
    }
}

/// Whether settings beside the lockfile or above it name a host.
fn is_configured(facts: &Facts, lockfile: &Lockfile, host: &str) -> bool {
    let directory = path::directory(&lockfile.header.path);
    let above =
        facts.settings.iter().filter(|settings| path::is_below(directory, path::directory(&settings.header.path)));
    let mut documents = above.filter_map(|settings| settings.document.as_deref());
    documents.any(|document| mentions(document.root(), host))
}

/// Whether a key or a value holds a host. Trees are no deeper than [`crate::syntax::MAX_DEPTH`].
fn mentions(node: Node<'_>, host: &str) -> bool {
    let holds = |node: Node<'_>| node.scalar().is_some_and(|text| text.to_ascii_lowercase().contains(host));
    holds(node)
        || node.items().any(|item| mentions(item, host))
        || node.own_entries().any(|entry| holds(entry.key) || mentions(entry.value, host))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::day::Day;
    use crate::discover::Listing;
    use crate::scan::scan_files;
    use crate::source::Sources;
    use crate::tree::Tree;

    /// A lockfile of npm that fetches packages from these hosts.
    fn lock(hosts: &[&str]) -> String {
        let place = |(index, host): (usize, &&str)| {
            format!(
                "\"node_modules/a{index}\": {{\"version\": \"1.0.0\", \"resolved\": \"https://{host}/a{index}/-/a{index}-1.0.0.tgz\"}}"
            )
        };
        let places: Vec<String> = hosts.iter().enumerate().map(place).collect();
        format!("{{\"lockfileVersion\": 3, \"packages\": {{{}}}}}", places.join(","))
    }

    #[test]
    fn few_packages_from_another_host_are_told() {
        let (usual, other, third) = ("npm.example.com", "evil.example.net", "mirror.example.org");
        for (hosts, npmrc, expected) in [
            (vec![usual, usual, other], "", vec![other]),
            (vec![usual, usual, usual, usual, other, other, third], "", vec![other, other, third]),
            (vec![usual, usual, other], "@shop:registry=https://evil.example.net/", vec![]),
            (vec![usual, usual, usual, other, other], "", vec![]),
            (vec![usual, other], "", vec![]),
            (vec![usual, usual, usual, usual, usual, usual, other, other, other], "", vec![]),
        ] {
            let files = [("web/package-lock.json", lock(&hosts)), (".npmrc", npmrc.to_owned())];
            let listing =
                Listing { paths: files.iter().map(|(path, _)| (*path).to_owned()).collect(), ..Listing::default() };
            let found = scan_files(&Arc::new(Tree::memory(files)), listing, Day(20_000), Sources::default());
            let told: Vec<&str> = found
                .facts
                .locked_packages
                .iter()
                .filter_map(|package| Some(&**package.rare.lone_host.known()?))
                .collect();
            assert_eq!(told, expected, "{hosts:?} {npmrc}");
        }
    }
}
