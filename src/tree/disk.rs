//! Bytes of files on disk: links that lead out of the root, pipes and other things that are no files are refused.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use super::{ReadError, SIZE_LIMIT};

/// Reads the bytes of the file at a path below a root in place of what a buffer holds.
///
/// # Errors
/// Any [`ReadError`] but those about the encoding.
pub(super) fn read(root: &Path, path: &str, buffer: &mut Vec<u8>) -> Result<(), ReadError> {
    let full = root.join(path);
    // Nearly all files are plain ones: a single look-up of their path does for them.
    if let Some((file, length)) = plain(&full).filter(|(_, length)| *length <= SIZE_LIMIT) {
        return fill(buffer, file, length);
    }
    let mut about = fs::symlink_metadata(&full).map_err(|error| match refusal(&error) {
        ReadError::Missing if path.contains(char::REPLACEMENT_CHARACTER) => ReadError::Name,
        refusal => refusal,
    })?;
    if about.is_symlink() {
        about = fs::metadata(&full).map_err(|error| refusal(&error))?;
        if leads_out(root, &full) {
            return Err(ReadError::Outside);
        }
    }
    if about.is_dir() {
        return Err(ReadError::Directory);
    }
    // Before it is opened: the open of a pipe waits for somebody who writes.
    if !about.is_file() {
        return Err(ReadError::Refused("it is not a regular file".to_owned()));
    }
    if about.len() > SIZE_LIMIT {
        return Err(ReadError::TooLarge(about.len()));
    }
    fill(buffer, fs::File::open(&full).map_err(|error| refusal(&error))?, about.len())
}

/// Opens a plain file and tells its length; `None` for everything else, which has to be looked at before it is opened.
#[cfg(unix)]
fn plain(full: &Path) -> Option<(fs::File, u64)> {
    use std::os::unix::fs::OpenOptionsExt as _;

    use rustix::fs::OFlags;
    // Links are not followed, and a pipe is not waited for.
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK).bits().cast_signed();
    let file = fs::OpenOptions::new().read(true).custom_flags(flags).open(full).ok()?;
    let about = file.metadata().ok().filter(fs::Metadata::is_file)?;
    Some((file, about.len()))
}

#[cfg(not(unix))]
fn plain(_full: &Path) -> Option<(fs::File, u64)> {
    None
}

fn fill(buffer: &mut Vec<u8>, file: fs::File, length: u64) -> Result<(), ReadError> {
    buffer.clear();
    buffer.reserve_exact(usize::try_from(length).map_or(0, |length| length + 1));
    // A file that grows while it is read is cut at the limit rather than followed for ever.
    file.take(SIZE_LIMIT).read_to_end(buffer).map_err(|error| refusal(&error))?;
    Ok(())
}

/// Whether a symbolic link leads outside of the root.
fn leads_out(root: &Path, full: &Path) -> bool {
    match (root.canonicalize(), full.canonicalize()) {
        (Ok(root), Ok(target)) => !target.starts_with(root),
        _ => true,
    }
}

fn refusal(error: &std::io::Error) -> ReadError {
    match error.kind() {
        std::io::ErrorKind::NotFound => ReadError::Missing,
        std::io::ErrorKind::IsADirectory => ReadError::Directory,
        std::io::ErrorKind::PermissionDenied => ReadError::Refused("permission denied".to_owned()),
        _ if error.to_string().contains("Too many levels of symbolic links") => ReadError::Loop,
        _ => ReadError::Refused(error.to_string()),
    }
}
