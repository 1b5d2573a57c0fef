//! Templates of messages: text with `{expressions}` over the same checked fields as the predicate.
//!
//! Text that comes from the repository is data: it is made printable in messages and
//! quoted in commands. `{=x}` prints a number without its unit, as one would write it in
//! a file. Braces that are meant as such are doubled.

use std::ops::Range;

use super::predicate::{Expression, Fault, Names, Operand, Shape, Subject};
use super::wording;
use crate::printable::printable;

/// A checked template.
#[derive(Debug)]
pub struct Template {
    segments: Vec<Segment>,
}

#[derive(Debug)]
enum Segment {
    Text(String),
    Value { value: Expression, shape: Shape },
}

impl Template {
    /// Reads and checks a template.
    ///
    /// # Errors
    /// Everything that is wrong with it, with places in its text.
    pub fn parse(text: &str, names: Names<'_>) -> Result<Self, Vec<Fault>> {
        let mut segments = Vec::new();
        let mut faults = Vec::new();
        for piece in pieces(text) {
            match piece {
                Ok(Piece::Text(text)) => segments.push(Segment::Text(text)),
                Ok(Piece::Expression(range)) => match Segment::parse(&text[range.clone()], names) {
                    Ok(segment) => segments.push(segment),
                    Err(found) => faults.extend(found.into_iter().map(|fault| fault.moved(range.start))),
                },
                Err(fault) => faults.push(fault),
            }
        }
        if faults.is_empty() { Ok(Self { segments }) } else { Err(faults) }
    }

    /// The text for a fact, values in words: `60 s`, `30 s or 60 s`, `nothing`.
    pub fn render(&self, subject: Subject<'_>) -> String {
        let mut text = String::new();
        for segment in &self.segments {
            match segment {
                Segment::Text(part) => text.push_str(part),
                Segment::Value { value, shape } => text.push_str(&wording::possible(&value.possible(subject), *shape)),
            }
        }
        text
    }

    /// The text for a fact with values as they are: numbers without units. `None` when a value
    /// is not exactly known or could not stand in a file.
    pub fn render_exact(&self, subject: Subject<'_>) -> Option<String> {
        self.exact(subject, str::to_owned)
    }

    /// A command for a fact: values are quoted for a shell where they need it, unless the whole
    /// command is one value. `None` when a value is not exactly known.
    pub fn render_command(&self, subject: Subject<'_>) -> Option<String> {
        if let [Segment::Value { .. }] = &self.segments[..] {
            return self.render_exact(subject);
        }
        self.exact(subject, shell_quoted)
    }

    fn exact(&self, subject: Subject<'_>, spell: fn(&str) -> String) -> Option<String> {
        let mut text = String::new();
        for segment in &self.segments {
            match segment {
                Segment::Text(part) => text.push_str(part),
                Segment::Value { value, .. } => match value.possible(subject).only()? {
                    Operand::Text(value) if printable(value) == *value => text.push_str(&spell(value)),
                    Operand::Int(value) => text.push_str(&value.to_string()),
                    Operand::Bool(value) => text.push_str(&value.to_string()),
                    _ => return None,
                },
            }
        }
        Some(text)
    }

    pub(super) fn used_params(&self) -> impl Iterator<Item = usize> {
        self.segments
            .iter()
            .flat_map(|segment| match segment {
                Segment::Text(_) => [].as_slice(),
                Segment::Value { value, .. } => value.used_params(),
            })
            .copied()
    }
}

impl Segment {
    fn parse(text: &str, names: Names<'_>) -> Result<Self, Vec<Fault>> {
        let Some(bare) = text.strip_prefix('=') else {
            let value = Expression::parse(text, names)?;
            return Ok(Self::Value { shape: value.shape(), value });
        };
        let moved = |faults: Vec<Fault>| faults.into_iter().map(|fault| fault.moved(1)).collect::<Vec<_>>();
        let value = Expression::parse(bare, names).map_err(moved)?;
        Ok(Self::Value { value, shape: Shape::Plain })
    }
}

/// The first sentence of a text, spaces folded, without its final dot.
pub fn first_sentence(text: &str) -> String {
    let paragraph = text.trim().split("\n\n").next().unwrap_or("");
    let words: Vec<&str> = paragraph.split_whitespace().collect();
    let ends = |at: usize| {
        let next = words.get(at + 1).and_then(|word| word.chars().next());
        words[at].ends_with(['.', '!', '?']) && next.is_none_or(|letter| !letter.is_lowercase())
    };
    let count = (0..words.len()).find(|at| ends(*at)).map_or(words.len(), |at| at + 1);
    let sentence = words[..count].join(" ");
    sentence.strip_suffix('.').map_or(sentence.clone(), str::to_owned)
}

enum Piece {
    Text(String),
    Expression(Range<usize>),
}

/// Cuts a template at its braces.
fn pieces(text: &str) -> Vec<Result<Piece, Fault>> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut at = 0;
    while let Some(found) = text[at..].find(['{', '}']) {
        plain.push_str(&text[at..at + found]);
        at += found;
        let brace = &text[at..=at];
        if text[at + 1..].starts_with(brace) {
            plain.push_str(brace);
            at += 2;
            continue;
        }
        if brace == "}" {
            let fault = Fault::new(at..at + 1, "this brace closes nothing");
            pieces.push(Err(fault.help("double it to print it: `}}`")));
            at += 1;
            continue;
        }
        let Some(length) = closing(&text[at + 1..]) else {
            let fault = Fault::new(at..at + 1, "this brace is not closed");
            pieces.push(Err(fault.help("double it to print it: `{{`")));
            at += 1;
            continue;
        };
        if !plain.is_empty() {
            pieces.push(Ok(Piece::Text(std::mem::take(&mut plain))));
        }
        pieces.push(Ok(Piece::Expression(at + 1..at + 1 + length)));
        at += length + 2;
    }
    plain.push_str(&text[at..]);
    if !plain.is_empty() {
        pieces.push(Ok(Piece::Text(plain)));
    }
    pieces
}

/// Where the brace closes that was opened before `text`; braces in quotes do not count.
fn closing(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, letter) in text.char_indices() {
        match (letter, quote) {
            ('}', None) => return Some(at),
            ('{', None) => return None,
            ('\'' | '"', None) => quote = Some(letter),
            (letter, Some(open)) if letter == open => quote = None,
            _ => {}
        }
    }
    None
}

fn shell_quoted(word: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./:@%+,=".contains(letter);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::config::ParamValue;
    use crate::facts::{Kind, Mebibytes, Seconds};
    use crate::rule::params::Params;
    use crate::rule::sample::{self, place};
    use crate::value::Value;

    fn params() -> Params {
        let mut params = Params::default();
        params.add("factor", ParamValue::Int(6));
        params.add("limit", ParamValue::Int(29));
        params
    }

    fn with_sample<T>(template: &str, render: impl Fn(&Template, Subject<'_>) -> T) -> T {
        let mut sample = sample::queue_and_function();
        let lambda = &mut sample.facts[sample.lambda];
        lambda.timeout = Value::written(Seconds(60), place(40, 42));
        lambda.memory = Value::one_of(vec![Mebibytes(128), Mebibytes(512)], None);
        lambda.handler = Value::unknown("parameter Handler has no default", None);
        lambda.runtime = Value::derived("a b\u{1b}[2J".to_owned());
        lambda.code = Value::derived("it's $(here)".to_owned());
        lambda.layers = vec!["one".to_owned(), "two".to_owned()];
        let params = params();
        let names = Names { kind: Kind::EventSource, params: &params };
        let template = Template::parse(template, names).unwrap_or_else(|faults| panic!("{faults:?}"));
        let subject = Subject { facts: &sample.facts, fact: sample.event_source.into(), params: &params };
        render(&template, subject)
    }

    #[test]
    fn values_are_put_into_words() {
        for (template, text) in [
            ("plain", "plain"),
            ("{event_source.lambda.logical_name} may run {event_source.lambda.timeout}", "Consume may run 60 s"),
            ("at most {params.limit} s", "at most 29 s"),
            ("asks for {event_source.lambda.timeout * params.factor}", "asks for 360 s"),
            ("{params.factor * event_source.lambda.timeout}", "360 s"),
            ("has {event_source.lambda.memory}", "has 128 MB or 512 MB"),
            ("has {2 * event_source.lambda.memory}", "has 256 MB or 1024 MB"),
            ("set {=2 * event_source.lambda.memory}", "set 256 or 1024"),
            ("runs {event_source.lambda.handler}", "runs an unknown value"),
            ("alias {event_source.lambda.alias}", "alias nothing"),
            ("{event_source.lambda.layers} of {size(event_source.lambda.layers)}", "one and two of 2"),
            ("{event_source.lambda.runtime}", "a b\u{FFFD}[2J"),
            ("{{literal}} and {'}' == '{' ? 'same' : 'brace }'}", "{literal} and brace }"),
        ] {
            assert_eq!(with_sample(template, Template::render), text, "{template}");
        }
    }

    #[test]
    fn edits_and_commands_use_values_as_they_are() {
        for (template, exact, command) in [
            ("{event_source.lambda.timeout * 6}", Some("360"), Some("360")),
            ("cd {event_source.lambda.code}", Some("cd it's $(here)"), Some("cd 'it'\\''s $(here)'")),
            ("{event_source.lambda.code}", Some("it's $(here)"), Some("it's $(here)")),
            ("{event_source.lambda.memory}", None, None),
            ("{event_source.lambda.handler}", None, None),
            ("{event_source.lambda.alias}", None, None),
            ("run {event_source.lambda.runtime}", None, None),
        ] {
            assert_eq!(with_sample(template, Template::render_exact).as_deref(), exact, "{template}");
            assert_eq!(with_sample(template, Template::render_command).as_deref(), command, "{template}");
        }
    }

    #[test]
    fn faults_point_into_the_template() {
        for (template, at, message) in [
            ("a {event_source.lamda.timeout}", "lamda", "event_source has no field `lamda`"),
            ("a {event_source.lambda} b", "event_source.lambda", "a fact (lambda) cannot be printed"),
            ("a {=event_source.lamda.timeout}", "lamda", "event_source has no field `lamda`"),
            ("a {} b", "", "the expression ends where a value is expected"),
            ("a { b", "{", "this brace is not closed"),
            ("a } b", "}", "this brace closes nothing"),
        ] {
            let params = params();
            let faults = Template::parse(template, Names { kind: Kind::EventSource, params: &params }).unwrap_err();
            let [fault] = &faults[..] else { panic!("{template}: {faults:?}") };
            assert_eq!((&template[fault.range.clone()], fault.message.as_str()), (at, message), "{template}");
        }
    }

    #[test]
    fn a_sentence_ends_before_the_next_one() {
        for (text, sentence) in [
            ("Set it. Then go on.", "Set it"),
            ("use app.handler, e.g. this one\nand that.\n\nMore.", "use app.handler, e.g. this one and that"),
            ("  Why? Because.", "Why?"),
            ("", ""),
        ] {
            assert_eq!(first_sentence(text), sentence);
        }
    }
}
