//! `--deep`: the files that the target installs are fetched and hashed, and kept where that is asked for.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use anyhow::Context;
use sha2::{Digest, Sha256, Sha512};

use super::super::progress::Progress;
use super::super::terminal;
use crate::rehearse::rows::{RehearsalRow, Weight};
use crate::rehearse::{Chosen, Plan, Question, chosen};
use crate::upstream::{Algorithm, Client, Hash, Table};

/// Files that are fetched side by side.
const IN_FLIGHT: usize = 4;

/// No wheel is as large as this.
const MOST: u64 = 8_000_000_000;

/// What came of one file.
enum Fetched {
    Same(u64),
    Differs(Hash),
    Failed(String),
}

/// Fetches what is to be installed, and says of each artifact whether it arrived as it was locked.
pub(super) fn fetch(
    client: &Client,
    plan: &Plan,
    table: &Table,
    question: &Question<'_>,
    keep: Option<&Path>,
    rows: &mut [RehearsalRow],
) -> anyhow::Result<()> {
    let wanted = chosen(plan, table, question, client);
    let own = if keep.is_none() { Some(tempfile::tempdir()?) } else { None };
    let directory: PathBuf =
        keep.map(Path::to_path_buf).or_else(|| own.as_ref().map(|own| own.path().to_path_buf())).unwrap_or_default();
    for folder in ["python", "node", "rust"] {
        let folder = directory.join(folder);
        fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    let progress = Progress::new("fetching files");
    let (next, bytes, files) = (AtomicUsize::new(0), AtomicU64::new(0), AtomicUsize::new(0));
    let results: Mutex<Vec<(usize, Fetched)>> = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..IN_FLIGHT.min(wanted.len()) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(file) = wanted.get(index) else { return };
                    let fetched = one(client, file, &directory, keep.is_some());
                    if let Fetched::Same(size) = &fetched {
                        bytes.fetch_add(*size, Ordering::Relaxed);
                        files.fetch_add(1, Ordering::Relaxed);
                    }
                    if let Ok(mut results) = results.lock() {
                        results.push((index, fetched));
                    }
                }
            });
        }
    });
    drop(progress);
    for (index, fetched) in results.into_inner().unwrap_or_default() {
        apply(rows, &wanted[index], fetched);
    }
    for row in rows.iter_mut() {
        *row = std::mem::replace(row, RehearsalRow::new("", "")).complete();
    }
    let amount = super::amount(files.into_inner(), bytes.into_inner());
    let place = keep.map(|keep| format!(", kept in {}", keep.display())).unwrap_or_default();
    terminal::tell(&format!("fetched and hashed {amount} of {}{place}", wanted.len()));
    Ok(())
}

fn one(client: &Client, file: &Chosen, directory: &Path, is_kept: bool) -> Fetched {
    let Some(address) = &file.address else { return Fetched::Failed("the registry tells no address of it".to_owned()) };
    let path = directory.join(&file.ecosystem).join(safe(&file.name));
    if is_kept
        && let Ok(bytes) = fs::read(&path)
        && differing(&bytes, &file.hashes).is_none()
    {
        return Fetched::Same(bytes.len() as u64);
    }
    let mut hashing = Hashing::new(&path);
    let size = match hashing.as_mut() {
        Ok(out) => client.download(address, MOST, out),
        Err(error) => return Fetched::Failed(format!("{} cannot be written: {error}", path.display())),
    };
    match (size, hashing) {
        (Ok(size), Ok(out)) => match out.end(&file.hashes) {
            None if is_kept => Fetched::Same(size),
            None => {
                // Only its hash was wanted.
                let _gone = fs::remove_file(&path);
                Fetched::Same(size)
            }
            Some(other) => {
                let _gone = fs::remove_file(&path);
                Fetched::Differs(other)
            }
        },
        (Err(reason), _) => {
            let _gone = fs::remove_file(&path);
            Fetched::Failed(reason)
        }
        (_, Err(error)) => Fetched::Failed(error.to_string()),
    }
}

/// A name that stays in its folder, whatever the registry calls the file.
fn safe(name: &str) -> String {
    let plain: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() || "-_.+@!".contains(c) { c } else { '-' }).collect();
    if plain.trim_matches('.').is_empty() { "file".to_owned() } else { plain }
}

/// A file that is hashed while it is written.
struct Hashing {
    file: io::BufWriter<fs::File>,
    sha1: sha1::Sha1,
    sha256: Sha256,
    sha512: Sha512,
}

impl Hashing {
    fn new(path: &Path) -> io::Result<Self> {
        let file = io::BufWriter::new(fs::File::create(path)?);
        Ok(Self { file, sha1: sha1::Sha1::new(), sha256: Sha256::new(), sha512: Sha512::new() })
    }

    /// A hash of what was written that differs from the locked one; `None` when it is as locked.
    fn end(mut self, locked: &[Hash]) -> Option<Hash> {
        if self.file.flush().is_err() {
            return Hash::from_bytes(Algorithm::Sha256, &[0; 32]);
        }
        let made = [
            Hash::from_bytes(Algorithm::Sha512, &self.sha512.finalize()),
            Hash::from_bytes(Algorithm::Sha256, &self.sha256.finalize()),
            Hash::from_bytes(Algorithm::Sha1, &self.sha1.finalize()),
        ];
        differs(made.into_iter().flatten(), locked)
    }
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write_all(bytes)?;
        self.sha1.update(bytes);
        self.sha256.update(bytes);
        self.sha512.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

fn differing(bytes: &[u8], locked: &[Hash]) -> Option<Hash> {
    let made = [
        Hash::from_bytes(Algorithm::Sha512, &Sha512::digest(bytes)),
        Hash::from_bytes(Algorithm::Sha256, &Sha256::digest(bytes)),
        Hash::from_bytes(Algorithm::Sha1, &sha1::Sha1::digest(bytes)),
    ];
    differs(made.into_iter().flatten(), locked)
}

/// The first made hash whose algorithm is locked and none of whose kind agrees; the first one when nothing is
/// locked that could be compared.
fn differs(made: impl Iterator<Item = Hash>, locked: &[Hash]) -> Option<Hash> {
    let made: Vec<Hash> = made.collect();
    let comparable = made.iter().find(|hash| locked.iter().any(|own| own.algorithm == hash.algorithm));
    match comparable {
        Some(hash) => (!locked.contains(hash)).then(|| hash.clone()),
        None => made.into_iter().next(),
    }
}

fn apply(rows: &mut [RehearsalRow], file: &Chosen, fetched: Fetched) {
    let is_its = |artifact: &&mut crate::rehearse::rows::ArtifactRow| {
        artifact.kind == "package"
            && artifact.ecosystem == file.ecosystem
            && artifact.name == file.package
            && artifact.version.as_deref() == Some(&file.version)
    };
    for artifact in rows.iter_mut().flat_map(|row| &mut row.artifacts).filter(is_its) {
        match &fetched {
            Fetched::Same(_) => {}
            Fetched::Differs(hash) => {
                artifact.outcome = "changed";
                artifact.weight = Weight::Failure;
                artifact.offered_hash = Some(hash.to_string());
                artifact.reason = Some("the file that was fetched has another hash than the lockfile".to_owned());
            }
            Fetched::Failed(reason) => {
                artifact.outcome = "unknown";
                artifact.weight = artifact.weight.max(Weight::Unknown);
                artifact.reason = Some(format!("its file could not be fetched: {reason}"));
            }
        }
    }
}
