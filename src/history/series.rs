//! The versions of one lockfile through history, followed where it moved or was written by another tool before.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::change::{Change, between};
use super::locked::{self, Locked};
use super::store::Local;
use super::{DAY, History, Store, watched_reader};
use crate::path;
use crate::tree::BlobId;

/// How long two lockfiles of one project may stand side by side while it changes from one tool to another, in days.
const SIDE_BY_SIDE: i64 = 90;

/// How often a lockfile is followed to another place.
const MOST_JOINTS: usize = 32;

/// How many unreadable versions in a row are passed over to find one to compare with.
const MOST_UNREAD: usize = 16;

/// What each commit made of each watched file, the oldest first.
pub type Files<'h> = BTreeMap<&'h str, Vec<(usize, Option<BlobId>)>>;

/// A version of a lockfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The commit that brought it.
    pub commit: usize,
    /// Where it stood then.
    pub path: Arc<str>,
    /// Its text.
    pub blob: BlobId,
}

/// Where a lockfile came from another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joint {
    /// It stood elsewhere.
    Moved,
    /// Another tool wrote it.
    Migrated,
    /// It was deleted for a while.
    Away,
}

/// A lockfile through history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    /// Its path today.
    pub path: String,
    /// The tool that writes it today.
    pub tool: String,
    /// Its ecosystem.
    pub ecosystem: String,
    /// Its versions, the oldest first.
    pub versions: Vec<Version>,
    /// How a version follows on the one before it, where that is no plain change.
    pub joints: BTreeMap<usize, Joint>,
}

/// What became of a lockfile with a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// It is the first one.
    First,
    /// These packages changed; it may be that none did.
    Changed(Change),
    /// It cannot be compared with the one before: why.
    Reset(&'static str),
    /// It cannot be read: why.
    Unread(String),
}

/// A version of a lockfile, compared with the one before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The version, as an index into [`Series::versions`].
    pub version: usize,
    /// The commit.
    pub commit: usize,
    /// What became of it.
    pub what: What,
}

/// Sorts a history by file.
pub fn files(history: &History) -> Files<'_> {
    let mut files = Files::new();
    for step in &history.steps {
        for change in &step.changes {
            files.entry(&*change.path).or_default().push((step.commit, change.after));
        }
    }
    files
}

/// Follows a lockfile back from today.
pub fn trace(path: &str, tool: &str, ecosystem: &str, history: &History, files: &Files<'_>, store: &Store) -> Series {
    let local = store.local();
    let mut series = Series {
        path: path.to_owned(),
        tool: tool.to_owned(),
        ecosystem: ecosystem.to_owned(),
        versions: Vec::new(),
        joints: BTreeMap::new(),
    };
    let mut newest_first: Vec<Version> = Vec::new();
    let mut joints: Vec<(usize, Joint)> = Vec::new();
    let (mut at, mut until) = (path.to_owned(), history.commits.len());
    let mut seen = BTreeSet::new();
    while joints.len() < MOST_JOINTS && seen.insert((at.clone(), until)) {
        let Some(states) = files.get(&*at) else { break };
        let earlier = &states[..states.partition_point(|(commit, _)| *commit < until)];
        let run = earlier.iter().rev().map_while(|(commit, blob)| blob.map(|blob| (*commit, blob)));
        let shared: Arc<str> = at.as_str().into();
        newest_first.extend(run.map(|(commit, blob)| Version { commit, path: Arc::clone(&shared), blob }));
        let Some(birth) = newest_first.last().map(|version| version.commit) else { break };
        let Some((before, joint, end)) = origin(&at, birth, history, files, &local, newest_first.last()) else { break };
        joints.push((newest_first.len(), joint));
        (at, until) = (before, end);
    }
    newest_first.reverse();
    series.joints = joints.into_iter().map(|(from_end, joint)| (newest_first.len() - from_end, joint)).collect();
    series.joints.remove(&0);
    series.versions = newest_first;
    series
}

/// Where a lockfile that a commit brought comes from: a path, how, and the commit before which it counts.
fn origin(
    path: &str,
    birth: usize,
    history: &History,
    files: &Files<'_>,
    local: &Local<'_>,
    first: Option<&Version>,
) -> Option<(String, Joint, usize)> {
    let own = locked::read(path, &local.text(first?.blob)?).ok();
    let is_like = |other: &str, blob: BlobId| {
        let Some(own) = &own else { return false };
        let read = local.text(blob).and_then(|text| locked::read(other, &text).ok());
        read.is_some_and(|read| read.shared_with(own) >= 0.5 || own.shared_with(&read) >= 0.5)
    };
    let own_reader = watched_reader(path)?.name;
    let alive = |states: &[(usize, Option<BlobId>)]| {
        let before = &states[..states.partition_point(|(commit, _)| *commit < birth)];
        before.last().and_then(|(_, blob)| *blob)
    };
    for (other, states) in files.range(path::directory(path)..) {
        if !other.starts_with(path::directory(path)) {
            break;
        }
        let is_neighbour = path::directory(other) == path::directory(path) && *other != path;
        // A lockfile of the same kind that is gone since the same commit was renamed; that is looked at below.
        let is_lock =
            watched_reader(other).is_some_and(|reader| reader.role == "lockfile" && reader.name != own_reader);
        let died = states.last().filter(|(_, blob)| blob.is_none()).map(|(commit, _)| *commit);
        let Some(died) = died.filter(|died| is_neighbour && is_lock && *died >= birth) else { continue };
        let is_soon = history.time(died) - history.time(birth) <= SIDE_BY_SIDE * DAY;
        if let Some(blob) = alive(states).filter(|_| is_soon)
            && is_like(other, blob)
        {
            return Some(((*other).to_owned(), Joint::Migrated, birth));
        }
    }
    let step = history.steps.binary_search_by_key(&birth, |step| step.commit).ok().map(|at| &history.steps[at])?;
    let gone = step.changes.iter().filter(|change| change.after.is_none() && *change.path != *path);
    for change in gone {
        let is_kin = watched_reader(&change.path).is_some_and(|reader| reader.name == own_reader);
        let is_same = change.before == first.map(|version| version.blob);
        if is_kin && (is_same || change.before.is_some_and(|blob| is_like(&change.path, blob))) {
            return Some((change.path.to_string(), Joint::Moved, birth));
        }
    }
    let states = files.get(path)?;
    let earlier = &states[..states.partition_point(|(commit, _)| *commit < birth)];
    let gone = earlier.iter().rev().find(|(_, blob)| blob.is_none()).map(|(commit, _)| *commit)?;
    Some((path.to_owned(), Joint::Away, gone))
}

/// Compares each version of a lockfile with the one before.
pub fn events(series: &Series, store: &Store) -> Vec<Event> {
    store.in_runs(&series.versions, |local, start, run| compare_run(series, local, start..start + run.len()))
}

/// A run of versions, from its newest to its oldest: git stores older texts as differences from newer ones.
fn compare_run(series: &Series, local: &Local<'_>, range: std::ops::Range<usize>) -> Vec<Event> {
    let mut events = Vec::new();
    let mut later: Option<(usize, Locked)> = None;
    let mut index = range.end;
    while index > 0 && (index > range.start || (later.is_some() && index + MOST_UNREAD > range.start)) {
        index -= 1;
        let version = &series.versions[index];
        let is_same = later.as_ref().is_some_and(|(newer, _)| {
            *newer == index + 1 && series.versions[*newer].blob == version.blob && !series.joints.contains_key(newer)
        });
        let read = match &later {
            Some((_, locked)) if is_same => Ok(locked.clone()),
            _ => local
                .text(version.blob)
                .ok_or_else(|| "its text is not in the clone, or it is not text".to_owned())
                .and_then(|text| locked::read(&version.path, &text)),
        };
        match read {
            Ok(locked) => {
                if let Some((newer, after)) = later.take() {
                    let what = follow(series, newer, index, &locked, &after);
                    events.push(Event { version: newer, commit: series.versions[newer].commit, what });
                }
                if index < range.start {
                    break;
                }
                later = Some((index, locked));
            }
            Err(why) if index >= range.start => {
                events.push(Event { version: index, commit: version.commit, what: What::Unread(why) });
            }
            Err(_) => {}
        }
    }
    if let Some((newer, _)) = later {
        let what = if newer == 0 { What::First } else { What::Reset("no version before it can be read") };
        events.push(Event { version: newer, commit: series.versions[newer].commit, what });
    }
    events.sort_by_key(|event| event.version);
    events
}

fn follow(series: &Series, newer: usize, older: usize, before: &Locked, after: &Locked) -> What {
    let joint = (older + 1..=newer).find_map(|at| series.joints.get(&at));
    match joint {
        Some(Joint::Migrated) => return What::Reset("another tool wrote the lockfile before"),
        Some(Joint::Away) => return What::Reset("there was no lockfile for a while"),
        _ if before.shape != after.shape => return What::Reset("the format changed"),
        _ => {}
    }
    What::Changed(between(&series.ecosystem, before, after))
}
