//! pnpm-lock.yaml: which packages are locked, what each project asked for, and with which settings.
//!
//! Two sides of a merge conflict are read and merged as pnpm itself does; the conflict is
//! told all the same.

mod packages;

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::facts::recorded::{PnpmRecord, Recorded};
use crate::facts::{Link, Lockfile};
use crate::pnpm::lock::{self, Lock};
use crate::pnpm::{conflict, key};
use crate::syntax::{self, Document};
use crate::value::Value;

/// The reader of pnpm's lockfile.
pub const READER: Reader = Reader { name: "pnpm-lock", role: "lockfile", claims, read };

fn claims(path: &str) -> Claim {
    if crate::path::file_name(path) == "pnpm-lock.yaml" { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let link = output.facts.add(Lockfile::new(file.header(&**file.path, file.span(0..0)), "pnpm", "node"));
    if output.conflict(file, &READER) {
        return merged(file, output, link);
    }
    if file.text.trim().is_empty() {
        output.facts[link].recorded = Recorded::Nothing;
        return;
    }
    let Some(document) = output.tree(file, &READER, syntax::yaml::parse) else { return };
    match lock::read(&document) {
        Ok(lock) => finish(file, output, link, &document, lock),
        Err(fault) => output.facts[link].refusal = Value::written(fault.message, fault.span),
    }
}

/// Reads both sides of a conflict. Where one of them is no lockfile the conflict stands.
fn merged(file: &File<'_>, output: &mut Output, link: Link<Lockfile>) {
    let read = |text: String| {
        let document = syntax::yaml::parse(file.source, &text.into()).ok()?;
        let lock = lock::read(&document).ok()?;
        Some((document, lock))
    };
    let [ours, theirs] = syntax::conflict::sides_in_place(file.text).map(read);
    if let (Some((document, ours)), Some((_, theirs))) = (ours, theirs) {
        output.facts[link].heals_conflict = true;
        finish(file, output, link, &document, conflict::merge(ours, theirs));
    }
}

fn finish(file: &File<'_>, output: &mut Output, link: Link<Lockfile>, document: &Document, lock: Lock) {
    output.facts[link].format_version = Value::written(lock.version.text.to_string(), lock.version.span);
    for patch in lock.patches.iter().filter(|patch| !patch.path.is_empty()) {
        if let Some(path) = crate::path::join(file.directory(), &patch.path) {
            output.request(path, "hashed-file");
        }
    }
    // Projects are read wherever they lie.
    for directory in lock.importers.keys() {
        if let Some(at) = crate::path::join(file.directory(), directory) {
            output.request(crate::pnpm::beside(&at, "package.json"), "package_json");
        }
    }
    let resolved = packages::read(file, output, link, lock::main_document(document), &lock);
    let contradiction = lock.importers.values().find_map(|importer| importer.contradiction.as_ref());
    if let Some(name) = contradiction {
        let message = format!("{} stands twice with different specifiers", name.text);
        output.facts[link].refusal = Value::written(message, name.span);
    }
    output.facts[link].recorded = Recorded::Pnpm(Arc::new(PnpmRecord { lock, resolved }));
}
