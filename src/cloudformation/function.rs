//! Functions: `AWS::Serverless::Function` and `AWS::Lambda::Function` as one kind of fact.

use super::Stack;
use super::edit;
use super::layer::{self, layer_name, placed_layers, unversioned};
use super::property::{Properties, Property};
use super::resource::Resource;
use super::term::{Piece, Term, alternatives, written};
use crate::facts::{Count, Days, EditName, Header, Lambda, Mebibytes, Seconds, Variable};
use crate::limits;
use crate::path;
use crate::syntax::Node;
use crate::value::Value;

/// Endings of code that is one built file and no directory.
const ARCHIVES: &[&str] = &[".zip", ".jar", ".war"];

/// How the code of a function is packaged, and where it is.
struct Code {
    package_type: &'static str,
    directory: Value<String>,
    /// Whether it is an archive in S3.
    stored: bool,
    doubt: Option<String>,
}

/// What a function starts with: enough to find the module of its handler.
#[derive(Debug)]
pub struct Start {
    /// Its runtime.
    pub runtime: Value<String>,
    /// Its handler.
    pub handler: Value<String>,
    /// The directory of its code, from the root.
    pub code: Value<String>,
}

impl<'d> Stack<'d> {
    /// What the function of a resource starts with.
    pub(super) fn start(&mut self, resource: &Resource<'d>, properties: &Properties<'d>) -> Start {
        self.evaluator.bind(resource.variables.clone());
        let get = |key: &str| properties.get(&self.evaluator, &[key]).text();
        let (runtime, handler) = (get("Runtime"), get("Handler"));
        Start { runtime, handler, code: code_of(self, resource, properties).directory }
    }
}

fn code_of<'d>(stack: &Stack<'d>, resource: &Resource<'d>, properties: &Properties<'d>) -> Code {
    match resource.kind {
        "AWS::Serverless::Function" => sam_code(stack, properties),
        _ => plain_code(stack, properties),
    }
}

/// The function that a resource declares.
pub(super) fn function<'d>(stack: &Stack<'d>, resource: &Resource<'d>, properties: &Properties<'d>) -> Lambda {
    let evaluator = &stack.evaluator;
    let get = |path: &[&str]| properties.get(evaluator, path);
    let is_sam = resource.kind == "AWS::Serverless::Function";
    let code = code_of(stack, resource, properties);
    let layers = properties.items(evaluator, "Layers");
    let is_managed = !get(&["CapacityProviderConfig"]).is_absent();
    let mut header = Header::new(&stack.path, format!("{}#{}", stack.path, resource.id), resource.key.span());
    if let Some(map) = resource.node.get("Properties").filter(|map| map.is_map()) {
        header.edits.extend(edit::insert(EditName::SetTimeout, map, "Timeout", "{params.seconds}"));
        header.edits.extend(edit::insert(EditName::SetArchitecture, map, "Architectures", "[\"x86_64\"]"));
        header.edits.extend(edit::insert(EditName::SetMemory, map, "MemorySize", "{params.megabytes}"));
    }
    let is_synthesised = stack.path.starts_with("cdk.out/") || stack.path.contains("/cdk.out/");
    let surface = match (is_sam, is_synthesised) {
        (_, true) => "cdk",
        (true, _) => "sam",
        _ => "cloudformation",
    };
    let is_framework = is_generated(&resource.id) && (is_synthesised || undigested(&resource.id).is_some());
    let tracing = if is_sam { get(&["Tracing"]) } else { get(&["TracingConfig", "Mode"]) };
    let mut lambda = Lambda {
        owner: if is_framework { "framework" } else { "user" }.to_owned(),
        package_type: code.package_type.to_owned(),
        runtime: get(&["Runtime"]).text(),
        handler: get(&["Handler"]).text(),
        timeout: get(&["Timeout"]).number(Some(limits::TIMEOUT), Seconds),
        memory: get(&["MemorySize"]).number(Some(limits::MEMORY), Mebibytes),
        ephemeral_storage: get(&["EphemeralStorage", "Size"]).number(Some(limits::STORAGE), Mebibytes),
        compute: if is_managed { "managed" } else { "ordinary" }.to_owned(),
        architecture: architecture(stack, properties),
        layers: layers.iter().flatten().filter_map(layer_name).collect(),
        layer_count: match &layers {
            Some(layers) => Value::derived(Count(i64::try_from(layers.len()).unwrap_or(i64::MAX))),
            None => Value::unknown("its layers are chosen at deployment", get(&["Layers"]).span),
        },
        unversioned_layer: unversioned(layers.as_deref().unwrap_or_default()),
        tracing: tracing.text(),
        log_format: get(&["LoggingConfig", "LogFormat"]).value(Some("Text".to_owned()), |text| Ok(text.to_owned())),
        log_retention: log_retention(stack, &resource.id, &get),
        alias: if is_sam { get(&["AutoPublishAlias"]).text() } else { Value::absent() },
        archive: archive(stack, &get(if is_sam { &["CodeUri"] } else { &["Code"] })),
        handler_doubt: code.doubt.or_else(|| unfilled(&stack.path)).or_else(|| handler_doubt(resource.node, &get)),
        code: code.directory,
        stored: code.stored,
        deployed_name: get(&["FunctionName"]).text().known().cloned(),
        left_out: made_by(resource.node).map_or_else(Value::absent, |doubt| Value::unknown(doubt, None)),
        layer_contents: layer::contents(layers.as_deref(), &|id| layer::of_resource(stack, id)),
        ..Lambda::new(header, surface, &resource.id)
    };
    if code.stored && lambda.runtime.is_absent() && lambda.handler.is_absent() {
        // `chalice package --merge-template` and macros complete such a function.
        let reason = "neither runtime nor handler is written: another template may be merged with it";
        lambda.runtime = Value::unknown(reason, None);
        lambda.handler = Value::unknown(reason, None);
    }
    lambda.set_environment(environment(stack, properties));
    lambda.compare_layers(&placed_layers(layers.as_deref().unwrap_or_default()));
    lambda
}

fn environment<'d>(stack: &Stack<'d>, properties: &Properties<'d>) -> Option<Vec<Variable>> {
    let entries = properties.entries(&stack.evaluator, &["Environment", "Variables"])?;
    let variable = |(key, term): (Node<'_>, Term<'_>)| {
        let value = match alternatives(&term).as_slice() {
            [pieces] => Some(
                pieces
                    .iter()
                    .filter_map(|piece| match piece {
                        Piece::Text(text) => Some(text.as_str()),
                        _ => None,
                    })
                    .collect(),
            ),
            _ => None,
        };
        Some(Variable { name: key.scalar()?.to_owned(), span: key.span(), value })
    };
    Some(entries.into_iter().filter_map(variable).collect())
}

/// What the log group of a function says; the group is found by the function's name or by reference.
fn log_retention<'d>(stack: &Stack<'d>, id: &str, get: &dyn Fn(&[&str]) -> Property<'d>) -> Value<Days> {
    let own = get(&["LoggingConfig", "LogGroup"]);
    let deployed = get(&["FunctionName"]).text().known().cloned();
    let is_ours = |name: &str| {
        name.strip_prefix("/aws/lambda/")
            .is_some_and(|rest| rest == format!("${{{id}}}") || deployed.as_deref() == Some(rest))
    };
    for resource in stack.log_groups() {
        let properties = Properties::own(resource.node.get("Properties"));
        let name = properties.get(&stack.evaluator, &["LogGroupName"]);
        let is_named = alternatives(&name.term).iter().any(|pieces| is_ours(&written(pieces)));
        if is_named || own.term.resources().contains(&resource.id.as_str()) {
            return properties.get(&stack.evaluator, &["RetentionInDays"]).number(None, Days);
        }
    }
    if own.is_absent() { Value::absent() } else { Value::unknown("its log group is declared elsewhere", own.span) }
}

fn architecture<'d>(stack: &Stack<'d>, properties: &Properties<'d>) -> Value<String> {
    match properties.items(&stack.evaluator, "Architectures") {
        Some(items) => match items.into_iter().next_back() {
            Some(item) => item.text(),
            None => Value::default_of("x86_64".to_owned()),
        },
        None => Value::unknown(
            "its architecture is chosen at deployment",
            properties.get(&stack.evaluator, &["Architectures"]).span,
        ),
    }
}

/// The code of a project template is moved and filled in when a project is made.
fn unfilled(path: &str) -> Option<String> {
    path.contains("{{").then(|| "the project template is not filled in".to_owned())
}

/// The build method of a resource, when it makes other code than that in the directory.
pub(super) fn made_by(resource: Node<'_>) -> Option<String> {
    const MADE: &[&str] = &["makefile", "esbuild"];
    let method = resource.at(&["Metadata", "BuildMethod"]).and_then(Node::scalar).unwrap_or_default();
    MADE.contains(&method).then(|| format!("its build method {method} makes the code"))
}

/// What only the build or the start of the function decides.
fn handler_doubt<'d>(resource: Node<'d>, get: &dyn Fn(&[&str]) -> Property<'d>) -> Option<String> {
    if let Some(doubt) = made_by(resource) {
        return Some(doubt);
    }
    let wrapper = get(&["Environment", "Variables", "AWS_LAMBDA_EXEC_WRAPPER"]);
    (!wrapper.is_absent()).then(|| "a wrapper starts it (AWS_LAMBDA_EXEC_WRAPPER)".to_owned())
}

fn sam_code<'d>(stack: &Stack<'d>, properties: &Properties<'d>) -> Code {
    let get = |path: &[&str]| properties.get(&stack.evaluator, path);
    if is_image(&get, &["ImageUri"]) {
        return image();
    }
    if !get(&["InlineCode"]).is_absent() {
        return inline();
    }
    let uri = get(&["CodeUri"]);
    if uri.is_absent() {
        return zip(Value::default_of(path::directory(&stack.path).to_owned()));
    }
    if is_stored(&uri) { in_storage(&uri) } else { zip(directory(stack, &uri)) }
}

fn plain_code<'d>(stack: &Stack<'d>, properties: &Properties<'d>) -> Code {
    let get = |path: &[&str]| properties.get(&stack.evaluator, path);
    if is_image(&get, &["Code", "ImageUri"]) {
        return image();
    }
    if !get(&["Code", "ZipFile"]).is_absent() {
        return inline();
    }
    let code = get(&["Code"]);
    if code.is_absent() {
        return zip(Value::unknown("the template does not name its code", None));
    }
    if is_stored(&code) { in_storage(&code) } else { zip(directory(stack, &code)) }
}

/// What `PackageType` says; without it, the address of an image tells.
fn is_image<'d>(get: &dyn Fn(&[&str]) -> Property<'d>, address: &[&str]) -> bool {
    match get(&["PackageType"]).text().known() {
        Some(kind) => kind == "Image",
        None => !get(address).is_absent(),
    }
}

/// Whether code is an archive in S3, named by bucket and key or by its address.
fn is_stored(code: &Property<'_>) -> bool {
    match &code.term {
        Term::Node(node) if node.is_map() => true,
        _ => code.text().known().is_some_and(|text| is_address(text)),
    }
}

fn is_address(text: &str) -> bool {
    text.starts_with("s3://") || text.starts_with("https://")
}

fn zip(directory: Value<String>) -> Code {
    Code { package_type: "zip", directory, stored: false, doubt: None }
}

fn in_storage(code: &Property<'_>) -> Code {
    Code { stored: true, ..zip(Value::unknown("its code is in S3", code.span)) }
}

fn image() -> Code {
    opaque("image", "its code is in an image")
}

fn inline() -> Code {
    opaque("inline", "its code is written in the template")
}

fn opaque(package_type: &'static str, doubt: &str) -> Code {
    Code { package_type, doubt: Some(doubt.to_owned()), ..zip(Value::unknown(doubt, None)) }
}

/// The directory of code that is named by a path relative to the template.
pub(super) fn directory<'d>(stack: &Stack<'d>, property: &Property<'d>) -> Value<String> {
    property.value(None, |text| {
        if is_address(text) {
            return Err("its code is in S3".to_owned());
        }
        if ARCHIVES.iter().any(|ending| text.ends_with(ending)) {
            return Err(format!("its code is the archive {text}, which is built"));
        }
        path::join(path::directory(&stack.path), text).ok_or_else(|| format!("{text} leads out of the repository"))
    })
}

/// The name of what the CDK synthesised, without the digest of its path that ends it; `None` for a name that people wrote.
pub fn undigested(name: &str) -> Option<&str> {
    const DIGITS: usize = 8;
    let (stem, digest) = name.split_at_checked(name.len().checked_sub(DIGITS)?)?;
    let is_digest = digest.bytes().all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte));
    (is_digest && !stem.is_empty()).then_some(stem)
}

/// Whether the CDK makes a function for itself (construct ids of aws-cdk-lib 2.275, read 2026-11-23).
fn is_generated(id: &str) -> bool {
    const STARTS: &[&str] = &[
        "LogRetention",
        "Custom",
        "AWS679f53fac002430cb0da5b7982bd2287",
        "BucketNotificationsHandler",
        "AWSCDK",
        "SingletonLambda",
    ];
    STARTS.iter().any(|start| id.starts_with(start)) || id.contains("frameworkon")
}

/// The archive or asset that a function names, from the root.
fn archive(stack: &Stack<'_>, code: &Property<'_>) -> Option<String> {
    if let Term::Node(map) = &code.term
        && let Some(key) = map.get("S3Key").and_then(Node::scalar)
    {
        // The assets of a stage lie in the assembly around it.
        let mut around = path::ancestors(path::directory(&stack.path));
        let assembly = around.find(|directory| !path::file_name(directory).starts_with("assembly-"))?;
        return path::join(assembly, &format!("asset.{}", key.trim_end_matches(".zip")));
    }
    let text = code.text().known()?.clone();
    ARCHIVES.iter().any(|ending| text.ends_with(ending)).then(|| path::join(path::directory(&stack.path), &text))?
}
