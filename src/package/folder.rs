//! Directories of builds, on disk, in git or in memory.

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
        Tree::Over { below, .. } => entries(below, directory),
        Tree::Memory(_) | Tree::Objects { .. } => tree.listed_below(directory).into_iter().map(child).collect(),
    }
}

fn child(path: &str) -> (String, bool) {
    match path.split_once('/') {
        Some((name, _)) => (name.to_owned(), true),
        None => (path.to_owned(), false),
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
        Tree::Over { below, .. } => return self::measure(below, directory),
        Tree::Memory(_) | Tree::Objects { .. } => {
            for path in tree.listed_below(directory) {
                let bytes = tree.bytes(&format!("{directory}/{path}")).map_err(|error| error.to_string())?;
                measure.add(entry(path.to_owned(), bytes.len() as u64));
            }
        }
    }
    // A walk has an order of its own, which says nothing of the package.
    measure.unsorted = None;
    Ok(measure.finish())
}
