//! Looking things up in a document.

use std::collections::HashSet;

use super::{Document, Extra, Kind, NodeId, Payload, Raw, Style};
use crate::source::Span;

/// How many merges one look-up follows before it gives up.
const MERGE_BUDGET: usize = 64;

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
    /// The node of an id; an alias gives what it stands for, which is never an alias itself.
    pub(super) fn new(document: &'d Document, id: NodeId) -> Self {
        match document.nodes[id.index()].payload {
            Payload::Alias(target) => Self { document, id: target },
            _ => Self { document, id },
        }
    }

    fn raw(self) -> &'d Raw {
        &self.document.nodes[self.id.index()]
    }

    fn extra(self) -> Option<&'d Extra> {
        let index = (self.raw().extra as usize).checked_sub(1)?;
        Some(&self.document.extras[index])
    }

    /// The nodes in a list or map itself, before aliases are resolved.
    fn children(self) -> impl Iterator<Item = NodeId> {
        let first = match self.raw().payload {
            Payload::List { is_empty: false } | Payload::Map { is_empty: false } => self.id.0 + 1,
            _ => 0,
        };
        let nodes = &self.document.nodes;
        std::iter::successors(Some(first), |id| Some(nodes[*id as usize].next)).take_while(|id| *id != 0).map(NodeId)
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
        let (start, end) = self.inner();
        self.document.place(start, end)
    }

    /// The bytes of a scalar's text in the text of the document, which may be a part of its source.
    fn inner(self) -> (u32, u32) {
        let raw = self.raw();
        (raw.start + u32::from(raw.opening), raw.end - u32::from(raw.closing))
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
        self.extra()?.tag.as_deref()
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

    /// Whether it is a scalar of this text.
    fn spells(self, text: &str) -> bool {
        // Lengths differ most often, and tell it without a look at the text.
        let (start, end) = self.inner();
        let may = self.raw().extra != 0 || (end - start) as usize == text.len();
        may && self.scalar() == Some(text)
    }

    fn scalar_text(self) -> &'d str {
        match self.extra().and_then(|extra| extra.decoded.as_deref()) {
            Some(decoded) => decoded,
            None => {
                let (start, end) = self.inner();
                self.document.text.get(start as usize..end as usize).unwrap_or("")
            }
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
    /// It looks at every entry: to find many keys of a large map, walk its entries once.
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
        if let Some(own) = self.own_entries().filter(|entry| entry.key.spells(key)).last() {
            return Some(own);
        }
        if !self.document.has_merges {
            return None;
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

    /// Whether it is the key of a merge: `<<` without quotes.
    pub(super) fn is_merge(self) -> bool {
        self.kind() == Kind::Text && self.style() == Style::Plain && self.scalar_text() == "<<"
    }

    /// The entries of a mapping in order, merged ones last; a key written twice comes twice.
    pub fn entries(self) -> Vec<Entry<'d>> {
        let (merges, mut all): (Vec<_>, Vec<_>) = self.own_entries().partition(|entry| entry.key.is_merge());
        if merges.is_empty() {
            return all;
        }
        let mut known: HashSet<_> = all.iter().filter_map(|entry| entry.key.scalar()).collect();
        let mut pending: Vec<Self> = merges.into_iter().rev().map(|entry| entry.value).collect();
        for _ in 0..MERGE_BUDGET {
            let Some(merged) = pending.pop() else { break };
            let mut deeper: Vec<Self> = merged.items().take(MERGE_BUDGET).collect();
            for entry in merged.own_entries() {
                if entry.key.is_merge() {
                    deeper.push(entry.value);
                } else if entry.key.scalar().is_none_or(|name| known.insert(name)) {
                    all.push(entry);
                }
            }
            pending.extend(deeper.into_iter().rev());
        }
        all
    }

    /// The entries written in this mapping itself, `<<` among them.
    pub fn own_entries(self) -> impl Iterator<Item = Entry<'d>> {
        let is_map = self.is_map();
        let mut children = self.children().take_while(move |_| is_map).map(move |id| Self::new(self.document, id));
        std::iter::from_fn(move || Some(Entry { key: children.next()?, value: children.next()? }))
    }

    /// The items of a list; none for anything else.
    pub fn items(self) -> impl Iterator<Item = Self> {
        let is_list = self.is_list();
        self.children().take_while(move |_| is_list).map(move |id| Self::new(self.document, id))
    }
}
