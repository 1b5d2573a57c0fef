//! The digests of a build, one for each rung on which two builds can be equal. What goes into them is part of the
//! schema of records: it never changes under the same name.

use sha2::{Digest as _, Sha256};

use super::{Artifact, Entry, Kind};
use crate::python::canonical_json::hex;

/// Same contents: a line for each file and link, sorted by path: the path, a zero byte, `x` for what can be executed,
/// `l` for a link and `-` otherwise, a zero byte, and the digest of the content.
pub fn content_digest(artifact: &Artifact) -> String {
    lines(artifact, |_| true, |entry| hex(&entry.sha256))
}

/// Same but for what installers and interpreters add: as the contents, without bytecode and without the records of an
/// installation, and with `\n` for other line ends of texts.
pub fn known_digest(artifact: &Artifact) -> String {
    let is_own = |entry: &Entry| !is_bytecode(&entry.path) && !is_install_record(&entry.path);
    lines(artifact, is_own, |entry| hex(&entry.plain.unwrap_or(entry.sha256)))
}

/// Same entries: a line for each entry in its order, directories too: path, kind, time, mode, owner, content.
pub fn entries_digest(artifact: &Artifact) -> String {
    let mut hasher = Sha256::new();
    for entry in &artifact.entries {
        let kind = match entry.kind {
            Kind::File => '-',
            Kind::Directory => 'd',
            Kind::Link(_) => 'l',
        };
        let number = |value: Option<i64>| value.map_or_else(|| "?".to_owned(), |value| value.to_string());
        let owner = entry.owner.as_ref().map_or_else(String::new, |owner| {
            format!("{}:{}:{}:{}", owner.user, owner.group, owner.user_name, owner.group_name)
        });
        hasher.update(format!(
            "{}\0{kind}\0{}\0{}\0{owner}\0{}\n",
            entry.path,
            number(entry.time),
            number(entry.mode.map(i64::from)),
            hex(&entry.sha256),
        ));
    }
    hex(&hasher.finalize())
}

fn lines(artifact: &Artifact, is_counted: impl Fn(&Entry) -> bool, digest: impl Fn(&Entry) -> String) -> String {
    let mut entries: Vec<&Entry> = artifact.entries.iter().filter(|entry| entry.kind != Kind::Directory).collect();
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    let mut hasher = Sha256::new();
    for entry in entries.into_iter().filter(|entry| is_counted(entry)) {
        let kind = match entry.kind {
            Kind::Link(_) => 'l',
            _ if entry.is_executable() == Some(true) => 'x',
            _ => '-',
        };
        hasher.update(format!("{}\0{kind}\0{}\n", entry.path, digest(entry)));
    }
    hex(&hasher.finalize())
}

/// Whether a path is bytecode that an interpreter makes of a source.
fn is_bytecode(path: &str) -> bool {
    path.ends_with(".pyc") || path.ends_with(".pyo")
}

/// Whether a path is a record that an installer writes beside a Python package.
pub fn is_install_record(path: &str) -> bool {
    let Some((directory, name)) = path.rsplit_once('/') else { return false };
    directory.ends_with(".dist-info")
        && matches!(
            name,
            "RECORD"
                | "RECORD.jws"
                | "RECORD.p7s"
                | "INSTALLER"
                | "REQUESTED"
                | "direct_url.json"
                | "uv_cache.json"
                | "uv_build.json"
        )
}
