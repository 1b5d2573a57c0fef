//! What the texts in Terraform files mean: addresses of providers, sources of modules, version constraints.
//!
//! Follows Terraform's documentation of version constraints and module sources, read 2026-11-23.

use std::cmp::Ordering;

/// The host of providers whose source names none, by what tools print: it is left out here.
const PARTS_WITHOUT_HOST: usize = 2;

/// A provider's address without the default host, in lower case: `aws` is `hashicorp/aws`.
pub fn provider(source: &str) -> String {
    let source = source.to_lowercase();
    if source.contains('/') { source } else { format!("hashicorp/{source}") }
}

/// Whether a locked address is that of a provider: a host is compared only when the source names one.
pub fn is_provider(locked: &str, source: &str) -> bool {
    let (locked, source) = (locked.to_lowercase(), provider(source));
    if source.split('/').count() > PARTS_WITHOUT_HOST {
        return locked == source;
    }
    locked.split_once('/').is_some_and(|(_, rest)| rest == source)
}

/// What is wrong with the source of a provider: `[HOST/][NAMESPACE/]TYPE`.
pub fn source_fault(source: &str) -> Option<String> {
    let is_word = |part: &str| {
        let is_plain = part.chars().all(|one| one.is_alphanumeric() || matches!(one, '-' | '_' | '.' | ':'));
        !part.is_empty() && is_plain && !part.starts_with('-') && !part.ends_with('-')
    };
    let is_source = source.split('/').count() <= MOST_PARTS && source.split('/').all(is_word);
    (!is_source).then(|| format!("{source} is not the source of a provider"))
}

/// A locked version as Terraform writes it; `None` when the text is no version.
pub fn normal_version(text: &str) -> Option<String> {
    Version::read(text).filter(|version| version.parts.len() <= MOST_PARTS).map(|version| version.text(MOST_PARTS))
}

/// Where a module comes from: path, git, registry or url.
pub fn module_kind(source: &str) -> &'static str {
    let is_git = source.starts_with("git::") || source.starts_with("git@") || source.contains(".git?");
    match source {
        _ if source.starts_with("./") || source.starts_with("../") => "path",
        _ if is_git || source.ends_with(".git") => "git",
        // Terraform takes these two hosts for git when no scheme is written.
        _ if source.starts_with("github.com/") || source.starts_with("bitbucket.org/") => "git",
        _ if source.contains("::") || source.contains("://") => "url",
        _ => "registry",
    }
}

/// What a git source follows: tag, rev, branch or default-branch. A reference that looks like a
/// version is taken for a tag, forty hexadecimal digits for a commit.
pub fn git_reference(source: &str) -> &'static str {
    let query = source.split_once('?').map_or("", |(_, query)| query);
    let Some(reference) = query.split('&').find_map(|part| part.strip_prefix("ref=")) else { return "default-branch" };
    let is_commit = reference.len() == 40 && reference.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = reference.rsplit('/').next().unwrap_or(reference).trim_start_matches('v');
    match number.bytes().next() {
        _ if is_commit => "rev",
        Some(first) if first.is_ascii_digit() && number.contains('.') => "tag",
        _ => "branch",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Constraint {
    operator: String,
    version: Version,
    /// How many parts were written.
    written: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Version {
    parts: Vec<u64>,
    pre: String,
    build: String,
}

/// The operators in the order in which Terraform writes constraints on one version: `~>` of three parts goes before
/// that of two.
const OPERATORS: [&str; 8] = [">", ">=", "=", "~>", "~>", "<=", "<", "!="];
const PLACE_OF_TWO_PARTS: usize = 4;

/// How many parts a version may have.
const MOST_PARTS: usize = 3;

/// A version constraint: all of its parts must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constraints(Vec<Constraint>);

impl Constraints {
    /// Reads `~> 5.0, != 5.1.2`; `None` when it is no constraint.
    pub fn read(text: &str) -> Option<Self> {
        text.split(',').map(constraint).collect::<Option<Vec<_>>>().map(Self)
    }

    /// How it is open: `floor`, `range` or `exact`.
    pub fn bound(&self) -> &'static str {
        if self.0.iter().any(|one| one.operator == "=") {
            return "exact";
        }
        let is_open = |one: &Constraint| matches!(one.operator.as_str(), ">" | ">=" | "!=");
        if self.0.iter().all(is_open) { "floor" } else { "range" }
    }

    /// The text as Terraform writes it into a lockfile: full versions, in order, none twice.
    pub fn normal(&self) -> String {
        let mut parts: Vec<&Constraint> = self.0.iter().collect();
        parts.sort_by(|one, other| {
            let same = one.version.compare(&other.version).then_with(|| one.version.build.cmp(&other.version.build));
            same.then_with(|| one.place().cmp(&other.place()))
        });
        let mut texts: Vec<String> = parts.into_iter().map(Constraint::normal).collect();
        texts.dedup();
        texts.join(", ")
    }

    /// Whether a version meets it; `None` when the version is none.
    pub fn admits(&self, version: &str) -> Option<bool> {
        let version = Version::read(version)?;
        Some(self.0.iter().all(|one| one.holds(&version)))
    }
}

fn constraint(text: &str) -> Option<Constraint> {
    let text = text.trim();
    let end = text.find(|c: char| !"=!<>~".contains(c))?;
    let (operator, version) = text.split_at(end);
    let operator = if operator.is_empty() { "=" } else { operator };
    if !["=", "!=", ">", ">=", "<", "<=", "~>"].contains(&operator) {
        return None;
    }
    let version = Version::read(version.trim())?;
    let written = version.parts.len();
    if written > MOST_PARTS {
        return None;
    }
    Some(Constraint { operator: operator.to_owned(), version, written })
}

impl Constraint {
    fn is_of_two_parts(&self) -> bool {
        self.operator == "~>" && self.written < MOST_PARTS
    }

    /// Its place among constraints on one version.
    fn place(&self) -> usize {
        if self.is_of_two_parts() {
            return PLACE_OF_TWO_PARTS;
        }
        OPERATORS.iter().position(|known| *known == self.operator).unwrap_or(OPERATORS.len())
    }

    fn normal(&self) -> String {
        let operator = if self.operator == "=" { String::new() } else { format!("{} ", self.operator) };
        format!("{operator}{}", self.version.text(if self.is_of_two_parts() { 2 } else { MOST_PARTS }))
    }

    fn holds(&self, version: &Version) -> bool {
        let order = version.compare(&self.version);
        // A pre-release is chosen only when it is asked for exactly.
        let is_exact = matches!(self.operator.as_str(), "=" | "!=");
        if !version.pre.is_empty() && !is_exact && version.pre != self.version.pre {
            return false;
        }
        match self.operator.as_str() {
            "=" => order.is_eq() && version.build == self.version.build,
            "!=" => order.is_ne(),
            ">" => order.is_gt(),
            ">=" => order.is_ge(),
            "<" => order.is_lt(),
            "<=" => order.is_le(),
            _ => {
                let fixed = self.written.saturating_sub(1).max(1);
                let same = (0..fixed).all(|at| version.part(at) == self.version.part(at));
                order.is_ge() && same
            }
        }
    }
}

impl Version {
    fn read(text: &str) -> Option<Self> {
        let (text, build) = text.split_once('+').unwrap_or((text, ""));
        let (numbers, pre) = text.split_once('-').unwrap_or((text, ""));
        let parts = numbers.split('.').map(|part| part.parse().ok()).collect::<Option<Vec<u64>>>()?;
        Some(Self { parts, pre: pre.to_owned(), build: build.to_owned() })
    }

    /// The version with this many parts.
    fn text(&self, parts: usize) -> String {
        let numbers: Vec<String> = (0..parts).map(|at| self.part(at).to_string()).collect();
        let with = |sign: char, text: &str| if text.is_empty() { String::new() } else { format!("{sign}{text}") };
        format!("{}{}{}", numbers.join("."), with('-', &self.pre), with('+', &self.build))
    }

    fn part(&self, at: usize) -> u64 {
        self.parts.get(at).copied().unwrap_or(0)
    }

    fn compare(&self, other: &Self) -> Ordering {
        let width = self.parts.len().max(other.parts.len());
        let numbers = (0..width).map(|at| self.part(at).cmp(&other.part(at))).find(|order| order.is_ne());
        numbers.unwrap_or_else(|| match (self.pre.is_empty(), other.pre.is_empty()) {
            (true, false) => Ordering::Greater,
            (false, true) => Ordering::Less,
            _ => self.pre.cmp(&other.pre),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_are_written_in_one_form() {
        for (text, expected) in [
            (">=1, <2", ">= 1.0.0, < 2.0.0"),
            ("< 2.0.0, >= 1.0.0, >= 1.0", ">= 1.0.0, < 2.0.0"),
            ("~>1.2", "~> 1.2"),
            ("~> 1", "~> 1.0"),
            ("~> 1.2.0, = 1.2.0", "1.2.0, ~> 1.2.0"),
            ("1.3.0-beta1", "1.3.0-beta1"),
        ] {
            assert_eq!(Constraints::read(text).map(|one| one.normal()).as_deref(), Some(expected), "{text}");
        }
        assert!(Constraints::read("1.2.3.4").is_none());
        assert_eq!(normal_version("1.2").as_deref(), Some("1.2.0"));
        assert_eq!(normal_version("newest"), None);
    }

    #[test]
    fn constraints_hold_as_terraform_says() {
        let cases = [
            ("5.77.0", "5.77.0", true),
            ("= 5.77.0", "5.77.1", false),
            (">= 5.0", "5.77.0", true),
            ("~> 5.0", "5.77.0", true),
            ("~> 5.0", "6.0.0", false),
            ("~> 5.77.0", "5.77.9", true),
            ("~> 5.77.0", "5.78.0", false),
            (">= 5.0, < 5.70", "5.77.0", false),
            ("!= 5.77.0", "5.77.0", false),
            (">= 5.0", "6.0.0-beta1", false),
        ];
        for (text, version, expected) in cases {
            let found = Constraints::read(text).and_then(|constraints| constraints.admits(version));
            assert_eq!(found, Some(expected), "{text} {version}");
        }
        assert_eq!(Constraints::read("latest"), None);
        let bounds = [("5.77.0", "exact"), (">= 5.0", "floor"), ("~> 5.0", "range"), (">= 5, < 6", "range")];
        for (text, bound) in bounds {
            assert_eq!(Constraints::read(text).map(|constraints| constraints.bound()), Some(bound), "{text}");
        }
    }

    #[test]
    fn sources() {
        assert!(is_provider("registry.example.com/hashicorp/aws", "aws"));
        assert!(is_provider("registry.example.com/acme/tool", "Acme/tool"));
        assert!(!is_provider("registry.example.com/acme/tool", "other.example.com/acme/tool"));
        let git = "git::https://git.example.com/modules.git//queue";
        let references = [("?ref=v2.4.1", "tag"), ("?ref=main", "branch"), ("", "default-branch")];
        for (query, expected) in references {
            assert_eq!(git_reference(&format!("{git}{query}")), expected, "{query}");
        }
        assert_eq!([module_kind(git), module_kind("../a"), module_kind("acme/queue/aws")], ["git", "path", "registry"]);
    }
}
