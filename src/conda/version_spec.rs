//! Ranges of versions: `>=1.2,<2`, `1.2.*`, `~=1.4|2.*`.

use super::version::Version;

/// The versions that a requirement admits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VersionSpec {
    /// Every version.
    Any,
    /// Those that all of them admit.
    All(Vec<Self>),
    /// Those that one of them admits.
    One(Vec<Self>),
    /// `==`, `!=`, `<`, `<=`, `>`, `>=`.
    Compared(Operator, Version),
    /// `=1.2` and `1.2.*`: the version and more exact ones; with `false` all others.
    StartsWith(Version, bool),
    /// `~=1.4.2`: from this version on, as long as all but its last part stays.
    Compatible(Version),
}

/// How a version is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `==`
    Is,
    /// `!=`
    IsNot,
    /// `<`
    Below,
    /// `<=`
    AtMost,
    /// `>`
    Above,
    /// `>=`
    AtLeast,
}

const OPERATORS: &[(&str, Operator)] = &[
    ("==", Operator::Is),
    ("!=", Operator::IsNot),
    ("<=", Operator::AtMost),
    (">=", Operator::AtLeast),
    ("<", Operator::Below),
    (">", Operator::Above),
];

impl VersionSpec {
    /// Reads a range; `None` for what is none, and for regular expressions.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let mut rest = text;
        let spec = either(&mut rest)?;
        rest.is_empty().then_some(spec)
    }

    /// Whether a version lies in it.
    pub fn admits(&self, version: &Version) -> bool {
        match self {
            Self::Any => true,
            Self::All(parts) => parts.iter().all(|part| part.admits(version)),
            Self::One(parts) => parts.iter().any(|part| part.admits(version)),
            Self::StartsWith(start, holds) => version.starts_with(start) == *holds,
            Self::Compatible(least) => {
                version >= least && least.above().is_none_or(|above| version.starts_with(&above))
            }
            Self::Compared(operator, other) => match operator {
                Operator::Is => version == other,
                Operator::IsNot => version != other,
                Operator::Below => version < other,
                Operator::AtMost => version <= other,
                Operator::Above => version > other,
                Operator::AtLeast => version >= other,
            },
        }
    }
}

/// Parts separated by `|`.
fn either(rest: &mut &str) -> Option<VersionSpec> {
    separated(rest, '|', all, VersionSpec::One)
}

/// Parts separated by `,`, which binds them more closely.
fn all(rest: &mut &str) -> Option<VersionSpec> {
    separated(rest, ',', one, VersionSpec::All)
}

fn separated(
    rest: &mut &str,
    separator: char,
    part: fn(&mut &str) -> Option<VersionSpec>,
    join: fn(Vec<VersionSpec>) -> VersionSpec,
) -> Option<VersionSpec> {
    let mut parts = vec![part(rest)?];
    while let Some(after) = rest.trim_start().strip_prefix(separator) {
        *rest = after;
        parts.push(part(rest)?);
    }
    if parts.len() == 1 { parts.pop() } else { Some(join(parts)) }
}

fn one(rest: &mut &str) -> Option<VersionSpec> {
    *rest = rest.trim_start();
    if let Some(inner) = rest.strip_prefix('(') {
        *rest = inner;
        let spec = either(rest)?;
        *rest = rest.trim_start().strip_prefix(')')?;
        return Some(spec);
    }
    // Blanks may stand between an operator and its version.
    let operators = rest.len() - rest.trim_start_matches(['=', '!', '<', '>', '~', ' ']).len();
    let end = rest[operators..].find([',', '|', ')', ' ']).map_or(rest.len(), |at| operators + at);
    let (text, after) = rest.split_at(end);
    *rest = after.trim_start();
    constraint(text)
}

fn constraint(text: &str) -> Option<VersionSpec> {
    if text == "*" {
        return Some(VersionSpec::Any);
    }
    if let Some(text) = text.strip_prefix("~=") {
        return Some(VersionSpec::Compatible(Version::parse(without_star(text).0)?));
    }
    for (sign, operator) in OPERATORS {
        let Some(text) = text.strip_prefix(sign) else { continue };
        let (text, is_open) = without_star(text);
        if text.is_empty() && is_open {
            return (*operator != Operator::IsNot).then_some(VersionSpec::Any);
        }
        let version = Version::parse(text)?;
        return Some(match operator {
            Operator::Is if is_open => VersionSpec::StartsWith(version, true),
            Operator::IsNot if is_open => VersionSpec::StartsWith(version, false),
            operator => VersionSpec::Compared(*operator, version),
        });
    }
    let (bare, is_open) = without_star(text.strip_prefix('=').unwrap_or(text));
    if bare.is_empty() && is_open {
        return Some(VersionSpec::Any);
    }
    let version = Version::parse(bare)?;
    Some(if is_open || text.starts_with('=') {
        VersionSpec::StartsWith(version, true)
    } else {
        VersionSpec::Compared(Operator::Is, version)
    })
}

/// A version without `.*` or `*` at its end, and whether there was one.
fn without_star(text: &str) -> (&str, bool) {
    let text = text.trim();
    text.strip_suffix('*').map_or((text, false), |bare| (bare.strip_suffix('.').unwrap_or(bare), true))
}
