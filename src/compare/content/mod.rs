//! Files of one path whose contents differ: which known causes explain all of it.

mod bytecode;
mod chain;
mod json;
mod library;
mod mask;
mod native;
mod nested;
mod record;
mod steps;

use self::chain::Step;
use super::cause::{BYTECODE, CONTENTS, FOREIGN_BINARY, INSTALL_RECORDS, Kind};
use super::names::is_bytecode;
use super::notes::Notes;
use super::pairs::{Pair, Pairs};
use crate::artifact::{Artifact, Refusal, is_install_record};

/// Files beyond this are not looked into, in bytes: what is looked into is in memory several times.
const LOOK: u64 = 12 * 1024 * 1024;

/// What explains a difference: causes, each with what is seen.
type Found = Vec<(&'static Kind, Option<String>)>;

/// Takes note of why the contents of each pair differ.
pub(super) fn explain(
    a: &Artifact,
    b: &Artifact,
    pairs: &Pairs,
    differing: &[Pair],
    depth: usize,
    notes: &mut Notes,
) -> Result<(), Refusal> {
    for pair in differing {
        let path = &a.entries[pair.a].path;
        let (own, other) = (a.read(pair.a, LOOK)?, b.read(pair.b, LOOK)?);
        let found = match (own, other) {
            (Some(own), Some(other)) if is_install_record(path) => {
                if path.ends_with("/RECORD") {
                    record::explain(pairs.inside(path), &own, &other, pairs)
                } else {
                    vec![(INSTALL_RECORDS, first_line(&own, &other))]
                }
            }
            (Some(own), Some(other)) => look(path, &own, &other, depth),
            _ => vec![(CONTENTS, Some(format!("it is larger than {} MB and was not looked into", LOOK >> 20)))],
        };
        for (kind, seen) in found {
            notes.add(kind, path, seen.map(|seen| format!("`{path}`: {seen}")));
        }
    }
    Ok(())
}

/// Why two contents differ.
fn look(path: &str, a: &[u8], b: &[u8], depth: usize) -> Found {
    if is_bytecode(path) {
        return bytecode::explain(a, b).map_or_else(|| unexplained(a, b), |seen| vec![(BYTECODE, Some(seen))]);
    }
    if let Some(found) = nested::explain(path, a, b, depth) {
        return found;
    }
    if let Some(seen) = native::foreign(a, b) {
        return vec![(FOREIGN_BINARY, Some(seen))];
    }
    let steps: Vec<Step> = steps::steps(path, a, b);
    match chain::explain(&steps, a, b) {
        Some(found) => found,
        None => native::explain(a, b).unwrap_or_else(|| unexplained(a, b)),
    }
}

fn unexplained(a: &[u8], b: &[u8]) -> Found {
    vec![(CONTENTS, first_line(a, b))]
}

/// The first line that differs, or the first byte of what is no text.
fn first_line(a: &[u8], b: &[u8]) -> Option<String> {
    let at = a.iter().zip(b).position(|(x, y)| x != y).unwrap_or(a.len().min(b.len()));
    if memchr::memchr(0, a).or(memchr::memchr(0, b)).is_some() {
        return Some(format!("{} bytes in A, {} in B; the first difference is at byte {at}", a.len(), b.len()));
    }
    let number = a[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
    let line = |bytes: &[u8]| {
        let start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |newline| newline + 1);
        let end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |newline| at + newline);
        shown(&bytes[start..end])
    };
    Some(format!("line {number} is `{}` in A, `{}` in B", line(a), line(b)))
}

/// Bytes as a short text for a sentence.
fn shown(bytes: &[u8]) -> String {
    const LENGTH: usize = 80;
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(4 * LENGTH)]);
    let short: String = text.trim().chars().take(LENGTH).collect();
    if text.trim().chars().count() > LENGTH { format!("{short}...") } else { short }
}
