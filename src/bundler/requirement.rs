//! Versions and requirements of gems, as RubyGems compares them (`Gem::Version`, `Gem::Requirement`, read 2026-11).

use std::cmp::Ordering;

/// A part of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Segment {
    /// Letters come before every number: `1.0.rc1` is before `1.0`.
    Word(String),
    Number(u64),
}

/// A version of a gem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    segments: Vec<Segment>,
}

impl Version {
    /// Reads a version; `None` for what RubyGems refuses.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().replace('-', ".pre.");
        if !text.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let mut segments = Vec::new();
        for part in text.split('.') {
            if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
                return None;
            }
            let mut rest = part;
            while let Some(first) = rest.chars().next() {
                let is_digit = first.is_ascii_digit();
                let end = rest.find(|c: char| c.is_ascii_digit() != is_digit).unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                segments.push(if is_digit {
                    Segment::Number(word.parse().ok()?)
                } else {
                    Segment::Word(word.to_owned())
                });
                rest = after;
            }
        }
        Some(Self { segments })
    }

    fn is_prerelease(&self) -> bool {
        self.segments.iter().any(|segment| matches!(segment, Segment::Word(_)))
    }

    /// The numbers before the first word.
    fn release(&self) -> Self {
        let numbers = self.segments.iter().take_while(|segment| matches!(segment, Segment::Number(_)));
        Self { segments: numbers.cloned().collect() }
    }

    /// The first version that `~>` does not admit: the last number but one is raised.
    fn bump(&self) -> Self {
        let mut segments = self.release().segments;
        if segments.len() > 1 {
            segments.pop();
        }
        if let Some(Segment::Number(last)) = segments.last_mut() {
            *last = last.saturating_add(1);
        }
        Self { segments }
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let zero = Segment::Number(0);
        for at in 0..self.segments.len().max(other.segments.len()) {
            let one = self.segments.get(at).unwrap_or(&zero);
            let two = other.segments.get(at).unwrap_or(&zero);
            let ordering = match (one, two) {
                (Segment::Number(one), Segment::Number(two)) => one.cmp(two),
                (Segment::Word(one), Segment::Word(two)) => one.cmp(two),
                (Segment::Word(_), Segment::Number(_)) => Ordering::Less,
                (Segment::Number(_), Segment::Word(_)) => Ordering::Greater,
            };
            if ordering != Ordering::Equal {
                return ordering;
            }
        }
        Ordering::Equal
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// An operator and a version, as `>= 1.2`. Without an operator it is `=`.
fn clause(text: &str) -> Option<(&str, &str, Version)> {
    let text = text.trim();
    let end = text.find(|c: char| !"<>=!~".contains(c)).unwrap_or(text.len());
    let (operator, version) = text.split_at(end);
    let operator = if operator.is_empty() { "=" } else { operator };
    let version = version.trim();
    ["=", "!=", ">", "<", ">=", "<=", "~>"].contains(&operator).then_some(())?;
    Some((operator, version, Version::parse(version)?))
}

/// Whether a version meets all of these clauses; `None` when one cannot be read.
pub fn admits<S: AsRef<str>>(clauses: &[S], version: &Version) -> Option<bool> {
    let mut all = true;
    for text in clauses {
        let (operator, _, wanted) = clause(text.as_ref())?;
        all &= match operator {
            "=" => version.cmp(&wanted) == Ordering::Equal,
            "!=" => version.cmp(&wanted) != Ordering::Equal,
            ">" => *version > wanted,
            "<" => *version < wanted,
            ">=" => *version >= wanted,
            "<=" => *version <= wanted,
            _ => *version >= wanted && version.release() < wanted.bump(),
        };
    }
    Some(all)
}

/// Whether two lists of clauses are one requirement for RubyGems: order and trailing zeros do not count, but those after
/// `~>` do. An empty list is `>= 0`.
pub fn are_same<S: AsRef<str>, T: AsRef<str>>(one: &[S], two: &[T]) -> bool {
    let one = sorted(one.iter().map(AsRef::as_ref));
    let two = sorted(two.iter().map(AsRef::as_ref));
    one == two
}

fn sorted<'a>(clauses: impl Iterator<Item = &'a str>) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = clauses
        .map(|text| match clause(text) {
            Some(("~>", version, _)) => ("~>".to_owned(), version.to_owned()),
            Some((operator, _, version)) => (operator.to_owned(), shown(&version)),
            None => (String::new(), text.trim().to_owned()),
        })
        .collect();
    if found.is_empty() {
        found.push((">=".to_owned(), "0".to_owned()));
    }
    found.sort();
    found.dedup();
    found
}

/// A version without trailing zeros.
fn shown(version: &Version) -> String {
    let mut segments = version.segments.as_slice();
    while let [rest @ .., Segment::Number(0)] = segments
        && !rest.is_empty()
    {
        segments = rest;
    }
    let words = segments.iter().map(|segment| match segment {
        Segment::Word(word) => word.clone(),
        Segment::Number(number) => number.to_string(),
    });
    words.collect::<Vec<_>>().join(".")
}

/// How a requirement is open: `none`, `floor`, `range`, `exact`.
pub fn openness<S: AsRef<str>>(clauses: &[S]) -> &'static str {
    let operators: Vec<&str> =
        clauses.iter().filter_map(|text| clause(text.as_ref())).map(|(operator, ..)| operator).collect();
    let has = |wanted: &[&str]| operators.iter().any(|operator| wanted.contains(operator));
    if has(&["="]) {
        "exact"
    } else if has(&["~>", "<", "<="]) {
        "range"
    } else if has(&[">", ">="]) && !clauses.iter().all(|text| text.as_ref().trim() == ">= 0") {
        "floor"
    } else {
        "none"
    }
}

/// Whether a version is a pre-release, which open requirements do not admit by themselves.
pub fn is_prerelease(text: &str) -> bool {
    Version::parse(text).is_some_and(|version| version.is_prerelease())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// What RubyGems 3.3 answers.
    #[test]
    fn requirements_admit_what_rubygems_admits() {
        let mut wrong = Vec::new();
        for line in include_str!("requirement_answers.tsv").lines() {
            let mut parts = line.split('\t');
            let (requirement, versions, answers) =
                (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
            let clauses: Vec<&str> = requirement.split(", ").collect();
            for (version, answer) in versions.split(' ').zip(answers.chars()) {
                let admits = admits(&clauses, &Version::parse(version).unwrap());
                if admits != Some(answer == '1') {
                    wrong.push(format!("{requirement} {version}: {admits:?}, not {answer}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn sameness_and_openness() {
        assert!(are_same(&["1.0"], &["= 1"]));
        assert!(are_same(&[">= 1.0", "< 2"], &["< 2.0", ">= 1"]));
        assert!(are_same::<&str, &str>(&[], &[">= 0"]));
        assert!(!are_same(&["~> 1.0"], &["~> 1"]));
        assert!(is_prerelease("1.0.rc1") && !is_prerelease("1.0"));
        for (text, expected) in
            [("~> 1.2", "range"), (">= 1", "floor"), ("1.2", "exact"), (">= 0", "none"), ("!= 1", "none")]
        {
            assert_eq!(openness(&[text]), expected, "{text}");
        }
    }
}
