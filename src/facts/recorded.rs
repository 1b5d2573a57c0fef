//! What lockfiles record, in the shape in which derivations compare it. Rules never see it.

pub use super::contents::{Digest, Edge, Wheel, Wheels};
use crate::source::Span;

/// A text of a lockfile with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// The text.
    pub text: Box<str>,
    /// Its place.
    pub span: Span,
}

/// What a poetry.lock records besides its packages and the digest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PoetryRecord {
    /// The version of Poetry that its first line names.
    pub writer: Option<Box<str>>,
    /// The interpreters it was resolved for.
    pub python_versions: Option<Noted>,
    /// The project's extras and the names each brings.
    pub extras: Vec<(Noted, Vec<Box<str>>)>,
    /// The groups that bring each package, in the order of the packages; empty before format 2.1.
    pub groups: Vec<Vec<Box<str>>>,
    /// The names of the sources that packages come from.
    pub sources: Vec<Box<str>>,
}

/// A source of a Pipfile.lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipenvSource {
    /// Its name.
    pub name: Box<str>,
    /// Its address.
    pub url: Box<str>,
    /// All of it, as it is hashed.
    pub value: crate::python::canonical_json::Json,
    /// Its place.
    pub span: Span,
}

/// What a pdm.lock says of a package besides its facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PdmPackage {
    /// The groups that bring it.
    pub groups: Vec<Box<str>>,
    /// The condition under which it is installed.
    pub marker: Option<Box<str>>,
    /// The directory it comes from, as written.
    pub path: Option<Box<str>>,
}

/// What a pdm.lock records besides the facts of its packages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PdmRecord {
    /// Whether it was resolved for machines of every kind.
    pub is_universal: bool,
    /// The groups that were locked.
    pub groups: Option<Vec<Noted>>,
    /// The interpreters of each target.
    pub pythons: Vec<Noted>,
    /// The inputs, and their place, where they are recorded.
    pub inputs: Option<(crate::python::canonical_json::Json, Span)>,
    /// The packages, in the order of the facts.
    pub packages: Vec<PdmPackage>,
}

/// What a Pipfile.lock says of a package besides its facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PipenvPackage {
    /// Its category, as a place in [`PipenvRecord::categories`].
    pub category: usize,
    /// The source it comes from, which only packages have that the Pipfile names.
    pub index: Option<Box<str>>,
    /// The condition under which it is installed.
    pub markers: Option<Box<str>>,
    /// Its extras that are installed.
    pub extras: Vec<Box<str>>,
}

/// What a Pipfile.lock records besides the facts of its packages; all of it empty when it cannot be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PipenvRecord {
    /// Whether the file holds an object at all.
    pub is_object: bool,
    /// Whether there is anything in `_meta`.
    pub has_meta: bool,
    /// The sources it was resolved from.
    pub sources: Vec<PipenvSource>,
    /// What `[requires]` asked for.
    pub requires: Vec<(Box<str>, Noted)>,
    /// The categories of packages, `default` and `develop` among them.
    pub categories: Vec<Noted>,
    /// The packages, in the order of the facts.
    pub packages: Vec<PipenvPackage>,
}

/// A compiled requirements file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequirementsRecord {
    /// Its lines, in the order of the packages; the digits of hashes are left out.
    pub file: crate::python::requirements_file::RequirementsFile,
    /// The command that wrote it, when its first comment tells.
    pub compile: Option<crate::python::compile_command::Compile>,
}

/// What a pnpm-lock.yaml records of its projects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PnpmRecord {
    /// The lockfile without its packages.
    pub lock: crate::pnpm::lock::Lock,
    /// The packages that direct dependencies resolved to: directory of the project and name to the place among the packages of the lockfile.
    pub resolved: std::collections::BTreeMap<(Box<str>, Box<str>), usize>,
}

/// What a composer.lock records besides its packages and the digest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ComposerRecord {
    /// For each package, in order, what else it passes for.
    pub packages: Vec<ComposerPackage>,
    /// The requirements of the machine (`php`, `ext-json`), each with its constraint.
    pub platform: Vec<(Noted, Box<str>)>,
    /// The machine that the project pretended to have, each part with its version.
    pub overrides: Vec<(Noted, Box<str>)>,
    /// The least stability that was asked for.
    pub minimum_stability: Option<Noted>,
    /// Whether stable releases were preferred.
    pub prefer_stable: Option<bool>,
    /// The digest of the whole manifest that old releases wrote.
    pub whole_digest: Option<Noted>,
}

/// What a package of a composer.lock passes for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ComposerPackage {
    /// Whether it is for development only.
    pub is_dev: bool,
    /// Versions that its branch passes for.
    pub aliases: Vec<Box<str>>,
    /// Names of packages that it provides or replaces.
    pub provides: Vec<Box<str>>,
}

/// A pixi.lock or conda-lock.yml.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CondaRecord {
    /// Its environments.
    pub environments: Vec<CondaEnvironment>,
    /// The files it was made of, for conda-lock.
    pub sources: Vec<Noted>,
    /// Its packages, in the order of the file.
    pub packages: Vec<CondaPackage>,
    /// Platforms, each with the digest of what was asked for there, for conda-lock.
    pub digests: Vec<(Box<str>, Noted)>,
}

/// An environment of conda packages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CondaEnvironment {
    /// Its name.
    pub name: Noted,
    /// Its channels in order.
    pub channels: Vec<Noted>,
    /// The indexes of its Python packages, and the pages of links beside them.
    pub indexes: Vec<Noted>,
    /// What the solver was told.
    pub options: Vec<(Box<str>, Noted)>,
    /// Its platforms.
    pub platforms: Vec<CondaPlatform>,
}

/// A platform of an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CondaPlatform {
    /// Its name.
    pub name: Noted,
    /// What it is to conda: `linux-64`.
    pub subdir: Box<str>,
    /// What its machines are taken to have: `__cuda=12`; `None` where the lockfile does not say.
    pub virtual_packages: Option<Vec<Box<str>>>,
    /// Its packages, as places in [`CondaRecord::packages`].
    pub packages: Vec<usize>,
}

/// The name of a Python package, and its version where that is not the version of the package that brings it.
pub type Brought = (Box<str>, Option<Box<str>>);

/// A package of conda, or of Python in an environment of conda's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CondaPackage {
    /// Whether it is one of Python's.
    pub is_python: bool,
    /// Its name: of conda in small letters, of Python normalised.
    pub name: Box<str>,
    /// Its version; empty where none is written.
    pub version: Box<str>,
    /// Its build string; empty for Python.
    pub build: Box<str>,
    /// The address of its file, or the directory or repository it is built from.
    pub location: Box<str>,
    /// Where it is listed.
    pub span: Span,
    /// Whether it is built from source.
    pub is_source: bool,
    /// What it asks for: requirements of conda, or of Python.
    pub depends: Vec<Box<str>>,
    /// What it asks for beside, each with the extra that brings it.
    pub extra_depends: Vec<(Box<str>, Box<str>)>,
    /// Packages that it asks for from source, each with the directory or repository.
    pub sources: Vec<(Box<str>, Box<str>)>,
    /// The Python packages that it brings, normalised, each with its version where that is another; `None` where
    /// the lockfile does not say.
    pub brings: Option<Vec<Brought>>,
    /// The Pythons it is for.
    pub requires_python: Option<Box<str>>,
    /// The index it was found in.
    pub index: Option<Noted>,
    /// When it was made.
    pub made: Option<crate::day::Day>,
}

/// A Gemfile.lock besides its packages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GemRecord {
    /// GEM, GIT, PATH and PLUGIN SOURCE sections.
    pub sections: Vec<GemSection>,
    /// What the Gemfile asked for when it was locked.
    pub dependencies: Vec<GemDependency>,
    /// The platforms it was resolved for.
    pub platforms: Vec<Noted>,
    /// Names in the section of checksums, each with its hashes, which may be empty; `None` without that section.
    pub checksums: Option<Vec<(Box<str>, Noted)>>,
    /// The Ruby it was resolved with.
    pub ruby: Option<Noted>,
}

/// A source of gems in a Gemfile.lock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GemSection {
    /// GEM, GIT, PATH or PLUGIN SOURCE.
    pub kind: Box<str>,
    /// Its addresses.
    pub remotes: Vec<Noted>,
    /// The commit, for git.
    pub revision: Option<Noted>,
    /// What is followed, for git.
    pub follows: crate::bundler::Follows,
    /// Its packages: their places among the packages of the lockfile.
    pub packages: std::ops::Range<usize>,
}

/// A line of DEPENDENCIES in a Gemfile.lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GemDependency {
    /// The name.
    pub name: Box<str>,
    /// Its requirements, sorted: `>= 1.2`, `~> 1`.
    pub requirements: Vec<Box<str>>,
    /// Whether it has a source of its own.
    pub is_pinned: bool,
    /// Its place.
    pub span: Span,
}

/// A go.sum: which modules have a hash.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GoSum {
    /// `module version`, and whether the hash is of its go.mod alone.
    pub lines: std::collections::BTreeSet<(Box<str>, Box<str>, bool)>,
}

/// A package of a uv.lock that uv reads anew from the repository.
#[derive(Debug, Clone)]
pub struct Block {
    /// The tree its table is in.
    pub document: std::sync::Arc<crate::syntax::Document>,
    /// Its table.
    pub node: crate::syntax::NodeId,
    /// Its place among the packages of the lockfile.
    pub index: usize,
}

impl Block {
    /// Its table.
    pub fn table(&self) -> crate::syntax::Node<'_> {
        self.document.node(self.node)
    }
}

/// The parts of a uv.lock that its comparison needs.
#[derive(Debug, Clone)]
pub struct UvLock {
    /// The file up to its first package, or all of it.
    pub head: std::sync::Arc<crate::syntax::Document>,
    /// The packages that come from no registry and no git repository, in the order of the file.
    pub own: Vec<Block>,
}

/// What a lockfile records for its comparison, by tool.
#[derive(Debug, Clone, Default)]
pub enum Recorded {
    /// Nothing that can be compared.
    #[default]
    Nothing,
    /// The packages and edges of a Cargo.lock.
    Cargo(std::sync::Arc<crate::cargo::lock::Lock>),
    /// What a pdm.lock says of its project.
    Pdm(std::sync::Arc<PdmRecord>),
    /// The entries of a yarn.lock of Yarn 2 or later.
    Berry(std::sync::Arc<crate::berry::lock::Lock>),
    /// What a Pipfile.lock says of its Pipfile.
    Pipenv(std::sync::Arc<PipenvRecord>),
    /// The workspaces and packages of a bun.lock.
    Bun(std::sync::Arc<crate::bun::lock::Lock>),
    /// The projects and settings of a pnpm-lock.yaml.
    Pnpm(std::sync::Arc<PnpmRecord>),
    /// What a composer.lock says of its manifest.
    Composer(std::sync::Arc<ComposerRecord>),
    /// The environments of a pixi.lock or conda-lock.yml.
    Conda(std::sync::Arc<CondaRecord>),
    /// A Gemfile.lock.
    Gems(std::sync::Arc<GemRecord>),
    /// A go.sum.
    GoSum(std::sync::Arc<GoSum>),
    /// A vendor/modules.txt.
    GoVendor(std::sync::Arc<Vec<crate::golang::Vendored>>),
    /// The entries of a yarn.lock of Yarn 1.
    Yarn(std::sync::Arc<crate::node::yarn_lock::YarnLock>),
    /// The places of a package-lock.json.
    Npm(std::sync::Arc<crate::node::lock::Lock>),
    /// What a poetry.lock says of its manifest.
    Poetry(std::sync::Arc<PoetryRecord>),
    /// The lines of a compiled requirements file.
    Requirements(std::sync::Arc<RequirementsRecord>),
    /// The head and the own packages of a uv.lock.
    Uv(std::sync::Arc<UvLock>),
    /// The small part of the lockfile that its comparison needs, as a tree.
    Tree(std::sync::Arc<crate::syntax::Document>),
}
