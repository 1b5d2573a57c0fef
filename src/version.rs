//! Versions as intervals, so that statements of any ecosystem can be compared.

pub mod range;

use std::cmp::Ordering;
use std::fmt;

/// A release as a tuple of numbers; missing parts count as 0. Pre-release parts are not kept.
pub type Release = Vec<u64>;

/// A set of releases: half-open intervals `[from, to)`, sorted, not touching. `None` is unbounded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Intervals(pub Vec<(Release, Option<Release>)>);

/// How one set of versions relates to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// The same versions.
    Equal,
    /// The first admits a part of the second.
    Inside,
    /// The first admits all of the second and more.
    Around,
    /// Some are shared.
    Overlap,
    /// None is shared.
    Disjoint,
}

impl Relation {
    /// The word that rules compare with.
    pub fn word(self) -> &'static str {
        match self {
            Self::Equal => "equal",
            Self::Inside => "inside",
            Self::Around => "around",
            Self::Overlap => "overlap",
            Self::Disjoint => "disjoint",
        }
    }
}

impl Relation {
    /// Whether the first admits nothing that the second does not.
    pub fn is_within(self) -> bool {
        matches!(self, Self::Equal | Self::Inside)
    }
}

/// Compares releases part by part; missing parts count as 0.
pub fn compare(a: &[u64], b: &[u64]) -> Ordering {
    let width = a.len().max(b.len());
    let part = |release: &[u64], at: usize| release.get(at).copied().unwrap_or(0);
    (0..width).map(|at| part(a, at).cmp(&part(b, at))).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

fn compare_ends(a: Option<&Release>, b: Option<&Release>) -> Ordering {
    match (a, b) {
        (None, None) => Ordering::Equal,
        (None, _) => Ordering::Greater,
        (_, None) => Ordering::Less,
        (Some(a), Some(b)) => compare(a, b),
    }
}

impl Intervals {
    /// Every version.
    pub fn all() -> Self {
        Self(vec![(Vec::new(), None)])
    }

    /// The line a prefix names: `3.11` is `[3.11, 3.12)`.
    pub fn line(prefix: &[u64]) -> Self {
        let mut end = prefix.to_vec();
        match end.last_mut() {
            Some(last) => *last += 1,
            None => return Self::all(),
        }
        Self(vec![(prefix.to_vec(), Some(end))])
    }

    /// From a release on.
    pub fn at_least(from: &[u64]) -> Self {
        Self(vec![(from.to_vec(), None)])
    }

    /// Below a release.
    pub fn below(to: &[u64]) -> Self {
        Self::between(&[], to)
    }

    /// `[from, to)`; empty when `to` is not above `from`.
    pub fn between(from: &[u64], to: &[u64]) -> Self {
        if compare(from, to).is_lt() { Self(vec![(from.to_vec(), Some(to.to_vec()))]) } else { Self::default() }
    }

    /// Whether it admits nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What both admit.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let mut shared = Vec::new();
        for (from, to) in &self.0 {
            for (other_from, other_to) in &other.0 {
                let start = if compare(from, other_from).is_ge() { from } else { other_from };
                let end = if compare_ends(to.as_ref(), other_to.as_ref()).is_le() { to } else { other_to };
                if end.as_ref().is_none_or(|end| compare(start, end).is_lt()) {
                    shared.push((start.clone(), end.clone()));
                }
            }
        }
        Self(shared).sorted()
    }

    /// What either admits.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        let mut all = self.0.clone();
        all.extend(other.0.iter().cloned());
        Self(all).sorted()
    }

    /// What it does not admit.
    #[must_use]
    pub fn complement(&self) -> Self {
        let mut gaps = Vec::new();
        let mut from = Vec::new();
        for (start, end) in &self.0 {
            if compare(&from, start).is_lt() {
                gaps.push((from.clone(), Some(start.clone())));
            }
            match end {
                Some(end) => from.clone_from(end),
                None => return Self(gaps),
            }
        }
        gaps.push((from, None));
        Self(gaps)
    }

    /// How it relates to another set.
    pub fn relation(&self, other: &Self) -> Relation {
        let shared = self.and(other);
        let inside = shared.same(self);
        let around = shared.same(other);
        match (shared.is_empty(), inside, around) {
            (_, true, true) => Relation::Equal,
            (true, ..) => Relation::Disjoint,
            (_, true, false) => Relation::Inside,
            (_, false, true) => Relation::Around,
            (_, false, false) => Relation::Overlap,
        }
    }

    /// Whether it admits versions above all that the other admits.
    pub fn reaches_above(&self, other: &Self) -> bool {
        let end = |intervals: &Self| intervals.0.last().map(|(_, end)| end.clone());
        match (end(self), end(other)) {
            (Some(own), Some(theirs)) => compare_ends(own.as_ref(), theirs.as_ref()).is_gt(),
            _ => false,
        }
    }

    fn same(&self, other: &Self) -> bool {
        self.0.len() == other.0.len()
            && self.0.iter().zip(&other.0).all(|((from, to), (other_from, other_to))| {
                compare(from, other_from).is_eq() && compare_ends(to.as_ref(), other_to.as_ref()).is_eq()
            })
    }

    fn sorted(mut self) -> Self {
        self.0.sort_by(|a, b| compare(&a.0, &b.0).then_with(|| compare_ends(a.1.as_ref(), b.1.as_ref())));
        let mut merged: Vec<(Release, Option<Release>)> = Vec::new();
        for (from, to) in self.0 {
            match merged.last_mut() {
                Some((_, end)) if end.as_ref().is_none_or(|end| compare(&from, end).is_le()) => {
                    if compare_ends(to.as_ref(), end.as_ref()).is_gt() {
                        *end = to;
                    }
                }
                _ => merged.push((from, to)),
            }
        }
        Self(merged)
    }
}

impl fmt::Display for Intervals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dotted = |release: &Release| {
            if release.is_empty() {
                return "0".to_owned();
            }
            release.iter().map(u64::to_string).collect::<Vec<_>>().join(".")
        };
        for (at, (from, to)) in self.0.iter().enumerate() {
            let blank = if at == 0 { "" } else { " " };
            let to = to.as_ref().map_or_else(|| "..".to_owned(), dotted);
            write!(f, "{blank}[{}, {to})", dotted(from))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relations() {
        let line = Intervals::line(&[3, 11]);
        let floor = Intervals::at_least(&[3, 12]);
        assert_eq!(line.relation(&floor), Relation::Disjoint);
        assert_eq!(Intervals::line(&[3, 12]).relation(&floor), Relation::Inside);
        assert_eq!(floor.relation(&Intervals::line(&[3, 12])), Relation::Around);
        assert_eq!(Intervals::line(&[3]).relation(&floor), Relation::Overlap);
        assert_eq!(line.relation(&Intervals::between(&[3, 11, 0], &[3, 12])), Relation::Equal);
    }

    #[test]
    fn complement_and_union() {
        let gap = Intervals::line(&[3, 9]).complement();
        assert_eq!(gap.0.len(), 2);
        assert_eq!(gap.or(&Intervals::line(&[3, 9])), Intervals::all());
    }
}
