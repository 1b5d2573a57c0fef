//! What a job runs at a time: a text with the circumstances that its surface gives it.

use std::collections::BTreeMap;

use crate::image_files::Workplace;
use crate::syntax::places::Places;

/// A script of a job.
#[derive(Debug)]
pub struct Script<'a> {
    /// Its text.
    pub text: &'a str,
    /// Where its text stands.
    pub places: &'a Places,
    /// The directory it starts in, from the root; or why that is not known.
    pub directory: Result<String, String>,
    /// That directory as written, where values of a matrix decide it.
    pub among: Option<String>,
    /// Variables set for it.
    pub environment: BTreeMap<String, String>,
    /// Whether it runs for some values of a matrix only: what it changes is tried on purpose.
    pub tried: bool,
    /// Whether the job goes on without it: it runs only under a condition, or may fail.
    pub optional: bool,
    /// The condition under which it runs, as written; absent also where it may fail.
    pub condition: Option<String>,
    /// What its expressions are replaced by, each in turn: `${{ matrix.goal }}`.
    pub expressions: BTreeMap<String, Vec<String>>,
    /// Whether it is left out where the job releases: it runs for pull requests only.
    pub aside: bool,
    /// Where it runs in an image; `None` for others.
    pub inside: Option<Workplace>,
}

impl<'a> Script<'a> {
    /// A script that always runs, with no variables of its own.
    pub fn plain(text: &'a str, places: &'a Places, directory: Result<String, String>) -> Self {
        Self {
            text,
            places,
            directory,
            among: None,
            environment: BTreeMap::new(),
            tried: false,
            optional: false,
            condition: None,
            expressions: BTreeMap::new(),
            aside: false,
            inside: None,
        }
    }
}
