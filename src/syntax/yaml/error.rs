//! The parser's errors in plain words.

use granit_parser::{ErrorKind, Marker, ScanError};

use crate::syntax::SyntaxError;

/// The byte of a place.
pub(super) fn byte(text: &str, marker: &Marker) -> usize {
    let counted = || text.char_indices().nth(marker.index()).map_or(text.len(), |(at, _)| at);
    marker.byte_offset().unwrap_or_else(counted).min(text.len())
}

/// The error with its place: the character at which the parser stopped.
pub(super) fn plain_words(text: &str, error: &ScanError) -> SyntaxError {
    let start = byte(text, error.marker());
    let message = match error.kind() {
        ErrorKind::RecursionLimitExceeded => return SyntaxError::too_deep(start),
        ErrorKind::UnexpectedCharacter { character } => {
            format!("a text without quotes cannot begin with `{}`", character.escape_default())
        }
        ErrorKind::UnclosedFlowCollection { open } => format!("this `{open}` is never closed"),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => format!("this `{open}` is closed by a `{close}`"),
        kind => words(kind).map_or_else(|| error.info(), str::to_owned),
    };
    let end = text[start..].chars().next().map_or(start, |first| start + first.len_utf8());
    SyntaxError::new(message, start..end)
}

/// Words for the mistakes that people make; the rest keep the parser's own.
fn words(kind: &ErrorKind) -> Option<&'static str> {
    Some(match kind {
        ErrorKind::MappingValueNotAllowed => {
            "no `key: value` can stand here: check the indentation, or put a text that holds `: ` in quotes"
        }
        ErrorKind::ExpectedBlockMappingKey => "expected a key of the map above: check the indentation of this line",
        ErrorKind::ExpectedBlockSequenceEntry => "expected `- ` of the list above: check the indentation of this line",
        ErrorKind::BlockSequenceEntryNotAllowed => "no list item can stand here: begin it on a line of its own",
        ErrorKind::BlockEntryInFlowCollection => "no `- ` can stand inside brackets",
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => "expected a key with `:` after it",
        ErrorKind::TabNotAllowed | ErrorKind::TabInBlockIndentation | ErrorKind::TabInIndentation => {
            "tabs cannot indent YAML, only spaces can"
        }
        ErrorKind::TabAtBlockScalarStart => "the text of a block cannot begin with a tab",
        ErrorKind::UnclosedQuotedScalar => "this quote is never closed",
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            "nothing can stand after a closing quote"
        }
        ErrorKind::UnknownQuotedScalarEscape => {
            "an unknown escape: a backslash stands for itself in single quotes only"
        }
        ErrorKind::MisplacedFlowCollectionEnd => "this bracket closes nothing",
        ErrorKind::ExpectedFlowMappingSeparator => "expected `,` or `}`",
        ErrorKind::ExpectedFlowSequenceSeparator => "expected `,` or `]`",
        ErrorKind::InvalidColonPlacement => "no `:` can stand here: is a bracket above not closed?",
        ErrorKind::MissingAnchorOrAliasName => "`&` and `*` are followed by a name: put other text in quotes",
        ErrorKind::InvalidBlockScalarHeader => "only a comment can follow `|` or `>` on their line",
        ErrorKind::CommentInterceptedScalar => "no comment can stand inside a text of several lines",
        ErrorKind::CommentNotSeparated => "a comment needs a space before its `#`",
        ErrorKind::InvalidIndentation
        | ErrorKind::InvalidBlockScalarIndent
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::InvalidFlowScalarIndent => "this line is indented less than the value that it is part of",
        ErrorKind::ExpectedDocumentStart => "nothing can stand here: the value of this document is complete above",
        ErrorKind::UndeclaredTagHandle => "no `%TAG` line declares this kind of tag",
        ErrorKind::UnexpectedEof
        | ErrorKind::UnexpectedEofFlowSequence
        | ErrorKind::UnexpectedEofFlowMapping
        | ErrorKind::UnexpectedEofImplicitFlowMapping
        | ErrorKind::UnexpectedEofBlockSequence
        | ErrorKind::UnexpectedEofBlockMapping => "the text ends inside a list or map",
        _ => return None,
    })
}
