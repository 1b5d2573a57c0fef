//! How pnpm merges the two sides of a lockfile with merge-conflict markers.
//!
//! pnpm resolves conflicts of its lockfile by itself: it reads both sides and takes what one
//! of them has; where both have a version it takes the higher one, else that of the second side.

use std::collections::BTreeMap;

use super::lock::{Direct, Importer, Lock};

/// The lockfile that pnpm makes of both sides.
pub fn merge(ours: Lock, theirs: Lock) -> Lock {
    let mut importers = BTreeMap::new();
    let mut other = theirs.importers;
    for (directory, importer) in ours.importers {
        let merged = match other.remove(&directory) {
            Some(second) => merge_importers(importer, second),
            None => Importer { publish_directory: None, dependencies_meta: None, ..importer },
        };
        importers.insert(directory, merged);
    }
    for (directory, importer) in other {
        importers.insert(directory, Importer { publish_directory: None, dependencies_meta: None, ..importer });
    }
    let mut ignored_optional = ours.ignored_optional;
    for name in theirs.ignored_optional {
        if !ignored_optional.iter().any(|known| known.text == name.text) {
            ignored_optional.push(name);
        }
    }
    Lock {
        importers,
        ignored_optional,
        pnpmfile: ours.pnpmfile.or(theirs.pnpmfile),
        major: ours.major.max(theirs.major),
        version: ours.version,
        has_importers: ours.has_importers && theirs.has_importers,
        settings: BTreeMap::new(),
        overrides: BTreeMap::new(),
        catalogs: Vec::new(),
        extensions: None,
        only_built: None,
        never_built: None,
        patches: Vec::new(),
        merged: true,
    }
}

fn merge_importers(ours: Importer, theirs: Importer) -> Importer {
    let mut direct = ours.direct;
    let place = |(index, one): (usize, &Direct)| ((one.group, one.name.text.clone()), index);
    let known: BTreeMap<(usize, Box<str>), usize> = direct.iter().enumerate().map(place).collect();
    for second in theirs.direct {
        match known.get(&(second.group, second.name.text.clone())) {
            Some(index) => merge_direct(&mut direct[*index], second),
            None => direct.push(second),
        }
    }
    Importer {
        span: ours.span,
        direct,
        contradiction: ours.contradiction.or(theirs.contradiction),
        publish_directory: None,
        dependencies_meta: None,
    }
}

fn merge_direct(first: &mut Direct, second: Direct) {
    if second.specifier.is_some() {
        first.specifier = second.specifier;
    }
    let version = |text: &str| semver::Version::parse(super::key::without_peers(text)).ok();
    let is_higher = match (version(&first.version.text), version(&second.version.text)) {
        (Some(ours), Some(theirs)) => ours > theirs,
        _ => false,
    };
    if !is_higher {
        first.version = second.version;
    }
}
