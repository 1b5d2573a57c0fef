//! The entries of a yarn.lock.

use std::collections::BTreeMap;

use crate::source::Span;
use crate::syntax::{Document, Node};

/// A text with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// The text.
    pub text: Box<str>,
    /// Its place.
    pub span: Span,
}

/// A map of texts with the places of its entries.
pub type Texts = BTreeMap<Box<str>, Noted>;

/// One package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The descriptors that resolve to it.
    pub keys: Vec<Noted>,
    /// The place of all keys.
    pub span: Span,
    /// Its locator.
    pub resolution: Noted,
    /// Its version.
    pub version: Option<Noted>,
    /// What it needs.
    pub dependencies: Texts,
    /// Its peers.
    pub peers: Texts,
    /// `dependenciesMeta`: package and key, as `ms built`.
    pub dependencies_meta: Texts,
    /// `peerDependenciesMeta`, likewise.
    pub peers_meta: Texts,
    /// Its programs.
    pub bin: Texts,
    /// The checksum of its archive.
    pub checksum: Option<Noted>,
    /// The machines it is for.
    pub conditions: Option<Noted>,
    /// Whether its files are fetched (`hard`), not used in place (`soft`).
    pub is_hard: bool,
}

impl Entry {
    /// The name of the package, as its locator has it.
    pub fn name(&self) -> &str {
        super::descriptor::split(&self.resolution.text).map_or(&self.resolution.text, |(name, _)| name)
    }

    /// The reference of its locator.
    pub fn reference(&self) -> &str {
        super::descriptor::split(&self.resolution.text).map_or("", |(_, reference)| reference)
    }

    /// The directory of the workspace it stands for.
    pub fn workspace(&self) -> Option<&str> {
        self.reference().strip_prefix("workspace:")
    }

    /// Whether Yarn keeps what the lockfile says of it; all else it works out anew at each install.
    pub fn is_kept(&self) -> bool {
        !matches!(
            super::descriptor::protocol(self.reference()),
            "workspace:" | "file:" | "link:" | "portal:" | "patch:"
        )
    }
}

/// What a yarn.lock records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    /// `__metadata.version`.
    pub version: Option<Noted>,
    /// `__metadata.cacheKey`.
    pub cache_key: Option<Noted>,
    /// All entries in the order of the text.
    pub entries: Vec<Entry>,
    /// The first line that Yarn would write in another way, and the entry it stands in.
    pub edited: Option<(Span, String)>,
}

impl Lock {
    /// The number of its format; 0 when it has none.
    pub fn format(&self) -> u32 {
        self.version.as_ref().and_then(|version| version.text.parse().ok()).unwrap_or(0)
    }
}

/// Why Yarn would not read a lockfile, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What is wrong, as a sentence part.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// Reads the tree of a lockfile.
///
/// # Errors
/// When Yarn itself would stop at it.
pub fn read(document: &Document) -> Result<Lock, Fault> {
    let root = document.root();
    if root.is_null() {
        return Ok(Lock::default());
    }
    if !root.is_map() {
        return Err(Fault { message: "it holds no entries".to_owned(), span: root.span() });
    }
    let mut lock = Lock::default();
    for entry in root.own_entries() {
        let Some(name) = entry.key.scalar() else { continue };
        if name == "__metadata" {
            lock.version = entry.value.get("version").and_then(noted);
            lock.cache_key = entry.value.get("cacheKey").and_then(noted);
            continue;
        }
        let Some(resolution) = entry.value.get("resolution").and_then(noted) else {
            let message = format!("the entry {name} has no resolution");
            return Err(Fault { message, span: entry.key.span() });
        };
        if entry.value.get("linkType").and_then(Node::scalar).is_none() {
            let message = format!("the entry {name} has no linkType");
            return Err(Fault { message, span: entry.key.span() });
        }
        lock.entries.push(read_entry(entry.key, name, entry.value, resolution));
    }
    Ok(lock)
}

fn read_entry(key: Node<'_>, name: &str, node: Node<'_>, resolution: Noted) -> Entry {
    let texts = |name: &str| node.get(name).map(texts).unwrap_or_default();
    let meta = |name: &str| {
        let mut all = Texts::new();
        for entry in node.get(name).into_iter().flat_map(Node::own_entries) {
            for inner in entry.value.own_entries() {
                if let (Some(package), Some(key), Some(value)) =
                    (entry.key.scalar(), inner.key.scalar(), noted(inner.value))
                {
                    all.insert(format!("{package} {key}").into(), value);
                }
            }
        }
        all
    };
    Entry {
        keys: keys(key, name),
        span: key.span(),
        resolution,
        version: node.get("version").and_then(noted),
        dependencies: texts("dependencies"),
        peers: texts("peerDependencies"),
        dependencies_meta: meta("dependenciesMeta"),
        peers_meta: meta("peerDependenciesMeta"),
        bin: texts("bin"),
        checksum: node.get("checksum").and_then(noted),
        conditions: node.get("conditions").and_then(noted),
        is_hard: node.get("linkType").and_then(Node::scalar) != Some("soft"),
    }
}

/// The descriptors of a key, which stand in it with commas between.
fn keys(key: Node<'_>, name: &str) -> Vec<Noted> {
    let place = key.inner_span();
    let is_exact = place.range().len() == name.len();
    let mut at = 0;
    let mut all = Vec::new();
    for part in name.split(',') {
        let lead = part.len() - part.trim_start().len();
        let text = part.trim();
        let span = if is_exact { place.part(at + lead..at + lead + text.len()) } else { key.span() };
        all.push(Noted { text: text.into(), span });
        at += part.len() + 1;
    }
    all
}

fn noted(node: Node<'_>) -> Option<Noted> {
    Some(Noted { text: node.scalar()?.into(), span: node.span() })
}

fn texts(node: Node<'_>) -> Texts {
    let read = |entry: crate::syntax::Entry<'_>| {
        let span = Span { end: entry.value.span().end, ..entry.key.span() };
        let text = entry.value.scalar().unwrap_or("").into();
        Some((entry.key.scalar()?.into(), Noted { text, span }))
    };
    node.own_entries().filter_map(read).collect()
}
