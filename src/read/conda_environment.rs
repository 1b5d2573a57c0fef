//! environment.yml: what a conda environment asks for.

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::facts::{Count, Dependency, Manifest};
use crate::source::Span;
use crate::syntax;
use crate::value::Value;

/// Reads environment.yml.
pub const READER: Reader = Reader { name: "conda-environment", role: "manifest", claims, read };

fn claims(path: &str) -> Claim {
    match crate::path::file_name(path) {
        "environment.yml" | "environment.yaml" => Claim::IfContains(&["dependencies:"]),
        _ => Claim::No,
    }
}

fn read(file: &File<'_>, output: &mut Output) {
    // Other tools have files of this name too.
    let Some(document) = output.tree(file, &READER, syntax::yaml::parse).map(Arc::new) else { return };
    let root = document.root();
    let Some(list) = root.get("dependencies").filter(|list| list.is_list()) else { return };
    let mut manifest = Manifest::new(file.header(&**file.path, Span::top(file.source)), "conda-environment", "conda");
    let name = root.get("name").and_then(|name| Some(Value::written(name.scalar()?.to_owned(), name.span())));
    manifest.project = name.unwrap_or_default();
    let link = output.facts.add(manifest);
    let mut count = 0;
    for item in list.items() {
        let Some(text) = item.text() else { continue };
        let name = package_name(text);
        let mut dependency = Dependency::new(file.part(&name, item.span()), link, "conda", name.clone());
        let range = text.rsplit("::").next().unwrap_or(text).trim()[name.len()..].trim();
        if range.is_empty() {
            dependency.bound = Value::derived("none".to_owned());
        } else {
            dependency.requirement = Value::written(range.to_owned(), item.inner_span());
            let is_open = range.starts_with('>') && !range.contains('<');
            dependency.bound = Value::written(if is_open { "floor" } else { "range" }.to_owned(), item.inner_span());
        }
        output.facts.add(dependency);
        count += 1;
    }
    output.facts[link].dependency_count = Count(count);
    output.facts[link].document = Some(document);
}

/// The name at the start of `conda-forge::numpy >=1.2`.
fn package_name(text: &str) -> String {
    let text = text.rsplit("::").next().unwrap_or(text).trim();
    let end = text.find(|c: char| c.is_whitespace() || "=<>!~[".contains(c)).unwrap_or(text.len());
    text[..end].to_owned()
}
