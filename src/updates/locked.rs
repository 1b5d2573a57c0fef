//! What lockfiles lock from registries, who asks for it, and in which range.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Input;
use super::constraint::Constraint;
use crate::facts::{Dependency, Facts, Link, LockedPackage, Lockfile};
use crate::release::Release;
use crate::upstream::{Requirement, Subject};

/// A lockfile in use, with the packages that a registry can be asked about.
pub(super) struct Project<'f> {
    /// The lockfile.
    pub(super) lockfile: &'f Lockfile,
    /// The directory of its service; `.` for the root.
    pub(super) service: String,
    /// The runtimes that its manifest promises to run on, as written.
    pub(super) promised: Option<&'f str>,
    /// Its packages in the order of the file.
    pub(super) entries: Vec<Entry<'f>>,
    /// How many packages it holds that come from no registry that can be asked, by the word for their source.
    pub(super) elsewhere: BTreeMap<String, usize>,
}

/// A locked package.
pub(super) struct Entry<'f> {
    pub(super) package: &'f LockedPackage,
    pub(super) subject: Subject,
    pub(super) version: &'f str,
    /// Its version in order; `None` when it has no place in that.
    pub(super) release: Option<Release>,
    /// Whether a manifest asks for it.
    pub(super) is_direct: bool,
    /// What it is for: runtime, optional, build, dev; `unknown` when nothing in the lockfile leads to it.
    pub(super) scope: &'static str,
    /// What manifests ask for.
    pub(super) asked: Vec<Asked>,
    /// What other locked packages ask for.
    pub(super) required: Vec<Asked>,
    /// Dependents whose range neither the lockfile nor the registry tells.
    pub(super) untold: Vec<&'f str>,
    /// How many locked packages require it.
    pub(super) dependents: usize,
}

/// A range and who asks for it.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// The name of the package, or the path of the manifest.
    pub(super) by: String,
    /// The range, as written.
    pub(super) range: String,
    /// What any of these admits is admitted; empty when the range could not be read.
    pub(super) constraints: Vec<Constraint>,
}

impl Asked {
    /// Whether it admits a release; a range that could not be read admits all.
    pub(super) fn admits(&self, release: &Release) -> bool {
        self.constraints.is_empty() || self.constraints.iter().any(|constraint| constraint.admits(release))
    }
}

/// The packages that a report is about, before it is known which registries can be asked about them.
pub fn asked<'f>(facts: &'f Facts, is_reported: &dyn Fn(&str) -> bool) -> impl Iterator<Item = &'f LockedPackage> {
    facts.locked_packages.iter().filter(move |package| {
        let lockfile = &facts[package.lockfile];
        is_in_use(lockfile) && is_reported(&lockfile.header.path)
    })
}

/// Whether a tool reads a lockfile, and it is no copy of another.
fn is_in_use(lockfile: &Lockfile) -> bool {
    lockfile.ruled_by.is_none() && lockfile.tool != "export"
}

/// The lockfiles in use, by path.
pub(super) fn projects<'f>(input: &Input<'f>) -> Vec<Project<'f>> {
    let facts = input.facts;
    let mut members: BTreeMap<Link<Lockfile>, Vec<Link<LockedPackage>>> = BTreeMap::new();
    for (link, package) in facts.all::<LockedPackage>() {
        members.entry(package.lockfile).or_default().push(link);
    }
    let mut direct: BTreeMap<Link<LockedPackage>, Vec<&Dependency>> = BTreeMap::new();
    for dependency in &facts.dependencies {
        for link in &dependency.locked {
            direct.entry(*link).or_default().push(dependency);
        }
    }
    let mut projects: Vec<Project<'f>> = facts
        .all::<Lockfile>()
        .filter(|(_, lockfile)| is_in_use(lockfile) && (input.is_reported)(&lockfile.header.path))
        .map(|(link, lockfile)| {
            let members = members.get(&link).map_or(&[][..], Vec::as_slice);
            let graph = Graph::new(input, members, &direct);
            project(input, lockfile, &graph)
        })
        .collect();
    projects.sort_by(|a, b| a.lockfile.header.path.cmp(&b.lockfile.header.path));
    projects
}

fn project<'f>(input: &Input<'f>, lockfile: &'f Lockfile, graph: &Graph<'f, '_>) -> Project<'f> {
    let facts = input.facts;
    let scopes = graph.scopes();
    let required = graph.required();
    let mut elsewhere = BTreeMap::new();
    let mut entries: Vec<Entry<'f>> = Vec::new();
    let mut known: HashMap<(&str, &str), usize> = HashMap::new();
    for (index, package) in graph.packages.iter().enumerate().filter(|(_, package)| package.contents.source != "own") {
        let (Some(subject), Some(version)) = ((input.subject)(package), package.contents.version.known()) else {
            let source = if package.contents.source == "registry" {
                package.contents.ecosystem
            } else {
                package.contents.source
            };
            *elsewhere.entry(source.to_owned()).or_default() += 1;
            continue;
        };
        let asked = graph.direct.get(&graph.links[index]).map_or(&[][..], Vec::as_slice);
        let (ranges, mut untold) = required.get(&index).cloned().unwrap_or_default();
        if ranges.is_empty() && untold.is_empty() {
            untold.extend(graph.blind);
        }
        // The same version at several places of a tree is one thing to update.
        if let Some(same) =
            known.get(&(package.contents.package.as_ref(), version.as_str())).and_then(|at| entries.get_mut(*at))
        {
            same.is_direct |= !asked.is_empty();
            same.asked.extend(asked.iter().filter_map(|dependency| by_manifest(dependency)));
            same.dependents += ranges.len() + untold.len();
            same.required.extend(ranges);
            same.untold.extend(untold);
            if same.scope != "runtime" && scopes[index] != "unknown" {
                same.scope = scopes[index];
            }
            continue;
        }
        known.insert((package.contents.package.as_ref(), version.as_str()), entries.len());
        entries.push(Entry {
            package,
            subject,
            version,
            release: Release::parse(package.contents.ecosystem, version),
            is_direct: !asked.is_empty(),
            scope: scopes[index],
            asked: asked.iter().filter_map(|dependency| by_manifest(dependency)).collect(),
            dependents: ranges.len() + untold.len(),
            required: ranges,
            untold,
        });
    }
    let directory = lockfile.header.service.map_or("", |service| facts[service].directory.as_str());
    Project {
        lockfile,
        service: if directory.is_empty() { ".".to_owned() } else { directory.to_owned() },
        promised: lockfile
            .manifests
            .iter()
            .find_map(|link| facts[*link].runtime_constraint.known())
            .map(String::as_str),
        entries,
        elsewhere,
    }
}

fn by_manifest(dependency: &Dependency) -> Option<Asked> {
    let range = dependency.requirement.known()?;
    let constraints = Constraint::parse(&dependency.ecosystem, range).into_iter().collect();
    Some(Asked { by: dependency.header.path.to_string(), range: range.clone(), constraints })
}

/// The packages of one lockfile and who requires whom.
struct Graph<'f, 'd> {
    links: &'d [Link<LockedPackage>],
    packages: Vec<&'f LockedPackage>,
    by_name: HashMap<&'f str, Vec<usize>>,
    direct: &'d BTreeMap<Link<LockedPackage>, Vec<&'f Dependency>>,
    /// For each package what it requires: a package of the lockfile, with the range where it is told.
    requires: Vec<Vec<(usize, Option<&'f str>)>>,
    /// A package whose requirements are told nowhere, so that nobody's dependents are known.
    blind: Option<&'f str>,
}

/// The ranges that others ask of a package, and those whose range is not told.
type Required<'f> = HashMap<usize, (Vec<Asked>, Vec<&'f str>)>;

impl<'f, 'd> Graph<'f, 'd> {
    fn new(
        input: &Input<'f>,
        links: &'d [Link<LockedPackage>],
        direct: &'d BTreeMap<Link<LockedPackage>, Vec<&'f Dependency>>,
    ) -> Self {
        let packages: Vec<&LockedPackage> = links.iter().map(|link| &input.facts[*link]).collect();
        let mut by_name: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, package) in packages.iter().enumerate() {
            by_name.entry(&package.contents.package).or_default().push(index);
        }
        let mut graph = Self { links, packages, by_name, direct, requires: Vec::new(), blind: None };
        if graph.packages.iter().any(|package| !package.contents.edges.is_empty()) {
            graph.requires = graph.by_lockfile(input);
        } else {
            graph.by_registry(input);
        }
        graph
    }

    /// What the edges of the lockfile say; ranges that they leave out are the registry's. Edges of extras that nobody
    /// asks for do not count.
    fn by_lockfile(&self, input: &Input<'f>) -> Vec<Vec<(usize, Option<&'f str>)>> {
        let mut extras: HashMap<&str, BTreeSet<&str>> = HashMap::new();
        for edge in self.packages.iter().flat_map(|package| &package.contents.edges) {
            extras.entry(&edge.package).or_default().extend(edge.extras.iter().map(|extra| &**extra));
        }
        let mut all = Vec::new();
        for (from, package) in self.packages.iter().enumerate() {
            let package: &'f LockedPackage = package;
            let is_direct = self.direct.contains_key(&self.links[from]);
            let is_active = |group: Option<&str>| {
                group.is_none_or(|group| {
                    is_direct || extras.get(&*package.contents.package).is_some_and(|on| on.contains(group))
                })
            };
            let mut requires = Vec::new();
            for edge in package.contents.edges.iter().filter(|edge| is_active(edge.group.as_deref())) {
                let told = told(input, package).into_iter().flatten().filter(|one| *one.package == *edge.package);
                let ranges: Vec<Option<&str>> = match edge.requirement.as_deref() {
                    Some(range) => vec![Some(range)],
                    None => told.map(|requirement| Some(&*requirement.range)).collect(),
                };
                for range in if ranges.is_empty() { vec![None] } else { ranges } {
                    let targets = self.targets(&edge.package, edge.version.as_deref(), range);
                    requires.extend(targets.into_iter().map(|to| (to, range)));
                }
            }
            all.push(requires);
        }
        all
    }

    /// What the registry says of each locked version, for lockfiles whose edges are not read.
    fn by_registry(&mut self, input: &Input<'f>) {
        for index in 0..self.packages.len() {
            let package: &'f LockedPackage = self.packages[index];
            let mut requires = Vec::new();
            match told(input, package) {
                Some(requirements) => {
                    for requirement in requirements.iter().filter(|requirement| !requirement.is_optional) {
                        let range = Some(&*requirement.range);
                        let targets = self.targets(&requirement.package, None, range);
                        requires.extend(targets.into_iter().map(|to| (to, range)));
                    }
                }
                None if package.contents.source == "own" => {}
                None => self.blind = self.blind.or(Some(&package.contents.package)),
            }
            self.requires.push(requires);
        }
    }

    /// The packages that a requirement may lead to: those of its name and version, and of several those that answer
    /// its range.
    fn targets(&self, name: &str, version: Option<&str>, range: Option<&str>) -> Vec<usize> {
        let named = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        let is_meant = |index: &&usize| {
            version
                .is_none_or(|version| self.packages[**index].contents.version.known().is_none_or(|own| own == version))
        };
        let meant: Vec<usize> = named.iter().filter(is_meant).copied().collect();
        if meant.len() < 2 {
            return meant;
        }
        let ecosystem = self.packages[meant[0]].contents.ecosystem;
        let Some(constraint) = range.and_then(|range| Constraint::parse(ecosystem, range)) else { return meant };
        let answers = |index: &usize| {
            let own = self.packages[*index].contents.version.known().and_then(|own| Release::parse(ecosystem, own));
            own.is_none_or(|own| constraint.admits(&own))
        };
        meant.into_iter().filter(answers).collect()
    }

    /// What each package is for: the first of runtime, optional, build and dev from which a path leads to it.
    fn scopes(&self) -> Vec<&'static str> {
        let mut scopes = vec!["unknown"; self.packages.len()];
        for scope in ["runtime", "optional", "build", "dev"] {
            let is_start = |index: &usize| {
                let asked = self.direct.get(&self.links[*index]).map_or(&[][..], Vec::as_slice);
                asked.iter().any(|dependency| scope_of(&dependency.group) == scope)
            };
            let mut pending: Vec<usize> = (0..self.packages.len()).filter(is_start).collect();
            while let Some(index) = pending.pop() {
                if scopes[index] == "unknown" {
                    scopes[index] = scope;
                    pending.extend(self.requires[index].iter().map(|(to, _)| *to));
                }
            }
        }
        scopes
    }

    /// What packages ask of each other; what the project itself asks is in its manifests.
    fn required(&self) -> Required<'f> {
        let mut required = Required::new();
        for (from, package) in self.packages.iter().enumerate().filter(|(_, package)| package.contents.source != "own")
        {
            // Several requirements of one package stand for several machines: each may be the one that counts.
            let mut ranges: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
            for (to, range) in &self.requires[from] {
                ranges.entry(*to).or_default().extend(*range);
            }
            for (to, texts) in ranges {
                let entry = required.entry(to).or_default();
                match self.range(package, self.packages[to], &texts) {
                    Some(asked) => entry.0.push(asked),
                    None => entry.1.push(&package.contents.package),
                }
            }
        }
        required
    }

    /// The range that `from` asks of `to`; `None` when it is not told or cannot be read.
    fn range(&self, from: &LockedPackage, to: &LockedPackage, texts: &[&str]) -> Option<Asked> {
        let own = to.contents.version.known().and_then(|own| Release::parse(to.contents.ecosystem, own));
        let read = |text: &&str| Some(((*text).to_owned(), Constraint::parse(to.contents.ecosystem, text)?));
        let all: Vec<(String, Constraint)> = texts.iter().filter_map(read).collect();
        let holds = |(_, constraint): &&(String, Constraint)| own.as_ref().is_some_and(|own| constraint.admits(own));
        let holding: Vec<(String, Constraint)> = all.iter().filter(holds).cloned().collect();
        // Of several ranges those count that the locked version answers.
        let ranges = if holding.is_empty() { all } else { holding };
        let (texts, constraints): (Vec<String>, Vec<Constraint>) = ranges.into_iter().unzip();
        (!texts.is_empty()).then(|| Asked { by: from.contents.package.clone(), range: texts.join(" or "), constraints })
    }
}

/// What the registry says that a locked version requires.
fn told<'f>(input: &Input<'f>, package: &LockedPackage) -> Option<&'f [Requirement]> {
    let document = input.table.get(&(input.subject)(package)?)?.package()?;
    document.release(package.contents.version.known()?)?.requirements.as_deref()
}

fn scope_of(group: &str) -> &'static str {
    match group {
        "main" | "peer" => "runtime",
        "build" => "build",
        "dev" => "dev",
        group if group.starts_with("optional") => "optional",
        _ => "dev",
    }
}
