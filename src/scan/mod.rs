//! A tree to an inventory: discover, read, follow, derive.

mod sides;
mod weights;

use std::sync::Arc;

use crate::day::Day;
use crate::derive::{Surroundings, derive};
use crate::discover::{self, Choice, Listing, Names};
use crate::focus::Focus;
use crate::follow::{self, Sharing};
use crate::inventory::Inventory;
use crate::source::Sources;
use crate::tree::Tree;

/// How a tree is scanned.
#[derive(Debug)]
pub struct Options {
    /// Where the names of files come from.
    pub names: Names,
    /// Which files are looked at.
    pub choice: Choice,
    /// The files that are judged, when they are few: what they do not need is not read.
    pub only: Vec<String>,
    /// Today.
    pub today: Day,
}

/// Reads a tree. `texts` are sources that places point into already: configuration and rule files, and those of the
/// tree that shares its readings.
///
/// # Errors
/// When the names of its files cannot be had at all.
pub fn scan(tree: &Arc<Tree>, options: &Options, texts: Sources, sharing: Sharing<'_>) -> anyhow::Result<Inventory> {
    let focus = if options.only.is_empty() { None } else { Focus::on(tree, &options.only) };
    let files = discover::list(tree, options.names, &options.choice, focus.as_ref())?;
    Ok(scan_listed(tree, files, options.today, texts, sharing))
}

/// Reads the named files of a tree and what they ask for.
pub fn scan_files(tree: &Arc<Tree>, files: Listing, today: Day, texts: Sources) -> Inventory {
    scan_listed(tree, files, today, texts, Sharing::Alone)
}

fn scan_listed(tree: &Arc<Tree>, files: Listing, today: Day, texts: Sources, sharing: Sharing<'_>) -> Inventory {
    let (mut facts, mut sources, coverage) = follow::read_all(tree, &files, texts, sharing);
    follow::built(tree, &files, &mut sources, &mut facts);
    follow::environments(&files, &mut sources, &mut facts);
    derive(&mut facts, Surroundings { today, files: &files });
    weights::add(tree, &files, &mut facts);
    sides::judge(tree, &files, today, &mut facts);
    Inventory { facts, sources, files, coverage }
}
