//! What a command runs besides its own words: each recipe that the values of its expressions name, and the commands that it hands to
//! a function as a text.

use std::collections::BTreeMap;

use crate::lock_use::{self, Call, Invocation};
use crate::shell::{self, Command, Word};

/// More commands than this are not made of one.
const MOST: usize = 100;

/// The recipes that an invocation runs, over all values of the expressions in it.
pub(super) fn call(invocation: &Invocation, matrix: &BTreeMap<String, Vec<String>>) -> Option<Call> {
    let mut calls = commands(&invocation.arguments, matrix).into_iter().filter_map(|arguments| {
        let one = Invocation { arguments, ..invocation.clone() };
        lock_use::call(&one)
    });
    let mut first = calls.next()?;
    for other in
        calls.filter(|other| other.directory == first.directory && other.file == first.file).collect::<Vec<_>>()
    {
        let more: Vec<String> = other.names.into_iter().filter(|name| !first.names.contains(name)).collect();
        first.names.extend(more);
    }
    Some(first)
}

/// The words with each value put in.
fn commands(words: &[Word], matrix: &BTreeMap<String, Vec<String>>) -> Vec<Vec<Word>> {
    let mut found = vec![words.to_vec()];
    for (expression, values) in matrix {
        if words.iter().any(|word| word.text.contains(expression)) {
            let each = found.iter().flat_map(|words| values.iter().map(|value| put(words, expression, value)));
            found = each.take(MOST).collect();
        }
    }
    found
}

/// A value that is a word of its own may be several.
fn put(words: &[Word], expression: &str, value: &str) -> Vec<Word> {
    let with = |word: &Word, text: String| {
        let dynamic = word.dynamic && text.contains(['$', '`']);
        Word { text, dynamic, span: word.span.clone() }
    };
    let replaced = |word: &Word| match word.text == expression {
        true => value.split_whitespace().map(|text| with(word, text.to_owned())).collect(),
        false if word.text.contains(expression) => vec![with(word, word.text.replace(expression, value))],
        false => vec![word.clone()],
    };
    words.iter().flat_map(replaced).collect()
}

/// The commands in texts that are handed to a function of the script, where that evaluates them: `check "just lint"`.
pub(super) fn handed(script: &str, command: &Command) -> Vec<Invocation> {
    let is_function = |word: &&Word| script.contains(&format!("{}()", word.text)) && script.contains("eval ");
    let Some((_, texts)) = command.words.split_first().filter(|(name, _)| is_function(name)) else { return Vec::new() };
    let texts = texts.iter().filter(|word| !word.dynamic && word.text.contains(' '));
    let commands = texts.flat_map(|word| shell::parse(&word.text, None).unwrap_or_default());
    let placed = commands.map(|inner| Command { span: command.span.clone(), ..inner });
    let invocations = placed.flat_map(|inner| lock_use::invocations(&inner));
    invocations.map(|invocation| Invocation { literal: false, ..invocation }).collect()
}
