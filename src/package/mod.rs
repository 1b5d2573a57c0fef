//! What builds have left beside their templates, archives and directories, measured without unpacking; and what the
//! directories weigh that a build would pack; and which directories git tracks that tools fill anew.
//!
//! Looks only at places where builders put things and take them from, and reads names and sizes, never contents.
//! Every count is bounded, so no archive can make it hang.

mod archive;
mod environment;
mod fact;
mod folder;
mod measure;
mod weigh;

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

pub use self::environment::{Environment, environments, stray};
pub use self::fact::{download, fact};
pub use self::measure::Measure;
pub use self::weigh::weigh;

use crate::discover::Listing;
use crate::path;
use crate::tree::Tree;

/// More builds than this are not measured.
const BUILDS: usize = 2_000;

/// Something that was built.
#[derive(Debug)]
pub struct Built {
    /// Its path from the root.
    pub path: String,
    /// What made it: aws-sam, serverless, cdk, chalice, other.
    pub builder: &'static str,
    /// The directory of the template or project that it was built from.
    pub home: String,
    /// The function it was built for, when its place tells.
    pub function: Option<String>,
    /// Whether it is an archive; otherwise a directory.
    pub is_archive: bool,
    /// What it holds, or why that is not known.
    pub measure: Result<Measure, String>,
}

/// A place where a builder puts what it makes, below the directory of a project.
struct Place {
    builder: &'static str,
    directory: &'static str,
    /// Whether directories in it are packages too.
    holds_directories: bool,
}

const PLACES: &[Place] = &[
    Place { builder: "aws-sam", directory: ".aws-sam/build", holds_directories: true },
    Place { builder: "serverless", directory: ".serverless", holds_directories: false },
    Place { builder: "cdk", directory: "cdk.out", holds_directories: true },
    Place { builder: "chalice", directory: ".chalice/deployments", holds_directories: false },
    Place { builder: "other", directory: "dist", holds_directories: false },
    Place { builder: "other", directory: "build", holds_directories: false },
    Place { builder: "other", directory: "builds", holds_directories: false },
];

/// Names of files whose directory is a project that deploys.
const PROJECTS: &[&str] = &["template.yaml", "template.yml", "template.json", "samconfig.toml", "cdk.json"];

/// The directory of a project that deploys.
#[derive(Debug)]
pub struct Home<'a> {
    path: &'a str,
    /// The names in it, also those that git ignores.
    names: BTreeMap<String, bool>,
}

impl Home<'_> {
    /// The path of a directory below it. `None` when its first part is not there.
    fn join(&self, directory: &str) -> Option<String> {
        let first = directory.split('/').next().unwrap_or(directory);
        self.names.get(first).and_then(|_| path::join(self.path, directory))
    }
}

/// The directories of the projects that deploy, sorted.
pub fn homes<'a>(tree: &Tree, files: &'a Listing) -> Vec<Home<'a>> {
    let is_project = |path: &'_ str| -> bool {
        let name = path::file_name(path);
        PROJECTS.contains(&name) || name.starts_with("serverless.") || name.ends_with(".tf")
    };
    let projects = files.paths.iter().filter(|path| is_project(path)).map(|path| path::directory(path));
    let chalice = files.paths.iter().filter_map(|path| path.strip_suffix(".chalice/config.json"));
    let paths: BTreeSet<&str> = projects.chain(chalice.map(|home| home.trim_end_matches('/'))).collect();
    paths.into_par_iter().map(|path| Home { path, names: folder::entries(tree, path) }).collect()
}

/// Everything that was built, in the order of the paths.
pub fn built(tree: &Tree, files: &Listing, homes: &[Home<'_>]) -> Vec<Built> {
    let mut found = Vec::new();
    let mut done: BTreeSet<String> = BTreeSet::new();
    for home in homes {
        for place in PLACES {
            let Some(directory) = home.join(place.directory) else { continue };
            for (name, is_directory) in folder::entries(tree, &directory) {
                let is_archive = !is_directory && name.ends_with(".zip");
                let is_package =
                    is_directory && place.holds_directories && (place.builder != "cdk" || name.starts_with("asset."));
                let Some(path) = path::join(&directory, &name).filter(|_| is_archive || is_package) else { continue };
                if found.len() < BUILDS && done.insert(path.clone()) {
                    found.push(measured(tree, path, place.builder, home.path, is_archive));
                }
            }
        }
    }
    for path in files.paths.iter().filter(|path| path.ends_with(".zip")) {
        if found.len() < BUILDS && done.insert(path.clone()) {
            found.push(measured(tree, path.clone(), "other", path::directory(path), true));
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

/// Directories in which people keep the wheels of a project, as `pip download --dest wheelhouse` fills them.
const WHEELS: &[&str] = &["wheelhouse", "wheels", ".wheels"];

/// The wheels that lie beside the projects that deploy: paths with what they hold.
pub fn wheels(tree: &Tree, homes: &[Home<'_>]) -> Vec<(String, Result<Measure, String>)> {
    let mut found = Vec::new();
    for home in homes {
        for directory in WHEELS.iter().filter_map(|name| home.join(name)) {
            let names = folder::entries(tree, &directory).into_iter().filter(|(_, is_directory)| !is_directory);
            for name in names.map(|(name, _)| name).filter(|name| name.ends_with(".whl")) {
                if let Some(path) = path::join(&directory, &name).filter(|_| found.len() < BUILDS) {
                    let measure = archive::measure(tree, &path);
                    found.push((path, measure));
                }
            }
        }
    }
    found
}

fn measured(tree: &Tree, path: String, builder: &'static str, home: &str, is_archive: bool) -> Built {
    let measure = if is_archive { archive::measure(tree, &path) } else { folder::measure(tree, &path) };
    let stem = path::file_name(&path).trim_end_matches(".zip").to_owned();
    let function = matches!(builder, "aws-sam" | "serverless" | "cdk").then_some(stem);
    Built { path, builder, home: home.to_owned(), function, is_archive, measure }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// An archive of names alone: what the central directory says, nothing behind it.
    fn archive(entries: &[(&str, u32)]) -> Vec<u8> {
        let mut central = Vec::new();
        for (name, size) in entries {
            central.extend(b"PK\x01\x02\x14\0\x14\0\0\0\0\0\0\0\x21\0\0\0\0\0");
            central.extend(0u32.to_le_bytes());
            central.extend(size.to_le_bytes());
            central.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
            central.extend([0; 16]);
            central.extend(name.as_bytes());
        }
        let mut file = central.clone();
        file.extend(b"PK\x05\x06\0\0\0\0");
        let count = u16::try_from(entries.len()).unwrap();
        file.extend(count.to_le_bytes());
        file.extend(count.to_le_bytes());
        file.extend(u32::try_from(central.len()).unwrap().to_le_bytes());
        file.extend([0; 6]);
        file
    }

    fn found(tree: &Tree, files: &Listing) -> Vec<Built> {
        built(tree, files, &homes(tree, files))
    }

    fn listing(paths: &[&str]) -> Listing {
        Listing { paths: paths.iter().map(|path| (*path).to_owned()).collect(), ..Listing::default() }
    }

    #[test]
    fn archives_are_measured_by_their_directory() {
        let zip = archive(&[("b.py", 10), ("a.py", 5), ("/etc/passwd", 1), ("x/__pycache__/b.cpython-312.pyc", 7)]);
        let tree = Tree::memory([("api/template.yaml", b"".to_vec()), ("api/dist/app.zip", zip)]);
        let found = found(&tree, &listing(&["api/template.yaml"]));
        assert_eq!(found.len(), 1);
        let measure = found[0].measure.as_ref().unwrap();
        assert_eq!((measure.entries, measure.unzipped), (4, 23));
        assert_eq!(measure.unsorted.as_deref(), Some("a.py"));
        assert_eq!(measure.unsafe_path.as_deref(), Some("/etc/passwd"));
        assert_eq!(measure.bytecode.as_deref(), Some("x/__pycache__/b.cpython-312.pyc"));
    }

    #[test]
    fn directories_of_builders_are_packages() {
        let tree = Tree::memory([
            ("template.yaml", "".to_owned()),
            (".aws-sam/build/Resize/app.py", "x".repeat(1000)),
            (".aws-sam/build/template.yaml", String::new()),
            ("cdk.out/asset.abc/app.py", "x".repeat(10)),
            ("cdk.out/tree.json", String::new()),
        ]);
        let found = found(&tree, &listing(&["template.yaml"]));
        let shown: Vec<_> =
            found.iter().map(|one| (one.path.as_str(), one.measure.as_ref().unwrap().unzipped)).collect();
        assert_eq!(shown, [(".aws-sam/build/Resize", 1000), ("cdk.out/asset.abc", 10)]);
        assert_eq!(found[0].function.as_deref(), Some("Resize"));
    }

    #[test]
    fn hostile_archives_are_refused() {
        for bytes in [b"not a zip".to_vec(), b"PK\x05\x06".repeat(5), Vec::new()] {
            let tree = Tree::memory([("dist/a.zip", bytes)]);
            assert!(found(&tree, &listing(&["dist/a.zip"]))[0].measure.is_err());
        }
        let bomb = archive(&[("a", u32::MAX), ("b", u32::MAX)]);
        let tree = Tree::memory([("dist/a.zip", bomb)]);
        let refusal = "a file of it claims to unzip to more than compression can hold";
        assert_eq!(found(&tree, &listing(&["dist/a.zip"]))[0].measure, Err(refusal.to_owned()));
    }
}
