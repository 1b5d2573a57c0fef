//! npm's ranges: `^1.2`, `1.x || >=2.5 <4`, `1 - 2`, as node-semver 7.8 reads them.
//!
//! No crate serves: of 8085 pairs of ranges and versions asked of npm's own code on
//! 2026-11-23 the nearest one answered 1261 otherwise, joined comparators that contradict each
//! other (`>=2 <1`) among them.

use super::version::{self, Mode, Version, number, tail};

/// Longer texts are no ranges that people write.
const LONGEST: usize = 4096;

/// More comparators than this are not worked out.
const MOST: usize = 256;

/// What a comparator demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Less,
    AtMost,
    Greater,
    AtLeast,
    Exactly,
}

/// One bound.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Comparator {
    operator: Operator,
    version: Version,
}

/// A range: alternatives, each a list of comparators that all must hold. An empty list admits every release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range(Vec<Vec<Comparator>>);

/// A version with parts left open: `1.2.x`, `1`, `*`.
#[derive(Debug)]
struct Partial {
    major: Option<u64>,
    minor: Option<u64>,
    patch: Option<u64>,
    pre: semver::Prerelease,
}

impl Range {
    /// Reads a range; `None` when npm would take the text for a tag.
    pub fn parse(text: &str, mode: Mode) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let mut sets = Vec::new();
        for alternative in text.split("||") {
            match alternative_of(alternative.trim(), mode) {
                Some(set) if set.len() <= MOST && sets.len() < MOST => sets.push(set),
                None if mode == Mode::Loose => {}
                _ => return None,
            }
        }
        if sets.iter().any(Vec::is_empty) {
            sets = vec![Vec::new()];
        }
        (!sets.is_empty()).then_some(Self(sets))
    }

    /// Whether a version satisfies it. A pre-release does only where a bound names a pre-release of the same numbers.
    pub fn admits(&self, version: &Version) -> bool {
        self.0.iter().any(|set| {
            let is_asked_for = |one: &Comparator| !one.version.pre.is_empty() && same_numbers(&one.version, version);
            set.iter().all(|one| one.admits(version)) && (version.pre.is_empty() || set.iter().any(is_asked_for))
        })
    }

    /// Whether it admits every release.
    pub fn is_any(&self) -> bool {
        self.0.iter().any(Vec::is_empty)
    }

    /// The one version it admits, when it names exactly one.
    pub fn exact(&self) -> Option<&Version> {
        match self.0.as_slice() {
            [set] => match set.as_slice() {
                [Comparator { operator: Operator::Exactly, version }] => Some(version),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether every alternative has an upper bound.
    pub fn is_bounded(&self) -> bool {
        let closes = |one: &Comparator| !matches!(one.operator, Operator::Greater | Operator::AtLeast);
        self.0.iter().all(|set| set.iter().any(closes))
    }

    /// Whether the two share a version, by node-semver's own pairwise test.
    pub fn intersects(&self, other: &Self) -> bool {
        let meet = |a: &[Comparator], b: &[Comparator]| a.iter().all(|one| one.intersects_all(b));
        let mine = self.0.iter().filter(|set| is_satisfiable(set));
        mine.into_iter().any(|set| other.0.iter().any(|theirs| is_satisfiable(theirs) && meet(set, theirs)))
    }
}

impl Comparator {
    fn admits(&self, version: &Version) -> bool {
        let order = version.cmp_precedence(&self.version);
        match self.operator {
            Operator::Less => order.is_lt(),
            Operator::AtMost => order.is_le(),
            Operator::Greater => order.is_gt(),
            Operator::AtLeast => order.is_ge(),
            Operator::Exactly => order.is_eq(),
        }
    }

    /// As `Range.test` of this comparator alone.
    fn admits_alone(&self, version: &Version) -> bool {
        let is_asked_for = !self.version.pre.is_empty() && same_numbers(&self.version, version);
        self.admits(version) && (version.pre.is_empty() || is_asked_for)
    }

    /// A range without bounds admits releases only, so it does not meet a pre-release that is asked for exactly.
    fn intersects_all(&self, others: &[Self]) -> bool {
        let is_exact_pre = self.operator == Operator::Exactly && !self.version.pre.is_empty();
        if others.is_empty() { !is_exact_pre } else { others.iter().all(|other| self.intersects(other)) }
    }

    fn intersects(&self, other: &Self) -> bool {
        let is_exact = |one: &Self| one.operator == Operator::Exactly;
        if is_exact(self) {
            return other.admits_alone(&self.version);
        }
        if is_exact(other) {
            return self.admits_alone(&other.version);
        }
        let admits_nothing = |one: &Self| {
            let Version { major, minor, patch, .. } = one.version;
            one.operator == Operator::Less && (major, minor, patch) == (0, 0, 0)
        };
        if admits_nothing(self) || admits_nothing(other) {
            return false;
        }
        let rises = |one: &Self| matches!(one.operator, Operator::Greater | Operator::AtLeast);
        let closed = |one: &Self| matches!(one.operator, Operator::AtMost | Operator::AtLeast);
        let order = self.version.cmp_precedence(&other.version);
        rises(self) == rises(other)
            || (order.is_eq() && closed(self) && closed(other))
            || (order.is_lt() && rises(self))
            || (order.is_gt() && rises(other))
    }
}

fn is_satisfiable(set: &[Comparator]) -> bool {
    set.iter().enumerate().all(|(at, one)| set[at + 1..].iter().all(|other| one.intersects(other)))
}

fn same_numbers(a: &Version, b: &Version) -> bool {
    (a.major, a.minor, a.patch) == (b.major, b.minor, b.patch)
}

/// The comparators of one alternative; `None` when nothing of it is one.
fn alternative_of(text: &str, mode: Mode) -> Option<Vec<Comparator>> {
    if let Some(set) = hyphen(text, mode) {
        return Some(set);
    }
    let words = words(text);
    if words.is_empty() {
        return Some(Vec::new());
    }
    let mut set = Vec::new();
    let mut understood = false;
    for word in &words {
        match comparators(word, mode) {
            Some(bounds) => {
                understood = true;
                set.extend(bounds);
            }
            None if mode == Mode::Loose => {}
            None => return None,
        }
    }
    understood.then_some(set)
}

/// Splits at blanks; an operator stays with the version after it.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut operator = String::new();
    for word in text.split_whitespace() {
        let is_operator = word.bytes().all(|byte| matches!(byte, b'<' | b'>' | b'=' | b'~' | b'^'));
        if is_operator {
            operator.push_str(word);
        } else {
            words.push(format!("{}{word}", std::mem::take(&mut operator)));
        }
    }
    words
}

/// `1.2 - 2`: from the first line on, up to the end of the second.
fn hyphen(text: &str, mode: Mode) -> Option<Vec<Comparator>> {
    let at = text
        .as_bytes()
        .windows(3)
        .position(|three| three[1] == b'-' && three[0].is_ascii_whitespace() && three[2].is_ascii_whitespace())?;
    let (from, to) = (partial(text[..at].trim(), mode)?, partial(text[at + 2..].trim(), mode)?);
    let mut set = Vec::new();
    if from.major.is_some() {
        set.push(bound(Operator::AtLeast, from.floor()));
    }
    match to.ceiling() {
        Some(ceiling) => set.push(bound(Operator::Less, ceiling)),
        None if to.major.is_some() => set.push(bound(Operator::AtMost, to.floor())),
        None => {}
    }
    Some(set)
}

/// The comparators a word stands for; none for a word that admits everything.
fn comparators(word: &str, mode: Mode) -> Option<Vec<Comparator>> {
    if let Some(rest) = word.strip_prefix("~>").or_else(|| word.strip_prefix('~')) {
        return partial(rest, mode).map(|version| version.tilde());
    }
    if let Some(rest) = word.strip_prefix('^') {
        return partial(rest, mode).map(|version| version.caret());
    }
    let (operator, rest) = match word.as_bytes() {
        [b'<', b'=', ..] => (Some(Operator::AtMost), &word[2..]),
        [b'>', b'=', ..] => (Some(Operator::AtLeast), &word[2..]),
        [b'<', ..] => (Some(Operator::Less), &word[1..]),
        [b'>', ..] => (Some(Operator::Greater), &word[1..]),
        [b'=', ..] => (None, &word[1..]),
        _ => (None, word),
    };
    let version = partial(rest, mode)?;
    let lead = &rest[..rest.len() - rest.trim_start_matches(version::is_lead).len()];
    let is_loose = version.patch.is_some() && !matches!(lead, "" | "v");
    (mode == Mode::Loose || !is_loose).then(|| version.bounds(operator))
}

impl Partial {
    /// The least release of what it names.
    fn floor(&self) -> Version {
        Version {
            pre: self.pre.clone(),
            ..Version::new(self.major.unwrap_or(0), self.minor.unwrap_or(0), self.patch.unwrap_or(0))
        }
    }

    /// The first release after the line it names; `None` when it is a whole version, or anything.
    fn ceiling(&self) -> Option<Version> {
        match (self.major, self.minor, self.patch) {
            (Some(major), None, _) => Some(before(major + 1, 0, 0)),
            (Some(major), Some(minor), None) => Some(before(major, minor + 1, 0)),
            _ => None,
        }
    }

    fn between(&self, ceiling: Version) -> Vec<Comparator> {
        let floor = self.floor();
        // `>=0.0.0` is dropped, as node-semver does: it admits every release.
        let is_zero = floor == Version::new(0, 0, 0);
        let floor = (!is_zero).then(|| bound(Operator::AtLeast, floor));
        floor.into_iter().chain([bound(Operator::Less, ceiling)]).collect()
    }

    fn tilde(&self) -> Vec<Comparator> {
        match (self.major, self.minor) {
            (None, _) => Vec::new(),
            (Some(major), None) => self.between(before(major + 1, 0, 0)),
            (Some(major), Some(minor)) => self.between(before(major, minor + 1, 0)),
        }
    }

    fn caret(&self) -> Vec<Comparator> {
        match (self.major, self.minor, self.patch) {
            (None, ..) => Vec::new(),
            (Some(0), Some(0), Some(patch)) => self.between(before(0, 0, patch + 1)),
            (Some(0), Some(minor), _) => self.between(before(0, minor + 1, 0)),
            (Some(major), ..) => self.between(before(major + 1, 0, 0)),
        }
    }

    fn bounds(&self, operator: Option<Operator>) -> Vec<Comparator> {
        let is_open = self.patch.is_none();
        let Some(operator) = operator else {
            return match (self.major, self.ceiling()) {
                (None, _) => Vec::new(),
                (Some(_), Some(ceiling)) => self.between(ceiling),
                (Some(_), None) => vec![bound(Operator::Exactly, self.floor())],
            };
        };
        if self.major.is_none() {
            return match operator {
                Operator::Less | Operator::Greater => vec![bound(Operator::Less, before(0, 0, 0))],
                _ => Vec::new(),
            };
        }
        let floor = self.floor();
        match (operator, is_open.then(|| self.ceiling()).flatten()) {
            (Operator::Greater, Some(ceiling)) => {
                let release = Version::new(ceiling.major, ceiling.minor, ceiling.patch);
                vec![bound(Operator::AtLeast, release)]
            }
            (Operator::AtMost, Some(ceiling)) => vec![bound(Operator::Less, ceiling)],
            (Operator::Less, Some(_)) => vec![bound(Operator::Less, before(floor.major, floor.minor, floor.patch))],
            (Operator::AtLeast, _) if floor == Version::new(0, 0, 0) => Vec::new(),
            (operator, _) => vec![bound(operator, floor)],
        }
    }
}

fn bound(operator: Operator, version: Version) -> Comparator {
    Comparator { operator, version }
}

/// The place below every pre-release of a version: `2.0.0-0`.
fn before(major: u64, minor: u64, patch: u64) -> Version {
    let pre = semver::Prerelease::new("0").expect("a number is a pre-release");
    Version { pre, ..Version::new(major, minor, patch) }
}

/// Reads `1.2.x`, `v1`, `1.2.3-pre`; whole texts only. A number after an open part is refused.
fn partial(text: &str, mode: Mode) -> Option<Partial> {
    let mut version = Partial { major: None, minor: None, patch: None, pre: semver::Prerelease::EMPTY };
    let mut rest = text.trim_start_matches(version::is_lead);
    let mut open = false;
    for at in 0..3 {
        if at > 0 {
            if rest.is_empty() {
                return Some(version);
            }
            rest = rest.strip_prefix('.')?;
        }
        if let Some(after) = rest.strip_prefix(['x', 'X', '*']) {
            open = true;
            rest = after;
            continue;
        }
        let (value, after) = number(rest, mode)?;
        if open {
            return None;
        }
        rest = after;
        match at {
            0 => version.major = Some(value),
            1 => version.minor = Some(value),
            _ => version.patch = Some(value),
        }
    }
    let (pre, rest) = tail(rest, mode)?;
    if !open {
        version.pre = pre;
    }
    rest.is_empty().then_some(version)
}

#[cfg(test)]
mod tests;
