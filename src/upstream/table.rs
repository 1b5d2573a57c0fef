//! Questions put to registries, and their answers as derivations and reports are handed them.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::package::Package;
use crate::facts::LockedPackage;

/// An ecosystem whose registries can be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ecosystem {
    /// Python: the simple API in JSON (PEP 691, 700, 792).
    Python,
    /// Node: packuments.
    Node,
    /// Rust: the sparse index.
    Rust,
}

impl Ecosystem {
    /// Its word in facts and reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Python => "python",
            Self::Node => "node",
            Self::Rust => "rust",
        }
    }

    /// The ecosystem of a word; `None` for those whose registries cannot be asked.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Python, Self::Node, Self::Rust].into_iter().find(|ecosystem| ecosystem.word() == word)
    }
}

/// What is asked about: a package name, at the registry that the lockfile names or, where it names none, at the one
/// that the settings of the lockfile's directory choose.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subject {
    /// The ecosystem.
    pub ecosystem: Ecosystem,
    /// The name, as its ecosystem normalises it.
    pub name: Arc<str>,
    /// The registry as the lockfile spells it, without credentials; `None` where it names none.
    pub registry: Option<Arc<str>>,
}

impl Subject {
    /// Whether it is a package of Node in a scope, which may be private.
    pub(super) fn is_scoped(&self) -> bool {
        self.ecosystem == Ecosystem::Node && self.name.starts_with('@')
    }

    /// The subject of a locked package; `None` for what comes from no registry or from one that cannot be asked.
    pub fn of(package: &LockedPackage) -> Option<Self> {
        if package.contents.source != "registry" {
            return None;
        }
        let ecosystem = Ecosystem::of(package.contents.ecosystem)?;
        let registry =
            package.contents.location.as_deref().map(|address| crate::address::without_credentials(address).into());
        Some(Self { ecosystem, name: package.contents.package.as_str().into(), registry })
    }
}

/// What came of asking.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// The registry answered.
    Known(Answer),
    /// The registry says that it has no such package (404, 410, 451).
    Missing(Answer),
    /// It could not be found out, for this reason: `the registry answered 429 three times`.
    Unknown(String),
}

/// An answer with its provenance.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The document; without releases when the package is missing.
    pub package: Arc<Package>,
    /// The registry that gave it, without credentials.
    pub registry: Arc<str>,
    /// When the registry gave or last confirmed it, in seconds since 1970-01-01 UTC.
    pub asked: i64,
    /// Whether it came from the cache without asking again.
    pub is_cached: bool,
}

impl Answer {
    /// How old it is at `now`, in seconds; never negative.
    pub fn age(&self, now: i64) -> i64 {
        (now - self.asked).max(0)
    }
}

impl Outcome {
    /// The document, when the registry has the package.
    pub fn package(&self) -> Option<&Package> {
        match self {
            Self::Known(answer) => Some(&answer.package),
            Self::Missing(_) | Self::Unknown(_) => None,
        }
    }
}

/// The answers to all questions of a run.
#[derive(Debug, Clone, Default)]
pub struct Table {
    outcomes: BTreeMap<Subject, Outcome>,
}

impl Table {
    /// Adds an answer; a later one for the same subject replaces it.
    pub fn insert(&mut self, subject: Subject, outcome: Outcome) {
        self.outcomes.insert(subject, outcome);
    }

    /// Adds all answers of another table.
    pub fn extend(&mut self, other: Self) {
        self.outcomes.extend(other.outcomes);
    }

    /// The answer about a subject; `None` when it was not asked.
    pub fn get(&self, subject: &Subject) -> Option<&Outcome> {
        self.outcomes.get(subject)
    }

    /// The first of some candidates that a registry knows; else the first that could not be asked, so that nothing is
    /// called missing that may be there.
    pub fn answering<'s>(&self, candidates: &'s [Subject]) -> Option<&'s Subject> {
        let is_known = |subject: &&Subject| matches!(self.get(subject), Some(Outcome::Known(_)));
        let is_open = |subject: &&Subject| !matches!(self.get(subject), Some(Outcome::Missing(_)));
        let found = candidates.iter().find(is_known).or_else(|| candidates.iter().find(is_open));
        found.or_else(|| candidates.first())
    }

    /// All answers, sorted by ecosystem, name and registry.
    pub fn iter(&self) -> impl Iterator<Item = (&Subject, &Outcome)> {
        self.outcomes.iter()
    }

    /// How many subjects were asked about.
    pub fn len(&self) -> usize {
        self.outcomes.len()
    }

    /// Whether nothing was asked.
    pub fn is_empty(&self) -> bool {
        self.outcomes.is_empty()
    }
}

impl FromIterator<(Subject, Outcome)> for Table {
    fn from_iter<I: IntoIterator<Item = (Subject, Outcome)>>(answers: I) -> Self {
        Self { outcomes: answers.into_iter().collect() }
    }
}
