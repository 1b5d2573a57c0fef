//! Builds a document from the outside in; front ends drive it from their events.

use std::ops::Range;
use std::sync::Arc;

use super::{Document, Extra, NodeId, Payload, Raw, Style};
use crate::source::SourceId;

/// Builds a document from the outside in.
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
#[derive(Debug, Clone, Copy, PartialEq)]
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
    /// Starts a document over `text`, of at most 4 GiB.
    pub fn new(source: SourceId, text: Arc<str>) -> Self {
        Self::part(source, text, 0)
    }

    /// Starts a document over a part of a source, which begins at byte `base` of it.
    pub fn part(source: SourceId, text: Arc<str>, base: usize) -> Self {
        // The densest files that people have (lockfiles) hold a node in about twenty bytes.
        let nodes = Vec::with_capacity(text.len() / 20 + 1);
        let base = cut(base);
        let document = Document {
            source,
            text,
            base,
            nodes,
            extras: Vec::new(),
            roots: Vec::new(),
            comments: Vec::new(),
            has_merges: false,
        };
        Self { document, open: Vec::new() }
    }

    /// How many lists and maps are open.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// Adds a scalar. `outer` is its place with quotes, `inner` its text in the source (at most
    /// 255 bytes shorter at either side); `decoded` is its text when that is not the bytes of
    /// `inner`.
    pub fn scalar(
        &mut self,
        scalar: Scalar,
        style: Style,
        outer: Range<usize>,
        inner: Range<usize>,
        decoded: Option<&str>,
    ) -> NodeId {
        let payload = match scalar {
            Scalar::Null => Payload::Null,
            Scalar::Bool(value) => Payload::Bool(value),
            Scalar::Int(value) => Payload::Int(value),
            Scalar::Float(value) => Payload::Float(value),
            Scalar::Text => Payload::Text,
        };
        let is_plain_text = matches!(scalar, Scalar::Text) && style == Style::Plain;
        self.document.has_merges |= is_plain_text && self.document.text.get(inner.clone()) == Some("<<");
        let quotes = |bytes: usize| u8::try_from(bytes).expect("no quotes are so long");
        let id = self.push(Raw {
            style,
            opening: quotes(inner.start - outer.start),
            closing: quotes(outer.end - inner.end),
            ..raw(payload, &outer)
        });
        if let Some(decoded) = decoded {
            self.extra(id).decoded = Some(decoded.into());
        }
        id
    }

    /// Adds a reference to an earlier node.
    pub fn alias(&mut self, target: NodeId, place: Range<usize>) -> NodeId {
        self.push(raw(Payload::Alias(target), &place))
    }

    /// Opens a list; everything up to [`Builder::close`] is in it.
    pub fn open_list(&mut self, start: usize) -> NodeId {
        self.open(Payload::List { is_empty: true }, start)
    }

    /// Opens a map; up to [`Builder::close`] nodes alternate key and value.
    pub fn open_map(&mut self, start: usize) -> NodeId {
        self.open(Payload::Map { is_empty: true }, start)
    }

    /// Closes the innermost list or map, which ends at `end`.
    pub fn close(&mut self, end: usize) {
        if let Some(open) = self.open.pop() {
            self.document.nodes[open.id.index()].end = cut(end);
        }
    }

    /// Moves the start of a node.
    pub fn starts_at(&mut self, id: NodeId, start: usize) {
        self.document.nodes[id.index()].start = cut(start);
    }

    /// Sets the tag of a node, as written.
    pub fn tag(&mut self, id: NodeId, tag: &str) {
        self.extra(id).tag = Some(tag.into());
    }

    /// Notes a comment.
    pub fn comment(&mut self, place: Range<usize>) {
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
        self.document.comments.sort_unstable();
        self.document.nodes.shrink_to_fit();
        self.document
    }

    fn open(&mut self, payload: Payload, start: usize) -> NodeId {
        let id = self.push(raw(payload, &(start..start)));
        self.open.push(Open { id, last: None });
        id
    }

    fn extra(&mut self, id: NodeId) -> &mut Extra {
        let extras = &mut self.document.extras;
        let raw = &mut self.document.nodes[id.index()];
        if raw.extra == 0 {
            extras.push(Extra::default());
            raw.extra = cut(extras.len());
        }
        &mut extras[raw.extra as usize - 1]
    }

    fn push(&mut self, raw: Raw) -> NodeId {
        let nodes = &mut self.document.nodes;
        let id = NodeId(cut(nodes.len()));
        nodes.push(raw);
        let Some(open) = self.open.last_mut() else {
            self.document.roots.push(id);
            return id;
        };
        match open.last.replace(id) {
            Some(last) => nodes[last.index()].next = id.0,
            None => match &mut nodes[open.id.index()].payload {
                Payload::List { is_empty } | Payload::Map { is_empty } => *is_empty = false,
                _ => {}
            },
        }
        id
    }
}

fn raw(payload: Payload, place: &Range<usize>) -> Raw {
    Raw {
        payload,
        start: cut(place.start),
        end: cut(place.end),
        next: 0,
        extra: 0,
        opening: 0,
        closing: 0,
        style: Style::Plain,
    }
}

fn cut(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
