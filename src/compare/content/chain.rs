//! Explains a difference by rewriting both sides: if they become the same, the fewest rewritings that it takes are the
//! causes.

use std::borrow::Cow;

use super::Found;
use crate::compare::cause::Kind;

/// Takes a cause away from one side; `None` where it is not seen.
pub(super) type Rewriting = fn(&[u8]) -> Option<Vec<u8>>;

/// A rewriting that takes one cause away.
pub(super) struct Step {
    /// The cause.
    pub(super) kind: &'static Kind,
    /// Takes it away from one side.
    pub(super) apply: Rewriting,
    /// Says what is seen of it.
    pub(super) seen: fn(&[u8], &[u8]) -> Option<String>,
}

/// The causes that together explain all of a difference; the weakest that do.
pub(super) fn explain(steps: &[Step], a: &[u8], b: &[u8]) -> Option<Found> {
    // Steps that change neither side explain nothing.
    let mut used: Vec<&Step> =
        steps.iter().filter(|step| (step.apply)(a).is_some() || (step.apply)(b).is_some()).collect();
    if used.is_empty() || !equal(&used, a, b) {
        return None;
    }
    // From the strongest to the weakest: what is not needed goes.
    for index in (0..used.len()).rev() {
        let mut fewer = used.clone();
        fewer.remove(index);
        if equal(&fewer, a, b) {
            used = fewer;
        }
    }
    Some(used.iter().map(|step| (step.kind, (step.seen)(a, b))).collect())
}

fn equal(steps: &[&Step], a: &[u8], b: &[u8]) -> bool {
    rewritten(steps, a) == rewritten(steps, b)
}

fn rewritten<'a>(steps: &[&Step], bytes: &'a [u8]) -> Cow<'a, [u8]> {
    let mut now = Cow::Borrowed(bytes);
    for step in steps {
        if let Some(next) = (step.apply)(&now) {
            now = Cow::Owned(next);
        }
    }
    now
}
