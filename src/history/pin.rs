//! What manifests demanded over time, and requirements that were tightened in a hurry.

use std::collections::{BTreeMap, BTreeSet};

use super::rollback::{Upgrades, recent, remember};
use super::series::{Event, Files, Series, What};
use super::store::Local;
use super::{DAY, History, Store, watched_reader};
use crate::path;
use crate::read::read_alone;
use crate::tree::BlobId;
use crate::version::{Intervals, range};

/// More requirements than this tightened at once are a policy, not an emergency.
const MOST_AT_ONCE: usize = 3;

/// A release within so many days after a pin makes it a part of releasing.
const RITUAL: i64 = 2;

/// What a manifest demanded of a package before and after a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Demand {
    commit: usize,
    package: String,
    before: Demanded,
    after: Demanded,
}

/// What is demanded of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Demanded {
    text: String,
    is_exact: bool,
    admitted: Option<Intervals>,
}

/// The requirements that changed, by commit.
#[derive(Debug, Default)]
pub struct Requirements(Vec<Demand>);

/// A requirement that was tightened soon after an upgrade of its package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pinned {
    /// The commit.
    pub commit: usize,
    /// The package.
    pub package: String,
    /// What was demanded before.
    pub before: String,
    /// What is demanded now.
    pub after: String,
    /// How: pin, cap, exclusion.
    pub how: &'static str,
}

impl Requirements {
    /// Reads how the manifests of a lockfile changed: those it answers for today, and those that stood beside it.
    pub fn read(series: &Series, manifests: &[String], files: &Files<'_>, store: &Store) -> Self {
        let mut paths: BTreeSet<&str> = manifests.iter().map(String::as_str).collect();
        let rooms: BTreeSet<&str> = series.versions.iter().map(|version| path::directory(&version.path)).collect();
        let is_manifest = |path: &str| watched_reader(path).is_some_and(|reader| reader.role == "manifest");
        paths.extend(files.keys().filter(|path| rooms.contains(path::directory(path)) && is_manifest(path)));
        let mut changes: Vec<(usize, &str, BlobId, BlobId)> = Vec::new();
        for path in paths {
            let Some(states) = files.get(path) else { continue };
            for pair in states.windows(2) {
                if let [(_, Some(before)), (commit, Some(after))] = pair {
                    changes.push((*commit, path, *before, *after));
                }
            }
        }
        changes.sort_unstable();
        let demands = store.in_runs(&changes, |local, _, run| {
            run.iter()
                .flat_map(|(commit, path, before, after)| demands(local, *commit, path, *before, *after))
                .collect()
        });
        Self(demands)
    }

    fn of(&self, commit: usize) -> &[Demand] {
        let from = self.0.partition_point(|demand| demand.commit < commit);
        let to = self.0.partition_point(|demand| demand.commit <= commit);
        &self.0[from..to]
    }

    /// Whether a commit forbids a version of a package that was allowed before.
    pub fn forbids(&self, commit: usize, package: &str, version: &str) -> bool {
        let of_package = self.of(commit).iter().filter(|demand| demand.package == package);
        let point = release(version);
        let mut admits = of_package.map(|demand| (demand.before.admits(&point), demand.after.admits(&point)));
        admits.any(|pair| pair == (Some(true), Some(false)))
    }

    /// Requirements that were tightened within `window` days of an upgrade of their package, releases apart.
    pub fn hurried(&self, events: &[Event], history: &History, window: i64) -> Vec<Pinned> {
        let mut found = Vec::new();
        let mut upgrades = Upgrades::new();
        let mut events = events.iter().peekable();
        let commits: BTreeSet<usize> = self.0.iter().map(|demand| demand.commit).collect();
        for commit in commits {
            while let Some(event) = events.next_if(|event| event.commit < commit) {
                if let What::Changed(change) = &event.what {
                    remember(&mut upgrades, change, event.commit);
                }
            }
            let raised: BTreeSet<&str> = match events.peek() {
                Some(Event { commit: at, what: What::Changed(change), .. }) if *at == commit => {
                    change.upgraded.iter().map(|step| &*step.package).collect()
                }
                _ => BTreeSet::new(),
            };
            let tightened: Vec<(&Demand, &'static str)> =
                self.of(commit).iter().filter_map(|demand| Some((demand, demand.tightened()?))).collect();
            let time = history.time(commit);
            if tightened.len() > MOST_AT_ONCE || is_ritual(history, time) {
                continue;
            }
            for (demand, how) in tightened {
                let is_caused = |point: &Option<Intervals>| {
                    let was_allowed = demand.before.admits(point) == Some(true);
                    // A cap far above what is locked is a policy; one in a hurry forbids what was just locked.
                    was_allowed && (how != "cap" || demand.after.admits(point) == Some(false))
                };
                let is_fresh = recent(&upgrades, &demand.package, history, time, window)
                    .any(|upgrade| is_caused(&release(&upgrade.to)));
                if is_fresh && !raised.contains(&*demand.package) {
                    found.push(Pinned {
                        commit,
                        package: demand.package.clone(),
                        before: demand.before.text.clone(),
                        after: demand.after.text.clone(),
                        how,
                    });
                }
            }
        }
        found
    }
}

/// Whether a release was tagged soon after: pins before a release and unpins after it are how some teams release.
fn is_ritual(history: &History, time: i64) -> bool {
    let at = history.releases.partition_point(|release| *release < time);
    history.releases.get(at).is_some_and(|release| release - time <= RITUAL * DAY)
}

impl Demand {
    /// How the requirement was tightened; `None` when it was not.
    fn tightened(&self) -> Option<&'static str> {
        if self.after.is_exact && !self.before.is_exact {
            return Some("pin");
        }
        let (before, after) = (self.before.admitted.as_ref()?, self.after.admitted.as_ref()?);
        let top = |set: &Intervals| set.0.last().map(|(_, end)| end.clone());
        let (old, new) = (top(before)?, top(after)?);
        let is_lower = match (&old, &new) {
            (None, Some(_)) => true,
            (Some(old), Some(new)) => crate::version::compare(new, old).is_lt(),
            _ => false,
        };
        if is_lower && !self.after.is_exact {
            return Some("cap");
        }
        let has_hole = after.0.len() > before.0.len() && after.relation(before).is_within();
        has_hole.then_some("exclusion")
    }
}

impl Demanded {
    fn admits(&self, point: &Option<Intervals>) -> Option<bool> {
        Some(!self.admitted.as_ref()?.and(point.as_ref()?).is_empty())
    }
}

/// The releases that begin with the numbers of a version: its pre-releases and builds count as itself.
fn release(version: &str) -> Option<Intervals> {
    let numbers = version.trim_start_matches('v').split(|c: char| !c.is_ascii_digit() && c != '.').next()?;
    let parts: Vec<u64> = numbers.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
    let mut end = parts.clone();
    // The least release after it in the order of releases.
    end.push(1);
    (!parts.is_empty()).then(|| Intervals::between(&parts, &end))
}

/// The requirements of a manifest that a commit changed.
fn demands(local: &Local<'_>, commit: usize, path: &str, before: BlobId, after: BlobId) -> Vec<Demand> {
    let (Some(before), Some(after)) = (stated(local, path, before), stated(local, path, after)) else {
        return Vec::new();
    };
    let mut demands = Vec::new();
    for (key, after) in after {
        let Some(before) = before.get(&key) else { continue };
        if *before != after {
            demands.push(Demand { commit, package: key.1, before: before.clone(), after });
        }
    }
    demands
}

/// What a version of a manifest demands, by group and package. A package that stands twice in a group, under several
/// conditions, is left out: which of its requirements was meant cannot be told.
fn stated(local: &Local<'_>, path: &str, blob: BlobId) -> Option<BTreeMap<(String, String), Demanded>> {
    let reader = watched_reader(path)?;
    let facts = read_alone(reader, path, &local.text(blob)?).facts;
    let mut all = BTreeMap::new();
    let mut twice = BTreeSet::new();
    for dependency in &facts.dependencies {
        let key = (dependency.group.clone(), dependency.package.clone());
        let text = dependency.requirement.known().cloned().unwrap_or_default();
        let demanded = Demanded {
            is_exact: dependency.bound.known().is_some_and(|bound| bound == "exact"),
            admitted: admitted(&dependency.ecosystem, &text),
            text,
        };
        if all.insert(key.clone(), demanded).is_some() {
            twice.insert(key);
        }
    }
    all.retain(|key, _| !twice.contains(key));
    Some(all)
}

/// The releases that a requirement admits.
fn admitted(ecosystem: &str, text: &str) -> Option<Intervals> {
    let text = text.trim();
    if text.is_empty() {
        return Some(Intervals::all());
    }
    match ecosystem {
        "python" => range::parse(range::Dialect::Poetry, text),
        "node" => range::parse(range::Dialect::Npm, text),
        "rust" => {
            // A bare version of Cargo's is a caret's.
            let part = |part: &str| {
                let part = part.trim();
                if part.starts_with(|c: char| c.is_ascii_digit()) { format!("^{part}") } else { part.to_owned() }
            };
            let parts: Vec<String> = text.split(',').map(part).collect();
            range::parse(range::Dialect::Npm, &parts.join(" "))
        }
        _ => range::parse(range::Dialect::Pessimistic, text),
    }
}
