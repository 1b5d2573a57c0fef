//! The examples of a rule, run through the real pipeline: they are its tests.

use crate::rule::Rule;
use crate::rule::example::{Example, Expected};
use crate::source::{Sources, Span};

use super::Judgement;

/// An example judged by its rule: what it says, and the texts it points into.
pub type Judged = (Judgement, Sources);

/// How an example becomes a judgement. The caller brings the pipeline: files in memory, scanned,
/// judged by the one rule with the parameters of the example ([`super::Settings::alone`]).
pub type Pipeline<'p> = &'p (dyn Fn(&Rule, &Example) -> Judged + Sync);

/// An example that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The rule.
    pub rule: String,
    /// The example in the rule file.
    pub span: Span,
    /// What was expected and what came.
    pub message: String,
}

/// How many examples a rule has.
pub fn count(rule: &Rule) -> usize {
    examples(rule).count()
}

/// Runs all examples of a rule.
pub fn run(rule: &Rule, pipeline: Pipeline<'_>) -> Vec<Failure> {
    let mut failures = Vec::new();
    for example in examples(rule) {
        let (judgement, sources) = pipeline(rule, example);
        if let Some(message) = deviation(rule, example, &judgement, &sources) {
            failures.push(Failure { rule: rule.id.clone(), span: example.span, message });
        }
    }
    failures
}

fn examples(rule: &Rule) -> impl Iterator<Item = &Example> {
    rule.good.iter().chain(&rule.bad).chain(&rule.unknown)
}

/// How a judgement differs from what the example expects; only what this rule says counts.
fn deviation(rule: &Rule, example: &Example, judgement: &Judgement, sources: &Sources) -> Option<String> {
    let found: Vec<Seen> = judgement
        .findings
        .iter()
        .filter(|finding| finding.rule == rule.id)
        .map(|finding| {
            let location = sources.location(finding.primary.span);
            Seen { path: location.path, line: location.start.line, finding }
        })
        .collect();
    let open: Vec<String> = judgement
        .undecided
        .iter()
        .filter(|open| open.rule == rule.id)
        .map(|open| format!("{} is not known: {}", open.field, open.reason))
        .collect();
    match &example.expected {
        Expected::Nothing if found.is_empty() => None,
        Expected::Nothing => Some(format!("this good example is found faulty: {}", listed(&found))),
        Expected::Undecided if !found.is_empty() => Some(format!("this example is decided: {}", listed(&found))),
        Expected::Undecided if open.is_empty() => Some("this example is decided: nothing is found".to_owned()),
        Expected::Undecided => None,
        Expected::Finding { path, line, severity, message } => {
            let at = format!("{path}:{line}");
            if found.is_empty() {
                let reason = if open.is_empty() { String::new() } else { format!(", {}", open.join("; ")) };
                return Some(format!("nothing is found at {at}{reason}"));
            }
            if found.iter().any(|seen| seen.path != *path || seen.line != *line) {
                return Some(format!("expected at {at} only, found: {}", listed(&found)));
            }
            let is_meant = |seen: &&Seen<'_>| {
                severity.is_none_or(|severity| severity == seen.finding.severity)
                    && message.as_ref().is_none_or(|message| *message == seen.finding.message)
            };
            if found.iter().any(|seen| is_meant(&seen)) {
                return None;
            }
            Some(format!("expected other words or another severity, found: {}", listed(&found)))
        }
    }
}

struct Seen<'f> {
    path: String,
    line: u32,
    finding: &'f crate::finding::Finding,
}

fn listed(found: &[Seen<'_>]) -> String {
    let one = |seen: &Seen<'_>| {
        format!("{}:{}: {}: {}", seen.path, seen.line, seen.finding.severity.word(), seen.finding.message)
    };
    found.iter().map(one).collect::<Vec<_>>().join("; ")
}
