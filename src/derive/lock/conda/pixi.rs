//! pixi.lock against its workspace, as `pixi lock --check` compares them.
//!
//! Written after pixi's own check (its source, 2026-08) and held against the samples of its tests. What a build from
//! source would tell, and which machines a wheel fits, is not looked at.

use std::collections::{BTreeMap, BTreeSet};

use super::walk::{Fault, Walk};
use super::workspace::{Environment, Platform, Workspace};
use super::{are_channels, difference, directory, written};
use crate::day::Day;
use crate::derive::lock::{Outcome, Seen};
use crate::facts::recorded::{CondaEnvironment, CondaPackage, CondaPlatform, CondaRecord, Noted, Recorded};
use crate::facts::{Link, Lockfile, Manifest};
use crate::path;
use crate::pnpm::beside;
use crate::python::{Requirement, name::normalize};
use crate::source::Span;
use crate::syntax::Node;
use crate::value::Value;

/// The command that brings a lockfile into step.
const REMEDY: &str = "pixi lock";

/// Something that the solver is told.
struct Told {
    /// Where it stands in a feature or in the workspace.
    asked: &'static [&'static str],
    /// The key in the lockfile.
    recorded: &'static str,
    /// What it is when nothing is written.
    usual: &'static str,
}

const OPTIONS: &[Told] = &[
    Told { asked: &["solve-strategy"], recorded: "strategy", usual: "highest" },
    Told { asked: &["channel-priority"], recorded: "channel-priority", usual: "strict" },
    Told {
        asked: &["pypi-options", "prerelease-mode"],
        recorded: "pypi-prerelease-mode",
        usual: "if-necessary-or-explicit",
    },
];

/// Values of options that the lockfile spells in another way.
const SPELLINGS: &[(&str, &str)] = &[("lowest", "lowest-version"), ("lowest-direct", "lowest-version-direct")];

/// Ends of the names of archives of Python packages that have to be built.
const SOURCE_ARCHIVES: &[&str] = &[".tar.gz", ".zip", ".tar.bz2"];

struct Comparison<'a> {
    seen: Seen<'a>,
    /// The directory of the lockfile.
    directory: &'a str,
    manifest: Link<Manifest>,
    record: &'a CondaRecord,
    workspace: Workspace<'a>,
    outcome: Outcome,
    /// Requirements that are told already: they may be missing on several platforms.
    told: BTreeSet<(String, Option<u32>)>,
    /// For each group of environments, packages of conda that are asked for, and those that stand for one of Python.
    groups: BTreeMap<String, (BTreeSet<usize>, BTreeSet<usize>)>,
}

pub(super) fn compare(seen: Seen<'_>, lockfile: Link<Lockfile>) -> Outcome {
    let Recorded::Conda(record) = &seen.facts[lockfile].recorded else { return Outcome::default() };
    let manifest = seen.facts[lockfile].manifests[0];
    let Some(document) = &seen.facts[manifest].document else { return Outcome::default() };
    let mut comparison = Comparison {
        seen,
        directory: path::directory(&seen.facts[lockfile].header.path),
        manifest,
        record,
        workspace: Workspace::new(document.root()),
        outcome: Outcome::default(),
        told: BTreeSet::new(),
        groups: BTreeMap::new(),
    };
    if comparison.workspace.settings.is_none() {
        comparison.undecided("its manifest has no workspace".to_owned());
        return comparison.outcome;
    }
    let environments = comparison.workspace.environments();
    comparison.names(&environments);
    for environment in &environments {
        if let Some(node) = environment.missing {
            let name = node.text().unwrap_or_default();
            let words = format!("the environment {} names the feature {name}, which is not there", environment.name);
            comparison.outcome.refusal.get_or_insert(Value::written(words, node.span()));
            continue;
        }
        let locked = record.environments.iter().find(|locked| *locked.name.text == *environment.name);
        if let Some(locked) = locked {
            comparison.environment(environment, locked);
        }
    }
    comparison.groups();
    comparison.outcome
}

impl<'a> Comparison<'a> {
    fn differ(&mut self, what: (&'static str, &str), asked: Value<String>, recorded: Value<String>, words: String) {
        let told = difference((self.manifest, REMEDY), what, asked, recorded, words);
        // Most settings are those of every environment.
        if !self.outcome.differences.iter().any(|one| one.explanation == told.explanation) {
            self.outcome.differences.push(told);
        }
    }

    fn undecided(&mut self, reason: String) {
        if !self.outcome.undecided.contains(&reason) {
            self.outcome.undecided.push(reason);
        }
    }

    /// Both have the same environments.
    fn names(&mut self, environments: &[Environment<'_>]) {
        for one in environments {
            if !self.record.environments.iter().any(|locked| *locked.name.text == *one.name) {
                let value = Value::written(one.name.to_owned(), one.place);
                let words = format!("the environment {} is not in the lockfile", one.name);
                self.differ(("member", one.name), value, Value::absent(), words);
            }
        }
        let root = self.workspace.root;
        let place = root.entry("environments").map_or(root.span(), |entry| entry.key.span());
        for locked in &self.record.environments {
            let name = &*locked.name.text;
            if !environments.iter().any(|one| one.name == name) {
                let asked = Value { span: Some(place), ..Value::absent() };
                let words = format!("the lockfile has the environment {name}, which is not asked for any more");
                self.differ(("member", name), asked, written(&locked.name), words);
            }
        }
    }

    fn environment(&mut self, asked: &Environment<'a>, locked: &'a CondaEnvironment) {
        self.channels(asked, locked);
        self.options(asked, locked);
        self.days(asked, locked);
        let Some(platforms) = asked.platforms(self.workspace) else {
            return self.undecided("a platform of the workspace is described in a way that is not read".to_owned());
        };
        self.left_over_platforms(&platforms, locked);
        let has_python =
            platforms.iter().any(|one| asked.python(self.workspace, one).is_ok_and(|list| !list.is_empty()));
        if has_python {
            self.indexes(asked, locked);
            self.builds(asked, locked);
        }
        for platform in &platforms {
            let found = locked.platforms.iter().find(|one| *one.name.text == *platform.name);
            let found = found.or_else(|| locked.platforms.iter().find(|one| *one.subdir == *platform.subdir));
            if let Some(found) = found {
                self.definition(platform, found);
            }
            self.packages(asked, platform, found);
        }
    }

    fn channels(&mut self, asked: &Environment<'a>, locked: &CondaEnvironment) {
        let (names, place) = asked.channels(self.workspace);
        if are_channels(&names, locked.channels.iter().map(|one| &*one.text)) {
            return;
        }
        let value = Value { span: place, ..Value::derived(names.join(", ")) };
        let recorded: Vec<&str> = locked.channels.iter().map(|one| &*one.text).collect();
        let recorded =
            Value { span: locked.channels.first().map(|one| one.span), ..Value::derived(recorded.join(", ")) };
        let words = format!("the channels are {}, they were others when it was locked", names.join(", "));
        self.differ(("setting", "channels"), value, recorded, words);
    }

    fn options(&mut self, asked: &Environment<'a>, locked: &CondaEnvironment) {
        for Told { asked: path, recorded: name, usual } in OPTIONS {
            let node = asked.set(path).find_map(|node| Some((node.text()?, node.span())));
            let own = || {
                let node = self.workspace.settings?.at(path)?;
                Some((node.text()?, node.span()))
            };
            let now = node.or_else(own);
            let value = now.map_or(*usual, |(text, _)| text);
            let value = SPELLINGS.iter().find(|(own, _)| *own == value).map_or(value, |(_, theirs)| theirs);
            let recorded = locked.options.iter().find(|(key, _)| **key == **name).map(|(_, noted)| noted);
            if recorded.map_or(*usual, |noted| &*noted.text) == value {
                continue;
            }
            let key = path.last().copied().unwrap_or_default();
            let place = now.map_or_else(|| self.workspace.settings.map(Node::span), |(_, span)| Some(span));
            let asked = Value { span: place, ..Value::derived(value.to_owned()) };
            let before = recorded.map_or(*usual, |noted| &*noted.text);
            let words = format!("{key} is {value}, it was {before} when it was locked");
            self.differ(("setting", key), asked, recorded.map_or_else(Value::absent, written), words);
        }
    }

    /// Nothing is newer than `exclude-newer` lets in; a span of time counts from the day on which it is asked.
    fn days(&mut self, asked: &Environment<'a>, locked: &CondaEnvironment) {
        let Some(node) = self.workspace.setting("exclude-newer") else { return };
        let Some(text) = node.text() else { return };
        let Some(last) = text.get(..10).and_then(Day::parse) else {
            return;
        };
        let at = locked.platforms.iter().flat_map(|platform| &platform.packages);
        let newer =
            at.map(|at| &self.record.packages[*at]).find(|package| package.made.is_some_and(|made| made > last));
        if let Some(package) = newer {
            let value = Value::written(text.to_owned(), node.span());
            let made = package.made.map_or_else(String::new, |made| made.to_string());
            let recorded = Value::written(made.clone(), package.span);
            let words = format!(
                "{} of {made} is locked for {}, exclude-newer lets in nothing after {last}",
                package.name, asked.name
            );
            self.differ(("setting", "exclude-newer"), value, recorded, words);
        }
    }

    fn left_over_platforms(&mut self, platforms: &[Platform<'_>], locked: &CondaEnvironment) {
        let place = self.workspace.setting("platforms").map(Node::span);
        for row in &locked.platforms {
            let name = &*row.name.text;
            if platforms.iter().any(|one| one.name == name || one.subdir == &*row.subdir) {
                continue;
            }
            let words = format!("the lockfile has the platform {name}, which is not asked for any more");
            self.differ(("setting", name), Value { span: place, ..Value::absent() }, written(&row.name), words);
        }
    }

    /// A platform that is described in the workspace is the same in the lockfile.
    fn definition(&mut self, asked: &Platform<'_>, locked: &CondaPlatform) {
        let (Some(own), Some(theirs)) = (&asked.virtual_packages, &locked.virtual_packages) else { return };
        if *locked.name.text != *asked.name {
            return;
        }
        let says = |list: &[String], name: &str| list.iter().any(|one| one.starts_with(name));
        let lost = own.iter().find(|one| !theirs.iter().any(|other| **other == ***one));
        let cards: Vec<String> =
            theirs.iter().filter(|one| one.starts_with("__cuda")).map(|one| one.to_string()).collect();
        let left = cards.first().filter(|_| !says(own, "__cuda"));
        let words = if *locked.subdir != *asked.subdir {
            format!("the platform {} is {}, it was {} when it was locked", asked.name, asked.subdir, locked.subdir)
        } else if let Some(lost) = lost {
            format!("the platform {} has {lost}, it had not when it was locked", asked.name)
        } else if let Some(left) = left {
            format!("the platform {} had {left} when it was locked, now it has not", asked.name)
        } else {
            return;
        };
        let value = Value::written(asked.name.to_owned(), asked.place);
        self.differ(("setting", asked.name), value, written(&locked.name), words);
    }

    /// The indexes of Python packages, where the manifest names one.
    fn indexes(&mut self, asked: &Environment<'a>, locked: &CondaEnvironment) {
        let own = || self.workspace.settings.and_then(|settings| settings.get("pypi-options"));
        let all: Vec<Node<'a>> = asked.set(&["pypi-options"]).chain(own()).collect();
        let first = all.iter().find_map(|options| options.get("index-url"));
        let more = all.iter().flat_map(|options| options.get("extra-index-urls").into_iter().flat_map(Node::items));
        let links = all.iter().flat_map(|options| options.get("find-links").into_iter().flat_map(Node::items));
        let links = links.filter_map(|link| link.get("url").or_else(|| link.get("path")));
        let named: Vec<Node<'a>> = first.into_iter().chain(more).chain(links).collect();
        let plain = |text: &str| text.trim_end_matches('/').to_owned();
        let locked_plain: Vec<String> = locked.indexes.iter().map(|one| plain(&one.text)).collect();
        if locked_plain.is_empty() {
            return;
        }
        if let Some(node) =
            named.iter().find(|node| node.text().is_some_and(|text| !locked_plain.contains(&plain(text))))
        {
            let text = node.text().unwrap_or_default();
            let words = format!("packages come from {text}, they did not when it was locked");
            return self.differ(
                ("setting", "pypi-options"),
                Value::written(text.to_owned(), node.span()),
                Value::absent(),
                words,
            );
        }
        // Without an address of its own an environment has the usual index in front.
        let usual = usize::from(first.is_none());
        if locked_plain.len() > named.len() + usual {
            let last = locked.indexes.last().map_or_else(Value::absent, written);
            let words = "the lockfile has indexes that the manifest does not name".to_owned();
            let place = all.first().map(|node| node.span()).or(self.workspace.settings.map(Node::span));
            self.differ(("setting", "pypi-options"), Value { span: place, ..Value::absent() }, last, words);
        }
    }

    /// Where nothing may be built, no archive of sources is locked.
    fn builds(&mut self, asked: &Environment<'a>, locked: &CondaEnvironment) {
        let own = || self.workspace.settings.and_then(|settings| settings.at(&["pypi-options", "no-build"]));
        let Some(node) = asked.set(&["pypi-options", "no-build"]).chain(own()).next() else { return };
        let named: Vec<String> = node.items().filter_map(Node::text).map(normalize).collect();
        let at = locked.platforms.iter().flat_map(|platform| &platform.packages);
        let built = at.map(|at| &self.record.packages[*at]).find(|package| {
            let is_asked = node.bool() == Some(true) || named.iter().any(|name| **name == *package.name);
            package.is_python && is_asked && SOURCE_ARCHIVES.iter().any(|end| package.location.ends_with(end))
        });
        if let Some(package) = built {
            let recorded = Value::written(package.location.to_string(), package.span);
            let words =
                format!("{} is locked as an archive of sources, and no-build forbids to build it", package.name);
            self.differ(("setting", "no-build"), Value { span: Some(node.span()), ..Value::absent() }, recorded, words);
        }
    }

    fn packages(&mut self, asked: &Environment<'a>, platform: &Platform<'_>, locked: Option<&'a CondaPlatform>) {
        let conda = asked.conda(self.workspace, platform);
        let python = asked.python(self.workspace, platform);
        let (conda, python) = match (conda, python) {
            (Ok(conda), Ok(python)) => (conda, python),
            (Err(what), _) | (_, Err(what)) => return self.undecided(format!("what is asked of {what} is not read")),
        };
        let empty = || {
            let name = Noted { text: platform.name.into(), span: platform.place };
            CondaPlatform { name, subdir: platform.subdir.into(), virtual_packages: None, packages: Vec::new() }
        };
        let made = locked.is_none().then(empty);
        let Some(locked) = locked.or(made.as_ref()) else { return };
        if asked.set(&["dev"]).any(|table| table.own_entries().next().is_some()) {
            self.undecided(format!("what is needed to develop the packages of {} is not compared", asked.name));
        }
        let mut walk = Walk::new(self.record, locked, overrides(asked));
        walk.run(&conda, &python, self.outcome.undecided.is_empty());
        let group = asked.group.map_or_else(|| format!("={}", asked.name), str::to_owned);
        let entry = self.groups.entry(format!("{group} {}", platform.name)).or_default();
        entry.0.append(&mut walk.expected);
        entry.1.append(&mut walk.standing_in);
        let (faults, undecided) = (walk.faults, walk.undecided);
        for fault in faults {
            self.tell(fault, asked);
        }
        for reason in undecided {
            self.undecided(reason);
        }
        for at in walk.directories {
            self.own_package(&self.record.packages[at]);
        }
        self.pinned_indexes(asked, &python, locked);
    }

    /// A Python package that is a directory asks for what its pyproject.toml says.
    fn own_package(&mut self, package: &CondaPackage) {
        let at = path::join(self.directory, &package.location).map(|at| beside(&at, "pyproject.toml"));
        let found = at.and_then(|at| self.seen.lookup.manifest_at(self.seen.facts, &at));
        let document = found.and_then(|link| Some((link, self.seen.facts[link].document.as_deref()?)));
        let Some((link, document)) = document else {
            return self.undecided(format!("what {} asks for, which is a directory, is not compared", package.name));
        };
        match directory::compare(document.root(), package) {
            Ok(None) => {}
            Ok(Some((asked, words))) => {
                let recorded = Value::written(package.location.to_string(), package.span);
                let told = difference((link, REMEDY), ("requirement", &package.name), asked, recorded, words);
                if self.told.insert((package.name.to_string(), told.asked.span.map(|span| span.start))) {
                    self.outcome.differences.push(told);
                }
            }
            Err(reason) => self.undecided(reason),
        }
    }

    /// A package whose index the manifest names was found there, and others in one of the environment.
    fn pinned_indexes(
        &mut self,
        asked: &Environment<'a>,
        python: &[super::workspace::AskedPython<'a>],
        locked: &CondaPlatform,
    ) {
        let environment = self.record.environments.iter().find(|one| *one.name.text == *asked.name);
        let plain = |text: &str| text.trim_end_matches('/').to_owned();
        for one in python.iter().filter(|one| one.source.is_none()) {
            let mut all = locked.packages.iter().map(|at| &self.record.packages[*at]);
            let Some(package) = all.find(|package| package.is_python && *package.name == *one.name) else { continue };
            let Some(found) = &package.index else { continue };
            let known = environment.map_or(&[][..], |environment| &environment.indexes);
            let fits = match one.index {
                Some(index) => plain(index) == plain(&found.text),
                None => known.is_empty() || known.iter().any(|index| plain(&index.text) == plain(&found.text)),
            };
            if !fits {
                let what = one.index.map_or("no index of its own".to_owned(), |index| format!("the index {index}"));
                let words = format!("{} is asked for with {what}, it is locked from {}", one.name, found.text);
                let recorded = Some((found.text.to_string(), found.span));
                let fault = Fault {
                    subject: one.name.clone(),
                    asked: Some((one.text.clone(), one.place)),
                    locked: recorded,
                    words,
                };
                self.tell(fault, asked);
            }
        }
    }

    fn tell(&mut self, fault: Fault, environment: &Environment<'_>) {
        let place = fault.asked.as_ref().map(|(_, span)| *span);
        if !self.told.insert((fault.subject.clone(), place.map(|span: Span| span.start))) {
            return;
        }
        let aspect = if fault.asked.is_some() { "requirement" } else { "edge" };
        let asked = fault.asked.map_or_else(
            || Value { span: Some(environment.place), ..Value::absent() },
            |(text, span)| Value::written(text, span),
        );
        let recorded = fault.locked.map_or_else(Value::absent, |(text, span)| Value::written(text, span));
        self.differ((aspect, &fault.subject), asked, recorded, fault.words);
    }

    /// A package of conda that only stands for one of Python is asked for by one of conda somewhere in its group.
    fn groups(&mut self) {
        if !self.outcome.differences.is_empty() || !self.outcome.undecided.is_empty() {
            return;
        }
        let groups = std::mem::take(&mut self.groups);
        for at in groups.into_values().flat_map(|(expected, standing_in)| {
            standing_in.into_iter().filter(move |at| !expected.contains(at)).collect::<Vec<_>>()
        }) {
            let package = &self.record.packages[at];
            let words =
                format!("{} is locked as a package of conda, and only Python packages ask for it", package.name);
            let place = self.workspace.settings.map(Node::span);
            let recorded = Value::written(package.version.to_string(), package.span);
            self.differ(("source", &package.name), Value { span: place, ..Value::absent() }, recorded, words);
        }
    }
}

/// `dependency-overrides` of the environment.
fn overrides(asked: &Environment<'_>) -> BTreeMap<String, Requirement> {
    let entries = asked.set(&["pypi-options", "dependency-overrides"]).flat_map(Node::own_entries);
    let read = |entry: crate::syntax::Entry<'_>| {
        let (name, value) = (entry.key.scalar()?, entry.value);
        let text =
            value.text().or_else(|| value.get("version")?.text()).filter(|text| *text != "*").unwrap_or_default();
        Some((normalize(name), Requirement::parse(&format!("{name}{text}")).ok()?))
    };
    entries.filter_map(read).collect()
}
