//! The packages that uv reads anew from the repository: members, and path dependencies next to them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::str::FromStr;

use super::ask::{Ask, Origin, normal};
use super::compare::{Apart, difference};
use super::lower::{Trouble, Wanted};
use super::workspace::{Member, Realm};
use super::{Checking, Era, groups, schema};
use crate::facts::recorded::Block;
use crate::facts::{Link, Manifest};
use crate::path;
use crate::python::{Version, name};
use crate::source::Span;
use crate::syntax::Node;
use crate::value::Value;

use super::super::Difference;
use super::super::shape::Fault;

const TREES: [&str; 3] = ["editable", "virtual", "directory"];

/// A package of the lockfile with its kind of source and its path.
#[derive(Clone, Copy)]
pub(super) struct Own<'a> {
    block: &'a Block,
    pub(super) table: Node<'a>,
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

pub(super) fn push(
    checking: &mut Checking<'_>,
    manifest: Link<Manifest>,
    (aspect, subject): (&'static str, &str),
    asked: Value<String>,
    recorded: Value<String>,
    explanation: String,
) {
    checking.outcome.differences.push(Difference {
        manifest: Some(manifest),
        asked,
        recorded,
        ..Difference::of(aspect, subject, explanation, checking.remedy.clone())
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
    let is_package = checking.realm.is_package(member, of, &checking.releases);
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
        let manifest = path::join(&directory, "pyproject.toml");
        if let Some(manifest) = manifest.filter(|path| checking.seen.around.files.has(path)) {
            return checking.refuse(format!("{manifest} cannot be read"), own.table.span());
        }
        let reason = if directory.starts_with("..") || directory.starts_with('/') {
            format!("{package} lies outside the repository")
        } else {
            format!("{package} has no pyproject.toml that could be read in {directory}")
        };
        return checking.outcome.undecided.push(reason);
    };
    if let Some(fault) = schema::fault(project.root, &checking.releases).or_else(|| contradiction(&project)) {
        return checking.refuse(fault.message, fault.span);
    }
    if let Some(reason) = unknowable(&project) {
        return checking.outcome.undecided.push(format!("{package}: {reason}"));
    }
    let is_member = checking.realm.members.values().any(|known| known.manifest == project.manifest);
    let other_realm = match is_member {
        true if checking.is_cut_off(&project) => Realm::of(checking.seen.facts, &[project.manifest]),
        true => None,
        false => checking.realm_of(project.manifest),
    };
    let realm: &Realm<'_> = other_realm.as_ref().unwrap_or(&checking.realm);
    let lowering = checking.lowering(realm, project);
    let wanted = lowering.project();
    let misnamed = lowering.misnamed();
    checking.misnamed = checking.misnamed.take().or(misnamed);
    match wanted {
        Ok(wanted) => {
            version(checking, &project, &own);
            extras(checking, &project, &wanted, &own);
            requirements(checking, &project, &wanted, &own);
            groups::groups(checking, &project, &wanted.groups, own.table.at(&["metadata"]), &package);
            groups::undefined_default_group(checking, &project, &wanted);
            groups::default_groups(checking, &project, &own);
            groups::group_pythons(checking, &project, &own);
        }
        Err(Trouble::Refused(message, span)) => checking.refuse(message, span),
        Err(Trouble::Unknown(reason)) => checking.outcome.undecided.push(reason),
    }
}

/// A field that is both written and dynamic, which all build backends but Poetry's refuse.
fn contradiction(project: &Member<'_>) -> Option<Fault> {
    let backend = project.root.at(&["build-system", "build-backend"]).and_then(Node::text);
    let table =
        project.root.get("project").filter(|_| !backend.is_some_and(|backend| backend.starts_with("poetry.")))?;
    let mut dynamic = table.get("dynamic").into_iter().flat_map(Node::items);
    let field = dynamic.find(|field| field.text().is_some_and(|field| table.get(field).is_some()))?;
    Some(Fault::new(format!("`{}` is both written and dynamic", field.text()?), field.span()))
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
        let is_sourced =
            pair.1.as_ref().is_some_and(|recorded| recorded.origin != Origin::Registry { index: None, conflict: None });
        let mut found = difference(pair, "requirement", whose, fallback);
        found.remedy.clone_from(&checking.remedy);
        if let Some(setting) = checking.settings.ignores_source(&found.subject).filter(|_| is_sourced) {
            found.explanation = format!("{}, as its source is switched off", found.explanation);
            found.asked.span = Some(setting.span());
            found.asked_in = checking.settings.file.clone();
        }
        checking.outcome.differences.push(found);
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
