//! pnpm-lock.yaml against the projects of its workspace, as `pnpm install --frozen-lockfile` compares them.
//!
//! Specifiers are compared as text, project by project, beside the settings. Releases differ:
//! the one that the root names decides, else each that could read the lockfile is asked, and
//! what only some of them say is told as such. Proved against pnpm 8.15, 9.15 and 10.34.

mod config;
mod importers;
mod overrides;
mod settings;
#[cfg(test)]
mod tests;
mod wish;

use std::sync::Arc;

use super::unasked::Found;
use super::{Difference, Lookup, Outcome, Pairing, Seen, Tool, Workspace};
use crate::facts::recorded::{PnpmRecord, Recorded};
use crate::facts::{Facts, Link, LockedPackage, Lockfile, Manifest, Problem, Settings};
use crate::node::range::Range;
use crate::node::version::{self, Mode};
use crate::path;
use crate::pnpm::beside;
use crate::pnpm::key;
use crate::pnpm::lock::{Lock, Noted};
use crate::pnpm::workspace::Patterns;
use crate::source::Span;
use crate::syntax::Node;
use crate::value::Value;
use config::{Sources, Written};
use wish::{Asked, Project};

/// pnpm.
pub(super) const TOOL: Tool = Tool {
    name: "pnpm",
    ecosystem: "node",
    files: &["pnpm-lock.yaml"],
    pairing: Pairing::Beside { formats: FORMATS, workspaces },
    compare,
};

/// The manifests that pnpm reads, in the order in which it looks for them.
const FORMATS: &[&str] = &["package-json", "package-json5", "package-yaml"];

/// The command that brings a lockfile into step and changes nothing else.
const REMEDY: &str = "pnpm install --lockfile-only";

/// Whether all projects of a workspace have one lockfile.
const SHARED: &str = "sharedWorkspaceLockfile";

/// A place: the path of a file, and where in it.
type Place = (Arc<str>, Span);

fn workspaces(facts: &Facts, lookup: &Lookup) -> Vec<Workspace> {
    let mut all = Vec::new();
    for settings in facts.settings.iter().filter(|one| one.tool == "pnpm") {
        let directory = path::directory(&settings.header.path);
        let Some(root) = lookup.first_in(facts, directory, FORMATS) else { continue };
        let sources = Sources::of(facts, directory, Some(root));
        if !sources.is_on(SHARED, 10, true) {
            continue;
        }
        let members = members(facts, lookup, settings).into_iter().filter(|member| *member != root).collect();
        all.push(Workspace { root, members });
    }
    all
}

/// The manifests that pnpm-workspace.yaml takes in, in the order of their paths.
fn members(facts: &Facts, lookup: &Lookup, settings: &Settings) -> Vec<Link<Manifest>> {
    let directory = path::directory(&settings.header.path);
    let Some(document) = &settings.document else { return Vec::new() };
    let patterns = document.root().get("packages").into_iter().flat_map(Node::items).filter_map(Node::text);
    let patterns = Patterns::new(patterns);
    let below = lookup.manifests_below(facts, directory, FORMATS);
    let held = below.filter(|(at, _)| path::relative_to(at, directory).is_some_and(|at| patterns.hold(at)));
    held.map(|(_, link)| link).collect()
}

/// One comparison, for one release of pnpm.
pub(super) struct Checking<'a> {
    seen: Seen<'a>,
    lock: &'a Lock,
    sources: &'a Sources,
    major: u32,
    outcome: Outcome,
}

fn compare(seen: Seen<'_>, link: Link<Lockfile>) -> Outcome {
    let lockfile = &seen.facts[link];
    let directory = path::directory(&lockfile.header.path);
    let sources = Sources::of(seen.facts, directory, lockfile.manifests.first().copied());
    let record = match &lockfile.recorded {
        Recorded::Pnpm(record) => record,
        Recorded::Nothing if is_blank(seen, lockfile) => return empty(&sources),
        _ => return Outcome::default(),
    };
    let majors = majors(seen.facts, &sources, record.lock.major);
    let mut outcomes: Vec<(u32, Outcome)> =
        majors.into_iter().map(|major| (major, as_release(seen, link, &record.lock, &sources, major))).collect();
    let mut outcome = agree(&mut outcomes);
    resolve(seen, link, record, &mut outcome);
    outcome
}

/// Whether nothing was read of a lockfile because there is nothing in it.
fn is_blank(seen: Seen<'_>, lockfile: &Lockfile) -> bool {
    let is_its_own = |problem: &Problem| problem.header.path == lockfile.header.path;
    lockfile.refusal.is_absent() && !seen.facts.problems.iter().any(is_its_own)
}

/// An empty lockfile: up to 10 pnpm cannot read it, later it is none to pnpm.
fn empty(sources: &Sources) -> Outcome {
    let explanation = "it is empty";
    let mut outcome = Outcome::default();
    if named_release(sources).is_none_or(|major| major < 11) {
        outcome.refusal = Some(Value::derived(explanation.to_owned()));
    } else {
        outcome.differences.push(Difference::whole(explanation, REMEDY));
    }
    outcome
}

/// The major releases that may read the lockfile: the one that the project names, else those that write its format.
fn majors(facts: &Facts, sources: &Sources, format: u32) -> Vec<u32> {
    if let Some(named) = named_release(sources) {
        return vec![named];
    }
    let stated = facts.toolchains.iter().filter(|one| one.tool == "pnpm" && one.role == "select");
    let mut stated: Vec<u32> = stated.filter_map(|one| leading(one.stated.known()?)).collect();
    stated.sort_unstable();
    stated.dedup();
    if let [only] = stated[..] {
        return vec![only];
    }
    match format {
        0..=5 => vec![7],
        6..=8 => vec![8],
        _ => vec![9, 10],
    }
}

fn named_release(sources: &Sources) -> Option<u32> {
    let root = sources.package()?;
    if let Some(text) = root.get("packageManager").and_then(Node::text) {
        return text.strip_prefix("pnpm@").and_then(leading);
    }
    let node = root.at(&["devEngines", "packageManager"])?;
    let node = if node.is_list() { node.items().next()? } else { node };
    (node.get("name").and_then(Node::text) == Some("pnpm")).then(|| leading(node.get("version")?.text()?)).flatten()
}

fn leading(text: &str) -> Option<u32> {
    let digits = text.trim_start_matches(['^', '~', '=', 'v', '>', ' ']);
    let end = digits.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(digits.len());
    digits[..end].parse().ok()
}

/// What all releases say; what only some say goes to `version_dependent`.
fn agree(outcomes: &mut Vec<(u32, Outcome)>) -> Outcome {
    let Some((_, last)) = outcomes.pop() else { return Outcome::default() };
    let is_stale = |outcome: &Outcome| outcome.refusal.is_some() || !outcome.differences.is_empty();
    let passes: Vec<u32> = outcomes.iter().filter(|(_, other)| !is_stale(other)).map(|(major, _)| *major).collect();
    let newest_passes = !is_stale(&last);
    if passes.len() == outcomes.len() && !newest_passes && !passes.is_empty() {
        let why = last.differences.first().map(|difference| difference.explanation.clone());
        let why =
            why.or_else(|| last.refusal.as_ref().and_then(|refusal| refusal.known().cloned())).unwrap_or_default();
        let told = format!("{why} (stale for pnpm 10 and later, fresh before)");
        return Outcome { version_dependent: vec![told], differences: Vec::new(), refusal: None, ..last };
    }
    if newest_passes && let Some((major, older)) = outcomes.iter().find(|(_, other)| is_stale(other)) {
        let why = older.differences.first().map(|difference| difference.explanation.clone());
        let why =
            why.or_else(|| older.refusal.as_ref().and_then(|refusal| refusal.known().cloned())).unwrap_or_default();
        let told = format!("{why} (fresh for pnpm 10 and later, stale for pnpm {major})");
        return Outcome { version_dependent: vec![told], ..last };
    }
    last
}

fn as_release(seen: Seen<'_>, link: Link<Lockfile>, lock: &Lock, sources: &Sources, major: u32) -> Outcome {
    let mut checking = Checking { seen, lock, sources, major, outcome: Outcome::default() };
    let unread = sources.at("pnpm-workspace.yaml").and_then(|at| {
        let problem = seen.facts.problems.iter().find(|problem| *problem.header.path == *at)?;
        Some(("pnpm-workspace.yaml cannot be read".to_owned(), problem.header.span))
    });
    let unread = unread.or_else(|| sources.broken_workspace(major)).or_else(|| sources.broken_package(major));
    if let Some((message, span)) = unread {
        checking.refuse(message, Some(span));
        return checking.outcome;
    }
    if let Some(off) =
        sources.npmrc.as_ref().and_then(|npmrc| npmrc.root().get("lockfile")).filter(|off| off.text() == Some("false"))
    {
        checking.refuse("`lockfile` is false in .npmrc: pnpm passes this file over".to_owned(), Some(off.span()));
        return checking.outcome;
    }
    if let Some(message) = checking.unreadable() {
        checking.refuse(message, Some(lock.version.span));
        return checking.outcome;
    }
    let overrides = match overrides::read(sources, major) {
        Ok(overrides) => overrides,
        Err((message, span)) => {
            checking.refuse(message, Some(span));
            return checking.outcome;
        }
    };
    settings::compare(&mut checking, &overrides);
    let before = checking.found();
    for manifest in &seen.facts[link].manifests {
        let Some(mut project) = Project::new(seen.facts, *manifest) else { continue };
        if let Some((name, span)) = project.unwritten {
            checking.refuse(format!("the requirement of {name} is not a string"), Some(span));
            continue;
        }
        project.rewrite(seen.facts, sources, &overrides, major);
        importers::compare(&mut checking, project);
    }
    if checking.found() > before && before == 0 && settings::rewrites_manifests(&checking) {
        checking.outcome.differences.clear();
        checking.undecided(format!("a hook of {} may change what package.json asks for", settings::HOOKS));
    }
    checking.unlocked_members();
    checking.unseen(link);
    checking.outcome
}

/// Links dependencies with the packages they resolved to, and notes versions outside of what is asked for.
fn resolve(seen: Seen<'_>, link: Link<Lockfile>, record: &PnpmRecord, outcome: &mut Outcome) {
    let facts = seen.facts;
    let root = path::directory(&facts[link].header.path);
    let packages: Vec<Link<LockedPackage>> = seen.lookup.packages(link).collect();
    for manifest in &facts[link].manifests {
        let at = path::relative_to(path::directory(&facts[*manifest].header.path), root).unwrap_or("");
        let at = if at.is_empty() { "." } else { at };
        for dependency in seen.lookup.dependencies(*manifest) {
            let name = facts[dependency].header.name.rsplit_once('#').map_or("", |(_, part)| part);
            let name = name.split_once('.').map_or("", |(_, name)| name);
            let found = record.resolved.get(&(Box::from(at), Box::from(name)));
            if let Some(package) = found.and_then(|index| packages.get(*index)) {
                outcome.locked.push((dependency, vec![*package]));
            }
        }
    }
    for (directory, importer) in &record.lock.importers {
        for one in &importer.direct {
            let Some(specifier) = &one.specifier else { continue };
            let range = Range::parse(&specifier.text, Mode::Strict);
            let locked = version::parse(key::without_peers(&one.version.text), Mode::Strict);
            let violates = range.zip(locked).is_some_and(|(range, locked)| !range.admits(&locked));
            let found = record.resolved.get(&(directory.clone(), one.name.text.clone()));
            let package = found.and_then(|index| packages.get(*index));
            if let Some(link) = package.filter(|_| record.lock.pnpmfile.is_none()) {
                let fact = &seen.facts[*link];
                let found = Found { link: *link, fact, sought: &one.name.text, span: one.version.span };
                outcome.unasked.extend(found.unasked(std::iter::once(&*specifier.text)));
            }
            if let Some(package) = package.filter(|_| violates) {
                let wanted = format!("{} {}", one.name.text, specifier.text);
                outcome.violated.push((*package, Value::written(wanted, specifier.span)));
            }
        }
    }
}

impl Checking<'_> {
    /// How many differences there are so far.
    fn found(&self) -> usize {
        self.outcome.differences.len()
    }

    fn refuse(&mut self, message: String, span: Option<Span>) {
        self.outcome.refusal.get_or_insert(Value { span, ..Value::derived(message) });
    }

    fn undecided(&mut self, reason: String) {
        if !self.outcome.undecided.contains(&reason) {
            self.outcome.undecided.push(reason);
        }
    }

    /// Why the release would not read the format of the lockfile.
    fn unreadable(&self) -> Option<String> {
        let (major, format) = (self.major, &self.lock.version.text);
        let reads = match self.lock.major {
            5 => major <= 8,
            6 => major == 8 || (major == 9 && &**format == "6.0"),
            9 => major >= 9,
            _ => false,
        };
        if !reads {
            return Some(format!("pnpm {major} does not read lockfiles of format {format}"));
        }
        let is_torn = self.lock.merged && major == 8 && !self.lock.has_importers;
        is_torn.then(|| "pnpm 8 cannot merge the two sides of a lockfile of one project".to_owned())
    }

    /// Where each project has a lockfile of its own, pnpm installs them together and misses those that are not there.
    fn unlocked_members(&mut self) {
        if self.sources.is_on(SHARED, self.major, true) {
            return;
        }
        let (seen, sources) = (self.seen, self.sources);
        let own = |one: &&Settings| sources.at("pnpm-workspace.yaml").as_deref() == Some(&*one.header.path);
        let Some(settings) = seen.facts.settings.iter().filter(|one| one.tool == "pnpm").find(own) else { return };
        for member in members(seen.facts, seen.lookup, settings) {
            let fact = &seen.facts[member];
            let lockfile = beside(path::directory(&fact.header.path), "pnpm-lock.yaml");
            if fact.dependency_count.0 == 0 || seen.around.files.can_follow(&lockfile) {
                continue;
            }
            let Some(project) = Project::new(seen.facts, member) else { continue };
            let explanation = format!("{lockfile} is not there, and the projects do not share a lockfile");
            let asked = Value { span: Some(fact.header.span), ..Value::absent() };
            self.push(
                &project,
                "member",
                path::directory(&fact.header.path),
                asked,
                None,
                Value::absent(),
                explanation,
            );
        }
    }

    /// Members that lie where files are passed over cannot be compared.
    fn unseen(&mut self, link: Link<Lockfile>) {
        let Some(workspace) = &self.sources.workspace else { return };
        let patterns = workspace.root().get("packages").into_iter().flat_map(Node::items).filter_map(Node::text);
        let patterns = Patterns::new(patterns);
        let known = &self.seen.facts[link].manifests;
        let files = &self.seen.around.files.passed_over;
        let missing = files.iter().find(|file| {
            let at = path::relative_to(path::directory(file), &self.sources.directory);
            path::file_name(file) == "package.json"
                && at.is_some_and(|at| patterns.hold(at))
                && !known.iter().any(|link| *self.seen.facts[*link].header.path == ***file)
        });
        if let Some(missing) = missing {
            self.undecided(format!("{missing} belongs to the workspace and was not read"));
        }
    }

    /// The name of a setting as the file that sets it writes it.
    fn shown(&self, name: &str) -> String {
        let is_npmrc = |written: &Written| path::file_name(&written.file) == ".npmrc";
        let written = self.sources.value(name, self.major).filter(is_npmrc);
        written.map_or_else(|| name.to_owned(), |_| config::kebab(name))
    }

    /// A setting that differs. `place` is where it would stand when nothing sets it.
    fn setting(
        &mut self,
        subject: &str,
        asked: Option<Written>,
        place: Option<Place>,
        recorded: Option<Noted>,
        explanation: String,
    ) {
        let value = match (&asked, &place) {
            (Some(written), _) => Value::written(written.text.clone(), written.span),
            (None, Some((_, span))) => Value { span: Some(*span), ..Value::absent() },
            (None, None) => Value::absent(),
        };
        let file = asked.map(|written| written.file).or(place.map(|(file, _)| file));
        self.outcome.differences.push(Difference {
            manifest: self.sources.manifest.as_ref().map(|(link, _)| *link),
            asked_in: file,
            asked: value,
            recorded: noted(recorded.as_ref()),
            ..Difference::of("setting", subject, explanation, REMEDY)
        });
    }

    /// A checksum that differs, or stands on one side alone.
    fn checksum(&mut self, subject: &str, now: Option<Written>, recorded: Option<Noted>, explanation: &str) {
        if now.as_ref().map(|written| written.text.as_str()) != recorded.as_ref().map(|noted| &*noted.text) {
            let told = match (&now, &recorded) {
                (Some(_), None) => format!("{subject} is there, the lockfile was made without"),
                (None, _) => format!("the lockfile was made with {subject}, which is not there"),
                _ => explanation.to_owned(),
            };
            let place = self.table_place("");
            self.setting(subject, now, place, recorded, told);
        }
    }

    /// Where a table of settings stands, or the key it would stand in.
    fn table_place(&self, name: &str) -> Option<Place> {
        let file = |source: &config::Source, span: Span| (Arc::clone(&source.file), span);
        if let Some((source, node)) = self.sources.table(name, self.major) {
            let own = source.root().get("pnpm").and_then(|node| node.entry(name));
            let key = own.or_else(|| source.root().entry(name)).map_or(node.span(), |entry| entry.key.span());
            return Some(file(source, key));
        }
        let in_package = self.sources.manifest.as_ref().and_then(|(_, source)| {
            let entry = source.root().entry("pnpm")?;
            Some(file(source, entry.key.span()))
        });
        in_package.or_else(|| self.workspace_place())
    }

    /// Where a single setting is that nothing sets: under a name that only .npmrc knows, or where it would stand.
    fn setting_place(&self, name: &str) -> Option<Place> {
        let source = self.sources.workspace.as_ref();
        let misnamed = source.and_then(|source| Some((source, source.root().entry(&config::kebab(name))?)));
        let place = misnamed.map(|(source, entry)| (Arc::clone(&source.file), entry.key.span()));
        place.or_else(|| self.workspace_place())
    }

    /// Where a setting would stand that pnpm-workspace.yaml had, in releases that read settings there.
    fn workspace_place(&self) -> Option<Place> {
        let source = self.sources.workspace.as_ref().filter(|_| self.major >= 10)?;
        let first = source.root().own_entries().next()?;
        Some((Arc::clone(&source.file), first.key.span()))
    }

    /// Where the root asks for what an override selects.
    fn direct_place(&self, selector: &str) -> Option<Place> {
        let (_, source) = self.sources.manifest.as_ref()?;
        let name = settings::target(selector);
        let groups = crate::pnpm::lock::GROUPS.iter();
        let entry = groups.filter_map(|group| source.root().get(group)?.entry(name)).next()?;
        Some((Arc::clone(&source.file), entry.key.span()))
    }

    /// A requirement that differs.
    fn requirement(
        &mut self,
        project: &Project,
        aspect: &'static str,
        subject: &str,
        asked: Option<&Asked>,
        recorded: Option<&Noted>,
        explanation: String,
    ) {
        let value = asked.map_or_else(Value::absent, |asked| Value::written(asked.specifier.clone(), asked.span));
        self.push(project, aspect, subject, value, asked.map(|asked| &asked.file), noted(recorded), explanation);
    }

    /// A dependency of the lockfile that nothing asks for; `place` is where it would stand.
    fn leftover(&mut self, project: &Project, name: &str, place: Option<Span>, recorded: &Noted, explanation: String) {
        let value = Value { span: place, ..Value::absent() };
        self.push(project, "requirement", name, value, None, noted(Some(recorded)), explanation);
    }

    /// A key of package.json besides the requirements that differs.
    fn project_setting(
        &mut self,
        project: &Project,
        subject: &str,
        asked: Option<(String, Span)>,
        recorded: Option<Span>,
        explanation: String,
    ) {
        let value = asked.map_or_else(Value::absent, |(text, span)| Value::written(text, span));
        let recorded = recorded.map_or_else(Value::absent, |span| Value::written(subject.to_owned(), span));
        self.push(project, "setting", subject, value, None, recorded, explanation);
    }

    #[allow(clippy::too_many_arguments, reason = "the parts of a difference")]
    fn push(
        &mut self,
        project: &Project,
        aspect: &'static str,
        subject: &str,
        asked: Value<String>,
        file: Option<&Arc<str>>,
        recorded: Value<String>,
        explanation: String,
    ) {
        let own = &self.seen.facts[project.manifest].header.path;
        self.outcome.differences.push(Difference {
            manifest: Some(project.manifest),
            asked_in: file.filter(|file| *file != own).map(Arc::clone),
            asked,
            recorded,
            ..Difference::of(aspect, subject, explanation, REMEDY)
        });
    }
}

fn noted(noted: Option<&Noted>) -> Value<String> {
    noted.map_or_else(Value::absent, |noted| Value::written(noted.text.to_string(), noted.span))
}
