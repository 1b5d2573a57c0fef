use super::*;
use crate::facts::{Mebibytes, Seconds};
use crate::value::{Origin, State, Value};
use crate::{jssource, pysource};

fn python(text: &str) -> Vec<Lambda> {
    let script = pysource::script(text, &is_function).expect("it is Python");
    let path = "infra/stacks/api.py".into();
    Module { path: &path, source: SourceId::FIRST, script: &script, home: Some("infra") }.functions()
}

fn typescript(text: &str) -> Vec<Lambda> {
    let script = jssource::script(text, &is_function).expect("it is not too large");
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
