//! What the entries of a package come to: their bytes, and what makes two builds of one source differ.

use std::collections::BTreeSet;

/// The sums and the first entry of each kind.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Measure {
    /// Files in it.
    pub entries: u64,
    /// Bytes of the archive; of a directory nothing is said.
    pub compressed: Option<u64>,
    /// Bytes of all files.
    pub unzipped: u64,
    /// The first entry that stands after one that sorts behind it.
    pub unsorted: Option<String>,
    /// The first entry whose time differs from the first one's.
    pub dated: Option<String>,
    /// The first file of bytecode.
    pub bytecode: Option<String>,
    /// The first entry whose mode is neither 0644 nor 0755, nor read-only.
    pub mode: Option<String>,
    /// The first path that is absolute or leads out.
    pub unsafe_path: Option<String>,
    /// The first path that stands twice.
    pub twice: Option<String>,
    /// The first record of where a package was installed from.
    pub located: Option<String>,
    /// The first library of another system.
    pub foreign: Option<String>,
    /// The first library for x86_64.
    pub x86: Option<String>,
    /// The first library for arm64.
    pub arm: Option<String>,
    /// The first entry with a time of its own beside the packed one, as clocks and time zones make it.
    pub stamped: Option<String>,
    /// The first entry that names its owner.
    pub owned: Option<String>,
    /// The first entry that was packed on a system without Unix permissions.
    pub unmoded: Option<String>,
    /// The half of the SDK that it holds without the other.
    pub lone_sdk: Option<String>,
    pub(super) sdk: (bool, bool),
    /// Libraries that do not load everywhere.
    pub(super) libraries: Vec<(System, String)>,
    pub(super) last: String,
    pub(super) time: Option<u64>,
    pub(super) seen: BTreeSet<String>,
}

/// Where a library loads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum System {
    Elsewhere,
    X86,
    Arm,
}

/// One file of a package.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) path: String,
    pub(super) bytes: u64,
    /// A number that differs when the times differ; `None` where times are not packed.
    pub(super) time: Option<u64>,
    /// Permissions; `None` where the archive does not say them.
    pub(super) mode: Option<u32>,
    /// What the archive records besides.
    pub(super) extra: Extra,
}

/// What an archive records of a file besides its path, size, time and permissions.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Extra {
    /// Times to the second or finer, in universal time.
    pub(super) has_times: bool,
    /// The numbers of user and group.
    pub(super) has_owner: bool,
    /// Whether the system that packed it knows no Unix permissions.
    pub(super) lacks_modes: bool,
}

/// Permissions that do not depend on the umask of who builds.
const MODES: &[u32] = &[0o644, 0o755, 0o444, 0o555];

impl Measure {
    pub(super) fn add(&mut self, entry: Entry) {
        self.entries += 1;
        self.unzipped = self.unzipped.saturating_add(entry.bytes);
        let path = entry.path;
        let mut first = |slot: fn(&mut Self) -> &mut Option<String>, holds: bool| {
            if holds {
                slot(self).get_or_insert_with(|| path.clone());
            }
        };
        let lower = path.to_ascii_lowercase();
        first(|own| &mut own.stamped, entry.extra.has_times);
        first(|own| &mut own.owned, entry.extra.has_owner);
        first(|own| &mut own.unmoded, entry.extra.lacks_modes);
        first(|own| &mut own.bytecode, lower.ends_with(".pyc"));
        first(|own| &mut own.mode, entry.mode.is_some_and(|mode| !MODES.contains(&(mode & 0o777))));
        first(|own| &mut own.unsafe_path, is_unsafe(&path));
        first(|own| &mut own.located, lower.ends_with(".dist-info/direct_url.json"));
        self.libraries.extend(system(&lower).map(|system| (system, path.clone())));
        let module = path.strip_prefix("python/").unwrap_or(&path).split('/').next();
        self.sdk.0 |= module == Some("boto3");
        self.sdk.1 |= module == Some("botocore");
        let is_behind = path < self.last;
        if is_behind {
            self.unsorted.get_or_insert_with(|| path.clone());
        }
        if let (Some(known), Some(own)) = (self.time, entry.time)
            && known != own
        {
            self.dated.get_or_insert_with(|| path.clone());
        }
        self.time = self.time.or(entry.time);
        if !self.seen.insert(path.clone()) {
            self.twice.get_or_insert_with(|| path.clone());
        }
        self.last = path;
    }

    /// Whether Python takes something else where a library does not load: the same module as source, or, for what mypyc
    /// compiles several modules into (`md__mypyc`), nothing, as only compiled modules ask for it.
    fn stands_in_for(&self, library: &str) -> bool {
        let (directory, name) = library.rsplit_once('/').unwrap_or(("", library));
        let stem = name.split('.').next().unwrap_or(name);
        let source = if directory.is_empty() { format!("{stem}.py") } else { format!("{directory}/{stem}.py") };
        stem.ends_with("__mypyc") || self.seen.contains(&source)
    }

    /// Drops what only the counting needed.
    pub(super) fn finish(mut self) -> Self {
        self.lone_sdk = match self.sdk {
            (true, false) => Some("boto3".to_owned()),
            (false, true) => Some("botocore".to_owned()),
            _ => None,
        };
        for (system, path) in std::mem::take(&mut self.libraries) {
            if !self.stands_in_for(&path) {
                let slot = match system {
                    System::Elsewhere => &mut self.foreign,
                    System::X86 => &mut self.x86,
                    System::Arm => &mut self.arm,
                };
                slot.get_or_insert(path);
            }
        }
        self.seen.clear();
        self.last.clear();
        self
    }
}

/// The only system that a library loads on, by its name in lower case. A `.dll` may be an assembly of .NET, which loads anywhere.
fn system(path: &str) -> Option<System> {
    let is_elsewhere = [".pyd", ".dylib"].iter().any(|end| path.ends_with(end)) || path.contains("darwin.so");
    match () {
        () if is_elsewhere => Some(System::Elsewhere),
        () if path.ends_with("x86_64-linux-gnu.so") => Some(System::X86),
        () if path.ends_with("aarch64-linux-gnu.so") => Some(System::Arm),
        () => None,
    }
}

fn is_unsafe(path: &str) -> bool {
    path.starts_with(['/', '\\']) || path.contains(":\\") || path.split(['/', '\\']).any(|part| part == "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn foreign(paths: &[&str]) -> Measure {
        let mut measure = Measure::default();
        for path in paths {
            measure.add(Entry { path: (*path).to_owned(), bytes: 1, time: None, mode: None, extra: Extra::default() });
        }
        measure.finish()
    }

    #[test]
    fn a_library_that_python_has_as_source_too_does_no_harm() {
        for (paths, expected) in [
            (["a/md.cpython-312-darwin.so", "a/md.py"], None),
            (["a/x__mypyc.cpython-312-darwin.so", "a/md.py"], None),
            (["a/md.cpython-312-darwin.so", "b/md.py"], Some("a/md.cpython-312-darwin.so")),
            (["md.pyd", "md.py"], None),
        ] {
            assert_eq!(foreign(&paths).foreign.as_deref(), expected, "{paths:?}");
        }
        let arm = foreign(&["n/core.cpython-313-aarch64-linux-gnu.so", "n/other.py"]);
        assert_eq!(arm.arm.as_deref(), Some("n/core.cpython-313-aarch64-linux-gnu.so"));
    }
}
