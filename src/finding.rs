//! What a rule found: the thing, the places, the words, the fix.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::severity::Severity;
use crate::source::{Sources, Span};

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
        /// Whether it is written beside the finding, not in the configuration.
        in_source: bool,
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
    /// What besides rule and subject tells it apart: the name of the fact that it points at.
    pub evidence: String,
    /// Which one it is of those that agree in rule, subject and evidence, from 0.
    pub ordinal: usize,
    /// `v1:` and a hash of rule, subject and evidence; see [`fingerprint`].
    pub fingerprint: String,
    /// Whether it counts.
    pub status: Status,
}

impl Finding {
    /// The path of the file that it is about.
    pub fn path<'s>(&self, sources: &'s Sources) -> &'s str {
        sources.path(self.primary.span.source)
    }

    /// The fingerprint that it had before a file or a folder was moved.
    pub fn fingerprint_before(&self, moved: &Move) -> String {
        fingerprint(&self.rule, &moved.undone(&self.subject), &moved.undone(&self.evidence), self.ordinal)
    }
}

/// A file or a folder that has another path than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    from: String,
    to: String,
}

impl Move {
    /// The move that explains that a file had one path and has another: of the file itself, or of the lowest folder
    /// that goes by another name.
    pub fn of_file(mut from: &str, mut to: &str) -> Self {
        while let Some(((above_from, name), (above_to, other))) = from.rsplit_once('/').zip(to.rsplit_once('/'))
            && name == other
        {
            (from, to) = (above_from, above_to);
        }
        Self { from: from.to_owned(), to: to.to_owned() }
    }

    /// The name that a fact had before.
    fn undone(&self, name: &str) -> String {
        match name.strip_prefix(&self.to) {
            Some(rest) if rest.is_empty() || rest.starts_with(['/', '#']) => format!("{}{rest}", self.from),
            _ => name.to_owned(),
        }
    }
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
/// subject and the evidence, versions left out. `ordinal` tells apart findings that agree in all three.
pub fn fingerprint(rule: &str, subject: &str, evidence: &str, ordinal: usize) -> String {
    let mut hash = Sha256::new();
    for part in [rule, &without_versions(subject), &without_versions(evidence)] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    if ordinal > 0 {
        hash.update((ordinal as u64).to_le_bytes());
    }
    let digest = hash.finalize();
    let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("v1:{hex}")
}

/// Gives findings their fingerprints, in their order.
pub fn fingerprint_all<'f>(findings: impl Iterator<Item = &'f mut Finding>) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings {
        let first = fingerprint(&finding.rule, &finding.subject, &finding.evidence, 0);
        let count = seen.entry(first.clone()).or_default();
        finding.ordinal = *count;
        finding.fingerprint =
            if *count == 0 { first } else { fingerprint(&finding.rule, &finding.subject, &finding.evidence, *count) };
        *count += 1;
    }
}

/// The name of a fact without the versions in its part after `#`, which move with every release:
/// `uv.lock#httpx@0.27.0` and `uv.lock#httpx@0.28.1` are the same place.
fn without_versions(name: &str) -> String {
    let Some((path, part)) = name.split_once('#') else { return name.to_owned() };
    let is_version_like = |c: char| c.is_ascii_alphanumeric() || ".+-_!".contains(c);
    let mut steady = format!("{path}#");
    let mut before = '#';
    let mut rest = part;
    while let Some(letter) = rest.chars().next() {
        let begins = letter.is_ascii_digit() && !before.is_alphanumeric();
        let length = if begins { rest.find(|c| !is_version_like(c)).unwrap_or(rest.len()) } else { 0 };
        if length > 0 && (before == '@' || before == '=' || rest[..length].contains('.')) {
            steady.push('*');
            before = '*';
            rest = &rest[length..];
            continue;
        }
        steady.push(letter);
        before = letter;
        rest = &rest[letter.len_utf8()..];
    }
    steady
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_their_versions() {
        for (name, steady) in [
            ("services/v1.2/template.yaml#Resize2", "services/v1.2/template.yaml#Resize2"),
            ("uv.lock#httpx@0.27.0", "uv.lock#httpx@*"),
            ("Cargo.lock#serde@1", "Cargo.lock#serde@*"),
            ("requirements.txt#boto3==1.34.0; a", "requirements.txt#boto3==*; a"),
            ("a#1.2.3-rc.1+x/b", "a#*/b"),
            ("a#job3/step 4", "a#job3/step 4"),
            ("plain", "plain"),
        ] {
            assert_eq!(without_versions(name), steady);
        }
    }

    #[test]
    fn a_fingerprint_is_made_of_rule_subject_and_evidence() {
        let first = fingerprint("rule", "uv.lock#httpx@0.27.0", "evidence", 0);
        assert_eq!(first, fingerprint("rule", "uv.lock#httpx@0.28.1", "evidence", 0));
        assert_eq!(first.len(), "v1:".len() + 32);
        for other in [
            fingerprint("other", "uv.lock#httpx@0.27.0", "evidence", 0),
            fingerprint("rule", "uv.lock#h11@0.27.0", "evidence", 0),
            fingerprint("rule", "uv.lock#httpx@0.27.0", "else", 0),
            fingerprint("rule", "uv.lock#httpx@0.27.0", "evidence", 1),
        ] {
            assert_ne!(first, other);
        }
    }
    #[test]
    fn a_move_is_that_of_the_lowest_folder_with_another_name() {
        for (from, to, name, before) in [
            ("a/x/f.yml", "b/x/f.yml", "b/x/other.txt#1", "a/x/other.txt#1"),
            ("a/f.yml", "a/g.yml", "a/g.yml#job", "a/f.yml#job"),
            ("a/f.yml", "a/g.yml", "a/g.yml2#job", "a/g.yml2#job"),
            ("f.yml", "a/f.yml", "a/f.yml", "f.yml"),
            ("a/f.yml", "b/f.yml", "bb/f.yml#x", "bb/f.yml#x"),
        ] {
            assert_eq!(Move::of_file(from, to).undone(name), before, "{from} {to}");
        }
    }
}
