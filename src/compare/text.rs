//! A comparison in sentences.

use std::fmt::Write;

use super::cause::Layer;
use super::ladder::{Cause, Comparison, Level};
use crate::artifact::Artifact;
use crate::printable::printable;
use crate::words::counted;

/// Entries that are named for each cause.
const NAMED: usize = 4;

/// The comparison of `a` and `b`, which were given as `names`.
pub fn text(comparison: &Comparison, a: &Artifact, b: &Artifact, names: (&str, &str)) -> String {
    let mut out = String::new();
    for (letter, artifact, name) in [("A", a, names.0), ("B", b, names.1)] {
        let entries = match artifact.entries.len() {
            1 => "1 entry".to_owned(),
            count => format!("{count} entries"),
        };
        let about = format!("{}, {entries}, {} bytes", artifact.form.name(), artifact.bytes);
        line(&mut out, &format!("{letter}  {} ({about})", printable(name)));
    }
    line(&mut out, "");
    for cause in &comparison.causes {
        tell(&mut out, cause);
    }
    for skipped in &comparison.skipped {
        line(&mut out, &format!("not compared: {} ({})", skipped.what, skipped.why));
    }
    if !comparison.skipped.is_empty() {
        line(&mut out, "");
    }
    let files = format!("{} of {} have the same content", comparison.equal, counted(comparison.paired, "shared file"));
    let causes = match comparison.causes.len() {
        0 => String::new(),
        count => format!("; {}", counted(count, "cause")),
    };
    let rest = if comparison.level == Level::SameBytes { String::new() } else { format!(": {files}{causes}") };
    line(&mut out, &format!("{}{rest}", comparison.level.sentence()));
    out
}

fn tell(out: &mut String, cause: &Cause) {
    let layer = match cause.kind.layer {
        Layer::Container => "packing",
        Layer::Metadata => "metadata",
        Layer::Content => "content",
        Layer::Unexplained => "different",
    };
    line(out, &format!("{layer}[{}]: {}", cause.kind.id, cause.kind.what));
    if let Some(seen) = &cause.seen {
        line(out, &format!("   = seen: {}", printable(seen)));
    }
    if !cause.entries.is_empty() {
        let named: Vec<_> = cause.entries.iter().take(NAMED).map(|entry| printable(entry)).collect();
        let more = cause.entries.len().saturating_sub(NAMED);
        let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
        line(out, &format!("   = in: {}{rest}", named.join(", ")));
    }
    line(out, &format!("   = fix: {}", cause.kind.fix));
    line(out, "");
}

fn line(out: &mut String, text: &str) {
    // Writing to a String cannot fail.
    let _written = writeln!(out, "{text}");
}
