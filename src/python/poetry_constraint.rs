//! Poetry's language of version constraints: `^1.2`, `~1.2`, `1.2.*`, `>=1,<2`, `1.0 || 2.0`.
//!
//! Meanings follow poetry-core 2.5 (read 2026-03): an upper bound `<2` keeps out
//! pre-releases of 2, and `>2` keeps out post-releases of 2.

use std::str::FromStr;

use pep440_rs::Version;

use super::specifier::Openness;
use crate::version::Intervals;

/// The versions that a constraint admits: any of its alternatives, each a list of clauses that all hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraint {
    alternatives: Vec<Vec<Clause>>,
}

/// One comparison: the version lies in the range, or (`!=`) does not.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Clause {
    range: Range,
    negated: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Range {
    /// The least version, and whether it is admitted itself.
    min: Option<(Version, bool)>,
    /// The greatest version, and whether it is admitted itself.
    max: Option<(Version, bool)>,
}

impl FromStr for Constraint {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let alternatives = text
            .split('|')
            .filter(|part| !part.is_empty())
            .map(|part| clause_texts(part).into_iter().map(clause).collect())
            .collect::<Result<Vec<Vec<Clause>>, String>>()?;
        if alternatives.is_empty() {
            return Err("the constraint is empty".to_owned());
        }
        Ok(Self { alternatives })
    }
}

impl Constraint {
    /// Whether a version is admitted.
    pub fn admits(&self, version: &Version) -> bool {
        let holds = |clause: &Clause| clause.range.admits(version) != clause.negated;
        self.alternatives.iter().any(|clauses| clauses.iter().all(holds))
    }

    /// How it is open: the widest of its alternatives.
    pub fn openness(&self) -> Openness {
        let of = |clauses: &Vec<Clause>| {
            let ranges = || clauses.iter().filter(|clause| !clause.negated).map(|clause| &clause.range);
            if ranges().any(Range::is_exact) {
                Openness::Exact
            } else if ranges().any(|range| range.max.is_some()) {
                Openness::Range
            } else if ranges().any(|range| range.min.is_some()) {
                Openness::Floor
            } else {
                Openness::None
            }
        };
        let rank = |openness: &Openness| *openness as u8;
        match &self.alternatives[..] {
            [only] => of(only),
            several => match several.iter().map(of).min_by_key(rank) {
                Some(Openness::Exact) | None => Openness::Range,
                Some(openness) => openness,
            },
        }
    }

    /// The releases it admits, pre-releases left out.
    pub fn intervals(&self) -> Intervals {
        self.alternatives.iter().fold(Intervals::default(), |all, clauses| {
            all.or(&clauses.iter().fold(Intervals::all(), |both, clause| {
                let own = clause.range.intervals();
                both.and(&if clause.negated { own.complement() } else { own })
            }))
        })
    }
}

impl From<Range> for Clause {
    fn from(range: Range) -> Self {
        Self { range, negated: false }
    }
}

impl Range {
    fn at_least(min: Version) -> Self {
        Self { min: Some((min, true)), max: None }
    }

    fn exact(version: Version) -> Self {
        Self { min: Some((version.clone(), true)), max: Some((version, true)) }
    }

    fn is_exact(&self) -> bool {
        matches!((&self.min, &self.max), (Some((min, true)), Some((max, true))) if min == max)
    }

    fn admits(&self, version: &Version) -> bool {
        if let Some((min, included)) = &self.min {
            let mut seen = version.clone();
            if !included && !min.is_post() && seen.is_post() {
                seen = seen.with_post(None).with_dev(None);
            }
            if !min.is_local() {
                seen = seen.without_local();
            }
            if seen < *min || (!included && seen == *min) {
                return false;
            }
        }
        if let Some((max, included)) = &self.max {
            let seen = if max.is_local() { version.clone() } else { version.clone().without_local() };
            if seen > *max || (!included && seen == *max) {
                return false;
            }
        }
        true
    }

    fn intervals(&self) -> Intervals {
        let from = self.min.as_ref().map_or_else(Vec::new, |(min, included)| match included {
            true => min.release().to_vec(),
            false => after(min.release()),
        });
        match &self.max {
            None => Intervals::at_least(&from),
            Some((max, true)) => Intervals::between(&from, &after(max.release())),
            Some((max, false)) => Intervals::between(&from, max.release()),
        }
    }
}

/// The least release above one: a further part of 1.
fn after(release: &[u64]) -> Vec<u64> {
    let mut release = release.to_vec();
    release.extend([0, 0, 0].iter().take(3_usize.saturating_sub(release.len())));
    release.push(1);
    release
}

/// Splits at commas and at spaces that do not follow an operator.
fn clause_texts(text: &str) -> Vec<&str> {
    let mut clauses = Vec::new();
    let mut rest = text.trim_matches([' ', '\t', ',']);
    while !rest.is_empty() {
        let operator = rest.find(|c: char| !"^~=<>! \t".contains(c)).unwrap_or(rest.len());
        let length = rest[operator..].find([',', ' ', '\t']).map_or(rest.len(), |at| operator + at);
        clauses.push(&rest[..length]);
        rest = rest[length..].trim_start_matches([' ', '\t', ',']);
    }
    if clauses.is_empty() {
        clauses.push("");
    }
    clauses
}

fn clause(text: &str) -> Result<Clause, String> {
    let refuse = || format!("`{text}` is not a version constraint");
    let operator_end = text.find(|c: char| !"^~=<>!".contains(c)).unwrap_or(text.len());
    let (operator, version) = (&text[..operator_end], text[operator_end..].trim());
    if is_any(version) && matches!(operator, "" | "=" | "==") {
        return Ok(Range::default().into());
    }
    if let Some(prefix) = wildcard_prefix(version) {
        let version = Version::from_str(prefix).map_err(|_| refuse())?;
        return match operator {
            "" | "=" | "==" => Ok(line(&version).into()),
            "!=" => Ok(Clause { range: line(&version), negated: true }),
            // Some old packages write `>=1.*`, and Poetry passes over the wildcard.
            "<" | "<=" | ">" | ">=" => clause(&format!("{operator}{version}")),
            _ => Err(refuse()),
        };
    }
    let version = if version == "dev" { "0.0.dev0" } else { version };
    let version = Version::from_str(version).map_err(|_| refuse())?;
    let range = match operator {
        "" | "=" | "==" => Range::exact(version),
        "!=" => return Ok(Clause { range: Range::exact(version), negated: true }),
        "^" => Range { max: Some((below(next_breaking(&version)), false)), ..Range::at_least(version) },
        "~" => Range { max: Some((below(next_tilde(&version)), false)), ..Range::at_least(version) },
        "~=" => Range { max: Some((below(next_compatible(&version)), false)), ..Range::at_least(version) },
        ">=" => Range::at_least(version),
        ">" => Range { min: Some((version, false)), max: None },
        "<=" => Range { min: None, max: Some((version, true)) },
        "<" => Range { min: None, max: Some((below(version), false)) },
        _ => return Err(refuse()),
    };
    Ok(range.into())
}

fn is_any(version: &str) -> bool {
    let version = version.strip_prefix('v').unwrap_or(version);
    !version.is_empty() && version.split('.').all(|part| matches!(part, "*" | "x" | "X"))
}

/// `1.2` of `1.2.*` and `1.2.*.*`.
fn wildcard_prefix(version: &str) -> Option<&str> {
    let mut prefix = version.strip_suffix(".*")?;
    while let Some(shorter) = prefix.strip_suffix(".*") {
        prefix = shorter;
    }
    Some(prefix)
}

/// What begins with these parts: from its first development release on.
fn line(version: &Version) -> Range {
    let next = version.clone().with_release(bumped(version.release(), version.release().len() - 1)).with_dev(Some(0));
    Range { min: Some((version.clone().with_dev(Some(0)), true)), max: Some((next, false)) }
}

/// An upper bound that is not admitted keeps out its own pre-releases, unless it is one itself.
fn below(version: Version) -> Version {
    if version.any_prerelease() { version } else { version.with_dev(Some(0)) }
}

/// The release with one part counted up and those behind it set to 0.
fn bumped(release: &[u64], at: usize) -> Vec<u64> {
    let mut next = release.to_vec();
    next.resize(next.len().max(at + 1), 0);
    next[at] = next[at].saturating_add(1);
    next[at + 1..].fill(0);
    next
}

fn released(version: &Version, release: Vec<u64>) -> Version {
    Version::new(release).with_epoch(version.epoch())
}

/// The end of `^`: the first part that is not 0 counts up, or the last one of up to three zeros.
fn next_breaking(version: &Version) -> Version {
    let release = version.release();
    let at = release.iter().take(3).position(|part| *part > 0).unwrap_or(release.len().min(3) - 1);
    released(version, bumped(release, at))
}

/// The end of `~`: the second part counts up, or the only one.
fn next_tilde(version: &Version) -> Version {
    let release = version.release();
    released(version, bumped(release, usize::from(release.len() > 1)))
}

/// The end of `~=`: the part before the last counts up.
fn next_compatible(version: &Version) -> Version {
    let release = version.release();
    released(version, bumped(release, release.len().saturating_sub(2)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// What poetry-core 2.5 admits of these versions.
    #[test]
    fn admits_what_poetry_admits() {
        let versions = "0.0.3 0.0.4 0.2.3 0.3.0a1 0.3.0 1 1.0.post1 1.0rc1 1.2 1.2.dev3 1.2.3 1.2.3+local 1.2.3.post1 1.2.4 1.3rc1 1.3.0 2.0.dev0 2.0a1 2.0 2.0.post1 3.0 1!2.0";
        let cases = [
            ("^1.2.3", "1.2.3 1.2.3+local 1.2.3.post1 1.2.4 1.3rc1 1.3.0"),
            ("^1.2", "1.2 1.2.3 1.2.3+local 1.2.3.post1 1.2.4 1.3rc1 1.3.0"),
            ("^1", "1 1.0.post1 1.2 1.2.dev3 1.2.3 1.2.3+local 1.2.3.post1 1.2.4 1.3rc1 1.3.0"),
            ("^0.2.3", "0.2.3"),
            ("^0.0.3", "0.0.3"),
            ("^0.0", "0.0.3 0.0.4"),
            ("^0", "0.0.3 0.0.4 0.2.3 0.3.0a1 0.3.0"),
            ("^2.0a1", "2.0a1 2.0 2.0.post1"),
            ("^1!2.0", "1!2.0"),
            ("^1.0.post1", "1.0.post1 1.2 1.2.dev3 1.2.3 1.2.3+local 1.2.3.post1 1.2.4 1.3rc1 1.3.0"),
            ("~1.2.3", "1.2.3 1.2.3+local 1.2.3.post1 1.2.4"),
            ("~1.2", "1.2 1.2.3 1.2.3+local 1.2.3.post1 1.2.4"),
            ("~1", "1 1.0.post1 1.2 1.2.dev3 1.2.3 1.2.3+local 1.2.3.post1 1.2.4 1.3rc1 1.3.0"),
            ("~0", "0.0.3 0.0.4 0.2.3 0.3.0a1 0.3.0"),
            ("~=1.2.3", "1.2.3 1.2.3+local 1.2.3.post1 1.2.4"),
            ("~=1.2", "1.2 1.2.3 1.2.3+local 1.2.3.post1 1.2.4 1.3rc1 1.3.0"),
            ("~=1", "1 1.0.post1 1.2 1.2.dev3 1.2.3 1.2.3+local 1.2.3.post1 1.2.4 1.3rc1 1.3.0"),
            ("==1.2.3", "1.2.3 1.2.3+local"),
            ("=1.2", "1.2"),
            ("1.2.3+local", "1.2.3+local"),
            (
                "!=1.2.3",
                "0.0.3 0.0.4 0.2.3 0.3.0a1 0.3.0 1 1.0.post1 1.0rc1 1.2 1.2.dev3 1.2.3.post1 1.2.4 1.3rc1 1.3.0 2.0.dev0 2.0a1 2.0 2.0.post1 3.0 1!2.0",
            ),
            (
                "!=1",
                "0.0.3 0.0.4 0.2.3 0.3.0a1 0.3.0 1.0.post1 1.0rc1 1.2 1.2.dev3 1.2.3 1.2.3+local 1.2.3.post1 1.2.4 1.3rc1 1.3.0 2.0.dev0 2.0a1 2.0 2.0.post1 3.0 1!2.0",
            ),
            (
                ">1",
                "1.2 1.2.dev3 1.2.3 1.2.3+local 1.2.3.post1 1.2.4 1.3rc1 1.3.0 2.0.dev0 2.0a1 2.0 2.0.post1 3.0 1!2.0",
            ),
            (
                ">1.0.post1",
                "1.2 1.2.dev3 1.2.3 1.2.3+local 1.2.3.post1 1.2.4 1.3rc1 1.3.0 2.0.dev0 2.0a1 2.0 2.0.post1 3.0 1!2.0",
            ),
            (">=1.2.3", "1.2.3 1.2.3+local 1.2.3.post1 1.2.4 1.3rc1 1.3.0 2.0.dev0 2.0a1 2.0 2.0.post1 3.0 1!2.0"),
            (
                "<2.0a1",
                "0.0.3 0.0.4 0.2.3 0.3.0a1 0.3.0 1 1.0.post1 1.0rc1 1.2 1.2.dev3 1.2.3 1.2.3+local 1.2.3.post1 1.2.4 1.3rc1 1.3.0 2.0.dev0",
            ),
            ("<1.2.3", "0.0.3 0.0.4 0.2.3 0.3.0a1 0.3.0 1 1.0.post1 1.0rc1 1.2 1.2.dev3"),
            ("<=1.2.3", "0.0.3 0.0.4 0.2.3 0.3.0a1 0.3.0 1 1.0.post1 1.0rc1 1.2 1.2.dev3 1.2.3 1.2.3+local"),
            (
                "<=2.0a1",
                "0.0.3 0.0.4 0.2.3 0.3.0a1 0.3.0 1 1.0.post1 1.0rc1 1.2 1.2.dev3 1.2.3 1.2.3+local 1.2.3.post1 1.2.4 1.3rc1 1.3.0 2.0.dev0 2.0a1",
            ),
            ("1.*", "1 1.0.post1 1.0rc1 1.2 1.2.dev3 1.2.3 1.2.3+local 1.2.3.post1 1.2.4 1.3rc1 1.3.0"),
            ("1.2.*", "1.2 1.2.dev3 1.2.3 1.2.3+local 1.2.3.post1 1.2.4"),
            (
                "!=1.2.*",
                "0.0.3 0.0.4 0.2.3 0.3.0a1 0.3.0 1 1.0.post1 1.0rc1 1.3rc1 1.3.0 2.0.dev0 2.0a1 2.0 2.0.post1 3.0 1!2.0",
            ),
            (
                "*",
                "0.0.3 0.0.4 0.2.3 0.3.0a1 0.3.0 1 1.0.post1 1.0rc1 1.2 1.2.dev3 1.2.3 1.2.3+local 1.2.3.post1 1.2.4 1.3rc1 1.3.0 2.0.dev0 2.0a1 2.0 2.0.post1 3.0 1!2.0",
            ),
            (
                "x",
                "0.0.3 0.0.4 0.2.3 0.3.0a1 0.3.0 1 1.0.post1 1.0rc1 1.2 1.2.dev3 1.2.3 1.2.3+local 1.2.3.post1 1.2.4 1.3rc1 1.3.0 2.0.dev0 2.0a1 2.0 2.0.post1 3.0 1!2.0",
            ),
            (">=1 <2", "1 1.0.post1 1.2 1.2.dev3 1.2.3 1.2.3+local 1.2.3.post1 1.2.4 1.3rc1 1.3.0"),
            (">= 1.2 , < 2", "1.2 1.2.3 1.2.3+local 1.2.3.post1 1.2.4 1.3rc1 1.3.0"),
            (">1,<2,", "1.2 1.2.dev3 1.2.3 1.2.3+local 1.2.3.post1 1.2.4 1.3rc1 1.3.0"),
            ("^1.0 || ^2.0", "1 1.0.post1 1.2 1.2.dev3 1.2.3 1.2.3+local 1.2.3.post1 1.2.4 1.3rc1 1.3.0 2.0 2.0.post1"),
            ("^1.2,!=1.3.0", "1.2 1.2.3 1.2.3+local 1.2.3.post1 1.2.4 1.3rc1"),
            ("~1.2 | ~1.4", "1.2 1.2.3 1.2.3+local 1.2.3.post1 1.2.4"),
            ("^ 1.2", "1.2 1.2.3 1.2.3+local 1.2.3.post1 1.2.4 1.3rc1 1.3.0"),
        ];
        for (text, expected) in cases {
            let constraint: Constraint = text.parse().unwrap();
            let is_admitted = |version: &&str| constraint.admits(&version.parse().unwrap());
            let admitted: Vec<&str> = versions.split(' ').filter(is_admitted).collect();
            assert_eq!(admitted.join(" "), expected, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_constraint() {
        for text in ["", "||", "^", ">=", "one", "^1.*", "===1", "1.0,", "<>1"] {
            let is_fine = text == "1.0,";
            assert_eq!(Constraint::from_str(text).is_ok(), is_fine, "{text}");
        }
    }

    #[test]
    fn measures_how_a_constraint_is_open() {
        let cases = [
            ("*", Openness::None),
            ("!=1.2", Openness::None),
            (">=1.2", Openness::Floor),
            ("^1.2", Openness::Range),
            ("^1.2 || ^2", Openness::Range),
            ("^1.2 || >=3", Openness::Floor),
            ("1.2", Openness::Exact),
            ("1.2 || 1.3", Openness::Range),
            ("1.2.*", Openness::Range),
        ];
        for (text, openness) in cases {
            assert_eq!(text.parse::<Constraint>().unwrap().openness(), openness, "{text}");
        }
    }

    #[test]
    fn names_the_releases() {
        let intervals = |text: &str| text.parse::<Constraint>().unwrap().intervals();
        assert_eq!(intervals("^3.11"), Intervals::between(&[3, 11], &[4, 0]));
        assert_eq!(intervals(">=3.9,<3.14,!=3.10.*").0.len(), 2);
        assert_eq!(intervals("3.11.*"), Intervals::line(&[3, 11]));
        assert!(intervals("<=3.11").relation(&Intervals::line(&[3, 11])) != crate::version::Relation::Disjoint);
    }
}
