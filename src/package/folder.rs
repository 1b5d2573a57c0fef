//! Directories of builds, on disk or in memory.

use std::collections::BTreeMap;

use walkdir::WalkDir;

use super::measure::{Entry, Extra, Measure};
use crate::tree::Tree;

/// More files than this are no package.
const FILES: usize = 100_000;

/// The names in a directory, sorted, each with whether it is a directory itself.
pub(super) fn entries(tree: &Tree, directory: &str) -> BTreeMap<String, bool> {
    match tree {
        Tree::Working { root } => {
            let Ok(list) = std::fs::read_dir(root.join(directory)) else { return BTreeMap::new() };
            list.flatten()
                .take(FILES)
                .filter_map(|entry| Some((entry.file_name().into_string().ok()?, entry.file_type().ok()?.is_dir())))
                .collect()
        }
        Tree::Memory(files) => {
            let prefix = format!("{directory}/");
            let below = files.keys().filter_map(|path| path.strip_prefix(&prefix));
            below
                .map(|rest| match rest.split_once('/') {
                    Some((name, _)) => (name.to_owned(), true),
                    None => (rest.to_owned(), false),
                })
                .collect()
        }
        Tree::Over { below, .. } => entries(below, directory),
        Tree::Objects { .. } => BTreeMap::new(),
    }
}

/// Measures the files below a directory; links are not followed.
pub(super) fn measure(tree: &Tree, directory: &str) -> Result<Measure, String> {
    let mut measure = Measure::default();
    let entry = |path: String, bytes: u64| Entry { path, bytes, time: None, mode: None, extra: Extra::default() };
    match tree {
        Tree::Working { root } => {
            let base = root.join(directory);
            for (count, found) in WalkDir::new(&base).sort_by_file_name().into_iter().enumerate() {
                if count >= FILES {
                    return Err(format!("it has more than {FILES} files"));
                }
                let found = found.map_err(|_| "it cannot be listed".to_owned())?;
                let Some(path) = found.path().strip_prefix(&base).ok().and_then(|path| path.to_str()) else { continue };
                if found.file_type().is_file() {
                    measure.add(entry(path.to_owned(), found.metadata().map_or(0, |data| data.len())));
                }
            }
        }
        Tree::Memory(files) => {
            let prefix = format!("{directory}/");
            for (path, bytes) in files {
                if let Some(path) = path.strip_prefix(&prefix) {
                    measure.add(entry(path.to_owned(), bytes.len() as u64));
                }
            }
        }
        Tree::Over { below, .. } => return self::measure(below, directory),
        Tree::Objects { .. } => return Err("builds are not part of a revision".to_owned()),
    }
    // A walk has an order of its own, which says nothing of the package.
    measure.unsorted = None;
    Ok(measure.finish())
}
