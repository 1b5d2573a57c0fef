//! Commands that do the same in every branch of a choice: whichever runs, it is done.

use std::ops::Range;

use crate::facts::Step;
use crate::shell::{Branch, Command};

/// The steps that stand in branches of which one runs in any case.
#[derive(Default)]
pub(super) struct Branches(Vec<(Branch, usize)>);

impl Branches {
    /// Notes the steps of a command.
    pub(super) fn note(&mut self, command: &Command, steps: Range<usize>) {
        if let Some(branch) = command.branch {
            self.0.extend(steps.map(|step| (branch, step)));
        }
    }

    /// Takes the condition from the first of steps that do the same in every branch.
    pub(super) fn settle(&self, steps: &mut [Step]) {
        for (branch, at) in self.0.iter().filter(|(branch, _)| branch.number == 0) {
            let does_the_same = |number: usize| {
                let in_it = self.0.iter().filter(|(other, _)| (other.choice, other.number) == (branch.choice, number));
                in_it.clone().any(|(_, other)| is_alike(&steps[*at], &steps[*other]))
            };
            if (1..branch.count).all(does_the_same) {
                steps[*at].conditional = false;
            }
        }
    }
}

/// Whether two commands do the same with one lockfile. Packages by name may be others in each.
fn is_alike(one: &Step, other: &Step) -> bool {
    let does = |step: &Step| (step.tool.clone(), step.lock_use.known().cloned(), step.directory.known().cloned());
    !one.tool.is_empty()
        && one.lock_use.known().is_some_and(|word| !matches!(word.as_str(), "none" | "installs"))
        && does(one) == does(other)
}
