//! The same file of a package with another hash in another lockfile.

use std::collections::{BTreeMap, HashMap};

use crate::facts::{Facts, Link, LockedPackage};

/// Links each package whose file has another hash than most lockfiles give it to one that has that hash.
pub(super) fn find(facts: &mut Facts) {
    let mut rivals = Vec::new();
    for group in groups(facts) {
        rivals.extend(odd_ones(facts, &group));
    }
    for (package, rival) in rivals {
        facts[package].rare.rival.get_or_insert(rival);
    }
}

/// The packages of one name and version, in order, where there are several.
fn groups(facts: &Facts) -> Vec<Vec<Link<LockedPackage>>> {
    let mut places: HashMap<(&str, &str, &str), usize> = HashMap::new();
    let mut groups: Vec<Vec<Link<LockedPackage>>> = Vec::new();
    for (link, package) in facts.all::<LockedPackage>().filter(|(_, package)| !package.contents.digests.is_empty()) {
        let Some(version) = package.contents.version.known() else { continue };
        let place =
            *places.entry((package.contents.ecosystem, &package.contents.package, version)).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(link),
            None => groups.push(vec![link]),
        }
    }
    groups.retain(|group| group.len() > 1);
    groups
}

fn odd_ones(facts: &Facts, group: &[Link<LockedPackage>]) -> Vec<(Link<LockedPackage>, Link<LockedPackage>)> {
    // Nearly always all are the same.
    if group.windows(2).all(|pair| facts[pair[0]].contents.digests == facts[pair[1]].contents.digests) {
        return Vec::new();
    }
    // For each file the hashes it has, and where.
    let mut files: BTreeMap<u32, BTreeMap<u32, Vec<Link<LockedPackage>>>> = BTreeMap::new();
    for link in group {
        for digest in facts[*link].contents.digests.iter() {
            files.entry(digest.file).or_default().entry(digest.hash).or_default().push(*link);
        }
    }
    let mut found = Vec::new();
    for (file, hashes) in files.into_iter().filter(|(_, hashes)| hashes.len() > 1) {
        if file == UNNAMED {
            found.extend(strangers(facts, group));
            continue;
        }
        // The most common one counts, the first seen of those that are equally common.
        let Some(usual) = hashes.values().max_by_key(|links| (links.len(), std::cmp::Reverse(links[0]))) else {
            continue;
        };
        let usual = usual[0];
        let others = hashes.values().filter(|links| links[0] != usual).flatten();
        found.extend(others.filter(|link| are_comparable(facts, **link, usual)).map(|link| (*link, usual)));
    }
    found
}

/// Whether two packages stand in different lockfiles and come from one host, as far as these tell: another host may
/// build its own.
fn are_comparable(facts: &Facts, one: Link<LockedPackage>, two: Link<LockedPackage>) -> bool {
    let (one, two) = (&facts[one], &facts[two]);
    let is_same_host = match (one.contents.host.known(), two.contents.host.known()) {
        (Some(one), Some(two)) => one == two,
        _ => true,
    };
    one.lockfile != two.lockfile && is_same_host
}

/// The digest of no name: the lockfile lists hashes without saying of which files.
const UNNAMED: u32 = 0;

/// Lists of hashes without names differ when they have nothing in common and are equally long.
fn strangers(facts: &Facts, group: &[Link<LockedPackage>]) -> Vec<(Link<LockedPackage>, Link<LockedPackage>)> {
    let is_unnamed =
        |link: &&Link<LockedPackage>| facts[**link].contents.digests.iter().all(|digest| digest.file == UNNAMED);
    let unnamed: Vec<Link<LockedPackage>> = group.iter().filter(is_unnamed).copied().collect();
    let Some(first) = unnamed.first() else { return Vec::new() };
    let known = &facts[*first].contents.digests;
    let is_strange = |link: &&Link<LockedPackage>| {
        let own = &facts[**link].contents.digests;
        let shares = own.iter().any(|digest| known.iter().any(|other| other.hash == digest.hash));
        own.len() == known.len() && !shares && are_comparable(facts, **link, *first)
    };
    unnamed.iter().skip(1).filter(is_strange).map(|link| (*link, *first)).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::day::Day;
    use crate::discover::Listing;
    use crate::scan::scan_files;
    use crate::source::Sources;
    use crate::tree::Tree;

    fn lock(version: &str, hash: &str) -> String {
        format!(
            "version = 1\nrequires-python = \">=3.12\"\n\n[[package]]\nname = \"amber\"\nversion = \"{version}\"\nsource = {{ registry = \"https://corp.example.com/simple\" }}\n\
             wheels = [{{ url = \"https://files.example.com/amber-{version}-py3-none-any.whl\", hash = \"sha256:{hash}\" }}]\n"
        )
    }

    #[test]
    fn the_rarer_hash_is_told() {
        let files = [
            ("a/uv.lock", lock("1.0", "aa")),
            ("b/uv.lock", lock("1.0", "bb")),
            ("c/uv.lock", lock("1.0", "aa")),
            ("d/uv.lock", lock("1.1", "cc")),
            ("e/requirements.txt", "amber==1.0 --hash=sha256:dd\n".to_owned()),
            ("f/requirements.txt", "amber==1.0 --hash=sha256:ee\n".to_owned()),
        ];
        let paths = files.iter().map(|(path, _)| (*path).to_owned()).collect();
        let listing = Listing { paths, ..Listing::default() };
        let found = scan_files(&Arc::new(Tree::memory(files)), listing, Day(20_000), Sources::default());
        let told: Vec<String> = found
            .facts
            .locked_packages
            .iter()
            .filter_map(|package| {
                Some(format!("{} {}", package.header.path, found.facts[package.rare.rival?].header.path))
            })
            .collect();
        assert_eq!(told, ["b/uv.lock a/uv.lock", "f/requirements.txt e/requirements.txt"]);
    }
}
