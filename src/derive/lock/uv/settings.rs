//! Settings of the resolver: what uv.toml or `[tool.uv]` says against what the lockfile records.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::exclude_newer::Cutoff;
use super::workspace::Member;
use super::{Checking, Era, options};
use crate::facts::{Facts, Settings};
use crate::path;
use crate::python::{Marker, PythonRange, Specifier, name};
use crate::source::Span;
use crate::syntax::Node;
use crate::value::Value;

use super::super::releases::Releases;
use super::super::shape::Fault;
use super::super::{Difference, Lookup};

/// Where the settings of the resolver stand: uv.toml beside the root, else `[tool.uv]`, else those of the nearest
/// directory above that has either. They do not merge.
#[derive(Debug, Clone, Default)]
pub(super) struct Place<'a> {
    pub(super) node: Option<Node<'a>>,
    /// The path of the file, unless it is the manifest of the root.
    pub(super) file: Option<Arc<str>>,
    /// Whether that file is a uv.toml.
    is_toml: bool,
    /// The path and the place of a uv.toml that cannot be read.
    pub(super) broken: Option<(Arc<str>, Span)>,
    /// What keeps uv from reading its settings in the manifest of the root.
    pub(super) ignored: Option<Fault>,
    /// The same in uv.toml, where it stops.
    pub(super) fault: Option<Fault>,
}

impl<'a> Place<'a> {
    /// The settings that count for a root.
    pub(super) fn of(facts: &'a Facts, lookup: &Lookup, root: &Member<'a>, releases: &Releases) -> Self {
        let above = path::ancestors(root.directory).skip(1);
        let toml_in = |directory: &str| {
            let at = path::join(directory, "uv.toml")?;
            facts.all::<Settings>().map(|(_, of)| of).find(|of| of.tool == "uv" && *of.header.path == *at)
        };
        let table_in = |directory: &str| {
            let manifest = lookup.manifests_in(facts, directory, "pyproject").next()?;
            let node = Member::of(facts, manifest)?.uv(&[])?;
            options::fault(releases, node, TABLE).is_none().then_some(())?;
            Some(Self { node: Some(node), file: Some(Arc::clone(&facts[manifest].header.path)), ..Self::default() })
        };
        let toml = |directory: &str| Some(Self::toml(toml_in(directory)?, releases));
        let ignored = root.uv(&[]).and_then(|node| options::fault(releases, node, TABLE));
        let own = toml(root.directory).or_else(|| {
            let node = root.uv(&[]).filter(|_| ignored.is_none())?;
            Some(Self { node: Some(node), ..Self::default() })
        });
        let own_toml = own.as_ref().is_some_and(|own| own.is_toml);
        let inherited = || above.into_iter().find_map(|directory| toml(directory).or_else(|| table_in(directory)));
        let found = own.or_else(inherited).unwrap_or_default();
        Self { ignored: ignored.filter(|_| !own_toml), ..found }
    }

    fn toml(settings: &'a Settings, releases: &Releases) -> Self {
        let file = Arc::clone(&settings.header.path);
        let broken = settings.document.is_none().then(|| (Arc::clone(&file), settings.header.span));
        let node = settings.document.as_ref().map(|document| document.root());
        let fault = node.and_then(|node| options::fault(releases, node, "uv.toml"));
        Self { node, file: Some(file), is_toml: true, broken, ignored: None, fault }
    }

    fn get(&self, key: &str) -> Option<Node<'a>> {
        self.node?.get(key)
    }

    /// The setting that switches off the sources of a package.
    pub(super) fn ignores_source(&self, package: &str) -> Option<Node<'a>> {
        let all = self.get("no-sources").filter(|all| all.bool() == Some(true));
        all.or_else(|| {
            let mut listed = self.get("no-sources-package")?.items();
            listed.find(|item| item.text().is_some_and(|text| name::normalize(text) == package))
        })
    }

    /// A key of uv.toml that is allowed in pyproject.toml only, for which uv stops.
    pub(super) fn misplaced(&self) -> Option<(&'static str, Span)> {
        if !self.is_toml {
            return None;
        }
        PROJECT_ONLY.iter().find_map(|key| Some((*key, self.get(key)?.span())))
    }
}

/// The table of settings in pyproject.toml.
const TABLE: &str = "[tool.uv]";

/// Keys that uv refuses in uv.toml (uv-settings, `validate_uv_toml`, read at 0.12.5).
const PROJECT_ONLY: [&str; 11] = [
    "conflicts",
    "workspace",
    "sources",
    "dev-dependencies",
    "default-groups",
    "dependency-groups",
    "managed",
    "package",
    "build-backend",
    "environments",
    "required-environments",
];

/// Keys whose text is compared, with the key in the lockfile and the default (uv 0.13, read 2026-11).
const WORDS: [(&str, &str, &str); 3] = [
    ("resolution", "resolution-mode", "highest"),
    ("fork-strategy", "fork-strategy", "requires-python"),
    ("prerelease", "prerelease-mode", "if-necessary-or-explicit"),
];

/// Compares all settings.
pub(super) fn check(checking: &mut Checking<'_>) {
    let options = checking.head.get("options");
    for (key, recorded_key, default) in WORDS {
        let asked = checking.settings.get(key);
        if asked.is_some_and(|node| node.text().is_none()) {
            checking.outcome.undecided.push(format!("`{key}` is set package by package"));
            continue;
        }
        let recorded = options.and_then(|options| options.get(recorded_key));
        let (want, have) =
            (asked.and_then(Node::text).unwrap_or(default), recorded.and_then(Node::text).unwrap_or(default));
        if want != have {
            setting(checking, key, (want, asked), (have, recorded));
        }
    }
    exclude_newer(checking);
    exclude_newer_packages(checking);
    prerelease_packages(checking);
    environments(checking, "environments", &["supported-markers", "environment-markers"]);
    environments(checking, "required-environments", &["required-markers"]);
    conflicts(checking);
    requires_python(checking);
}

/// Notes a setting that differs. What is not written has the place of the manifest.
pub(super) fn setting(
    checking: &mut Checking<'_>,
    key: &str,
    asked: (&str, Option<Node<'_>>),
    recorded: (&str, Option<Node<'_>>),
) {
    let value = |(text, node): (&str, Option<Node<'_>>)| match node {
        Some(node) => Value::written(text.to_owned(), node.span()),
        None => Value::default_of(text.to_owned()),
    };
    let ignored = checking.settings.ignored.as_ref().filter(|_| asked.1.is_none());
    // What is not written would stand in the table of settings.
    let table = ignored.map(|fault| fault.span).or_else(|| checking.settings.node.map(Node::span));
    let in_file = asked.1.map_or(checking.settings.file.is_some(), |node| checking.is_setting(node));
    let passed_over =
        ignored.map_or(String::new(), |fault| format!(" (uv passes over all settings, as {})", fault.message));
    let explanation = format!("{key} is {}{passed_over}, the lockfile was made with {}", asked.0, recorded.0);
    let difference = Difference {
        manifest: Some(checking.realm.root.manifest),
        asked_in: checking.settings.file.clone().filter(|_| in_file),
        asked: Value { span: asked.1.map(Node::span).or(table), ..value(asked) },
        recorded: value(recorded),
        ..Difference::of("setting", key, explanation, checking.remedy.clone())
    };
    checking.outcome.differences.push(difference);
}

fn exclude_newer(checking: &mut Checking<'_>) {
    let key = "exclude-newer";
    let asked = checking.settings.get(key);
    let options = checking.head.get("options");
    let span = options.and_then(|options| options.get("exclude-newer-span"));
    let recorded = span.or_else(|| options.and_then(|options| options.get(key)));
    compare_cutoffs(checking, key, asked, recorded);
}

fn exclude_newer_packages(checking: &mut Checking<'_>) {
    let key = "exclude-newer-package";
    let table = |node: Option<Node<'_>>| -> Vec<(String, Option<Cutoff>)> {
        let mut all: Vec<_> = node
            .into_iter()
            .flat_map(Node::own_entries)
            .map(|entry| {
                let value = entry.value.get("span").unwrap_or(entry.value);
                let cutoff = value.text().and_then(Cutoff::parse);
                (name::normalize(entry.key.scalar().unwrap_or_default()), cutoff)
            })
            .collect();
        all.sort_by(|a, b| a.0.cmp(&b.0));
        all
    };
    let asked = checking.settings.get(key);
    let recorded = checking.head.at(&["options", key]);
    let (want, have) = (table(asked), table(recorded));
    let names = |list: &[(String, Option<Cutoff>)]| list.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    let later = checking.era == Era::Sets;
    let is_same = names(&want) == names(&have)
        && want.iter().zip(&have).all(|((_, want), (_, have))| match (want, have) {
            (Some(want), Some(have)) => want.accepts(have, later).unwrap_or(true),
            (want, have) => want.is_none() == have.is_none(),
        });
    if !is_same {
        let shown = |list: &[(String, Option<Cutoff>)]| {
            if list.is_empty() { "not set".to_owned() } else { names(list).join(", ") }
        };
        setting(checking, key, (&shown(&want), asked), (&shown(&have), recorded));
    }
}

/// Modes of pre-releases for single packages, since 0.12.5 and beside the mode of all others.
fn prerelease_packages(checking: &mut Checking<'_>) {
    let key = "prerelease-package";
    let table = |node: Option<Node<'_>>| -> BTreeSet<(String, String)> {
        let entries = node.into_iter().flat_map(Node::own_entries);
        entries
            .filter_map(|entry| Some((name::normalize(entry.key.scalar()?), entry.value.text()?.to_owned())))
            .collect()
    };
    let (asked, recorded) = (checking.settings.get(key), checking.head.at(&["options", key]));
    let (want, have) = (table(asked), table(recorded));
    if want != have {
        let shown = |table: &BTreeSet<(String, String)>| match table.len() {
            0 => "not set".to_owned(),
            _ => table.iter().map(|(name, mode)| format!("{name} {mode}")).collect::<Vec<_>>().join(", "),
        };
        setting(checking, key, (&shown(&want), asked), (&shown(&have), recorded));
    }
}

fn compare_cutoffs(checking: &mut Checking<'_>, key: &str, asked: Option<Node<'_>>, recorded: Option<Node<'_>>) {
    let (want, have) = (asked.and_then(Node::scalar), recorded.and_then(Node::scalar));
    let later = checking.era == Era::Sets;
    let is_same = match (want, have) {
        (None, None) => Some(true),
        (Some(want), Some(have)) => match (Cutoff::parse(want), Cutoff::parse(have)) {
            (Some(want), Some(have)) => want.accepts(&have, later),
            _ => None,
        },
        _ => Some(false),
    };
    match is_same {
        Some(true) => {}
        Some(false) => setting(checking, key, (want.unwrap_or("not set"), asked), (have.unwrap_or("none"), recorded)),
        None => checking.outcome.undecided.push(format!("`{key}` is not a time that can be read without a clock")),
    }
}

/// Ordered lists of markers.
fn environments(checking: &mut Checking<'_>, key: &str, recorded_keys: &[&str]) {
    let asked = checking.project_setting(key).filter(|_| !checking.is_script);
    let recorded = recorded_keys.iter().find_map(|key| checking.head.get(key));
    let list = |node: Option<Node<'_>>| -> Result<Vec<(String, Marker)>, String> {
        let items: Vec<Node<'_>> = match node {
            Some(node) if node.is_list() => node.items().collect(),
            Some(node) => vec![node],
            None => Vec::new(),
        };
        let texts = items.into_iter().filter_map(Node::text);
        texts
            .map(|text| Marker::parse(text).map(|marker| (text.to_owned(), marker)).map_err(|error| error.message))
            .collect()
    };
    let (want, have) = match (list(asked), list(recorded)) {
        (Ok(want), Ok(have)) => (want, have),
        (Err(error), _) => {
            let place = asked.unwrap_or(checking.realm.root.root);
            return checking.refuse(format!("`{key}`: {error}"), place.span());
        }
        (_, Err(error)) => return checking.outcome.undecided.push(format!("the recorded `{key}`: {error}")),
    };
    if let Some((one, other)) = overlapping(&want) {
        let place = asked.unwrap_or(checking.realm.root.root);
        return checking.refuse(format!("`{key}`: {one} and {other} overlap"), place.span());
    }
    let pairs = want.iter().zip(&have);
    let same: Result<Vec<bool>, _> = pairs.map(|((_, want), (_, have))| want.is_same(have, &checking.python)).collect();
    match same {
        Err(error) => checking.outcome.undecided.push(format!("`{key}`: {error}")),
        Ok(same) if want.len() == have.len() && same.iter().all(|same| *same) => {}
        Ok(_) => {
            let shown = |list: &[(String, Marker)]| match list {
                [] => "not set".to_owned(),
                list => list.iter().map(|(text, _)| text.as_str()).collect::<Vec<_>>().join(" | "),
            };
            setting(checking, key, (&shown(&want), asked), (&shown(&have), recorded));
        }
    }
}

/// Neighbours that hold together somewhere, for which uv stops.
fn overlapping(list: &[(String, Marker)]) -> Option<(String, String)> {
    list.windows(2).find_map(|pair| {
        let [(one, a), (other, b)] = pair else { return None };
        let is_apart = a.and(b).is_never(&PythonRange::all()).unwrap_or(true);
        (!is_apart).then(|| (one.clone(), other.clone()))
    })
}

/// Sets of sets of extras, groups and projects.
fn conflicts(checking: &mut Checking<'_>) {
    type Item = (String, String);
    let read = |list: Node<'_>, default: &str| -> Vec<BTreeSet<Item>> {
        let items = |set: Node<'_>| -> BTreeSet<Item> {
            set.items()
                .map(|item| {
                    let part = |key: &str| item.get(key).and_then(Node::text).map(name::normalize);
                    let what = part("extra")
                        .map(|of| format!("extra {of}"))
                        .or_else(|| part("group").map(|of| format!("group {of}")));
                    (part("package").unwrap_or_else(|| default.to_owned()), what.unwrap_or_default())
                })
                .collect()
        };
        list.items().map(items).collect()
    };
    if checking.is_script {
        return;
    }
    let mut want = Vec::new();
    let mut place = None;
    let root = checking.realm.root;
    let root_only = root.name().is_none().then_some((String::new(), root));
    let members = checking.realm.members.iter().map(|(name, member)| (name.clone(), *member));
    for (of, member) in root_only.into_iter().chain(members) {
        if let Some(list) = member.uv(&["conflicts"]) {
            place = place.or(Some(list));
            want.extend(read(list, &of));
        }
    }
    let recorded = checking.head.get("conflicts");
    let mut have = recorded.map(|list| read(list, "")).unwrap_or_default();
    want.sort();
    have.sort();
    if want != have {
        let shown = |sets: &[BTreeSet<Item>]| match sets.len() {
            0 => "not set".to_owned(),
            n => format!("{n} sets"),
        };
        setting(checking, "conflicts", (&shown(&want), place), (&shown(&have), recorded));
    }
}

/// The interpreters of all members together against those of the lockfile.
fn requires_python(checking: &mut Checking<'_>) {
    let mut stated = Vec::new();
    let script = checking.is_script.then_some(&checking.realm.root);
    for member in checking.realm.members.values().chain(script) {
        let path: &[&str] = if checking.is_script { &["requires-python"] } else { &["project", "requires-python"] };
        let Some(node) = member.root.at(path) else { continue };
        match Specifier::parse(node.text().unwrap_or_default()) {
            Ok(specifier) => stated.push((node, specifier, *member)),
            Err(error) => return checking.refuse(format!("`requires-python`: {error}"), node.span()),
        }
    }
    let recorded = checking.head.get("requires-python");
    let have = checking.python.to_string();
    if stated.is_empty() {
        return checking.default_python();
    }
    let Some(want) = PythonRange::of(stated.iter().map(|(_, specifier, _)| specifier)) else {
        let (node, ..) = stated[0];
        return checking.refuse("no Python satisfies `requires-python` of all members".to_owned(), node.span());
    };
    if want != checking.python {
        // The member that narrows the range is the one to show.
        let alone = |specifier: &Specifier| PythonRange::of([specifier]);
        let culprit =
            stated.iter().find(|(_, specifier, _)| alone(specifier).is_some_and(|range| range != checking.python));
        let (node, _, member) = culprit.unwrap_or(&stated[0]);
        let (node, manifest) = (*node, member.manifest);
        setting(checking, "requires-python", (&want.to_string(), Some(node)), (&have, recorded));
        if let Some(difference) = checking.outcome.differences.last_mut() {
            difference.manifest = Some(manifest);
        }
    }
}
