//! Which revisions are rehearsed: one, or the release tags of a while.

use std::path::Path;

use anyhow::{anyhow, bail};
use globset::Glob;

use super::super::Undetermined;
use crate::cli::Rehearse;
use crate::day::Day;
use crate::discover::Names;
use crate::git;

/// A revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Point {
    /// As it was given; empty for the files as they are.
    pub(super) name: String,
    /// Its commit; for the files as they are that of `HEAD`, where there is one.
    pub(super) commit: Option<String>,
    /// Whether it is read from git.
    pub(super) is_revision: bool,
}

impl Point {
    /// Where the names of its files come from.
    pub(super) fn names(&self) -> Names {
        if self.is_revision { Names::Tracked } else { Names::Walked }
    }
}

/// More revisions than this are no answer to a question.
const MOST: usize = 200;

/// The revisions that the arguments ask for, the oldest first.
pub(super) fn points(arguments: &Rehearse, root: &Path, today: Day) -> anyhow::Result<Vec<Point>> {
    if let Some(revision) = &arguments.revision {
        let commit = git::commit(root, revision).map_err(undetermined)?;
        return Ok(vec![Point { name: revision.clone(), commit: Some(commit), is_revision: true }]);
    }
    if arguments.since.is_none() && arguments.tags.is_none() {
        return Ok(vec![Point { name: String::new(), commit: git::head(root), is_revision: false }]);
    }
    let since = arguments.since.as_deref().map(|text| begin(text, today)).transpose()?;
    let is_young = |day: Day| since.is_none_or(|since| day >= since);
    let pattern = arguments.tags.as_deref().unwrap_or("*");
    let glob = Glob::new(pattern).map_err(|error| anyhow!("--tags: `{pattern}` is not a pattern: {}", error.kind()))?;
    let glob = glob.compile_matcher();
    let mut stamps = git::tags(root).map_err(undetermined)?;
    stamps.retain(|stamp| glob.is_match(&stamp.name) && is_young(stamp.day));
    if stamps.is_empty() && arguments.tags.is_none() {
        stamps = git::months(root).map_err(undetermined)?;
        stamps.retain(|stamp| is_young(stamp.day));
    }
    if stamps.is_empty() {
        let since = since.map(|day| format!(" since {day}")).unwrap_or_default();
        let hint = git::shallow_hint(root).unwrap_or_default();
        return Err(undetermined(anyhow!("no tag matches `{pattern}`{since}{hint}")));
    }
    if stamps.len() > MOST {
        bail!(
            "{} revisions are more than the {MOST} that are rehearsed at once: narrow --tags or --since",
            stamps.len()
        );
    }
    stamps.sort_by(|a, b| (a.day, &a.name).cmp(&(b.day, &b.name)));
    Ok(stamps.into_iter().map(|of| Point { name: of.name, commit: Some(of.commit), is_revision: true }).collect())
}

/// Without its revisions nothing can be said of a repository.
fn undetermined(error: anyhow::Error) -> anyhow::Error {
    Undetermined(format!("nothing can be rehearsed: {error:#}")).into()
}

/// The day of `2y`, `6m`, `90d` ago, or of a date.
fn begin(text: &str, today: Day) -> anyhow::Result<Day> {
    if let Some(day) = Day::parse(text) {
        return Ok(day);
    }
    let days = count(text).and_then(|(count, unit)| match unit {
        "y" => Some(count * 365 + count / 4),
        "m" => Some(count * 61 / 2),
        "w" => Some(count * 7),
        "d" => Some(count),
        _ => None,
    });
    let days = days.ok_or_else(|| anyhow!("--since takes a time such as 2y, 6m, 90d or a date, not `{text}`"))?;
    Ok(Day(today.0 - days))
}

/// Seconds of `30m`, `2h`, `1d`, `0`.
pub(in crate::command) fn seconds(text: &str) -> anyhow::Result<i64> {
    let found = count(text).and_then(|(count, unit)| match unit {
        "" | "s" => Some(count),
        "m" => Some(count * 60),
        "h" => Some(count * 3600),
        "d" => Some(count * 86_400),
        _ => None,
    });
    found.ok_or_else(|| anyhow!("--max-age takes a time such as 30m, 2h or 1d, not `{text}`"))
}

fn count(text: &str) -> Option<(i64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let count: i64 = text[..end].parse().ok().filter(|count| *count < 100_000)?;
    Some((count, &text[end..]))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn times_are_read() {
        let today = Day::parse("2026-11-24").unwrap();
        for (text, day) in
            [("2026-01-02", "2026-01-02"), ("90d", "2026-08-26"), ("1y", "2025-11-24"), ("2w", "2026-11-10")]
        {
            assert_eq!(begin(text, today).unwrap().to_string(), day, "{text}");
        }
        assert!(begin("soon", today).is_err());
        assert_eq!(["0", "30m", "2h", "1d"].map(|text| seconds(text).unwrap()), [0, 1800, 7200, 86_400]);
        assert!(seconds("-1").is_err() && seconds("1y").is_err());
    }
}
