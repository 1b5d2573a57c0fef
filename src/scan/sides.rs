//! What each side of a torn lockfile is by itself: the tree is read once more with our side of all merge conflicts,
//! and once with theirs.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use crate::day::Day;
use crate::derive::{Surroundings, derive, verdict};
use crate::discover::Listing;
use crate::facts::{Facts, Problem};
use crate::focus::Focus;
use crate::follow::{self, Sharing};
use crate::source::Sources;
use crate::syntax::conflict;
use crate::tree::Tree;
use crate::value::State;

/// How many packages in which the sides differ are named.
const MOST_NAMED: usize = 3;

/// Tells of each lockfile with merge conflicts what its sides lock and how they would be judged.
pub(super) fn judge(tree: &Arc<Tree>, files: &Listing, today: Day, facts: &mut Facts) {
    let is_torn = |problem: &&Problem| problem.trouble == "merge-conflict";
    let torn: BTreeSet<Arc<str>> =
        facts.problems.iter().filter(is_torn).map(|problem| Arc::clone(&problem.header.path)).collect();
    let is_lock = |problem: &&Problem| is_torn(problem) && problem.role == "lockfile";
    let locks: Vec<String> =
        facts.problems.iter().filter(is_lock).map(|problem| problem.header.path.to_string()).collect();
    if locks.is_empty() {
        return;
    }
    let files = near(tree, files, &locks);
    let texts: BTreeMap<Arc<str>, Arc<str>> =
        torn.into_iter().filter_map(|path| Some((Arc::clone(&path), tree.text(&path).ok()?))).collect();
    let mut sides = [BTreeMap::new(), BTreeMap::new()];
    for (path, text) in &texts {
        for (files, own) in sides.iter_mut().zip(conflict::sides(text)) {
            files.insert(path.to_string(), own.into_bytes());
        }
    }
    let [ours, theirs] = sides.map(|own| read(&Arc::new(Tree::over(tree, own)), &files, today));
    for problem in facts.problems.iter_mut().filter(|problem| is_lock(&&**problem)) {
        let path = &problem.header.path;
        let (Some(one), Some(other)) = (Side::of(&ours, path), Side::of(&theirs, path)) else { continue };
        let Some((text, first)) = texts.get(path).and_then(|text| Some((text, conflict::find(text)?))) else {
            continue;
        };
        let told = |marker: Range<usize>, side: &Side, opposite: &Side| {
            format!("{} {}; {}", conflict::side(text, marker), side.locks(opposite), side.judged)
        };
        problem.ours.state = State::Known(told(first.begin, &one, &other));
        problem.theirs.state = State::Known(told(first.end, &other, &one));
    }
}

/// The files that the lockfiles need.
fn near(tree: &Tree, files: &Listing, locks: &[String]) -> Listing {
    let mut near = files.clone();
    if let Some(focus) = Focus::on(tree, locks) {
        near.paths.retain(|path| focus.holds(path));
        near.is_partial = true;
    }
    near
}

fn read(tree: &Arc<Tree>, files: &Listing, today: Day) -> Facts {
    let (mut facts, ..) = follow::read_all(tree, files, Sources::default(), Sharing::Alone);
    derive(&mut facts, Surroundings { today, files });
    facts
}

/// One side of a lockfile.
struct Side {
    /// The locked versions by package.
    versions: BTreeMap<String, BTreeSet<String>>,
    /// How it would be judged by itself.
    judged: String,
}

impl Side {
    fn of(facts: &Facts, path: &str) -> Option<Self> {
        let (link, lockfile) =
            facts.all::<crate::facts::Lockfile>().find(|(_, lockfile)| *lockfile.header.path == *path)?;
        let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for package in facts.locked_packages.iter().filter(|package| package.lockfile == link) {
            let version = package.contents.version.known().cloned().unwrap_or_default();
            versions.entry(package.contents.package.clone()).or_default().insert(version);
        }
        let verdict = verdict::of(facts, lockfile);
        let reason = verdict::reasons(facts, lockfile).into_iter().next().filter(|_| verdict != "fresh");
        let reason = reason.map_or_else(String::new, |reason| format!(": {reason}"));
        let verdict = if verdict == "error" { "in error" } else { verdict };
        Some(Self { versions, judged: format!("by itself it is {verdict}{reason}") })
    }

    /// What this side locks otherwise than the other one.
    fn locks(&self, other: &Self) -> String {
        let names: BTreeSet<&String> = self.versions.keys().chain(other.versions.keys()).collect();
        let differs = |name: &&&String| self.versions.get(**name) != other.versions.get(**name);
        let mut told: Vec<String> = names.iter().filter(differs).map(|name| self.shown(name)).collect();
        if told.is_empty() {
            return "locks the same packages".to_owned();
        }
        let more = told.len().saturating_sub(MOST_NAMED);
        told.truncate(MOST_NAMED);
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        format!("locks {}{more}", told.join(", "))
    }

    fn shown(&self, name: &str) -> String {
        let Some(versions) = self.versions.get(name) else { return format!("no {name}") };
        let versions: Vec<&str> = versions.iter().map(String::as_str).collect();
        format!("{name} {}", versions.join(" and ")).trim_end().to_owned()
    }
}
