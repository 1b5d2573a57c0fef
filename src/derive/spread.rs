//! Direct dependencies whose locked version is not the one that most lockfiles of the repository hold.

use std::cmp::Ordering;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::facts::{Count, Dependency, Facts, Header, Link, LockedPackage, Lockfile, Manifest, Spread};
use crate::sample::{is_aside, is_sample};
use crate::version;

/// The version of a package in one lockfile.
#[derive(Clone, Copy)]
struct Locked<'f> {
    package: Link<LockedPackage>,
    version: &'f str,
}

/// Where a package is locked, and to which version mostly.
struct Usual<'f> {
    by_lockfile: BTreeMap<Link<Lockfile>, Locked<'f>>,
    most: Locked<'f>,
    /// How many lockfiles of what is shipped hold that version, and the package.
    count: usize,
    shipped: BTreeSet<Link<Lockfile>>,
}

/// Adds a spread for each direct dependency that is locked to an unusual version. What is usual is
/// counted over all lockfiles of what is shipped, also where the package is not a direct dependency.
pub(super) fn measure(facts: &mut Facts) {
    let mut spreads: Vec<Spread> = Vec::new();
    // Members of a workspace ask for what one lockfile holds: that is one spread.
    let mut known: BTreeMap<(Name<'_>, Link<Lockfile>), usize> = BTreeMap::new();
    let usual = usual(facts);
    let sharing = sharing(facts);
    for (link, dependency) in facts.all::<Dependency>().filter(|(_, dependency)| is_counted(dependency)) {
        let [package] = dependency.locked[..] else { continue };
        let Some(usual) = usual.get(&name_of(dependency)) else { continue };
        let Some(own) = usual.by_lockfile.get(&facts[package].lockfile) else { continue };
        if own.version == usual.most.version {
            continue;
        }
        match known.entry((name_of(dependency), facts[package].lockfile)) {
            Entry::Occupied(at) => spreads[*at.get()].others.push(link),
            Entry::Vacant(free) => {
                free.insert(spreads.len());
                let fact = spread(facts, (link, own), usual);
                let aside = is_aside(&fact.header.path) && !sharing.contains(&dependency.manifest);
                spreads.push(Spread { aside, ..fact });
            }
        }
    }
    for spread in spreads {
        facts.add(spread);
    }
}

fn is_counted(dependency: &Dependency) -> bool {
    !matches!(&*dependency.group, "build" | "indirect") && dependency.locked.len() == 1
}

/// Manifests that take in a package of the repository by its path.
fn sharing(facts: &Facts) -> BTreeSet<Link<Manifest>> {
    let shares = |dependency: &&Dependency| matches!(dependency.source.as_str(), "path" | "workspace");
    facts.dependencies.iter().filter(shares).map(|dependency| dependency.manifest).collect()
}

/// A package by ecosystem and name.
type Name<'f> = (&'f str, &'f str);

fn name_of(dependency: &Dependency) -> Name<'_> {
    (&dependency.ecosystem, &dependency.package)
}

/// The packages that are direct dependencies somewhere.
fn usual(facts: &Facts) -> HashMap<Name<'_>, Usual<'_>> {
    let counted = facts.dependencies.iter().filter(|dependency| is_counted(dependency));
    let mut found: HashMap<Name<'_>, BTreeMap<Link<Lockfile>, Option<Locked<'_>>>> =
        counted.map(|dependency| (name_of(dependency), BTreeMap::new())).collect();
    // go.sum keeps versions that nothing asks for any more; each go.mod names all that it builds with.
    let of_go = facts.dependencies.iter().filter(|dependency| dependency.ecosystem == "go");
    let asked: BTreeSet<Link<LockedPackage>> = of_go.flat_map(|dependency| &dependency.locked).copied().collect();
    let is_locked = |(link, package): &(Link<LockedPackage>, &LockedPackage)| {
        package.contents.source != "own" && (package.contents.ecosystem != "go" || asked.contains(link))
    };
    for (package, fact) in facts.all::<LockedPackage>().filter(is_locked) {
        let Some(version) = fact.contents.version.known() else { continue };
        let Some(by_lockfile) = found.get_mut(&(fact.contents.ecosystem, &*fact.contents.package)) else { continue };
        // Several versions of one name are forks for different machines: none of them is the project's.
        let locked = Some(Locked { package, version });
        by_lockfile.entry(fact.lockfile).and_modify(|forked| *forked = None).or_insert(locked);
    }
    let is_shipped = |lockfile: &Link<Lockfile>| {
        let path = &facts[*lockfile].header.path;
        !is_sample(path) && !is_aside(path)
    };
    found.into_iter().filter_map(|(name, by_lockfile)| Some((name, most(by_lockfile, is_shipped)?))).collect()
}

/// The version that most lockfiles of what is shipped hold; the newest of those that are equally common.
fn most(
    by_lockfile: BTreeMap<Link<Lockfile>, Option<Locked<'_>>>,
    is_shipped: impl Fn(&Link<Lockfile>) -> bool,
) -> Option<Usual<'_>> {
    let by_lockfile: BTreeMap<_, _> = by_lockfile.into_iter().filter_map(|(lock, of)| Some((lock, of?))).collect();
    let shipped: BTreeSet<_> = by_lockfile.keys().copied().filter(is_shipped).collect();
    let mut counts: BTreeMap<&str, (usize, Link<LockedPackage>)> = BTreeMap::new();
    for (_, locked) in by_lockfile.iter().filter(|(lockfile, _)| shipped.contains(lockfile)) {
        counts.entry(locked.version).or_insert((0, locked.package)).0 += 1;
    }
    let (version, (count, package)) = counts.into_iter().max_by(|(a, (a_count, _)), (b, (b_count, _))| {
        a_count.cmp(b_count).then_with(|| version::compare(&release(a), &release(b))).then_with(|| a.cmp(b))
    })?;
    Some(Usual { by_lockfile, most: Locked { package, version }, count, shipped })
}

fn spread(facts: &Facts, (link, locked): (Link<Dependency>, &Locked<'_>), usual: &Usual<'_>) -> Spread {
    let count = |n: usize| Count(i64::try_from(n).unwrap_or(i64::MAX));
    let dependency = &facts[link];
    let is_counted = usual.shipped.contains(&facts[locked.package].lockfile);
    let Header { path, span, name, .. } = &dependency.header;
    Spread {
        header: Header::new(path, format!("{name}/spread"), *span),
        dependency: link,
        others: Vec::new(),
        package: dependency.package.clone(),
        ecosystem: dependency.ecosystem.clone(),
        version: locked.version.to_owned(),
        usual_version: usual.most.version.to_owned(),
        usual_count: count(usual.count),
        service_count: count(usual.shipped.len() + usize::from(!is_counted)),
        aside: false,
        distance: distance(locked.version, usual.most.version).to_owned(),
        usual: usual.most.package,
    }
}

/// The release numbers of a version of any ecosystem.
fn release(text: &str) -> Vec<u64> {
    let plain = text.trim_start_matches('v');
    plain.split('.').map_while(|part| part.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()).collect()
}

fn distance(one: &str, other: &str) -> &'static str {
    let (one, other) = (release(one), release(other));
    let part = |release: &[u64], at: usize| release.get(at).copied().unwrap_or(0);
    let differs = (0..3).find(|at| part(&one, *at).cmp(&part(&other, *at)) != Ordering::Equal);
    match differs {
        Some(0) => "major",
        Some(1) => "minor",
        Some(2) => "patch",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (one, other, expected) in [
            ("1.2.3", "2.2.3", "major"),
            ("1.2.3", "1.3", "minor"),
            ("1.2.3", "1.2.4", "patch"),
            ("1.2", "1.2.0", "other"),
            ("1.2.0rc1", "1.2.0", "other"),
            ("v1.0", "1.1", "minor"),
        ] {
            assert_eq!(distance(one, other), expected, "{one} {other}");
        }
    }
}
