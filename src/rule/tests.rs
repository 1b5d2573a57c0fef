//! Loading: what is said of wrong rule files, and that the built-in ones are right.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::*;
use crate::source::Sources;

const RIGHT: &str = r#"
title = "Too slow"
severity = "warning"
for = "lambda"
when = "lambda.timeout > params.limit"
message = "{lambda.name} runs {lambda.timeout}"
why = "It hurts."
fix = "Lower it."
params.limit = 29
since = "0.1"

[[good]]
"a.yaml" = "x"

[[bad]]
line = 1
"a.yaml" = "x"
"#;

fn file(path: &str, text: &str) -> RuleFile {
    RuleFile { path: path.to_owned(), text: text.to_owned() }
}

/// Each problem of a rule file with the text it points at.
fn problems(text: &str) -> Vec<(String, String, String)> {
    let mut sources = Sources::default();
    let set = RuleSet::load_own(&[file("policy/too-slow.toml", text)], &mut sources);
    let shown = |problem: &RuleProblem| {
        let help = problem.help.clone().unwrap_or_default();
        (sources.slice(problem.span).to_owned(), problem.message.clone(), help)
    };
    set.problems().iter().map(shown).collect()
}

#[test]
fn a_right_rule_is_loaded_whole() {
    let mut sources = Sources::default();
    let set = RuleSet::load_own(&[file("policy/too-slow.toml", RIGHT), file("slow.toml", RIGHT)], &mut sources);
    assert_eq!(set.problems(), []);
    let rule = set.rule("too-slow").unwrap();
    assert_eq!((rule.group.as_str(), rule.severity, rule.kind), ("policy", Some(Severity::Warning), Kind::Lambda));
    assert_eq!(rule.clauses().at.written(), "lambda.timeout");
    assert_eq!(set.rule("slow").unwrap().group, "own");
    assert!(set.knows("policy") && !set.knows("polcy") && !rule.built_in);
    assert_eq!(set.nearest("too-slw"), Some("too-slow"));
}

/// Each change of the right rule with the text that is pointed at, the message and the help.
const PROBLEMS: &[(&str, &str, &str, &str, &str)] = &[
    ("title = ", "titel = ", "titel", "a rule has no key `titel`", "did you mean `title`?"),
    ("\"warning\"", "\"warn\"", "\"warn\"", "`severity` cannot be `warn`", "did you mean `warning`?"),
    ("\"warning\"", "3", "3", "`severity` must be a text, this is a whole number", ""),
    ("\"lambda\"", "\"lamda\"", "\"lamda\"", "`for` cannot be `lamda`", "did you mean `lambda`?"),
    ("lambda.timeout > p", "lambda.timout > p", "timout", "lambda has no field `timout`", "did you mean `timeout`?"),
    (
        "\"lambda.timeout > params.limit\"",
        "'''\nlambda.timeout > params.limit\n  && lambda.timout > 3'''",
        "timout",
        "lambda has no field `timout`",
        "did you mean `timeout`?",
    ),
    (
        "\"lambda.timeout > params.limit\"",
        "\"lambda.runtime == \\\"é\\\" && lambda.timout > params.limit\"",
        "timout",
        "lambda has no field `timout`",
        "did you mean `timeout`?",
    ),
    ("when = ", "at = 'lambda.memry'\nwhen = ", "memry", "lambda has no field `memry`", "did you mean `memory`?"),
    (
        "runs {lambda.timeout}",
        "runs {lambda.timeot}",
        "timeot",
        "lambda has no field `timeot`",
        "did you mean `timeout`?",
    ),
    ("Lower it.", "Lower {it.", "{", "this brace is not closed", "double it to print it: `{{`"),
    ("Lower it.", " ", "\" \"", "`fix` says nothing", ""),
    ("Too slow", "Too\\nslow", "\"Too\\nslow\"", "`title` is one line of text", ""),
    (
        "params.limit = 29",
        "params.limit = 2.5",
        "2.5",
        "the parameter `limit` must be a whole number, a text, true or false, or a list of texts, this is a number",
        "",
    ),
    ("params.limit = 29", "params.limit = 29\nparams.more = 1", "more", "nothing reads this parameter", ""),
    (
        "params.limit = 29",
        "params.limit = 29\nset = '1'\nat = 'lambda'",
        "set",
        "`set` replaces one value, and `at` names none",
        "name that field in `at`",
    ),
    (
        "params.limit = 29",
        "params.limit = 29\nset = '1'\nedit = 'cover'",
        "edit",
        "a rule mends with `set` or with `edit`, not with both",
        "keep one of them",
    ),
    (
        "params.limit = 29",
        "params.limit = 29\nedit = 'set-timout'",
        "'set-timout'",
        "no reader offers the edit `set-timout`",
        "did you mean `set-timeout`?",
    ),
    (
        "params.limit = 29",
        "params.limit = 29\nedit = 'nope'",
        "'nope'",
        "no reader offers the edit `nope`",
        "known: set-timeout, set-memory, set-architecture, hold-to-lock, read-version-file, look-weekly, cover",
    ),
    (
        "params.limit = 29",
        "params.limit = 29\nrelated.lambda.memory = 'x'",
        "lambda",
        "paths with a dot are quoted",
        "related = { \"event_source.lambda\" = \"...\" }",
    ),
    (
        "params.limit = 29",
        "params.limit = 29\nrelated = { 'lambda.memry' = 'x' }",
        "memry",
        "lambda has no field `memry`",
        "did you mean `memory`?",
    ),
    ("params.limit = 29", "params.limit = 29\naliases = ['No']", "'No'", "this is not the id of a rule", ""),
    (
        "[[good]]\n\"a.yaml\" = \"x\"",
        "",
        "",
        "the rule has no [[good]] example",
        "examples are the tests of a rule and a part of its page",
    ),
    (
        "line = 1\n",
        "",
        "[[bad]]\n\"a.yaml\" = \"x\"",
        "this bad example says no `line`",
        "add `line = N`: the line of its file on which the finding stands",
    ),
    (
        "line = 1\n",
        "lines = 1\n",
        "lines",
        "an example has no key `lines`",
        "did you mean `line`? other keys are names of files",
    ),
    ("line = 1\n", "line = 2\n", "2", "there is no line 2", "`a.yaml` has 1 line"),
    (
        "line = 1\n",
        "line = 1\npath = 'a.yml'\n",
        "'a.yml'",
        "the example has no file `a.yml`",
        "did you mean `a.yaml`?",
    ),
    (
        "line = 1\n",
        "line = 1\nparams = { limt = 3 }\n",
        "limt",
        "there is no parameter `limt`",
        "did you mean `limit`?",
    ),
    (
        "line = 1\n",
        "line = 1\n\"../a\" = ''\n",
        "\"../a\"",
        "`../a` is not the path of a file",
        "name it from the root of the example, with `/`, without `.` and `..`",
    ),
    (
        "line = 1\n",
        "line = 1\nb.yaml = 'x'\n",
        "b",
        "the file `b` has no `text`",
        "write its text after its name; names with a dot are quoted: \"template.yaml\" = '''...'''",
    ),
    (
        "[[good]]\n",
        "[[good]]\nline = 1\n",
        "line",
        "`line` has no meaning in a [[good]] example",
        "only [[bad]] examples expect a finding; a file called `line` needs a folder",
    ),
];

#[test]
fn problems_point_into_the_file() {
    for &(from, to, at, message, help) in PROBLEMS {
        assert!(RIGHT.contains(from), "{from}");
        let expected = (at.to_owned(), message.to_owned(), help.to_owned());
        let found = problems(&RIGHT.replacen(from, to, 1));
        assert_eq!(found, [expected], "{to}");
    }
}

#[test]
fn all_problems_of_all_files_are_reported_and_good_rules_stay() {
    let mut sources = Sources::default();
    let wrong = "for = 'lambda'\nwhen = 'lambda.a > params.b'\nmessage = 'x {lambda.c}'\nwhy = 3\n";
    let files = [file("a.toml", wrong), file("b.toml", "x ="), file("c.toml", RIGHT), file("d/C.toml", RIGHT)];
    let set = RuleSet::load_own(&files, &mut sources);
    assert_eq!(set.rules().iter().map(|rule| rule.id.as_str()).collect::<Vec<_>>(), ["c"]);
    let of = |path: &str| set.problems().iter().filter(|problem| problem.path == path).count();
    assert_eq!((of("a.toml"), of("b.toml"), of("d/C.toml")), (9, 1, 1));
}

#[test]
fn a_name_belongs_to_one_rule() {
    let mut sources = Sources::default();
    let with_alias = RIGHT.replace("since", "aliases = ['old']\nsince");
    let files = [file("a.toml", &with_alias), file("x/a.toml", RIGHT), file("old.toml", RIGHT)];
    let set = RuleSet::load_own(&files, &mut sources);
    let messages: Vec<&str> = set.problems().iter().map(|problem| problem.message.as_str()).collect();
    let (first, second) =
        ("there is already a rule called `a`, in a.toml", "there is already a rule called `old`, in a.toml");
    assert_eq!(messages, [first, second]);
    assert_eq!(set.rule("old").unwrap().id, "a");
}

#[test]
fn the_built_in_rules_are_right() {
    let mut sources = Sources::default();
    let set = RuleSet::load(&[], &mut sources);
    let shown: Vec<String> = set
        .problems()
        .iter()
        .map(|problem| {
            let at = sources.location(problem.span).start;
            let help = problem.help.as_deref().unwrap_or("");
            format!("{}:{}:{}: {} ({help})", problem.path, at.line, at.column, problem.message)
        })
        .collect();
    assert!(shown.is_empty(), "wrong rules:\n{}", shown.join("\n"));
    for rule in set.rules() {
        assert!(rule.built_in && rule.since.is_some(), "{}: `since` is missing", rule.path);
        let remedy_like = ["no-", "check-", "require-", "use-", "set-"].iter().any(|start| rule.id.starts_with(start));
        assert!(!remedy_like, "{}: a rule is named after the fault", rule.path);
    }
    assert!(!set.rules().is_empty());
}

/// Pieces of expressions and templates, put together at random.
const PIECES: &[&str] = &[
    "lambda",
    "lambda.",
    "timeout",
    ".timeout",
    ".logical_name",
    ".event_sources",
    ".exists(",
    ".all(",
    "e, ",
    "e.source",
    "has(",
    "origin(",
    "size(",
    "params",
    ".limit",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "{{",
    "'a'",
    "\"",
    "'",
    "\\",
    "é",
    "\u{202e}",
    "1",
    "0x",
    "-",
    "9223372036854775808",
    "99999999999999999999",
    " && ",
    " || ",
    "!",
    " == ",
    " < ",
    " in ",
    " ? ",
    " : ",
    ", ",
    ".",
    " // ",
    "\n",
    ".matches('(')",
    ".matches('a*')",
    "function",
    "null",
    "true",
    " ",
];

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 1000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn any_text_is_a_rule_or_problems_inside_the_file(pieces in proptest::collection::vec(0..PIECES.len(), 0..30), as_message: bool) {
        let text: String = pieces.iter().map(|at| PIECES[*at]).collect();
        let quoted = serde_json::Value::from(text).to_string();
        let from = if as_message { "\"{lambda.name} runs {lambda.timeout}\"" } else { "\"lambda.timeout > params.limit\"" };
        let rule = RIGHT.replace(from, &quoted).replace("params.limit = 29", "params.limit = 29\nedit = 'cover'");
        let mut sources = Sources::default();
        let set = RuleSet::load_own(&[file("own/a.toml", &rule)], &mut sources);
        proptest::prop_assert!(set.problems().is_empty() != set.rules().is_empty());
        for problem in set.problems() {
            proptest::prop_assert!(rule.get(problem.span.range()).is_some(), "{rule}\n{problem:?}");
        }
    }
}

/// TOML as JSON, dates as text.
fn json(value: toml::Value) -> serde_json::Value {
    match value {
        toml::Value::Datetime(date) => date.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(json).collect(),
        toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, json(value))).collect(),
        other => serde_json::to_value(other).unwrap(),
    }
}

#[test]
fn built_in_rules_fit_their_schema() {
    let schema: serde_json::Value = serde_json::from_str(include_str!("../../docs/rule.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut sources = Sources::default();
    let set = RuleSet::load(&[], &mut sources);
    for rule in set.rules() {
        let value = json(toml::from_str(sources.text(rule.source)).unwrap());
        let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", rule.path);
    }
    let right = json(toml::from_str(RIGHT).unwrap());
    assert!(validator.is_valid(&right));
    let wrong = json(toml::from_str(&RIGHT.replace("line = 1", "line = 0")).unwrap());
    assert!(!validator.is_valid(&wrong));
}

#[test]
fn the_head_of_a_built_in_rule_is_the_rule_but_for_its_examples() {
    let mut sources = Sources::default();
    let whole = RuleSet::load(&[], &mut sources);
    let heads = RuleSet::load_for_run(&[], &mut Sources::default());
    assert_eq!(heads.problems(), []);
    assert_eq!(whole.rules().len(), heads.rules().len());
    let shown = |rule: &Rule| {
        let said = (&rule.id, &rule.title, &rule.message_template, &rule.why, &rule.fix, &rule.since, &rule.aliases);
        let judged = (rule.severity, rule.profile, rule.kind, &rule.condition, &rule.params);
        format!("{said:?} {judged:?} {:?}", rule.clauses())
    };
    for (whole, head) in whole.rules().iter().zip(heads.rules()) {
        assert!(head.good.is_empty() && head.bad.is_empty() && head.unknown.is_empty());
        assert_eq!(shown(whole), shown(head));
    }
}
