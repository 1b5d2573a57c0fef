//! Whether a locked package is what a requirement asks for.

use super::git::repository;
use super::tree::{ROOT, Tree, normal};
use super::{Settings, overrides::Rule};
use crate::node::range::Range;
use crate::node::specifier::Specifier;
use crate::node::version::{self, Mode};
use crate::path;
use crate::pin::is_commit;

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fit {
    Yes,
    No,
    /// npm stops at the requirement itself, for this reason.
    Refused(String),
}

impl From<bool> for Fit {
    fn from(fits: bool) -> Self {
        if fits { Self::Yes } else { Self::No }
    }
}

/// Whether the node `to` is what `text` asks for, seen from the node `from`. With a rule that replaced
/// the text, paths count from the root.
pub(super) fn fit(
    tree: &Tree<'_>,
    settings: Settings,
    text: &str,
    from: usize,
    to: usize,
    rule: Option<&Rule<'_>>,
) -> Fit {
    let node = &tree.nodes[to];
    let resolved = node.place.and_then(|place| place.resolved.as_ref()).map_or("", |of| &*of.text);
    let base = || if rule.is_some() { String::new() } else { base_of(tree, from) };
    if let Some(reason) = refusal(text) {
        return Fit::Refused(reason);
    }
    match Specifier::of(text) {
        Specifier::Range(wanted) => range(tree, wanted, to),
        Specifier::Alias { wanted: "", .. } => Fit::Yes,
        Specifier::Alias { wanted, .. } if Range::parse(wanted, Mode::Loose).is_some() => range(tree, wanted, to),
        Specifier::Tag(_) | Specifier::Alias { .. } => {
            (node.target.is_none() && (resolved.starts_with("http://") || resolved.starts_with("https://"))).into()
        }
        Specifier::File(file) if is_archive(file) => {
            let held = resolved.strip_prefix("file:");
            (node.target.is_none() && held.is_some_and(|held| normal("", held) == normal(&base(), file))).into()
        }
        Specifier::File(_) if settings.install_links => node.target.is_none().into(),
        Specifier::File(directory) => {
            node.target.is_some_and(|target| tree.nodes[target].location == normal(&base(), directory)).into()
        }
        Specifier::Archive(address) => (resolved == address).into(),
        Specifier::Git { address, reference } => git(tree, from, to, address, reference).into(),
        Specifier::Link(_)
        | Specifier::Workspace(_)
        | Specifier::Catalog(_)
        | Specifier::Patch(_)
        | Specifier::Unknown => Fit::No,
    }
}

/// Why npm stops at a requirement, whatever is locked.
pub(super) fn refusal(text: &str) -> Option<String> {
    match Specifier::of(text) {
        Specifier::Link(_) | Specifier::Workspace(_) | Specifier::Catalog(_) | Specifier::Patch(_) => {
            Some(format!("npm does not know `{text}`"))
        }
        Specifier::Unknown => Some(format!("`{text}` is not a version, range or tag")),
        Specifier::Alias { package: "", .. } => Some(format!("`{text}` names no package")),
        Specifier::Alias { package, .. } if package.contains(':') => Some(format!("`{text}` is an alias of an alias")),
        _ => None,
    }
}

/// The archive on disk that a requirement names, as seen from the root.
pub(super) fn archive_of(tree: &Tree<'_>, text: &str, from: usize, rule: Option<&Rule<'_>>) -> Option<String> {
    let Specifier::File(file) = Specifier::of(text) else { return None };
    let base = if rule.is_some() { String::new() } else { base_of(tree, from) };
    is_archive(file).then(|| normal(&base, file))
}

fn range(tree: &Tree<'_>, wanted: &str, to: usize) -> Fit {
    if wanted.is_empty() || wanted == "*" {
        return Fit::Yes;
    }
    let version = tree.version(to).and_then(|(text, _)| version::parse(text, Mode::Loose));
    let range = Range::parse(wanted, Mode::Loose);
    version.zip(range).is_some_and(|(version, range)| range.admits(&version)).into()
}

fn is_archive(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    [".tgz", ".tar.gz", ".tar"].iter().any(|end| lower.ends_with(end))
}

/// The directory that paths of a node count from: its own, or that of the archive it came in.
fn base_of(tree: &Tree<'_>, from: usize) -> String {
    let node = &tree.nodes[from];
    let resolved = node.place.and_then(|place| place.resolved.as_ref()).and_then(|of| of.text.strip_prefix("file:"));
    match resolved {
        Some(archive) if from != ROOT => path::directory(&normal("", archive)).to_owned(),
        _ => node.location.to_owned(),
    }
}

fn git(tree: &Tree<'_>, from: usize, to: usize, address: &str, reference: &str) -> bool {
    let node = &tree.nodes[to];
    let resolved = node.place.and_then(|place| place.resolved.as_ref()).map_or("", |of| &*of.text);
    let (held, commit) = resolved.split_once('#').unwrap_or((resolved, ""));
    if repository(held) != repository(address) {
        return false;
    }
    if let Some(wanted) = reference.strip_prefix("semver:") {
        return range(tree, wanted, to) == Fit::Yes;
    }
    if is_commit(reference) {
        return commit == reference;
    }
    // A branch or tag cannot be held against a commit: what the lockfile recorded of the requirement counts.
    let recorded = tree.recorded(from, node.name).and_then(|text| match Specifier::of(text) {
        Specifier::Git { reference, .. } => Some(reference),
        _ => None,
    });
    recorded.is_none_or(|recorded| recorded == reference)
}
