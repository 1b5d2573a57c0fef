//! pixi.toml: environments of conda and Python packages. The same tables may stand in a pyproject.toml, which has its own reader.

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::facts::{Count, Dependency, Manifest};
use crate::source::Span;
use crate::syntax::{self, Node};
use crate::value::Value;

/// Reads pixi.toml.
pub const READER: Reader = Reader { name: "pixi-toml", role: "manifest", claims, read };

fn claims(path: &str) -> Claim {
    if crate::path::file_name(path) == "pixi.toml" { Claim::Yes } else { Claim::No }
}

fn read(file: &File<'_>, output: &mut Output) {
    let Some(document) = output.tree(file, &READER, syntax::toml::parse) else { return };
    let document = Arc::new(document);
    let root = document.root();
    let mut manifest = Manifest::new(file.header(&**file.path, Span::top(file.source)), "pixi", "conda");
    let workspace = root.get("workspace").or_else(|| root.get("project"));
    let name = workspace.and_then(|workspace| workspace.get("name"));
    manifest.project = name.and_then(|name| Some(Value::written(name.text()?.to_owned(), name.inner_span()))).unwrap_or_default();
    if workspace.is_some() {
        manifest.lock_tool = Value::derived("pixi".to_owned());
    }
    let link = output.facts.add(manifest);
    let mut count = 0;
    let features = root.get("feature").into_iter().flat_map(Node::own_entries);
    let tables = std::iter::once(("main", root)).chain(features.filter_map(|one| Some((one.key.scalar()?, one.value))));
    for (group, table) in tables {
        for (key, ecosystem) in [("dependencies", "conda"), ("pypi-dependencies", "python")] {
            for entry in table.get(key).into_iter().flat_map(Node::own_entries) {
                let Some(name) = entry.key.scalar() else { continue };
                let mut dependency = Dependency::new(file.part(name, entry.key.span()), link, ecosystem, name);
                group.clone_into(&mut dependency.group);
                let version = entry.value.text().map(|text| (text, entry.value.inner_span()));
                let version = version.or_else(|| entry.value.get("version").and_then(|node| Some((node.text()?, node.inner_span()))));
                dependency.bound = match version {
                    Some((text, span)) => {
                        dependency.requirement = Value::written(text.to_owned(), span);
                        Value::written(openness(text).to_owned(), span)
                    }
                    None => Value::derived("none".to_owned()),
                };
                if entry.value.get("git").is_some() {
                    "git".clone_into(&mut dependency.source);
                } else if entry.value.get("path").is_some() {
                    "path".clone_into(&mut dependency.source);
                }
                output.facts.add(dependency);
                count += 1;
            }
        }
    }
    output.facts[link].dependency_count = Count(count);
    output.facts[link].document = Some(document);
}

/// How a version of conda's is open.
fn openness(text: &str) -> &'static str {
    let text = text.trim();
    if text == "*" || text.is_empty() {
        "none"
    } else if text.starts_with("==") {
        "exact"
    } else if text.contains('<') || text.contains('*') || text.starts_with(['~', '=']) || text.starts_with(|c: char| c.is_ascii_digit()) {
        "range"
    } else {
        "floor"
    }
}
