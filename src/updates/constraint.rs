//! What a requirement admits, in the words of its ecosystem.

use semver::VersionReq;

use crate::bundler::requirement as gem;
use crate::composer::constraint::Constraint as Composer;
use crate::node::range::Range;
use crate::node::specifier::Specifier as NodeSpecifier;
use crate::node::version::Mode;
use crate::python::poetry_constraint::Constraint as Poetry;
use crate::python::specifier::Specifier;
use crate::release::Release;

/// A range of versions.
#[derive(Debug, Clone)]
pub(super) enum Constraint {
    /// Every version.
    Any,
    Python(Specifier),
    Poetry(Poetry),
    Node(Range),
    Rust(VersionReq),
    Gem(Vec<String>),
    Composer(Composer),
}

impl Constraint {
    /// Reads a range; `None` when it is none of the ecosystem (a tag, a catalog entry, an address).
    pub(super) fn parse(ecosystem: &str, text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text == "*" {
            return Some(Self::Any);
        }
        match ecosystem {
            "python" => {
                let text = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(text);
                let standard = Specifier::parse(text).map(Self::Python).ok();
                standard.or_else(|| text.parse().map(Self::Poetry).ok())
            }
            "node" => Range::parse(NodeSpecifier::of(text).wanted()?, Mode::Loose).map(Self::Node),
            "rust" => VersionReq::parse(text).map(Self::Rust).ok(),
            "ruby" => Some(Self::Gem(text.split(',').map(|clause| clause.trim().to_owned()).collect())),
            "php" => Composer::parse(text).map(Self::Composer),
            _ => None,
        }
    }

    /// Whether it admits a version. What cannot be compared is not admitted.
    pub(super) fn admits(&self, release: &Release) -> bool {
        match self {
            Self::Any => true,
            Self::Python(specifier) => release.python().is_some_and(|version| specifier.admits(version)),
            Self::Poetry(constraint) => release.python().is_some_and(|version| constraint.admits(version)),
            Self::Node(range) => release.semver().is_some_and(|version| range.admits(version)),
            Self::Rust(requirement) => release.semver().is_some_and(|version| requirement.matches(version)),
            Self::Gem(clauses) => release.gem().is_some_and(|version| gem::admits(clauses, version) == Some(true)),
            Self::Composer(constraint) => release.composer().is_some_and(|version| constraint.admits(&version)),
        }
    }
}

/// Whether a release that demands a runtime runs on all that a project promises to run on; `None` when either text is
/// no range. For Python the least interpreter counts, for Rust the version of the compiler that is promised.
pub(super) fn runs_on(ecosystem: &str, promised: &str, demanded: &str) -> Option<bool> {
    match ecosystem {
        "python" => {
            let least = least_python(promised)?;
            Specifier::parse(demanded).ok().map(|specifier| specifier.admits(&least))
        }
        "rust" => {
            let numbers = |text: &str| -> Option<Vec<u64>> { text.split('.').map(|part| part.parse().ok()).collect() };
            Some(crate::version::compare(&numbers(promised)?, &numbers(demanded)?).is_ge())
        }
        _ => None,
    }
}

/// The lowest interpreter that a range admits.
fn least_python(text: &str) -> Option<pep440_rs::Version> {
    let set = match Specifier::parse(text) {
        Ok(specifier) => specifier.set(),
        Err(_) => {
            let intervals = text.parse::<Poetry>().ok()?.intervals();
            let from = &intervals.0.first()?.0;
            return (!from.is_empty()).then(|| pep440_rs::Version::new(from.iter().copied()));
        }
    };
    let (start, _) = set.bounding_range()?;
    match start {
        std::ops::Bound::Included(version) | std::ops::Bound::Excluded(version) => Some(version.clone()),
        std::ops::Bound::Unbounded => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn ranges_of_every_ecosystem() {
        let cases = [
            ("python", ">=1,<2", "1.9", true),
            ("python", "(>=1,<2)", "2.0", false),
            ("python", "^1.2", "1.9", true),
            ("python", "^1.2", "2.0", false),
            ("python", "", "2.0", true),
            ("node", "^0.2", "0.3.0", false),
            ("node", "npm:other@^1", "1.2.0", true),
            ("rust", "0.2", "0.2.9", true),
            ("rust", "0.2", "0.3.0", false),
            ("ruby", "~> 7.1, >= 7.1.2", "7.2.0", true),
            ("php", "^6.4", "7.0.0", false),
        ];
        for (ecosystem, range, version, expected) in cases {
            let release = Release::parse(ecosystem, version).unwrap();
            assert_eq!(Constraint::parse(ecosystem, range).unwrap().admits(&release), expected, "{range} {version}");
        }
        for (ecosystem, range) in
            [("node", "latest-tag/x"), ("node", "workspace:*"), ("rust", "="), ("python", "nope!")]
        {
            assert!(Constraint::parse(ecosystem, range).is_none(), "{range}");
        }
    }

    #[test]
    fn runtimes() {
        assert_eq!(runs_on("python", ">=3.9", ">=3.8"), Some(true));
        assert_eq!(runs_on("python", ">=3.9,<4", ">=3.10"), Some(false));
        assert_eq!(runs_on("python", "^3.11", ">=3.10"), Some(true));
        assert_eq!(runs_on("python", "<4", ">=3.10"), None);
        assert_eq!(runs_on("rust", "1.70", "1.74.1"), Some(false));
        assert_eq!(runs_on("rust", "1.80.1", "1.74"), Some(true));
        assert_eq!(runs_on("node", ">=18", ">=20"), None);
    }
}
