//! What git ignores: a build may make it, so its absence says nothing.

use std::cell::OnceCell;
use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::facts::{Facts, IgnoreFile, Lambda};
use crate::handler::module_files;
use crate::path;

/// What git ignores, as far as the files beside templates and modules and above them tell.
pub(super) struct Ignored<'f> {
    files: Vec<(&'f IgnoreFile, OnceCell<Option<Gitignore>>)>,
}

impl<'f> Ignored<'f> {
    /// What the files say that were read.
    pub(super) fn new(facts: &'f Facts) -> Self {
        Self { files: facts.ignore_files.iter().map(|file| (file, OnceCell::new())).collect() }
    }

    /// Whether git ignores a directory.
    pub(super) fn holds_directory(&self, path: &str) -> bool {
        self.holds(path, true)
    }

    /// The first file that git ignores of those that could hold a handler's module.
    pub(super) fn module(&self, lambda: &Lambda) -> Option<String> {
        let code = std::slice::from_ref(lambda.code.known()?);
        let files = module_files(lambda.runtime.possible(), lambda.handler.possible(), code);
        files.into_iter().map(|(path, _)| path).find(|path| self.holds(path, false))
    }

    fn holds(&self, path: &str, is_directory: bool) -> bool {
        self.files.iter().any(|(file, rules)| {
            let Some(relative) = path::relative_to(path, path::directory(&file.header.path)) else { return false };
            let rules = rules.get_or_init(|| matcher(file)).as_ref();
            rules.is_some_and(|rules| rules.matched_path_or_any_parents(Path::new(relative), is_directory).is_ignore())
        })
    }
}

fn matcher(file: &IgnoreFile) -> Option<Gitignore> {
    let mut builder = GitignoreBuilder::new("");
    for pattern in &file.patterns {
        // A pattern that git would not understand either ignores nothing.
        let _refused = builder.add_line(None, pattern);
    }
    builder.build().ok()
}
