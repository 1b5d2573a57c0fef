//! Answers kept on disk, each with the moment it was given: what a run needs is asked for once.
//!
//! A file that is not what was written (a broken disk, another version) is passed over, and a cache that cannot be
//! written is said once and done without.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::package::Package;
use super::protocol::Detail;
use super::table::Subject;
use super::transport::Validators;

/// Changes with the shape of what is kept.
const FORMAT: u32 = 1;

/// The cache.
#[derive(Debug)]
pub(super) struct Cache {
    directory: Option<PathBuf>,
    trouble: Mutex<Option<String>>,
}

/// The first line of a file: what it answers and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    format: u32,
    subject: String,
    asked: i64,
    is_missing: bool,
    validators: Validators,
}

/// A kept answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Kept {
    /// `None` when the registry had no such package.
    pub(super) package: Option<Package>,
    /// Seconds since 1970-01-01 UTC.
    pub(super) asked: i64,
    pub(super) validators: Validators,
}

impl Cache {
    /// A cache in a directory; `None` keeps nothing.
    pub(super) fn new(directory: Option<PathBuf>) -> Self {
        Self { directory, trouble: Mutex::new(None) }
    }

    /// Why something could not be kept.
    pub(super) fn trouble(&self) -> Option<String> {
        self.trouble.lock().ok().and_then(|trouble| trouble.clone())
    }

    /// The kept answer. One with days serves where only files are asked for.
    pub(super) fn get(&self, subject: &Subject, detail: Detail) -> Option<Kept> {
        let details = match detail {
            Detail::Files => [Detail::Files, Detail::Dates],
            Detail::Dates => [Detail::Dates, Detail::Dates],
        };
        details.into_iter().filter_map(|detail| self.read(subject, detail)).max_by_key(|kept| kept.asked)
    }

    fn read(&self, subject: &Subject, detail: Detail) -> Option<Kept> {
        let bytes = fs::read(self.file(subject, detail)?).ok()?;
        let end = memchr::memchr(b'\n', &bytes)?;
        let head: Head = serde_json::from_slice(&bytes[..end]).ok()?;
        if head.format != FORMAT || head.subject != words(subject, detail) {
            return None;
        }
        let package = if head.is_missing { None } else { Some(serde_json::from_slice(&bytes[end..]).ok()?) };
        Some(Kept { package, asked: head.asked, validators: head.validators })
    }

    /// Keeps an answer.
    pub(super) fn put(&self, subject: &Subject, detail: Detail, kept: &Kept) {
        let Some(file) = self.file(subject, detail) else { return };
        let head = Head {
            format: FORMAT,
            subject: words(subject, detail),
            asked: kept.asked,
            is_missing: kept.package.is_none(),
            validators: kept.validators.clone(),
        };
        if let Err(error) = write(&file, &head, kept.package.as_ref())
            && let Ok(mut trouble) = self.trouble.lock()
        {
            trouble.get_or_insert(format!("{}: {error}", file.parent().unwrap_or(&file).display()));
        }
    }

    fn file(&self, subject: &Subject, detail: Detail) -> Option<PathBuf> {
        let name: String = Sha256::digest(words(subject, detail)).iter().map(|byte| format!("{byte:02x}")).collect();
        let directory = self.directory.as_ref()?.join(format!("index-{FORMAT}")).join(subject.ecosystem.word());
        Some(directory.join(format!("{}.json", &name[..40])))
    }
}

fn words(subject: &Subject, detail: Detail) -> String {
    let registry = subject.registry.as_deref().unwrap_or("");
    format!("{} {} {registry} {detail:?}", subject.ecosystem.word(), subject.name)
}

fn write(file: &Path, head: &Head, package: Option<&Package>) -> std::io::Result<()> {
    let mut bytes = serde_json::to_vec(head)?;
    bytes.push(b'\n');
    if let Some(package) = package {
        serde_json::to_writer(&mut bytes, package)?;
    }
    let directory = file.parent().unwrap_or_else(|| Path::new("."));
    fs::create_dir_all(directory)?;
    // Read by its owner only, and moved into place whole, so that runs side by side never see half of it.
    let mut beside = tempfile::NamedTempFile::new_in(directory)?;
    std::io::Write::write_all(&mut beside, &bytes)?;
    beside.persist(file).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::upstream::table::Ecosystem;

    fn subject(name: &str) -> Subject {
        Subject { ecosystem: Ecosystem::Node, name: name.into(), registry: Some("https://npm.example.com".into()) }
    }

    fn kept(asked: i64) -> Kept {
        let package = Package { name: "a".into(), ..Package::default() };
        Kept { package: Some(package), asked, validators: Validators::default() }
    }

    #[test]
    fn answers_come_back_and_broken_ones_do_not() {
        let directory = tempfile::tempdir().unwrap();
        let cache = Cache::new(Some(directory.path().to_path_buf()));
        cache.put(&subject("a"), Detail::Dates, &kept(7));
        assert_eq!(cache.get(&subject("a"), Detail::Files), Some(kept(7)), "days serve where files are asked for");
        cache.put(&subject("b"), Detail::Files, &kept(7));
        assert_eq!(cache.get(&subject("b"), Detail::Dates), None, "files do not tell days");
        assert_eq!(cache.get(&subject("c"), Detail::Files), None);
        let file = cache.file(&subject("a"), Detail::Dates).unwrap();
        for broken in ["", "{", "{}\n{}", "\u{0}\n"] {
            fs::write(&file, broken).unwrap();
            assert_eq!(cache.get(&subject("a"), Detail::Files), None, "{broken:?}");
        }
        assert_eq!(cache.trouble(), None);
    }

    #[test]
    fn a_cache_that_cannot_be_written_is_done_without() {
        let directory = tempfile::tempdir().unwrap();
        let taken = directory.path().join("taken");
        fs::write(&taken, "").unwrap();
        let cache = Cache::new(Some(taken));
        cache.put(&subject("a"), Detail::Files, &kept(1));
        assert!(cache.trouble().is_some());
        assert_eq!(cache.get(&subject("a"), Detail::Files), None);
    }
}
