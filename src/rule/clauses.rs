//! The clauses of a rule: what it asks of a fact, where it points, what it says and how it mends.
//!
//! Each is a text of the rule file, parsed and checked here against the fields of facts and
//! the parameters of the rule.

use std::collections::BTreeMap;

use crate::config::keys::Faults;
use crate::facts::{EditName, Kind};
use crate::nearest::nearest;
use crate::syntax::{Entry, Node};

use super::message::Template;
use super::params::Params;
use super::place;
use super::predicate::{Fault, FieldPath, Names, Predicate};

/// The clauses of a rule.
#[derive(Debug)]
pub struct Clauses {
    /// Whether a fact breaks it.
    pub when: Predicate,
    /// The place of a finding.
    pub at: FieldPath,
    /// What is said at that place.
    pub label: Option<Template>,
    /// Other places and what is said of them.
    pub related: Vec<(FieldPath, Template)>,
    /// One line that names the thing, the found and the allowed value.
    pub message: Template,
    /// What to do, for one finding.
    pub help: Template,
    /// How a finding is mended.
    pub remedy: Remedy,
}

/// How a rule mends what it finds.
#[derive(Debug, Default)]
pub struct Remedy {
    /// What replaces the value at the place of the finding.
    pub set: Option<Template>,
    /// The name of an edit that the reader offers on the fact.
    pub edit: Option<EditName>,
    /// A command for a person to run; reproof never runs it.
    pub run: Option<Template>,
    /// Whether the edit may be made without a look.
    pub safe: bool,
}

/// The keys of a rule file and their values.
pub(super) type Entries<'d> = BTreeMap<&'d str, Entry<'d>>;

/// Reads the clauses of a rule. `None` when one is missing or wrong, which `faults` tells of.
///
/// A missing key, and a condition, message or fix that is no text, are told where the key is read as text.
pub(super) fn read(faults: &mut Faults, entries: &Entries<'_>, names: Names<'_>) -> Option<Clauses> {
    Reading { faults, entries, names }.clauses()
}

/// The clauses of a rule file that has no faults.
pub(super) fn of(root: Node<'_>, kind: Kind, params: &Params) -> Option<Clauses> {
    let entries = root.entries().into_iter().filter_map(|entry| Some((entry.key.scalar()?, entry))).collect();
    read(&mut Faults::default(), &entries, Names { kind, params })
}

struct Reading<'r, 'd> {
    faults: &'r mut Faults,
    entries: &'r Entries<'d>,
    names: Names<'r>,
}

impl<'d> Reading<'_, 'd> {
    /// Everything is read before anything is given up.
    fn clauses(&mut self) -> Option<Clauses> {
        let names = self.names;
        let when = self.parsed("when", |text| Predicate::parse(text, names));
        let at = match self.entries.get("at") {
            Some(_) => self.parsed("at", |text| FieldPath::parse(text, names)),
            None => when.as_ref().map(|when| match when.first_field() {
                Some(field) => field.clone(),
                None => FieldPath::whole(names.kind),
            }),
        };
        let message = self.parsed("message", |text| Template::parse(text, names));
        let label = self.parsed("label", |text| Template::parse(text, names));
        let help = self.parsed("fix", |text| Template::parse(text, names));
        let related = self.related();
        let remedy = self.remedy(at.as_ref());
        let clauses = Clauses { when: when?, at: at?, label, related, message: message?, help: help?, remedy };
        self.report_unread(&clauses);
        Some(clauses)
    }

    /// What a key's text is parsed to; faults are moved into the file. `None` when the key is missing or wrong.
    fn parsed<T>(&mut self, key: &str, parse: impl Fn(&str) -> Result<T, Vec<Fault>>) -> Option<T> {
        let node = self.entries.get(key)?.value;
        self.parsed_node(key, node, parse)
    }

    fn parsed_node<T>(
        &mut self,
        key: &str,
        node: Node<'_>,
        parse: impl Fn(&str) -> Result<T, Vec<Fault>>,
    ) -> Option<T> {
        // A value of another type is reported where the key is read as text.
        let is_read_elsewhere = ["when", "message", "fix"].contains(&key);
        let text = if is_read_elsewhere { node.text()?.to_owned() } else { self.faults.text(node, key)? };
        match parse(&text) {
            Ok(parsed) => Some(parsed),
            Err(found) => {
                for fault in found {
                    self.faults.add(place::inside(node, &fault.range), fault.message, fault.help);
                }
                None
            }
        }
    }

    fn related(&mut self) -> Vec<(FieldPath, Template)> {
        let names = self.names;
        let Some(node) = self.entries.get("related").map(|entry| entry.value) else { return Vec::new() };
        if !node.is_map() {
            let wanted = "a table of paths and what is said of them: { \"lambda.memory\" = \"...\" }";
            self.faults.wrong_type(node, "`related`", wanted);
            return Vec::new();
        }
        let mut related = Vec::new();
        for entry in node.entries() {
            if entry.value.is_map() {
                let help = "related = { \"event_source.lambda\" = \"...\" }".to_owned();
                self.faults.add(entry.key.span(), "paths with a dot are quoted", Some(help));
                continue;
            }
            let path = self.parsed_node("a path", entry.key, |text| FieldPath::parse(text, names));
            let text = self.parsed_node("what is said of a place", entry.value, |text| Template::parse(text, names));
            related.extend(path.zip(text));
        }
        related
    }

    fn remedy(&mut self, at: Option<&FieldPath>) -> Remedy {
        let names = self.names;
        let set = self.parsed("set", |text| Template::parse(text, names));
        let run = self.parsed("run", |text| Template::parse(text, names));
        let edit = self.edit();
        if set.is_some() && at.is_some_and(|at| !at.is_scalar()) {
            let span = self.entries["set"].key.span();
            let help = Some("name that field in `at`".to_owned());
            self.faults.add(span, "`set` replaces one value, and `at` names none", help);
        }
        if let (true, Some(entry)) = (set.is_some(), self.entries.get("edit")) {
            let help = Some("keep one of them".to_owned());
            self.faults.add(entry.key.span(), "a rule mends with `set` or with `edit`, not with both", help);
        }
        let mut safe = false;
        if let Some(entry) = self.entries.get("safe") {
            match entry.value.bool() {
                Some(value) => safe = value,
                None => self.faults.wrong_type(entry.value, "`safe`", "true or false"),
            }
        }
        Remedy { set, edit, run, safe }
    }

    /// The edit that a rule chooses among those that readers offer.
    fn edit(&mut self) -> Option<EditName> {
        let value = self.entries.get("edit")?.value;
        let word = self.faults.text(value, "`edit`")?;
        let found = EditName::of(&word);
        if found.is_none() {
            let known = EditName::ALL.map(EditName::word);
            let help = match nearest(&word, known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known: {}", known.join(", ")),
            };
            self.faults.add(value.span(), format!("no reader offers the edit `{word}`"), Some(help));
        }
        found
    }

    /// Reports parameters that nothing reads. Edits are made by readers, which may read any.
    fn report_unread(&mut self, clauses: &Clauses) {
        if clauses.remedy.edit.is_some() {
            return;
        }
        let templates = [Some(&clauses.message), clauses.label.as_ref(), Some(&clauses.help)];
        let remedies = [clauses.remedy.set.as_ref(), clauses.remedy.run.as_ref()];
        let related = clauses.related.iter().map(|(_, template)| template);
        let templates = templates.into_iter().chain(remedies).flatten().chain(related);
        let mut read: Vec<usize> = templates.flat_map(Template::used_params).collect();
        read.extend(clauses.when.used_params());
        let Some(node) = self.entries.get("params").map(|entry| entry.value) else { return };
        for entry in node.entries() {
            let position = entry.key.scalar().and_then(|name| self.names.params.position(name));
            if position.is_some_and(|position| !read.contains(&position)) {
                self.faults.add(entry.key.span(), "nothing reads this parameter", None);
            }
        }
    }
}
