//! What a poetry.lock says, borrowed from its text.

use crate::source::Span;

/// A text and its place, without quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Text<'t> {
    pub(super) text: &'t str,
    pub(super) span: Span,
}

/// A poetry.lock.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Lock<'t> {
    pub(super) packages: Vec<Package<'t>>,
    /// `[extras]`: each extra of the project and the names it brings.
    pub(super) extras: Vec<(Text<'t>, Vec<&'t str>)>,
    /// `[metadata.files]` of formats before 2.0: package and files.
    pub(super) files: Vec<(&'t str, Files<'t>)>,
    pub(super) lock_version: Option<Text<'t>>,
    pub(super) python_versions: Option<Text<'t>>,
    pub(super) content_hash: Option<Text<'t>>,
}

/// A `[[package]]`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Package<'t> {
    pub(super) name: Text<'t>,
    pub(super) version: Option<Text<'t>>,
    /// Groups that bring it in, from format 2.1 on.
    pub(super) groups: Vec<&'t str>,
    pub(super) files: Option<Files<'t>>,
    pub(super) dependencies: Vec<Dependency<'t>>,
    /// `[package.extras]`: each extra and its requirements.
    pub(super) extras: Vec<(&'t str, Vec<&'t str>)>,
    pub(super) source: Option<Source<'t>>,
}

/// The artifacts of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Files<'t> {
    /// The key that lists them.
    pub(super) span: Span,
    pub(super) list: Vec<Artifact<'t>>,
}

/// One artifact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Artifact<'t> {
    pub(super) file: Text<'t>,
    pub(super) hash: Option<&'t str>,
}

/// One requirement of a locked package.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Dependency<'t> {
    pub(super) name: Text<'t>,
    /// The range, when it is one of versions.
    pub(super) version: Option<&'t str>,
    pub(super) markers: Option<&'t str>,
    pub(super) extras: Vec<&'t str>,
    pub(super) optional: bool,
}

/// `[package.source]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Source<'t> {
    /// legacy, git, directory, file, url.
    pub(super) kind: Option<&'t str>,
    pub(super) url: Option<Text<'t>>,
    pub(super) reference: Option<Text<'t>>,
    pub(super) resolved_reference: Option<Text<'t>>,
}
