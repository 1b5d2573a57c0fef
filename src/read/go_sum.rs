//! go.sum: the hashes of modules, of all versions that were ever looked at.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Claim, File, Listed, Output, Reader, note_artifacts};
use crate::facts::recorded::{GoSum, Recorded};
use crate::facts::{Count, LockedPackage, Lockfile};
use crate::source::Span;
use crate::value::Value;

/// Reads go.sum.
pub const READER: Reader = Reader { name: "go-sum", role: "lockfile", claims, read };

fn claims(path: &str) -> Claim {
    if crate::path::file_name(path) == "go.sum" { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let header = file.header(&**file.path, Span::top(file.source));
    let link = output.facts.add(Lockfile::new(header, "go", "go"));
    if output.conflict(file, &READER) {
        return;
    }
    let mut sums = GoSum::default();
    let mut seen: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    let mut refusal = Value::absent();
    let mut counts = [0_i64; 3];
    let mut at = 0;
    for raw in file.text.split_inclusive('\n') {
        let start = at;
        at += raw.len();
        let line = raw.trim_end();
        let span = file.span(start..start + line.len());
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let [module, version, hash] = *words.as_slice() else {
            if !words.is_empty() && refusal.is_absent() {
                refusal = Value::written("a line has not three parts".to_owned(), span);
            }
            continue;
        };
        if seen.insert((module, version), hash).is_some_and(|known| known != hash) && refusal.is_absent() {
            refusal = Value::written(format!("{module} {version} has two different hashes"), span);
        }
        let of_mod = version.strip_suffix("/go.mod");
        sums.lines.insert((module.into(), of_mod.unwrap_or(version).into(), of_mod.is_some()));
        if of_mod.is_some() {
            continue;
        }
        let mut package = LockedPackage::new(file.part(&format!("{module}@{version}"), span), link, "go", module);
        package.contents.version = Value::written(version.to_owned(), span);
        package.contents.source = "registry";
        package.contents.artifact_count = Count(1);
        let is_hashed = hash.starts_with("h1:");
        package.contents.unhashed_count = Value::written(Count(i64::from(!is_hashed)), span);
        note_artifacts(&mut package, std::iter::once(Listed { file: "zip", hash: Some(hash), span }));
        counts[0] += 1;
        counts[1] += 1;
        counts[2] += i64::from(is_hashed);
        output.facts.add(package);
    }
    let lockfile = &mut output.facts[link];
    [lockfile.package_count, lockfile.hashable_count, lockfile.hashed_count] = counts.map(Count);
    lockfile.refusal = refusal;
    lockfile.recorded = Recorded::GoSum(Arc::new(sums));
}
