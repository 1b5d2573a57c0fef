//! The tables of pyproject.toml as uv wants them; it stops at anything else
//! (uv-workspace, `pyproject.rs`, read at 0.12.5, tried against 0.13.9).

use std::collections::{BTreeMap, BTreeSet};

use super::super::releases::Releases;
use super::super::shape::{Fault, Shape, Table, key};
use super::origin::is_archive;
use crate::python::{Marker, PythonRange, Specifier, Version, name};
use crate::syntax::Node;

const TEXTS: Shape = Shape::List(&Shape::Text);
const NAME: Shape = Shape::Checked(name::is_valid, "a name");
const SPECIFIER: Shape = Shape::Checked(is_specifier, "a version specifier");
const ADDRESS: Shape = Shape::Checked(is_address, "an address");
const MARKER: Shape = Shape::Checked(is_marker, "a marker");

const PROJECT: Shape = Shape::Table(&Table {
    keys: &[
        ("name", NAME),
        ("version", Shape::Checked(is_version, "a version")),
        ("dynamic", TEXTS),
        ("requires-python", SPECIFIER),
        ("dependencies", TEXTS),
        ("optional-dependencies", Shape::Map(&TEXTS)),
    ],
    needed: &["name"],
    one_of: &[],
    closed: false,
});

const GROUPS: Shape =
    Shape::Map(&Shape::List(&Shape::Either(&[Shape::Text, Shape::Map(&Shape::Any)], "a requirement")));

const SOURCE: Shape = Shape::Table(&Table {
    keys: &[
        ("git", ADDRESS),
        ("subdirectory", Shape::Text),
        ("rev", Shape::Text),
        ("tag", Shape::Text),
        ("branch", Shape::Text),
        ("lfs", Shape::Bool),
        ("url", ADDRESS),
        ("path", Shape::Text),
        ("editable", Shape::Bool),
        ("package", Shape::Bool),
        ("index", Shape::Text),
        ("workspace", Shape::Either(&[Shape::Bool, Shape::Text], "true or a path")),
        ("marker", MARKER),
        ("extra", NAME),
        ("group", NAME),
    ],
    needed: &[],
    one_of: &["git", "url", "path", "index", "workspace"],
    closed: true,
});

const UV: Shape = Shape::Table(&Table {
    keys: &[
        ("sources", Shape::Map(&Shape::Either(&[Shape::Map(&Shape::Any), Shape::Some(&SOURCE)], "a source"))),
        (
            "workspace",
            Shape::Table(&Table {
                keys: &[("members", TEXTS), ("exclude", TEXTS)],
                needed: &[],
                one_of: &[],
                closed: true,
            }),
        ),
        ("index", Shape::List(&Shape::Table(&Table { keys: &[], needed: &["url"], one_of: &[], closed: false }))),
        ("managed", Shape::Bool),
        ("package", Shape::Bool),
        ("default-groups", Shape::Either(&[TEXTS, Shape::Word(&["all"])], "a list of groups, or `all`")),
        (
            "dependency-groups",
            Shape::Map(&Shape::Table(&Table {
                keys: &[("requires-python", SPECIFIER)],
                needed: &[],
                one_of: &[],
                closed: false,
            })),
        ),
        ("dev-dependencies", TEXTS),
        ("constraint-dependencies", TEXTS),
        ("build-constraint-dependencies", TEXTS),
        ("environments", Shape::Either(&[MARKER, Shape::List(&MARKER)], "a list of markers")),
        ("required-environments", Shape::Either(&[MARKER, Shape::List(&MARKER)], "a list of markers")),
        ("conflicts", Shape::List(&Shape::List(&Shape::Map(&Shape::Text)))),
    ],
    needed: &[],
    one_of: &[],
    closed: false,
});

/// Pairs of keys that a source must not have together; which is the kind comes first.
const EXCLUSIVE: [(&str, &[&str]); 5] = [
    ("git", &["index", "workspace", "url", "editable", "package"]),
    ("url", &["index", "workspace", "path", "rev", "tag", "branch", "editable", "package"]),
    ("path", &["index", "workspace", "rev", "tag", "branch"]),
    ("index", &["workspace", "rev", "tag", "branch", "editable", "package"]),
    ("workspace", &["rev", "tag", "branch", "package"]),
];

/// The first thing in a manifest at which uv stops, whatever the lockfile says.
pub(super) fn fault(root: Node<'_>, releases: &Releases) -> Option<Fault> {
    let uv = root.at(&["tool", "uv"]);
    let shaped = [
        (root.get("project"), PROJECT, "[project]"),
        (root.get("dependency-groups"), GROUPS, "[dependency-groups]"),
        (uv, UV, "[tool.uv]"),
    ];
    let shaped = shaped.into_iter().find_map(|(node, shape, name)| shape.fault(node?, name));
    let extras = root.at(&["project", "optional-dependencies"]);
    let named = [
        // Two spellings of one extra pass before this release.
        (extras.filter(|_| !releases.are_before(&[0, 11, 22])), "extra"),
        (root.get("dependency-groups"), "group"),
        (uv.and_then(|uv| uv.get("sources")), "source"),
    ];
    shaped
        .or_else(|| named.into_iter().find_map(|(node, what)| names(node?, what)))
        .or_else(|| uv.and_then(|uv| uv.get("sources")).and_then(sources))
        .or_else(|| uv.and_then(|uv| indexes(uv).or_else(|| conflicts(uv)).or_else(|| late(uv, releases))))
}

/// Two indexes of one name.
fn indexes(uv: Node<'_>) -> Option<Fault> {
    let mut known = BTreeSet::new();
    let named = uv.get("index").into_iter().flat_map(Node::items).filter_map(|index| index.get("name"));
    let again = named.into_iter().find(|name| !known.insert(name.text()))?;
    Some(Fault::new(format!("two indexes are called {}", again.text()?), again.span()))
}

/// Sets of conflicts with less than two entries, and entries of two kinds.
fn conflicts(uv: Node<'_>) -> Option<Fault> {
    uv.get("conflicts").into_iter().flat_map(Node::items).find_map(|set| {
        let text = |item: Node<'_>, key: &str| item.get(key).and_then(Node::text).map(name::normalize);
        if let Some(item) = set.items().find(|item| item.get("extra").is_some() && item.get("group").is_some()) {
            return Some(Fault::new("an entry of `conflicts` has both extra and group", item.span()));
        }
        let entries: BTreeSet<_> =
            set.items().map(|item| ["package", "extra", "group"].map(|key| text(item, key))).collect();
        (entries.len() < 2).then(|| Fault::new("a set of `conflicts` has less than two entries", set.span()))
    })
}

/// What earlier releases stop at and later ones take (uv's changelog, read 2026-11).
fn late(uv: Node<'_>, releases: &Releases) -> Option<Fault> {
    let sources = uv
        .get("sources")
        .into_iter()
        .flat_map(Node::own_entries)
        .flat_map(|entry| if entry.value.is_list() { entry.value.items().collect() } else { vec![entry.value] });
    let mut sources = sources;
    let fault = sources.find_map(|source| {
        let has = |key: &str| source.get(key).is_some();
        let is_late = (has("package") && releases.are_before(&[0, 6, 5]))
            || (has("workspace") && has("editable") && releases.are_before(&[0, 8, 16]));
        is_late.then(|| Fault::new("the uv of this project does not know this key of a source yet", source.span()))
    });
    fault.or_else(|| {
        let groups = uv.get("default-groups").filter(|node| !node.is_list() && releases.are_before(&[0, 6, 8]))?;
        Some(Fault::new("the uv of this project takes lists of default groups only", groups.span()))
    })
}

/// Keys that are no names, or that are one name to uv.
fn names(table: Node<'_>, what: &str) -> Option<Fault> {
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    table.own_entries().find_map(|entry| {
        let written = key(entry);
        if !name::is_valid(written) {
            return Some(Fault::new(
                format!("`{written}` is no name: {what} names begin and end with a letter or digit"),
                entry.key.span(),
            ));
        }
        let other = known.insert(name::normalize(written), written)?;
        Some(Fault::new(format!("`{other}` and `{written}` are one {what} to uv"), entry.key.span()))
    })
}

fn sources(table: Node<'_>) -> Option<Fault> {
    table.own_entries().find_map(|entry| {
        let name = format!("the source of {}", key(entry));
        if !entry.value.is_list() {
            return source(entry.value, &name);
        }
        let items: Vec<Node<'_>> = entry.value.items().collect();
        let fault = items.iter().find_map(|item| source(*item, &name));
        fault.or_else(|| {
            let meet = items.windows(2).find(|pair| overlap(pair[0], pair[1]))?;
            let message = format!("two sources of {} hold for the same environments", key(entry));
            Some(Fault::new(message, meet[1].span()))
        })
    })
}

fn source(table: Node<'_>, name: &str) -> Option<Fault> {
    let has = |key: &&str| table.get(key).is_some();
    let both = |one: &str, other: &str| Some(Fault::new(format!("{name} has both {one} and {other}"), table.span()));
    if let Some(fault) = SOURCE.fault(table, name) {
        return Some(fault);
    }
    if has(&"extra") && has(&"group") {
        return both("extra", "group");
    }
    let (kind, others) = EXCLUSIVE.iter().find(|(kind, _)| has(kind))?;
    if let Some(other) = others.iter().find(|other| has(other)) {
        return both(kind, other);
    }
    let references: Vec<&str> = ["rev", "tag", "branch"].into_iter().filter(has).collect();
    if let [one, other, ..] = references[..] {
        return both(one, other);
    }
    if *kind == "git" && has(&"subdirectory") && has(&"path") {
        return both("subdirectory", "path");
    }
    let archive = table.get("path").filter(|_| *kind == "git");
    if let Some(path) = archive.filter(|path| !path.text().is_some_and(is_archive)) {
        return Some(Fault::new(format!("the path of {name} leads to no archive"), path.span()));
    }
    let flag = |key: &str| table.get(key).and_then(Node::bool);
    let is_bare_editable = *kind == "path" && flag("editable") == Some(true) && flag("package") == Some(false);
    is_bare_editable.then(|| Fault::new(format!("{name} is editable and no package"), table.span()))
}

/// Whether two neighbours of one extra and group can hold together.
fn overlap(one: Node<'_>, other: Node<'_>) -> bool {
    let text = |node: Node<'_>, key: &str| node.get(key).and_then(Node::text).map(name::normalize);
    if ["extra", "group"].iter().any(|key| text(one, key) != text(other, key)) {
        return false;
    }
    let marker = |node: Node<'_>| node.get("marker").and_then(Node::text).map_or(Ok(Marker::always()), Marker::parse);
    let (Ok(one), Ok(other)) = (marker(one), marker(other)) else { return false };
    !one.and(&other).is_never(&PythonRange::all()).unwrap_or(true)
}

fn is_address(text: &str) -> bool {
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+.-".contains(&byte))
    };
    text.trim().split_once(':').is_some_and(|(scheme, _)| is_scheme(scheme))
}

fn is_version(text: &str) -> bool {
    text.parse::<Version>().is_ok()
}

fn is_specifier(text: &str) -> bool {
    Specifier::parse(text).is_ok()
}

fn is_marker(text: &str) -> bool {
    Marker::parse(text).is_ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::source::SourceId;
    use crate::syntax::toml;

    #[test]
    fn manifests_at_which_uv_stops() {
        const HEAD: &str = "[project]\nname = 'a'\nversion = '1'\n";
        for (more, expected) in [
            ("", None),
            ("requires-python = '^3'", Some("[project].requires-python is not a version specifier")),
            ("optional-dependencies = { A-b = [], a_B = [] }", Some("`A-b` and `a_B` are one extra to uv")),
            (
                "[dependency-groups]\n'd v' = []",
                Some("`d v` is no name: group names begin and end with a letter or digit"),
            ),
            ("[dependency-groups]\nd = 'x'", Some("[dependency-groups].d is not a list")),
            (
                "[tool.uv.sources]\nb = { path = 'b', url = 'https://example.com' }",
                Some("the source of b has both url and path"),
            ),
            (
                "[tool.uv.sources]\nb = { git = 'https://example.com', tag = 'a', rev = 'b' }",
                Some("the source of b has both rev and tag"),
            ),
            ("[tool.uv.sources]\nb = {}", Some("the source of b has none of git, url, path, index, workspace")),
            (
                "[tool.uv.sources]\nb = [{ index = 'x' }, { index = 'y' }]",
                Some("two sources of b hold for the same environments"),
            ),
            ("[tool.uv.sources]\nb = [{ index = 'x', extra = 'e' }, { index = 'y' }]", None),
            ("[tool.uv]\nenvironments = 'linux'", Some("[tool.uv].environments is not a list of markers")),
        ] {
            let tree = toml::parse(SourceId::FIRST, &format!("{HEAD}{more}").as_str().into()).unwrap();
            assert_eq!(
                fault(tree.root(), &Releases::default()).map(|fault| fault.message).as_deref(),
                expected,
                "{more}"
            );
        }
    }
}
