//! What a rule found: the thing, the places, the words, the fix.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::severity::Severity;
use crate::source::Span;

/// A place with what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is to be said; may be empty for the primary place.
    pub text: String,
}

/// A replacement of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The place that is replaced; empty to insert.
    pub span: Span,
    /// What takes its place.
    pub text: String,
}

/// A way to mend a finding.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fix {
    /// What it does, in a few words.
    pub title: String,
    /// Whether it may be made without thinking.
    pub safe: bool,
    /// What it changes.
    pub edits: Vec<Edit>,
    /// A command for a person to run; never run by reproof.
    pub command: Option<String>,
}

/// Whether a finding counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Status {
    /// It counts.
    #[default]
    New,
    /// It was there before the base that is compared with.
    Existing,
    /// The baseline accepts it.
    Baselined,
    /// Somebody asked for it to be overlooked, for this reason.
    Suppressed {
        /// The reason given; empty when none was.
        reason: String,
    },
}

impl Status {
    /// Its word in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Existing => "existing",
            Self::Baselined => "baselined",
            Self::Suppressed { .. } => "suppressed",
        }
    }
}

/// A finding. It always has a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The id of the rule.
    pub rule: String,
    /// The group of the rule.
    pub group: String,
    /// How bad it is.
    pub severity: Severity,
    /// The name of the fact it is about; stable while the file is edited above.
    pub subject: String,
    /// One line: the thing, the found and the allowed value.
    pub message: String,
    /// The place it is about.
    pub primary: Label,
    /// Other places that matter.
    pub related: Vec<Label>,
    /// What breaks and when.
    pub why: String,
    /// One thing to do.
    pub help: String,
    /// A way to mend it.
    pub fix: Option<Fix>,
    /// `v1:` and a hash of rule, subject and evidence; see [`fingerprint`].
    pub fingerprint: String,
    /// Whether it counts.
    pub status: Status,
}

/// A rule that could not be decided for a fact.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Undecided {
    /// The id of the rule.
    pub rule: String,
    /// The name of the fact.
    pub subject: String,
    /// The field that is not known, as the rule writes it.
    pub field: String,
    /// Why it is not known.
    pub reason: String,
    /// The place of the fact or of the field.
    pub span: Span,
}

/// A name for a finding that survives edits above it and new releases: a hash of the rule, the
/// subject and the evidence. `ordinal` tells apart findings that agree in all three.
pub fn fingerprint(rule: &str, subject: &str, evidence: &str, ordinal: usize) -> String {
    let mut hash = Sha256::new();
    for part in [rule, subject, evidence] {
        hash.update(part.len().to_le_bytes());
        hash.update(part.as_bytes());
    }
    if ordinal > 0 {
        hash.update(ordinal.to_le_bytes());
    }
    let digest = hash.finalize();
    let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("v1:{hex}")
}

/// Gives findings their fingerprints, in their order: `evidence` says what besides rule and subject tells them apart.
pub fn fingerprint_all(findings: &mut [Finding], evidence: impl Fn(&Finding) -> String) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings {
        let evidence = evidence(finding);
        let first = fingerprint(&finding.rule, &finding.subject, &evidence, 0);
        let count = seen.entry(first.clone()).or_default();
        finding.fingerprint =
            if *count == 0 { first } else { fingerprint(&finding.rule, &finding.subject, &evidence, *count) };
        *count += 1;
    }
}
