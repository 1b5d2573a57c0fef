//! JSON5 text to a tree, from the nodes of `jsonc-parser`: keys without quotes, single quotes, comments, trailing commas.

use std::ops::Range;
use std::sync::Arc;

use jsonc_parser::ast::{ObjectPropName, Value};
use jsonc_parser::common::Ranged;
use jsonc_parser::errors::ParseError;
use jsonc_parser::tokens::Token;
use jsonc_parser::{CollectOptions, CommentCollectionStrategy, ParseOptions, parse_to_ast};

use super::{Builder, Document, MAX_DEPTH, Scalar, Style, SyntaxError};
use crate::source::SourceId;

/// Reads a text of JSON5.
///
/// # Errors
/// Where the text is not JSON5, or nests deeper than [`MAX_DEPTH`].
pub fn parse(source: SourceId, text: &Arc<str>) -> Result<Document, SyntaxError> {
    let collect = CollectOptions { comments: CommentCollectionStrategy::AsTokens, tokens: true };
    let options = ParseOptions { allow_missing_commas: false, ..ParseOptions::default() };
    let read = parse_to_ast(text, &collect, &options).map_err(|error| refused(&error))?;
    let Some(value) = read.value else { return Err(SyntaxError::new("the file is empty", 0..0)) };
    let mut builder = Builder::new(source, Arc::clone(text));
    add(&mut builder, &value)?;
    for token in read.tokens.into_iter().flatten() {
        if matches!(token.token, Token::CommentLine(_) | Token::CommentBlock(_)) {
            builder.comment(place(&token));
        }
    }
    Ok(builder.finish())
}

fn refused(error: &ParseError) -> SyntaxError {
    let message = error.kind().to_string();
    let mut letters = message.chars();
    let first = letters.next().map(|letter| letter.to_ascii_lowercase());
    SyntaxError::new(first.into_iter().chain(letters).collect::<String>(), place(&error.range()))
}

fn place(part: &impl Ranged) -> Range<usize> {
    let range = part.range();
    range.start..range.end.max(range.start)
}

fn add(builder: &mut Builder, value: &Value<'_>) -> Result<(), SyntaxError> {
    let at = place(value);
    match value {
        Value::StringLit(text) => string(builder, &text.value, at),
        Value::NumberLit(number) => plain(builder, self::number(number.value), at),
        Value::BooleanLit(bool) => plain(builder, Scalar::Bool(bool.value), at),
        Value::NullKeyword(_) => plain(builder, Scalar::Null, at),
        _ if builder.depth() >= MAX_DEPTH => return Err(SyntaxError::too_deep(at.start)),
        Value::Array(list) => {
            builder.open_list(at.start);
            list.elements.iter().try_for_each(|element| add(builder, element))?;
            builder.close(at.end);
        }
        Value::Object(map) => {
            builder.open_map(at.start);
            for entry in &map.properties {
                match &entry.name {
                    ObjectPropName::String(name) => string(builder, &name.value, place(name)),
                    ObjectPropName::Word(name) => plain(builder, Scalar::Text, place(name)),
                }
                add(builder, &entry.value)?;
            }
            builder.close(at.end);
        }
    }
    Ok(())
}

fn string(builder: &mut Builder, decoded: &str, outer: Range<usize>) {
    let inner = outer.start + 1..outer.end - 1;
    let is_written = builder.text().get(inner.clone()) == Some(decoded);
    builder.scalar(Scalar::Text, Style::Quoted, outer, inner, (!is_written).then_some(decoded));
}

fn plain(builder: &mut Builder, scalar: Scalar, at: Range<usize>) {
    builder.scalar(scalar, Style::Plain, at.clone(), at, None);
}

fn number(written: &str) -> Scalar {
    let digits = written.trim_start_matches(['+', '-']);
    let hexadecimal = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"));
    let sign = if written.starts_with('-') { -1 } else { 1 };
    let whole = match hexadecimal {
        Some(digits) => i64::from_str_radix(digits, 16).map(|number| sign * number),
        None => written.parse(),
    };
    whole.map_or_else(|_| Scalar::Float(written.parse().unwrap_or(f64::NAN)), Scalar::Int)
}
