//! Archives in archives: compared in turn, to a depth.

use std::io::Read;

use flate2::read::MultiGzDecoder;

use super::{Found, LOOK, look};
use crate::artifact::open_bytes;
use crate::compare::cause::{CONTENTS, Layer, NESTED};
use crate::compare::ladder::{Level, compare_at};

/// Why two inner archives differ; `None` for anything else.
pub(super) fn explain(path: &str, a: &[u8], b: &[u8], depth: usize) -> Option<Found> {
    if depth == 0 {
        return None;
    }
    if a.starts_with(b"\x1f\x8b") && b.starts_with(b"\x1f\x8b") {
        let (own, other) = (unzipped(a)?, unzipped(b)?);
        if own == other {
            return Some(vec![(NESTED, Some("its gzip header or compression differs".to_owned()))]);
        }
        return Some(look(path.strip_suffix(".gz").unwrap_or(path), &own, &other, depth - 1));
    }
    let (mut own, mut other) = (open_bytes(a)?.ok()?, open_bytes(b)?.ok()?);
    let inner = compare_at(&mut own, &mut other, depth - 1).ok()?;
    if inner.level <= Level::SameContents {
        let causes: Vec<&str> = inner.causes.iter().map(|cause| cause.kind.id).collect();
        return Some(vec![(NESTED, Some(format!("inside: {}", causes.join(", "))))]);
    }
    if inner.level == Level::Different {
        let within = inner.causes.iter().find(|cause| cause.kind.layer == Layer::Unexplained);
        let first = within.and_then(|cause| cause.entries.first()).cloned().unwrap_or_default();
        return Some(vec![(CONTENTS, Some(format!("inside, first `{first}`")))]);
    }
    let causes = inner.causes.into_iter().filter(|cause| cause.kind.layer == Layer::Content);
    Some(causes.map(|cause| (cause.kind, cause.seen.map(|seen| format!("inside, {seen}")))).collect())
}

/// What a gzip file holds, when it is small enough to look into.
fn unzipped(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    MultiGzDecoder::new(bytes).take(LOOK + 1).read_to_end(&mut out).ok()?;
    (out.len() as u64 <= LOOK).then_some(out)
}
