//! Which stages of a Dockerfile end in the image that is deployed, and which serve developers only.

use super::stage::Stage;
use crate::sample;

/// Words in the names of stages in which something is checked.
const CHECKING: &[&str] = &["test", "tests", "testing", "lint", "linter", "e2e", "local"];

/// What becomes of a stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// What is deployed starts from it.
    Deployed,
    /// What is deployed may take files from it.
    Builds,
    /// Developers or tests use it, and nothing of it is deployed.
    Develops,
}

/// The stage that is deployed: the last one whose name does not say that it serves developers.
pub(super) fn deployed(stages: &[Stage]) -> Option<usize> {
    let last = stages.len().checked_sub(1)?;
    Some(stages.iter().rposition(|stage| !says_so(stage)).unwrap_or(last))
}

/// The fates of all stages.
pub(super) fn fates(stages: &[Stage]) -> Vec<Fate> {
    let Some(last) = deployed(stages) else { return Vec::new() };
    let bases = reached(stages, last, |stage| stage.parents.clone());
    let sources = reached(stages, last, |stage| [stage.parents.as_slice(), stage.takes.as_slice()].concat());
    let fate = |(at, stage): (usize, &Stage)| match () {
        () if bases[at] => Fate::Deployed,
        () if !sources[at] && says_so(stage) => Fate::Develops,
        () => Fate::Builds,
    };
    stages.iter().enumerate().map(fate).collect()
}

/// The stages that lead to one of them.
fn reached(stages: &[Stage], from: usize, before: impl Fn(&Stage) -> Vec<usize>) -> Vec<bool> {
    let mut found = vec![false; stages.len()];
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        if !std::mem::replace(&mut found[at], true) {
            open.extend(before(&stages[at]));
        }
    }
    found
}

/// Whether the name of a stage says that it serves developers or tests.
fn says_so(stage: &Stage) -> bool {
    let label = stage.label.to_ascii_lowercase();
    let checks = label.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| CHECKING.contains(&word));
    checks || sample::speaks_of_developers(&label)
}
