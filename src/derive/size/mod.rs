//! Predicts what a function of Python or Node deploys: its own source, what is installed from the lockfile that governs
//! its code, and its layers.
//!
//! Compressed size is that of the wheels that fit the function's interpreter and processor, less what packing
//! them again saves; the unzipped size lies between ends that the class of each wheel gives. Bytecode is not
//! counted, so the least size is a true lower bound. What directories weigh is added once all is derived.

mod closure;
mod installed;
mod node;
mod source;
mod told;
mod wheel;

use std::collections::BTreeMap;

use rayon::prelude::*;

use self::closure::Closure;
use self::installed::Installed;
use self::node::Projects;
use self::told::Told;
use self::wheel::{Chooser, Target};
use crate::discover::Listing;
use crate::facts::{
    Artifact, Contents, Count, Dependency, Facts, Header, Lambda, Layer, Link, LockedPackage, Lockfile, Manifest, Part,
    PartKind,
};
use crate::handler::{Language, language};
use crate::path;

/// What two functions must share to deploy the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    template: String,
    code: String,
    platform: Platform,
    /// What is packed of the code, or why that is not known.
    contents: Result<Contents, String>,
    layers: Vec<Layer>,
    lockfile: Option<Link<Lockfile>>,
}

/// What a size depends on besides files.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Platform {
    /// An interpreter and a processor.
    Python(Target),
    /// Packages of Node are the same on all.
    Node,
}

/// Adds an artifact for each code directory of each template, and links its functions to it.
pub(super) fn predict(facts: &mut Facts, files: &Listing) {
    let governing = Governing::new(facts);
    let projects = Projects::new(facts, files);
    let mut shared: BTreeMap<Key, Vec<Link<Lambda>>> = BTreeMap::new();
    let mut order = Vec::new();
    for (link, lambda) in facts.all::<Lambda>() {
        let Some((platform, code)) = platform_of(lambda) else { continue };
        let key = Key {
            template: lambda.header.path.to_string(),
            contents: match platform {
                Platform::Python(_) => source::contents(lambda, &code),
                Platform::Node => projects.contents(lambda, &code),
            },
            layers: lambda.layer_contents.clone(),
            lockfile: governing.of(&code).map(|(lockfile, _)| lockfile),
            code,
            platform,
        };
        let functions = shared.entry(key.clone()).or_default();
        if functions.is_empty() {
            order.push(key);
        }
        functions.push(link);
    }
    let locks = Packages::new(facts);
    let told = Told::new(facts, &governing.by_directory.values().map(|(lockfile, _)| *lockfile).collect());
    let wheels = Chooser::new(told);
    let stated = Stated::new(facts);
    let predicting = Predicting { facts, projects, governing, locks, wheels, stated };
    let made: Vec<Artifact> = order.par_iter().map(|key| predicting.artifact(key, shared[key][0])).collect();
    for (key, artifact) in order.iter().zip(made) {
        let artifact = facts.add(artifact);
        for function in &shared[key] {
            facts[*function].artifact = Some(artifact);
        }
    }
}

/// What a function runs on whose code is a directory.
fn platform_of(lambda: &Lambda) -> Option<(Platform, String)> {
    if lambda.package_type != "zip" || lambda.owner != "user" {
        return None;
    }
    let runtime = lambda.runtime.known()?;
    let platform = match language(runtime)? {
        Language::Python => Platform::Python(Target::of(runtime, lambda.architecture.known()?)?),
        Language::Node => Platform::Node,
        Language::Ruby | Language::Compiled => return None,
    };
    Some((platform, lambda.code.known()?.clone()))
}

/// What a prediction looks up.
struct Predicting<'f> {
    facts: &'f Facts,
    projects: Projects<'f>,
    governing: Governing,
    locks: Packages<'f>,
    wheels: Chooser<'f>,
    stated: Stated<'f>,
}

impl Predicting<'_> {
    fn artifact(&self, key: &Key, function: Link<Lambda>) -> Artifact {
        let lambda = &self.facts[function];
        let span = lambda.code.span.unwrap_or(lambda.header.span);
        let header = Header::new(&lambda.header.path, format!("{}/package", lambda.header.name), span);
        let installed = match &key.platform {
            Platform::Python(target) => self.installed(&key.code, target),
            Platform::Node => None,
        };
        let source = match &key.contents {
            Ok(contents) => Part::unweighed(PartKind::Source, contents.clone()),
            Err(reason) => Part::unknown(PartKind::Source, reason),
        };
        let packages = installed.as_ref().map(|installed| installed.part(PartKind::Packages));
        let packages = packages.or_else(|| match key.platform {
            Platform::Python(_) => self.unlocked(lambda, key),
            Platform::Node => self.projects.packages(lambda, &key.code),
        });
        let layers = key.layers.iter().map(|layer| self.layer(layer, key));
        let made_of = packages.into_iter().chain([source]).chain(layers).collect();
        let installed = installed.unwrap_or_default();
        Artifact {
            lockfile: key.lockfile,
            package_count: Count(i64::try_from(installed.count).unwrap_or(i64::MAX)),
            heaviest: installed.heaviest(),
            missing_wheels: installed.missing,
            compiled: installed.compiled,
            made_of,
            ..Artifact::unknown(header, function, "it was not weighed")
        }
    }

    /// What is installed into a directory from the lockfile that governs it. `None` without a lockfile.
    fn installed(&self, code: &str, target: &Target) -> Option<Installed> {
        let (lockfile, manifest) = self.governing.of(code)?;
        let closure = Closure { facts: self.facts, locks: &self.locks, stated: &self.stated, lockfile, target };
        Some(match closure.of(manifest, code) {
            Some(members) => Installed::of(self.facts, &members, target, &self.wheels),
            None => Installed::unknown("the lockfile does not name the project"),
        })
    }

    /// The packages of a function that no lockfile governs; `None` when nothing is installed for it.
    fn unlocked(&self, lambda: &Lambda, key: &Key) -> Option<Part> {
        let asks = |manifest: &Link<Manifest>| self.stated.by_manifest.contains_key(manifest);
        let installs = lambda.manifest.as_ref().is_some_and(asks) || self.stated.has_listed(&key.code);
        installs.then(|| Part::unknown(PartKind::Packages, "no lockfile tells what is installed"))
    }

    /// A layer: its directory, and what a build installs into it.
    fn layer(&self, layer: &Layer, key: &Key) -> Part {
        let kind = PartKind::Layer(layer.name.clone());
        let directory = match &layer.directory {
            Ok(directory) => directory,
            Err(reason) => return Part::unknown(kind, reason),
        };
        let contents = source::layer(layer, directory);
        let Platform::Python(target) = &key.platform else {
            return self.projects.layer(layer, directory).unwrap_or_else(|| Part::unweighed(kind, contents));
        };
        if !layer.is_built || !self.stated.has_listed(directory) {
            return Part::unweighed(kind, contents);
        }
        let mut part = match self.installed(directory, target) {
            Some(installed) => installed.part(kind),
            None => Part::unknown(kind, "no lockfile tells what is installed"),
        };
        part.contents = Some(contents);
        part
    }
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
        let python = facts.all::<LockedPackage>().filter(|(_, package)| package.contents.ecosystem == "python");
        let mut sorted: Vec<_> =
            python.map(|(link, package)| (package.lockfile, &*package.contents.package, link)).collect();
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

    /// Whether a directory has a file that builders install from, with something in it.
    fn has_listed(&self, directory: &str) -> bool {
        path::join(directory, closure::INSTALLED_FROM).is_some_and(|file| self.in_requirements.contains_key(&*file))
    }
}
