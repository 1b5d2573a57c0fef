//! What lies in a function's code directory: whether it is there at all, what is packed for nothing, what is left out.

use super::bundler::bundled_by;
use super::made::Made;
use crate::derive::ignored::Ignored;
use crate::discover::Listing;
use crate::facts::{Facts, Lambda};
use crate::handler::{Language, language};
use crate::path;
use crate::syntax::Node;
use crate::value::{Origin, State, Value};

/// Directories that builds write, so that their absence says nothing.
const MADE: &[&str] = &[
    "dist",
    "build",
    "builds",
    "out",
    "output",
    "bin",
    "obj",
    "publish",
    "package",
    "packages",
    "bundle",
    ".build",
    "_build",
    "artifacts",
    "release",
    "deploy",
    "deployment",
    ".webpack",
    ".esbuild",
    "tmp",
    "temp",
    "lib",
    "generated",
];

/// Directories that no function needs at run time.
const NEEDLESS: &[&str] = &["tests", "test", "__tests__", "docs", "notebooks", ".github", ".circleci"];

/// The directory of sample events; one with modules in it is a package of the code.
const EVENTS: &str = "events";

/// Fills in what the code directory of each function holds and lacks.
pub(super) fn look_into(facts: &mut Facts, files: &Listing) {
    let ignored = Ignored::new(facts);
    let made = Made::new(facts);
    let packed: Vec<_> = facts
        .lambdas
        .iter()
        .map(|lambda| {
            let settings = serverless(facts, lambda);
            (
                missing(lambda, files, &ignored, &made),
                needless(lambda, files, settings),
                dropped(lambda, files),
                lone_sdk(lambda, files, settings, facts),
            )
        })
        .collect();
    for (lambda, (missing, needless, dropped, lone)) in facts.lambdas.iter_mut().zip(packed) {
        lambda.missing_code = missing;
        lambda.needless_file = needless;
        lambda.dropped_library = dropped;
        lambda.lone_sdk = lone;
        if lambda.package_type == "image" {
            lambda.upload = "registry".to_owned();
        }
    }
}

/// The settings of the service that declares a function of the Serverless Framework.
fn serverless<'f>(facts: &'f Facts, lambda: &Lambda) -> Option<Node<'f>> {
    let is_own = lambda.surface == "serverless";
    let template = is_own.then(|| facts.templates.iter().find(|one| one.header.path == lambda.header.path))??;
    Some(template.document.root())
}

fn missing(lambda: &Lambda, files: &Listing, ignored: &Ignored<'_>, made: &Made<'_>) -> Value<String> {
    let span = lambda.code.span;
    let code = match &lambda.code.state {
        State::Known(code) => code,
        State::Unknown(reason) => return Value::unknown(reason.clone(), span),
        State::OneOf(_) => return Value::unknown("its code may be in several directories", span),
        State::Absent => return Value::absent(),
    };
    let is_there = code.is_empty() || files.has(code) || files.has_directory(code);
    if is_there || lambda.code.origin == Origin::Default {
        return Value::absent();
    }
    if let Some(doubt) = &lambda.handler_doubt {
        return Value::unknown(doubt.clone(), span);
    }
    if code.contains(['$', '{', '<', '%']) {
        return Value::unknown(format!("{code} is filled in before the deployment"), span);
    }
    if files.may_hide(code) {
        return Value::unknown(format!("{code} is not looked at"), span);
    }
    if code.split('/').any(|part| MADE.contains(&part)) || ignored.holds_directory(code) {
        return Value::unknown(format!("a build may make {code}"), span);
    }
    if let Some(command) = made.by(code, files) {
        return Value::unknown(format!("`{command}` makes {code}"), span);
    }
    if let Some((command, there)) = made.copied_beside(&lambda.header.path, code, files) {
        return Value::unknown(format!("`{command}` copies the template to where {there} lies"), span);
    }
    if let Some((command, there)) = made.built_from(lambda, code, files) {
        return Value::unknown(format!("`{command}` takes the code from {there}"), span);
    }
    if let Some(file) = bundled_by(lambda, code, files) {
        return Value::unknown(format!("what {file} sets up may make {code}"), span);
    }
    if let Some(file) = made.unread_beside(code, files) {
        return Value::unknown(format!("{file} may make {code}"), span);
    }
    if let Some(path) = ignored.module(lambda) {
        return Value::unknown(format!("git ignores {path}, which a build may make"), span);
    }
    match lambda.surface.as_str() {
        // Terraform may make what it packs: by a provisioner, a data source, another module.
        "terraform" => return Value::unknown(format!("{code} may be made when Terraform runs"), span),
        "cdk-source" => return Value::unknown(format!("{code} may be made before the app is run"), span),
        _ => {}
    }
    Value { span, ..Value::derived(code.clone()) }
}

fn is_python(lambda: &Lambda) -> bool {
    lambda.runtime.possible().first().and_then(|name| language(name)) == Some(Language::Python)
}

fn needless(lambda: &Lambda, files: &Listing, settings: Option<Node<'_>>) -> Value<String> {
    let (Some(code), true) = (lambda.code.known(), is_python(lambda)) else { return Value::absent() };
    if !matches!(lambda.surface.as_str(), "sam" | "serverless" | "terraform") || lambda.handler_doubt.is_some() {
        return Value::absent();
    }
    let own = lambda.handler.known().and_then(|handler| handler.split(['.', '/']).next()).unwrap_or_default();
    let directory = |name: &str| path::join(code, name).filter(|path| name != own && files.has_directory(path));
    let events = || directory(EVENTS).filter(|path| files.below(path).all(|file| file.ends_with(".json")));
    let notebook = || {
        let is_beside = |file: &&str| path::directory(file) == code && file.ends_with(".ipynb");
        files.below(code).find(is_beside).map(str::to_owned)
    };
    let found = NEEDLESS.iter().find_map(|name| directory(name)).or_else(events).or_else(notebook);
    let Some(found) = found else { return Value::absent() };
    let chooses = settings.is_some_and(|root| {
        let per_function = root.at(&["functions", &lambda.logical_name, "package"]).is_some();
        per_function || root.get("package").is_some()
    });
    if chooses || lambda.surface == "terraform" {
        return Value::unknown(format!("its package may leave out {found}"), lambda.code.span);
    }
    Value { span: lambda.code.span, ..Value::derived(found) }
}

/// What lies in code that is not known.
fn unknown_code(lambda: &Lambda) -> Value<String> {
    match &lambda.code.state {
        State::Unknown(reason) => Value::unknown(reason.clone(), lambda.code.span),
        _ => Value::absent(),
    }
}

/// A compiled module of the function's own: `sam build` copies no `*.so` of the source directory
/// (aws-lambda-builders 1.59, `EXCLUDED_FILES` of the Python workflow, read 2026-11-23).
fn dropped(lambda: &Lambda, files: &Listing) -> Value<String> {
    if !is_python(lambda) || lambda.surface != "sam" || lambda.handler_doubt.is_some() || lambda.package_type != "zip" {
        return Value::absent();
    }
    let Some(code) = lambda.code.known() else { return unknown_code(lambda) };
    let is_layer = |file: &str| file.split('/').any(|part| part.starts_with("layer"));
    let found = files.below(code).find(|file| file.ends_with(".so") && !is_layer(file));
    found.map_or_else(Value::absent, |file| Value { span: lambda.code.span, ..Value::derived(file.to_owned()) })
}

/// boto3 or botocore in a package without the other: copied into the code, or left out by the packaging plugin.
fn lone_sdk(lambda: &Lambda, files: &Listing, settings: Option<Node<'_>>, facts: &Facts) -> Value<String> {
    if !is_python(lambda) {
        return Value::absent();
    }
    let Some(code) = lambda.code.known() else { return unknown_code(lambda) };
    let copied = |name: &str| path::join(code, name).is_some_and(|path| files.has_directory(&path));
    let found = match (copied("boto3"), copied("botocore")) {
        (true, false) => Some("boto3"),
        (false, true) => Some("botocore"),
        _ => settings.and_then(|root| split_by_plugin(root, code, facts)),
    };
    found.map_or_else(Value::absent, |name| Value { span: lambda.code.span, ..Value::derived(name.to_owned()) })
}

/// What the packaging plugin of the Serverless Framework ships alone, by its `noDeploy`.
fn split_by_plugin(root: Node<'_>, code: &str, facts: &Facts) -> Option<&'static str> {
    let list = root.at(&["custom", "pythonRequirements", "noDeploy"]).filter(|list| list.is_list())?;
    let leaves_out = |name: &str| list.items().any(|item| item.scalar() == Some(name));
    let asks = facts.dependencies.iter().any(|dependency| {
        dependency.package == "boto3" && path::is_below(code, path::directory(&dependency.header.path))
    });
    match (asks, leaves_out("boto3"), leaves_out("botocore")) {
        (true, false, true) => Some("boto3"),
        (true, true, false) => Some("botocore"),
        _ => None,
    }
}
