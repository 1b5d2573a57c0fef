//! What the tool's own frozen check would say of a lockfile, and why.

use crate::facts::{Facts, Lockfile, Problem};

/// The verdict: fresh, stale, error, undecidable.
///
/// Some tools call a lockfile stale that they cannot read, so differences go before problems;
/// a key that stands twice stops none of those that read JSON.
pub fn of(facts: &Facts, lockfile: &Lockfile) -> &'static str {
    if lockfile.refusal.known().is_some() {
        return "error";
    }
    if !lockfile.mismatches.is_empty() {
        return "stale";
    }
    if stopping(facts, lockfile).next().is_some() {
        return "error";
    }
    if !lockfile.undecided.is_empty() { "undecidable" } else { "fresh" }
}

/// What differs, what stops the tool, or why it cannot be told.
pub fn reasons(facts: &Facts, lockfile: &Lockfile) -> Vec<String> {
    let mut reasons: Vec<String> = lockfile.refusal.known().into_iter().cloned().collect();
    reasons.extend(lockfile.mismatches.iter().map(|link| facts[*link].explanation.clone()));
    reasons.extend(lockfile.undecided.iter().cloned());
    reasons.extend(stopping(facts, lockfile).map(|problem| problem.explanation.clone()));
    reasons
}

/// The problems of the file that stop its tool.
fn stopping<'f>(facts: &'f Facts, lockfile: &'f Lockfile) -> impl Iterator<Item = &'f Problem> {
    facts.problems.iter().filter(|problem| {
        let is_passed_over = match problem.trouble.as_str() {
            "duplicate-key" => true,
            "merge-conflict" => lockfile.heals_conflict,
            _ => false,
        };
        problem.header.path == lockfile.header.path && problem.role == "lockfile" && !is_passed_over
    })
}
