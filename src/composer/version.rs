//! Versions as Composer normalises and orders them.

use std::cmp::Ordering;

/// A version of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Version {
    /// Four numbers and what follows them.
    Numbered(Numbered),
    /// A branch: `dev-main`.
    Branch(String),
}

/// A version made of numbers; `1.x-dev` has numbers that nothing exceeds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Numbered {
    /// Major, minor, patch, and a fourth one.
    pub numbers: [u64; 4],
    /// Words and numbers after them, as PHP's `version_compare` sees them.
    pub rest: Vec<Part>,
}

/// A part of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A number.
    Number(u64),
    /// A word by its rank: 0 dev, 1 alpha, 2 beta, 3 RC, 5 patch. A number ranks 4.
    Word(u8),
}

/// The number that stands for the `x` of `1.x-dev`.
pub const ANY: u64 = 9_999_999;

const WORDS: &[(&str, u8)] =
    &[("stable", u8::MAX), ("alpha", 1), ("beta", 2), ("patch", 5), ("rc", 3), ("pl", 5), ("a", 1), ("b", 2), ("p", 5)];

impl Version {
    /// Reads a version; `None` for what Composer refuses.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.split_once(" as ").map_or(text, |(version, _)| version.trim());
        let text = match text.rsplit_once('@') {
            Some((version, flag)) if is_stability(flag) => version,
            _ => text,
        };
        if matches!(text, "master" | "trunk" | "default") {
            return Some(Self::Branch(text.to_owned()));
        }
        if let Some(branch) = strip_prefix(text, "dev-") {
            return Some(Self::Branch(branch.to_owned()));
        }
        let text = text.split_once('+').map_or(text, |(version, _)| version);
        Numbered::parse(text).or_else(|| Numbered::of_branch(text)).map(Self::Numbered)
    }
}

impl Numbered {
    fn parse(text: &str) -> Option<Self> {
        let (numbers, _, rest) = numbers(text)?;
        Some(Self { numbers, rest: modifiers(rest)? })
    }

    /// `1.x-dev`, `2.3-dev`.
    fn of_branch(text: &str) -> Option<Self> {
        let lower = text.to_ascii_lowercase();
        let branch = lower.strip_suffix("dev")?.trim_end_matches(['-', '.']);
        let mut numbers = [ANY; 4];
        let mut parts = branch.trim_start_matches('v').split('.');
        for number in &mut numbers {
            match parts.next() {
                Some("x" | "*") | None => break,
                Some(part) => *number = part.parse().ok()?,
            }
        }
        parts.all(|part| matches!(part, "x" | "*")).then(|| Self { numbers, rest: vec![Part::Word(0)] })
    }

    /// The same numbers, before every release of them.
    #[must_use]
    pub fn dev(mut self) -> Self {
        self.rest.push(Part::Word(0));
        self
    }

    /// The least version of these numbers.
    pub fn least(numbers: [u64; 4]) -> Self {
        Self { numbers, rest: vec![Part::Word(0)] }
    }
}

impl Ord for Numbered {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_numbers = self.numbers.cmp(&other.numbers);
        if by_numbers != Ordering::Equal {
            return by_numbers;
        }
        let rank = |part: Option<&Part>| match part {
            None | Some(Part::Number(_)) => 4,
            Some(Part::Word(rank)) => *rank,
        };
        for at in 0..self.rest.len().max(other.rest.len()) {
            let ordering = match (self.rest.get(at), other.rest.get(at)) {
                (Some(Part::Number(one)), Some(Part::Number(two))) => one.cmp(two),
                (Some(Part::Number(_)), None) => Ordering::Greater,
                (None, Some(Part::Number(_))) => Ordering::Less,
                (one, two) => rank(one).cmp(&rank(two)),
            };
            if ordering != Ordering::Equal {
                return ordering;
            }
        }
        Ordering::Equal
    }
}

impl PartialOrd for Numbered {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Up to four numbers at the start, how many are written, and what follows.
pub(super) fn numbers(text: &str) -> Option<([u64; 4], usize, &str)> {
    let mut rest = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let mut numbers = [0; 4];
    let mut written = 0;
    while written < 4 {
        let body = if written == 0 { Some(rest) } else { rest.strip_prefix('.') };
        let Some(body) = body.filter(|body| body.starts_with(|c: char| c.is_ascii_digit())) else { break };
        let end = body.find(|c: char| !c.is_ascii_digit()).unwrap_or(body.len());
        numbers[written] = body[..end].parse().ok()?;
        rest = &body[end..];
        written += 1;
    }
    (written > 0).then_some((numbers, written, rest))
}

/// `-beta2`, `RC1`, `.dev`: nothing else may follow the numbers.
pub(super) fn modifiers(text: &str) -> Option<Vec<Part>> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    let mut rest = lower.as_str();
    let bare = rest.strip_prefix(['.', '-', '_']).unwrap_or(rest);
    if let Some((word, rank)) = WORDS.iter().find(|(word, _)| bare.starts_with(word)) {
        rest = &bare[word.len()..];
        if *rank != u8::MAX {
            found.push(Part::Word(*rank));
        }
        loop {
            let body = rest.strip_prefix(['.', '-']).unwrap_or(rest);
            let end = body.find(|c: char| !c.is_ascii_digit()).unwrap_or(body.len());
            if end == 0 {
                break;
            }
            found.push(Part::Number(body[..end].parse().ok()?));
            rest = &body[end..];
        }
    }
    if let Some(end) = rest.strip_prefix(['.', '-']).unwrap_or(rest).strip_prefix("dev") {
        found.push(Part::Word(0));
        rest = end;
    }
    rest.is_empty().then_some(found)
}

pub(super) fn is_stability(word: &str) -> bool {
    ["stable", "rc", "beta", "alpha", "dev"].contains(&&*word.to_ascii_lowercase())
}

fn strip_prefix<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    text.get(..prefix.len()).filter(|start| start.eq_ignore_ascii_case(prefix)).map(|_| &text[prefix.len()..])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn versions_are_ordered() {
        let sorted = [
            "1.0-dev",
            "1.0.0-alpha1-dev",
            "v1.0.0alpha1",
            "1.0-beta.2",
            "1.0RC1",
            "1.0",
            "1.0-p1",
            "1.0.0.1",
            "1.2+build",
            "1.x-dev",
        ];
        let parsed: Vec<Numbered> = sorted
            .iter()
            .map(|text| match Version::parse(text) {
                Some(Version::Numbered(numbered)) => numbered,
                other => panic!("{text}: {other:?}"),
            })
            .collect();
        assert!(parsed.windows(2).all(|pair| pair[0] < pair[1]), "{parsed:?}");
        assert_eq!(Version::parse("dev-main as 1.0.x-dev"), Some(Version::Branch("main".to_owned())));
        assert_eq!(Version::parse("1.0.0").unwrap(), Version::parse("v1@beta").unwrap());
        assert_eq!(Version::parse("nonsense"), None);
        assert_eq!(Version::parse("1.2.3.4.5"), None);
    }
}
