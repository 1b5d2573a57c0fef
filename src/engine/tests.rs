//! Findings, their order and words; settings; examples.

#![allow(clippy::unwrap_used, reason = "tests")]

use super::example::{self, Failure};
use super::*;
use crate::config::{self, Profile};
use crate::facts::{CandidateEdit, EditName, Seconds};
use crate::finding::Edit;
use crate::rule::sample::{self, Sample};
use crate::rule::{RuleFile, RuleSet};
use crate::severity::Severity;
use crate::source::SourceId;
use crate::value::Value;

const TEMPLATE: &str = "Consume:\n  Timeout: 60\nJobs:\n  VisibilityTimeout: \"90\"\nEvent: Jobs\n";

const QUEUE_RULE: &str = r#"
title = "Too early"
severity = "warning"
for = "event_source"
when = "event_source.queue.visibility < params.factor * event_source.lambda.timeout"
at = "event_source.queue.visibility"
label = "{event_source.queue.visibility}, {params.factor * event_source.lambda.timeout} is asked for"
related = { "event_source.lambda.timeout" = "{event_source.lambda.logical_name}, fed here", "event_source.queue.visibility" = "twice", "event_source.lambda.artifact" = "absent" }
message = "{event_source.queue.logical_name} hands out again after {event_source.queue.visibility}"
why = "It is done twice. Really."
fix = "Set VisibilityTimeout to {params.factor * event_source.lambda.timeout}. Or not."
set = "{params.factor * event_source.lambda.timeout}"
safe = true
run = "aws sqs set {event_source.queue.name}"
params.factor = 6

[[good]]
"a.yaml" = "x"

[[bad]]
line = 4
"template.yaml" = "a\nb\nc\nd"

[[unknown]]
"a.yaml" = "x"
"#;

const TIMEOUT_RULE: &str = r#"
title = "Too slow"
severity = "error"
profile = "strict"
for = "lambda"
when = "lambda.timeout > params.limit"
message = "{lambda.logical_name} may run {lambda.timeout}, {params.limit} s is allowed"
why = "Slow."
fix = "Lower it."
edit = "set-timeout"
params.limit = 29

[[good]]
"a.yaml" = "x"

[[bad]]
line = 1
"a.yaml" = "x"
"#;

fn place(text: &str) -> Span {
    let start = TEMPLATE.find(text).unwrap();
    Span::new(SourceId::FIRST, start..start + text.len())
}

fn facts() -> Sample {
    let mut sample = sample::queue_and_function();
    sample.facts[sample.lambda].header.span = place("Consume");
    sample.facts[sample.lambda].timeout = Value::written(Seconds(60), place("60"));
    let edit = CandidateEdit { name: EditName::SetTimeout, span: place("60"), text: "{params.limit}".to_owned() };
    sample.facts[sample.lambda].header.edits.extend([edit]);
    sample.facts[sample.queue].header.span = place("Jobs");
    sample.facts[sample.queue].visibility = Value::written(Seconds(90), place("\"90\""));
    sample.facts[sample.event_source].header.span = place("Event");
    sample
}

fn rules() -> (RuleSet, Sources) {
    let mut sources = Sources::default();
    sources.add_whole("template.yaml", TEMPLATE);
    let file = |path: &str, text: &str| RuleFile { path: path.to_owned(), text: text.to_owned() };
    let files = [file("queue/too-early.toml", QUEUE_RULE), file("function/too-slow.toml", TIMEOUT_RULE)];
    let rules = RuleSet::load_own(&files, &mut sources);
    assert_eq!(rules.problems(), []);
    (rules, sources)
}

fn judged(sample: &Sample, settings: &Settings, rules: &RuleSet, sources: &Sources) -> Judgement {
    judge(&rules.rules().iter().collect::<Vec<_>>(), settings, &sample.facts, sources)
}

/// What the strict profile says of facts.
fn judgement(sample: &Sample) -> Judgement {
    let (rules, sources) = rules();
    judged(sample, &Settings::new(&rules, Profile::Strict), &rules, &sources)
}

#[test]
fn a_finding_says_what_where_why_and_what_to_do() {
    let findings = judgement(&facts()).findings;
    let [slow, early] = &findings[..] else { panic!("{findings:#?}") };
    assert_eq!(early.message, "Jobs hands out again after 90 s");
    assert_eq!((early.rule.as_str(), early.group.as_str(), early.severity), ("too-early", "queue", Severity::Warning));
    assert_eq!(early.subject, "template.yaml#Consume/Jobs");
    assert_eq!((early.primary.span, early.primary.text.as_str()), (place("\"90\""), "90 s, 360 s is asked for"));
    let related: Vec<_> = early.related.iter().map(|label| (label.span, label.text.as_str())).collect();
    assert_eq!(related, [(place("60"), "Consume, fed here")]);
    assert_eq!((early.why.as_str(), early.help.as_str()), ("It is done twice", "Set VisibilityTimeout to 360 s"));
    let fix = early.fix.as_ref().unwrap();
    assert_eq!(fix.edits, [Edit { span: place("\"90\""), text: "\"360\"".to_owned() }]);
    assert_eq!((fix.title.as_str(), fix.safe), ("Set VisibilityTimeout to 360 s", true));
    assert_eq!(fix.command.as_deref(), Some("aws sqs set 'template.yaml#Jobs'"));
    assert_eq!(slow.message, "Consume may run 60 s, 29 s is allowed");
    assert_eq!(slow.fix.as_ref().unwrap().edits, [Edit { span: place("60"), text: "29".to_owned() }]);
    assert!(!slow.fix.as_ref().unwrap().safe);
}

#[test]
fn an_inherited_value_is_not_replaced() {
    let mut sample = facts();
    let visibility = &mut sample.facts[sample.queue].visibility;
    *visibility = visibility.clone().inherited();
    let fix = judgement(&sample).findings[1].fix.clone().unwrap();
    assert!(fix.edits.is_empty() && !fix.safe && fix.command.is_some());
}

#[test]
fn what_is_written_nowhere_is_found_at_its_fact() {
    let mut sample = facts();
    sample.facts[sample.queue].visibility = Value::default_of(Seconds(30));
    let finding = judgement(&sample).findings.remove(1);
    assert_eq!(finding.primary.span, place("Jobs"));
    assert_eq!(finding.fix.unwrap().edits, []);
}

#[test]
fn what_cannot_be_known_is_listed_not_found() {
    let mut sample = facts();
    sample.facts[sample.queue].visibility = Value::unknown("parameter V has no default", Some(place("\"90\"")));
    let judgement = judgement(&sample);
    assert_eq!(judgement.findings.len(), 1);
    let [open] = &judgement.undecided[..] else { panic!("{:?}", judgement.undecided) };
    assert_eq!((open.rule.as_str(), open.subject.as_str()), ("too-early", "template.yaml#Consume/Jobs"));
    assert_eq!(open.field, "event_source.queue.visibility");
    assert_eq!((open.reason.as_str(), open.span), ("parameter V has no default", place("\"90\"")));
}

#[test]
fn order_and_fingerprints_do_not_depend_on_threads() {
    let mut sample = facts();
    let lambda = sample.facts[sample.lambda].clone();
    for number in 0..3 * BATCH {
        let mut twin = lambda.clone();
        // Two facts of one name in different places: their fingerprints are told apart by number.
        twin.header.name = format!("template.yaml#F{}", number / 2).into();
        twin.logical_name = format!("F{}", number / 2);
        twin.timeout.span = Some(place(if number % 2 == 0 { "60" } else { "Timeout" }));
        sample.facts.add(twin);
    }
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| judgement(&sample).findings)
    };
    let (one, four) = (run(1), run(4));
    assert_eq!(one, four);
    let mut prints: Vec<&str> = one.iter().map(|finding| finding.fingerprint.as_str()).collect();
    prints.sort_unstable();
    prints.dedup();
    assert_eq!(prints.len(), 3 * BATCH + 2);
}

#[test]
fn what_is_said_in_one_place_is_said_once() {
    let mut sample = facts();
    let twin = sample.facts[sample.event_source].clone();
    for name in ["template.yaml#Consume/B", "template.yaml#Consume/A"] {
        let mut twin = twin.clone();
        twin.header.name = name.into();
        sample.facts.add(twin);
    }
    let findings = judgement(&sample).findings;
    let subjects: Vec<&str> = findings.iter().map(|finding| finding.subject.as_str()).collect();
    assert_eq!(subjects, ["template.yaml#Consume", "template.yaml#Consume/A"]);
}

#[test]
fn a_fingerprint_survives_edits_above_and_other_numbers() {
    let print = |sample: &Sample| judgement(sample).findings[1].fingerprint.clone();
    let mut moved = facts();
    moved.facts[moved.queue].visibility = Value::written(Seconds(91), place("Event"));
    moved.facts[moved.lambda].timeout = Value::written(Seconds(61), place("Jobs"));
    assert_eq!(print(&facts()), print(&moved));
}

/// What a configuration makes of the two rules for a path: severity and parameter of each.
fn configured(text: &str, path: &str) -> (Vec<String>, Vec<String>) {
    let (rules, sources) = rules();
    let document = crate::syntax::toml::parse(SourceId::FIRST, &text.into()).unwrap();
    let (config, faults) = config::read("reproof.toml", document.root());
    assert_eq!(faults, []);
    let mut settings = Settings::new(&rules, config.profile);
    let problems = settings.configure(&rules, &config);
    let shown = |problem: &config::ConfigProblem| {
        let help = problem.help.as_deref().unwrap_or("");
        format!("{}: {} ({help})", &text[problem.span.range()], problem.message)
    };
    drop(sources);
    let of = |rule: &Rule| match settings.at(rule, path) {
        Some((severity, params)) => {
            let params: Vec<String> = params.iter().map(|(name, value)| format!("{name}={value}")).collect();
            format!("{} {} {}", rule.id, severity.word(), params.join(" "))
        }
        None => format!("{} off", rule.id),
    };
    (rules.rules().iter().map(of).collect(), problems.iter().map(shown).collect())
}

#[test]
fn settings_follow_the_configuration() {
    for (text, path, expected) in [
        ("", "a", ["too-slow off", "too-early warning factor=6"]),
        ("profile = 'strict'", "a", ["too-slow error limit=29", "too-early warning factor=6"]),
        ("rules.too-slow.severity = 'note'", "a", ["too-slow note limit=29", "too-early warning factor=6"]),
        ("rules.too-early.severity = 'off'", "a", ["too-slow off", "too-early off"]),
        ("rules.too-early.params.factor = 3", "a", ["too-slow off", "too-early warning factor=3"]),
        (
            "[rules]\ntoo-early.severity = 'note'\nqueue.severity = 'error'",
            "a",
            ["too-slow off", "too-early note factor=6"],
        ),
        ("[rules]\nfunction.severity = 'error'", "a", ["too-slow error limit=29", "too-early warning factor=6"]),
        (
            "[[scope]]\npaths = ['x/**']\nrules.too-early.severity = 'error'\nrules.too-slow.severity = 'note'\n\
             [[scope]]\npaths = ['x/y/**']\nrules.too-early.params.factor = 2",
            "x/y/z",
            ["too-slow note limit=29", "too-early error factor=2"],
        ),
        (
            "[[scope]]\npaths = ['x/**']\nrules.too-early.severity = 'error'",
            "y",
            ["too-slow off", "too-early warning factor=6"],
        ),
    ] {
        let (found, problems) = configured(text, path);
        assert_eq!((found, problems), (expected.map(str::to_owned).to_vec(), vec![]), "{text}");
    }
}

#[test]
fn settings_report_what_does_not_exist() {
    let text =
        "[rules]\ntoo-erly.severity = 'note'\ntoo-early.params = { facter = 3, factor = 'x' }\nqueue.params.a = 1\n";
    let (_, problems) = configured(text, "a");
    assert_eq!(
        problems,
        [
            "too-erly: there is no rule called `too-erly` (did you mean `too-early`?)",
            "a: `queue` is a group; only rules have parameters ()",
            "facter: there is no parameter `facter` (did you mean `factor`?)",
            "factor: the parameter `factor` is a whole number, not a text ()",
        ]
    );
}

#[test]
fn settings_follow_the_command_line() {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<String>>();
    for (only, skip, set, expected) in [
        (&["too-slow"][..], &[][..], &[][..], Ok("too-slow=29")),
        (&["function"], &[], &[], Ok("")),
        (&["queue"], &[], &["too-early.factor=2"], Ok("too-early=2")),
        (&[], &["queue"], &[], Ok("")),
        (&["too-slow"], &[], &["too-slow.limit=7"], Ok("too-slow=7")),
        (&["too-slw"], &[], &[], Err("there is no rule called `too-slw`; did you mean `too-slow`?")),
        (&[], &["x"], &[], Err("there is no rule called `x`; `reproof rules list` shows them all")),
        (&[], &[], &["too-slow"], Err("--set takes RULE.PARAM=VALUE, not `too-slow`")),
        (&[], &[], &["too-slow.lim=1"], Err("the rule too-slow has no parameter `lim`; it has: limit")),
        (&[], &[], &["too-slow.limit=x"], Err("the parameter `limit` of too-slow is a whole number, not `x`")),
    ] {
        let (rules, _) = rules();
        let mut settings = Settings::new(&rules, Profile::Default);
        let (only, skip, set) = (owned(only), owned(skip), owned(set));
        let outcome = settings.wish(&rules, &Wish { only: &only, skip: &skip, set: &set });
        let runs = rules.rules().iter().filter_map(|rule| Some((rule, settings.everywhere(rule)?.1)));
        let shown: Vec<String> =
            runs.map(|(rule, params)| format!("{}={}", rule.id, params.iter().next().unwrap().1)).collect();
        let outcome = outcome.map(|()| shown.join(" "));
        assert_eq!(outcome, expected.map(str::to_owned).map_err(str::to_owned), "{only:?} {skip:?} {set:?}");
    }
}

/// Runs the examples of the queue rule over facts that are the same for each of them.
fn failures(change: impl Fn(&mut Sample) + Sync) -> Vec<String> {
    let (rules, _) = rules();
    let rule = rules.rule("too-early").unwrap();
    let failures = example::run(rule, &|rule, example| {
        let mut sample = facts();
        change(&mut sample);
        let mut sources = Sources::default();
        sources.add_whole("template.yaml", TEMPLATE);
        let settings = Settings::alone(rule, example.params.clone());
        (judge(&[rule], &settings, &sample.facts, &sources), sources)
    });
    failures.into_iter().map(|Failure { message, .. }| message).collect()
}

#[test]
fn examples_hold_or_say_why_not() {
    let found = "template.yaml:4: warning: Jobs hands out again after 90 s";
    assert_eq!(
        failures(|_| {}),
        [format!("this good example is found faulty: {found}"), format!("this example is decided: {found}")]
    );
    let on_line_3 = "template.yaml:3: warning: Jobs hands out again after 30 s";
    assert_eq!(
        failures(|sample| sample.facts[sample.queue].visibility = Value::default_of(Seconds(30)))[1],
        format!("expected at template.yaml:4 only, found: {on_line_3}")
    );
    let unknown = "event_source.queue.visibility is not known: who knows";
    assert_eq!(
        failures(|sample| sample.facts[sample.queue].visibility = Value::unknown("who knows", None)),
        [format!("nothing is found at template.yaml:4, {unknown}")]
    );
    assert_eq!(
        failures(|sample| sample.facts[sample.queue].visibility = Value::default_of(Seconds(360))),
        ["nothing is found at template.yaml:4", "this example is decided: nothing is found"]
    );
}
