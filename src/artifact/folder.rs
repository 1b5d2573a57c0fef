//! Directories and single files.

use std::fs::File;
use std::path::Path;

use rayon::prelude::*;
use sha2::{Digest as _, Sha256};
use walkdir::WalkDir;

use super::guard::{Refusal, refuse, text};
use super::store::Source;
use super::sum::sum;
use super::{Artifact, Container, Entry, Form, Kind};

/// More files than this are not read.
const FILES: usize = 200_000;

/// Reads a directory; links are not followed.
pub(super) fn read(root: &Path) -> Result<Artifact, Refusal> {
    let mut found = Vec::new();
    for item in WalkDir::new(root).min_depth(1).sort_by_file_name() {
        let item = item.map_err(|error| Refusal::Unreadable(format!("it cannot be listed: {error}")))?;
        if found.len() >= FILES {
            return refuse(format!("it has more than {FILES} files"));
        }
        found.push(item.into_path());
    }
    let read = |path: &std::path::PathBuf| entry(root, path);
    let mut entries = found.par_iter().map(read).collect::<Result<Vec<Entry>, Refusal>>()?;
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    let files = entries.iter().map(|entry| root.join(&entry.path)).collect();
    let bytes = entries.iter().map(|entry| entry.bytes).sum();
    let source = Source::Files(files);
    Ok(Artifact { form: Form::Directory, bytes, sha256: None, entries, container: Container::default(), source })
}

/// Reads a single file as an entry of that name.
pub(super) fn read_file(path: &Path, name: &str) -> Result<Artifact, Refusal> {
    let entry = Entry { path: name.to_owned(), time: None, ..entry(path.parent().unwrap_or(path), path)? };
    let (bytes, sha256) = (entry.bytes, Some(entry.sha256));
    let source = Source::Files(vec![path.to_path_buf()]);
    Ok(Artifact { form: Form::File, bytes, sha256, entries: vec![entry], container: Container::default(), source })
}

fn entry(root: &Path, path: &Path) -> Result<Entry, Refusal> {
    let inside = path.strip_prefix(root).unwrap_or(path);
    let shown = text(inside.as_os_str().as_encoded_bytes()).replace('\\', "/");
    let gone = |_| Refusal::Unreadable(format!("its file `{shown}` cannot be read"));
    let about = std::fs::symlink_metadata(path).map_err(gone)?;
    let (kind, bytes, sha256, plain) = if about.is_dir() {
        (Kind::Directory, 0, [0; 32], None)
    } else if about.is_symlink() {
        let target = text(std::fs::read_link(path).map_err(gone)?.as_os_str().as_encoded_bytes());
        let digest = Sha256::digest(&target).into();
        (Kind::Link(target), 0, digest, None)
    } else if about.is_file() {
        let sum = sum(File::open(path).map_err(gone)?, u64::MAX).map_err(gone)?;
        let Some(sum) = sum else { return refuse(format!("its file `{shown}` cannot be read")) };
        (Kind::File, sum.bytes, sum.sha256, sum.plain)
    } else {
        return refuse(format!("its entry `{shown}` is a device, socket or pipe"));
    };
    Ok(Entry {
        path: shown,
        kind,
        bytes,
        sha256,
        plain,
        time: about.modified().ok().map(nanoseconds),
        mode: mode(&about),
        owner: None,
        packed: None,
    })
}

fn nanoseconds(time: std::time::SystemTime) -> i64 {
    let whole = |since: std::time::Duration| i64::try_from(since.as_nanos()).unwrap_or(i64::MAX);
    match time.duration_since(std::time::UNIX_EPOCH) {
        Ok(since) => whole(since),
        Err(before) => -whole(before.duration()),
    }
}

#[cfg(unix)]
fn mode(about: &std::fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    Some(about.permissions().mode() & 0o7777)
}

#[cfg(not(unix))]
fn mode(_: &std::fs::Metadata) -> Option<u32> {
    None
}
