//! Native libraries and programs: platform, build id, and which sections differ.

use std::collections::BTreeMap;

use object::{File, Object, ObjectSection};

use super::Found;
use crate::compare::cause::{CONTENTS, NATIVE_NOTES};

/// Sections that say something of the build and nothing to who runs it.
const NOTES: &[&str] =
    &[".comment", ".symtab", ".strtab", ".shstrtab", ".gnu_debuglink", ".gnu_debugdata", "__LINKEDIT"];

fn parsed(bytes: &[u8]) -> Option<File<'_>> {
    let is_native = matches!(
        bytes.get(..4)?,
        [0x7f, b'E', b'L', b'F'] | [0xcf | 0xce, 0xfa, 0xed, 0xfe] | [0xfe, 0xed, 0xfa, 0xcf | 0xce] | [b'M', b'Z', ..]
    );
    if is_native { File::parse(bytes).ok() } else { None }
}

/// What two libraries of different platforms are for; `None` for anything else.
pub(super) fn foreign(a: &[u8], b: &[u8]) -> Option<String> {
    let (own, other) = (parsed(a)?, parsed(b)?);
    let say = |file: &File<'_>| format!("{:?} for {:?}", file.format(), file.architecture());
    let (own, other) = (say(&own), say(&other));
    (own != other).then(|| format!("{own} in A, {other} in B"))
}

/// The build id of a library.
fn build_id(bytes: &[u8]) -> Option<Vec<u8>> {
    let file = parsed(bytes)?;
    let id = file.build_id().ok().flatten().map(<[u8]>::to_vec);
    id.or_else(|| file.mach_uuid().ok().flatten().map(|id| id.to_vec())).filter(|id| id.len() >= 8)
}

/// The library with zeros for its build id, wherever that stands; `None` where there is none.
pub(super) fn without_build_id(bytes: &[u8]) -> Option<Vec<u8>> {
    let id = build_id(bytes)?;
    let mut out = bytes.to_vec();
    for at in memchr::memmem::find_iter(bytes, &id) {
        out[at..at + id.len()].fill(0);
    }
    Some(out)
}

/// Both build ids.
pub(super) fn seen_build_id(a: &[u8], b: &[u8]) -> Option<String> {
    let say = |bytes: &[u8]| build_id(bytes).map_or("none".to_owned(), |id| crate::python::canonical_json::hex(&id));
    Some(format!("{} in A, {} in B", say(a), say(b)))
}

/// Which sections of two libraries differ; `None` for anything else.
pub(super) fn explain(a: &[u8], b: &[u8]) -> Option<Found> {
    let (own, other) = (parsed(a)?, parsed(b)?);
    let (own, other) = (sections(&own), sections(&other));
    let names: std::collections::BTreeSet<&String> = own.keys().chain(other.keys()).collect();
    let differing: Vec<&String> = names.into_iter().filter(|name| own.get(*name) != other.get(*name)).collect();
    let is_note = |name: &&String| {
        NOTES.contains(&name.as_str())
            || [".debug_", ".zdebug_", ".note.", "__debug_"].iter().any(|start| name.starts_with(start))
    };
    let (notes, code): (Vec<&String>, Vec<&String>) = differing.into_iter().partition(is_note);
    let list = |names: &[&String]| names.iter().take(8).map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
    if code.is_empty() && !own.is_empty() {
        let seen = if notes.is_empty() { "headers differ".to_owned() } else { format!("{} differ", list(&notes)) };
        return Some(vec![(NATIVE_NOTES, Some(seen))]);
    }
    Some(vec![(CONTENTS, Some(format!("compiled to other code or data: {} differ", list(&code))))])
}

/// The contents of sections by name; sections of one name one after the other.
fn sections<'a>(file: &File<'a>) -> BTreeMap<String, Vec<&'a [u8]>> {
    let mut sections: BTreeMap<String, Vec<&[u8]>> = BTreeMap::new();
    for section in file.sections() {
        let name = String::from_utf8_lossy(section.name_bytes().unwrap_or(b"?")).into_owned();
        sections.entry(name).or_default().push(section.data().unwrap_or(b""));
    }
    sections
}
