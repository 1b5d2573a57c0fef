//! What lockfiles record, in the shape in which derivations compare it. Rules never see it.

use crate::source::Span;

/// A wheel of a Python package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wheel {
    /// The file name, which carries the tags.
    pub file: Box<str>,
    /// Size of the archive in bytes, where the lockfile tells.
    pub size: Option<u64>,
}

/// An edge to another package of the lockfile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// The name of the package required.
    pub package: Box<str>,
    /// Its version, where the lockfile has several.
    pub version: Option<Box<str>>,
    /// The marker under which it is required.
    pub marker: Option<Box<str>>,
    /// The extra or group of this package that requires it; `None` for its plain dependencies.
    pub group: Option<Box<str>>,
    /// Extras of the required package that are asked for.
    pub extras: Vec<Box<str>>,
    /// The range it asks for, where the lockfile tells (poetry, pdm, npm).
    pub requirement: Option<Box<str>>,
    /// Its place.
    pub span: Span,
}

/// What a lockfile records for its comparison, by tool.
#[derive(Debug, Clone, Default)]
pub enum Recorded {
    /// Nothing that can be compared.
    #[default]
    Nothing,
    /// The packages and edges of a Cargo.lock.
    Cargo(std::sync::Arc<crate::cargo::lock::Lock>),
    /// The small part of the lockfile that its comparison needs, as a tree.
    Tree(std::sync::Arc<crate::syntax::Document>),
}
