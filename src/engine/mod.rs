//! The engine: each rule asked about each fact of its kind.
//!
//! It knows no kind of fact, no format and no rule by name. A decided yes becomes a finding,
//! what cannot be decided is listed; the order of both is defined: path, place, rule.

pub mod example;
mod found;
mod settings;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::facts::{FactRef, Facts, Header};
use crate::finding::{Finding, Label, Undecided, fingerprint_all};
use crate::rule::Rule;
use crate::rule::predicate::{Answer, Subject};
use crate::source::{Sources, Span};

pub use settings::{Settings, Wish};

/// So many facts are judged in one go; what is a job for one core.
const BATCH: usize = 4096;

/// What rules say of facts.
#[derive(Debug, Default)]
pub struct Judgement {
    /// What was found, by path, place and rule.
    pub findings: Vec<Finding>,
    /// What could not be decided, in the same order.
    pub undecided: Vec<Undecided>,
}

/// Asks rules about facts. Rules that the settings switch off are not asked.
pub fn judge(rules: &[&Rule], settings: &Settings, facts: &Facts, sources: &Sources) -> Judgement {
    let jobs: Vec<(&Rule, Range<usize>)> = rules
        .iter()
        .filter(|rule| settings.runs(rule))
        .flat_map(|rule| batches(facts.count(rule.kind)).map(|batch| (*rule, batch)))
        .collect();
    let parts: Vec<Part> =
        jobs.into_par_iter().map(|(rule, batch)| ask(rule, batch, settings, facts, sources)).collect();
    let (mut found, mut undecided) = (Vec::new(), Vec::new());
    for part in parts {
        found.extend(part.found);
        undecided.extend(part.undecided);
    }
    found.sort_by_cached_key(|finding| {
        let Finding { primary, rule, message, subject, .. } = finding;
        (place(primary.span, sources), rule.clone(), message.clone(), subject.clone())
    });
    undecided.sort_by_cached_key(|open| (place(open.span, sources), open.rule.clone(), open.subject.clone()));
    found.dedup_by(|later, first| said_already(first, later));
    fingerprint_all(found.iter_mut());
    Judgement { findings: found, undecided }
}

/// Whether a finding says in the same place what the one before it says, of another fact: two
/// triggers of one function. The places that only the later one has are kept.
fn said_already(first: &mut Finding, later: &mut Finding) -> bool {
    let same = first.rule == later.rule && first.primary == later.primary && first.message == later.message;
    if same {
        let more: Vec<Label> = later.related.drain(..).filter(|label| !first.related.contains(label)).collect();
        first.related.extend(more);
    }
    same
}

fn place(span: Span, sources: &Sources) -> (String, u32, u32) {
    (sources.path(span.source).to_owned(), span.start, span.end)
}

fn batches(count: usize) -> impl Iterator<Item = Range<usize>> {
    (0..count).step_by(BATCH).map(move |start| start..(start + BATCH).min(count))
}

#[derive(Default)]
struct Part {
    found: Vec<Finding>,
    undecided: Vec<Undecided>,
}

fn ask(rule: &Rule, batch: Range<usize>, settings: &Settings, facts: &Facts, sources: &Sources) -> Part {
    let mut part = Part::default();
    let mut in_force = settings.everywhere(rule);
    let mut path: Option<&Arc<str>> = None;
    let depends_on_path = settings.depends_on_path(rule);
    let when = &rule.clauses().when;
    for index in batch {
        let index = u32::try_from(index).expect("links are 32 bits wide");
        let fact = FactRef { kind: rule.kind, index };
        if depends_on_path {
            let header: &Header = facts.fact(fact).header();
            if path.is_none_or(|path| !Arc::ptr_eq(path, &header.path)) {
                in_force = settings.at(rule, &header.path);
                path = Some(&header.path);
            }
        }
        let Some((severity, params)) = &in_force else { continue };
        let subject = Subject { facts, fact, params };
        match when.answer(subject) {
            Answer::No => {}
            Answer::Yes => part.found.push(found::finding(rule, *severity, subject, sources)),
            Answer::Unknown(doubt) => part.undecided.push(Undecided {
                rule: rule.id.clone(),
                subject: facts.fact(fact).header().name.to_string(),
                field: doubt.field,
                reason: doubt.reason,
                span: doubt.span,
            }),
        }
    }
    part
}
