//! The lambda module of the registry (`terraform-aws-modules/lambda/aws`), whose defaults are known.
//!
//! Its defaults are those of its `variables.tf`, release 8, read 2026-11-23.

use super::code;
use super::declare::Declaring;
use super::expand::Copy;
use super::function::{Names, architecture, edits, environment};
use super::layer::{contents, layer_count, layer_names, placed_layers, unversioned};
use super::module::Block;
use super::term::Argument;
use crate::facts::{Days, Lambda, Mebibytes, Seconds};
use crate::limits;
use crate::value::Value;

/// Seconds that the module sets at most for functions at the edge.
const EDGE_TIMEOUT: i64 = 30;

/// Whether a call is one of that module, and not of one of its parts.
pub(super) fn is_lambda_module(block: &Block<'_>) -> bool {
    let source = block.body.get("source").filter(|node| node.tag().is_none()).and_then(|node| node.scalar());
    block.kind.is_empty()
        && source.is_some_and(|source| {
            let is_it = source.contains("terraform-aws-modules/lambda/aws")
                || source.contains("terraform-aws-modules/terraform-aws-lambda");
            is_it && !source.contains("//modules/")
        })
        && ["create_function", "create"]
            .iter()
            .all(|key| block.body.get(key).and_then(|node| node.bool()) != Some(false))
        && block.body.get("create_layer").and_then(|node| node.bool()) != Some(true)
}

/// The function that a call makes.
pub(super) fn function<'d>(declaring: &Declaring<'d>, copy: &Copy<'d>) -> Lambda {
    let get = |key: &str| declaring.get(copy, key);
    let code = code::of_module(declaring, copy);
    let layers = get("layers");
    let is_edge = get("lambda_at_edge").term.truth() == Some(true);
    let mut timeout = get("timeout").number(Some(limits::TIMEOUT), Seconds);
    if is_edge && timeout.known().is_some_and(|Seconds(n)| *n > EDGE_TIMEOUT) {
        timeout = Value { span: timeout.span, ..Value::derived(Seconds(EDGE_TIMEOUT)) };
    }
    let mut header = declaring.header(copy, "");
    header.edits.extend(edits(copy.block, &Names { timeout: "timeout", memory: "memory_size" }));
    // Of an image the module passes neither the handler nor the runtime on.
    let is_image = code.package_type == "image";
    let of_archive = |argument: Argument| {
        let is_dropped = is_image || argument.term.scalar() == Some("");
        if is_dropped { Value::absent() } else { argument.text() }
    };
    let mut lambda = Lambda {
        tracing: get("tracing_mode").text(),
        log_format: get("logging_log_format").value(Some("Text".to_owned()), |text| Ok(text.to_owned())),
        log_retention: get("cloudwatch_logs_retention_in_days").number(None, Days),
        package_type: code.package_type.to_owned(),
        runtime: of_archive(get("runtime")),
        handler: of_archive(get("handler")),
        timeout,
        memory: get("memory_size").number(Some(limits::MEMORY), Mebibytes),
        ephemeral_storage: get("ephemeral_storage_size").number(Some(limits::STORAGE), Mebibytes),
        architecture: architecture(&get("architectures")),
        layers: layer_names(&layers),
        layer_count: layer_count(&layers),
        unversioned_layer: unversioned(&layers),
        publishes: get("publish").bool(Some(false)),
        upload: match get("store_on_s3") {
            stored if stored.is_null() || stored.term.truth() == Some(false) => "direct",
            _ => "storage",
        }
        .to_owned(),
        handler_doubt: code.doubt,
        left_out: code.left_out,
        layer_contents: contents(declaring, &layers),
        code: code.directory,
        deployed_name: code::name(&get("function_name").term),
        ..Lambda::new(header, "terraform", &declaring.logical_name(copy))
    };
    lambda.set_environment(environment(&get("environment_variables")));
    lambda.compare_layers(&placed_layers(&layers));
    lambda
}
