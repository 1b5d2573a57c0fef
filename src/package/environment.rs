//! Directories that tools fill anew on each machine and that git tracks all the same: installed packages and caches.

use std::collections::{BTreeMap, BTreeSet};

use crate::discover::Listing;
use crate::facts::{Count, Header, Stray};
use crate::path;
use crate::sample::is_sample;
use crate::source::{SourceId, Span};

/// Such a directory.
#[derive(Debug, PartialEq, Eq)]
pub struct Environment<'f> {
    /// The directory.
    pub directory: &'f str,
    /// How many files git tracks below it.
    pub file_count: usize,
    /// The file that stands for it: one that tells what the directory is, else the first.
    pub file: &'f str,
}

/// Names of directories that nothing else bears.
const CACHES: &[&str] =
    &["__pycache__", ".terraform", "site-packages", ".tox", ".nox", ".mypy_cache", ".ruff_cache", ".pytest_cache"];

/// Names of virtual environments of Python, and how paths below one begin (its `pyvenv.cfg`: the documentation of `venv`
/// and PEP 405, read 2026-12-01).
const VIRTUAL: &[&str] = &[".venv", "venv"];
const OF_VIRTUAL: &[&str] = &["pyvenv.cfg", "bin/", "Scripts/"];

/// Where Node's packages are installed, and how paths below begin that only installs write.
const NODE: &str = "node_modules";
const OF_NODE: &[&str] =
    &[".package-lock.json", ".yarn-integrity", ".yarn-state.yml", ".modules.yaml", ".bin/", ".pnpm/"];

/// The directories of a listing that are such; none without git.
pub fn environments(files: &Listing) -> Vec<Environment<'_>> {
    let Some(tracked) = &files.tracked else { return Vec::new() };
    let actions: BTreeSet<&str> = tracked
        .iter()
        .filter(|path| matches!(path::file_name(path), "action.yml" | "action.yaml"))
        .map(|path| path::directory(path))
        .collect();
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in tracked.iter().filter(|path| !is_sample(path)) {
        if let Some(directory) = made_directory(path) {
            found.entry(directory).or_default().push(path);
        }
    }
    let environments = found.into_iter().filter_map(|(directory, files)| environment(directory, &files));
    environments.filter(|one| !is_brought(one.directory, &actions)).collect()
}

/// The fact of one, placed at its file.
pub fn stray(environment: &Environment<'_>, source: SourceId) -> Stray {
    let name = format!("{}#tracked", environment.directory);
    Stray {
        header: Header::new(&environment.file.into(), name, Span::top(source)),
        form: "environment".to_owned(),
        place: environment.directory.to_owned(),
        file_count: Count(i64::try_from(environment.file_count).unwrap_or(i64::MAX)),
        secret: crate::value::Value::absent(),
    }
}

/// The outermost directory on the way to a file that bears the name of one.
fn made_directory(path: &str) -> Option<&str> {
    let mut at = 0;
    for part in path::directory(path).split('/') {
        let end = at + part.len();
        if part == NODE || CACHES.contains(&part) || VIRTUAL.contains(&part) {
            return Some(&path[..end]);
        }
        at = end + 1;
    }
    None
}

/// What lies in a directory of such a name, unless it is the project's own.
fn environment<'f>(directory: &'f str, files: &[&'f str]) -> Option<Environment<'f>> {
    let inside = |file: &&str| path::relative_to(file, directory).unwrap_or_default().to_owned();
    let begins = |known: &[&str]| {
        known.iter().find_map(|start| files.iter().copied().find(|file| inside(file).starts_with(start)))
    };
    let telling = match path::file_name(directory) {
        NODE => begins(OF_NODE).or_else(|| files.iter().copied().find(|file| is_manifest(&inside(file)))),
        name if VIRTUAL.contains(&name) => {
            begins(OF_VIRTUAL).or_else(|| files.iter().copied().find(|file| inside(file).contains("site-packages/")))
        }
        _ => files.first().copied(),
    };
    Some(Environment { directory, file_count: files.len(), file: telling? })
}

/// Whether this is the manifest of a package among installed ones: `left/package.json`, `@scope/left/package.json`.
fn is_manifest(inside: &str) -> bool {
    let Some(package) = inside.strip_suffix("/package.json") else { return false };
    let name = package.split_once('/').filter(|(scope, _)| scope.starts_with('@')).map_or(package, |(_, name)| name);
    !name.contains('/')
}

/// Actions written in JavaScript bring their packages with them.
fn is_brought(directory: &str, actions: &BTreeSet<&str>) -> bool {
    let above = path::directory(directory);
    path::file_name(directory) == NODE
        && (actions.contains(above) || path::ancestors(above).any(|above| actions.contains(above)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(tracked: &[&str]) -> Vec<String> {
        let tracked = Some(tracked.iter().map(|path| (*path).to_owned()).collect());
        let files = Listing { tracked, ..Listing::default() };
        environments(&files).iter().map(|one| format!("{} {} {}", one.directory, one.file_count, one.file)).collect()
    }

    #[test]
    fn what_is_made_anew() {
        let cases: &[(&[&str], &[&str])] = &[
            (&["a/node_modules/.package-lock.json"], &["a/node_modules 1 a/node_modules/.package-lock.json"]),
            (
                &[
                    "node_modules/@s/a/package.json",
                    "node_modules/a/index.js",
                    "node_modules/a/node_modules/b/package.json",
                ],
                &["node_modules 3 node_modules/@s/a/package.json"],
            ),
            (&["layer/nodejs/node_modules/helper.js", "layer/nodejs/node_modules/lib/deep/package.json"], &[]),
            (&["action.yml", "node_modules/a/package.json"], &[]),
            (&["tests/venv/requirements.txt", "tests/venv/binder-dir/apt.txt"], &[]),
            (&["venv/lib/python3.12/site-packages/a.py", "venv/pyvenv.cfg"], &["venv 2 venv/pyvenv.cfg"]),
            (&["svc/.venv/Scripts/activate"], &["svc/.venv 1 svc/.venv/Scripts/activate"]),
            (&["a/__pycache__/b.pyc", "a/__pycache__/c.pyc"], &["a/__pycache__ 2 a/__pycache__/b.pyc"]),
            (&["src/venv.py", "docs/node_modules.md"], &[]),
        ];
        for (tracked, expected) in cases {
            assert_eq!(shown(tracked), *expected, "{tracked:?}");
        }
    }
}
