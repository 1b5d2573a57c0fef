//! From a path to a build: what a file is shows in its first bytes.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

use super::guard::{Refusal, refuse};
use super::store::Store;
use super::sum::sum;
use super::tar::unwrapped;
use super::{Artifact, Digest, Form, Wrapping, folder, tar, zip};

/// Endings of names that promise a zip archive.
const ZIPS: &[&str] = &[".zip", ".whl", ".jar", ".pex", ".pyz", ".egg", ".nupkg", ".aar", ".war"];

/// Endings of names that promise a tar archive.
const TARS: &[&str] = &[".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.zst", ".crate", ".gem"];

/// Reads what is at a path. A single file is read as an entry called `name`.
///
/// # Errors
/// When there is nothing, or it is broken, dangerous, or of a kind that is not read.
pub fn open(path: &Path, name: &str) -> Result<Artifact, Refusal> {
    let missing = |error: std::io::Error| {
        let why = match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file or directory".to_owned(),
            _ => error.to_string(),
        };
        Refusal::Missing(why)
    };
    let about = std::fs::metadata(path).map_err(missing)?;
    if about.is_dir() {
        return folder::read(path);
    }
    if !about.is_file() {
        return Err(Refusal::Missing("it is neither a file nor a directory".to_owned()));
    }
    let form = form(path).map_err(missing)?;
    if form == Form::File && [".tar.bz2", ".tbz2", ".7z", ".rar"].iter().any(|ending| name_of(path).ends_with(ending)) {
        return refuse("it is an archive of a kind that is not read: zip and tar (plain, gzip, xz, Zstandard) are");
    }
    match form {
        Form::Directory | Form::File => folder::read_file(path, name),
        Form::Zip => {
            let digest = file_digest(path)?;
            let file = File::open(path).map_err(missing)?;
            zip::open(Store::File(file.into()), about.len(), Some(digest))
        }
        Form::Tar(wrapping) => tar::open(path, wrapping, about.len(), Some(file_digest(path)?)),
    }
}

/// Reads an archive in memory: a zip archive; `None` for anything else.
pub fn open_bytes(bytes: &[u8]) -> Option<Result<Artifact, Refusal>> {
    let is_zip = bytes.starts_with(b"PK\x03\x04");
    is_zip.then(|| zip::open(Store::Memory(bytes.to_vec()), bytes.len() as u64, None))
}

/// SHA-256 of a file.
///
/// # Errors
/// When it cannot be read.
pub fn file_digest(path: &Path) -> Result<Digest, Refusal> {
    let unreadable = |error: std::io::Error| Refusal::Unreadable(format!("it cannot be read: {error}"));
    let whole = sum(File::open(path).map_err(unreadable)?, u64::MAX).map_err(unreadable)?;
    whole.map_or_else(|| refuse("it cannot be read"), |sum| Ok(sum.sha256))
}

fn form(path: &Path) -> std::io::Result<Form> {
    let mut start = Vec::new();
    let mut file = File::open(path)?;
    (&mut file).take(512).read_to_end(&mut start)?;
    file.rewind()?;
    let name = name_of(path);
    let promises = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    let in_tar = |wrapping| if promises(TARS) || holds_tar(path, wrapping) { Form::Tar(wrapping) } else { Form::File };
    Ok(match &start[..] {
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Form::Zip,
        [0x1f, 0x8b, ..] => in_tar(Wrapping::Gzip),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => in_tar(Wrapping::Xz),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => in_tar(Wrapping::Zstd),
        start if start.get(257..262) == Some(b"ustar") => Form::Tar(Wrapping::None),
        _ if promises(ZIPS) => Form::Zip,
        _ if promises(TARS) => Form::Tar(Wrapping::None),
        _ => Form::File,
    })
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}

fn holds_tar(path: &Path, wrapping: Wrapping) -> bool {
    let Ok(bytes) = unwrapped(path, wrapping) else { return false };
    let mut start = Vec::new();
    bytes.take(512).read_to_end(&mut start).is_ok() && start.get(257..262) == Some(b"ustar")
}
