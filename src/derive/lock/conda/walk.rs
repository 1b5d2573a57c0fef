//! Whether the packages of an environment on one platform are what is asked for, as pixi walks them: from what the
//! manifest asks for to what each package asks for, until every package has been met.

use std::collections::{BTreeMap, BTreeSet};

use super::workspace::{Asked, AskedPython};
use crate::conda::MatchSpec;
use crate::facts::recorded::{CondaPackage, CondaPlatform, CondaRecord};
use crate::python::{Environment, Marker, Requirement, Specifier, Version, name::normalize};
use crate::source::Span;
use crate::syntax::Node;

/// What is out of step.
#[derive(Debug)]
pub(super) struct Fault {
    /// The name of the package.
    pub(super) subject: String,
    /// What is asked for, and where the manifest does.
    pub(super) asked: Option<(String, Span)>,
    /// The package that is locked.
    pub(super) locked: Option<(String, Span)>,
    /// A sentence part.
    pub(super) words: String,
}

/// The walk through one environment on one platform.
pub(super) struct Walk<'a> {
    record: &'a CondaRecord,
    platform: &'a CondaPlatform,
    conda: BTreeMap<&'a str, usize>,
    python: BTreeMap<&'a str, usize>,
    /// Python packages that those of conda bring, each with its version.
    brought: BTreeMap<String, (usize, String)>,
    overrides: BTreeMap<String, Requirement>,
    machine: Option<Environment>,
    met: BTreeSet<usize>,
    /// The extras of packages that were followed.
    extras: BTreeMap<usize, BTreeSet<String>>,
    pending: Vec<(Wish, &'a CondaPackage, String)>,
    /// Packages of conda that one of conda or the manifest asks for.
    pub(super) expected: BTreeSet<usize>,
    /// Packages of conda that stand for one of Python.
    pub(super) standing_in: BTreeSet<usize>,
    from_source: BTreeSet<usize>,
    /// Python packages that are directories.
    pub(super) directories: BTreeSet<usize>,
    pub(super) faults: Vec<Fault>,
    pub(super) undecided: BTreeSet<String>,
}

/// What a package asks for.
enum Wish {
    Conda(MatchSpec),
    Python(Requirement),
}

/// Who asks.
#[derive(Clone, Copy)]
enum Asker<'a> {
    Manifest(Span),
    Package(&'a CondaPackage),
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        record: &'a CondaRecord,
        platform: &'a CondaPlatform,
        overrides: BTreeMap<String, Requirement>,
    ) -> Self {
        let mut walk = Self {
            record,
            platform,
            conda: BTreeMap::new(),
            python: BTreeMap::new(),
            brought: BTreeMap::new(),
            overrides,
            machine: None,
            met: BTreeSet::new(),
            extras: BTreeMap::new(),
            pending: Vec::new(),
            expected: BTreeSet::new(),
            standing_in: BTreeSet::new(),
            from_source: BTreeSet::new(),
            directories: BTreeSet::new(),
            faults: Vec::new(),
            undecided: BTreeSet::new(),
        };
        for at in platform.packages.iter().copied() {
            let package = &record.packages[at];
            if package.is_python { &mut walk.python } else { &mut walk.conda }.insert(&package.name, at);
            for (name, version) in brought(package) {
                walk.brought.insert(name, (at, version));
            }
        }
        walk.machine = walk.conda.get("python").and_then(|at| machine(&platform.subdir, &record.packages[*at].version));
        walk
    }

    /// Walks from what is asked for; where that is the whole and nothing is wrong, what was not met is left over.
    pub(super) fn run(&mut self, conda: &[Asked<'_>], python: &[AskedPython<'_>], is_whole: bool) {
        for one in conda {
            self.conda(&one.spec, Asker::Manifest(one.place), &one.text, one.source);
        }
        for one in python {
            let asker = Asker::Manifest(one.place);
            let holds = one.requirement.marker.is_always()
                || self.holds(&one.requirement.marker, &one.requirement.extras.clone());
            if holds {
                self.python(&one.requirement, asker, &one.text, one.source);
            }
        }
        while let Some((wish, package, text)) = self.pending.pop() {
            match wish {
                Wish::Conda(spec) => self.conda(&spec, Asker::Package(package), &text, None),
                Wish::Python(requirement) => self.python(&requirement, Asker::Package(package), &text, None),
            }
        }
        if self.faults.is_empty() {
            self.unasked_sources();
        }
        if is_whole && self.faults.is_empty() && self.undecided.is_empty() {
            self.left_over();
        }
    }

    fn left_over(&mut self) {
        for at in self.platform.packages.iter().filter(|at| !self.met.contains(at)) {
            let package = &self.record.packages[*at];
            let words = format!("nothing asks for {}, which the lockfile has", package.name);
            let locked = Some((package.version.to_string(), package.span));
            self.faults.push(Fault { subject: package.name.to_string(), asked: None, locked, words });
        }
    }

    /// Packages built from source that are asked for as packages of a channel.
    fn unasked_sources(&mut self) {
        for at in
            self.conda.values().filter(|at| self.record.packages[**at].is_source && !self.from_source.contains(at))
        {
            let package = &self.record.packages[*at];
            let words =
                format!("{} is locked as built from source, and asked for as a package of a channel", package.name);
            let locked = Some((package.location.to_string(), package.span));
            self.faults.push(Fault { subject: package.name.to_string(), asked: None, locked, words });
        }
    }

    fn fault(&mut self, name: &str, asked: &str, asker: Asker<'_>, locked: Option<usize>, what: &str) {
        let shown = if asked.is_empty() || asked == "*" { name.to_owned() } else { format!("{name} {asked}") };
        let by = match asker {
            Asker::Manifest(_) => String::new(),
            Asker::Package(package) => format!(", which {} asks for,", package.name),
        };
        let words = format!("{shown}{by} {what}");
        let locked = locked.map(|at| {
            let package = &self.record.packages[at];
            (package.version.to_string(), package.span)
        });
        let locked = locked.or(match asker {
            Asker::Package(package) => Some((package.version.to_string(), package.span)),
            Asker::Manifest(_) => None,
        });
        let asked = match asker {
            Asker::Manifest(place) => Some((shown, place)),
            Asker::Package(_) => None,
        };
        self.faults.push(Fault { subject: name.to_owned(), asked, locked, words });
    }

    /// A requirement of conda.
    fn conda(&mut self, spec: &MatchSpec, asker: Asker<'a>, text: &str, source: Option<Node<'_>>) {
        // What machines have is not a package.
        if spec.name.starts_with("__") {
            return;
        }
        match spec.when.as_deref().map(|condition| self.is_met(condition)) {
            None | Some(Some(true)) => {}
            Some(Some(false)) => return,
            Some(None) => {
                self.undecided.insert(format!("{} is asked for under a condition that is not followed", spec.name));
                return;
            }
        }
        let Some(at) = self.conda.get(spec.name.as_str()).copied() else {
            let words = format!("is not in the lockfile for {}", self.platform.name.text);
            return self.fault(&spec.name, text, asker, None, &words);
        };
        let package = &self.record.packages[at];
        self.expected.insert(at);
        let directory = match asker {
            Asker::Package(own) => own.sources.iter().find(|(name, _)| **name == *spec.name).map(|(_, from)| from),
            Asker::Manifest(_) => None,
        };
        let is_built = matches!(asker, Asker::Package(own) if own.is_source);
        if source.is_some() || directory.is_some() || is_built {
            self.from_source.insert(at);
            if let Some(what) = wrong_source(package, source, directory.map(|from| &**from)) {
                return self.fault(&spec.name, text, asker, Some(at), &what);
            }
        }
        let channel =
            spec.channel.as_deref().is_none_or(|channel| lies_in(&package.location, channel) || package.is_source);
        match spec.fits(&package.version, &package.build) {
            Some(false) => {
                let what = format!("is asked for, {} is locked", [&*package.version, &*package.build].join(" ").trim());
                return self.fault(&spec.name, text, asker, Some(at), &what);
            }
            Some(true) if !channel => {
                return self.fault(&spec.name, text, asker, Some(at), "is locked from another channel");
            }
            Some(true) => {}
            None => {
                self.undecided.insert(format!(
                    "whether {} {} is {spec_text}",
                    package.name,
                    package.version,
                    spec_text = if text.is_empty() { "what is asked for" } else { text }
                ));
            }
        }
        if package.is_source {
            self.undecided
                .insert(format!("what {} asks for, which is built from source, is not compared", package.name));
        }
        self.follow_conda(at, &spec.extras.iter().cloned().collect());
    }

    /// Notes the extras of a package that are asked for; those that nobody asked for before.
    fn new_extras(&mut self, at: usize, extras: &BTreeSet<String>) -> BTreeSet<String> {
        let known = self.extras.entry(at).or_default();
        extras.iter().filter(|extra| known.insert((*extra).clone())).cloned().collect()
    }

    fn follow_conda(&mut self, at: usize, extras: &BTreeSet<String>) {
        let package = &self.record.packages[at];
        let is_new = self.met.insert(at);
        let extras = self.new_extras(at, extras);
        let own = package.depends.iter().filter(|_| is_new);
        let brought = package.extra_depends.iter().filter(|(extra, _)| extras.contains(&**extra));
        let texts: Vec<&'a str> = own.map(|text| &**text).chain(brought.map(|(_, text)| &**text)).collect();
        for text in texts {
            match MatchSpec::parse(text) {
                Some(spec) => {
                    let shown = text.split_once([' ', '[']).map_or("", |(_, rest)| rest.trim_end_matches(']'));
                    self.pending.push((Wish::Conda(spec), package, shown.to_owned()));
                }
                None => {
                    self.undecided.insert(format!("`{text}`, which {} asks for, is not read", package.name));
                }
            }
        }
    }

    /// Whether a condition holds: a requirement of a package that is locked, or of what machines have.
    fn is_met(&self, condition: &str) -> Option<bool> {
        let spec = MatchSpec::parse(condition)?;
        if let Some(at) = self.conda.get(spec.name.as_str()) {
            let package = &self.record.packages[*at];
            return spec.fits(&package.version, &package.build);
        }
        if !spec.name.starts_with("__") {
            return Some(false);
        }
        let all = self.platform.virtual_packages.as_ref()?;
        let found = all.iter().find_map(|text| text.strip_prefix(spec.name.as_str())?.strip_prefix('='));
        match found {
            Some(text) => {
                let (version, build) = text.split_once('=').unwrap_or((text, ""));
                spec.fits(version, build)
            }
            // A machine has a graphics card only where the platform says so.
            None => (spec.name == "__cuda").then_some(false),
        }
    }

    fn holds(&mut self, marker: &Marker, extras: &BTreeSet<String>) -> bool {
        let Some(machine) = &self.machine else {
            self.undecided.insert("conditions of Python packages: the interpreter is not locked".to_owned());
            return false;
        };
        let machine = Environment { extras: Some(extras.clone()), ..machine.clone() };
        match marker.evaluate(&machine) {
            Some(holds) => holds,
            None => {
                self.undecided.insert("a condition of a Python package depends on the machine".to_owned());
                false
            }
        }
    }

    /// A requirement of Python.
    fn python(&mut self, asked: &Requirement, asker: Asker<'a>, text: &str, source: Option<Node<'_>>) {
        let overridden = self.overrides.get(&asked.name).cloned();
        let asked = overridden.as_ref().unwrap_or(asked);
        if let Some((at, version)) = self.brought.get(&asked.name).cloned() {
            self.standing_in.insert(at);
            if source.is_some() {
                return self.fault(
                    &asked.name,
                    text,
                    asker,
                    Some(at),
                    "is asked for from another source, and locked as a package of conda",
                );
            }
            if !admits(&asked.specifier, &version) {
                let what = format!("is asked for, {version} is locked as a package of conda");
                return self.fault(&asked.name, text, asker, Some(at), &what);
            }
            return self.follow_conda(at, &BTreeSet::new());
        }
        let Some(at) = self.python.get(asked.name.as_str()).copied() else {
            let words = format!("is not in the lockfile for {}", self.platform.name.text);
            return self.fault(&asked.name, text, asker, None, &words);
        };
        let package = &self.record.packages[at];
        if let Some(what) = source.and_then(|source| wrong_source(package, Some(source), None)) {
            return self.fault(&asked.name, text, asker, Some(at), &what);
        }
        // A directory may have a version that only its build tells.
        let is_versioned = !package.version.is_empty() || (source.is_none() && is_address(&package.location));
        if is_versioned && !admits(&asked.specifier, &package.version) {
            let version = if package.version.is_empty() { "no version" } else { &package.version };
            return self.fault(&asked.name, text, asker, Some(at), &format!("is asked for, {version} is locked"));
        }
        if !is_address(&package.location) && !package.location.ends_with(".whl") {
            self.directories.insert(at);
        }
        let extras: BTreeSet<String> = asked.extras.iter().map(|extra| normalize(extra)).collect();
        self.follow_python(at, &extras);
    }

    fn follow_python(&mut self, at: usize, extras: &BTreeSet<String>) {
        let package = &self.record.packages[at];
        let is_new = self.met.insert(at);
        let Some(python) = self.machine.as_ref().and_then(|machine| machine.python.clone()) else {
            self.fault("python", "", Asker::Package(package), None, "is not in the lockfile");
            return;
        };
        let wanted = package.requires_python.as_deref().filter(|_| is_new);
        // uv does not look at the ends of ranges here, nor does pixi.
        let is_other = |text: &&str| Specifier::parse(text).is_ok_and(|wanted| !wanted.has_begun_by(&python));
        if let Some(text) = wanted.filter(is_other) {
            let what = format!("is not the Python {python} of the environment");
            self.fault("python", text, Asker::Package(package), None, &what);
        }
        // With other extras a package asks for more.
        let extras = self.new_extras(at, extras);
        if !is_new && extras.is_empty() {
            return;
        }
        let texts: Vec<&'a str> = package.depends.iter().map(|text| &**text).collect();
        for text in texts {
            let Ok(requirement) = Requirement::parse(text) else {
                self.undecided.insert(format!("`{text}`, which {} asks for, is not read", package.name));
                continue;
            };
            if self.holds(&requirement.marker, &extras) {
                let shown = requirement.specifier_text(text).unwrap_or_default().to_owned();
                self.pending.push((Wish::Python(requirement), package, shown));
            }
        }
    }
}

/// The Python packages that one of conda brings. Lockfiles that do not say so take a name of conda-forge for that of Python.
fn brought(package: &CondaPackage) -> Vec<(String, String)> {
    let version = |own: &Option<Box<str>>| own.as_deref().unwrap_or(&package.version).to_owned();
    match &package.brings {
        Some(all) => all.iter().map(|(name, own)| (name.to_string(), version(own))).collect(),
        None if !package.is_python && package.location.contains("/conda-forge/") => {
            vec![(normalize(&package.name), package.version.to_string())]
        }
        None => Vec::new(),
    }
}

fn admits(specifier: &Specifier, version: &str) -> bool {
    specifier.is_empty() || version.parse::<Version>().is_ok_and(|version| specifier.admits(&version))
}

/// The machine for which an interpreter of conda is made.
pub(super) fn machine(subdir: &str, python: &str) -> Option<Environment> {
    let (system, processor) = subdir.split_once('-')?;
    let (os_name, sys_platform, platform_system) = match system {
        "linux" => ("posix", "linux", "Linux"),
        "osx" => ("posix", "darwin", "Darwin"),
        "win" => ("nt", "win32", "Windows"),
        _ => return None,
    };
    let machine = match (system, processor) {
        ("win", "64") => "AMD64",
        ("win", "arm64") => "ARM64",
        (_, "64") => "x86_64",
        (_, other) => other,
    };
    let known = |text: &str| Some(text.to_owned());
    let linux = Environment::linux(python.parse().ok()?, machine);
    let (os_name, sys_platform) = (known(os_name), known(sys_platform));
    Some(Environment { os_name, sys_platform, platform_system: known(platform_system), ..linux })
}

fn is_address(location: &str) -> bool {
    location.contains("://")
}

/// Whether a file lies in a channel, which may be told by its last part alone.
fn lies_in(location: &str, channel: &str) -> bool {
    let base = location.rsplitn(3, '/').nth(2).unwrap_or(location);
    super::is_channel(channel, base)
}

/// How a package differs from the directory, repository or file it is to come from.
fn wrong_source(package: &CondaPackage, source: Option<Node<'_>>, directory: Option<&str>) -> Option<String> {
    let field = |key: &str| source.and_then(|source| source.get(key)?.text());
    let plain = |path: &str| path.trim_start_matches("./").trim_end_matches('/').to_owned();
    let last = |path: &str| plain(path).rsplit('/').next().unwrap_or_default().to_owned();
    let locked = package.location.trim_start_matches("direct+");
    let is_repository = locked.starts_with("git+") || locked.contains("?git=");
    if let Some(path) = field("path") {
        let same = plain(path) == plain(locked)
            || (plain(path).is_empty() || plain(path) == ".") && matches!(locked, "." | "./");
        let is_elsewhere = is_repository || is_address(locked);
        return (!same && (is_elsewhere || !path.starts_with(['/', '~']) && !locked.starts_with(['/', '~'])))
            .then(|| format!("is asked for from {path}, {locked} is locked"));
    }
    if let Some(git) = field("git") {
        let bare = |address: &str| {
            let address = address.trim_start_matches("git+").split(['?', '#']).next().unwrap_or_default();
            address.trim_end_matches('/').trim_end_matches(".git").to_ascii_lowercase()
        };
        return (!is_repository || bare(git) != bare(locked))
            .then(|| format!("is asked for from {git}, {locked} is locked"));
    }
    if let Some(url) = field("url") {
        return (url.split('#').next() != locked.split('#').next())
            .then(|| format!("is asked for from {url}, {locked} is locked"));
    }
    let directory = directory?;
    let same = package.is_source && (is_address(directory) || last(directory) == last(locked));
    (!same).then(|| format!("is asked for from {directory}, {locked} is locked"))
}
