//! Rules: what is judged, at which severity, and what is said about it.
//!
//! One TOML file each, ours in `rules/` and those of users alike; the format and the
//! language are described in `docs/rule-language.md`. Rules see the table of fields, never
//! a concrete fact, a reader or a format.

mod catalogue;
mod clauses;
pub mod example;
mod load;
pub mod message;
pub mod params;
mod place;
pub mod predicate;
#[cfg(test)]
pub(crate) mod sample;
mod set;
#[cfg(test)]
mod tests;
pub mod wording;

use std::sync::{Arc, OnceLock};

use crate::config::Profile;
use crate::facts::Kind;
use crate::severity::Severity;
use crate::source::{SourceId, Span};
use crate::syntax::Document;

use example::Example;
use params::Params;

pub use catalogue::catalogue;
pub use clauses::{Clauses, Remedy};
pub use set::{RuleFile, RuleSet, comes_with_reproof};

/// A checked rule.
#[derive(Debug)]
pub struct Rule {
    /// Its id: the name of its file.
    pub id: String,
    /// Its group: the name of its folder, `own` without one.
    pub group: String,
    /// The path of its file.
    pub path: String,
    /// Whether it comes with reproof.
    pub built_in: bool,
    /// The text of its file, for places of its examples.
    pub source: SourceId,
    /// The fault, in a few words.
    pub title: String,
    /// How bad it is unless the configuration says otherwise; `None` when it is off by default.
    pub severity: Option<Severity>,
    /// The profile that it runs in; those of the default one run in the strict one too.
    pub profile: Profile,
    /// The kind of fact it ranges over.
    pub kind: Kind,
    /// The condition as it is written.
    pub condition: String,
    /// The message as it is written, placeholders and all.
    pub message_template: String,
    /// What breaks and when, in prose.
    pub why: String,
    /// What to do, in prose, placeholders and all.
    pub fix: String,
    /// The version of reproof that first had it.
    pub since: Option<String>,
    /// Ids it had before.
    pub aliases: Vec<String>,
    /// Examples without a finding.
    pub good: Vec<Example>,
    /// Examples with one.
    pub bad: Vec<Example>,
    /// Examples that cannot be decided.
    pub unknown: Vec<Example>,
    /// Its parameters with their own values.
    pub params: Params,
    /// What it asks and says, once that is read.
    clauses: OnceLock<Clauses>,
    /// Its file, or the head of it.
    document: Arc<Document>,
}

/// What is wrong with a rule file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleProblem {
    /// The file.
    pub path: String,
    /// The place in it.
    pub span: Span,
    /// What is wrong: lowercase, no final dot.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl Rule {
    /// What it asks of a fact and says of it.
    pub fn clauses(&self) -> &Clauses {
        self.clauses.get_or_init(|| {
            clauses::of(self.document.root(), self.kind, &self.params)
                .expect("those left for later are ours, and tested")
        })
    }

    /// Whether a name in a configuration or on the command line means this rule: its id, an alias, its group.
    pub fn answers_to(&self, name: &str) -> bool {
        self.id == name || self.group == name || self.aliases.iter().any(|alias| alias == name)
    }
}
