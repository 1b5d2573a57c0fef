//! What a project asks for.

use std::sync::Arc;

use super::field::Count;
use super::table::fact;
use super::{Header, Link, LockedPackage, Lockfile, Step};
use crate::bundler::gemfile::Gemfile;
use crate::golang::GoMod;
use crate::python::requirements_file::RequirementsFile;
use crate::syntax::Document;
use crate::value::Value;

fact! {
    /// A file that states what a project depends on: pyproject.toml, Cargo.toml, package.json, requirements.in and the like.
    Manifest {
        /// The format: pyproject, cargo, package-json, requirements, pipfile, composer, gemfile, go-mod.
        format: String,
        /// The ecosystem: python, rust, node.
        ecosystem: String,
        /// The name the project gives itself.
        project: Value<String>,
        /// The version the project gives itself.
        version: Value<String>,
        /// How many dependencies it states, over all groups but those of the build.
        dependency_count: Count,
        /// What it demands of the runtime: requires-python, rust-version, engines.node.
        runtime_constraint: Value<String>,
        /// What kind of thing it is: `application` (has a deployable template or entry point, or says it is private) or `library` (made to be published); unknown when nothing tells.
        role: Value<String>,
        /// The tool that would write its lockfile: uv, poetry, pdm, pipenv, pip-tools, cargo, npm, pnpm, yarn. Absent when nothing tells.
        lock_tool: Value<String>,
        /// A command of CI that stops without a lockfile in its directory. Absent where there is one.
        lock_asked_by: Option<Link<Step>>,
        /// For a manifest without a lockfile whose role nothing tells: a command of CI or of an image that installs it. Absent for others.
        installed_by: Option<Link<Step>>,
        /// Whether the lockfile of another manifest covers it: of a workspace root, or of a project that takes it from its directory.
        workspace_member: bool,
        /// The lockfiles that answer for it.
        lockfiles: Vec<Link<Lockfile>>,
        /// The tools of these lockfiles, sorted, each once.
        lockfile_tools: Vec<String>,
        /// The path of a lockfile that exists but is ignored by git, if any.
        ignored_lockfile: Value<String>,
        /// For a manifest whose role nothing tells: of a hundred others of its format in the repository, how many have a lockfile; 0 when there are fewer than two.
        lock_custom: Count,
        /// Of a hundred other manifests of its format and role beside it (in directories of the same one), how many state what they demand of the runtime; 0 when there is no other.
        runtime_custom: Count,
        /// Whether a version file in its directory or above chooses the version of its runtime: `.nvmrc`, `.tool-versions`, `rust-toolchain.toml`.
        runtime_chosen: bool,
        /// Whether it states itself which release of its lockfile's tool is used: `packageManager`, `required-version` and so on.
        states_manager: bool,
        /// Of a hundred such manifests, how many state that; 0 when there is no other.
        manager_custom: Count,
        /// Whether anything says which release of its lockfile's tool is used: the manifest, a version file, CI, an image.
        manager_known: bool,
    }
    carried {
        /// Whether it lists the files that `npm pack` takes.
        lists_files: bool,
        /// Whether a byte order mark stands before its text, which some tools refuse.
        has_byte_order_mark: bool,
        /// The manifest as a tree, for derivations that compare it with a lockfile.
        document: Option<Arc<Document>>,
        /// The lines of a requirements file, for the same.
        requirements: Option<Arc<RequirementsFile>>,
        /// A Gemfile, for the same.
        gemfile: Option<Arc<Gemfile>>,
        /// A go.mod, for the same.
        go: Option<Arc<GoMod>>,
    }
}

fact! {
    /// One requirement of a manifest.
    Dependency {
        /// The manifest that states it.
        manifest: Link<Manifest>,
        /// The package's name, as its ecosystem normalises it.
        package: String,
        /// The ecosystem: python, rust, node.
        ecosystem: String,
        /// The group: main, dev, build, optional, peer, optional:NAME, group:NAME.
        group: String,
        /// The range it allows, as written; absent when any version will do.
        requirement: Value<String>,
        /// How the range is open: `none` (any version), `floor` (a least version only), `range` (bounded above), `exact`. Unknown when the requirement cannot be parsed.
        bound: Value<String>,
        /// Where it comes from: registry, git, path, url, workspace.
        source: String,
        /// For git: what it follows: branch, tag, rev (a full commit), short-rev (any other `rev`), default-branch.
        git_reference: Value<String>,
        /// The locked packages that answer it.
        locked: Vec<Link<LockedPackage>>,
    }
}

fact! {
    /// A file of settings for a package client: .cargo/config.toml, .npmrc, pnpm-workspace.yaml, a patch and the like.
    Settings {
        /// The client: cargo, npm, pnpm, yarn, uv and so on; `hashed-file` for a file that several may use.
        tool: String,
    }
    carried {
        /// The file as a tree, for derivations that look names of registries up in it.
        document: Option<Arc<Document>>,
        /// The text of a file that lockfiles hold a hash of: a patch, a file of hooks.
        text: Option<Arc<str>>,
    }
}

impl Settings {
    /// A file of which nothing is known yet but whose it is.
    pub fn new(header: Header, tool: &str) -> Self {
        Self { header, tool: tool.to_owned(), document: None, text: None }
    }
}

impl Manifest {
    /// A manifest of which nothing is known yet but its format. Readers fill in what it says, derivations the rest.
    pub fn new(header: Header, format: &str, ecosystem: &str) -> Self {
        Self {
            header,
            format: format.to_owned(),
            ecosystem: ecosystem.to_owned(),
            project: Value::absent(),
            version: Value::absent(),
            dependency_count: Count(0),
            runtime_constraint: Value::absent(),
            role: Value::unknown("nothing tells whether it is an application or a library", None),
            lock_tool: Value::absent(),
            lock_asked_by: None,
            installed_by: None,
            workspace_member: false,
            lockfiles: Vec::new(),
            lockfile_tools: Vec::new(),
            ignored_lockfile: Value::absent(),
            lock_custom: Count(0),
            runtime_custom: Count(0),
            runtime_chosen: false,
            states_manager: false,
            manager_custom: Count(0),
            manager_known: false,
            lists_files: false,
            has_byte_order_mark: false,
            document: None,
            requirements: None,
            gemfile: None,
            go: None,
        }
    }
}

impl Dependency {
    /// A dependency of which nothing is known yet but its name; its group is `main`, its source a registry.
    pub fn new(header: Header, manifest: Link<Manifest>, ecosystem: &str, package: impl Into<String>) -> Self {
        Self {
            header,
            manifest,
            package: package.into(),
            ecosystem: ecosystem.to_owned(),
            group: "main".to_owned(),
            requirement: Value::absent(),
            bound: Value::absent(),
            source: "registry".to_owned(),
            git_reference: Value::absent(),
            locked: Vec::new(),
        }
    }
}
