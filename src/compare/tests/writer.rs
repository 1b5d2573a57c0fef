//! Writes zip and tar archives with every detail as wanted.

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};

/// A zip entry before it is written.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) path: Vec<u8>,
    pub(super) data: Vec<u8>,
    /// Seconds since midnight of 2026-01-01, within that month.
    pub(super) clock: u32,
    pub(super) mode: u32,
    /// The level of compression; `None` for stored.
    pub(super) level: Option<u32>,
    pub(super) extra: Vec<u8>,
    pub(super) system: u8,
    pub(super) comment: &'static str,
    /// The name in the local header, when it is another one.
    pub(super) local: Option<&'static str>,
}

pub(super) fn item(path: &str, data: impl AsRef<[u8]>) -> Item {
    Item {
        path: path.as_bytes().to_vec(),
        data: data.as_ref().to_vec(),
        clock: 3600,
        mode: 0o100_644,
        level: Some(6),
        extra: Vec::new(),
        system: 3,
        comment: "",
        local: None,
    }
}

pub(super) fn zip(items: &[Item]) -> Vec<u8> {
    commented(items, "")
}

pub(super) fn commented(items: &[Item], comment: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut central = Vec::new();
    for item in items {
        let packed = match item.level {
            Some(level) => {
                let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(level));
                encoder.write_all(&item.data).unwrap();
                encoder.finish().unwrap()
            }
            None => item.data.clone(),
        };
        let mut crc = flate2::Crc::new();
        crc.update(&item.data);
        let (day, hours) = (1 + item.clock / 86_400, item.clock / 3600 % 24);
        let (minutes, seconds) = (item.clock / 60 % 60, item.clock % 60);
        let mut shared = Vec::new();
        shared.extend([20, 0, 0, 8, if item.level.is_some() { 8 } else { 0 }, 0]);
        shared.extend(u16::try_from((hours << 11) | (minutes << 5) | (seconds / 2)).unwrap().to_le_bytes());
        shared.extend(u16::try_from((46 << 9) | (1 << 5) | day).unwrap().to_le_bytes());
        shared.extend(crc.sum().to_le_bytes());
        shared.extend(u32::try_from(packed.len()).unwrap().to_le_bytes());
        shared.extend(u32::try_from(item.data.len()).unwrap().to_le_bytes());
        let local = item.local.map_or(&item.path[..], str::as_bytes);
        let offset = u32::try_from(out.len()).unwrap();
        out.extend(b"PK\x03\x04");
        out.extend(&shared);
        out.extend(u16::try_from(local.len()).unwrap().to_le_bytes());
        out.extend([0, 0]);
        out.extend(local);
        out.extend(&packed);
        central.extend(b"PK\x01\x02");
        central.extend([20, item.system]);
        central.extend(&shared);
        central.extend(u16::try_from(item.path.len()).unwrap().to_le_bytes());
        central.extend(u16::try_from(item.extra.len()).unwrap().to_le_bytes());
        central.extend(u16::try_from(item.comment.len()).unwrap().to_le_bytes());
        central.extend([0; 4]);
        central.extend((item.mode << 16).to_le_bytes());
        central.extend(offset.to_le_bytes());
        central.extend(&item.path);
        central.extend(&item.extra);
        central.extend(item.comment.as_bytes());
    }
    let start = u32::try_from(out.len()).unwrap();
    out.extend(&central);
    out.extend(b"PK\x05\x06\0\0\0\0");
    let count = u16::try_from(items.len()).unwrap();
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(u32::try_from(central.len()).unwrap().to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend(u16::try_from(comment.len()).unwrap().to_le_bytes());
    out.extend(comment.as_bytes());
    out
}

/// A header of GNU tar.
pub(super) fn header(path: &str, bytes: usize) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_path(path).unwrap();
    header.set_size(bytes as u64);
    header.set_mode(0o644);
    header.set_mtime(1_000_000_000);
    header.set_cksum();
    header
}

pub(super) fn tar(members: &[(tar::Header, &str)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (header, data) in members {
        let mut header = header.clone();
        header.set_cksum();
        builder.append(&header, data.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap()
}

pub(super) fn gzip(bytes: &[u8], level: u32, time: u32) -> Vec<u8> {
    let mut encoder: GzEncoder<Vec<u8>> =
        flate2::GzBuilder::new().mtime(time).write(Vec::new(), Compression::new(level));
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}
