//! One tree for YAML, JSON, JSON5 and TOML, every node with its place.
//!
//! Nodes live in one arena; aliases stay references and merge keys are followed on
//! look-up within a budget, so a document of a few bytes cannot grow. Front ends build
//! the tree without recursion and the arena is dropped flat, so depth is harmless.

mod builder;
pub mod conflict;
pub mod dotenv;
pub mod hcl;
pub mod ini;
pub mod json;
pub mod json5;
mod node;
pub mod places;
pub mod shape;
pub mod toml;
pub mod yaml;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use crate::source::{SourceId, Span};

pub use builder::{Builder, Scalar};
pub use node::{Entry, Node};

/// Nesting deeper than this is refused: no configuration that people write needs it. Aliases
/// count with what they stand for, so a walk that follows them may recurse.
pub const MAX_DEPTH: usize = 200;

/// Why a text is not a tree, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// What is wrong: lowercase, no final dot.
    pub message: String,
    /// First byte of the place.
    pub start: usize,
    /// One past its last byte.
    pub end: usize,
}

impl SyntaxError {
    fn new(message: impl Into<String>, place: Range<usize>) -> Self {
        Self { message: message.into(), start: place.start, end: place.end }
    }

    /// The error for a list or map that begins at `at`, inside [`MAX_DEPTH`] others.
    fn too_deep(at: usize) -> Self {
        Self::new(format!("nested more than {MAX_DEPTH} levels deep"), at..at + 1)
    }
}

/// The kinds of node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `null`, `~`, or nothing.
    Null,
    /// `true` or `false`.
    Bool,
    /// A whole number that fits 64 bits.
    Int,
    /// Any other number; TOML dates are [`Kind::Text`].
    Float,
    /// Text, quoted or plain.
    Text,
    /// A sequence.
    List,
    /// A mapping; order and duplicates as written.
    Map,
}

/// How a scalar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// In quotes of any kind.
    Quoted,
    /// A YAML block scalar (`|` or `>`): the span begins after its header line.
    Block,
}

/// Index of a node in its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

impl NodeId {
    fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a node holds. Nodes stand in the order of the text, so the first child of a list or
/// map is the node after it.
#[derive(Debug, Clone, Copy)]
enum Payload {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text,
    List {
        is_empty: bool,
    },
    /// Children alternate: key, value, key, value.
    Map {
        is_empty: bool,
    },
    Alias(NodeId),
}

/// A node: 40 bytes, since a lockfile has half a million of them.
#[derive(Debug, Clone, Copy)]
struct Raw {
    payload: Payload,
    start: u32,
    end: u32,
    /// The next child of the same parent. No node comes before the first, so 0 is none.
    next: u32,
    /// One more than the index in `Document::extras`; 0 is none.
    extra: u32,
    /// How many bytes of quotes the scalar begins with.
    opening: u8,
    /// How many bytes of quotes it ends with.
    closing: u8,
    style: Style,
}

/// What few nodes have.
#[derive(Debug, Default)]
struct Extra {
    /// The text, where the bytes of the source are not the text.
    decoded: Option<Box<str>>,
    tag: Option<Box<str>>,
}

/// A parsed text: one arena, one or more roots.
#[derive(Debug)]
pub struct Document {
    source: SourceId,
    text: Arc<str>,
    /// Where the text begins in its source, for a part of a file. Places in the arena count from the text.
    base: u32,
    nodes: Vec<Raw>,
    extras: Vec<Extra>,
    roots: Vec<NodeId>,
    comments: Vec<(u32, u32)>,
    /// Whether any key may be a merge key.
    has_merges: bool,
}

/// An empty text: its root is null.
impl Default for Document {
    fn default() -> Self {
        Builder::new(SourceId::FIRST, "".into()).finish()
    }
}

impl Document {
    /// The first root: the whole text for JSON and TOML, the first document for YAML.
    pub fn root(&self) -> Node<'_> {
        Node::new(self, self.roots[0])
    }

    /// The node of an id that [`Node::id`] gave.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        Node::new(self, id)
    }

    fn place(&self, start: u32, end: u32) -> Span {
        Span { source: self.source, start: self.base.saturating_add(start), end: self.base.saturating_add(end) }
    }

    /// All documents of a YAML text; at least one.
    pub fn roots(&self) -> impl Iterator<Item = Node<'_>> {
        self.roots.iter().map(|id| Node::new(self, *id))
    }

    /// The text it was made from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The source it was made from.
    pub fn source(&self) -> SourceId {
        self.source
    }

    /// The comments, in order: place from the comment sign to the end of its line.
    pub fn comments(&self) -> impl Iterator<Item = Span> {
        self.comments.iter().map(|(start, end)| self.place(*start, *end))
    }

    /// Keys that occur twice in one mapping: the first and the second place, in order of the second.
    pub fn duplicate_keys(&self) -> Vec<(Span, Span)> {
        let mut found = Vec::new();
        for (index, raw) in self.nodes.iter().enumerate() {
            if !matches!(raw.payload, Payload::Map { is_empty: false }) {
                continue;
            }
            let id = NodeId(u32::try_from(index).expect("the arena is indexed by u32"));
            let keys = Node::new(self, id).own_entries().map(|entry| entry.key).filter(|key| !key.is_merge());
            let keys: Vec<(&str, Span)> = keys.filter_map(|key| Some((key.scalar()?, key.span()))).collect();
            repeated(&keys, &mut found);
        }
        found.sort_by_key(|(_, second)| *second);
        found
    }
}

/// Most maps are so small that comparing all pairs costs less than a table.
const SMALL_MAP: usize = 12;

/// Adds the keys that stand twice.
fn repeated(keys: &[(&str, Span)], found: &mut Vec<(Span, Span)>) {
    if keys.len() <= SMALL_MAP {
        for (index, (name, place)) in keys.iter().enumerate() {
            if let Some((_, before)) = keys[..index].iter().rfind(|(earlier, _)| earlier == name) {
                found.push((*before, *place));
            }
        }
        return;
    }
    let mut seen = HashMap::with_capacity(keys.len());
    for (name, place) in keys {
        if let Some(first) = seen.insert(*name, *place) {
            found.push((first, *place));
        }
    }
}
