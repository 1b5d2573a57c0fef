//! A comparison as JSON, `reproof-compare/1`: additive changes only, everything sorted.

use schemars::JsonSchema;
use serde::Serialize;

use super::cause::Layer;
use super::ladder::{Comparison, Level, Skipped};
use crate::artifact::{Artifact, content_digest};
use crate::python::canonical_json::hex;

/// The version of the format.
const SCHEMA: &str = "reproof-compare/1";

/// A comparison as it is serialised.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "reproof-compare/1")]
pub struct Document {
    /// `reproof-compare/1`.
    schema: &'static str,
    /// The program that wrote it.
    tool: Tool,
    /// The first build.
    a: Side,
    /// The second build.
    b: Side,
    /// How equal they are.
    level: Level,
    /// The most that two builds of these forms can be.
    best: Level,
    /// What was required of them.
    required: Level,
    /// Whether they are as equal as was required.
    same: bool,
    /// Files and links.
    entries: Entries,
    /// Why they are not more equal, the deepest causes first.
    causes: Vec<Cause>,
    /// What was not compared, and why.
    not_compared: Vec<Skipped>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Side {
    /// The path, as it was given.
    path: String,
    /// What it is.
    form: &'static str,
    /// Bytes of the file; of a directory the bytes of all files in it.
    bytes: u64,
    /// Entries in it, directories too.
    entries: usize,
    /// SHA-256 of the file; `null` for a directory.
    sha256: Option<String>,
    /// The digest of its contents: equal for the same paths with the same contents.
    content: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Entries {
    /// Files and links under the same path.
    paired: usize,
    /// How many of these hold the same.
    equal: usize,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Cause {
    /// Its name.
    cause: &'static str,
    /// How deep it goes.
    layer: Layer,
    /// What differs.
    what: &'static str,
    /// What to do.
    fix: &'static str,
    /// What is seen at the first entry; `null` when there is no more to say.
    seen: Option<String>,
    /// The entries it touches; empty when it is of the archive.
    entries: Vec<String>,
}

/// A comparison of `a` and `b`, which were given as `names`, as a document.
pub fn document(comparison: &Comparison, a: &Artifact, b: &Artifact, names: (&str, &str), required: Level) -> Document {
    let side = |artifact: &Artifact, path: &str| Side {
        path: path.to_owned(),
        form: artifact.form.name(),
        bytes: artifact.bytes,
        entries: artifact.entries.len(),
        sha256: artifact.sha256.map(|digest| hex(&digest)),
        content: content_digest(artifact),
    };
    let causes = comparison.causes.iter().map(|cause| Cause {
        cause: cause.kind.id,
        layer: cause.kind.layer,
        what: cause.kind.what,
        fix: cause.kind.fix,
        seen: cause.seen.clone(),
        entries: cause.entries.clone(),
    });
    Document {
        schema: SCHEMA,
        tool: Tool { name: "reproof", version: env!("CARGO_PKG_VERSION") },
        a: side(a, names.0),
        b: side(b, names.1),
        level: comparison.level,
        best: comparison.best,
        required,
        same: comparison.level <= required,
        entries: Entries { paired: comparison.paired, equal: comparison.equal },
        causes: causes.collect(),
        not_compared: comparison.skipped.clone(),
    }
}

/// The schema of the document, as text.
pub fn schema() -> String {
    serde_json::to_string_pretty(&schemars::schema_for!(Document)).expect("a schema is plain JSON")
}
