//! The rows of a rehearsal: `rehearsal[]` of `reproof-report/1`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::tonight;
use crate::source::{Sources, Span};

/// What an outcome means for the verdict, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// It can be had exactly as it was.
    Good,
    /// It can, and there is something to know.
    Note,
    /// It can today, but less than exactly, or not for certain tomorrow.
    Warning,
    /// It could not be found out.
    Unknown,
    /// It cannot be had as it was.
    Failure,
}

/// A verdict on a service, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Everything is there as it was.
    Recreatable,
    /// Everything is there, with warnings.
    Warnings,
    /// Something could not be found out.
    Unknown,
    /// Something is gone, changed or was never exact.
    NotRecreatable,
}

impl Verdict {
    /// Its word in documents.
    pub fn word(self) -> &'static str {
        match self {
            Self::Recreatable => "recreatable",
            Self::Warnings => "warnings",
            Self::Unknown => "unknown",
            Self::NotRecreatable => "not-recreatable",
        }
    }

    /// Its words on a terminal.
    pub fn words(self) -> &'static str {
        match self {
            Self::Recreatable => "recreatable",
            Self::Warnings => "recreatable, with warnings",
            Self::Unknown => "unknown",
            Self::NotRecreatable => "not recreatable",
        }
    }
}

/// The rehearsal of one service at one revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RehearsalRow {
    /// Its directory; `.` for the root.
    pub service: String,
    /// The revision, as it was given.
    pub rev: String,
    /// The commit of the revision; `null` for the working tree without git.
    pub commit: Option<String>,
    /// The verdict.
    pub verdict: Verdict,
    /// What that asks for tonight, in a sentence.
    pub advice: String,
    /// The machine it was rehearsed for, in words; empty where no lockfile depends on it.
    pub target: String,
    /// The lockfiles, sorted.
    pub lockfiles: Vec<String>,
    /// Everything that was looked at, the gravest first, then by kind (what is installed before what builds it) and name.
    pub artifacts: Vec<ArtifactRow>,
    /// How many artifacts have each outcome.
    pub counts: BTreeMap<&'static str, usize>,
}

/// One thing that the environment needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ArtifactRow {
    /// What it is: package, lockfile, registry, toolchain, image, action.
    pub kind: &'static str,
    /// Its ecosystem: python, node, rust; empty for images and actions.
    pub ecosystem: String,
    /// Its name.
    pub name: String,
    /// Its version, as locked or stated; `null` when there is none.
    pub version: Option<String>,
    /// The file that would be installed; `null` when no single one is known.
    pub file: Option<String>,
    /// What came of it: offered, changed, gone, no-file, source-build, yanked, quarantined, unhashed, own-checksum,
    /// hashed, pinned, floating, inside, outside, covered, excluded, own, moved, exact, range, tag, unstated, not-asked, unreadable,
    /// unknown.
    pub outcome: &'static str,
    /// What that means for the verdict.
    pub weight: Weight,
    /// Why, in words; `null` for what is as it should be.
    pub reason: Option<String>,
    /// What to do: tonight about failures and what is unknown, later about the rest; `null` when there is nothing to do.
    pub advice: Option<String>,
    /// The hash in the lockfile; `null` when it has none, or several files count.
    pub locked_hash: Option<String>,
    /// The hash that the registry tells; `null` when it tells none or was not asked.
    pub offered_hash: Option<String>,
    /// The registry that answered, without credentials.
    pub registry: Option<String>,
    /// When it answered, in seconds since 1970-01-01 UTC; `null` when nothing was asked.
    pub asked: Option<i64>,
    /// Where it is locked or stated.
    pub location: Place,
}

/// A line of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Place {
    /// The path, from the root.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
}

impl ArtifactRow {
    /// A row of which nothing is known yet but what it is about.
    pub fn new(ecosystem: &str, kind: &'static str, name: &str) -> Self {
        Self {
            kind,
            ecosystem: ecosystem.to_owned(),
            name: name.to_owned(),
            version: None,
            file: None,
            outcome: "unknown",
            weight: Weight::Unknown,
            reason: None,
            advice: None,
            locked_hash: None,
            offered_hash: None,
            registry: None,
            asked: None,
            location: Place::default(),
        }
    }

    /// With what came of it.
    #[must_use]
    pub fn with(mut self, outcome: &'static str, weight: Weight) -> Self {
        (self.outcome, self.weight) = (outcome, weight);
        self
    }

    /// With the reason.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }

    /// With what to do about it.
    #[must_use]
    pub fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// With its place.
    #[must_use]
    pub fn located(mut self, span: Span, sources: &Sources) -> Self {
        let place = sources.location(span);
        self.location = Place { path: place.path, line: place.start.line };
        self
    }

    /// How people name it: `idna 3.7`.
    pub fn title(&self) -> String {
        match &self.version {
            Some(version) if !version.is_empty() => format!("{} {version}", self.name),
            _ => self.name.clone(),
        }
    }
}

impl RehearsalRow {
    /// A row without anything in it.
    pub fn new(service: &str, revision: &str) -> Self {
        Self {
            service: service.to_owned(),
            rev: revision.to_owned(),
            commit: None,
            verdict: Verdict::Unknown,
            advice: String::new(),
            target: String::new(),
            lockfiles: Vec::new(),
            artifacts: Vec::new(),
            counts: BTreeMap::new(),
        }
    }

    /// Sorts, counts, and draws the verdict: nothing looked at is unknown, never recreatable.
    #[must_use]
    pub fn complete(mut self) -> Self {
        let key = |row: &ArtifactRow| {
            (std::cmp::Reverse(row.weight), rank(row.kind), row.name.clone(), row.version.clone(), row.location.clone())
        };
        self.artifacts.sort_by_cached_key(key);
        self.lockfiles.sort();
        self.counts.clear();
        for row in &self.artifacts {
            *self.counts.entry(row.outcome).or_default() += 1;
        }
        self.verdict = match self.artifacts.first().map(|row| row.weight) {
            None | Some(Weight::Unknown) => Verdict::Unknown,
            Some(Weight::Failure) => Verdict::NotRecreatable,
            Some(Weight::Warning) => Verdict::Warnings,
            Some(Weight::Good | Weight::Note) => Verdict::Recreatable,
        };
        self.advice = tonight::advice(&self);
        self
    }

    /// How many artifacts have a weight.
    pub fn weighing(&self, weight: Weight) -> usize {
        self.artifacts.iter().filter(|row| row.weight == weight).count()
    }
}

/// Where a kind stands among others of its weight: what is installed first, what builds it last.
fn rank(kind: &str) -> usize {
    const ORDER: [&str; 6] = ["lockfile", "package", "registry", "toolchain", "image", "action"];
    ORDER.iter().position(|known| *known == kind).unwrap_or(ORDER.len())
}
