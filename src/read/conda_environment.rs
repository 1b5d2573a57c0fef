//! environment.yml: what a conda environment asks for.

use std::sync::Arc;

use super::{Claim, File, Output, Reader};
use crate::facts::{Count, Dependency, Manifest, Toolchain};
use crate::source::Span;
use crate::syntax::{self, Node};
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
        if name == "python" {
            output.facts.add(python(file, range, item));
        }
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

/// conda's `=3.12` is any 3.12; without a version it takes the newest.
fn python(file: &File<'_>, range: &str, item: Node<'_>) -> Toolchain {
    let version = if range.is_empty() { "latest" } else { range.trim_start_matches('=').trim_end_matches(".*").trim() };
    Toolchain::selecting(file.part("python version", item.span()), "python", version, item.inner_span())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{known, read_alone};

    #[test]
    fn the_python_of_an_environment() {
        for (line, expected) in
            [("python=3.12", "3.12 P3"), ("python==3.12.4", "3.12.4 P4"), ("python >=3.11,<3.12", ">=3.11,<3.12 P3"), ("python", "latest P1")]
        {
            let text = format!("dependencies:\n  - {line}\n  - python-dateutil\n");
            let facts = read_alone(&READER, "environment.yml", &text).facts;
            let shown = |fact: &Toolchain| format!("{} P{}", known(&fact.stated), fact.level.known().map_or(-1, |level| level.0));
            assert_eq!(facts.toolchains.iter().map(shown).collect::<Vec<_>>(), [expected], "{line}");
        }
    }
}
