//! The packages that uv reads anew from the repository: members, and path dependencies next to them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::str::FromStr;

use super::ask::{Ask, normal};
use super::compare::{Apart, difference};
use super::lower::{Group, Lowering, Trouble, Wanted};
use super::workspace::{Member, Realm};
use super::{Checking, Era};
use crate::facts::recorded::Block;
use crate::facts::{Link, Manifest};
use crate::python::{Specifier, Version, name};
use crate::source::Span;
use crate::syntax::Node;
use crate::value::Value;

use super::super::{Difference, Weight};

const TREES: [&str; 3] = ["editable", "virtual", "directory"];

/// A package of the lockfile with its kind of source and its path.
#[derive(Clone, Copy)]
pub(super) struct Own<'a> {
    block: &'a Block,
    table: Node<'a>,
    kind: &'static str,
    path: &'a str,
}

impl<'a> Own<'a> {
    /// The directory packages of the lockfile.
    pub(super) fn all(blocks: &'a [Block]) -> Vec<Self> {
        let own = blocks.iter().filter_map(|block| {
            let table = block.table();
            let source = table.get("source")?;
            let (kind, path) = TREES.into_iter().find_map(|kind| Some((kind, source.get(kind)?.text()?)))?;
            Some(Self { block, table, kind, path })
        });
        own.collect()
    }

    fn name(&self) -> String {
        self.table.get("name").and_then(Node::text).map(name::normalize).unwrap_or_default()
    }
}

/// Compares the members of the lockfile with those of the workspace.
pub(super) fn members(checking: &mut Checking<'_>) {
    let list = checking.head.at(&["manifest", "members"]);
    let recorded: BTreeMap<String, Node<'_>> =
        list.into_iter().flat_map(Node::items).filter_map(|node| Some((name::normalize(node.text()?), node))).collect();
    let is_single = checking.realm.members.len() == 1 && checking.realm.root.name().is_some();
    let asked: Vec<(String, Member<'_>)> = if is_single {
        Vec::new()
    } else {
        checking.realm.members.iter().map(|(name, member)| (name.clone(), *member)).collect()
    };
    let place = |member: &Member<'_>| member.root.at(&["project", "name"]).map(Node::span);
    for (member, of) in &asked {
        if !recorded.contains_key(member) {
            let asked = Value { span: place(of), ..Value::derived(member.clone()) };
            let explanation = format!("the workspace member {member} is not in the lockfile");
            push(checking, of.manifest, ("member", member), asked, Value::absent(), explanation);
        }
    }
    for (member, node) in &recorded {
        if !asked.iter().any(|(name, _)| name == member) {
            let explanation = format!("the lockfile records the member {member}, which the workspace does not have");
            let recorded = Value::written(member.clone(), node.span());
            let manifest = checking.realm.root.manifest;
            let asked = Value { span: checking.realm.root.uv(&["workspace"]).map(Node::span), ..Value::absent() };
            push(checking, manifest, ("member", member), asked, recorded, explanation);
        }
    }
}

fn push(
    checking: &mut Checking<'_>,
    manifest: Link<Manifest>,
    (aspect, subject): (&'static str, &str),
    asked: Value<String>,
    recorded: Value<String>,
    explanation: String,
) {
    checking.outcome.differences.push(Difference {
        manifest: Some(manifest),
        asked_in: None,
        aspect,
        subject: subject.to_owned(),
        asked,
        recorded,
        weight: Weight::Resolution,
        explanation,
        remedy: checking.remedy.clone(),
    });
}

/// Compares every member, then the path dependencies that are reached from them.
pub(super) fn check(checking: &mut Checking<'_>) {
    let lock = checking.lock;
    let own = Own::all(&lock.own);
    let by_name: BTreeMap<String, Vec<Own<'_>>> = own.iter().fold(BTreeMap::new(), |mut map, own| {
        map.entry(own.name()).or_insert_with(Vec::new).push(*own);
        map
    });
    let mut queue = VecDeque::new();
    let mut seen = BTreeSet::new();
    for (member, of) in checking.realm.members.clone() {
        if checking.is_script {
            continue;
        }
        match by_name.get(&member).and_then(|found| found.first()) {
            Some(found) => {
                kind(checking, &member, &of, found);
                seen.insert(found.block.index);
                queue.push_back((*found, Some(of)));
            }
            None if checking
                .outcome
                .differences
                .iter()
                .any(|known| known.aspect == "member" && known.subject == member) => {}
            None => {
                let asked =
                    Value { span: of.root.at(&["project", "name"]).map(Node::span), ..Value::derived(member.clone()) };
                let explanation = format!("the project {member} is not in the lockfile");
                push(checking, of.manifest, ("member", &member), asked, Value::absent(), explanation);
            }
        }
    }
    for requirement in checking.root_names.clone() {
        for found in by_name.get(&requirement).into_iter().flatten() {
            if seen.insert(found.block.index) {
                queue.push_back((*found, None));
            }
        }
    }
    while let Some((own, member)) = queue.pop_front() {
        one(checking, own, member);
        for edge in edges(own.table) {
            for next in by_name.get(&edge).into_iter().flatten() {
                if seen.insert(next.block.index) {
                    queue.push_back((*next, None));
                }
            }
        }
    }
}

/// The names of all packages that a package requires.
pub(super) fn edges(table: Node<'_>) -> BTreeSet<String> {
    let plain = table.get("dependencies");
    let keyed = ["optional-dependencies", "dev-dependencies", "dependency-groups"].into_iter();
    let keyed = keyed.filter_map(|key| table.get(key)).flat_map(Node::own_entries).map(|entry| entry.value);
    let items = plain.into_iter().chain(keyed).flat_map(Node::items);
    items.filter_map(|item| item.get("name").and_then(Node::text)).map(name::normalize).collect()
}

/// Whether a member is locked as what it is now: a package or a list of requirements.
fn kind(checking: &mut Checking<'_>, member: &str, of: &Member<'_>, found: &Own<'_>) {
    let is_package = checking.realm.is_package(member, of);
    let editable = checking.realm.required.get(member).copied().flatten().unwrap_or(true);
    let expected = match (is_package, editable) {
        (false, _) => "virtual",
        (true, true) => "editable",
        (true, false) => "directory",
    };
    if expected == found.kind {
        return;
    }
    let words = |kind: &str| match kind {
        "virtual" => "no package",
        "editable" => "an editable package",
        _ => "a package",
    };
    let explanation = format!("{member} is {} now, the lockfile has it as {}", words(expected), words(found.kind));
    let decisive = of.uv(&["package"]).or_else(|| of.root.get("build-system")).or_else(|| of.root.get("project"));
    let asked = Value { span: decisive.map(Node::span), ..Value::derived(expected.to_owned()) };
    let recorded = found.table.get("source").map(Node::span);
    let recorded = Value { span: recorded, ..Value::derived(found.kind.to_owned()) };
    push(checking, of.manifest, ("source", member), asked, recorded, explanation);
}

fn one(checking: &mut Checking<'_>, own: Own<'_>, member: Option<Member<'_>>) {
    let directory = normal(checking.directory, own.path);
    let package = own.name();
    let Some(project) = member.or_else(|| checking.project_in(&directory)) else {
        let reason = if directory.starts_with("..") || directory.starts_with('/') {
            format!("{package} lies outside the repository")
        } else {
            format!("{package} has no pyproject.toml that could be read in {directory}")
        };
        return checking.outcome.undecided.push(reason);
    };
    if let Some(reason) = unknowable(&project) {
        return checking.outcome.undecided.push(format!("{package}: {reason}"));
    }
    let is_member = checking.realm.members.values().any(|known| known.manifest == project.manifest);
    let other_realm = if is_member { None } else { checking.realm_of(project.manifest) };
    let wanted = {
        let realm: &Realm<'_> = other_realm.as_ref().unwrap_or(&checking.realm);
        let seen = checking.seen;
        let lowering = Lowering {
            facts: seen.facts,
            realm,
            project,
            manifest_in: &|directory| seen.lookup.manifests_in(seen.facts, directory, "pyproject").next(),
            has_file: &|path| seen.around.files.has(path),
            has_directory: &|path| seen.around.files.has_directory(path),
            no_sources: checking.settings.no_sources(),
        };
        lowering.project()
    };
    match wanted {
        Ok(wanted) => {
            version(checking, &project, &own);
            extras(checking, &project, &wanted, &own);
            requirements(checking, &project, &wanted, &own);
            groups(checking, &project, &wanted.groups, own.table.at(&["metadata"]), &package);
            undefined_default_group(checking, &project, &wanted);
            default_groups(checking, &project, &own);
            group_pythons(checking, &project, &own);
        }
        Err(Trouble::Refused(message, span)) => checking.refuse(message, span),
        Err(Trouble::Unknown(reason)) => checking.outcome.undecided.push(reason),
    }
}

/// Why the metadata of a project cannot be told without building it.
fn unknowable(project: &Member<'_>) -> Option<String> {
    let Some(table) = project.root.get("project") else {
        return Some("it has no [project] table, so only its build backend knows what it requires".to_owned());
    };
    let dynamic: Vec<&str> = table.get("dynamic").into_iter().flat_map(Node::items).filter_map(Node::text).collect();
    if let Some(field) = ["dependencies", "optional-dependencies"].into_iter().find(|field| dynamic.contains(field)) {
        return Some(format!("its {field} are dynamic, so only its build backend knows them"));
    }
    if table.get("dependencies").is_none() && project.root.at(&["tool", "poetry"]).is_some() {
        return Some("its dependencies are written for Poetry, so only its build backend knows them".to_owned());
    }
    None
}

fn version(checking: &mut Checking<'_>, project: &Member<'_>, own: &Own<'_>) {
    let package = own.name();
    let asked = project.root.at(&["project", "version"]);
    let recorded = own.table.get("version");
    let is_dynamic = project
        .root
        .at(&["project", "dynamic"])
        .into_iter()
        .flat_map(Node::items)
        .any(|item| item.text() == Some("version"));
    let value = |node: Option<Node<'_>>, none: &str| match node {
        Some(node) => Value::written(node.text().unwrap_or_default().to_owned(), node.span()),
        None => Value::derived(none.to_owned()),
    };
    let parsed = |node: Option<Node<'_>>| node.and_then(Node::text).and_then(|text| Version::from_str(text).ok());
    let explanation = match (asked, recorded) {
        _ if is_dynamic && recorded.is_some() => {
            format!("the version of {package} is dynamic now, the lockfile has one")
        }
        (Some(_), None) if !is_dynamic => format!("the version of {package} is static now, the lockfile has none"),
        (Some(asked), Some(recorded)) if parsed(Some(asked)) != parsed(Some(recorded)) => {
            let texts = (asked.text().unwrap_or_default(), recorded.text().unwrap_or_default());
            format!("{package} is version {} now, the lockfile has {}", texts.0, texts.1)
        }
        _ => return,
    };
    let mut asked = value(asked.filter(|_| !is_dynamic), "dynamic");
    asked.span = asked.span.or_else(|| project.root.at(&["project", "dynamic"]).map(Node::span));
    push(checking, project.manifest, ("version", &package), asked, value(recorded, "none"), explanation);
}

fn extras(checking: &mut Checking<'_>, project: &Member<'_>, wanted: &Wanted, own: &Own<'_>) {
    if checking.revision < 1 || own.table.get("metadata").is_none() && wanted.extras.is_empty() {
        return;
    }
    let package = own.name();
    let list = own.table.at(&["metadata", "provides-extras"]);
    let recorded: BTreeMap<String, Span> = list
        .into_iter()
        .flat_map(Node::items)
        .filter_map(|node| Some((name::normalize(node.text()?), node.span())))
        .collect();
    for (extra, span) in wanted.extras.iter().filter(|(extra, _)| !recorded.contains_key(*extra)) {
        let explanation = format!("the extra {extra} of {package} is not in the lockfile");
        let asked = Value::written(extra.clone(), *span);
        push(checking, project.manifest, ("requirement", extra), asked, Value::absent(), explanation);
    }
    for (extra, span) in recorded.iter().filter(|(extra, _)| !wanted.extras.contains_key(*extra)) {
        let explanation = format!("the lockfile records the extra {extra}, which {package} no longer has");
        let place = project.root.at(&["project", "optional-dependencies"]).or_else(|| project.root.get("project"));
        let asked = Value { span: place.map(Node::span), ..Value::absent() };
        let recorded = Value::written(extra.clone(), *span);
        push(checking, project.manifest, ("requirement", extra), asked, recorded, explanation);
    }
}

fn requirements(checking: &mut Checking<'_>, project: &Member<'_>, wanted: &Wanted, own: &Own<'_>) {
    let package = own.name();
    let recorded = match checking.recorded(own.table.at(&["metadata", "requires-dist"])) {
        Ok(recorded) => recorded,
        Err(reason) => return checking.outcome.undecided.push(reason),
    };
    let place = project.root.at(&["project", "dependencies"]).or_else(|| project.root.get("project"));
    let fallback = (project.manifest, place.map(Node::span));
    let is_dynamic = own.table.get("version").is_none();
    if is_dynamic && checking.compare(&flattened(&wanted.requires, &package), &recorded).pairs.is_empty() {
        return;
    }
    lists(checking, &wanted.requires, &recorded, &package, fallback);
}

/// Compares two lists and notes what is out of step.
pub(super) fn lists(
    checking: &mut Checking<'_>,
    asked: &[Ask],
    recorded: &[Ask],
    whose: &str,
    fallback: (Link<Manifest>, Option<Span>),
) {
    let Apart { pairs, undecided } = checking.compare(asked, recorded);
    checking.outcome.undecided.extend(undecided);
    if pairs.is_empty() && checking.is_era_open {
        let older = super::compare::Rules { python: &checking.python, era: Era::Clauses }.compare(asked, recorded);
        for (asked, recorded) in older.pairs {
            let (Some(asked), Some(recorded)) = (asked, recorded) else { continue };
            let phrase =
                format!("{} and {} are the same to uv 0.13 and later, not before", asked.shown, recorded.shown);
            checking.outcome.version_dependent.push(phrase);
        }
    }
    for pair in pairs {
        let mut found = difference(pair, "requirement", whose, fallback);
        found.remedy.clone_from(&checking.remedy);
        checking.outcome.differences.push(found);
    }
}

/// Compares dependency groups. `metadata` holds what the lockfile records of them.
fn groups(
    checking: &mut Checking<'_>,
    project: &Member<'_>,
    groups: &BTreeMap<String, Group>,
    metadata: Option<Node<'_>>,
    package: &str,
) {
    let keys = ["requires-dev", "dependency-groups"];
    let recorded = keys.into_iter().find_map(|key| metadata?.get(key));
    // Empty groups are recorded since revision 1.
    let keeps_empty = checking.revision >= 1;
    group_tables(checking, project, groups, recorded, package, keeps_empty);
}

/// Compares groups with a table of recorded ones.
pub(super) fn group_tables(
    checking: &mut Checking<'_>,
    project: &Member<'_>,
    groups: &BTreeMap<String, Group>,
    recorded: Option<Node<'_>>,
    whose: &str,
    keeps_empty: bool,
) {
    let tables: BTreeMap<String, (Node<'_>, Node<'_>)> = recorded
        .into_iter()
        .flat_map(Node::own_entries)
        .filter_map(|entry| Some((name::normalize(entry.key.scalar()?), (entry.key, entry.value))))
        .collect();
    let names: BTreeSet<&String> = groups.keys().chain(tables.keys()).collect();
    for group in names {
        let asked = groups.get(group).filter(|group| keeps_empty || !group.asks.is_empty());
        let recorded = tables.get(group).filter(|(_, list)| keeps_empty || list.items().next().is_some());
        let title = format!("the group {group} of {whose}");
        let fallback = (project.manifest, asked.and_then(|group| group.span).or_else(|| groups_place(project)));
        let list = match checking.recorded(recorded.map(|(_, list)| *list)) {
            Ok(list) => list,
            Err(reason) => {
                checking.outcome.undecided.push(reason);
                continue;
            }
        };
        match (asked, recorded) {
            (Some(of), Some(_)) => lists(checking, &of.asks, &list, &title, fallback),
            (Some(of), None) => {
                let value = Value { span: of.span, ..Value::derived(group.clone()) };
                push(
                    checking,
                    project.manifest,
                    ("requirement", group),
                    value,
                    Value::absent(),
                    format!("{title} is not in the lockfile"),
                );
                lists(checking, &of.asks, &[], &title, fallback);
            }
            (None, Some((key, _))) => {
                let asked = Value { span: fallback.1, ..Value::absent() };
                let explanation = format!("the lockfile records {title}, which is not there any more");
                push(
                    checking,
                    project.manifest,
                    ("requirement", group),
                    asked,
                    Value::written(group.clone(), key.span()),
                    explanation,
                );
                lists(checking, &[], &list, &title, fallback);
            }
            (None, None) => {}
        }
    }
}

fn groups_place(project: &Member<'_>) -> Option<Span> {
    project.root.entry("dependency-groups").or_else(|| project.root.entry("project")).map(|entry| entry.key.span())
}

/// uv stops at a default group that the project does not have.
fn undefined_default_group(checking: &mut Checking<'_>, project: &Member<'_>, wanted: &Wanted) {
    let list = project.uv(&["default-groups"]).into_iter().flat_map(Node::items);
    let undefined = list
        .filter_map(|node| Some((node, name::normalize(node.text()?))))
        .find(|(_, group)| !wanted.groups.contains_key(group));
    if let Some((node, group)) = undefined {
        checking.refuse(format!("the default group {group} is not among the dependency groups"), node.span());
    }
}

/// Since revision 5 the groups that are installed by default are recorded.
fn default_groups(checking: &mut Checking<'_>, project: &Member<'_>, own: &Own<'_>) {
    let is_member = checking.realm.members.values().any(|known| known.manifest == project.manifest);
    if checking.revision < 5 || !is_member || checking.era == Era::Clauses {
        return;
    }
    let read = |node: Option<Node<'_>>| -> Vec<String> {
        match node {
            None => vec!["dev".to_owned()],
            Some(node) if node.is_list() => {
                let mut names: Vec<String> = node.items().filter_map(Node::text).map(name::normalize).collect();
                names.sort();
                names.dedup();
                names
            }
            Some(node) => vec![format!("= {}", node.scalar().unwrap_or_default())],
        }
    };
    let (asked, recorded) = (project.uv(&["default-groups"]), own.table.get("default-groups"));
    let (want, have) = (read(asked), read(recorded));
    if want != have {
        super::settings::setting(checking, "default-groups", (&want.join(", "), asked), (&have.join(", "), recorded));
        if let Some(last) = checking.outcome.differences.last_mut() {
            last.manifest = Some(project.manifest);
        }
    }
}

/// Since revision 5 the Pythons that are set for groups are recorded, those of included groups joined.
fn group_pythons(checking: &mut Checking<'_>, project: &Member<'_>, own: &Own<'_>) {
    if checking.revision < 5 || checking.era == Era::Clauses {
        return;
    }
    let groups = project.root.get("dependency-groups");
    let stated: BTreeMap<String, Node<'_>> = project
        .uv(&["dependency-groups"])
        .into_iter()
        .flat_map(Node::own_entries)
        .filter_map(|entry| Some((name::normalize(entry.key.scalar()?), entry.value.get("requires-python")?)))
        .collect();
    let includes = groups.into_iter().flat_map(Node::own_entries).flat_map(|entry| entry.value.items());
    let mut included = includes.filter_map(|item| item.get("include-group").and_then(Node::text)).map(name::normalize);
    // What includes a restricted group inherits its Pythons; that is left to the markers.
    if included.any(|group| stated.contains_key(&group)) {
        return;
    }
    let recorded: BTreeMap<String, Node<'_>> = own
        .table
        .get("group-requires-python")
        .into_iter()
        .flat_map(Node::own_entries)
        .filter_map(|entry| Some((name::normalize(entry.key.scalar()?), entry.value)))
        .collect();
    let names: BTreeSet<&String> = stated.keys().chain(recorded.keys()).collect();
    for group in names {
        let (asked, have) = (stated.get(group).copied(), recorded.get(group).copied());
        let text =
            |node: Option<Node<'_>>| node.and_then(Node::text).map_or_else(|| "not set".to_owned(), str::to_owned);
        let parsed = |node: Option<Node<'_>>| Specifier::parse(node.and_then(Node::text).unwrap_or_default()).ok();
        let is_same = match (parsed(asked), parsed(have)) {
            (Some(one), Some(other)) => asked.is_some() == have.is_some() && one.has_same_clauses(&other),
            _ => text(asked) == text(have),
        };
        if !is_same {
            let key = format!("requires-python of the group {group}");
            super::settings::setting(checking, &key, (&text(asked), asked), (&text(have), have));
        }
    }
}

/// The requirements with `package[extra]` replaced by what the extra requires: another form in
/// which build backends write them, which uv accepts for a project with a dynamic version.
fn flattened(requires: &[Ask], package: &str) -> Vec<Ask> {
    let mut flat: Vec<Ask> = Vec::new();
    let mut queue: VecDeque<Ask> = requires.iter().cloned().collect();
    let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
    while let Some(ask) = queue.pop_front() {
        if ask.name != package {
            flat.push(ask);
            continue;
        }
        for extra in &ask.extras {
            if !seen.insert((extra.clone(), ask.shown.clone())) {
                continue;
            }
            for inner in requires.iter().filter(|inner| inner.marker.extras().contains(extra)) {
                let marker = inner.marker.given_extra(extra).and(&ask.marker);
                queue.push_back(Ask { marker, ..inner.clone() });
            }
        }
    }
    flat
}
