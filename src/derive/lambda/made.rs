//! What commands make: a directory that one of them names need not be in the repository.

use std::collections::BTreeSet;

use crate::discover::Listing;
use crate::facts::{Facts, Step};
use crate::path;
use crate::value::State;

/// Files of recipes, which are read only where a command or a document asks for them.
const RECIPES: &[&str] = &["Makefile", "makefile", "GNUmakefile", "justfile", "Taskfile.yml"];

/// The commands that make files and directories.
pub(super) struct Made<'f> {
    steps: Vec<&'f Step>,
    /// The files whose commands are known.
    read: BTreeSet<&'f str>,
}

impl<'f> Made<'f> {
    pub(super) fn new(facts: &'f Facts) -> Self {
        Self {
            steps: facts.steps.iter().filter(|step| !step.makes.is_empty()).collect(),
            read: facts.steps.iter().map(|step| &*step.header.path).collect(),
        }
    }

    /// The file of recipes beside a directory that nothing reads, so that one of them may make it.
    pub(super) fn unread_beside(&self, directory: &str, files: &Listing) -> Option<String> {
        let mut beside = RECIPES.iter().filter_map(|name| path::join(path::directory(directory), name));
        beside.find(|file| files.has(file) && !self.read.contains(file.as_str()))
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
