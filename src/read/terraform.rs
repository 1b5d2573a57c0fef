//! Terraform files: required providers, modules and the version of Terraform they demand.
//!
//! A root module is a directory of such files; which file stands for it is found out later.
//! The blocks are kept as a tree: `derive` works out what they declare once all files are read.

use std::sync::Arc;

use super::{Claim, File, Output, Reader, outside};
use crate::facts::{Count, Dependency, Fragment, Link, Manifest, Toolchain};
use crate::handler::module_files;
use crate::syntax::{self, Document, Entry, Node};
use crate::terraform::{self, Constraints, Part};
use crate::value::Value;

/// The reader of *.tf files and of the values that are given to their variables.
pub const READER: Reader = Reader { name: "terraform", role: "manifest", claims, read };

fn claims(path: &str) -> Claim {
    const BLOCKS: &[&str] = &[".tf", ".tf.json", ".tofu"];
    const VALUES: &[&str] = &[".tfvars", ".tfvars.json"];
    if VALUES.iter().any(|ending| path.ends_with(ending)) {
        return Claim::Yes;
    }
    if BLOCKS.iter().any(|ending| path.ends_with(ending)) { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    if output.conflict(file, &READER) {
        return;
    }
    let parse = if file.path.ends_with(".json") { syntax::json::parse } else { syntax::hcl::parse };
    // Keys stand several times by nature: each block is an entry of its own.
    let document = match parse(file.source, file.text) {
        Ok(document) => Arc::new(document),
        Err(error) => return output.syntax_error(file, &READER, &error),
    };
    outside::note(file, &document, &READER, output);
    keep(file, &document, output);
    if !file.path.ends_with(".json") && !file.path.ends_with(".tfvars") {
        requirements(file, &document, output);
    }
}

/// Keeps the tree, and asks for the handler modules that it names.
fn keep(file: &File<'_>, document: &Arc<Document>, output: &mut Output) {
    let part = Part { path: Arc::clone(file.path), document: Arc::clone(document) };
    let parts = [part];
    let calls_local = terraform::required(&parts).calls.iter().any(|call| call.kind == "path");
    let declared = terraform::declared(&parts);
    if calls_local || !declared.lambdas.is_empty() {
        output.request_ignore_files(file);
    }
    for lambda in &declared.lambdas {
        for (path, reader) in module_files(lambda.runtime.possible(), lambda.handler.possible(), lambda.code.possible())
        {
            output.request(path, reader);
        }
    }
    let header = file.header(&**file.path, file.span(0..0));
    output.facts.add(Fragment { header, role: "terraform".to_owned(), document: Arc::clone(document) });
}

fn requirements(file: &File<'_>, document: &Arc<Document>, output: &mut Output) {
    let root = document.root();
    let settings: Vec<_> = root.own_entries().filter(|entry| entry.key.text() == Some("terraform")).collect();
    let modules: Vec<_> = root.own_entries().filter(|entry| entry.key.text() == Some("module")).collect();
    if settings.is_empty() && modules.is_empty() {
        return;
    }
    let required_version = settings.iter().find_map(|entry| entry.value.get("required_version"));
    let header = settings.first().or(modules.first()).map(|entry| entry.key.span());
    let mut manifest = manifest(file, document, header.unwrap_or(file.span(0..0)), required_version);
    let is_remote = |entry: &Entry<'_>| {
        entry.value.get("cloud").is_some() || entry.value.at(&["backend", "remote"]).is_some()
    };
    if let Some(entry) = settings.iter().find(|entry| required_version.is_none() && is_remote(entry)) {
        let reason = "its workspace in HCP Terraform has a version, which the repository does not tell";
        manifest.runtime_constraint = Value::unknown(reason, Some(entry.key.span()));
    }
    let manifest = output.facts.add(manifest);
    for entry in &settings {
        for block in entry.value.own_entries().filter(|entry| entry.key.text() == Some("required_providers")) {
            for provider in block.value.own_entries() {
                output.facts.add(provider_fact(file, manifest, provider.key, provider.value));
            }
        }
    }
    for module in modules.iter().flat_map(|entry| entry.value.own_entries()) {
        if let Some(fact) = module_fact(file, manifest, module.key, module.value) {
            output.facts.add(fact);
        }
    }
    let count = output.facts.dependencies.len();
    output.facts[manifest].dependency_count = Count(i64::try_from(count).unwrap_or(i64::MAX));
    if let Some(toolchain) = required_version.and_then(|node| toolchain(file, node)) {
        output.facts.add(toolchain);
    }
}

fn written(node: Node<'_>) -> Value<String> {
    match (node.text(), node.tag()) {
        (Some(text), None) => Value::written(text.to_owned(), node.span()),
        _ => Value::unknown("it is computed", Some(node.span())),
    }
}

fn manifest(
    file: &File<'_>,
    document: &Arc<Document>,
    place: crate::source::Span,
    version: Option<Node<'_>>,
) -> Manifest {
    // A directory called modules holds parts for other root modules, by Terraform's standard module structure.
    let is_part = file.directory().split('/').any(|part| part == "modules");
    Manifest {
        runtime_constraint: version.map_or_else(Value::absent, written),
        role: Value::derived(if is_part { "library" } else { "application" }.to_owned()),
        lock_tool: Value::derived("terraform".to_owned()),
        document: Some(Arc::clone(document)),
        ..Manifest::new(file.header(&**file.path, place), "terraform", "terraform")
    }
}

fn provider_fact(file: &File<'_>, manifest: Link<Manifest>, key: Node<'_>, value: Node<'_>) -> Dependency {
    let name = key.text().unwrap_or("");
    let version = if value.is_map() { value.get("version") } else { Some(value) };
    let source = value.get("source").and_then(Node::text).unwrap_or(name);
    let bound = match version.map(|node| (node, node.text().map(Constraints::read))) {
        None => Value { span: Some(key.span()), ..Value::derived("none".to_owned()) },
        Some((node, Some(Some(constraints)))) => Value::written(constraints.bound().to_owned(), node.span()),
        Some((node, _)) => Value::unknown("it is not a version constraint", Some(node.span())),
    };
    Dependency {
        header: file.part(&format!("providers.{name}"), key.span()),
        manifest,
        package: terraform::provider(source),
        ecosystem: "terraform".to_owned(),
        group: "providers".to_owned(),
        requirement: version.map_or_else(Value::absent, written),
        bound,
        source: "registry".to_owned(),
        git_reference: Value::absent(),
        locked: Vec::new(),
    }
}

fn module_fact(file: &File<'_>, manifest: Link<Manifest>, key: Node<'_>, value: Node<'_>) -> Option<Dependency> {
    let name = key.text()?;
    let node = value.get("source")?;
    let source = node.text().filter(|_| node.tag().is_none())?;
    let kind = terraform::module_kind(source);
    let version = value.get("version");
    let bound = match (kind, version.and_then(Node::text)) {
        ("registry", None) => Value { span: Some(node.span()), ..Value::derived("none".to_owned()) },
        ("registry", Some(text)) => match Constraints::read(text) {
            Some(constraints) => {
                Value { span: version.map(Node::span), ..Value::derived(constraints.bound().to_owned()) }
            }
            None => Value::unknown("it is not a version constraint", version.map(Node::span)),
        },
        _ => Value::absent(),
    };
    Some(Dependency {
        header: file.part(&format!("modules.{name}"), key.span()),
        manifest,
        package: if kind == "path" { source.to_owned() } else { name.to_owned() },
        ecosystem: "terraform".to_owned(),
        group: "modules".to_owned(),
        requirement: version.map_or_else(Value::absent, written),
        bound,
        source: kind.to_owned(),
        git_reference: match kind {
            "git" => Value::written(terraform::git_reference(source).to_owned(), node.span()),
            _ => Value::absent(),
        },
        locked: Vec::new(),
    })
}

fn toolchain(file: &File<'_>, node: Node<'_>) -> Option<Toolchain> {
    let text = node.text().filter(|_| node.tag().is_none())?;
    let header = file.part("required_version", node.span());
    let surface = "required_version".to_owned();
    Some(Toolchain { surface, ..Toolchain::constraining(header, "terraform", text, node.span()) })
}
