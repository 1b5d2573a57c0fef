//! Zip archives: every entry by the central directory, held against its local header, unpacked into hashes.

use std::collections::BTreeSet;
use std::io::{self, Read};

use flate2::read::DeflateDecoder;
use rawzip::{CompressionMethod, RECOMMENDED_BUFFER_SIZE, ZipArchive, ZipArchiveEntryWayfinder, ZipLocator};
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use super::guard::{Guard, Refusal, admit_link, refuse, text};
use super::store::{Source, Store};
use super::sum::{Sum, sum};
use super::{Artifact, Container, Digest, Entry, Form, Kind};
use crate::day::Day;

/// What a link names may have at most so many bytes.
const TARGET: u64 = 4096;

/// How an entry of a zip archive is packed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// Whether it is compressed (deflate) or stored.
    pub deflated: bool,
    /// Bytes it takes in the archive.
    pub bytes: u64,
    /// SHA-256 of these bytes.
    pub sha256: Digest,
    /// The system that its attributes are of, and the version of the format: 0 for Windows, 3 for Unix.
    pub writer: (u8, u8),
    /// Its flags: how sizes are written and names are encoded.
    pub flags: u16,
    /// Extra fields by number, from the central directory and the local header, without those of zip64.
    pub extra: BTreeSet<(u16, Vec<u8>)>,
    /// Its comment.
    pub comment: Vec<u8>,
    /// The lower half of its attributes, which Windows reads.
    pub attributes: u16,
    /// When it was changed by the extended timestamp, in seconds since 1970.
    pub unix_time: Option<i64>,
}

/// The extra field of sizes beyond 4 GB, which says nothing of the entry.
const ZIP64: u16 = 0x0001;

/// The extra field of times by UTC.
const EXTENDED_TIME: u16 = 0x5455;

/// An entry before its content is read.
struct Head {
    path: String,
    is_directory: bool,
    is_link: bool,
    time: Option<i64>,
    mode: Option<u32>,
    offset: u64,
    place: ZipArchiveEntryWayfinder,
    packed: Packed,
}

/// Reads an archive of `bytes` bytes.
pub(super) fn open(store: Store, bytes: u64, sha256: Option<Digest>) -> Result<Artifact, Refusal> {
    let mut buffer = vec![0; RECOMMENDED_BUFFER_SIZE];
    let archive = ZipLocator::new()
        .locate_in_reader(store, &mut buffer, bytes)
        .map_err(|_| Refusal::Unreadable("it is cut off or no zip archive: its list of files is missing".to_owned()))?;
    let mut guard = Guard::new(bytes);
    let heads = heads(&archive, &mut guard, &mut buffer)?;
    guard.finish()?;
    let first = apart(&archive, &heads)?;
    let read = |head: &Head| entry(&archive, head);
    let entries = heads.par_iter().map(read).collect::<Result<Vec<Entry>, Refusal>>()?;
    let mut comment = Vec::new();
    archive.comment().read_to_end(&mut comment).map_err(|_| cut_off())?;
    let container = Container { comment, prefix: first, ..Container::default() };
    let deflated = heads.iter().map(|head| head.packed.deflated).collect();
    let places = heads.into_iter().map(|head| head.place).collect();
    let source = Source::Zip(archive, places, deflated);
    Ok(Artifact { form: Form::Zip, bytes, sha256, entries, container, source })
}

fn cut_off() -> Refusal {
    Refusal::Unreadable("it is cut off or its list of files is broken".to_owned())
}

fn heads(archive: &ZipArchive<Store>, guard: &mut Guard, buffer: &mut [u8]) -> Result<Vec<Head>, Refusal> {
    let mut heads = Vec::new();
    let mut entries = archive.entries(buffer);
    while let Some(entry) = entries.next_entry().map_err(|_| cut_off())? {
        let is_directory = entry.is_dir();
        let path = guard.admit(entry.file_path().as_ref(), is_directory)?;
        guard.spend(entry.uncompressed_size_hint())?;
        if entry.flags().is_encrypted() {
            return refuse(format!("its entry `{path}` is encrypted"));
        }
        let method = entry.compression_method();
        if method != CompressionMethod::STORE && method != CompressionMethod::DEFLATE {
            return refuse(format!(
                "its entry `{path}` is compressed by method {} of zip; 0 (stored) and 8 (deflate) are read",
                method.as_u16()
            ));
        }
        let made_by = entry.version_made_by();
        let attributes = entry.external_attributes();
        let system = made_by.creator_system().as_u8();
        let mode = (attributes >> 16 != 0).then_some((attributes >> 16) & 0o7777);
        let mut extra = BTreeSet::new();
        let unix_time = note_extra(entry.extra_fields(), &mut extra);
        heads.push(Head {
            is_directory,
            is_link: entry.mode().is_symlink(),
            time: dos_time(&entry.last_modified_dos()),
            mode,
            offset: entry.local_header_offset(),
            place: entry.wayfinder(),
            packed: Packed {
                deflated: method == CompressionMethod::DEFLATE,
                bytes: entry.compressed_size_hint(),
                sha256: [0; 32],
                writer: (system, made_by.zip_version()),
                flags: entry.flags().bits(),
                extra,
                comment: entry.comment().as_bytes().to_vec(),
                attributes: (attributes & 0xffff) as u16,
                unix_time,
            },
            path,
        });
    }
    if heads.len() as u64 != archive.entries_hint() {
        return refuse(format!("it has {} entries and says {}", heads.len(), archive.entries_hint()));
    }
    Ok(heads)
}

/// Keeps extra fields and gives the time among them.
fn note_extra(fields: rawzip::extra_fields::ExtraFields<'_>, into: &mut BTreeSet<(u16, Vec<u8>)>) -> Option<i64> {
    let mut time = None;
    for (id, data) in fields {
        match (id.as_u16(), data) {
            (ZIP64, _) => {}
            (EXTENDED_TIME, [flags, a, b, c, d, ..]) if flags & 1 == 1 => {
                time = Some(i64::from(i32::from_le_bytes([*a, *b, *c, *d])));
                into.insert((EXTENDED_TIME, Vec::new()));
            }
            (number, _) => {
                into.insert((number, data.to_vec()));
            }
        }
    }
    time
}

/// The time of an entry as if its clock showed UTC, in nanoseconds since 1970.
fn dos_time(time: &rawzip::time::DosDateTime) -> Option<i64> {
    let day = Day::new(time.year().into(), time.month().into(), time.day().into())?;
    let seconds = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    Some((day.0 * 86_400 + seconds) * 1_000_000_000)
}

/// Refuses entries that share bytes; gives where the first one starts.
fn apart(archive: &ZipArchive<Store>, heads: &[Head]) -> Result<u64, Refusal> {
    let mut ranges = Vec::with_capacity(heads.len());
    for head in heads {
        let entry = archive.get_entry(head.place).map_err(|_| broken(&head.path))?;
        let (_, end) = entry.compressed_data_range();
        if end > archive.directory_offset() {
            return refuse(format!("its entry `{}` claims bytes that are not its own", head.path));
        }
        ranges.push((head.offset, end, &head.path));
    }
    ranges.sort_unstable();
    for pair in ranges.windows(2) {
        if pair[1].0 < pair[0].1 {
            return refuse(format!("its entries `{}` and `{}` share bytes, as in a zip bomb", pair[0].2, pair[1].2));
        }
    }
    Ok(ranges.first().map_or(0, |(start, ..)| *start))
}

fn broken(path: &str) -> Refusal {
    Refusal::Unreadable(format!("its entry `{path}` is broken or cut off"))
}

fn entry(archive: &ZipArchive<Store>, head: &Head) -> Result<Entry, Refusal> {
    let place = archive.get_entry(head.place).map_err(|_| broken(&head.path))?;
    let mut packed = head.packed.clone();
    let mut buffer = vec![0; 2 * 65_536];
    let local = place.local_header(&mut buffer).map_err(|_| broken(&head.path))?;
    let named = text(local.file_path().as_bytes());
    let parts: Vec<&str> = named.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    if parts.join("/") != head.path {
        return refuse(format!(
            "its entry `{}` is called `{named}` where it stands: tools unpack one or the other",
            head.path
        ));
    }
    packed.unix_time = note_extra(local.extra_fields(), &mut packed.extra).or(packed.unix_time);
    let raw = sum(place.reader(), u64::MAX).ok().flatten().ok_or_else(|| broken(&head.path))?;
    packed.sha256 = raw.sha256;
    let limit = head.place.uncompressed_size_hint();
    let content = if packed.deflated {
        sum(place.verifying_reader(DeflateDecoder::new(place.reader())), limit)
    } else {
        sum(place.verifying_reader(place.reader()), limit)
    };
    let content: Sum = content.ok().flatten().filter(|sum| sum.bytes == limit).ok_or_else(|| {
        Refusal::Unreadable(format!("the content of its entry `{}` is not what its checksum and size say", head.path))
    })?;
    let kind = if head.is_directory {
        Kind::Directory
    } else if head.is_link {
        if content.bytes > TARGET {
            return refuse(format!("its link `{}` names more than {TARGET} bytes", head.path));
        }
        let target = text(&read(archive, head.place, packed.deflated).map_err(|_| broken(&head.path))?);
        admit_link(&head.path, &target)?;
        Kind::Link(target)
    } else {
        Kind::File
    };
    let sha256 = match &kind {
        Kind::Link(target) => Sha256::digest(target).into(),
        _ => content.sha256,
    };
    Ok(Entry {
        path: head.path.clone(),
        kind,
        bytes: content.bytes,
        sha256,
        plain: content.plain,
        time: head.time,
        mode: head.mode,
        owner: None,
        packed: Some(packed),
    })
}

/// The content of an entry that has been read before.
pub(super) fn read(
    archive: &ZipArchive<Store>,
    place: ZipArchiveEntryWayfinder,
    deflated: bool,
) -> io::Result<Vec<u8>> {
    let entry = archive.get_entry(place).map_err(io::Error::other)?;
    let mut content = Vec::new();
    let limit = place.uncompressed_size_hint();
    if deflated {
        entry.verifying_reader(DeflateDecoder::new(entry.reader())).take(limit).read_to_end(&mut content)?;
    } else {
        entry.verifying_reader(entry.reader()).take(limit).read_to_end(&mut content)?;
    }
    Ok(content)
}
