//! The object that a module exports as a tree, like that of a file of configuration.
//!
//! What the text does not decide stands as a scalar with the tag [`CODE`]; what is spread from elsewhere stands
//! under the key [`SPREAD`].

use std::ops::Range;
use std::sync::Arc;

use super::script::exported;
use crate::literal::{Expression, Literal, Map, Script};
use crate::source::SourceId;
use crate::syntax::{Builder, Document, MAX_DEPTH, Scalar, Style};

/// The tag of a value that only a run of the module tells.
pub const CODE: &str = "!code";

/// The key of a map that is spread into another.
pub const SPREAD: &str = "...";

/// More nodes than this are not made: names that stand for maps may double with each use.
const NODES: usize = 50_000;

/// Reads the object that a module exports.
///
/// # Errors
/// Why there is none to be read: a phrase such as `it exports what the call of f returns`.
pub fn document(source: SourceId, text: &Arc<str>) -> Result<Document, String> {
    let Some((script, value)) = exported(text) else {
        return Err("it exports no object that its text shows".to_owned());
    };
    let object = match &script.settled(&value).literal {
        Literal::Map(map) => map,
        Literal::Call(call) => return Err(format!("it exports what the call of {} returns", call.callee)),
        _ => return Err(format!("it exports `{}`, which only a run of it tells", value.written())),
    };
    Ok(written(&script, source, text, object, value.place.clone()))
}

fn written(script: &Script, source: SourceId, text: &Arc<str>, object: &Map, place: Range<usize>) -> Document {
    let mut writing = Writing { script, builder: Builder::new(source, Arc::clone(text)), left: NODES };
    writing.map(object, place, MAX_DEPTH);
    writing.builder.finish()
}

struct Writing<'s> {
    script: &'s Script,
    builder: Builder,
    /// How many more nodes are made.
    left: usize,
}

impl<'s> Writing<'s> {
    fn map(&mut self, map: &'s Map, place: Range<usize>, depth: usize) {
        self.builder.open_map(place.start);
        self.entries(map, depth);
        self.builder.close(place.end);
    }

    fn entries(&mut self, map: &'s Map, depth: usize) {
        for (key, value) in &map.entries {
            let Some(key) = key else {
                match (&self.script.settled(value).literal, depth.checked_sub(1)) {
                    (Literal::Map(spread), Some(depth)) if self.left > 0 => self.entries(spread, depth),
                    _ => {
                        self.text(SPREAD, value.place.start..value.place.start);
                        self.code(value);
                    }
                }
                continue;
            };
            self.text(&key.name, key.place.clone());
            self.value(value, depth);
        }
    }

    fn value(&mut self, written: &'s Expression, depth: usize) {
        let value = self.script.settled(written);
        let place = value.place.clone();
        self.left = self.left.saturating_sub(1);
        let (Some(depth), true) = (depth.checked_sub(1), self.left > 0) else { return self.code(written) };
        match &value.literal {
            Literal::Null => self.scalar(Scalar::Null, place),
            Literal::Bool(truth) => self.scalar(Scalar::Bool(*truth), place),
            Literal::Number(number) => {
                let text = number.to_string();
                self.builder.scalar(Scalar::Int(*number), Style::Plain, place.clone(), place, Some(&text));
            }
            Literal::Text(text) => self.text(text, place),
            Literal::Map(map) => self.map(map, place, depth),
            Literal::List(items) => {
                self.builder.open_list(place.start);
                items.iter().for_each(|item| self.value(item, depth));
                self.builder.close(place.end);
            }
            Literal::Joined(pieces) => {
                let texts: Option<String> = pieces.iter().map(|piece| self.script.settled(piece).text()).collect();
                match texts {
                    Some(text) => self.text(&text, place),
                    None => self.code(written),
                }
            }
            Literal::Name(_) | Literal::Call(_) | Literal::Other(_) => self.code(written),
        }
    }

    fn scalar(&mut self, scalar: Scalar, place: Range<usize>) {
        self.builder.scalar(scalar, Style::Plain, place.clone(), place, None);
    }

    /// A text, with the quotes that it is written in.
    fn text(&mut self, text: &str, place: Range<usize>) {
        let inner = place.start + 1..place.end.saturating_sub(1);
        let is_quoted = self.builder.text().get(place.clone()).is_some_and(|text| text.starts_with(['"', '\'', '`']));
        let is_whole = is_quoted && inner.start <= inner.end;
        let (style, inner) = if is_whole { (Style::Quoted, inner) } else { (Style::Plain, place.clone()) };
        self.builder.scalar(Scalar::Text, style, place, inner, Some(text));
    }

    fn code(&mut self, value: &Expression) {
        let place = value.place.clone();
        let id = self.builder.scalar(Scalar::Text, Style::Plain, place.clone(), place, Some(&value.written()));
        self.builder.tag(id, CODE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Document, String> {
        document(SourceId::FIRST, &text.into())
    }

    #[test]
    fn literal_objects_become_trees() {
        let document = read(
            "import hello from './hello';\nconst common = { memorySize: 512, runtime: 'nodejs20.x' };\n\
             const service: AWS = { service: `api`, provider: { name: 'aws', ...common, timeout: 5 * 6, stage: stage() },\n\
             functions: { hello, ...rest } };\nmodule.exports = service;",
        )
        .unwrap();
        let root = document.root();
        assert_eq!(root.get("service").unwrap().text(), Some("api"));
        assert_eq!(root.at(&["provider", "memorySize"]).unwrap().int(), Some(512));
        assert_eq!(root.at(&["provider", "timeout"]).unwrap().int(), Some(30));
        let name = root.at(&["provider", "name"]).unwrap();
        let place = |span: crate::source::Span| document.text().get(span.start as usize..span.end as usize);
        assert_eq!((place(name.span()), place(name.inner_span())), (Some("'aws'"), Some("aws")));
        assert_eq!(root.at(&["provider", "stage"]).unwrap().tag(), Some(CODE));
        let hello = root.at(&["functions", "hello"]).unwrap();
        assert_eq!((hello.tag(), hello.text()), (Some(CODE), Some("hello")));
        assert_eq!(root.at(&["functions", SPREAD]).unwrap().text(), Some("rest"));
    }

    #[test]
    fn what_is_no_object_says_why() {
        for (text, reason) in [
            ("export default build();", "it exports what the call of build returns"),
            ("export const a = 1;", "it exports no object that its text shows"),
            ("export default async () => ({});", "it exports `async () => ({})`, which only a run of it tells"),
        ] {
            assert_eq!(read(text).unwrap_err(), reason, "{text}");
        }
    }

    #[test]
    fn objects_that_hold_themselves_end() {
        let mut text = "const a0 = { a0 };\n".to_owned();
        for at in 1..40 {
            text.push_str(&format!("const a{at} = {{ x: a{}, y: a{}, ...a{} }};\n", at - 1, at - 1, at - 1));
        }
        text.push_str("export default a39;");
        assert!(read(&text).is_ok());
    }
}
