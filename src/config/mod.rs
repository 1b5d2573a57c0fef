//! `reproof.toml`, or `[tool.reproof]` in `pyproject.toml`: which rules run where, at which
//! severity, with which parameters, and what is overlooked.
//!
//! Reading it finds every fault of the file at once; each one points at its key.

pub(crate) mod keys;
mod param;
mod read;

use globset::GlobSet;

use crate::day::Day;
use crate::source::Span;

pub use param::ParamValue;
pub use read::{globs, read};

/// The names a configuration is looked for under, first one first.
pub const FILE_NAME: &str = "reproof.toml";

/// Which rules run when nothing else is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// The rules that a well-kept repository passes.
    #[default]
    Default,
    /// The strict ones too.
    Strict,
}

/// How far a service has come in taking reproof up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub enum Stage {
    /// Findings are counted in reports only.
    Observe,
    /// Findings are shown and never fail.
    Warn,
    /// Findings fail.
    #[default]
    Enforce,
}

impl Stage {
    /// Its word in configuration and reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Observe => "observe",
            Self::Warn => "warn",
            Self::Enforce => "enforce",
        }
    }
}

/// What a severity is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The rule does not run.
    Off,
    /// Worth knowing.
    Note,
    /// It will hurt one day.
    Warning,
    /// It will fail or already has.
    Error,
}

/// What is said of one rule: `[rules.ID]`.
#[derive(Debug, Clone)]
pub struct RuleSetting {
    /// The rule's id.
    pub rule: String,
    /// The place of the id.
    pub span: Span,
    /// Its severity, if said.
    pub severity: Option<Level>,
    /// Its parameters, those that are said.
    pub params: Vec<(String, ParamValue, Span)>,
}

/// What holds for some paths: `[[scope]]`.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The paths.
    pub paths: GlobSet,
    /// The stage of the services there, if said.
    pub stage: Option<Stage>,
    /// What is said of rules there.
    pub rules: Vec<RuleSetting>,
}

/// What is overlooked: `[[ignore]]`.
#[derive(Debug, Clone)]
pub struct Ignore {
    /// The rule or group.
    pub rule: String,
    /// The paths; all when empty.
    pub paths: GlobSet,
    /// Whether any path was given.
    pub everywhere: bool,
    /// Why.
    pub reason: Option<String>,
    /// The last day on which it holds.
    pub until: Option<Day>,
    /// The place of the entry.
    pub span: Span,
}

/// A configuration.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Path of the file it was read from, as reports name it.
    pub path: Option<String>,
    /// The only release that may check this repository, and where that is said.
    pub version: Option<(String, Span)>,
    /// Which rules run when nothing else is said.
    pub profile: Profile,
    /// Patterns of paths that are left out.
    pub exclude: Vec<String>,
    /// Patterns of paths that are read although they lie in folders of samples or of other people's code.
    pub include: Vec<String>,
    /// Patterns of files with own rules.
    pub rule_files: Vec<String>,
    /// The place of those patterns.
    pub rule_files_span: Option<Span>,
    /// What is said of rules everywhere.
    pub rules: Vec<RuleSetting>,
    /// What is said of rules and stages for some paths; the last one that matches wins, key by key.
    pub scopes: Vec<Scope>,
    /// What is overlooked.
    pub ignores: Vec<Ignore>,
    /// Where packages are asked for when neither lockfiles nor clients' settings say it.
    pub registries: Registries,
}

/// The registries that packages are asked for at, by ecosystem: `[registry]`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Registries {
    /// A Python index (the simple API).
    pub python: Option<String>,
    /// A registry for Node.
    pub node: Option<String>,
    /// A sparse index for crates.
    pub rust: Option<String>,
}

/// A fault of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    /// Where.
    pub span: Span,
    /// What is wrong: lowercase, no final dot.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Config {
    /// The stage that holds for a path.
    pub fn stage(&self, path: &str) -> Stage {
        self.scopes
            .iter()
            .rev()
            .filter(|scope| scope.paths.is_match(path))
            .find_map(|scope| scope.stage)
            .unwrap_or_default()
    }

    /// Which paths are left out, compiled; the patterns were checked when they were read.
    pub fn excluded(&self) -> GlobSet {
        globs(&self.exclude).unwrap_or_else(|_| GlobSet::empty())
    }

    /// Which paths are taken back in, compiled.
    pub fn included(&self) -> GlobSet {
        globs(&self.include).unwrap_or_else(|_| GlobSet::empty())
    }

    /// Every place that names a rule or a group, for the check that it exists.
    pub fn named_rules(&self) -> impl Iterator<Item = &RuleSetting> {
        self.rules.iter().chain(self.scopes.iter().flat_map(|scope| &scope.rules))
    }
}
