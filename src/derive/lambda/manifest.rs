//! The manifest that stands nearest above a function's code.

use std::collections::BTreeMap;

use crate::facts::{Facts, Lambda, Link, Manifest};
use crate::handler::{Language, language};
use crate::path;

/// Links each function to the manifest of its language in its code directory or the nearest one above.
pub(super) fn link(facts: &mut Facts) {
    let mut nearest: BTreeMap<(&str, &str), (u8, Link<Manifest>)> = BTreeMap::new();
    for (link, manifest) in facts.all::<Manifest>() {
        let rank = rank(&manifest.format, path::file_name(&manifest.header.path));
        let key = (manifest.ecosystem.as_str(), path::directory(&manifest.header.path));
        let best = nearest.entry(key).or_insert((rank, link));
        if rank < best.0 {
            *best = (rank, link);
        }
    }
    let mut found = Vec::new();
    for (link, lambda) in facts.all::<Lambda>() {
        let ecosystem = match lambda.runtime.possible().first().and_then(|name| language(name)) {
            Some(Language::Python) => "python",
            Some(Language::Node) => "node",
            _ => continue,
        };
        let Some(code) = lambda.code.known() else { continue };
        let manifest = path::ancestors(code).find_map(|directory| nearest.get(&(ecosystem, directory)));
        if let Some((_, manifest)) = manifest {
            found.push((link, *manifest));
        }
    }
    for (lambda, manifest) in found {
        facts[lambda].manifest = Some(manifest);
    }
}

/// Which manifest of a directory speaks for it: the project file before lists of requirements.
fn rank(format: &str, file_name: &str) -> u8 {
    match (format, file_name) {
        ("requirements", "requirements.txt") => 2,
        ("requirements", _) => 3,
        ("pipfile", _) => 1,
        _ => 0,
    }
}
