//! Workspaces of PDM: a root that names its members by paths or patterns.

use globset::GlobBuilder;

use super::super::releases::Releases;
use super::super::{Lookup, Workspace};
use crate::facts::{Facts, Link, Manifest};
use crate::path;
use crate::syntax::Node;

/// The release that first knew workspaces (its changelog, read 2026-11).
pub(super) const SINCE: &[u64] = &[2, 28];

/// All workspaces. A member that another root names too belongs to the first.
pub(super) fn all(facts: &Facts, lookup: &Lookup) -> Vec<Workspace> {
    let roots = facts.all::<Manifest>().filter(|(_, manifest)| manifest.format == "pyproject");
    let of = |(root, manifest): (Link<Manifest>, &Manifest)| {
        let document = manifest.document.as_ref()?;
        let table = document.root().at(&["tool", "pdm", "workspace"])?;
        table.own_entries().next()?;
        let directory = path::directory(&manifest.header.path);
        if Releases::stated(facts, "pdm", directory).are_before(SINCE) {
            return None;
        }
        let patterns: Vec<&str> =
            table.get("members").into_iter().flat_map(Node::items).filter_map(Node::text).collect();
        let below = lookup.manifests_below(facts, directory, &["pyproject"]).filter(|(_, link)| *link != root);
        let members = below.filter(|(at, _)| is_named(&patterns, path::relative_to(at, directory).unwrap_or(at)));
        Some(Workspace { root, members: members.map(|(_, link)| link).collect() })
    };
    roots.filter_map(of).collect()
}

/// Whether a directory, as seen from the root, is named by a path or a pattern.
fn is_named(patterns: &[&str], directory: &str) -> bool {
    patterns.iter().any(|pattern| {
        let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
        if !pattern.contains(['*', '?', '[']) {
            return pattern == directory;
        }
        let glob = GlobBuilder::new(&path::literal_braces(pattern)).literal_separator(true).build();
        glob.is_ok_and(|glob| glob.compile_matcher().is_match(directory))
    })
}
