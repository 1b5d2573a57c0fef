//! Reads a folder of advisories in the OSV format.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use rayon::prelude::*;
use walkdir::WalkDir;

use super::terminal;
use crate::updates::Advisories;
use crate::words::counted;

/// An advisory above this many bytes is none.
const LARGEST: u64 = 8 * 1024 * 1024;

/// All advisories below a folder; files that are none are counted and said.
///
/// # Errors
/// When the folder cannot be listed or holds no advisory at all: then nothing was looked up.
pub(super) fn read(folder: &Path) -> anyhow::Result<Advisories> {
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.with_context(|| format!("{} cannot be listed", folder.display()))?;
        let is_json = entry.path().extension().is_some_and(|extension| extension == "json");
        if entry.file_type().is_file() && is_json {
            files.push(entry.into_path());
        }
    }
    let parts: Vec<(Advisories, usize)> = files
        .par_chunks(256)
        .map(|files| {
            let mut some = Advisories::default();
            let refused = files.iter().filter(|file| add(&mut some, file).is_none()).count();
            (some, refused)
        })
        .collect();
    let mut all = Advisories::default();
    let mut refused = 0;
    for (some, of_these) in parts {
        all.merge(some);
        refused += of_these;
    }
    if all.count == 0 {
        bail!("{} holds no advisory (*.json in the OSV format)", folder.display());
    }
    if refused > 0 {
        terminal::say(&format!("{} of {} are not advisories", counted(refused, "file"), folder.display()));
    }
    Ok(all)
}

fn add(all: &mut Advisories, file: &Path) -> Option<()> {
    if fs::metadata(file).ok()?.len() > LARGEST {
        return None;
    }
    all.add(&fs::read_to_string(file).ok()?).ok()
}
