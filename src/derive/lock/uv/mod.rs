//! uv.lock against pyproject.toml, as `uv lock --check` compares them.
//!
//! The order and the meaning of the comparisons are uv's (`ValidatedLock::validate` and
//! `Lock::satisfies`, read at 0.12.5, tried against 0.13.9); unlike uv, all of them are made,
//! so that everything that is out of step is named at once.

mod ask;
mod compare;
mod exclude_newer;
mod groups;
mod indexes;
mod lists;
mod lower;
mod options;
mod origin;
mod packages;
mod reach;
mod schema;
mod settings;
#[cfg(test)]
mod tests;
mod workspace;

use crate::facts::recorded::{Recorded, UvLock};
use crate::facts::{Link, Lockfile, Manifest, Toolchain};
use crate::path;
use crate::python::{PythonRange, Specifier};
use crate::source::Span;
use crate::syntax::Node;
use crate::value::Value;

use super::releases::Releases;
use super::{Outcome, Pairing, Seen, Tool};
use ask::Ask;
use compare::{Apart, Era, Rules};
use lower::Lowering;
use workspace::{Member, Realm};

/// uv.
pub(super) const TOOL: Tool = Tool {
    name: "uv",
    ecosystem: "python",
    files: &["uv.lock"],
    pairing: Pairing::Beside { formats: &["pyproject"], workspaces: workspace::workspaces },
    compare,
};

/// One comparison under way.
struct Checking<'a> {
    seen: Seen<'a>,
    link: Link<Lockfile>,
    lock: &'a UvLock,
    /// The head of the lockfile.
    head: Node<'a>,
    /// The directory of the lockfile.
    directory: &'a str,
    realm: Realm<'a>,
    settings: settings::Place<'a>,
    /// The interpreters that the lockfile is for.
    python: PythonRange,
    revision: i64,
    /// What the project says of the uv it uses.
    releases: Releases,
    era: Era,
    /// Whether nothing tells which releases of uv read the lockfile.
    is_era_open: bool,
    is_script: bool,
    /// Packages that the root requires without being a project.
    root_names: Vec<String>,
    remedy: String,
    /// A source that leads to a project of another name, at which uv stops when it locks again.
    misnamed: Option<(String, Span)>,
    outcome: Outcome,
}

fn compare(seen: Seen<'_>, link: Link<Lockfile>) -> Outcome {
    let lockfile = &seen.facts[link];
    let Recorded::Uv(lock) = &lockfile.recorded else { return Outcome::default() };
    let Some(realm) = Realm::of(seen.facts, &lockfile.manifests) else { return Outcome::default() };
    let head = lock.head.root();
    let python = head.get("requires-python").and_then(Node::text).and_then(|text| Specifier::parse(text).ok());
    let python = python.and_then(|specifier| PythonRange::of([&specifier])).unwrap_or_else(PythonRange::all);
    let revision = head.get("revision").and_then(Node::int).unwrap_or(0);
    let directory = path::directory(&lockfile.header.path);
    let releases = Releases::stated(seen.facts, "uv", directory);
    let settings = settings::Place::of(seen.facts, seen.lookup, &realm.root, &releases);
    let (era, is_era_open) = era(&releases, revision);
    let is_script = seen.facts[realm.root.manifest].format == "script";
    let remedy = match (is_script, lockfile.header.path.strip_suffix(".lock")) {
        (true, Some(script)) => format!("uv lock --script {script}"),
        _ => "uv lock".to_owned(),
    };
    let mut checking = Checking {
        seen,
        link,
        lock,
        head,
        directory,
        realm,
        settings,
        python,
        revision,
        releases,
        era,
        is_era_open,
        is_script,
        root_names: Vec::new(),
        remedy,
        misnamed: None,
        outcome: Outcome::default(),
    };
    checking.workspace();
    settings::check(&mut checking);
    if !is_script {
        packages::members(&mut checking);
    }
    lists::check(&mut checking);
    packages::check(&mut checking);
    indexes::check(&mut checking);
    reach::check(&mut checking);
    if let Some((message, place)) = checking.misnamed.take().filter(|_| !checking.outcome.differences.is_empty()) {
        checking.refuse(message, place);
    }
    checking.outcome
}

impl<'a> Checking<'a> {
    /// uv itself would stop here. The first reason stands.
    fn refuse(&mut self, message: String, span: Span) {
        self.outcome.refusal.get_or_insert_with(|| Value::written(message, span));
    }

    fn compare(&self, asked: &[Ask], recorded: &[Ask]) -> Apart {
        let mut apart = Rules { python: &self.python, era: self.era }.compare(asked, recorded);
        apart
            .pairs
            .retain(|(asked, recorded)| !asked.as_ref().zip(recorded.as_ref()).is_some_and(|pair| self.is_kept(pair)));
        apart
    }

    /// uv locks again and finds nothing to write: the clauses are the same to it up to zeros at their
    /// ends, as in `!=1.*` and `!=1.0.*`, and what is locked satisfies them still.
    fn is_kept(&self, (asked, recorded): (&Ask, &Ask)) -> bool {
        let facts = self.seen.facts;
        let locked = self.seen.lookup.packages(self.link).map(|link| &facts[link]);
        let mut versions =
            locked.filter(|locked| locked.contents.package == asked.name).map(|locked| locked.contents.version.known());
        Rules { python: &self.python, era: Era::Clauses }.is_same(asked, recorded) == Some(true)
            && versions.all(|version| {
                version.and_then(|text| text.parse().ok()).is_some_and(|version| asked.specifier.admits(&version))
            })
    }

    /// The requirements of a recorded list.
    fn recorded(&self, list: Option<Node<'_>>) -> Result<Vec<Ask>, String> {
        list.into_iter().flat_map(Node::items).map(|node| Ask::of_recorded(node, self.directory)).collect()
    }

    /// What the requirements of a project are seen against.
    fn lowering<'c>(&'c self, realm: &'c Realm<'a>, project: Member<'c>) -> Lowering<'c> {
        Lowering { seen: self.seen, realm, project, settings: &self.settings, releases: &self.releases }
    }

    /// A setting of the root project that its uv knows.
    fn project_setting(&self, key: &str) -> Option<Node<'a>> {
        self.realm.root.uv(&[key]).filter(|_| options::is_known(&self.releases, key))
    }

    /// Whether a node stands in uv.toml.
    fn is_setting(&self, node: Node<'_>) -> bool {
        self.settings.node.is_some_and(|own| std::ptr::eq(own.document(), node.document()))
    }

    /// The names of all packages of the lockfile.
    fn locked_names(&self) -> Vec<String> {
        let facts = self.seen.facts;
        self.seen.lookup.packages(self.link).map(|link| facts[link].contents.package.clone()).collect()
    }

    /// Whether an entry of a list about a package counts: uv 0.13 passes over those about
    /// packages that it neither locks nor recorded in the list.
    fn matters(&self, package: &str, recorded: Option<Node<'_>>) -> bool {
        let names = recorded.into_iter().flat_map(Node::items).filter_map(|item| item.get("name").and_then(Node::text));
        self.era == Era::Clauses
            || self.locked_names().iter().any(|locked| locked == package)
            || names.into_iter().any(|name| crate::python::name::normalize(name) == package)
    }

    fn project_in(&self, directory: &str) -> Option<Member<'a>> {
        let facts = self.seen.facts;
        let manifest = self.seen.lookup.manifests_in(facts, directory, "pyproject").next()?;
        Member::of(facts, manifest)
    }

    /// The workspace that a project outside this one belongs to; it may be one of its own.
    fn realm_of(&self, manifest: Link<Manifest>) -> Option<Realm<'a>> {
        let facts = self.seen.facts;
        let all =
            if facts[manifest].workspace_member { workspace::workspaces(facts, self.seen.lookup) } else { Vec::new() };
        let around = all.into_iter().find(|workspace| workspace.members.contains(&manifest));
        let manifests: Vec<Link<Manifest>> = match around {
            Some(workspace) => std::iter::once(workspace.root).chain(workspace.members).collect(),
            None => vec![manifest],
        };
        Realm::of(facts, &manifests)
    }

    /// Whether a member lies in the directory of another project: uv looks for its workspace no further up, so that the
    /// sources of the root do not reach it.
    fn is_cut_off(&self, member: &Member<'_>) -> bool {
        let between = path::ancestors(member.directory).skip(1).take_while(|at| *at != self.realm.root.directory);
        let mut manifests = between.filter_map(|at| path::join(at, "pyproject.toml"));
        member.directory != self.realm.root.directory && manifests.any(|at| self.seen.around.files.has(&at))
    }

    /// What makes uv stop before it compares anything.
    fn workspace(&mut self) {
        if self.is_script {
            return;
        }
        let root = self.realm.root;
        if root.uv(&["managed"]).and_then(Node::bool) == Some(false) {
            let place = root.uv(&["managed"]).map_or_else(|| root.root.span(), Node::span);
            self.refuse("`managed = false` keeps uv away from the project".to_owned(), place);
        }
        if let Some((path, span)) = self.settings.broken.clone() {
            self.refuse(format!("{path} cannot be read"), span);
        }
        if let Some(fault) = self.settings.fault.clone() {
            self.refuse(fault.message, fault.span);
        }
        if let Some((key, span)) = self.settings.misplaced() {
            self.refuse(format!("`{key}` must stand in pyproject.toml, not in uv.toml"), span);
        }
        if let Some(bare) = workspace::bare_member(self.seen.facts, self.seen.lookup, self.seen.around, &root) {
            let place = root.uv(&["workspace", "members"]).unwrap_or(root.root);
            self.refuse(bare, place.span());
        }
        let members: Vec<Member<'_>> = self.realm.members.values().copied().collect();
        let all = std::iter::once(&root).chain(&members);
        let faults = all.into_iter().find_map(|member| schema::fault(member.root, &self.releases));
        if let Some(fault) = faults.or_else(|| self.realm.fault.clone()) {
            self.refuse(fault.message, fault.span);
        }
        for member in members {
            let Some(project) = member.root.entry("project") else { continue };
            let dynamic = project.value.get("dynamic");
            let is_dynamic = dynamic.into_iter().flat_map(Node::items).any(|item| item.text() == Some("version"));
            if project.value.get("version").is_none() && !is_dynamic {
                self.refuse("the project has no version".to_owned(), project.key.span());
            }
        }
    }

    /// No member says which Pythons it is for: uv takes the interpreter it finds.
    fn default_python(&mut self) {
        let surfaces = [".python-version", ".python-versions"];
        let pins = self.seen.facts.all::<Toolchain>().filter(|(_, of)| of.tool == "python" && of.role == "select");
        let pin =
            pins.map(|(_, of)| of).find(|of| of.scope == self.directory && surfaces.contains(&of.surface.as_str()));
        let lowest = pin.and_then(|pin| pin.versions.as_ref()?.0.first().map(|(from, _)| from.clone()));
        let Some(lowest) = lowest else {
            let reason = "no project says which Pythons it is for, so uv takes the one it finds";
            return self.outcome.undecided.push(reason.to_owned());
        };
        let line: Vec<String> = lowest.iter().take(2).map(u64::to_string).collect();
        let specifier = Specifier::parse(&format!(">={}", line.join("."))).unwrap_or_default();
        if PythonRange::of([&specifier]).is_some_and(|range| range != self.python) {
            let reason =
                "no project says which Pythons it is for, and .python-version is not what the lockfile was made with";
            self.outcome.undecided.push(reason.to_owned());
        }
    }
}

/// Which releases of uv read the lockfile: those that the project states, or those that write its revision.
fn era(releases: &Releases, revision: i64) -> (Era, bool) {
    match releases.since(&[0, 13]) {
        _ if revision >= 5 => (Era::Sets, false),
        Some(false) => (Era::Clauses, false),
        Some(true) => (Era::Sets, false),
        None => (Era::Sets, true),
    }
}
