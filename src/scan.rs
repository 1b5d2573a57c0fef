//! A tree to an inventory: discover, read, follow, derive.

use std::sync::Arc;

use crate::day::Day;
use crate::derive::{Surroundings, derive};
use crate::discover::{self, Listing, Names};
use crate::follow;
use crate::inventory::Inventory;
use crate::tree::Tree;

/// How a tree is scanned.
#[derive(Debug)]
pub struct Options {
    /// Where the names of files come from.
    pub names: Names,
    /// Paths that are left out.
    pub excluded: globset::GlobSet,
    /// Today.
    pub today: Day,
}

/// Reads a tree.
///
/// # Errors
/// When the names of its files cannot be had at all.
pub fn scan(tree: &Arc<Tree>, options: &Options) -> anyhow::Result<Inventory> {
    let files = discover::list(tree, options.names, &options.excluded)?;
    Ok(scan_files(tree, files, options.today))
}

/// Reads the named files of a tree and what they ask for.
pub fn scan_files(tree: &Arc<Tree>, files: Listing, today: Day) -> Inventory {
    let (mut facts, sources, coverage) = follow::read_all(tree, &files);
    derive(&mut facts, Surroundings { today, files: &files });
    Inventory { facts, sources, files, coverage }
}
