//! Tar archives, compressed or not: one entry at a time, as they stream by.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use flate2::read::{GzDecoder, MultiGzDecoder};
use lzma_rust2::XzReader;
use ruzstd::decoding::StreamingDecoder;
use sha2::{Digest as _, Sha256};
use tar::EntryType;

use super::guard::{Guard, Refusal, admit_link, refuse, text};
use super::store::{Source, Spool};
use super::sum::sum;
use super::{Artifact, Container, Digest, Entry, Form, Gzip, Kind, Owner, Wrapping};

/// Memory that unpacking may take, in KiB: xz allows windows of gigabytes.
const WINDOW: u32 = 72 * 1024;

/// A member of a tar archive.
type Member<'a> = tar::Entry<'a, Box<dyn Read + Send>>;

/// Reads an archive on disk.
pub(super) fn open(path: &Path, wrapping: Wrapping, bytes: u64, sha256: Option<Digest>) -> Result<Artifact, Refusal> {
    let mut guard = Guard::new(bytes);
    let mut container = Container { gzip: gzip(path, wrapping), ..Container::default() };
    let mut entries: Vec<Entry> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut archive = tar::Archive::new(unwrapped(path, wrapping)?);
    for member in archive.entries().map_err(cut_off)? {
        let mut member = member.map_err(cut_off)?;
        let read = match entry(&mut member, &mut guard, &mut container)? {
            Seen::Entry(entry) => entry,
            Seen::Hard(entry, target) => match places.get(&target).map(|index| &entries[*index]) {
                Some(named) => Entry { bytes: named.bytes, sha256: named.sha256, plain: named.plain, ..entry },
                None => return refuse(format!("its entry `{}` stands for `{target}`, which is not there", entry.path)),
            },
            Seen::Nothing => continue,
        };
        places.insert(read.path.clone(), entries.len());
        entries.push(read);
    }
    guard.finish()?;
    drain(archive.into_inner(), guard.left())?;
    let source = Source::Tar(path.to_path_buf(), wrapping, None);
    Ok(Artifact { form: Form::Tar(wrapping), bytes, sha256, entries, container, source })
}

fn cut_off(error: impl std::fmt::Display) -> Refusal {
    Refusal::Unreadable(format!("it is cut off or broken: {error}"))
}

/// The bytes of the tar archive, whatever they are compressed with.
pub(super) fn unwrapped(path: &Path, wrapping: Wrapping) -> Result<Box<dyn Read + Send>, Refusal> {
    let file = BufReader::with_capacity(64 * 1024, File::open(path).map_err(cut_off)?);
    Ok(match wrapping {
        Wrapping::None => Box::new(file),
        Wrapping::Gzip => Box::new(MultiGzDecoder::new(file)),
        Wrapping::Xz => Box::new(XzReader::new_mem_limit(file, true, WINDOW)),
        Wrapping::Zstd => {
            let decoder =
                StreamingDecoder::new_with_max_window_size(file, u64::from(WINDOW) * 1024).map_err(cut_off)?;
            Box::new(decoder)
        }
    })
}

fn gzip(path: &Path, wrapping: Wrapping) -> Option<Gzip> {
    if wrapping != Wrapping::Gzip {
        return None;
    }
    let mut decoder = GzDecoder::new(File::open(path).ok()?);
    let _first = decoder.read(&mut [0; 1]).ok()?;
    let header = decoder.header()?;
    Some(Gzip { time: header.mtime(), name: header.filename().map(<[u8]>::to_vec), system: header.operating_system() })
}

/// Reads what stands behind the last entry, so that checksums are held against all bytes.
fn drain(rest: impl Read, limit: u64) -> Result<(), Refusal> {
    match sum(rest, limit) {
        Ok(Some(_)) => Ok(()),
        Ok(None) => refuse("it unpacks to more than 200 times its size, as no build does"),
        Err(error) => Err(cut_off(error)),
    }
}

/// A member as it was read.
enum Seen {
    Entry(Entry),
    /// Another name of an entry before it.
    Hard(Entry, String),
    /// A header that says something of the archive as a whole.
    Nothing,
}

fn entry(member: &mut Member<'_>, guard: &mut Guard, container: &mut Container) -> Result<Seen, Refusal> {
    let kind = member.header().entry_type();
    if kind == EntryType::XGlobalHeader {
        return Ok(Seen::Nothing);
    }
    let is_directory = kind == EntryType::Directory;
    let raw = member.path_bytes().into_owned();
    if is_directory && matches!(&raw[..], b"." | b"./") {
        return Ok(Seen::Nothing);
    }
    let path = guard.admit(&raw, is_directory || raw.ends_with(b"/"))?;
    container.dialects.insert(dialect(member.header()));
    let pax_time = pax_time(member, container);
    let header = member.header();
    let name = |bytes: Option<&[u8]>| bytes.map(text).unwrap_or_default();
    let owner = Owner {
        user: header.uid().unwrap_or(0),
        group: header.gid().unwrap_or(0),
        user_name: name(header.username_bytes()),
        group_name: name(header.groupname_bytes()),
    };
    let time = pax_time.or_else(|| i64::try_from(header.mtime().ok()?).ok()?.checked_mul(1_000_000_000));
    let mode = header.mode().ok().map(|mode| mode & 0o7777);
    let link = member.link_name_bytes().map(|bytes| text(&bytes));
    let plain_entry = |path: String, kind: Kind, sha256: Digest| Entry {
        path,
        kind,
        bytes: 0,
        sha256,
        plain: None,
        time,
        mode,
        owner: Some(owner.clone()),
        packed: None,
    };
    match (kind, link) {
        (EntryType::Directory, _) => Ok(Seen::Entry(plain_entry(path, Kind::Directory, [0; 32]))),
        (EntryType::Symlink, Some(target)) => {
            admit_link(&path, &target)?;
            let digest = Sha256::digest(&target).into();
            Ok(Seen::Entry(plain_entry(path, Kind::Link(target), digest)))
        }
        (EntryType::Link, Some(target)) => {
            let target = target.trim_start_matches("./").to_owned();
            Ok(Seen::Hard(plain_entry(path, Kind::File, [0; 32]), target))
        }
        (EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse, _) => {
            guard.spend(member.size())?;
            let wanted = member.size();
            let content = sum(&mut *member, wanted).map_err(cut_off)?;
            let Some(content) = content.filter(|content| content.bytes == wanted) else {
                return refuse(format!("it is cut off in its entry `{path}`"));
            };
            let entry = plain_entry(path, Kind::File, content.sha256);
            Ok(Seen::Entry(Entry { bytes: content.bytes, plain: content.plain, ..entry }))
        }
        _ => refuse(format!("its entry `{path}` is a device, pipe or of an unknown kind")),
    }
}

fn dialect(header: &tar::Header) -> &'static str {
    match (header.as_ustar(), header.as_gnu()) {
        (Some(_), _) => "ustar",
        (_, Some(_)) => "gnu",
        _ => "v7",
    }
}

/// The time of a pax header, which has fractions of seconds.
fn pax_time(member: &mut Member<'_>, container: &mut Container) -> Option<i64> {
    let extensions = member.pax_extensions().ok()??;
    container.dialects.insert("pax");
    let mut time = None;
    for extension in extensions.flatten() {
        if extension.key() == Ok("mtime") {
            time = extension.value().ok().and_then(nanoseconds);
        }
    }
    time
}

/// Decimal seconds in nanoseconds.
fn nanoseconds(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole: i64 = whole.parse().ok()?;
    let digits: String = fraction.chars().chain("000000000".chars()).take(9).collect();
    whole.checked_mul(1_000_000_000)?.checked_add(digits.parse().ok()?)
}

/// Copies the contents of some entries, by a further pass over the archive.
pub(super) fn spool(path: &Path, wrapping: Wrapping, wanted: &BTreeSet<usize>) -> Result<Spool, Refusal> {
    let mut spool = Spool::new().map_err(|error| Refusal::Unreadable(format!("no temporary file: {error}")))?;
    let mut archive = tar::Archive::new(unwrapped(path, wrapping)?);
    let mut index = 0;
    for member in archive.entries().map_err(cut_off)? {
        let mut member = member.map_err(cut_off)?;
        let is_root = matches!(&member.path_bytes()[..], b"." | b"./");
        if member.header().entry_type() == EntryType::XGlobalHeader || is_root {
            continue;
        }
        if wanted.contains(&index) {
            spool.add(index, &mut member).map_err(cut_off)?;
        }
        index += 1;
    }
    Ok(spool)
}
