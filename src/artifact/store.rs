//! Where contents are read from again, when two builds are looked into.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::PathBuf;
use std::sync::Mutex;

use rawzip::{FileReader, ReaderAt, ZipArchive, ZipArchiveEntryWayfinder};

use super::guard::Refusal;
use super::{Wrapping, tar, zip};

/// The bytes of an archive.
#[derive(Debug)]
pub(super) enum Store {
    /// On disk.
    File(FileReader),
    /// In memory: an archive in an archive.
    Memory(Vec<u8>),
}

impl ReaderAt for Store {
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
        match self {
            Self::File(file) => file.read_at(buffer, offset),
            Self::Memory(bytes) => bytes.read_at(buffer, offset),
        }
    }
}

/// Where the contents of entries are.
#[derive(Debug)]
pub(super) enum Source {
    /// In a zip archive, at these places.
    Zip(ZipArchive<Store>, Vec<ZipArchiveEntryWayfinder>, Vec<bool>),
    /// In a tar archive, which is read from its start; what was asked for is copied.
    Tar(PathBuf, Wrapping, Option<Spool>),
    /// In files.
    Files(Vec<PathBuf>),
}

/// Contents that were copied into an unnamed temporary file.
#[derive(Debug)]
pub(super) struct Spool {
    file: Mutex<File>,
    places: BTreeMap<usize, (u64, u64)>,
}

impl Spool {
    pub(super) fn new() -> std::io::Result<Self> {
        Ok(Self { file: Mutex::new(tempfile::tempfile()?), places: BTreeMap::new() })
    }

    pub(super) fn add(&mut self, index: usize, content: &mut impl Read) -> std::io::Result<()> {
        let file = self.file.get_mut().unwrap_or_else(std::sync::PoisonError::into_inner);
        let start = file.seek(SeekFrom::End(0))?;
        let bytes = std::io::copy(content, file)?;
        file.flush()?;
        self.places.insert(index, (start, bytes));
        Ok(())
    }

    fn read(&self, index: usize) -> std::io::Result<Vec<u8>> {
        let Some((start, bytes)) = self.places.get(&index) else { return Ok(Vec::new()) };
        let mut file = self.file.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        file.seek(SeekFrom::Start(*start))?;
        let mut content = Vec::new();
        (&mut *file).take(*bytes).read_to_end(&mut content)?;
        Ok(content)
    }
}

impl Source {
    pub(super) fn prepare(&mut self, wanted: &BTreeSet<usize>) -> Result<(), Refusal> {
        if let Self::Tar(path, wrapping, spool) = self
            && !wanted.is_empty()
        {
            *spool = Some(tar::spool(path, *wrapping, wanted)?);
        }
        Ok(())
    }

    pub(super) fn read(&self, index: usize, path: &str) -> Result<Vec<u8>, Refusal> {
        let lost = |_| Refusal::Unreadable(format!("its entry `{path}` cannot be read again"));
        match self {
            Self::Zip(archive, places, deflated) => zip::read(archive, places[index], deflated[index]).map_err(lost),
            Self::Tar(.., spool) => spool.as_ref().map_or(Ok(Vec::new()), |spool| spool.read(index)).map_err(lost),
            Self::Files(files) => std::fs::read(&files[index]).map_err(lost),
        }
    }
}
