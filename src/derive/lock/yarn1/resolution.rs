//! `resolutions`, and where one of them takes the place of what the root asks for itself.

use super::{Locked, satisfies};
use crate::node::version::{self, Mode};
use crate::node::yarn_lock::{Entry, pattern};
use crate::source::Span;
use crate::syntax::Node;

/// One of them.
pub(super) struct Resolution<'a> {
    /// The package that it is about.
    pub(super) name: &'a str,
    /// The package that has to ask for it; `None` for all.
    parent: Option<&'a str>,
    /// What is taken instead, and where that is written.
    pub(super) wanted: &'a str,
    pub(super) span: Span,
}

/// The resolutions of a package.json.
pub(super) fn of(root: Node<'_>) -> Vec<Resolution<'_>> {
    let entries = root.get("resolutions").into_iter().flat_map(Node::own_entries);
    let mut all = Vec::new();
    for entry in entries {
        let Some(path) = entry.key.scalar() else { continue };
        let (above, name) = last(path);
        let parent = Some(last(above).1).filter(|parent| !parent.is_empty() && *parent != "**");
        let (wanted, span) = (entry.value.text().unwrap_or_default(), entry.value.inner_span());
        all.push(Resolution { name, parent, wanted, span });
    }
    all
}

/// The resolution that makes Yarn forget the entry of a requirement of the root: it leads to another package than the
/// entry, which Yarn then takes for out of date, even where it wrote it so itself.
pub(super) fn that_replaces<'a>(
    locked: &Locked<'_>,
    root: Node<'a>,
    (name, range): (&str, &str),
    entry: &Entry,
) -> Option<Resolution<'a>> {
    of(root)
        .into_iter()
        .find(|one| one.name == name && reaches(locked, one, range) && leads_elsewhere(locked, one, entry))
}

/// Whether a package or a member asks with the very words of the root, and the resolution holds for it: those of the
/// root itself are no matter to resolutions.
fn reaches(locked: &Locked<'_>, resolution: &Resolution<'_>, range: &str) -> bool {
    let holds = |asker: &str| resolution.parent.is_none_or(|parent| parent == asker);
    let asks = |entry: &Entry| {
        let own = entry.keys.iter().any(|key| holds(pattern(&key.text).0));
        own && entry.requires.iter().any(|one| *one.name == *resolution.name && *one.range.text == *range)
    };
    let member_asks =
        |(member, name, asked): &(&str, &str, &str)| holds(member) && *name == resolution.name && *asked == range;
    locked.lock.entries.iter().any(asks) || locked.asked_by_members.iter().any(member_asks)
}

fn leads_elsewhere(locked: &Locked<'_>, resolution: &Resolution<'_>, entry: &Entry) -> bool {
    let address = |entry: &Entry| entry.resolved.as_ref().map(|of| of.text.clone());
    let key = format!("{}@{}", resolution.name, resolution.wanted);
    if let Some(index) = locked.by_pattern.get(key.as_str()) {
        return address(&locked.lock.entries[*index]) != address(entry);
    }
    let Some(held) = entry.version.as_ref() else { return false };
    match version::parse(resolution.wanted, Mode::Loose) {
        Some(wanted) => version::parse(&held.text, Mode::Loose).is_some_and(|held| held != wanted),
        None => satisfies(&held.text, resolution.wanted) == Some(false),
    }
}

/// The last name of a path, its scope with it, and what stands before.
fn last(path: &str) -> (&str, &str) {
    let slash = path.rfind('/').unwrap_or(0);
    let scope = path[..slash].rfind('/').map_or(0, |at| at + 1);
    let start = match path[scope..].starts_with('@') {
        true => scope,
        false if slash > 0 => slash + 1,
        false => 0,
    };
    (path[..start].trim_end_matches('/'), &path[start..])
}
