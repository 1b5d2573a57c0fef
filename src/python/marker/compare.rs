//! Equality of markers: both are tried in every environment that their comparisons can tell apart.
//!
//! Each variable's values fall into cells, inside which no comparison of either marker
//! changes. The product of the cells is what has to be tried; it is bounded, so that a
//! marker made to be hard is refused rather than followed.

use std::collections::{BTreeMap, HashMap};
use std::fmt::{Debug, Display};
use std::sync::LazyLock;

use version_ranges::Ranges;

use super::PythonRange;
use super::expression::{Atom, Expression, TextVariable, VersionVariable};

/// How many environments are tried before a comparison is refused.
const MOST_ENVIRONMENTS: usize = 20_000;

/// A marker tells too many environments apart to be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the marker distinguishes more environments than are tried")]
pub struct TooComplex;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Variable<'a> {
    Version(VersionVariable),
    Text(TextVariable),
    /// A comparison that is a variable of its own: true or false whatever the others are.
    Alone(Alone, Option<TextVariable>, &'a str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Alone {
    In,
    Contains,
    Extra,
    Listed(&'static str),
}

impl Atom {
    fn variable(&self) -> Variable<'_> {
        match self {
            Self::Version(variable, _) => Variable::Version(*variable),
            Self::Text(variable, _) => Variable::Text(*variable),
            Self::In(variable, value) => Variable::Alone(Alone::In, Some(*variable), value),
            Self::Contains(variable, value) => Variable::Alone(Alone::Contains, Some(*variable), value),
            Self::Extra(name) => Variable::Alone(Alone::Extra, None, name),
            Self::Listed(list, name) => Variable::Alone(Alone::Listed(list), None, name),
        }
    }
}

/// The cells of one variable: for each, the truths of its comparisons.
type Cells = Vec<Vec<bool>>;

/// Where the truth of a comparison stands: which variable, which of its comparisons.
type Place = (usize, usize);

/// Whether two expressions agree in every environment with one of these interpreters.
pub(super) fn agree(a: &Expression, b: &Expression, python: &PythonRange) -> Result<bool, TooComplex> {
    if a == b {
        return Ok(true);
    }
    let (axes, places) = axes(&[a, b], python)?;
    let size = axes.iter().try_fold(1usize, |size, cells| size.checked_mul(cells.len())).ok_or(TooComplex)?;
    if size > MOST_ENVIRONMENTS {
        return Err(TooComplex);
    }
    let mut chosen = vec![0; axes.len()];
    for _ in 0..size {
        let truth = |atom: &Atom| {
            let (axis, at) = places.get(&std::ptr::from_ref(atom))?;
            Some(axes[*axis][chosen[*axis]][*at])
        };
        if a.truth(&truth) != b.truth(&truth) {
            return Ok(false);
        }
        for (cell, cells) in chosen.iter_mut().zip(&axes) {
            *cell += 1;
            if *cell < cells.len() {
                break;
            }
            *cell = 0;
        }
    }
    Ok(true)
}

fn axes(
    expressions: &[&Expression],
    python: &PythonRange,
) -> Result<(Vec<Cells>, HashMap<*const Atom, Place>), TooComplex> {
    let mut grouped: BTreeMap<Variable<'_>, Vec<&Atom>> = BTreeMap::new();
    for expression in expressions {
        expression.each_atom(&mut |atom| grouped.entry(atom.variable()).or_default().push(atom));
    }
    let mut places = HashMap::new();
    let mut axes = Vec::with_capacity(grouped.len());
    for (variable, atoms) in grouped {
        let mut different: Vec<&Atom> = Vec::new();
        for atom in atoms {
            let at = different.iter().position(|known| *known == atom).unwrap_or_else(|| {
                different.push(atom);
                different.len() - 1
            });
            places.insert(std::ptr::from_ref(atom), (axes.len(), at));
        }
        axes.push(match variable {
            Variable::Alone(..) => vec![vec![false], vec![true]],
            Variable::Version(of) => {
                let domain = if of == VersionVariable::PythonFullVersion { python.set() } else { Ranges::full() };
                let sets = different.iter().filter_map(|atom| match atom {
                    Atom::Version(_, set) => Some(set),
                    _ => None,
                });
                split(domain, sets)?
            }
            Variable::Text(_) => {
                let sets = different.iter().filter_map(|atom| match atom {
                    Atom::Text(_, set) => Some(set),
                    _ => None,
                });
                split(Ranges::full(), sets)?
            }
        });
    }
    Ok((axes, places))
}

/// Cuts a domain along every set; a cell is the list of which sets it lies in.
fn split<'s, T>(domain: Ranges<T>, sets: impl Iterator<Item = &'s Ranges<T>>) -> Result<Cells, TooComplex>
where
    T: Clone + Ord + Debug + Display + 's,
{
    let mut cells = vec![(domain, Vec::new())];
    for set in sets {
        let mut finer = Vec::with_capacity(cells.len() + 1);
        for (cell, truths) in cells {
            for (part, truth) in [(cell.intersection(set), true), (cell.intersection(&set.complement()), false)] {
                if !part.is_empty() {
                    let mut truths: Vec<bool> = truths.clone();
                    truths.push(truth);
                    finer.push((part, truths));
                }
            }
        }
        if finer.len() > MOST_ENVIRONMENTS {
            return Err(TooComplex);
        }
        cells = finer;
    }
    Ok(cells.into_iter().map(|(_, truths)| truths).collect())
}

/// Pairs of values that no machine has (`uv-pep508`, `exclusions`, read 2026-08).
static IMPOSSIBLE: LazyLock<Expression> = LazyLock::new(|| {
    let is = |variable, value: &str| Expression::Atom(Atom::Text(variable, Ranges::singleton(value.to_owned())));
    let both = |system, name: &str, platform: &str| {
        Expression::all(vec![is(system, name), is(TextVariable::SysPlatform, platform)])
    };
    let mut pairs = vec![
        both(TextVariable::OsName, "nt", "linux"),
        both(TextVariable::OsName, "nt", "darwin"),
        both(TextVariable::OsName, "nt", "ios"),
        both(TextVariable::OsName, "posix", "win32"),
    ];
    let platforms = ["aix", "android", "emscripten", "ios", "linux", "darwin", "win32", "cygwin", "wasi"];
    for system in ["FreeBSD", "NetBSD", "OpenBSD", "SunOS", "iOS", "iPadOS"] {
        for platform in platforms {
            if !(platform == "ios" && matches!(system, "iOS" | "iPadOS")) {
                pairs.push(both(TextVariable::PlatformSystem, system, platform));
            }
        }
    }
    Expression::any(pairs)
});

/// Whether two expressions agree on every machine that there is.
pub(super) fn agree_where_possible(a: &Expression, b: &Expression, python: &PythonRange) -> Result<bool, TooComplex> {
    if agree(a, b, python)? {
        return Ok(true);
    }
    if !names_several_systems(&[a, b]) {
        return Ok(false);
    }
    let possible = |of: &Expression| Expression::all(vec![of.clone(), IMPOSSIBLE.clone().negated()]);
    Ok(agree(&possible(a), &possible(b), python).unwrap_or(false))
}

/// Whether at least two of `os_name`, `sys_platform` and `platform_system` are compared.
fn names_several_systems(expressions: &[&Expression]) -> bool {
    let mut named = [false; 3];
    for expression in expressions {
        expression.each_atom(&mut |atom| match atom {
            Atom::Text(TextVariable::OsName, _) => named[0] = true,
            Atom::Text(TextVariable::SysPlatform, _) => named[1] = true,
            Atom::Text(TextVariable::PlatformSystem, _) => named[2] = true,
            _ => {}
        });
    }
    named.iter().filter(|named| **named).count() >= 2
}

/// The expression with every conjunction that only impossible machines satisfy made false,
/// and every disjunction that only they fail made true.
pub(super) fn without_impossible(expression: Expression) -> Expression {
    if !names_several_systems(&[&expression]) {
        return expression;
    }
    settle(expression)
}

fn settle(expression: Expression) -> Expression {
    match expression {
        Expression::All(parts) => {
            let whole = Expression::all(parts.into_iter().map(settle).collect());
            if is_impossible(&whole) { Expression::Constant(false) } else { whole }
        }
        Expression::Any(parts) => {
            let whole = Expression::any(parts.into_iter().map(settle).collect());
            if is_impossible(&whole.clone().negated()) { Expression::Constant(true) } else { whole }
        }
        Expression::Not(inner) => settle(*inner).negated(),
        leaf => leaf,
    }
}

fn is_impossible(expression: &Expression) -> bool {
    let possible = Expression::all(vec![expression.clone(), IMPOSSIBLE.clone().negated()]);
    agree(&possible, &Expression::Constant(false), &PythonRange::all()).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::python::{Marker, Specifier};

    fn same(a: &str, b: &str, requires_python: &str) -> bool {
        let specifier = Specifier::parse(requires_python).unwrap();
        let python = PythonRange::of([&specifier]).unwrap();
        Marker::parse(a).unwrap().is_same(&Marker::parse(b).unwrap(), &python).unwrap()
    }

    #[test]
    fn markers_are_compared_as_functions() {
        for (a, b, python, expected) in [
            ("python_version >= '3.8' and os_name == 'nt'", "os_name == 'nt'", ">=3.10", true),
            ("python_version >= '3.11'", "python_full_version >= '3.11'", ">=3.10", true),
            ("python_version > '3.11'", "python_version >= '3.12'", ">=3.10", true),
            ("python_version <= '3.11'", "python_full_version < '3.12'", ">=3.10", true),
            ("python_version in '3.10 3.11'", "python_version >= '3.10' and python_version < '3.12'", ">=3.9", true),
            ("python_version == '3.11'", "python_full_version == '3.11.*'", "", true),
            ("python_version == '3.11.2'", "python_version < '0'", "", true),
            ("python_version ~= '3.0'", "python_version >= '3.0' and python_version < '4'", "", true),
            ("platform_system == 'Windows'", "sys_platform == 'win32'", "", true),
            ("platform_system != \"Linux\"", "('linux' != sys_platform)", "", true),
            ("platform_system == 'FreeBSD'", "sys_platform == 'freebsd'", "", false),
            ("os_name == 'nt' or os_name == 'posix'", "os_name == 'posix' or os_name == 'nt'", "", true),
            ("sys_platform > 'a'", "python_version < '0'", "", true),
            ("sys_platform >= 'linux'", "sys_platform == 'linux'", "", true),
            ("os_name == 'nt' and sys_platform == 'linux'", "python_version < '0'", "", true),
            ("os_name == 'nt' and sys_platform == 'win32'", "sys_platform == 'win32'", "", false),
            ("extra == 'a_b'", "extra == 'A-b'", "", true),
            ("extra == 'a' and extra == 'b'", "extra == 'a'", "", false),
            ("'linux' in sys_platform", "sys_platform == 'linux'", "", false),
            ("python_version < '3.9'", "python_version < '3'", ">=3.10", true),
            ("python_full_version >= '3.12.0rc1'", "python_full_version >= '3.12'", "", true),
        ] {
            assert_eq!(same(a, b, python), expected, "{a} / {b} under {python:?}");
        }
    }

    #[test]
    fn hard_markers_are_refused() {
        let hard: Vec<String> = (0..40).map(|n| format!("(extra == 'a{n}' and extra == 'b{n}')")).collect();
        let marker = Marker::parse(&hard.join(" or ")).unwrap();
        assert_eq!(marker.is_same(&Marker::extra("x"), &PythonRange::all()), Err(TooComplex));
    }
}
