//! Gathers what the modules below a root require, and holds the locked providers against it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::derive::lock::{Difference, Outcome, Seen, Weight};
use crate::facts::{Link, LockedPackage, Lockfile, Manifest};
use crate::path;
use crate::source::Span;
use crate::terraform::{self, Constraints, Need, Part, Required};
use crate::value::Value;

const REMEDY: &str = "terraform init";

/// The files of one directory.
type Modules = BTreeMap<String, Vec<Part>>;

/// A comparison under way.
struct Comparison<'a> {
    seen: Seen<'a>,
    lockfile: Link<Lockfile>,
    modules: &'a Modules,
    outcome: Outcome,
    /// All that is required, by the address without the default host.
    needs: BTreeMap<String, Vec<Need<'a>>>,
    /// Where the root module lists its providers.
    list: Option<(Arc<str>, Span)>,
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
        Comparison { seen, lockfile, modules: &modules, outcome, needs, list: None, is_complete: true };
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
        let mut visited = BTreeSet::new();
        let mut pending = vec![root.to_owned()];
        while let Some(directory) = pending.pop() {
            if !visited.insert(directory.clone()) {
                continue;
            }
            self.broken(&directory);
            self.tests(&directory);
            let required = self.required(&directory);
            for (message, span) in &required.faults {
                self.refuse(message.clone(), Some(*span));
            }
            if directory == root {
                self.list.clone_from(&required.list);
            }
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
            self.refuse(format!("there is no directory {} for the module {}", call.source, call.name), Some(call.span));
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
        self.seen.lookup.packages(self.lockfile).find(|one| terraform::is_provider(&facts[*one].package, provider))
    }

    fn hold(&mut self) {
        let needs = std::mem::take(&mut self.needs);
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
        let locked = &self.seen.facts[package].version;
        let version = locked.known().map_or("", String::as_str);
        if constraints.admits(version) == Some(false) {
            let explanation = format!("{provider} {text} is asked for, the lockfile has {version}");
            self.outcome.violated.push((package, Value::written(text.to_owned(), node.span())));
            let difference = self.difference(provider, need, locked.clone(), explanation);
            self.outcome.differences.push(difference);
        }
    }

    /// A provider that nothing is locked for: told at the first statement that has a constraint, else at the first.
    fn missing(&mut self, provider: &str, needs: &[Need<'_>]) {
        let stated = needs.iter().find(|need| need.constraint.is_some()).or_else(|| needs.first());
        let Some(need) = stated else { return };
        let explanation = match need.constraint.and_then(|node| node.text()) {
            Some(range) => format!("{provider} {range} is not in the lockfile"),
            None => format!("{provider} is not in the lockfile"),
        };
        let difference = self.difference(provider, need, Value::absent(), explanation);
        self.outcome.differences.push(difference);
    }

    fn left_over(&mut self, package: Link<LockedPackage>) {
        let locked = &self.seen.facts[package];
        let provider = locked.package.clone();
        let explanation = format!("{provider} is locked, but no module requires it");
        let manifest = self.seen.facts[self.lockfile].manifests.first().copied();
        let (path, span) = self.list.clone().unzip();
        self.outcome.differences.push(Difference {
            manifest,
            asked_in: path,
            asked: Value { span, ..Value::absent() },
            recorded: Value { span: Some(locked.header.span), ..Value::derived(provider.clone()) },
            ..self.plain(&provider, explanation)
        });
    }

    fn difference(&self, provider: &str, need: &Need<'_>, recorded: Value<String>, explanation: String) -> Difference {
        let constraint = need.constraint.and_then(|node| Some((node.text()?, node.span())));
        let (text, span) =
            constraint.map_or((provider.to_owned(), need.span), |(text, span)| (format!("{provider} {text}"), span));
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
        Difference {
            manifest: self.root(),
            asked_in: None,
            cause: Value::absent(),
            aspect: "requirement",
            subject: subject.to_owned(),
            asked: Value::absent(),
            recorded: Value::absent(),
            weight: Weight::Resolution,
            explanation,
            remedy: REMEDY.to_owned(),
        }
    }
}
