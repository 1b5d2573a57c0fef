//! Cases of templates and what they come to.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Overrides, Template, declared, surface_of, undigested};
use crate::facts::{Count, EventSource, Facts, Lambda, Mebibytes, Seconds};
use crate::source::SourceId;
use crate::syntax::{json, yaml};
use crate::value::{Origin, State, Value};

fn facts_with(text: &str, overrides: Overrides) -> Facts {
    let text: Arc<str> = text.into();
    let parse = if text.starts_with('{') { json::parse } else { yaml::parse };
    let document = parse(SourceId::FIRST, &text).expect("the text of a test parses");
    let included = BTreeMap::new();
    declared(&Template { path: "svc/template.yaml".into(), document: &document, overrides, included: &included }).facts
}

fn facts(text: &str) -> Facts {
    facts_with(text, Overrides::new())
}

/// A SAM function with these properties, and the rest of the template before it.
fn function(before: &str, properties: &str) -> Lambda {
    let properties: String = properties.lines().map(|line| format!("      {line}\n")).collect();
    let text = format!(
        "Transform: AWS::Serverless-2016-10-31\n{before}\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    \
         Properties:\n      Handler: app.main\n{properties}"
    );
    facts(&text).lambdas.remove(0)
}

fn shown<T: std::fmt::Debug>(value: &Value<T>) -> String {
    let state = match &value.state {
        State::Known(value) => format!("{value:?}"),
        State::OneOf(values) => format!("one of {values:?}"),
        State::Absent => return "absent".to_owned(),
        State::Unknown(reason) => return format!("unknown: {reason}"),
    };
    format!("{state} {}", value.origin.word())
}

#[test]
fn timeouts() {
    let cases = [
        ("", "", "Seconds(3) default"),
        ("", "Timeout: 60", "Seconds(60) written"),
        ("", "Timeout: '60'", "Seconds(60) written"),
        ("", "Timeout: 60.0", "Seconds(60) written"),
        ("", "Timeout:", "Seconds(3) default"),
        ("", "Timeout: soon", "unknown: soon is not a whole number"),
        ("", "Timeout: !Ref AWS::NoValue", "Seconds(3) default"),
        ("", "Timeout: '{{resolve:ssm:/t}}'", "unknown: it is looked up at deployment ({{resolve:...}})"),
        ("Globals: {Function: {Timeout: 20}}", "", "Seconds(20) inherited"),
        ("Globals: {Function: {Timeout: 20}}", "Timeout: 5", "Seconds(5) written"),
        ("Parameters: {T: {Type: Number, Default: 9}}", "Timeout: !Ref T", "Seconds(9) inherited"),
        ("Parameters: {T: {Type: Number}}", "Timeout: !Ref T", "unknown: parameter T has no default"),
        (
            "Parameters: {T: {Type: Number, AllowedValues: [5, 40]}}",
            "Timeout: {Ref: T}",
            "one of [Seconds(5), Seconds(40)] written",
        ),
        (
            "Parameters: {T: {Type: 'AWS::SSM::Parameter::Value<Number>', Default: 9}}",
            "Timeout: !Ref T",
            "unknown: parameter T is read from the parameter store at deployment",
        ),
        ("Mappings: {M: {a: {t: 7}}}", "Timeout: !FindInMap [M, a, t]", "Seconds(7) inherited"),
        (
            "Mappings: {M: {a: {t: 7}, b: {t: 8}}}",
            "Timeout: !FindInMap [M, !Ref AWS::Region, t]",
            "one of [Seconds(7), Seconds(8)] written",
        ),
        (
            "Mappings: {M: {a: {t: 7}}}",
            "Timeout: !FindInMap [M, !Ref AWS::Region, t, {DefaultValue: 9}]",
            "one of [Seconds(7), Seconds(9)] written",
        ),
        ("Mappings: {M: {a: {t: 7}}}", "Timeout: !FindInMap [M, b, t, {DefaultValue: 9}]", "Seconds(9) written"),
        ("", "Timeout: {'Fn::Length': [a, b]}", "Seconds(2) written"),
        ("", "Timeout: !If [No, 1, 2]", "one of [Seconds(1), Seconds(2)] written"),
        ("", "Timeout: !If [No, 1, !Ref AWS::NoValue]", "one of [Seconds(1), Seconds(3)] written"),
        (
            "Parameters: {S: {Type: String, Default: dev}}\nConditions: {Dev: !Equals [!Ref S, dev]}",
            "Timeout: !If [Dev, 1, 2]",
            "Seconds(1) written",
        ),
        (
            "Conditions: {A: !Not [!Condition B], B: !Or [!Equals [1, 2], !Equals [a, a]]}",
            "Timeout: !If [A, 1, 2]",
            "Seconds(2) written",
        ),
        ("", "Timeout: !Select [1, !Split [',', '4,5']]", "Seconds(5) written"),
        ("", "Timeout: !Sub '${!x}'", "unknown: ${x} is not a whole number"),
        ("", "Timeout: !ImportValue t", "unknown: another stack exports it"),
        ("Parameters: {A: {Default: !Ref A}}", "Timeout: !Ref A", "unknown: A is not a whole number"),
    ];
    for (before, properties, expected) in cases {
        assert_eq!(shown(&function(before, properties).timeout), expected, "{before} {properties}");
    }
}

#[test]
fn overrides_replace_defaults() {
    let text = "Parameters: {T: {Type: Number, Default: 9}}\nResources:\n  F:\n    Type: AWS::Lambda::Function\n    \
                Properties: {Timeout: !Ref T}\n";
    let with = |values: Vec<Option<&str>>| {
        let values = values.into_iter().map(|value| value.map(str::to_owned)).collect();
        shown(&facts_with(text, Overrides::from([("T".to_owned(), values)])).lambdas[0].timeout)
    };
    assert_eq!(with(vec![Some("30")]), "Seconds(30) written");
    assert_eq!(with(vec![Some("30"), None]), "one of [Seconds(30), Seconds(9)] written");
}

#[test]
fn globals_merge_as_sam_merges_them() {
    let globals = "Globals: {Function: {MemorySize: 512, Layers: [a, b], EphemeralStorage: {Size: 1024}}}";
    let lambda = function(globals, "Layers: [c]\nEphemeralStorage: {}");
    assert_eq!(lambda.layers, ["a", "b", "c"]);
    assert_eq!(lambda.layer_count.known(), Some(&Count(3)));
    assert_eq!(shown(&lambda.ephemeral_storage), "Mebibytes(1024) inherited");
    let ignoring = "Globals: {Function: {MemorySize: 512}}\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    \
                    IgnoreGlobals: [MemorySize]\n  G:\n    Type: AWS::Serverless::Function\n    IgnoreGlobals: '*'\n";
    let found = facts(ignoring);
    assert!(found.lambdas.iter().all(|lambda| lambda.memory.origin == Origin::Default));
    assert_eq!(found.lambdas[0].memory.known(), Some(&Mebibytes(128)));
}

#[test]
fn code_is_a_directory_or_unknown() {
    let cases = [
        ("", "\"svc\" default"),
        ("CodeUri: src/", "\"svc/src\" written"),
        ("CodeUri: ../shared", "\"shared\" written"),
        ("CodeUri: ../../x", "unknown: ../../x leads out of the repository"),
        ("CodeUri: s3://b/k.zip", "unknown: its code is in S3"),
        ("CodeUri: {Bucket: b, Key: k}", "unknown: its code is in S3"),
        ("CodeUri: target/a.jar", "unknown: its code is the archive target/a.jar, which is built"),
        ("PackageType: Image", "unknown: its code is in an image"),
        ("InlineCode: x", "unknown: its code is written in the template"),
    ];
    for (properties, expected) in cases {
        assert_eq!(shown(&function("", properties).code), expected, "{properties}");
    }
}

#[test]
fn layers_without_a_version_are_seen() {
    let cases = [
        ("- arn:aws:lambda:eu-west-1:123456789012:layer:x:3", "absent"),
        ("- arn:aws:lambda:eu-west-1:123456789012:layer:x", "arn:aws:lambda:eu-west-1:123456789012:layer:x"),
        ("- !Sub 'arn:aws:lambda:${AWS::Region}:1:layer:x'", "arn:aws:lambda:${AWS::Region}:1:layer:x"),
        ("- !Sub 'arn:aws:lambda:${AWS::Region}:1:layer:x:3'", "absent"),
        (
            "- !Sub 'arn:aws:lambda:eu-west-1:1:layer:x:${Version}'",
            "unknown: Version is neither a parameter nor a resource of this template",
        ),
    ];
    for (layer, expected) in cases {
        let found = function("", &format!("Layers:\n  {layer}")).unversioned_layer;
        assert_eq!(found.known().cloned().unwrap_or_else(|| shown(&found)), expected, "{layer}");
    }
}

const WIRED: &str = r"
Resources:
  Consume:
    Type: AWS::Serverless::Function
    Properties:
      Events:
        Http: {Type: HttpApi, Properties: {TimeoutInMillis: 10500}}
        Rest: {Type: Api}
        Work: {Type: SQS, Properties: {Queue: !GetAtt Work.Arn, BatchSize: 5, FunctionResponseTypes: [ReportBatchItemFailures]}}
  Mapped:
    Type: AWS::Lambda::Function
    Properties: {FunctionName: mapped}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: !GetAtt Stream.Arn, FunctionName: !Ref Live}
  Live:
    Type: AWS::Lambda::Alias
    Properties: {FunctionName: !Ref Mapped, Name: live}
  Stream: {Type: AWS::Kinesis::Stream}
  Work:
    Type: AWS::SQS::Queue
    Properties:
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Failed.Arn, maxReceiveCount: '5'}
  Failed:
    Type: AWS::SQS::Queue
  Method:
    Type: AWS::ApiGateway::Method
    Properties:
      Integration:
        Uri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Mapped.Arn}/invocations'
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      Subscription: [{Protocol: lambda, Endpoint: 'arn:aws:lambda:eu-west-1:1:function:mapped:live'}]
";

#[test]
fn sources_queues_and_functions_are_joined() {
    let found = facts(WIRED);
    let sources: Vec<String> = found
        .event_sources
        .iter()
        .map(|source| {
            let function = source.lambda.map_or("-", |link| &found[link].logical_name);
            let queue = source.queue.map_or("-", |link| &found[link].logical_name);
            let limit = source.answer_limit.known().map_or(0, |Seconds(limit)| *limit);
            format!("{} {} {} > {function} {queue} {limit}", source.logical_name, source.source, source.invocation)
        })
        .collect();
    assert_eq!(
        sources,
        [
            "Consume/Http http sync > Consume - 11",
            "Consume/Rest rest sync > Consume - 29",
            "Consume/Work sqs poll > Consume Work 0",
            "Mapping kinesis poll > Mapped - 0",
            "Method rest sync > Mapped - 29",
            "Topic/0 sns async > Mapped - 0",
        ]
    );
    let work = &found.queues[0];
    assert_eq!(
        (work.redrive_target.known().map(String::as_str), work.max_receive.known()),
        (Some("Failed"), Some(&Count(5)))
    );
    assert_eq!(work.visibility.origin, Origin::Default);
    assert!(found.queues[1].is_redrive_target && !work.is_redrive_target);
    assert_eq!(found.event_sources[2].partial_batch.known(), Some(&true));
    assert_eq!(found.lambdas[1].alias.known().map(String::as_str), Some("live"));
}

#[test]
fn odd_resources_are_survived() {
    let text = "Resources:\n  A: {Type: AWS::Serverless::Function, Properties: null}\n  B: {Type: AWS::Lambda::Function, \
                Properties: [1]}\n  C: null\n  D: {Type: AWS::SQS::Queue}\n  E: {Type: AWS::Serverless::Function, \
                Properties: {Events: [1, 2], Layers: {Ref: L}, Timeout: {a: b}}}\n";
    let found = facts(text);
    assert_eq!((found.lambdas.len(), found.queues.len()), (3, 1));
    assert_eq!(shown(&found.lambdas[2].timeout), "unknown: it is not a string");
}

#[test]
fn loops_are_written_out() {
    let text = "Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::All:\n    - Name\n    - [A, B]\n    - \
                F${Name}:\n        Type: AWS::Lambda::Function\n        Properties: {Handler: !Sub '${Name}.main', Timeout: 4}\n";
    let found = facts(text);
    let names: Vec<_> = found
        .lambdas
        .iter()
        .map(|lambda| (lambda.logical_name.as_str(), lambda.handler.known().unwrap().as_str()))
        .collect();
    assert_eq!(names, [("FA", "A.main"), ("FB", "B.main")]);
}

#[test]
fn json_is_read_too_and_other_trees_are_no_templates() {
    let text = r#"{"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": {"Timeout": {"Fn::If": ["X", 1, 1]}}}}}"#;
    assert_eq!(shown(&facts(text).lambdas[0].timeout), "Seconds(1) written");
    for text in ["{\"Resources\": {\"F\": {\"Type\": \"object\"}}}", "{\"a\": 1}", "[1]", "{\"Resources\": []}"] {
        let document = json::parse(SourceId::FIRST, &text.into()).expect("it is JSON");
        assert_eq!(surface_of(&document), None, "{text}");
    }
}

#[test]
fn hostile_expressions_end() {
    let conditions: String =
        (0..60).map(|n| format!("  C{n}: !And [!Condition C{}, !Condition C{}]\n", n + 1, n + 1)).collect();
    let looping = format!(
        "Conditions:\n{conditions}Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties: {{Timeout: !If [C0, 1, 2]}}\n"
    );
    assert!(matches!(facts(&looping).lambdas[0].timeout.state, State::Unknown(_)));
    let deep = format!("{}1{}", "!If [X, 2, ".repeat(90), "]".repeat(90));
    let nested = format!("Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties: {{Timeout: {deep}}}\n");
    assert!(matches!(facts(&nested).lambdas[0].timeout.state, State::Unknown(_)));
}

#[test]
fn stacks_give_their_parameters_to_local_templates() {
    let text: Arc<str> = "Parameters: {P: {Default: 7}}\nResources:\n  A:\n    Type: AWS::Serverless::Application\n    Properties:\n      \
                          Location: nested/child.yaml\n      Parameters: {T: 40, M: !Ref P, Z: !Ref AWS::Region}\n  \
                          B: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: 'https://bucket.example/x.yaml'}}\n"
        .into();
    let document = yaml::parse(SourceId::FIRST, &text).expect("the text of a test parses");
    let included = BTreeMap::new();
    let template = Template {
        path: "svc/template.yaml".into(),
        document: &document,
        overrides: Overrides::new(),
        included: &included,
    };
    let found = super::nested(&template);
    assert_eq!(found[0].0, "svc/nested/child.yaml");
    let given = |name: &str| found[0].1[name].iter().flatten().map(String::as_str).collect::<Vec<_>>();
    assert_eq!((given("T"), given("M"), given("Z")), (vec!["40"], vec!["7"], vec![]));
    let with = facts_with(
        "Parameters: {T: {Default: 1}}\nResources: {F: {Type: AWS::Lambda::Function, Properties: {Timeout: !Ref T}}}",
        Overrides::from([("T".to_owned(), vec![])]),
    );
    assert_eq!(shown(&with.lambdas[0].timeout), "unknown: parameter T is given by the stack above");
}

#[test]
fn names_that_were_synthesised_end_in_a_digest() {
    for (name, stem) in [("Handler5E7490E8", Some("Handler")), ("Resize", None), ("AB", None), ("5E7490E8", None)] {
        assert_eq!(undigested(name), stem, "{name}");
    }
}

#[test]
fn state_machines_call_the_functions_that_their_definitions_name() {
    let found = facts(
        "Transform: AWS::Serverless-2016-10-31\nResources:\n\
         \x20 A: {Type: AWS::Serverless::Function, Properties: {Handler: a.b}}\n\
         \x20 B: {Type: AWS::Serverless::Function, Properties: {Handler: a.b}}\n\
         \x20 C: {Type: AWS::Serverless::Function, Properties: {Handler: a.b}}\n\
         \x20 One: {Type: AWS::Serverless::StateMachine, Properties: {DefinitionUri: a.json, DefinitionSubstitutions: {A: !GetAtt A.Arn, Again: !GetAtt A.Arn}}}\n\
         \x20 Two: {Type: AWS::StepFunctions::StateMachine, Properties: {DefinitionString: !Sub '{\"x\": \"${A.Arn}\", \"y\": \"${B.Arn}\"}'}}\n",
    );
    let shown: Vec<(&str, &str)> =
        found.event_sources.iter().map(|one| (one.logical_name.as_str(), one.source.as_str())).collect();
    assert_eq!(shown, [("One/A", "sfn"), ("Two/A", "sfn"), ("Two/B", "sfn")]);
}

#[test]
fn functions_of_a_definition_are_named_in_every_way() {
    let found = facts(
        "Resources:\n\
         \x20 A: {Type: AWS::Lambda::Function, Properties: {FunctionName: first, Handler: a.b}}\n\
         \x20 B: {Type: AWS::Lambda::Function, Properties: {FunctionName: second, Handler: a.b}}\n\
         \x20 Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref B, Name: live}}\n\
         \x20 One: {Type: AWS::StepFunctions::StateMachine, Properties: {DefinitionString: '{\"r\": \"arn:aws:lambda:eu-west-1:1:function:first:live\"}'}}\n\
         \x20 Two: {Type: AWS::StepFunctions::StateMachine, Properties: {Definition: {States: {S: {Parameters: {FunctionName: second}}}}}}\n\
         \x20 Three: {Type: AWS::StepFunctions::StateMachine, Properties: {Definition: {States: {S: {Resource: !Ref Live}}}}}\n",
    );
    let shown: Vec<&str> = found.event_sources.iter().map(|one| one.logical_name.as_str()).collect();
    assert_eq!(shown, ["One/A", "Two/B", "Three/B"]);
}

#[test]
fn pipes_call_their_enrichment_and_their_target() {
    let found = facts(
        "Resources:\n  Jobs: {Type: AWS::SQS::Queue}\n\
         \x20 A: {Type: AWS::Lambda::Function, Properties: {Handler: a.b}}\n\
         \x20 B: {Type: AWS::Lambda::Function, Properties: {Handler: a.b}}\n\
         \x20 P:\n    Type: AWS::Pipes::Pipe\n    Properties:\n      Source: !GetAtt Jobs.Arn\n      Enrichment: !GetAtt A.Arn\n      Target: !GetAtt B.Arn\n\
         \x20     SourceParameters: {SqsQueueParameters: {BatchSize: 4, MaximumBatchingWindowInSeconds: 7}}\n\
         \x20     TargetParameters: {LambdaFunctionParameters: {InvocationType: FIRE_AND_FORGET}}\n",
    );
    let told = |one: &EventSource| (one.logical_name.clone(), one.source.clone(), one.invocation.clone());
    let told: Vec<_> = found.event_sources.iter().map(told).collect();
    let expected = [("P/Enrichment", "pipe", "poll"), ("P/Target", "pipe", "async")];
    assert_eq!(told, expected.map(|(name, source, how)| (name.to_owned(), source.to_owned(), how.to_owned())));
    assert_eq!(found.event_sources[0].batch_size.known(), Some(&Count(4)));
    assert_eq!(found.event_sources[0].batch_window.known(), Some(&Seconds(7)));
    assert_eq!(found.queues[0].readers.len(), 2);
}
