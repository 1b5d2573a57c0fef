//! Which registry a package comes from, and which credentials may be sent where.
//!
//! The lockfile's own word goes first, then the settings of the client, then `[registry]` in reproof.toml, then the
//! default that a crate of the ecosystem names. Files of the repository choose registries and nothing else: they
//! are never read for credentials, and variables in them are never filled in.

mod home;
mod ini;
mod links;
mod node;
mod python;
mod rust;
mod trust;

use std::collections::BTreeSet;
use std::sync::Arc;

use url::Url;

pub use self::home::Home;
pub use self::links::Links;
pub(super) use self::trust::Trust;
use super::table::{Ecosystem, Subject};
use super::tie::Tie;
use crate::config::Registries;
use crate::facts::{Facts, LockedPackage, Lockfile};
use crate::tree::Tree;

/// The settings that hold for a tree.
#[derive(Debug)]
pub struct Settings {
    tree: Arc<Tree>,
    config: Registries,
    python: python::Own,
    node: node::Own,
    rust: rust::Own,
    links: Links,
    trust: Trust,
    ties: Vec<Tie>,
}

/// A package as a lockfile speaks of its origin.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// The ecosystem.
    pub ecosystem: Ecosystem,
    /// The tool of the lockfile.
    pub tool: &'a str,
    /// The path of the lockfile.
    pub lockfile: &'a str,
    /// The registry that the lockfile names, as it spells it.
    pub stated: Option<&'a str>,
}

impl Settings {
    /// Reads the user's own settings; those of the tree are read where they are asked for.
    pub fn new(home: &Home, tree: Arc<Tree>, config: Registries) -> Self {
        let (python, node, rust) = (python::Own::read(home), node::Own::read(home), rust::Own::read(home));
        // Hosts that the user's own settings know: what is named elsewhere (netrc, a variable for an index of the
        // project) may go to these.
        let mut trusted: BTreeSet<String> = home.trusted_hosts();
        trusted.extend(python.hosts.iter().chain(&node.hosts).chain(&rust.hosts).cloned());
        let mut ties: Vec<Tie> = Vec::new();
        ties.extend(home.netrc(&trusted));
        ties.extend(python.named_ties(&tree, home, &trusted));
        for own in [&python.ties, &node.ties, &rust.ties] {
            ties.extend(own.iter().cloned());
        }
        Self { tree, config, python, node, rust, links: Links::read(home), trust: Trust::read(home), ties }
    }

    /// The credentials and where each may go.
    pub(super) fn ties(&self) -> &[Tie] {
        &self.ties
    }

    /// Whom the user trusts beside the system.
    pub(super) fn trust(&self) -> &Trust {
        &self.trust
    }

    /// The user's setting that turns all indexes of Python off.
    pub(super) fn no_index(&self) -> Option<&'static str> {
        self.links.no_index()
    }

    /// Where packages of a lockfile lie beside the registries.
    pub fn links(&self, lockfile: &Lockfile) -> Links {
        if lockfile.ecosystem != Ecosystem::Python.word() {
            return Links::default();
        }
        let is_requirements = matches!(&*lockfile.tool, "pip-tools" | "uv-pip" | "export");
        let text = self.tree.text(&lockfile.header.path).ok().filter(|_| is_requirements);
        text.map_or_else(|| self.links.clone(), |text| self.links.clone().with_file(&text))
    }

    /// What to ask about a locked package; `None` for what comes from no registry that can be asked.
    pub fn locked(&self, facts: &Facts, package: &LockedPackage) -> Option<Subject> {
        let subject = Subject::of(package)?;
        let lockfile = &facts[package.lockfile];
        let origin = Origin {
            ecosystem: subject.ecosystem,
            tool: &lockfile.tool,
            lockfile: &lockfile.header.path,
            stated: subject.registry.as_deref(),
        };
        let mut found = self.subjects(&origin, &subject.name).swap_remove(0);
        if origin.stated.is_none() && !is_there(package, found.registry.as_deref(), origin.ecosystem) {
            // The inventory keeps the host of a registry of its own, not its path.
            found.registry = None;
        }
        Some(found)
    }

    /// What to ask about a name, one for each registry that it may come from, the likeliest first; never empty. The
    /// registry of the only one is `None` where none is known.
    pub fn subjects(&self, origin: &Origin<'_>, name: &str) -> Vec<Subject> {
        let registries = match origin.ecosystem {
            Ecosystem::Python if origin.stated.is_none() && self.no_index().is_some() => Vec::new(),
            Ecosystem::Python => self.python.registries(origin, &self.tree, self.config.python.as_deref()),
            Ecosystem::Node => self.node.registries(origin, name, &self.tree, self.config.node.as_deref()),
            Ecosystem::Rust => self.rust.registries(origin, &self.tree, self.config.rust.as_deref()),
        };
        let subject = |registry: Option<Arc<str>>| Subject { ecosystem: origin.ecosystem, name: name.into(), registry };
        let mut subjects: Vec<Subject> = Vec::new();
        for registry in registries.iter().filter_map(|registry| clean(registry)) {
            let subject = subject(Some(registry.into()));
            if !subjects.contains(&subject) {
                subjects.push(subject);
            }
        }
        if subjects.is_empty() { vec![subject(None)] } else { subjects }
    }
}

/// Whether a package is to be looked for at a registry: its lockfile names no other host than that, or the default's.
fn is_there(package: &LockedPackage, registry: Option<&str>, ecosystem: Ecosystem) -> bool {
    let Some(named) = package.contents.host.known() else { return true };
    let default = match ecosystem {
        Ecosystem::Python => None,
        Ecosystem::Node => host(npmrc_config_rs::registry::DEFAULT_REGISTRY),
        Ecosystem::Rust => host(cargo_lock::package::SourceId::default().url().as_str()),
    };
    let is_same = |host: Option<String>| host.is_some_and(|host| *host == **named);
    is_same(default) || is_same(registry.and_then(host))
}

/// A registry's address without credentials and without a `/` at its end. `None` when it is none that can be asked:
/// a directory, or one with variables in it.
fn clean(registry: &str) -> Option<String> {
    let registry = registry.strip_prefix("sparse+").unwrap_or(registry).trim();
    let mut address = Url::parse(registry).ok()?;
    if !matches!(address.scheme(), "http" | "https") || !address.has_host() {
        return None;
    }
    let _taken = (address.set_username(""), address.set_password(None));
    let text = address.as_str().trim_end_matches('/');
    let is_filled = !text.contains("${") && !text.contains("$%7B");
    is_filled.then(|| text.to_owned())
}

/// The host of an address with its port, where one is written.
fn host(address: &str) -> Option<String> {
    let address = Url::parse(address).ok()?;
    let host = address.host_str()?;
    Some(address.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")))
}

#[cfg(test)]
mod tests;
