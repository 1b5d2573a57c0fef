//! Direct dependencies whose locked version is not the one that most lockfiles of the repository hold.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{Count, Dependency, Facts, Header, Link, LockedPackage, Lockfile, Spread};
use crate::version;

/// The version of a package in one lockfile.
struct Locked {
    package: Link<LockedPackage>,
    version: String,
}

/// Versions by ecosystem and package, then by lockfile.
type Versions = BTreeMap<(String, String), BTreeMap<Link<Lockfile>, Locked>>;

/// Adds a spread for each direct dependency that is locked to an unusual version. What is usual is
/// counted over all lockfiles, also where the package is not a direct dependency.
pub(super) fn measure(facts: &mut Facts) {
    let versions = versions(facts);
    let mut spreads = Vec::new();
    for (link, dependency) in facts.all::<Dependency>().filter(|(_, dependency)| dependency.group != "build") {
        let [package] = dependency.locked[..] else { continue };
        let key = (dependency.ecosystem.clone(), dependency.package.clone());
        let Some(by_lockfile) = versions.get(&key) else { continue };
        let Some(own) = by_lockfile.get(&facts[package].lockfile) else { continue };
        let mut counts: BTreeMap<&str, (usize, Link<LockedPackage>)> = BTreeMap::new();
        for locked in by_lockfile.values() {
            counts.entry(&locked.version).or_insert((0, locked.package)).0 += 1;
        }
        let usual = counts.iter().max_by(|(a, (a_count, _)), (b, (b_count, _))| {
            a_count.cmp(b_count).then_with(|| version::compare(&release(a), &release(b))).then_with(|| a.cmp(b))
        });
        let Some((usual_version, (usual_count, usual))) = usual else { continue };
        if own.version != **usual_version {
            spreads.push(spread(facts, (link, own), (usual_version, *usual_count, *usual), by_lockfile.len()));
        }
    }
    for spread in spreads {
        facts.add(spread);
    }
}

fn versions(facts: &Facts) -> Versions {
    let mut found: Versions = BTreeMap::new();
    let mut forked = BTreeSet::new();
    for (link, package) in facts.all::<LockedPackage>().filter(|(_, package)| package.source != "own") {
        let Some(version) = package.version.known() else { continue };
        let key = (package.ecosystem.clone(), package.package.clone());
        let locked = Locked { package: link, version: version.clone() };
        if found.entry(key.clone()).or_default().insert(package.lockfile, locked).is_some() {
            forked.insert((key, package.lockfile));
        }
    }
    // Several versions of one name are forks for different machines: none of them is the project's.
    for (key, lockfile) in forked {
        if let Some(by_lockfile) = found.get_mut(&key) {
            by_lockfile.remove(&lockfile);
        }
    }
    found
}

fn spread(
    facts: &Facts,
    (link, locked): (Link<Dependency>, &Locked),
    (usual_version, usual_count, usual): (&str, usize, Link<LockedPackage>),
    services: usize,
) -> Spread {
    let count = |n: usize| Count(i64::try_from(n).unwrap_or(i64::MAX));
    let dependency = &facts[link];
    let Header { path, span, name, .. } = &dependency.header;
    Spread {
        header: Header::new(path, format!("{name}/spread"), *span),
        dependency: link,
        package: dependency.package.clone(),
        ecosystem: dependency.ecosystem.clone(),
        version: locked.version.clone(),
        usual_version: usual_version.to_owned(),
        usual_count: count(usual_count),
        service_count: count(services),
        distance: distance(&locked.version, usual_version).to_owned(),
        usual,
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
