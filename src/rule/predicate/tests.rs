//! Tables of cases: what is answered, and what is said of wrong expressions.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::config::ParamValue;
use crate::facts::{Days, Mebibytes, Seconds};
use crate::rule::sample::{self, Sample, place};
use crate::value::{Origin, State, Value};

fn params() -> Params {
    let mut params = Params::default();
    params.add("limit", ParamValue::Int(29));
    params.add("name", ParamValue::Text("Consume".to_owned()));
    params.add("strict", ParamValue::Bool(true));
    params.add("runtimes", ParamValue::Texts(vec!["python3.12".to_owned(), "python3.13".to_owned()]));
    params
}

/// `Consume` runs 60 s at most, with python3.12 and an unknown handler; its memory is 128 or 512 MB,
/// its storage the default, its code absent; the queue hides messages for 90 s.
fn sample() -> Sample {
    let mut sample = sample::queue_and_function();
    let lambda = &mut sample.facts[sample.lambda];
    lambda.timeout = Value::written(Seconds(60), place(40, 42));
    lambda.runtime = Value::written("python3.12".to_owned(), place(43, 53)).inherited();
    lambda.handler = Value::unknown("parameter Handler has no default", Some(place(54, 60)));
    lambda.handler_file = Value::unknown("the handler is not known", None);
    lambda.memory = Value::one_of(vec![Mebibytes(128), Mebibytes(512)], Some(place(61, 64)));
    lambda.ephemeral_storage = Value::default_of(Mebibytes(512));
    lambda.runtime_deprecated = Value::derived(Days(-200));
    lambda.layers = vec!["arn:a:1".to_owned(), "arn:b:2".to_owned()];
    sample.facts[sample.queue].visibility = Value::written(Seconds(90), place(70, 72));
    sample
}

fn answer(kind: Kind, text: &str) -> Answer {
    let (sample, params) = (sample(), params());
    let fact = match kind {
        Kind::Lambda => sample.lambda.into(),
        Kind::EventSource => sample.event_source.into(),
        _ => sample.queue.into(),
    };
    let predicate =
        Predicate::parse(text, Names { kind, params: &params }).unwrap_or_else(|faults| panic!("{faults:?}"));
    predicate.answer(Subject { facts: &sample.facts, fact, params: &params })
}

fn shown(answer: &Answer) -> String {
    match answer {
        Answer::Yes => "yes".to_owned(),
        Answer::No => "no".to_owned(),
        Answer::Unknown(doubt) => format!("{}: {} @{}", doubt.field, doubt.reason, doubt.span.start),
    }
}

#[test]
fn known_values_are_compared() {
    for (text, expected) in [
        ("lambda.timeout > params.limit", "yes"),
        ("lambda.timeout > 60", "no"),
        ("lambda.timeout >= 60 && lambda.timeout <= 60", "yes"),
        ("lambda.timeout < 60 || lambda.timeout == 60", "yes"),
        ("lambda.timeout != 60", "no"),
        ("!(lambda.timeout == 0x3c)", "no"),
        ("-lambda.timeout == -60", "yes"),
        ("lambda.timeout * 2 + 1 - 1 == 120", "yes"),
        ("lambda.timeout / 7 == 8 && lambda.timeout % 7 == 4", "yes"),
        ("-7 / 2 == -3 && -7 % 2 == -1", "yes"),
        ("2 + 3 * 4 == 14 && (2 + 3) * 4 == 20", "yes"),
        ("lambda.logical_name == params.name", "yes"),
        ("lambda.logical_name == \"Cons\\u0075me\"", "yes"),
        ("lambda.runtime.startsWith('python') && lambda.runtime.endsWith(\"12\")", "yes"),
        ("lambda.runtime.contains('thon') && !lambda.runtime.contains('node')", "yes"),
        ("lambda.runtime.matches(r'^python3\\.\\d+$')", "yes"),
        ("lambda.runtime.matches('^python3\\\\.9$')", "no"),
        ("lambda.runtime in ['python3.12', 'python3.13']", "yes"),
        ("lambda.runtime in params.runtimes", "yes"),
        ("lambda.timeout in [30, 60]", "yes"),
        ("lambda.timeout in []", "no"),
        ("params.strict ? lambda.timeout > 5 : lambda.timeout > 900", "yes"),
        ("size(lambda.layers) == 2 && lambda.layers.size() == 2 && size('é') == 1", "yes"),
        ("lambda.layers.exists(l, l.endsWith(':2'))", "yes"),
        ("lambda.layers.all(l, l.startsWith('arn:') && l != params.name)", "yes"),
        ("['node', 'python'].exists(p, lambda.runtime.startsWith(p))", "yes"),
        ("[1, 2].all(n, n * 30 <= lambda.timeout)", "yes"),
        ("lambda.event_sources.exists(e, e.source == 'sqs' && e.queue.visibility < 6 * e.lambda.timeout)", "yes"),
        ("lambda.event_sources.all(e, e.lambda.event_sources.exists(f, f.logical_name == e.logical_name))", "yes"),
        ("lambda.event_sources.exists(e, e.lambda == lambda)", "yes"),
        ("size(lambda.event_sources) == 1", "yes"),
        ("lambda.runtime_deprecated > 0", "no"),
        ("true // and a comment", "yes"),
        ("lambda\n  .timeout\t> 5", "yes"),
    ] {
        assert_eq!(shown(&answer(Kind::Lambda, text)), expected, "{text}");
    }
}

#[test]
fn links_are_followed() {
    for (text, expected) in [
        ("event_source.queue.visibility < 6 * event_source.lambda.timeout", "yes"),
        ("event_source.queue.visibility < event_source.lambda.timeout", "no"),
        ("event_source.lambda.handler == 'a'", "event_source.lambda.handler: parameter Handler has no default @54"),
        ("event_source.lambda.handler_file == 'a'", "event_source.lambda.handler_file: the handler is not known @10"),
    ] {
        assert_eq!(shown(&answer(Kind::EventSource, text)), expected, "{text}");
    }
}

/// `handler` is unknown, `code` is absent, `artifact` and `manifest` are absent links.
#[test]
fn unknown_and_absent_values_need_no_guard() {
    let unknown = "lambda.handler: parameter Handler has no default @54";
    for (text, expected) in [
        ("lambda.handler == 'a'", unknown),
        ("!(lambda.handler == 'a')", unknown),
        ("lambda.handler.contains('a')", unknown),
        ("has(lambda.handler)", unknown),
        ("size(lambda.handler) > 3", unknown),
        ("lambda.handler in ['a']", unknown),
        ("lambda.handler in params.runtimes || lambda.timeout > 5", "yes"),
        ("lambda.timeout > 5 || lambda.handler == 'a'", "yes"),
        ("lambda.handler == 'a' && lambda.timeout < 5", "no"),
        ("lambda.handler == 'a' && lambda.timeout > 5", unknown),
        ("lambda.handler == 'a' ? true : true", unknown),
        ("lambda.handler == lambda.code", unknown),
        ("['a', lambda.handler].exists(h, h == 'a')", "yes"),
        ("['a', lambda.handler].exists(h, h == 'b')", unknown),
        ("lambda.layers.all(l, l != lambda.handler)", unknown),
        ("origin(lambda.handler) == 'written'", "yes"),
        ("origin(lambda.handler_file) == 'written'", "lambda.handler_file: the handler is not known @10"),
        ("origin(lambda.runtime) == 'inherited'", "yes"),
        ("origin(lambda.ephemeral_storage) == 'default' && has(lambda.ephemeral_storage)", "yes"),
        ("origin(lambda.code) == 'absent'", "yes"),
        ("origin(lambda.artifact) == 'absent' && !has(lambda.artifact)", "yes"),
        ("has(lambda.artifact.lockfile)", "no"),
        ("origin(lambda.artifact.how) in ['absent']", "yes"),
        ("has(lambda.code)", "no"),
        ("lambda.code == 'a'", "no"),
        ("lambda.code != 'a'", "yes"),
        ("lambda.code in ['a']", "no"),
        ("lambda.code == lambda.alias", "yes"),
        ("lambda.code != lambda.runtime", "yes"),
        ("lambda.runtime_update_blocked > 0", "no"),
        ("!(lambda.runtime_update_blocked > 0)", "no"),
        ("lambda.runtime_update_blocked <= 0", "no"),
        ("lambda.runtime_update_blocked + 1 > 0", "no"),
        ("lambda.runtime_update_blocked + 1 != 0", "no"),
        ("lambda.runtime_update_blocked + 1 in [0]", "no"),
        ("!(lambda.runtime_update_blocked + 1 in [0])", "no"),
        ("lambda.runtime_update_blocked > 0 || true", "yes"),
        ("lambda.runtime_update_blocked > 0 || lambda.handler == 'a'", unknown),
        ("lambda.runtime_update_blocked > 0 && lambda.handler == 'a'", "no"),
        ("lambda.code.startsWith('a') || !lambda.code.startsWith('a')", "no"),
        ("lambda.code.matches('a') || size(lambda.code) == 0", "no"),
        ("lambda.artifact.package_count > 3 || !(lambda.artifact.package_count > 3)", "no"),
        ("lambda.artifact.heaviest.exists(h, true) || lambda.artifact.heaviest.all(h, true)", "no"),
        ("'a' in lambda.artifact.heaviest", "no"),
        ("!('a' in lambda.artifact.heaviest)", "no"),
        ("lambda.runtime_update_blocked > 0 ? true : true", "no"),
    ] {
        assert_eq!(shown(&answer(Kind::Lambda, text)), expected, "{text}");
    }
}

#[test]
fn every_possible_value_is_tried() {
    let either = "lambda.memory: it may be 128 MB or 512 MB @61";
    for (text, expected) in [
        ("lambda.memory > 100", "yes"),
        ("lambda.memory > 600", "no"),
        ("lambda.memory > 200", either),
        ("!(lambda.memory > 200)", either),
        ("lambda.memory > 200 && lambda.memory < 200", "no"),
        ("lambda.memory > 200 || lambda.memory < 200", "yes"),
        ("lambda.memory * 2 == lambda.memory + lambda.memory", "yes"),
        ("lambda.event_sources.all(e, e.lambda.memory == lambda.memory)", "yes"),
        ("has(lambda.memory) && origin(lambda.memory) == 'written'", "yes"),
        ("lambda.memory > 200 || lambda.timeout > 5", "yes"),
        ("lambda.memory > 200 || lambda.handler == 'a'", "lambda.handler: parameter Handler has no default @54"),
        ("lambda.memory in [128, 512]", "yes"),
    ] {
        assert_eq!(shown(&answer(Kind::Lambda, text)), expected, "{text}");
    }
}

#[test]
fn too_many_possible_values_are_not_tried() {
    let mut sample = sample();
    sample.facts[sample.lambda].memory.state = State::OneOf((0..300).map(Mebibytes).collect());
    let params = Params::default();
    let names = Names { kind: Kind::Lambda, params: &params };
    let predicate = Predicate::parse("lambda.memory >= 0", names).unwrap();
    let answer = predicate.answer(Subject { facts: &sample.facts, fact: sample.lambda.into(), params: &params });
    assert!(matches!(answer, Answer::Unknown(Doubt { field, .. }) if field == "lambda.memory"));
}

#[test]
fn arithmetic_never_panics() {
    for (text, reason) in [
        ("9223372036854775807 + lambda.timeout > 0", "the number does not fit 64 bits"),
        ("-9223372036854775808 - lambda.timeout > 0", "the number does not fit 64 bits"),
        ("9223372036854775807 * lambda.timeout > 0", "the number does not fit 64 bits"),
        ("-(-9223372036854775808 + 0) > 0", "the number does not fit 64 bits"),
        ("-9223372036854775808 / -1 > 0", "the number does not fit 64 bits"),
        ("-9223372036854775808 % -1 == 0", "the number does not fit 64 bits"),
        ("1 / (lambda.timeout - 60) > 0", "it divides by zero"),
        ("1 % (lambda.timeout - 60) > 0", "it divides by zero"),
    ] {
        match answer(Kind::Lambda, text) {
            Answer::Unknown(doubt) => assert_eq!(doubt.reason, reason, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
    assert_eq!(answer(Kind::Lambda, "true || 1 / 0 > 0"), Answer::Yes);
}

#[test]
fn loops_are_bounded() {
    let mut sample = sample();
    let link = sample.event_source;
    sample.facts[sample.lambda].event_sources = vec![link; 2000];
    let params = Params::default();
    let text = "lambda.event_sources.exists(a, lambda.event_sources.exists(b, a.logical_name != b.logical_name))";
    let predicate = Predicate::parse(text, Names { kind: Kind::Lambda, params: &params }).unwrap();
    let answer = predicate.answer(Subject { facts: &sample.facts, fact: sample.lambda.into(), params: &params });
    assert!(matches!(answer, Answer::Unknown(Doubt { reason, .. }) if reason.contains("too many items")));
}

/// Each wrong expression with the text that is pointed at, the message, and the help.
const FAULTS: &[(&str, &str, &str, &str)] = &[
    ("lambda.timout > 3", "timout", "lambda has no field `timout`", "did you mean `timeout`?"),
    ("has(lambda.timout)", "timout", "lambda has no field `timout`", "did you mean `timeout`?"),
    ("lambda.artifact.hwo == 'a'", "hwo", "artifact has no field `hwo`", "did you mean `how`?"),
    ("lamda.timeout > 3", "lamda", "there is no `lamda` here", "did you mean `lambda`?"),
    ("timeout > 3", "timeout", "there is no `timeout` here", "did you mean `lambda.timeout`?"),
    ("lambda.timeout > limit", "limit", "there is no `limit` here", "did you mean `params.limit`?"),
    ("function.timeout > 3", "function", "`function` is a reserved word of CEL", "the fact is called `lambda`"),
    ("params.limt > 3", "limt", "the rule has no parameter `limt`", "did you mean `params.limit`?"),
    ("params.speed > 3", "speed", "the rule has no parameter `speed`", "declare it: `params.speed = ...`"),
    ("params == 3", "params", "there is no `params` here", "name one parameter: `params.limit`"),
    ("lambda.timeout > '3'", "'3'", "`>` needs numbers, this is a text", ""),
    ("lambda.timeout == '3'", "==", "this compares a number of seconds with a text, they are never equal", ""),
    ("lambda.timeout > lambda.memory", ">", "this compares seconds with MB", ""),
    ("lambda.timeout + lambda.memory > 3", "+", "this takes together seconds with MB", ""),
    (
        "lambda.runtime > '3'",
        ">",
        "texts have no order and no sum, `>` needs numbers",
        "versions and dates are compared by fields that count: levels, days",
    ),
    ("lambda.timeout", "lambda.timeout", "the rule asks whether it is true or false, this is a number of seconds", ""),
    (
        "lambda.timeout > 3 && lambda",
        "lambda",
        "a condition is true or false, this is a fact (lambda)",
        "`has(lambda)` asks whether it is there",
    ),
    (
        "lambda.artifact && true",
        "lambda.artifact",
        "a condition is true or false, this is a fact (artifact)",
        "`has(lambda.artifact)` asks whether it is there",
    ),
    (
        "lambda.event_sources.source == 'a'",
        "source",
        "a list of facts (event_source) has no fields",
        "ask about its items: `lambda.event_sources.exists(item, item.source ...)`",
    ),
    (
        "lambda.layers == ['a']",
        "==",
        "lists cannot be compared as a whole",
        "use `in`, `size`, `.exists(item, ...)` or `.all(item, ...)`",
    ),
    (
        "'a' in lambda.runtime",
        "lambda.runtime",
        "`in` needs a list, this is a text",
        "`lambda.runtime.contains(...)` looks inside a text",
    ),
    ("3 in lambda.layers", "3", "this is a number, the list holds a text", ""),
    (
        "lambda.layers.contains('a')",
        "lambda.layers",
        "`contains` needs a text, this is a list of texts",
        "write `'a' in list`",
    ),
    ("lambda.timeout in [1, 'a']", "'a'", "this is a text, the items before are a number", ""),
    ("lambda.runtime.startWith('a')", "startWith", "there is no function `startWith`", "did you mean `startsWith`?"),
    (
        "lambda.runtime.startsWith('a', 'b')",
        "lambda.runtime.startsWith('a', 'b')",
        "`startsWith` is not called like this",
        "write `text.startsWith('a')`",
    ),
    (
        "lambda.layers.exists(true)",
        "lambda.layers.exists(true)",
        "`exists` is not called like this",
        "write `list.exists(item, item == 'a')`",
    ),
    ("lambda.layers.exists(lambda, true)", "lambda", "`lambda` already has a meaning here", "take another name"),
    ("lambda.layers.exists(package, true)", "package", "`package` is a reserved word of CEL", "take another name"),
    (
        "lambda.layers.filter(l, true)",
        "filter",
        "there is no function `filter`",
        "of CEL only a part is supported: has, origin, size, startsWith, endsWith, contains, matches, exists, all",
    ),
    ("has(lambda)", "lambda", "`has` asks about a field, this is none", "write `has(lambda.name)`"),
    ("has(3)", "3", "`has` asks about a field, this is none", "write `has(lambda.name)`"),
    ("origin(lambda.timeout) == 'defualt'", "'defualt'", "`origin` is never 'defualt'", "did you mean 'default'?"),
    ("lambda.runtime.matches('(')", "'('", "the pattern cannot be used: unclosed group", ""),
    (
        "lambda.runtime.matches(params.name)",
        "params.name",
        "the pattern is not a written text",
        "write it out, it is compiled once: `.matches(r'^v[0-9]+$')`",
    ),
    ("lambda.timeout > 3.5", "3.5", "numbers are whole and have no suffix", "write 60, not 60.0 or 60u"),
    ("lambda.timeout > 99999999999999999999", "99999999999999999999", "this number does not fit 64 bits", ""),
    ("lambda.timeout = 3", "=", "`=` means nothing here", "compare with `==`"),
    ("lambda.timeout > 3 & true", "&", "`&` means nothing here", "write `&&`"),
    ("lambda.timeout > 3 and true", "and", "`and` stands where an operator or the end is expected", "write `&&`"),
    ("not lambda.logical_name", "lambda", "`lambda` stands where an operator or the end is expected", "write `!`"),
    (
        "lambda.runtime == null",
        "null",
        "there is no `null` here",
        "`has(x.field)` asks whether a value is there; no guard is needed, see docs/rule-language.md",
    ),
    (
        "lambda.layers[0] == 'a'",
        "[",
        "items of a list have no numbers here",
        "ask about all of them: `list.exists(item, ...)`, `list.all(item, ...)`",
    ),
    ("lambda.runtime == 'a", "'", "this text is not closed", "close it with ' on the same line"),
    (
        "lambda.runtime == 'a\\d'",
        "\\d",
        "this escape means nothing",
        "write `\\\\` for a backslash, or a raw text such as r'\\d+'",
    ),
    ("(lambda.timeout > 3", "", "the expression ends where `)` is expected", ""),
    ("", "", "the expression ends where a value is expected", ""),
];

#[test]
fn faults_point_at_what_is_wrong() {
    for &(text, at, message, help) in FAULTS {
        let params = params();
        let faults = Predicate::parse(text, Names { kind: Kind::Lambda, params: &params }).unwrap_err();
        let [fault] = &faults[..] else { panic!("{text}: {faults:?}") };
        let found = (&text[fault.range.clone()], fault.message.as_str(), fault.help.as_deref().unwrap_or(""));
        assert_eq!(found, (at, message, help), "{text}");
    }
}

#[test]
fn all_faults_are_reported() {
    let params = params();
    let text = "lambda.timout > 3 && lambda.memry < 'a' || lambda.layers.exists(l, l.foo == params.nope)";
    let faults = Predicate::parse(text, Names { kind: Kind::Lambda, params: &params }).unwrap_err();
    let places: Vec<&str> = faults.iter().map(|fault| &text[fault.range.clone()]).collect();
    assert_eq!(places, ["timout", "memry", "'a'", "foo", "nope"]);
}

#[test]
fn long_and_deep_expressions_are_refused() {
    let params = params();
    let names = Names { kind: Kind::Lambda, params: &params };
    let long_chain = format!("true{}", " && true".repeat(500));
    assert!(Predicate::parse(&long_chain, names).is_ok());
    for (text, message) in [
        (format!("true{}", " && true".repeat(600)), "the expression has 4804 bytes, more than 4096"),
        (format!("{}true{}", "(".repeat(65), ")".repeat(65)), "the expression is nested more than 64 deep"),
        (format!("{}true", "!".repeat(65)), "the expression is nested more than 64 deep"),
        (format!("{}1 == 1", "1 + ".repeat(65)), "the expression is nested more than 64 deep"),
        (format!("{}true", "true ? true : ".repeat(65)), "the expression is nested more than 64 deep"),
        (format!("lambda{}", ".a".repeat(65)), "the expression is nested more than 64 deep"),
        ("[".repeat(4000), "the expression is nested more than 64 deep"),
        ("-".repeat(4000), "the expression is nested more than 64 deep"),
    ] {
        let faults = Predicate::parse(&text, names).unwrap_err();
        assert_eq!(faults[0].message, message);
    }
}

#[test]
fn the_first_field_is_the_longest_path_that_comes_first() {
    let params = params();
    for (text, first) in [
        (
            "params.limit < event_source.lambda.timeout && event_source.source == 'a'",
            Some("event_source.lambda.timeout"),
        ),
        ("has(event_source.lambda) && event_source.lambda.timeout > 3", Some("event_source.lambda")),
        ("event_source.lambda.layers.exists(l, l == event_source.source)", Some("event_source.lambda.layers")),
        ("true", None),
    ] {
        let predicate = Predicate::parse(text, Names { kind: Kind::EventSource, params: &params }).unwrap();
        assert_eq!(predicate.first_field().map(FieldPath::written), first, "{text}");
    }
}

#[test]
fn paths_lead_to_places() {
    let mut sample = sample();
    sample.facts[sample.event_source].queue = None;
    let params = Params::default();
    let names = Names { kind: Kind::EventSource, params: &params };
    for (text, start, whole) in [
        ("event_source", 30, true),
        ("event_source.source", 30, true),
        ("event_source.lambda", 10, true),
        ("event_source.lambda.timeout", 40, true),
        ("event_source.lambda.code", 10, true),
        ("event_source.queue.visibility", 30, false),
        ("event_source.queue", 30, false),
    ] {
        let path = FieldPath::parse(text, names).unwrap();
        let reached = path.reach(&sample.facts, sample.event_source.into());
        assert_eq!((reached.span.start, reached.whole), (start, whole), "{text}");
    }
    let faults = FieldPath::parse("event_source.lambda.timeout + 1", names).unwrap_err();
    assert_eq!(faults[0].message, "this is not a path to a field or a fact");
    let faults = Expression::parse("event_source.lambda", names).unwrap_err();
    assert_eq!(faults[0].help.as_deref(), Some("name one of its fields: `event_source.lambda.name`"));
    assert_eq!(Origin::Default.word(), "default");
}
