//! pixi.lock and conda-lock.yml against their manifests.
//!
//! pixi asks whether the locked packages still are what the workspace asks for, and so does this. conda-lock compares a
//! digest of what its sources ask for, and goes on where it is the same.

mod conda_lock;
mod digest;
mod directory;
mod environment_file;
mod pixi;
#[cfg(test)]
mod tests;
mod walk;
mod workspace;

use super::{Difference, Lookup, Pairing, Seen, Tool};
use crate::facts::recorded::{Noted, Recorded};
use crate::facts::{Facts, Link, Lockfile, Manifest};
use crate::path;
use crate::value::Value;

/// pixi.
pub(super) const PIXI: Tool = Tool {
    name: "pixi",
    ecosystem: "conda",
    files: &["pixi.lock"],
    pairing: Pairing::By(beside),
    compare: pixi::compare,
};

/// conda-lock.
pub(super) const CONDA_LOCK: Tool = Tool {
    name: "conda-lock",
    ecosystem: "conda",
    files: &["conda-lock.yml"],
    pairing: Pairing::By(sources),
    compare: conda_lock::compare,
};

/// The pixi.toml beside the lockfile, else a pyproject.toml with pixi's tables.
fn beside(facts: &Facts, lookup: &Lookup, lockfile: Link<Lockfile>) -> Vec<Link<Manifest>> {
    let directory = path::directory(&facts[lockfile].header.path);
    let own = lookup.manifests_in(facts, directory, "pixi").next();
    let has_tables = |link: &Link<Manifest>| {
        let document = facts[*link].document.as_ref();
        document.is_some_and(|document| document.root().at(&["tool", "pixi"]).is_some())
    };
    let own = own.or_else(|| lookup.manifests_in(facts, directory, "pyproject").find(has_tables));
    own.into_iter().collect()
}

/// The files that the lockfile names.
fn sources(facts: &Facts, lookup: &Lookup, lockfile: Link<Lockfile>) -> Vec<Link<Manifest>> {
    let Recorded::Conda(record) = &facts[lockfile].recorded else { return Vec::new() };
    let directory = path::directory(&facts[lockfile].header.path);
    let paths = record.sources.iter().filter_map(|source| path::join(directory, &source.text));
    paths.filter_map(|path| lookup.manifest_at(facts, &path)).collect()
}

/// A file that a conda-lock.yml names as a source, that is there, and that asks for nothing.
pub(super) fn idle_source(seen: Seen<'_>, lockfile: Link<Lockfile>) -> Option<Value<String>> {
    let Recorded::Conda(record) = &seen.facts[lockfile].recorded else { return None };
    let directory = path::directory(&seen.facts[lockfile].header.path);
    let is_there = |source: &&Noted| path::join(directory, &source.text).is_some_and(|at| seen.around.files.has(&at));
    let source = record.sources.iter().find(is_there)?;
    Some(Value::written(format!("{} asks for nothing", source.text), source.span))
}

/// A difference of the lockfile from a manifest.
fn difference(
    (manifest, remedy): (Link<Manifest>, &str),
    (aspect, subject): (&'static str, &str),
    asked: Value<String>,
    recorded: Value<String>,
    explanation: String,
) -> Difference {
    Difference { manifest: Some(manifest), asked, recorded, ..Difference::of(aspect, subject, explanation, remedy) }
}

/// Whether a channel is the one at an address; it may be told by its last part alone.
fn is_channel(asked: &str, address: &str) -> bool {
    let (asked, address) = (asked.trim_end_matches('/'), address.trim_end_matches('/'));
    asked == address || (!asked.contains("://") && address.ends_with(&format!("/{asked}")))
}

/// Whether the channels are the same in the same order.
fn are_channels<'a>(asked: &[&str], locked: impl ExactSizeIterator<Item = &'a str>) -> bool {
    asked.len() == locked.len() && asked.iter().zip(locked).all(|(asked, locked)| is_channel(asked, locked))
}

fn written(noted: &Noted) -> Value<String> {
    Value::written(noted.text.to_string(), noted.span)
}
