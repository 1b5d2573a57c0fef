//! The ladder: from "same bytes" down to "different", by the deepest cause that was found.

use schemars::JsonSchema;
use serde::Serialize;

use super::cause::{FORM, Kind, LAYOUT, Layer};
use super::notes::Notes;
use super::{container, content, metadata, pairs};
use crate::artifact::{Artifact, Form, Refusal};

/// How equal two builds are, the most equal first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The files are the same, byte for byte.
    SameBytes,
    /// The same entries in the same order, with the same times and modes; packed differently.
    SameEntries,
    /// The same paths with the same contents; order, times, modes or owners differ.
    SameContents,
    /// Contents differ for known causes alone.
    SameButForKnownCauses,
    /// Contents differ, and something of that no known cause explains.
    Different,
}

impl Level {
    /// What it means, a sentence without its dot.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::SameBytes => "The builds are the same, byte for byte",
            Self::SameEntries => "The builds hold the same entries, packed differently",
            Self::SameContents => "The builds hold the same contents; what is said about the entries differs",
            Self::SameButForKnownCauses => "The contents differ, for known causes alone",
            Self::Different => "The builds differ",
        }
    }
}

/// A cause that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cause {
    /// Which.
    pub kind: &'static Kind,
    /// The entries that it touches, sorted; empty when it is of the archive.
    pub entries: Vec<String>,
    /// What is seen at the first of them, a sentence part with both sides.
    pub seen: Option<String>,
}

/// Something that was not compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Skipped {
    /// What: `times`, `order`, `owners`, `modes`, `contents`.
    pub what: String,
    /// Why.
    pub why: String,
}

/// What the comparison of two builds came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The rung.
    pub level: Level,
    /// The highest rung that builds of these forms can reach.
    pub best: Level,
    /// Causes, the deepest first.
    pub causes: Vec<Cause>,
    /// What was not compared.
    pub skipped: Vec<Skipped>,
    /// Files and links under the same path.
    pub paired: usize,
    /// How many of these hold the same.
    pub equal: usize,
}

/// Archives in archives are looked into down to this depth.
pub(super) const DEPTH: usize = 3;

/// Compares two builds.
///
/// # Errors
/// When the contents of one cannot be read again.
pub fn compare(a: &mut Artifact, b: &mut Artifact) -> Result<Comparison, Refusal> {
    compare_at(a, b, DEPTH)
}

pub(super) fn compare_at(a: &mut Artifact, b: &mut Artifact, depth: usize) -> Result<Comparison, Refusal> {
    let best = best(a.form, b.form);
    let files = a.entries.iter().filter(|entry| entry.kind != crate::artifact::Kind::Directory).count();
    if a.form == b.form && a.sha256.is_some() && a.sha256 == b.sha256 {
        let (causes, skipped) = (Vec::new(), Vec::new());
        return Ok(Comparison { level: Level::SameBytes, best, causes, skipped, paired: files, equal: files });
    }
    let mut notes = Notes::default();
    let mut skipped = Vec::new();
    let pairs = pairs::pair(a, b, &mut notes);
    let differing = pairs.differing(a, b);
    a.prepare(&differing.iter().map(|pair| pair.a).collect())?;
    b.prepare(&differing.iter().map(|pair| pair.b).collect())?;
    content::explain(a, b, &pairs, &differing, depth, &mut notes)?;
    metadata::compare(a, b, &pairs, &mut notes, &mut skipped);
    if a.form == b.form {
        container::compare(a, b, &pairs, &mut notes);
    } else {
        notes.whole(FORM, format!("A is a {}, B is a {}", a.form.name(), b.form.name()));
    }
    if notes.is_empty() && a.sha256 != b.sha256 {
        notes.whole(LAYOUT, format!("A has {} bytes, B has {}", a.bytes, b.bytes));
    }
    let causes = notes.causes();
    let level = level(&causes, best);
    let paired = pairs.same.iter().filter(|pair| a.entries[pair.a].kind != crate::artifact::Kind::Directory).count();
    Ok(Comparison { level, best, causes, skipped, paired, equal: paired - differing.len() })
}

/// The highest rung that two forms can reach.
fn best(a: Form, b: Form) -> Level {
    match (a, b) {
        (Form::Directory, Form::Directory) => Level::SameEntries,
        _ if a == b => Level::SameBytes,
        (Form::Tar(_), Form::Tar(_)) => Level::SameEntries,
        _ => Level::SameContents,
    }
}

fn level(causes: &[Cause], best: Level) -> Level {
    let found = match causes.iter().map(|cause| cause.kind.layer).max() {
        Some(Layer::Unexplained) => Level::Different,
        Some(Layer::Content) => Level::SameButForKnownCauses,
        Some(Layer::Metadata) => Level::SameContents,
        Some(Layer::Container) => Level::SameEntries,
        None => best,
    };
    found.max(best)
}
