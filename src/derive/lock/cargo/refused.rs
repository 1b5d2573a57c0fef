//! Manifests of a workspace that Cargo refuses to read, and lists in its root that name what is not there.

use super::walk::{Scene, Walked};
use super::workspace::Stop;
use crate::cargo::manifest;
use crate::cargo::refusal::{self, Seen};
use crate::path;
use crate::syntax::Node;

impl Scene<'_> {
    /// What Cargo refuses the manifests of the workspace for, the root's first.
    pub(super) fn refusals(&self, walked: &Walked<'_>) -> Vec<Stop> {
        let root = self.workspace.root.as_str();
        let others =
            walked.asking.iter().map(|asking| asking.directory.as_str()).filter(|directory| *directory != root);
        let own = std::iter::once(root).chain(others).filter_map(|directory| self.refusal(directory));
        let settings = self.crates.broken_settings(root);
        settings.into_iter().chain(own).chain(self.lost_default_member()).collect()
    }

    fn refusal(&self, directory: &str) -> Option<Stop> {
        let one = self.crates.at(directory)?;
        let root = self.crates.root_of(directory);
        let below = || self.files.below(directory).filter_map(|file| path::relative_to(file, directory));
        let binaries: Vec<&str> = below().filter_map(binary).collect();
        let seen = Seen {
            root: one.root(),
            workspace: self.crates.at(&root).map(|root| root.root()),
            has: &|file| path::join(directory, file).is_some_and(|file| self.files.has(&file)),
            binaries: &binaries,
            has_sources: below().any(|file| file.ends_with(".rs")),
        };
        let (message, place) = refusal::refusal(seen)?;
        Some(Stop::Refused(format!("{}: {message}", one.path), Some(place)))
    }

    /// Default members must be members, or be listed and excluded.
    fn lost_default_member(&self) -> Option<Stop> {
        let root = self.workspace.root.as_str();
        let workspace = self.crates.at(root)?.root().get("workspace")?;
        let listed = manifest::texts(workspace.get("members"));
        workspace.get("default-members").into_iter().flat_map(Node::items).find_map(|item| {
            let text = item.text().filter(|text| !text.contains(['*', '?', '[']))?;
            let directory = path::join(root, text)?;
            let is_known = self.workspace.members.contains(&directory) || listed.contains(&text);
            let path = &self.crates.at(root)?.path;
            let message = format!("{path}: the default member {text} is not a member");
            (!is_known).then(|| Stop::Refused(message, Some(item.span())))
        })
    }
}

/// The name of the binary that a file of a package is taken for: `src/bin/NAME.rs` or `src/bin/NAME/main.rs`.
fn binary(file: &str) -> Option<&str> {
    let rest = file.strip_prefix("src/bin/")?;
    match rest.split_once('/') {
        None => rest.strip_suffix(".rs"),
        Some((name, inner)) => (inner == "main.rs").then_some(name),
    }
}
