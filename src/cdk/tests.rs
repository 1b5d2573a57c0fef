use super::*;
use crate::facts::{EventSource, Facts, Mebibytes, Seconds};
use crate::value::{Origin, State, Value};
use crate::{jssource, pysource};

fn python(text: &str) -> Vec<Lambda> {
    let script = pysource::script(text, &is_told).expect("it is Python");
    let path = "infra/stacks/api.py".into();
    Module { path: &path, source: SourceId::FIRST, script: &script, home: Some("infra") }.functions()
}

fn typescript(text: &str) -> Vec<Lambda> {
    let script = jssource::script(text, &is_told).expect("it is not too large");
    let path = "infra/lib/stack.ts".into();
    Module { path: &path, source: SourceId::FIRST, script: &script, home: Some("infra") }.functions()
}

/// A value, `-` when it is absent, and the reason when it is unknown.
fn shown<T: std::fmt::Debug>(value: &Value<T>) -> String {
    match &value.state {
        State::Known(known) => format!("{known:?}").trim_matches('"').to_owned(),
        State::Unknown(reason) => format!("? {reason}"),
        State::OneOf(_) => "several".to_owned(),
        State::Absent => "-".to_owned(),
    }
}

#[test]
fn literal_properties_are_known_in_both_languages() {
    let of_python = python(
        "from aws_cdk import Duration, aws_lambda as _lambda\n\
         class Api(Stack):\n  def __init__(self):\n    _lambda.Function(self, 'Resize', runtime=_lambda.Runtime.PYTHON_3_12, handler='app.main',\n\
         \x20     code=_lambda.Code.from_asset('src'), timeout=Duration.minutes(5), memory_size=512)\n",
    );
    let of_typescript = typescript(
        "import { Function, Runtime, Code } from 'aws-cdk-lib/aws-lambda';\nimport { Duration } from 'aws-cdk-lib';\n\
         const limit = Duration.minutes(5);\nnew Function(this, 'Resize', { runtime: Runtime.PYTHON_3_12, handler: 'app.main',\n\
         code: Code.fromAsset(path.join(__dirname, '..', 'src')), timeout: limit, memorySize: 512 });",
    );
    for lambda in of_python.iter().chain(&of_typescript) {
        assert_eq!(lambda.logical_name, "Resize");
        assert_eq!(shown(&lambda.runtime), "python3.12");
        assert_eq!(shown(&lambda.handler), "app.main");
        assert_eq!(shown(&lambda.code), "infra/src");
        assert_eq!((lambda.timeout.known(), lambda.memory.known()), (Some(&Seconds(300)), Some(&Mebibytes(512))));
        assert_eq!(lambda.architecture.origin, Origin::Default);
    }
    assert_eq!((of_python.len(), of_typescript.len()), (1, 1));
}

#[test]
fn what_the_text_does_not_decide_is_unknown_with_the_expression() {
    let lambdas = typescript(
        "import * as lambda from '@aws-cdk/aws-lambda';\nimport { Duration } from '@aws-cdk/core';\n\
         new lambda.Function(this, 'A', { ...props, handler: 'a.b', timeout: Duration.seconds(props.limit) });\n\
         new lambda.Function(this, id, props);\n\
         new lambda.Function(this, 'C', { runtime: lambda.Runtime.NODEJS_LATEST, code: lambda.Code.fromAsset('dist', { exclude: ['*.md'] }) });\n\
         new Function('return this');\nnew Other.Function();",
    );
    let names: Vec<&str> = lambdas.iter().map(|lambda| lambda.logical_name.as_str()).collect();
    assert_eq!(names, ["A", "Function 2", "C"]);
    assert_eq!(shown(&lambdas[0].timeout), "? `Duration.seconds(...)` is worked out when the app runs");
    assert_eq!(shown(&lambdas[0].memory), "? `props` is worked out when the app runs");
    assert_eq!(shown(&lambdas[0].handler), "a.b");
    assert_eq!(shown(&lambdas[1].runtime), "? `props` is worked out when the app runs");
    assert!(lambdas[2].runtime.is_absent() && lambdas[2].handler_doubt.is_some());
    assert_eq!(lambdas[2].timeout.origin, Origin::Default);
}

#[test]
fn every_class_has_its_own_way_to_the_code() {
    let lambdas = typescript(
        "import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';\nimport { PythonFunction } from '@aws-cdk/aws-lambda-python-alpha';\n\
         import { aws_lambda as lambda } from 'aws-cdk-lib';\n\
         new NodejsFunction(this, 'N', { entry: `${__dirname}/../src/list.ts`, handler: 'main' });\n\
         new NodejsFunction(this, 'D');\n\
         new PythonFunction(this, 'P', { entry: 'python', index: 'jobs/run.py', runtime: lambda.Runtime.PYTHON_3_13 });\n\
         new lambda.DockerImageFunction(this, 'I', { code: lambda.DockerImageCode.fromImageAsset('x') });\n\
         new lambda.Function(this, 'S', { code: lambda.Code.fromInline('x'), handler: 'index.handler' });",
    );
    let code: Vec<(String, String)> =
        lambdas.iter().map(|lambda| (shown(&lambda.code), shown(&lambda.handler))).collect();
    assert_eq!(code[0], ("infra/src".to_owned(), "list.main".to_owned()));
    assert_eq!(code[1].0, "? its entry is the file that is named after it");
    assert_eq!(code[2], ("infra/python".to_owned(), "jobs.run.handler".to_owned()));
    assert_eq!((lambdas[3].package_type.as_str(), lambdas[4].package_type.as_str()), ("image", "inline"));
}

#[test]
fn paths_start_at_the_module_or_at_the_app() {
    let cases = [
        ("'a/b'", "infra/a/b"),
        ("os.path.join(os.path.dirname(__file__), '..', 'src')", "infra/src"),
        ("os.path.join(os.path.dirname(os.path.abspath(__file__)), 'src')", "infra/stacks/src"),
        ("os.path.dirname(os.path.dirname(__file__)) + '/src'", "infra/src"),
        ("f'{os.getcwd()}/src'", "infra/src"),
        ("'../../src'", "? ../../src leads out of the repository"),
        ("where()", "? `where(...)` is worked out when the app runs"),
        ("'/opt/code'", "? `/opt/code` is worked out when the app runs"),
    ];
    for (path, expected) in cases {
        let text = format!(
            "import aws_cdk.aws_lambda as l\nl.Function(s, 'F', code=l.Code.from_asset({path}), handler='a.b')"
        );
        assert_eq!(shown(&python(&text)[0].code), expected, "{path}");
    }
}

/// Each caller with its function, its queue and what stands out of it.
fn callers(facts: &Facts) -> Vec<String> {
    let shown_queue = |event: &EventSource| {
        let queue = &facts[event.queue?];
        Some(format!(" from {} hidden {}", queue.logical_name, shown(&queue.visibility)))
    };
    let event = |event: &EventSource| {
        let limit = event.answer_limit.known().map(|Seconds(limit)| format!(" waits {limit}")).unwrap_or_default();
        format!("{} {}{limit}{}", event.logical_name, event.invocation, shown_queue(event).unwrap_or_default())
    };
    facts.event_sources.iter().map(event).collect()
}

fn declared_in_python(text: &str) -> Facts {
    let script = pysource::script(text, &is_told).expect("it is Python");
    let path = "stack.py".into();
    Module { path: &path, source: SourceId::FIRST, script: &script, home: Some("") }.declared(&|_| true)
}

fn declared_in_typescript(text: &str) -> Facts {
    let script = jssource::script(text, &is_told).expect("it is not too large");
    let path = "stack.ts".into();
    Module { path: &path, source: SourceId::FIRST, script: &script, home: Some("") }.declared(&|_| true)
}

#[test]
fn callers_are_seen_in_typescript() {
    let facts = declared_in_typescript(
        "import { aws_lambda as lambda, aws_sqs as sqs, Duration, aws_apigateway as gateway } from 'aws-cdk-lib';\n\
         import { SqsEventSource, DynamoEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';\n\
         import * as targets from 'aws-cdk-lib/aws-events-targets';\nimport { Rule, Schedule } from 'aws-cdk-lib/aws-events';\n\
         import * as s3n from 'aws-cdk-lib/aws-s3-notifications';\nimport { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';\n\
         class S extends Stack { constructor() {\n\
         const dead = new sqs.Queue(this, 'Dead');\n\
         const jobs = new sqs.Queue(this, 'Jobs', { visibilityTimeout: Duration.minutes(2), deadLetterQueue: { queue: dead, maxReceiveCount: 3 } });\n\
         this.work = new lambda.Function(this, 'Work', { retryAttempts: 1, onFailure: new SqsDestination(dead) });\n\
         this.work.addEventSource(new SqsEventSource(jobs, { batchSize: 5, reportBatchItemFailures: true }));\n\
         const again = new SqsEventSource(dead);\n\
         this.work.addEventSource(again);\n\
         const api = new lambda.Function(this, 'Api', {});\n\
         new gateway.LambdaRestApi(this, 'Rest', { handler: api, integrationOptions: { timeout: Duration.seconds(20) } });\n\
         rest.root.addResource('x').addMethod('GET', new gateway.LambdaIntegration(api, { timeout: Duration.seconds(10) }));\n\
         http.addRoutes({ path: '/', integration: new HttpLambdaIntegration('I', api) });\n\
         new Rule(this, 'R', { schedule: Schedule.rate(Duration.hours(1)), targets: [new targets.LambdaFunction(this.work)] });\n\
         const pattern = new Rule(this, 'P', { eventPattern: {} });\npattern.addTarget(new targets.LambdaFunction(api.currentVersion));\n\
         bucket.addEventNotification(EventType.OBJECT_CREATED, new s3n.LambdaDestination(this.work), { prefix: 'a' });\n\
         api.addFunctionUrl({ authType: lambda.FunctionUrlAuthType.NONE });\n\
         pool.addTrigger(op, api);\nother.addEventSource(new DynamoEventSource(table));\n} }",
    );
    assert_eq!(
        callers(&facts),
        [
            "Work/sqs poll from Jobs hidden Seconds(120)",
            "Work/sqs 2 poll from Dead hidden Seconds(30)",
            "Api/rest sync waits 20",
            "Api/rest 2 sync waits 10",
            "Api/http sync waits 30",
            "Work/schedule async",
            "Api/eventbridge async",
            "Work/s3 async",
            "Api/url sync",
            "Api/cognito sync waits 5",
        ]
    );
    let (jobs, dead) = (&facts.queues[0], &facts.queues[1]);
    assert_eq!((shown(&jobs.redrive_target), shown(&jobs.max_receive)), ("Dead".to_owned(), "Count(3)".to_owned()));
    assert!(dead.is_redrive_target && !jobs.is_redrive_target);
    let batch = &facts.event_sources[0];
    assert_eq!((shown(&batch.batch_size), shown(&batch.partial_batch)), ("Count(5)".to_owned(), "true".to_owned()));
    let of_bucket = &facts.event_sources[7];
    assert_eq!(
        (shown(&of_bucket.retry_limit), shown(&of_bucket.failure_target)),
        ("Count(1)".to_owned(), "SqsDestination(...)".to_owned())
    );
    assert_eq!(shown(&facts.event_sources[8].auth), "NONE");
}

#[test]
fn callers_are_seen_in_python() {
    let facts = declared_in_python(
        "from aws_cdk import aws_lambda as _lambda, aws_sqs as sqs, Duration, aws_events as events, aws_events_targets as targets\n\
         from aws_cdk import aws_lambda_event_sources as sources, aws_apigateway as apigw, aws_sns_subscriptions as subs, aws_logs as logs\n\
         class S(Stack):\n  def __init__(self, scope, **kwargs):\n\
         \x20   dead = sqs.Queue(self, 'Dead')\n\
         \x20   self.jobs = sqs.Queue(self, 'Jobs', visibility_timeout=Duration.seconds(45), dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=4, queue=dead))\n\
         \x20   self.work = _lambda.Function(self, 'Work', log_retention=logs.RetentionDays.ONE_WEEK)\n\
         \x20   self.work.add_event_source(sources.SqsEventSource(self.jobs, batch_size=2))\n\
         \x20   self.work.add_event_source(sources.KinesisEventSource(stream, starting_position=x, bisect_batch_on_error=True, retry_attempts=3))\n\
         \x20   apigw.LambdaRestApi(self, 'Rest', handler=self.work, integration_options=apigw.LambdaIntegrationOptions(timeout=Duration.seconds(9)))\n\
         \x20   api.root.add_resource('x').add_method('GET', apigw.LambdaIntegration(self.work))\n\
         \x20   rule = events.Rule(self, 'R', schedule=events.Schedule.rate(Duration.hours(1)))\n\
         \x20   rule.add_target(targets.LambdaFunction(self.work, retry_attempts=2, dead_letter_queue=dead))\n\
         \x20   topic.add_subscription(subs.LambdaSubscription(self.work))\n\
         \x20   self.work.add_function_url(auth_type=_lambda.FunctionUrlAuthType.NONE)\n\
         \x20   _lambda.Function(self, 'Many', **kwargs)\n",
    );
    assert_eq!(
        callers(&facts),
        [
            "Work/sqs poll from Jobs hidden Seconds(45)",
            "Work/kinesis poll",
            "Work/rest sync waits 9",
            "Work/rest 2 sync waits 29",
            "Work/schedule async",
            "Work/sns async",
            "Work/url sync",
        ]
    );
    assert_eq!(shown(&facts.queues[0].max_receive), "Count(4)");
    assert_eq!(shown(&facts.event_sources[1].retry_limit), "Count(3)");
    assert_eq!(shown(&facts.event_sources[4].delivery_target), "Dead");
    assert_eq!(shown(&facts.event_sources[6].auth), "NONE");
    assert_eq!(shown(&facts.lambdas[0].log_retention), "Days(7)");
}

#[test]
fn what_is_bound_twice_or_comes_from_elsewhere_is_no_function_of_the_module() {
    let facts = declared_in_typescript(
        "import { aws_lambda as lambda } from 'aws-cdk-lib';\nimport { LambdaIntegration } from 'aws-cdk-lib/aws-apigateway';\n\
         function a() { const fn = new lambda.Function(this, 'A', {}); }\nfunction b() { const fn = new lambda.Function(this, 'B', {}); }\n\
         new LambdaIntegration(fn);\nnew LambdaIntegration(props.fn);\nfn.addFunctionUrl();",
    );
    assert_eq!((facts.lambdas.len(), facts.event_sources.len()), (2, 0));
}

#[test]
fn state_machines_pipes_and_mappings_call_functions() {
    let facts = declared_in_typescript(
        "import { aws_lambda as lambda, aws_sqs as sqs, aws_dynamodb as dynamodb } from 'aws-cdk-lib';\nimport * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';\n\
         import { LambdaFunction } from '@aws-cdk/aws-pipes-targets-alpha';\n\
         class S extends Stack { constructor() {\n\
         const fn = new lambda.Function(this, 'A', {});\nconst jobs = new sqs.Queue(this, 'Jobs');\nconst table = new dynamodb.Table(this, 'T', {});\n\
         new tasks.LambdaInvoke(this, 'Do', { lambdaFunction: fn });\ntasks.LambdaInvoke.jsonata(this, 'Again', { lambdaFunction: fn });\n\
         new Pipe(this, 'P', { target: new LambdaFunction(fn, {}) });\n\
         fn.addEventSourceMapping('M', { eventSourceArn: jobs.queueArn, batchSize: 7 });\n\
         new lambda.EventSourceMapping(this, 'N', { target: fn, eventSourceArn: table.tableStreamArn });\n} }",
    );
    assert_eq!(
        callers(&facts),
        ["A/sfn sync", "A/sfn 2 sync", "A/pipe poll", "A/sqs poll from Jobs hidden Seconds(30)", "A/dynamodb poll"]
    );
    assert_eq!(shown(&facts.event_sources[3].batch_size), "Count(7)");
}
