//! Tables of modules and what they declare.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use super::{Part, declared};
use crate::facts::{Count, EventSource, Facts, Lambda, Seconds};
use crate::source::SourceId;
use crate::syntax;
use crate::value::{Origin, State};

fn facts(files: &[(&str, &str)]) -> Facts {
    let part = |(index, (path, text)): (usize, &(&str, &str))| {
        let source = SourceId::nth(index);
        let text: Arc<str> = (*text).into();
        let document = match path.ends_with(".json") {
            true => syntax::json::parse(source, &text).unwrap(),
            false => syntax::hcl::parse(source, &text).unwrap(),
        };
        Part { path: (*path).into(), document: Arc::new(document) }
    };
    let parts: Vec<Part> = files.iter().enumerate().map(part).collect();
    declared(&parts)
}

fn one(files: &[(&str, &str)]) -> Lambda {
    let facts = facts(files);
    assert_eq!(facts.lambdas.len(), 1);
    facts.lambdas[0].clone()
}

/// A function whose timeout is this expression, with these blocks around it.
fn timeout(expression: &str, around: &str) -> Lambda {
    one(&[("main.tf", &format!("resource \"aws_lambda_function\" \"f\" {{\n  timeout = {expression}\n}}\n{around}"))])
}

#[test]
fn expressions_come_to_numbers() {
    let variable = "variable \"t\" {\n  default = 40\n}\n";
    let cases = [
        ("60", "", 60),
        ("\"60\"", "", 60),
        ("var.t", variable, 40),
        ("var.t * 2 + 1", variable, 81),
        ("local.t", "locals {\n  t = 5 * 60\n}\n", 300),
        ("var.t == null ? 3 : var.t", variable, 40),
        ("lookup(local.all, \"f\", 9)", "locals {\n  all = { f = 12 }\n}\n", 12),
        ("lookup(local.all, \"g\", 9)", "locals {\n  all = { f = 12 }\n}\n", 9),
        ("try(local.all.g, 7)", "locals {\n  all = { f = 12 }\n}\n", 7),
        ("local.all[\"f\"]", "locals {\n  all = merge({ f = 1 }, { f = 12 })\n}\n", 12),
        ("coalesce(null, 8)", "", 8),
        ("max(5, 11)", "", 11),
        ("null", "", 3),
    ];
    for (expression, around, expected) in cases {
        assert_eq!(timeout(expression, around).timeout.known(), Some(&Seconds(expected)), "{expression}");
    }
    let chosen = timeout("terraform.workspace == \"prod\" ? 60 : 30", "");
    assert_eq!(chosen.timeout.state, State::OneOf([Seconds(60), Seconds(30)].into()));
    let open = timeout("var.t", "variable \"t\" {\n}\n");
    assert_eq!(open.timeout.state, State::Unknown("variable t has no default".into()));
    assert_eq!(timeout("var.t", variable).timeout.origin, Origin::Inherited);
}

#[test]
fn hostile_expressions_end() {
    let circle = "locals {\n  a = local.b\n  b = local.a\n}\n";
    assert!(matches!(timeout("local.a", circle).timeout.state, State::Unknown(_)));
    let mut doubling = String::from("locals {\n  a0 = 1\n");
    for at in 1..60 {
        doubling.push_str(&format!("  a{at} = local.a{} + local.a{}\n", at - 1, at - 1));
    }
    doubling.push_str("}\n");
    assert!(matches!(timeout("local.a59", &doubling).timeout.state, State::Unknown(_)));
    let itself = "module \"a\" {\n  source = \"./\"\n}\nresource \"aws_lambda_function\" \"f\" {\n}\n";
    assert_eq!(facts(&[("main.tf", itself)]).lambdas.len(), 1);
}

#[test]
fn values_of_variables_come_from_files() {
    let module = "resource \"aws_lambda_function\" \"f\" {\n  timeout = var.t\n}\nvariable \"t\" {\n  default = 3\n}\n";
    let found = |values: &[(&str, &str)]| {
        let files: Vec<_> = std::iter::once(("api/main.tf", module)).chain(values.iter().copied()).collect();
        one(&files).timeout.state
    };
    assert_eq!(found(&[("api/terraform.tfvars", "t = 20")]), State::Known(Seconds(20)));
    assert_eq!(
        found(&[("api/terraform.tfvars", "t = 20"), ("api/a.auto.tfvars", "t = 25")]),
        State::Known(Seconds(25))
    );
    assert_eq!(
        found(&[("api/envs/dev.tfvars", "t = 20"), ("api/envs/prod.tfvars", "t = 60")]),
        State::OneOf([Seconds(20), Seconds(60)].into())
    );
    assert_eq!(found(&[("other/terraform.tfvars", "t = 20")]), State::Known(Seconds(3)));
}

#[test]
fn copies_take_their_own_values() {
    let text = "resource \"aws_lambda_function\" \"f\" {\n  for_each = local.all\n  timeout  = each.value.timeout\n  \
                handler  = \"${each.key}.main\"\n}\nlocals {\n  all = {\n    a = { timeout = 10 }\n    b = { timeout = 20 }\n  }\n}\n";
    let found = facts(&[("main.tf", text)]);
    let shown: Vec<_> = found
        .lambdas
        .iter()
        .map(|lambda| {
            (lambda.logical_name.as_str(), lambda.timeout.known().unwrap().0, lambda.handler.known().unwrap().as_str())
        })
        .collect();
    assert_eq!(shown, [("f[\"a\"]", 10, "a.main"), ("f[\"b\"]", 20, "b.main")]);
    let same = text.replace("each.value.timeout", "10").replace("${each.key}.main", "app.main");
    assert_eq!(one(&[("main.tf", &same)]).logical_name, "f");
}

#[test]
fn local_modules_take_arguments() {
    let part = "variable \"timeout\" {\n  type = number\n}\nvariable \"settings\" {\n  type = object({ memory = optional(number, 256) })\n}\n\
                resource \"aws_lambda_function\" \"this\" {\n  timeout     = var.timeout\n  memory_size = var.settings.memory\n  \
                filename    = data.archive_file.code.output_path\n}\n\
                data \"archive_file\" \"code\" {\n  source_dir = \"${path.module}/../../src\"\n}\n\
                output \"arn\" {\n  value = aws_lambda_function.this.arn\n}\n";
    let root = "module \"api\" {\n  source   = \"./modules/function\"\n  timeout  = 90\n  settings = {}\n}\n\
                resource \"aws_lambda_event_source_mapping\" \"jobs\" {\n  event_source_arn = aws_sqs_queue.jobs.arn\n  \
                function_name    = module.api.arn\n}\n\
                resource \"aws_sqs_queue\" \"jobs\" {\n  redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.dead.arn, maxReceiveCount = 5 })\n}\n\
                resource \"aws_sqs_queue\" \"dead\" {\n}\n";
    let found = facts(&[("infra/main.tf", root), ("infra/modules/function/main.tf", part)]);
    let lambda = &found.lambdas[0];
    assert_eq!(lambda.logical_name, "module.api.this");
    assert_eq!(lambda.timeout.known(), Some(&Seconds(90)));
    assert_eq!(lambda.memory.known().unwrap().0, 256);
    assert_eq!(lambda.code.known().unwrap(), "infra/src");
    let source = &found.event_sources[0];
    assert_eq!((source.source.as_str(), source.lambda.is_some()), ("sqs", true));
    let queue = &found[source.queue.unwrap()];
    assert_eq!((queue.visibility.known(), queue.max_receive.known().unwrap().0), (Some(&Seconds(30)), 5));
    assert!(found.queues.iter().any(|queue| queue.logical_name == "dead" && queue.is_redrive_target));
}

#[test]
fn json_and_the_module_of_the_registry() {
    let text = r#"{"variable": {"t": {"default": 45}},
      "resource": {"aws_lambda_function": {"f": {"timeout": "${var.t}", "handler": "app.${terraform.workspace}"}}}}"#;
    let lambda = one(&[("main.tf.json", text)]);
    assert_eq!(lambda.timeout.known(), Some(&Seconds(45)));
    assert!(matches!(lambda.handler.state, State::Unknown(_)));
    let call = "module \"f\" {\n  source      = \"terraform-aws-modules/lambda/aws\"\n  source_path = \"../src\"\n  \
                memory_size = 512\n}\n";
    let lambda = one(&[("infra/main.tf", call)]);
    assert_eq!((lambda.timeout.known(), lambda.timeout.origin), (Some(&Seconds(3)), Origin::Default));
    assert_eq!((lambda.memory.known().unwrap().0, lambda.code.known().unwrap().as_str()), (512, "src"));
}

#[test]
fn callers_are_found() {
    let function = "resource \"aws_lambda_function\" \"f\" {\n  function_name = \"f\"\n}\n";
    let cases = [
        (
            "resource \"aws_api_gateway_integration\" \"i\" {\n  uri = aws_lambda_function.f.invoke_arn\n}\n",
            "rest",
            Some(29),
        ),
        (
            "resource \"aws_apigatewayv2_integration\" \"i\" {\n  integration_uri = aws_lambda_function.f.invoke_arn\n  timeout_milliseconds = 9500\n}\n",
            "http",
            Some(10),
        ),
        ("resource \"aws_lambda_function_url\" \"u\" {\n  function_name = \"f\"\n}\n", "url", None),
        (
            "resource \"aws_cognito_user_pool\" \"p\" {\n  lambda_config {\n    pre_sign_up = aws_lambda_function.f.arn\n  }\n}\n",
            "cognito",
            Some(5),
        ),
        (
            "resource \"aws_cloudwatch_event_rule\" \"r\" {\n  schedule_expression = \"rate(1 day)\"\n}\n\
             resource \"aws_cloudwatch_event_target\" \"t\" {\n  rule = aws_cloudwatch_event_rule.r.name\n  arn = aws_lambda_function.f.arn\n}\n",
            "schedule",
            None,
        ),
        (
            "resource \"aws_s3_bucket_notification\" \"n\" {\n  lambda_function {\n    lambda_function_arn = aws_lambda_function.f.arn\n  }\n}\n",
            "s3",
            None,
        ),
        (
            "resource \"aws_lambda_permission\" \"p\" {\n  function_name = aws_lambda_function.f.function_name\n  principal = \"sns.amazonaws.com\"\n}\n",
            "sns",
            None,
        ),
    ];
    let module = "module \"f\" {\n  source = \"terraform-aws-modules/lambda/aws\"\n  allowed_triggers = {\n    \
                  a = { service = \"apigateway\", source_arn = \"${aws_apigatewayv2_api.a.execution_arn}/*/*\" }\n    \
                  b = { principal = \"events.amazonaws.com\", source_arn = aws_cloudwatch_event_rule.b.arn }\n    \
                  c = { service = \"apigateway\", source_arn = var.arn }\n  }\n}\n";
    let found = facts(&[("main.tf", module)]);
    let told = |event: &EventSource| (event.source.clone(), event.invocation.clone(), event.lambda.is_some());
    let expected =
        [("http", "sync"), ("eventbridge", "async")].map(|(one, two)| (one.to_owned(), two.to_owned(), true));
    assert_eq!(found.event_sources.iter().map(told).collect::<Vec<_>>(), expected);
    for (caller, source, limit) in cases {
        let found = facts(&[("main.tf", &format!("{function}{caller}"))]);
        let event = &found.event_sources[0];
        assert_eq!(event.source, source, "{caller}");
        assert_eq!(event.answer_limit.known().map(|seconds| seconds.0), limit, "{caller}");
        assert!(event.lambda.is_some(), "{caller}");
    }
}

#[test]
fn state_machines_call_what_their_definitions_point_at() {
    let functions = "resource \"aws_lambda_function\" \"a\" {\n}\nresource \"aws_lambda_function\" \"b\" {\n}\n";
    let machine = |definition: &str| {
        format!("{functions}resource \"aws_sfn_state_machine\" \"m\" {{\n  definition = {definition}\n}}\n")
    };
    let definitions = [
        ("jsonencode({ States = { One = { Resource = aws_lambda_function.a.arn, Next = \"x\" } } })", vec!["m/a"]),
        (
            "<<EOF\n{\"One\": \"${aws_lambda_function.b.arn}:$LATEST\", \"Two\": \"${aws_lambda_function.a.arn}\"}\nEOF\n",
            vec!["m/a", "m/b"],
        ),
        ("templatefile(\"m.json\", { work = aws_lambda_function.b.arn })", vec!["m/b"]),
        ("file(\"m.json\")", vec![]),
    ];
    for (definition, expected) in definitions {
        let found = facts(&[("main.tf", &machine(definition))]);
        let told: Vec<&str> = found.event_sources.iter().map(|one| one.logical_name.as_str()).collect();
        assert_eq!(told, expected, "{definition}");
        assert!(found.event_sources.iter().all(|one| one.source == "sfn" && one.lambda.is_some()));
    }
}

#[test]
fn pipes_read_their_queue_for_the_functions() {
    let text = "resource \"aws_lambda_function\" \"f\" {\n}\nresource \"aws_sqs_queue\" \"q\" {\n}\nresource \"aws_pipes_pipe\" \"p\" {\n  source = aws_sqs_queue.q.arn\n  \
                target = aws_lambda_function.f.arn\n  source_parameters {\n    sqs_queue_parameters {\n      batch_size = 3\n    }\n  }\n}\n";
    let found = facts(&[("main.tf", text)]);
    let [event] = found.event_sources.as_slice() else { panic!("one source") };
    assert_eq!((event.source.as_str(), event.invocation.as_str()), ("pipe", "poll"));
    assert_eq!((event.batch_size.known(), event.batch_window.known()), (Some(&Count(3)), Some(&Seconds(0))));
    assert_eq!(found.queues[0].readers.len(), 1);
}
