//! The lockfiles of a project and what the repository states of versions, as digests and statements of a record.

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};

use super::record::{Lock, Statement};
use crate::facts::{Facts, LockedPackage};
use crate::path;
use crate::python::canonical_json::hex;

/// The lockfiles that a project is built from: those at or below its directory, and of the directories above it those
/// that answer for it. `bytes` gives SHA-256 of a file.
pub fn locks(facts: &Facts, project: &str, bytes: impl Fn(&str) -> Option<String>) -> Vec<Lock> {
    let mut locks = Vec::new();
    for (index, lockfile) in facts.lockfiles.iter().enumerate() {
        let at = &lockfile.header.path;
        if lockfile.ruled_by.is_some() || !speaks_for(path::directory(at), project) {
            continue;
        }
        let Some(sha256) = bytes(at) else { continue };
        let own = facts.locked_packages.iter().filter(|package| package.lockfile.index() == index);
        let rows: BTreeSet<String> = own.map(row).collect();
        let semantic = (!rows.is_empty()).then(|| {
            let mut hasher = Sha256::new();
            rows.iter().for_each(|row| hasher.update(row));
            hex(&hasher.finalize())
        });
        locks.push(Lock { path: at.to_string(), sha256, semantic });
    }
    locks.sort();
    locks.dedup_by(|a, b| a.path == b.path);
    locks
}

/// What is stated of versions for a project, by tool and place.
pub fn statements(facts: &Facts, project: &str) -> Vec<Statement> {
    let stated =
        facts.toolchains.iter().filter(|toolchain| speaks_for(&toolchain.scope, project)).filter_map(|toolchain| {
            let stated = toolchain.stated.known()?.clone();
            Some(Statement { tool: toolchain.tool.clone(), path: toolchain.header.path.to_string(), stated })
        });
    stated.collect::<BTreeSet<Statement>>().into_iter().collect()
}

/// Whether a directory is the project's own, above it or below it.
fn speaks_for(directory: &str, project: &str) -> bool {
    path::is_below(directory, project) || path::is_below(project, directory)
}

/// What a lockfile says of one package, as a line.
fn row(package: &LockedPackage) -> String {
    let mut digests: Vec<String> =
        package.contents.digests.iter().map(|digest| format!("{:08x}{:08x}", digest.file, digest.hash)).collect();
    digests.sort();
    digests.dedup();
    format!(
        "{}\0{}\0{}\0{}\0{}\0{}\0{}\n",
        package.contents.ecosystem,
        package.contents.package,
        package.contents.version.known().map_or("", |version| version.as_str()),
        package.contents.source,
        package.contents.location.as_deref().unwrap_or(""),
        package.rare.commit.known().map_or("", |commit| commit.as_str()),
        digests.join(","),
    )
}
