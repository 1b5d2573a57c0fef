//! Gathers what the modules below a root require, and holds the locked providers against it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::derive::ignored::Ignored;
use crate::derive::lock::{Difference, Outcome, Seen};
use crate::facts::{Link, LockedPackage, Lockfile, Manifest};
use crate::path;
use crate::source::Span;
use crate::terraform::{self, Constraints, Need, Part, Required};
use crate::value::Value;

const REMEDY: &str = "terraform init";

/// The files of one directory.
type Modules = BTreeMap<String, Vec<Part>>;

/// A place: the path of a file, and where in it.
type Place = (Arc<str>, Span);

/// The namespace of providers whose source names none.
const USUAL: &str = "hashicorp/";

/// A comparison under way.
struct Comparison<'a> {
    seen: Seen<'a>,
    lockfile: Link<Lockfile>,
    modules: &'a Modules,
    outcome: Outcome,
    /// All that is required, by the address without the default host.
    needs: BTreeMap<String, Vec<Need<'a>>>,
    /// Where each module lists its providers, by its directory; the modules without a list are there, too.
    lists: BTreeMap<String, Option<Place>>,
    /// Whether every module that may need a provider is here.
    is_complete: bool,
}

pub(super) fn compare(seen: Seen<'_>, lockfile: Link<Lockfile>) -> Outcome {
    let own = &seen.facts[lockfile].header.path;
    let is_unread = seen.facts.problems.iter().any(|problem| problem.header.path == *own && problem.role == "lockfile");
    if is_unread {
        return Outcome::default();
    }
    let modules = modules(seen);
    let (outcome, needs) = (Outcome::default(), BTreeMap::new());
    let mut comparison =
        Comparison { seen, lockfile, modules: &modules, outcome, needs, lists: BTreeMap::new(), is_complete: true };
    comparison.generated(path::directory(own));
    comparison.gather(path::directory(own));
    comparison.dependencies();
    comparison.hold();
    comparison.outcome
}

/// Compares the lockfile of a module that states nothing, so that no manifest stands for it: its resources imply providers.
pub(in crate::derive::lock) fn compare_unstated(seen: Seen<'_>, lockfile: Link<Lockfile>) -> Option<Outcome> {
    let fact = &seen.facts[lockfile];
    let directory = path::directory(&fact.header.path);
    (fact.tool == super::TOOL.name && modules(seen).contains_key(directory)).then(|| compare(seen, lockfile))
}

/// The files that Terraform reads, by directory.
fn modules(seen: Seen<'_>) -> Modules {
    let mut modules = Modules::new();
    for fragment in seen.facts.fragments.iter().filter(|fragment| fragment.role == "terraform") {
        let path = &fragment.header.path;
        if terraform::is_configuration(path) {
            let part = Part { path: Arc::clone(path), document: Arc::clone(&fragment.document) };
            modules.entry(path::directory(path).to_owned()).or_default().push(part);
        }
    }
    modules
}

impl<'a> Comparison<'a> {
    /// Visits the root module and the local ones that it calls.
    fn gather(&mut self, root: &str) {
        let mut pending = vec![root.to_owned()];
        while let Some(directory) = pending.pop() {
            if self.lists.contains_key(&directory) {
                continue;
            }
            self.broken(&directory);
            self.tests(&directory);
            let required = self.required(&directory);
            for (message, span) in &required.faults {
                self.refuse(message.clone(), Some(*span));
            }
            self.lists.insert(directory.clone(), required.list);
            for need in required.needs {
                self.needs.entry(need.provider.clone()).or_default().push(need);
            }
            for call in required.calls {
                pending.extend(self.called(&directory, &call));
            }
        }
    }

    fn required(&self, directory: &str) -> Required<'a> {
        self.modules.get(directory).map(|parts| terraform::required(parts)).unwrap_or_default()
    }

    /// The directory of a local module; others may need providers that nothing here tells of.
    fn called(&mut self, directory: &str, call: &terraform::Call<'_>) -> Option<String> {
        if call.kind != "path" {
            self.is_complete = false;
            return None;
        }
        let Some(to) = path::join(directory, call.source) else {
            self.is_complete = false;
            return None;
        };
        if !self.seen.around.files.has_directory(&to) {
            match self.unseen(&to) {
                Some(why) => self.doubt(format!("{why}: what the module {} requires is not seen", call.name)),
                None => {
                    let message = format!("there is no directory {} for the module {}", call.source, call.name);
                    self.refuse(message, Some(call.span));
                }
            }
            return None;
        }
        let missing = self.required(&to).aliases.into_iter().find(|alias| !call.hands.contains(alias));
        if let Some(alias) = missing {
            let message =
                format!("the module {} needs the provider {alias}, which its call does not hand over", call.name);
            self.refuse(message, Some(call.span));
        }
        Some(to)
    }

    /// Why a directory that is not among the files may be there when Terraform runs.
    fn unseen(&self, directory: &str) -> Option<String> {
        let files = self.seen.around.files;
        if files.may_hide(directory) {
            Some(format!("{directory} is not read"))
        } else if Ignored::new(self.seen.facts).holds_directory(directory) {
            Some(format!("git ignores {directory}, so that something else puts it there"))
        } else {
            files.has(".gitmodules").then(|| format!("{directory} may be in a git submodule that is not checked out"))
        }
    }

    /// Notes why the comparison cannot be completed.
    fn doubt(&mut self, reason: String) {
        self.is_complete = false;
        if !self.outcome.undecided.contains(&reason) {
            self.outcome.undecided.push(reason);
        }
    }

    /// Terragrunt puts files beside the modules that it applies, by its own and by included settings.
    fn generated(&mut self, directory: &str) {
        let file = path::join(directory, "terragrunt.hcl").filter(|file| self.seen.around.files.has(file));
        if let Some(file) = file {
            self.doubt(format!("{file} may put files beside the module, and what these require is not seen"));
        }
    }

    /// A file of a module that cannot be read stops Terraform.
    fn broken(&mut self, directory: &str) {
        let problem = self.seen.facts.problems.iter().find(|problem| {
            let path = &problem.header.path;
            problem.reader == "terraform" && path::directory(path) == directory && terraform::is_configuration(path)
        });
        if let Some(problem) = problem {
            self.refuse(format!("{} cannot be read", problem.header.path), Some(problem.header.span));
        }
    }

    /// Tests may configure providers of their own, and OpenTofu reads files of its own.
    fn tests(&mut self, directory: &str) {
        let is_beyond = |path: &str| path.contains(".tftest.") || path.contains(".tofu");
        let own = self.seen.around.files.below(directory).filter(|file| {
            let place = path::directory(file);
            place == directory || path::relative_to(place, directory) == Some("tests")
        });
        if own.into_iter().any(is_beyond) {
            self.is_complete = false;
        }
    }

    fn refuse(&mut self, message: String, span: Option<Span>) {
        self.outcome.refusal.get_or_insert(Value { span, ..Value::derived(message) });
    }

    /// Links each stated provider to what is locked for it.
    fn dependencies(&mut self) {
        let facts = self.seen.facts;
        for manifest in &facts[self.lockfile].manifests {
            for dependency in self.seen.lookup.dependencies(*manifest) {
                if facts[dependency].group != "providers" {
                    continue;
                }
                if let Some(package) = self.locked(&facts[dependency].package) {
                    self.outcome.locked.push((dependency, vec![package]));
                }
            }
        }
    }

    fn locked(&self, provider: &str) -> Option<Link<LockedPackage>> {
        let facts = self.seen.facts;
        self.seen
            .lookup
            .packages(self.lockfile)
            .find(|one| terraform::is_provider(&facts[*one].contents.package, provider))
    }

    fn hold(&mut self) {
        let needs = self.needs.clone();
        let mut used = BTreeSet::new();
        for (provider, needs) in &needs {
            let locked = self.locked(provider);
            used.extend(locked);
            match locked {
                Some(package) => needs.iter().for_each(|need| self.satisfies(provider, need, package)),
                None => self.missing(provider, needs),
            }
        }
        if self.is_complete {
            for package in self.seen.lookup.packages(self.lockfile).filter(|package| !used.contains(package)) {
                self.left_over(package);
            }
        }
    }

    fn satisfies(&mut self, provider: &str, need: &Need<'_>, package: Link<LockedPackage>) {
        let Some((node, text)) = need.constraint.and_then(|node| Some((node, node.text()?))) else { return };
        let Some(constraints) = Constraints::read(text) else {
            return self.refuse(format!("{text} is not a version constraint"), Some(node.span()));
        };
        let locked = &self.seen.facts[package].contents.version;
        let version = locked.known().map_or("", String::as_str);
        if constraints.admits(version) == Some(false) {
            let explanation = format!("{provider} {text} is asked for, the lockfile has {version}");
            self.outcome.violated.push((package, Value::written(text.to_owned(), node.span())));
            let difference = self.difference(provider, need, locked.clone(), explanation);
            self.outcome.differences.push(difference);
        }
    }

    /// A provider that nothing is locked for: told at the first statement of it.
    fn missing(&mut self, provider: &str, needs: &[Need<'_>]) {
        let stated = needs.iter().find(|need| need.is_stated || need.constraint.is_some()).or_else(|| needs.first());
        let Some(need) = stated else { return };
        let explanation = match need.constraint.and_then(|node| node.text()) {
            Some(range) => format!("{provider} {range} is not in the lockfile"),
            None => format!("{provider} is not in the lockfile"),
        };
        let difference = self.difference(provider, need, Value::absent(), explanation);
        self.outcome.differences.push(difference);
    }

    /// A locked provider that nothing requires, told where its requirement most likely stood.
    fn left_over(&mut self, package: Link<LockedPackage>) {
        let locked = &self.seen.facts[package];
        let address = &locked.contents.package;
        let provider = address.split_once('/').map_or(&**address, |(_, rest)| rest);
        // Without a host, as it is written, where the namespace is the one that is meant without any.
        let provider = if provider.starts_with(USUAL) { provider } else { address };
        let mut explanation = format!("{provider} is locked, but no module requires it");
        let mut cause = Value::absent();
        let mut place = self.stands_in(address);
        if let Some((directory, span)) = self.uncalled(address).filter(|_| place.is_none()) {
            explanation = format!("{provider} is locked, but only {directory} requires it, which no module calls");
            cause = Value::written(format!("{provider} is required here"), span);
            place = self.root_file();
        }
        let root = self.lists.get(path::directory(&self.seen.facts[self.lockfile].header.path)).cloned().flatten();
        let (path, span) = place.or(root).or_else(|| self.root_file()).unzip();
        self.outcome.differences.push(Difference {
            manifest: self.root(),
            asked_in: path,
            cause,
            asked: Value { span, ..Value::absent() },
            recorded: Value { span: Some(locked.header.span), ..Value::derived(address.clone()) },
            ..self.plain(provider, explanation)
        });
    }

    /// Where another provider of the same type is required that is not locked: its source was another one, or none is
    /// stated any more.
    fn stands_in(&self, address: &str) -> Option<Place> {
        let kind = |address: &str| address.rsplit('/').next().map(str::to_owned);
        let (_, needs) = self
            .needs
            .iter()
            .find(|(provider, _)| kind(provider) == kind(address) && self.locked(provider).is_none())?;
        let need = needs.first()?;
        let list = self.lists.get(path::directory(&need.path)).cloned().flatten().filter(|_| !need.is_stated);
        list.or_else(|| Some((Arc::clone(&need.path), need.span)))
    }

    /// A directory below the root module that requires a provider and that no module calls.
    fn uncalled(&self, address: &str) -> Option<(&str, Span)> {
        let root = path::directory(&self.seen.facts[self.lockfile].header.path);
        let others = self
            .modules
            .iter()
            .filter(|(directory, _)| path::is_below(directory, root) && !self.lists.contains_key(*directory));
        others.into_iter().find_map(|(directory, parts)| {
            let needs = terraform::required(parts).needs;
            let need = needs.iter().find(|need| terraform::is_provider(address, &need.provider))?;
            Some((path::relative_to(directory, root).unwrap_or(directory), need.span))
        })
    }

    /// The first line of the root module, in the file that calls modules where there is one.
    fn root_file(&self) -> Option<Place> {
        let parts = self.modules.get(path::directory(&self.seen.facts[self.lockfile].header.path))?;
        let calls = |part: &&Part| part.document.root().get("module").is_some();
        let is_main = |part: &&Part| path::file_name(&part.path).starts_with("main.");
        let part = parts.iter().find(calls).or_else(|| parts.iter().find(is_main)).or_else(|| parts.first())?;
        Some((Arc::clone(&part.path), part.document.root().span().part(0..0)))
    }

    fn difference(&self, provider: &str, need: &Need<'_>, recorded: Value<String>, explanation: String) -> Difference {
        let range = need.constraint.and_then(|node| Some((node.text()?, node.span())));
        let text = range.map_or(provider.to_owned(), |(text, _)| format!("{provider} {text}"));
        // What is not locked at all is told at its source, another version at the range.
        let range = range.filter(|_| !recorded.is_absent() || !need.is_stated);
        let span = range.map_or(need.span, |(_, span)| span);
        let own = self.seen.lookup.manifest_at(self.seen.facts, &need.path);
        Difference {
            manifest: own.or_else(|| self.root()),
            asked_in: Some(Arc::clone(&need.path)),
            asked: Value { span: Some(span), ..Value::derived(text) },
            recorded,
            ..self.plain(provider, explanation)
        }
    }

    fn root(&self) -> Option<Link<Manifest>> {
        self.seen.facts[self.lockfile].manifests.first().copied()
    }

    fn plain(&self, subject: &str, explanation: String) -> Difference {
        Difference { manifest: self.root(), ..Difference::of("requirement", subject, explanation, REMEDY) }
    }
}
