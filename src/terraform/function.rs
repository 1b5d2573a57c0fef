//! `aws_lambda_function` as a fact.

use super::code;
use super::declare::Declaring;
use super::expand::Copy;
use super::layer::{contents, layer_count, layer_names, placed_layers, unversioned};
use super::module::Block;
use super::term::{Argument, Shape};
use crate::facts::{CandidateEdit, Days, EditName, Lambda, Mebibytes, Seconds, Variable};
use crate::limits;
use crate::source::Span;
use crate::value::Value;

/// The names of the arguments, which differ between the resource and the module.
pub(super) struct Names {
    pub(super) timeout: &'static str,
    pub(super) memory: &'static str,
}

/// The function that a resource declares.
pub(super) fn function<'d>(declaring: &Declaring<'d>, copy: &Copy<'d>) -> Lambda {
    let get = |key: &str| declaring.get(copy, key);
    let code = code::of_function(declaring, copy);
    let layers = get("layers");
    let mut header = declaring.header(copy, "");
    header.edits.extend(edits(copy.block, &Names { timeout: "timeout", memory: "memory_size" }));
    let is_managed = !get("capacity_provider_config").is_null();
    let mut lambda = Lambda {
        tracing: get("tracing_config").get("mode").text(),
        log_format: get("logging_config").get("log_format").value(Some("Text".to_owned()), |text| Ok(text.to_owned())),
        log_retention: log_retention(declaring, copy),
        code_hashed: code_hashed(declaring, copy),
        package_type: code.package_type.to_owned(),
        runtime: filled(&get("runtime")),
        handler: filled(&get("handler")),
        timeout: get("timeout").number(Some(limits::TIMEOUT), Seconds),
        memory: get("memory_size").number(Some(limits::MEMORY), Mebibytes),
        ephemeral_storage: get("ephemeral_storage").get("size").number(Some(limits::STORAGE), Mebibytes),
        compute: if is_managed { "managed" } else { "ordinary" }.to_owned(),
        architecture: architecture(&get("architectures")),
        layers: layer_names(&layers),
        layer_count: layer_count(&layers),
        unversioned_layer: unversioned(&layers),
        publishes: get("publish").bool(Some(false)),
        upload: if get("filename").is_null() { "storage" } else { "direct" }.to_owned(),
        stored: code.stored,
        handler_doubt: code.doubt,
        left_out: code.left_out,
        layer_contents: contents(declaring, &layers),
        archive: code::archive(declaring, copy),
        code: code.directory,
        deployed_name: code::name(&get("function_name").term),
        ..Lambda::new(header, "terraform", &declaring.logical_name(copy))
    };
    lambda.set_environment(environment(&get("environment").get("variables")));
    lambda.compare_layers(&placed_layers(&layers));
    lambda
}

/// A text; an empty one stands for what the caller of a module has to give.
fn filled(argument: &Argument) -> Value<String> {
    argument
        .text()
        .try_map(|text| if text.is_empty() { Err("an empty text stands in for it".to_owned()) } else { Ok(text) })
}

/// Whether a change of the code is noticed: by a hash, a version in S3, an image, or a name that changes with it.
fn code_hashed<'d>(declaring: &Declaring<'d>, copy: &Copy<'d>) -> Value<bool> {
    const SIGNS: &[&str] = &["source_code_hash", "code_sha256", "s3_object_version", "image_uri"];
    const NAMES: &[&str] = &["filename", "s3_key"];
    const GIVEN: &[&str] = &["var.", "local.", "each."];
    if SIGNS.iter().any(|key| !declaring.get(copy, key).is_null()) {
        return Value::derived(true);
    }
    let written = NAMES.iter().filter_map(|key| copy.block.body.get(key));
    let mut given =
        written.filter(|node| node.scalar().is_some_and(|text| GIVEN.iter().any(|part| text.contains(part))));
    match given.next() {
        Some(node) => Value::unknown("the name of its archive may change with its code", Some(node.span())),
        None => Value::derived(false),
    }
}

/// The environment of a function; `None` when it is not known.
pub(super) fn environment(variables: &Argument) -> Option<Vec<Variable>> {
    match &variables.term.shape {
        Shape::Null => Some(Vec::new()),
        Shape::Map(entries) => Some(
            entries
                .iter()
                .filter_map(|(name, term)| {
                    let value = term.scalar().map(str::to_owned);
                    Some(Variable { name: name.clone(), span: term.span.or(variables.span)?, value })
                })
                .collect(),
        ),
        _ => None,
    }
}

/// What the log group of a function says; it is found by its name.
fn log_retention<'d>(declaring: &Declaring<'d>, copy: &Copy<'d>) -> Value<Days> {
    let own = declaring.get(copy, "logging_config").get("log_group");
    let deployed = code::name(&declaring.get(copy, "function_name").term);
    let module = declaring.world.instances[copy.scope.instance].module;
    for block in module.resources.iter().filter(|block| block.kind == "aws_cloudwatch_log_group") {
        // A group of a loop goes with the function of the same key.
        let of = |key: &str| declaring.argument(&copy.scope, block.body, key);
        let name = of("name").term.written().unwrap_or_default();
        let by_reference = format!("/aws/lambda/${{aws_lambda_function.{}", copy.block.name);
        let is_ours = name.starts_with(&by_reference)
            || name.strip_prefix("/aws/lambda/").is_some_and(|rest| deployed.as_deref() == Some(rest))
            || own
                .term
                .reference()
                .is_some_and(|reference| reference.parts.get(1).is_some_and(|part| part == block.name));
        if is_ours {
            return of("retention_in_days").number(None, Days);
        }
    }
    let named = declaring.get(copy, "function_name").term.written();
    match named {
        Some(_) if own.is_null() && deployed.is_some() => Value::absent(),
        _ => Value::unknown("its log group may be declared under a name that is not known", None),
    }
}

/// The processor: the only one of a list.
pub(super) fn architecture(list: &Argument) -> Value<String> {
    match &list.term.shape {
        Shape::Null => Value::default_of("x86_64".to_owned()),
        Shape::List(items) => match items.last() {
            Some(item) => Argument { span: item.span.or(list.span), term: item.clone() }.text(),
            None => Value::default_of("x86_64".to_owned()),
        },
        _ => Value::unknown("its architecture is chosen at deployment", list.span),
    }
}

/// Edits that write a timeout or memory where there is none.
pub(super) fn edits(block: &Block<'_>, names: &Names) -> Vec<CandidateEdit> {
    let Some(first) = block.body.own_entries().next().map(|entry| entry.key) else { return Vec::new() };
    let text = block.body.document().text();
    let at = first.span().start as usize;
    let line = memchr::memrchr(b'\n', &text.as_bytes()[..at]).map_or(0, |newline| newline + 1);
    let Some(indent) = text.get(line..at).filter(|indent| indent.bytes().all(|byte| byte == b' ')) else {
        return Vec::new();
    };
    if block.path.ends_with(".json") {
        return Vec::new();
    }
    let newline = if text[..line].ends_with("\r\n") { "\r\n" } else { "\n" };
    let span = Span { end: first.span().start, ..first.span() };
    let edit = |name: EditName, key: &str, value: &str| CandidateEdit {
        name,
        span,
        text: format!("{key} = {value}{newline}{indent}"),
    };
    vec![
        edit(EditName::SetArchitecture, "architectures", "[\"x86_64\"]"),
        edit(EditName::SetTimeout, names.timeout, "{params.seconds}"),
        edit(EditName::SetMemory, names.memory, "{params.megabytes}"),
    ]
}
