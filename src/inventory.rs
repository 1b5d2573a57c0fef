//! The inventory: all facts of a tree, the texts they come from, and what was read.

use std::collections::BTreeMap;

use crate::discover::Listing;
use crate::facts::Facts;
use crate::source::Sources;

/// Everything that is known of a tree once it is read and joined.
#[derive(Debug)]
pub struct Inventory {
    /// All facts.
    pub facts: Facts,
    /// The texts they come from.
    pub sources: Sources,
    /// The names of all files.
    pub files: Listing,
    /// What was read.
    pub coverage: Coverage,
}

/// What a run looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Files that were listed.
    pub files_seen: usize,
    /// Files whose text was given to a reader.
    pub files_read: usize,
    /// How many files each reader read.
    pub by_reader: BTreeMap<&'static str, usize>,
}
