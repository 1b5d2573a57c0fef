//! The findings that a team accepts for now: those that were there on the day it took reproof up.
//!
//! One line a finding, by fingerprint. The file only shrinks: what has been mended is reported
//! and taken out, what is new is never put in. What a base revision has is a list of the same kind.

mod accept;

use std::collections::BTreeMap;
use std::fmt::Write;

pub use self::accept::{Accepted, Moved};
use crate::finding::{Finding, Status};
use crate::source::SourceId;
use crate::syntax::{self, Node, SyntaxError};

/// The name of the file at the root of a repository.
pub const FILE_NAME: &str = "reproof-baseline.toml";

/// The only version of the format there is.
const SCHEMA: &str = "reproof-baseline/1";

/// Findings of one fingerprint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The rule.
    pub rule: String,
    /// The file it was found in.
    pub path: String,
    /// How many there were.
    pub count: usize,
}

/// Accepted findings by fingerprint.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    entries: BTreeMap<String, Entry>,
}

impl Baseline {
    /// Reads the file.
    ///
    /// # Errors
    /// When it is no baseline of this version, with the place.
    pub fn read(text: &str) -> Result<Self, SyntaxError> {
        let document = syntax::toml::parse(SourceId::FIRST, &text.into())?;
        let root = document.root();
        let schema = root.get("schema");
        if schema.and_then(Node::text) != Some(SCHEMA) {
            let written = schema.and_then(Node::scalar).unwrap_or("nothing");
            let message = format!("`schema` says {written}, this version of reproof reads {SCHEMA}");
            return Err(fault(message, schema.unwrap_or(root)));
        }
        let mut entries = BTreeMap::new();
        for entry in root.get("findings").into_iter().flat_map(Node::own_entries) {
            let fingerprint = entry.key.scalar().unwrap_or_default();
            let text = |key: &str| entry.value.get(key).and_then(Node::text).map(str::to_owned);
            let count = entry.value.get("count").map_or(Some(1), |count| usize::try_from(count.int()?).ok());
            let read = text("rule").zip(text("path")).zip(count);
            let Some(((rule, path), count)) = read.filter(|_| fingerprint.starts_with("v1:")) else {
                return Err(fault("an entry is `\"v1:...\" = { rule, path, count }`".to_owned(), entry.key));
            };
            entries.insert(fingerprint.to_owned(), Entry { rule, path, count });
        }
        Ok(Self { entries })
    }

    /// The baseline that accepts all findings but those that are overlooked anyway.
    pub fn of<'p>(findings: &[Finding], path_of: impl Fn(&Finding) -> &'p str) -> Self {
        let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
        for finding in findings.iter().filter(|finding| !matches!(finding.status, Status::Suppressed { .. })) {
            let new = || Entry { rule: finding.rule.clone(), path: path_of(finding).to_owned(), count: 0 };
            entries.entry(finding.fingerprint.clone()).or_insert_with(new).count += 1;
        }
        Self { entries }
    }

    /// How many findings it accepts.
    pub fn len(&self) -> usize {
        self.entries.values().map(|entry| entry.count).sum()
    }

    /// Whether it accepts none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Keeps entries that a run could have found: of rules that ran, in files that were looked at.
    pub fn retain(&mut self, could_be_found: impl Fn(&Entry) -> bool) {
        self.entries.retain(|_, entry| could_be_found(entry));
    }

    /// The fingerprints, in order.
    pub fn fingerprints(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// Takes out what was mended, and writes what has moved down where it is now.
    #[must_use]
    pub fn renewed(mut self, accepted: Accepted) -> Self {
        for (fingerprint, gone) in accepted.left.entries {
            if let Some(entry) = self.entries.get_mut(&fingerprint) {
                entry.count -= gone.count.min(entry.count);
            }
        }
        for Moved { before, now, path } in accepted.moved {
            if let Some(rule) = self.take(&before) {
                self.entries.entry(now).or_insert(Entry { rule, path, count: 0 }).count += 1;
            }
        }
        self.entries.retain(|_, entry| entry.count > 0);
        self
    }

    /// Takes one finding out, where there is one; gives its rule.
    fn take(&mut self, fingerprint: &str) -> Option<String> {
        let entry = self.entries.get_mut(fingerprint).filter(|entry| entry.count > 0)?;
        entry.count -= 1;
        Some(entry.rule.clone())
    }

    /// The text of the file: sorted by path, rule and fingerprint, so that changes read well.
    pub fn print(&self) -> String {
        let mut text = format!(
            "# Findings that were there when reproof came. They are shown, but fail nothing.\n\
             # `reproof check --write-baseline` takes out what has been mended; nothing is ever added.\n\
             schema = \"{SCHEMA}\"\n\n[findings]\n"
        );
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by_key(|(fingerprint, entry)| (&entry.path, &entry.rule, *fingerprint));
        for (fingerprint, Entry { rule, path, count }) in entries {
            let [rule, path] = [rule, path].map(|text| toml::Value::from(text.as_str()));
            let line = writeln!(text, "\"{fingerprint}\" = {{ rule = {rule}, path = {path}, count = {count} }}");
            line.expect("writing to a text cannot fail");
        }
        text
    }
}

fn fault(message: String, at: Node<'_>) -> SyntaxError {
    let place = at.span().range();
    SyntaxError { message, start: place.start, end: place.end }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::finding::Label;
    use crate::severity::Severity;
    use crate::source::Span;

    /// A finding in a workflow; its rule, subject and fingerprint are those given.
    pub(super) fn finding(subject: &str, fingerprint: &str) -> Finding {
        Finding {
            rule: "floating-action".to_owned(),
            group: "ci".to_owned(),
            severity: Severity::Warning,
            subject: subject.to_owned(),
            message: String::new(),
            primary: Label { span: Span::top(SourceId::FIRST), text: String::new() },
            related: Vec::new(),
            why: String::new(),
            help: String::new(),
            fix: None,
            evidence: subject.to_owned(),
            ordinal: 0,
            fingerprint: fingerprint.to_owned(),
            status: Status::New,
        }
    }

    #[test]
    fn it_reads_what_it_prints() {
        let findings = [finding("b \"q\".yml", "v1:b"), finding("a.yml", "v1:a"), finding("b \"q\".yml", "v1:b")];
        let baseline =
            Baseline::of(&findings, |finding| if finding.subject == "a.yml" { "a.yml" } else { "b \"q\".yml" });
        assert_eq!(baseline.len(), 3);
        assert_eq!(Baseline::read(&baseline.print()).unwrap(), baseline);
        assert!(baseline.print().find("v1:a") < baseline.print().find("v1:b"));
    }

    #[test]
    fn other_versions_and_halves_are_refused_with_a_place() {
        for (text, message, start) in [
            (
                "schema = \"reproof-baseline/2\"\n",
                "`schema` says reproof-baseline/2, this version of reproof reads reproof-baseline/1",
                9,
            ),
            ("", "`schema` says nothing, this version of reproof reads reproof-baseline/1", 0),
            (
                "schema = \"reproof-baseline/1\"\n[findings]\n\"v1:a\" = { rule = \"x\" }\n",
                "an entry is `\"v1:...\" = { rule, path, count }`",
                41,
            ),
        ] {
            let error = Baseline::read(text).unwrap_err();
            assert_eq!((error.message.as_str(), error.start), (message, start), "{text}");
        }
        assert!(Baseline::read("schema = \"reproof-baseline/1\"\n[findings]\n\"v1:a\" = { ru").is_err());
    }
}
