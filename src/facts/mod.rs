//! Facts: what readers found in files and derivations joined, typed and with places.
//!
//! Facts measure, rules judge: a fact may hold an age or a distance, never a verdict.
//! Each kind of fact is a table (`fact!`) of fields that rules see; the table is also the
//! documentation (`docs/facts.md`) and the schema that predicates are checked against.

mod catalogue;
mod common;
mod contents;
mod edit;
mod field;
mod rare;
mod table;

pub mod artifact;
pub mod ci;
pub mod event_fixture;
pub mod event_source;
pub mod ignore_file;
pub mod image;
pub mod lambda;
pub mod lock_history;
pub mod lockfile;
pub mod manifest;
pub mod part;
pub mod problem;
pub mod put;
pub mod recorded;
pub mod service;
pub mod source_module;
pub mod task;
pub mod template;
pub mod toolchain;
pub mod upkeep;

use std::marker::PhantomData;
use std::num::NonZeroU32;
use std::ops::{Index, IndexMut};
use std::sync::Arc;

pub use artifact::{Artifact, Build, Download};
pub use catalogue::{catalogue, type_words};
pub use ci::{Action, Cache, Hook, Include, Runner, Step};
pub use common::{Carried, Common};
pub use edit::{CandidateEdit, CandidateEdits, EditName};
pub use event_fixture::EventFixture;
pub use event_source::{EventSource, Queue};
pub use field::{
    Bytes, Count, Datum, Days, FieldInfo, FieldRef, FieldState, FieldValue, Mebibytes, Seconds, Text, Type, Unit,
};
pub use ignore_file::IgnoreFile;
pub use image::{Image, ImageBuild, Replaced};
pub use lambda::{Lambda, Variable};
pub use lock_history::LockHistory;
pub use lockfile::{LockedPackage, Lockfile, Mismatch, PackageContents, Spread};
pub use manifest::{Dependency, Manifest, Settings};
pub use part::{Contents, Interval, Layer, Part, PartKind};
pub use problem::{Problem, Suppression};
pub use put::{Assembly, How, Put};
pub use rare::Rare;
pub(crate) use rare::Seldom;
pub use service::Service;
pub use source_module::SourceModule;
pub use task::{Instruction, Task};
pub use template::{Fragment, Template};
pub use toolchain::{Toolchain, ToolchainPair};
pub use upkeep::{Repository, Stray, UpdateEntry, Upkeep};

use crate::sample;
use crate::source::{Carry, Span};
use crate::value::Origin;

table::kinds! {
    service: Service, services;
    manifest: Manifest, manifests;
    dependency: Dependency, dependencies;
    settings: Settings, settings;
    lockfile: Lockfile, lockfiles;
    locked_package: LockedPackage, locked_packages;
    mismatch: Mismatch, mismatches;
    spread: Spread, spreads;
    lock_history: LockHistory, lock_histories;
    toolchain: Toolchain, toolchains;
    toolchain_pair: ToolchainPair, toolchain_pairs;
    template: Template, templates;
    fragment: Fragment, fragments;
    lambda: Lambda, lambdas;
    event_source: EventSource, event_sources;
    queue: Queue, queues;
    artifact: Artifact, artifacts;
    build: Build, builds;
    download: Download, downloads;
    source_module: SourceModule, source_modules;
    event_fixture: EventFixture, event_fixtures;
    ignore_file: IgnoreFile, ignore_files;
    step: Step, steps;
    assembly: Assembly, assemblies;
    task: Task, tasks;
    instruction: Instruction, instructions;
    action: Action, actions;
    hook: Hook, hooks;
    include: Include, includes;
    image: Image, images;
    image_build: ImageBuild, image_builds;
    runner: Runner, runners;
    cache: Cache, caches;
    update_entry: UpdateEntry, update_entries;
    upkeep: Upkeep, upkeeps;
    repository: Repository, repositories;
    stray: Stray, strays;
    problem: Problem, problems;
    suppression: Suppression, suppressions;
}

/// What every fact has.
#[derive(Debug, Clone)]
pub struct Header {
    /// The place of the fact: its header line, such as the key of a resource.
    pub span: Span,
    /// A name that is stable while the file is edited above it: `services/billing/template.yaml#Resize`.
    pub name: Box<str>,
    /// The path of its file, from the root, with `/`.
    pub path: Arc<str>,
    /// The service it belongs to; set by `derive`.
    pub service: Option<Link<Service>>,
    /// Edits that the reader knows how to make and a rule may choose by name.
    pub edits: CandidateEdits,
}

impl Header {
    /// The header of a fact called `name` in the file `path`.
    pub fn new(path: &Arc<str>, name: impl Into<Box<str>>, span: Span) -> Self {
        Self { span, name: name.into(), path: Arc::clone(path), service: None, edits: CandidateEdits::default() }
    }
}

/// The fields that every kind of fact has, before its own.
pub(crate) const HEADER_INFO: [FieldInfo; HEADER_FIELDS] = [
    FieldInfo { name: "name", ty: Type::Text, doc: "A name that stays while the file is edited above it." },
    FieldInfo { name: "path", ty: Type::Text, doc: "The path of its file, from the root, with `/`." },
    FieldInfo { name: "service", ty: Type::Fact(Kind::Service), doc: "The service it belongs to." },
    FieldInfo {
        name: "sample",
        ty: Type::Bool,
        doc: "Whether its file lies in a directory of examples, of inputs of tests, or of other people's code: `examples`, `samples`, `fixtures`, `vendor`, `tests/data` and the like.",
    },
    FieldInfo {
        name: "test",
        ty: Type::Bool,
        doc: "Whether its file lies in a directory of tests, which are neither shipped nor deployed: `tests`, `e2e`, `integration_tests` and the like.",
    },
];

pub(crate) const HEADER_FIELDS: usize = 5;

pub(crate) fn header_field(header: &Header, index: usize) -> FieldRef<'_> {
    let known = |datum| FieldRef { state: FieldState::Known(datum), origin: Origin::Written, span: None };
    match index {
        0 => known(Datum::Text(&header.name)),
        1 => known(Datum::Text(&header.path)),
        2 => header.service.get(),
        3 => known(Datum::Bool(sample::is_sample(&header.path))),
        _ => known(Datum::Bool(sample::is_test(&header.path))),
    }
}

/// The list of a kind, filled in by `kinds!` and used by `fact!`.
pub(crate) trait Listed: Sized {
    fn of(facts: &Facts) -> &Vec<Self>;
    fn of_mut(facts: &mut Facts) -> &mut Vec<Self>;
}

/// A fact, seen by the engine.
pub trait Fact {
    /// Its kind.
    fn kind(&self) -> Kind;
    /// Place, name, path, service.
    fn header(&self) -> &Header;
    /// The field at an index of [`Kind::fields`].
    fn field(&self, index: usize) -> FieldRef<'_>;
}

/// A concrete kind of fact and the list it lives in.
pub trait FactType: Fact + Sized {
    /// Its kind.
    const KIND: Kind;
    /// Its fields, in the order of the table.
    const FIELDS: &'static [FieldInfo];
    /// The list of all facts of this kind.
    fn list(facts: &Facts) -> &Vec<Self>;
    /// The list, to add to.
    fn list_mut(facts: &mut Facts) -> &mut Vec<Self>;
    /// Moves its links when its list is appended to another.
    fn shift(&mut self, by: &Offsets);
    /// Moves its places: what was read of a part of a text stands in the whole.
    fn carry(&mut self, to: Carry);
}

/// A reference to a fact of a known kind: one more than the index into its list.
pub struct Link<T>(NonZeroU32, PhantomData<fn() -> T>);

impl<T> Link<T> {
    /// The link to the fact at `index`.
    pub fn new(index: usize) -> Self {
        let number = u32::try_from(index).ok().and_then(|index| NonZeroU32::MIN.checked_add(index));
        Self(number.expect("fewer than 4 billion facts of one kind"), PhantomData)
    }

    /// The index into the list of its kind.
    pub fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

impl<T> Clone for Link<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Link<T> {}

impl<T> PartialEq for Link<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> Eq for Link<T> {}

impl<T> PartialOrd for Link<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Link<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

impl<T> std::fmt::Debug for Link<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{}", self.index())
    }
}

/// A reference to a fact of any kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactRef {
    /// The kind.
    pub kind: Kind,
    /// The index into the list of that kind.
    pub index: u32,
}

impl<T: FactType> From<Link<T>> for FactRef {
    fn from(link: Link<T>) -> Self {
        Self { kind: T::KIND, index: link.0.get() - 1 }
    }
}

impl<T: FactType> Index<Link<T>> for Facts {
    type Output = T;

    fn index(&self, link: Link<T>) -> &T {
        &T::list(self)[link.index()]
    }
}

impl<T: FactType> IndexMut<Link<T>> for Facts {
    fn index_mut(&mut self, link: Link<T>) -> &mut T {
        &mut T::list_mut(self)[link.index()]
    }
}

impl Facts {
    /// Adds a fact and gives its link.
    pub fn add<T: FactType>(&mut self, fact: T) -> Link<T> {
        let list = T::list_mut(self);
        list.push(fact);
        Link::new(list.len() - 1)
    }

    /// All facts of a kind with their links.
    pub fn all<'a, T: FactType + 'a>(&'a self) -> impl Iterator<Item = (Link<T>, &'a T)> {
        T::list(self).iter().enumerate().map(|(index, fact)| (Link::new(index), fact))
    }

    /// The links of all facts of a kind; the facts may be changed meanwhile.
    pub fn links<T: FactType>(&self) -> impl Iterator<Item = Link<T>> + use<T> {
        (0..T::list(self).len()).map(Link::new)
    }
}
