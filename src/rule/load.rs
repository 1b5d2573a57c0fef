//! A rule file to a checked rule, or to everything that is wrong with the file.
//!
//! Fields, types, parameters, paths and placeholders are checked here, and each problem
//! points at the characters in the file. Only the clauses of a rule that comes with reproof,
//! which its tests have checked, wait in a run until the rule is asked about a fact.

use std::sync::{Arc, OnceLock};

use crate::config::keys::Faults;
use crate::config::{ParamValue, Profile};
use crate::facts::Kind;
use crate::nearest::nearest;
use crate::path;
use crate::severity::Severity;
use crate::source::{SourceId, Span};
use crate::syntax::{self, Document, Node};

use super::clauses::{self, Clauses, Entries};
use super::params::Params;
use super::predicate::Names;
use super::{Rule, RuleProblem, example};

/// The keys of a rule file.
const KEYS: &[&str] = &[
    "title", "severity", "profile", "for", "when", "at", "label", "related", "message", "why", "fix", "set", "edit",
    "run", "safe", "params", "since", "aliases", "good", "bad", "unknown",
];

/// Severities as rules write them; `None` for a rule that only runs where it is switched on.
const SEVERITIES: &[(&str, Option<Severity>)] = &[
    ("error", Some(Severity::Error)),
    ("warning", Some(Severity::Warning)),
    ("note", Some(Severity::Note)),
    ("off", None),
];

const PROFILES: &[(&str, Profile)] = &[("default", Profile::Default), ("strict", Profile::Strict)];

/// The group of a rule file that stands in no folder.
const OWN_GROUP: &str = "own";

/// How much of a rule file is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it.
    Whole,
    /// What stands before its examples, which are most of it and say nothing to a run; its clauses later.
    Head,
}

impl Part {
    /// The part of a file's text.
    pub(super) fn of(self, text: &str) -> &str {
        match self {
            Self::Whole => text,
            // Nothing else of a rule is a list of tables.
            Self::Head => text.split("\n[[").next().unwrap_or(text),
        }
    }
}

/// Reads the part of a rule file. Its id is the name of the file, its group the name of the folder.
pub(super) fn load(path: &str, text: &Arc<str>, part: Part, source: SourceId) -> Result<Rule, Vec<RuleProblem>> {
    let problem = |span, message, help| RuleProblem { path: path.to_owned(), span, message, help };
    let document = match syntax::toml::parse(source, text) {
        Ok(document) => Arc::new(document),
        Err(error) => return Err(vec![problem(Span::new(source, error.start..error.end), error.message, None)]),
    };
    let mut loading = Loading {
        faults: Faults::default(),
        entries: Entries::new(),
        part,
        misspelt: misspelt(document.root()),
        top: Span::top(source),
    };
    let rule = loading.rule(path, &document, source);
    let mut found: Vec<RuleProblem> =
        loading.faults.0.into_iter().map(|fault| problem(fault.span, fault.message, fault.help)).collect();
    found.sort_by_key(|problem| problem.span);
    match rule {
        Some(rule) if found.is_empty() => Ok(rule),
        _ => Err(found),
    }
}

fn misspelt(root: Node<'_>) -> Vec<&'static str> {
    let keys = root.entries().into_iter().filter_map(|entry| entry.key.scalar());
    keys.filter(|key| !KEYS.contains(key)).filter_map(|key| nearest(key, KEYS.iter().copied())).collect()
}

/// Whether a word is written in small letters, digits and single dashes.
pub(super) fn is_kebab(word: &str) -> bool {
    let is_part = |part: &str| !part.is_empty() && part.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    word.split('-').all(is_part) && word.starts_with(|c: char| c.is_ascii_lowercase())
}

struct Loading<'d> {
    faults: Faults,
    entries: Entries<'d>,
    part: Part,
    /// Keys that are meant by ones that do not exist; they are not reported as missing too.
    misspelt: Vec<&'static str>,
    top: Span,
}

impl<'d> Loading<'d> {
    fn rule(&mut self, path: &str, document: &'d Arc<Document>, source: SourceId) -> Option<Rule> {
        self.entries = self.faults.entries(document.root(), "a rule", KEYS).into_iter().collect();
        let id = self.id(path);
        let title = self.line("title");
        let severity = self.required("severity").and_then(|node| self.faults.word(node, "`severity`", SEVERITIES));
        let params = self.params();
        let prose = (self.prose("why"), self.prose("fix"));
        let examples = ["good", "bad", "unknown"].map(|key| match self.entries.get(key) {
            Some(entry) => example::read_all(&mut self.faults, key, entry.value, &params),
            None => Vec::new(),
        });
        if self.part == Part::Whole {
            self.need_examples();
        }
        let message = self.line("message");
        let when = self.required("when").and_then(|node| self.faults.text(node, "`when`"));
        let kinds: Vec<(&str, Kind)> = Kind::ALL.iter().map(|kind| (kind.name(), *kind)).collect();
        let kind = self.required("for").and_then(|node| self.faults.word(node, "`for`", &kinds))?;
        let clauses = self.clauses(Names { kind, params: &params });
        let profile = self.word_or("profile", PROFILES);
        let since = self.entries.get("since").copied();
        let since = since.and_then(|entry| self.faults.text(entry.value, "`since`"));
        let aliases = self.aliases();
        let [good, bad, unknown] = examples;
        let clauses = clauses?;
        Some(Rule {
            id,
            group: group(path).to_owned(),
            path: path.to_owned(),
            built_in: false,
            source,
            title: title?,
            severity: severity?,
            profile,
            kind,
            condition: when?,
            message_template: message?,
            why: prose.0?,
            fix: prose.1?,
            since,
            aliases,
            good,
            bad,
            unknown,
            clauses,
            document: Arc::clone(document),
            params,
        })
    }

    /// The clauses; in the head of a rule they wait until the rule is asked.
    fn clauses(&mut self, names: Names<'_>) -> Option<OnceLock<Clauses>> {
        match self.part {
            Part::Whole => clauses::read(&mut self.faults, &self.entries, names).map(OnceLock::from),
            Part::Head => Some(OnceLock::new()),
        }
    }

    fn required(&mut self, key: &str) -> Option<Node<'d>> {
        let entry = self.entries.get(key);
        if entry.is_none() && !self.misspelt.contains(&key) {
            let help = format!("add `{key} = ...`; docs/rule-language.md lists the keys");
            self.faults.add(self.top, format!("the rule has no `{key}`"), Some(help));
        }
        entry.map(|entry| entry.value)
    }

    fn word_or<T: Copy + Default>(&mut self, key: &str, words: &[(&str, T)]) -> T {
        let entry = self.entries.get(key).copied();
        entry.and_then(|entry| self.faults.word(entry.value, &format!("`{key}`"), words)).unwrap_or_default()
    }

    fn id(&mut self, path: &str) -> String {
        let name = path::file_name(path);
        let id = name.strip_suffix(".toml").unwrap_or(name);
        if !is_kebab(id) {
            let help = "name it after the fault, in small letters with dashes: default-timeout.toml".to_owned();
            self.faults.add(self.top, format!("`{id}` is not the id of a rule"), Some(help));
        }
        id.to_owned()
    }

    /// A text of one line.
    fn line(&mut self, key: &str) -> Option<String> {
        let node = self.required(key)?;
        let text = self.faults.text(node, &format!("`{key}`"))?;
        if text.trim().is_empty() || text.contains('\n') {
            self.faults.add(node.span(), format!("`{key}` is one line of text"), None);
        }
        Some(text)
    }

    fn prose(&mut self, key: &str) -> Option<String> {
        let node = self.required(key)?;
        let text = self.faults.text(node, &format!("`{key}`"))?;
        if text.trim().is_empty() {
            self.faults.add(node.span(), format!("`{key}` says nothing"), None);
        }
        Some(text.trim().to_owned())
    }

    fn need_examples(&mut self) {
        for key in ["good", "bad"] {
            let is_there = self.entries.get(key).is_some_and(|entry| entry.value.items().next().is_some());
            if !is_there && !self.misspelt.contains(&key) {
                let help = "examples are the tests of a rule and a part of its page".to_owned();
                self.faults.add(self.top, format!("the rule has no [[{key}]] example"), Some(help));
            }
        }
    }

    fn params(&mut self) -> Params {
        let mut params = Params::default();
        let Some(node) = self.entries.get("params").map(|entry| entry.value) else { return params };
        if !node.is_map() {
            self.faults.wrong_type(node, "`params`", "a table");
            return params;
        }
        for entry in node.entries() {
            let Some(name) = entry.key.scalar() else { continue };
            let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(is_name) {
                let help = "small letters, digits and underscores, a letter first".to_owned();
                self.faults.add(entry.key.span(), format!("`{name}` is not the name of a parameter"), Some(help));
            }
            match ParamValue::from_node(entry.value) {
                Some(value) => params.add(name, value),
                None => {
                    let wanted = "a whole number, a text, true or false, or a list of texts";
                    self.faults.wrong_type(entry.value, &format!("the parameter `{name}`"), wanted);
                    // Known by name, so that what reads it is not reported too.
                    params.add(name, ParamValue::Int(0));
                }
            }
        }
        params
    }

    fn aliases(&mut self) -> Vec<String> {
        let Some(node) = self.entries.get("aliases").map(|entry| entry.value) else { return Vec::new() };
        for item in node.items().filter(|item| item.text().is_some_and(|alias| !is_kebab(alias))) {
            self.faults.add(item.span(), "this is not the id of a rule", None);
        }
        self.faults.texts(node, "`aliases`")
    }
}

fn group(path: &str) -> &str {
    match path::file_name(path::directory(path)) {
        "" => OWN_GROUP,
        folder => folder,
    }
}
