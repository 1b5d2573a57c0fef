//! Our answers against the `cel` crate, on expressions and facts made from random bytes.
//!
//! An absent value is CEL's `null`, an unknown one a key that is missing, and each value
//! of several is tried by hand. `has` is spelt as a comparison with `null`.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::HashMap;

use cel::objects::Value as CelValue;
use proptest::prelude::*;

use super::*;
use crate::config::ParamValue;
use crate::facts::{Count, Seconds};
use crate::rule::sample;
use crate::value::{State, Value};

/// Turns bytes into decisions; when they run out, every decision is the first one.
struct Dice<'b>(&'b [u8]);

impl Dice<'_> {
    fn roll(&mut self, sides: usize) -> usize {
        match self.0.split_first() {
            Some((first, rest)) => {
                self.0 = rest;
                usize::from(*first) % sides
            }
            None => 0,
        }
    }

    fn of<'o>(&mut self, options: &[&'o str]) -> &'o str {
        options[self.roll(options.len())]
    }

    fn state<T>(&mut self, mut value: impl FnMut(&mut Self) -> T) -> Value<T> {
        match self.roll(5) {
            0 | 1 => Value::derived(value(self)),
            2 => Value::absent(),
            3 => Value::unknown("nobody knows", None),
            _ => Value::one_of(vec![value(self), value(self)], None),
        }
    }
}

const TEXTS: &[&str] = &["", "a", "ab", "b"];
const INTS: &[&str] = &["0", "1", "2", "7", "-3", "9223372036854775807"];

/// Writes an expression in our language and in CEL.
struct Writer<'b> {
    dice: Dice<'b>,
    loops: usize,
}

type Pair = (String, String);

fn same(text: impl Into<String>) -> Pair {
    let text = text.into();
    (text.clone(), text)
}

/// Fills each `{}` of a pattern with a part, in both languages.
fn joined(pattern: &str, parts: &[Pair]) -> Pair {
    let fill = |pick: fn(&Pair) -> &str| {
        parts.iter().fold(pattern.to_owned(), |text, part| text.replacen("{}", pick(part), 1))
    };
    (fill(|part| &part.0), fill(|part| &part.1))
}

impl Writer<'_> {
    fn int_field(&mut self) -> String {
        let loop_field = format!("e{}.answer_limit", self.loops);
        let fields = ["event_source.lambda.timeout", "event_source.queue.visibility", "event_source.answer_limit"];
        match self.dice.roll(if self.loops > 0 { 4 } else { 3 }) {
            3 => loop_field,
            at => fields[at].to_owned(),
        }
    }

    fn text_field(&mut self) -> String {
        let loop_field = format!("e{}.function_name", self.loops);
        let fields =
            ["event_source.source", "event_source.lambda.handler", "event_source.function_name", "params.word"];
        match self.dice.roll(if self.loops > 0 { 5 } else { 4 }) {
            4 => loop_field,
            at => fields[at].to_owned(),
        }
    }

    fn int(&mut self, depth: usize) -> Pair {
        match self.dice.roll(if depth == 0 { 2 } else { 6 }) {
            0 => same(self.int_field()),
            1 => same(self.dice.of(INTS)),
            2 => joined("size({})", &[self.text()]),
            3 => joined("(-{})", &[same(self.int_field())]),
            4 => {
                let parts = [self.condition(depth - 1), self.int(depth - 1), self.int(depth - 1)];
                joined("({} ? {} : {})", &parts)
            }
            _ => {
                let operator = self.dice.of(&["+", "-", "*", "/", "%"]);
                let sides = [self.int(depth - 1), self.int(depth - 1)];
                joined(&format!("({{}} {operator} {{}})"), &sides)
            }
        }
    }

    fn text(&mut self) -> Pair {
        match self.dice.roll(3) {
            0 => same(format!("'{}'", self.dice.of(TEXTS))),
            _ => same(self.text_field()),
        }
    }

    fn condition(&mut self, depth: usize) -> Pair {
        match self.dice.roll(if depth == 0 { 4 } else { 11 }) {
            0 => {
                let operator = self.dice.of(&["<", "<=", ">", ">=", "==", "!="]);
                let sides = [self.int(depth.saturating_sub(1)), self.int(depth.saturating_sub(1))];
                joined(&format!("{{}} {operator} {{}}"), &sides)
            }
            1 => joined(&format!("{{}} {} {{}}", self.dice.of(&["==", "!="])), &[self.text(), self.text()]),
            2 => same(self.dice.of(&["true", "false", "event_source.partial_batch", "params.flag"])),
            3 => {
                let field = if self.dice.roll(2) == 0 { self.int_field() } else { self.text_field() };
                match field.starts_with("params") {
                    true => same("true"),
                    false => (format!("has({field})"), format!("({field} != null)")),
                }
            }
            4 => {
                let method = self.dice.of(&["startsWith", "endsWith", "contains"]);
                let text = self.text_field();
                joined(&format!("{text}.{method}({{}})"), &[self.text()])
            }
            5 => joined("{} in ['a', 'b', 'ab']", &[self.text()]),
            6 => joined("!({})", &[self.condition(depth - 1)]),
            7 => joined("({} && {})", &[self.condition(depth - 1), self.condition(depth - 1)]),
            8 => joined("({} || {})", &[self.condition(depth - 1), self.condition(depth - 1)]),
            9 => {
                let parts = [self.condition(depth - 1), self.condition(depth - 1), self.condition(depth - 1)];
                joined("({} ? {} : {})", &parts)
            }
            _ => self.each(depth),
        }
    }

    fn each(&mut self, depth: usize) -> Pair {
        let which = self.dice.of(&["exists", "all"]);
        if self.dice.roll(3) == 0 {
            let sides = [same("w"), self.text()];
            let list = self.dice.of(&["event_source.lambda.layers", "params.words"]);
            return joined(&format!("{list}.{which}(w, {{}} == {{}})"), &sides);
        }
        self.loops += 1;
        let pattern = format!("event_source.lambda.event_sources.{which}(e{}, {{}})", self.loops);
        let body = self.condition(depth - 1);
        self.loops -= 1;
        joined(&pattern, &[body])
    }
}

fn int(dice: &mut Dice<'_>) -> Seconds {
    Seconds([0, 1, 2, 7, -3][dice.roll(5)])
}

fn word(dice: &mut Dice<'_>) -> String {
    dice.of(TEXTS).to_owned()
}

fn facts(dice: &mut Dice<'_>) -> sample::Sample {
    let mut sample = sample::queue_and_function();
    let mut other = sample::event_source("Consume/Other", "sqs", 50);
    other.answer_limit = dice.state(int);
    other.function_name = dice.state(word);
    let other = sample.facts.add(other);
    let lambda = &mut sample.facts[sample.lambda];
    lambda.timeout = dice.state(int);
    lambda.handler = dice.state(word);
    lambda.layers = (0..dice.roll(3)).map(|_| word(dice)).collect();
    lambda.event_sources = [sample.event_source, other].into_iter().take(dice.roll(3)).collect();
    sample.facts[sample.queue].visibility = dice.state(int);
    let (has_lambda, has_queue) = (dice.roll(5) != 4, dice.roll(5) != 4);
    let source = &mut sample.facts[sample.event_source];
    source.answer_limit = dice.state(int);
    source.function_name = dice.state(word);
    source.partial_batch = dice.state(|dice| dice.roll(2) == 0);
    source.batch_size = Value::derived(Count(1));
    source.lambda = source.lambda.filter(|_| has_lambda);
    source.queue = source.queue.filter(|_| has_queue);
    sample
}

/// Facts as CEL maps; `choices` says which of several values each field has this time.
struct Translator<'c> {
    choices: &'c mut Vec<(usize, usize)>,
    met: usize,
}

impl Translator<'_> {
    fn put<T>(&mut self, map: &mut HashMap<String, CelValue>, name: &str, value: &Value<T>, to: fn(&T) -> CelValue) {
        let value = match &value.state {
            State::Known(known) => to(known),
            State::OneOf(values) => {
                if self.met == self.choices.len() {
                    self.choices.push((0, values.len()));
                }
                self.met += 1;
                to(&values[self.choices[self.met - 1].0])
            }
            State::Absent => CelValue::Null,
            State::Unknown(_) => return,
        };
        map.insert(name.to_owned(), value);
    }
}

fn texts(items: &[String]) -> CelValue {
    items.iter().map(|item| item.as_str().into()).collect::<Vec<CelValue>>().into()
}

fn seconds(value: &Seconds) -> CelValue {
    value.0.into()
}

fn nulls(names: &[&str]) -> CelValue {
    names.iter().map(|name| ((*name).to_owned(), CelValue::Null)).collect::<HashMap<_, _>>().into()
}

fn translated(sample: &sample::Sample, choices: &mut Vec<(usize, usize)>) -> CelValue {
    let facts = &sample.facts;
    let mut translator = Translator { choices, met: 0 };
    let sources: Vec<HashMap<String, CelValue>> = facts
        .event_sources
        .iter()
        .map(|source| {
            let mut map = HashMap::from([("source".to_owned(), source.source.as_str().into())]);
            translator.put(&mut map, "answer_limit", &source.answer_limit, seconds);
            translator.put(&mut map, "function_name", &source.function_name, |text| text.as_str().into());
            translator.put(&mut map, "partial_batch", &source.partial_batch, |flag| (*flag).into());
            map
        })
        .collect();
    let mut lambda = HashMap::from([("layers".to_owned(), texts(&facts[sample.lambda].layers))]);
    translator.put(&mut lambda, "timeout", &facts[sample.lambda].timeout, seconds);
    translator.put(&mut lambda, "handler", &facts[sample.lambda].handler, |text| text.as_str().into());
    let linked = facts[sample.lambda].event_sources.iter().map(|link| sources[link.index()].clone().into());
    lambda.insert("event_sources".to_owned(), linked.collect::<Vec<CelValue>>().into());
    let mut queue = HashMap::new();
    translator.put(&mut queue, "visibility", &facts[sample.queue].visibility, seconds);

    let own = &facts[sample.event_source];
    let mut map = sources[sample.event_source.index()].clone();
    let absent = ["timeout", "handler", "layers", "event_sources", "visibility"];
    map.insert("lambda".to_owned(), own.lambda.map_or_else(|| nulls(&absent), |_| lambda.into()));
    map.insert("queue".to_owned(), own.queue.map_or_else(|| nulls(&absent), |_| queue.into()));
    map.into()
}

/// What CEL says for each combination of possible values; `None` is an error.
fn oracle(program: &cel::Program, sample: &sample::Sample) -> Vec<Option<bool>> {
    let mut choices = Vec::new();
    let mut results = Vec::new();
    loop {
        let mut context = cel::Context::default();
        context.add_variable_from_value("event_source", translated(sample, &mut choices));
        let params: HashMap<String, CelValue> = HashMap::from([
            ("word".to_owned(), "a".into()),
            ("flag".to_owned(), true.into()),
            ("words".to_owned(), texts(&["a".to_owned(), "b".to_owned()])),
        ]);
        context.add_variable_from_value("params", params);
        results.push(match program.execute(&context) {
            Ok(CelValue::Bool(value)) => Some(value),
            // A lone absent truth value is `null`.
            Ok(_) | Err(_) => None,
        });
        let Some(at) = choices.iter().rposition(|(at, count)| at + 1 < *count) else { return results };
        choices[at].0 += 1;
        choices[at + 1..].iter_mut().for_each(|choice| choice.0 = 0);
    }
}

fn params() -> Params {
    let mut params = Params::default();
    params.add("word", ParamValue::Text("a".to_owned()));
    params.add("flag", ParamValue::Bool(true));
    params.add("words", ParamValue::Texts(vec!["a".to_owned(), "b".to_owned()]));
    params
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn decided_answers_agree_with_cel(expression in prop::collection::vec(any::<u8>(), 1..60), values in prop::collection::vec(any::<u8>(), 0..40)) {
        let mut writer = Writer { dice: Dice(&expression), loops: 0 };
        let (ours, theirs) = writer.condition(4);
        prop_assume!(ours.len() <= MAX_LENGTH);
        let sample = facts(&mut Dice(&values));
        let params = params();
        let predicate = match Predicate::parse(&ours, Names { kind: Kind::EventSource, params: &params }) {
            Ok(predicate) => predicate,
            Err(faults) => return Err(TestCaseError::fail(format!("{ours}: {faults:?}"))),
        };
        let subject = Subject { facts: &sample.facts, fact: sample.event_source.into(), params: &params };
        let answer = predicate.answer(subject);
        let results = oracle(&cel::Program::compile(&theirs).unwrap(), &sample);
        let says = |wanted: Option<bool>| results.contains(&wanted);
        let agrees = match &answer {
            Answer::Yes => !says(Some(false)) && !says(None),
            Answer::No => !says(Some(true)),
            Answer::Unknown(_) => says(None) || (says(Some(true)) && says(Some(false))),
        };
        prop_assert!(agrees, "{ours}\n{theirs}\n{answer:?}, CEL: {results:?}\n{:#?}", sample.facts.event_sources);
    }
}
