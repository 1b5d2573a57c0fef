//! Puts files in place whole or not at all.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// Writes a file beside its place and moves it there, so that a full disk or a stop half way leaves the old
/// one. A file that is replaced keeps its permissions; a symbolic link keeps pointing at what it names.
///
/// # Errors
/// When the directory or the file cannot be written.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    Staged::new(path, bytes)?.put()
}

/// Writes a file as [`replace`] does; what is there and is no file (a pipe, a device) is written to.
///
/// # Errors
/// When it cannot be written.
pub fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(about) if about.is_dir() => Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a directory")),
        Ok(about) if !about.is_file() => fs::OpenOptions::new().write(true).open(path)?.write_all(bytes),
        _ => replace(path, bytes),
    }
}

/// Writes several files as one: none is moved to its place before all are written. Directories are made where
/// they are missing.
///
/// # Errors
/// When one cannot be written: its path, and why. Then the others are as they were.
pub fn replace_all<'p>(files: &[(&'p Path, &[u8])]) -> Result<(), (&'p Path, io::Error)> {
    let mut made = Vec::new();
    let staged = files.iter().map(|(path, bytes)| {
        make_directories(path, &mut made).and_then(|()| Staged::new(path, bytes)).map_err(|error| (*path, error))
    });
    let staged: Result<Vec<Staged>, _> = staged.collect();
    let staged = staged.inspect_err(|_| {
        for directory in made.iter().rev() {
            // What another program has put there since stays.
            let _in_use = fs::remove_dir(directory);
        }
    })?;
    for (file, (path, _)) in staged.into_iter().zip(files) {
        file.put().map_err(|error| (*path, error))?;
    }
    Ok(())
}

fn make_directories(path: &Path, made: &mut Vec<PathBuf>) -> io::Result<()> {
    let missing: Vec<&Path> =
        path.ancestors().skip(1).take_while(|above| !above.as_os_str().is_empty() && !above.exists()).collect();
    for directory in missing.into_iter().rev() {
        fs::create_dir(directory)?;
        made.push(directory.to_path_buf());
    }
    Ok(())
}

/// A file that is written beside its place.
struct Staged {
    file: NamedTempFile,
    target: PathBuf,
}

impl Staged {
    fn new(path: &Path, bytes: &[u8]) -> io::Result<Self> {
        let target = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        let directory =
            target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        let existing = fs::metadata(&target).ok();
        if existing.as_ref().is_some_and(|about| about.permissions().readonly()) {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"));
        }
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        if !directory.is_dir() {
            return Err(io::Error::new(io::ErrorKind::NotFound, "its directory does not exist"));
        }
        // The error without the name of the file beside it, which says nothing to anybody.
        let made = builder.prefix(".reproof-").tempfile_in(directory);
        let mut file = made.map_err(|error| io::Error::from(error.kind()))?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        if let Some(about) = existing {
            fs::set_permissions(file.path(), about.permissions())?;
        }
        Ok(Self { file, target })
    }

    fn put(self) -> io::Result<()> {
        self.file.persist(&self.target).map_err(|error| error.error)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_is_left_beside_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a.txt");
        replace(&path, b"one").unwrap();
        replace(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
        assert!(replace(&directory.path().join("none/a.txt"), b"x").is_err());
    }

    #[test]
    fn of_several_files_all_are_written_or_none() {
        let directory = tempfile::tempdir().unwrap();
        let at = |name: &str| directory.path().join(name);
        let (good, deep, bad) = (at("a.txt"), at("x/y/b.txt"), at("a.txt/c.txt"));
        fs::write(&good, "old").unwrap();
        let failed = replace_all(&[(&good, b"new"), (&deep, b"new"), (&bad, b"new")]).unwrap_err();
        assert_eq!(failed.0, bad);
        assert_eq!(fs::read(&good).unwrap(), b"old");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
        replace_all(&[(&good, b"new"), (&deep, b"new")]).unwrap();
        assert_eq!((fs::read(&good).unwrap(), fs::read(&deep).unwrap()), (b"new".to_vec(), b"new".to_vec()));
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_are_kept() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let directory = tempfile::tempdir().unwrap();
        let (path, link) = (directory.path().join("run.sh"), directory.path().join("link"));
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o750)).unwrap();
        symlink(&path, &link).unwrap();
        replace(&link, b"new").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o750);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }
}
