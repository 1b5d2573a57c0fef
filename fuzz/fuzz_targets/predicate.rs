//! Any text is a rule, a condition and a message, or problems that point into the file; what loads can be judged.
#![no_main]

use reproof::engine::{Settings, judge};
use reproof::read::{read_alone, reader};
use reproof::rule::{RuleFile, RuleSet};
use reproof::source::Sources;

const TEMPLATE: &str = "Resources:\n  Fn:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: python3.13\n";

const RULE: &str = "title = 'a'\nseverity = 'error'\nfor = 'template'\nwhy = 'a'\nfix = 'a'\nparams = { limit = 3, names = ['a'] }\n\
    good = [{ 'a' = 'a' }]\nbad = [{ line = 1, 'a' = 'a' }]\nedit = 'a'\n";

libfuzzer_sys::fuzz_target!(|text: &str| {
    load(text);
    let quoted = serde_json::Value::from(text).to_string();
    load(&format!("{RULE}when = 'true'\nmessage = {quoted}\n"));
    load(&format!("{RULE}when = {quoted}\nmessage = 'a'\n"));
});

fn load(text: &str) {
    let mut sources = Sources::default();
    let file = RuleFile { path: "own/a.toml".to_owned(), text: text.to_owned() };
    let rules = RuleSet::load_own(&[file], &mut sources);
    assert!(rules.problems().is_empty() != rules.rules().is_empty());
    for problem in rules.problems() {
        assert!(text.get(problem.span.range()).is_some(), "{problem:?}");
    }
    let facts = read_alone(reader("cloudformation").unwrap(), "template.yaml", TEMPLATE).facts;
    for rule in rules.rules() {
        judge(&[rule], &Settings::alone(rule, rule.params.clone()), &facts, &sources);
    }
}
