//! The packages of pnpm-lock.yaml to facts, and the graph between them.
//!
//! Format 9 lists packages and the ways in which they are installed (`snapshots`) apart; in
//! older formats one list holds both.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::key;
use crate::address;
use crate::day::Day;
use crate::facts::recorded::Edge;
use crate::facts::{Count, Link, LockedPackage, Lockfile};
use crate::pnpm::lock::Lock;
use crate::read::{File, Output, Tarball, note_tarball};
use crate::source::Span;
use crate::syntax::{Entry, Node};
use crate::value::Value;

/// Directory of a project and name of its dependency to the place among the packages.
type Resolved = BTreeMap<(Box<str>, Box<str>), usize>;

/// The groups of edges of a package.
const EDGES: [&str; 2] = ["dependencies", "optionalDependencies"];

/// Adds a fact for each package, and gives those that direct dependencies lead to.
pub(super) fn read(
    file: &File<'_>,
    output: &mut Output,
    link: Link<Lockfile>,
    root: Node<'_>,
    lock: &Lock,
) -> Resolved {
    let packages = root.get("packages").map(Node::entries).unwrap_or_default();
    let index: HashMap<&str, usize> =
        packages.iter().enumerate().filter_map(|(index, entry)| Some((entry.key.scalar()?, index))).collect();
    let first = output.facts.locked_packages.len();
    let mut counts = [0_i64; 3];
    // Releases that resolve by time note when a package was published.
    let times = root.get("time").into_iter().flat_map(Node::own_entries);
    let times: HashMap<&str, &str> =
        times.filter_map(|entry| Some((entry.key.scalar()?, entry.value.scalar()?))).collect();
    for entry in &packages {
        let mut fact = package(file, link, lock.major, *entry);
        let is_hashable = matches!(fact.contents.source, "registry" | "url");
        fact.contents.uploaded = entry.key.scalar().and_then(|key| times.get(key)).and_then(|time| Day::parse(time));
        counts[0] += 1;
        counts[1] += i64::from(is_hashable);
        counts[2] += i64::from(is_hashable && fact.contents.unhashed_count.known() == Some(&Count(0)));
        output.facts.add(fact);
    }
    [output.facts[link].package_count, output.facts[link].hashable_count, output.facts[link].hashed_count] =
        counts.map(Count);
    let (resolved, starts) = direct(lock, &index);
    let installed = if lock.major >= 9 {
        root.get("snapshots").map(Node::entries).unwrap_or_default()
    } else {
        packages
    };
    Graph::new(lock.major, &installed, &index).note(starts, &mut output.facts.locked_packages[first..]);
    resolved
}

/// The packages of direct dependencies, and the keys under which they are installed.
fn direct(lock: &Lock, index: &HashMap<&str, usize>) -> (Resolved, Vec<String>) {
    let mut resolved = BTreeMap::new();
    let mut starts = Vec::new();
    for (directory, importer) in &lock.importers {
        for one in &importer.direct {
            let Some(key) = key::target(lock.major, &one.name.text, &one.version.text) else { continue };
            if let Some(index) = index.get(listed(lock.major, &key)) {
                resolved.insert((directory.clone(), one.name.text.clone()), *index);
            }
            starts.push(key);
        }
    }
    (resolved, starts)
}

/// The key under which `packages` lists what is installed under `key`.
fn listed(major: u32, key: &str) -> &str {
    if major >= 9 { key::without_peers(key) } else { key }
}

/// What needs what, over the keys of installed packages.
struct Graph<'d> {
    major: u32,
    installed: HashMap<&'d str, Node<'d>>,
    /// Keys in the order of the text.
    order: Vec<&'d str>,
    packages: &'d HashMap<&'d str, usize>,
}

impl<'d> Graph<'d> {
    fn new(major: u32, entries: &[Entry<'d>], packages: &'d HashMap<&'d str, usize>) -> Self {
        let order: Vec<&str> = entries.iter().filter_map(|entry| entry.key.scalar()).collect();
        let installed = entries.iter().filter_map(|entry| Some((entry.key.scalar()?, entry.value))).collect();
        Self { major, installed, order, packages }
    }

    /// Notes edges, edges that lead nowhere, and what is reached.
    fn note(&self, starts: Vec<String>, facts: &mut [LockedPackage]) {
        let mut reached: HashSet<&str> = HashSet::new();
        let mut pending: Vec<&str> = Vec::new();
        let mut push = |key: &str, pending: &mut Vec<&'d str>| {
            if let Some((key, _)) = self.installed.get_key_value(key)
                && reached.insert(key)
            {
                pending.push(key);
            }
        };
        for start in &starts {
            push(start, &mut pending);
        }
        while let Some(key) = pending.pop() {
            for (name, reference) in self.edges(key) {
                if let Some(target) = key::target(self.major, name.scalar().unwrap_or(""), reference) {
                    push(&target, &mut pending);
                }
            }
        }
        let mut live = vec![false; facts.len()];
        for key in self.order.iter().filter(|key| reached.contains(**key)) {
            if let Some(index) = self.packages.get(listed(self.major, key)) {
                live[*index] = true;
            }
        }
        for (fact, is_live) in facts.iter_mut().zip(live) {
            fact.reachable = Value::derived(is_live);
        }
        for key in &self.order {
            let Some(index) = self.packages.get(listed(self.major, key)) else { continue };
            let is_first = facts[*index].contents.edges.is_empty();
            for (name, reference) in self.edges(key) {
                self.note_edge(name, reference, is_first, &mut facts[*index]);
            }
        }
    }

    fn edges(&self, key: &str) -> impl Iterator<Item = (Node<'d>, &'d str)> {
        let node = self.installed.get(key).copied();
        EDGES
            .iter()
            .filter_map(move |group| node?.get(group))
            .flat_map(Node::own_entries)
            .filter_map(|entry| Some((entry.key, entry.value.scalar()?)))
    }

    fn note_edge(&self, name: Node<'_>, reference: &str, is_first: bool, fact: &mut LockedPackage) {
        let alias = name.scalar().unwrap_or("");
        let Some(target) = key::target(self.major, alias, reference) else { return };
        let (package, version) = key::parts(self.major, &target).unwrap_or((alias, reference));
        if is_first {
            fact.contents.edges.push(Edge {
                package: package.into(),
                version: Some(version.into()),
                marker: None,
                group: None,
                extras: Vec::new(),
                requirement: None,
                span: name.span(),
            });
        }
        let is_there = self.installed.contains_key(target.as_str())
            && self.packages.contains_key(listed(self.major, &target));
        if !is_there {
            lacks(fact, package, name.span());
        }
    }
}

fn lacks(fact: &mut LockedPackage, package: &str, span: Span) {
    match &mut fact.rare.missing_dependencies.state {
        crate::value::State::Known(names) if names.iter().any(|name| name == package) => {}
        crate::value::State::Known(names) => names.push(package.to_owned()),
        _ => fact.rare.missing_dependencies = Value::written(vec![package.to_owned()], span),
    }
}

fn package(file: &File<'_>, lockfile: Link<Lockfile>, major: u32, entry: Entry<'_>) -> LockedPackage {
    let key = entry.key.scalar().unwrap_or("");
    let place = entry.key.inner_span();
    let text = |name: &str| entry.value.get(name).and_then(Node::scalar);
    let (name, version) = key::parts(major, key).unwrap_or((key, ""));
    let (name, version) = (text("name").unwrap_or(name), text("version").unwrap_or(version));
    let part = format!("{name}@{version}");
    let mut fact = LockedPackage::new(file.part(&part, place), lockfile, "node", name);
    if !version.is_empty() {
        fact.contents.version = Value::written(version.to_owned(), place);
    }
    source(&mut fact, entry, version);
    fact
}

/// Where the package comes from, and its hash.
fn source<'d>(fact: &mut LockedPackage, entry: Entry<'d>, version: &str) {
    let resolution = entry.value.get("resolution");
    let get = |name: &str| resolution.and_then(|node| node.get(name)).filter(|node| node.scalar().is_some());
    let text = |node: Node<'_>| node.scalar().unwrap_or("").to_owned();
    let place = resolution.map_or_else(|| entry.key.span(), Node::span);
    let tarball = get("tarball");
    let is_release = nodejs_version(version);
    fact.contents.source = match (get("type").and_then(Node::scalar), tarball) {
        (Some("git"), _) => "git",
        (Some("directory"), _) => "path",
        (_, Some(at)) if at.scalar().is_some_and(|at| at.starts_with("file:")) => "path",
        (_, Some(at)) if commit_of_archive(at).is_some() && !is_release => "git",
        (_, Some(_)) if !is_release => "url",
        _ => "registry",
    };
    if let Some(node) = tarball.or_else(|| get("repo"))
        && let Some(address) = address::parse(&text(node))
    {
        fact.contents.host = Value::written(address.host, node.span());
        fact.contents.scheme = Value::written(address.scheme, node.span());
    }
    if let Some(node) = tarball.or_else(|| get("repo")).or_else(|| get("directory")) {
        fact.contents.location = Some(text(node).into());
    }
    if fact.contents.source == "git" {
        let archived = tarball.and_then(commit_of_archive);
        let commit = get("commit").map(text).or_else(|| archived.map(str::to_owned));
        fact.rare.commit = commit.map_or_else(Value::absent, |commit| Value::written(commit, place));
    }
    if !matches!(fact.contents.source, "registry" | "url") {
        return;
    }
    let written = |node: Node<'d>| Some((node.scalar()?, node.span()));
    let (address, integrity) = (tarball.and_then(written), get("integrity").and_then(written));
    note_tarball(fact, Tarball { address, integrity, place });
}

fn nodejs_version(text: &str) -> bool {
    semver::Version::parse(text).is_ok()
}

/// The commit in the address of an archive that a git host makes: `.../tar.gz/COMMIT`.
fn commit_of_archive(node: Node<'_>) -> Option<&str> {
    let address = node.scalar()?;
    let last = address.split(['/', '=', '?', '#']).rfind(|part| !part.is_empty())?;
    let last = last.strip_suffix(".tar.gz").unwrap_or(last);
    crate::pin::is_commit(last).then_some(last)
}
