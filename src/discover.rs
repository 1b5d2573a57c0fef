//! Names of the files of a tree, and which reader claims each.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use globset::GlobSet;
use rayon::prelude::*;

use crate::focus::Focus;
use crate::path;
use crate::tree::{Blobs, Tree};

/// Directories that hold what tools install or build, never what a team writes.
const SKIPPED: &[&str] = &[
    ".git",
    ".hg",
    ".svn",
    "node_modules",
    ".venv",
    "venv",
    "__pycache__",
    ".tox",
    ".nox",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    "site-packages",
    "target",
    ".terraform",
    ".terragrunt-cache",
    ".aws-sam",
    ".serverless",
    "cdk.out",
    "bower_components",
    ".pnpm-store",
    ".gradle",
];

/// The directory of Yarn's own files, and the one in it that a team writes: its patches.
const YARN: (&str, &str) = (".yarn", "patches");

/// Directories that hold other people's code or samples for tests: faults there are meant, or
/// are not this team's to mend. `include` in reproof.toml takes them back in.
const NOT_OWN: &[&str] =
    &["vendor", "third_party", "third-party", "testdata", "test-data", "test_data", "fixtures", "__fixtures__"];

/// What the names of manifests end with, and the lockfiles that stand beside them.
const LOCKED: &[(&str, &[&str])] = &[
    ("pyproject.toml", &["uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "pixi.lock"]),
    ("Pipfile", &["Pipfile.lock"]),
    ("Cargo.toml", &["Cargo.lock"]),
    ("package.json", &["package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock"]),
    ("go.mod", &["go.sum"]),
    ("Gemfile", &["Gemfile.lock"]),
    ("composer.json", &["composer.lock"]),
    ("pixi.toml", &["pixi.lock"]),
    ("environment.yml", &["conda-lock.yml"]),
    (".tf", &[".terraform.lock.hcl"]),
];

/// Says what git ignores.
const IGNORE_FILE: &str = ".gitignore";

/// Where the names come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Names {
    /// Files on disk that git does not ignore, tracked or not.
    #[default]
    Walked,
    /// Files that the git index names.
    Tracked,
}

/// Which files a team wants to have looked at.
#[derive(Debug, Default)]
pub struct Choice {
    /// Paths that are left out.
    pub exclude: GlobSet,
    /// Paths that are read although they lie where samples and other people's code usually do.
    pub include: GlobSet,
    /// Directories that were asked for by name, so that it does not matter where they lie.
    pub asked: Vec<String>,
}

/// The files of a tree.
#[derive(Debug, Default, Clone)]
pub struct Listing {
    /// All paths, sorted.
    pub paths: Vec<String>,
    /// Paths where samples and other people's code usually lie, sorted: read only when another file asks for one.
    pub passed_over: Vec<String>,
    /// Lockfiles that exist but that git ignores, sorted.
    pub ignored: BTreeSet<String>,
    /// What git tracks; `None` when the tree is in no repository.
    pub tracked: Option<BTreeSet<String>>,
    /// What the team leaves out.
    pub left_out: GlobSet,
    /// Whether only a part of the tree is listed.
    pub is_partial: bool,
}

impl Listing {
    /// Whether there is a file at a path.
    pub fn has(&self, path: &str) -> bool {
        self.paths.binary_search_by(|known| known.as_str().cmp(path)).is_ok()
    }

    /// Whether the file at a path may be read when another file asks for it.
    pub fn can_follow(&self, path: &str) -> bool {
        self.has(path) || self.passed_over.binary_search_by(|known| known.as_str().cmp(path)).is_ok()
    }

    /// All files of which that is so.
    pub fn followable(&self) -> HashSet<&str> {
        self.paths.iter().chain(&self.passed_over).map(String::as_str).collect()
    }

    /// The paths below a directory, itself not counted.
    pub fn below<'a>(&'a self, directory: &'a str) -> impl Iterator<Item = &'a str> {
        below(&self.paths, directory)
    }

    /// The paths that begin with a text.
    pub fn starting_with(&self, prefix: &str) -> impl Iterator<Item = &str> {
        starting_with(&self.paths, prefix.to_owned())
    }

    /// The same with the paths where samples and other people's code usually lie.
    pub fn all_below<'a>(&'a self, directory: &'a str) -> impl Iterator<Item = &'a str> {
        self.below(directory).chain(below(&self.passed_over, directory))
    }

    /// Whether a path may lie outside of what is listed, so that nothing can be said of it.
    pub fn may_hide(&self, path: &str) -> bool {
        let prefix = format!("{path}/");
        let from = self.passed_over.partition_point(|known| known.as_str() < prefix.as_str());
        let is_sample = self.passed_over.get(from).is_some_and(|known| known.starts_with(&prefix));
        self.is_partial
            || is_sample
            || self.can_follow(path)
            || is_made(&prefix)
            || self.left_out.is_match(path)
            || self.left_out.is_match(format!("{path}/-"))
    }

    /// Whether there is a directory at a path: some file lies below it.
    pub fn has_directory(&self, directory: &str) -> bool {
        self.below(directory).next().is_some()
    }
}

/// The paths below a directory in a sorted list.
fn below<'a>(sorted: &'a [String], directory: &str) -> impl Iterator<Item = &'a str> {
    starting_with(sorted, if directory.is_empty() { String::new() } else { format!("{directory}/") })
}

/// The paths in a sorted list that begin with a text.
fn starting_with(sorted: &[String], prefix: String) -> impl Iterator<Item = &str> {
    let from = sorted.partition_point(|path| path.as_str() < prefix.as_str());
    sorted[from..].iter().map(String::as_str).take_while(move |path| path.starts_with(&prefix))
}

/// Lists the files of a tree.
///
/// # Errors
/// When the tree cannot be walked at all, or the index that was asked for cannot be read.
pub fn list(tree: &Tree, names: Names, choice: &Choice, focus: Option<&Focus>) -> anyhow::Result<Listing> {
    let in_focus = |path: &str| focus.is_none_or(|focus| focus.holds(path));
    let mut listing = match tree {
        Tree::Memory(files) => Listing { paths: files.keys().cloned().collect(), ..Listing::default() },
        Tree::Objects { blobs, .. } => named(blobs, focus),
        Tree::Working { root } => working(root, names, focus)?,
        Tree::Over { below, .. } => return list(below, names, choice, focus),
    };
    let reached = listing.paths.into_par_iter().filter(|path| in_focus(path) && choice.reaches(path));
    (listing.paths, listing.passed_over) = reached.partition(|path| choice.holds(path));
    listing.passed_over.sort_unstable();
    listing.paths.par_sort_unstable();
    listing.paths.dedup();
    listing.left_out = choice.exclude.clone();
    listing.is_partial = focus.is_some();
    if let Tree::Working { root } = tree {
        listing.ignored = ignored_locks(root, &listing);
    }
    Ok(listing)
}

impl Choice {
    /// Whether a path may be read at all.
    fn reaches(&self, path: &str) -> bool {
        let is_skipped = match synthesised(path) {
            Some(project) => is_made(&format!("{project}/-")),
            None => is_made(path),
        };
        !is_skipped && !self.exclude.is_match(path)
    }

    /// Whether a path that may be read is looked at without being asked for.
    fn holds(&self, path: &str) -> bool {
        let mut asked = self.asked.iter().filter(|asked| path::is_below(path, asked));
        let inside = asked.next().map_or(path, |asked| &path[asked.len()..]);
        !lies_in(inside, NOT_OWN) || self.include.is_match(path)
    }
}

/// The folder of samples or of other people's code that a path lies in.
pub fn folder_of_others(path: &str) -> Option<&str> {
    let mut end = 0;
    for part in path::directory(path).split('/') {
        end += part.len();
        if NOT_OWN.contains(&part) {
            return Some(&path[..end]);
        }
        end += 1;
    }
    None
}

/// The project of a template that the CDK wrote: `api` for `api/cdk.out/Stack.template.json`.
fn synthesised(path: &str) -> Option<&str> {
    let name = path.strip_suffix(".template.json")?;
    let (project, rest) = match name.strip_prefix("cdk.out/") {
        Some(rest) => ("", rest),
        None => name.split_once("/cdk.out/")?,
    };
    // A stage is an assembly of its own inside the assembly.
    let is_plain = rest.split('/').rev().skip(1).all(|part| part.starts_with("assembly-"));
    is_plain.then_some(project)
}

/// The templates that the CDK wrote into an assembly, which git usually ignores.
fn assembly(root: &Path, project: &str) -> Vec<String> {
    let directory = if project.is_empty() { "cdk.out".to_owned() } else { format!("{project}/cdk.out") };
    let walk = walkdir::WalkDir::new(root.join(&directory)).max_depth(3).into_iter().flatten();
    let paths = walk.filter_map(|entry| Some(slashed(entry.path().strip_prefix(root).ok()?.to_str()?)));
    paths.filter(|path| synthesised(path).is_some()).collect()
}

/// Whether a directory of this name holds what tools made, other people's code, or samples.
pub(crate) fn is_passed_over(name: &str) -> bool {
    SKIPPED.contains(&name) || NOT_OWN.contains(&name) || name == YARN.0
}

/// Whether a directory holds what tools install or build, by its name and that of the one above it.
fn is_skipped(above: Option<&str>, name: &str) -> bool {
    SKIPPED.contains(&name) || (above == Some(YARN.0) && name != YARN.1)
}

/// Whether a path lies in a directory that a tool made.
fn is_made(path: &str) -> bool {
    let mut above = None;
    path::directory(path).split('/').any(|part| is_skipped(above.replace(part), part))
}

fn lies_in(path: &str, names: &[&str]) -> bool {
    path::directory(path).split('/').any(|part| names.contains(&part))
}

/// The files that git names.
fn named(blobs: &Blobs, focus: Option<&Focus>) -> Listing {
    let paths = focus.map_or_else(|| blobs.below(""), |focus| focus.paths(blobs).into_iter().collect());
    let paths: Vec<String> = paths.into_iter().map(str::to_owned).collect();
    Listing { tracked: Some(paths.iter().cloned().collect()), paths, ..Listing::default() }
}

fn working(root: &Path, names: Names, focus: Option<&Focus>) -> anyhow::Result<Listing> {
    let tracked = || crate::git::tracked(root).map(|blobs| named(&blobs, focus));
    match names {
        Names::Tracked => tracked(),
        Names::Walked => {
            let (tracked, mut paths) = rayon::join(tracked, || walked(root, focus));
            let mut projects: BTreeSet<String> = paths
                .iter()
                .filter(|path| path::file_name(path) == "cdk.json")
                .map(|path| path::directory(path).to_owned())
                .collect();
            if root.join("cdk.out/manifest.json").is_file() {
                projects.insert(String::new());
            }
            paths.extend(projects.iter().flat_map(|project| assembly(root, project)));
            let known = tracked.unwrap_or_default();
            // What git tracks is of the repository although a pattern ignores it.
            paths.par_sort_unstable();
            let hidden = known.paths.iter().filter(|path| paths.binary_search(path).is_err() && !is_made(path));
            let hidden: Vec<String> = hidden.filter(|path| root.join(path).is_file()).cloned().collect();
            paths.extend(hidden);
            // One that names itself still says what git ignores.
            if root.join(IGNORE_FILE).is_file() {
                paths.push(IGNORE_FILE.to_owned());
            }
            Ok(Listing { paths, ..known })
        }
    }
}

/// The files of the part of a tree that is looked at which git does not ignore.
fn walked(root: &Path, focus: Option<&Focus>) -> Vec<String> {
    let Some(focus) = focus else { return walk(root, &[root.to_owned()], None) };
    let inside = |directories: &BTreeSet<String>| -> Vec<PathBuf> {
        directories.iter().map(|directory| root.join(directory)).collect()
    };
    [walk(root, &inside(&focus.whole), None), walk(root, &inside(&focus.shallow), Some(1))].concat()
}

/// The files below directories that git does not ignore, as seen from the root.
fn walk(root: &Path, directories: &[PathBuf], depth: Option<usize>) -> Vec<String> {
    let (sender, receiver) = std::sync::mpsc::channel();
    let Some((first, others)) = directories.split_first() else { return Vec::new() };
    let mut walk = ignore::WalkBuilder::new(first);
    for other in others {
        walk.add(other);
    }
    // A thread without work looks for some each millisecond, which is longer than a few directories take.
    let threads = if depth.is_some() { 1 } else { 0 };
    let walker = walk
        .threads(threads)
        .hidden(false)
        // A file for search tools hides nothing from git.
        .ignore(false)
        .max_depth(depth)
        .require_git(false)
        .filter_entry(move |entry| {
            let is_directory = entry.file_type().is_some_and(|kind| kind.is_dir());
            let above = entry.path().parent().and_then(Path::file_name).and_then(std::ffi::OsStr::to_str);
            let is_skipped = entry.file_name().to_str().is_some_and(|name| is_skipped(above, name));
            // A directory that is listed but not entered would still be searched for ignore files.
            let is_too_deep = depth.is_some_and(|most| entry.depth() >= most);
            !(is_directory && (is_skipped || is_too_deep))
        })
        .build_parallel();
    walker.run(|| {
        let sender = sender.clone();
        Box::new(move |entry| {
            // What cannot be listed (a directory without permission) is passed over: nothing is known of it.
            if let Ok(entry) = entry
                && (entry.file_type().is_some_and(|kind| !kind.is_dir()) || is_named_like_lock(&entry))
                && let Ok(relative) = entry.path().strip_prefix(root)
            {
                // A name that is no text leads to no file, so that reading it fails and is told. The receiver outlives
                // the walk, so sending cannot fail.
                let _sent = sender.send(slashed(&relative.to_string_lossy()));
            }
            ignore::WalkState::Continue
        })
    });
    drop(sender);
    receiver.into_iter().collect()
}

/// A directory with the name of a lockfile is listed, so that reading it fails and is told.
fn is_named_like_lock(entry: &ignore::DirEntry) -> bool {
    let is_lock = |name: &str| LOCKED.iter().any(|(_, locks)| locks.contains(&name));
    entry.depth() > 0 && entry.file_name().to_str().is_some_and(is_lock)
}

/// Whether git ignores a directory of the tree at `root`.
pub fn is_ignored(root: &Path, directory: &Path) -> bool {
    let mut builder = ignore::gitignore::GitignoreBuilder::new(root);
    for above in directory.ancestors().skip(1).take_while(|above| above.starts_with(root)) {
        // A file that cannot be read ignores nothing.
        let _unreadable = builder.add(above.join(".gitignore"));
    }
    builder.build().is_ok_and(|rules| rules.matched_path_or_any_parents(directory, true).is_ignore())
}

fn slashed(path: &str) -> String {
    if std::path::MAIN_SEPARATOR == '/' { path.to_owned() } else { path.replace(std::path::MAIN_SEPARATOR, "/") }
}

/// Lockfiles that lie beside listed manifests and are not listed themselves.
fn ignored_locks(root: &Path, listing: &Listing) -> BTreeSet<String> {
    let beside = |path: &String| {
        let directory = path::directory(path).to_owned();
        let locks = LOCKED.iter().filter(|(manifest, _)| path.ends_with(manifest)).flat_map(|(_, locks)| *locks);
        locks.filter_map(move |lock| path::join(&directory, lock)).collect::<Vec<_>>()
    };
    let expected: BTreeSet<String> = listing.paths.iter().flat_map(beside).collect();
    expected.into_par_iter().filter(|lock| !listing.has(lock) && root.join(lock).is_file()).collect()
}
