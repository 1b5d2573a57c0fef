//! Environment markers (PEP 508): read, combined, compared as functions, evaluated.
//!
//! The rules of equality are uv's (`uv-pep508`, read at 0.12.5, tried against 0.13.9):
//! `python_version` becomes ranges of `python_full_version`, pre-releases of the
//! interpreter do not count, `platform_system` becomes `sys_platform` where the two say
//! the same, comparisons that make no sense are passed over, and a combination that no
//! machine has (`os_name == 'nt'` on Linux) is false when nothing else is left.

mod compare;
mod environment;
mod expression;
mod parse;
mod wording;

use std::ops::Bound;

use version_ranges::Ranges;

pub use compare::TooComplex;
pub use environment::Environment;
use expression::{Atom, Expression};
pub use wording::wording;

use super::Version;
use super::specifier::Specifier;

/// A condition on the machine, the interpreter and the extras that are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marker {
    expression: Expression,
}

/// Why a marker could not be read, and where: bytes of the marker's text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct MarkerError {
    /// What is wrong: lowercase, no final dot.
    pub message: String,
    /// The place.
    pub range: std::ops::Range<usize>,
}

/// The interpreters under which markers are compared: those between the least and the greatest
/// that `requires-python` admits. Gaps in between do not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PythonRange {
    lower: Bound<Version>,
    upper: Bound<Version>,
}

impl PythonRange {
    /// Every interpreter.
    pub fn all() -> Self {
        Self { lower: Bound::Unbounded, upper: Bound::Unbounded }
    }

    /// From the least to the greatest that the specifiers admit together; `None` when they admit nothing.
    pub fn of<'a>(specifiers: impl IntoIterator<Item = &'a Specifier>) -> Option<Self> {
        let shared = specifiers
            .into_iter()
            .fold(Ranges::full(), |set: Ranges<Version>, specifier| set.intersection(&specifier.releases()));
        let (lower, upper) = shared.bounding_range()?;
        Some(Self { lower: lower.cloned(), upper: upper.cloned() })
    }

    /// The marker that holds for these interpreters.
    pub fn marker(&self) -> Marker {
        let between = Ranges::from_range_bounds((self.lower.clone(), self.upper.clone()));
        let atom = Atom::Version(expression::VersionVariable::PythonFullVersion, between);
        let is_all = self.lower == Bound::Unbounded && self.upper == Bound::Unbounded;
        Marker { expression: if is_all { Expression::Constant(true) } else { Expression::Atom(atom) } }
    }

    /// The interpreters as a set. There is none below 0: tools write `python_version < '0'` for "never".
    pub fn set(&self) -> Ranges<Version> {
        let between = Ranges::from_range_bounds((self.lower.clone(), self.upper.clone()));
        between.intersection(&Ranges::higher_than(Version::new([0])))
    }
}

impl std::fmt::Display for PythonRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (&self.lower, &self.upper) {
            (Bound::Included(low), Bound::Included(high)) if low == high => return write!(f, "=={low}"),
            (Bound::Included(low), _) => write!(f, ">={low}")?,
            (Bound::Excluded(low), _) => write!(f, ">{low}")?,
            (Bound::Unbounded, Bound::Unbounded) => return f.write_str("any version"),
            (Bound::Unbounded, _) => {}
        }
        let comma = if self.lower == Bound::Unbounded { "" } else { "," };
        match &self.upper {
            Bound::Included(high) => write!(f, "{comma}<={high}"),
            Bound::Excluded(high) => write!(f, "{comma}<{high}"),
            Bound::Unbounded => Ok(()),
        }
    }
}

impl Default for Marker {
    fn default() -> Self {
        Self::always()
    }
}

impl Marker {
    /// The marker that always holds.
    pub fn always() -> Self {
        Self { expression: Expression::Constant(true) }
    }

    /// The marker that never holds.
    pub fn never() -> Self {
        Self { expression: Expression::Constant(false) }
    }

    /// `extra == 'NAME'`.
    pub fn extra(name: &str) -> Self {
        Self { expression: Expression::Atom(Atom::Extra(super::name::normalize(name))) }
    }

    /// Reads a marker.
    ///
    /// # Errors
    /// Where the text is none.
    pub fn parse(text: &str) -> Result<Self, MarkerError> {
        parse::parse(text).map(|expression| Self { expression: compare::without_impossible(expression) })
    }

    /// Whether it is written so that it always holds.
    pub fn is_always(&self) -> bool {
        self.expression == Expression::Constant(true)
    }

    /// Both hold.
    #[must_use]
    pub fn and(&self, other: &Self) -> Self {
        let both = Expression::all(vec![self.expression.clone(), other.expression.clone()]);
        Self { expression: compare::without_impossible(both) }
    }

    /// At least one holds.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        let either = Expression::any(vec![self.expression.clone(), other.expression.clone()]);
        Self { expression: compare::without_impossible(either) }
    }

    /// It does not hold.
    #[must_use]
    pub fn negate(&self) -> Self {
        Self { expression: self.expression.clone().negated() }
    }

    /// Whether the two hold in the same environments with one of these interpreters.
    ///
    /// # Errors
    /// When there are too many environments to tell apart.
    pub fn is_same(&self, other: &Self, python: &PythonRange) -> Result<bool, TooComplex> {
        compare::agree_where_possible(&self.expression, &other.expression, python)
    }

    /// Whether it holds in no environment with one of these interpreters.
    ///
    /// # Errors
    /// When there are too many environments to tell apart.
    pub fn is_never(&self, python: &PythonRange) -> Result<bool, TooComplex> {
        compare::agree(&self.expression, &Expression::Constant(false), python)
    }

    /// Whether it holds in an environment; `None` when that depends on what is not known of it.
    pub fn evaluate(&self, environment: &Environment) -> Option<bool> {
        environment.evaluate(&self.expression)
    }

    /// What is left of it when this extra is asked for and no other.
    #[must_use]
    pub fn given_extra(&self, extra: &str) -> Self {
        let asked = super::name::normalize(extra);
        let expression = self.expression.replace(&|atom| match atom {
            Atom::Extra(name) => Some(*name == asked),
            _ => None,
        });
        Self { expression }
    }

    /// The extras it names, sorted.
    pub fn extras(&self) -> std::collections::BTreeSet<String> {
        let mut extras = std::collections::BTreeSet::new();
        self.expression.each_atom(&mut |atom| {
            if let Atom::Extra(name) = atom {
                extras.insert(name.clone());
            }
        });
        extras
    }
}
