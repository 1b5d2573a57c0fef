//! Whether the release of a tool that a project states reads the format of its lockfile, or reads it still.

use crate::facts::{Facts, Link, Lockfile, Toolchain};
use crate::lock_formats::{self, Format};
use crate::path;
use crate::value::Value;
use crate::version::Intervals;

/// Notes which releases read each lockfile, and a statement that selects an earlier or a later one.
pub(super) fn relate(facts: &mut Facts) {
    let mut found = Vec::new();
    for (link, lockfile) in facts.all::<Lockfile>() {
        let Some(format) = lockfile.format_version.known() else { continue };
        let rows: Vec<&Format> = lock_formats::of(&lockfile.tool, format).collect();
        let Some(own) = rows.iter().find(|row| row.toolchain == row.tool).or(rows.first()) else { continue };
        let early = |row: &&Format| Some(Intervals::below(&row.first_release()?));
        let late = |row: &&Format| Some(Intervals::below(&row.end()?).complement());
        let select = |releases: fn(&&Format) -> Option<Intervals>| {
            rows.iter().find_map(|row| selecting(facts, lockfile, row, &releases(row)?))
        };
        found.push((link, *own, select(early), select(late)));
    }
    for (link, row, earlier, later) in found {
        let told = |release: &Option<String>| release.clone().map_or_else(Value::absent, Value::derived);
        let fact = &mut facts[link];
        (fact.reads_from, fact.reads_until) = (told(&row.first), told(&row.until));
        (fact.unread_by, fact.outgrown_by) = (earlier, later);
    }
}

/// A statement for the lockfile's directory all of whose releases are among these. What is listed to be tried is not
/// meant for this lockfile alone.
fn selecting(facts: &Facts, lockfile: &Lockfile, row: &Format, releases: &Intervals) -> Option<Link<Toolchain>> {
    let directory = path::directory(&lockfile.header.path);
    let is_selecting = |toolchain: &Toolchain| {
        let versions = toolchain.versions.as_ref();
        toolchain.tool == row.toolchain
            && toolchain.role == "select"
            && !toolchain.enumerated
            && path::is_below(directory, &toolchain.scope)
            && versions.is_some_and(|versions| !versions.is_empty() && versions.and(&releases.complement()).is_empty())
    };
    facts.all::<Toolchain>().find(|(_, toolchain)| is_selecting(toolchain)).map(|(link, _)| link)
}
