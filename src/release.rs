//! A released version in the order of its ecosystem, and how far one is from another.

use std::cmp::Ordering;

use crate::bundler::requirement::{self as gem, Version as Gem};
use crate::composer::version::{Numbered, Part, Version as Composer};
use crate::day::Day;
use crate::node::version::Mode;

/// A version that its ecosystem can put in order.
#[derive(Debug, Clone)]
pub struct Release {
    /// As it is written.
    pub text: String,
    order: Order,
}

/// The orders that ecosystems use.
#[derive(Debug, Clone)]
enum Order {
    Python(pep440_rs::Version),
    Semver(semver::Version),
    Gem(Gem),
    Composer(Numbered),
}

/// How far a newer version is from an older one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// The same version.
    None,
    /// Only what comes after the second number differs.
    Patch,
    /// The second number differs.
    Minor,
    /// The first number differs; for Rust, Node and PHP below 1.0 also the second, and below 0.1 the third.
    Major,
    /// Both versions are dates, so that their numbers tell nothing about what changed.
    Calver,
}

impl Step {
    /// The word of reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
            Self::Calver => "calver",
        }
    }
}

impl Release {
    /// Reads a version by the rules of its ecosystem: python, rust, node, go, terraform, ruby, php. `None` for what has
    /// no place in its order: a branch, a commit, a tag.
    pub fn parse(ecosystem: &str, text: &str) -> Option<Self> {
        let text = text.trim();
        let order = match ecosystem {
            "python" => Order::Python(text.parse().ok()?),
            "node" => Order::Semver(crate::node::version::parse(text, Mode::Loose)?),
            "rust" | "go" | "terraform" => Order::Semver(semver::Version::parse(text.trim_start_matches('v')).ok()?),
            "ruby" => Order::Gem(Gem::parse(text)?),
            "php" => match Composer::parse(text)? {
                Composer::Numbered(numbered) => Order::Composer(numbered),
                Composer::Branch(_) => return None,
            },
            _ => return None,
        };
        Some(Self { text: text.to_owned(), order })
    }

    /// Which of the two comes first; versions of different ecosystems are equal.
    pub fn compare(&self, other: &Self) -> Ordering {
        match (&self.order, &other.order) {
            (Order::Python(a), Order::Python(b)) => a.cmp(b),
            (Order::Semver(a), Order::Semver(b)) => a.cmp_precedence(b),
            (Order::Gem(a), Order::Gem(b)) => a.cmp(b),
            (Order::Composer(a), Order::Composer(b)) => a.cmp(b),
            _ => Ordering::Equal,
        }
    }

    /// Whether it comes after another one.
    pub fn is_after(&self, other: &Self) -> bool {
        self.compare(other).is_gt()
    }

    /// Whether it was released to be tried, not to be used.
    pub fn is_prerelease(&self) -> bool {
        match &self.order {
            Order::Python(version) => version.any_prerelease(),
            Order::Semver(version) => !version.pre.is_empty(),
            Order::Gem(_) => gem::is_prerelease(&self.text),
            Order::Composer(version) => version.rest.iter().any(|part| matches!(part, Part::Word(rank) if *rank < 4)),
        }
    }

    /// The version as PEP 440 reads it, for Python.
    pub fn python(&self) -> Option<&pep440_rs::Version> {
        if let Order::Python(version) = &self.order { Some(version) } else { None }
    }

    /// The version as semver, for Rust, Node, Go and Terraform.
    pub fn semver(&self) -> Option<&semver::Version> {
        if let Order::Semver(version) = &self.order { Some(version) } else { None }
    }

    /// The version of a gem.
    pub fn gem(&self) -> Option<&Gem> {
        if let Order::Gem(version) = &self.order { Some(version) } else { None }
    }

    /// The version of a Composer package.
    pub fn composer(&self) -> Option<Composer> {
        if let Order::Composer(version) = &self.order { Some(Composer::Numbered(version.clone())) } else { None }
    }

    /// Its first numbers; missing ones are 0.
    fn numbers(&self) -> [u64; 3] {
        let at = |numbers: &[u64], index: usize| numbers.get(index).copied().unwrap_or(0);
        match &self.order {
            Order::Python(version) => [0, 1, 2].map(|index| at(version.release(), index)),
            Order::Semver(version) => [version.major, version.minor, version.patch],
            Order::Composer(version) => [0, 1, 2].map(|index| version.numbers[index]),
            Order::Gem(_) => {
                let numbers: Vec<u64> =
                    self.text.split(['.', '-']).map_while(|part| part.parse().ok()).take(3).collect();
                [0, 1, 2].map(|index| at(&numbers, index))
            }
        }
    }

    fn epoch(&self) -> u64 {
        if let Order::Python(version) = &self.order { version.epoch() } else { 0 }
    }

    /// How far a newer version is, by the conventions of the ecosystem. Days of release tell dates from numbers.
    pub fn step_to(&self, newer: &Self, ecosystem: &str, days: [Option<Day>; 2]) -> Step {
        if self.compare(newer).is_eq() {
            return Step::None;
        }
        if self.is_dated(days[0]) && newer.is_dated(days[1]) {
            return Step::Calver;
        }
        let ([major, minor, patch], [to_major, to_minor, to_patch]) = (self.numbers(), newer.numbers());
        let is_compatible_by_caret = matches!(ecosystem, "rust" | "node" | "php");
        if major != to_major || self.epoch() != newer.epoch() {
            Step::Major
        } else if minor != to_minor {
            if major == 0 && is_compatible_by_caret { Step::Major } else { Step::Minor }
        } else if is_compatible_by_caret && major == 0 && minor == 0 && patch != to_patch {
            Step::Major
        } else {
            Step::Patch
        }
    }

    /// Whether its first number is below 1, where a minor step may break.
    pub fn is_below_one(&self) -> bool {
        self.epoch() == 0 && self.numbers()[0] == 0
    }

    /// Whether its first number is the year of its release: 2026, or 26 where the day confirms it.
    fn is_dated(&self, day: Option<Day>) -> bool {
        let first = self.numbers()[0];
        if (1990..=2100).contains(&first) {
            return true;
        }
        day.is_some_and(|day| {
            let year: u64 = day.to_string().get(..4).and_then(|year| year.parse().ok()).unwrap_or(0);
            (10..100).contains(&first) && year % 100 == first
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn steps_by_ecosystem() {
        let cases = [
            ("python", "1.2.3", "1.2.4", "patch"),
            ("python", "1.2.3", "1.2.3.post1", "patch"),
            ("python", "1.2", "1.2.0", "none"),
            ("python", "1.2.0rc1", "1.2.0", "patch"),
            ("python", "0.3.1", "0.4.0", "minor"),
            ("python", "1.9", "2.0", "major"),
            ("python", "2.0", "1!1.0", "major"),
            ("python", "2024.2.2", "2026.7.4", "calver"),
            ("node", "0.3.1", "0.4.0", "major"),
            ("node", "0.0.3", "0.0.4", "major"),
            ("node", "0.3.1", "0.3.2", "patch"),
            ("rust", "1.0.0", "1.3.0", "minor"),
            ("go", "v1.2.3", "v1.3.0+incompatible", "minor"),
            ("ruby", "7.1.3.1", "7.1.4", "patch"),
            ("php", "6.4.1", "7.0.0", "major"),
            ("terraform", "5.1.0", "5.2.0", "minor"),
        ];
        for (ecosystem, from, to, expected) in cases {
            let parse = |text| Release::parse(ecosystem, text).unwrap();
            let step = parse(from).step_to(&parse(to), ecosystem, [None, None]);
            assert_eq!(step.word(), expected, "{ecosystem} {from} {to}");
        }
    }

    #[test]
    fn a_year_of_two_digits_needs_its_day() {
        let (from, to) = (Release::parse("python", "24.1.0").unwrap(), Release::parse("python", "25.2.0").unwrap());
        let days = [Day::parse("2024-01-26"), Day::parse("2025-06-01")];
        assert_eq!(from.step_to(&to, "python", days), Step::Calver);
        assert_eq!(from.step_to(&to, "python", [None, None]), Step::Major);
        assert_eq!(from.step_to(&to, "python", [Day::parse("2023-01-01"), days[1]]), Step::Major);
    }

    #[test]
    fn order_and_prereleases() {
        let is_after =
            |ecosystem, a, b| Release::parse(ecosystem, a).unwrap().is_after(&Release::parse(ecosystem, b).unwrap());
        assert!(is_after("python", "1.10", "1.9"));
        assert!(is_after("python", "1.0", "1.0rc1"));
        assert!(is_after("node", "1.0.0", "1.0.0-beta.2"));
        assert!(is_after("ruby", "1.0", "1.0.rc1"));
        for (ecosystem, text, expected) in [
            ("python", "2.0.dev1", true),
            ("python", "2.0.post1", false),
            ("node", "2.0.0-rc.1", true),
            ("ruby", "2.0.rc1", true),
            ("php", "2.0.0-beta1", true),
            ("php", "2.0.0", false),
        ] {
            assert_eq!(Release::parse(ecosystem, text).unwrap().is_prerelease(), expected, "{ecosystem} {text}");
        }
        assert!(Release::parse("php", "dev-main").is_none());
        assert!(Release::parse("node", "latest").is_none());
    }
}
