//! Text to a marker. Comparisons that make no sense are passed over, as the tools do.

use std::ops::Range;
use std::str::FromStr;

use pep440_rs::{Operator, VersionPattern, VersionSpecifier};
use version_ranges::Ranges;

use super::MarkerError;
use super::expression::{Atom, Expression, TextVariable, VersionVariable};
use crate::python::specifier::release_set;
use crate::python::{Version, name};

/// Parentheses deeper than this are refused.
const MOST_NESTING: usize = 40;

pub(super) fn parse(text: &str) -> Result<Expression, MarkerError> {
    let mut parser = Parser { text, at: 0, depth: 0 };
    let expression = parser.any()?;
    parser.skip_space();
    if parser.at < text.len() {
        return Err(parser.wrong(parser.at..text.len(), "`and`, `or` or the end of the marker is expected here"));
    }
    Ok(expression.unwrap_or(Expression::Constant(true)))
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

/// One side of a comparison.
enum Side<'t> {
    PythonVersion,
    Version(VersionVariable),
    Text(TextVariable),
    Extra,
    List(&'static str),
    Quoted(&'t str),
}

/// A comparison sign, turned so that the variable stands on the left.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Compare(Operator),
    In { negated: bool },
    Contains { negated: bool },
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn skip_space(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'t str {
        let rest = self.rest();
        let length = rest.find(|character| !wanted(character)).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    fn wrong(&self, range: Range<usize>, message: &str) -> MarkerError {
        MarkerError { message: message.to_owned(), range }
    }

    /// A word that joins: `and`, `or`, followed by white space or the end.
    fn joins(&mut self, word: &str) -> bool {
        self.skip_space();
        let rest = self.rest();
        let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let joins = &rest[..length] == word;
        if joins {
            self.at += length;
        }
        joins
    }

    fn any(&mut self) -> Result<Option<Expression>, MarkerError> {
        let mut parts = vec![self.all()?];
        while self.joins("or") {
            parts.push(self.all()?);
        }
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        Ok((!parts.is_empty()).then(|| Expression::any(parts)))
    }

    fn all(&mut self) -> Result<Option<Expression>, MarkerError> {
        let mut parts = vec![self.one()?];
        while self.joins("and") {
            parts.push(self.one()?);
        }
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        Ok((!parts.is_empty()).then(|| Expression::all(parts)))
    }

    fn one(&mut self) -> Result<Option<Expression>, MarkerError> {
        self.skip_space();
        if !self.rest().starts_with('(') {
            return self.comparison();
        }
        let open = self.at;
        self.at += 1;
        self.depth += 1;
        if self.depth > MOST_NESTING {
            return Err(self.wrong(open..open + 1, "its parentheses are nested too deeply"));
        }
        let inner = self.any()?;
        self.skip_space();
        if !self.rest().starts_with(')') {
            return Err(self.wrong(open..open + 1, "this parenthesis is not closed"));
        }
        self.at += 1;
        self.depth -= 1;
        Ok(inner)
    }

    fn comparison(&mut self) -> Result<Option<Expression>, MarkerError> {
        let start = self.at;
        let left = self.side()?;
        self.skip_space();
        let sign = self.sign()?;
        self.skip_space();
        let right = self.side()?;
        let place = start..self.at;
        Ok(match (left, right) {
            (Side::Quoted(_), Side::Quoted(_)) => None,
            (Side::List(_), _) => return Err(self.wrong(place, "a list stands on the right of `in`")),
            (Side::Quoted(value), Side::List(list)) => {
                let Sign::Contains { negated } = sign.turned() else {
                    return Err(self.wrong(place, "a list is compared with `in` and `not in` only"));
                };
                let listed = Expression::Atom(Atom::Listed(list, name::normalize(value)));
                Some(if negated { listed.negated() } else { listed })
            }
            (Side::Quoted(value), variable) => build(&variable, sign.turned(), value, false),
            (variable, Side::Quoted(value)) => build(&variable, sign, value, true),
            _ => None,
        })
    }

    fn side(&mut self) -> Result<Side<'t>, MarkerError> {
        let start = self.at;
        let Some(first) = self.rest().chars().next() else {
            return Err(self.wrong(start..start, "the marker ends where a value is expected"));
        };
        if matches!(first, '\'' | '"') {
            self.at += 1;
            let value = self.take_while(|character| character != first);
            if !self.rest().starts_with(first) {
                return Err(self.wrong(start..self.at, "this quote is not closed"));
            }
            self.at += 1;
            return Ok(Side::Quoted(value));
        }
        let word = self.take_while(|c| !c.is_whitespace() && !matches!(c, '>' | '=' | '<' | '!' | '~' | ')'));
        Ok(match word {
            "python_version" => Side::PythonVersion,
            "python_full_version" => Side::Version(VersionVariable::PythonFullVersion),
            "implementation_version" => Side::Version(VersionVariable::ImplementationVersion),
            "os_name" | "os.name" => Side::Text(TextVariable::OsName),
            "sys_platform" | "sys.platform" => Side::Text(TextVariable::SysPlatform),
            "platform_system" => Side::Text(TextVariable::PlatformSystem),
            "platform_machine" | "platform.machine" => Side::Text(TextVariable::PlatformMachine),
            "platform_python_implementation" | "platform.python_implementation" | "python_implementation" => {
                Side::Text(TextVariable::PlatformPythonImplementation)
            }
            "platform_release" => Side::Text(TextVariable::PlatformRelease),
            "platform_version" | "platform.version" => Side::Text(TextVariable::PlatformVersion),
            "implementation_name" => Side::Text(TextVariable::ImplementationName),
            "extra" => Side::Extra,
            "extras" => Side::List("extras"),
            "dependency_groups" => Side::List("dependency_groups"),
            _ => return Err(self.wrong(start..self.at, &format!("`{word}` is not a marker variable and not quoted"))),
        })
    }

    fn sign(&mut self) -> Result<Sign, MarkerError> {
        let start = self.at;
        if self.rest().starts_with(char::is_alphabetic) {
            let word = self.take_while(|c| !c.is_whitespace() && c != '\'' && c != '"');
            match word {
                "in" => return Ok(Sign::In { negated: false }),
                "not" => {
                    self.skip_space();
                    if self.rest().starts_with("in") {
                        self.at += 2;
                        return Ok(Sign::In { negated: true });
                    }
                }
                _ => {}
            }
        } else {
            let sign = self.take_while(|c| matches!(c, '<' | '=' | '>' | '~' | '!'));
            if let Ok(operator) = Operator::from_str(sign) {
                return Ok(Sign::Compare(operator));
            }
        }
        Err(self.wrong(start..self.at, "a comparison such as `>=` or `not in` is expected here"))
    }
}

impl Sign {
    /// The same comparison with its sides exchanged.
    fn turned(self) -> Self {
        match self {
            Self::In { negated } => Self::Contains { negated },
            Self::Contains { negated } => Self::In { negated },
            Self::Compare(operator) => Self::Compare(match operator {
                Operator::LessThan => Operator::GreaterThan,
                Operator::LessThanEqual => Operator::GreaterThanEqual,
                Operator::GreaterThan => Operator::LessThan,
                Operator::GreaterThanEqual => Operator::LessThanEqual,
                same => same,
            }),
        }
    }
}

/// The comparison of a variable with a text; `None` when it makes no sense and is passed over.
fn build(variable: &Side<'_>, sign: Sign, value: &str, star_allowed: bool) -> Option<Expression> {
    match variable {
        Side::PythonVersion => version_comparison(None, sign, value, star_allowed),
        Side::Version(of) => version_comparison(Some(*of), sign, value, star_allowed),
        Side::Text(of) => text_comparison(*of, sign, value),
        Side::Extra => {
            let extra = || Expression::Atom(Atom::Extra(name::normalize(value)));
            // An extra that cannot exist is never asked for, whatever the comparison.
            let valid = name::is_valid(value);
            match sign {
                Sign::Compare(Operator::Equal) => Some(if valid { extra() } else { Expression::Constant(false) }),
                Sign::Compare(Operator::NotEqual) => {
                    Some(if valid { extra().negated() } else { Expression::Constant(false) })
                }
                _ => None,
            }
        }
        Side::List(_) | Side::Quoted(_) => None,
    }
}

fn text_comparison(variable: TextVariable, sign: Sign, value: &str) -> Option<Expression> {
    let operator = match sign {
        Sign::In { negated } | Sign::Contains { negated } => {
            let atom = match sign {
                Sign::In { .. } => Atom::In(variable, value.to_owned()),
                _ => Atom::Contains(variable, value.to_owned()),
            };
            let atom = Expression::Atom(atom);
            return Some(if negated { atom.negated() } else { atom });
        }
        Sign::Compare(operator) => operator,
    };
    let (variable, value) = folded(variable, value);
    let is_ordered = matches!(variable, TextVariable::PlatformRelease | TextVariable::PlatformVersion);
    let equal = Ranges::singleton(value.to_owned());
    let set = match operator {
        Operator::Equal | Operator::ExactEqual => equal,
        Operator::NotEqual => equal.complement(),
        Operator::LessThan if is_ordered => Ranges::strictly_lower_than(value.to_owned()),
        Operator::LessThanEqual if is_ordered => Ranges::lower_than(value.to_owned()),
        Operator::GreaterThan if is_ordered => Ranges::strictly_higher_than(value.to_owned()),
        Operator::GreaterThanEqual if is_ordered => Ranges::higher_than(value.to_owned()),
        // Texts have no order: "less or equal" leaves "equal", "less" leaves nothing.
        Operator::LessThanEqual | Operator::GreaterThanEqual => equal,
        Operator::LessThan | Operator::GreaterThan => return Some(Expression::Constant(false)),
        Operator::TildeEqual | Operator::EqualStar | Operator::NotEqualStar => return None,
    };
    Some(Expression::Atom(Atom::Text(variable, set)))
}

/// `platform_system` as `sys_platform`, where the two say the same.
fn folded(variable: TextVariable, value: &str) -> (TextVariable, &str) {
    let platform = match (variable, value) {
        (TextVariable::PlatformSystem, "Windows") => "win32",
        (TextVariable::PlatformSystem, "Darwin") => "darwin",
        (TextVariable::PlatformSystem, "Linux") => "linux",
        (TextVariable::PlatformSystem, "AIX") => "aix",
        (TextVariable::PlatformSystem, "Emscripten") => "emscripten",
        (TextVariable::PlatformSystem, "Android") => "android",
        _ => return (variable, value),
    };
    (TextVariable::SysPlatform, platform)
}

/// `variable` is `None` for `python_version`.
fn version_comparison(
    variable: Option<VersionVariable>,
    sign: Sign,
    value: &str,
    star_allowed: bool,
) -> Option<Expression> {
    let of = variable.unwrap_or(VersionVariable::PythonFullVersion);
    let in_set = |set: Ranges<Version>| Some(Expression::Atom(Atom::Version(of, set)));
    let operator = match sign {
        Sign::In { negated } => {
            let versions: Result<Vec<_>, _> = value.split_whitespace().map(Version::from_str).collect();
            let mut set = Ranges::empty();
            for version in versions.ok()? {
                let one = match variable {
                    None => match full_version_set(Operator::Equal, version.only_release()) {
                        Ok(one) => one,
                        Err(constant) => return Some(Expression::Constant(constant)),
                    },
                    Some(_) => Ranges::singleton(version),
                };
                set = set.union(&one);
            }
            return in_set(if negated { set.complement() } else { set });
        }
        Sign::Contains { .. } => return None,
        Sign::Compare(operator) => operator,
    };
    let specifier = if star_allowed {
        VersionSpecifier::from_pattern(operator, VersionPattern::from_str(value).ok()?).ok()?
    } else {
        VersionSpecifier::from_version(operator, Version::from_str(value).ok()?).ok()?
    };
    let (operator, version) = specifier.into_parts();
    match variable {
        Some(_) => in_set(release_set(operator, &version)),
        None => match full_version_set(operator, version.only_release()) {
            Ok(set) => in_set(set),
            Err(constant) => Some(Expression::Constant(constant)),
        },
    }
}

/// The full versions whose major and minor part satisfy a comparison; `Err` when all or none do.
fn full_version_set(operator: Operator, version: Version) -> Result<Ranges<Version>, bool> {
    let release = version.release();
    let (major, minor) = (release.first().copied().unwrap_or(0), release.get(1).copied().unwrap_or(0));
    let has_patch = release.iter().skip(2).any(|part| *part != 0);
    let line = Version::new([major, minor]);
    let after = Version::new([major, minor.saturating_add(1)]);
    match operator {
        Operator::EqualStar | Operator::NotEqualStar | Operator::TildeEqual if release.len() <= 2 => {
            let width_fits = operator != Operator::TildeEqual || release.len() == 2;
            if width_fits { Ok(release_set(operator, &version)) } else { Err(false) }
        }
        Operator::EqualStar | Operator::NotEqualStar | Operator::TildeEqual if has_patch => Err(false),
        Operator::EqualStar | Operator::TildeEqual => Ok(release_set(Operator::EqualStar, &line)),
        Operator::NotEqualStar => Ok(release_set(Operator::NotEqualStar, &line)),
        Operator::Equal | Operator::ExactEqual if has_patch => Err(false),
        Operator::NotEqual if has_patch => Err(true),
        Operator::Equal | Operator::ExactEqual => Ok(release_set(Operator::EqualStar, &line)),
        Operator::NotEqual => Ok(release_set(Operator::NotEqualStar, &line)),
        // `python_version >= '3.7.8'` holds from 3.8 on, `> '3.7'` too.
        Operator::GreaterThanEqual if !has_patch => Ok(Ranges::higher_than(line)),
        Operator::GreaterThan | Operator::GreaterThanEqual => Ok(Ranges::higher_than(after)),
        Operator::LessThan if !has_patch => Ok(Ranges::strictly_lower_than(line)),
        Operator::LessThan | Operator::LessThanEqual => Ok(Ranges::strictly_lower_than(after)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn faults_are_placed() {
        for (text, place) in [
            ("python_version >= 3.8", 18..21),
            ("os_name = 'nt'", 8..9),
            ("(os_name == 'nt'", 0..1),
            ("os_name == 'nt' os_name == 'posix'", 16..34),
            ("nonsense == 'x'", 0..8),
            ("os_name == 'nt", 11..14),
            ("", 0..0),
            ("extras in 'x'", 0..13),
        ] {
            assert_eq!(parse(text).unwrap_err().range, place, "{text}");
        }
        let deep = format!("{}os_name == 'nt'{}", "(".repeat(5000), ")".repeat(5000));
        assert!(parse(&deep).is_err());
    }

    #[test]
    fn senseless_comparisons_are_passed_over() {
        for text in ["'a' == 'b'", "os_name == sys_platform", "python_version >= 'x'", "os_name ~= 'a'"] {
            assert_eq!(parse(text).unwrap(), Expression::Constant(true), "{text}");
        }
        assert_eq!(parse("'a' == 'b' and os_name == 'nt'").unwrap(), parse("os_name == 'nt'").unwrap());
    }
}
