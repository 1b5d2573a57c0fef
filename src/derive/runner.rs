//! The machines that one file asks for, beside those of all others: whether a label that moves is the custom here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::facts::{Count, Facts, Runner};

/// Counts for each machine how the other files name theirs, and notes which file was first with its label.
pub(super) fn count(facts: &mut Facts) {
    let mut known: BTreeSet<Arc<str>> = BTreeSet::new();
    let mut floating: BTreeSet<Arc<str>> = BTreeSet::new();
    let mut first = BTreeMap::new();
    for (link, runner) in facts.all::<Runner>() {
        let Some(level) = runner.level.known() else { continue };
        known.insert(Arc::clone(&runner.header.path));
        if level.0 == 1 {
            floating.insert(Arc::clone(&runner.header.path));
        }
        if let Some(kind) = kind(runner) {
            first.entry(kind).or_insert(link);
        }
    }
    let count = |n: usize| Count(i64::try_from(n).unwrap_or(i64::MAX));
    for link in facts.links::<Runner>() {
        let runner = &mut facts[link];
        let own = usize::from(floating.contains(&runner.header.path));
        let is_known = usize::from(known.contains(&runner.header.path));
        runner.floating_elsewhere = count(floating.len() - own);
        runner.named_elsewhere = count(known.len() - floating.len() - (is_known - own));
        let of_label = kind(runner).and_then(|kind| first.get(&kind)).copied();
        if let Some(of_label) = of_label.filter(|of_label| *of_label != link) {
            runner.repeats = Some(of_label);
            facts[of_label].repeated_by.push(link);
        }
    }
}

/// Its label, and whether its job releases: machines of releases are told one by one, those of idle jobs not at all.
fn kind(runner: &Runner) -> Option<(String, bool)> {
    if runner.idle {
        return None;
    }
    Some((runner.label.known()?.clone(), runner.purpose == "release"))
}
