//! json text to a tree.

use std::sync::Arc;

use super::{Builder, Document, SyntaxError};
use crate::source::SourceId;

/// Reads a text.
///
/// # Errors
/// Where the text is not json.
pub fn parse(source: SourceId, text: &Arc<str>) -> Result<Document, SyntaxError> {
    Ok(Builder::new(source, Arc::clone(text)).finish())
}
