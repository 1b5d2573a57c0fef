//! How exactly something is stated: one scale for versions, actions, images and machines.
//!
//! Pure functions from a text to its [`Level`]. A text that is not understood has no level;
//! nothing here calls such a text pinned.

pub mod action;
pub mod image;
pub mod runner;
pub mod version;

use crate::version::Intervals;

/// How exactly a statement names what will run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Nothing is said; the machine decides.
    Unstated,
    /// A name that moves without limit: `latest`, a branch, `>=3.9`.
    Floating,
    /// One major line: `20`, `v4`.
    Major,
    /// One minor line; patches float: `3.12`.
    Minor,
    /// One release, by a name that its publisher may point elsewhere: `3.12.7`, `v4.1.2`.
    Exact,
    /// A hash of the content: a commit, a digest.
    Content,
}

impl Level {
    /// The number that facts hold, 0 to 5.
    pub fn number(self) -> i64 {
        self as i64
    }

    /// The level of a set of releases, by how far it reaches. `None` for the empty set.
    pub fn of_intervals(intervals: &Intervals) -> Option<Self> {
        let (from, _) = intervals.0.first()?;
        let within = |width: usize| {
            let mut head = from.clone();
            head.resize(width, 0);
            intervals.relation(&Intervals::line(&head)).is_within()
        };
        Some(match () {
            () if within(3) => Self::Exact,
            () if within(2) => Self::Minor,
            () if within(1) => Self::Major,
            () => Self::Floating,
        })
    }

    /// The level of a version with this many numbers that are fixed.
    pub fn of_parts(count: usize) -> Self {
        match count {
            0 => Self::Floating,
            1 => Self::Major,
            2 => Self::Minor,
            _ => Self::Exact,
        }
    }
}

/// Tools that are installed as packages, whose own dependencies are resolved at that moment.
const OPEN: &[&str] = &[
    "poetry",
    "pdm",
    "pipenv",
    "pip-tools",
    "hatch",
    "tox",
    "nox",
    "pre-commit",
    "ansible",
    "ansible-core",
    "sam",
    "aws-sam-cli",
    "serverless",
    "cdk",
    "aws-cdk",
    "cfn-lint",
];

/// `closed` when a statement fixes what its tool brings with it too, else `open`. Runtimes, compilers and single
/// programs are published whole.
pub fn closure(tool: &str, level: Level) -> &'static str {
    match level {
        Level::Content => "closed",
        Level::Exact if !OPEN.contains(&tool.rsplit(':').next().unwrap_or(tool)) => "closed",
        _ => "open",
    }
}

/// Whether a text is a commit: 40 hexadecimal digits, or 64 in repositories that use SHA-256.
pub fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// How many dotted numbers begin a text (`v` first is passed over), and what follows them.
pub(crate) fn numbers(text: &str) -> (usize, &str) {
    let mut rest = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let mut count = 0;
    loop {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if digits == 0 {
            return (count, rest);
        }
        count += 1;
        rest = &rest[digits..];
        match rest.strip_prefix('.') {
            Some(after) if after.starts_with(|c: char| c.is_ascii_digit()) => rest = after,
            _ => return (count, rest),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::version::range::{Dialect, parse};

    #[test]
    fn levels_of_ranges() {
        let cases = [
            ("^1", Level::Major),
            ("~1.2.0", Level::Minor),
            ("1.2.3", Level::Exact),
            ("=1.2.3", Level::Exact),
            (">=3.9", Level::Floating),
            (">=3.9 <3.14", Level::Major),
            (">=18 <21", Level::Floating),
            ("*", Level::Floating),
            ("^0.2", Level::Minor),
        ];
        for (text, level) in cases {
            let intervals = parse(Dialect::Npm, text).map(|range| Level::of_intervals(&range));
            assert_eq!(intervals, Some(Some(level)), "{text}");
        }
    }
}
