//! Cases of services and what they come to.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{declared, includes, is_service};
use crate::cloudformation::{Overrides, Template};
use crate::facts::{Count, Facts, Mebibytes, Seconds};
use crate::jssource;
use crate::source::SourceId;
use crate::syntax::{Document, yaml};
use crate::value::{Origin, State};

fn parsed(text: &str) -> Document {
    let text: Arc<str> = text.into();
    yaml::parse(SourceId::FIRST, &text).expect("the text of a test parses")
}

fn facts(text: &str) -> Facts {
    let (document, other) = (parsed(text), parsed("prod: {t: 40}\ndev: {t: 20}\n"));
    assert!(is_service(&document));
    let included = BTreeMap::from([("svc/config.yml", &other)]);
    let template = Template {
        path: "svc/serverless.yml".into(),
        document: &document,
        overrides: Overrides::new(),
        included: &included,
    };
    declared(&template).facts
}

const SERVICE: &str = r"
service: shop
provider: {name: aws, runtime: python3.12, timeout: 15, stage: '${opt:stage, ''dev''}'}
custom: {sizes: {dev: 256, prod: 512}}
functions:
  hello-world:
    handler: src/hello.handler
    memorySize: ${self:custom.sizes.${sls:stage}}
    events:
      - http: GET /hello
      - httpApi: {path: /x, method: get}
  work:
    handler: work.main
    timeout: ${file(./config.yml):${self:provider.stage}.t}
    events:
      - sqs: {arn: !GetAtt Jobs.Arn, batchSize: 5}
      - schedule: rate(1 day)
  secret: {handler: s.main, timeout: '${ssm:/t}', memorySize: '${env:MEMORY, 1024}'}
  plain: {handler: p.main, timeout: 0}
resources:
  Resources:
    Jobs: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: 90}}
    Mapping:
      Type: AWS::Lambda::EventSourceMapping
      Properties: {FunctionName: !Ref HelloDashworldLambdaFunction, EventSourceArn: !GetAtt Jobs.Arn}
";

#[test]
fn functions_inherit_and_variables_resolve() {
    let found = facts(SERVICE);
    let [hello, work, secret, plain] = found.lambdas.as_slice() else { panic!("four functions") };
    assert_eq!((hello.timeout.known(), hello.timeout.origin), (Some(&Seconds(15)), Origin::Inherited));
    assert_eq!((hello.memory.known(), hello.code.known().map(String::as_str)), (Some(&Mebibytes(256)), Some("svc")));
    assert_eq!(work.timeout.known(), Some(&Seconds(20)));
    assert!(matches!(secret.timeout.state, State::Unknown(_)));
    assert_eq!(secret.memory.known(), Some(&Mebibytes(1024)));
    assert_eq!((plain.timeout.known(), plain.timeout.origin), (Some(&Seconds(6)), Origin::Default));
    let runtimes: Vec<_> = found.lambdas.iter().filter_map(|lambda| lambda.runtime.known()).collect();
    assert_eq!(runtimes, ["python3.12"; 4]);
}

#[test]
fn events_and_resources_are_joined() {
    let found = facts(SERVICE);
    let sources: Vec<String> = found
        .event_sources
        .iter()
        .map(|source| {
            let function = source.lambda.map_or("-", |link| &found[link].logical_name);
            let queue = source.queue.map_or("-", |link| &found[link].logical_name);
            format!("{} {} > {function} {queue}", source.logical_name, source.source)
        })
        .collect();
    assert_eq!(
        sources,
        [
            "hello-world/http0 rest > hello-world -",
            "hello-world/httpApi1 http > hello-world -",
            "work/sqs0 sqs > work Jobs",
            "work/schedule1 schedule > work -",
            "Mapping sqs > hello-world Jobs",
        ]
    );
}

#[test]
fn other_providers_and_circles_are_survived() {
    assert!(!is_service(&parsed("service: a\nprovider: {name: google}\nfunctions: {}\n")));
    let circle = "service: a\nprovider: aws\nfunctions: {f: {handler: a.b, timeout: '${self:functions.f.timeout}'}}\n";
    assert!(matches!(facts(circle).lambdas[0].timeout.state, State::Unknown(_)));
    assert_eq!(includes("svc/serverless.yml", "a: ${file(./x.yml):b} ${file(x.js):c}"), ["svc/x.yml"]);
}

#[test]
fn resources_may_come_in_parts() {
    let text = r"
service: a
provider: {name: aws, runtime: python3.13, stage: prod}
functions:
  f:
    handler: a.b
    timeout: ${param:t}
    memorySize: ${param:m}
    url: {authorizer: aws_iam}
    events: [{sqs: {arn: !GetAtt Second.Arn}}, {sqs: {arn: !GetAtt First.Arn}}]
params: {default: {t: 7}, prod: {x: 1}}
stages: {default: {params: {m: 512}}}
resources:
  - Resources: {First: {Type: AWS::SQS::Queue}}
  - Resources: {Second: {Type: AWS::SQS::Queue}}
  - ${file(config.yml):prod}
";
    let found = facts(text);
    assert_eq!(
        (found.lambdas[0].timeout.known(), found.lambdas[0].memory.known()),
        (Some(&Seconds(7)), Some(&Mebibytes(512)))
    );
    let sources: Vec<_> = found.event_sources.iter().map(|one| (one.source.as_str(), one.queue.is_some())).collect();
    assert_eq!(sources, [("sqs", true), ("sqs", true), ("url", false)]);
    assert_eq!(found.event_sources[2].auth.known().map(String::as_str), Some("aws_iam"));
}

#[test]
fn a_module_is_read_as_far_as_it_is_literal() {
    let text: Arc<str> = "import hello from './hello';\nconst sizes = { memorySize: 256 };\n\
        module.exports = { service: 'api', provider: { name: 'aws', runtime: 'nodejs22.x', timeout: limit() },\n\
        functions: { hello, work: { handler: 'src/work.main', ...sizes, timeout: 30 }, open: { handler: 'a.b', ...rest }, ...more } };"
        .into();
    let document = jssource::document(SourceId::FIRST, &text).expect("it exports an object");
    assert!(is_service(&document));
    let path = "svc/serverless.ts".into();
    let template = Template { path, document: &document, overrides: Overrides::new(), included: &BTreeMap::new() };
    let found = declared(&template).facts;
    let [hello, work, open] = found.lambdas.as_slice() else { panic!("three functions") };
    assert!(matches!(&hello.handler.state, State::Unknown(reason) if reason.starts_with("`hello` is worked out")));
    assert_eq!((work.timeout.known(), work.memory.known()), (Some(&Seconds(30)), Some(&Mebibytes(256))));
    assert!(matches!(open.memory.state, State::Unknown(_)) && matches!(open.timeout.state, State::Unknown(_)));
    assert!(work.header.edits.is_empty());
    let explanation = "some of its functions are not seen: `more` is worked out when the file is run";
    assert_eq!(found.problems[0].explanation, explanation);
}

#[test]
fn the_environment_is_read_from_a_file_that_is_named() {
    let (document, settings) = (
        parsed(
            "service: a\nuseDotenv: true\nprovider: aws\nfunctions: {f: {handler: a.b, timeout: '${env:T}', memorySize: '${env:M}'}}\n",
        ),
        parsed("T: '45'\n"),
    );
    let included = BTreeMap::from([("svc/.env.dev", &settings)]);
    let path = "svc/serverless.yml".into();
    let template = Template { path, document: &document, overrides: Overrides::new(), included: &included };
    let lambda = &declared(&template).facts.lambdas[0];
    assert_eq!(lambda.timeout.known(), Some(&Seconds(45)));
    assert!(matches!(lambda.memory.state, State::Unknown(_)));
}

#[test]
fn variables_are_filled_in_within_resources_too() {
    let found = facts(
        "service: shop\nprovider: {name: aws, runtime: python3.13}\ncustom: {hidden: 20, name: jobs}\nfunctions:\n  f:\n    handler: a.b\n    events:\n\
         \x20     - sqs: {arn: !GetAtt Jobs.Arn}\n      - stream: arn:aws:kinesis:eu-west-1:123456789012:stream/x\n\
         resources:\n  Resources:\n    Jobs: {Type: AWS::SQS::Queue, Properties: {VisibilityTimeout: '${self:custom.hidden}'}}\n\
         \x20   G: {Type: AWS::Lambda::Function, Properties: {FunctionName: !Sub '${self:service}-${AWS::Region}-g', Timeout: '${ssm:/t}'}}\n",
    );
    let hidden = &found.queues[0].visibility;
    assert_eq!(hidden.known(), Some(&Seconds(20)));
    assert!(hidden.span.is_some());
    assert_eq!(found.event_sources[1].batch_size.known(), Some(&Count(10)));
    let own = found.lambdas.iter().find(|lambda| lambda.logical_name == "G").expect("it is declared");
    assert!(matches!(own.timeout.state, State::Unknown(_)));
}

#[test]
fn state_machines_of_the_plugin_name_functions_in_every_way() {
    let found = facts(
        "service: shop\nprovider: {name: aws}\nfunctions: {one: {handler: a.b}, two: {handler: a.b}, three-a: {handler: a.b}}\n\
         stepFunctions:\n  stateMachines:\n    pay:\n      definition:\n        StartAt: A\n        States:\n\
         \x20         A: {Type: Task, Resource: {Fn::GetAtt: [one, Arn]}, Next: B}\n\
         \x20         B: {Type: Task, Resource: 'arn:aws:lambda:eu-west-1:1:function:${self:service}-dev-two', Next: C}\n\
         \x20         C: {Type: Task, Resource: 'arn:aws:states:::lambda:invoke', Parameters: {FunctionName: !GetAtt ThreeDashaLambdaFunction.Arn}, End: true}\n",
    );
    let shown: Vec<&str> = found.event_sources.iter().map(|one| one.logical_name.as_str()).collect();
    assert_eq!(shown, ["pay/one", "pay/two", "pay/three-a"]);
    assert!(found.event_sources.iter().all(|one| one.source == "sfn" && one.lambda.is_some()));
}
