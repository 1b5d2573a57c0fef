//! Paths that lead out of the repository from where they are written, and into it from elsewhere.

use crate::discover::Listing;
use crate::facts::Facts;

/// Takes back that a path leads out where the repository has the rest of it: a build may move the template into
/// another folder before it is used, which is not seen here.
pub(super) fn take_back(facts: &mut Facts, files: &Listing) {
    facts.problems.retain(|problem| {
        let rest = problem.target.known().map(|path| path.trim_start_matches("../").trim_end_matches('/'));
        !rest.is_some_and(|rest| files.can_follow(rest) || files.has_directory(rest))
    });
}
