//! What was taken back: downgrades soon after an upgrade, weighed by their evidence.
//!
//! A version that goes down proves nothing by itself: a merged branch with an old lockfile does the same.

use std::collections::BTreeMap;

use super::change::{Change, Move};
use super::commit_words::{brings_back, reverted, takes_back};
use super::pin::Requirements;
use super::series::{Event, Series, What};
use super::{DAY, History};
use crate::tree::BlobId;

/// A commit that takes back at most this many packages and nothing else is deliberate enough to be possible.
const FEW: usize = 3;

/// What a downgrade is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Taken back on purpose: words, an earlier lockfile byte for byte, or a requirement that now forbids the version.
    Confirmed,
    /// Perhaps on purpose: exactly the version before, and nothing else.
    Possible,
    /// Old versions came back beside other changes, as when a branch brings an old lockfile.
    Regression,
    /// An older version that the lockfile had not before: the resolver's choice.
    Downgrade,
}

impl Verdict {
    /// The word that reports use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Confirmed => "rollback",
            Self::Possible => "possible-rollback",
            Self::Regression => "regression",
            Self::Downgrade => "downgrade",
        }
    }
}

/// A commit that lowers versions which had gone up not long before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollback {
    /// The commit.
    pub commit: usize,
    /// The version of the lockfile.
    pub version: usize,
    /// What it is.
    pub verdict: Verdict,
    /// Why, a word each: message, reverts-commit, same-lockfile, requirement, exact-return.
    pub evidence: Vec<&'static str>,
    /// The packages that went down, with the upgrade that each undoes.
    pub undone: Vec<Undone>,
    /// Seconds since the upgrade that it undoes.
    pub seconds: i64,
}

/// A package that went down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// What happened to it.
    pub step: Move,
    /// The commit that had raised it.
    pub upgrade: usize,
    /// Whether it is back at the version it had before that.
    pub is_exact: bool,
}

/// An upgrade that may yet be undone.
#[derive(Debug, Clone)]
pub(super) struct Upgrade {
    pub(super) commit: usize,
    pub(super) from: Box<str>,
    pub(super) to: Box<str>,
}

/// The upgrades of each package, the oldest first.
pub(super) type Upgrades = BTreeMap<Box<str>, Vec<Upgrade>>;

/// Remembers the upgrades of a change.
pub(super) fn remember(upgrades: &mut Upgrades, change: &Change, commit: usize) {
    for step in &change.upgraded {
        let upgrade = Upgrade { commit, from: step.from.clone(), to: step.to.clone() };
        upgrades.entry(step.package.clone()).or_default().push(upgrade);
    }
}

/// The upgrades of a package within a window before a time.
pub(super) fn recent<'u>(
    upgrades: &'u Upgrades,
    package: &str,
    history: &'u History,
    now: i64,
    window: i64,
) -> impl Iterator<Item = &'u Upgrade> {
    let all = upgrades.get(package).map(Vec::as_slice).unwrap_or_default();
    all.iter().filter(move |upgrade| now - history.time(upgrade.commit) <= window * DAY)
}

/// Finds what was taken back within `window` days of an upgrade.
pub fn find(
    series: &Series,
    events: &[Event],
    history: &History,
    requirements: &Requirements,
    window: i64,
) -> Vec<Rollback> {
    let mut found = Vec::new();
    let mut upgrades = Upgrades::new();
    let mut touched: BTreeMap<&str, usize> = BTreeMap::new();
    let mut replaced: BTreeMap<BlobId, i64> = BTreeMap::new();
    for event in events {
        let time = history.time(event.commit);
        if let Some(before) = event.version.checked_sub(1) {
            replaced.insert(series.versions[before].blob, time);
        }
        touched.insert(&history.commits[event.commit].id, event.commit);
        let What::Changed(change) = &event.what else {
            if matches!(event.what, What::Reset(_)) {
                upgrades.clear();
            }
            continue;
        };
        let undone = undone(change, &upgrades, history, time, window);
        if !undone.is_empty() {
            let blob = series.versions[event.version].blob;
            let same = replaced.get(&blob).is_some_and(|until| time - until <= window * DAY);
            let case = Case { event, change, undone, same_lockfile: same };
            found.push(weigh(case, history, requirements, &touched));
        }
        remember(&mut upgrades, change, event.commit);
    }
    found
}

/// The packages of a change that went down after they had gone up.
fn undone(change: &Change, upgrades: &Upgrades, history: &History, time: i64, window: i64) -> Vec<Undone> {
    let of = |step: &Move| {
        let recent: Vec<&Upgrade> = recent(upgrades, &step.package, history, time, window).collect();
        let exact = recent.iter().find(|upgrade| upgrade.from == step.to);
        let upgrade = exact.or_else(|| recent.last())?;
        Some(Undone { step: step.clone(), upgrade: upgrade.commit, is_exact: exact.is_some() })
    };
    change.downgraded.iter().filter_map(of).collect()
}

struct Case<'e> {
    event: &'e Event,
    change: &'e Change,
    undone: Vec<Undone>,
    same_lockfile: bool,
}

fn weigh(case: Case<'_>, history: &History, requirements: &Requirements, touched: &BTreeMap<&str, usize>) -> Rollback {
    let Case { event, change, undone, same_lockfile } = case;
    let commit = &history.commits[event.commit];
    let mut evidence = Vec::new();
    if takes_back(&commit.message) {
        evidence.push("message");
    }
    let named = reverted(&commit.message).find_map(|id| {
        let (full, index) = touched.range(id..).next()?;
        full.starts_with(id).then_some(*index)
    });
    // The revert of a revert brings something back, with whatever lockfile its branch had.
    let named = named.filter(|index| *index < event.commit && !brings_back(&commit.message));
    if named.is_some() {
        evidence.push("reverts-commit");
    }
    if same_lockfile {
        evidence.push("same-lockfile");
    }
    if undone.iter().any(|undone| requirements.forbids(event.commit, &undone.step.package, &undone.step.from)) {
        evidence.push("requirement");
    }
    let is_confirmed = !evidence.is_empty();
    let exact = undone.iter().filter(|undone| undone.is_exact).count();
    if exact == undone.len() {
        evidence.push("exact-return");
    }
    let moved = change.downgraded.len() + change.added + change.removed;
    let is_alone = change.upgraded.is_empty() && moved <= FEW;
    let is_replacing = undone.iter().all(|undone| undone.step.replaces);
    let verdict = if is_confirmed {
        Verdict::Confirmed
    } else if exact == change.downgraded.len() && is_alone && is_replacing {
        Verdict::Possible
    } else if exact > change.upgraded.len() && undone.iter().any(|undone| undone.is_exact && undone.step.replaces) {
        Verdict::Regression
    } else {
        Verdict::Downgrade
    };
    let upgrade = named.or_else(|| most_frequent(&undone)).unwrap_or(event.commit);
    let seconds = (history.time(event.commit) - history.time(upgrade)).max(0);
    Rollback { commit: event.commit, version: event.version, verdict, evidence, undone, seconds }
}

/// The upgrade that most packages undo, the latest of several.
fn most_frequent(undone: &[Undone]) -> Option<usize> {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for one in undone {
        *counts.entry(one.upgrade).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(commit, count)| (*count, *commit)).map(|(commit, _)| commit)
}
