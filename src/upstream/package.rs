//! The index document of one package: its releases and the files of each, as its registry tells.

use serde::{Deserialize, Serialize};

use super::hash::Hash;
use crate::day::Day;

/// All that a registry says of a package.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Package {
    /// Its name, as its ecosystem normalises it.
    pub name: Box<str>,
    /// What its owners or the registry say of it as a whole; `None` where the registry does not tell (mirrors often
    /// do not), which is not the same as active.
    pub standing: Option<Standing>,
    /// Why, where that is said.
    pub standing_reason: Option<Box<str>>,
    /// The version that the registry itself calls the latest (npm's dist-tag); `None` where it names none.
    pub tagged_latest: Option<Box<str>>,
    /// Its releases in the order of the document, which is no order of versions. A release whose files are all gone
    /// may be here without files.
    pub releases: Vec<Release>,
}

/// What is said of a package as a whole (PEP 792; npm knows only deprecated and active).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Standing {
    /// Nothing stands against it.
    Active,
    /// No further release is to be expected.
    Archived,
    /// The registry holds it back as a danger and offers none of its files.
    Quarantined,
    /// Its owners want nobody to use it.
    Deprecated,
}

impl Standing {
    /// Its word in documents and reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Archived => "archived",
            Self::Quarantined => "quarantined",
            Self::Deprecated => "deprecated",
        }
    }
}

/// Whether something was withdrawn (yanked) by its owners. It is still there, and an exact lock still installs it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Withdrawal {
    /// It was not.
    #[default]
    Offered,
    /// It was, for this reason; empty when none is given.
    Yanked(Box<str>),
}

impl Withdrawal {
    /// Whether it was withdrawn.
    pub fn is_yanked(&self) -> bool {
        matches!(self, Self::Yanked(_))
    }

    /// The reason, where there is one.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Yanked(reason) if !reason.is_empty() => Some(reason),
            _ => None,
        }
    }
}

/// A release of a package.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// The version, as the registry spells it.
    pub version: Box<str>,
    /// The day of its first file, so that a wheel added later does not make it look young; `None` where the registry
    /// does not tell. npm tells only in the full document.
    pub published: Option<Day>,
    /// Withdrawn as a whole: a yanked crate, or a Python release all of whose files are yanked.
    pub withdrawal: Withdrawal,
    /// What its owners say against it (npm's `deprecated`); `None` when they say nothing or the mirror drops it.
    pub deprecated: Option<Box<str>>,
    /// The runtime it demands: `requires-python`, `engines.node`, `rust-version`.
    pub runtime: Option<Box<str>>,
    /// What it requires; `None` where the document does not tell (Python).
    pub requirements: Option<Vec<Requirement>>,
    /// Its files: wheels and archives for Python, the one archive for npm and crates.
    pub files: Vec<Offered>,
}

/// A requirement of a release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirement {
    /// The package.
    pub package: Box<str>,
    /// The range, in the words of its ecosystem.
    pub range: Box<str>,
    /// Whether it is optional.
    pub is_optional: bool,
}

/// A file that a registry offers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offered {
    /// Its name: `idna-3.7-py3-none-any.whl`.
    pub name: Box<str>,
    /// Its hashes, one of each algorithm that the registry tells. May be empty.
    pub hashes: Vec<Hash>,
    /// Bytes, where the registry tells.
    pub size: Option<u64>,
    /// The interpreters it asks for, where it says so: `>=3.8`.
    pub runtime: Option<Box<str>>,
    /// Whether this file was withdrawn.
    pub withdrawal: Withdrawal,
    /// The day it was uploaded, where the registry tells.
    pub uploaded: Option<Day>,
    /// Where to fetch it from; `None` where that is built from the registry's settings.
    pub address: Option<Box<str>>,
}

impl Package {
    /// The release of exactly this spelling of a version.
    pub fn release(&self, version: &str) -> Option<&Release> {
        self.releases.iter().find(|release| &*release.version == version)
    }
}

impl Release {
    /// A release of which nothing is known yet but its version.
    pub fn new(version: &str) -> Self {
        Self { version: version.into(), ..Self::default() }
    }
}

impl Offered {
    /// A file of which nothing is known yet but its name.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.into(),
            hashes: Vec::new(),
            size: None,
            runtime: None,
            withdrawal: Withdrawal::Offered,
            uploaded: None,
            address: None,
        }
    }
}
