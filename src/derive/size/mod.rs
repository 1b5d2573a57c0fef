//! Predicts what a Python function deploys from the lockfile that governs its code.
//!
//! Compressed size is that of the wheels that fit the function's interpreter and processor, less what packing
//! them again saves; the unzipped size lies between ends that the class of each wheel gives. The function's own
//! source, layers and bytecode are not counted, so the least size is a true lower bound.

mod closure;
mod told;
mod wheel;

use std::collections::BTreeMap;

use rayon::prelude::*;

use self::closure::{Closure, Member};
use self::told::Told;
use self::wheel::{Found, Target};
use crate::facts::{
    Artifact, Bytes, Count, Dependency, Facts, Header, Lambda, Link, LockedPackage, Lockfile, Manifest,
};
use crate::path;
use crate::value::Value;

/// How many of the heaviest packages are named.
const HEAVIEST: usize = 5;

/// What two functions must share to deploy the same packages.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    template: String,
    code: String,
    target: Target,
    lockfile: Link<Lockfile>,
}

/// Adds an artifact for each code directory of each template, and links its functions to it.
pub(super) fn predict(facts: &mut Facts) {
    let governing = Governing::new(facts);
    let mut shared: BTreeMap<Key, Vec<Link<Lambda>>> = BTreeMap::new();
    let mut order = Vec::new();
    for (link, lambda) in facts.all::<Lambda>() {
        let Some((target, code)) = target_of(lambda) else { continue };
        let Some((lockfile, _)) = governing.of(&code) else { continue };
        let key = Key { template: lambda.header.path.to_string(), code, target, lockfile };
        let functions = shared.entry(key.clone()).or_default();
        if functions.is_empty() {
            order.push(key);
        }
        functions.push(link);
    }
    let locks = Packages::new(facts);
    let told = Told::new(facts, &order.iter().map(|key| key.lockfile).collect());
    let stated = Stated::new(facts);
    let made: Vec<Artifact> = order
        .par_iter()
        .map(|key| {
            let manifest = governing.of(&key.code).map(|(_, manifest)| manifest);
            let closure =
                Closure { facts, locks: &locks, stated: &stated, lockfile: key.lockfile, target: &key.target };
            let members = manifest.and_then(|manifest| closure.of(manifest, &key.code));
            artifact(&told, key, shared[key][0], members.as_deref())
        })
        .collect();
    for (key, artifact) in order.iter().zip(made) {
        let artifact = facts.add(artifact);
        for function in &shared[key] {
            facts[*function].artifact = Some(artifact);
        }
    }
}

/// The interpreter and processor of a Python function whose code is a directory.
fn target_of(lambda: &Lambda) -> Option<(Target, String)> {
    if lambda.package_type != "zip" || lambda.owner != "user" {
        return None;
    }
    let target = Target::of(lambda.runtime.known()?, lambda.architecture.known()?)?;
    Some((target, lambda.code.known()?.clone()))
}

/// The lockfile and the manifest that govern each directory with Python manifests.
struct Governing {
    by_directory: BTreeMap<String, (Link<Lockfile>, Link<Manifest>)>,
}

impl Governing {
    fn new(facts: &Facts) -> Self {
        let mut by_directory = BTreeMap::new();
        for (link, manifest) in facts.all::<Manifest>().filter(|(_, manifest)| manifest.ecosystem == "python") {
            // uv first: its lockfile alone tells sizes.
            let lock = manifest.lockfiles.iter().find(|lock| facts[**lock].tool == "uv").or(manifest.lockfiles.first());
            if let Some(lock) = lock {
                by_directory.insert(path::directory(&manifest.header.path).to_owned(), (*lock, link));
            }
        }
        Self { by_directory }
    }

    /// The lockfile that is nearest above a code directory, and its manifest.
    fn of(&self, code: &str) -> Option<(Link<Lockfile>, Link<Manifest>)> {
        path::ancestors(code).find_map(|directory| self.by_directory.get(directory)).copied()
    }
}

/// The Python packages of all lockfiles, sorted by lockfile and name.
struct Packages<'f> {
    sorted: Vec<(Link<Lockfile>, &'f str, Link<LockedPackage>)>,
}

impl<'f> Packages<'f> {
    fn new(facts: &'f Facts) -> Self {
        let python = facts.all::<LockedPackage>().filter(|(_, package)| package.ecosystem == "python");
        let mut sorted: Vec<_> = python.map(|(link, package)| (package.lockfile, &*package.package, link)).collect();
        sorted.sort_unstable();
        Self { sorted }
    }

    /// The packages of a name in a lockfile: several when it locks several versions.
    fn named(&self, lockfile: Link<Lockfile>, name: &str) -> impl Iterator<Item = Link<LockedPackage>> {
        let first = self.sorted.partition_point(|(of, package, _)| (*of, *package) < (lockfile, name));
        let same = move |entry: &&(Link<Lockfile>, &str, Link<LockedPackage>)| entry.0 == lockfile && entry.1 == name;
        self.sorted[first..].iter().take_while(same).map(|(.., link)| *link)
    }
}

/// The dependencies that manifests state.
struct Stated<'f> {
    by_manifest: BTreeMap<Link<Manifest>, Vec<&'f Dependency>>,
    /// Those of files that builders install from, by path.
    in_requirements: BTreeMap<&'f str, Vec<&'f Dependency>>,
}

impl<'f> Stated<'f> {
    fn new(facts: &'f Facts) -> Self {
        let mut stated = Self { by_manifest: BTreeMap::new(), in_requirements: BTreeMap::new() };
        for dependency in facts.dependencies.iter().filter(|dependency| dependency.ecosystem == "python") {
            stated.by_manifest.entry(dependency.manifest).or_default().push(dependency);
            if path::file_name(&dependency.header.path) == closure::INSTALLED_FROM {
                stated.in_requirements.entry(&dependency.header.path).or_default().push(dependency);
            }
        }
        stated
    }
}

fn artifact(told: &Told<'_>, key: &Key, function: Link<Lambda>, members: Option<&[Member]>) -> Artifact {
    let lambda = &told.facts()[function];
    let span = lambda.code.span.unwrap_or(lambda.header.span);
    let header = Header::new(&lambda.header.path, format!("{}/package", lambda.header.name), span);
    match members {
        None => Artifact::unknown(header, function, Some(key.lockfile), "the lockfile does not name the project"),
        Some(members) => measured(told, header, function, key, members),
    }
}

fn measured(told: &Told<'_>, header: Header, function: Link<Lambda>, key: &Key, members: &[Member]) -> Artifact {
    let mut sum = Sum::default();
    for member in members {
        let package = &told.facts()[member.package];
        match wheel::choose(package, &key.target, told) {
            Found::Wheel { bytes, packed, unzipped, is_compiled } => {
                sum.add(packed, unzipped, member.certain);
                sum.heaviest.push((package.package.clone(), bytes));
                if is_compiled {
                    sum.compiled.push(package.package.clone());
                }
            }
            Found::Unsized => sum.unsized_packages.push(package.package.clone()),
            Found::Missing => {
                sum.unsized_packages.push(package.package.clone());
                if member.certain {
                    sum.missing.push(package.package.clone());
                }
            }
        }
    }
    sum.heaviest.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let count = |n: usize| Count(i64::try_from(n).unwrap_or(i64::MAX));
    let bytes = |n: u64| Bytes(i64::try_from(n).unwrap_or(i64::MAX));
    let whole = |least: u64, most: u64| match sum.unsized_packages.as_slice() {
        [] if least == most => Value::derived(bytes(least)),
        [] => Value::one_of(vec![bytes(least), bytes(most)], None),
        [one] => Value::unknown(format!("the size of {one} is not in the lockfile"), None),
        [first, rest @ ..] => {
            Value::unknown(format!("the sizes of {first} and {} more are not in the lockfile", rest.len()), None)
        }
    };
    Artifact {
        lambda: function,
        how: "predicted".to_owned(),
        compressed: whole(sum.compressed.0, sum.compressed.1),
        unzipped: whole(sum.unzipped.0, sum.unzipped.1),
        unzipped_least: Value::derived(bytes(sum.unzipped.0)),
        lockfile: Some(key.lockfile),
        package_count: count(members.len()),
        heaviest: sum
            .heaviest
            .iter()
            .take(HEAVIEST)
            .map(|(name, size)| format!("{name} {}", megabytes(*size)))
            .collect(),
        missing_wheels: sum.missing,
        compiled: sum.compiled,
        header,
    }
}

/// `12.3 MB`, in powers of ten.
fn megabytes(bytes: u64) -> String {
    let tenths = (bytes + 50_000) / 100_000;
    format!("{}.{} MB", tenths / 10, tenths % 10)
}

/// Least and most of what is counted so far.
#[derive(Default)]
struct Sum {
    compressed: (u64, u64),
    unzipped: (u64, u64),
    heaviest: Vec<(String, u64)>,
    unsized_packages: Vec<String>,
    missing: Vec<String>,
    compiled: Vec<String>,
}

impl Sum {
    fn add(&mut self, packed: (u64, u64), unzipped: (u64, u64), certain: bool) {
        if certain {
            self.compressed.0 += packed.0;
            self.unzipped.0 += unzipped.0;
        }
        self.compressed.1 += packed.1;
        self.unzipped.1 += unzipped.1;
    }
}
