//! Version specifiers (PEP 440): what they admit, and when tools take two of them for the same.

use std::ops::Bound;
use std::str::FromStr;

use pep440_rs::{Operator, Prerelease, Version, VersionSpecifier, VersionSpecifiers};
use version_ranges::Ranges;

/// A set of versions.
pub type VersionSet = Ranges<Version>;

/// A list of clauses such as `>=3.4,<4`; the empty list admits every version.
#[derive(Debug, Clone, Default)]
pub struct Specifier {
    clauses: Vec<VersionSpecifier>,
}

/// How the set of admitted versions is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Openness {
    /// Any version will do, or all but a few.
    None,
    /// A least version, and no end.
    Floor,
    /// Bounded above.
    Range,
    /// One version.
    Exact,
}

impl Openness {
    /// The word that rules compare with.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Floor => "floor",
            Self::Range => "range",
            Self::Exact => "exact",
        }
    }
}

impl Specifier {
    /// Reads clauses separated by commas; the empty text admits every version.
    ///
    /// # Errors
    /// The first clause that is none, in a phrase.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let specifiers = VersionSpecifiers::from_str(text.trim()).map_err(|error| clean(&error.to_string()))?;
        Ok(Self { clauses: specifiers.iter().cloned().collect() })
    }

    /// Its clauses, sorted by version.
    pub fn clauses(&self) -> &[VersionSpecifier] {
        &self.clauses
    }

    /// Whether a version is none before those that it admits; where ranges end is not looked at.
    pub fn has_begun_by(&self, version: &Version) -> bool {
        self.clauses.iter().all(|clause| match clause.operator() {
            Operator::GreaterThan => version > clause.version(),
            Operator::LessThan | Operator::LessThanEqual | Operator::NotEqual | Operator::NotEqualStar => true,
            _ => version >= clause.version(),
        })
    }

    /// Whether it has no clause.
    pub fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    /// Whether a version satisfies every clause. Pre-releases are held to the clauses alone.
    pub fn admits(&self, version: &Version) -> bool {
        self.clauses.iter().all(|clause| clause.contains(version))
    }

    /// The set of versions it admits. Equal sets are equal values.
    pub fn set(&self) -> VersionSet {
        self.clauses.iter().fold(Ranges::full(), |set, clause| set.intersection(&clause_set(clause)))
    }

    /// Whether uv 0.13 and later take the two for the same: the same set of versions, and both
    /// or neither mention a pre-release and pin one version (which admits yanked files).
    pub fn is_same_set(&self, other: &Self) -> bool {
        self.mentions_prerelease() == other.mentions_prerelease()
            && self.is_lone_pin() == other.is_lone_pin()
            && self.set() == other.set()
    }

    /// Whether the clauses are the same up to order and trailing zeros, as uv compared them before 0.13.
    pub fn has_same_clauses(&self, other: &Self) -> bool {
        let key = |clause: &VersionSpecifier| {
            // Zeros at the end count after `~=` only, although `==1.*` and `==1.0.*` mean different versions.
            let width = if *clause.operator() == Operator::TildeEqual { clause.version().release().len() } else { 0 };
            (*clause.operator(), clause.version().clone(), width)
        };
        let sorted = |specifier: &Self| {
            let mut keys: Vec<_> = specifier.clauses.iter().map(key).collect();
            keys.sort();
            keys
        };
        sorted(self) == sorted(other)
    }

    /// Whether a clause other than `!=` names a pre-release or development release.
    pub fn mentions_prerelease(&self) -> bool {
        self.clauses.iter().any(|clause| {
            !matches!(clause.operator(), Operator::NotEqual | Operator::NotEqualStar)
                && clause.version().any_prerelease()
        })
    }

    /// Whether it is one `==` or `===` clause without a star.
    pub fn is_lone_pin(&self) -> bool {
        matches!(&*self.clauses, [only] if matches!(only.operator(), Operator::Equal | Operator::ExactEqual))
    }

    /// How it is open.
    pub fn openness(&self) -> Openness {
        let pins = |operator: &Operator| matches!(operator, Operator::Equal | Operator::ExactEqual);
        if self.clauses.iter().any(|clause| pins(clause.operator())) {
            return Openness::Exact;
        }
        match self.set().bounding_range() {
            None => Openness::Range,
            Some((_, Bound::Included(_) | Bound::Excluded(_))) => Openness::Range,
            Some((Bound::Unbounded, Bound::Unbounded)) => Openness::None,
            Some((_, Bound::Unbounded)) => Openness::Floor,
        }
    }

    /// The interpreters it admits, as `requires-python`: releases only, pre-releases count as their release.
    pub fn releases(&self) -> VersionSet {
        self.clauses
            .iter()
            .fold(Ranges::full(), |set, clause| set.intersection(&release_set(*clause.operator(), clause.version())))
    }
}

impl std::fmt::Display for Specifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, clause) in self.clauses.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            write!(f, "{comma}{clause}")?;
        }
        Ok(())
    }
}

/// The parser's messages carry a drawing of the place; one line is enough.
pub(crate) fn clean(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default().trim_end_matches(['.', ':']);
    let mut letters = line.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => "it is not a version specifier".to_owned(),
    }
}

/// The versions one clause admits, with ends written in one way only, as uv 0.13 does:
/// no sentinel stands for "just above V" where a version does.
fn clause_set(clause: &VersionSpecifier) -> VersionSet {
    let version = clause.version().clone();
    match clause.operator() {
        Operator::Equal => equal_set(version),
        Operator::NotEqual => equal_set(version).complement(),
        Operator::ExactEqual => Ranges::singleton(version),
        Operator::TildeEqual => {
            let upper = bumped(&version.release()[..version.release().len().saturating_sub(1)]);
            let upper = Version::new(upper).with_epoch(version.epoch()).with_dev(Some(0));
            Ranges::from_range_bounds(version..upper)
        }
        Operator::LessThan if version.any_prerelease() => below(version),
        Operator::LessThan => below(version.with_dev(Some(0))),
        Operator::LessThanEqual => below(above_locals(version)),
        Operator::GreaterThan => greater_set(version),
        Operator::GreaterThanEqual => from(version),
        Operator::EqualStar => star_set(version),
        Operator::NotEqualStar => star_set(version).complement(),
    }
}

/// `==V` admits every local version of V unless it names one.
fn equal_set(version: Version) -> VersionSet {
    if version.is_local() {
        return Ranges::singleton(version);
    }
    let upper = above_locals(version.clone());
    from(version).intersection(&below(upper))
}

/// `>V` does not admit post-releases of V unless V is one.
fn greater_set(version: Version) -> VersionSet {
    if version.is_dev() || version.is_post() {
        return from(above_locals(version));
    }
    match version.pre() {
        Some(pre) => from(version.with_pre(Some(next(pre))).with_dev(Some(0))),
        None => Ranges::strictly_higher_than(version.with_max(Some(0))),
    }
}

fn star_set(version: Version) -> VersionSet {
    let low = version.with_dev(Some(0));
    let high = if let Some(post) = low.post() {
        low.clone().with_post(Some(post.saturating_add(1)))
    } else if let Some(pre) = low.pre() {
        low.clone().with_pre(Some(next(pre)))
    } else {
        let release = bumped(low.release());
        low.clone().with_release(release)
    };
    from(low).intersection(&below(high))
}

/// The least version above V and all its local versions.
fn above_locals(version: Version) -> Version {
    let version = version.without_local();
    if let Some(dev) = version.dev() {
        version.with_dev(Some(dev.saturating_add(1)))
    } else {
        let post = version.post().map_or(0, |post| post.saturating_add(1));
        version.with_post(Some(post)).with_dev(Some(0))
    }
}

fn next(pre: Prerelease) -> Prerelease {
    Prerelease { kind: pre.kind, number: pre.number.saturating_add(1) }
}

/// From a version on; from the least version there is (`0.dev0`) on is everything.
fn from(version: Version) -> VersionSet {
    if version <= least() { Ranges::full() } else { Ranges::higher_than(version) }
}

fn below(version: Version) -> VersionSet {
    if version <= least() { Ranges::empty() } else { Ranges::strictly_lower_than(version) }
}

fn least() -> Version {
    Version::new([0]).with_dev(Some(0))
}

fn bumped(release: &[u64]) -> Vec<u64> {
    let mut bumped = release.to_vec();
    match bumped.last_mut() {
        Some(last) => *last = last.saturating_add(1),
        None => bumped.push(1),
    }
    bumped
}

/// The releases one clause admits; anything but the release numbers is left out of account.
pub(crate) fn release_set(operator: Operator, version: &Version) -> VersionSet {
    let release = version.only_release();
    let line = |prefix: &[u64]| Ranges::from_range_bounds(Version::new(prefix)..Version::new(bumped(prefix)));
    match operator {
        Operator::Equal | Operator::ExactEqual => Ranges::singleton(release),
        Operator::NotEqual => Ranges::singleton(release).complement(),
        Operator::LessThan => Ranges::strictly_lower_than(release),
        Operator::LessThanEqual => Ranges::lower_than(release),
        Operator::GreaterThan => Ranges::strictly_higher_than(release),
        Operator::GreaterThanEqual => Ranges::higher_than(release),
        Operator::TildeEqual => {
            let upper = bumped(&version.release()[..version.release().len().saturating_sub(1)]);
            Ranges::from_range_bounds(release..Version::new(upper))
        }
        Operator::EqualStar => line(version.release()),
        Operator::NotEqualStar => line(version.release()).complement(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn specifier(text: &str) -> Specifier {
        Specifier::parse(text).unwrap()
    }

    #[test]
    fn sets_are_equal_when_they_admit_the_same_versions() {
        for (a, b, same, same_clauses) in [
            (">=3.4,<4", "<4,>=3.4", true, true),
            (">=3.4,<4", ">=3.4.0,<4.0", true, true),
            (">=3.4,<4", "~=3.4", true, false),
            (">=3.4,<4", "==3.*,>=3.4", true, false),
            (">=3.4,<4", ">=3.4,!=2.0,<4", true, false),
            ("~=3.4", "~=3.4.0", false, false),
            ("==3.*", "==3.0.*", false, true),
            ("<4", "<4.dev0", false, false),
            ("==1.0", "==1.0.0", true, true),
            ("==1.0", ">=1.0,<=1.0", false, false),
            ("==1.0", "===1.0", false, false),
            ("", ">=0.dev0", false, false),
            ("", ">=0", false, false),
            ("!=1.0a1", "", false, false),
            (">1.0", ">=1.0,!=1.0", false, false),
            (">=1,>=2", ">=2", true, false),
        ] {
            let (a, b) = (specifier(a), specifier(b));
            assert_eq!(a.is_same_set(&b), same, "{a} and {b} as sets");
            assert_eq!(a.has_same_clauses(&b), same_clauses, "{a} and {b} as clauses");
        }
    }

    #[test]
    fn versions_are_admitted() {
        for (clauses, version, admitted) in [
            (">=1,<2", "1.5", true),
            (">=1,<2", "2.0", false),
            ("~=1.4.2", "1.4.9", true),
            ("~=1.4.2", "1.5.0", false),
            ("==1.*", "1.9.post1", true),
            ("", "0.0.1", true),
            (">=2", "2.0+cpu", true),
            ("==2.1.0", "2.1.0+cpu", true),
        ] {
            let version = Version::from_str(version).unwrap();
            assert_eq!(specifier(clauses).admits(&version), admitted, "{clauses} {version}");
            assert_eq!(specifier(clauses).set().contains(&version), admitted, "{clauses} {version} by set");
        }
    }

    #[test]
    fn openness_of_specifiers() {
        for (clauses, openness) in [
            ("", Openness::None),
            ("!=1.3", Openness::None),
            (">=1", Openness::Floor),
            (">1,!=2", Openness::Floor),
            (">=1,<2", Openness::Range),
            ("<2", Openness::Range),
            ("~=1.4", Openness::Range),
            ("==1.*", Openness::Range),
            ("==1.2", Openness::Exact),
        ] {
            assert_eq!(specifier(clauses).openness(), openness, "{clauses}");
        }
    }

    #[test]
    fn nothing_overflows_and_errors_are_phrases() {
        let huge = u64::MAX;
        for text in [format!("=={huge}.*"), format!("~=1.{huge}.{huge}"), format!(">{huge}.post{huge}"), "<0".into()] {
            let set = specifier(&text).set();
            assert!(set.bounding_range().is_some() || set.is_empty(), "{text}");
        }
        for text in ["3", ">=", ">=1,,<2", "~=1", "==a", ">=1.*"] {
            let error = Specifier::parse(text).unwrap_err();
            assert!(!error.contains('\n') && !error.is_empty(), "{text}: {error}");
        }
    }
}
