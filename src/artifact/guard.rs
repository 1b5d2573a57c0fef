//! What no archive may do: lead out of its directory, say one path twice, or grow beyond all measure.

use std::collections::BTreeMap;

/// More entries than this are not read.
const ENTRIES: usize = 200_000;

/// Bytes that any archive may unpack to, however small it is.
const FREE: u64 = 64 * 1024 * 1024;

/// How many times its own size an archive may unpack to beyond that. Texts come to about 20, nothing that a build
/// makes to 200; zeros come to 1000.
const RATIO: u64 = 200;

/// Paths longer than this are not read, in bytes.
const PATH: usize = 4096;

/// Why a build cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is nothing at the path, or it is not a file.
    #[error("{0}")]
    Missing(String),
    /// It is broken, dangerous, or of a kind that is not read.
    #[error("{0}")]
    Unreadable(String),
}

/// A refusal in the words of a sentence part: `it is cut off`.
pub(super) fn refuse<T>(why: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::Unreadable(why.into()))
}

/// Counts what is read of one archive.
#[derive(Debug)]
pub(super) struct Guard {
    paths: BTreeMap<String, bool>,
    left: u64,
}

impl Guard {
    /// For an archive of some bytes.
    pub(super) fn new(bytes: u64) -> Self {
        Self { paths: BTreeMap::new(), left: FREE.saturating_add(bytes.saturating_mul(RATIO)) }
    }

    /// Takes note of an entry and gives its path.
    pub(super) fn admit(&mut self, raw: &[u8], is_directory: bool) -> Result<String, Refusal> {
        let shown = text(&raw[..raw.len().min(PATH)]);
        if raw.len() > PATH {
            return refuse(format!("one of its paths is longer than {PATH} bytes"));
        }
        let path = normal(&shown);
        if path.is_empty() || leads_out(&shown) {
            return refuse(format!("its entry `{shown}` would be unpacked outside of its directory"));
        }
        if self.paths.len() >= ENTRIES {
            return refuse(format!("it has more than {ENTRIES} entries"));
        }
        match self.paths.insert(path.clone(), is_directory) {
            None => Ok(path),
            Some(_) => refuse(format!("it has two entries `{path}`: what is unpacked depends on the tool")),
        }
    }

    /// Takes note of bytes that an entry unpacks to.
    pub(super) fn spend(&mut self, bytes: u64) -> Result<(), Refusal> {
        match self.left.checked_sub(bytes) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => refuse("it unpacks to more than 200 times its size, as no build does"),
        }
    }

    /// Bytes that may still be unpacked.
    pub(super) fn left(&self) -> u64 {
        self.left
    }

    /// Says whether the entries fit each other: nothing stands below a file.
    pub(super) fn finish(&self) -> Result<(), Refusal> {
        for path in self.paths.keys() {
            for (at, _) in path.match_indices('/') {
                if self.paths.get(&path[..at]) == Some(&false) {
                    return refuse(format!("its entry `{}` is a file, and `{path}` stands below it", &path[..at]));
                }
            }
        }
        Ok(())
    }
}

/// Refuses a link that leads out of the archive.
pub(super) fn admit_link(path: &str, target: &str) -> Result<(), Refusal> {
    let depth = path.matches('/').count();
    let mut level = Some(depth);
    for part in target.split(['/', '\\']) {
        level = match part {
            "" | "." => level,
            ".." => level.and_then(|level| level.checked_sub(1)),
            _ => level.map(|level| level + 1),
        };
        if level.is_none() {
            break;
        }
    }
    if level.is_none() || target.starts_with(['/', '\\']) || has_drive(target) {
        return refuse(format!("its link `{path}` leads out of it, to `{target}`"));
    }
    Ok(())
}

fn leads_out(path: &str) -> bool {
    path.starts_with(['/', '\\']) || has_drive(path) || path.split(['/', '\\']).any(|part| part == "..")
}

fn has_drive(path: &str) -> bool {
    let bytes = path.as_bytes();
    bytes.len() > 1 && bytes[1] == b':' && bytes[0].is_ascii_alphabetic()
}

/// A path without `.` and empty parts.
fn normal(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != ".").collect();
    parts.join("/")
}

/// Bytes as text; those that are no UTF-8 stand as `\x..`, so that two paths never become one.
pub(super) fn text(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02x}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn paths_that_lead_out_are_refused() {
        for path in ["/etc/passwd", "../a", "a/../../b", "C:\\a", "c:a", "\\\\host\\a", "a\\..\\b", "", "/", ".", ".."]
        {
            assert!(Guard::new(0).admit(path.as_bytes(), false).is_err(), "{path}");
        }
        for (path, normal) in [("a/b", "a/b"), ("./a//b/", "a/b"), ("a..b/...", "a..b/...")] {
            assert_eq!(Guard::new(0).admit(path.as_bytes(), false).unwrap(), normal);
        }
        assert_eq!(Guard::new(0).admit(b"caf\xe9", false).unwrap(), "caf\\xe9");
    }

    #[test]
    fn links_that_lead_out_are_refused() {
        for (path, target) in [("a", "/etc"), ("a", ".."), ("a/b", "../../c"), ("a/b", "c/../../../d"), ("a", "C:\\x")]
        {
            assert!(admit_link(path, target).is_err(), "{path} -> {target}");
        }
        for (path, target) in [("a", "b"), ("a/b", "../c"), ("lib/x/y.so", "../../lib/z.so"), ("a", "./b/../c")] {
            assert!(admit_link(path, target).is_ok(), "{path} -> {target}");
        }
    }

    #[test]
    fn one_path_is_one_entry() {
        let mut guard = Guard::new(0);
        guard.admit(b"a", false).unwrap();
        assert!(guard.admit(b"./a", false).is_err());
        guard.admit(b"a/b", false).unwrap();
        assert_eq!(guard.finish().unwrap_err().to_string(), "its entry `a` is a file, and `a/b` stands below it");
    }

    #[test]
    fn growth_has_an_end() {
        let mut guard = Guard::new(1000);
        guard.spend(FREE).unwrap();
        guard.spend(200_000).unwrap();
        assert!(guard.spend(1).is_err());
    }
}
