//! Archives, by their central directory alone.

use std::fs::File;

use rawzip::extra_fields::{ExtraFieldId, ExtraFields};
use rawzip::{CreatorSystem, RECOMMENDED_BUFFER_SIZE, ReaderAt, ZipArchive};

use super::measure::{Entry, Extra, Measure};
use crate::tree::Tree;

/// More entries than this are no package.
const ENTRIES: u64 = 200_000;

/// More bytes than this, deflate never makes of one (zlib's technical details, "maximum compression factor"), nor of the
/// few bytes that stand for nothing at all.
const MOST_EXPANDED: u64 = 1032;

/// Paths longer than this are not kept whole.
const PATH: usize = 1024;

/// Measures an archive.
pub(super) fn measure(tree: &Tree, path: &str) -> Result<Measure, String> {
    let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
    let broken = |_| "it is not an archive that can be read".to_owned();
    match tree {
        Tree::Working { root } => {
            let full = root.join(path);
            let is_plain = std::fs::symlink_metadata(&full).is_ok_and(|data| data.is_file());
            let file = File::open(full).ok().filter(|_| is_plain).ok_or("it cannot be opened")?;
            let bytes = file.metadata().map_or(0, |data| data.len());
            let archive = ZipArchive::from_file(file, &mut buffer).map_err(broken)?;
            counted(&archive, bytes, &mut buffer)
        }
        Tree::Over { below, .. } => measure(below, path),
        Tree::Memory(_) | Tree::Objects { .. } => {
            let bytes = tree.bytes(path).map_err(|error| error.to_string())?;
            let size = bytes.len() as u64;
            let archive = ZipArchive::from_seekable(std::io::Cursor::new(bytes), &mut buffer).map_err(broken)?;
            counted(&archive, size, &mut buffer)
        }
    }
}

fn counted<R: ReaderAt>(archive: &ZipArchive<R>, bytes: u64, buffer: &mut [u8]) -> Result<Measure, String> {
    let mut measure = Measure { compressed: Some(bytes), ..Measure::default() };
    let mut claimed: u64 = 0;
    let mut entries = archive.entries(buffer);
    loop {
        let entry = match entries.next_entry() {
            Ok(Some(entry)) => entry,
            Ok(None) => break,
            Err(_) => return Err("its list of files is broken".to_owned()),
        };
        if measure.entries >= ENTRIES {
            return Err(format!("it has more than {ENTRIES} files"));
        }
        claimed = claimed.saturating_add(entry.compressed_size_hint());
        if claimed > bytes {
            return Err("its files claim more bytes than it has".to_owned());
        }
        let most = entry.compressed_size_hint().saturating_add(1).saturating_mul(MOST_EXPANDED);
        if entry.uncompressed_size_hint() > most {
            return Err("a file of it claims to unzip to more than compression can hold".to_owned());
        }
        if entry.is_dir() {
            continue;
        }
        let path = entry.file_path();
        let name = String::from_utf8_lossy(&path.as_ref()[..path.as_ref().len().min(PATH)]).into_owned();
        let time = entry.last_modified_dos();
        let parts = [
            u64::from(time.year()),
            time.month().into(),
            time.day().into(),
            time.hour().into(),
            time.minute().into(),
            time.second().into(),
        ];
        let attributes = entry.external_attributes() >> 16;
        measure.add(Entry {
            path: name,
            bytes: entry.uncompressed_size_hint(),
            time: Some(parts.into_iter().fold(0, |sum, part| sum * 64 + part)),
            mode: (attributes != 0).then_some(attributes),
            extra: extra(entry.extra_fields(), entry.version_made_by().creator_system()),
        });
    }
    Ok(measure.finish())
}

/// What the extra fields of an entry record (APPNOTE.TXT 6.3.10 and Info-ZIP's `extrafld.txt`, read 2026-11-23).
fn extra(fields: ExtraFields<'_>, system: CreatorSystem) -> Extra {
    let ids: Vec<ExtraFieldId> = fields.map(|(id, _)| id).collect();
    let has = |wanted: &[ExtraFieldId]| ids.iter().any(|id| wanted.contains(id));
    Extra {
        has_times: has(&[ExtraFieldId::EXTENDED_TIMESTAMP, ExtraFieldId::NTFS]),
        has_owner: has(&[
            ExtraFieldId::INFO_ZIP_UNIX_ORIGINAL,
            ExtraFieldId::INFO_ZIP_UNIX,
            ExtraFieldId::INFO_ZIP_UNIX_UID_GID,
        ]),
        lacks_modes: matches!(system.name(), Some("FAT" | "NTFS" | "VFAT")),
    }
}
