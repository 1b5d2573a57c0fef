//! Which file of each package the target installs, and where it is to be had: what `--deep` fetches.

use std::collections::BTreeMap;

use super::judge::{python, release_of};
use super::locked::Source;
use super::target::Target;
use super::{Plan, Question, installed};
use crate::upstream::{Client, Ecosystem, Hash, Outcome, Table};

/// A file that is to be installed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Chosen {
    /// The ecosystem of its package: python, node, rust.
    pub ecosystem: String,
    /// Its package.
    pub package: String,
    /// The version.
    pub version: String,
    /// The name of the file.
    pub name: String,
    /// Its hashes in the lockfile.
    pub hashes: Vec<Hash>,
    /// Where it is offered; `None` when that is not told.
    pub address: Option<String>,
}

/// The files of all packages that the target installs, each once, sorted.
pub fn chosen(plan: &Plan, table: &Table, question: &Question<'_>, client: &Client) -> Vec<Chosen> {
    let facts = &question.inventory.facts;
    let mut all = Vec::new();
    let mut archives: BTreeMap<String, Option<String>> = BTreeMap::new();
    for lock in &plan.locks {
        let lockfile = &facts[lock.lockfile];
        let target = question.target.cloned().unwrap_or_else(|| Target::of(facts, lockfile));
        let Ok(packages) = &lock.packages else { continue };
        let excluded = installed::excluded(facts, lock.lockfile, packages, &target);
        for (planned, _) in packages.iter().zip(excluded).filter(|(_, is_excluded)| !is_excluded) {
            let mut chosen = Chosen {
                ecosystem: lockfile.ecosystem.clone(),
                package: planned.locked.name.clone(),
                version: planned.locked.version.clone(),
                name: String::new(),
                hashes: Vec::new(),
                address: None,
            };
            if let Source::Address(at) = &planned.locked.source {
                let Some(file) = planned.locked.files.first() else { continue };
                chosen.name = file.name.clone().unwrap_or_else(|| format!("{}-{}", chosen.package, chosen.version));
                chosen.hashes.clone_from(&file.hashes);
                chosen.address = Some(at.clone());
                all.push(chosen);
                continue;
            }
            for subject in &planned.subjects {
                let Some(Outcome::Known(answer)) = table.get(subject) else { continue };
                let Some(release) = release_of(&answer.package, &planned.locked.version) else { continue };
                let file = match subject.ecosystem {
                    Ecosystem::Python => python::installed(&planned.locked.files, &answer.package, release, &target),
                    _ => planned.locked.files.first().zip(release.files.first()),
                };
                let Some((locked, offered)) = file else { continue };
                chosen.name = offered.name.to_string();
                chosen.hashes.clone_from(&locked.hashes);
                chosen.address = match (subject.ecosystem, &offered.address) {
                    (Ecosystem::Rust, _) => archives
                        .entry(answer.registry.to_string())
                        .or_insert_with(|| client.archives(&answer.registry))
                        .as_deref()
                        .and_then(|config| crate::upstream::crate_address(config, &subject.name, &release.version)),
                    (Ecosystem::Python, Some(address)) => {
                        crate::upstream::joined(&answer.registry, &subject.name, address)
                    }
                    (_, address) => address.as_deref().map(str::to_owned),
                };
                all.push(chosen);
                break;
            }
        }
    }
    all.sort();
    all.dedup();
    all
}
