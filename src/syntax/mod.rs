//! One tree for YAML, JSON and TOML, every node with its place.
//!
//! Nodes live in one arena; aliases stay references and merge keys are followed on
//! look-up within a budget, so a document of a few bytes cannot grow. Front ends build
//! the tree without recursion and the arena is dropped flat, so depth is harmless.

pub mod conflict;
pub mod json;
pub mod places;
pub mod toml;
pub mod yaml;

use std::sync::Arc;

use crate::source::{SourceId, Span};

/// Nesting deeper than this is refused: no configuration that people write needs it.
pub const MAX_DEPTH: usize = 200;

/// How many merges one look-up follows before it gives up.
const MERGE_BUDGET: usize = 64;

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

/// Index of a node in its document; the default is the first root.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

#[derive(Debug, Clone, Copy)]
enum Payload {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text,
    List {
        first: Option<NodeId>,
    },
    /// Children alternate: key, value, key, value.
    Map {
        first: Option<NodeId>,
    },
    Alias(NodeId),
}

#[derive(Debug, Clone, Copy)]
struct Raw {
    start: u32,
    end: u32,
    style: Style,
    payload: Payload,
    /// Decoded text in `Document::decoded`; none when the bytes `text` of the source are the text.
    decoded: Option<u32>,
    /// The scalar's own bytes (without quotes) in the source.
    text: (u32, u32),
    tag: Option<u32>,
    next: Option<NodeId>,
}

/// A parsed text: one arena, one or more roots.
#[derive(Debug)]
pub struct Document {
    source: SourceId,
    text: Arc<str>,
    /// Where the text begins in its source, for a part of a file. Places in the arena count from the text.
    base: u32,
    nodes: Vec<Raw>,
    decoded: Vec<Box<str>>,
    roots: Vec<NodeId>,
    comments: Vec<(u32, u32)>,
}

impl Document {
    /// The first root: the whole text for JSON and TOML, the first document for YAML.
    pub fn root(&self) -> Node<'_> {
        Node { document: self, id: self.roots.first().copied().unwrap_or(NodeId(0)) }
    }

    /// The node of an id that [`Node::id`] gave.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        Node { document: self, id }
    }

    fn place(&self, start: u32, end: u32) -> Span {
        Span { source: self.source, start: self.base.saturating_add(start), end: self.base.saturating_add(end) }
    }

    /// All documents of a YAML text.
    pub fn roots(&self) -> impl Iterator<Item = Node<'_>> {
        self.roots.iter().map(|id| Node { document: self, id: *id })
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
            if !matches!(raw.payload, Payload::Map { .. }) {
                continue;
            }
            let id = NodeId(u32::try_from(index).expect("the arena is indexed by u32"));
            let map = Node { document: self, id };
            let mut seen = std::collections::HashMap::new();
            for entry in map.own_entries() {
                let Some(name) = entry.key.scalar() else { continue };
                if name == "<<" {
                    continue;
                }
                if let Some(first) = seen.insert(name, entry.key.span()) {
                    found.push((first, entry.key.span()));
                }
            }
        }
        found.sort_by_key(|(_, second)| *second);
        found
    }
}

/// A key and its value.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'d> {
    /// The key's node.
    pub key: Node<'d>,
    /// The value's node, aliases resolved.
    pub value: Node<'d>,
}

/// A node of a document; cheap to copy. Aliases are resolved when a node is handed out.
#[derive(Debug, Clone, Copy)]
pub struct Node<'d> {
    document: &'d Document,
    id: NodeId,
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.document, other.document) && self.id == other.id
    }
}

impl<'d> Node<'d> {
    fn raw(self) -> &'d Raw {
        &self.document.nodes[self.id.0 as usize]
    }

    fn resolved(self) -> Self {
        let mut node = self;
        for _ in 0..MAX_DEPTH {
            match node.raw().payload {
                Payload::Alias(target) => node.id = target,
                _ => return node,
            }
        }
        node
    }

    /// The document the node belongs to.
    pub fn document(self) -> &'d Document {
        self.document
    }

    /// A name for the node that is stable within its document, for cycle guards.
    pub fn id(self) -> NodeId {
        self.id
    }

    /// Its place: quotes and brackets included, a YAML tag not.
    pub fn span(self) -> Span {
        let raw = self.raw();
        self.document.place(raw.start, raw.end)
    }

    /// The place of a scalar's text without its quotes.
    pub fn inner_span(self) -> Span {
        let (start, end) = self.raw().text;
        self.document.place(start, end)
    }

    /// What it is.
    pub fn kind(self) -> Kind {
        match self.raw().payload {
            Payload::Null | Payload::Alias(_) => Kind::Null,
            Payload::Bool(_) => Kind::Bool,
            Payload::Int(_) => Kind::Int,
            Payload::Float(_) => Kind::Float,
            Payload::Text => Kind::Text,
            Payload::List { .. } => Kind::List,
            Payload::Map { .. } => Kind::Map,
        }
    }

    /// How a scalar was written.
    pub fn style(self) -> Style {
        self.raw().style
    }

    /// The tag as written, with its exclamation mark: `!Ref`.
    pub fn tag(self) -> Option<&'d str> {
        self.raw().tag.map(|at| &*self.document.decoded[at as usize])
    }

    /// Whether it is a mapping.
    pub fn is_map(self) -> bool {
        self.kind() == Kind::Map
    }

    /// Whether it is a list.
    pub fn is_list(self) -> bool {
        self.kind() == Kind::List
    }

    /// Whether it is null.
    pub fn is_null(self) -> bool {
        self.kind() == Kind::Null
    }

    /// The text of a [`Kind::Text`] node, escapes decoded.
    pub fn text(self) -> Option<&'d str> {
        (self.kind() == Kind::Text).then(|| self.scalar_text())
    }

    /// The text of any scalar as it was written: `3.10` stays `3.10`. `None` for null, lists and maps.
    pub fn scalar(self) -> Option<&'d str> {
        matches!(self.kind(), Kind::Text | Kind::Bool | Kind::Int | Kind::Float).then(|| self.scalar_text())
    }

    fn scalar_text(self) -> &'d str {
        let raw = self.raw();
        match raw.decoded {
            Some(at) => &self.document.decoded[at as usize],
            None => self.document.text.get(raw.text.0 as usize..raw.text.1 as usize).unwrap_or(""),
        }
    }

    /// The number of a [`Kind::Int`] node.
    pub fn int(self) -> Option<i64> {
        match self.raw().payload {
            Payload::Int(value) => Some(value),
            _ => None,
        }
    }

    /// The number of a [`Kind::Float`] or [`Kind::Int`] node.
    pub fn float(self) -> Option<f64> {
        match self.raw().payload {
            Payload::Float(value) => Some(value),
            #[allow(clippy::cast_precision_loss, reason = "a reader that asks for a float accepts its precision")]
            Payload::Int(value) => Some(value as f64),
            _ => None,
        }
    }

    /// The value of a [`Kind::Bool`] node.
    pub fn bool(self) -> Option<bool> {
        match self.raw().payload {
            Payload::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The value of a key, the last one if it is written twice, through merge keys if need be.
    pub fn get(self, key: &str) -> Option<Self> {
        self.entry(key).map(|entry| entry.value)
    }

    /// The value at the end of a path of keys.
    pub fn at(self, path: &[&str]) -> Option<Self> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The entry of a key, the last one if it is written twice, through merge keys if need be.
    pub fn entry(self, key: &str) -> Option<Entry<'d>> {
        let mut budget = MERGE_BUDGET;
        self.entry_within(key, &mut budget)
    }

    fn entry_within(self, key: &str, budget: &mut usize) -> Option<Entry<'d>> {
        if let Some(own) = self.own_entries().filter(|entry| entry.key.scalar() == Some(key)).last() {
            return Some(own);
        }
        for merge in self.own_entries().filter(|entry| entry.key.is_merge()) {
            *budget = budget.checked_sub(1)?;
            if merge.value.is_map()
                && let Some(found) = merge.value.entry_within(key, budget)
            {
                return Some(found);
            }
            for map in merge.value.items() {
                *budget = budget.checked_sub(1)?;
                if let Some(found) = map.entry_within(key, budget) {
                    return Some(found);
                }
            }
        }
        None
    }

    fn is_merge(self) -> bool {
        self.kind() == Kind::Text && self.style() == Style::Plain && self.scalar_text() == "<<"
    }

    /// The entries of a mapping in order, merged ones last; a key written twice comes twice.
    pub fn entries(self) -> Vec<Entry<'d>> {
        let mut all: Vec<Entry<'d>> = self.own_entries().filter(|entry| !entry.key.is_merge()).collect();
        let mut budget = MERGE_BUDGET;
        let mut pending: Vec<Self> =
            self.own_entries().filter(|entry| entry.key.is_merge()).map(|entry| entry.value).collect();
        pending.reverse();
        while let Some(merged) = pending.pop() {
            if budget == 0 {
                break;
            }
            budget -= 1;
            let mut deeper: Vec<Self> = merged.items().collect();
            for entry in merged.own_entries() {
                if entry.key.is_merge() {
                    deeper.push(entry.value);
                } else if !all.iter().any(|known| known.key.scalar() == entry.key.scalar()) {
                    all.push(entry);
                }
            }
            pending.extend(deeper.into_iter().rev());
        }
        all
    }

    /// The entries written in this mapping itself, `<<` among them.
    pub fn own_entries(self) -> impl Iterator<Item = Entry<'d>> {
        let first = match self.raw().payload {
            Payload::Map { first } => first,
            _ => None,
        };
        let mut next = first;
        std::iter::from_fn(move || {
            let key = Node { document: self.document, id: next? };
            let value = Node { document: self.document, id: key.raw().next? };
            next = value.raw().next;
            Some(Entry { key: key.resolved(), value: value.resolved() })
        })
    }

    /// The items of a list; none for anything else.
    pub fn items(self) -> impl Iterator<Item = Self> {
        let mut next = match self.raw().payload {
            Payload::List { first } => first,
            _ => None,
        };
        std::iter::from_fn(move || {
            let item = Self { document: self.document, id: next? };
            next = item.raw().next;
            Some(item.resolved())
        })
    }
}

/// Builds a document from the outside in; front ends drive it from their events.
#[derive(Debug)]
pub struct Builder {
    document: Document,
    open: Vec<Open>,
}

#[derive(Debug)]
struct Open {
    id: NodeId,
    last: Option<NodeId>,
}

/// A scalar as a front end hands it over.
#[derive(Debug, Clone, Copy)]
pub enum Scalar {
    /// Null.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Text,
}

impl Builder {
    /// Starts a document over `text`.
    pub fn new(source: SourceId, text: Arc<str>) -> Self {
        Self::part(source, text, 0)
    }

    /// Starts a document over a part of a source, which begins at byte `base` of it.
    pub fn part(source: SourceId, text: Arc<str>, base: usize) -> Self {
        let document = Document {
            source,
            text,
            base: cut(base),
            nodes: Vec::new(),
            decoded: Vec::new(),
            roots: Vec::new(),
            comments: Vec::new(),
        };
        Self { document, open: Vec::new() }
    }

    /// How many lists and maps are open.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// Adds a scalar. `outer` is its place with quotes, `inner` its text in the source;
    /// `decoded` is its text when that is not the bytes of `inner`.
    pub fn scalar(
        &mut self,
        scalar: Scalar,
        style: Style,
        outer: std::ops::Range<usize>,
        inner: std::ops::Range<usize>,
        decoded: Option<&str>,
    ) -> NodeId {
        let decoded = decoded.map(|text| self.keep(text));
        let payload = match scalar {
            Scalar::Null => Payload::Null,
            Scalar::Bool(value) => Payload::Bool(value),
            Scalar::Int(value) => Payload::Int(value),
            Scalar::Float(value) => Payload::Float(value),
            Scalar::Text => Payload::Text,
        };
        self.push(Raw {
            start: cut(outer.start),
            end: cut(outer.end),
            style,
            payload,
            decoded,
            text: (cut(inner.start), cut(inner.end)),
            tag: None,
            next: None,
        })
    }

    /// Adds a reference to an earlier node.
    pub fn alias(&mut self, target: NodeId, place: std::ops::Range<usize>) -> NodeId {
        self.push(plain(Payload::Alias(target), &place))
    }

    /// Opens a list; everything up to [`Builder::close`] is in it.
    pub fn open_list(&mut self, start: usize) -> NodeId {
        let id = self.push(plain(Payload::List { first: None }, &(start..start)));
        self.open.push(Open { id, last: None });
        id
    }

    /// Opens a map; up to [`Builder::close`] nodes alternate key and value.
    pub fn open_map(&mut self, start: usize) -> NodeId {
        let id = self.push(plain(Payload::Map { first: None }, &(start..start)));
        self.open.push(Open { id, last: None });
        id
    }

    /// Closes the innermost list or map, which ends at `end`.
    pub fn close(&mut self, end: usize) {
        if let Some(open) = self.open.pop() {
            self.document.nodes[open.id.0 as usize].end = cut(end);
        }
    }

    /// Moves the borders of a node.
    pub fn widen(&mut self, id: NodeId, place: std::ops::Range<usize>) {
        let raw = &mut self.document.nodes[id.0 as usize];
        (raw.start, raw.end) = (cut(place.start), cut(place.end));
    }

    /// Sets the tag of a node, as written.
    pub fn tag(&mut self, id: NodeId, tag: &str) {
        let at = self.keep(tag);
        self.document.nodes[id.0 as usize].tag = Some(at);
    }

    /// Notes a comment.
    pub fn comment(&mut self, place: std::ops::Range<usize>) {
        self.document.comments.push((cut(place.start), cut(place.end)));
    }

    /// The text that is read.
    pub fn text(&self) -> &str {
        &self.document.text
    }

    /// The finished document; one without a root gets a null one.
    pub fn finish(mut self) -> Document {
        if self.document.roots.is_empty() {
            self.scalar(Scalar::Null, Style::Plain, 0..0, 0..0, None);
        }
        self.document
    }

    fn keep(&mut self, text: &str) -> u32 {
        self.document.decoded.push(text.into());
        cut(self.document.decoded.len() - 1)
    }

    fn push(&mut self, raw: Raw) -> NodeId {
        let id = NodeId(cut(self.document.nodes.len()));
        self.document.nodes.push(raw);
        let Some(open) = self.open.last_mut() else {
            self.document.roots.push(id);
            return id;
        };
        match open.last.replace(id) {
            Some(last) => self.document.nodes[last.0 as usize].next = Some(id),
            None => match &mut self.document.nodes[open.id.0 as usize].payload {
                Payload::List { first } | Payload::Map { first } => *first = Some(id),
                _ => {}
            },
        }
        id
    }
}

/// The error for a list or map that begins at `at`, inside [`MAX_DEPTH`] others.
fn too_deep(at: usize) -> SyntaxError {
    let message = format!("nested more than {MAX_DEPTH} levels deep");
    SyntaxError { message, start: at, end: at + 1 }
}

fn plain(payload: Payload, place: &std::ops::Range<usize>) -> Raw {
    let (start, end) = (cut(place.start), cut(place.end));
    Raw { start, end, style: Style::Plain, payload, decoded: None, text: (start, end), tag: None, next: None }
}

fn cut(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
