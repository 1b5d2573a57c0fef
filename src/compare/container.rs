//! How two archives of one form are packed.

use super::cause::{COMMENT, COMPRESSION, EXTRA_FIELDS, GZIP_HEADER, LAYOUT, METHOD, TAR_DIALECT, WRITER};
use super::notes::Notes;
use super::pairs::Pairs;
use crate::artifact::{Artifact, Gzip, Packed};

/// Takes note of what differs in the packing of the same entries.
pub(super) fn compare(a: &Artifact, b: &Artifact, pairs: &Pairs, notes: &mut Notes) {
    for pair in &pairs.same {
        let (own, other) = (&a.entries[pair.a], &b.entries[pair.b]);
        if let (Some(x), Some(y)) = (&own.packed, &other.packed) {
            packing(&own.path, x, y, own.sha256 == other.sha256, notes);
        }
    }
    let (x, y) = (&a.container, &b.container);
    if x.comment != y.comment {
        let say = |bytes: &[u8]| String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        notes.whole(COMMENT, format!("`{}` in A, `{}` in B", say(&x.comment), say(&y.comment)));
    }
    if x.prefix != y.prefix {
        notes.whole(LAYOUT, format!("{} bytes stand before the first entry in A, {} in B", x.prefix, y.prefix));
    }
    if x.gzip != y.gzip {
        let say = |gzip: &Option<Gzip>| {
            gzip.as_ref().map_or_else(String::new, |gzip| {
                let name = gzip.name.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
                format!("time {}, name `{name}`, system {}", gzip.time, gzip.system)
            })
        };
        notes.whole(GZIP_HEADER, format!("{} in A; {} in B", say(&x.gzip), say(&y.gzip)));
    }
    if x.dialects != y.dialects {
        let say = |names: &std::collections::BTreeSet<&str>| names.iter().copied().collect::<Vec<_>>().join(" and ");
        notes.whole(TAR_DIALECT, format!("{} in A, {} in B", say(&x.dialects), say(&y.dialects)));
    }
    // Beneath the same tar archive only the compressor is left.
    if notes.is_empty() && a.sha256 != b.sha256 && matches!(a.form, crate::artifact::Form::Tar(_)) {
        notes.whole(COMPRESSION, format!("A has {} bytes, B has {}", a.bytes, b.bytes));
    }
}

fn packing(path: &str, a: &Packed, b: &Packed, same_content: bool, notes: &mut Notes) {
    if a.deflated != b.deflated {
        let word = |packed: &Packed| if packed.deflated { "deflated" } else { "stored" };
        notes.add(METHOD, path, Some(format!("`{path}` is {} in A, {} in B", word(a), word(b))));
    } else if same_content && a.sha256 != b.sha256 {
        notes.add(COMPRESSION, path, Some(format!("`{path}` takes {} bytes in A, {} in B", a.bytes, b.bytes)));
    }
    if a.extra != b.extra {
        let say = |packed: &Packed| {
            let ids: Vec<String> = packed.extra.iter().map(|(id, _)| format!("0x{id:04x}")).collect();
            if ids.is_empty() { "none".to_owned() } else { ids.join(" ") }
        };
        notes.add(EXTRA_FIELDS, path, Some(format!("`{path}` has {} in A, {} in B", say(a), say(b))));
    }
    if a.comment != b.comment {
        notes.add(COMMENT, path, Some(format!("`{path}` has a comment of its own")));
    }
    if a.writer != b.writer || a.attributes != b.attributes {
        let say = |packed: &Packed| {
            let system = match packed.writer.0 {
                0 => "Windows or DOS".to_owned(),
                3 => "Unix".to_owned(),
                19 => "macOS".to_owned(),
                other => format!("system {other}"),
            };
            format!(
                "{system}, format {}.{}, attributes {:#x}",
                packed.writer.1 / 10,
                packed.writer.1 % 10,
                packed.attributes
            )
        };
        notes.add(WRITER, path, Some(format!("`{path}`: {} in A; {} in B", say(a), say(b))));
    }
    // Bits 1 and 2 tell the level of the compressor; the rest how sizes and names are written.
    if (a.flags ^ b.flags) & !0b110 != 0 {
        notes.add(WRITER, path, Some(format!("`{path}` has flags {:#06x} in A, {:#06x} in B", a.flags, b.flags)));
    }
}
