//! Whether a handler's module and function stand in the source.
//!
//! Absent is said only when nothing else could bring them: no layer, dependency, wrapper or
//! build step. Everything else is unknown, with the reason.

use std::collections::BTreeMap;

use super::bundler::set_up_above;
use super::made::Made;
use crate::derive::ignored::Ignored;
use crate::discover::Listing;
use crate::facts::{Count, Dependency, Facts, Lambda, SourceModule};
use crate::handler::{Handler, Language, language, module_files};
use crate::path;
use crate::source::Span;
use crate::value::{State, Value};

/// Modules that layers and wrappers of vendors bring: their handlers call the real one.
const WRAPPERS: &[&str] = &[
    "datadog_lambda",
    "newrelic_lambda_wrapper",
    "lumigo_tracer",
    "epsagon",
    "sentry_sdk",
    "thundra",
    "serverless_sdk",
    "wsgi_handler",
    "rack_adapter",
    "otel_wrapper",
    "mangum",
];

/// Directories that builds write for Node.
const BUILT: &[&str] = &["dist", "build", "lib", "out", "bundle", ".build", "_build", "output"];

/// How many files are looked at for code that a template names only by its archive.
const LOOKED_AT: usize = 20_000;

/// Fills in `handler_file` and `handler_function` of every function.
pub(super) fn look_up(facts: &mut Facts, files: &Listing) {
    let modules: BTreeMap<&str, &SourceModule> =
        facts.source_modules.iter().map(|module| (&*module.header.path, module)).collect();
    let ignored = Ignored::new(facts);
    let made = Made::new(facts);
    let found: Vec<_> = facts
        .lambdas
        .iter()
        .map(|lambda| {
            let file = file_of(lambda, facts, files).and_then(|file| unless_ignored(file, lambda, &ignored));
            let file = match file.and_then(|file| unless_copied(file, lambda, &made, files)) {
                Ok(Some(path)) => Value { span: lambda.handler.span, ..Value::derived(path) },
                Ok(None) => Value { span: lambda.handler.span, ..Value::absent() },
                Err(reason) => Value::unknown(reason, lambda.handler.span),
            };
            let (function, defined) = function_of(lambda, &file, &modules);
            (file, function, defined)
        })
        .collect();
    for (lambda, (file, function, defined)) in facts.lambdas.iter_mut().zip(found) {
        lambda.handler_file = file;
        lambda.handler_function = function;
        lambda.handler_candidates = defined;
    }
}

/// The same file; a doubt for one that is not there and that git would ignore if it were.
fn unless_ignored(file: Option<String>, lambda: &Lambda, ignored: &Ignored<'_>) -> Result<Option<String>, String> {
    match ignored.module(lambda).filter(|_| file.is_none()) {
        Some(path) => Err(format!("git ignores {path}, which a build may make")),
        None => Ok(file),
    }
}

/// The same file; a doubt for one that is not there and that a command may bring.
fn unless_copied(
    file: Option<String>,
    lambda: &Lambda,
    made: &Made<'_>,
    files: &Listing,
) -> Result<Option<String>, String> {
    let code = lambda.code.known().filter(|_| file.is_none()).map(std::slice::from_ref).unwrap_or_default();
    let wanted = module_files(lambda.runtime.possible(), lambda.handler.possible(), code);
    match wanted.iter().find_map(|(path, _)| Some((made.by(path, files)?, path))) {
        Some((command, path)) => Err(format!("`{command}` may bring {path}")),
        None => Ok(file),
    }
}

/// The file of the handler's module: `None` when there is none, an error when that cannot be told.
fn file_of(lambda: &Lambda, facts: &Facts, files: &Listing) -> Result<Option<String>, String> {
    if let Some(doubt) = &lambda.handler_doubt {
        return Err(doubt.clone());
    }
    let text = certain(&lambda.handler, "handler")?;
    let runtime = certain(&lambda.runtime, "runtime")?;
    let language = language(runtime).ok_or_else(|| format!("the runtime {runtime} is not known"))?;
    let handler = match language {
        Language::Compiled => return Err("its code is compiled".to_owned()),
        _ if text.ends_with(".sh") => return Err("its handler is a start script".to_owned()),
        language => Handler::parse(text, language).ok_or_else(|| format!("the handler {text} names no file"))?,
    };
    let top = handler.module.split('/').next().unwrap_or_default();
    if WRAPPERS.contains(&top) || text.contains("node_modules") || text.starts_with("/opt/") {
        return Err(format!("{top} is a wrapper that a layer or package brings"));
    }
    let code = match &lambda.code.state {
        State::Known(code) => code,
        State::Unknown(reason) if lambda.stored => return beside(&handler, language, lambda, files, reason),
        State::Unknown(reason) => return Err(reason.to_string()),
        _ => return Err("its code may be in several directories".to_owned()),
    };
    if path::join("", &handler.module).is_none() {
        // A package holds nothing beside itself, but a bundler may take in what it leads to.
        let reason = format!("{text} leads out of the code directory");
        return if language == Language::Python { Ok(None) } else { Err(reason) };
    }
    // A template may name one source file: it is packed alone, under its own name.
    if files.has(code) && handler.files(path::directory(code), language).contains(code) {
        return Ok(Some(code.clone()));
    }
    if let Some(path) = handler.files(code, language).into_iter().find(|path| files.has(path)) {
        return Ok(Some(path));
    }
    // With `module` the framework looks from the service, the packaging plugin from the module.
    let service = path::directory(&lambda.header.path);
    if lambda.surface == "serverless"
        && let Some(path) = packed_from(service, lambda)
            .into_iter()
            .flat_map(|home| handler.files(&home, language))
            .find(|path| files.has(path))
    {
        return Ok(Some(path));
    }
    missing(&handler, top, code, language, lambda, facts, files)
}

/// The directories whose files the framework packs at the top of a package: that of the service, and those above that its
/// patterns take files from. Archives drop what leads out of them, so `../code/app.py` is packed as `code/app.py`.
fn packed_from(service: &str, lambda: &Lambda) -> Vec<String> {
    let patterns = lambda.left_out.known().into_iter().flatten().filter_map(|pattern| pattern.strip_prefix("!/"));
    let above = patterns.map(|pattern| pattern.split('/').take_while(|part| *part == "..").count()).max();
    (0..=above.unwrap_or(0)).filter_map(|above| path::join(service, &"../".repeat(above))).collect()
}

fn certain<'v>(value: &'v Value<String>, what: &str) -> Result<&'v str, String> {
    match &value.state {
        State::Known(text) => Ok(text),
        State::OneOf(_) => Err(format!("its {what} depends on the deployment")),
        State::Absent => Err(format!("it has no {what}")),
        State::Unknown(reason) => Err(reason.to_string()),
    }
}

/// A module whose file is not there: missing for certain, or brought by something else.
fn missing(
    handler: &Handler,
    top: &str,
    code: &str,
    language: Language,
    lambda: &Lambda,
    facts: &Facts,
    files: &Listing,
) -> Result<Option<String>, String> {
    if files.has(code) {
        return Err(format!("its code {code} is one file"));
    }
    if !files.has_directory(code) {
        return Err(format!("the directory {code} is not in the repository; a build may make it"));
    }
    let Some(module) = path::join(code, &handler.module) else { return Ok(None) };
    if let Some(built) = files.below(path::directory(&module)).find(|path| is_built_from(path, &module)) {
        return Err(format!("{built} may hold it in compiled form"));
    }
    let inside = path::join(code, top).unwrap_or_default();
    let has_top = files.has_directory(&inside) || handler.files(code, language).iter().any(|path| files.has(path));
    if language == Language::Node {
        let directory = path::directory(&module);
        if BUILT.contains(&top) || !files.has_directory(directory) {
            return Err(format!("the directory {directory} is not in the repository; a build may make it"));
        }
        return set_up_above(code, files).map_or(Ok(None), |file| Err(format!("what {file} sets up may make it")));
    }
    if !has_top && lambda.layer_count.known() != Some(&Count(0)) {
        return Err(format!("one of its layers may bring {top}"));
    }
    if !has_top && let Some(package) = brought_by(top, code, facts) {
        return Err(format!("the package {package} may bring {top}"));
    }
    Ok(None)
}

/// `a/b.cpython-312-x86_64-linux-gnu.so`, `a/b.pyc` and `a/b.pyx` for the module `a/b`.
fn is_built_from(path: &str, module: &str) -> bool {
    path.strip_prefix(module).and_then(|rest| rest.strip_prefix('.')).is_some_and(|ending| {
        [".so", ".pyc", ".pyd", ".pyx", "so", "pyc", "pyd", "pyx"].iter().any(|known| ending.ends_with(known))
    })
}

/// A dependency that may install the module: one of its name, or one that is installed from a path.
fn brought_by<'f>(top: &str, code: &str, facts: &'f Facts) -> Option<&'f str> {
    let is_near = |dependency: &&Dependency| path::is_below(code, path::directory(&dependency.header.path));
    let plain = |name: &str| name.replace('-', "_").to_lowercase();
    let brings = |dependency: &&Dependency| {
        dependency.ecosystem == "python"
            && (plain(&dependency.package) == plain(top) || matches!(dependency.source.as_str(), "path" | "workspace"))
    };
    let dependency = facts.dependencies.iter().filter(is_near).find(brings);
    let project = || {
        let manifests = facts.manifests.iter().filter(|manifest| {
            manifest.ecosystem == "python" && path::is_below(code, path::directory(&manifest.header.path))
        });
        manifests.filter_map(|manifest| manifest.project.known()).find(|name| plain(name) == plain(top))
    };
    dependency.map(|dependency| dependency.package.as_str()).or_else(|| project().map(String::as_str))
}

/// The module of a function whose template names only an archive in S3: looked for below the
/// template's directory, and missing only when its package is there and the module is not.
fn beside(
    handler: &Handler,
    language: Language,
    lambda: &Lambda,
    files: &Listing,
    reason: &str,
) -> Result<Option<String>, String> {
    let package = path::directory(&handler.module);
    if package.is_empty() || language != Language::Python {
        return Err(reason.to_owned());
    }
    let own = path::directory(&lambda.header.path);
    let mut homes = Vec::new();
    for file in files.below(own).take(LOOKED_AT) {
        let directory = path::directory(file);
        let home = directory.strip_suffix(package).filter(|home| home.is_empty() || home.ends_with('/'));
        if let Some(home) = home.map(|home| home.trim_end_matches('/'))
            && file.ends_with(".py")
            && homes.last() != Some(&home)
        {
            homes.push(home);
        }
    }
    homes.dedup();
    let [home] = homes.as_slice() else { return Err(reason.to_owned()) };
    Ok(handler.files(home, language).into_iter().find(|path| files.has(path)))
}

/// The handler's function as its module shows it, and the functions that could be meant instead.
fn function_of(
    lambda: &Lambda,
    file: &Value<String>,
    modules: &BTreeMap<&str, &SourceModule>,
) -> (Value<String>, Vec<String>) {
    let unknown = |reason: &str| (Value::unknown(reason, lambda.handler.span), Vec::new());
    let path = match &file.state {
        State::Known(path) => path,
        State::Unknown(reason) => return unknown(reason),
        _ => return unknown("its module is missing"),
    };
    let language = if path.ends_with(".py") { Language::Python } else { Language::Node };
    if path.ends_with(".rb") {
        return unknown("Ruby is not looked into");
    }
    let Some(module) = modules.get(path.as_str()) else { return unknown("its module was not read") };
    let handler = lambda.handler.known().and_then(|text| Handler::parse(text, language));
    let Some(name) = handler.map(|handler| handler.function) else { return unknown("it names no function") };
    if module.defines.binary_search(&name).is_ok() {
        let place = module.functions.iter().find(|function| function.name == name);
        let span = place.map(|function| Span::new(module.header.span.source, function.place.clone()));
        return (Value { span, ..Value::derived(name) }, Vec::new());
    }
    if module.opaque || name.contains('.') {
        return unknown("its module may bind names that its text does not show");
    }
    if language == Language::Node {
        return (Value { span: lambda.handler.span, ..Value::absent() }, module.defines.clone());
    }
    let takes_two = |(least, most): (usize, Option<usize>)| least <= 2 && most.is_none_or(|most| most >= 2);
    let candidates = module.functions.iter().filter(|function| takes_two(function.positional));
    let candidates = candidates.map(|function| function.name.clone()).collect();
    (Value { span: lambda.handler.span, ..Value::absent() }, candidates)
}
