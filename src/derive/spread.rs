//! Direct dependencies whose locked version is not the one that most projects of the repository lock.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::facts::{Count, Dependency, Facts, Header, Link, LockedPackage, Manifest, Spread};
use crate::version;

/// One project's version of a package.
struct Locked {
    dependency: Link<Dependency>,
    package: Link<LockedPackage>,
    version: String,
}

/// Adds a spread for each direct dependency that is locked to an unusual version.
pub(super) fn measure(facts: &mut Facts) {
    let mut spreads = Vec::new();
    for by_manifest in locked(facts).into_values() {
        let mut counts: BTreeMap<&str, (usize, Link<LockedPackage>)> = BTreeMap::new();
        for locked in by_manifest.values() {
            counts.entry(&locked.version).or_insert((0, locked.package)).0 += 1;
        }
        let usual = counts.iter().max_by(|(a, (a_count, _)), (b, (b_count, _))| {
            a_count.cmp(b_count).then_with(|| version::compare(&release(a), &release(b))).then_with(|| a.cmp(b))
        });
        let Some((usual_version, (usual_count, usual))) = usual else { continue };
        for locked in by_manifest.values().filter(|locked| locked.version != **usual_version) {
            spreads.push(spread(facts, locked, (usual_version, *usual_count, *usual), by_manifest.len()));
        }
    }
    for spread in spreads {
        facts.add(spread);
    }
}

/// The locked versions of direct dependencies, by ecosystem and package, then by project.
fn locked(facts: &Facts) -> BTreeMap<(String, String), BTreeMap<Link<Manifest>, Locked>> {
    let mut found: BTreeMap<(String, String), BTreeMap<Link<Manifest>, Locked>> = BTreeMap::new();
    for (link, dependency) in facts.all::<Dependency>().filter(|(_, dependency)| dependency.group != "build") {
        // Several versions of one name are forks for different machines: none of them is the project's.
        let [package] = dependency.locked[..] else { continue };
        let Some(version) = facts[package].version.known() else { continue };
        let key = (dependency.ecosystem.clone(), dependency.package.clone());
        let entry = Locked { dependency: link, package, version: version.clone() };
        found.entry(key).or_default().entry(dependency.manifest).or_insert(entry);
    }
    found
}

fn spread(
    facts: &Facts,
    locked: &Locked,
    (usual_version, usual_count, usual): (&str, usize, Link<LockedPackage>),
    services: usize,
) -> Spread {
    let count = |n: usize| Count(i64::try_from(n).unwrap_or(i64::MAX));
    let dependency = &facts[locked.dependency];
    let Header { path, span, name, .. } = &dependency.header;
    Spread {
        header: Header::new(path, format!("{name}/spread"), *span),
        dependency: locked.dependency,
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
