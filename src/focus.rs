//! What has to be read to judge a few files: their projects, and what stands above them.
//!
//! A hook that checks one staged file of a thousand services must not read them all. The
//! files' own project (up to the workspace that owns it), the files that lie in the
//! directories above, and the CI definitions are enough for everything but comparisons
//! between services, which need the whole repository.

use std::collections::BTreeSet;

use crate::path;
use crate::tree::{Blobs, Tree};

/// Names whose directory is a project.
const MANIFESTS: &[&str] =
    &["pyproject.toml", "Cargo.toml", "package.json", "Pipfile", "go.mod", "requirements.in", "template.yaml"];

/// Manifests that may own projects below them, and the word that says so.
const WORKSPACES: &[(&str, &str)] = &[
    ("pyproject.toml", "workspace"),
    ("Cargo.toml", "[workspace"),
    ("package.json", "\"workspaces\""),
    ("pnpm-workspace.yaml", "packages"),
];

/// The directory of CI definitions, always read.
pub const CI: &str = ".github";

/// A part of a tree: whole directories, and the files that lie directly in others.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Focus {
    /// Directories that are read whole.
    pub whole: BTreeSet<String>,
    /// Directories whose own files are read, not those further below.
    pub shallow: BTreeSet<String>,
}

impl Focus {
    /// The part of a tree that some files need; `None` when that is all of it.
    pub fn on(tree: &Tree, files: &[String]) -> Option<Self> {
        let mut focus = Self::default();
        for file in files {
            let directory = path::directory(file);
            let project = project(tree, directory)?;
            if project.is_empty() {
                return None;
            }
            focus.shallow.extend(path::ancestors(&project).skip(1).map(str::to_owned));
            focus.whole.insert(project);
        }
        focus.whole.insert(CI.to_owned());
        Some(focus)
    }

    /// The paths that belong to it, of files that git knows.
    pub fn paths<'b>(&self, blobs: &'b Blobs) -> BTreeSet<&'b str> {
        let whole = self.whole.iter().flat_map(|directory| blobs.below(directory));
        let shallow = self.shallow.iter().flat_map(|directory| blobs.directly_in(directory));
        whole.chain(shallow).collect()
    }

    /// Whether a file belongs to it.
    pub fn holds(&self, file: &str) -> bool {
        self.whole.iter().any(|directory| path::is_below(file, directory))
            || self.shallow.contains(path::directory(file))
    }
}

/// The outermost project that has a say in a directory; `None` where there is none.
fn project(tree: &Tree, directory: &str) -> Option<String> {
    let inside = |above: &str, name: &str| if above.is_empty() { name.to_owned() } else { format!("{above}/{name}") };
    let mut found: Option<&str> = None;
    for above in path::ancestors(directory) {
        let is_workspace =
            WORKSPACES.iter().any(|(name, word)| tree.text(&inside(above, name)).is_ok_and(|text| text.contains(word)));
        let is_nearest = found.is_none() && MANIFESTS.iter().any(|name| tree.has(&inside(above, name)));
        if is_workspace || is_nearest {
            found = Some(above);
        }
    }
    found.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_needs_its_project_and_the_directories_above() {
        let tree = Tree::memory([
            (".tool-versions", "python 3.12"),
            ("services/a/pyproject.toml", ""),
            ("services/a/src/app.py", ""),
            ("services/b/pyproject.toml", ""),
            ("rust/Cargo.toml", "[workspace]"),
            ("rust/one/Cargo.toml", "[package]"),
        ]);
        let focus = Focus::on(&tree, &["services/a/src/app.py".to_owned()]).unwrap();
        let held = |file: &str| focus.holds(file);
        assert!(held("services/a/pyproject.toml") && held(".tool-versions") && held(".github/workflows/ci.yml"));
        assert!(!held("services/b/pyproject.toml") && !held("rust/Cargo.toml"));
        let focus = Focus::on(&tree, &["rust/one/Cargo.toml".to_owned()]).unwrap();
        assert!(focus.holds("rust/Cargo.toml") && focus.holds("rust/two/src/lib.rs"));
        assert_eq!(Focus::on(&tree, &["docs/notes.md".to_owned()]), None);
    }
}
