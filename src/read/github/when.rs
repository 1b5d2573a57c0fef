//! When a job or step runs, as far as its condition tells.

use super::condition::{self, Run};
use super::matrix::{self, Leg};
use super::{DEEPEST, MOST, Trigger};
use crate::syntax::Node;

/// Events that bring a change which is not merged yet.
const PROPOSED: &[&str] = &["pull_request", "pull_request_target", "merge_group"];

/// A condition is not worked out for more legs than this.
const MOST_LEGS: usize = 40;

/// What the runs of a job have in common, and in what they differ.
#[derive(Debug, Clone, Default)]
pub(super) struct Runs<'d> {
    /// The legs of its matrix; `None` when the run decides how many there are.
    pub(super) legs: Option<Vec<Leg>>,
    /// What starts its workflow; empty when others do.
    pub(super) events: Vec<&'d str>,
    /// The label of its machine, as written.
    pub(super) machine: Option<&'d str>,
    /// The names of its steps, and whether each runs always.
    pub(super) steps: Vec<(String, bool)>,
}

/// When something runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct When {
    /// In every run in which nothing has failed.
    pub(super) always: bool,
    /// In no run.
    pub(super) never: bool,
    /// For some values of a matrix, as far as is known.
    pub(super) tried: bool,
    /// Only for changes that are not merged yet, where other runs of the workflow leave it out.
    pub(super) aside: bool,
}

impl<'d> Runs<'d> {
    /// The runs of a job.
    pub(super) fn of(job: Node<'d>, trigger: &Trigger<'d>) -> Self {
        let legs = match job.at(&["strategy", "matrix"]) {
            Some(written) => matrix::legs(written),
            None => Some(vec![Leg::new()]),
        };
        let machine = job.get("runs-on").and_then(|label| label.items().next().unwrap_or(label).scalar());
        Self { legs, events: trigger.events.clone(), machine, steps: named_steps(job.get("steps"), 0) }
    }

    /// When something with this condition runs.
    pub(super) fn when(&self, condition: Option<Node<'_>>) -> When {
        let Some(condition) = condition else { return When { always: true, ..When::default() } };
        let Some(text) = condition.scalar() else { return When::default() };
        let met = |is_ordinary: bool| {
            let all = self.all(text, is_ordinary).into_iter();
            all.map(|run| (run.event, condition::is_met(text, run))).collect::<Vec<_>>()
        };
        let ordinary = met(true);
        let always = ordinary.iter().all(|(_, met)| *met == Some(true));
        let never = met(false).iter().all(|(_, met)| *met == Some(false));
        let mut merged = ordinary.iter().filter(|(event, _)| event.is_none_or(|event| !PROPOSED.contains(&event))).peekable();
        let aside = !never && text.contains("event_name") && merged.peek().is_some() && merged.all(|(_, met)| *met == Some(false));
        When { always, never, tried: !always && text.contains("matrix"), aside }
    }

    /// Each leg for each event, as far as the condition speaks of them.
    fn all(&self, text: &str, is_ordinary: bool) -> Vec<Run<'_>> {
        let speaks_of_legs = text.contains("matrix") || text.contains("runner");
        let legs: Vec<Option<&Leg>> = match &self.legs {
            Some(legs) if speaks_of_legs && legs.len() <= MOST_LEGS => legs.iter().map(Some).collect(),
            _ => vec![None],
        };
        let events: Vec<Option<&str>> = match self.events.is_empty() || !text.contains("event_name") {
            true => vec![None],
            false => self.events.iter().copied().take(MOST_LEGS).map(Some).collect(),
        };
        let run = |leg, event| Run { leg, event, system: None, steps: &self.steps, is_ordinary };
        let runs = legs.iter().flat_map(|leg| events.iter().map(move |event| run(*leg, *event)));
        runs.map(|run| Run { system: self.system(run), ..run }).collect()
    }

    /// The operating system of the machine of a run.
    fn system(&self, run: Run<'_>) -> Option<&'static str> {
        let machine = self.machine?;
        let label = match machine.contains("${{") {
            true => condition::value(machine, run)?.as_str()?.to_ascii_lowercase(),
            false => machine.to_ascii_lowercase(),
        };
        let systems = [("ubuntu", "Linux"), ("windows", "Windows"), ("macos", "macOS")];
        systems.iter().find(|(start, _)| label.starts_with(start)).map(|(_, system)| *system)
    }
}

/// Whether the job goes on where a step fails.
pub(super) fn may_fail(step: Node<'_>) -> bool {
    step.get("continue-on-error").is_some_and(|may| may.bool() != Some(false))
}

/// Whether a job goes on without what a step does.
pub(super) fn may_be_left_out(step: Node<'_>, when: When) -> bool {
    !when.always || may_fail(step)
}

/// The names of steps, those of lists inside lists too, and whether each runs always.
pub(super) fn named_steps(steps: Option<Node<'_>>, depth: usize) -> Vec<(String, bool)> {
    let mut named = Vec::new();
    for step in steps.into_iter().flat_map(Node::items).take(MOST) {
        if let Some(nested) = step.get("parallel").filter(|_| depth < DEEPEST) {
            named.extend(named_steps(Some(nested), depth + 1));
        }
        let name = step.get("id").and_then(Node::scalar);
        named.extend(name.map(|name| (name.to_owned(), step.get("if").is_none() && !may_fail(step))));
    }
    named
}
