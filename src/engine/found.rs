//! From a broken rule and a fact to a finding: words, places, the way to mend it.

use crate::config::ParamValue;
use crate::facts::{CandidateEdit, EditName};
use crate::finding::{Edit, Finding, Fix, Label, Status};
use crate::rule::message::{Template, first_sentence};
use crate::rule::params::Params;
use crate::rule::predicate::{FieldPath, Reached, Subject};
use crate::rule::{Clauses, Remedy, Rule};
use crate::severity::Severity;
use crate::source::Sources;
use crate::value::Origin;

/// The finding of a rule that a fact breaks.
pub(super) fn finding(rule: &Rule, severity: Severity, subject: Subject<'_>, sources: &Sources) -> Finding {
    let clauses = rule.clauses();
    let reached = clauses.at.reach(subject.facts, subject.fact);
    let primary = Label { span: reached.span, text: rendered(clauses.label.as_ref(), subject) };
    let evidence = subject.facts.fact(reached.fact).header().name.to_string();
    let help = first_sentence(&clauses.help.render(subject));
    let fix = fix(&clauses.remedy, &help, &reached, subject, sources);
    Finding {
        rule: rule.id.clone(),
        group: rule.group.clone(),
        severity,
        subject: subject.facts.fact(subject.fact).header().name.to_string(),
        message: clauses.message.render(subject),
        related: related(clauses, &primary, subject),
        primary,
        why: first_sentence(&rule.why),
        help,
        fix,
        evidence,
        ordinal: 0,
        fingerprint: String::new(),
        status: Status::New,
    }
}

fn rendered(template: Option<&Template>, subject: Subject<'_>) -> String {
    template.map(|template| template.render(subject)).unwrap_or_default()
}

/// The related places that are there, each fact of a list for itself; the primary place is not said twice.
fn related(clauses: &Clauses, primary: &Label, subject: Subject<'_>) -> Vec<Label> {
    let each = |path: &FieldPath| path.reach_each(subject.facts, subject.fact);
    let reached =
        clauses.related.iter().flat_map(|(path, text)| each(path).into_iter().map(move |reached| (reached, text)));
    reached
        .filter(|(reached, _)| reached.whole && reached.span != primary.span)
        .map(|(reached, text)| Label { span: reached.span, text: text.render(subject) })
        .collect()
}

fn fix(remedy: &Remedy, title: &str, reached: &Reached<'_>, subject: Subject<'_>, sources: &Sources) -> Option<Fix> {
    let command = remedy.run.as_ref().and_then(|run| run.render_command(subject));
    let edits = match &remedy.edit {
        Some(name) => chosen_edits(*name, reached, subject),
        None => remedy.set.as_ref().and_then(|set| replacement(set, reached, subject, sources)).into_iter().collect(),
    };
    if edits.is_empty() && command.is_none() {
        return None;
    }
    Some(Fix { title: title.to_owned(), safe: remedy.safe && !edits.is_empty(), edits, command })
}

/// The edit that puts another value at the place of the finding. Only a value that is written on
/// the fact itself is replaced: an inherited one belongs to others too.
fn replacement(set: &Template, reached: &Reached<'_>, subject: Subject<'_>, sources: &Sources) -> Option<Edit> {
    let field = reached.field.as_ref()?;
    let span = field.span.filter(|_| field.origin == Origin::Written)?;
    if span.source != subject.facts.fact(reached.fact).header().span.source {
        return None;
    }
    let text = set.render_exact(subject)?;
    let written = sources.slice(span);
    let quote = ['"', '\''].into_iter().find(|quote| {
        written.len() >= 2
            && written.starts_with(*quote)
            && written.ends_with(*quote)
            && !text.contains(['"', '\'', '\\'])
    });
    Some(Edit { span, text: quote.map_or_else(|| text.clone(), |quote| format!("{quote}{text}{quote}")) })
}

/// The edits of a name that the reader offers: on the fact that is pointed at, else on the subject.
fn chosen_edits(name: EditName, reached: &Reached<'_>, subject: Subject<'_>) -> Vec<Edit> {
    let offered = |fact| subject.facts.fact(fact).header().edits.iter().filter(|edit| edit.name == name);
    let mut chosen: Vec<&CandidateEdit> = offered(reached.fact).collect();
    if chosen.is_empty() {
        chosen = offered(subject.fact).collect();
    }
    let made = |edit: &CandidateEdit| Some(Edit { span: edit.span, text: with_params(&edit.text, subject.params)? });
    chosen.into_iter().filter_map(made).collect()
}

/// A text with the numbers that the team gave. `None` where it gave none: 0 and an empty text stand for nothing given.
fn with_params(text: &str, params: &Params) -> Option<String> {
    let mut made = text.to_owned();
    for (name, value) in params.iter() {
        let sign = format!("{{params.{name}}}");
        if !made.contains(&sign) {
            continue;
        }
        let spelt = match value {
            ParamValue::Text(value) => value.clone(),
            other => other.to_string(),
        };
        if spelt.is_empty() || spelt == "0" {
            return None;
        }
        made = made.replace(&sign, &spelt);
    }
    (!made.contains("{params.")).then_some(made)
}
