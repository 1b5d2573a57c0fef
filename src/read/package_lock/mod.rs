//! package-lock.json and npm-shrinkwrap.json, versions 1 to 3, read as npm 11 does.
//!
//! Of version 2 the half called `dependencies` is passed over, as npm 7 and later do. A merge
//! conflict is a problem of the file and yet no end: npm merges the two sides, and so does this.

mod emit;
mod legacy;
mod merge;
mod places;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::facts::recorded::Recorded;
use crate::facts::{Link, Lockfile};
use crate::node::lock::Lock;
use crate::source::Span;
use crate::syntax::{self, Node};
use crate::value::Value;

/// The reader of npm's lockfiles.
pub const READER: Reader = Reader { name: "package_lock", role: "lockfile", claims, read };

fn claims(path: &str) -> Claim {
    match crate::path::file_name(path) {
        "package-lock.json" | "npm-shrinkwrap.json" => Claim::Yes,
        _ => Claim::No,
    }
}

fn read(file: &File<'_>, output: &mut Output) {
    let link = output.facts.add(Lockfile::new(file.header(&**file.path, file.span(0..0)), "npm", "node"));
    if output.conflict(file, &READER) {
        let place = output.facts.problems.last().map_or_else(|| file.span(0..0), |problem| problem.header.span);
        let merged: Option<Arc<str>> = merge::merged(file.text).map(Arc::from);
        if let Some(document) = merged.and_then(|text| syntax::json::parse(file.source, &text).ok()) {
            output.facts[link].heals_conflict = true;
            record(file, output, link, document.root(), Some(place));
        }
        return;
    }
    let Some(document) = output.tree(file, &READER, syntax::json::parse) else { return };
    if document.root().is_null() {
        return output.problem(file, &READER, "unsupported", "it holds no object".to_owned(), file.span(0..0));
    }
    record(file, output, link, document.root(), None);
}

/// Notes what the tree holds. With `all_at` every place is that one, since the text is none of the file.
fn record(file: &File<'_>, output: &mut Output, link: Link<Lockfile>, root: Node<'_>, all_at: Option<Span>) {
    let mut lock = if root.get("packages").is_none() && root.get("dependencies").is_some() {
        legacy::read(root)
    } else {
        places::read(root)
    };
    if let Some(span) = all_at {
        move_to(&mut lock, span);
    }
    // Linked directories are read wherever they lie.
    for target in lock.places.iter().filter(|place| place.is_link).filter_map(|place| place.resolved.as_ref()) {
        if let Some(at) = crate::path::join(file.directory(), &target.text) {
            output.request(crate::pnpm::beside(&at, "package.json"), "package_json");
        }
    }
    emit::packages(file, output, link, &lock);
    let fact = &mut output.facts[link];
    if let Some(node) = root.get("lockfileVersion") {
        lock.format = node.int();
        let span = all_at.unwrap_or_else(|| node.span());
        fact.format_version = node.scalar().map_or_else(Value::absent, |text| Value::written(text.to_owned(), span));
    }
    fact.recorded = Recorded::Npm(Arc::new(lock));
}

fn move_to(lock: &mut Lock, span: Span) {
    for place in &mut lock.places {
        place.span = span;
        let texts = place.version.iter_mut().chain(&mut place.resolved).chain(&mut place.integrity).chain(place.copied.iter_mut().map(|(_, of)| of));
        texts.for_each(|text| text.span = span);
        place.requires.iter_mut().for_each(|one| one.span = span);
    }
}
