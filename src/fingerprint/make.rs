//! The digests of what was built, for a record.

use super::record::Artifact;
use crate::artifact::{self, Form};
use crate::python::canonical_json::hex;

/// A build as a record holds it. `name` is its path from the project.
pub fn artifact(built: &artifact::Artifact, name: &str) -> Artifact {
    let is_archive = built.form != Form::Directory;
    Artifact {
        name: name.to_owned(),
        size: built.bytes,
        sha256: built.sha256.map(|digest| hex(&digest)),
        entries: is_archive.then(|| artifact::entries_digest(built)),
        content: artifact::content_digest(built),
        known: Some(artifact::known_digest(built)),
    }
}
