//! Whether the release of a tool that a project states reads the format of its lockfile.

use crate::facts::{Facts, Link, Lockfile, Toolchain};
use crate::lock_formats::{self, Format};
use crate::path;
use crate::value::Value;
use crate::version::Intervals;

/// Notes the first release that reads each lockfile, and a statement that selects an earlier one.
pub(super) fn relate(facts: &mut Facts) {
    let mut found = Vec::new();
    for (link, lockfile) in facts.all::<Lockfile>() {
        let Some(format) = lockfile.format_version.known() else { continue };
        let rows: Vec<&Format> = lock_formats::of(&lockfile.tool, format).collect();
        let Some(first) = rows.iter().find(|row| row.toolchain == row.tool).or(rows.first()) else { continue };
        let earlier = rows.iter().find_map(|row| earlier(facts, lockfile, row));
        found.push((link, first.first.clone(), earlier));
    }
    for (link, first, earlier) in found {
        facts[link].reads_from = Value::derived(first);
        facts[link].unread_by = earlier;
    }
}

/// A statement for the lockfile's directory all of whose releases are too early. What is listed to be tried is not meant
/// for this lockfile alone.
fn earlier(facts: &Facts, lockfile: &Lockfile, row: &Format) -> Option<Link<Toolchain>> {
    let early = Intervals::below(&row.first_release());
    let directory = path::directory(&lockfile.header.path);
    let is_earlier = |toolchain: &Toolchain| {
        let versions = toolchain.versions.as_ref();
        toolchain.tool == row.toolchain
            && toolchain.role == "select"
            && !toolchain.enumerated
            && path::is_below(directory, &toolchain.scope)
            && versions.is_some_and(|versions| !versions.is_empty() && versions.and(&early.complement()).is_empty())
    };
    facts.all::<Toolchain>().find(|(_, toolchain)| is_earlier(toolchain)).map(|(link, _)| link)
}
