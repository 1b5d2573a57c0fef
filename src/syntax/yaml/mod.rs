//! YAML text to a tree, from the events of `granit-parser`.
//!
//! Texts as machines write them are read in one pass of our own ([`plain`]), which is several times
//! as fast. Plain scalars are resolved by the core rules of YAML 1.2 and keep their text. Aliases stay
//! references; what they stand for is counted, so that a walk over the tree that follows them
//! meets at most [`ALIAS_BUDGET`] values more than the text has, and never goes deeper than
//! [`MAX_DEPTH`].

mod error;
mod plain;
mod scalar;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use granit_parser::{Event, Parser, ScalarStyle, StructureStyle, Tag};

use super::{Builder, Document, MAX_DEPTH, NodeId, Scalar, Style, SyntaxError};
use crate::source::SourceId;
use scalar::resolve;

/// How many values the aliases of one text may stand for, all together.
pub const ALIAS_BUDGET: usize = 1_000_000;

/// Reads a text, which may hold several documents.
///
/// # Errors
/// Where the text is not YAML, nests deeper than [`MAX_DEPTH`], uses an anchor that is not
/// defined before, or one inside the value it names, or aliases that stand for too much.
pub fn parse(source: SourceId, text: &Arc<str>) -> Result<Document, SyntaxError> {
    match plain::read(source, text) {
        Some(document) => Ok(document),
        None => parse_whole(source, text),
    }
}

/// Reads a text of the whole language.
pub(super) fn parse_whole(source: SourceId, text: &Arc<str>) -> Result<Document, SyntaxError> {
    let mut options = granit_parser::options! {
        emit_unresolved_aliases: true,
        flow_nesting_limit: MAX_DEPTH + 1,
        block_nesting_limit: MAX_DEPTH + 1,
    };
    // The default of 96 refuses a key that is followed by 97 comment lines.
    options.max_buffered_comment_events = usize::MAX;
    let mut reading = Reading {
        text,
        builder: Builder::new(source, Arc::clone(text)),
        open: Vec::new(),
        anchors: BTreeMap::new(),
        aliased: 0,
        end: 0,
        comments: Vec::new(),
    };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| error::plain_words(text, &error))?;
        let start = error::byte(text, &span.start);
        let place = start..error::byte(text, &span.end).max(start);
        reading.event(&event, place, span.tag_span().and_then(|tag| tag.slice(text)))?;
    }
    Ok(reading.builder.finish())
}

/// Reads a text if it is plain, to hold the two ways against each other.
#[cfg(test)]
pub(super) fn plain_only(source: SourceId, text: &Arc<str>) -> Option<Document> {
    plain::read(source, text)
}

/// A list or map that is being read.
struct Open {
    id: NodeId,
    is_map: bool,
    is_block: bool,
    anchor: usize,
    children: usize,
    /// Values in it, itself included, aliases counted as what they stand for.
    size: usize,
    /// How deep its values nest, aliases included: 1 for a list of scalars.
    height: usize,
}

/// What an anchor names.
#[derive(Clone, Copy)]
struct Anchored {
    id: NodeId,
    /// `None` while the value is still being read.
    extent: Option<(usize, usize)>,
}

struct Reading<'t> {
    text: &'t str,
    builder: Builder,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Anchored>,
    aliased: usize,
    /// Where the last token of the content ended.
    end: usize,
    /// The comments so far.
    comments: Vec<Range<usize>>,
}

impl Reading<'_> {
    fn event(&mut self, event: &Event<'_>, place: Range<usize>, tag: Option<&str>) -> Result<(), SyntaxError> {
        match event {
            Event::Scalar(value, style, anchor, resolved) => {
                let id = self.scalar(value, *style, resolved.as_deref(), &place);
                self.finish_node(id, *anchor, tag, 1, 0);
            }
            Event::SequenceStart(style, anchor, _) => self.open(false, *style, *anchor, tag, &place)?,
            Event::MappingStart(style, anchor, _) => self.open(true, *style, *anchor, tag, &place)?,
            Event::SequenceEnd | Event::MappingEnd => self.close(&place),
            Event::Alias(anchor) => self.alias(*anchor, place)?,
            Event::UnresolvedAlias(name) => {
                return Err(SyntaxError::new(format!("no anchor `&{name}` stands before this alias"), place));
            }
            Event::Comment(..) => {
                self.comments.push(place.clone());
                self.builder.comment(place);
            }
            _ => self.end = self.end.max(place.end),
        }
        Ok(())
    }

    fn open(
        &mut self,
        is_map: bool,
        style: StructureStyle,
        anchor: usize,
        tag: Option<&str>,
        place: &Range<usize>,
    ) -> Result<(), SyntaxError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(SyntaxError::too_deep(place.start));
        }
        let is_block = style == StructureStyle::Block;
        let in_map = self.open.last().is_some_and(|parent| parent.is_map);
        let start = if is_block && !is_map && in_map { self.list_start(place.start) } else { place.start };
        let id = if is_map { self.builder.open_map(start) } else { self.builder.open_list(start) };
        if let Some(tag) = tag {
            self.builder.tag(id, tag);
        }
        if anchor != 0 {
            self.anchors.insert(anchor, Anchored { id, extent: None });
        }
        self.open.push(Open { id, is_map, is_block, anchor, children: 0, size: 1, height: 1 });
        self.end = if is_block { self.end.max(start) } else { place.end };
        Ok(())
    }

    fn close(&mut self, place: &Range<usize>) {
        let Some(closed) = self.open.pop() else { return };
        if !closed.is_block && place.end > place.start {
            self.end = place.end;
        }
        self.builder.close(self.end);
        if closed.anchor != 0 {
            let extent = Some((closed.size, closed.height));
            self.anchors.insert(closed.anchor, Anchored { id: closed.id, extent });
        }
        self.count(closed.size, closed.height);
    }

    fn alias(&mut self, anchor: usize, place: Range<usize>) -> Result<(), SyntaxError> {
        let name = self.text.get(place.start + 1..place.end).unwrap_or("");
        let Some(target) = self.anchors.get(&anchor).copied() else {
            return Err(SyntaxError::new(format!("no anchor `&{name}` stands before this alias"), place));
        };
        let Some((size, height)) = target.extent else {
            return Err(SyntaxError::new(format!("this alias stands inside the value that `&{name}` names"), place));
        };
        if self.open.len() + height > MAX_DEPTH {
            return Err(SyntaxError::too_deep(place.start));
        }
        self.aliased += size;
        if self.aliased > ALIAS_BUDGET {
            let message = format!("the aliases up to here stand for more than {ALIAS_BUDGET} values");
            return Err(SyntaxError::new(message, place));
        }
        self.end = place.end;
        self.builder.alias(target.id, place);
        self.count(size, height);
        Ok(())
    }

    fn finish_node(&mut self, id: NodeId, anchor: usize, tag: Option<&str>, size: usize, height: usize) {
        if let Some(tag) = tag {
            self.builder.tag(id, tag);
        }
        if anchor != 0 {
            self.anchors.insert(anchor, Anchored { id, extent: Some((size, height)) });
        }
        self.count(size, height);
    }

    fn count(&mut self, size: usize, height: usize) {
        if let Some(parent) = self.open.last_mut() {
            parent.children += 1;
            parent.size += size;
            parent.height = parent.height.max(height + 1);
        }
    }

    fn scalar(&mut self, value: &str, style: ScalarStyle, tag: Option<&Tag>, place: &Range<usize>) -> NodeId {
        let text = self.text;
        if style == ScalarStyle::Plain && place.is_empty() {
            return self.empty(value, tag, place.start);
        }
        let (style, outer, inner) = match style {
            ScalarStyle::Plain => (Style::Plain, place.clone(), place.clone()),
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                let end = place.end.saturating_sub(1).max(place.start + 1);
                (Style::Quoted, place.clone(), place.start + 1..end)
            }
            ScalarStyle::Literal | ScalarStyle::Folded => {
                let shown = text.get(place.clone()).unwrap_or("").trim_end_matches(['\n', '\r', ' ', '\t']);
                let place = place.start..place.start + shown.len();
                (Style::Block, place.clone(), place)
            }
        };
        self.end = outer.end;
        let scalar = resolve(value, style, tag);
        let decoded = (text.get(inner.clone()) != Some(value)).then_some(value);
        self.builder.scalar(scalar, style, outer, inner, decoded)
    }

    /// A value that is not written: `a:`, `-`, or a tag with nothing after it.
    fn empty(&mut self, value: &str, tag: Option<&Tag>, at: usize) -> NodeId {
        let bytes = self.text.as_bytes();
        let is_value = self.open.last().is_some_and(|parent| parent.is_map && parent.children % 2 == 1);
        let colon = is_value.then(|| colon_after(bytes, at)).flatten();
        let at = colon.map_or_else(|| self.content_end(at), |colon| colon + 1);
        self.end = self.end.max(at);
        let scalar = match tag {
            Some(_) if value.is_empty() => resolve("", Style::Plain, tag),
            _ => Scalar::Null,
        };
        self.builder.scalar(scalar, Style::Plain, at..at, at..at, None)
    }

    /// Where a block list that is a map's value begins. For a list that is not indented below its
    /// key the parser gives the place after the first dash and its comment.
    fn list_start(&self, at: usize) -> usize {
        let before = self.text.get(..self.content_end(at)).unwrap_or("");
        let Some(rest) = before.strip_suffix('-') else { return at };
        let indentation = rest.rsplit(['\n', '\r']).next().unwrap_or("");
        if indentation.bytes().all(|byte| byte == b' ') { rest.len() } else { at }
    }

    /// The end of what stands before `at`, spaces, line ends and comments passed over.
    fn content_end(&self, mut at: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut comments = self.comments.iter().rev();
        loop {
            while at > self.end && matches!(bytes[at - 1], b' ' | b'\t' | b'\n' | b'\r') {
                at -= 1;
            }
            match comments.next() {
                Some(comment) if comment.end == at && comment.start >= self.end => at = comment.start,
                _ => return at,
            }
        }
    }
}

fn colon_after(bytes: &[u8], at: usize) -> Option<usize> {
    let spaces = bytes[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    (bytes.get(at + spaces) == Some(&b':')).then_some(at + spaces)
}
