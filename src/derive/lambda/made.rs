//! What commands make: a directory that one of them names need not be in the repository.

use crate::facts::{Facts, Step};
use crate::path;
use crate::value::State;

/// The commands that make files and directories.
pub(super) struct Made<'f> {
    steps: Vec<&'f Step>,
}

impl<'f> Made<'f> {
    pub(super) fn new(facts: &'f Facts) -> Self {
        Self { steps: facts.steps.iter().filter(|step| !step.makes.is_empty()).collect() }
    }

    /// The command that makes a directory or something around it, seen from where it runs or from where it is written:
    /// builds are started in either.
    pub(super) fn by(&self, directory: &str) -> Option<&'f Step> {
        self.steps.iter().copied().find(|step| {
            let written = path::directory(&step.header.path);
            let run = match &step.directory.state {
                State::Known(run) => run,
                _ => written,
            };
            step.makes.iter().any(|made| {
                let is_around =
                    |home: &str| path::join(home, made).is_some_and(|made| path::is_below(directory, &made));
                is_around(run) || is_around(written)
            })
        })
    }
}
