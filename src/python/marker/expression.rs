//! A marker as a tree of comparisons.

use version_ranges::Ranges;

use crate::python::Version;

/// Variables whose values are versions. `python_version` is rewritten to `python_full_version`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum VersionVariable {
    PythonFullVersion,
    ImplementationVersion,
}

/// Variables whose values are texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TextVariable {
    OsName,
    SysPlatform,
    PlatformSystem,
    PlatformMachine,
    PlatformPythonImplementation,
    PlatformRelease,
    PlatformVersion,
    ImplementationName,
}

/// One comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Atom {
    /// The version lies in the set.
    Version(VersionVariable, Ranges<Version>),
    /// The text lies in the set.
    Text(TextVariable, Ranges<String>),
    /// The variable's value is a part of this text.
    In(TextVariable, String),
    /// This text is a part of the variable's value.
    Contains(TextVariable, String),
    /// The extra is asked for.
    Extra(String),
    /// The name is in the list `extras` or `dependency_groups` (PEP 751).
    Listed(&'static str, String),
}

/// A tree of comparisons. Its depth is bounded by the parser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expression {
    Constant(bool),
    Atom(Atom),
    Not(Box<Self>),
    All(Vec<Self>),
    Any(Vec<Self>),
}

impl Expression {
    /// All of these; constants are folded.
    pub(super) fn all(parts: Vec<Self>) -> Self {
        Self::fold(parts, true)
    }

    /// Any of these; constants are folded.
    pub(super) fn any(parts: Vec<Self>) -> Self {
        Self::fold(parts, false)
    }

    /// `neutral` is the constant that changes nothing: true for all, false for any.
    fn fold(parts: Vec<Self>, neutral: bool) -> Self {
        let mut kept = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Self::Constant(value) if value == neutral => {}
                Self::Constant(value) => return Self::Constant(value),
                Self::All(inner) if neutral => kept.extend(inner),
                Self::Any(inner) if !neutral => kept.extend(inner),
                other => kept.push(other),
            }
        }
        match kept.len() {
            0 => Self::Constant(neutral),
            1 => kept.swap_remove(0),
            _ if neutral => Self::All(kept),
            _ => Self::Any(kept),
        }
    }

    /// The opposite.
    pub(super) fn negated(self) -> Self {
        match self {
            Self::Constant(value) => Self::Constant(!value),
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// The expression with some comparisons decided.
    pub(super) fn replace(&self, decided: &impl Fn(&Atom) -> Option<bool>) -> Self {
        match self {
            Self::Constant(value) => Self::Constant(*value),
            Self::Atom(atom) => decided(atom).map_or_else(|| self.clone(), Self::Constant),
            Self::Not(inner) => inner.replace(decided).negated(),
            Self::All(parts) => Self::all(parts.iter().map(|part| part.replace(decided)).collect()),
            Self::Any(parts) => Self::any(parts.iter().map(|part| part.replace(decided)).collect()),
        }
    }

    /// Calls `visit` for every comparison.
    pub(super) fn each_atom<'a>(&'a self, visit: &mut impl FnMut(&'a Atom)) {
        match self {
            Self::Constant(_) => {}
            Self::Atom(atom) => visit(atom),
            Self::Not(inner) => inner.each_atom(visit),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.each_atom(visit)),
        }
    }

    /// Its truth, given that of its comparisons; `None` is unknown.
    pub(super) fn truth<'a>(&'a self, of: &impl Fn(&'a Atom) -> Option<bool>) -> Option<bool> {
        let deciding = |parts: &'a [Self], decisive: bool| {
            let mut unknown = false;
            for part in parts {
                match part.truth(of) {
                    Some(value) if value == decisive => return Some(decisive),
                    Some(_) => {}
                    None => unknown = true,
                }
            }
            (!unknown).then_some(!decisive)
        };
        match self {
            Self::Constant(value) => Some(*value),
            Self::Atom(atom) => of(atom),
            Self::Not(inner) => inner.truth(of).map(|value| !value),
            Self::All(parts) => deciding(parts, false),
            Self::Any(parts) => deciding(parts, true),
        }
    }
}
